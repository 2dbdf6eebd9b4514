"""Quantities in running text: a numeral with its unit, comparator and period. 不少于20名, 2000件/年, 50件/年以上, 百项, 1～3个百分点.

Which of them are promises is for `zhengpu.extract.targets.promises` to say.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.targets.numerals import ARABIC, CHINESE, number


class UnitClass(StrEnum):
    COUNT = "count"  # 家 个 人次
    MEASURE = "measure"  # 万元 公里 吨标准煤
    RATIO = "ratio"  # % 倍 个百分点
    TIME = "time"  # 天 个工作日
    LEVEL = "level"  # 4级
    RANK = "rank"  # 全省前三
    NONE = "none"  # a bare number: 倍差降至1.67以内


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity at [start, end), comparator words included; [number_start, end) leaves out those before the numeral.

    `value` counts in `unit`; `high` is the upper end of a range (1～3). `is_words` marks Chinese numerals (百项)."""

    start: int
    number_start: int
    end: int
    value: Decimal
    high: Decimal | None
    comparator: str
    is_compared: bool
    unit: str | None
    unit_class: UnitClass
    per: str | None
    is_words: bool


@cache
def comparators(side: str) -> dict[str, str]:
    """Words that stand "before" or "after" a numeral -> comparator."""
    return {word: sign for sign, words in lexicon("units")["comparators"][side].items() for word in words}


@cache
def _classes() -> dict[str, UnitClass]:
    return {unit: kind for kind in (UnitClass.COUNT, UnitClass.MEASURE, UnitClass.RATIO, UnitClass.LEVEL, UnitClass.TIME) for unit in lexicon("units")[kind]}


@cache
def unit_pattern() -> str:
    """A unit with its multiplier: 万元, 亿千瓦时, 人次; in the groups `multiplier` and `unit`."""
    latin = r"(?![A-Za-z0-9])"  # 500P算力, but no P in 500PX
    units = [re.escape(u) + (latin if u[-1].isascii() and u[-1].isalpha() else "") for u in sorted(_classes(), key=lambda u: (-len(u), u))]
    return rf"(?:(?P<multiplier>{alternatives(lexicon('units')['multipliers'])})?(?P<unit>{'|'.join(units)})|(?P<bare>万亿|亿|万))"


_PERIODS = r"(?P<per>年|季度|季|月|周|天|日|万人|千人|百人|百户|每年)"


@cache
def quantity_re() -> re.Pattern[str]:
    """Matches a quantity on masked folded text; every alternative begins with a digit, a Chinese numeral or a comparator, so a scan is linear."""
    # most places are told to begin none by one look
    beginnings = r" \d零一二两三四五六七八九十百千万亿" + "".join(sorted({re.escape(word[0]) for word in comparators("before")}))
    before, after = alternatives(list(comparators("before"))), alternatives(list(comparators("after")))
    digits = rf"(?<![\dA-Za-z.第号+×·_/∶\-])(?<!(?<!提)前)(?P<digits>{ARABIC})(?: ?(?P<low_percent>[%‰])? ?[-—~至到]{{1,2}} ?(?P<high>{ARABIC}))?(?![\d+×·∶])"
    words = rf"(?<![第每零一二两三四五六七八九十百千万亿\d上前首])(?P<words>{CHINESE})"
    return re.compile(
        rf"(?=[{beginnings}])(?P<before>{before})? ?(?:{digits}|{words})(?P<odd>[余多])? ?"
        rf"(?:(?P<rate>/(?:10 ?万|100万|十万|百万|万|千)(?!人))|{unit_pattern()}|"
        rf"(?=(?:{after})?(?:[,;。、\n)]|$)))"  # a bare number ends its clause: 倍差降至1.67以内。
        r"(?:\([一-鿿]{1,2}\))?"  # 3万套(间)以上
        rf"(?: ?(?P<after>{after}))?(?:/(?:{_PERIODS}|(?P<denominator>{alternatives(lexicon('units')['denominators'])})))?(?: ?(?P<later>{after}))?"
    )


def quantities(masked: str) -> Iterator[Quantity]:
    """The quantities and ranks of a text in order, whether promised or not."""
    counted = filter(None, (_quantity(masked, match) for match in quantity_re().finditer(masked)))
    ranked = filter(None, map(_rank, _RANK_RE.finditer(masked)))
    shares = filter(None, map(_share, _SHARE_RE.finditer(masked)))
    ratios = filter(None, map(_ratio, _RATIO_RE.finditer(masked))) if "∶" in masked else iter(())
    nothings = map(_nothing, _NOTHING_RE.finditer(masked)) if "零发生" in masked else iter(())
    years = filter(None, map(_years, _YEARS_RE.finditer(masked)))
    return heapq.merge(counted, ranked, shares, ratios, nothings, years, key=lambda quantity: quantity.start)


# 一半以上, 半数以上, 百分之八十; other fractions have no plain number
_SHARE_RE = re.compile(rf"(?:一半|半数|百分之(?P<value>{CHINESE}))(?P<after>以上|左右|以内|以下)?")
_BEFORE_SHARE_RE = re.compile(r"(?:超过?|达到?|不少于|不低于)\Z")


def _share(match: re.Match[str]) -> Quantity | None:
    value = number(match["value"]) if match["value"] else Decimal(50)
    if value is None:
        return None
    signs = {**comparators("before"), **comparators("after")}
    before = _BEFORE_SHARE_RE.search(match.string, max(0, match.start() - 3), match.start())
    sign = signs.get(match["after"] or "") or signs.get(before[0] if before else "")
    start = before.start() if before else match.start()
    return Quantity(start, start, match.end(), value, None, sign or "=", sign is not None, "%", UnitClass.RATIO, None, False)


# 车桩比达到2.5:1, 医护比1:1.25以上 are 2.5 and 1.25 to one; masking has made the colon between digits a sign of its own
_RATIO_RE = re.compile(rf"(?<![\d.∶])(?:(?P<over>{ARABIC})∶1|1∶(?P<under>{ARABIC}))(?![\d.∶])(?P<after>以上|以内|以下|左右)?")
_BEFORE_RATIO_RE = re.compile(r"(?:超过|达到?|不少于|不得?低于|不高于|不得?超过|不大于|优于)\Z")


def _ratio(match: re.Match[str]) -> Quantity | None:
    value = number(match["over"] or match["under"])
    if value is None:
        return None
    signs = {**comparators("before"), **comparators("after")}
    before = _BEFORE_RATIO_RE.search(match.string, max(0, match.start() - 4), match.start())
    sign = signs.get(match["after"] or "") or signs.get(before[0] if before else "")
    start = before.start() if before else match.start()
    return Quantity(start, match.start(), match.end(), value, None, sign or "=", sign is not None, None, UnitClass.RATIO, None, False)


_NOTHING_RE = re.compile(r"\"?零发生\"?(?=[,;。、)\n囗]|$)")


def _nothing(match: re.Match[str]) -> Quantity:
    """重大事故零发生 is none at all."""
    return Quantity(match.start(), match.string.index("零", match.start()), match.end(), Decimal(0), None, "=", False, None, UnitClass.RATIO, None, False)


# 受教育年限达到11.5年, 设计寿命不少于20年: years are lengths of time only where the noun says so
_YEARS_RE = re.compile(r"年(?<=\d年)(?P<after>以上|以内|左右)?(?=[,;。、)\n]|$)")
_BEFORE_YEARS_RE = re.compile(
    r"(?:年限|年数|期限|寿命|学制|周期|年龄)[^,、;。:\n\d]{0,5}?(?P<before>不少于|不低于|不超过|超过)?(?P<digits>\d{1,2}(?:\.\d{1,2})?)\Z"
)


def _years(match: re.Match[str]) -> Quantity | None:
    front = _BEFORE_YEARS_RE.search(match.string, max(0, match.start() - 16), match.start())
    value = number(front["digits"]) if front else None
    if front is None or value is None:
        return None
    sign = comparators("after").get(match["after"] or "") or comparators("before").get(front["before"] or "")
    start = front.start("before") if front["before"] else front.start("digits")
    return Quantity(start, front.start("digits"), match.end(), value, None, sign or "=", sign is not None, "年", UnitClass.TIME, None, False)


# 居全省前3位, 进入全国前十, 位列全省第一; but 前三季度 and 第一方阵 are no ranks
_RANK_RE = re.compile(
    r"(?:全[省市国区县球]|国内|省内|世界|同类|副省级)[一-鿿]{0,6}?(?:前 ?|第)(?P<value>\d{1,4}|[一二三四五六七八九十百]{1,4}) ?(?P<unit>[位名])?"
    r"(?=[,;。、\n()]|以内|之内|$)"
)


def _rank(match: re.Match[str]) -> Quantity | None:
    value = number(match["value"])
    if value is None:
        return None
    return Quantity(match.start(), match.start("value"), match.end(), value, None, "rank", True, match["unit"], UnitClass.RANK, None, False)


_BREAKS = frozenset(["", *"\n,;。:!?()"])
_MAGNITUDES = ("百", "千", "万", "亿", "十万", "百万", "千万", "十亿", "百亿", "千亿", "万亿")  # 百亩以上地块, 亿元以上项目 name a class


def _quantity(masked: str, match: re.Match[str]) -> Quantity | None:
    is_words = match["words"] is not None
    bare = match["unit"] is None and match["bare"] is None and match["rate"] is None
    if bare and masked[max(0, match.start() - 1) : match.start()] in _BREAKS:
        return None  # a number alone in its cell or at the head of its line counts nothing
    numeral, unit = match["words"] or match["digits"], match["unit"] or match["bare"] or (match["rate"] or "").replace(" ", "")  # 12/10 万
    if is_words:
        following = lexicon("units")["not_before"].get(unit, "")  # 百家庭, 三人才: no unit there
        if not match["unit"] or masked[match.end("unit") : match.end("unit") + 1] in tuple(following):
            return None
    value = number(numeral)
    if _classes().get(unit) is UnitClass.LEVEL and (is_words or match.string[match.end() : match.end() + 1] not in _BREAKS):
        return None  # 二级医院, 3级甲等
    if value is None or (is_words and numeral in _MAGNITUDES and _classes().get(unit) is UnitClass.MEASURE and not _reaches(masked, match)):
        return None
    if is_words and _classes().get(unit) is UnitClass.MEASURE and (scale := _SCALE_RE.search(numeral)):  # 突破百亿元 is 100 亿元
        value, unit = (number(numeral[: scale.start()]) or value) if scale.start() else Decimal(1), scale[0] + unit
        is_words = False
    high = number(match["high"]) if match["high"] else None
    if high is not None and high <= value:  # 2024-1 is no range
        return None
    sign, compared = comparator(match)
    return Quantity(
        start=match.start(),
        number_start=match.start("words") if match["words"] else match.start("digits"),
        end=match.end(),
        value=value,
        high=high,
        comparator=sign,
        is_compared=compared,
        unit=(match["multiplier"] or "") + unit + (f"/{match['denominator']}" if match["denominator"] else "") or None,
        unit_class=UnitClass.RATIO if match["rate"] else _classes().get(match["unit"] or unit, UnitClass.NONE),
        per={"季": "季度", "每年": "年"}.get(match["per"] or "", match["per"]),
        is_words=is_words,
    )


_SCALE_RE = re.compile(r"(?:万亿|[万亿])\Z")
_REACHES_RE = re.compile(r"(?:达到?|突破|超过?|迈上|跨越)\Z")


def _reaches(masked: str, match: re.Match[str]) -> bool:
    """Whether a sum in words is reached (产值突破百亿元。) rather than the class of a thing (百亿元产业)."""
    ends = masked[match.end() : match.end() + 1] in _BREAKS
    return ends and (match["before"] is not None or _REACHES_RE.search(masked, max(0, match.start() - 3), match.start()) is not None)


def comparator(match: re.Match[str]) -> tuple[str, bool]:
    """What stands behind the unit counts before what stands in front: 控制在3%左右 is ~, 不少于200名以上 is >=."""
    after = match["after"] or match["later"]
    if after:
        return comparators("after")[after], True
    if match["before"]:
        return comparators("before")[match["before"]], True
    return (">", True) if match["odd"] else ("=", False)
