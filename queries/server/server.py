"""Running the application: uvicorn on a socket that listens already, until a signal comes."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from socket import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from zhengpu.errors import StoreError
from zhengpu.queries.server.patient_http import patient_protocol
from zhengpu.queries.server.service import Service

_GRACE = 3  # seconds that answers may take to end after a signal
_FAREWELL = 2  # seconds that clients may take to be told that there is no answer


class _Server(uvicorn.Server):
    """A server that says when it answers, and ends the queries that run still when it has been told to stop: their clients get an answer that says so.
    uvicorn itself would break their requests off, with nothing but status 500."""

    ready: Callable[[], None]
    stop: Callable[[], None]

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        end = asyncio.get_running_loop().call_later(_GRACE, self.stop)
        await super().shutdown(sockets)
        end.cancel()


def serve(application: ASGIApp, service: Service, listening: socket, ready: Callable[[], None]) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is called when requests are answered. Raises StoreError where the store cannot be read."""
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(_served(application, service, listening, ready))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's event loop, which takes half the time of Python's own; None where there is none (Windows, PyPy)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _served(application: ASGIApp, service: Service, listening: socket, ready: Callable[[], None]) -> None:
    with suppress(ValueError, OSError):  # as many connections as the system lets this process have
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        wanted = service.limits.connections + 256
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(most, wanted), most))
    try:
        await service.follower.catch_up()  # first, so that a store that cannot be read is an error of the command's
    except StoreError:
        await service.pool.close()
        raise
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    config = uvicorn.Config(
        application,
        http=patient_protocol(service.limits),
        ws="none",
        lifespan="on",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=service.limits.connections,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE + _FAREWELL,
    )
    server = _Server(config)
    server.ready, server.stop = ready, service.pool.stop
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ignored)  # uvicorn takes them over, and gives them here when it has stopped: a stop by signal is no failure
    await server.serve(sockets=[listening])


def _ignored(number: int, frame: FrameType | None) -> None:
    """A signal that was answered already."""


def _is_news(record: logging.LogRecord) -> bool:
    """An answer that was broken off on purpose (`CutOff`) is counted and logged as such; uvicorn need not tell of it."""
    return "without completing response" not in record.getMessage()
