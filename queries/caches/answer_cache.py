"""Small answers kept until the store changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from zhengpu.queries.caches.recent import Recent

# An answer to such a query is another each time.
_CHANGING_RE = re.compile(r"\b(?:rand|now|uuid|struuid)\s*\(", re.IGNORECASE)
_SMALL = 512 * 1024  # bytes
_OVERHEAD = 1024  # bytes that an entry takes beside its content: the text of its query, mostly

Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The body of an answer and the headers that go with it."""

    content: bytes
    headers: dict[str, str]


class AnswerCache:
    """The answers asked for last, up to a number of bytes; keys hold the state of the store, so that no answer outlives it."""

    def __init__(self, size: int) -> None:
        self._recent: Recent[Kept] = Recent(size)
        self.hits = 0

    def find(self, key: Key) -> Kept | None:
        kept = self._recent.find(key)
        self.hits += kept is not None
        return kept

    def keep(self, key: Key, kept: Kept) -> None:
        if len(kept.content) <= min(_SMALL, self._recent.size):
            self._recent.keep(key, kept, len(kept.content) + _OVERHEAD + sum(len(part) for part in key if isinstance(part, str)))


def is_stable(sparql: str) -> bool:
    """Whether the query has the same answer as long as the store is the same."""
    return not _CHANGING_RE.search(sparql)
