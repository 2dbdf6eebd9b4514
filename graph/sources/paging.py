"""Answers of endpoints that give so many rows and are silent about the rest (Virtuoso: 10,000), fetched in pages.

Nothing in the protocol says that an answer was cut. What tells it is its length: a limit is a round number. An answer of such a length is
believed only when the page after it is empty. Virtuoso owns up to cut tables in a header, and never to cut graphs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

import pyoxigraph as ox

from zhengpu.errors import QueryError
from zhengpu.graph.sources.sparql import Token, tokens

T = TypeVar("T")


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
        return f"{self.head}\n{self._order(order)} {self._limits(start, rows)}\n{self.tail}"

    def nested(self, order: Sequence[str], start: int, rows: int) -> str:
        """The same for Virtuoso, which sorts no more than 10,000 rows for a query with limits (SR353), but any number for one within another."""
        before, query = _parts(self.head)
        names, limits = " ".join(f"?{name}" for name in order), self._limits(start, rows)
        if query[0].text.upper() == "SELECT":
            return f"{before}SELECT {names} {{ {{ {_text(query)}\n{self._order(order)}\n{self.tail} }} }} {limits}"
        template, pattern = _template(query)
        inner = f"SELECT {names} {{ {{ SELECT {names} {pattern}\n{self._order(order)}\n{self.tail} }} }} {limits}"
        return f"{before}CONSTRUCT {template} WHERE {{ {{ {inner} }} }}"

    def _order(self, order: Iterable[str]) -> str:
        by = "".join(f" ?{name}" for name in order)
        return f"{'' if self.is_ordered else 'ORDER BY'}{by}" if by else ""

    def _limits(self, start: int, rows: int) -> str:
        wanted = rows if self.limit is None else max(0, min(rows, self.limit - start))
        return f"LIMIT {wanted} OFFSET {self.offset + start}"


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


def _parts(head: str) -> tuple[str, list[Token]]:
    """The declarations at the head of a query, and the tokens from SELECT or CONSTRUCT on."""
    found = tokens(head)
    at = next(number for number, (kind, text) in enumerate(found) if kind == "word" and text.upper() in ("SELECT", "CONSTRUCT"))
    return _text(found[:at]), found[at:]


def _template(query: Sequence[Token]) -> tuple[str, str]:
    """The template of a CONSTRUCT in its braces, and what follows it; CONSTRUCT WHERE { … } has one for both."""
    opened = next(number for number, token in enumerate(query) if token.text == "{")
    closed, depth = opened, 0
    while closed == opened or (depth and closed < len(query)):
        kind, text = query[closed]
        depth += (text == "{") - (text == "}") if kind == "mark" else 0
        closed += 1
    is_short = any(kind == "word" and text.upper() == "WHERE" for kind, text in query[:opened])
    return _text(query[opened:closed]), _text(query[opened:] if is_short else query[closed:])


def _text(found: Iterable[Token]) -> str:
    return "".join(token.text for token in found)


def variables(sparql: str) -> list[str]:
    """The variables of a query, each once, in their order."""
    return list(dict.fromkeys(text[1:] for kind, text in tokens(sparql) if kind == "var"))


def rows_of(body: bytes) -> list[Any]:
    """The rows of a SELECT in JSON."""
    return list(json.loads(body)["results"]["bindings"])


class _Pages:
    """The pages of a query, in the form that the endpoint takes; all of them in the same form, for all must have one order."""

    def __init__(self, query: Paged, order: Sequence[str], size: int) -> None:
        self.query, self.order, self.size = query, order, size
        self._form: Callable[[Sequence[str], int, int], str] = query.page

    def read(self, start: int, fetch: Callable[[str], T]) -> T:
        try:
            return fetch(self._form(self.order, start, self.size))
        except QueryError:
            if self._form == self.query.nested or not self.order:
                raise
            self._form = self.query.nested
            return fetch(self._form(self.order, start, self.size))


def all_rows(first: bytes, sparql: str, fetch: Callable[[str], bytes], *, is_cut: bool = False) -> bytes:
    """The answer to a SELECT in JSON, whole. `fetch` gives the JSON answer to a query; `is_cut`: the endpoint says itself that rows are missing."""
    answer = json.loads(first)
    rows: list[Any] = answer.get("results", {}).get("bindings", [])
    query = paged(sparql)
    size = len(rows)
    if not (is_cut and size) and (not may_be_cut(size) or (query.limit is not None and size >= query.limit)):
        return first
    pages = _Pages(query, answer["head"]["vars"], size)
    more = rows_of(pages.read(size, fetch))
    if not more:
        return first
    # Without an order the first answer held any rows: it is asked for again, in the order of the pages.
    rows = rows_of(pages.read(0, fetch)) + more
    rows += _rest(lambda start: rows_of(pages.read(start, fetch)), len(rows), size, query.limit)
    return json.dumps({"head": answer["head"], "results": {"bindings": rows}}).encode()


def all_triples(first: Sequence[ox.Triple], sparql: str, fetch: Callable[[str], Iterable[ox.Triple]], *, counts_triples: bool = False) -> tuple[ox.Triple, ...]:
    """The graph of a CONSTRUCT, whole, each triple once. `fetch` gives the graph of a query. A limit counts solutions: it shows where each makes one triple.

    `counts_triples`: this endpoint's limit counts triples (Virtuoso; it gives one more), so that its pages have fewer solutions."""
    query = paged(sparql)
    size = next((size for size in (len(first), len(first) - 1) if may_be_cut(size)), 0)
    if not size or (query.limit is not None and size >= query.limit and not counts_triples):
        return tuple(first)
    if counts_triples:
        template, _ = _template(_parts(query.head)[1])
        size //= 1 + sum(token.kind == "mark" and token.text in ".;," for token in tokens(template))
    pages = _Pages(query, variables(sparql), size)
    more = list(pages.read(size, fetch))
    if not more:
        return tuple(first)
    found = [*pages.read(0, fetch), *more]
    for at in count(2 * size, size):
        page = list(pages.read(at, fetch)) if query.limit is None or at < query.limit else []
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
