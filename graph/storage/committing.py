"""Committing a change: the index of the new contents is made beside the old, and then the manifest takes the place of the old one, by one rename."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from zhengpu.errors import StoreError
from zhengpu.graph.storage import index, shards
from zhengpu.graph.storage.manifest import NAME, Entry, Manifest
from zhengpu.graph.storage.shards import Kind

LOCK = "lock"
Indexing = Callable[[int, int], None]  # documents that went into the new index, of how many


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """The right to change the store, for one process at a time; the operating system gives it back when a process dies.

    SQLite locks a file alike on every system. Raises StoreError where another process has the right, and where the block ends because the
    disk takes nothing more; what was made of a new index then goes, so that it does not keep the room."""
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(closing(sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)))
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            busy = "another process is changing it. Wait until it has finished, then try again; reading goes on meanwhile."
            why = busy if "locked" in str(error) else f"{error}. Look at the rights of the folder."
            raise StoreError(f"The store {folder} cannot be changed now: {why}") from error
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            for left in (folder / "index").glob(".*.new"):
                shutil.rmtree(left, ignore_errors=True)
            advice = "Make room on its disk, or see to its rights; then do the same again."
            raise StoreError(f"The store {folder} could not be changed, and is as it was before: {error}. {advice}") from error


def commit(folder: Path, before: Manifest, after: Manifest, indexing: Indexing | None = None) -> None:
    """Makes `after`, whose shards lie in their folders, the contents of the store. Nothing is written where nothing differs."""
    if after != before:
        _index(folder, before, after, indexing)
        after.write(folder)


def rebuild(folder: Path, manifest: Manifest, indexing: Indexing | None = None) -> None:
    """Makes the index anew from the shards, and swaps it in. Raises StoreError where a shard is damaged; the old index then stays."""
    old = index.folder_of(folder, manifest.state())
    aside = _aside(folder, manifest)
    index.build(aside, _shards(folder, manifest.entries.values(), indexing))
    if old.exists():
        old.rename(old.with_name(f".{old.name}.old"))
    aside.rename(old)


def clear(folder: Path, manifest: Manifest, states: Collection[str] | None) -> None:
    """Removes what crashes left, shards that the manifest does not name, and indexes but those of `states` (None: but whole ones).

    The index before the last stays, for a reader that has read the old manifest and is about to open it."""
    for state in index.folder_of(folder, "").iterdir():
        if state.name.startswith(".") or (states is not None and state.name not in states):
            shutil.rmtree(state, ignore_errors=True)
    named = {name for entry in manifest.entries.values() for name in (entry.shard, entry.remarks)}
    written = [(kind.value, file) for kind in Kind for file in (folder / kind.value).glob("*.gz*")]
    for kind, file in [*written, *(("", file) for file in folder.glob(f".{NAME}.*.tmp"))]:
        if f"{kind}/{file.name}" not in named:
            file.unlink(missing_ok=True)


def _index(folder: Path, before: Manifest, after: Manifest, indexing: Indexing | None) -> None:
    """The index of `after`, beside that of `before`: a changed copy, or, where most is new or the old one is gone, made anew."""
    target = index.folder_of(folder, after.state())
    if index.stands(target):
        return
    base = index.folder_of(folder, before.state())
    going = sum(entry.triples for entry in before.entries.values() if not _has(after, entry))
    coming = sum(entry.triples for entry in after.entries.values() if not _has(before, entry))
    staying = sum(entry.triples for entry in before.entries.values()) - going
    aside = _aside(folder, after)
    if not (index.stands(base) and max(going, coming) < staying and _advanced(folder, base, aside, before, after, indexing)):
        aside = _aside(folder, after)
        index.build(aside, _shards(folder, after.entries.values(), indexing))
    aside.rename(target)


def _advanced(folder: Path, base: Path, aside: Path, before: Manifest, after: Manifest, indexing: Indexing | None) -> bool:
    """Whether the index could be made from the old one: not where that, or a shard that goes, is damaged."""

    def shard_of(iri: str) -> bytes | None:
        return _read(folder, after.entries[iri]) if iri in after.entries else None

    out = [entry for entry in before.entries.values() if not _has(after, entry)]
    into = [entry for entry in after.entries.values() if not _has(before, entry)]
    size = sum(entry.triples for entry in (*out, *into))
    try:
        index.advance(base, aside, _shards(folder, out), _shards(folder, into, indexing), shard_of, size)
    except (OSError, RuntimeError, StoreError, sqlite3.Error):
        return False
    return True


def _has(manifest: Manifest, entry: Entry) -> bool:
    """Whether the manifest has the same shard under the same IRI."""
    there = manifest.entries.get(entry.iri)
    return there is not None and there.shard_sha256 == entry.shard_sha256


def _aside(folder: Path, manifest: Manifest) -> Path:
    """Where the index of the manifest is made; nothing is there yet."""
    aside = index.folder_of(folder, f".{manifest.state()}.new")
    shutil.rmtree(aside, ignore_errors=True)
    return aside


def _shards(folder: Path, entries: Collection[Entry], indexing: Indexing | None = None) -> Iterator[index.Triples]:
    documents, done = sum(entry.kind is Kind.DOCUMENT for entry in entries), 0
    for entry in entries:
        yield entry.iri, _read(folder, entry)
        done += entry.kind is Kind.DOCUMENT
        if indexing and done:
            indexing(done, documents)


def _read(folder: Path, entry: Entry) -> bytes:
    return shards.read(folder / entry.shard, entry.shard_sha256)
