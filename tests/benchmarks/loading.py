#!/usr/bin/env python3
"""Loading shards into a new index, against `bulk_load` of pyoxigraph alone: the same triples, in turns in one run.

    python tests/benchmarks/loading.py [--rounds N] [--documents N …]

bulk_load has the triples as one piece of memory and makes the graph. Our graph is made of compressed shards, each checked by its digest: 0.8 of that speed on
1,000 documents at least. The whole index has the tables of that graph merged, the search index and the counts of who says what, all beside each other on
the same cores: told without a bound, for bulk_load does nothing of the kind. Times are by the clock, for both use several cores; the median of the rounds'
ratios.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import many_stores
import pyoxigraph as ox
from measuring import SIZES, Figures

from zhengpu.graph.storage import index, shards
from zhengpu.graph.storage.loading import loading
from zhengpu.graph.storage.manifest import read_manifest

LEAST = 0.8
_MOST_RAW = 2000  # documents whose triples fit into memory beside everything else


def triples_of(folder: Path) -> Iterator[index.Triples]:
    return ((entry.iri, shards.read(folder / entry.shard, entry.shard_sha256)) for entry in read_manifest(folder).entries.values())


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bulk_loaded(folder: Path, triples: bytes) -> None:
    store = ox.Store(str(folder))
    store.bulk_load(triples, ox.RdfFormat.N_TRIPLES)
    store.flush()


def graph_alone(folder: Path, source: Path) -> None:
    """The graph of the index without the rest of it, from compressed shards."""
    store = ox.Store(str(folder))
    with loading(store, beside=index.LOADS) as load:
        for _, triples in triples_of(source):
            load(triples)
    store.flush()


def measured(documents: int, rounds: int) -> tuple[float, float, float, int]:
    """Seconds of ours and, where the triples fit into memory, the ratios of speeds (else 0) of the whole index and of its graph; the number of triples."""
    source = many_stores.store(documents)
    whole = b"".join(triples for _, triples in triples_of(source)) if documents <= _MOST_RAW else b""
    ours: list[float] = []
    ratios: list[float] = []
    graphs: list[float] = []
    with tempfile.TemporaryDirectory(dir=many_stores.FOLDER) as name:
        for _ in range(rounds if whole else 1):
            seconds = timed(lambda: index.build(Path(name, "ours"), triples_of(source)))
            ours.append(seconds)
            shutil.rmtree(Path(name, "ours"))
            if whole:
                raw = timed(lambda: bulk_loaded(Path(name, "raw"), whole))
                ratios.append(raw / seconds)
                graphs.append(raw / timed(lambda: graph_alone(Path(name, "graph"), source)))
                shutil.rmtree(Path(name, "raw"))
                shutil.rmtree(Path(name, "graph"))
    count = sum(entry.triples for entry in read_manifest(source).entries.values())
    return statistics.median(ours), statistics.median(ratios or [0.0]), statistics.median(graphs or [0.0]), count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    figures, costs = Figures(), {}
    for documents in options.documents:
        seconds, ratio, graph, triples = measured(documents, options.rounds)
        costs[documents] = seconds
        name = f"loading {documents:,} documents"
        figures.told(f"{name}, triples a second", triples / seconds)
        if ratio:
            figures.told(f"{name} with search index and counts against bulk_load alone", ratio, "×")
            tell = figures.least if documents == SIZES[1] else lambda name, value, _, unit: figures.told(name, value, unit)
            tell(f"{name}, our graph against bulk_load alone", graph, LEAST, "×")
    figures.growth("loading", costs, " s")
    return int(figures.has_missed)


if __name__ == "__main__":
    sys.exit(main())
