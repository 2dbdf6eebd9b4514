"""The reading side of a store directory: which documents and other shards it holds, what they say, and the engine and the search index over them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from zhengpu.errors import StoreError, UnknownName
from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.sources.source import Answer, Term
from zhengpu.graph.storage import index, remarks, shards
from zhengpu.graph.storage.manifest import Entry, Manifest
from zhengpu.graph.storage.relinking import is_links
from zhengpu.graph.storage.remarks import Remarks
from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.shards import Kind


class Contents:
    """A store directory, open for reading. Answers queries (see `TripleSource`) over the state in which it was opened."""

    def __init__(self, folder: Path, manifest: Manifest, engine: ox.Store, words: SearchIndex | None) -> None:
        self.folder = folder
        self._manifest = manifest
        self._source = EmbeddedSource(engine, str(folder))
        self._words = words

    def _open(self, manifest: Manifest) -> None:
        """Goes on to the state of this manifest, whose index stands."""
        self._manifest = manifest
        folder = index.folder_of(self.folder, manifest.state())
        self._source = EmbeddedSource(index.open_index(folder), str(self.folder))
        self._words = index.open_search(folder)

    @property
    def name(self) -> str:
        return str(self.folder)

    @property
    def state(self) -> str:
        """A name for the set of shards: equal names, equal triples. For caches and for indexes of one's own."""
        return self._manifest.state()

    @property
    def documents(self) -> tuple[Entry, ...]:
        """The documents, in the order of their IRIs."""
        return tuple(entry for entry in self._manifest.entries.values() if entry.kind is Kind.DOCUMENT)

    @property
    def links(self) -> tuple[Entry, ...]:
        """The shards of links between documents; none where `link` was never called, or they were taken out."""
        return tuple(entry for entry in self._manifest.entries.values() if is_links(entry))

    @property
    def observations(self) -> tuple[Entry, ...]:
        """The files of observed values, in the order of their IRIs."""
        return tuple(entry for entry in self._manifest.entries.values() if entry.kind is Kind.OBSERVATIONS)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every shard: documents, observed values, derived ones and the schema."""
        return tuple(self._manifest.entries.values())

    def triples(self, entry: Entry) -> bytes:
        """The shard of the entry, as sorted N-Triples."""
        return shards.read(self.folder / entry.shard, entry.shard_sha256)

    def remarks(self, entry: Entry) -> Remarks:
        """What the reading of the entry's document left beside its facts; nothing in a store of before they were kept."""
        return remarks.read(self.folder / entry.remarks) if entry.remarks else Remarks()

    def document(self, name: str) -> Entry:
        """The document with this IRI, last part of its IRI (its 文号), title or source file.

        Raises UnknownName where there is none, or more than one."""
        return self._named(name, self.documents)

    def _named(self, name: str, entries: tuple[Entry, ...]) -> Entry:
        found = [entry for entry in entries if name in (entry.iri, entry.title, entry.source) or entry.iri.endswith(f"/{name}")]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownName("single document", name, advice=f"These have that name: {', '.join(entry.iri for entry in found)}. Give the IRI.")
        known = [text for entry in entries for text in (entry.iri, entry.title, entry.source, entry.iri.rpartition("/")[2]) if text]
        raise UnknownName("document", name, known, f"The store {self.folder} holds {len(self.documents)} documents.")

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None, *, trusted: bool = False) -> Answer:
        return self._source.query(sparql, bindings, trusted=trusted)

    @property
    def words(self) -> SearchIndex:
        """The search index, of the same state as the graph. Raises StoreError when the store is closed."""
        if self._words is None:
            raise StoreError(f"The store {self.folder} is closed. Open it again.")
        return self._words

    def __len__(self) -> int:
        """The number of triples."""
        return len(self._source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the index; the object answers nothing afterwards."""
        self._source = EmbeddedSource(ox.Store(), f"{self.folder} (closed)")
        self._words = None
