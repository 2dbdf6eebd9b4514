"""A build killed by force at any point, with all its processes: the store opens, with whole documents only, and a rerun ends as if nothing had been.

Twelve kills by default; ZHENGPU_KILLS=200 in the environment makes more of them. Where each falls is drawn from the number of the kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import many_texts
import pytest
from test_building import POSIX, started, truth

from zhengpu import cli
from zhengpu.graph.storage.store import create_store, open_store
from zhengpu.pipeline import build

PLANS = 36  # as many as make worker processes worth their start
BEFORE = 4  # of them are in the store before the build that is killed
KILLS_OF_A_STORE = 3
STORES = -(-int(os.environ.get("ZHENGPU_KILLS", "12")) // KILLS_OF_A_STORE)

pytestmark = [POSIX, pytest.mark.slow]


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed") / "plans"
    many_texts.write(folder, PLANS)
    return folder


def begun(folder: Path, plans: Path) -> None:
    """A store with the first plans."""
    with create_store(folder) as store:
        build(sorted(plans.rglob("*.txt"))[:BEFORE], store)


def exported(folder: Path) -> bytes:
    """The whole graph as N-Quads."""
    target = folder.with_suffix(".nq")
    with pytest.raises(SystemExit) as left:
        cli.main(["export", "--all", "--store", str(folder), "--to", str(target)])
    assert not left.value.code
    return target.read_bytes()


@pytest.fixture(scope="module")
def undisturbed(plans: Path) -> tuple[dict[str, bytes], bytes, int]:
    """Manifest and shards, the graph, and how many files a build leaves in the folder of the store."""
    folder = plans.with_name("undisturbed")
    begun(folder, plans)
    with create_store(folder) as store:
        build([plans], store)
    return truth(folder), exported(folder), files(folder)


def files(folder: Path) -> int:
    """How many there are: what a build has written so far."""
    return sum(len(names) for _, _, names in os.walk(folder))


def killed(process: subprocess.Popen[bytes], folder: Path, random: Random, most: int) -> bool:
    """Kills the process group when the folder has a number of files that is drawn, and a moment later; whether it was still at work."""
    present = files(folder)  # more than in the end, where an earlier kill left some
    fatal, moment = present + random.randint(0, max(most - present, 8)), random.uniform(0, 0.1)
    while process.poll() is None and files(folder) < fatal:
        time.sleep(0.002)
    time.sleep(moment)
    was_at_work = process.poll() is None
    os.killpg(process.pid, signal.SIGKILL) if was_at_work else None
    process.communicate()
    return was_at_work


@pytest.mark.parametrize("number", range(STORES))
def test_killed_at_any_point_a_build_goes_on_and_ends_as_if_nothing_had_been(
    number: int, plans: Path, undisturbed: tuple[dict[str, bytes], bytes, int], tmp_path: Path
) -> None:
    whole, graph, most = undisturbed
    random, folder = Random(number), tmp_path / "store"
    begun(folder, plans)
    contents = {(folder / "manifest.json").read_bytes(), whole["manifest.json"]}
    kills = 0
    for _ in range(KILLS_OF_A_STORE):
        kills += killed(started(folder, plans, "--jobs", str(1 + number % 2)), folder, random, most)
        assert (folder / "manifest.json").read_bytes() in contents, "neither as before nor as after"
        with open_store(folder) as store:
            assert len(store.documents) in (BEFORE, PLANS)
            lines = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").serialize("nt").splitlines()
            assert set(lines) == {line for entry in store.entries for line in store.triples(entry).splitlines()}
    assert kills
    done = subprocess.run(
        [sys.executable, "-m", "zhengpu", "build", str(plans), "--store", str(folder), "--jobs", str(2 - number % 2)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert truth(folder) == whole
    assert exported(folder) == graph
