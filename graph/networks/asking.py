"""Where the walk over a graph gets its rows: from any source, or of whole documents of a store from their shards, in memory.

Every look-up in an index on disk goes to another place of it, and takes the longer the larger the index is (20 documents of 1,000 took twice as long
as 20 of 100). A shard is read from end to end, and nobody else speaks of its document's own things. Of what documents share, such as bodies and cited
works, each may say something else: of these the index is asked, once as long as there is room to remember the answer."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence

import pyoxigraph as ox

from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.sources.source import PREFIXES, Answer, Row, TripleSource
from zhengpu.graph.sources.sparql import values
from zhengpu.graph.storage.contents import Contents
from zhengpu.ontology import terms as zp

Ask = Callable[[str, str | None, Sequence[str]], Iterator[Row]]
"""The rows of a query, its variable and the IRIs that this takes in place of %s; without a variable (None), all rows."""

_CHUNK = 500  # IRIs in one VALUES block; endpoints refuse queries of some 200 kB
_KEPT = 4_000  # answers about one shared thing that are remembered: some 4 MB; with ten times as many a corpus of 1,000 documents asks 5 % less often
_PROPERTY_RE = re.compile(r"<([^<>]+)>|\b(\w+):(\w+)")


def asker(source: TripleSource) -> Ask:
    """Asks the source."""

    def ask(query: str, variable: str | None, terms: Sequence[str]) -> Iterator[Row]:
        if variable is None:
            yield from source.query(query % "", trusted=True).rows
        for start in range(0, len(terms), _CHUNK):
            yield from _answer(source, query, str(variable), terms[start : start + _CHUNK]).rows

    return ask


def properties(queries: Sequence[str]) -> frozenset[str]:
    """The IRIs that stand in the queries, and rdf:type, for which they may say "a"."""
    found = (match[1] or PREFIXES[match[2]] + match[3] for query in queries for match in _PROPERTY_RE.finditer(query))
    return frozenset({zp.rdf_type, *found})


class Shelf:
    """The documents of a source, a few of which are taken at a time. `queries` are those that will be asked."""

    __slots__ = ("_ask", "_entries", "_kept", "_properties", "_source")

    def __init__(self, source: TripleSource, queries: Sequence[str]) -> None:
        self._source = source
        self._ask = asker(source)
        self._entries = {entry.iri: entry for entry in source.documents} if isinstance(source, Contents) else {}
        self._properties = {f"<{name}>".encode() for name in properties(queries)}
        self._kept: OrderedDict[tuple[str, str], list[Row]] = OrderedDict()

    def taken(self, documents: Sequence[str]) -> Ask:
        """Asks about these documents and what they name. Raises StoreError where a shard cannot be read."""
        if not isinstance(self._source, Contents) or not all(iri in self._entries for iri in documents):
            return self._ask
        found, subjects = ox.Store(), set[bytes]()
        for iri in documents:
            lines = self._own(self._source, iri)
            found.load(b"".join(lines), ox.RdfFormat.N_TRIPLES)
            subjects.update({line[1 : line.index(b">")] for line in lines})
        own = EmbeddedSource(found, self._source.name)

        def ask(query: str, variable: str | None, terms: Sequence[str]) -> Iterator[Row]:
            if variable is None:
                yield from self._ask(query, None, ())
                return
            here = [term for term in terms if term.encode() in subjects]
            for start in range(0, len(here), _CHUNK):
                yield from _answer(own, query, variable, here[start : start + _CHUNK]).rows
            yield from self._shared(query, variable, [term for term in terms if term.encode() not in subjects])

        return ask

    def _own(self, store: Contents, iri: str) -> list[bytes]:
        """The lines about the document's own things that a query may ask for."""
        own = tuple(f"<{iri}{end}".encode() for end in (">", "/", "#"))
        lines = store.triples(self._entries[iri]).splitlines(keepends=True)
        return [line for line in lines if line.startswith(own) and line.split(b" ", 2)[1] in self._properties]

    def _shared(self, query: str, variable: str, terms: Sequence[str]) -> Iterator[Row]:
        """The rows about things that several documents may speak of, from the index or as they were given before."""
        for start in range(0, len(terms), _CHUNK):
            some = terms[start : start + _CHUNK]
            new = [term for term in some if (query, term) not in self._kept]
            found: dict[str, list[Row]] = defaultdict(list)
            if new:
                answer = _answer(self._source, query, variable, new)
                place = answer.variables.index(variable)
                for row in answer.rows:
                    if isinstance(thing := row[place], ox.NamedNode):
                        found[thing.value].append(row)
            for term in new:
                self._kept[query, term] = found[term]
            for term in some:
                self._kept.move_to_end((query, term))
                yield from self._kept[query, term]
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _answer(source: TripleSource, query: str, variable: str, terms: Sequence[str]) -> Answer:
    return source.query(query.replace("%s", values(variable, map(ox.NamedNode, terms)), 1), trusted=True)
