"""A selection as RDF: its triples, and the file of each format with what it states of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, cast

import pyoxigraph as ox

from zhengpu.errors import NothingSelected
from zhengpu.graph.exports import jsonld
from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.exports.neighbourhood import about, said_in
from zhengpu.graph.exports.selection import Selection, documents, pieces
from zhengpu.graph.sources.source import GRAPH_FORMATS, PREFIXES, TripleSource
from zhengpu.graph.storage.store import Store

ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_NAMED_GRAPHS = ("nq", "trig")


@dataclass(frozen=True, slots=True)
class Statements:
    """Triples or quads, in an order that is always the same, grouped by subject; how many they are, and whether `per_hop` left things out."""

    stream: Iterable[ox.Triple] | Iterable[ox.Quad]
    size: int
    truncated: bool = False


def statements(source: TripleSource, wanted: Selection, format: str) -> Statements:
    """What is wanted: of whole documents all that they say, with their texts; else what is said of the things of the network and of the facts
    that link them, and the names of what those refer to. Raises what `pieces` raises."""
    graphs = source if format in _NAMED_GRAPHS and isinstance(source, Store) else None
    if wanted.whole and not wanted.of_documents:
        return _everything(source, graphs)
    truncated = False
    if wanted.whole:
        inside = list(documents(source, wanted))
        triples = said_in(source, inside).triples if inside else ()
    else:
        things: set[str] = set()
        for piece in pieces(source, wanted):
            things.update(node.iri for node in piece.nodes)
            things.update(edge.fact for edge in piece.edges if edge.fact)
            truncated = truncated or piece.truncated
        triples = about(source, things).triples
    if not triples:
        raise NothingSelected(source.name)
    if graphs:
        placed = list(_placed(graphs, set(triples)))
        return Statements(placed, len(placed), truncated)
    return Statements(triples, len(triples), truncated)


def _everything(source: TripleSource, graphs: Store | None) -> Statements:
    if isinstance(source, Store):  # shard by shard, so that one is in memory at a time; what several documents say comes once without graphs
        size = sum(entry.triples for entry in source.entries) if graphs else len(source)
        found: Iterable[ox.Triple] | Iterable[ox.Quad] = _quads(source) if graphs else _once(source)
    else:
        found = sorted(source.query(ALL, trusted=True).triples, key=str)
        size = len(found)
    if not size:
        raise NothingSelected(source.name)
    return Statements(found, size)


def _quads(store: Store) -> Iterator[ox.Quad]:
    for entry in store.entries:
        graph = ox.NamedNode(entry.iri)
        for quad in ox.parse(store.triples(entry), ox.RdfFormat.N_TRIPLES):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _once(store: Store) -> Iterator[ox.Triple]:
    """The triples of the shards without those that an earlier one had: about shared things only, so few are remembered."""
    seen: set[bytes] = set()
    for entry in store.entries:
        own = tuple(f"<{entry.iri}{end}".encode() for end in (">", "/", "#"))
        lines = []
        for line in store.triples(entry).splitlines(keepends=True):
            if not line.startswith(own):
                if line in seen:
                    continue
                seen.add(line)
            lines.append(line)
        for quad in ox.parse(b"".join(lines), ox.RdfFormat.N_TRIPLES):
            yield quad.triple


def _placed(store: Store, wanted: set[ox.Triple]) -> Iterator[ox.Quad]:
    """The triples, each in the graph of every document concerned that says it; those that none says in the default graph."""
    concerned = {term.value for triple in wanted for term in (triple.subject, triple.object) if isinstance(term, ox.NamedNode)}
    left = set(wanted)
    for entry in store.entries:
        if entry.iri in concerned:
            graph = ox.NamedNode(entry.iri)
            for quad in ox.parse(store.triples(entry), ox.RdfFormat.N_TRIPLES):
                if quad.triple in wanted:
                    left.discard(quad.triple)
                    yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
    for triple in sorted(left, key=str):
        yield ox.Quad(triple.subject, triple.predicate, triple.object)


def write(found: Statements, file: IO[bytes], format: str, cover: Cover) -> None:
    """Writes the file as the statements come."""
    if format == "jsonld":
        for part in jsonld.written((one for one in found.stream if isinstance(one, ox.Triple)), cover):
            file.write(part)
        return
    if format in ("ttl", "trig"):
        file.write("".join(f"# {line}\n" for line in cover.lines()).encode("utf-8", "replace"))
    into = cast("IO[bytes]", _AfterDeclaration(file, cover)) if format == "xml" else file
    prefixes = None if format in ("nt", "nq") else dict(PREFIXES)
    ox.serialize(found.stream, into, GRAPH_FORMATS[format], prefixes=prefixes)


class _AfterDeclaration:
    """A file of XML that gets the cover as a comment behind its declaration, before which nothing may stand."""

    __slots__ = ("_file", "_first")

    def __init__(self, file: IO[bytes], cover: Cover) -> None:
        self._file = file
        self._first: bytes | None = b"\n" + cover.comment().rstrip().encode("utf-8", "replace")

    def write(self, data: bytes) -> int:
        if self._first is not None and b"?>" in data:
            at = data.index(b"?>") + 2
            self._file.write(data[:at] + self._first + data[at:])
            self._first = None
        else:
            self._file.write(data)
        return len(data)

    def flush(self) -> None:
        self._file.flush()
