"""What the routes of the server share: the pool over one store, the limits, the cache, and the graphs that the store offers by name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from zhengpu.errors import StoreError
from zhengpu.graph.storage import remarks, shards
from zhengpu.graph.storage.manifest import Entry, Manifest, read_manifest
from zhengpu.graph.storage.remarks import Remarks
from zhengpu.queries.caches.answer_cache import AnswerCache
from zhengpu.queries.server.following import Follower
from zhengpu.queries.server.limits import Limits
from zhengpu.queries.server.metrics import Metrics
from zhengpu.queries.server.pool import Pool
from zhengpu.queries.server.problems import Problem


@dataclass(slots=True)
class Service:
    """One running server's view of one store. `token` is what a client must know to write; None lets nobody."""

    folder: Path
    limits: Limits = field(default_factory=Limits)
    token: str | None = None
    modules: Sequence[str] = ("zhengpu.queries.api.worker",)  # whose functions jobs may call
    largest: int | None = None
    metrics: Metrics = field(default_factory=Metrics)
    pool: Pool = field(init=False)
    cache: AnswerCache = field(init=False)
    follower: Follower = field(init=False)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.pool = Pool(self.folder, self.limits, modules=self.modules, largest=self.largest, ended=self.metrics.ended)
        self.cache = AnswerCache(self.limits.cache)
        self.follower = Follower(self.pool, self.metrics.told)

    @property
    def state(self) -> str:
        return self.pool.contents.state

    async def entries(self) -> Mapping[str, Entry]:
        """The graphs by their IRIs: one shard each. Raises Problem where the manifest cannot be read now."""
        try:
            return (await asyncio.to_thread(self._manifest)).entries
        except StoreError as error:
            raise Problem(503, "store-unreadable", str(error)) from error

    def _manifest(self) -> Manifest:
        found = (self.folder / "manifest.json").stat()
        return _read(self.folder, found.st_mtime_ns, found.st_ino)

    async def graph(self, entry: Entry) -> tuple[str, bytes]:
        """(IRI, N-Triples) of one graph. Raises Problem where its shard cannot be read."""
        try:
            return entry.iri, await asyncio.to_thread(shards.read, self.folder / entry.shard, entry.shard_sha256)
        except StoreError as error:
            raise Problem(503, "store-unreadable", str(error), headers={"Retry-After": "1"}) from error

    async def remarks(self, entry: Entry) -> Remarks:
        """What the reading of one document left beside its facts. Raises Problem where it cannot be read."""
        try:
            return await asyncio.to_thread(remarks.read, self.folder / entry.remarks) if entry.remarks else Remarks()
        except StoreError as error:
            raise Problem(503, "store-unreadable", str(error), headers={"Retry-After": "1"}) from error


@lru_cache(maxsize=2)
def _read(folder: Path, changed: int, inode: int) -> Manifest:
    """The manifest as it was written at `changed` (nanoseconds): a large one takes a tenth of a second to read."""
    return read_manifest(folder)
