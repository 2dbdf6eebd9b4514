#!/usr/bin/env python3
"""Runs every measurement of tests/benchmarks and writes what they print to docs/performance.md.

    scripts/bench.py             runs and prints
    scripts/bench.py --write     also writes docs/performance.md
    scripts/bench.py speed …     only these; with --write the others keep what was measured before

Ratios are measured side by side in one run, so they hold on other machines; seconds hold on this one. Exit code 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "tests" / "benchmarks"
TABLE = ROOT / "docs" / "performance.md"
HEAD = """# Performance

Written by `make bench` (`scripts/bench.py --write`): each part is what one program of `tests/benchmarks` printed. Ratios are measured side by side in one
run and hold on other machines; times are of the machine named above each part, which other work may have disturbed.
"""


def programs() -> list[str]:
    return sorted(path.stem for path in BENCHMARKS.glob("*.py"))


def measured(name: str) -> tuple[str, int]:
    """What a measurement printed, shown as it goes, and its exit code."""
    run = subprocess.Popen([sys.executable, str(BENCHMARKS / f"{name}.py")], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    lines = []
    assert run.stdout is not None
    for line in run.stdout:
        print(line, end="", flush=True)
        lines.append(line.rstrip())
    return "\n".join(lines).strip(), run.wait()


def told(name: str) -> str:
    """The first paragraph of a program's docstring."""
    text = (BENCHMARKS / f"{name}.py").read_text("utf-8").split('"""')[1]
    return " ".join(text.strip().split("\n\n")[0].split())


def part(name: str, output: str) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"## {name}\n\n{told(name)} ({machine})\n\n```text\n{output}\n```\n"


def kept() -> dict[str, str]:
    """The parts that stand in the table, by name."""
    text = TABLE.read_text("utf-8") if TABLE.is_file() else ""
    return {match[1]: match[0].rstrip() + "\n" for match in re.finditer(r"^## (\w+)\n.*?(?=^## |\Z)", text, re.M | re.S)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(programs())}")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    if unknown := sorted(set(args.names) - set(programs())):
        parser.error(f"there is no measurement {unknown[0]}: {', '.join(programs())}")
    parts, missed = kept(), []
    for name in args.names or programs():
        print(f"-- {name}: {told(name)}", flush=True)
        output, code = measured(name)
        if code:
            missed.append(name)
        if output:
            parts[name] = part(name, output)
    if args.write:
        TABLE.write_text(HEAD + "\n" + "\n".join(parts[name] for name in sorted(parts)), "utf-8")
    if missed:
        print(f"a bound was missed, or the measurement failed: {', '.join(missed)}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
