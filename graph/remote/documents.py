"""A store at somebody's server, a graph for each document, and where it is wanted all of them merged in one graph more, which is the one to be asked.

A graph for each document makes replacing and removing exact: it says who says what. But what several documents say counts as often in the union of their
graphs (the name of a body, in Oxigraph's union and in Virtuoso's default graph). So questions go to the merged graph, in which each triple stands once:
a document that is taken out takes along from there what no other document's graph has.
"""

from __future__ import annotations

from collections.abc import Iterable

from zhengpu import ids
from zhengpu.errors import StoreError, UnknownName
from zhengpu.graph.remote.graphs import RemoteGraphs, graph_name, within
from zhengpu.graph.remote.ledger import DEFAULT, Held, Ledger
from zhengpu.graph.remote.push import Checked, Progress, Pushed, plan
from zhengpu.graph.remote.read_back import lines_back, sum_of
from zhengpu.graph.storage.shards import digest
from zhengpu.graph.storage.store import Store
from zhengpu.ids import ONTOLOGY


class Documents:
    """The documents at a server. `merged` is the graph in which all they say stands as well: an IRI, DEFAULT, or "" for none."""

    def __init__(self, graphs: RemoteGraphs, merged: str = "") -> None:
        self._graphs, self.merged, self.name = graphs, merged, graphs.name
        self._ledger = Ledger.of_documents(graphs)

    @classmethod
    def there(cls, graphs: RemoteGraphs) -> Documents:
        """The documents at a server, with the graph in which they are merged by its own ledger."""
        merged = {one.merged for one in Ledger.of_documents(graphs).read()[0].values()}
        return cls(graphs, max(merged, default=""))

    def held(self) -> dict[str, Held]:
        """The documents and other shards that are there, by IRI. Raises StoreError where they are merged in another graph, or that graph is another push's."""
        held = dict(self._ledger.read()[0])
        others = sorted({one.merged for one in held.values() if one.merged} - {self.merged})
        if others:
            merged = f"merged in {_told(others[0])}, not in {_told(self.merged)}"
            raise StoreError(f"The documents at {self._graphs.name} are {merged}. Name that graph with --graph.")
        if self.merged and not any(one.merged for one in held.values()):
            graph = None if self.merged == DEFAULT else self.merged
            if Ledger.of_graph(self._graphs, graph).read()[0]:
                raise StoreError(
                    f"{_told(self.merged).capitalize()} of {self._graphs.name} was pushed from a store as a whole; who says what cannot be told there. "
                    "Change the store and push it again, or name another graph with --graph IRI."
                )
            if others_there := self._graphs.count(graph):
                raise StoreError(
                    f"{_told(self.merged).capitalize()} of {self._graphs.name} has {others_there:,} triples of others, among which those of documents "
                    "could not be told apart. Name another graph with --graph IRI."
                )
        return held

    def put(self, one: Held, lines: bytes, *, is_new: bool) -> None:
        """Puts a document in, or in the place of the one that is there: at once where the server runs an update as one."""
        if not self.merged:
            if lines:
                self._graphs.put(one.iri, lines)
            else:
                self._graphs.drop(one.iri)
            self._ledger.write([one])
            return
        incoming = incoming_graph(one.iri)
        self._graphs.put(incoming, lines)
        steps = [] if is_new else [self._unmerged(one.iri, incoming)]
        # INSERT rather than ADD: what Virtuoso does for ADD leaves nothing to be undone where it fails
        steps += [f"MOVE SILENT GRAPH {graph_name(incoming)} TO GRAPH {graph_name(one.iri)}"] if lines else [_dropped(incoming), _dropped(one.iri)]
        steps.append(f"INSERT {{ {self._within_merged('?s ?p ?o')} }} WHERE {{ {within(one.iri, '?s ?p ?o')} }}")
        steps.append(self._ledger.replacing([one]))
        self._graphs.update(" ;\n".join(steps))

    def remove(self, iris: Iterable[str]) -> None:
        """Takes documents out, with everything that only they say."""
        for iri in iris:
            steps = [self._unmerged(iri)] if self.merged else []
            self._graphs.update(" ;\n".join([*steps, _dropped(iri), self._ledger.forgetting([iri])]))

    def _unmerged(self, iri: str, unless: str = "") -> str:
        """The update that takes out of the merged graph what the document's graph has, and neither another document's nor the graph `unless`."""
        staying = f"FILTER NOT EXISTS {{ {within(unless, '?s ?p ?o')} }} " if unless else ""
        other = f"GRAPH ?other {{ ?s ?p ?o }} {within(self._ledger.graph, '?other <http://rdfs.org/ns/void#triples> ?n')}"
        elsewhere = f"FILTER NOT EXISTS {{ {other} FILTER (?other != {graph_name(iri)}) }}"
        return f"DELETE {{ {self._within_merged('?s ?p ?o')} }} WHERE {{ {within(iri, '?s ?p ?o')} {staying}{elsewhere} }}"

    def _within_merged(self, pattern: str) -> str:
        return within(None if self.merged == DEFAULT else self.merged, pattern)

    def named(self, name: str) -> Held:
        """The document with this IRI, last part of its IRI, title or source file. Raises UnknownName where there is none, or more than one."""
        held = [one for one in self.held().values() if one.iri != ONTOLOGY.rstrip("#")]
        found = [one for one in held if name in (one.iri, one.title, one.source) or one.iri.endswith(f"/{name}")]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownName("single document", name, advice=f"These have that name: {', '.join(one.iri for one in found)}. Give the IRI.")
        known = [text for one in held for text in (one.iri, one.title, one.source, one.iri.rpartition("/")[2]) if text]
        advice = f"{self._graphs.name} holds {len(held)} documents in graphs of their own."
        if not held:
            advice += " A store that was pushed into one graph is changed where it lies, and pushed again."
        raise UnknownName("document", name, known, advice)

    def push(self, store: Store, *, keep: bool = False, delete: bool = False, anew: bool = False, progress: Progress | None = None) -> Pushed:
        """Makes the server hold a graph for each shard of the store; see `zhengpu.graph.remote.push.plan`. Raises QueryError, StoreError."""
        held = self.held()
        wanted = plan(store.entries, held, keep=keep, delete=delete, anew=anew, merged=self.merged)
        for entry in wanted.send:
            self.put(Held.of(entry, self.merged), store.triples(entry), is_new=entry.iri not in held)
            if progress:
                progress(entry.triples)
        self.remove(wanted.gone)
        return Pushed.of(wanted)

    def check(self, store: Store, pushed: Pushed, *, everything: bool) -> Checked:
        """Whether each graph has its shard's triples and no others: by number, and those that were sent (or `everything`) by digest too."""
        numbers = self._numbers()
        wrong, others, total, read = [], 0, 0, 0
        sent = set(pushed.sent)
        for entry in store.entries:
            number = numbers.get(entry.iri, 0)
            total += number
            is_right = number == entry.triples
            if is_right and number and (everything or entry.iri in sent):
                read += number
                is_right = sum_of(lines_back(self._graphs, entry.iri, number)) == sum_of(store.triples(entry).splitlines())
            if not is_right:
                wrong.append(entry.iri)
                others += max(0, number - entry.triples)
        if self.merged and not wrong:
            graph = None if self.merged == DEFAULT else self.merged
            total_merged = self._graphs.count(graph)
            if not pushed.left and total_merged != len(store):
                wrong.append(_told(self.merged))
        return Checked(len(store.entries), total, others, tuple(wrong), triples_read=read)

    def _numbers(self) -> dict[str, int]:
        """The number of triples of each graph that the ledger names."""
        asked = f"SELECT ?g (COUNT(*) AS ?n) {{ {within(self._ledger.graph, '?g <http://rdfs.org/ns/void#triples> ?t')} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
        found: dict[str, int] = {}
        for graph, number in self._graphs.pages(asked, "?g"):
            found[str(getattr(graph, "value", ""))] = int(getattr(number, "value", "0"))
        return found


def incoming_graph(iri: str) -> str:
    """The graph that waits to take the place of a document's."""
    return f"{ids.base().rstrip('#')}incoming/{digest(iri.encode())[:16]}"


def _dropped(iri: str) -> str:
    return f"DROP SILENT GRAPH {graph_name(iri)}"


def _told(merged: str) -> str:
    return "the default graph" if merged == DEFAULT else f"the graph <{merged}>" if merged else "no graph"
