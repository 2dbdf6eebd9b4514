"""The embedded engine as a source of triples: any pyoxigraph store, on disk or in memory."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from zhengpu.errors import QueryError
from zhengpu.graph.sources.guard import prepared
from zhengpu.graph.sources.source import Answer, EngineResult, Term


class EmbeddedSource:
    """A pyoxigraph store that answers queries over its default graph (see `TripleSource`)."""

    __slots__ = ("_store", "name")

    def __init__(self, store: ox.Store, name: str = "memory") -> None:
        self._store = store
        self.name = name

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None, *, trusted: bool = False) -> Answer:
        text = prepared(sparql, bindings, trusted=trusted)

        def ask() -> EngineResult:
            try:
                return self._store.query(text)
            except SyntaxError as error:
                raise QueryError(f"The query is not well formed: {error}") from error
            except (OSError, RuntimeError, ValueError) as error:
                raise QueryError(f"The query could not be answered: {error}") from error

        return Answer(ask)

    def __len__(self) -> int:
        """The number of triples."""
        return len(self._store)


def memory_source(triples: bytes, name: str = "memory") -> EmbeddedSource:
    """A source over N-Triples held in memory: for small graphs and tests. Raises SyntaxError for anything else."""
    store = ox.Store()
    store.load(triples, ox.RdfFormat.N_TRIPLES)
    return EmbeddedSource(store, name)
