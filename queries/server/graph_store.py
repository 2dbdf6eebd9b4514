"""The SPARQL 1.1 Graph Store HTTP Protocol (W3C Recommendation of 21 March 2013) over documents: each document of the store is a graph under its IRI.

`/graphs?default` is the union of them all, `/graphs?graph=IRI` one of them, and `/graphs/NAME` the one whose IRI ends in NAME. Reading is for everybody;
PUT, POST and DELETE of a document's graph want a writable server and its token, for what they change is the store's own truth, the shard.
"""

from __future__ import annotations

from urllib.parse import quote, urljoin

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from zhengpu import ids
from zhengpu.graph.storage.manifest import Entry
from zhengpu.queries.server import negotiation
from zhengpu.queries.server.addresses import GRAPHS, origin
from zhengpu.queries.server.delivery import begun, deliver, raw
from zhengpu.queries.server.frames import Job
from zhengpu.queries.server.graph_writing import delete, put
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.requests import Headers, Parameters, headers, parameters
from zhengpu.queries.server.service import Service

_READ, _WRITE = ("GET", "HEAD", "OPTIONS"), ("PUT", "POST", "DELETE")
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class GraphStore:
    """The graph store as an ASGI application; it answers below GRAPHS."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Problem, ClientGone, CutOff."""
        method, sent = scope["method"], headers(scope)
        if method == "OPTIONS":
            await Response(None, 204, {"Allow": self._allowed})(scope, receive, send)
            return
        if method not in (*_READ, *_WRITE):
            raise Problem(405, "method-not-allowed", f"The method {method[:20]} is not offered.", headers={"Allow": self._allowed})
        given = parameters(scope["query_string"])
        iri = _graph(scope, given)
        if method in _WRITE:
            if self._service.token is None:
                detail = "This server only reads. Start it with --writable and --token-file to change graphs, or use `zhengpu build` and `zhengpu remove`."
                raise Problem(405, "read-only", detail, headers={"Allow": self._allowed})
            if method == "DELETE":
                await delete(self._service, iri, scope, receive, send, sent)
            else:
                await put(self._service, iri, scope, receive, send, sent, merge=method == "POST")
            return
        await self._read(iri, given, sent, scope, receive, send)

    @property
    def _allowed(self) -> str:
        return ", ".join((*_READ, *(_WRITE if self._service.token is not None else ())))

    async def _read(self, iri: str | None, given: Parameters, sent: Headers, scope: Scope, receive: Receive, send: Send) -> None:
        service = self._service
        entry: Entry | None = None
        if iri is not None and (entry := (await service.entries()).get(iri)) is None:
            raise Problem(404, "unknown-graph", f"This store has no graph named {iri[:300]}. Its graphs are its documents, under their IRIs.")
        format = negotiation.best(sent.accept, "graph")
        if asked := [*given.get("format", []), *given.get("output", [])]:
            format = (negotiation.named(asked[0]) or (None, None))[1]
        if format is None:
            raise Problem(406, "not-acceptable", f"A graph comes as {', '.join(types[0] for types in negotiation.GRAPHS.values())}.")
        version = entry.shard_sha256[:24] if entry else service.state
        fields = {
            "Content-Type": negotiation.media_type("triples", format),
            "ETag": f'W/"{version}-{format}"',
            "Vary": "Accept, Accept-Encoding",
            "Cache-Control": "no-cache",
        }
        if entry:
            fields["Link"] = f'<{quote(entry.iri, safe=":/#?&=%")}>; rel="describes"'
        if sent.known and (sent.known.strip() == "*" or fields["ETag"] in sent.known):
            await send({"type": "http.response.start", "status": 304, "headers": raw(fields)})
            await send({"type": "http.response.body", "body": b""})
            return
        default = None if entry is None else (await service.graph(entry),)
        job = Job(_EVERYTHING, None, format, negotiation.takes_gzip(sent.encoding), None, service.limits.bytes, default)
        reply = await begun(service.pool, job, receive)
        await deliver(service.pool, reply, scope, receive, send, fields)


def _graph(scope: Scope, given: Parameters) -> str | None:
    """The IRI of the graph that the request is about, None for the default graph. Raises Problem where it names none, or two."""
    path: str = scope["path"]
    name = path.removeprefix(GRAPHS).strip("/")
    default, named = given.get("default", []), given.get("graph", [])
    if name:
        if default or named:
            raise Problem(400, "bad-request", "A graph that is named by its own address takes neither ?default nor ?graph.")
        return f"{ids.base()}document/{name}"
    if len(default) + len(named) != 1:
        raise Problem(400, "bad-request", f"Name one graph: {GRAPHS}?default, or {GRAPHS}?graph=IRI.")
    if default:
        return None
    iri = named[0]
    if not iri.strip():
        raise Problem(400, "bad-request", "?graph has no IRI.")
    return iri if ":" in iri.partition("/")[0] else urljoin(origin(scope) + path, iri)
