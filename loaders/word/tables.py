"""A DOCX table -> blocks: the table with its merged cells, its labelled values, or what stands in a table that only lays a page out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from zhengpu.loaders.pieces import Piece
from zhengpu.loaders.web_page.parts import Grid, GridCell, PageLine
from zhengpu.loaders.web_page.tables import data_table, pairs
from zhengpu.loaders.word import names as w

WIDEST = 1000  # columns that a cell may claim; Word stops at 63
_WRAPPED = frozenset({w.CONTROL, w.CONTROL_CONTENT, w.INSERTED, w.CUSTOM})


def pieces(table: etree._Element, contents: Callable[[etree._Element], list[Piece]]) -> list[Piece]:
    """The blocks of a table; `contents` gives those of a cell. A table in a cell of a table of data is lines of that cell."""
    grid = Grid(0)
    lines: list[PageLine] = []
    cells: list[list[Piece]] = []
    merged: dict[int, tuple[int, GridCell]] = {}  # first column -> columns and cell that the rows below may go on with
    for row in _found(table, w.ROW):
        properties = w.child(row, w.ROW_PROPERTIES)
        if w.child(properties, w.DELETED) is not None:
            continue
        grid.rows.append([])
        column = min(w.number(w.value(properties, w.BEFORE)) or 0, WIDEST)
        if column > 0:
            grid.rows[-1].append(GridCell(1, column, False, len(lines), len(lines)))
        below: dict[int, tuple[int, GridCell]] = {}
        for element in _found(row, w.CELL):
            own = w.child(element, w.CELL_PROPERTIES)
            width = max(1, min(w.number(w.value(own, w.COLUMN_SPAN)) or 1, WIDEST))
            blocks = contents(element)
            text = [line for block in blocks if not block.removed for line in block.text.split("\n") if line.strip()]
            down, side = _merge(own, w.DOWN_MERGE), _merge(own, w.SIDE_MERGE)
            above = merged.get(column)
            if down == "continue" and not text and above is not None and above[0] == width:
                above[1].row_span += 1
                below[column] = above
            elif side == "continue" and not text and grid.rows[-1]:
                grid.rows[-1][-1].column_span += width
            else:
                cell = GridCell(1, width, w.child(properties, w.REPEATED_HEAD) is not None, len(lines), len(lines) + len(text))
                grid.rows[-1].append(cell)
                lines += [PageLine(line.strip()) for line in text]
                if down is not None:
                    below[column] = (width, cell)
            cells.append(blocks)
            column += width
        merged = below
    grid.last = len(lines)
    left_out = [block for blocks in cells for block in blocks if block.removed]
    if as_table := pairs(grid, lines) or data_table(grid, lines):
        return [*left_out, *as_table]
    return [block for blocks in cells for block in blocks]


def _merge(properties: etree._Element | None, name: str) -> str | None:
    """restart, continue, or None for a cell that is not merged in that direction."""
    found = w.child(properties, name)
    return None if found is None else found.get(w.VALUE) or "continue"


def _found(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table or cells of a row, those in controls and insertions too, but not those of tables within."""
    inside = [iter(element)]
    while inside:
        for item in inside[-1]:
            if item.tag == name:
                yield item
            elif item.tag in _WRAPPED:
                inside.append(iter(item))
                break
        else:
            inside.pop()
