"""Files that keep whoever opens them waiting: pipes and devices, links that lead nowhere, and documents with which a reader does not come to an end."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import many_texts
import pytest
from running import Run
from test_building import POSIX, always_workers, built, is_over, site, until

from zhengpu.pipeline import documents_in
from zhengpu.pipeline.deadline import watched

__all__ = ["always_workers"]
pytestmark = POSIX

LATE = """
import os, pathlib, signal
real = pathlib.Path.read_bytes
def read_bytes(self):
    if self.name.startswith("late"):
        os.kill(os.getpid(), signal.SIGALRM)
    return real(self)
pathlib.Path.read_bytes = read_bytes
"""

HOLDING = """
import pathlib, time
real = pathlib.Path.read_bytes
pathlib.Path.read_bytes = lambda self: time.sleep(600) if self.name.startswith("plan-") else real(self)
"""


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with a document, a pipe, a device, and links that lead back to themselves and nowhere."""
    folder = tmp_path / "odd"
    (plan,) = many_texts.write(folder, 1)
    plan.rename(folder / "plan.txt")
    os.mkfifo(folder / "pipe.txt")
    for name, target in (("device", "/dev/zero"), ("loop", "loop.txt"), ("nowhere", "gone.txt")):
        (folder / f"{name}.txt").symlink_to(target)
    return folder


def test_a_pipe_and_a_device_are_named_and_not_opened(odd: Path) -> None:
    files, failed = documents_in([odd])
    assert [file.name for file in files] == ["loop.txt", "nowhere.txt", "plan.txt"]
    assert [failure.path.name for failure in failed] == ["device.txt", "pipe.txt"]
    assert all("a pipe or a device" in failure.reason for failure in failed)
    assert documents_in([odd / "pipe.txt"])[0] == documents_in([f"{odd}/p[i]pe.txt"])[0] == []


@pytest.mark.parametrize("target", [("--store", "store"), ("--to", "parts")])
def test_a_build_names_what_it_cannot_open_and_reads_the_rest(odd: Path, tmp_path: Path, zhengpu: Run, target: tuple[str, str]) -> None:
    done = zhengpu("build", str(odd), target[0], str(tmp_path / target[1]), "--jobs", "0")
    assert done.code == 1
    assert {line.partition(".txt:")[0].rpartition("/")[2] for line in done.err.splitlines() if "/odd/" in line} == {"pipe", "device", "loop", "nowhere"}
    assert "1 added" in done.err + done.out or "1 documents" in done.err + done.out


def circle() -> None:
    """What only the system can end: no other thread of Python runs meanwhile."""
    with watched():
        re.match(r"(a+)+$", "a" * 60 + "b")


def test_a_process_that_turns_in_a_circle_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_READING", "1")
    process = multiprocessing.get_context("spawn").Process(target=circle)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGALRM


def test_who_reads_for_himself_is_not_ended() -> None:
    with watched() as begin:
        begin()
        assert signal.alarm(0) == 0


@pytest.mark.usefixtures("always_workers")
def test_a_file_of_which_nothing_comes_is_given_up_at_once_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = many_texts.write(tmp_path / "plans", 3)
    late = files[1].rename(files[1].with_name("late.txt"))
    monkeypatch.setenv("PYTHONPATH", site(tmp_path / "site", LATE))
    report = built(tmp_path / "store", files[0], late, files[2], jobs=1)
    assert [one.path for one in report.read] == [files[0], files[2]]
    assert [failure.path for failure in report.failed] == [late]
    assert "nothing came of it for 3,600 seconds" in report.failed[0].reason
    assert "ZHENGPU_LIMIT_READING" in report.failed[0].reason


@pytest.mark.slow
def test_a_build_of_parts_that_is_stopped_does_not_wait_for_its_batches(tmp_path: Path) -> None:
    many_texts.write(tmp_path / "plans", 4)
    holding = site(tmp_path / "site", HOLDING)
    code = "import sys; from zhengpu.cli import main; main(sys.argv[1:])"
    arguments = ["build", str(tmp_path / "plans"), "--to", str(tmp_path / "parts"), "--jobs", "2", "--batch", "2"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a program that starts with it ignored goes on ignoring it
    try:
        command = [sys.executable, "-c", code, *arguments]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": holding}, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)
    until(lambda: len(children(process.pid)) >= 3)  # two that read, and the tracker of multiprocessing
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert b"Stopped" in errors
    assert b"Traceback" not in errors
    until(lambda: is_over(process.pid), 60)


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(number) for number in found.stdout.split()]
