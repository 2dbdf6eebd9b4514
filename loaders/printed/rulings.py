"""Ruled lines of a page -> the grids that they draw: cells as rectangles with the rows and columns they span. Geometry only, no text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAR = 3.0  # points; Word draws the edges of neighbouring cells up to 1.5 apart, and lets lines end as far from those they meet
MOST_COLUMNS = 60  # the widest table met has 24; more are a drawing or a map
MOST_ROWS = 400  # on one page
MOST_RULINGS = 20_000  # ruled lines of one page that are looked at; a page of a chart or map has more, and no table


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line along x (horizontal: `at` is y) or along y (`at` is x), from `first` to `last`."""

    is_horizontal: bool
    at: float
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its place in the grid, what it spans, and its rectangle."""

    row: int
    column: int
    row_span: int
    column_span: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's lines: the x of its columns' edges, the y of its rows' edges, its cells in reading order, and whether a line above or below is missing."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]
    is_open_above: bool = False
    is_open_below: bool = False


def grids(rulings: Sequence[Ruling]) -> list[Grid]:
    """The grids that ruled lines draw, from top to bottom; a frame around text is a grid of one cell."""
    if len(rulings) > MOST_RULINGS:
        return []
    lines = [*_merged(r for r in rulings if r.is_horizontal), *_merged(r for r in rulings if not r.is_horizontal)]
    found = [grid for group in _connected(lines) if (grid := _grid(group)) is not None]
    return sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _merged(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Lines drawn in pieces or twice, as one each."""
    out: list[Ruling] = []
    row: list[Ruling] = []
    for ruling in [*sorted(rulings, key=lambda r: r.at), None]:
        if row and (ruling is None or ruling.at - row[-1].at > NEAR / 2 or ruling.at - row[0].at > NEAR):
            at = sum(r.at for r in row) / len(row)
            row.sort(key=lambda r: r.first)
            first, last = row[0].first, row[0].last
            for piece in row[1:]:
                if piece.first > last + NEAR:
                    out.append(Ruling(piece.is_horizontal, at, first, last))
                    first, last = piece.first, piece.last
                last = max(last, piece.last)
            out.append(Ruling(row[0].is_horizontal, at, first, last))
            row = []
        if ruling is not None:
            row.append(ruling)
    return [r for r in out if r.last - r.first > NEAR]


def _connected(lines: list[Ruling]) -> list[list[Ruling]]:
    """Lines that cross or touch, group by group."""
    across = [r for r in lines if r.is_horizontal]
    down = sorted((r for r in lines if not r.is_horizontal), key=lambda r: r.at)
    places = [r.at for r in down]
    group = list(range(len(across) + len(down)))

    def root(number: int) -> int:
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    for i, line in enumerate(across):
        for j in range(bisect_left(places, line.first - NEAR), len(down)):
            if places[j] > line.last + NEAR:
                break
            if down[j].first - NEAR <= line.at <= down[j].last + NEAR:
                group[root(i)] = root(len(across) + j)
    out: dict[int, list[Ruling]] = {}
    for number, line in enumerate([*across, *down]):
        out.setdefault(root(number), []).append(line)
    return list(out.values())


def _grid(lines: list[Ruling]) -> Grid | None:
    across, down = [r for r in lines if r.is_horizontal], [r for r in lines if not r.is_horizontal]
    if len(across) < 2 or len(down) < 2:
        return None
    across, down, (is_open_above, is_open_below) = _closed(across, down)
    ys, xs = _places(across), _places(down)
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    if not (1 <= n_rows <= MOST_ROWS and 1 <= n_columns <= MOST_COLUMNS):
        return None
    closed_right = [[False] * n_columns for _ in range(n_rows)]
    closed_below = [[False] * n_columns for _ in range(n_rows)]
    for line in down:
        column = _nearest(xs, line.at) - 1
        if column >= 0:
            for row in range(n_rows):
                closed_right[row][column] |= line.first - NEAR <= (ys[row] + ys[row + 1]) / 2 <= line.last + NEAR
    for line in across:
        row = _nearest(ys, line.at) - 1
        if row >= 0:
            for column in range(n_columns):
                closed_below[row][column] |= line.first - NEAR <= (xs[column] + xs[column + 1]) / 2 <= line.last + NEAR
    return Grid(tuple(xs), tuple(ys), tuple(_boxes(xs, ys, closed_right, closed_below)), is_open_above, is_open_below)


def _closed(across: list[Ruling], down: list[Ruling]) -> tuple[list[Ruling], list[Ruling], tuple[bool, bool]]:
    """With the sides that a table leaves open: left and right in statistics, above and below where browsers part a row between pages (whether they do)."""
    left, right = min(r.first for r in across), max(r.last for r in across)
    top, bottom = min(r.at for r in across), max(r.at for r in across)
    ends = sorted(r.first for r in down)[1], sorted(r.last for r in down)[-2]  # two lines must go on: a drawing beside is one
    is_open = top - ends[0] > 2 * NEAR, ends[1] - bottom > 2 * NEAR
    across = [*across, *(Ruling(True, at, left, right) for at, is_missing in zip(ends, is_open, strict=True) if is_missing)]
    top, bottom = min(top, ends[0]), max(bottom, ends[1])
    sides = [at for at, nearest in ((left, min(r.at for r in down) - left), (right, right - max(r.at for r in down))) if nearest > 2 * NEAR]
    return across, [*down, *(Ruling(False, at, top, bottom) for at in sides)], is_open


def _places(lines: list[Ruling]) -> list[float]:
    """The distinct places of parallel lines."""
    out: list[float] = []
    for at in sorted(r.at for r in lines):
        if not out or at - out[-1] > NEAR:
            out.append(at)
    return out


def _nearest(places: list[float], at: float) -> int:
    index = bisect_left(places, at)
    return index if index < len(places) and (index == 0 or places[index] - at < at - places[index - 1]) else index - 1


def _boxes(xs: list[float], ys: list[float], closed_right: list[list[bool]], closed_below: list[list[bool]]) -> list[Box]:
    """Cells grow to the right up to a line, then down as long as no line is below any of their columns."""
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    taken = [[False] * n_columns for _ in range(n_rows)]
    out: list[Box] = []
    for row in range(n_rows):
        for column in range(n_columns):
            if taken[row][column]:
                continue
            right = column + 1
            while right < n_columns and not closed_right[row][right - 1] and not taken[row][right]:
                right += 1
            below = row + 1
            while below < n_rows and not any(closed_below[below - 1][c] or taken[below][c] for c in range(column, right)):
                below += 1
            for r in range(row, below):
                taken[r][column:right] = [True] * (right - column)
            out.append(Box(row, column, below - row, right - column, xs[column], ys[row], xs[right], ys[below]))
    return out
