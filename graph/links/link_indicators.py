"""Indicators that mean the same: names in one form, the curated groups of ontology/indicator_groups.csv, and values in one scale."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from importlib.resources import files

from zhengpu import ids
from zhengpu.graph.links.link_features import Names, Target
from zhengpu.graph.links.link_names import NameTable, Row

GROUPS, SCALES = "indicator_groups.csv", "unit_scales.csv"
_FORM = "form of indicator"
# Ways of writing that change nothing in what is measured, in this order.
_SAME = (
    (re.compile(r"[\s“”‘’\"'《》「」()\[\]【】、，,。·/\-]+"), ""),
    (re.compile(r"^(?:其中|全市|全区|全县|全省|我市|我区|我省|本市|力争|确保|实现)"), ""),
    (re.compile(r"r&d|研究与试验发展|研究与开发|研究开发"), "研发"),
    (re.compile(r"国内生产总值|地区生产总值|gdp"), "地区生产总值"),
    (re.compile(r"规上"), "规模以上"),
    (re.compile(r"每?(?:一万|10000|1万|万)(?:名|个)?(?:常住)?人口?(?!次|才|以|的|力|员)"), "每万人"),
    (re.compile(r"每?(?:一千|1000|1千|千)(?:名|个)?(?:常住)?人口?(?!次|才|以|的|力|员)"), "每千人"),
    (re.compile(r"所占"), "占"),
    (re.compile(r"的?(?:占比|比重|比例|份额)$"), "占比"),
    (re.compile(r"(?:增长率|增长速度|增速|增幅|涨幅)$"), "增长"),
    (re.compile(r"(?:达到|达|超过|突破|保持在|稳定在|控制在|不低于)$"), ""),
    (re.compile(r"的"), ""),
    (re.compile(r"(?:总金额|金额|总额)$"), "额"),
    (re.compile(r"(?<=.{4})(?:总数量|总量|总数|数量|总件数|件数|量|数)$"), ""),
)
_SCALES = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
_WHOLE_UNITS = {"千瓦", "千瓦时", "千米", "百分点", "千克"}  # 千 is part of the unit
_PEOPLE_RE = re.compile(r"^每(?P<scale>[百千万])人")


@dataclass(frozen=True, slots=True)
class Member:
    """An indicator in a group; `group` is its IRI, `en` its English name where it is a curated one."""

    indicator: str
    label: str
    group: str
    name: str
    en: str
    because: str


@dataclass(frozen=True, slots=True)
class Scaled:
    """A target's value in the unit by which targets compare."""

    target: str
    value: Decimal
    unit: str


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """The name in the form in which names are compared: 每万人口高价值发明专利拥有量 and 每万人高价值发明专利拥有数量 are one."""
    form = ids.normal(name).lower()
    for pattern, instead in _SAME:
        form = pattern.sub(instead, form)
    return form or ids.normal(name)


def rows(names: Names) -> Iterator[Row]:
    """What the document knows of indicators: each under the form of its name, with the units in which it is measured."""
    units: defaultdict[str, set[str]] = defaultdict(set)
    for target in names.targets:
        if target.unit:
            units[target.indicator].add(base(target.unit)[0])
    for iri, label in names.indicators:
        yield _FORM, key(label), json.dumps([iri, label, sorted(units[iri])], ensure_ascii=False)


def touched(table: NameTable, names: Names) -> set[str]:
    """The forms of names whose groups the document may change."""
    return {key(label) for _, label in names.indicators}


def linked(table: NameTable, form: str) -> list[Member]:
    """The indicators of a form that are in a group: every one of a curated group, and others where at least two names meet in the form.

    Two names do not meet where one is only ever measured in what the other never is (旅游总收入 of 15% and of 450亿元)."""
    labels: dict[str, str] = {}
    units: defaultdict[str, set[str]] = defaultdict(set)
    for iri, label, measured in map(json.loads, table.values(_FORM, form)):
        labels[iri] = label
        units[iri].update(measured)
    group = curated().get(form)
    if group:
        return [Member(iri, label, ids.indicator_group(group[0]), *group, _told(label, group[0])) for iri, label in sorted(labels.items())]
    return list(_meeting(form, [(iri, label) for iri, label in sorted(labels.items()) if _agree(iri, list(labels), units)]))


def _told(label: str, group: str) -> str:
    return f"“{label}”在指标组“{group}”的名单中" if label != group else f"“{label}”是指标组的名称"


def _agree(iri: str, same: list[str], units: dict[str, set[str]]) -> bool:
    """Whether another indicator of the same form is measured in a unit that this one has too, or one of them is without a unit."""
    mine = units.get(iri)
    return any(not mine or not units.get(other) or mine & units[other] for other in same if other != iri)


def _meeting(form: str, same: list[tuple[str, str]]) -> Iterator[Member]:
    if len(same) < 2:
        return
    name = min((label for _, label in same), key=lambda label: (len(label), label))
    for iri, label in same:
        others = "、".join(f"“{other}”" for other in sorted({other for _, other in same} - {label})[:3])
        yield Member(iri, label, ids.indicator_group(form), name, "", f"“{label}”与{others}写法归一后同为“{form}”")


def base(unit: str) -> tuple[str, Decimal]:
    """The unit by which values compare, and what a value is multiplied by: 万亩 is ("亩", 10000)."""
    unit, factor = ids.normal(unit), Decimal(1)
    if unit in _scales():
        name, times = _scales()[unit]
        return name, times
    while len(unit) > 1 and unit[0] in _SCALES and unit not in _WHOLE_UNITS:  # 万亿元, 万千瓦
        unit, factor = unit[1:], factor * _SCALES[unit[0]]
    name, times = _scales().get(unit, (unit, Decimal(1)))
    return name, factor * times


def scaled(target: Target, label: str) -> Scaled | None:
    """The value in its base unit; of what is counted per 千人 or 百人, per 万人. None for a target without a number or a unit."""
    if not target.value or not target.unit:
        return None
    try:
        value = Decimal(target.value)
    except InvalidOperation:
        return None
    unit, factor = base(target.unit)
    people = _PEOPLE_RE.match(key(label))
    if people:
        factor, unit = factor * 10_000 / _SCALES[people["scale"]], f"{unit}/万人"
    elif target.per:
        unit = f"{unit}/{target.per}"
    return Scaled(target.iri, value * factor, unit)


@cache
def curated() -> dict[str, tuple[str, str]]:
    """Form of a name -> the group's name in Chinese and English."""
    found: dict[str, tuple[str, str]] = {}
    for row in _rows(GROUPS):
        for name in (row["zh"], *row["names"].split("|")):
            found[key(name)] = (row["zh"], row["en"])
    return found


@cache
def _scales() -> dict[str, tuple[str, Decimal]]:
    return {row["unit"]: (row["base"], Decimal(row["factor"])) for row in _rows(SCALES)}


def _rows(name: str) -> list[dict[str, str]]:
    lines = files("zhengpu.ontology").joinpath(name).read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))
