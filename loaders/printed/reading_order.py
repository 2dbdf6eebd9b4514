"""Fragments of a page -> its lines in reading order: what stands on one base line is put together, two columns are read one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby
from statistics import median

from zhengpu.loaders.printed.marks import Fragment, PrintedLine

APART = 1.8  # em between words of one line; wider gaps part cells, columns, 索引号：… 公开方式：…
WORD_GAP = 0.45  # em; word processors set a quarter of one between 2024 and 年, which is no space
SAME_BASE = 0.45  # em; raised numbers of footnotes stand 0.3 above the others
LEAST_COLUMN = 8  # lines; fewer side by side are a list or signatures
STEP = 2.0  # points, in looking for the white stripe between columns
MOST_ACROSS = 0.2  # of the fragments: titles and running heads stand across the stripe
FEW_MORE = 0.03  # of the fragments: the number of the page stands in the stripe itself
USUAL_EM = 12.0  # points, where no line of a page has a Han character


def lines(fragments: Sequence[Fragment], gutter: float | None = None, column: int = 0) -> list[PrintedLine]:
    """The lines of a page with its `gutter`, or of one frame on it (then `column` says which)."""
    if not fragments:
        return []
    em = _usual(fragments)
    if gutter is None:
        return _joined(fragments, em, column)
    out: list[PrintedLine] = []
    for band, is_split in _bands(fragments, gutter, em):
        if is_split:
            out += _joined([f for f in band if f.left < gutter], em, 1)
            out += _joined([f for f in band if f.left >= gutter], em, 2)
        else:
            out += _joined(band, em, 0)
    return out


def _usual(fragments: Iterable[Fragment]) -> float:
    return median([f.em for f in fragments if f.em] or [USUAL_EM])


def rows(fragments: Iterable[Fragment], em: float) -> list[list[Fragment]]:
    """Fragments by base line from top to bottom, each row from left to right."""
    out: list[list[Fragment]] = []
    base = 0.0
    for fragment in sorted(fragments, key=lambda f: f.base):
        if out and fragment.base - base <= SAME_BASE * (fragment.em or em):
            out[-1].append(fragment)
            if fragment.em > max((f.em for f in out[-1][:-1]), default=0.0):
                base = fragment.base  # the larger characters stand on the line, a raised note beside them does not
        else:
            out.append([fragment])
            base = fragment.base
    for row in out:
        if len(row) > 1:
            row.sort(key=lambda f: f.left)
    return out


def together(row: list[Fragment], em: float, column: int = 0) -> PrintedLine:
    """One line of the fragments of a row. Where they stand far apart, two spaces tell."""
    first = row[0]
    if len(row) == 1:
        return PrintedLine(first.text, first.left, first.right, first.base, first.em or 0.0, column)
    parts = [first.text]
    right, size = first.right, first.em
    for fragment in row[1:]:
        gap = (fragment.left - right) / (fragment.em or size or em)
        parts += space(parts[-1][-1], fragment.text[0], gap, fragment.is_spaced), fragment.text
        right, size = max(right, fragment.right), max(size, fragment.em)
    return PrintedLine("".join(parts), first.left, right, max(row, key=lambda f: f.em).base, size, column)


def space(before: str, behind: str, gap: float, is_spaced: bool) -> str:
    """What stands between two characters that are `gap` em apart: 财政部 教育部 keeps its space, 2024 年 has none but the file says so."""
    if gap > APART:
        return "  "
    if before.isascii() and behind.isascii():
        return " " if gap > 0.1 else ""
    return " " if is_spaced or gap > WORD_GAP else ""


def _joined(fragments: Sequence[Fragment], em: float, column: int) -> list[PrintedLine]:
    return [together(row, em, column) for row in rows(fragments, em)]


def gutter_of(fragments: Sequence[Fragment], before: float | None = None) -> float | None:
    """The x between two columns of text; None for a page of one. `before` is that of the page before, which a page goes on with if it can."""
    if not fragments:
        return before
    if before is not None and sum(f.left < before < f.right for f in fragments) <= MOST_ACROSS * len(fragments):
        return before
    return _white_stripe(fragments, _usual(fragments))


def _white_stripe(fragments: Sequence[Fragment], em: float) -> float | None:
    """Columns have lines that begin together behind a white stripe, and end together before it."""
    left, right = min(f.left for f in fragments), max(f.right for f in fragments)
    if len(fragments) < 2 * LEAST_COLUMN or right - left < 20 * em:
        return None
    first, last = (round((left + share * (right - left)) / STEP) for share in (0.35, 0.65))
    changes = [0] * (last - first + 2)  # how many fragments stand at each step of the middle of the page
    for f in fragments:
        begin, until = max(round(f.left / STEP), first), min(round(f.right / STEP), last)
        if begin <= until:
            changes[begin - first] += 1
            changes[until - first + 1] -= 1
    crossed = list(accumulate(changes[:-1]))
    most: float = min(crossed) + FEW_MORE * len(fragments)
    if most > MOST_ACROSS * len(fragments):
        return None
    stripe = max((list(run) for is_white, run in groupby(range(len(crossed)), key=lambda i: crossed[i] <= most) if is_white), key=len)
    middle = (2 * first + stripe[0] + stripe[-1]) / 2 * STEP
    ends, starts = sorted(f.right for f in fragments if f.right <= middle), sorted(f.left for f in fragments if f.left >= middle)
    if (stripe[-1] - stripe[0]) * STEP < 0.6 * em or min(len(ends), len(starts)) < LEAST_COLUMN:
        return None
    far, near = ends[int(0.9 * len(ends))], starts[int(0.1 * len(starts))]
    full = sum(abs(at - far) < 1.6 * em for at in ends), sum(abs(at - near) < 0.8 * em for at in starts)
    return middle if full[0] >= len(ends) / 2 and full[1] >= len(starts) / 2 else None


def _bands(fragments: Sequence[Fragment], gutter: float, em: float) -> list[tuple[list[Fragment], bool]]:
    """Stretches of the page from top to bottom: lines across the gutter (a title), and lines on either side of it."""
    out: list[tuple[list[Fragment], bool]] = []
    for row in rows(fragments, em):
        is_split = not any(f.left < gutter < f.right for f in row)
        if out and out[-1][1] == is_split:
            out[-1][0].extend(row)
        else:
            out.append((row, is_split))
    return out
