"""The embedded store: a folder of plain shards and a manifest, which are the truth, and an index over them that can be made anew at any time.

    manifest.json     which documents, from which files, and which shard each has
    zhengpu.toml      the analyst's corrections, if there are any (`zhengpu.graph.storage.rules`)
    documents/        one compressed N-Triples shard a document, and the remarks of its reading (observations/, derived/, schema/: the others)
    links.sqlite      what linking remembers of each document (`zhengpu.graph.links.link_cache`); can be thrown away
    index/<state>/    a pyoxigraph store over the union of the shards that the manifest lists, and the search index over that

A change writes the new shards under new names, makes the new index beside the old, and then replaces the manifest: that one rename is the commit.
Whatever a crash leaves behind is a store as it was before or after, and files that no manifest names; the next change clears those away.
Readers take no lock. One process at a time may change a store.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from zhengpu.corrections_file import NAME as CORRECTIONS
from zhengpu.errors import StoreError, UnknownName
from zhengpu.graph.links import linking
from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.sources.source import Answer, Term
from zhengpu.graph.storage import index, remarks, shards
from zhengpu.graph.storage.manifest import NAME, Entry, Manifest, read_manifest
from zhengpu.graph.storage.remarks import Remarks
from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.shards import Kind, Shard
from zhengpu.graph.triples.schema import schema_shard

Progress = Callable[[int], None]
_LOCK = "lock"
_LOG = logging.getLogger(__name__)  # what a user should know and no caller has to act on; on standard error unless logging is set up


@dataclass(frozen=True, slots=True)
class Changes:
    """What a call of `Store.add` did, as IRIs of documents in their order."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


class Store:
    """A store directory, open. Answers queries (see `TripleSource`), over the state in which it was opened or last changed through this object."""

    def __init__(self, folder: Path, manifest: Manifest, engine: ox.Store, words: SearchIndex | None) -> None:
        """Use `open_store` or `create_store`."""
        self.folder = folder
        self._manifest = manifest
        self._source = EmbeddedSource(engine, str(folder))
        self._words = words

    # Reading ---------------------------------------------------------------------------------------------------------

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
        return tuple(entry for entry in self._manifest.entries.values() if _is_links(entry))

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

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the index; the object answers nothing afterwards."""
        self._source = EmbeddedSource(ox.Store(), f"{self.folder} (closed)")
        self._words = None

    # Changing --------------------------------------------------------------------------------------------------------

    def add(self, documents: Iterable[Shard], progress: Progress | None = None) -> Changes:
        """Puts shards in, each in the place of an earlier one of the same IRI: all of them, or, where anything fails, none.

        Shards that are there already change nothing, on disk either. Of two with one IRI in one call the last counts.
        A file that is now another document than before (its title is read better, or was corrected) leaves nothing of the earlier one.
        Raises StoreError for triples that are not N-Triples without blank nodes, and where another process is changing the store."""
        with _writing(self.folder):
            before = read_manifest(self.folder)
            after = dict(before.entries)
            into: set[str] = set()
            outcomes: dict[str, str] = {}
            schema = schema_shard()
            for shard in chain(documents, (schema,)):
                triples = schema.triples if shard is schema else shards.canonical(shard.triples, shard.source or shard.iri)
                entry = after[shard.iri] = Entry.of(shard, triples)
                old = before.entries.get(shard.iri)
                is_new = old is None or old.shard_sha256 != entry.shard_sha256
                (into.add if is_new else into.discard)(shard.iri)
                # written at once, so that one is held at a time; until the manifest names it, it is nothing
                if is_new or not shards.is_whole(self.folder / entry.shard, entry.shard_sha256):
                    (self.folder / entry.shard).parent.mkdir(exist_ok=True)
                    shards.write(self.folder / entry.shard, triples)
                if entry.remarks:
                    remarks.write(self.folder / entry.remarks, shard.remarks.packed())
                if shard is not schema:
                    outcomes[shard.iri] = "added" if old is None else "replaced" if is_new else "unchanged"
                    if progress:
                        progress(1)
            for old_iri, new_iri in _superseded(before, after, outcomes):
                del after[old_iri]
                outcomes[new_iri] = "replaced"
            self._relink(before, after, into)
            self._commit(before, Manifest.of(after.values()), into)
            return Changes(*(tuple(sorted(iri for iri, outcome in outcomes.items() if outcome == name)) for name in ("added", "replaced", "unchanged")))

    def remove(self, name: str) -> Entry:
        """Takes a document or a file of observed values out (by any name that `document` knows), and gives the entry that it had.

        Raises UnknownName, StoreError."""
        with _writing(self.folder):
            before = self._manifest = read_manifest(self.folder)
            gone = self._named(name, (*self.documents, *self.observations))
            after, into = {iri: entry for iri, entry in before.entries.items() if iri != gone.iri}, set[str]()
            self._relink(before, after, into)
            self._commit(before, Manifest.of(after.values()), into)
            return gone

    def link(self, progress: Progress | None = None) -> tuple[Entry, ...]:
        """Computes the links between all documents anew, and gives their shards. From then on every change of the store brings them up to date itself."""
        self.add(())  # the ontology of this version, which names the links, in a store that an earlier one built
        with _writing(self.folder):
            before = read_manifest(self.folder)
            after, into = dict(before.entries), set[str]()
            self._relink(before, after, into, anew=True, progress=progress)
            self._commit(before, Manifest.of(after.values()), into)
            return self.links

    def unlink(self) -> int:
        """Takes all links between documents out; the number of shards that went."""
        with _writing(self.folder):
            before = read_manifest(self.folder)
            self._commit(before, Manifest.of(entry for entry in before.entries.values() if not _is_links(entry)), set())
            return sum(map(_is_links, before.entries.values()))

    def rebuild(self, progress: Progress | None = None) -> None:
        """Makes the index anew from the shards, and swaps it in. Raises StoreError where a shard is damaged; the old index then stays."""
        with _writing(self.folder):
            manifest = read_manifest(self.folder)
            old = self.folder / "index" / manifest.state()
            aside = self._aside(manifest)
            index.build(aside, self._shards(manifest), progress)
            if old.exists():
                old.rename(old.with_name(f".{old.name}.old"))
            aside.rename(old)
            self._open(manifest)
            self._clear(manifest, {manifest.state()})

    def _relink(self, before: Manifest, after: dict[str, Entry], into: set[str], *, anew: bool = False, progress: Progress | None = None) -> None:
        """Brings the derived shards in `after` up to date with the documents there, if the store has links or is to have them; `into` as for `_commit`."""
        standing = frozenset(entry.iri for entry in before.entries.values() if _is_links(entry))
        if not standing and not anew:
            return

        def read(iri: str) -> bytes:
            return self.triples(after[iri])

        change = linking.Change(_documents(before.entries), _documents(after), standing)
        relinked = linking.relinked(self.folder, change, read, anew=anew, progress=progress)
        for iri in relinked.gone:
            del after[iri]
        for iri, shard in relinked.come.items():
            triples = shards.canonical(shard.triples, iri)
            entry = after[iri] = Entry.of(shard, triples)
            old = before.entries.get(iri)
            if old is None or old.shard_sha256 != entry.shard_sha256:
                into.add(iri)
            if iri in into or not shards.is_whole(self.folder / entry.shard, entry.shard_sha256):
                (self.folder / entry.shard).parent.mkdir(exist_ok=True)
                shards.write(self.folder / entry.shard, triples)

    def _commit(self, before: Manifest, after: Manifest, into: Collection[str]) -> None:
        """Makes `after` the store's contents; `into` names its new shards, which lie in their folders. Nothing is written where nothing differs."""
        if after != before:
            self._index(before, after, into)
            after.write(self.folder)
        self._open(after)
        self._clear(after, None if after == before else {before.state(), after.state()})

    def _index(self, before: Manifest, after: Manifest, into: Collection[str]) -> None:
        """The index of `after`, beside that of `before`: a changed copy, or, where most is new or the old one is gone, made anew."""
        folder = self.folder / "index" / after.state()
        if index.stands(folder):
            return
        base = self.folder / "index" / before.state()
        out = [entry for iri, entry in before.entries.items() if iri not in after.entries or iri in into]
        going = sum(entry.triples for entry in out)
        staying = sum(entry.triples for entry in before.entries.values()) - going
        aside = self._aside(after)
        if not (index.stands(base) and going < staying and self._advanced(base, aside, out, after, into)):
            index.build(self._aside(after), self._shards(after))
        aside.rename(folder)

    def _advanced(self, base: Path, aside: Path, out: Iterable[Entry], after: Manifest, into: Collection[str]) -> bool:
        """Whether the index could be made from the old one: not where that, or a shard that goes, is damaged."""

        def shard_of(iri: str) -> bytes | None:
            return self.triples(after.entries[iri]) if iri in after.entries else None

        going = ((entry.iri, self.triples(entry)) for entry in out)
        coming = ((iri, self.triples(after.entries[iri])) for iri in sorted(into))
        try:
            index.advance(base, aside, going, coming, shard_of)
        except (OSError, RuntimeError, StoreError, sqlite3.Error):
            return False
        return True

    def _aside(self, manifest: Manifest) -> Path:
        """Where the index of the manifest is made; nothing is there yet."""
        folder = self.folder / "index" / f".{manifest.state()}.new"
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def _shards(self, manifest: Manifest) -> Iterator[index.Triples]:
        return ((entry.iri, self.triples(entry)) for entry in manifest.entries.values())

    def _open(self, manifest: Manifest) -> None:
        self._manifest = manifest
        folder = self.folder / "index" / manifest.state()
        self._source = EmbeddedSource(index.open_index(folder), str(self.folder))
        self._words = index.open_search(folder)

    def _clear(self, manifest: Manifest, states: set[str] | None) -> None:
        """Removes what crashes left, shards that the manifest does not name, and indexes but those of `states` (None: but whole ones).

        The index before the last stays, for a reader that has read the old manifest and is about to open it."""
        for folder in (self.folder / "index").iterdir():
            if folder.name.startswith(".") or (states is not None and folder.name not in states):
                shutil.rmtree(folder, ignore_errors=True)
        named = {name for entry in manifest.entries.values() for name in (entry.shard, entry.remarks)}
        written = [(kind.value, file) for kind in Kind for file in (self.folder / kind.value).glob("*.gz*")]
        for kind, file in [*written, *(("", file) for file in self.folder.glob(f".{NAME}.*.tmp"))]:
            if f"{kind}/{file.name}" not in named:
                file.unlink(missing_ok=True)


def _is_links(entry: Entry) -> bool:
    return entry.kind is Kind.DERIVED and linking.OPTION in entry.options


def _documents(entries: Mapping[str, Entry]) -> dict[str, str]:
    """IRI -> digest of the shard, of the documents among the entries."""
    return {iri: entry.shard_sha256 for iri, entry in entries.items() if entry.kind is Kind.DOCUMENT}


def _superseded(before: Manifest, after: Mapping[str, Entry], given: Collection[str]) -> list[tuple[str, str]]:
    """(old IRI, new IRI) of the documents of `before` that came from the same bytes under the same name as one that is given, and are not given themselves."""
    files = {(after[iri].source, after[iri].sha256): iri for iri in given}
    return [
        (iri, files[entry.source, entry.sha256])
        for iri, entry in before.entries.items()
        if iri not in given and entry.sha256 and (entry.source, entry.sha256) in files
    ]


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """The right to change the store, for one process at a time; the operating system gives it back when a process dies.

    SQLite locks a file alike on every system. Raises StoreError where another process has the right."""
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(closing(sqlite3.connect(folder / _LOCK, timeout=0, isolation_level=None)))
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            busy = "another process is changing it. Wait until it has finished, then try again; reading goes on meanwhile."
            why = busy if "locked" in str(error) else f"{error}. Look at the rights of the folder."
            raise StoreError(f"The store {folder} cannot be changed now: {why}") from error
        yield


def open_store(path: str | Path) -> Store:
    """The store at `path`, for reading and, through its methods, for changing. An index that is missing or damaged is made anew.

    Raises StoreError where there is no store, where something else is in its place, or where its manifest or shards are damaged."""
    folder = Path(path)
    if not (folder / NAME).is_file():
        _refuse_other(folder)
        raise StoreError(f"There is no store at {folder}. Build one: zhengpu build PATH --store {folder}")
    for _ in range(3):  # two changes may be committed between the reading of the manifest and the opening of its index
        manifest = read_manifest(folder)
        state = folder / "index" / manifest.state()
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
            with _writing(folder):
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
        others = sorted(child.name for child in folder.iterdir() if child.name not in (_LOCK, CORRECTIONS) and not child.name.startswith(f".{NAME}."))
    except OSError as error:
        raise StoreError(f"{folder} cannot be looked into: {error}") from error
    if others:
        names = ", ".join(others[:3]) + (" …" if len(others) > 3 else "")
        raise StoreError(f"{folder} is not a store: it has no {NAME}, but {names}. It is left as it is; name another folder with --store.")
