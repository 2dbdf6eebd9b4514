"""The index: a pyoxigraph store over the union of all shards, in the default graph, how many shards say each shared triple, and the search index.

An index lies in a folder named for the set of shards that it covers (`Manifest.state`) and is never changed once it stands there: the next one
shares its files by hard links and has the difference in files of its own, or is built from the shards, and is renamed into place when it is whole. So
readers need no lock, a crash leaves the old index, and an index that does not fit its manifest cannot be opened by mistake.

A triple goes when the last shard that says it goes. Most triples of a document are about things that hang on its IRI; the rest (labels of
bodies, indicators, cited works, statements of a derived shard about a document) may be said by many shards, and these are counted.
So a change costs time and room by the size of the documents that changed, not by the size of the store (`zhengpu.graph.storage.segments`).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from zhengpu.graph.storage import said_counts, search_index, segments
from zhengpu.graph.storage.lanes import lane
from zhengpu.graph.storage.loading import loading, loading_as_one
from zhengpu.graph.storage.said_counts import SaidCounts
from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.segments import SAID, SEARCH

GRAPH = "graph"
LOADS = 2  # of parts of the graph beside each other: three are no faster on two cores, and each takes its memory

Triples = tuple[str, bytes]  # the IRI of a shard and its canonical N-Triples


def build(folder: Path, shards: Iterable[Triples]) -> None:
    """An index over `shards` in the new folder `folder`, of one segment.

    The graph, the books (search index and counts) and the reading of the shards go on beside each other; a bounded number of shards is in memory."""
    folder.mkdir(parents=True)
    store = ox.Store(str(folder / GRAPH))
    triples = 0
    with lane(partial(_write_books, folder)) as note:
        with loading(store, beside=LOADS) as load:
            for shard in shards:
                note(shard)
                load(shard[1])
                triples += shard[1].count(b"\n")
            note(None)  # that was all: the books are finished while the engine does the rest
        store.flush()
        store.optimize()  # merges the tables that loading leaves beside each other: a fifth of its time, and questions take a half to a tenth of theirs
        store.flush()
    segments.write_sizes(folder, [triples])


def _write_books(folder: Path, given: Iterator[Triples | None]) -> None:
    """The search index and the counts of all that is given until None."""
    with search_index.changing(segments.path(folder, SEARCH, 0)) as search, said_counts.changing(segments.path(folder, SAID, 0)) as said:
        for shard in iter(lambda: next(given), None):
            search.put_in(*shard)
            said.count(*shard, 1)
        said.finish()
        search.finish()


def in_memory(shards: Iterable[Triples]) -> ox.Store:
    """The graph over `shards` held in memory, where reading is 5 to 15 times faster than from the disk."""
    store = ox.Store()
    with loading_as_one(store) as load:
        for _, triples in shards:
            load(triples)
    return store


def advance(base: Path, folder: Path, out: Iterable[Triples], into: Iterable[Triples], owned: Callable[[str], bytes | None], size: int) -> None:
    """An index in the new folder `folder`: that of `base` without the shards `out` and with the shards `into`, one of which is held at a time.

    `owned(iri)` gives the triples of the shard of that IRI after the change, or None where there is none; `size` is how many triples go and come."""
    before = segments.sizes(base)
    kept = segments.staying(before, size)
    _share(base, folder, kept)
    candidates: set[bytes] = set()  # triples that may have to go
    store = ox.Store(str(folder / GRAPH))
    search_path, said_path = (segments.path(folder, kind, kept) for kind in (SEARCH, SAID))
    older_search, older_said = (segments.paths(base, kind)[:kept] for kind in (SEARCH, SAID))
    with search_index.changing(search_path, SearchIndex(older_search)) as search, said_counts.changing(said_path, older_said) as said:
        search.take_in(open_search(base))
        for later in segments.paths(base, SAID)[kept + 1 :]:
            said.take_in(later)
        for iri, triples in out:
            said.count(iri, triples, -1)
            candidates.update(triples.splitlines())
            search.take_out(iri, triples)
        with loading(store) as load:
            for iri, triples in into:
                said.count(iri, triples, 1)
                candidates.difference_update(triples.splitlines())
                load(triples)
                search.put_in(iri, triples)
        said.finish()
        gone = sorted(line for line in candidates if not _still_said(line, said, owned))
        if gone:
            store.update("DELETE DATA {\n" + b"\n".join(gone).decode() + "\n}")
        store.flush()
        search.finish(store)
    segments.write_sizes(folder, segments.sized(before, size))


def _still_said(line: bytes, said: SaidCounts, owned: Callable[[str], bytes | None]) -> bool:
    """Whether a shard still says the triple: another document's about a shared thing, or the document's own on which its subject hangs."""
    if said.is_said(line):
        return True
    subject = line[1 : line.index(b">")].decode()
    ends = [position for position, character in enumerate(subject) if character in "/#"] + [len(subject)]
    for end in ends:
        triples = owned(subject[:end])
        if triples is not None and (triples.startswith(line + b"\n") or b"\n" + line + b"\n" in triples):
            return True
    return False


def _share(base: Path, folder: Path, kept: int) -> None:
    """Puts into `folder` what it has in common with the index in `base`. The engine's sorted tables, which are nearly all of the graph, never change."""
    (folder / GRAPH).mkdir(parents=True)
    segments.share(base, folder, kept)
    for file in (base / GRAPH).iterdir():
        if file.suffix == ".sst":
            segments.share_file(file, folder / GRAPH / file.name)
        else:
            shutil.copyfile(file, folder / GRAPH / file.name)


def folder_of(store: Path, state: str) -> Path:
    """Where the index of a state of the store at `store` lies."""
    return store / "index" / state


def stands(folder: Path) -> bool:
    """Whether there is an index at `folder`."""
    try:
        files = [file for kind in (SEARCH, SAID) for file in segments.paths(folder, kind)]
    except OSError:
        return False
    return bool(files) and all(file.exists() for file in (folder / GRAPH / "CURRENT", *files))


def open_index(folder: Path) -> ox.Store:
    """The graph of the index, read only. Raises OSError where there is none, or where it is damaged."""
    if not stands(folder):
        raise OSError(f"there is no index at {folder}")
    try:
        return ox.Store.read_only(str(folder / GRAPH))
    except RuntimeError as error:  # the engine's word for damaged files
        raise OSError(f"the index at {folder} is damaged: {error}") from error


def open_search(folder: Path) -> SearchIndex:
    """The search index of the index, read only. Raises OSError where there is none, or where it is damaged."""
    try:
        return SearchIndex(segments.paths(folder, SEARCH))
    except sqlite3.Error as error:
        raise OSError(f"the search index at {folder} is damaged: {error}") from error
