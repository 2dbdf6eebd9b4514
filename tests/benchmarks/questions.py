#!/usr/bin/env python3
"""The time that each question of the library takes on many documents in memory, and how much of it is the engine's.

    python tests/benchmarks/questions.py [--documents N] [--rounds N] [--empty] [--json] [QUESTION …]

Each question is asked with its examples (with --empty also with the optional blanks left empty): blanks looked up, query bound and answered,
rows read. `raw` is the median of the engine alone on the same text, its rows read as well; `ratio` is the whole by that. The last line has the
95th percentile of all measured times: the bound for the examples is 50 ms on 1,000 documents.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import many_documents
import pyoxigraph as ox

from zhengpu.errors import AmbiguousName
from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.sources.guard import prepared
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.queries.catalogue import catalogue
from zhengpu.queries.question import Question
from zhengpu.queries.runner import ask

BOUND = 50.0  # ms


def loaded(documents: int) -> ox.Store:
    store = ox.Store()
    store.bulk_load(schema_shard().triples + b"".join(many_documents.shards(documents)), ox.RdfFormat.N_TRIPLES)
    return store


def blanks(source: EmbeddedSource, asked: Question, optional: bool) -> dict[str, str]:
    """The examples; for a title that the copies share, the IRI of the first."""
    given = {p.name: p.example for p in asked.parameters if optional or not p.optional}
    try:
        ask(source, asked.id, given)
    except AmbiguousName as error:
        name = next(name for name, value in given.items() if value == error.name)
        given[name] = error.meant[0].rpartition("<")[2].rstrip(">")
    return given


def milliseconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def measured(store: ox.Store, asked: Question, optional: bool, rounds: int) -> dict[str, Any]:
    source = EmbeddedSource(store)
    given = blanks(source, asked, optional)
    reply = ask(source, asked.id, given)
    text = prepared(asked.sparql, reply.bindings, trusted=True)
    ours, raw = [], []
    for _ in range(rounds):  # side by side, so that whatever slows the machine slows both
        ours.append(milliseconds(lambda: ask(source, asked.id, given).answer.rows))
        raw.append(milliseconds(lambda: [tuple(row) for row in store.query(text)]))
        if sum(ours) > 5000:
            break
    return {
        "question": asked.id,
        "blanks": "examples" if optional else "empty",
        "median": statistics.median(ours),
        "p95": percentile(ours),
        "raw": statistics.median(raw),
        "ratio": statistics.median(ours) / statistics.median(raw),
        "rows": len(reply.answer.rows),
        "times": ours,
    }


def percentile(times: list[float], share: float = 0.95) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="*")
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    store = loaded(options.documents)
    found = []
    for name in options.questions or catalogue():
        asked = catalogue()[name]
        for optional in (True, False) if options.empty and any(p.optional for p in asked.parameters) else (True,):
            found.append(measured(store, asked, optional, options.rounds))
            if not options.json:
                one = found[-1]
                times = f"{one['median']:9.1f} ms  p95 {one['p95']:9.1f}  raw {one['raw']:9.1f}  ×{one['ratio']:.2f}"
                print(f"{name:28} {one['blanks']:8} {times}  {one['rows']:6} rows", flush=True)
    of_examples = [time for one in found if one["blanks"] == "examples" for time in one.pop("times")]
    p95 = percentile(of_examples)
    if options.json:
        print(json.dumps({"documents": options.documents, "triples": len(store), "p95": p95, "questions": found}, ensure_ascii=False, indent=1))
    else:
        median = statistics.median(of_examples)
        print(f"{options.documents} documents, {len(store):,} triples, {len(of_examples)} answers: p95 {p95:.1f} ms, median {median:.1f} ms")
    sys.exit(p95 > BOUND)


if __name__ == "__main__":
    main()
