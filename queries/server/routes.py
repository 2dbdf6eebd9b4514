"""The routes of the protocol server: SPARQL, graphs, descriptions, health, counters."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from zhengpu.queries.server.addresses import GRAPHS, HEALTH, METRICS, SPARQL, VOID
from zhengpu.queries.server.graph_store import GraphStore
from zhengpu.queries.server.service import Service
from zhengpu.queries.server.service_description import VoidDescription
from zhengpu.queries.server.sparql_protocol import SparqlProtocol


def routes(service: Service) -> list[BaseRoute]:
    """All of them over one service."""
    graphs = GraphStore(service)

    async def health(request: Request) -> Response:
        """200 while queries are answered, 503 while they are not."""
        if not service.pool.is_healthy:
            return JSONResponse({"status": "unavailable", "news": service.metrics.news}, 503, {"Cache-Control": "no-store"})
        held = service.pool.contents
        told = {"status": "ok", "state": held.state, "documents": held.documents, "triples": held.triples, "in_memory": held.in_memory}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    async def metrics(request: Request) -> Response:
        held = service.pool.contents
        gauges = {"triples": held.triples, "documents": held.documents, "buffered_bytes": service.pool.room.size}
        text = service.metrics.text(gauges, service.pool.gauges(), service.cache.hits)
        return Response(text, headers={"Cache-Control": "no-store"}, media_type="text/plain; version=0.0.4")

    return [
        Route(SPARQL, SparqlProtocol(service)),
        Route(GRAPHS, graphs),
        Route(GRAPHS + "/{name:path}", graphs),
        Route(VOID, VoidDescription(service)),
        Route(HEALTH, health),
        Route(METRICS, metrics),
    ]
