"""The documents of a store at another `zhengpu serve --writable`: each graph there is a shard, and the server itself tells its digest."""

from __future__ import annotations

from collections.abc import Iterable

from zhengpu.graph.remote.graphs import RemoteGraphs
from zhengpu.graph.remote.ledger import Held
from zhengpu.graph.remote.push import Checked, Progress, Pushed, plan
from zhengpu.graph.storage.store import Store

_DOCUMENTS = "SELECT DISTINCT ?document { ?document a zp:Document }"
_TOLD = 24  # characters of the digest that the server shows


class Served:
    """The documents there. Links, observed values and the ontology are the server's own: it makes them from the documents."""

    def __init__(self, graphs: RemoteGraphs) -> None:
        self._graphs = graphs
        self.name = "a graph for each document"

    def push(self, store: Store, *, keep: bool = False, delete: bool = False, anew: bool = False, progress: Progress | None = None) -> Pushed:
        """Makes the server hold the documents of the store; see `zhengpu.graph.remote.push.plan`. Raises QueryError, StoreError."""
        whole = {entry.iri: entry.shard_sha256 for entry in store.documents}
        held: dict[str, Held] = {}
        for row in self._graphs.pages(_DOCUMENTS, "?document"):
            iri = str(getattr(row[0], "value", ""))
            known = whole.get(iri, "")
            held[iri] = Held(iri, known if known and self._is_there(iri, known) else "")
        wanted = plan(store.documents, held, keep=keep, delete=delete, anew=anew)
        for entry in wanted.send:
            self._graphs.put(entry.iri, store.triples(entry))
            if progress:
                progress(entry.triples)
        for iri in wanted.gone:
            self._graphs.delete(iri)
        return Pushed.of(wanted)

    def _is_there(self, iri: str, shard_sha256: str) -> bool:
        return shard_sha256[:_TOLD] in self._graphs.version(iri)

    def check(self, store: Store, pushed: Pushed, *, everything: bool) -> Checked:
        """Whether the server's shards are those of the store: their digests by its own word, those that were sent (or `everything`)."""
        sent: Iterable[str] = pushed.sent
        asked = [entry for entry in store.documents if everything or entry.iri in set(sent)]
        wrong = tuple(entry.iri for entry in asked if not self._is_there(entry.iri, entry.shard_sha256))
        return Checked(len(asked), sum(entry.triples for entry in asked), 0, wrong)
