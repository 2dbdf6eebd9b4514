"""Loading triples into the engine as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import IO, cast

import pyoxigraph as ox

from zhengpu.errors import StoreError
from zhengpu.graph.storage.lanes import lane

_BULK = 20_000  # triples; below, one transaction is faster than the files that a bulk load writes (measured: 5 ms against 20 ms for 1,600)
_PART = 200_000


@contextmanager
def loading(store: ox.Store, beside: int = 1) -> Iterator[Callable[[bytes], None]]:
    """Gives what takes N-Triples and puts them into the store on disk: they are in it when the block ends well.

    The engine loads them in parts, beside the caller and without Python's lock, `beside` parts beside each other: one is parsed while another is sorted and
    written. Raises StoreError for what the engine cannot read."""
    part = _Part()
    with lane(partial(_load, store), threads=beside, ahead=1) as load:

        def take(triples: bytes) -> None:
            nonlocal part
            part.add(triples)
            if part.size >= _PART:
                load(part)
                part = _Part()

        yield take
        load(part)


@contextmanager
def loading_as_one(store: ox.Store) -> Iterator[Callable[[bytes], None]]:
    """The same for a store in memory, which would take the parts one after the other, each later one more slowly (measured: a sixth at 10,000 documents)."""

    def load(pieces: Iterator[bytes]) -> None:
        with _understood():
            store.bulk_load(cast(IO[bytes], _File(pieces)), ox.RdfFormat.N_TRIPLES)

    with lane(load) as take:
        yield take


class _File:
    """Pieces as a file that is read once: as much of one as the engine calls."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._open = BytesIO()

    def read(self, size: int = -1) -> bytes:
        while not (found := self._open.read(size)):
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._open = BytesIO(piece)
        return found


class _Part:
    """Pieces of N-Triples, and how many triples they are."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def add(self, triples: bytes) -> None:
        self.pieces.append(triples)
        self.size += triples.count(b"\n")


def _load(store: ox.Store, parts: Iterator[_Part]) -> None:
    for part in parts:
        triples = b"".join(part.pieces)  # a file of Python's would need Python's lock for every few kilobytes
        part.pieces.clear()
        load = store.bulk_load if part.size > _BULK else store.load
        with _understood():
            load(triples, ox.RdfFormat.N_TRIPLES)


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise StoreError(f"The triples could not be read by the engine ({error}); nothing was changed.") from error
