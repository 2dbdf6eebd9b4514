"""Stretches of a text, to ask whether an offset lies in one of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class Spans:
    """Disjoint half-open spans, to ask whether an offset lies in one of them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.spans = tuple(sorted(spans))

    def __contains__(self, position: int) -> bool:
        index = bisect_right(self.spans, position, key=lambda span: span[0]) - 1
        return index >= 0 and position < self.spans[index][1]
