#!/usr/bin/env python3
"""Exports and network pages as the number of documents grows: everything as N-Quads and as networks, one region, a body and what lies around it,
a projection, and the page of each that is small enough.

    python tests/benchmarks/whole_exports.py [NUMBER …]        # of documents

Seconds of the processor, each once, each in a process of its own, whose most memory is told: the slope says more than they do. What was written is
deleted at once; everything takes some 0.6 MB a document as N-Quads. 10,000 documents take some ten minutes.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

import many_stores
from measuring import SIZES, Figures

from zhengpu import ids
from zhengpu.cli.drawing import write_page
from zhengpu.cli.network_files import PAGE, deliver
from zhengpu.errors import ZhengpuError
from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.exports.export import export
from zhengpu.graph.exports.selection import Selection
from zhengpu.graph.networks.projections import projection
from zhengpu.graph.storage.store import Store, open_store

NO_LIMIT = 10**9  # things; the command gives up at 100,000 unless it is told otherwise
BODY = "国家知识产权局"
SHANGHAI = ids.region("310000")
NETWORKS = 3.0  # times N-Quads of the same documents
WHOLE = ("everything as nq", "everything as graphml", "everything as csv")


def run(what: str, store: Store, folder: Path) -> None:
    """One of WORK. Prints what was refused."""
    kind, _, format = what.rpartition(" as ")
    target = folder / f"out.{format}"
    if kind == "everything":
        export(store, Selection(most=NO_LIMIT), target, format)
    elif kind == "Shanghai":
        export(store, Selection(regions=(SHANGHAI,), most=NO_LIMIT), target, format)
    elif kind == "a body, 1 hop":
        export(store, Selection(around=ids.institution(BODY), hops=1, most=NO_LIMIT), target, format)
    elif kind == "a body, 2 hops of 500":
        write_page(store, BODY, target)
    else:
        found = projection(store, kind)
        deliver([found], target, format, Cover(kind))
        print(f"    {len(found.nodes):,} things, of which a page shows {PAGE:,} at most", flush=True)


WORK = (*WHOLE, "Shanghai as graphml", "a body, 1 hop as graphml", "a body, 2 hops of 500 as html", "co-responsibility as gexf", "plan-plan as graphml")


def main(numbers: list[int]) -> int:
    figures = Figures()
    costs: dict[str, dict[int, float]] = {what: {} for what in WORK}
    memory: dict[str, dict[int, float]] = {what: {} for what in WORK}
    for number in numbers:
        for what in WORK:
            command = [sys.executable, __file__, "--one", what, str(many_stores.store(number))]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout.splitlines()
            seconds, megabytes, size = map(float, told.pop().split())
            if size:
                costs[what][number], memory[what][number] = seconds, megabytes
            print(f"{number:,} documents, {what}: {seconds:.1f} s, {megabytes:,.0f} MB of memory, {size:,.1f} MB written", *told, sep="\n", flush=True)
    most = max(numbers)
    for what, found in costs.items():
        if most in found:
            figures.told(f"export of {most:,} documents, {what}, processor time", found[most], " s")
    for what in WHOLE[1:]:
        figures.most(f"{most:,} documents, {what} against nq", costs[what][most] / costs[WHOLE[0]][most], NETWORKS, "×")
        figures.told(f"{most:,} documents, {what}, memory", memory[what][most], " MB")
    for what, found in costs.items():
        if what != "plan-plan as graphml":  # pairs of plans grow with the square of their number, and are refused above a limit
            figures.growth(f"export, {what}", found, " s")
    return int(figures.has_missed)


def one(what: str, folder: str) -> None:
    """In a process of its own; the last line it prints is seconds, MB of memory, and MB written (0: refused)."""
    with open_store(folder) as store, tempfile.TemporaryDirectory(dir=many_stores.FOLDER) as name:
        begun = process_time()
        try:
            run(what, store, Path(name))
        except ZhengpuError as error:
            print(f"    refused: {error}")
        seconds = process_time() - begun
        written = sum(file.stat().st_size for file in Path(name).iterdir())
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e3 if sys.platform == "linux" else 1e6), written / 1e6)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        sys.exit(main([int(number) for number in sys.argv[1:]] or list(SIZES)))
