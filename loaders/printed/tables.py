"""Ruled tables of pages -> tables of the document: continued over pages, repeated heads dropped, rows put together that a page parted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhengpu.loaders.pieces import Piece
from zhengpu.loaders.printed.marks import PrintedTable
from zhengpu.loaders.printed.wraps import between, ends_sentence
from zhengpu.loaders.web_page.parts import Grid, GridCell, PageLine
from zhengpu.loaders.web_page.tables import data_table, pairs

SAME_EDGE = 5.0  # points; the two sides of a sheet have other margins, but columns of one width
MOST_HEAD_ROWS = 4
_SPACE_RE = re.compile(r"\s+")
LEAST_WRAPPED = 12  # characters; shorter cells are names that end without a stop
_NUMBER_RE = re.compile(r"[≥≤><＞＜]?\s*[\d.,，]+\s*[%％‰]?|[-—/]")
_SERIAL_RE = re.compile(r"[（(]?\d{1,4}[）).、]?")


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    row_span: int
    column_span: int
    text: str


class JoinedTable:
    """A table that may go on: the part of its first page, then those that `take` adds."""

    def __init__(self, first: PrintedTable) -> None:
        self._cells = [_Cell(*cell) for cell in first.cells]
        self._n_rows = first.n_rows
        self._widths = _widths(first)
        self._head = first
        self._is_open = first.is_open_below

    def goes_on_in(self, part: PrintedTable) -> bool:
        """Whether the next page's table has the same columns."""
        widths = _widths(part)
        return len(widths) == len(self._widths) and all(abs(one - other) <= SAME_EDGE for one, other in zip(widths, self._widths, strict=True))

    def take(self, part: PrintedTable) -> None:
        """Adds the rows of the next page."""
        dropped = _repeated_head(self._head, part)
        cells = [_Cell(cell.row - dropped, *cell[1:]) for cell in part.cells if cell.row >= dropped]
        count = part.n_rows - dropped
        if not cells or count < 1:
            return
        before = {cell.column: cell for cell in self._cells if cell.row + cell.row_span == self._n_rows}
        first = [cell for cell in cells if cell.row == 0]
        shift = self._n_rows
        is_cut, self._is_open = self._is_open and part.is_open_above and not dropped, part.is_open_below
        if (is_cut and all(cell.column in before for cell in first)) or _is_rest_of_row(before, first):
            for cell in first:
                above = before[cell.column]
                if above.text and cell.text:
                    above.text += ("\n" if ends_sentence(above.text) else between(above.text, cell.text)) + cell.text
                else:
                    above.text = above.text or cell.text
                above.row_span += cell.row_span - 1
            cells = [cell for cell in cells if cell.row]
            shift -= 1
        else:
            for cell in first:  # 数字政府 spans rows of both pages: the second part is empty
                spanning = before.get(cell.column)
                if cell.text or spanning is None or not spanning.text or spanning.column_span != cell.column_span:
                    break
                spanning.row_span += cell.row_span
                cells.remove(cell)
        self._cells += [_Cell(cell.row + shift, cell.column, cell.row_span, cell.column_span, cell.text) for cell in cells]
        self._n_rows = shift + count

    def pieces(self) -> list[Piece]:
        """The table as blocks, with the lines above and below that are no rows; its labelled values where it holds such; else its texts."""
        grid = Grid(0)
        lines: list[PageLine] = []
        rows: dict[int, list[_Cell]] = {}
        for cell in self._cells:
            rows.setdefault(cell.row, []).append(cell)
        for number in range(self._n_rows):
            grid.rows.append([])
            for cell in sorted(rows.get(number, []), key=lambda cell: cell.column):
                texts = [PageLine(line) for line in cell.text.split("\n") if line]
                grid.rows[-1].append(GridCell(cell.row_span, cell.column_span, False, len(lines), len(lines) + len(texts)))
                lines += texts
        grid.last = len(lines)
        return pairs(grid, lines) or data_table(grid, lines) or [Piece(line.text) for line in lines]


def _widths(table: PrintedTable) -> list[float]:
    return [edge - table.edges[0] for edge in table.edges[1:]]


def _texts(table: PrintedTable, row: int) -> list[tuple[int, str]]:
    return [(cell.column, _SPACE_RE.sub("", cell.text)) for cell in table.cells if cell.row == row]


def _repeated_head(head: PrintedTable, part: PrintedTable) -> int:
    """How many rows at the beginning of a part are the head's, printed again."""
    count = 0
    while count < min(MOST_HEAD_ROWS, head.n_rows, part.n_rows) and (texts := _texts(head, count)) == _texts(part, count) and any(text for _, text in texts):
        count += 1
    while count and any(cell.row < count < cell.row + cell.row_span for cell in part.cells):
        count -= 1  # a cell of the head would be cut
    return count


def _is_rest_of_row(before: dict[int, _Cell], first: Sequence[_Cell]) -> bool:
    """Whether a page's first row is the rest of the row above: its number is missing, or its first cells are and the text above breaks off."""
    if not first or first[0].text or any(cell.column not in before or before[cell.column].column_span != cell.column_span for cell in first):
        return False
    filled = [cell for cell in first if cell.text]
    above = before[first[0].column]
    if not filled or any(cell.row_span > 1 for cell in filled) or not all(before[cell.column].text for cell in filled):
        return False
    if _SERIAL_RE.fullmatch(above.text):
        return True
    if any(_NUMBER_RE.fullmatch(cell.text) for cell in filled):
        return False  # 85 is whole
    longest = max((before[cell.column] for cell in filled), key=lambda cell: len(cell.text))
    return len(longest.text) >= LEAST_WRAPPED and not ends_sentence(longest.text)
