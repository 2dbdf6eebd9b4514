"""What the fact extractors read from: the document with its outline, cut into units. Made once by `zhengpu.extract.facts`, then only read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from zhengpu.model import Block, Cell, Document, DocumentRecord, Goal, Measure, Plan, Section
from zhengpu.regions import Region


class UnitKind(StrEnum):
    NOTICE = "notice"  # everything before the plan: metadata, addressees, the notice's sentence, the signature
    PREAMBLE = "preamble"  # the plan's words before its first heading
    SECTION = "section"  # headings and text that are neither goal nor measure: guiding ideas, principles, schedule phases, group headings
    GOAL = "goal"
    MEASURE = "measure"
    TABLE = "table"  # a table of indicators; the rows of a task list are units of kind measure


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch [start, end) of the text that facts belong to, with its heading and the brackets that name responsible bodies.

    Units are disjoint and in text order. `id` is what facts carry in `unit` or `measure`: m7, g2, s3.1, preamble, notice, table."""

    id: str
    kind: UnitKind
    start: int
    end: int


class TableKind(StrEnum):
    INDICATORS = "indicators"  # 指标 / 目标值
    TASKS = "tasks"  # 任务 / 责任单位 / 时限
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row below the head. `unit` is "table" or the id of the task; `cells` are by column, None for a hole.

    `task` is the measure that the row states: the unit, or that of an indicator which bodies answer for ("" for none)."""

    unit: str
    cells: tuple[Cell | None, ...]
    task: str = ""


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table with what it is about. `header` holds the head's texts by column, folded and without white space ("" for none)."""

    block: Block
    kind: TableKind
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything an extractor may know. `folded` is the text to match on (equal length, see `zhengpu.extract.fold`).

    `region` is the division that the plan governs (None for a national plan), `issuer` the canonical name of the first issuing body."""

    document: Document
    text: str
    folded: str
    record: DocumentRecord
    plan: Plan
    region: Region | None
    issuer: str | None
    outline: tuple[Section, ...]
    goals: tuple[Goal, ...]
    measures: tuple[Measure, ...]
    units: tuple[Unit, ...]
    tables: tuple[TableReading, ...]

    def unit_at(self, position: int) -> Unit | None:
        """The unit that holds this offset, or None between units."""
        index = bisect_right(self.units, position, key=lambda unit: unit.start) - 1
        return self.units[index] if index >= 0 and position < self.units[index].end else None

    def rows(self, kind: TableKind) -> Iterator[tuple[TableReading, TableRow]]:
        """The rows of every table of a kind, in text order."""
        for table in self.tables:
            if table.kind is kind:
                for row in table.rows:
                    yield table, row
