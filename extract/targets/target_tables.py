"""Targets from tables of indicators: which column names the indicator, its unit, its baseline and its targets, and what a cell says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from zhengpu.extract.dates.periods import period
from zhengpu.extract.reading import Reading, TableKind, TableReading, TableRow
from zhengpu.extract.targets.indicator_names import canonical
from zhengpu.extract.targets.numerals import ARABIC, CHINESE, number
from zhengpu.extract.targets.quantities import comparator, comparators, unit_pattern
from zhengpu.model import Cell, Evidence, Target

_PACE_RE = re.compile(r"年均增[长速]率?")
_SERIAL_RE = re.compile(r"序号|编号|^No\.?$", re.I)
_INDICATOR_RE = re.compile(r"指标(?:名称|内容|项)?|名称|项目|内容")
_UNIT_RE = re.compile(r"单位$|^单位|计量")
_OWNER_RE = re.compile(r"责任|牵头|主管|负责|部门")
_BASELINE_RE = re.compile(r"基[值期数准]|现状|现值|基础值|完成值|实际|实绩|当前|已达|(?:初|期初|年初)值")
_TARGET_RE = re.compile(r"目标|预期|计划|期末|任务|要求|指标值|数值|值$|年均|累计")
_ASIDE_RE = re.compile(r"属性|性质|类型|类别|备注|说明|分类|领域|来源|一级指标|权重|分值|频次|口径|级别")
_DUE_RE = re.compile(r"(?:完成|达标|实现)?(?:时限|时间|期限|日期)$|^时间节点")
_YEAR_RE = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class _Columns:
    """What each column is for, by index; targets and the baseline with the date in their head."""

    indicator: int
    unit: int | None
    baseline: int | None
    baseline_date: str | None
    due: int | None
    targets: tuple[tuple[int, str | None], ...]


def table_targets(reading: Reading) -> Iterator[Target]:
    """The targets of every indicator table, in text order, without ids (the caller numbers them)."""
    for table in reading.tables:
        if table.kind is TableKind.INDICATORS and (columns := _columns(table.header, _year(reading))):
            for row in table.rows:
                yield from _row_targets(reading, table, row, columns)


def _year(reading: Reading) -> int | None:
    match = _YEAR_RE.match(reading.plan.period_start or reading.record.issued or "")
    return int(match[0]) if match else None


def _columns(header: tuple[str, ...], first_year: int | None) -> _Columns | None:
    indicator, unit, plain = None, None, []
    for index, name in enumerate(header):
        if _UNIT_RE.search(name) and not _OWNER_RE.search(name):
            unit = index if unit is None else unit
        elif _SERIAL_RE.search(name) or _DUE_RE.search(name) or _ASIDE_RE.search(name) or _OWNER_RE.search(name):
            continue
        elif _INDICATOR_RE.search(name) and not _YEAR_RE.search(name) and not re.search(r"指标值|目标", name):
            indicator = index  # 一级指标 | 二级指标: the last is the finest
        elif name:
            plain.append(index)
    if indicator is None:
        indicator = next((i for i, name in enumerate(header) if "指标" in name and i not in plain[1:]), None)
        if indicator is None:
            return None
    dated = {index: found.end for index in plain if index != indicator and (found := period(header[index])) and found.end}
    baseline = next((index for index in plain if _BASELINE_RE.search(header[index]) and index != indicator), None)
    past = {index for index, end in dated.items() if _is_past(end, first_year, dated)}
    if baseline is None:  # 2020年 | 2025年: the last column of a year before the plan's first is where it starts from
        baseline = max(past, default=None)
    skipped = past | {indicator, baseline}
    targets = tuple((index, dated.get(index)) for index in plain if index not in skipped and (index in dated or _TARGET_RE.search(header[index])))
    due = next((index for index, name in enumerate(header) if _DUE_RE.search(name) and index not in {index for index, _ in targets}), None)
    return _Columns(indicator, unit, baseline, dated.get(baseline) if baseline is not None else None, due, targets) if targets else None


def _is_past(end: str, first_year: int | None, dated: dict[int, str]) -> bool:
    """Whether a column's date lies before the plan; where its first year is unknown, the earliest of several columns does."""
    return int(end[:4]) < first_year if first_year is not None else len(dated) > 1 and end == min(dated.values())


# 每万人…拥有量(件), 密度(人/平方公里), 死亡率(1/10万): a bracket at the end that holds a unit; 示范站(点) is none
@cache
def _unit_bracket_re() -> re.Pattern[str]:
    return re.compile(rf"\((?:单位:)?(?P<whole>{unit_pattern()}(?:/[^()/]{{1,6}})?|1?/\d*[百千万]+)\)$")


@cache
def _value_re() -> re.Pattern[str]:
    before, after = (("|".join(map(re.escape, sorted(comparators(side), key=len, reverse=True)))) for side in ("before", "after"))
    return re.compile(
        rf"(?:到?(?P<due>(?:19|20)\d\d年[底末]?),?)?(?:达到?|力争|为|至|到|\[|\(累计\)|累计|控制在|保持在|稳定在|年均|增长|提高|下降|降低)*(?P<before>{before})?\[?(?P<value>[+\-]?{ARABIC})(?:[-—~至]{{1,2}}(?P<high>{ARABIC}))?\]?(?P<odd>[余多])?"
        rf"(?:{unit_pattern()})?(?:\([^()]*\))?(?P<after>{after})?(?:/(?P<per>年|月|季度|季))?(?P<later>{after})?(?:\([^()]*\))?"
    )


_RANK_RE = re.compile(rf"(?:.{{0,8}}?)(?:前|第)(?P<value>\d+|{CHINESE})(?P<unit>[位名])?$")
_DAY_RE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d")  # 20240315 is a day
_PER_RE = re.compile(r"[/·](?P<per>年|月|季度|季|万人|千人)$")


def _row_targets(reading: Reading, table: TableReading, row: TableRow, columns: _Columns) -> Iterator[Target]:
    name_cell = _cell(row, columns.indicator)
    if name_cell is None:
        return
    start, end = name_cell.start, name_cell.end
    plain = re.sub(r"\s", "", reading.folded[start:end])
    bracket = _unit_bracket_re().search(plain)
    unit = bracket["whole"] if bracket else None
    if bracket:
        end = start + reading.folded[start:end].rindex("(")
    if columns.unit is not None and (cell := _cell(row, columns.unit)):
        unit = re.sub(r"\s", "", reading.folded[cell.start : cell.end]) or unit
    unit = None if unit in ("/", "-", "—", "——", "") else unit
    per = None
    if unit and (period_of := _PER_RE.search(unit)):
        per, unit = {"季": "季度"}.get(period_of["per"], period_of["per"]), unit[: period_of.start()]
    baseline = None
    if columns.baseline is not None and (cell := _cell(row, columns.baseline)):
        match = _value_re().fullmatch(re.sub(r"\s", "", reading.folded[cell.start : cell.end]))
        baseline = number(match["value"].lstrip("+-")) if match else None
    by = None
    if columns.due is not None and (cell := _cell(row, columns.due)) and (stated := period(re.sub(r"\s", "", reading.folded[cell.start : cell.end]))):
        by = stated.end
    names = _names(reading.folded, start, end)
    for index, due in columns.targets:
        cell = _cell(row, index)
        if cell is None:
            continue
        written = re.sub(r"\s", "", reading.folded[cell.start : cell.end])
        own = _unit_bracket_re().search(table.header[index])  # 年均增长(%) beside 2025年(亿元)
        pace = _PACE_RE.search(table.header[index])
        for said, value, sign, own_unit, own_per, origin in _cell_values(written):
            for first, last in names:
                name = re.sub(r"\s*\n\s*", "", reading.text[first:last]).strip()
                yield Target(
                    id="",
                    unit=row.unit,
                    indicator=name,
                    canonical_indicator=canonical(name) + (pace[0] if pace and not _PACE_RE.search(name) else ""),
                    value=value,
                    value_text=reading.text[cell.start : cell.end],
                    comparator=sign,
                    unit_of_measure=own_unit if sign == "rank" else own_unit or (own["whole"] if own else unit),
                    evidence=Evidence.of(reading.text, min(name_cell.start, cell.start), max(name_cell.end, cell.end)),
                    per=own_per or per,
                    baseline=origin if origin is not None else baseline,
                    baseline_date=columns.baseline_date if baseline is not None and origin is None else None,
                    due=said or due or by or reading.plan.period_end,
                )


def _cell(row: TableRow, column: int) -> Cell | None:
    cell = row.cells[column] if column < len(row.cells) else None
    return cell if cell is not None and cell.end > cell.start else None


def _names(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """The indicators of a cell: A指导率和B覆盖率 are two."""
    joint = re.search(r"(?<=率)[和、及](?=[^和、及]*率\s*$)", folded[start:end])
    return [(start, start + joint.start()), (start + joint.end(), end)] if joint else [(start, end)]


_PART_RE = re.compile(r"[,;。、](?!\d{3}(?!\d))")
_CHANGE_RE = re.compile(
    rf"(?:由|从)(?P<origin>{ARABIC})[^\d,;]{{0,6}}?"
    r"(?:提高|提升|增加|增长|扩大|上升|降低|下降|缩短|压缩|减少|降|增|升)?(?:到|至|为)(?P<rest>.+)"
)


def _cell_values(written: str) -> Iterator[tuple[str | None, Decimal, str, str | None, str | None, Decimal | None]]:
    """(due, value, comparator, unit, per, baseline) of everything a cell says: 到2023年达到80%,到2025年达到90%; 由72小时缩短至48小时."""
    whole = list(_values(written))
    for part in [written] if whole else _PART_RE.split(written):
        dated = period(part) if part[:1] in "到至12" and "年" in part else None
        change = _CHANGE_RE.fullmatch(part)
        for value, sign, unit, per in _values(change["rest"] if change else part):
            yield dated.end if dated else None, value, sign, unit, per, number(change["origin"]) if change else None


def _values(written: str) -> Iterator[tuple[Decimal, str, str | None, str | None]]:
    """(value, comparator, unit, per) of a cell: ≥20, 20左右, 全省前三, [120]; nothing for /, — or words."""
    if rank := _RANK_RE.fullmatch(written):
        if (value := number(rank["value"])) is not None:
            yield value, "rank", rank["unit"], None
        return
    match = None if _DAY_RE.fullmatch(written) else _value_re().fullmatch(written)
    if match is None:
        return
    sign, _ = comparator(match)
    unit = (match["multiplier"] or "") + (match["unit"] or match["bare"] or "") or None
    bounds = ((match["value"], ">=" if match["high"] else sign), (match["high"], "<="))  # 90～95 is two targets, as in a sentence
    for numeral, bound in bounds:
        if numeral and (value := number(numeral.lstrip("+-"))) is not None:
            yield (-value if numeral.startswith("-") else value), bound, unit, match["per"]
