"""Answers of endpoints that give so many rows and are silent about the rest (Virtuoso: 10,000), fetched in pages.

Nothing in the protocol says that an answer was cut. What tells it is its length: a limit is a round number. An answer of such a length is
believed only when the page after it is empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pyoxigraph as ox

from zhengpu.graph.sources.sparql import tokens


def may_be_cut(rows: int) -> bool:
    """Whether an answer of this length may be what a limit left: hundreds, thousands, powers of two."""
    return rows >= 100 and (rows % 100 == 0 or rows & (rows - 1) == 0)


@dataclass(frozen=True, slots=True)
class Paged:
    """A query that can be asked in pages: `head` ends where its order may be told more exactly, `tail` is what must follow its limits."""

    head: str
    tail: str
    is_ordered: bool
    limit: int | None
    offset: int

    def page(self, order: Iterable[str], start: int, rows: int) -> str:
        """The query for `rows` rows from `start` on, in the query's own order, and among equals in that of the variables `order`."""
        by = "".join(f" ?{name}" for name in order)
        ordered = f"{'' if self.is_ordered else 'ORDER BY'}{by}" if by else ""
        wanted = rows if self.limit is None else max(0, min(rows, self.limit - start))
        return f"{self.head}\n{ordered} LIMIT {wanted} OFFSET {self.offset + start}\n{self.tail}"


def paged(sparql: str) -> Paged:
    """The SELECT or CONSTRUCT query without the limits at its end, and these."""
    kept: list[str] = []
    limits: dict[str, int] = {}
    depth, tail_at, is_ordered, pending = 0, None, False, ""
    for kind, text in tokens(sparql):
        word = text.upper() if kind == "word" and depth == 0 else ""
        depth += (text in "{(") - (text in "})") if kind == "mark" else 0
        if pending and kind != "space":
            if text.isdecimal():
                limits[pending] = int(text)
            else:  # no query: whoever reads it will say so
                kept += (pending, " ", text)
            pending = ""
        elif word in ("LIMIT", "OFFSET"):
            pending = word
        else:
            is_ordered = is_ordered or word == "ORDER"
            tail_at = len(kept) if word == "VALUES" and tail_at is None else tail_at
            kept.append(text)
    tail = kept[tail_at:] if tail_at is not None else []
    return Paged("".join(kept[: len(kept) - len(tail)]), "".join(tail), is_ordered, limits.get("LIMIT"), limits.get("OFFSET", 0))


def variables(sparql: str) -> list[str]:
    """The variables of a query, each once, in their order."""
    return list(dict.fromkeys(text[1:] for kind, text in tokens(sparql) if kind == "var"))


def rows_of(body: bytes) -> list[Any]:
    """The rows of a SELECT in JSON."""
    return list(json.loads(body)["results"]["bindings"])


def all_rows(first: bytes, sparql: str, fetch: Callable[[str], bytes]) -> bytes:
    """The answer to a SELECT in JSON, whole. `fetch` gives the JSON answer to a query."""
    answer = json.loads(first)
    rows: list[Any] = answer.get("results", {}).get("bindings", [])
    query = paged(sparql)
    size = len(rows)
    if not may_be_cut(size) or (query.limit is not None and size >= query.limit):
        return first
    order = answer["head"]["vars"]
    more = rows_of(fetch(query.page(order, size, size)))
    if not more:
        return first
    # Without an order the first answer held any rows: it is asked for again, in the order of the pages.
    rows = rows_of(fetch(query.page(order, 0, size))) + more
    rows += _rest(lambda start: rows_of(fetch(query.page(order, start, size))), len(rows), size, query.limit)
    return json.dumps({"head": answer["head"], "results": {"bindings": rows}}).encode()


def all_triples(first: Sequence[ox.Triple], sparql: str, fetch: Callable[[str], Iterable[ox.Triple]]) -> tuple[ox.Triple, ...]:
    """The graph of a CONSTRUCT, whole, each triple once. `fetch` gives the graph of a query. A limit counts solutions: it shows where each makes one triple."""
    size = len(first)
    query = paged(sparql)
    if not may_be_cut(size) or (query.limit is not None and size >= query.limit):
        return tuple(first)
    order = variables(sparql)
    more = list(fetch(query.page(order, size, size)))
    if not more:
        return tuple(first)
    found = [*fetch(query.page(order, 0, size)), *more]
    for at in count(2 * size, size):
        page = list(fetch(query.page(order, at, size))) if query.limit is None or at < query.limit else []
        if not page:
            break
        found += page
    return tuple(dict.fromkeys(found))


def _rest(page: Callable[[int], list[Any]], start: int, size: int, limit: int | None) -> Iterator[Any]:
    for at in count(start, size):
        found = page(at) if limit is None or at < limit else []
        yield from found
        if len(found) < size:
            return
