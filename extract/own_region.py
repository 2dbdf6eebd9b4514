"""The division that a text speaks of as its own (我市, 市教育局, 省发展改革委), where neither title nor signature names it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from zhengpu.extract.lexicon import alternatives
from zhengpu.regions import Region, names, table

_SPEAKS_RE = re.compile(
    r"[我本](?P<own>省|自治区|市|区|县|州|旗|盟)(?![级场容政民域块乡镇])"
    r"|(?:(?<![一-鿿])|(?<=[由经向]))(?P<level>省|自治区|市|区|县|州|旗|盟)"
    r"(?=委(?!员)|(?:人民)?政府|[一-鿿]{2,10}?(?:局|委|厅|办)(?:[、,;:)。和及等]|负责|牵头|会同|按|配合|\Z))"
)
_LEAST = 2  # times that a text must speak of its own level, and weight of the names that tell which division it is
_LONGEST_NAME = 15  # code points: 双江拉祜族佤族布朗族傣族自治县
_LONGEST_TEXT = 200_000  # code points that are read; a plan has told whose it is long before
_MOST = 40  # counties whose short names are looked for
_GENERIC_RE = re.compile("[省市区县州旗盟]")
_ACTS_RE = re.compile("(?:人民)?政府|委(?!员)")
_ACTING = 5  # weight of a division whose government or committee is named
_IN_TITLE = 3  # weight of a division that the title names, against others


def own_region(folded: str, title: str) -> Region | None:
    """The division of the level that the text calls its own and that it names most; None where it speaks of none or names two alike."""
    folded = folded[:_LONGEST_TEXT]
    levels = Counter(match["own"] or match["level"] for match in _SPEAKS_RE.finditer(folded))
    if not levels or levels.most_common(1)[0][1] < _LEAST:
        return None
    level = levels.most_common(1)[0][0]
    weights = _weights(folded, level)
    for region in weights:
        if region.short in title:
            weights[region] *= _IN_TITLE
    ranked = weights.most_common(2)
    if not ranked or ranked[0][1] < _LEAST or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _weights(folded: str, level: str) -> Counter[Region]:
    """How much each division of a level is named: by its name, its short name, and for a city by the divisions in it."""
    found: Counter[Region] = Counter()
    for mark in _GENERIC_RE.finditer(folded):
        for length in range(min(_LONGEST_NAME, mark.end()), 2, -1):
            called = names().get(folded[mark.end() - length : mark.end()])
            if called and (fitting := [region for region in called if _is_of(region, level)]):
                found[fitting[0]] += _ACTING if _ACTS_RE.match(folded, mark.end()) else 1  # and once more below, for the short name in it
                break
            if called and len(called) == 1 and (above := table().get(called[0].parent or "")) is not None and _is_of(above, level):
                found[above] += 1
                break
    for county in [region for region, _ in found.most_common(_MOST) if region.level == "county" and len(region.short) > 1]:
        found[county] += folded.count(county.short)
    for match in _short_re().finditer(folded):
        found.update(region for region in names()[match[0]] if region.short == match[0] and _is_of(region, level) and region.level != "county")
    return found


def _is_of(region: Region, level: str) -> bool:
    """Whether a text of the division calls it by this word: 市 for 绍兴市 and 诸暨市, 区 for 徐汇区 and 内蒙古自治区, 州 for 黔南布依族苗族自治州."""
    if level == "区" and region.level == "province":
        return region.name.endswith("自治区")
    return region.level != "country" and region.name.endswith(level) and (level == "自治区" or not region.name.endswith("自治区"))


@cache
def _short_re() -> re.Pattern[str]:
    return re.compile(alternatives(region.short for region in table().values() if region.level in ("province", "city") and len(region.short) > 1))
