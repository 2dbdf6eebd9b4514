"""Parts -> a store: every document is checked, its compressed shard copied as it is, and all of them enter the store in one commit, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from zhengpu.errors import StoreError
from zhengpu.graph.exports.writing import whole
from zhengpu.graph.storage import remarks, rules, shards
from zhengpu.graph.storage.committing import Indexing
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import digest
from zhengpu.graph.storage.store import Changes, Store
from zhengpu.pipeline.parts import contents, manifest
from zhengpu.pipeline.parts.contents import Contents
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.manifest import Outcome, Row
from zhengpu.pipeline.parts.members import members

_MOST_FAULTS = 20  # that are told

Progress = Callable[[int, int], None]  # documents copied, of how many


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the parts hold, what their loading changed in the store, and where the corrections lie that the store had before and that those of the
    parts replaced."""

    contents: Contents
    changes: Changes
    corrections: Path | None


def load(location: Location, store: Store, progress: Progress | None = None, indexing: Indexing | None = None) -> Loaded:
    """Puts the documents of a location into the store, each in the place of an earlier one of the same IRI; done again, it changes nothing.

    `indexing` is told how many went into the index. Raises StoreError where the build of the parts was not
    finished, and where a part or a manifest is missing, damaged or not what it says: all of them are named, and the store stays as it is."""
    found = contents.read(location)
    if found is None:
        unfinished = len(location.sizes("manifest"))
        what = f"a build that was not finished ({unfinished:,} tasks are done)" if unfinished else "no parts"
        raise StoreError(f"{location.url} holds {what}. Build them, or finish the build: zhengpu build PATH --to {location.url}")
    changes = store.add(_entries(location, found, store, progress), indexing=indexing)
    with contents.corrections(location) as path:
        replaced = rules.keep(path, store.folder) if path else None
    return Loaded(found, changes, replaced)


def _entries(location: Location, found: Contents, store: Store, progress: Progress | None) -> Iterator[Entry]:
    """The entry of each document whose files lie in the store's folder now; they are nothing there until the store's manifest names them."""
    faults: list[str] = []
    seen: set[str] = set()
    for one in _documents(location, found):
        if isinstance(one, StoreError):
            faults.append(str(one))
            continue
        row, member = one
        if row.iri in seen:
            faults.append(f"{location.shown(row.part)}: the document {row.iri} is in the parts twice.")
        seen.add(row.iri)
        if not faults:  # what comes after the first fault is only looked at
            yield _copied(store, row, member)
        if progress:
            progress(len(seen), found.counts.documents)
    if faults:
        more = [f"… and {len(faults) - _MOST_FAULTS:,} more"] if len(faults) > _MOST_FAULTS else []
        told = "\n".join(f"  {fault}" for fault in [*faults[:_MOST_FAULTS], *more])
        advice = "Delete the files that are named and run the build again: zhengpu build PATH --to"
        raise StoreError(f"{location.url} cannot be loaded; the store is as it was.\n{told}\n{advice} {location.url}")


def _documents(location: Location, found: Contents) -> Iterator[tuple[Row, bytes] | StoreError]:
    """Each document with its compressed shard, or what is wrong with it, or with a whole manifest."""
    room = sum(location.sizes("parts").values())
    for name, sha256 in found.manifests.items():
        try:
            for part, rows in groupby(_made(location, name, sha256), lambda row: row.part):
                lying = list(rows)
                room -= sum(row.length for row in lying)
                if room < 0:
                    raise StoreError(f"{location.shown(name)}: its documents lie over each other in their parts, as those of a bomb do.")
                yield from members(location, part, lying)
        except StoreError as error:
            yield error


def _made(location: Location, name: str, sha256: str) -> Iterator[Row]:
    try:
        data = location.read(name)
    except FileNotFoundError as error:
        raise StoreError(f"{location.shown(name)}: is missing.") from error
    if digest(data) != sha256:
        raise StoreError(f"{location.shown(name)}: is damaged, or another than the one that the build listed (its sha256 is another).")
    return (row for row in manifest.read(data, location.shown(name)) if row.outcome is Outcome.MADE)


def _copied(store: Store, row: Row, member: bytes) -> Entry:
    """The files of a document in the store's folder, and its entry."""
    entry = row.entry()
    path = store.folder / entry.shard
    path.parent.mkdir(exist_ok=True)
    if not shards.is_whole(path, entry.shard_sha256):
        with whole(path) as file:
            file.write(member)
    if entry.remarks:
        remarks.write(store.folder / entry.remarks, row.remarks)
    return entry
