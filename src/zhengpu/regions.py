"""Administrative divisions of China (GB/T 2260), province to county: look-up by code and by name.

The data file, ontology/regions.csv, is written by scripts/make_regions.py and names its source in its first line.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Region:
    """A division. `level` is country, province, city or county; `full` is the name that bodies put in front of theirs (上海市徐汇区, 诸暨市)."""

    code: str
    name: str
    short: str
    level: str
    parent: str | None
    full: str

    @property
    def is_municipality(self) -> bool:
        """Beijing, Tianjin, Shanghai, Chongqing: provinces whose districts stand right below them."""
        return self.level == "province" and self.name.endswith("市")


COUNTRY = Region("100000", "全国", "全国", "country", None, "全国")


@cache
def table() -> dict[str, Region]:
    """GB/T 2260 code -> division, the country included."""
    source = files("zhengpu").joinpath("ontology", "regions.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in source.splitlines() if not line.startswith("#"))
    found = {row["code"]: Region(row["code"], row["name"], row["short"], row["level"], row["parent"], row["full"]) for row in rows}
    return {COUNTRY.code: COUNTRY, **found}


@cache
def names() -> dict[str, tuple[Region, ...]]:
    """Name, short name or full name -> the divisions called so, higher levels first (吉林 is a province and a city, 朝阳区 stands in two cities),
    and those that are so in full before those that are so for short (沙县 was the county before it was short for the district 沙县区)."""
    index: dict[str, list[Region]] = defaultdict(list)
    for region in table().values():
        for name in {region.name, region.short, region.full}:
            index[name].append(region)
    order = {"country": 0, "province": 1, "city": 2, "county": 3}
    return {name: tuple(sorted(found, key=lambda r: (order[r.level], name not in (r.name, r.full), r.code))) for name, found in index.items()}


def chain(region: Region) -> tuple[Region, ...]:
    """The division and those it lies in, innermost first, without the country."""
    found = []
    here: Region | None = region
    while here is not None and here.level != "country":
        found.append(here)
        here = table().get(here.parent or "")
    return tuple(found)


def lies_within(region: Region, other: Region) -> bool:
    """Whether `region` is `other` or lies in it."""
    return other.level == "country" or other in chain(region)


def find(name: str, within: Region | None = None) -> Region | None:
    """The division called so: one inside `within` if there is one, else the only one of that name, else the highest; None if none is."""
    found = names().get(name, ())
    if within is not None:
        for circle in (*chain(within), COUNTRY):
            inside = [r for r in found if lies_within(r, circle)]
            if inside:
                return inside[0]
    return found[0] if found else None
