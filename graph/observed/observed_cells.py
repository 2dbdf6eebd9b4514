"""What the cells of a row of observed values say: a number with its unit, a period as precise as it is stated, a region."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from zhengpu import regions
from zhengpu.graph.triples import periods
from zhengpu.graph.triples.ntriples import decimal
from zhengpu.ids import normal

# 1,234.5  -0.3  1.2E+05 (so Excel writes long numbers in CSV), and behind it a unit: 12.3%, 1.2万件
_VALUE_RE = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)\s*([^\d\s,.+~～至到—-][^\d\s]*[23]?)?")
_YEAR = r"((?:19|20)\d\d)"
_DATE_RES = (
    re.compile(rf"{_YEAR}年?"),  # 2024, 2024年
    re.compile(rf"{_YEAR}[-/]([01]?\d)"),  # 2024-06, 2024/6
    re.compile(rf"{_YEAR}\.(\d\d)"),  # 2024.06; 2024.1 may be what is left of 2024.10
    re.compile(rf"{_YEAR}年([01]?\d)月[末底]?"),
    re.compile(rf"{_YEAR}([-/.])([01]?\d)\2([0-3]?\d)(?:[ T]00:00(?::00)?)?"),  # 2024-06-30, 2024.6.30, with the midnight of a database
    re.compile(rf"{_YEAR}年([01]?\d)月([0-3]?\d)日"),
    re.compile(rf"{_YEAR}([01]\d)([0-3]\d)"),  # 20240630
)
_END_RE = re.compile(rf"{_YEAR}年?(?:[年]?[底末]|(上半年|下半年)|第?([一二三四1-4])季度|[Qq]([1-4]))")
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_ENGLISH_RE = re.compile(r"([A-Z][a-z]{2})-(\d\d)")  # Jun-24: what Excel makes of 2024-06 in CSV
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHOWN = 6  # regions of one name in a message


class BadCell(ValueError):
    """What is wrong with a cell, as a sentence without the row."""


def value_of(text: str) -> tuple[Decimal, str]:
    """The number and the unit behind it, "" for none. Raises BadCell."""
    found = _VALUE_RE.fullmatch(text)
    try:
        number = Decimal(found[1].replace(",", "")) if found else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if found is None or not number.is_finite():
        raise BadCell(f"the value {text[:60]!r} is not a number. Write digits, such as 86.5; leave the cell empty where there is no value.")
    if decimal(number) is None:
        raise BadCell(f"the value {text[:60]!r} has more digits than can be kept (18 before and 18 behind the point).")
    return number, found[2] or ""


def period_of(text: str) -> str:
    """2024, 2024-06 or 2024-06-30, as precise as it is stated; the end of a half-year or quarter is its last month. Raises BadCell."""
    plain = normal(text) if "T" not in text else text
    iso = ""
    if ending := _END_RE.fullmatch(plain):
        quarter = ending[3] or ending[4]
        month = _QUARTERS[quarter] if quarter else 6 if ending[2] == "上半年" else 12
        iso = f"{ending[1]}-{month:02}"
    elif (english := _ENGLISH_RE.fullmatch(plain)) and english[1] in _MONTHS:
        iso = f"20{english[2]}-{_MONTHS.index(english[1]) + 1:02}"
    else:
        for pattern in _DATE_RES:
            if found := pattern.fullmatch(plain if " " not in text else text):
                year, *rest = (part for part in found.groups() if part.isdecimal())
                iso = "-".join((year, *(f"{int(part):02}" for part in rest)))
                break
    if periods.parsed(iso) is None:
        raise BadCell(f"the date {text[:40]!r} is not a year, month or day. Write 2024, 2024-06 or 2024-06-30.")
    return iso


def region_of(text: str, governed: Collection[str]) -> str:
    """The GB/T 2260 code of the division; of several called so, the one among `governed` (codes that plans are for). Raises BadCell."""
    if text in regions.table():
        return text
    found = [region.code for region in regions.names().get(normal(text), ())]
    ours = [code for code in found if code in governed]
    if len(found) == 1 or len(ours) == 1:
        return (ours or found)[0]
    names = [f"{regions.table()[code].full} ({code})" for code in found]
    if names:
        raise BadCell(f"the region {text!r} may be {', '.join(names[:_SHOWN])}{' …' if len(names) > _SHOWN else ''}. Write its whole name or its code.")
    near = get_close_matches(normal(text)[:40], regions.names(), n=3, cutoff=0.6)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise BadCell(f"there is no region named {text[:40]!r}.{hint} Write its name, such as 绍兴市, or its code, such as 330600.")
