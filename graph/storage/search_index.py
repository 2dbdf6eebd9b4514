"""The search index: the names of things and the texts of units in SQLite FTS5, as pairs of characters. It lies beside the graph and says what that says.

Chinese is not cut into words: 知识产权 is indexed as 知识, 识产, 产权 and 权, each character the first of one token. Words of two characters and more
are found as a phrase, exactly where they stand; one character by the tokens that begin with it. Tables of a segment and what their rows are called:

    thing    what has a name or a text, by its number (`zhengpu.graph.storage.search_numbers`)
    name     each name of each thing, numbered likewise; `names` is the index over them
    body     the text of each document; `texts` is the index over the texts of units, by the number of their thing; `text` has their lengths in tokens
    gone     what of the segments before is gone with this one, names apart, and the lengths of the texts that are
    total    one row: the number of texts and of tokens in this segment

A place in a document belongs to the innermost unit around it (measure, goal, section, else the document), and is found there, once. The whole text of
the document is indexed apart from that, for words that run from one unit into the next, and for those who search documents only.

What hangs on a document is described by that document's shard; of all other things the index has what the graph says, whichever shards say it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from zhengpu.graph.folding import SPACE, folded
from zhengpu.graph.sources.searched import ORDER, UNITS, Searched, Span, in_graph, said
from zhengpu.graph.storage.search_numbers import DOCUMENT, FORMAT, REST, SPAN, WHOLE, before_first, bounds, moved, position_of
from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.search_segment import Gone, Row, Segment, pieces_of

_SCHEMA = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, document INTEGER, start INTEGER, end INTEGER, pieces TEXT);
CREATE INDEX thing_document ON thing (document) WHERE document IS NOT NULL;
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, own INTEGER NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL, folded TEXT NOT NULL);
CREATE INDEX name_thing ON name (thing);
CREATE INDEX name_folded ON name (folded);
CREATE TABLE body (document INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE text (id INTEGER PRIMARY KEY, tokens INTEGER NOT NULL);
CREATE TABLE gone (id INTEGER PRIMARY KEY, tokens INTEGER);
CREATE TABLE total (texts INTEGER NOT NULL, tokens INTEGER NOT NULL);
INSERT INTO total VALUES (0, 0);
CREATE VIRTUAL TABLE names USING fts5(pairs, content='', columnsize=0, prefix='1', tokenize='ascii');
CREATE VIRTUAL TABLE texts USING fts5(pairs, content='', prefix='1', tokenize='ascii');
"""


@contextmanager
def changing(path: Path, older: SearchIndex | None = None) -> Iterator[SearchChange]:
    """The segment in the file `path`, to be changed; a new one where there is none. `older` are the segments before it. No reader has it yet.

    Raises sqlite3.DatabaseError for a file that is damaged or of another format. It is written without a journal: a file that a crash cuts short is
    thrown away with its folder."""
    is_new = not path.exists()
    with closing(sqlite3.connect(path, check_same_thread=False)) as connection, connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -64000")  # 64 MB: the tree over the IRIs is written all over
        if is_new:
            connection.executescript(_SCHEMA)
        elif connection.execute("PRAGMA user_version").fetchone() != (FORMAT,):
            raise sqlite3.DatabaseError(f"{path} is of another format")
        yield SearchChange(connection, older or SearchIndex(()))
        if is_new:  # joins what FTS5 has written in parts
            connection.execute("INSERT INTO names(names) VALUES ('optimize')")
            connection.execute("INSERT INTO texts(texts) VALUES ('optimize')")
        connection.execute("UPDATE total SET (texts, tokens) = (SELECT COUNT(*), IFNULL(SUM(tokens), 0) FROM text)")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


class SearchChange:
    """Later segments that are taken in, shards that go and shards that come, in this order; then `finish`, when the graph has changed."""

    def __init__(self, connection: sqlite3.Connection, older: SearchIndex) -> None:
        self._sql, self._older = connection, older
        self._own = Segment(connection)
        self._position = len(older.segments)
        self._last: dict[tuple[str, int], int] = {}
        self._folded: tuple[int, str] = (0, "")  # the document whose text was folded last
        self._sql.execute("CREATE TEMP TABLE touched (iri TEXT PRIMARY KEY) WITHOUT ROWID")  # what is not of one document, and must be read from the graph

    def take_in(self, standing: SearchIndex) -> None:
        """Takes in what later segments have: `standing` is the whole index as it was, where this segment stood after the older ones."""
        later = standing.segments[self._position + 1 :]
        gone = [row for segment in later for row in segment.gone()]
        self._note_gone(row for row in gone if position_of(row[0]) < self._position)
        here = [number for number, _ in gone if position_of(number) == self._position and number // SPAN not in (REST, WHOLE)]
        for number in sorted(here, key=lambda number: number // SPAN == DOCUMENT):  # documents last, whose texts tell what their units had
            self._delete(number)
        for segment in later:
            for number in segment.documents():
                *inner, document = (segment.searched(inside) for inside, _ in segment.inside(number))
                self._insert_document((document, *inner), segment.text(number))
            for number in segment.shared():
                self._insert(segment.searched(number))

    def take_out(self, iri: str, triples: bytes) -> None:
        """A shard goes, with the things of its document."""
        self._touch(said(iri, triples).others)
        row = self._row(iri)
        if row and row[0] == row[1]:
            self._touch(inner for _, inner in self._segment_of(row[0]).inside(row[0]))  # another shard may speak of it
            self._remove(iri)

    def put_in(self, iri: str, triples: bytes) -> None:
        """A shard comes, with the things of its document."""
        told = said(iri, triples)
        self._touch(told.others)
        if told.own:
            for thing in told.own:
                self._remove(thing.iri)  # a shard of other statements may have named it before its document came
            self._insert_document(told.own, told.text)

    def finish(self, store: ox.Store) -> None:
        """Renews what shards share, by the graph as it is now."""
        for (iri,) in self._sql.execute("SELECT iri FROM touched ORDER BY iri").fetchall():
            if not self._is_of_document(iri):
                thing, row = in_graph(store, iri), self._row(iri)
                if (row and self._segment_of(row[0]).searched(row[0])) != thing:  # most of what a document shares others say too
                    self._remove(iri)
                    if thing:
                        self._insert(thing)

    def _touch(self, iris: Iterable[str]) -> None:
        self._sql.executemany("INSERT OR IGNORE INTO touched VALUES (?)", ((iri,) for iri in iris))

    def _row(self, iri: str) -> Row | None:
        """The thing in whichever segment it is now."""
        row = self._own.row(iri)
        if row is None and self._position:
            row = self._older.row(iri)
        return None if row and self._is_gone(row[0]) else row

    def _is_gone(self, number: int) -> bool:
        return position_of(number) < self._position and self._sql.execute("SELECT 1 FROM gone WHERE id = ?", (number,)).fetchone() is not None

    def _segment_of(self, number: int) -> Segment:
        position = position_of(number)
        return self._own if position == self._position else self._older.segments[position]

    def _is_of_document(self, iri: str) -> bool:
        """Whether the thing hangs on a document of the index, which then says all of it that counts."""
        ends = [place for place, character in enumerate(iri) if character in "/#"] + [len(iri)]
        above = [iri[:end] for end in ends]
        return any(not self._is_gone(number) for segment in (self._own, *self._older.segments) for number in segment.documents_of(above))

    def _insert(self, thing: Searched, document: int | None = None, pieces: list[Span] | None = None) -> int:
        """A row for the thing and one for each of its names; its number. A document (`document` is 0) is its own document."""
        code = ORDER.index(thing.kind)
        number = self._next("thing", code)
        first, last = thing.extent if thing.extent and document is not None else (None, None)
        row = (number, thing.iri, number if document == 0 else document, first, last, json.dumps(pieces) if pieces else None)
        self._sql.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)", row)
        names = [(self._next("name", code), number, own, language, name, folded(name)) for own, language, name in thing.names]
        self._sql.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?)", names)
        self._sql.executemany("INSERT INTO names(rowid, pairs) VALUES (?, ?)", ((key, _pairs(form)) for key, *_, form in names))
        return number

    def _insert_document(self, own: tuple[Searched, ...], text: str) -> None:
        form = folded(text)
        document = own[0]
        units = [thing for kind in UNITS for thing in own if thing.kind == kind]
        parts = _pieces({unit.iri: unit.extent for unit in units if unit.extent and unit.extent[1] <= len(text)}, len(text))
        rest = parts.get("", [])
        number = self._insert(Searched(document.iri, "document", document.names, (0, len(text))), 0, rest)
        self._sql.execute("INSERT INTO body VALUES (?, ?)", (number, text))
        texts = [(moved(number, WHOLE), form), (moved(number, REST), _cut(form, rest))]
        for thing in own[1:]:
            pieces = parts.get(thing.iri)
            unit = self._insert(thing, number, pieces)
            if pieces:
                texts.append((unit, _cut(form, pieces)))
        self._sql.executemany("INSERT INTO texts(rowid, pairs) VALUES (?, ?)", ((unit, _pairs(part)) for unit, part in texts))
        self._sql.executemany("INSERT INTO text VALUES (?, ?)", ((unit, len(part)) for unit, part in texts))

    def _remove(self, iri: str) -> None:
        """The thing, and if it is a document all that is in it, is no more: it is deleted here, and noted as gone in an older segment."""
        row = self._row(iri)
        if row is None:
            return
        number, document = row
        if position_of(number) < self._position:
            self._note_gone(self._segment_of(number).numbers_of(number))
        elif number == document:
            for inner, _ in self._own.inside(number):
                self._delete(inner)
        else:
            self._delete(number)

    def _note_gone(self, numbers: Iterable[Gone]) -> None:
        self._sql.executemany("INSERT OR IGNORE INTO gone VALUES (?, ?)", numbers)

    def _delete(self, number: int) -> None:
        """Deletes a thing of this segment; a document after the things in it."""
        document, stored = self._sql.execute("SELECT document, pieces FROM thing WHERE id = ?", (number,)).fetchone()
        for key, form in self._sql.execute("SELECT id, folded FROM name WHERE thing = ?", (number,)).fetchall():
            self._sql.execute("INSERT INTO names(names, rowid, pairs) VALUES ('delete', ?, ?)", (key, _pairs(form)))
        self._sql.execute("DELETE FROM name WHERE thing = ?", (number,))
        pieces = pieces_of(stored)
        if number == document:
            form = self._form(number)
            self._unindex(moved(number, WHOLE), form)
            self._unindex(moved(number, REST), _cut(form, pieces))
            self._sql.execute("DELETE FROM body WHERE document = ?", (number,))
            self._folded = (0, "")  # the number may be given again
        elif document is not None and pieces:
            self._unindex(number, _cut(self._form(document), pieces))
        self._sql.execute("DELETE FROM thing WHERE id = ?", (number,))

    def _form(self, document: int) -> str:
        if self._folded[0] != document:
            self._folded = document, folded(self._own.text(document))
        return self._folded[1]

    def _unindex(self, number: int, form: str) -> None:
        # an index without contents is told what it had of the row
        self._sql.execute("INSERT INTO texts(texts, rowid, pairs) VALUES ('delete', ?, ?)", (number, _pairs(form)))
        self._sql.execute("DELETE FROM text WHERE id = ?", (number,))

    def _next(self, table: str, code: int) -> int:
        if (table, code) not in self._last:
            highest = self._sql.execute(f"SELECT MAX(id) FROM {table} WHERE id BETWEEN ? AND ?", bounds(code)).fetchone()[0]
            self._last[table, code] = highest or before_first(code, self._position)
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


def _cut(form: str, pieces: Sequence[Span]) -> str:
    """The parts of a folded text, with a character between them that no word has."""
    return SPACE.join(form[start:end] for start, end in pieces)
