#!/usr/bin/env python3
"""The question library by rdflib's own engine, on 100 documents: how many times faster the embedded engine answers.

    python tests/benchmarks/other_engine.py [--patience SECONDS] [QUESTION …]

Both have the same triples in memory and the same text of each question with its examples; the median over the questions that rdflib finishes in time, once
each. What it does not finish is named.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import many_stores
import rdflib
from measuring import Figures
from questions import blanks, loaded

from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.sources.guard import prepared
from zhengpu.graph.storage import shards
from zhengpu.graph.storage.manifest import read_manifest
from zhengpu.queries.catalogue import catalogue
from zhengpu.queries.runner import ask

DOCUMENTS = 100


def graph() -> rdflib.Graph:
    folder = many_stores.store(DOCUMENTS)
    found = rdflib.Graph()
    for entry in read_manifest(folder).entries.values():
        found.parse(data=shards.read(folder / entry.shard, entry.shard_sha256), format="nt")
    return found


def answered(theirs: rdflib.Graph, text: str, pipe: Connection) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what it cannot do it tells by a long trace
    began = time.perf_counter()
    rows = len(list(theirs.query(text)))
    pipe.send((time.perf_counter() - began, rows))


def seconds(theirs: rdflib.Graph, text: str, patience: float) -> tuple[float, int] | None:
    """Seconds and rows, by a process that is ended when patience is out."""
    context: Any = multiprocessing.get_context("fork")  # it has the graph already
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=answered, args=(theirs, text, sending))
    process.start()
    sending.close()
    try:
        return receiving.recv() if receiving.poll(patience) else None
    except EOFError:  # it raised an error
        return None
    finally:
        process.kill()
        process.join()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="*")
    parser.add_argument("--patience", type=float, default=10.0)
    options = parser.parse_args()
    source, theirs = EmbeddedSource(loaded(DOCUMENTS)), graph()
    names, ratios, late, other = options.questions or list(catalogue()), [], [], []
    for name in names:
        given = blanks(source, catalogue()[name], True)
        reply = ask(source, name, given)
        text = prepared(reply.question.sparql, reply.bindings, trusted=True)
        times = []
        for _ in range(3):
            began = time.perf_counter()
            rows = len(ask(source, name, given).answer.rows)
            times.append(time.perf_counter() - began)
        found = seconds(theirs, text, options.patience)
        if found is None:
            late.append(name)
        elif found[1] != rows:
            other.append(name)
        else:
            ratios.append(found[0] / min(times))
    figures = Figures()
    figures.told(f"rdflib's own engine on {DOCUMENTS} documents: questions that it finishes in {options.patience:.0f} s", len(ratios) + len(other))
    if ratios:
        figures.told("times faster than rdflib's own engine, median of these", statistics.median(ratios), "×")
    print(f"not in time, or not at all: {', '.join(late) or 'none'}; another number of rows: {', '.join(other) or 'none'}")
    return int(not ratios)


if __name__ == "__main__":
    sys.exit(main())
