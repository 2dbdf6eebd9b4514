"""The embedded store: a folder of plain shards and a manifest, which are the truth, and an index over them that can be made anew at any time.

    manifest.json     which documents, from which files, and which shard each has
    zhengpu.toml      the analyst's corrections, if there are any (`zhengpu.graph.storage.rules`)
    documents/        one compressed N-Triples shard a document, and the remarks of its reading (observations/, derived/, schema/: the others)
    links.sqlite      what linking remembers of each document (`zhengpu.graph.links.link_cache`); can be thrown away
    ledger.sqlite     which files were read, and what came of each (`zhengpu.pipeline.ledger`); can be thrown away
    index/<state>/    a pyoxigraph store over the union of the shards that the manifest lists, and the search index over that

A change writes the new shards under new names, makes the new index beside the old, and then replaces the manifest: that one rename is the commit.
Whatever a crash leaves behind is a store as it was before or after, and files that no manifest names; the next change clears those away.
Readers take no lock. One process at a time may change a store.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from zhengpu.corrections_file import NAME as CORRECTIONS
from zhengpu.errors import StoreError
from zhengpu.graph.storage import committing, index
from zhengpu.graph.storage.committing import Indexing
from zhengpu.graph.storage.contents import Contents
from zhengpu.graph.storage.filing import check, filed
from zhengpu.graph.storage.manifest import NAME, Entry, Manifest, read_manifest
from zhengpu.graph.storage.relinking import is_links, relink
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.triples.schema import schema_shard

Progress = Callable[[int], None]
_LOG = logging.getLogger(__name__)  # what a user should know and no caller has to act on; on standard error unless logging is set up


@dataclass(frozen=True, slots=True)
class Changes:
    """What a call of `Store.add` did, as IRIs of documents in their order."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


class Store(Contents):
    """A store directory, open. Answers queries (see `TripleSource`), over the state in which it was opened or last changed through this object.

    Use `open_store` or `create_store`."""

    def add(self, documents: Iterable[Shard | Entry], progress: Progress | None = None, indexing: Indexing | None = None) -> Changes:
        """Puts shards in, each in the place of an earlier one of the same IRI: all of them, or, where anything fails, none.

        An Entry stands for a shard whose files lie in the store's folders already, where `zhengpu.graph.storage.filing.filed` has put them while this
        call asked for the next one; its triples are read once, when they go into the index, and must have the digest that the entry says.
        Shards that are there already change nothing, on disk either. Of two with one IRI in one call the last counts.
        A file that is now another document than before (its title is read better, or was corrected) leaves nothing of the earlier one.
        `progress` is told of each that is taken in, `indexing` of those that went into the index.
        Raises StoreError for triples that are not N-Triples without blank nodes, and where another process is changing the store."""
        with committing.writing(self.folder):
            before = read_manifest(self.folder)
            after = dict(before.entries)
            outcomes: dict[str, str] = {}
            schema = schema_shard()
            for given in chain(documents, (schema,)):
                old = before.entries.get(given.iri)
                if isinstance(given, Entry):
                    check(self.folder, given)
                    entry = given
                else:  # written at once, so that one is held at a time
                    entry = filed(self.folder, given, old)
                after[entry.iri] = entry
                if given is not schema:
                    is_same = old is not None and old.shard_sha256 == entry.shard_sha256
                    outcomes[entry.iri] = "unchanged" if is_same else "replaced" if old else "added"
                    if progress:
                        progress(1)
            for old_iri, new_iri in _superseded(before, after, outcomes):
                del after[old_iri]
                outcomes[new_iri] = "replaced"
            relink(self.folder, before.entries, after)
            self._commit(before, after, indexing)
            return Changes(*(tuple(sorted(iri for iri, outcome in outcomes.items() if outcome == name)) for name in ("added", "replaced", "unchanged")))

    def remove(self, name: str) -> Entry:
        """Takes a document or a file of observed values out (by any name that `document` knows), and gives the entry that it had.

        Raises UnknownName, StoreError."""
        with committing.writing(self.folder):
            before = self._manifest = read_manifest(self.folder)
            gone = self._named(name, (*self.documents, *self.observations))
            after = {iri: entry for iri, entry in before.entries.items() if iri != gone.iri}
            relink(self.folder, before.entries, after)
            self._commit(before, after)
            return gone

    def link(self, progress: Progress | None = None) -> tuple[Entry, ...]:
        """Computes the links between all documents anew, and gives their shards. From then on every change of the store brings them up to date itself."""
        self.add(())  # the ontology of this version, which names the links, in a store that an earlier one built
        with committing.writing(self.folder):
            before = read_manifest(self.folder)
            after = dict(before.entries)
            relink(self.folder, before.entries, after, anew=True, progress=progress)
            self._commit(before, after)
            return self.links

    def unlink(self) -> int:
        """Takes all links between documents out; the number of shards that went."""
        with committing.writing(self.folder):
            before = read_manifest(self.folder)
            self._commit(before, {iri: entry for iri, entry in before.entries.items() if not is_links(entry)})
            return sum(map(is_links, before.entries.values()))

    def rebuild(self, indexing: Indexing | None = None) -> None:
        """Makes the index anew from the shards, and swaps it in.

        Raises StoreError where a shard is damaged; the old index then stays."""
        with committing.writing(self.folder):
            manifest = read_manifest(self.folder)
            committing.rebuild(self.folder, manifest, indexing)
            self._open(manifest)
            committing.clear(self.folder, manifest, {manifest.state()})

    def _commit(self, before: Manifest, entries: Mapping[str, Entry], indexing: Indexing | None = None) -> None:
        """Makes these entries the contents of the store, and of this object."""
        after = Manifest.of(entries.values())
        committing.commit(self.folder, before, after, indexing)
        self._open(after)
        committing.clear(self.folder, after, None if after == before else {before.state(), after.state()})


def _superseded(before: Manifest, after: Mapping[str, Entry], given: Collection[str]) -> list[tuple[str, str]]:
    """(old IRI, new IRI) of the documents of `before` that came from the same bytes under the same name as one that is given, and are not given themselves."""
    files = {(after[iri].source, after[iri].sha256): iri for iri in given}
    return [
        (iri, files[entry.source, entry.sha256])
        for iri, entry in before.entries.items()
        if iri not in given and entry.sha256 and (entry.source, entry.sha256) in files
    ]


def open_store(path: str | Path) -> Store:
    """The store at `path`, for reading and, through its methods, for changing. An index that is missing or damaged is made anew.

    Raises StoreError where there is no store, where something else is in its place, or where its manifest or shards are damaged."""
    folder = Path(path)
    if not (folder / NAME).is_file():
        _refuse_other(folder)
        raise StoreError(f"There is no store at {folder}. Build one: zhengpu build PATH --store {folder}")
    for _ in range(3):  # two changes may be committed between the reading of the manifest and the opening of its index
        manifest = read_manifest(folder)
        state = index.folder_of(folder, manifest.state())
        try:
            return Store(folder, manifest, index.open_index(state), index.open_search(state))
        except OSError:
            time.sleep(0.05)
    _LOG.warning("The index of the store %s is missing, damaged or of another version; it is made anew from the shards.", folder)
    store = Store(folder, manifest, ox.Store(), None)
    store.rebuild()
    return store


def create_store(path: str | Path) -> Store:
    """The store at `path`, made there if nothing is, or nothing but an empty folder.

    Raises StoreError for a folder or file that is something else; it stays as it is."""
    folder = Path(path)
    if not (folder / NAME).is_file():
        _refuse_other(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with committing.writing(folder):
                if not (folder / NAME).is_file():
                    Manifest({}).write(folder)
        except OSError as error:
            raise StoreError(f"No store can be made at {folder}: {error}") from error
        store = Store(folder, read_manifest(folder), ox.Store(), None)
        store.add(())
        return store
    return open_store(folder)


def _refuse_other(folder: Path) -> None:
    """Raises StoreError where `folder` is there, has no manifest, and holds something else than the beginnings of a store."""
    if folder.is_file():
        raise StoreError(f"{folder} is a file, not a store. Name another folder with --store.")
    if not folder.is_dir():
        return
    try:
        others = sorted(child.name for child in folder.iterdir() if child.name not in (committing.LOCK, CORRECTIONS) and not child.name.startswith(f".{NAME}."))
    except OSError as error:
        raise StoreError(f"{folder} cannot be looked into: {error}") from error
    if others:
        names = ", ".join(others[:3]) + (" …" if len(others) > 3 else "")
        raise StoreError(f"{folder} is not a store: it has no {NAME}, but {names}. It is left as it is; name another folder with --store.")
