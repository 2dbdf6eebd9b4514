"""The town, township or subdistrict whose own plan a text is: 镇林业站 in a plan of 儒岙镇 is 新昌县儒岙镇林业站.

GB/T 2260 ends with counties, so a township is made from its signature; it bears the code of the county that it lies in.
"""

from __future__ import annotations

import re

from zhengpu.regions import Region

_SIGNS_RE = re.compile(r"(?P<name>[一-鿿]{1,7}?(?:镇|乡|街道))(?:人民政府|党委|党工委|委员会|办事处|党政|工作委员会)")
_PLAN_RE = re.compile(r"(?P<name>[一-鿿]{1,6}?(?:镇|乡|街道))(?![区村级镇乡街治企])")


def own_township(county: Region | None, issuers: tuple[str, ...], title: str) -> Region | None:
    """The township that signs (新昌县儒岙镇人民政府) or, where nobody signs, that the title names behind its county (新昌县儒岙镇防汛方案); else None."""
    if county is None or county.level not in ("county", "city"):
        return None
    for words, pattern in (*((issuer.removeprefix("中共"), _SIGNS_RE) for issuer in issuers[:1]), *([] if issuers else [(title, _PLAN_RE)])):
        for place in (county.full, county.name):
            if words.startswith(place) and (match := pattern.match(words, len(place))):
                name = match["name"]
                short = name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
                return Region(county.code, name, short or name, "township", county.code, county.full + name)
    return None
