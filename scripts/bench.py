#!/usr/bin/env python3
"""Runs every measurement of tests/benchmarks and writes what they find to docs/performance.md.

    scripts/bench.py             runs and prints
    scripts/bench.py --write     also writes docs/performance.md, after each measurement
    scripts/bench.py speed …     only these; with --write the others keep what was measured before
    scripts/bench.py --keep      takes the stores that an earlier run has left in build/bench

ZHENGPU_BENCH=small measures 100 and 300 documents in place of 100, 1,000 and 10,000: minutes instead of most of an hour, and bounds on the large numbers
are not looked at; ZHENGPU_BENCH=100,1000 names other numbers. Exit code 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "tests" / "benchmarks"
STORES = Path(os.environ.get("ZHENGPU_BENCH_STORES") or ROOT / "build" / "bench")
TABLE = ROOT / "docs" / "performance.md"
ORDER = ("speed", "reading", "building", "loading", "questions", "other_engine", "search", "serving", "linking", "whole_exports", "exports", "pages")
HEAD = """# Performance

Written by `make bench` (`scripts/bench.py --write`): what the programs of `tests/benchmarks` found. Ratios are measured side by side in one run and hold on
other machines; times are of the machine named in each part, which other work may have disturbed. Documents are texts recombined from the packaged samples
(`tests/many_texts.py`), the samples among them, of some 2,300 triples each.
"""
FIGURES_HEAD = """## Figures and bounds

| measurement | figure | bound | measured | |
|---|---|---|---|---|
"""
GROWTH_HEAD = """## Growth with the number of documents

The slope is that of the line between the ends on log-log paper (1 is in proportion, 2 with the square); the bound is n·log n between the same ends.

| measurement | what | cost | slope | n·log n | |
|---|---|---|---|---|---|
"""
MEMORY = """## Reading from memory and from disk

`zhengpu serve` answers from a snapshot of the store in memory as long as it fits, and from the index on disk beyond that, or while the snapshot is being
read: the same engine and the same answers, from memory several times sooner (the figures above). The commands, which end after one answer, read the index.

- **The limit** is half of the memory of the machine, or of the container where that may take less (`memory.max` of its cgroup), at 400 bytes a triple
  (`zhengpu.graph.storage.snapshot`). A triple takes some 310 bytes, and for a moment up to 370 while it is read; the other half is for queries
  (`--max-memory` each) and for the page cache.
- **There is one snapshot at a time**: after a change the server answers from the new index on disk at once, lets go of the old snapshot, and takes the new
  one when it is read. Workers are forks that share it.
- **Beyond the limit** point questions stay quick on disk, and questions over everything take seconds; an index made by a build has its tables merged, without
  which reading takes two to ten times as long. What to do then is in [scaling.md](scaling.md).
"""
_ROW_RE = re.compile(r"^\| (\w+) \|.*$", re.M)


def programs() -> list[str]:
    found = {path.stem for path in BENCHMARKS.glob("*.py")}
    return [name for name in ORDER if name in found] + sorted(found - set(ORDER))


def measured(name: str) -> tuple[str, list[dict[str, Any]], int]:
    """What a measurement printed, shown as it goes, the figures that it told, and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures")
        environment = {**os.environ, "ZHENGPU_BENCH_FIGURES": str(figures), "ZHENGPU_BENCH_STORES": str(STORES)}
        command = [sys.executable, str(BENCHMARKS / f"{name}.py")]
        run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        lines = []
        assert run.stdout is not None
        for line in run.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
        code = run.wait()
        told = figures.read_text("utf-8").splitlines() if figures.exists() else []
        return "\n".join(lines).strip(), [json.loads(line) for line in told], code


def told(name: str) -> str:
    """The first paragraph of a program's docstring."""
    text = (BENCHMARKS / f"{name}.py").read_text("utf-8").split('"""')[1]
    return " ".join(text.strip().split("\n\n")[0].split())


def part(name: str, output: str) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"## {name}\n\n{told(name)} ({machine})\n\n```text\n{output}\n```\n"


def figure_row(name: str, found: dict[str, Any]) -> str:
    verdict = {True: "met", False: "**missed**", None: ""}[found["is_met"]]
    return f"| {name} | {found['name']} | {found['bound']} | {found['measured']} | {verdict} |"


def growth_row(name: str, found: dict[str, Any]) -> str:
    costs = ", ".join(f"{int(documents):,}: {cost:,.3g}{found['unit']}" for documents, cost in found["costs"].items())
    return f"| {name} | {found['name']} | {costs} | {found['slope']:.2f} | {found['bound']:.2f} | {'met' if found['is_met'] else '**missed**'} |"


class Table:
    """docs/performance.md: the rows of its two tables and its parts, by measurement."""

    def __init__(self) -> None:
        """As it stands; what is measured anew takes the place of what there is."""
        text = TABLE.read_text("utf-8") if TABLE.is_file() else ""
        sections = {match[1]: match[0] for match in re.finditer(r"^## ([^\n]+)\n.*?(?=^## |\Z)", text, re.M | re.S)}
        self.figures = self._rows(sections.get(FIGURES_HEAD[3 : FIGURES_HEAD.index("\n")], ""))
        self.growth = self._rows(sections.get(GROWTH_HEAD[3 : GROWTH_HEAD.index("\n")], ""))
        self.parts = {name: sections[name].rstrip() + "\n" for name in programs() if name in sections}

    @staticmethod
    def _rows(section: str) -> dict[str, list[str]]:
        rows: dict[str, list[str]] = {}
        for match in _ROW_RE.finditer(section):
            if match[1] in programs():
                rows.setdefault(match[1], []).append(match[0])
        return rows

    def put(self, name: str, output: str, found: list[dict[str, Any]]) -> None:
        self.parts[name] = part(name, output)
        self.figures[name] = [figure_row(name, one) for one in found if "slope" not in one]
        self.growth[name] = [growth_row(name, one) for one in found if "slope" in one]

    def write(self) -> None:
        def rows(of: dict[str, list[str]]) -> str:
            return "".join(f"{row}\n" for name in programs() for row in of.get(name, ()))

        parts = [FIGURES_HEAD + rows(self.figures), GROWTH_HEAD + rows(self.growth), MEMORY, *(self.parts[name] for name in programs() if name in self.parts)]
        TABLE.write_text(HEAD + "\n" + "\n".join(parts), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(programs())}")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    if unknown := sorted(set(args.names) - set(programs())):
        parser.error(f"there is no measurement {unknown[0]}: {', '.join(programs())}")
    if not args.keep:
        shutil.rmtree(STORES, ignore_errors=True)
    STORES.mkdir(parents=True, exist_ok=True)
    table, missed = Table(), []
    for name in args.names or programs():
        print(f"-- {name}: {told(name)}", flush=True)
        output, found, code = measured(name)
        if code:
            missed.append(name)
        if output:
            table.put(name, output, found)
        if args.write:
            table.write()
    if missed:
        print(f"a bound was missed, or the measurement failed: {', '.join(missed)}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
