"""The division that a body's name begins with: 徐汇区法院 and, in a plan of 徐汇区, 区法院 and 我区法院 belong to 上海市徐汇区."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from zhengpu.regions import COUNTRY, Region, chain, find, lies_within, names


class How(StrEnum):
    NAME = "name"  # by a name with its generic word: 徐汇区, 上海市徐汇区
    LEVEL = "level"  # by a word that the plan's own region explains: 区, 我市, 自治区
    SHORT = "short"  # by a short name: 徐汇, 绍兴
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Prefixed:
    """`rest` is the name without the division's words; `region` is None where no division is named."""

    region: Region | None
    rest: str
    how: How


# 市 opens 市教育局, 市外办, 市民政局, not 市场监管局, 市民中心, 市政工程, 市县两级; 区 opens 区市监局, not 区块链协会, 区域中心;
# 县 opens 县市政局, not 县市政府
_OTHER_WORDS = {
    "省": r"级|际|域|内|外(?!办|事|侨|汇|管|专|宣)|属|直(?!属?机关)|市(?!监|场|政[局园管公建])|区|州",
    "市": r"场(?!所)|民(?!政|宗|族|委|革|盟|建|进|防|宿|营|间|俗|办|航|爆)|政(?!府|协|法|务|数|策|研)|容|域|级|内(?!审)|外(?!办|事|侨|汇|专|宣)|属|值"
    r"|直(?!属?机关)|县(?!域)|州|区(?!域|块)",
    "区": r"块|域|位|间|划|级|内|外(?!办|事|侨|汇|专|宣)|属|直(?!属?机关)|县|市(?!监|场|政[局园管公建])|乡(?!村)|镇",
    "县": r"级|域|内|外(?!办|事|侨|汇|管|专|宣)|属|直(?!属?机关)|区|市(?!监|场|政[局园管公建])|乡(?!村)|镇",
    "州": r"级|际|内|外(?!办|事|侨|汇|管|专|宣)|属|直(?!属?机关)|市(?!监|场|政[局园管公建])|县",
    "盟": r"级|属|直(?!属?机关)|市(?!监|场|政[局园管公建])|友|约",
    "旗": r"级|属|直(?!属?机关)|县|区|下|舰|帜",
}
_LEVEL_RE = re.compile(
    rf"(?P<own>[本我全该])?(?P<word>自治区|自治州|自治县|新区(?!域)|林区|地区|特区|{'|'.join(f'{word}(?!{other})' for word, other in _OTHER_WORDS.items())})"
)
# Districts so named exist, but mostly these are plain words
_GENERIC = frozenset({"城区", "郊区", "矿区", "东区", "西区", "南区", "北区", "市区", "新区", "林区"})
_LONGEST_NAME = 15  # code points: 双江拉祜族佤族布朗族傣族自治县


@cache
def level_words(own: Region) -> dict[str, Region]:
    """区 市 省 … -> the division that the word means in a plan of `own`, the innermost first: 市 in 诸暨市 is 诸暨市, not 绍兴市."""
    words: dict[str, Region] = {}
    for region in chain(own):
        for word in ("自治区", "自治州", "自治县", "自治旗", "新区", "林区", "地区", "特区", "省", "市", "区", "县", "州", "盟", "旗"):
            if region.name.endswith(word):
                words.setdefault(word, region)
                break
        # 浦东新区 says 区政府, 恩施土家族苗族自治州 says 州政府, and in 内蒙古自治区 区党委 is the autonomous region's
        words.setdefault({"自": "区" if region.name.endswith("区") else region.name[-1]}.get(region.name[-3:-2], region.name[-1]), region)
    return words


def region_prefix(name: str, own: Region | None) -> Prefixed:
    """The division that a (folded) name begins with, and the rest of the name."""
    if own is not None and own.level == "township" and (inside := _of_township(name, own)) is not None:
        return inside
    if name[:2] not in _openings() and (own is None or not _LEVEL_RE.match(name)):
        return Prefixed(None, name, How.NONE)
    region, rest = _named(name, own)
    if region is not None:
        while rest and (inner := _named(rest, region))[0] is not None and lies_within(inner[0] or COUNTRY, region):
            region, rest = inner[0] or region, inner[1]  # 浙江省绍兴市教育局
        return Prefixed(region, rest, How.NAME)
    if own is None:
        return Prefixed(None, name, How.NONE)
    if match := _LEVEL_RE.match(name):
        found = level_words(own).get(match["word"])
        if found is not None:
            return Prefixed(found, name[match.end() :], How.LEVEL)
        if match["own"]:
            return Prefixed(own, name[match.end() :], How.LEVEL)  # 我市 in a plan of a region that is no 市
    for length in range(min(6, len(name) - 2), 1, -1):
        for found in _called(name, length):
            if found.short == name[:length] and lies_within(found, _circle(found, own)):
                if found.level == "county" and name[length] in "山湖湾岛峡":
                    continue  # 长白山管委会 is not that of 长白朝鲜族自治县
                if name.startswith("自治", length) and found.name.endswith(name[length : length + 3]):
                    return Prefixed(found, name[length + 3 :], How.NAME)  # 湘西自治州政府: 湘西土家族苗族自治州
                if found.name.endswith(f"自治{name[length]}"):
                    return Prefixed(found, name[length + 1 :], How.NAME)  # 海西州政府: 海西蒙古族藏族自治州
                return Prefixed(found, name[length:], How.SHORT)
    return Prefixed(None, name, How.NONE)


# 镇林业站, 我镇, 乡政府, 街道办事处; not 镇级, 镇江, 乡村, 街道社区
_TOWN_WORD_RE = re.compile(r"[本我全该]?(?P<word>镇(?![级域区内街村乡属])|乡(?![级域镇村内属土])|街道(?![级内辖属]))")


def _of_township(name: str, own: Region) -> Prefixed | None:
    """The plan's own township, by its word or by its name with its county's or without."""
    for words in (own.full, own.name):
        if name.startswith(words):
            return Prefixed(own, name[len(words) :], How.NAME)
    match = _TOWN_WORD_RE.match(name)
    if match is None or not own.name.endswith(match["word"]) or _named(name, None)[0] is not None:
        return None
    return Prefixed(own, name[match.end() :], How.LEVEL)


def _called(name: str, length: int) -> tuple[Region, ...]:
    """The divisions that the first characters name, those first that the next word fits: 海南州政府 is that of 海南藏族自治州, not of 海南省."""
    called = names().get(name[:length], ())
    if len(called) < 2:
        return called
    word = name[length:].removeprefix("自治")[:1]
    return tuple(sorted(called, key=lambda found: not found.name.endswith(f"自治{word}")))


@cache
def _openings() -> frozenset[str]:
    """The first two characters of every division's names: most words are told to be none by these."""
    return frozenset(name[:2] for name in names())


def _named(name: str, own: Region | None) -> tuple[Region | None, str]:
    for length in range(min(_LONGEST_NAME, len(name)), 1, -1):
        if name[length - 1] in "省市区县州盟旗" and (candidate := name[:length]) in names():
            found = find(candidate, own)
            if found is None or candidate == found.short:
                continue
            if candidate in _GENERIC and (own is None or not lies_within(found, _circle(found, own))):
                continue
            return found, name[length:]
    return None, name


def _circle(found: Region, own: Region) -> Region:
    """Within what a short name is trusted: provinces and cities anywhere, counties within the plan's own city or province (朝阳, 和平, 新华 are also words)."""
    if found.level in ("province", "city"):
        return COUNTRY
    around = [region for region in chain(own) if region.level in ("province", "city")]
    return around[0] if around else own
