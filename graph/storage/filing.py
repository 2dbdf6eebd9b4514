"""Filing a shard: its files go into the folders of the store, and its entry can be handed to `Store.add`, by another process if need be.

A build over many processes lets each worker file what it has read and hands over the entries, which are small:

    def worked(folder: Path, file: Path) -> Entry:              # in a worker
        return filed(folder, shard_of(said_by(load(file))))

    store.add(pool.imap(partial(worked, store.folder), files))  # in the one process that changes the store
"""

from __future__ import annotations

from pathlib import Path

from zhengpu.errors import StoreError
from zhengpu.graph.storage import remarks, shards
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import Shard


def filed(folder: Path, shard: Shard, old: Entry | None = None) -> Entry:
    """Writes the shard and its remarks into the store at `folder`, each file whole or not at all, and gives the entry.

    Files are nothing until a manifest names them, and the end of each change of the store clears away what none names: so they are written while
    `Store.add` asks for them. Equal shards, equal files: writing over is harmless. What is there and whole is not written again, if `old`, the entry
    that the store has, may know of it. Raises StoreError for triples that are not N-Triples without blank nodes."""
    triples = shards.canonical(shard.triples, shard.source or shard.iri)
    entry = Entry.of(shard, triples)
    path = folder / entry.shard
    if not old or old.shard_sha256 != entry.shard_sha256 or not shards.is_whole(path, entry.shard_sha256):
        path.parent.mkdir(exist_ok=True)
        shards.write(path, triples)
    if entry.remarks:
        remarks.write(folder / entry.remarks, shard.remarks.packed())
    return entry


def check(folder: Path, entry: Entry) -> None:
    """Raises StoreError where a file of the entry is not in the store at `folder`. What is in a shard is checked when it goes into the index."""
    for name in (entry.shard, entry.remarks):
        if name and not (folder / name).is_file():
            raise StoreError(f"The entry of {entry.source or entry.iri} names {folder / name}, which is not there. Build its document again.")
