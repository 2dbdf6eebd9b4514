"""The search index: the names of things and the texts of units in SQLite FTS5, as pairs of characters. A pure function of the graph beside it.

Chinese is not cut into words: 知识产权 is indexed as 知识, 识产, 产权 and 权, each character the first of one token. Words of two characters and more
are found as a phrase, exactly where they stand; one character by the tokens that begin with it. Tables and what their rows are called:

    thing    what has a name or a text; its id is kind * SPAN + number, so that the things of one kind are a range of ids
    name     each name of each thing, ids likewise; `names` is the index over them
    body     the text of each document; `texts` is the index over the texts of units, by the id of their thing

A place in a document belongs to the innermost unit around it (measure, goal, section, else the document), and is found there, once. The whole text of
the document is indexed apart from that, for words that run from one unit into the next, and for those who search documents only.
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

from zhengpu.graph.entities import KINDS
from zhengpu.graph.folding import SPACE, folded
from zhengpu.ontology import terms as zp

NAME = "search.sqlite"
FORMAT = 1  # part of the name of an index's state: an index of another format is made anew
SPAN = 1 << 40
ORDER = tuple(KINDS)  # the order of kinds: of two things that fit alike the first comes first
REST, WHOLE = len(ORDER), len(ORDER) + 1  # ranges of `texts`: what of a document lies in no unit, and all of it; the numbers are those of documents
_UNITS = ("section", "goal", "measure")  # of two units over the same characters the last is the innermost
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
_OWN_NAMES = (zp.skos_prefLabel, zp.dcterms_title)
_NAMES = (*_OWN_NAMES, zp.skos_altLabel, zp.documentNumber)
_MATTERS = tuple(f"> <{term}> ".encode() for term in (*_NAMES, zp.rdf_type, zp.text, zp.start, zp.end, zp.inDocument, zp.promulgates))
_KINDS = {cls: kind for kind, cls in KINDS.items()}

Span = tuple[int, int]


def build(path: Path, store: ox.Store) -> None:
    """The search index of a graph, as a new file."""
    with _writing(path) as connection:
        connection.executescript(_SCHEMA)
        writer = _Writer(connection, _Graph(store))
        writer.add_all()
        writer.optimize()


def advance(path: Path, store: ox.Store, subjects: Iterable[str]) -> None:
    """Brings the index at `path` in step with a graph in which what is said of `subjects` has changed."""
    with _writing(path) as connection:
        _Writer(connection, _Graph(store)).renew(subjects)


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that writes without a journal: nobody reads the file yet, and one that a crash cuts short is thrown away with its folder."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        yield connection
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def subjects(triples: bytes) -> set[str]:
    """The subjects of those lines of a shard that the index depends on."""
    return {line[1 : line.index(b">")].decode() for line in triples.splitlines() if any(term in line for term in _MATTERS)}


def bounds(code: int) -> Span:
    """The first and the last id of the things of a kind."""
    return code * SPAN, (code + 1) * SPAN - 1


def pairs(text: str) -> str:
    """Folded text as tokens for FTS5: one for each character, which is that character and the next."""
    return " ".join(map("".join, zip(text, text[1:] + " ", strict=True))) if text else ""


class _Graph:
    """What the graph says of things, as far as it is searched."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def _values(self, iri: str, term: str) -> list[ox.Literal | ox.NamedNode]:
        found = (quad.object for quad in self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(term), None))
        return sorted((value for value in found if isinstance(value, ox.Literal | ox.NamedNode)), key=str)

    def _subjects(self, term: str, value: str) -> list[str]:
        found = (quad.subject for quad in self._store.quads_for_pattern(None, ox.NamedNode(term), ox.NamedNode(value)))
        return sorted(subject.value for subject in found if isinstance(subject, ox.NamedNode))

    def of_kind(self, kind: str) -> list[str]:
        return self._subjects(zp.rdf_type, KINDS[kind])

    def kind(self, iri: str) -> str | None:
        """The kind of a thing, of several the first; None for what is not searched."""
        kinds = [_KINDS[value.value] for value in self._values(iri, zp.rdf_type) if value.value in _KINDS]
        return min(kinds, key=ORDER.index, default=None)

    def document(self, iri: str) -> str | None:
        """The document that a plan, section, goal or measure lies in; a document itself."""
        kind = self.kind(iri)
        if kind == "document":
            return iri
        if kind == "plan":
            return next((found for found in self._subjects(zp.promulgates, iri) if self.kind(found) == "document"), None)
        if kind in _UNITS:
            return next((found.value for found in self._values(iri, zp.inDocument) if self.kind(found.value) == "document"), None)
        return None

    def members(self, document: str) -> list[str]:
        """The document with its plans and units."""
        inside = [*self._subjects(zp.inDocument, document), *(value.value for value in self._values(document, zp.promulgates))]
        return [document, *sorted(iri for iri in set(inside) if iri != document and self.document(iri) == document)]

    def names(self, iri: str) -> list[tuple[bool, str, str]]:
        """(whether it is the thing's own name, language, name): own names first, the Chinese before others."""
        found = {
            (term not in _OWN_NAMES, value.language != "zh", value.value, value.language or "")
            for term in _NAMES
            for value in self._values(iri, term)
            if isinstance(value, ox.Literal) and value.value.strip()
        }
        return [(not other, language, name) for other, _, name, language in sorted(found)]

    def text(self, document: str) -> str:
        return next((value.value for value in self._values(document, zp.text)), "")

    def extent(self, iri: str, length: int) -> Span | None:
        """[start, end) of a unit in the text of its document."""
        try:
            start, end = (int(self._values(iri, term)[0].value) for term in (zp.start, zp.end))
        except (IndexError, ValueError):
            return None
        return (start, end) if 0 <= start < end <= length else None


class _Writer:
    """Writes what a graph says into the tables of a connection."""

    def __init__(self, connection: sqlite3.Connection, graph: _Graph) -> None:
        self._sql = connection
        self._graph = graph
        self._last: dict[tuple[str, int], int] = {}

    def add_all(self) -> None:
        for kind in ORDER:
            for iri in self._graph.of_kind(kind):
                if kind == "document" and self._graph.kind(iri) == kind:
                    self._add_document(iri)
                elif self._graph.kind(iri) == kind and self._graph.document(iri) is None:
                    self._add(iri, kind)

    def optimize(self) -> None:
        """Joins what FTS5 has written in parts."""
        for table in ("names", "texts"):
            self._sql.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")

    def renew(self, subjects: Iterable[str]) -> None:
        """Takes out what is known of these things, and of the documents that they lie in or lay in, and puts in what the graph says now."""
        known = set(subjects)
        documents = {document for iri in known for document in (self._graph.document(iri), self._former(iri)) if document}
        for document in documents:
            known.update(self._graph.members(document))
            known.update(iri for (iri,) in self._sql.execute("SELECT iri FROM thing WHERE document = (SELECT id FROM thing WHERE iri = ?)", (document,)))
        for iri in sorted(known, key=lambda iri: iri in documents):  # a document's text is needed to take its units out
            self._take_out(iri)
        for iri in sorted(known):
            kind = self._graph.kind(iri)
            if kind == "document":
                self._add_document(iri)
            elif kind and self._graph.document(iri) is None:
                self._add(iri, kind)

    def _former(self, iri: str) -> str | None:
        row = self._sql.execute("SELECT there.iri FROM thing JOIN thing AS there ON there.id = thing.document WHERE thing.iri = ?", (iri,)).fetchone()
        return row[0] if row else None

    def _add(self, iri: str, kind: str, document: int | None = None, extent: Span | None = None, pieces: list[Span] | None = None) -> int:
        """A row for the thing and one for each of its names. A document is its own document."""
        code = ORDER.index(kind)
        number = self._next("thing", code)
        start, end = extent or (None, None)
        row = (number, iri, number if kind == "document" else document, start, end, json.dumps(pieces) if pieces else None)
        self._sql.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)", row)
        for own, language, name in self._graph.names(iri):
            key = self._next("name", code)
            form = folded(name)
            self._sql.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?)", (key, number, own, language, name, form))
            self._sql.execute("INSERT INTO names(rowid, pairs) VALUES (?, ?)", (key, pairs(form)))
        return number

    def _add_document(self, iri: str) -> None:
        text = self._graph.text(iri)
        form = folded(text)
        units = {member: self._graph.kind(member) or "" for member in self._graph.members(iri)}
        extents = {member: self._graph.extent(member, len(text)) for member, kind in units.items() if kind in _UNITS}
        inner = sorted((_UNITS.index(units[member]), member) for member, extent in extents.items() if extent)
        parts = pieces({member: extent for _, member in inner if (extent := extents[member])}, len(text))
        number = self._add(iri, "document", extent=(0, len(text)) if text else None, pieces=parts.get(None))
        self._sql.execute("INSERT INTO body VALUES (?, ?)", (number, text))
        for member, kind in units.items():
            if member != iri:
                own = parts.get(member)
                unit = self._add(member, kind, number, extents.get(member), own)
                if own:
                    self._put(unit, form, own)
        if text:
            self._put(moved(number, WHOLE), form, [(0, len(text))])
            self._put(moved(number, REST), form, parts.get(None, []))

    def _put(self, number: int, form: str, own: list[Span]) -> None:
        self._sql.execute("INSERT INTO texts(rowid, pairs) VALUES (?, ?)", (number, pairs(cut(form, own))))

    def _take_out(self, iri: str) -> None:
        row = self._sql.execute("SELECT id, document, pieces FROM thing WHERE iri = ?", (iri,)).fetchone()
        if row is None:
            return
        number, document, stored = row
        for key, form in self._sql.execute("SELECT id, folded FROM name WHERE thing = ?", (number,)).fetchall():
            self._sql.execute("INSERT INTO names(names, rowid, pairs) VALUES ('delete', ?, ?)", (key, pairs(form)))
        self._sql.execute("DELETE FROM name WHERE thing = ?", (number,))
        body = self._sql.execute("SELECT text FROM body WHERE document = ?", (document,)).fetchone() if document else None
        own = [(start, end) for start, end in json.loads(stored or "[]")]
        if body and body[0]:
            form = folded(body[0])
            if number == document:
                self._drop(moved(number, WHOLE), form, [(0, len(form))])
                self._drop(moved(number, REST), form, own)
            elif own:
                self._drop(number, form, own)
        if number == document:
            self._sql.execute("DELETE FROM body WHERE document = ?", (number,))
        self._sql.execute("DELETE FROM thing WHERE id = ?", (number,))

    def _drop(self, number: int, form: str, own: list[Span]) -> None:
        # an index without contents is told what it had of the row
        self._sql.execute("INSERT INTO texts(texts, rowid, pairs) VALUES ('delete', ?, ?)", (number, pairs(cut(form, own))))

    def _next(self, table: str, code: int) -> int:
        if (table, code) not in self._last:
            first, last = bounds(code)
            highest = self._sql.execute(f"SELECT MAX(id) FROM {table} WHERE id BETWEEN ? AND ?", (first, last)).fetchone()[0]
            self._last[table, code] = highest or first
        self._last[table, code] += 1
        return self._last[table, code]


def moved(number: int, code: int) -> int:
    """The id of the same number in the range of another kind."""
    return code * SPAN + number % SPAN


def pieces(units: dict[str, Span], length: int) -> dict[str | None, list[Span]]:
    """The parts of a text of this length that belong to each unit: to the shortest around them, of equal ones the last; those of none under None."""
    owners: list[str | None] = [None] * length
    for unit, (start, end) in sorted(units.items(), key=lambda item: item[1][0] - item[1][1]):
        owners[start:end] = [unit] * (end - start)
    found: dict[str | None, list[Span]] = {}
    at = 0
    for owner, group in groupby(owners):
        size = sum(1 for _ in group)
        found.setdefault(owner, []).append((at, at + size))
        at += size
    return found


def cut(form: str, own: list[Span]) -> str:
    """The parts of a folded text, with a character between them that no word has."""
    return SPACE.join(form[start:end] for start, end in own)
