#!/usr/bin/env python3
"""The time that each question of the library takes on many documents, and how much of it is the engine's.

    python tests/benchmarks/questions.py [--documents N …] [--disk] [--rounds N] [--empty] [QUESTION …]

Each question is asked with its examples (with --empty also with the optional blanks left empty): blanks looked up, query bound and answered, rows read.
`raw` is the median of pyoxigraph alone on the same text, its rows read as well. Times are as the clock has them, in milliseconds; ratios are of processor
time, side by side in one process, for a busy machine disturbs those less. The graph is in memory, as a server has it, or (--disk; without arguments both)
its index on disk, as the commands read it. The bounds are of answers in memory: 95th percentile 100 ms on 1,000 documents, 1 s on 10,000; 1.2 times raw.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import many_stores
import psutil
import pyoxigraph as ox
from measuring import SIZES, Figures

from zhengpu.errors import AmbiguousName
from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.sources.guard import prepared
from zhengpu.graph.storage import index, shards
from zhengpu.graph.storage.manifest import read_manifest
from zhengpu.queries.catalogue import catalogue
from zhengpu.queries.question import Question
from zhengpu.queries.runner import ask

BOUNDS = {1000: 100.0, 10_000: 1000.0}  # documents -> ms
MOST_RATIO = 1.2
_LONGEST = 5.0  # seconds after which a question has been asked often enough


def loaded(documents: int) -> ox.Store:
    """The graph of so many documents, in memory."""
    folder = many_stores.store(documents)
    return index.in_memory((entry.iri, shards.read(folder / entry.shard, entry.shard_sha256)) for entry in read_manifest(folder).entries.values())


def on_disk(documents: int) -> ox.Store:
    folder = many_stores.store(documents)
    return index.open_index(folder / "index" / read_manifest(folder).state())


def blanks(source: EmbeddedSource, asked: Question, optional: bool) -> dict[str, str]:
    """The examples; for a title that several have, the IRI of the first."""
    given = {p.name: p.example for p in asked.parameters if optional or not p.optional}
    try:
        ask(source, asked.id, given)
    except AmbiguousName as error:
        name = next(name for name, value in given.items() if value == error.name)
        given[name] = error.meant[0].rpartition("<")[2].rstrip(">")
    return given


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor."""
    began, busy = time.perf_counter(), time.thread_time()
    work()
    return 1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - busy)


def measured(store: ox.Store, asked: Question, optional: bool, rounds: int) -> dict[str, Any]:
    source = EmbeddedSource(store)
    given = blanks(source, asked, optional)
    reply = ask(source, asked.id, given)
    rows = len(reply.answer.rows)
    text = prepared(asked.sparql, reply.bindings, trusted=True)
    ours, raw = [], []
    for _ in range(rounds):  # side by side, so that whatever slows the machine slows both
        ours.append(timed(lambda: ask(source, asked.id, given).answer.rows))
        raw.append(timed(lambda: [tuple(row) for row in store.query(text)]))
        if sum(clock for clock, _ in ours) > 1000 * _LONGEST:
            break
    return {
        "question": asked.id,
        "blanks": "examples" if optional else "empty",
        "median": statistics.median(clock for clock, _ in ours),
        "raw": statistics.median(clock for clock, _ in raw),
        "processor": statistics.median(busy for _, busy in ours),
        "raw_processor": statistics.median(busy for _, busy in raw),
        "rows": rows,
        "times": [clock for clock, _ in ours],
    }


def percentile(times: list[float], share: float = 0.95) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def report(documents: int, options: argparse.Namespace) -> dict[str, Any]:
    """All questions on so many documents; `empty` ones stand in the list, and count in nothing else."""
    many_stores.store(documents)
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    store = on_disk(documents) if options.disk else loaded(documents)
    took = time.perf_counter() - began
    memory = psutil.Process().memory_info().rss - before
    found = []
    for name in options.questions or catalogue():
        asked = catalogue()[name]
        ways = (True, False) if options.empty and any(p.optional for p in asked.parameters) else (True,)
        found += [measured(store, asked, optional, options.rounds) for optional in ways]
    examples = [one for one in found if one["blanks"] == "examples"]
    times = [time for one in examples for time in one["times"]]
    return {
        "documents": documents,
        "triples": len(store),
        "seconds": took,
        "memory": memory,
        "p95": percentile(times),
        "median": statistics.median(times),
        "sum": sum(one["processor"] for one in examples),
        "ratio": sum(one["processor"] for one in examples) / sum(one["raw_processor"] for one in examples),
        "questions": found,
    }


def written(found: dict[str, Any]) -> str:
    lines = [f"{'':28} {'':8} {'ms':>9} {'raw ms':>9} {'processor':>9} {'rows':>7}"]
    for one in found["questions"]:
        times = f"{one['median']:9.1f} {one['raw']:9.1f} {one['processor'] / one['raw_processor']:8.2f}×"
        lines.append(f"{one['question']:28} {one['blanks']:8} {times} {one['rows']:7,}")
    return "\n".join(lines)


def apart(documents: int, *arguments: str) -> dict[str, Any]:
    """The report on so many documents, by a process of its own, whose memory is that of their graph."""
    run = subprocess.run([sys.executable, __file__, "--json", "--documents", str(documents), *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(run.stdout))


def every_size() -> int:
    figures = Figures()
    memory = {documents: apart(documents, "--rounds", "5") for documents in SIZES}
    disk = {documents: apart(documents, "--rounds", "2", "--disk") for documents in SIZES}
    most = max(SIZES)
    print(f"{most:,} documents, {memory[most]['triples']:,} triples, in memory:\n{written(memory[most])}")
    for documents, found in memory.items():
        name = f"questions on {documents:,} documents"
        if documents in BOUNDS:
            figures.most(f"{name}, 95th percentile", found["p95"], BOUNDS[documents], " ms")
        else:
            figures.told(f"{name}, 95th percentile", found["p95"], " ms")
        figures.most(f"{name} against pyoxigraph, all answers together", found["ratio"], MOST_RATIO, "×")
        figures.told(f"{name} from disk, 95th percentile", disk[documents]["p95"], " ms")
    figures.told("memory a triple takes", memory[most]["memory"] / memory[most]["triples"], " bytes")
    figures.told("memory a document takes", memory[most]["memory"] / most / 1e6, " MB")
    size = sum(file.stat().st_size for file in many_stores.store(most).rglob("*") if file.is_file())
    figures.told("disk a document takes", size / most / 1e6, " MB")
    figures.growth("all questions in memory", {documents: found["sum"] / 1000 for documents, found in memory.items()}, " s")
    figures.growth("all questions on disk", {documents: found["sum"] / 1000 for documents, found in disk.items()}, " s")
    figures.growth("taking a store into memory", {documents: found["seconds"] for documents, found in memory.items()}, " s")
    return int(figures.has_missed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="*")
    parser.add_argument("--documents", type=int, nargs="+")
    parser.add_argument("--disk", action="store_true")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if len(sys.argv) == 1:
        return every_size()
    for documents in options.documents or [1000]:
        found = report(documents, options)
        if options.json:
            print(json.dumps(found, ensure_ascii=False))
        else:
            print(f"{written(found)}\n{documents:,} documents, {found['triples']:,} triples: p95 {found['p95']:.1f} ms, {found['ratio']:.2f} times raw")
    return 0


if __name__ == "__main__":
    sys.exit(main())
