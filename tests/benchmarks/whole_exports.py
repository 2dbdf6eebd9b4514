#!/usr/bin/env python3
"""Exports of everything as the number of documents grows: the whole store as N-Quads and as networks in GraphML and CSV.

    python tests/benchmarks/whole_exports.py [NUMBER …]        # of documents

Seconds of the processor, each export once: the slope says more than they do.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

import many_stores
from measuring import SIZES, Figures

from zhengpu.graph.exports.export import export
from zhengpu.graph.exports.selection import Selection
from zhengpu.graph.storage.store import open_store

FORMATS = ("nq", "graphml", "csv")


def main(numbers: list[int]) -> int:
    figures = Figures()
    costs: dict[str, dict[int, float]] = {format: {} for format in FORMATS}
    for number in numbers:
        with open_store(many_stores.store(number)) as store, tempfile.TemporaryDirectory(dir=many_stores.FOLDER) as name:
            for format, found in costs.items():
                target = Path(name, f"everything.{format}")
                begun = process_time()
                export(store, Selection(), target, format)
                found[number] = process_time() - begun
                size = sum(file.stat().st_size for file in Path(name).rglob("*") if file.is_file())
                print(f"{number:,} documents as {format}: {found[number]:.1f} s, {size / 1e6:,.0f} MB", flush=True)
                for file in Path(name).rglob("*"):
                    if file.is_file():
                        file.unlink()
    for format, found in costs.items():
        figures.told(f"export of {max(numbers):,} documents as {format}, processor time", found[max(numbers)], " s")
        figures.growth(f"export of everything as {format}", found, " s")
    return int(figures.has_missed)


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]] or list(SIZES)))
