"""Whether a server holds what it was given: the number of triples of a graph, and a digest of them that does not depend on their order.

Engines keep values, not spellings: Virtuoso gives "true"^^xsd:boolean back as "1". So triples are compared in one spelling, that of the store's shards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from io import RawIOBase
from itertools import islice
from typing import Any, cast

import pyoxigraph as ox

from zhengpu.graph.remote.graphs import RemoteGraphs
from zhengpu.graph.sources.source import TripleSource
from zhengpu.graph.sources.sparql import written
from zhengpu.graph.storage.shards import spelled

_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_AT_ONCE = 1_000  # triples that the store is asked about
_MODULUS = 1 << 128


@dataclass(frozen=True, slots=True)
class Sum:
    """A set of triples in short: how many, and the sum of their digests. Equal sums, equal sets."""

    triples: int = 0
    digests: int = 0

    def plus(self, line: bytes) -> Sum:
        return Sum(self.triples + 1, (self.digests + int.from_bytes(blake2b(line, digest_size=16).digest())) % _MODULUS)


def sum_of(lines: Iterable[bytes]) -> Sum:
    """The sum of distinct lines of N-Triples, without their line ends."""
    triples = digests = 0
    for line in lines:
        triples += 1
        digests += int.from_bytes(blake2b(line, digest_size=16).digest())
    return Sum(triples, digests % _MODULUS)


def sum_of_store(store: TripleSource) -> Sum:
    """The sum of everything that a store says, each triple once."""
    reader = _Lines()
    store.query(_EVERYTHING, trusted=True).write(cast("Any", reader), "nt")
    return reader.sum()


def lines_back(graphs: RemoteGraphs, graph: str | None, expected: int) -> Iterator[bytes]:
    """The triples of a graph at the server as lines in the spelling of shards; triples with blank nodes, which no shard has, as they come."""
    for triple in graphs.triples(graph, expected):
        yield spelled(triple)


def surplus(store: TripleSource, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Those of the lines that the store does not say, as the store's own engine tells."""
    rest = iter(lines)
    while some := list(islice(rest, _AT_ONCE)):
        triples = {}
        for line in some:
            (quad,) = ox.parse(line, ox.RdfFormat.N_TRIPLES)
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                triples[quad.subject, quad.predicate, quad.object] = line
            else:
                yield line
        rows = " ".join(f"({' '.join(map(written, triple))})" for triple in triples)
        found = store.query(f"SELECT ?s ?p ?o {{ VALUES (?s ?p ?o) {{ {rows} }} FILTER NOT EXISTS {{ ?s ?p ?o }} }}", trusted=True)
        for row in found.rows:
            yield triples[row]  # type: ignore[index]  # all three are bound, by VALUES


class _Lines(RawIOBase):
    """Takes N-Triples as they are written, and sums the lines up."""

    def __init__(self) -> None:
        self._sum, self._rest = Sum(), b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        *lines, self._rest = (self._rest + bytes(data)).split(b"\n")
        more = sum_of(lines)
        self._sum = Sum(self._sum.triples + more.triples, (self._sum.digests + more.digests) % _MODULUS)
        return len(data)

    def sum(self) -> Sum:
        return self._sum
