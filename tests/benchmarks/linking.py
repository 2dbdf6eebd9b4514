"""How right links are, and what linking costs as the number of documents grows: all of them anew, and one document more. Fails (exit code 1) below the
precision and recall that are promised, and where one document more costs much more in a large store than in a small one.

Pairs are those made by hand in tests/links. Seconds are those of the processor. Linking runs in one process, and other programs on the machine do not count.

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

import linked_pairs
import many_documents
import test_links

from zhengpu.graph.links import link_cache, linking
from zhengpu.graph.sources.searched import said
from zhengpu.graph.storage.shards import digest

GROWTH_BOUND = 3  # times that one document more may cost in the largest store what it does in the smallest


def scores() -> dict[str, linked_pairs.Score]:
    """Kind of link -> what was found of the pairs made by hand, over invented names and the golden documents."""
    corpus = test_links.corpus()
    works = linked_pairs.score(list(linked_pairs.invented_references())) + test_links.resolved(corpus, "Works of the sample corpus")
    tasks = test_links.elaborated(corpus, "shaoxing-2024-protection-zone.txt")
    return {"references": works, "indicators": linked_pairs.score(list(linked_pairs.indicators())), "task → measure": tasks}


def main(numbers: list[int]) -> int:
    missed = False
    for name, score in scores().items():
        bounds = f"(bounds {test_links.PRECISION} and {test_links.RECALL})"
        print(f"{name:15} precision {score.precision:.3f}, recall {score.recall:.3f} {bounds}, {len(score.right) + len(score.missed)} pairs")
        missed = missed or score.precision < test_links.PRECISION or score.recall < test_links.RECALL
    times: list[tuple[int, float]] = []
    extra: list[float] = []
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
        extra.append(one)
    for (small, fast), (large, slow) in pairwise(times):
        print(f"slope from {small} to {large} documents, log-log: {math.log(slow / fast) / math.log(large / small):.2f}")
    print(f"one document more costs {extra[-1] / extra[0]:.1f} times as much in the largest store as in the smallest (bound {GROWTH_BOUND})")
    return int(missed or extra[-1] > GROWTH_BOUND * extra[0])


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
    sys.exit(main([int(number) for number in sys.argv[1:]] or [100, 1000]))
