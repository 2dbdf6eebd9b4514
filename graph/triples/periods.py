"""ISO years, months and days: whether they exist, their XML Schema type, their first and last day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from zhengpu.ontology import terms as zp

_PERIOD_RE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")  # 2024, 2024-03, 2024-03-15


@dataclass(frozen=True, slots=True)
class Period:
    """`datatype` is the IRI of xsd:gYear, xsd:gYearMonth or xsd:date."""

    datatype: str
    first: date
    last: date


@lru_cache(maxsize=4096)
def parsed(value: str | None) -> Period | None:
    """The period that an ISO string means, or None if it is not one or does not exist (2024-13, 2023-02-29)."""
    match = _PERIOD_RE.fullmatch(value or "")
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    if day is not None:
        return Period(zp.xsd_date, first, first)
    if month is not None:
        return Period(zp.xsd_gYearMonth, first, date(first.year, month, monthrange(first.year, month)[1]))
    return Period(zp.xsd_gYear, first, date(first.year, 12, 31))
