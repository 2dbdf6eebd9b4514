"""The SPARQL 1.1 Protocol (W3C Recommendation of 21 March 2013): the query operation by GET, by POST of a form and by POST of the query itself.

Without a dataset in the request a query is put to the whole store as its default graph. `default-graph-uri` and `named-graph-uri` name documents
of the store: each document is a graph under its IRI. There is no update operation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from zhengpu.queries.caches.answer_cache import Kept, Key, is_stable
from zhengpu.queries.server import negotiation
from zhengpu.queries.server.delivery import begun, deliver, raw, send_whole
from zhengpu.queries.server.frames import Job
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.requests import Headers, Parameters, body, headers, media_type, parameters
from zhengpu.queries.server.service import Service
from zhengpu.queries.server.service_description import described

_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_ALLOWED = "GET, HEAD, OPTIONS, POST"
_MOST_GRAPHS = 100
_LARGEST_DATASET = 500_000  # triples: it is loaded anew for each request, which takes seconds for more
_NO_UPDATES = "Updates are not offered: documents come in with `zhengpu build` and go with `zhengpu remove`."


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation as a client asks for it. `table` and `graph` are formats, None where the client takes none of that kind."""

    sparql: str
    table: str | None
    graph: str | None
    default: tuple[str, ...] = field(default=())
    named: tuple[str, ...] = field(default=())


class SparqlProtocol:
    """The endpoint as an ASGI application."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Problem, ClientGone, CutOff: the server around it makes responses of them."""
        sent = headers(scope)
        method = scope["method"]
        if method == "OPTIONS":
            await Response(None, 204, {"Allow": _ALLOWED})(scope, receive, send)
            return
        if method not in ("GET", "HEAD", "POST"):
            raise Problem(405, "method-not-allowed", f"The method {method[:20]} is not allowed: a query comes by GET or POST.", headers={"Allow": _ALLOWED})
        given = parameters(scope["query_string"])
        if method != "POST" and "query" not in given and "update" not in given:
            await described(self._service, scope, receive, send, sent.accept, given)
            return
        operation = _operation(await self._text_and_parameters(scope, receive, sent, given) if method == "POST" else given, sent)
        await self._answer(operation, sent, scope, receive, send)

    async def _text_and_parameters(self, scope: Scope, receive: Receive, sent: Headers, given: Parameters) -> Parameters:
        """The parameters of a POST, wherever they stand; the body of a direct one is its query."""
        type = media_type(sent.content_type)
        if type not in (_FORM, _DIRECT):
            detail = _NO_UPDATES if type == _UPDATE else f"The content type {type[:60] or 'is missing, and'!r} is not known here. Send {_DIRECT} or {_FORM}."
            raise Problem(415, "unsupported-media-type", detail, headers={"Accept-Post": f"{_DIRECT}, {_FORM}"})
        content = await body(scope, receive, self._service.limits)
        both = {name: list(values) for name, values in given.items()}
        if type == _FORM:
            for name, values in parameters(content).items():
                both.setdefault(name, []).extend(values)
            return both
        try:
            both.setdefault("query", []).append(content.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Problem(400, "malformed-query", f"The query is not UTF-8: {error.reason} at byte {error.start}.") from error
        return both

    async def _answer(self, operation: Operation, sent: Headers, scope: Scope, receive: Receive, send: Send) -> None:
        service = self._service
        compress = negotiation.takes_gzip(sent.encoding)
        key: Key = (service.state, operation, compress)
        stable = is_stable(operation.sparql)
        fields = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache" if stable else "no-store"}
        if stable:
            fields["ETag"] = _tag(key)
            if scope["method"] != "POST" and _is_known(fields["ETag"], sent.known):
                await send({"type": "http.response.start", "status": 304, "headers": raw(fields)})
                await send({"type": "http.response.body", "body": b""})
                return
            if kept := service.cache.find(key):
                await send_whole(send, 200, kept.content, kept.headers)
                return
        reply = await begun(service.pool, await self._job(operation, compress), receive)
        fields["Content-Type"] = negotiation.media_type(reply.head["kind"], reply.head["format"])
        if stable and reply.end and (content := reply.whole()) is not None:
            if encoding := reply.head.get("encoding"):
                fields["Content-Encoding"] = encoding
            service.cache.keep(key, Kept(content, fields))
            await send_whole(send, 200, content, fields)
            return
        await deliver(service.pool, reply, scope, receive, send, fields)

    async def _job(self, operation: Operation, compress: bool) -> Job:
        limits = self._service.limits
        default = named = None
        if operation.default or operation.named:
            default, named = await self._graphs(operation.default), await self._graphs(operation.named)
        return Job(operation.sparql, operation.table, operation.graph, compress, limits.rows, limits.bytes, default, named or ())

    async def _graphs(self, iris: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
        """The graphs that the client names. Raises Problem for one that this store does not have: nothing is fetched from elsewhere."""
        entries = await self._service.entries()
        wanted = list(dict.fromkeys(iris))
        if missing := [iri for iri in wanted if iri not in entries]:
            detail = f"This store has no graph named {missing[0][:300]}. Its graphs are its documents, under their IRIs; nothing is fetched from elsewhere."
            raise Problem(400, "unknown-graph", detail)
        if len(wanted) > _MOST_GRAPHS or sum(entries[iri].triples for iri in wanted) > _LARGEST_DATASET:
            detail = f"The dataset is larger than {_MOST_GRAPHS} graphs or {_LARGEST_DATASET:,} triples. Leave the graphs out to ask the whole store."
            raise Problem(400, "dataset-too-large", detail)
        return tuple([await self._service.graph(entries[iri]) for iri in wanted])


def _operation(given: Parameters, sent: Headers) -> Operation:
    """Raises Problem for what is no query operation."""
    queries = given.get("query", [])
    if "update" in given:
        raise Problem(403, "no-updates", _NO_UPDATES)
    if len(queries) != 1:
        what = "The request has no query: put it into the parameter `query`." if not queries else "The request has more than one query; send one."
        raise Problem(400, "bad-request", what)
    table, graph = negotiation.best(sent.accept, "table"), negotiation.best(sent.accept, "graph")
    if asked := [*given.get("format", []), *given.get("output", [])]:
        found = negotiation.named(asked[0])
        if found is None:
            known = "json, xml, csv, tsv for tables; ttl, nt, rdf, jsonld, trig, nq for graphs"
            raise Problem(400, "unknown-format", f"There is no format {asked[0][:60]!r}. Formats: {known}.")
        table, graph = found
    if table is None and graph is None:
        offered = sorted({types[0] for kind in (negotiation.TABLES, negotiation.GRAPHS) for types in kind.values()})
        raise Problem(406, "not-acceptable", f"None of the media types that you accept can be given. There are: {', '.join(offered)}.")
    return Operation(queries[0], table, graph, tuple(given.get("default-graph-uri", ())), tuple(given.get("named-graph-uri", ())))


def _tag(key: Key) -> str:
    """A weak validator: the answer means the same as long as the store is in that state, whatever its order or compression."""
    return f'W/"{blake2b(repr(key[:2]).encode("utf-8", "replace"), digest_size=12).hexdigest()}"'


def _is_known(tag: str, known: str) -> bool:
    """Whether If-None-Match names the tag (weak comparison)."""
    bare = tag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == bare or one.strip() == "*" for one in known.split(",")) if known else False
