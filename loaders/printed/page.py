"""Fragments and ruled lines of one page -> its lines and tables in reading order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from zhengpu.loaders.printed import reading_order, wraps
from zhengpu.loaders.printed.marks import Fragment, PrintedCell, PrintedLine, PrintedPage, PrintedTable
from zhengpu.loaders.printed.rulings import Box, Grid

FIRST_FRAME = 10  # number of a page's first frame among its columns
PADDING = 6.0  # points; word processors leave 5.4 between a cell's line and its text
_GRID = "\0"
_GRID_RE = re.compile("\0(\\d+)\0")
RISE = 0.35  # em from the base line to the middle of a character


def edges_across(grids: Sequence[Grid], base: float, left: float, right: float) -> list[float]:
    """The x of the ruled lines that a run of characters on this base line may cross: there its cells part."""
    return sorted(x for grid in grids if grid.ys[0] <= base <= grid.ys[-1] + 1 for x in grid.xs if left < x < right)


def page_of(width: float, height: float, fragments: Sequence[Fragment], grids: Sequence[Grid], gutter: float | None = None) -> PrintedPage:
    """The page of fragments that are cut where ruled lines part them; `gutter` is that of the page before.

    A frame around text is no table: its lines are lines of their own."""
    free, inside = list(fragments), {}
    for number, grid in sorted(enumerate(grids), key=lambda pair: _area(pair[1])):  # a table in a frame before the frame
        filled, free = _filled(grid, free)
        if filled:
            inside[number] = filled
    # each grid takes its place among the lines as if it were a word
    words = [_place_of(grids[number], number) for number in inside]
    gutter = reading_order.gutter_of(free, gutter)
    content: list[PrintedLine | PrintedTable] = []
    frames = FIRST_FRAME
    for line in reading_order.lines([*free, *words], gutter):
        if _GRID not in line.text:
            content.append(line)
            continue
        text = _GRID_RE.sub("", line.text).strip()
        if text:  # beside a table
            content.append(line._replace(text=text))
        for number in map(int, _GRID_RE.findall(line.text)):
            if _is_table(inside[number], len(grids[number].ys) - 1):
                content.append(_table(grids[number], inside[number]))
                continue
            for box in grids[number].boxes:
                content += reading_order.lines(inside[number].get(box, ()), column=frames)
                frames += 1
    return PrintedPage(width, height, tuple(content), gutter=gutter)


def _place_of(grid: Grid, number: int) -> Fragment:
    return Fragment(f"{_GRID}{number}{_GRID}", grid.xs[0], grid.xs[-1], (grid.ys[0] + grid.ys[-1]) / 2, 0.0)


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])


def _filled(grid: Grid, fragments: list[Fragment]) -> tuple[dict[Box, list[Fragment]], list[Fragment]]:
    """The fragments in each cell of a grid, and those outside."""
    places = {(box.row + r, box.column + c): box for box in grid.boxes for r in range(box.row_span) for c in range(box.column_span)}
    found: dict[Box, list[Fragment]] = {}
    outside: list[Fragment] = []
    for fragment in fragments:
        middle = fragment.base - RISE * (fragment.em or reading_order.USUAL_EM)
        row = bisect_right(grid.ys, middle) - 1
        column = bisect_right(grid.xs, (fragment.left + fragment.right) / 2) - 1
        box = places.get((row, column))
        if box is None:
            outside.append(fragment)
        else:
            found.setdefault(box, []).append(fragment)
    return found, outside


def _is_table(filled: dict[Box, list[Fragment]], n_rows: int) -> bool:
    """Whether two rows have two cells with text: a heading over a text in a frame (专栏1) is no table. A single row is a head at the end of a page, or
    the last row at the beginning of the next."""
    rows: dict[int, int] = {}
    for box in filled:
        for row in range(box.row, box.row + box.row_span):
            rows[row] = rows.get(row, 0) + 1
    return sum(count >= 2 for count in rows.values()) >= min(2, n_rows)


def _table(grid: Grid, filled: dict[Box, list[Fragment]]) -> PrintedTable:
    lines = {box: reading_order.lines(fragments, column=FIRST_FRAME) for box, fragments in filled.items()}
    padding: dict[int, float] = {}  # of each column: the least that lines keep from its left edge, but those whose last stop hangs out at the right
    for box, inside in lines.items():
        kept = [max(0.0, line.left - box.left) for line in inside if not wraps.may_hang(line.text)]
        padding[box.column] = min([padding.get(box.column, PADDING), *kept])
    cells = []
    for box in grid.boxes:
        text = _text(lines[box], box.right - box.left - 2 * padding[box.column]) if box in lines else ""
        cells.append(PrintedCell(box.row, box.column, box.row_span, box.column_span, text))
    return PrintedTable(tuple(cells), len(grid.ys) - 1, grid.xs, grid.ys[0], grid.ys[-1], grid.is_open_above, grid.is_open_below)


def _text(lines: list[PrintedLine], width: float) -> str:
    """The text of a cell whose lines can be `width` long: a line that has room for the first word of the next one ends a paragraph."""
    out = lines[0].text
    for line, following in pairwise(lines):
        em = following.em or line.em or reading_order.USUAL_EM
        is_full = width - (line.right - line.left) < em * (1.05 + wraps.room(following.text))
        out += (wraps.between(line.text, following.text) if is_full and not wraps.is_new_item(line.text, following.text) else "\n") + following.text
    return out
