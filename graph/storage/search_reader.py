"""Asking the search index: which names and texts have these words, in the order of ids or by rank, and what stands behind an id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from zhengpu.graph.sources.searched import ORDER, Span
from zhengpu.graph.storage import search_weights
from zhengpu.graph.storage.search_numbers import DOCUMENT, REST, SPAN, WHOLE, bounds, moved, position_of
from zhengpu.graph.storage.search_segment import Gone, Row, opened, pieces_of

TEXTS = (0, bounds(REST)[1])  # every text once: those of units, and what of documents lies in none


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
    """A search index of one or more segments, open for reading; any thread may ask."""

    def __init__(self, files: Sequence[Path]) -> None:
        """`files` are the segments, the oldest first. Raises sqlite3.DatabaseError for a file that is no search index of this format."""
        self.segments = tuple(map(opened, files))
        for later in self.segments:
            for position, numbers in groupby(sorted(later.gone(), key=_place), key=_place):
                self.segments[position].bury(numbers)

    def named(self, form: str, span: Span) -> list[Name]:
        """Those whose folded name is `form`, of the ids in `span`."""
        query = "SELECT id, thing, own, text, folded FROM name WHERE folded = ? AND id BETWEEN ? AND ?"
        return list(map(_name, self._merged(query, "thing", (form, *span), "id")))

    def names(self, words: Sequence[str], span: Span) -> Iterator[Name]:
        """The names that have all of these folded words, as they are read from the index, by id."""
        query = "SELECT id, thing, own, text, folded FROM names JOIN name ON name.id = names.rowid WHERE names MATCH ? AND names.rowid BETWEEN ? AND ?"
        return map(_name, self._merged(query, "thing", (search_weights.match(words), *span), "names.rowid"))

    def texts(self, words: Sequence[str], span: Span) -> Iterator[int]:
        """The ids of the texts that have all of these folded words, as they are read from the index."""
        query = "SELECT rowid FROM texts WHERE texts MATCH ? AND rowid BETWEEN ? AND ?"
        return (number for (number,) in self._merged(query, "rowid", (search_weights.match(words), *span), "rowid"))

    def _merged(self, query: str, column: str, values: tuple[object, ...], order: str) -> Iterator[tuple[int, ...]]:
        """The rows of all segments by their first column, without those whose number in `column` is gone."""
        rows = (segment.sql.execute(f"{query}{segment.there(column)} ORDER BY {order}", values) for segment in self.segments)
        return merge(*rows, key=itemgetter(0))

    def weights(self, words: Sequence[str], span: Span) -> dict[int, float]:
        """The same with their weights by BM25, positive; this reads all of them."""
        return search_weights.weights(self.segments, words, span)

    def thing(self, number: int) -> Found:
        """The thing of the id of a thing, or of a text."""
        code = number // SPAN
        key = moved(number, DOCUMENT) if code in (REST, WHOLE) else number
        columns = "SELECT thing.iri, home.iri, thing.start, thing.end, thing.pieces FROM thing"
        query = f"{columns} LEFT JOIN thing AS home ON home.id = thing.document WHERE thing.id = ?"
        iri, document, start, end, stored = self.segments[position_of(key)].sql.execute(query, (key,)).fetchone()
        extent = None if start is None else (start, end)
        return Found(iri, ORDER[key // SPAN], document, extent, ((extent,) if extent else ()) if code == WHOLE else pieces_of(stored))

    def row(self, iri: str) -> Row | None:
        """The id of a thing and that of its document; None for what is not in the index."""
        return next((row for segment in reversed(self.segments) if (row := segment.row(iri))), None)

    def label(self, iri: str, language: str = "zh") -> str:
        """Its own name in the language, else another name, else its IRI."""
        row = self.row(iri)
        query = "SELECT text FROM name WHERE thing = ? ORDER BY own DESC, language <> ?, id LIMIT 1"
        name = row and self.segments[position_of(row[0])].sql.execute(query, (row[0], language)).fetchone()
        return name[0] if name else iri

    def text(self, document: str) -> str:
        """The text of a document."""
        row = self.row(document)
        return self.segments[position_of(row[0])].text(row[0]) if row and row[0] == row[1] else ""

    def contents(self) -> list[tuple[object, ...]]:
        """All that the tables say, apart from the numbers of rows: two indexes over one graph have the same."""
        return sorted((row for segment in self.segments for row in segment.contents()), key=str)


def _place(row: Gone) -> int:
    return position_of(row[0])


def _name(row: tuple[object, ...]) -> Name:
    _, thing, own, text, form = row
    return Name(int(str(thing)), bool(own), str(text), str(form))
