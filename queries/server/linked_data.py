"""Linked data: each thing at its own address /id/…, as RDF for programs or, for browsers, as its page.

A thing's IRI is the base of the store's resource IRIs with the rest of the address behind it. RDF says what is said of the thing and of the facts
about it, with their quotations and the names of the things that they lead to."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from zhengpu import ids
from zhengpu.queries.api.routes import Api
from zhengpu.queries.api.table import BY_NAME
from zhengpu.queries.server.negotiation import GRAPHS, best, takes
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.requests import headers, parameters

_FORMATS = tuple(name for name in GRAPHS if name not in ("trig", "nq"))  # one graph: these would say nothing more
_ENTITY = BY_NAME["GET entity"]
_EXPORT = BY_NAME["GET export"]


def routes(api: Api, page: Callable[[str], Response]) -> list[BaseRoute]:
    """/id/{…} over the API. `page` makes the page of the thing with an IRI."""

    async def thing(request: Request) -> Response:
        iri = ids.base() + request.path_params["name"]
        accept = headers(request.scope).accept
        given = parameters(request.scope["query_string"])
        if set(given) - {"format", "lang"}:
            raise Problem(400, "bad-parameter", "The address of a thing takes format (ttl, nt, jsonld, xml) and lang.")
        format = given["format"][0] if "format" in given else None
        if format is None and _is_browser(accept):
            return await _page(api, request, iri, page)
        name = format or best(accept, "graph")
        if name not in _FORMATS:
            offered = ", ".join(GRAPHS[one][0] for one in _FORMATS)
            raise Problem(406, "not-acceptable", f"A thing is described as {offered} or text/html.", headers={"Vary": "Accept"})
        response = await api.response(_EXPORT, request, {"parameters": {}, "format": name, "iri": iri})
        response.headers["Vary"] = "Accept, Accept-Encoding"
        del response.headers["Content-Disposition"]  # it is read, not saved
        return response

    return [Route("/id/{name:path}", thing, methods=["GET"], name="thing")]


def _is_browser(accept: str) -> bool:
    return takes(accept, "text/html") or takes(accept, "application/xhtml+xml")


async def _page(api: Api, request: Request, iri: str, page: Callable[[str], Response]) -> Response:
    """The thing's page, or 404 where nothing is said of it."""
    found = await api.response(_ENTITY, request, {"iri": iri, "limit": 0, "offset": 0, "lang": "zh"})
    if found.status_code == 404:
        raise HTTPException(404)
    if found.status_code not in (200, 304):
        return found
    response = page(iri)
    response.headers["Vary"] = "Accept"
    return response
