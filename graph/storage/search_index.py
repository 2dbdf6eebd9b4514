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

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyoxigraph as ox

from zhengpu.graph.folding import folded
from zhengpu.graph.sources.searched import ORDER, UNITS, Searched, Span, Statement, in_graph, said, stated
from zhengpu.graph.storage import search_tokens
from zhengpu.graph.storage.search_numbers import DOCUMENT, FORMAT, REST, SPAN, WHOLE, before_first, bounds, moved, position_of
from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.search_segment import Gone, Row, Segment, pieces_of, stored

_WAITING = 3_500_000  # characters of tokens: of about a hundred documents; 250 go no faster
_HASH = 64_000_000  # bytes of what FTS5 holds before it writes: more than it has of so many tokens

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
_NEW = {"hashsize": _HASH, "automerge": 0, "crisismerge": 1000}  # nothing is merged before all of it is there
_STANDING = {"automerge": 4, "crisismerge": 16}  # as FTS5 has them


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
            _configure(connection, _NEW)
        elif connection.execute("PRAGMA user_version").fetchone() != (FORMAT,):
            raise sqlite3.DatabaseError(f"{path} is of another format")
        change = SearchChange(connection, older or SearchIndex(()))
        yield change
        change.write()
        if is_new:  # joins what FTS5 has written in parts
            connection.execute("INSERT INTO names(names) VALUES ('optimize')")
            connection.execute("INSERT INTO texts(texts) VALUES ('optimize')")
            _configure(connection, _STANDING)
        connection.execute("UPDATE total SET (texts, tokens) = (SELECT COUNT(*), IFNULL(SUM(tokens), 0) FROM text)")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _configure(connection: sqlite3.Connection, options: Mapping[str, int]) -> None:
    """Sets options of FTS5, which the file keeps."""
    for table in ("names", "texts"):
        connection.executemany(f"INSERT INTO {table}({table}, rank) VALUES (?, ?)", options.items())


class SearchChange:
    """Later segments that are taken in, shards that go and shards that come, in this order; then `finish`, when the graph has changed."""

    def __init__(self, connection: sqlite3.Connection, older: SearchIndex) -> None:
        self._sql, self._older = connection, older
        self._own = Segment(connection)
        self._position = len(older.segments)
        self._last: dict[tuple[str, int], int] = {}
        self._tokens: tuple[int, str] = (0, "")  # the document whose tokens were made last
        self._waiting: dict[str, dict[int, str]] = {"names": {}, "texts": {}}  # the tokens of rows that are still to be written, by their numbers
        self._waiting_size = 0
        # What is not of one document, and what the shards that came say of it.
        self._sql.execute("CREATE TEMP TABLE shared (iri TEXT, property TEXT, value BLOB, PRIMARY KEY (iri, property, value)) WITHOUT ROWID")
        self._sql.execute("PRAGMA temp.cache_size = -32000")

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
                self._insert((segment.searched(number),))

    def take_out(self, iri: str, triples: bytes) -> None:
        """A shard goes, with the things of its document."""
        self._share(said(iri, triples).others)
        row = self._row(iri)
        if row and row[0] == row[1]:
            self._share((inner, "", b"") for _, inner in self._segment_of(row[0]).inside(row[0]))  # another shard may speak of it
            self._remove(iri)

    def put_in(self, iri: str, triples: bytes) -> None:
        """A shard comes, with the things of its document."""
        told = said(iri, triples)
        self._share(told.others)
        if told.own:
            for iri in self._standing([thing.iri for thing in told.own]):  # a shard of other statements may have named it before its document came
                self._remove(iri)
            self._insert_document(told.own, told.text)

    def finish(self, store: ox.Store | None = None) -> None:
        """Renews what shards share: by the graph as it is now, or, where every shard of it has come, by what they said."""
        if store:
            iris = self._sql.execute("SELECT DISTINCT iri FROM shared ORDER BY iri").fetchall()
            things = ((iri, in_graph(store, iri)) for (iri,) in iris)
        else:
            every = self._sql.execute("SELECT iri, property, value FROM shared ORDER BY iri")
            things = ((iri, stated(iri, some)) for iri, some in groupby(every, itemgetter(0)))
        for iri, thing in things:
            if not self._is_of_document(iri):
                row = self._row(iri)
                if (row and self._segment_of(row[0]).searched(row[0])) != thing:  # most of what a document shares others say too
                    self._remove(iri)
                    if thing:
                        self._insert((thing,))

    def write(self) -> None:
        """Writes the rows of `names` and `texts` that wait.

        FTS5 holds what comes in memory and writes it as a tree of its own, which must be merged with the others, whenever a number is lower than that
        before; the numbers of each document are of several kinds. So many documents' rows wait and go in order."""
        for table, rows in self._waiting.items():
            self._sql.executemany(f"INSERT INTO {table}(rowid, pairs) VALUES (?, ?)", sorted(rows.items()))
            rows.clear()
        self._waiting_size = 0

    def _share(self, statements: Iterable[Statement]) -> None:
        self._sql.executemany("INSERT OR IGNORE INTO shared VALUES (?, ?, ?)", statements)

    def _row(self, iri: str) -> Row | None:
        """The thing in whichever segment it is now."""
        row = self._own.row(iri)
        if row is None and self._position:
            row = self._older.row(iri)
        return None if row and self._is_gone(row[0]) else row

    def _standing(self, iris: Sequence[str]) -> set[str]:
        """Those of the IRIs that a segment has."""
        return set().union(*(segment.standing(iris) for segment in (self._own, *self._older.segments)))

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

    def _insert(self, things: Sequence[Searched], parts: Mapping[str, list[Span]] | None = None) -> list[int]:
        """A row for each thing and one for each of its names; their numbers. With `parts`, the pieces of text that are theirs by IRI, they are of a
        document, which is the first of them."""
        numbers = [self._next("thing", ORDER.index(thing.kind)) for thing in things]
        rows: list[tuple[object, ...]] = []
        names: list[tuple[int, int, bool, str, str, str]] = []
        for number, thing in zip(numbers, things, strict=True):
            first, last = thing.extent if thing.extent and parts is not None else (None, None)
            rows.append((number, thing.iri, None if parts is None else numbers[0], first, last, stored((parts or {}).get(thing.iri, ()))))
            code = ORDER.index(thing.kind)
            names += [(self._next("name", code), number, own, language, name, folded(name)) for own, language, name in thing.names]
        self._sql.executemany("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._sql.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?)", names)
        self._index("names", [(key, search_tokens.tokens(form)) for key, *_, form in names])
        return numbers

    def _insert_document(self, own: tuple[Searched, ...], text: str) -> None:
        document = Searched(own[0].iri, "document", own[0].names, (0, len(text)))
        units = [thing for kind in UNITS for thing in own if thing.kind == kind]
        extents = {unit.iri: unit.extent for unit in units if unit.extent and unit.extent[1] <= len(text)}
        parts = search_tokens.pieces(extents, len(text), document.iri)
        number, *others = self._insert((document, *own[1:]), parts)
        self._sql.execute("INSERT INTO body VALUES (?, ?)", (number, text))
        whole = search_tokens.tokens(folded(text))
        texts = [(moved(number, WHOLE), whole), (moved(number, REST), search_tokens.part(whole, parts.get(document.iri, ())))]
        texts += [(unit, search_tokens.part(whole, parts[thing.iri])) for unit, thing in zip(others, own[1:], strict=True) if thing.iri in parts]
        self._sql.executemany("INSERT INTO text VALUES (?, ?)", [(unit, search_tokens.count(some)) for unit, some in texts])
        self._index("texts", texts)

    def _index(self, table: str, rows: Sequence[tuple[int, str]]) -> None:
        self._waiting[table].update(rows)
        self._waiting_size += sum(len(some) for _, some in rows)
        if self._waiting_size > _WAITING:
            self.write()

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
        document, spans = self._sql.execute("SELECT document, pieces FROM thing WHERE id = ?", (number,)).fetchone()
        for key, form in self._sql.execute("SELECT id, folded FROM name WHERE thing = ?", (number,)).fetchall():
            self._unindex("names", key, search_tokens.tokens(form))
        self._sql.execute("DELETE FROM name WHERE thing = ?", (number,))
        pieces = pieces_of(spans)
        if number == document:
            whole = self._whole(number)
            self._unindex("texts", moved(number, WHOLE), whole)
            self._unindex("texts", moved(number, REST), search_tokens.part(whole, pieces))
            self._sql.executemany("DELETE FROM text WHERE id = ?", ((moved(number, WHOLE),), (moved(number, REST),)))
            self._sql.execute("DELETE FROM body WHERE document = ?", (number,))
            self._tokens = (0, "")  # the number may be given again
        elif document is not None and pieces:
            self._unindex("texts", number, search_tokens.part(self._whole(document), pieces))
            self._sql.execute("DELETE FROM text WHERE id = ?", (number,))
        self._sql.execute("DELETE FROM thing WHERE id = ?", (number,))

    def _whole(self, document: int) -> str:
        """The tokens of the text of a document."""
        if self._tokens[0] != document:
            self._tokens = document, search_tokens.tokens(folded(self._own.text(document)))
        return self._tokens[1]

    def _unindex(self, table: str, number: int, some: str) -> None:
        if self._waiting[table].pop(number, None) is None:  # an index without contents is told what it had of the row
            self._sql.execute(f"INSERT INTO {table}({table}, rowid, pairs) VALUES ('delete', ?, ?)", (number, some))

    def _next(self, table: str, code: int) -> int:
        if (table, code) not in self._last:
            highest = self._sql.execute(f"SELECT MAX(id) FROM {table} WHERE id BETWEEN ? AND ?", bounds(code)).fetchone()[0]
            self._last[table, code] = highest or before_first(code, self._position)
        self._last[table, code] += 1
        return self._last[table, code]
