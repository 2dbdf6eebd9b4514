"""Measures of different documents that say nearly the same: candidates by MinHash, pairs by the share of three-letter runs, passages by comparison.

One hash a run, the least one in each of 54 bins (one permutation hashing: Li, Owen & Zhang 2012; empty bins borrow from the right: Shrivastava & Li
2014), and bins banded by two (Indyk & Motwani's locality-sensitive hashing), so that of pairs that share three tenths of their runs 92 in a hundred meet
in a band, and of those that share half nearly all. It is small enough to need no library, and its numbers are the same on every machine.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from zhengpu.graph.links.link_letters import Letters, common_runs, digest

_BINS = 54
_ROWS = 2  # bins a band
_SHORTEST = 24  # letters of a measure; two lines of a task list are alike by a set phrase
LEAST = 0.2  # share of runs; on the plans of the samples, pairs below had set phrases in common and no sentence
_PASSAGE = 8  # letters of a passage that is told
_MOST_PASSAGES = 5
_NONE = 1 << 32


def bands(letters: Letters) -> list[int]:
    """The numbers by which texts that are alike meet; none for a short text."""
    if len(letters.form) < _SHORTEST:
        return []
    least = [_NONE] * _BINS
    for run in letters.shingles:
        value = zlib.crc32(run.encode("utf-8", "surrogatepass"))
        place, value = value % _BINS, value // _BINS
        if value < least[place]:
            least[place] = value
    filled = _filled(least)
    return [digest(f"{at} {filled[at : at + _ROWS]}") for at in range(0, _BINS, _ROWS)]


def _filled(least: list[int]) -> list[int]:
    """The bins, an empty one with what the next full one to its right has, told apart by how far it is."""
    filled = list(least)
    for at, value in enumerate(least):
        away = 0
        while value == _NONE and away < _BINS:
            away += 1
            value = least[(at + away) % _BINS]
        filled[at] = value + away * _NONE
    return filled


def likeness(left: Letters, right: Letters) -> float | None:
    """The share of the runs of both that they have in common, 0 to 1; None below LEAST."""
    shared = len(left.shingles & right.shingles)
    score = shared / (len(left.shingles) + len(right.shingles) - shared) if shared else 0.0
    return round(score, 3) if score >= LEAST else None


def passages(left: Letters, right: Letters, text: str) -> tuple[str, ...]:
    """What both say, as `text`, that of the right one, has it: the longest first, at most five."""
    runs: Sequence[tuple[int, int, int]] = sorted(common_runs(left, right, _PASSAGE), key=lambda run: (-run[2], run[1]))[:_MOST_PASSAGES]
    spans = (right.span(at, at + length) for _, at, length in runs)
    return tuple(dict.fromkeys(text[start:end] for start, end in spans))
