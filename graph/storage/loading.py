"""Loading shards into the engine, in parts of about a million triples at a time, and other work on the same shards beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from queue import Full, Queue
from threading import Thread
from typing import Generic, TypeVar

import pyoxigraph as ox

from zhengpu.errors import StoreError

_BULK = 20_000  # triples; below, one transaction is faster than the files that a bulk load writes (measured: 5 ms against 20 ms for 1,600)
_PART = 1_000_000  # triples loaded at a time, some 200 MB: the engine sorts a million at a time and makes files of them, of fewer just as many files
_LOOK = 0.1  # seconds between two looks whether a lane goes on that takes nothing
_AHEAD = 8  # shards that wait for a lane, and so lie in memory

Given = TypeVar("Given")


@contextmanager
def loading(store: ox.Store) -> Iterator[Callable[[bytes], None]]:
    """Gives what takes N-Triples and puts them into the store: they are in it when the block ends well. While one part is loaded, without holding
    Python's lock, the next is gathered.

    Raises StoreError for what the engine cannot read."""
    gathered, lines = BytesIO(), 0
    with lane(partial(_load, store), ahead=1) as load:

        def add(triples: bytes) -> None:
            nonlocal gathered, lines
            gathered.write(triples)
            lines += triples.count(b"\n")
            if lines >= _PART:
                load(gathered.getvalue())  # not a copy, as long as nothing more is written
                gathered, lines = BytesIO(), 0

        yield add
        load(gathered.getvalue())


def _load(store: ox.Store, triples: bytes) -> None:
    try:
        if triples.count(b"\n") > _BULK:
            store.bulk_load(triples, ox.RdfFormat.N_TRIPLES)
        elif triples:
            store.load(triples, ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise StoreError(f"The triples could not be read by the engine ({error}); nothing was changed.") from error


@contextmanager
def lane(work: Callable[[Given], object], ahead: int = _AHEAD) -> Iterator[Callable[[Given], None]]:
    """Gives what takes one thing after the other and has `work` done on each in a thread of its own, in order; `ahead` of them may wait.

    All is done when the block ends well. What `work` raises is raised by the next call, or at the end."""
    beside = _Lane(work, ahead)
    try:
        yield beside.take
    finally:
        beside.end()
    beside.check()


class _Lane(Generic[Given]):
    def __init__(self, work: Callable[[Given], object], ahead: int) -> None:
        self._work = work
        self._waiting: Queue[tuple[Given] | None] = Queue(ahead)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for (given,) in iter(self._waiting.get, None):
                self._work(given)
        except BaseException as error:  # raised again in the thread that gives
            self._error = error

    def take(self, given: Given) -> None:
        self._put((given,))
        self.check()

    def end(self) -> None:
        self._put(None)
        self._thread.join()

    def check(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            try:
                raise error
            finally:
                del error  # or the error would hold this frame and the frame the error, and with them the engine and its lock

    def _put(self, given: tuple[Given] | None) -> None:
        while self._thread.is_alive():
            try:
                self._waiting.put(given, timeout=_LOOK)
                break
            except Full:  # or it takes no more
                pass
