"""A store pushed into one graph: what all its shards say, each triple once, as the embedded store itself answers from.

What several documents say (the name of a body) stands there once, so that no count is doubled; and who says it cannot be told there. So what to take
out is found by the store: it is what the graph has and no shard says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhengpu.errors import StoreError
from zhengpu.graph.remote.graphs import CHUNK, RemoteGraphs, chunks
from zhengpu.graph.remote.ledger import DEFAULT, Held, Ledger
from zhengpu.graph.remote.push import Checked, Plan, Progress, Pushed, plan
from zhengpu.graph.remote.read_back import Sum, lines_back, sum_of, sum_of_store, surplus
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.store import Store


class OneGraph:
    """One graph of a server (None: its default graph) as the place of a store."""

    def __init__(self, graphs: RemoteGraphs, graph: str | None) -> None:
        self._graphs, self._graph = graphs, graph
        self._ledger = Ledger.of_graph(graphs, graph)
        self.name = f"the graph <{graph}>" if graph else "the default graph"

    def push(self, store: Store, *, keep: bool = False, delete: bool = False, anew: bool = False, progress: Progress | None = None) -> Pushed:
        """Makes the graph hold what the store says; see `zhengpu.graph.remote.push.plan`. Raises QueryError, StoreError."""
        held, is_shared = self._ledger.read()
        self._refuse_merged()
        if not held and not is_shared and (others := self._graphs.count(self._graph)):
            if not keep:
                raise StoreError(
                    f"{self.name.capitalize()} of {self._graphs.name} has {others:,} triples that no push put there. Name another with --graph IRI, "
                    "or add to it with --keep: then nothing is ever taken out but what hangs on a document that was replaced."
                )
            self._ledger.mark_shared()
            is_shared = True
        wanted = plan(store.entries, held, keep=keep, delete=delete, anew=anew)
        self._send(store, wanted, progress)
        taken = 0
        if wanted.replaced or wanted.gone:
            # behind what comes, so that no reader misses a triple that stays; and before the ledger has it, so that a rerun does what was left
            taken = self._graphs.take_out(self._graph, self._stale(store, wanted, is_exact=not keep and not is_shared))
            self._ledger.write(Held.of(entry) for entry in wanted.replaced)
            self._ledger.forget(wanted.gone)
        return Pushed.of(wanted, taken)

    def _refuse_merged(self) -> None:
        """Raises StoreError where documents were built into the graph: the ledger of those knows what a push would take away."""
        documents, _ = Ledger.of_documents(self._graphs).read()
        if any(one.merged == (self._graph or DEFAULT) for one in documents.values()):
            raise StoreError(
                f"{self.name.capitalize()} of {self._graphs.name} is kept by zhengpu build --endpoint, document by document. "
                "Push with --graph-per-document, which brings it up to date too, or name another graph with --graph IRI."
            )

    def _send(self, store: Store, wanted: Plan, progress: Progress | None) -> None:
        for some in _batches(wanted.send):
            lines = b"".join(store.triples(entry) for entry in some)
            for chunk in chunks([lines]) if lines else ():
                self._graphs.post(self._graph, chunk)
                if progress:
                    progress(chunk.count(b"\n"))
            self._ledger.write(Held.of(entry) for entry in some if entry not in wanted.replaced)

    def _stale(self, store: Store, wanted: Plan, *, is_exact: bool) -> list[bytes]:
        """What the graph has and the store does not say; where others have triples there, only what hangs on a document that was replaced or is gone."""
        iris = [*(entry.iri for entry in wanted.replaced), *wanted.gone]
        own = tuple(f"<{iri}{end}".encode() for iri in iris for end in (">", "/", "#"))
        lines = lines_back(self._graphs, self._graph, self._graphs.count(self._graph))
        return [line + b"\n" for line in surplus(store, lines if is_exact else (line for line in lines if line.startswith(own)))]

    def check(self, store: Store, pushed: Pushed, *, everything: bool) -> Checked:
        """Whether the graph has what the store says: its number of triples, and where something was sent or `everything` is wanted the digest of them."""
        number, expected = self._graphs.count(self._graph), len(store)
        if not everything and not pushed.sent and not pushed.taken:
            return Checked(1, number, max(0, number - expected), () if number >= expected else (self.name,))
        wanted, found = sum_of_store(store), sum_of(lines_back(self._graphs, self._graph, number))
        if wanted == found:
            return Checked(1, number, 0, (), triples_read=number)
        others = 0

        def ours() -> Iterator[bytes]:
            nonlocal others
            batch: list[bytes] = []
            for line in lines_back(self._graphs, self._graph, number):
                batch.append(line)
                if len(batch) == 10_000:
                    yield from keep(batch)
                    batch.clear()
            yield from keep(batch)

        def keep(batch: Sequence[bytes]) -> Iterator[bytes]:
            nonlocal others
            strange = set(surplus(store, batch))
            others += len(strange)
            yield from (line for line in batch if line not in strange)

        known: Sum = sum_of(ours())
        return Checked(1, number, others, () if known == wanted else (self.name,), triples_read=number)


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries whose triples are about a chunk together (a triple takes some 200 bytes)."""
    some: list[Entry] = []
    size = 0
    for entry in entries:
        some.append(entry)
        size += entry.triples * 200
        if size >= CHUNK:
            yield some
            some, size = [], 0
    if some:
        yield some


