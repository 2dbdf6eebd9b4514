"""The answer to a job as it comes in from a worker."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from zhengpu.errors import ZhengpuError


class JobFailed(ZhengpuError):
    """A job without a (whole) answer. `code` is a worker's word (malformed-query, query-refused, not-acceptable, answer-too-large,
    too-much-memory, query-failed) or the pool's (out-of-time, too-busy, cancelled, crashed); `place` the line and column, where there are any."""

    def __init__(self, code: str, detail: str, place: tuple[int, int] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.place = place


@dataclass(slots=True)
class Buffered:
    """How many bytes of answers wait for clients, of all replies together."""

    size: int = 0


class Reply:
    """What one job gives: wait for `begun`, then look at `head`, then take `chunks()`. It belongs to the event loop's thread."""

    __slots__ = ("_chunks", "_room", "_waiter", "begun", "drained", "end", "failure", "head")

    def __init__(self, loop: asyncio.AbstractEventLoop, room: Buffered) -> None:
        self.begun: asyncio.Future[None] = loop.create_future()
        self.head: dict[str, Any] = {}
        self.end: dict[str, Any] | None = None
        self.failure: JobFailed | None = None
        self.drained: Callable[[], None] = lambda: None  # called when the client has taken something
        self._chunks: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._room = room

    def started(self, head: bytes) -> None:
        self.head = json.loads(head)
        self._tell()

    def more(self, data: bytes) -> None:
        self._chunks.append(data)
        self._room.size += len(data)
        self._wake()

    def finished(self, end: bytes) -> None:
        self.end = json.loads(end)
        self._wake()

    def failed(self, failure: JobFailed) -> None:
        """No (further) answer comes. The first reason counts."""
        if self.failure is None:
            self.failure = failure
            self._tell()
            self._wake()

    def whole(self) -> bytes | None:
        """All of the answer, if it is there already: the usual case. It is taken out."""
        if self.end is None:
            return None
        data = b"".join(self._chunks)
        self.let_go()
        return data

    async def chunks(self) -> AsyncIterator[bytes]:
        """The answer, piece by piece. Raises JobFailed where it breaks off."""
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self._room.size -= len(chunk)
                self.drained()
                yield chunk
            if self.failure:
                raise self.failure
            if self.end is not None:
                return
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def let_go(self) -> None:
        """Forgets what nobody will take."""
        self._room.size -= sum(map(len, self._chunks))
        self._chunks.clear()
        self.drained()

    def _tell(self) -> None:
        if not self.begun.done():
            self.begun.set_result(None)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
