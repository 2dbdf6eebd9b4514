#!/usr/bin/env python3
"""How long a search takes: the median and the slowest of each kind of words, in milliseconds, over stores of real shape; fails (exit code 1) above 50 ms.

    python tests/benchmarks/search.py [--documents N ...] [--rounds N]

Rare and common words, one character, names, filters by type, a page far behind. Each search runs once before the clock does.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import many_stores
from measuring import SIZES, Figures

from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.store import open_store
from zhengpu.queries.search import search_index_for

MILLISECONDS = 50.0
SEARCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "common": ("知识产权", {}),
    "one character": ("的", {}),
    "name": ("人民法院", {}),
    "number of one document": ("17号", {}),
    "phrase": ("海外知识产权纠纷应对指导", {}),
    "Latin": ("tisc", {}),
    "two words": ("海外 纠纷", {}),
    "traditional": ("知識產權局", {}),
    "measures": ("专利导航", {"types": ("measure",)}),
    "documents": ("保护", {"types": ("document",)}),
    "nothing": ("量子纠缠", {}),
    "page 40": ("知识产权", {"offset": 800}),
}


def measured(searched: SearchIndex, rounds: int) -> dict[str, dict[str, Any]]:
    found = {}
    for name, (text, options) in SEARCHES.items():
        times = []
        results = search_index_for(searched, text, **options)
        for _ in range(rounds):
            began = time.perf_counter()
            search_index_for(searched, text, **options)
            times.append(1000 * (time.perf_counter() - began))
        hits = f"{results.total}{'' if results.exact else '+'}"
        found[name] = {"text": text, "hits": hits, "median": round(statistics.median(times), 2), "slowest": round(max(times), 2)}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    figures, costs = Figures(), {}
    for documents in options.documents:
        with open_store(many_stores.store(documents)) as store:
            found = measured(store.words, options.rounds)
        print(f"{documents:,} documents")
        for name, row in found.items():
            print(f"  {name:<22}{row['hits']:>8} hits  median {row['median']:>7.2f} ms  slowest {row['slowest']:>7.2f} ms  {row['text']}")
        figures.most(f"search in {documents:,} documents, median of the slowest kind", max(row["median"] for row in found.values()), MILLISECONDS, " ms")
        costs[documents] = sum(row["median"] for row in found.values())
    figures.growth(f"{len(SEARCHES)} kinds of searches together", costs, " ms")
    return int(figures.has_missed)


if __name__ == "__main__":
    sys.exit(main())
