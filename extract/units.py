"""Goals, measures and task rows from the outline, and the text cut into the units that facts belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhengpu.extract.allocations import allocation_spans
from zhengpu.extract.front_matter import FrontMatter, normal
from zhengpu.extract.headings import kind_of_title
from zhengpu.extract.reading import TableKind, TableReading, TableRow, Unit, UnitKind
from zhengpu.model import Block, BlockKind, Document, Evidence, Goal, Measure, MeasureKind, Section, SectionKind

_MEASURE_KINDS = {
    SectionKind.MEASURE: MeasureKind.MEASURE,
    SectionKind.MEASURE_GROUP: MeasureKind.MEASURE,
    SectionKind.KEY_PROJECT: MeasureKind.KEY_PROJECT,
    SectionKind.SAFEGUARD: MeasureKind.SAFEGUARD,
}
_BLANK = " \n\t\u3000\xa0|"
_CLAUSE_RE = re.compile(r"[,;。:]")
_BY_YEAR_RE = re.compile(r"(?:力争)?到(?:20\d\d年|\"?十[四五六]五|本世纪)")

# Columns of a task list, the finest description of the task first; and what makes a table a task list or a list of indicators
_TASK_COLUMNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:具体|细化)(?:任务|举措|措施|工作|内容|事项)|(?:任务|工作|措施|举措|改革|建设|主要|实施)内容|任务要求|任务描述|工作举措|推进措施",
        r"任务|举措|措施|事项|工作(?!时)|项目(?:名称)?|清单|活动",
    )
)
_OWNER_COLUMN_RE = re.compile(r"责任|牵头|配合|主办|协办|负责|落实(?:单位|部门)|参与|实施(?:单位|主体|部门)|承办|主管(?:单位|部门)")
_TIME_COLUMN_RE = re.compile(r"时限|完成时间|时间(?:安排|节点|进度|要求)|进度|期限|完成日期|起止")
_INDICATOR_COLUMN_RE = re.compile(r"指标")
_VALUE_COLUMN_RE = re.compile(r"目标|预期|基[值期数]|\d{4}年|现状|数值|年均|属性|值$")


@dataclass(frozen=True, slots=True)
class Units:
    goals: tuple[Goal, ...]
    measures: tuple[Measure, ...]
    units: tuple[Unit, ...]
    tables: tuple[TableReading, ...]


def units(document: Document, folded: str, front: FrontMatter, outline: tuple[Section, ...]) -> Units:
    """Cuts the text: the notice, the preamble, then each section as goals, a measure or plain text; tables by their rows."""
    text = document.text
    parents = {section.parent for section in outline if section.kind is not SectionKind.TABLE}
    tables = [block for block in document.blocks if block.table is not None]
    goals: list[Goal] = []
    measures: list[Measure] = []
    found: list[Unit] = []
    readings: list[TableReading] = []
    first = next((section.evidence.start for section in outline if section.evidence.start >= front.body_start), front.body_end)
    if front.body_start > 0:
        found.append(Unit("notice", UnitKind.NOTICE, 0, front.notice_outline[0] if front.notice_outline else front.body_start))
    if first > front.body_start:
        found.append(Unit("preamble", UnitKind.PREAMBLE, front.body_start, first))
    starts = [section.evidence.start for section in outline] + [front.body_end]
    for section, limit in zip(outline, starts[1:], strict=True):
        inside = [block for block in tables if section.evidence.end <= block.start < limit]
        end = min([section.body_end, *(block.start for block in inside)])
        leaf = section.id not in parents
        if section.kind is SectionKind.GOAL:
            own = list(_goals(document, folded, section, end, len(goals)))
            goals += own
            split = own[0].evidence.start if own else end
            if split > section.evidence.start:
                found.append(Unit(section.id, UnitKind.SECTION, section.evidence.start, split))
            found += [Unit(goal.id, UnitKind.GOAL, goal.evidence.start, goal.evidence.end) for goal in own]
        elif leaf and section.kind in _MEASURE_KINDS and not (inside and end <= section.evidence.end):
            measure = _measure(text, folded, section, end, f"m{len(measures) + 1}")
            measures.append(measure)
            found.append(Unit(measure.id, UnitKind.MEASURE, section.evidence.start, max(end, section.evidence.end)))
        elif leaf and section.kind is SectionKind.GUIDING and (aims := list(_aims(document, folded, section, end, len(goals)))):
            goals += aims
            found.append(Unit(section.id, UnitKind.SECTION, section.evidence.start, aims[0].evidence.start))
            found += [Unit(goal.id, UnitKind.GOAL, goal.evidence.start, goal.evidence.end) for goal in aims]
        else:
            found.append(Unit(section.id, UnitKind.SECTION, section.evidence.start, max(end, section.evidence.end)))
        for block in inside:
            reading, tasks = _table(text, folded, block, section.id, len(measures))
            readings.append(reading)
            measures += tasks
            found += _table_units(reading, tasks, section.id)
    readings.extend(_table(text, folded, block, "", 0, tasks_wanted=False)[0] for block in tables if block.start < first)
    return Units(tuple(goals), tuple(measures), _disjoint(found), tuple(sorted(readings, key=lambda reading: reading.block.start)))


def _goals(document: Document, folded: str, section: Section, end: int, count: int) -> Iterator[Goal]:
    """The objectives below a heading: one for a heading that names it, else one for each paragraph below 主要目标."""
    text = document.text
    title = folded[section.evidence.start + len(section.label) : section.evidence.end]
    if section.level > 1 and kind_of_title(title) is not SectionKind.GOAL:
        yield Goal(f"g{count + 1}", section.id, section.title, Evidence.of(text, section.evidence.start, max(end, section.evidence.end)))
        return
    for block in document.blocks:
        start, stop = max(block.start, section.body_start), min(block.end, end)
        if start < stop and block.kind is not BlockKind.TABLE and text[start:stop].strip(_BLANK):
            clause = _CLAUSE_RE.search(folded, start, stop)
            count += 1
            yield Goal(f"g{count}", section.id, text[start : clause.start() if clause else stop] or text[start:stop], Evidence.of(text, start, stop))


def _aims(document: Document, folded: str, section: Section, end: int, count: int) -> Iterator[Goal]:
    """The last paragraphs of 总体思路 that say by when what shall be reached (到2027年，…); none where other text follows them."""
    own = [block for block in document.blocks if section.evidence.end <= block.start < end and block.table is None]
    first = next((i for i, block in enumerate(own) if _BY_YEAR_RE.match(folded, block.start)), len(own))
    if first == 0 or not all(_BY_YEAR_RE.match(folded, block.start) for block in own[first:]):
        return
    for block in own[first:]:
        count += 1
        clause = _CLAUSE_RE.search(folded, block.start, block.end)
        yield Goal(
            f"g{count}", section.id, document.text[block.start : clause.start() if clause else block.end], Evidence.of(document.text, block.start, block.end)
        )


def _measure(text: str, folded: str, section: Section, end: int, name: str) -> Measure:
    start, stop = _trimmed(text, section.body_start, end)
    for first, last in reversed(allocation_spans(folded, start, stop)):
        if first > start and not folded[last:stop].strip(_BLANK + "。;"):
            start, stop = _trimmed(text, start, first)
    body = Evidence.of(text, start, stop) if stop > start else section.evidence
    whole = Evidence.of(text, section.evidence.start, max(body.end, section.evidence.end))
    return Measure(name, section.id, section.label, section.title, _MEASURE_KINDS[section.kind], body, whole)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _BLANK:
        start += 1
    while end > start and text[end - 1] in _BLANK:
        end -= 1
    return start, end


def _table(text: str, folded: str, block: Block, section: str, count: int, tasks_wanted: bool = True) -> tuple[TableReading, list[Measure]]:
    """A table as it is read, and its task rows as measures numbered from count + 1."""
    assert block.table is not None
    grid = block.table.grid()
    header = tuple(normal(folded[cell.start : cell.end]) if cell else "" for cell in grid[0]) if grid else ()
    kind = _table_kind(header)
    column = _task_column(header) if kind is TableKind.TASKS and tasks_wanted else None
    serial = next((i for i, name in enumerate(header) if re.fullmatch(r"序号|编号|No\.?|NO\.?", name)), None)
    rows: list[TableRow] = []
    tasks: list[Measure] = []
    for cells in grid[1:]:
        unit = "table" if kind is TableKind.INDICATORS else section
        task = cells[column] if column is not None and column < len(cells) else None
        if task is not None and task.end > task.start and normal(folded[task.start : task.end]) != header[column or 0]:
            unit = f"m{count + len(tasks) + 1}"
            number = cells[serial] if serial is not None else None
            filled = [cell for cell in cells if cell is not None and cell.end > cell.start]
            body = Evidence.of(text, task.start, task.end)
            row = Evidence.of(text, min(cell.start for cell in filled), max(cell.end for cell in filled))
            label = text[number.start : number.end] if number else ""
            tasks.append(Measure(unit, section, label, re.sub(r"\s*\n\s*", "", body.quote), MeasureKind.TASK, body, row))
        rows.append(TableRow(unit, tuple(cells)))
    return TableReading(block, kind, header, tuple(rows)), tasks


def _table_kind(header: tuple[str, ...]) -> TableKind:
    owners = any(_OWNER_COLUMN_RE.search(name) for name in header)
    if (
        any(_INDICATOR_COLUMN_RE.search(name) for name in header)
        and any(_VALUE_COLUMN_RE.search(name) for name in header)
        and not (owners and _task_column(header) is not None)
    ):
        return TableKind.INDICATORS
    if (owners or any(_TIME_COLUMN_RE.search(name) for name in header)) and _task_column(header) is not None:
        return TableKind.TASKS
    return TableKind.OTHER


def _task_column(header: tuple[str, ...]) -> int | None:
    for pattern in _TASK_COLUMNS:
        for index, name in enumerate(header):
            if pattern.search(name) and not _OWNER_COLUMN_RE.search(name) and not _TIME_COLUMN_RE.search(name):
                return index
    return None


def _table_units(reading: TableReading, tasks: list[Measure], section: str) -> Iterator[Unit]:
    if reading.kind is TableKind.TASKS and tasks:
        yield from (Unit(task.id, UnitKind.MEASURE, task.evidence.start, task.evidence.end) for task in tasks)
    else:
        kind = UnitKind.TABLE if reading.kind is TableKind.INDICATORS else UnitKind.SECTION
        yield Unit("table" if kind is UnitKind.TABLE else section, kind, reading.block.start, reading.block.end)


def _disjoint(found: list[Unit]) -> tuple[Unit, ...]:
    """In text order, each ending where the next begins at the latest."""
    ordered = sorted((unit for unit in found if unit.end > unit.start), key=lambda unit: (unit.start, unit.end))
    out: list[Unit] = []
    for unit, following in zip(ordered, [*ordered, None][1:], strict=True):
        end = min(unit.end, following.start) if following else unit.end
        if end > unit.start:
            out.append(Unit(unit.id, unit.kind, unit.start, end))
    return tuple(out)
