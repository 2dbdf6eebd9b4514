"""A disk that takes nothing more while a store is changed: told in a sentence, the store as it was, and done again afterwards it goes well.

The limit on the size of a file stands for the disk: what is written beyond it fails as it does on a disk that is full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import many_texts
import pytest
from test_building import POSIX, built, truth

from zhengpu.graph.storage.store import open_store

pytestmark = POSIX


def run(*arguments: str | Path, room: int = 0) -> subprocess.CompletedProcess[str]:
    """A command of a process that may write no file of more than `room` bytes (0: of any size)."""
    code = "import sys; from zhengpu.cli import main; main(sys.argv[1:])"
    if room:
        code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); {code}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    assert not built(tmp_path / "store", *many_texts.write(tmp_path / "first", 2)).failed
    return tmp_path / "store"


@pytest.mark.parametrize("room", [2_000, 60_000, 200_000])
@pytest.mark.parametrize("command", ["build", "load", "link", "rebuild"])
def test_a_full_disk_is_told_and_the_store_is_as_it_was(command: str, room: int, store: Path, tmp_path: Path) -> None:
    plans, parts = tmp_path / "plans", tmp_path / "parts"
    many_texts.write(plans, 5)
    if command == "load":
        assert run("build", plans, "--to", parts, "--jobs", "0").returncode == 0
    arguments = {"build": (plans, "--jobs", "0"), "load": (parts,), "link": (), "rebuild": ()}[command]
    before = truth(store)
    done = run(command, *arguments, "--store", store, room=room)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "room" in done.stderr.lower()
    assert truth(store)["manifest.json"] == before["manifest.json"]
    assert before.items() <= truth(store).items()
    assert not list((store / "index").glob(".*.new"))
    again = run(command, *arguments, "--store", store)
    assert again.returncode == 0, again.stderr
    with open_store(store) as opened:
        assert len(opened.documents) == (5 if command in ("build", "load") else 2)
