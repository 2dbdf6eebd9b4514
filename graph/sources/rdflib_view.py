"""The graph for programs that know rdflib: over the index of a store as it stands on disk, of an endpoint a copy in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from zhengpu.errors import StoreError
from zhengpu.graph.sources.source import PREFIXES, TripleSource
from zhengpu.graph.storage import index
from zhengpu.graph.storage.store import Store

if TYPE_CHECKING:
    from rdflib import Graph

_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def rdflib_graph(source: TripleSource) -> Graph:
    """The triples of the source as an rdflib graph with our prefixes bound.

    Of a store nothing is copied: the engine answers, and refuses to be written to. Of any other source every triple is fetched (about 1 kB of memory each).
    Raises StoreError, QueryError."""
    from rdflib import Graph
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    if isinstance(source, Store):
        from oxrdflib import OxigraphStore

        graph = Graph(OxigraphStore(store=_engine(source)), DATASET_DEFAULT_GRAPH_ID)
    else:
        graph = parsed(source.query(_ALL, trusted=True).serialize("nt"))
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace, replace=True)
    return graph


def _engine(store: Store) -> ox.Store:
    """The graph of the store, opened once more: it stays open when the store is closed."""
    try:
        return ox.Store.read_only(str(store.folder / "index" / store.state / index.GRAPH))
    except (OSError, RuntimeError) as error:
        raise StoreError(f"The store {store.folder} has changed since it was opened. Open it again.") from error


def parsed(triples: bytes) -> Graph:
    """N-Triples as an rdflib graph in memory."""
    from rdflib import Graph

    return Graph().parse(data=triples, format="nt")
