"""How many shards say each shared triple: those about things that hang on no document's IRI, such as the label of a body.

A segment (`zhengpu.graph.storage.segments`) has how many more or fewer shards say a triple since the one before; the sum is the number.
Triples are counted by a digest of 128 bits. Memory is bounded: counts are sorted and added up by SQLite, on disk where they are many.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from zhengpu.graph.storage.shards import foreign

_AT_ONCE = 100_000  # digests counted in memory, some 15 MB
_SCHEMA = "CREATE TABLE IF NOT EXISTS said (key BLOB PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID"


class SaidCounts:
    """The counts while they change: shards that go and shards that come, then `finish`, then `is_said`."""

    def __init__(self, connection: sqlite3.Connection, older: Sequence[sqlite3.Connection]) -> None:
        self._sql, self._older = connection, older
        self._counts: Counter[bytes] = Counter()
        self._sql.execute("CREATE TEMP TABLE counted (key BLOB NOT NULL, n INTEGER NOT NULL)")

    def count(self, iri: str, triples: bytes, by: int) -> None:
        """The shard of this IRI says its triples `by` times more: 1 for one that comes, -1 for one that goes."""
        for line in foreign(triples, iri):
            self._counts[key(line)] += by
        if len(self._counts) > _AT_ONCE:
            self._spill()

    def take_in(self, later: Path) -> None:
        """Adds what the segment in the file `later` counts."""
        with closing(_opened(later)) as connection:
            self._sql.executemany("INSERT INTO counted VALUES (?, ?)", connection.execute("SELECT key, n FROM said"))

    def finish(self) -> None:
        """Adds up."""
        self._spill()
        added = "SELECT key, SUM(n) FROM counted GROUP BY key HAVING SUM(n) <> 0 ORDER BY key"
        self._sql.execute(f"INSERT INTO said {added} ON CONFLICT (key) DO UPDATE SET n = n + excluded.n")
        self._sql.execute("DELETE FROM said WHERE n = 0")
        self._sql.execute("DROP TABLE counted")

    def is_said(self, line: bytes) -> bool:
        """Whether a shard says the triple, which is about a shared thing."""
        query, digest = "SELECT n FROM said WHERE key = ?", (key(line),)
        numbers: Iterator[tuple[int]] = (row for connection in (self._sql, *self._older) for row in connection.execute(query, digest))
        return sum(number for (number,) in numbers) > 0

    def _spill(self) -> None:
        self._sql.executemany("INSERT INTO counted VALUES (?, ?)", self._counts.items())
        self._counts.clear()


@contextmanager
def changing(path: Path, older: Sequence[Path] = ()) -> Iterator[SaidCounts]:
    """The counts of the segment in the file `path`, which is made where there is none, after those of the segments `older`.

    Raises sqlite3.Error for a file that is damaged. It is written without a journal: one that a crash cuts short is thrown away with its folder."""
    opened = [_opened(file) for file in older]
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_SCHEMA)
            yield SaidCounts(connection, opened)
    finally:
        for connection in opened:
            connection.close()
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def key(line: bytes) -> bytes:
    return blake2b(line, digest_size=16).digest()


def _opened(path: Path) -> sqlite3.Connection:
    """A segment that stands, and so never changes. Raises sqlite3.Error where there is none."""
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True, check_same_thread=False)
