"""Answers about the whole graph that take a second and that every visitor asks for: made before anybody does, once for each state of the store.

The counts of gaps in them come in one after the other; the rest of the answer is not made again for each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from zhengpu.errors import StoreError
from zhengpu.queries.api.parameters import read
from zhengpu.queries.api.shape import as_json
from zhengpu.queries.api.table import BY_NAME, Endpoint
from zhengpu.queries.api.task import Outcome
from zhengpu.queries.caches.gap_counts import GapCounts
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.service import Service
from zhengpu.queries.views.gaps import gaps

_FIRST = BY_NAME["GET overview"]
_LANGUAGES = ("zh", "en")
_EVERY = 0.25  # seconds between two looks at the state, as the follower looks at the store
_KEPT = 64  # answers of one state: the quality of one document after the other

Make = Callable[[Endpoint, dict[str, Any]], Awaitable[Outcome]]


class ReadyAnswers:
    """The answers of endpoints that have `gaps`, for the state that is answered from."""

    def __init__(self, service: Service, make: Make) -> None:
        """`make` has a worker answer an endpoint. It may raise Problem."""
        self._service, self._make = service, make
        self._counts = GapCounts(service)
        self._state = ""
        self._parts: dict[str, asyncio.Task[Outcome]] = {}

    async def run(self) -> None:
        """Never returns. Once the store is in memory, what could not be made from disk in time is tried again."""
        ready: tuple[str, bool] | None = None
        while True:
            with suppress(StoreError):
                held = self._service.pool.contents
                if (held.state, held.in_memory) != ready:
                    ready = held.state, held.in_memory
                    await self._make_ready(anew=held.in_memory)
            await asyncio.sleep(_EVERY)

    async def _make_ready(self, *, anew: bool) -> None:
        for language in _LANGUAGES:
            with suppress(Problem):  # whoever asks is told
                await self.part(_FIRST, read(_FIRST.parameters, {"lang": [language]}))
        if anew:
            self._counts.again()
        await self._counts.known()

    async def counts(self) -> dict[str, int]:
        """Question -> rows, of the gaps that have been counted by now."""
        return await self._counts.known()

    async def answer(self, endpoint: Endpoint, values: dict[str, Any]) -> Outcome:
        """The answer with `counts` of `values` put in. Raises Problem where no worker answers."""
        found = await self.part(endpoint, {**values, "counts": {}})
        if found.status != 200:
            return found
        told = json.loads(found.content)
        told[endpoint.gaps] = as_json(gaps(values["counts"], values["lang"]))
        return Outcome(found.status, found.media_type, found.name, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())

    async def part(self, endpoint: Endpoint, values: dict[str, Any]) -> Outcome:
        """The answer without counts, from its one making in this state; who leaves meanwhile does not end that for others. Raises Problem."""
        if self._state != self._service.state or len(self._parts) >= _KEPT:
            self._state, self._parts = self._service.state, {}
        parts, asked = self._parts, {**values, "counts": {}}
        key = f"{endpoint.name} {json.dumps(asked, ensure_ascii=False, sort_keys=True)}"
        if key not in parts:
            parts[key] = asyncio.ensure_future(self._make(endpoint, asked))
            parts[key].add_done_callback(lambda made: made.cancelled() or made.exception())  # seen, even where everybody has left
        task = parts[key]
        try:
            found = await asyncio.shield(task)
        except Problem:
            parts.pop(key, None)
            raise
        if found.status != 200:
            parts.pop(key, None)
        return found
