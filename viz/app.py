"""The web application: the protocol server's routes, and beside them those of the JSON API and of the pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from zhengpu.queries.api.routes import Api
from zhengpu.queries.server import linked_data
from zhengpu.queries.server.access_log import AccessLog
from zhengpu.queries.server.negotiation import takes
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.requests import ClientGone
from zhengpu.queries.server.routes import routes
from zhengpu.queries.server.service import Service
from zhengpu.queries.server.shell import Shell
from zhengpu.viz import pages


def application(service: Service, log: AccessLog | None = None, *, hosts: Sequence[str] | None = None, origin: str | None = None) -> ASGIApp:
    """The application over one store. `hosts` and `origin` are as in `Shell`. Raises StoreError, when it starts, where the store cannot be read."""
    api = Api(service)
    every: list[BaseRoute] = [
        *routes(service),
        *api.routes(),
        *linked_data.routes(api, lambda iri: pages.page("entity", iri=iri)),
        *pages.routes(),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await service.follower.catch_up()
        background = [asyncio.create_task(work) for work in (service.follower.run(), api.ready.run())]
        try:
            yield
        finally:
            for task in background:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await service.pool.close()

    inner = Starlette(routes=every, lifespan=lifespan, exception_handlers={HTTPException: _refused, Problem: _refused, ClientGone: _unread})
    inner.state.service = service
    inner.router.redirect_slashes = False
    return Shell(inner, service.metrics, log, hosts=hosts, origin=origin)


async def _refused(request: Request, error: Exception) -> Response:
    """A problem as a response; what routing itself refuses, in the form of every other problem, or as a page for a reader."""
    accept = request.headers.get("accept", "")
    if isinstance(error, HTTPException):
        if error.status_code == 404 and takes(accept, "text/html"):
            return pages.page(pages.MISSING, 404)
        known = {404: ("not-found", "There is nothing at this address."), 405: ("method-not-allowed", "This method is not allowed here.")}
        code, detail = known.get(error.status_code, ("refused", error.detail))
        error = Problem(error.status_code, code, detail, headers=error.headers)
    assert isinstance(error, Problem)
    return error.response(accept)


async def _unread(request: Request, error: Exception) -> Response:
    """For the log: nobody reads this any more."""
    return Response(None, 499)
