"""A SPARQL 1.1 endpoint as a source of triples: the same questions and exports, put to somebody's server (SPARQL 1.1 Protocol, through SPARQLWrapper)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request

import pyoxigraph as ox

from zhengpu.errors import QueryError
from zhengpu.graph.sources.endpoint import PASSWORD, TIMEOUT, TOKEN, USER, endpoint, opener, patience, shown
from zhengpu.graph.sources.guard import prepared
from zhengpu.graph.sources.paging import all_rows, all_triples
from zhengpu.graph.sources.source import Answer, EngineResult, Term
from zhengpu.graph.sources.sparql import form

_TABLE = ox.QueryResultsFormat.JSON.media_type
_GRAPH = ox.RdfFormat.TURTLE.media_type  # the one graph syntax that every endpoint writes
_ADVICE = {
    400: "The endpoint does not take this query",
    401: f"The endpoint wants a name and a password, or others than these. Set {USER} and {PASSWORD}, or {TOKEN}",
    403: "The endpoint does not let you ask this",
    404: "There is no endpoint at this address; look at its path, which often ends in /sparql or /query",
    405: "The endpoint takes no queries by POST at this address; look at its path, which often ends in /sparql or /query",
    414: "The query is too long for the endpoint",
    500: "The endpoint failed on this query",
}
_PASSING = frozenset({429, 502, 503, 504})  # too many questions, a gateway without its server, a server that starts or is full
_LONGEST_WAIT = 30.0  # seconds that an endpoint may ask for with Retry-After
_LARGEST = 1 << 30  # bytes of an answer: a runaway endpoint must not take the memory of the machine
_PIECE = 1 << 20  # bytes read at a time


class RemoteSource:
    """A SPARQL endpoint that answers queries over its default graph (see `TripleSource`)."""

    __slots__ = ("_endpoint", "_timeout", "_waits", "name")

    def __init__(self, address: str, timeout: float | None = None, waits: Sequence[float] = (0.5, 1, 2)) -> None:
        """`timeout` counts seconds without a byte from the endpoint (None: as the environment says).

        Where the endpoint is out of order for a moment, or breaks a connection off, the query is put again after each of `waits` (seconds): it only
        reads. Raises QueryError where `address` is no http or https address."""
        self._endpoint = endpoint(address)
        self.name = self._endpoint.name
        self._timeout = patience() if timeout is None else timeout
        self._waits = tuple(waits)

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None, *, trusted: bool = False) -> Answer:
        text = prepared(sparql, bindings, trusted=trusted)
        kind = form(text)
        if kind in ("SELECT", "ASK"):
            body = self._table(text)
            if kind == "SELECT":
                body = all_rows(body, text, self._table)
            return Answer(lambda: ox.parse_query_results(body, ox.QueryResultsFormat.JSON))
        triples = self._graph(text)
        if kind == "CONSTRUCT":
            triples = all_triples(triples, text, self._graph)
        return Answer(lambda: cast(EngineResult, iter(triples)))

    def _table(self, text: str) -> bytes:
        """The endpoint's answer in JSON. One that runs out of time sends half an answer as if all were well: all of it is read before any is believed."""
        body, _ = self._fetched(text, _TABLE)
        try:
            found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QuerySolutions):
                deque(found, maxlen=0)
        except (SyntaxError, ValueError) as error:
            raise self._cut(body, error) from error
        return body

    def _graph(self, text: str) -> tuple[ox.Triple, ...]:
        body, media_type = self._fetched(text, _GRAPH)
        syntax = ox.RdfFormat.from_media_type(media_type) or ox.RdfFormat.TURTLE
        try:
            return tuple(quad.triple for quad in ox.parse(body, syntax, base_iri=self._endpoint.address))
        except (SyntaxError, ValueError) as error:
            raise self._cut(body, error) from error

    def _fetched(self, text: str, accept: str) -> tuple[bytes, str]:
        """The endpoint's answer and its media type, at the last attempt."""
        for wait in self._waits:
            try:
                return self._sent(text, accept)
            except HTTPError as error:
                asked = _asked_to_wait(error)
                if error.code not in _PASSING or asked > _LONGEST_WAIT:
                    raise self._failed(error) from error
                time.sleep(max(wait, asked))
            except (OSError, HTTPException) as error:
                if not _is_passing(error):
                    raise self._failed(error) from error
                time.sleep(wait)
        try:
            return self._sent(text, accept)
        except (OSError, HTTPException) as error:
            raise self._failed(error) from error

    def _sent(self, text: str, accept: str) -> tuple[bytes, str]:
        with cast(HTTPResponse, opener().open(self._request(text, accept), timeout=self._timeout)) as response:
            body = b"".join(self._pieces(response))
            if "X-SQL-State" in response.headers:  # Virtuoso: "incomplete results, query interrupted by result timeout"
                raise self._error("The endpoint ran out of time and gave a part of the answer; ask for less", response.headers.get("X-SQL-Message", ""))
            return body, response.headers.get_content_type()

    def _request(self, text: str, accept: str) -> Request:
        """One media type is asked for: endpoints weigh lists of them differently. By POST, which takes queries of any length."""
        from SPARQLWrapper import POST, SPARQLWrapper

        wrapper = SPARQLWrapper(self._endpoint.address, agent="zhengpu (https://w3id.org/zhengpu)")
        wrapper.setQuery(text)
        wrapper.queryType = form(text)  # SPARQLWrapper guesses it by a pattern, and would send what it takes for an update to be run
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", accept)
        if self._endpoint.token:
            wrapper.addCustomHttpHeader("Authorization", f"Bearer {self._endpoint.token}")
        elif self._endpoint.user:
            wrapper.setCredentials(self._endpoint.user, self._endpoint.password)
        return wrapper._createRequest()  # its own way of sending follows a redirection to any host, password in hand

    def _pieces(self, response: HTTPResponse) -> Iterator[bytes]:
        read = 0
        while piece := response.read(_PIECE):
            read += len(piece)
            if read > _LARGEST:
                raise self._error(f"The answer has more than {_LARGEST >> 20} MiB; ask for less", "")
            yield piece
        if response.length:  # fewer bytes than were announced
            raise HTTPException(f"{response.length} bytes are missing")

    def _failed(self, error: OSError | HTTPException) -> QueryError:
        """What an error of the connection means to the one who asked."""
        if isinstance(error, HTTPError):
            if 300 <= error.code < 400:
                to = shown(urlsplit(urljoin(self.name, error.headers.get("Location", ""))))
                return self._error(f"The endpoint sends its questions on to {to}, which is not followed. Name that address, if it is right", "")
            with error:
                detail = error.read(_PIECE).decode("utf-8", "replace")
            return self._error(_ADVICE.get(error.code, f"The endpoint answered {error.code} {error.reason}"), detail)
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return self._error(f"The endpoint was silent for {self._timeout:g} seconds; ask for less, or allow more with {TIMEOUT}", "")
        if isinstance(error, URLError) and not _is_passing(error):
            return self._error("The endpoint cannot be reached; is it running, and is the address right?", str(reason))
        return self._error("The endpoint broke off its answer; try again, or ask for less", str(reason))

    def _cut(self, body: bytes, error: Exception) -> QueryError:
        start = body[:120].decode("utf-8", "replace")
        return self._error("The answer is not what was asked for, or was cut off; if this is an endpoint, ask for less", f"{error}; it begins {start!r}")

    def _error(self, what: str, detail: str) -> QueryError:
        detail = " ".join(self._endpoint.without_secrets(detail).split())[:300]
        return QueryError(f"{what} ({self.name})." + (f" It says: {detail}" if detail else ""))


def _is_passing(error: OSError | HTTPException) -> bool:
    """Whether a connection was dropped, which may go well the next time. One refused, or a name unknown, will be so again; silence may be a long reckoning."""
    reason = error.reason if isinstance(error, URLError) else error
    return isinstance(reason, ConnectionError | HTTPException) and not isinstance(reason, ConnectionRefusedError)


def _asked_to_wait(error: HTTPError) -> float:
    """Seconds of Retry-After; 0 where it is not there or is a date."""
    told = error.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() and told.isascii() else 0.0
