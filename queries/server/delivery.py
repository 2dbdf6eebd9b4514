"""Bringing a worker's reply to the client: in one piece where it is there, else as it comes; and noticing that the client has left."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from zhengpu.queries.server.frames import Job
from zhengpu.queries.server.pool import GONE, Pool
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.replies import JobFailed, Reply
from zhengpu.queries.server.requests import ClientGone


class CutOff(Exception):
    """An answer that broke off behind its first bytes. The connection is closed without the end that HTTP asks for, so that no client takes it for whole."""


async def begun(pool: Pool, job: Job, receive: Receive) -> Reply:
    """The reply of a worker, which has begun and has not failed. A client that leaves meanwhile takes its job with it.

    Raises Problem where there is no answer, ClientGone."""
    try:
        reply = await pool.start(job)
    except JobFailed as failure:
        raise Problem.of(failure) from failure
    watch: asyncio.Task[None] | None = None

    def start_watch() -> None:
        nonlocal watch
        watch = asyncio.ensure_future(_watch(pool, reply, receive))

    # most answers are here before a watch over the client would be worth its while
    starting = asyncio.get_running_loop().call_later(pool.limits.quick / 2, start_watch)
    try:
        await reply.begun
    except asyncio.CancelledError:
        pool.cancel(reply)
        raise
    finally:
        starting.cancel()
        if watch:
            watch.cancel()
    if reply.failure and not reply.head:
        if reply.failure.code == GONE:
            raise ClientGone
        raise Problem.of(reply.failure)
    return reply


async def _watch(pool: Pool, reply: Reply, receive: Receive) -> None:
    """Ends the job when its client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
    pool.cancel(reply)


async def deliver(pool: Pool, reply: Reply, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
    """Sends the answer with status 200. Raises CutOff where it breaks off, and where the client takes nothing for too long."""
    encoding = reply.head.get("encoding")
    fields = {**headers, **({"Content-Encoding": str(encoding)} if encoding else {})}
    if (content := reply.whole()) is not None:
        await send_whole(send, 200, content, fields)
        return
    if scope["http_version"] == "1.0":  # it knows the end of an answer by its length only
        try:
            await send_whole(send, 200, b"".join([chunk async for chunk in reply.chunks()]), fields)
        except JobFailed as failure:
            raise Problem.of(failure) from failure
        return
    await send({"type": "http.response.start", "status": 200, "headers": raw(fields)})
    watch = asyncio.ensure_future(_watch(pool, reply, receive))
    try:
        async for chunk in reply.chunks():
            async with asyncio.timeout(pool.limits.stalled):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except (JobFailed, TimeoutError, OSError) as error:
        pool.cancel(reply)
        raise CutOff(str(error)) from error
    except asyncio.CancelledError:
        pool.cancel(reply)
        raise
    finally:
        watch.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def send_whole(send: Send, status: int, content: bytes, headers: Mapping[str, str]) -> None:
    """A response that is there in one piece."""
    await send({"type": "http.response.start", "status": status, "headers": raw({**headers, "Content-Length": str(len(content))})})
    await send({"type": "http.response.body", "body": content})


def raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
