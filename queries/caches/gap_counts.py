"""The counts of gaps as the server keeps them: made in the background, one after the other, for the newest state of the store."""

from __future__ import annotations

import asyncio

from zhengpu.queries.server.frames import Job
from zhengpu.queries.server.replies import JobFailed
from zhengpu.queries.server.service import Service
from zhengpu.queries.views.gaps import countable

_CALL = "zhengpu.queries.api.worker:count"
_PATIENCE = 0.3  # seconds that an answer waits for counts; of a small store they are all there by then


class GapCounts:
    """What is known of the state that is answered from."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._state = ""
        self._known: dict[str, int] = {}
        self._counting: asyncio.Task[None] | None = None

    async def known(self) -> dict[str, int]:
        """Question -> rows, of those that have been counted; the first call for a state sets the counting off."""
        if self._state != self._service.state:
            self._state, self._known = self._service.state, {}
            self.again()
        if self._counting:
            await asyncio.wait((self._counting,), timeout=_PATIENCE)
        return dict(self._known)

    def again(self) -> None:
        """Sets the counting off anew for what is unknown: what took too long over the index on disk may be quick now."""
        if self._counting:
            self._counting.cancel()
        self._counting = asyncio.get_running_loop().create_task(self._count(self._known))

    async def _count(self, known: dict[str, int]) -> None:
        for id in countable():
            if id in known:
                continue
            try:
                known[id] = int(await self._service.pool.answer(Job(call=_CALL, arguments={"id": id})))
            except JobFailed:  # not in time, or no room: it stays unknown until it is tried again
                continue
