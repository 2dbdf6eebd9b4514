"""A SPARQL 1.1 endpoint as a source of triples: the same questions and exports, put to somebody's server (SPARQL 1.1 Protocol, through SPARQLWrapper)."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping, Sequence
from typing import cast
from urllib.request import Request

import pyoxigraph as ox

from zhengpu.errors import QueryError
from zhengpu.graph.sources.connection import AGENT, WAITS, Connection, Reply
from zhengpu.graph.sources.endpoint import Endpoint, endpoint
from zhengpu.graph.sources.guard import prepared
from zhengpu.graph.sources.paging import all_rows, all_triples
from zhengpu.graph.sources.source import Answer, EngineResult, Term
from zhengpu.graph.sources.sparql import form

_TABLE = ox.QueryResultsFormat.JSON.media_type
_CUT = "X-SPARQL-MaxRows"  # Virtuoso's header of a table that its limit cut
_GRAPH = ox.RdfFormat.TURTLE.media_type  # the one graph syntax that every endpoint writes
_BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
# { ?plan a zp:Plan FILTER (!(true)) } UNION { { FILTER ((true)) } ?plan zp:governs … }: what an optional blank leaves of a library question when it is filled.
# Virtuoso 7 loses solutions where it joins such a union with something else (one plan of four), and never those of the second branch by itself.
_DEAD_BRANCH_RE = re.compile(r"\{ [^{}]*FILTER \(!\(true\)\) \} UNION \{ \{ FILTER \(\(true\)\) \} ([^{}]*) \}")
_WORDS = {"1": "true", "0": "false"}
_ADVICE = {
    400: "The endpoint does not take this query",
    403: "The endpoint does not let you ask this",
    404: "There is no endpoint at this address; look at its path, which often ends in /sparql or /query",
    405: "The endpoint takes no queries by POST at this address; look at its path, which often ends in /sparql or /query",
    414: "The query is too long for the endpoint",
    500: "The endpoint failed on this query",
}


class RemoteSource:
    """A SPARQL endpoint that answers queries over its default graph (see `TripleSource`), or over the graphs that ?default-graph-uri= of its address names."""

    __slots__ = ("_connection", "_endpoint", "_is_paged", "_syntax", "name")

    def __init__(self, address: str | Endpoint, timeout: float | None = None, waits: Sequence[float] = WAITS, *, is_paged: bool = True) -> None:
        """`timeout` counts seconds without a byte from the endpoint (None: as the environment says).

        Where the endpoint is out of order for a moment, or breaks a connection off, the query is put again after each of `waits` (seconds): it only
        reads. `is_paged` is not for who asks for pages himself. Raises QueryError where `address` is no http or https address."""
        self._endpoint = endpoint(address) if isinstance(address, str) else address
        self._is_paged = is_paged
        self._syntax = _GRAPH
        self._connection = Connection(self._endpoint, timeout, waits, _ADVICE)
        self.name = self._endpoint.name

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None, *, trusted: bool = False) -> Answer:
        text = prepared(sparql, bindings, trusted=trusted)
        if trusted and bindings:
            text = _DEAD_BRANCH_RE.sub(r"{ \1 }", text)
        kind = form(text)
        if kind in ("SELECT", "ASK"):
            reply = self._table(text)
            body = reply.body
            if kind == "SELECT" and self._is_paged:
                body = all_rows(body, text, lambda page: self._table(page).body, is_cut=_CUT in reply.headers)
            body = _true_and_false(body)
            return Answer(lambda: ox.parse_query_results(body, ox.QueryResultsFormat.JSON))
        reply, triples = self._graph(text)
        if kind == "CONSTRUCT" and self._is_paged:
            triples = all_triples(triples, text, lambda page: self._graph(page)[1], counts_triples=_is_virtuoso(reply))
        return Answer(lambda: cast(EngineResult, iter(triples)))

    def _table(self, text: str) -> Reply:
        """The endpoint's answer in JSON. One that runs out of time sends half an answer as if all were well: all of it is read before any is believed."""
        reply = self._fetched(text, _TABLE)
        try:
            found = ox.parse_query_results(reply.body, ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QuerySolutions):
                deque(found, maxlen=0)
        except (SyntaxError, ValueError) as error:
            raise self._cut(reply.body, error) from error
        return reply

    def _graph(self, text: str) -> tuple[Reply, tuple[ox.Triple, ...]]:
        reply = self._fetched(text, self._syntax)
        if _is_virtuoso(reply) and self._syntax == _GRAPH:  # in Turtle it writes the decimal 580 as an integer
            self._syntax = ox.RdfFormat.N_TRIPLES.media_type
            reply = self._fetched(text, self._syntax)
        syntax = ox.RdfFormat.from_media_type(reply.media_type) or ox.RdfFormat.TURTLE
        try:
            return reply, tuple(_true_or_false(quad.triple) for quad in ox.parse(reply.body, syntax, base_iri=self._endpoint.address))
        except (SyntaxError, ValueError) as error:
            raise self._cut(reply.body, error) from error

    def _fetched(self, text: str, accept: str) -> Reply:
        reply = self._connection.send(self._request(text, accept))
        if "X-SQL-State" in reply.headers:  # Virtuoso: "incomplete results, query interrupted by result timeout"
            told = reply.headers.get("X-SQL-Message", "")
            raise self._connection.error("The endpoint ran out of time and gave a part of the answer; ask for less", told)
        return reply

    def _request(self, text: str, accept: str) -> Request:
        """One media type is asked for: endpoints weigh lists of them differently. By POST, which takes queries of any length."""
        from SPARQLWrapper import POST, SPARQLWrapper

        wrapper = SPARQLWrapper(self._endpoint.address, agent=AGENT)
        wrapper.setQuery(text)
        wrapper.queryType = form(text)  # SPARQLWrapper guesses it by a pattern, and would send what it takes for an update to be run
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        return wrapper._createRequest()  # its own way of sending follows a redirection to any host, password in hand

    def _cut(self, body: bytes, error: Exception) -> QueryError:
        start = body[:120].decode("utf-8", "replace")
        return self._connection.error(
            "The answer is not what was asked for, or was cut off; if this is an endpoint, ask for less", f"{error}; it begins {start!r}"
        )


def _is_virtuoso(reply: Reply) -> bool:
    return reply.headers.get("Server", "").startswith("Virtuoso")


def _true_and_false(body: bytes) -> bytes:
    """The table with "true" and "false" where Virtuoso has "1" and "0": the same values, but no query and no reader expects that spelling."""
    if _BOOLEAN.value.encode() not in body:
        return body
    answer = json.loads(body)
    for row in answer.get("results", {}).get("bindings", ()):
        for cell in row.values():
            if cell.get("datatype") == _BOOLEAN.value:
                cell["value"] = _WORDS.get(cell["value"], cell["value"])
    return json.dumps(answer).encode()


def _true_or_false(triple: ox.Triple) -> ox.Triple:
    thing = triple.object
    if not isinstance(thing, ox.Literal) or thing.datatype != _BOOLEAN or thing.value not in _WORDS:
        return triple
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(_WORDS[thing.value], datatype=_BOOLEAN))
