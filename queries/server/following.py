"""Following the store: when a build, a rebuild or a removal has been committed, the pool reads the new state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from zhengpu.errors import StoreError
from zhengpu.graph.storage.manifest import NAME, read_manifest
from zhengpu.queries.server.pool import Pool

_EVERY = 0.25  # seconds between two looks at the manifest; a look costs microseconds
_AFTER_TROUBLE = 2.0  # seconds

Told = Callable[[str], None]


class Follower:
    """Keeps a pool at the newest state of its store."""

    def __init__(self, pool: Pool, told: Told) -> None:
        """`told` is called with a sentence when the state has changed, and when it could not be read."""
        self._pool, self._told = pool, told
        self._seen: tuple[int, int, int] | None = None
        self._renewing = asyncio.Lock()

    async def run(self) -> None:
        """Never returns."""
        while True:
            try:
                await self.catch_up()
                await asyncio.sleep(_EVERY)
            except StoreError as error:
                self._seen = None
                self._told(f"The store cannot be read; what was read before is answered from: {error}")
                await asyncio.sleep(_AFTER_TROUBLE)

    async def catch_up(self) -> None:
        """Returns when the pool answers from the state that the store has now. Raises StoreError."""
        async with self._renewing:
            self._pool.tend()
            seen = self._stamp()
            if seen == self._seen and self._pool.is_healthy:
                return
            manifest = await asyncio.to_thread(read_manifest, self._pool.folder)
            if not self._pool.is_healthy or manifest.state() != self._pool.contents.state:
                await self._pool.renew()
                held = self._pool.contents
                self._told(f"{held.documents} documents, {held.triples} triples, state {held.state}")
            self._seen = seen

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = (self._pool.folder / NAME).stat()
        except OSError:  # for a moment, or for good: reading it tells
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size
