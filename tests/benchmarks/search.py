#!/usr/bin/env python3
"""How long a search takes: the median and the slowest of each kind of words, in milliseconds, over stores of real shape; fails (exit code 1) above 50 ms.

    python tests/benchmarks/search.py [--documents N ...] [--rounds N] [--json]

Only what is searched is built: the search index of N documents (the golden ones again and again, under other numbers and names) and the names that
they share. Rare and common words, one character, names, filters by type, a page far behind. Each search runs once before the clock does.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import many_documents

from zhengpu.graph.storage import search_index, segments
from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.shards import foreign
from zhengpu.ontology import terms as zp
from zhengpu.queries.search import search_index_for

MILLISECONDS = 50.0
_DOCUMENT_RE = re.compile(rf"<([^>]+)> <{re.escape(zp.rdf_type)}> <{re.escape(zp.Document)}>".encode())
SEARCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "common": ("知识产权", {}),
    "one character": ("的", {}),
    "name": ("人民法院", {}),
    "name of one document": ("17号", {}),
    "phrase": ("海外知识产权纠纷应对指导", {}),
    "Latin": ("tisc", {}),
    "two words": ("海外 纠纷", {}),
    "traditional": ("知識產權局", {}),
    "measures": ("专利导航", {"types": ("measure",)}),
    "documents": ("保护", {"types": ("document",)}),
    "nothing": ("量子纠缠", {}),
    "page 40": ("知识产权", {"offset": 800}),
}


def index(folder: Path, documents: int) -> tuple[SearchIndex, dict[str, float]]:
    """The search index of so many documents, and what making it cost."""
    shared = ox.Store()
    path = segments.path(folder, segments.SEARCH, 0)
    took = 0.0
    with search_index.changing(path) as change:
        for shard in many_documents.shards(documents):
            match = _DOCUMENT_RE.search(shard)
            assert match
            iri = match[1].decode()
            shared.load(b"\n".join(foreign(shard, iri)), ox.RdfFormat.N_TRIPLES)
            began = time.process_time()
            change.put_in(iri, shard)
            took += time.process_time() - began
        began = time.process_time()
        change.finish(shared)
        took += time.process_time() - began
    return SearchIndex([path]), {"documents": documents, "ms_a_document": round(1000 * took / documents, 1), "MB": round(path.stat().st_size / 1e6)}


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
    parser.add_argument("--documents", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    reports = []
    for documents in options.documents:
        with tempfile.TemporaryDirectory() as folder:
            searched, built = index(Path(folder), documents)
            reports.append({**built, "searches": measured(searched, options.rounds)})
    if options.json:
        print(json.dumps(reports, ensure_ascii=False, indent=1))
    else:
        for report in reports:
            print(f"{report['documents']} documents: {report['MB']} MB, {report['ms_a_document']} ms a document to index")
            for name, row in report["searches"].items():
                print(f"  {name:<22}{row['hits']:>8} hits  median {row['median']:>7.2f} ms  slowest {row['slowest']:>7.2f} ms  {row['text']}")
    return int(any(row["median"] > MILLISECONDS for report in reports for row in report["searches"].values()))


if __name__ == "__main__":
    sys.exit(main())
