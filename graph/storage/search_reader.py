"""Asking the search index: which names and texts have these words, in the order of ids or by rank, and what stands behind an id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from zhengpu.graph.sources.searched import ORDER, Span
from zhengpu.graph.storage.search_index import FORMAT, REST, SPAN, WHOLE, bounds, moved

TEXTS = (0, bounds(REST)[1])  # every text once: those of units, and what of documents lies in none
_DOCUMENT = ORDER.index("document")


@dataclass(frozen=True, slots=True)
class Name:
    """A name that has the words: its thing's id, whether it is that thing's own name, the name, and the form of it that is searched."""

    thing: int
    own: bool
    text: str
    folded: str


@dataclass(frozen=True, slots=True)
class Found:
    """A thing of the index. `document` is the IRI of the one that it lies in or is; `extent` its place there, `own` the parts of that which are in no
    unit of its own."""

    iri: str
    kind: str
    document: str | None
    extent: Span | None
    own: tuple[Span, ...]


class SearchIndex:
    """A search index, open for reading; any thread may ask."""

    def __init__(self, path: Path) -> None:
        """Raises sqlite3.DatabaseError for a file that is no search index of this format."""
        # immutable: the file never changes once it stands, so that no lock is needed, on a read-only disk neither
        self._sql = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        if self._sql.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            raise sqlite3.DatabaseError(f"{path} is of another format")

    def named(self, form: str, span: Span) -> list[Name]:
        """Those whose folded name is `form`, of the ids in `span`."""
        rows = self._sql.execute("SELECT thing, own, text, folded FROM name WHERE folded = ? AND id BETWEEN ? AND ? ORDER BY id", (form, *span))
        return list(map(_name, rows))

    def names(self, words: Sequence[str], span: Span) -> Iterator[Name]:
        """The names that have all of these folded words, as they are read from the index, by id."""
        found = "SELECT thing, own, text, folded FROM names JOIN name ON name.id = names.rowid"
        rows = self._sql.execute(f"{found} WHERE names MATCH ? AND names.rowid BETWEEN ? AND ? ORDER BY names.rowid", (_match(words), *span))
        return map(_name, rows)

    def texts(self, words: Sequence[str], span: Span) -> Iterator[int]:
        """The ids of the texts that have all of these folded words, as they are read from the index."""
        sql = "SELECT rowid FROM texts WHERE texts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid"
        return (number for (number,) in self._sql.execute(sql, (_match(words), *span)))

    def weights(self, words: Sequence[str], span: Span) -> dict[int, float]:
        """The same with their weights by BM25, positive; this reads all of them."""
        sql = "SELECT rowid, bm25(texts) FROM texts WHERE texts MATCH ? AND rowid BETWEEN ? AND ?"
        return {number: -weight for number, weight in self._sql.execute(sql, (_match(words), *span))}

    def thing(self, number: int) -> Found:
        """The thing of the id of a thing, or of a text."""
        code = number // SPAN
        key = moved(number, _DOCUMENT) if code in (REST, WHOLE) else number
        columns = "SELECT thing.iri, there.iri, thing.start, thing.end, thing.pieces FROM thing"
        row = self._sql.execute(f"{columns} LEFT JOIN thing AS there ON there.id = thing.document WHERE thing.id = ?", (key,)).fetchone()
        iri, document, start, end, stored = row
        extent = None if start is None else (start, end)
        own = tuple((first, last) for first, last in json.loads(stored or "[]"))
        return Found(iri, ORDER[key // SPAN], document, extent, ((extent,) if extent else ()) if code == WHOLE else own)

    def label(self, iri: str, language: str = "zh") -> str:
        """Its own name in the language, else another name, else its IRI."""
        sql = "SELECT text FROM name WHERE thing = (SELECT id FROM thing WHERE iri = ?) ORDER BY own DESC, language <> ?, id LIMIT 1"
        row = self._sql.execute(sql, (iri, language)).fetchone()
        return row[0] if row else iri

    def text(self, document: str) -> str:
        """The text of a document."""
        row = self._sql.execute("SELECT text FROM body WHERE document = (SELECT id FROM thing WHERE iri = ?)", (document,)).fetchone()
        return row[0] if row else ""

    def contents(self) -> list[tuple[object, ...]]:
        """All that the tables say, apart from the numbers of rows: two indexes over one graph have the same."""
        things = """SELECT thing.id / ?, thing.iri, there.iri, thing.start, thing.end, thing.pieces, body.text
            FROM thing LEFT JOIN thing AS there ON there.id = thing.document LEFT JOIN body ON body.document = thing.id"""
        names = "SELECT name.id / ?, thing.iri, own, language, name.text, folded FROM name LEFT JOIN thing ON thing.id = name.thing"
        return sorted((row for sql in (things, names) for row in self._sql.execute(sql, (SPAN,))), key=str)


def _match(words: Sequence[str]) -> str:
    """The words as a query of FTS5: phrases of pairs, a single character as what tokens begin with. Folded text has none of its syntax."""
    phrases = (" ".join(word[at : at + 2] for at in range(len(word) - 1)) for word in words)
    return " AND ".join(f'"{phrase}"' if phrase else f'"{word}" *' for word, phrase in zip(words, phrases, strict=True))


def _name(row: tuple[int, int, str, str]) -> Name:
    thing, own, text, form = row
    return Name(thing, bool(own), text, form)
