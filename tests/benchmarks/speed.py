#!/usr/bin/env python3
"""Speed, as ratios that hold on any machine; fails (exit code 1) where a ratio is above 1.

    python tests/benchmarks/speed.py [--rounds N] [--json]

1. facts: reading a file and extracting its facts, against `jieba.lcut` of the same text, side by side in one process, in turns, so that
   whatever slows the machine slows both. Process time; the median of the rounds' ratios.
2. build: the five sample documents into a new store, process time after import, against 2 s.
3. help: `zhengpu --help`, wall time of a new process, against 0.4 s; the least of the rounds, for a start is disturbed in one direction only.

jieba is a dependency of the benchmark only: pip install "zhengpu[bench]".
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from measuring import Figures

BUILD_SECONDS = 2.0
HELP_SECONDS = 0.4
SAMPLES = sorted(Path(str(files("zhengpu.samples"))).glob("*.txt"))


def seconds(work: Callable[[], Any]) -> float:
    """Process time that the call takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def facts_against_jieba(rounds: int) -> dict[str, Any]:
    import jieba

    from zhengpu.extract import facts
    from zhengpu.loaders import load

    jieba.setLogLevel(logging.WARNING)
    texts = {path: path.read_text("utf-8") for path in SAMPLES}
    for path, text in texts.items():  # dictionaries and patterns are loaded once, before the clock runs
        jieba.lcut(text)
        facts(load(path))
    taken = []
    for _ in range(rounds):
        ours = theirs = 0.0
        for path, text in texts.items():
            theirs += seconds(lambda text=text: jieba.lcut(text))  # type: ignore[misc]
            ours += seconds(lambda path=path: facts(load(path)))  # type: ignore[misc]
        taken.append((ours, theirs))
    characters = sum(map(len, texts.values()))
    return {
        "ratio": statistics.median(ours / theirs for ours, theirs in taken),
        "microseconds_per_character": 1e6 * statistics.median(ours for ours, _ in taken) / characters,
        "jieba_microseconds_per_character": 1e6 * statistics.median(theirs for _, theirs in taken) / characters,
    }


def build_of_the_samples(rounds: int) -> dict[str, Any]:
    from zhengpu.graph.storage.store import create_store
    from zhengpu.pipeline import build

    taken = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder, create_store(Path(folder) / "store") as store:
            taken.append(seconds(lambda store=store: build(SAMPLES, store)))  # type: ignore[misc]
    return {"ratio": statistics.median(taken) / BUILD_SECONDS, "seconds": statistics.median(taken)}


def start_of_help(rounds: int) -> dict[str, Any]:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "zhengpu", "--help"], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
    return {"ratio": min(taken) / HELP_SECONDS, "seconds": min(taken)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    measured: dict[str, Callable[[], dict[str, Any]]] = {
        "facts against jieba.lcut": lambda: facts_against_jieba(args.rounds),
        f"build of {len(SAMPLES)} documents against {BUILD_SECONDS} s": lambda: build_of_the_samples(3),
        f"zhengpu --help against {HELP_SECONDS} s": lambda: start_of_help(5),
    }
    if args.json:
        print(json.dumps({name: measure() for name, measure in measured.items()}, indent=1))
        return 0
    figures = Figures()
    for name, measure in measured.items():
        found = measure()
        figures.most(name, found["ratio"], 1.0, "×")
        print("    " + ", ".join(f"{value:.3f} {unit.replace('_', ' ')}" for unit, value in found.items() if unit != "ratio"), flush=True)
    return int(figures.has_missed)


if __name__ == "__main__":
    raise SystemExit(main())
