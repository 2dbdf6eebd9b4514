"""Writing to a graph store of documents: a graph that is put is a document's shard, checked as any other and committed as a build is.

The default graph is the union of the documents and the ontology is the program's own: neither can be written.
"""

from __future__ import annotations

import asyncio
import hmac
from hashlib import sha256

import pyoxigraph as ox
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from zhengpu.errors import StoreError
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import Kind, Shard
from zhengpu.graph.storage.store import Changes, open_store
from zhengpu.queries.server.negotiation import GRAPHS
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.requests import Headers, body, media_type
from zhengpu.queries.server.service import Service

_SOURCE = "put over HTTP"
_TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
_SYNTAXES = {
    type: format
    for name, format in (("ttl", ox.RdfFormat.TURTLE), ("nt", ox.RdfFormat.N_TRIPLES), ("jsonld", ox.RdfFormat.JSON_LD), ("xml", ox.RdfFormat.RDF_XML))
    for type in GRAPHS[name]
    if type != "text/plain"
}


async def put(service: Service, iri: str | None, scope: Scope, receive: Receive, send: Send, sent: Headers, *, merge: bool) -> None:
    """Makes the body the document's graph, or, to `merge`, adds it. Raises Problem, ClientGone."""
    name = _writable(service, iri, sent)
    type = media_type(sent.content_type)
    syntax = _SYNTAXES.get(type)
    if syntax is None:
        raise Problem(415, "unsupported-media-type", f"A graph is put as one of {', '.join(sorted(_SYNTAXES))}; this is {type[:60] or 'nothing'!r}.")
    content = await body(scope, receive, service.limits, service.limits.upload)
    async with service.writing:
        entry = await _before(service, name, sent)
        earlier = (await service.graph(entry))[1] if merge and entry else b""
        changes = await asyncio.to_thread(_add, service, name, entry, content, syntax, earlier)
        await service.follower.catch_up()
    await Response(None, 201 if changes.added else 204)(scope, receive, send)


async def delete(service: Service, iri: str | None, scope: Scope, receive: Receive, send: Send, sent: Headers) -> None:
    """Takes the document out. Raises Problem."""
    name = _writable(service, iri, sent)
    async with service.writing:
        if await _before(service, name, sent) is None:
            raise Problem(404, "unknown-graph", f"This store has no graph named {name[:300]}.")
        await asyncio.to_thread(_remove, service, name)
        await service.follower.catch_up()
    await Response(None, 204)(scope, receive, send)


def _writable(service: Service, iri: str | None, sent: Headers) -> str:
    """The IRI, if who asks may write there."""
    scheme, _, token = sent.authorization.partition(" ")
    expected = (service.token or "").encode()
    # digests, so that the time of the comparison tells nothing about the token, its length included
    same = hmac.compare_digest(sha256(token.strip().encode("latin-1", "replace")).digest(), sha256(expected).digest())
    if scheme.lower() != "bearer" or not expected or not same:
        raise Problem(401, "no-token", "Writing wants the server's token: Authorization: Bearer TOKEN.", headers={"WWW-Authenticate": 'Bearer realm="zhengpu"'})
    if iri is None:
        raise Problem(403, "default-graph", "The default graph is the union of all documents and cannot be written. Name a document: ?graph=IRI.")
    return iri


async def _before(service: Service, iri: str, sent: Headers) -> Entry | None:
    """The document as it is. Raises Problem where it is not one, or not as the client last saw it (If-Match)."""
    entry = (await service.entries()).get(iri)
    if entry and entry.kind is not Kind.DOCUMENT:
        raise Problem(403, "not-a-document", f"{iri[:300]} is not a document but part of the store itself ({entry.kind.value}).")
    if sent.match and (entry is None or (sent.match.strip() != "*" and entry.shard_sha256[:24] not in sent.match)):
        raise Problem(412, "changed-meanwhile", "The graph is not the one that If-Match names. Read it again.")
    return entry


def _add(service: Service, iri: str, entry: Entry | None, content: bytes, syntax: ox.RdfFormat, earlier: bytes) -> Changes:
    """Runs in a thread. Raises Problem for a graph that cannot be a shard."""
    try:
        ox.NamedNode(iri)
        quads = list(ox.parse(content, syntax, base_iri=iri))
    except (SyntaxError, ValueError) as error:
        place = (error.lineno or 1, error.offset or 1) if isinstance(error, SyntaxError) else None
        raise Problem(400, "malformed-graph", f"The graph cannot be read: {error}", place=place) from error
    own = (quad for quad in quads if quad.subject == ox.NamedNode(iri) and quad.predicate == _TITLE)
    title = next((quad.object.value for quad in own if isinstance(quad.object, ox.Literal)), "")
    lines = "".join(f"{quad.triple} .\n" for quad in quads).encode()
    if not lines and not earlier:
        raise Problem(400, "empty-graph", "The graph is empty. To take a document out, use DELETE.")
    shard = Shard(iri=iri, triples=earlier + lines, title=title or (entry.title if entry else ""), source=entry.source if entry else _SOURCE)
    try:
        with open_store(service.folder) as store:
            return store.add([shard])
    except StoreError as error:
        raise _refused(error) from error


def _remove(service: Service, iri: str) -> None:
    try:
        with open_store(service.folder) as store:
            store.remove(iri)
    except StoreError as error:
        raise _refused(error) from error


def _refused(error: StoreError) -> Problem:
    busy = "another process is changing it" in str(error)
    return Problem(503 if busy else 400, "store-busy" if busy else "not-a-shard", str(error), headers={"Retry-After": "2"} if busy else {})
