"""The life of `zhengpu serve`: what it starts with, its processes while it runs, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
import pytest
from serving import CROSS, Served, all_idle, code, eventually, lives, served
from test_protocol import E, build

NAMES = f"SELECT ?o {{ ?s <{E}名> ?o }} ORDER BY ?o"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("served") / "store")


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Served]:
    with served(store, "--timeout", 1.0) as running:
        yield running


def ask_in_vain(running: Served) -> None:
    """A query that the end of the server ends, with an answer or without."""
    with suppress(OSError, HTTPException):
        assert running.select(CROSS).status == 503


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_and_no_process_stays(store: Path, number: signal.Signals) -> None:
    with served(store, "--timeout", 60) as running:
        threading.Thread(target=ask_in_vain, args=(running,), daemon=True).start()
        assert eventually(lambda: not all_idle(running))
        processes = running.children()
        assert len(processes) >= 2
        begun = time.monotonic()
        running.process.send_signal(number)
        assert running.process.wait(15) == 0
        assert time.monotonic() - begun < 12
        assert eventually(lambda: not any(map(lives, processes)), 5)


def test_whose_query_the_end_of_the_server_ends_is_told_so(store: Path) -> None:
    with served(store, "--timeout", 60) as running:
        answers: list[tuple[int, str]] = []

        def ask() -> None:
            answer = running.select(CROSS)
            answers.append((answer.status, code(answer.body)))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        assert eventually(lambda: b'doing="slow"} 2' in running.ask("GET", "/metrics").body)
        running.process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(20)
        assert answers == [(503, "cancelled")] * 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a worker ends when its query has")
def test_killed_by_force_it_leaves_no_process(store: Path) -> None:
    with served(store, "--timeout", 60) as running:
        threading.Thread(target=ask_in_vain, args=(running,), daemon=True).start()
        assert eventually(lambda: not all_idle(running))
        processes = running.children()
        running.process.kill()
        running.process.wait()
        assert eventually(lambda: not any(map(lives, processes)), 5)


def test_a_worker_or_the_process_behind_them_that_dies_is_replaced(store: Path) -> None:
    with served(store, "--cache", 0) as running:
        for _ in range(2):
            for child in running.children():  # the process behind the workers, and they: some end with it, before their turn
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            assert eventually(lambda: running.ask("GET", "/healthz").status == 200)
            assert eventually(lambda: running.select(NAMES).status == 200)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--store", "nowhere"], "There is no store at nowhere"),
        (["--writable"], "--token-file"),
        (["--token-file", "x"], "--writable"),
        (["--cors", "example.org"], "no origin"),
        (["--host", "192.0.2.1"], "cannot listen"),
    ],
)
def test_what_cannot_be_served_is_said(store: Path, options: list[str], message: str) -> None:
    command = [sys.executable, "-m", "zhengpu", "serve", "--store", str(store), "--port", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "COLUMNS": "300"})
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_said(server: Served, store: Path) -> None:
    command = [sys.executable, "-m", "zhengpu", "serve", "--store", str(store), "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "cannot listen" in done.stderr) == (2, True)


def test_kept_alive_connections_take_many_requests(server: Served) -> None:
    connection = HTTPConnection(server.host, server.port, timeout=10)
    for number in range(20):
        method = ("GET", "HEAD", "POST")[number % 3]
        target = "/sparql?query=ASK%7B%7D" if method != "POST" else "/sparql"
        body = b"query=ASK%7B%7D" if method == "POST" else None
        connection.request(method, target, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (200, method != "HEAD")
    connection.close()
