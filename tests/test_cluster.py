"""A cluster of real processes on this machine: its scheduler and workers are started here, and killed; what is built is what one machine builds."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import plan_files
import psutil
import pytest
from running import Run

from zhengpu.errors import ZhengpuError
from zhengpu.graph.storage.store import create_store
from zhengpu.pipeline import build
from zhengpu.pipeline.parts.building import build_parts
from zhengpu.pipeline.parts.loading import load
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.sources import sources_in
from zhengpu.pipeline.parts.writing import Written

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(find_spec, ("distributed", "fsspec", "pyarrow"))), reason="the extra `cluster` is not installed"),
]

# Put into a worker before anything else: a file whose name says so kills its reader, and one is read slowly.
HARMFUL = """
import os, pathlib, signal, time
read = pathlib.Path.read_bytes
def harmful(path):
    if "deadly" in path.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "slow" in path.name:
        time.sleep(0.3)
    return read(path)
pathlib.Path.read_bytes = harmful
"""
START = "import sys; from distributed.cli.{} import main; sys.argv[0] = 'dask'; main()"


class Cluster:
    """A scheduler and workers, each a process of its own on loopback, with a nanny that starts its worker again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        few = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}  # deaths over one task, of usually 3: each costs seconds
        self._start("dask_scheduler", "--host", self.address, "--no-dashboard", "--no-show", **few)

    def add_workers(self, count: int, *options: str, **environment: str) -> None:
        for _ in range(count):
            self._start("dask_worker", self.address, "--nthreads", "1", "--no-dashboard", "--local-directory", str(self._folder), *options, **environment)
        self.workers()

    def workers(self) -> list[psutil.Process]:
        """The processes that read, when all of them are there."""
        wanted = len(self.processes) - 1
        until = time.monotonic() + 120
        while time.monotonic() < until:
            found = [child for nanny in self.processes[1:] for child in psutil.Process(nanny.pid).children() if "spawn_main" in " ".join(child.cmdline())]
            if len(found) == wanted:
                return found
            time.sleep(0.1)
        raise AssertionError("the workers did not come")

    def _start(self, program: str, *options: str, **environment: str) -> None:
        command = [sys.executable, "-c", START.format(program), *options]
        with (self._folder / f"{program}-{len(self.processes)}.log").open("wb") as log:
            self.processes.append(subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log))

    def end(self) -> None:
        for process in reversed(self.processes):
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
                child.kill()
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "sitecustomize.py").write_text(HARMFUL)
    made = Cluster(tmp_path / "cluster")
    yield made
    made.end()


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    return plan_files.write(tmp_path / "plans", 24)


def into(to: Path, plans: Path, cluster: Cluster, batch: int = 4, done: Callable[[int, int], None] | None = None) -> Written:
    return build_parts(sources_in([str(plans)])[0], str(to), batch=batch, dask=cluster.address, progress=done)


def kept(folder: Path) -> dict[str, bytes]:
    found = [folder / "manifest.json", *folder.glob("documents/*"), *folder.glob("schema/*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


def same_as_one_machine(place: Path, plans: Path, tmp_path: Path) -> bool:
    with create_store(tmp_path / "store") as store, create_store(tmp_path / "alone") as alone:
        load(Location(str(place)), store)
        build([plans], alone)
    return kept(tmp_path / "store") == kept(tmp_path / "alone")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def with_harm(cluster: Cluster) -> dict[str, str]:
    return {"PYTHONPATH": f"{cluster._folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}


def test_a_killed_worker_costs_its_task_only(cluster: Cluster, plans: Path, tmp_path: Path, zhengpu: Run) -> None:
    for path in sorted(plans.iterdir()):
        path.rename(path.with_name(f"slow-{path.name}"))
    cluster.add_workers(2, **with_harm(cluster))
    killed: list[int] = []

    def kill() -> None:
        """One of the two workers, when some tasks are done and others are not."""
        while len(list((tmp_path / "place").glob("manifest/*.parquet"))) < 2:
            time.sleep(0.02)
        victim = cluster.workers()[0]
        killed.append(victim.pid)
        victim.kill()

    killer = Thread(target=kill)
    killer.start()
    done = zhengpu("build", plans, "--to", tmp_path / "place", "--dask", cluster.address, "--batch", 4)
    killer.join()
    assert killed
    assert done.code == 0, done.err
    assert "24 documents" in done.out
    build_parts(sources_in([str(plans)])[0], str(tmp_path / "here"), batch=4)
    assert files(tmp_path / "place") == files(tmp_path / "here"), "byte for byte what this process alone writes"
    assert same_as_one_machine(tmp_path / "place", plans, tmp_path)
    again = zhengpu("build", plans, "--to", tmp_path / "place", "--dask", cluster.address)
    assert "(24 not read again)" in again.out


def test_a_file_that_kills_worker_after_worker_is_found_and_the_rest_goes_on(cluster: Cluster, plans: Path, tmp_path: Path) -> None:
    deadly = plans / "plan-0010-deadly.txt"
    (plans / "plan-0010.txt").rename(deadly)
    cluster.add_workers(2, **with_harm(cluster))
    written = into(tmp_path / "place", plans, cluster)
    assert written.counts.documents == 23
    [(path, reason)] = written.failed
    assert path == str(deadly)
    assert "workers, one after the other, died over it" in reason
    assert f"zhengpu facts {deadly}" in reason
    # next time it is tried again, here where nothing kills; the rest is not
    again = build_parts(sources_in([str(plans)])[0], str(tmp_path / "place"), batch=4)
    assert (again.read, again.failed) == (1, ())
    assert same_as_one_machine(tmp_path / "place", plans, tmp_path)


def test_a_build_goes_on_where_one_was_whose_scheduler_was_lost(cluster: Cluster, plans: Path, tmp_path: Path) -> None:
    for path in sorted(plans.iterdir()):
        path.rename(path.with_name(f"slow-{path.name}"))
    cluster.add_workers(1, **with_harm(cluster))

    def lose(done: int, total: int) -> None:
        if done == 8:
            cluster.processes[0].send_signal(signal.SIGKILL)

    with pytest.raises(ZhengpuError, match=r"is gone.*run the build again"):
        into(tmp_path / "place", plans, cluster, done=lose)
    assert not (tmp_path / "place" / "zhengpu-parts.json").exists()
    again = build_parts(sources_in([str(plans)])[0], str(tmp_path / "place"), batch=4)
    assert again.known >= 8
    assert again.known + again.read == 24
    assert same_as_one_machine(tmp_path / "place", plans, tmp_path)


def test_a_worker_that_would_read_otherwise_is_refused(cluster: Cluster, plans: Path, tmp_path: Path) -> None:
    cluster.add_workers(1, ZHENGPU_BASE="https://elsewhere.example/")
    with pytest.raises(ZhengpuError, match=r"another version of zhengpu .*ZHENGPU_BASE"):
        into(tmp_path / "place", plans, cluster)


def test_a_scheduler_that_is_not_there_is_named(plans: Path, tmp_path: Path, zhengpu: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhengpu.pipeline.parts.cluster._CONNECTING", 1.0)
    done = zhengpu("build", plans, "--to", tmp_path / "place", "--dask", "tcp://127.0.0.1:9")
    assert done.code == 2
    assert "No scheduler of dask answers at tcp://127.0.0.1:9" in done.err
    assert zhengpu("build", plans, "--to", tmp_path / "place", "--dask", "no address at all").code == 2
    done = zhengpu("build", plans, "--to", "memory://x", "--dask", "tcp://127.0.0.1:9")
    assert (done.code, "no worker sees it" in done.err) == (2, True)


def test_without_workers_a_build_gives_up(cluster: Cluster, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhengpu.pipeline.parts.cluster._WAITING", 2.0)
    monkeypatch.setattr("zhengpu.pipeline.parts.cluster._LOOKING", 0.5)
    with pytest.raises(ZhengpuError, match=r"has had no worker for 2 s\. Start some: dask worker tcp://"):
        into(tmp_path / "place", plans, cluster)
