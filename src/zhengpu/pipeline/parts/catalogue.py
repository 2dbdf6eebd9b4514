"""What lies at a location and what a build wants there: which files are still to be read, and which document counts of several that are one.

A temporary database: a build of millions of files then needs little more memory than one of hundreds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zhengpu.pipeline.parts.manifest import Outcome, Row
from zhengpu.pipeline.parts.sources import Source

_TABLES = """
    CREATE TABLE file (position INTEGER PRIMARY KEY, path TEXT UNIQUE, stamp TEXT);
    CREATE TABLE manifest (name TEXT PRIMARY KEY, rows INTEGER, is_listed INTEGER) WITHOUT ROWID;
    CREATE TABLE row (manifest TEXT, number INTEGER, path TEXT, stamp TEXT, key TEXT, outcome TEXT, iri TEXT, reason TEXT, triples INTEGER, part TEXT,
        PRIMARY KEY (manifest, number)) WITHOUT ROWID;
    CREATE INDEX row_path ON row (path, manifest);
"""
# Rows of files of this build that tell of another version of the file, or of a try that came to no end; what an unfinished build of other files left;
# and of a file that was read twice, by builds that were cut short, one reading.
_OUTDATED = """
    DELETE FROM row WHERE EXISTS (SELECT 1 FROM file WHERE file.path = row.path AND (file.stamp <> row.stamp OR row.key <> :key))
        OR (path IN (SELECT path FROM file) AND EXISTS (
            SELECT 1 FROM row lost WHERE lost.path = row.path AND lost.manifest = row.manifest AND lost.outcome = 'lost'))
        OR (path NOT IN (SELECT path FROM file) AND manifest IN (SELECT name FROM manifest WHERE NOT is_listed));
"""
_TWICE = "DELETE FROM row WHERE EXISTS (SELECT 1 FROM row other WHERE other.path = row.path AND other.manifest > row.manifest)"
# Of several rows of one document the first of these counts: that of the last file of this build, else what lay there before.
_RANKED = """
    DROP TABLE IF EXISTS ranked;
    CREATE TABLE ranked AS SELECT manifest, number, position, outcome, row_number() OVER (
        PARTITION BY iri ORDER BY coalesce(position, -1) DESC, manifest DESC, number DESC) AS rank
    FROM row LEFT JOIN file USING (path) WHERE outcome IN ('made', 'superseded');
    CREATE INDEX ranked_row ON ranked (manifest, number);
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What lies at a location: documents, their triples, documents that another file's counts for, and files that gave none."""

    documents: int
    triples: int
    superseded: int
    failed: int


class Catalogue:
    """Files in the order of the build, and the rows of the manifests."""

    def __init__(self, files: Sequence[Source], key: str) -> None:
        """`key` names how files are read (`Order.key`)."""
        self._files, self._key = files, key
        self._database = sqlite3.connect("", isolation_level=None)  # on disk where it grows, and gone with the connection
        self._database.executescript(f"PRAGMA journal_mode = MEMORY; {_TABLES}")
        self._database.executemany("INSERT INTO file VALUES (?, ?, ?)", ((number, file.path, file.stamp) for number, file in enumerate(files)))

    def note(self, name: str, rows: Iterable[Row], *, is_listed: bool = False) -> None:
        """Takes the rows of a manifest in, or, where one raises an error, none; `is_listed` where a finished build named it."""
        told = ((name, number, row.path, row.stamp, row.key, row.outcome, row.iri, row.reason, row.triples, row.part) for number, row in enumerate(rows))
        self._database.execute("BEGIN")
        with self._database:
            self._database.execute("DELETE FROM row WHERE manifest = ?", (name,))
            count = self._database.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", told).rowcount
            self._database.execute("INSERT OR REPLACE INTO manifest VALUES (?, ?, ?)", (name, max(0, count), is_listed))

    def drop_outdated(self, *, again: bool = False) -> None:
        """Forgets the rows, of those noted so far, that hold no longer; with `again`, all of files of this build."""
        self._database.execute(_OUTDATED, {"key": self._key})
        if again:
            self._database.execute("DELETE FROM row WHERE path IN (SELECT path FROM file)")
        self._database.execute(_TWICE)

    def left(self) -> list[Source]:
        """The files of this build of which there are no rows, in their order."""
        found = self._database.execute("SELECT position FROM file WHERE path NOT IN (SELECT path FROM row) ORDER BY position")
        return [self._files[position] for (position,) in found]

    def settle(self) -> bool:
        """Decides which documents count. False where files have to be read again for it, and are left now: their documents lie in no part any more."""
        self._database.executescript(_RANKED)
        gone = self._database.execute("DELETE FROM row WHERE path IN (SELECT path FROM ranked JOIN file USING (position) WHERE rank = 1 AND outcome <> 'made')")
        return gone.rowcount == 0

    def settled(self) -> Iterator[tuple[str, dict[int, Outcome] | None]]:
        """After `settle`: each manifest in the order of names, and None where it stands as it is, else the outcome of each of its rows that stays."""
        ranks = "SELECT number, row.outcome, rank FROM row LEFT JOIN ranked USING (manifest, number) WHERE manifest = ?"
        for name, count in self._database.execute("SELECT name, rows FROM manifest ORDER BY name").fetchall():
            rows = self._database.execute(ranks, (name,)).fetchall()
            wanted = {number: Outcome.SUPERSEDED if rank is not None and rank > 1 else Outcome(outcome) for number, outcome, rank in rows}
            stands = len(rows) == count and all(wanted[number] == outcome for number, outcome, _ in rows)
            yield name, None if stands else wanted

    def counts(self) -> Counts:
        """After `settle`."""
        (documents, triples), (superseded,), (failed,) = (
            self._database.execute(f"SELECT {what}").fetchone()
            for what in (
                "count(*), coalesce(sum(triples), 0) FROM row JOIN ranked USING (manifest, number) WHERE rank = 1 AND row.outcome = 'made'",
                "count(*) FROM row JOIN ranked USING (manifest, number) WHERE rank > 1 OR row.outcome <> 'made'",
                "count(*) FROM row WHERE outcome IN ('failed', 'lost')",
            )
        )
        return Counts(documents, triples, superseded, failed)

    def failures(self) -> list[tuple[str, str]]:
        """(path, reason) of the files of this build, or documents in them, that gave none, in their order."""
        found = "SELECT path, reason FROM row JOIN file USING (path) WHERE outcome IN ('failed', 'lost') ORDER BY position, manifest, number"
        return self._database.execute(found).fetchall()

    def parts(self, name: str) -> set[str]:
        """The parts that a manifest names."""
        return {part for (part,) in self._database.execute("SELECT DISTINCT part FROM row WHERE manifest = ? AND part <> ''", (name,))}
