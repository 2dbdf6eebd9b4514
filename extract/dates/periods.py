"""Dates and periods as Chinese plans write them -> ISO 8601 strings that keep the precision of the words.

2024年3—5月 is 2024-03..2024-05, 2025年底 is 2025-12, “十四五” is 2021..2025, 2024年8月前 ends in 2024-08 and starts nowhere.
Everything works on the folded text (see `zhengpu.extract.fold`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2} ?[日号]"
_MONTH = r"\d{1,2} ?月份?"
_PART = r"(?:年?[底末初]|年中|[上下]半年|[上中下]旬|第?[一二三四1-4]季度)"
_FIVE_YEARS = r"\"?十[一二三四五六七]?五\"?(?:规划)?(?:期间|时期|期末|末|初)?"  # “十四五”期间
_POINT = (
    rf"(?:{_YEAR}[./-]\d{{1,2}}(?:[./-]\d{{1,2}})?(?![\d年])"
    rf"|(?:{_YEAR} ?年度?|[今本明当]年) ?(?:{_MONTH} ?(?:{_DAY}|{_PART})?|{_PART})?"
    rf"|{_MONTH} ?(?:{_DAY}|{_PART})?|年[底末中初]|[上下]半年|第?[一二三四1-4]季度|{_FIVE_YEARS})"
)
# The first half of a range may leave its unit to the second: 2024—2026年, 2024年3—5月, 3月1—15日
_OPEN = rf"(?:{_YEAR}(?: ?年 ?\d{{1,2}}(?: ?月 ?\d{{1,2}})?)?|\d{{1,2}}(?: ?月 ?\d{{1,2}})?)"
_TO = r" ?(?:[-—~]{1,2}|至|到) ?"
EXPRESSION = rf"(?:(?P<first>{_POINT}|{_OPEN}){_TO}(?P<last>{_POINT}|{_DAY})|(?P<only>{_POINT}))(?P<open> ?(?:以前|之前|前(?![一二三四两\d])|起|开始|以来))?"

# 8月前 has no start, 自8月起 no end
_OPEN_ENDS = {"以前": (False, True), "之前": (False, True), "前": (False, True), "起": (True, False), "开始": (True, False), "以来": (True, False)}
PLAIN_EXPRESSION = re.sub(r"\?P<\w+>", "?:", EXPRESSION)  # for patterns that hold one

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_ORDINALS = {"": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, each YYYY, YYYY-MM or YYYY-MM-DD, or None where open; [text_start, text_end) is the expression.

    `is_range` tells 2024年3—5月 and “十四五” from a single time (2024年5月, 上半年), which can be a deadline too; then its start means nothing."""

    start: str | None
    end: str | None
    text_start: int
    text_end: int
    is_range: bool = False


@cache
def expression_re() -> re.Pattern[str]:
    return re.compile(rf"(?<!\d)(?:(?<!\.)|(?={_YEAR} ?年)){EXPRESSION}")  # 1.2024年3月: the point belongs to a label


def period(folded: str, start: int = 0, end: int | None = None, year: int | None = None) -> Period | None:
    """The first date or period in [start, end), or None. `year` is the one meant where the words leave it out (6月底前).

    Impossible dates (13月) are passed over."""
    position, limit = start, len(folded) if end is None else end
    while match := expression_re().search(folded, position, limit):
        found = _period(match, year)
        if found is not None:
            return found
        position = match.end()
    return None


def _period(match: re.Match[str], year: int | None) -> Period | None:
    if match["only"]:
        point = _Point.of(match["only"], year)
        if point is None:
            return None
        since, until = _OPEN_ENDS.get((match["open"] or "").strip(), (True, True))
        return Period(point.first if since else None, point.last if until else None, match.start(), match.end(), point.is_span)
    opening, closing = match["first"], match["last"]
    # 3—5月: the unit that the first half leaves out is that of the second
    if re.fullmatch(rf"\d{{1,2}}|{_YEAR} ?年 ?\d{{1,2}}", opening):
        opening += "月"
    elif re.search(r"月 ?\d{1,2}$", opening):
        opening += "日"
    elif re.fullmatch(_YEAR, opening):
        opening += "年"
    named = re.match(_YEAR, closing)
    first = _Point.of(opening, int(named[0]) if named and not _names_year(opening) else year)
    if first is None:
        return None
    # 2024年3—5月, 3月1—15日: year and month that the second half leaves out are those of the first
    last = _Point.of(f"{first.month}月{closing}" if first.month and re.fullmatch(_DAY, closing) else closing, first.year)
    return Period(first.first, last.last, match.start(), match.end(), True) if last else None


def _names_year(words: str) -> bool:
    return re.match(rf"{_YEAR}|[今本明当]年|\"?十[一-七]?五", words) is not None


@dataclass(frozen=True, slots=True)
class _Point:
    """One end of a period: its first and last moment, and the year and month that a second half may leave to it."""

    first: str
    last: str
    year: int
    month: int | None
    is_span: bool = False

    @classmethod
    def of(cls, words: str, year: int | None) -> _Point | None:
        words = words.replace(" ", "")
        if plan := re.match(r"\"?十([一二三四五六七]?)五", words):
            begin = 2021 + 5 * (_ORDINALS[plan[1]] - 4)
            if words.endswith("末"):
                return cls(f"{begin + 4}-12", f"{begin + 4}-12", begin + 4, 12)
            return cls(str(begin), str(begin), begin, None) if words.endswith("初") else cls(str(begin), str(begin + 4), begin, None, True)
        if relative := re.match(r"[今本当明]年", words):
            if year is None:
                return None
            year, words = year + (relative[0] == "明年"), words[2:]
        elif named := re.match(rf"({_YEAR})(?:年度?|[./-])?", words):
            year, words = int(named[1]), words[named.end() :]
        if year is None:
            return None
        if dated := re.match(r"(\d{1,2})(?:月份?|[./-]|$)(?:(\d{1,2})[日号]?$)?", words):
            month, day = int(dated[1]), int(dated[2] or 0)
            if not 1 <= month <= 12 or day > 31:
                return None
            point = f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")
            return cls(point, point, year, month)
        if not words:
            return cls(str(year), str(year), year, None)
        if quarter := re.search(r"([一二三四1-4])季度", words):
            number = _QUARTERS[quarter[1]]
            return cls(f"{year}-{3 * number - 2:02d}", f"{year}-{3 * number:02d}", year, None)
        if half := re.search(r"([上下])半年", words):
            return cls(f"{year}-01", f"{year}-06", year, None) if half[1] == "上" else cls(f"{year}-07", f"{year}-12", year, None)
        month = {"底": 12, "末": 12, "初": 1, "中": 6}.get(words[-1], 0)
        return cls(f"{year}-{month:02d}", f"{year}-{month:02d}", year, month) if month else None
