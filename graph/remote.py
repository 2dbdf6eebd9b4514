"""A SPARQL 1.1 endpoint as a source of triples: the same questions and exports, put to somebody's server (SPARQL 1.1 Protocol, through SPARQLWrapper)."""

from __future__ import annotations

from ast import literal_eval
from collections import deque
from collections.abc import Iterable, Mapping
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import pyoxigraph as ox

from zhengpu.errors import QueryError
from zhengpu.graph.guard import prepared
from zhengpu.graph.source import Answer, EngineResult, Term
from zhengpu.graph.sparql import form

_TABLE = ox.QueryResultsFormat.JSON.media_type
_GRAPH = ox.RdfFormat.TURTLE.media_type  # the one graph syntax that every endpoint writes
_ADVICE = {
    400: "The endpoint does not take this query",
    401: "The endpoint wants a name and a password",
    403: "The endpoint does not let you ask this",
    404: "There is no endpoint at this address; look at its path, which often ends in /sparql or /query",
    414: "The query is too long for the endpoint",
}


class RemoteSource:
    """A SPARQL endpoint that answers queries over its default graph (see `TripleSource`)."""

    __slots__ = ("_timeout", "name")

    def __init__(self, endpoint: str, timeout: int = 60) -> None:
        """`timeout` counts seconds without a byte from the endpoint. Raises QueryError where `endpoint` is no http or https address."""
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise QueryError(f"{endpoint!r} is not the address of an endpoint. Give one such as http://localhost:7878/query.")
        self.name = endpoint
        self._timeout = timeout

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None, *, trusted: bool = False) -> Answer:
        text = prepared(sparql, bindings, trusted=trusted)
        if form(text) in ("SELECT", "ASK"):
            body, _ = self._fetch(text, _TABLE)
            return Answer(lambda: self._table(body))
        body, media_type = self._fetch(text, _GRAPH)
        triples = self._graph(body, media_type)
        return Answer(lambda: iter(triples))

    def _fetch(self, text: str, accept: str) -> tuple[bytes, str]:
        """The endpoint's answer and its media type. One media type is asked for: endpoints weigh lists of them differently."""
        from SPARQLWrapper import POST, SPARQLWrapper
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        request = SPARQLWrapper(self.name, agent="zhengpu (https://w3id.org/zhengpu)")
        request.setQuery(text)
        request.queryType = form(text)  # SPARQLWrapper guesses it by a pattern, and would send what it takes for an update to be run
        request.setMethod(POST)
        request.setOnlyConneg(True)
        request.addCustomHttpHeader("Accept", accept)
        request.setTimeout(self._timeout)
        try:
            response = request.query().response
            return response.read(), response.headers.get_content_type()
        except SPARQLWrapperException as error:
            code = error.__context__.code if isinstance(error.__context__, HTTPError) else 0
            raise self._error(_ADVICE.get(code, "The endpoint failed on this query"), _told(error)) from error
        except HTTPError as error:
            detail = error.read().decode("utf-8", "replace")
            raise self._error(_ADVICE.get(error.code, f"The endpoint answered {error.code} {error.reason}"), detail) from error
        except TimeoutError as error:
            raise self._slow() from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._slow() from error
            raise self._error("The endpoint cannot be reached; is it running, and is the address right?", str(error.reason)) from error
        except (OSError, HTTPException) as error:
            raise self._error("The endpoint broke off its answer; try again, or ask for less", str(error)) from error

    def _table(self, body: bytes) -> EngineResult:
        try:
            # An endpoint that runs out of time sends half an answer as if all were well: all of it is read before any is believed.
            check = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            if isinstance(check, ox.QuerySolutions):
                deque(check, maxlen=0)
            return ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise self._cut(body, error) from error

    def _graph(self, body: bytes, media_type: str) -> Iterable[ox.Triple]:
        syntax = ox.RdfFormat.from_media_type(media_type) or ox.RdfFormat.TURTLE
        try:
            return tuple(quad.triple for quad in ox.parse(body, syntax, base_iri=self.name))
        except (SyntaxError, ValueError) as error:
            raise self._cut(body, error) from error

    def _error(self, what: str, detail: str) -> QueryError:
        detail = " ".join(detail.split())[:300]
        return QueryError(f"{what} ({self.name})." + (f" It says: {detail}" if detail else ""))

    def _slow(self) -> QueryError:
        return self._error(f"The endpoint was silent for {self._timeout} seconds; ask for less, or allow more time", "")

    def _cut(self, body: bytes, error: Exception) -> QueryError:
        start = body[:120].decode("utf-8", "replace")
        return self._error("The answer is not what was asked for, or was cut off; if this is an endpoint, ask for less", f"{error}; it begins {start!r}")


def _told(error: Exception) -> str:
    """What the endpoint said; SPARQLWrapper has it as bytes printed into its message."""
    printed = str(error).partition("Response:\n")[2]
    try:
        told = literal_eval(printed)
    except (ValueError, SyntaxError):
        return printed
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else printed
