#!/usr/bin/env python3
"""What linking costs as the number of documents grows: all of them anew, and one document more.

Seconds are those of the processor. Linking runs in one process, and other programs on the machine do not count.

    python tests/benchmarks/linking.py [NUMBER …]        # of documents

The documents are those of the stores that the other measurements read: each of a place of its own, many of their sentences shared by others. One document
more is the youngest, as a new one mostly is: links lead to older ones, so that it changes those of no other. Where the oldest comes last, all that share
wording with it may have it from there; that is told of as many documents as `_MOST`.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

import many_stores
from measuring import SIZES, Figures

from zhengpu.graph.links import link_cache, linking
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, open_store

_MOST = 100  # documents of which the oldest is linked last, too


@dataclass(frozen=True, slots=True)
class Linked:
    """What it took, in seconds, and what was made: IRIs of shards, kinds of links and their number, MB of triples."""

    seconds: float
    shards: frozenset[str]
    counts: Counter[str]
    size: float


def main(numbers: list[int]) -> int:
    figures, all_anew, one_more = Figures(), {}, {}
    for number in numbers:
        with open_store(many_stores.store(number)) as store, tempfile.TemporaryDirectory(dir=many_stores.FOLDER) as name:
            states = {entry.iri: entry.shard_sha256 for entry in store.documents}
            first = _linked(Path(name), store, {}, states, frozenset())
            remembered = (Path(name) / link_cache.NAME).stat().st_size / 1e6
            oldest, *_, youngest = _by_date(Path(name))
            more = _one_more(Path(name), store, states, youngest)
            print(f"{number:,} documents: {first.seconds:.2f} s for all ({1000 * first.seconds / number:.1f} ms each), {sum(first.counts.values()):,} links")
            print(f"    {first.size:.0f} MB of triples, {remembered:.0f} MB remembered, at most {_most_memory():.0f} MB of memory so far")
            print(f"    one more: {more.seconds:.2f} s, {len(more.shards)} shards of links computed", flush=True)
            if number <= _MOST:
                last = _one_more(Path(name), store, states, oldest)
                print(f"    the oldest last: {last.seconds:.2f} s, {len(last.shards)} shards of links computed", flush=True)
        all_anew[number], one_more[number] = first.seconds, more.seconds
    figures.told(f"linking {max(numbers):,} documents, processor time", all_anew[max(numbers)], " s")
    figures.told(f"linking one document more to {max(numbers):,}, processor time", one_more[max(numbers)], " s")
    figures.told(f"memory of linking {max(numbers):,} documents, at most", _most_memory(), " MB")
    figures.growth("linking", all_anew, " s")
    figures.growth("linking one document more", one_more, " s")
    return int(figures.has_missed)


def _linked(folder: Path, store: Store, before: Mapping[str, str], after: Mapping[str, str], standing: frozenset[str]) -> Linked:
    entries = {entry.iri: entry for entry in store.documents}
    counts: Counter[str] = Counter()
    sizes: list[int] = []

    def keep(shard: Shard) -> None:
        counts.update(shard.counts)
        sizes.append(len(shard.triples))

    begun = process_time()
    done = linking.relinked(folder, linking.Change(before, after, standing), lambda iri: store.triples(entries[iri]), keep, anew=not before)
    return Linked(process_time() - begun, done.come, counts, sum(sizes) / 1e6)


def _one_more(folder: Path, store: Store, states: Mapping[str, str], last: str) -> Linked:
    """What it takes to link this document when all others are; nothing is told of its removal before."""
    others = {iri: digest for iri, digest in states.items() if iri != last}
    removed = _linked(folder, store, states, others, frozenset())
    return _linked(folder, store, others, states, removed.shards)


def _by_date(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / link_cache.NAME)) as connection:
        return [row[0] for row in connection.execute("SELECT iri FROM document ORDER BY date, id")]


def _most_memory() -> float:
    """MB that this process held at most; Linux tells kB, macOS bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e3 if sys.platform == "linux" else 1e6)


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]] or list(SIZES)))
