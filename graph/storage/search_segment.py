"""One segment of the search index, open for reading, and what of it is gone since."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from zhengpu.graph.sources.searched import ORDER, Searched, Span
from zhengpu.graph.storage.search_numbers import DOCUMENT, FORMAT, REST, SPAN, WHOLE, moved

Row = tuple[int, int | None]  # the number of a thing and that of its document: its own for a document, None for what is of no document
Gone = tuple[int, int | None]  # the number of a thing or a text, and how many tokens its text had: None for none


class Segment:
    """A segment behind a connection (`zhengpu.graph.storage.search_index` has its tables); `texts` and `tokens` count what it has, gone or not."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self.sql = sql
        self.texts, self.tokens = sql.execute("SELECT texts, tokens FROM total").fetchone()
        self.gone_texts = self.gone_tokens = 0
        self._has_gone = False

    def gone(self) -> Iterator[Gone]:
        """What of the segments before it is gone with this one."""
        return iter(self.sql.execute("SELECT id, tokens FROM gone"))

    def bury(self, numbers: Iterable[Gone]) -> None:
        """Tells the segment what of it is gone with later ones; its queries leave that out."""
        for number, tokens in numbers:
            if not self._has_gone:
                self.sql.execute("CREATE TEMP TABLE buried (id INTEGER PRIMARY KEY)")
                self._has_gone = True
            self.sql.execute("INSERT INTO temp.buried VALUES (?)", (number,))
            self.gone_texts += tokens is not None
            self.gone_tokens += tokens or 0

    def there(self, column: str) -> str:
        """The condition that what has its number in this column is not gone."""
        return f" AND {column} NOT IN temp.buried" if self._has_gone else ""

    def row(self, iri: str) -> Row | None:
        """The thing, if it is here."""
        found: Row | None = self.sql.execute(f"SELECT id, document FROM thing WHERE iri = ?{self.there('id')}", (iri,)).fetchone()
        return found

    def standing(self, iris: Sequence[str]) -> list[str]:
        """Those of the IRIs that are here."""
        query = f"SELECT iri FROM thing WHERE iri IN (SELECT value FROM json_each(?)){self.there('id')}"
        return [iri for (iri,) in self.sql.execute(query, (json.dumps(iris),))]

    def inside(self, document: int) -> list[tuple[int, str]]:
        """The things of a document, itself the last."""
        return self.sql.execute(f"SELECT id, iri FROM thing WHERE document = ?{self.there('id')} ORDER BY id = document, id", (document,)).fetchall()

    def documents_of(self, iris: Sequence[str]) -> list[int]:
        """The numbers of the documents that have one of these IRIs."""
        query = f"SELECT id FROM thing WHERE iri IN ({', '.join('?' * len(iris))}) AND document = id{self.there('id')}"
        return [number for (number,) in self.sql.execute(query, iris)]

    def numbers_of(self, number: int) -> list[Gone]:
        """All that is under the number of a thing that hangs on no document, or of a document with everything in it."""
        query = "SELECT thing.id, tokens FROM thing LEFT JOIN text USING (id) WHERE (thing.id = ? OR document = ?)" + self.there("thing.id")
        texts = (moved(number, REST), moved(number, WHOLE)) if number // SPAN == DOCUMENT else ()
        whole = self.sql.execute(f"SELECT id, tokens FROM text WHERE id IN ({', '.join('?' * len(texts))})", texts)
        return [*self.sql.execute(query, (number, number)), *whole]

    def searched(self, number: int) -> Searched:
        """The thing with its names, and with its place if it is of a document."""
        iri, first, last = self.sql.execute("SELECT iri, start, end FROM thing WHERE id = ?", (number,)).fetchone()
        names = self.sql.execute("SELECT own, language, text FROM name WHERE thing = ? ORDER BY id", (number,))
        extent = None if first is None else (first, last)
        return Searched(iri, ORDER[number // SPAN], tuple((bool(own), language, text) for own, language, text in names), extent)

    def text(self, document: int) -> str:
        found: str = self.sql.execute("SELECT text FROM body WHERE document = ?", (document,)).fetchone()[0]
        return found

    def documents(self) -> list[int]:
        """The numbers of the documents that are here."""
        return [number for (number,) in self.sql.execute(f"SELECT document FROM body WHERE 1{self.there('document')} ORDER BY document")]

    def shared(self) -> list[int]:
        """The numbers of the things that hang on no document."""
        return [number for (number,) in self.sql.execute(f"SELECT id FROM thing WHERE document IS NULL{self.there('id')} ORDER BY id")]

    def contents(self) -> Iterator[tuple[object, ...]]:
        """What the tables say of what is here, apart from numbers."""
        things = f"""SELECT thing.id / ?, thing.iri, home.iri, thing.start, thing.end, thing.pieces, body.text
            FROM thing LEFT JOIN thing AS home ON home.id = thing.document LEFT JOIN body ON body.document = thing.id WHERE 1{self.there("thing.id")}"""
        names = f"""SELECT name.id / ?, thing.iri, own, language, name.text, folded
            FROM name LEFT JOIN thing ON thing.id = name.thing WHERE 1{self.there("name.thing")}"""
        return (row for query in (things, names) for row in self.sql.execute(query, (SPAN,)))


def opened(path: Path) -> Segment:
    """The segment in a file, to be read by any thread. Raises sqlite3.DatabaseError for a file that is no search index of this format."""
    # immutable: the file never changes once it stands, so that no lock is needed, on a read-only disk neither
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
        raise sqlite3.DatabaseError(f"{path} is of another format")
    return Segment(connection)


def stored(pieces: Sequence[Span]) -> str | None:
    """The parts of a text as the table of things has them; None for none."""
    return str([list(piece) for piece in pieces]) if pieces else None  # of whole numbers: what json.dumps would write, sooner


def pieces_of(spans: str | None) -> tuple[Span, ...]:
    """The parts of a text, from how the table of things has them."""
    return tuple((first, last) for first, last in json.loads(spans or "[]"))
