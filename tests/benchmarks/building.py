#!/usr/bin/env python3
"""Building stores from texts (tests/many_texts.py): documents a second, by one process that reads and by two, and memory as the corpus grows.

    python tests/benchmarks/building.py

Files are read by worker processes (`--jobs`), and the index is made of what they leave, by one process or two, and by the engine's threads. The build of
1,000 documents with one job on one core, with one job on all cores, and with two jobs on two cores is compared: the last is to be 1.8 times as fast as the
first. How much two processes that only count do beside each other is told too: no program scales better on the machine. Memory while reading does not
grow with the corpus (what has been read is an entry of the manifest: at most twice for ten times the documents). Times are by the clock, growth is of
processor time.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import many_stores
from many_stores import Built
from measuring import SIZES, Figures

SCALED = SIZES[1]
LEAST_GAIN, MOST_MEMORY = 1.8, 2.0
_COUNTED = 10_000_000  # a second of work


def by_jobs(jobs: int, cores: int = 0) -> Built:
    """One build, timed by the clock, which other work disturbs in one direction only: `main` takes the better of two."""
    with tempfile.TemporaryDirectory(dir=many_stores.FOLDER) as name:
        return many_stores.built(SCALED, Path(name, "store"), jobs, cores)


def ceiling() -> float:
    """How many times as much two processes do as one, of work that needs nothing but a processor."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(count, [1000, 1000], 1)
        one, two = (min(timed(lambda parts=parts: pool.map(count, [_COUNTED] * parts, 1)) for _ in range(3)) for parts in (1, 2))
    return 2 * one / two


def count(number: int) -> int:
    return sum(one * one % 7 for one in range(number))


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> int:
    figures = Figures()
    found = {documents: many_stores.report(documents) for documents in SIZES}
    for documents, one in found.items():
        per_second = documents / one.seconds
        print(
            f"{documents:,} documents by {one.jobs} processes: {one.seconds:.1f} s, read in {one.reading:.1f} s; {per_second:.1f} documents a second, "
            f"{1000 * one.processor / documents:.0f} ms of processor each; {one.reading_mb:.0f} MB while reading, {one.process_mb:.0f} MB at most, "
            f"{one.worker_mb:.0f} MB a worker"
        )
    most = ceiling()
    tried = [(by_jobs(1, 1), by_jobs(1), by_jobs(2)) for _ in range(2)]
    core, one, two = (min((three[place] for three in tried), key=lambda built: built.seconds) for place in range(3))
    name = f"build of {SCALED:,} documents"
    figures.told(f"{name}, documents a second and core", SCALED / two.seconds / min(2, os.cpu_count() or 1))
    figures.told(f"{name}, processor time a document", 1000 * two.processor / SCALED, " ms")
    figures.told(f"{name}, 1 → 2 processes that only count", most, "×")
    figures.least(f"{name}, 1 process on 1 core → 2 processes on 2", core.seconds / two.seconds, LEAST_GAIN, "×")
    figures.told(f"{name}, 1 process on 1 core → 2 processes on 2: reading", core.reading / two.reading, "×")
    figures.told(f"{name}, 1 → 2 processes on 2 cores: reading", one.reading / two.reading, "×")
    figures.told(f"{name}, 1 → 2 processes on 2 cores: with the index, for which the engine has both cores already", one.seconds / two.seconds, "×")
    few, many = SIZES[-2:]
    figures.most(f"memory while reading, {many:,} documents against {few:,}", found[many].reading_mb / found[few].reading_mb, MOST_MEMORY, "×")
    figures.told(f"memory of a build of {many:,} documents, at most", found[many].process_mb, " MB")
    figures.growth("build, processor time", {documents: built.processor for documents, built in found.items()}, " s")
    return int(figures.has_missed)


if __name__ == "__main__":
    sys.exit(main())
