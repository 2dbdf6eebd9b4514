"""Stretches of a text, to ask whether an offset lies in one of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class Spans:
    """Half-open spans, to ask whether an offset lies in one of them. Those that overlap are kept as one."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        joined: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        self.spans = tuple(joined)

    def __contains__(self, position: int) -> bool:
        index = bisect_right(self.spans, position, key=lambda span: span[0]) - 1
        return index >= 0 and position < self.spans[index][1]
