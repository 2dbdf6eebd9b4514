"""The names under which documents meet: of works, indicators and bodies. Tables of links.sqlite, so that the change of a document is followed under its own
names only, whatever else the store holds.

A row says that a document knows a value under a name: 徐汇区关于创建… cites a work whose title has this core. What is linked by name is a unit (a cited work,
a form of indicators' names, a body), whose statements are kept beside, in the bucket that is its shard."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zhengpu.graph.links.link_letters import digest

SCHEMA = """
CREATE TABLE name (name INTEGER, value TEXT, document INTEGER, PRIMARY KEY (name, value, document)) WITHOUT ROWID;
CREATE TABLE unit (family TEXT, bucket INTEGER, unit TEXT, links INTEGER, lines TEXT, PRIMARY KEY (family, bucket, unit)) WITHOUT ROWID;
"""
BUCKETS = 64  # shards of one family: a change writes a 64th of them for each link that is another; a store of five documents has not many more

Row = tuple[str, str, str]  # kind, name, value


@dataclass(frozen=True, slots=True)
class Bucket:
    """The statements of the units in one bucket, sorted within each unit, and how many links they are."""

    links: int
    lines: tuple[str, ...]


class NameTable:
    """What the documents know under which names."""

    __slots__ = ("_sql",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        """`connection` has the tables of SCHEMA."""
        self._sql = connection

    def put(self, document: int, rows: Iterable[Row]) -> None:
        self._sql.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?)", _numbered(document, rows))

    def take(self, document: int, rows: Iterable[Row]) -> None:
        self._sql.executemany("DELETE FROM name WHERE name = ? AND value = ? AND document = ?", _numbered(document, rows))

    def values(self, kind: str, name: str, most: int = -1) -> list[str]:
        """What any document knows under the name, each once, sorted; the first `most` of it."""
        query = "SELECT DISTINCT value FROM name WHERE name = ? ORDER BY value LIMIT ?"
        return [row[0] for row in self._sql.execute(query, (_number(kind, name), most))]

    def forget(self, family: str) -> None:
        """Drops what was linked."""
        self._sql.execute("DELETE FROM unit WHERE family = ?", (family,))

    def keep(self, family: str, unit: str, links: int, lines: Sequence[str]) -> bool:
        """Remembers the statements of a unit; whether they are others than before."""
        where = (family, bucket_of(unit), unit)
        before = self._sql.execute("SELECT lines FROM unit WHERE family = ? AND bucket = ? AND unit = ?", where).fetchone()
        text = "\n".join(lines)
        if (before[0] if before else "") == text:
            return False
        self._sql.execute("DELETE FROM unit WHERE family = ? AND bucket = ? AND unit = ?", where)
        if lines:
            self._sql.execute("INSERT INTO unit VALUES (?, ?, ?, ?, ?)", (*where, links, text))
        return True

    def bucket(self, family: str, number: int) -> Bucket:
        rows = self._sql.execute("SELECT links, lines FROM unit WHERE family = ? AND bucket = ? ORDER BY unit", (family, number)).fetchall()
        return Bucket(sum(links for links, _ in rows), tuple(line for _, lines in rows for line in lines.split("\n")))


def bucket_of(unit: str) -> int:
    return digest(unit) % BUCKETS


def _number(kind: str, name: str) -> int:
    return digest(f"{kind} {name}")


def _numbered(document: int, rows: Iterable[Row]) -> Iterator[tuple[int, str, int]]:
    return ((_number(kind, name), value, document) for kind, name, value in rows)
