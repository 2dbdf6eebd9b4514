"""The ledger: which files were read into a store before, and what came of each, so that a build reads only what is new or changed.

ledger.sqlite beside the manifest; it can be thrown away at any time, and is made anew where it cannot be read. A row counts while the file has the bytes
it had, is read by the same settings and the same program, and the shards that came of it lie in the store whole. So a build that was
killed half-way goes on where it was: the shards that it wrote are known here before the manifest names them.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from zhengpu import ids
from zhengpu.errors import StoreError
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import Kind
from zhengpu.pipeline.fingerprint import fingerprint
from zhengpu.pipeline.keeping import FileRead, Kept, Outcome, Settings, checksum, digest_of
from zhengpu.pipeline.reading import Failed, Read

NAME = "ledger.sqlite"
FORMAT = 1
_PATH = "\0"  # stands for the path in what is told of a file: it may be named otherwise the next time
_SCHEMA = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE file (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, settings TEXT NOT NULL, outcomes TEXT NOT NULL) WITHOUT ROWID;
"""


class Ledger:
    """What is known of each file, by its whole path."""

    def __init__(self, connection: sqlite3.Connection, settings: Settings) -> None:
        """Use `opened`."""
        self._sql = connection
        self._folder = settings.folder
        told = [dict(settings.columns.chosen), settings.corrections.digest(), fingerprint(), ids.base()]
        self._settings = sha256(json.dumps(told, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()

    def recall(self, paths: Iterable[Path]) -> dict[Path, FileRead]:
        """What came of those files that need not be read again, in their order.

        Where several gave the same document, the store has the shard of the last: of the others the record is enough, as long as that one is there."""
        known = {path: read for path in paths if (read := self._row(path))}
        is_whole = cache(self._is_whole)
        while True:
            last = {kept.entry.iri: kept for read in known.values() for kept in read.kept}
            lost = [path for path, read in known.items() if any(last[kept.entry.iri] is kept and not is_whole(*kept.files) for kept in read.kept)]
            if not lost:
                break
            for path in lost:
                del known[path]
        return {path: replace(read, outcomes=tuple(_placed(outcome, last) for outcome in read.outcomes)) for path, read in known.items()}

    def _row(self, path: Path) -> FileRead | None:
        """What came of the file when it was read before; None where it, or how it is read, has changed."""
        row = self._sql.execute("SELECT sha256, settings, outcomes FROM file WHERE path = ?", (_name(path),)).fetchone()
        if row is None or row[1] != self._settings or row[0] != digest_of(path):
            return None
        try:
            return FileRead(path, row[0], tuple(_outcome(path, told) for told in json.loads(row[2])))
        except (ValueError, KeyError, TypeError):  # damaged: it is read again
            return None

    def _is_whole(self, shard: str, remarks: str, known: int) -> bool:
        """Whether the files of an entry lie in the store as they were written."""
        try:
            return checksum(self._folder, shard, remarks) == known
        except OSError:
            return False

    def note(self, read: FileRead) -> None:
        """Remembers what came of a file; of one that gave no document nothing, so that it is tried again: who mends what was amiss may not change the file."""
        if read.sha256 and read.kept:
            told = json.dumps([_told(read.path, outcome) for outcome in read.outcomes], ensure_ascii=True)
            self._sql.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", (_name(read.path), read.sha256, self._settings, told))


@contextmanager
def opened(settings: Settings) -> Iterator[Ledger]:
    """The ledger of the store. Only the one process that may change the store opens it. Raises StoreError where it cannot be written."""
    path = settings.folder / NAME
    if path.exists() and not _is_sound(path):
        path.unlink()
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:  # each row is kept at once, for the process may be killed after it
            connection.execute("PRAGMA synchronous = OFF")  # what a power cut takes is read again
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                connection.executescript(_SCHEMA)
            yield Ledger(connection, settings)
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be written ({error}). Make room on the disk; the file only saves time and may be deleted.") from error


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            tables = connection.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'file'").fetchone()[0]
            return bool(version == FORMAT * tables)
    except sqlite3.DatabaseError:
        return False


def _name(path: Path) -> str:
    """The file's whole path, also where it has bytes that are no character."""
    return os.path.realpath(path).encode("utf-8", "backslashreplace").decode()


def _placed(outcome: Outcome, last: Mapping[str, Kept]) -> Outcome:
    """Of a document that has its place in the store from another file the record alone."""
    return outcome.read if isinstance(outcome, Kept) and last[outcome.entry.iri] is not outcome else outcome


def _told(path: Path, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Failed):
        return {"reason": outcome.reason.replace(str(path), _PATH)}
    assert isinstance(outcome, Kept)  # what is read now is kept
    return {"entry": asdict(outcome.entry), "counts": outcome.read.counts, "remarks": outcome.read.remarks, "checksum": outcome.checksum}


def _outcome(path: Path, told: dict[str, Any]) -> Kept | Failed:
    """What was told of a file, which may have another path now that leads to the same place."""
    if "reason" in told:
        return Failed(path, told["reason"].replace(_PATH, str(path)))
    entry = Entry(**{**told["entry"], "kind": Kind(told["entry"]["kind"])})
    name = str(path.parent / entry.source)
    return Kept(entry, Read(path, name, entry.iri, entry.title, told["counts"], tuple(told["remarks"]), remembered=True), told["checksum"])
