#!/usr/bin/env python3
"""Building stores from texts (tests/many_texts.py): documents a second, by one process that reads and by two, and memory as the corpus grows.

    python tests/benchmarks/building.py

Files are read by worker processes (`--jobs`), and the index is made of what they leave: `reading` is until the last document was read, `whole` until the
store stands. Bounds: two readers are 1.8 times as fast as one on 1,000 documents; memory while reading does not grow with the corpus (what has been read
is an entry of the manifest: at most twice for ten times the documents). Times are by the clock, growth is of processor time.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import many_stores
from many_stores import Built
from measuring import SIZES, Figures

SCALED = SIZES[1]
LEAST_GAIN, MOST_MEMORY = 1.8, 2.0


def by_jobs(jobs: int) -> Built:
    """One build, timed by the clock, which other work disturbs in one direction only: `main` takes the better of two."""
    with tempfile.TemporaryDirectory(dir=many_stores.FOLDER) as name:
        return many_stores.built(SCALED, Path(name, "store"), jobs)


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
    tried = [(by_jobs(1), by_jobs(2)) for _ in range(2)]
    one, two = (min((pair[place] for pair in tried), key=lambda built: built.reading) for place in (0, 1))
    name = f"build of {SCALED:,} documents"
    figures.told(f"{name}, documents a second and core", SCALED / two.seconds / min(2, os.cpu_count() or 1))
    figures.told(f"{name}, processor time a document", 1000 * two.processor / SCALED, " ms")
    figures.least(f"{name}, 1 → 2 processes: reading", one.reading / two.reading, LEAST_GAIN, "×")
    figures.told(f"{name}, 1 → 2 processes: with the index, which two cores share already", one.seconds / two.seconds, "×")
    few, many = SIZES[-2:]
    figures.most(f"memory while reading, {many:,} documents against {few:,}", found[many].reading_mb / found[few].reading_mb, MOST_MEMORY, "×")
    figures.told(f"memory of a build of {many:,} documents, at most", found[many].process_mb, " MB")
    figures.growth("build, processor time", {documents: built.processor for documents, built in found.items()}, " s")
    return int(figures.has_missed)


if __name__ == "__main__":
    sys.exit(main())
