"""The numbers of things, names and texts in the search index: by kind, then by segment, then as they came.

The things of a kind are a range of numbers, in each segment and in all of them together; a number tells in which segment it is."""

from __future__ import annotations

from zhengpu.graph.sources.searched import ORDER, Span

FORMAT = 2  # part of the name of an index's state: an index of another format is made anew
SPAN = 1 << 40  # numbers of a kind
SEGMENT = 1 << 36  # numbers of a kind in a segment
REST, WHOLE = len(ORDER), len(ORDER) + 1  # ranges of texts: what of a document lies in no unit, and all of it; numbered as documents
DOCUMENT = ORDER.index("document")


def bounds(code: int) -> Span:
    """The first and the last number of a kind."""
    return code * SPAN, (code + 1) * SPAN - 1


def before_first(code: int, position: int) -> int:
    """The number before the first of a kind in the segment at this position."""
    return code * SPAN + position * SEGMENT


def position_of(number: int) -> int:
    """The position of the segment that has the number."""
    return number % SPAN // SEGMENT


def moved(number: int, code: int) -> int:
    """The same number in the range of another kind."""
    return code * SPAN + number % SPAN
