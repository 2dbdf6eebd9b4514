"""What linking remembers of each document, so that a build reads only what is new: links.sqlite beside the manifest. It can be thrown away at any time.

It knows for which documents the derived shards of the store were last computed (`state`). Where that is not what the manifest says (a crash between the
two, a copy put back, other rules), everything is computed anew. Rows of `key` are ordered by date and document; only the first `FIRST` of a key count, so
that a wording that a thousand documents share costs no more than one that eight do, and links lead to where it came from. Of the measures found so, those
are compared that share most keys; their letters are in a table of their own, for the texts of thousands of documents are not at hand.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import astuple, dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path

from zhengpu.graph.links import link_bodies, link_indicators, link_measures, link_names, link_reuse, link_works
from zhengpu.graph.links.link_features import Body, Features, Measure, Names, Target, Work, features
from zhengpu.graph.links.link_letters import Letters, digest

NAME = "links.sqlite"
FORMAT = 3  # of the tables, and of what the keys are made from
FIRST = 8  # rows of a key, by date, that others are linked to
_TEXT = -1  # `unit` of a fingerprint of the whole text; a measure's is its number
_NEAREST = 16  # measures that one is compared with, those first that share most keys with it
_SOURCES = 3  # documents that a text is compared with
_HELD = 64  # documents whose texts are held in memory, those asked for last
_MEASURES_HELD = 4096  # the same of measures
_PAGES = 64_000  # kB of the tables that are held in memory
_SCHEMA = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE document (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, date INTEGER NOT NULL, names TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE measure (document INTEGER, unit INTEGER, iri TEXT NOT NULL, form TEXT NOT NULL, PRIMARY KEY (document, unit)) WITHOUT ROWID;
CREATE TABLE key (key INTEGER, date INTEGER, document INTEGER, unit INTEGER, PRIMARY KEY (key, date, document, unit)) WITHOUT ROWID;
{link_names.SCHEMA}"""

Read = Callable[[str], bytes]  # the IRI of a document -> its shard
Row = tuple[int, int, int, int]  # key, date, document, unit


@dataclass(frozen=True)  # without slots, for cached_property
class Remembered:
    """A document's features, and what they are compared by."""

    features: Features

    @cached_property
    def letters(self) -> Letters:
        """Those of the plan itself."""
        return Letters.of(self.features.text, *self.features.body)

    @cached_property
    def measures(self) -> tuple[Letters, ...]:
        return tuple(Letters.of(self.features.text, measure.start, measure.end) for measure in self.features.measures)

    @cached_property
    def bands(self) -> tuple[list[int], ...]:
        """For each measure the numbers under which others that are alike are found."""
        return tuple(map(link_measures.bands, self.measures))

    @cached_property
    def fingerprints(self) -> list[int]:
        return link_reuse.fingerprints(self.letters)

    @property
    def order(self) -> tuple[int, int]:
        """By date; of one day by a number that is the same on every machine."""
        return self.features.names.date, digest(self.features.names.iri)

    @property
    def rows(self) -> Iterator[Row]:
        for number, bands in enumerate(self.bands):
            for band in bands:
                yield band, *self.order, number
        for fingerprint in self.fingerprints:
            yield fingerprint, *self.order, _TEXT


class Cache:
    """The features of the documents, and who shares a key with whom."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use `opened`."""
        self._sql = connection
        self._held: dict[str, Remembered] = {}
        self._measure = lru_cache(_MEASURES_HELD)(self._read_measure)
        self.shared = link_names.NameTable(connection)
        self.changed: list[Names] = []  # the names of the documents that came and went with `renew`, if not all are touched anyway

    @property
    def state(self) -> str:
        row = self._sql.execute("SELECT value FROM state WHERE name = 'state'").fetchone()
        return str(row[0]) if row else ""

    @state.setter
    def state(self, value: str) -> None:
        self._sql.execute("INSERT OR REPLACE INTO state VALUES ('state', ?)", (value,))

    def renew(self, documents: Mapping[str, str], read: Read, *, anew: bool) -> set[str]:
        """Makes the cache one of these documents (IRI -> digest of its shard); the IRIs of those whose links may now be others, gone ones among them.

        With `anew`, those are all."""
        known = dict(self._sql.execute("SELECT iri, sha256 FROM document").fetchall())
        gone = sorted(iri for iri, sha256 in known.items() if documents.get(iri) != sha256)
        come = sorted(iri for iri, sha256 in documents.items() if known.get(iri) != sha256)
        followers: set[int] = set()
        for iri in () if anew else gone:
            followers |= self._followers(iri)
        for iri in gone:
            left = self.remembered(iri)
            self.shared.take(left.order[1], _shared(left.features.names))
            self.changed += () if anew else (left.features.names,)
            self._sql.executemany("DELETE FROM key WHERE key = ? AND date = ? AND document = ? AND unit = ?", left.rows)
            self._sql.execute("DELETE FROM measure WHERE document = ?", left.order[1:])
            self._sql.execute("DELETE FROM document WHERE iri = ?", (iri,))
            self._held.pop(iri, None)
        with self._many_keys() if anew else nullcontext("key") as keys:
            for iri in come:
                found = features(iri, read(iri))
                self._insert(found, documents[iri], keys)
                self.changed += () if anew else (found.names,)
        if anew:
            return documents.keys() | set(gone)
        for iri in come:
            followers |= self._followers(iri)
        touched = {str(row[0]) for number in followers for row in self._sql.execute("SELECT iri FROM document WHERE id = ?", (number,))}
        return touched.union(gone, come)

    @contextmanager
    def _many_keys(self) -> Iterator[str]:
        """A table for the keys of many documents, which come from it into the tree of all keys in order, each page once."""
        self._sql.execute("CREATE TEMP TABLE many_keys (key INTEGER, date INTEGER, document INTEGER, unit INTEGER)")
        yield "many_keys"
        self._sql.execute("INSERT OR IGNORE INTO key SELECT * FROM many_keys ORDER BY key, date, document, unit")
        self._sql.execute("DROP TABLE many_keys")

    def _insert(self, found: Features, sha256: str, keys: str) -> None:
        names = found.names
        body = zlib.compress(json.dumps([[astuple(measure) for measure in found.measures], found.body, found.text]).encode(), 1)
        known = Remembered(found)
        row = (known.order[1], names.iri, sha256, names.date, json.dumps(astuple(names), ensure_ascii=False), body)
        self._sql.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?, ?)", row)
        self._sql.executemany(f"INSERT OR IGNORE INTO {keys} VALUES (?, ?, ?, ?)", known.rows)
        told = zip(found.measures, known.measures, known.bands, strict=True)
        rows = ((row[0], number, measure.iri, letters.form) for number, (measure, letters, bands) in enumerate(told) if bands)
        self._sql.executemany("INSERT OR REPLACE INTO measure VALUES (?, ?, ?, ?)", rows)
        self.shared.put(known.order[1], _shared(names))
        self._hold(known)

    def _followers(self, iri: str) -> set[int]:
        """The documents that come after this one under a key of which it has one of the first rows."""
        found: set[int] = set()
        for key, date, document, _ in self.remembered(iri).rows:
            first = self._first(key)
            if any(row[1] == document for row in first):
                query = "SELECT DISTINCT document FROM key WHERE key = ? AND (date, document) > (?, ?)"
                found.update(row[0] for row in self._sql.execute(query, (key, date, document)))
        return found

    def _first(self, key: int) -> list[tuple[int, int, int]]:
        query = f"SELECT date, document, unit FROM key WHERE key = ? ORDER BY date, document, unit LIMIT {FIRST}"
        return self._sql.execute(query, (key,)).fetchall()

    def nearest(self, order: tuple[int, int], bands: Iterable[int]) -> list[tuple[str, Letters]]:
        """IRI and letters, without their places, of the measures before `order` that share most of these keys."""
        found = sorted(self._earlier(order, bands).items(), key=lambda pair: (-pair[1], pair[0]))
        return [self._measure(document, unit) for (_, document, unit), _ in found[:_NEAREST]]

    def _read_measure(self, document: int, unit: int) -> tuple[str, Letters]:
        iri, form = self._sql.execute("SELECT iri, form FROM measure WHERE document = ? AND unit = ?", (document, unit)).fetchone()
        return iri, Letters(form, ())

    def sources(self, order: tuple[int, int], fingerprints: Iterable[int]) -> list[Remembered]:
        """The documents before `order` whose texts share most of these keys."""
        found = sorted(self._earlier(order, fingerprints).items(), key=lambda pair: (-pair[1], pair[0]))
        numbers = [document for (_, document, _), _ in found[:_SOURCES]]
        return [self.remembered(self._sql.execute("SELECT iri FROM document WHERE id = ?", (number,)).fetchone()[0]) for number in numbers]

    def _earlier(self, order: tuple[int, int], keys: Iterable[int]) -> Counter[tuple[int, int, int]]:
        """Date, document and unit of the first that have one of the keys and come before `order`, and how many of the keys they have."""
        return Counter(row for key in keys for row in self._first(key) if row[:2] < order)

    def remembered(self, iri: str) -> Remembered:
        """What is remembered of the document."""
        held = self._held.get(iri)
        if held is None:
            names, body = self._sql.execute("SELECT names, body FROM document WHERE iri = ?", (iri,)).fetchone()
            measures, (start, end), text = json.loads(zlib.decompress(body))
            return self._hold(Remembered(Features(_names(names), tuple(Measure(*measure) for measure in measures), (start, end), text)))
        self._held[iri] = self._held.pop(iri)
        return held

    def _hold(self, known: Remembered) -> Remembered:
        if len(self._held) >= _HELD:
            self._held.pop(next(iter(self._held)))
        self._held[known.features.names.iri] = known
        return known

    def names(self) -> Iterator[Names]:
        """The names of all documents, by IRI."""
        return (_names(row[0]) for row in self._sql.execute("SELECT names FROM document ORDER BY iri"))


def _shared(names: Names) -> Iterator[link_names.Row]:
    """All that the document knows by name."""
    return chain(link_works.rows(names), link_indicators.rows(names), link_bodies.rows(names))


def _names(told: str) -> Names:
    iri, title, number, date, issuers, regions, plans, works, indicators, bodies, targets = json.loads(told)
    return Names(
        iri,
        title,
        number,
        date,
        tuple(issuers),
        tuple(regions),
        tuple((plan, name) for plan, name in plans),
        tuple(Work(work, tuple(titles), tuple(numbers), tuple(relations)) for work, titles, numbers, relations in works),
        tuple((indicator, label) for indicator, label in indicators),
        tuple(Body(body, label, tuple(others), kind, region) for body, label, others, kind, region in bodies),
        tuple(Target(*target) for target in targets),
    )


@contextmanager
def opened(folder: Path, *, anew: bool) -> Iterator[Cache]:
    """The cache of the store at `folder`, empty where there is none that can be read or `anew` asks for it; kept when the block ends well.

    Only the one process that may change the store opens it."""
    path = folder / NAME
    if path.exists() and (anew or not _is_sound(path)):
        path.unlink()
    is_new = not path.exists()
    with closing(sqlite3.connect(path)) as connection:
        if is_new:
            connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA cache_size = -{_PAGES}")
        with connection:
            yield Cache(connection)


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            return connection.execute("PRAGMA user_version").fetchone() == (FORMAT,) and {"state", "document", "key"} <= tables
    except sqlite3.DatabaseError:
        return False
