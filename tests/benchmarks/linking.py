#!/usr/bin/env python3
"""What linking costs as the number of documents grows: all of them anew, and one document more.

Seconds are those of the processor. Linking runs in one process, and other programs on the machine do not count.

    python tests/benchmarks/linking.py [NUMBER …]        # of documents

The documents are those of the stores that the other measurements read: each of a place of its own, many of their sentences shared by others.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

import many_stores
from measuring import SIZES, Figures

from zhengpu.graph.links import link_cache, linking
from zhengpu.graph.storage.store import Store, open_store


def main(numbers: list[int]) -> int:
    figures, all_anew, one_more = Figures(), {}, {}
    for number in numbers:
        with open_store(many_stores.store(number)) as store, tempfile.TemporaryDirectory(dir=many_stores.FOLDER) as name:
            states = {entry.iri: entry.shard_sha256 for entry in store.documents}
            earlier = dict(islice(states.items(), len(states) - 1))
            seconds, first = _timed(Path(name), store, {}, earlier, frozenset())
            size = (Path(name) / link_cache.NAME).stat().st_size
            more, change = _timed(Path(name), store, earlier, states, frozenset(first.come))
        links = sum(sum(shard.counts.values()) for shard in first.come.values())
        print(f"{number:,} documents: {seconds:.2f} s for all ({1000 * seconds / number:.1f} ms each), {links:,} links, {size / 1e6:.0f} MB remembered")
        print(f"    one more: {more:.2f} s, {len(change.come)} shards of links computed", flush=True)
        all_anew[number], one_more[number] = seconds, more
    figures.told(f"linking {max(numbers):,} documents, processor time", all_anew[max(numbers)], " s")
    figures.told(f"linking one document more to {max(numbers):,}, processor time", one_more[max(numbers)], " s")
    figures.growth("linking", all_anew, " s")
    figures.growth("linking one document more", one_more, " s")
    return int(figures.has_missed)


def _timed(folder: Path, store: Store, before: Mapping[str, str], after: Mapping[str, str], standing: frozenset[str]) -> tuple[float, linking.Relinked]:
    entries = {entry.iri: entry for entry in store.documents}
    begun = process_time()
    done = linking.relinked(folder, linking.Change(before, after, standing), lambda iri: store.triples(entries[iri]), anew=not before)
    return process_time() - begun, done


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]] or list(SIZES)))
