"""What linking costs as the number of documents grows: all of them anew, and one document more.

Seconds are those of the processor. Linking runs in one process, and other programs on the machine do not count.

    python tests/benchmarks/linking.py [NUMBER …]        # of documents; 100 and 1000 if none is given

The documents are copies of the golden ones under other names (tests/many_documents.py): the hardest case, for every text is shared by a fifth of them.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

import many_documents

from zhengpu.graph.links import link_cache, linking
from zhengpu.graph.sources.searched import said
from zhengpu.graph.storage.shards import digest


def main(numbers: list[int]) -> None:
    times: list[tuple[int, float]] = []
    for number in numbers:
        shards = {_iri(triples): triples for triples in many_documents.shards(number + 1)}
        last = next(reversed(shards))
        earlier = {iri: triples for iri, triples in shards.items() if iri != last}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            seconds, first = _timed(folder, {}, earlier, frozenset(), shards)
            size = (folder / link_cache.NAME).stat().st_size
            one, change = _timed(folder, earlier, shards, frozenset(first.come), shards)
        links = sum(sum(shard.counts.values()) for shard in first.come.values())
        print(f"{number:>6} documents: {seconds:7.2f} s for all ({1000 * seconds / number:.1f} ms each), {links} links, {size / 1e6:.0f} MB remembered")
        print(f"{'':>6} one more:  {one:7.2f} s, {len(change.come)} shards of links computed")
        times.append((number, seconds))
    for (small, fast), (large, slow) in pairwise(times):
        print(f"slope from {small} to {large} documents, log-log: {math.log(slow / fast) / math.log(large / small):.2f}")


def _iri(triples: bytes) -> str:
    """The IRI of the document that a shard is of: the shortest subject of its document class."""
    line = next(line for line in triples.splitlines() if line.endswith(b"ontology#Document> ."))
    iri = line[1 : line.index(b">")].decode()
    assert said(iri, triples).own
    return iri


def _timed(
    folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes], standing: frozenset[str], shards: Mapping[str, bytes]
) -> tuple[float, linking.Relinked]:
    states = [{iri: digest(triples) for iri, triples in documents.items()} for documents in (before, after)]
    begun = process_time()
    done = linking.relinked(folder, linking.Change(states[0], states[1], standing), shards.__getitem__, anew=not before)
    return process_time() - begun, done


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:]] or [100, 1000])
