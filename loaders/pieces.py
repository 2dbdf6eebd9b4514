"""What a format hands over: the blocks of its own structure, before cleaning and before they have a place in the document's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhengpu.loaders.page_fields import LineField
from zhengpu.model import BlockKind, Cell, Table


@dataclass(frozen=True, slots=True)
class Piece:
    """One block. Cells of `table` and spans of `fields` count from the beginning of `text`; neither text nor spans of such a piece change any more.

    A piece with `removed` set (navigation, advert …) is not part of the document: its text is only written down as left out, and why."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    table: Table | None = None
    fields: tuple[LineField, ...] = ()
    removed: str | None = None


@dataclass(frozen=True, slots=True)
class PlainCell:
    """A cell of a table before it has a place in the text: its text, zero-based row and column, and what it spans."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


def table_of(cells: Sequence[PlainCell], n_rows: int, n_columns: int, header_rows: int = 1) -> Piece:
    """A table as a block: its cells' texts row by row with a line break between them; an empty cell has no line. 0 `header_rows` for no head."""
    parts: list[str] = []
    placed: list[Cell] = []
    offset = 0
    for cell in cells:
        start = offset + 1 if parts and cell.text else offset
        placed.append(Cell(cell.row, cell.column, start, start + len(cell.text), cell.row_span, cell.column_span))
        if cell.text:
            parts.append(cell.text)
            offset = start + len(cell.text)
    return Piece("\n".join(parts), BlockKind.TABLE, Table(tuple(placed), n_rows, n_columns, header_rows > 0, max(header_rows, 1)))


def plain_table(rows: Sequence[Sequence[str]]) -> Piece:
    """A table without spanning cells, the first row its head."""
    cells = [PlainCell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts)]
    return table_of(cells, len(rows), max(map(len, rows), default=0))
