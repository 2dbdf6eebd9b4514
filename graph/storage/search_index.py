"""The search index: the names of things and the texts of units in SQLite FTS5, as pairs of characters. It lies beside the graph and says what that says.

Chinese is not cut into words: 知识产权 is indexed as 知识, 识产, 产权 and 权, each character the first of one token. Words of two characters and more
are found as a phrase, exactly where they stand; one character by the tokens that begin with it. Tables and what their rows are called:

    thing    what has a name or a text; its id is kind * SPAN + number, so that the things of one kind are a range of ids
    name     each name of each thing, ids likewise; `names` is the index over them
    body     the text of each document; `texts` is the index over the texts of units, by the id of their thing

A place in a document belongs to the innermost unit around it (measure, goal, section, else the document), and is found there, once. The whole text of
the document is indexed apart from that, for words that run from one unit into the next, and for those who search documents only.

What hangs on a document is described by that document's shard; of all other things the index has what the graph says, whichever shards say it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from zhengpu.graph.folding import SPACE, folded
from zhengpu.graph.sources.searched import ORDER, UNITS, Searched, Span, in_graph, said

NAME = "search.sqlite"
FORMAT = 1  # part of the name of an index's state: an index of another format is made anew
SPAN = 1 << 40
REST, WHOLE = len(ORDER), len(ORDER) + 1  # ranges of `texts`: what of a document lies in no unit, and all of it; the numbers are those of documents
_SCHEMA = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, document INTEGER, start INTEGER, end INTEGER, pieces TEXT);
CREATE INDEX thing_document ON thing (document) WHERE document IS NOT NULL;
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, own INTEGER NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL, folded TEXT NOT NULL);
CREATE INDEX name_thing ON name (thing);
CREATE INDEX name_folded ON name (folded);
CREATE TABLE body (document INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE VIRTUAL TABLE names USING fts5(pairs, content='', columnsize=0, prefix='1', tokenize='ascii');
CREATE VIRTUAL TABLE texts USING fts5(pairs, content='', prefix='1', tokenize='ascii');
"""


@contextmanager
def changing(path: Path) -> Iterator[SearchChange]:
    """The index at `path`, to be changed; a new one where there is none. No reader has it yet.

    Raises sqlite3.DatabaseError for a file that is damaged or of another format. It is written without a journal: a file that a crash cuts short is
    thrown away with its folder."""
    is_new = not path.exists()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        if is_new:
            connection.executescript(_SCHEMA)
        elif connection.execute("PRAGMA user_version").fetchone() != (FORMAT,):
            raise sqlite3.DatabaseError(f"{path} is of another format")
        yield SearchChange(connection)
        if is_new:  # joins what FTS5 has written in parts
            connection.execute("INSERT INTO names(names) VALUES ('optimize')")
            connection.execute("INSERT INTO texts(texts) VALUES ('optimize')")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def bounds(code: int) -> Span:
    """The first and the last id of the things of a kind."""
    return code * SPAN, (code + 1) * SPAN - 1


def moved(number: int, code: int) -> int:
    """The id of the same number in the range of another kind."""
    return code * SPAN + number % SPAN


class SearchChange:
    """Shards that go and shards that come, in this order; then `finish`, when the graph has changed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self._last: dict[tuple[str, int], int] = {}
        self._sql.execute("CREATE TEMP TABLE touched (iri TEXT PRIMARY KEY) WITHOUT ROWID")  # what is not of one document, and must be read from the graph

    def take_out(self, iri: str, triples: bytes) -> None:
        """A shard goes, with the things of its document."""
        self._touch(said(iri, triples).others)
        row = self._sql.execute("SELECT id FROM thing WHERE iri = ? AND document = id", (iri,)).fetchone()
        if row:
            inside = self._sql.execute("SELECT iri FROM thing WHERE document = ? ORDER BY id = document", row).fetchall()  # its text is needed to the last
            self._touch(inner for (inner,) in inside)  # another shard may speak of it
            for (inner,) in inside:
                self._delete(inner)

    def put_in(self, iri: str, triples: bytes) -> None:
        """A shard comes, with the things of its document."""
        told = said(iri, triples)
        self._touch(told.others)
        if told.own:
            self._insert_document(told.own, told.text)

    def finish(self, store: ox.Store) -> None:
        """Renews what shards share, by the graph as it is now."""
        for (iri,) in self._sql.execute("SELECT iri FROM touched ORDER BY iri").fetchall():
            if not self._is_of_document(iri):
                self._delete(iri)
                thing = in_graph(store, iri)
                if thing:
                    self._insert(thing)

    def _touch(self, iris: Iterable[str]) -> None:
        self._sql.executemany("INSERT OR IGNORE INTO touched VALUES (?)", ((iri,) for iri in iris))

    def _is_of_document(self, iri: str) -> bool:
        """Whether the thing hangs on a document of the index, which then says all of it that counts."""
        ends = [position for position, character in enumerate(iri) if character in "/#"] + [len(iri)]
        above = [iri[:end] for end in ends]
        query = f"SELECT 1 FROM thing WHERE iri IN ({', '.join('?' * len(above))}) AND document = id"
        return self._sql.execute(query, above).fetchone() is not None

    def _insert(self, thing: Searched, document: int | None = None, pieces: list[Span] | None = None) -> int:
        """A row for the thing and one for each of its names; its id. A document (`document` is 0) is its own document."""
        code = ORDER.index(thing.kind)
        number = self._next("thing", code)
        start, end = thing.extent if thing.extent and document is not None else (None, None)
        row = (number, thing.iri, number if document == 0 else document, start, end, json.dumps(pieces) if pieces else None)
        self._sql.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)", row)
        for own, language, name in thing.names:
            key = self._next("name", code)
            form = folded(name)
            self._sql.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?)", (key, number, own, language, name, form))
            self._sql.execute("INSERT INTO names(rowid, pairs) VALUES (?, ?)", (key, _pairs(form)))
        return number

    def _insert_document(self, own: tuple[Searched, ...], text: str) -> None:
        form = folded(text)
        document = own[0]
        for thing in own:
            self._delete(thing.iri)  # a shard of other statements may have named it before its document came
        units = [thing for kind in UNITS for thing in own if thing.kind == kind]
        parts = _pieces({unit.iri: unit.extent for unit in units if unit.extent and unit.extent[1] <= len(text)}, len(text))
        rest = parts.get("", [])
        number = self._insert(Searched(document.iri, "document", document.names, (0, len(text))), 0, rest)
        self._sql.execute("INSERT INTO body VALUES (?, ?)", (number, text))
        for thing in own[1:]:
            pieces = parts.get(thing.iri)
            unit = self._insert(thing, number, pieces)
            if pieces:
                self._index(unit, form, pieces)
        self._index(moved(number, WHOLE), form, [(0, len(text))])
        self._index(moved(number, REST), form, rest)

    def _index(self, number: int, form: str, pieces: list[Span]) -> None:
        self._sql.execute("INSERT INTO texts(rowid, pairs) VALUES (?, ?)", (number, _pairs(_cut(form, pieces))))

    def _delete(self, iri: str) -> None:
        row = self._sql.execute("SELECT id, document, pieces FROM thing WHERE iri = ?", (iri,)).fetchone()
        if row is None:
            return
        number, document, stored = row
        for key, form in self._sql.execute("SELECT id, folded FROM name WHERE thing = ?", (number,)).fetchall():
            self._sql.execute("INSERT INTO names(names, rowid, pairs) VALUES ('delete', ?, ?)", (key, _pairs(form)))
        self._sql.execute("DELETE FROM name WHERE thing = ?", (number,))
        pieces = [(start, end) for start, end in json.loads(stored or "[]")]
        if number == document:
            form = self._form(number)
            self._unindex(moved(number, WHOLE), form, [(0, len(form))])
            self._unindex(moved(number, REST), form, pieces)
            self._sql.execute("DELETE FROM body WHERE document = ?", (number,))
        elif pieces:
            self._unindex(number, self._form(document), pieces)
        self._sql.execute("DELETE FROM thing WHERE id = ?", (number,))

    def _form(self, document: int) -> str:
        text: str = self._sql.execute("SELECT text FROM body WHERE document = ?", (document,)).fetchone()[0]
        return folded(text)

    def _unindex(self, number: int, form: str, pieces: list[Span]) -> None:
        # an index without contents is told what it had of the row
        self._sql.execute("INSERT INTO texts(texts, rowid, pairs) VALUES ('delete', ?, ?)", (number, _pairs(_cut(form, pieces))))

    def _next(self, table: str, code: int) -> int:
        if (table, code) not in self._last:
            first, last = bounds(code)
            highest = self._sql.execute(f"SELECT MAX(id) FROM {table} WHERE id BETWEEN ? AND ?", (first, last)).fetchone()[0]
            self._last[table, code] = highest or first
        self._last[table, code] += 1
        return self._last[table, code]


def _pieces(units: dict[str, Span], length: int) -> dict[str, list[Span]]:
    """The parts of a text of this length that belong to each unit: to the shortest around them, of equal ones the last; those of none under ""."""
    owners = [""] * length
    for unit, (start, end) in sorted(units.items(), key=lambda item: item[1][0] - item[1][1]):
        owners[start:end] = [unit] * (end - start)
    found: dict[str, list[Span]] = {}
    at = 0
    for owner, group in groupby(owners):
        size = sum(1 for _ in group)
        found.setdefault(owner, []).append((at, at + size))
        at += size
    return found


def _pairs(form: str) -> str:
    """Folded text as tokens for FTS5: one for each character, which is that character and the next."""
    return " ".join(map("".join, zip(form, form[1:] + " ", strict=True))) if form else ""


def _cut(form: str, pieces: list[Span]) -> str:
    """The parts of a folded text, with a character between them that no word has."""
    return SPACE.join(form[start:end] for start, end in pieces)
