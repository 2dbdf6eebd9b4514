"""Cleaned lines -> Document: one text, with the spans of blocks, cells and labelled values in it. Every format ends here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from zhengpu.loaders.cleaning import Line, lines_of
from zhengpu.loaders.flat_tables import FlatTable
from zhengpu.loaders.page_fields import LineField, fields_of, is_surely
from zhengpu.loaders.pieces import Piece
from zhengpu.model import Block, BlockKind, Cell, Document, PageField, Removal, Table

FIELD_LINES = 80  # labelled values are looked for in the first lines of a page and in the last (database exports trail them)


def document_of(pieces: Iterable[Piece], *, source: str, form: str, digest: str, page: Iterable[PageField] = ()) -> Document:
    """The Document of a format's blocks. `form` is its name (html, docx …), `digest` the sha256 of the file's bytes.

    `page` are values that the file states outside its text (HTML's <meta>, a word processor's properties); those in the text come first."""
    return assembled(lines_of(pieces), source=source, form=form, digest=digest, page=page)


def assembled(cleaned: list[Line], *, source: str, form: str, digest: str, flat: Iterable[FlatTable] = (), page: Iterable[PageField] = ()) -> Document:
    """The Document of cleaned lines; `flat` are the tables that stand in several of them."""
    starts, offset = [], 0
    for line in cleaned:
        starts.append(offset)
        offset += len(line.text) + 1
    whole = "\n".join(line.text for line in cleaned)

    labelled = _labelled(cleaned)
    blocks: list[Block] = []
    stated: list[PageField] = []
    tables = {table.first: table for table in flat if not any(number in labelled for number in range(table.first, table.last))}
    number = 0
    while number < len(cleaned):
        line, start = cleaned[number], starts[number]
        end = start + len(line.text)
        if number in tables:
            table = tables[number]
            end = starts[table.last - 1] + len(cleaned[table.last - 1].text)
            blocks.append(Block(BlockKind.TABLE, start, end, _flat_table(table, starts)))
            number = table.last
            continue
        if line.table is not None:
            blocks.append(Block(BlockKind.TABLE, start, end, _placed(line.table, start)))
        elif number in labelled:
            stated += [
                PageField(field.name, whole[start + field.start : start + field.end], start + field.start, start + field.end)
                for field in labelled[number]
                if field.end > field.start
            ]
            blocks.append(Block(BlockKind.METADATA, start, end))
        elif line.text:
            blocks.append(Block(line.kind, start, end))
        number += 1
    removed = sorted(
        (Removal(text, why, min(start + at, len(whole))) for line, start in zip(cleaned, starts, strict=True) for at, text, why in line.removed),
        key=lambda removal: removal.position,
    )
    return Document(source, form, digest, whole, tuple(blocks), (*stated, *page), tuple(removed))


def _labelled(cleaned: list[Line]) -> dict[int, list[LineField]]:
    """Line number -> its labelled values. A label alone in its line takes the next line as its value."""
    found: dict[int, list[LineField]] = {}
    candidates = [*range(min(FIELD_LINES, len(cleaned))), *range(max(FIELD_LINES, len(cleaned) - FIELD_LINES // 4), len(cleaned))]
    waiting: LineField | None = None
    blank = False
    for number in candidates:
        line = cleaned[number]
        text = line.text
        if line.is_fixed or line.kind is BlockKind.HEADING:
            waiting = None
            continue
        if not text and waiting is not None:
            blank = True
            continue
        fields = fields_of(text) if len(text) <= 400 else []
        if waiting is not None and not fields and len(text) <= 120 and (not blank or is_surely(waiting.name, text)):
            found[number] = [LineField(waiting.name, waiting.label, 0, len(text))]
        if fields:
            found[number] = fields
        blank = False
        waiting = fields[-1] if fields and fields[-1].start >= fields[-1].end and fields[-1].name != "other" else None  # an empty 主题词 is empty
    return found | {number: list(line.fields) for number, line in enumerate(cleaned) if line.fields}


def _placed(table: Table, start: int) -> Table:
    """A table whose cells counted from its own beginning, at its place in the text."""
    cells = tuple(Cell(cell.row, cell.column, start + cell.start, start + cell.end, cell.row_span, cell.column_span) for cell in table.cells)
    return replace(table, cells=cells)


def _flat_table(table: FlatTable, starts: list[int]) -> Table:
    columns = max(len(row) for row in table.rows)
    cells = tuple(
        Cell(row, column, starts[first] + start, starts[last] + end)
        for row, line in enumerate(table.rows)
        for column, (first, start, last, end) in enumerate(line)
    )
    return Table(cells, len(table.rows), columns)
