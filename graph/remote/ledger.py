"""What a server says that it holds of a store: a graph of its own there, the ledger, with a few statements on each shard that was put.

The ledger lies with the triples, so that both are lost together, and two machines that push one store know of each other. An entry is written
when its triples are there and taken out when they are gone: where a push breaks off, the next does the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from zhengpu import ids
from zhengpu.graph.remote.graphs import RemoteGraphs, graph_name, within
from zhengpu.graph.sources.sparql import normal
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import digest

_AT_ONCE = 50  # entries in an update
_SHARD = ox.NamedNode("https://schema.org/sha256")  # of the triples
_FILE = ox.NamedNode("http://spdx.org/rdf/terms#checksumValue")  # of the file that was read
_TRIPLES = ox.NamedNode("http://rdfs.org/ns/void#triples")
_TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
_SOURCE = ox.NamedNode("http://purl.org/dc/terms/source")
MERGED = ox.NamedNode("http://purl.org/dc/terms/isPartOf")  # the graph that the document's triples were added to
_NOTE = ox.NamedNode("http://purl.org/dc/terms/accessRights")
DEFAULT = "urn:x-arq:DefaultGraph"  # what Jena and others call the default graph where an IRI must stand
_SHARED = ox.Literal("shared")  # others have triples in the graph


@dataclass(frozen=True, slots=True)
class Held:
    """A shard that the server holds; `merged` is the graph that its triples are in as well (DEFAULT, an IRI, or "" for none)."""

    iri: str
    shard_sha256: str
    triples: int = 0
    title: str = ""
    source: str = ""
    sha256: str = ""
    merged: str = ""

    @classmethod
    def of(cls, entry: Entry, merged: str = "") -> Held:
        return cls(entry.iri, entry.shard_sha256, entry.triples, entry.title, entry.source, entry.sha256, merged)

    def statements(self) -> Iterator[str]:
        """The entry in N-Triples, fit for an update."""
        told: dict[ox.NamedNode, ox.NamedNode | ox.Literal] = {_SHARD: ox.Literal(self.shard_sha256), _TRIPLES: ox.Literal(self.triples)}
        told |= {term: ox.Literal(text) for term, text in ((_TITLE, self.title), (_SOURCE, self.source), (_FILE, self.sha256)) if text}
        if self.merged:
            told[MERGED] = ox.NamedNode(self.merged)
        for term, value in told.items():
            yield f"{graph_name(self.iri)} {term} {normal(str(value))} ."


class Ledger:
    """The ledger of one graph that holds a whole store, or (of_documents) of the documents that have a graph each."""

    def __init__(self, graphs: RemoteGraphs, name: str) -> None:
        self._graphs = graphs
        self.graph = f"{ids.base().rstrip('#')}ledger/{name}"

    @classmethod
    def of_graph(cls, graphs: RemoteGraphs, graph: str | None) -> Ledger:
        return cls(graphs, digest((graph or DEFAULT).encode())[:16])

    @classmethod
    def of_documents(cls, graphs: RemoteGraphs) -> Ledger:
        return cls(graphs, "documents")

    def read(self) -> tuple[Mapping[str, Held], bool]:
        """What is held, by IRI, in order; and whether others have triples in the graph too."""
        told: dict[str, dict[ox.NamedNode, str]] = {}
        for triple in self._graphs.triples(self.graph, self._graphs.count(self.graph)):
            told.setdefault(str(getattr(triple.subject, "value", "")), {})[triple.predicate] = str(getattr(triple.object, "value", ""))
        is_shared = told.pop(self.graph, {}).get(_NOTE) == _SHARED.value
        held = {iri: _held(iri, said) for iri, said in sorted(told.items()) if _SHARD in said}
        return held, is_shared

    def write(self, entries: Iterable[Held]) -> None:
        """Puts entries in, in the place of earlier ones of the same IRI."""
        rest = iter(entries)
        while some := list(islice(rest, _AT_ONCE)):
            self._graphs.update(self.replacing(some))

    def replacing(self, entries: Collection[Held]) -> str:
        """The update that does it."""
        statements = "\n".join(line for entry in entries for line in entry.statements())
        return f"{self.forgetting([entry.iri for entry in entries])} ;\nINSERT DATA {{ {within(self.graph, statements)} }}"

    def forget(self, iris: Iterable[str]) -> None:
        """Takes entries out."""
        rest = iter(iris)
        while some := list(islice(rest, _AT_ONCE)):
            self._graphs.update(self.forgetting(some))

    def forgetting(self, iris: Collection[str]) -> str:
        """The update that does it."""
        return " ;\n".join(f"DELETE WHERE {{ {within(self.graph, f'{graph_name(iri)} ?p ?o')} }}" for iri in iris)

    def mark_shared(self) -> None:
        """Notes that others have triples in the graph, so that nothing but our own is ever taken out of it."""
        self._graphs.update(f"INSERT DATA {{ {within(self.graph, f'{graph_name(self.graph)} {_NOTE} {_SHARED} .')} }}")


def _held(iri: str, said: Mapping[ox.NamedNode, str]) -> Held:
    number = said.get(_TRIPLES, "")
    return Held(
        iri,
        said[_SHARD],
        int(number) if number.isdecimal() else 0,
        said.get(_TITLE, ""),
        said.get(_SOURCE, ""),
        said.get(_FILE, ""),
        said.get(MERGED, ""),
    )
