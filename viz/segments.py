"""A text cut where facts begin and end, so that each piece is marked with all the facts it lies in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise


@dataclass(frozen=True, slots=True)
class Span:
    """A fact's place [start, end), which may overlap any other. `number` is the fact's, `is_unit` tells goals and measures from what they hold."""

    start: int
    end: int
    number: int
    is_unit: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece [start, end) inside one line. `facts` are the numbers of the facts around it, `beginning` those of them that begin here."""

    start: int
    end: int
    facts: tuple[int, ...]
    beginning: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces side by side that lie in the same units."""

    units: tuple[int, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line [start, end) of the text without its break."""

    start: int
    end: int
    runs: tuple[Run, ...]


def lines(text: str, spans: Iterable[Span], cuts: Iterable[int] = ()) -> list[Line]:
    """Every line of the text, cut at the ends of the spans and at `cuts`. The pieces of a line are the line; facts are in the order of their numbers."""
    waiting = sorted((span for span in spans if span.start < span.end), key=lambda span: (span.start, span.number), reverse=True)
    places = sorted({*(span.start for span in waiting), *(span.end for span in waiting), *cuts})
    active: list[Span] = []
    out: list[Line] = []
    start = 0
    for words in text.split("\n"):
        end = start + len(words)
        bounds = [start, *places[bisect_right(places, start) : bisect_left(places, end)], end] if words else []
        pieces: list[tuple[tuple[int, ...], Segment]] = []
        for first, last in pairwise(bounds):
            fresh = []
            while waiting and waiting[-1].start <= first:
                fresh.append(waiting.pop())
            active = [span for span in (*active, *fresh) if span.end > first]
            pieces.append(_piece(first, last, active, {span.number for span in fresh}))
        runs = (Run(units, tuple(segment for _, segment in group)) for units, group in groupby(pieces, key=lambda piece: piece[0]))
        out.append(Line(start, end, tuple(runs)))
        start = end + 1
    return out


def _piece(first: int, last: int, active: Sequence[Span], fresh: Set[int]) -> tuple[tuple[int, ...], Segment]:
    """The units around a piece, and the piece."""
    units = tuple(sorted(span.number for span in active if span.is_unit))
    facts = tuple(sorted(span.number for span in active if not span.is_unit))
    return units, Segment(first, last, facts, tuple(number for number in facts if number in fresh))
