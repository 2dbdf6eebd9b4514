"""What the server says about itself: its service description (SPARQL 1.1 Service Description) and the VoID description of its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

import pyoxigraph as ox
from starlette.types import Receive, Scope, Send

from zhengpu import ids
from zhengpu.graph.sources.source import GRAPH_FORMATS
from zhengpu.graph.storage.manifest import Entry
from zhengpu.ontology.terms import PREFIXES
from zhengpu.queries.server import negotiation
from zhengpu.queries.server.addresses import GRAPHS, SPARQL, VOID, origin
from zhengpu.queries.server.delivery import raw, send_whole
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.requests import Parameters, headers, parameters
from zhengpu.queries.server.service import Service

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DCTERMS = "http://purl.org/dc/terms/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_PREFIXES = {**PREFIXES, "sd": _SD, "void": _VOID, "formats": _FORMATS}
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_RESULT_FORMATS = (
    "SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV Turtle N-Triples N-Quads RDF_XML JSON-LD TriG"
).split()  # names of https://www.w3.org/ns/formats/

Thing = ox.NamedNode | ox.BlankNode | ox.Literal


async def described(service: Service, scope: Scope, receive: Receive, send: Send, accept: str, given: Parameters) -> None:
    """The service description, in the RDF syntax that the client likes best."""
    place = origin(scope)
    entries = await service.entries()
    await _sent(_description(place, service, entries.values()), scope, send, accept, given, service.state)


class VoidDescription:
    """`/.well-known/void` as an ASGI application."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise Problem(405, "method-not-allowed", "The description can be read only.", headers={"Allow": "GET, HEAD"})
        given = parameters(scope["query_string"])
        entries = await self._service.entries()
        await _sent(_void(origin(scope), self._service, entries.values()), scope, send, headers(scope).accept, given, self._service.state)


def _description(place: str, service: Service, entries: Iterable[Entry]) -> Iterator[ox.Triple]:
    about = _Describing()
    itself = ox.NamedNode(place + SPARQL)
    yield about.type(itself, _SD + "Service")
    yield about(itself, _SD + "endpoint", itself)
    yield about(itself, _SD + "supportedLanguage", ox.NamedNode(_SD + "SPARQL11Query"))
    for format in _RESULT_FORMATS:
        yield about(itself, _SD + "resultFormat", ox.NamedNode(_FORMATS + format))
    dataset, default, graphs = ox.BlankNode(), ox.BlankNode(), ox.BlankNode()
    yield about(itself, _SD + "defaultDataset", dataset)
    yield about.type(dataset, _SD + "Dataset")
    yield about(dataset, _SD + "defaultGraph", default)
    yield about.type(default, _SD + "Graph")
    yield about(default, _VOID + "triples", _number(service.pool.contents.triples))
    yield about(dataset, _VOID + "inDataset", ox.NamedNode(f"{place}{VOID}#dataset"))
    yield about(itself, _SD + "availableGraphs", graphs)  # what default-graph-uri and named-graph-uri may name
    yield about.type(graphs, _SD + "GraphCollection")
    for entry in entries:
        named, graph = ox.BlankNode(), ox.BlankNode()
        yield about(graphs, _SD + "namedGraph", named)
        yield about.type(named, _SD + "NamedGraph")
        yield about(named, _SD + "name", ox.NamedNode(entry.iri))
        yield about(named, _SD + "graph", graph)
        yield about.type(graph, _SD + "Graph")
        yield about(graph, _VOID + "triples", _number(entry.triples))
        if entry.title:
            yield about(graph, _DCTERMS + "title", ox.Literal(entry.title, language="zh"))


def _void(place: str, service: Service, entries: Iterable[Entry]) -> Iterator[ox.Triple]:
    about = _Describing()
    itself, document = ox.NamedNode(f"{place}{VOID}#dataset"), ox.NamedNode(place + VOID)
    held = service.pool.contents
    yield about.type(document, _VOID + "DatasetDescription")
    yield about(document, _FOAF + "primaryTopic", itself)
    yield about.type(itself, _VOID + "Dataset")
    yield about(itself, _DCTERMS + "title", ox.Literal("政谱: 中国政府计划知识图谱", language="zh"))
    yield about(itself, _DCTERMS + "title", ox.Literal("zhengpu: a knowledge graph of Chinese government plans", language="en"))
    yield about(itself, _VOID + "sparqlEndpoint", ox.NamedNode(place + SPARQL))
    yield about(itself, _VOID + "dataDump", ox.NamedNode(f"{place}{GRAPHS}?default"))
    yield about(itself, _VOID + "uriSpace", ox.Literal(ids.base()))
    yield about(itself, _VOID + "triples", _number(held.triples))
    yield about(itself, _VOID + "documents", _number(held.documents))
    for vocabulary in (ids.ONTOLOGY, "http://www.w3.org/2004/02/skos/core#", _DCTERMS, "http://www.w3.org/ns/org#"):
        yield about(itself, _VOID + "vocabulary", ox.NamedNode(vocabulary))
    for format in _RESULT_FORMATS[4:]:
        yield about(itself, _VOID + "feature", ox.NamedNode(_FORMATS + format))
    for entry in entries:
        part = ox.NamedNode(entry.iri)
        yield about(itself, _VOID + "rootResource", part)


class _Describing:
    """Makes triples."""

    def __call__(self, subject: ox.NamedNode | ox.BlankNode, predicate: str, thing: Thing) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(predicate), thing)

    def type(self, subject: ox.NamedNode | ox.BlankNode, name: str) -> ox.Triple:
        return self(subject, _RDF_TYPE, ox.NamedNode(name))


def _number(count: int) -> ox.Literal:
    return ox.Literal(str(count), datatype=_INTEGER)


async def _sent(triples: Iterable[ox.Triple], scope: Scope, send: Send, accept: str, given: Parameters, state: str) -> None:
    format = negotiation.best(accept, "graph")
    if asked := [*given.get("format", []), *given.get("output", [])]:
        format = (negotiation.named(asked[0]) or (None, None))[1]
    if format is None:
        offered = ", ".join(types[0] for types in negotiation.GRAPHS.values())
        raise Problem(406, "not-acceptable", f"The description comes in RDF: {offered}. To ask a query, put it into the parameter `query`.")
    fields = {"Content-Type": negotiation.media_type("triples", format), "Vary": "Accept, Host", "Cache-Control": "no-cache", "ETag": f'W/"{state}-{format}"'}
    if fields["ETag"] in headers(scope).known:
        await send({"type": "http.response.start", "status": 304, "headers": raw(fields)})
        await send({"type": "http.response.body", "body": b""})
        return
    output = BytesIO()
    ox.serialize(triples, output, format=GRAPH_FORMATS[format], prefixes=_PREFIXES)
    await send_whole(send, 200, output.getvalue(), fields)
