#!/usr/bin/env python3
"""Runs the commands of the READMEs and of docs/scaling.md and puts what they print under them, so that no output there is typed.

    scripts/readme.py            compares and exits with 1 where a README is not what the commands print
    scripts/readme.py --write    rewrites the READMEs

A block ```console holds commands behind "$ " and, below each, its output. `lines=N` behind console keeps the first N lines of each output.
The commands run in an empty directory in which `src` is this repository's; times, which differ from run to run, are kept as they stand.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "docs" / "scaling.md")
HOME = "/home/you"  # stands for the folder that the commands ran in
WIDTH = 118  # columns of the pretended terminal
_BLOCK_RE = re.compile(r"```console(?: lines=(?P<lines>\d+))?\n(?P<body>.*?)```", re.S)
_SECONDS_RE = re.compile(r"\d+\.\d+ s\b")


def printed(command: str, folder: Path) -> str:
    """What a command prints, standard error included. Raises SystemExit if it fails."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    run = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{command}\nended with {run.returncode}:\n{run.stdout}")
    return run.stdout.replace(str(folder.resolve()), HOME)


def renewed(readme: str) -> str:
    """The README with every console block's output made anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "src").symlink_to(ROOT / "src", target_is_directory=True)

        def block(match: re.Match[str]) -> str:
            most = int(match["lines"]) if match["lines"] else None
            out = []
            for command in re.findall(r"^\$ (.+)$", match["body"], re.M):
                lines = [line.rstrip() for line in printed(command, folder).rstrip().splitlines()]
                out.append(f"$ {command}")
                out += lines if most is None or len(lines) <= most else [*lines[:most], "…"]
            return f"```console{f' lines={most}' if most else ''}\n" + "\n".join(out) + "\n```"

        return _BLOCK_RE.sub(block, readme)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    stale = 0
    for path in READMES:
        old = path.read_text("utf-8")
        new = renewed(old)
        if _SECONDS_RE.sub("# s", new) == _SECONDS_RE.sub("# s", old):
            continue
        if options.write:
            path.write_text(new, "utf-8")
            print(f"{path.name}: written")
        else:
            stale = 1
            sys.stdout.writelines(difflib.unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), path.name, "printed now"))
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
