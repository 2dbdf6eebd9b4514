"""Graphs at somebody's server: the SPARQL 1.1 Graph Store HTTP Protocol for what goes in, Update for what comes out, pages of a query to read them back.

No word of a document becomes syntax: triples go as N-Triples in the spelling of `zhengpu.graph.storage.shards`, names of graphs as IRIs that an
RDF parser took, and what stands in an update has no escape that might be resolved before the ends of strings are found (`zhengpu.graph.sources.sparql.normal`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request

import pyoxigraph as ox

from zhengpu.errors import BadParameter
from zhengpu.graph.remote.places import Places, needed
from zhengpu.graph.sources.connection import AGENT, Connection, Reply
from zhengpu.graph.sources.remote import RemoteSource
from zhengpu.graph.sources.source import Answer, Row
from zhengpu.graph.sources.sparql import normal

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds: a server that starts again takes its time
CHUNK = 4_000_000  # bytes of N-Triples in a request: Virtuoso took 10 MB, servers behind nginx often not
_DELETED_AT_ONCE = 500  # triples: Virtuoso compiles an update, and longer ones in more than linear time
_FIRST_PAGE, _LARGEST_PAGE = 10_000, 160_000  # rows
_ADVICE = {
    400: "The endpoint does not take this",
    403: "The endpoint does not let you write; who may is for its administrator to say",
    404: "There is nothing at this address that takes graphs or updates; name it with --graph-store or --update-endpoint",
    405: "Nothing can be written at this address; name another with --graph-store or --update-endpoint",
    415: "The endpoint takes no N-Triples",
    500: "The endpoint failed on this",
}


def graph_name(iri: str) -> str:
    """The IRI of a graph as SPARQL writes it. Raises BadParameter for what is no absolute IRI."""
    try:
        written = str(ox.NamedNode(iri))
    except ValueError as error:
        raise BadParameter(f"{iri!r} is not the IRI of a graph ({error}). Give an absolute one, such as https://example.org/graph.") from error
    return normal(written)


class RemoteGraphs:
    """The graphs of one server. `None` as a graph is its default graph. Errors are QueryError; whatever is sent may be sent twice."""

    def __init__(self, places: Places, timeout: float | None = None, waits: Sequence[float] = WAITS) -> None:
        self.places = places
        self.name = places.query.name
        self._timeout, self._waits = timeout, waits
        self._source = RemoteSource(places.query, timeout, waits, is_paged=False)
        self._store: Connection | None = None
        self._updates: Connection | None = None

    # Writing ---------------------------------------------------------------------------------------------------------

    def put(self, graph: str | None, lines: bytes) -> None:
        """Makes the lines the graph's only triples; a graph of more than a chunk grows while it is sent."""
        first, *rest = chunks([lines])
        self._send("PUT", graph, first)
        for chunk in rest:
            self.post(graph, chunk)

    def post(self, graph: str | None, lines: bytes) -> None:
        """Adds a chunk of lines to the graph."""
        self._send("POST", graph, lines)

    def drop(self, graph: str) -> None:
        """Takes a named graph out; no matter if it is not there."""
        self.update(f"DROP SILENT GRAPH {graph_name(graph)}")

    def take_out(self, graph: str | None, lines: Iterable[bytes]) -> int:
        """Takes single triples out of the graph; how many were named."""
        taken, rest = 0, iter(lines)
        while some := list(islice(rest, _DELETED_AT_ONCE)):
            self.update(f"DELETE DATA {{ {within(graph, normal(b''.join(some).decode()))} }}")
            taken += len(some)
        return taken

    def update(self, text: str) -> None:
        """Runs an update of this program's own making."""
        place = needed(self.places.update, "--update-endpoint", self.places.query)
        if self._updates is None:
            self._updates = Connection(place, self._timeout, self._waits, _ADVICE, is_stubborn=True)
        body = urlencode({"update": text}).encode()
        self._updates.send(Request(place.address, body, {"User-Agent": AGENT, "Accept": "*/*"}, method="POST"))

    def _send(self, method: str, graph: str | None, lines: bytes) -> Reply:
        place = needed(self.places.graphs, "--graph-store", self.places.query)
        if self._store is None:
            self._store = Connection(place, self._timeout, self._waits, _ADVICE, is_stubborn=True)
        target = "default" if graph is None else f"graph={quote(graph, safe='')}"
        address = f"{place.address}{'&' if urlsplit(place.address).query else '?'}{target}"
        headers = {"User-Agent": AGENT, "Accept": "*/*", **({"Content-Type": "application/n-triples"} if method in ("PUT", "POST") else {})}
        return self._store.send(Request(address, lines if method in ("PUT", "POST") else None, headers, method=method))

    def delete(self, graph: str) -> None:
        """Takes a named graph out, where a server takes no updates."""
        self._send("DELETE", graph, b"")

    # Reading ---------------------------------------------------------------------------------------------------------

    def version(self, graph: str) -> str:
        """What the server calls the state of a named graph (ETag); "" where it calls it nothing."""
        return self._send("HEAD", graph, b"").headers.get("ETag", "")

    def ask(self, sparql: str) -> Answer:
        """The answer to a query of this program's own making, which names the graphs it asks."""
        return self._source.query(sparql, trusted=True)

    def count(self, graph: str | None) -> int:
        """The number of triples of the graph."""
        (number,) = self.ask(f"SELECT (COUNT(*) AS ?n) {{ {within(graph, '?s ?p ?o')} }}").rows[0]
        return int(getattr(number, "value", 0))

    def pages(self, select: str, order: str) -> Iterator[Row]:
        """The rows of a SELECT without limits, page after page in the order of one variable, which is different in each row."""
        read = 0
        # one query within another: Virtuoso sorts no more than 10,000 rows for a query with limits
        while rows := self.ask(f"SELECT * {{ {{ {select} ORDER BY {order} }} }} LIMIT {_FIRST_PAGE} OFFSET {read}").rows:
            yield from rows
            read += len(rows)

    def triples(self, graph: str | None, expected: int) -> Iterator[ox.Triple]:
        """The triples of a graph in pages, until `expected` have come or no more do.

        The pages have no order of their own, for sorting all before each takes longer than the rest: engines go through an index, which does not change while
        nobody writes. Whoever needs to be sure compares the number and the digest of what came."""
        read, size = 0, _FIRST_PAGE
        while read < expected:
            rows = self.ask(f"SELECT ?s ?p ?o {{ {within(graph, '?s ?p ?o')} }} LIMIT {size} OFFSET {read}").rows
            for subject, predicate, thing in rows:
                yield ox.Triple(subject, predicate, thing)  # type: ignore[arg-type]
            if not rows:
                return
            read += len(rows)
            size = min(2 * size, _LARGEST_PAGE) if len(rows) == size else len(rows)


def within(graph: str | None, pattern: str) -> str:
    """The pattern asked of the graph."""
    return pattern if graph is None else f"GRAPH {graph_name(graph)} {{ {pattern} }}"


def chunks(lines: Iterable[bytes], most: int = CHUNK) -> Iterator[bytes]:
    """Blocks of whole lines of N-Triples put together, or cut at line ends, to about so many bytes; at least one chunk."""
    waiting: list[bytes] = []
    size = sent = 0
    for block in lines:
        if waiting and size + len(block) > most:
            yield b"".join(waiting)
            waiting, size, sent = [], 0, sent + 1
        while len(block) > most:
            at = block.rfind(b"\n", 0, most) + 1 or block.find(b"\n") + 1 or len(block)
            yield block[:at]
            block, sent = block[at:], sent + 1
        waiting.append(block)
        size += len(block)
    if size or not sent:
        yield b"".join(waiting)
