"""A snapshot: the contents of a store directory as they were at one moment, to be read while the store goes on changing.

It lies in memory while it fits; beyond that it is the index on disk, which nobody changes once it stands (`zhengpu.graph.storage.index`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from zhengpu.errors import StoreError
from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.storage import index, shards
from zhengpu.graph.storage.manifest import Manifest, read_manifest
from zhengpu.graph.storage.shards import Kind

_BYTES = 400  # of memory a triple takes (measured: 310, and 370 while it is being read)
_SHARE = 2  # a snapshot may take half of the memory: a server answers from the index while the next one is read, so that there are never two; queries want some
_GROUPS = Path("/sys/fs/cgroup")

NamedTriples = tuple[str, bytes]  # the IRI of a graph and its N-Triples


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the store held: `state` names it (`Manifest.state`), `triples` counts lines of shards. `open` gives the source; where the snapshot is
    `in_memory` it gives the same one each time, else it opens the index anew, so that each process may do so itself."""

    state: str
    triples: int
    documents: int
    in_memory: bool
    open: Callable[[], EmbeddedSource]


def snapshot(folder: Path, largest: int | None = None) -> Snapshot:
    """The store at `folder` as it is now, in memory unless it has more than `largest` triples (None: what the machine's memory allows).

    Raises StoreError where there is no store or a shard is damaged."""
    for _ in range(3):  # the store may change between the reading of the manifest and the reading of its shards
        manifest = read_manifest(folder)
        try:
            return _snapshot(folder, manifest, most_in_memory() if largest is None else largest)
        except (OSError, StoreError):
            time.sleep(0.05)
    return _snapshot(folder, read_manifest(folder), most_in_memory() if largest is None else largest)


def _snapshot(folder: Path, manifest: Manifest, largest: int) -> Snapshot:
    entries = manifest.entries.values()
    triples = sum(entry.triples for entry in entries)
    documents = sum(entry.kind is Kind.DOCUMENT for entry in entries)
    state = manifest.state()
    if triples <= largest:
        store = index.in_memory((entry.iri, shards.read(folder / entry.shard, entry.shard_sha256)) for entry in entries)
        source = EmbeddedSource(store, str(folder))
        return Snapshot(state, len(source), documents, True, lambda: source)
    place = folder / "index" / state
    if not index.stands(place):
        raise StoreError(f"The index of the store {folder} is missing. Make it anew: zhengpu rebuild --store {folder}")
    return Snapshot(state, triples, documents, False, lambda: EmbeddedSource(index.open_index(place), str(folder)))


def most_in_memory() -> int:
    """How many triples a snapshot in memory may have on this machine, or in this container if that may take less."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(memory, *_limits(memory)) // _SHARE // _BYTES


def _limits(none: int) -> Iterator[int]:
    """The limits of a container's memory in bytes, by cgroup 2 and by cgroup 1; `none` where there is no limit."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            yield int((_GROUPS / name).read_text("ascii"))
        except (OSError, ValueError):  # there is no such file, or it says "max"
            yield none


def dataset(default: Iterable[NamedTriples], named: Iterable[NamedTriples]) -> EmbeddedSource:
    """An RDF dataset in memory: the default graph is the merge of the graphs `default`, and GRAPH finds those of `named`."""
    store = ox.Store()
    for _, triples in default:
        store.load(triples, ox.RdfFormat.N_TRIPLES)
    for iri, triples in named:
        store.load(triples, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(iri))
    return EmbeddedSource(store, "the graphs that the request names")
