"""What a table is about, and its rows: the tasks of a task list as measures, however its cells span."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from zhengpu.extract.outline.titles import normal
from zhengpu.extract.reading import TableKind, TableReading, TableRow, Unit, UnitKind
from zhengpu.model import Block, Cell, Evidence, Measure, MeasureKind

# Columns of a task list, the finest description of the task first; and what makes a table a task list or a list of indicators
_TASK_COLUMNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:具体|细化)(?:任务|举措|措施|工作|内容|事项)|(?:任务|工作|措施|举措|改革|建设|主要|实施|实事|项目)内容|任务要求|任务描述|工作举措|推进措施",
        r"任务|举措|措施|事项|实事|工作(?!时)|项目(?:名称)?|清单|活动",
    )
)
_OWNER_COLUMN_RE = re.compile(r"责任|牵头|配合|主办|协办|负责|落实(?:单位|部门)|参与|实施(?:单位|主体|部门)|承办|(?:主管|指导)(?:单位|部门)")
_TIME_COLUMN_RE = re.compile(r"时限|完成时间|时间(?:安排|节点|进度|要求)|进度|期限|完成日期|起止")
_INDICATOR_COLUMN_RE = re.compile(r"指标")
_VALUE_COLUMN_RE = re.compile(r"目标|预期|基[值期数]|\d{4}年|现状|数值|年均|属性|值$")
_SERIAL_RE = re.compile(r"序号|编号|No\.?|NO\.?")


def table_rows(
    text: str, folded: str, block: Block, section: str, count: int, before: TableReading | None = None, tasks_wanted: bool = True
) -> tuple[TableReading, list[Measure]]:
    """A table as it is read, and its task rows as measures numbered from count + 1.

    A table without a head goes on from the one `before` it if that has as many columns: pages and editors cut long tables."""
    table = block.table
    assert table is not None
    grid = table.grid()
    heads = min(table.header_rows, len(grid)) if table.has_header else 0
    header = _header(folded, grid[:heads], table.n_columns)
    if not heads and before is not None and len(before.header) == table.n_columns:
        header = before.header
    kind = _kind(header)
    column = _task_column(header) if kind is TableKind.TASKS else _answered_column(header) if kind is TableKind.INDICATORS else None
    column = column if tasks_wanted else None
    serial = next((index for index, name in enumerate(header) if _SERIAL_RE.fullmatch(name)), None)
    rows: list[TableRow] = []
    tasks: list[Measure] = []
    for number, cells in enumerate(grid[heads:], heads):
        if _is_category(cells) or (serial is not None and _is_numbered_category(folded, cells, serial)):
            continue
        unit = section
        task = cells[column] if column is not None else None
        own = [cell for cell in cells if cell is not None and cell.end > cell.start and cell.row == number]
        if task is not None and task.row < number and tasks and own:
            # one task, several rows of bodies or dates: what spans both rows was read with the first
            unit = tasks[-1].id
            tasks[-1] = replace(tasks[-1], evidence=Evidence.of(text, tasks[-1].evidence.start, max(tasks[-1].evidence.end, own[-1].end)))
            cells = [cell if cell is not None and cell.row == number else None for cell in cells]
        elif task is not None and task.end > task.start and normal(folded[task.start : task.end]) != header[column or 0]:
            unit = f"m{count + len(tasks) + 1}"
            label_cell = cells[serial] if serial is not None else None
            label = text[label_cell.start : label_cell.end] if label_cell else ""
            body = Evidence.of(text, task.start, task.end)
            whole = Evidence.of(text, min(cell.start for cell in own), max(cell.end for cell in own))
            tasks.append(Measure(unit, section, label, re.sub(r"\s*\n\s*", "", body.quote), MeasureKind.TASK, body, whole))
        rows.append(TableRow("table" if kind is TableKind.INDICATORS else unit, tuple(cells), unit if unit != section else ""))
    return TableReading(block, kind, header, tuple(rows)), tasks


def table_units(reading: TableReading, tasks: list[Measure], section: str) -> Iterator[Unit]:
    """The units of a table: its tasks, else the whole."""
    if tasks:
        yield from (Unit(task.id, UnitKind.MEASURE, task.evidence.start, task.evidence.end) for task in tasks)
    else:
        kind = UnitKind.TABLE if reading.kind is TableKind.INDICATORS else UnitKind.SECTION
        yield Unit("table" if kind is UnitKind.TABLE else section, kind, reading.block.start, reading.block.end)


def _header(folded: str, heads: list[list[Cell | None]], n_columns: int) -> tuple[str, ...]:
    """What each column is called, from top to bottom where the head has several rows: 目标值 above 2025年 is 目标值2025年."""
    names = []
    named = [row for row in heads if len({cell and (cell.start, cell.end) for cell in row}) > 1] or heads  # 2024年主要目标 over all of the table is its title
    for column in range(n_columns):
        cells = dict.fromkeys(row[column] for row in named)
        names.append("".join(normal(folded[cell.start : cell.end]) for cell in cells if cell is not None))
    return tuple(names)


def _is_category(cells: list[Cell | None]) -> bool:
    """Whether a row is one cell that spans the table: 一、医疗服务 names the rows below it, and is none of them."""
    return len(cells) > 1 and cells[0] is not None and all(cell is cells[0] for cell in cells)


_CATEGORY_RE = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.]?")


def _is_numbered_category(folded: str, cells: list[Cell | None], serial: int) -> bool:
    """Whether a row names those below it behind a number of its own: 二 | 完善公共服务, over the rest of the table or beside nothing."""
    number, others = cells[serial], [cell for index, cell in enumerate(cells) if index != serial]
    if len(others) > 1 and others[0] is not None and others[0] is not number and all(cell is others[0] for cell in others):
        return True
    filled = [cell for cell in others if cell is not None and cell.end > cell.start]
    return number is not None and len(filled) == 1 < len(others) and _CATEGORY_RE.fullmatch(normal(folded[number.start : number.end])) is not None


def _kind(header: tuple[str, ...]) -> TableKind:
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


def _answered_column(header: tuple[str, ...]) -> int | None:
    """The column of the indicators where another one names the bodies that answer for them."""
    if not any(_OWNER_COLUMN_RE.search(name) for name in header):
        return None
    return next((index for index, name in enumerate(header) if _INDICATOR_COLUMN_RE.search(name) and not _VALUE_COLUMN_RE.search(name)), None)


def _task_column(header: tuple[str, ...]) -> int | None:
    for pattern in _TASK_COLUMNS:
        for index, name in enumerate(header):
            if pattern.search(name) and not _OWNER_COLUMN_RE.search(name) and not _TIME_COLUMN_RE.search(name):
                return index
    return None
