"""Real servers for tests and benchmarks: `zhengpu serve` on a free port of the loopback, and a connection that reads what a server really sends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from urllib.parse import quote

import psutil

from zhengpu.queries.server.limits import Limits

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
START = 30  # seconds


@dataclass(frozen=True)
class Served:
    """A server that runs: its address and its process."""

    host: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def sparql(self) -> str:
        return f"{self.url}/sparql"

    def ask(
        self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, timeout: float = 30, host: bool = True
    ) -> Answered:
        """One request over a connection of its own. `target` may hold anything; what is no URL is escaped. `host` False leaves that header out."""
        connection = HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            given = dict(headers or {})
            connection.putrequest(method, quote(target, safe="/?&=%+:,;@!$'()*~[]#"), skip_host=not host or "Host" in given, skip_accept_encoding=True)
            if body is not None:
                given["Content-Length"] = str(len(body))
            for name, value in given.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return Answered(response.status, response.headers, response.read())
        finally:
            connection.close()

    def select(self, sparql: str, **headers: str) -> Answered:
        """A query by POST."""
        return self.ask(
            "POST", "/sparql", sparql.encode(), {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json", **headers}
        )

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer queries: the server's great-grandchildren."""
        found = [psutil.Process(self.process.pid)]
        for _ in range(3):
            found = [child for process in found if lives(process) for child in process.children()]
        return [process for process in found if lives(process)]


@dataclass(frozen=True)
class Answered:
    """A response that was read to its end."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get_content_type()

    @property
    def bindings(self) -> list[dict[str, str]]:
        """The values of a JSON result, row by row."""
        return [{name: term["value"] for name, term in row.items()} for row in json.loads(self.body)["results"]["bindings"]]


@contextmanager
def served(store: Path, *options: object) -> Iterator[Served]:
    """`zhengpu serve` over the store, until the block ends; then it is stopped as a user stops it."""
    with tempfile.TemporaryFile() as errors:
        command = [sys.executable, "-m", "zhengpu", "serve", "--store", str(store), "--port", "0", *map(str, options)]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "300"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
        assert process.stdout is not None
        try:
            address = next((word for line in process.stdout for word in line.decode().split() if word.startswith("http://")), "")
            if not address:
                process.wait(START)
                errors.seek(0)
                raise RuntimeError(f"the server did not start: {errors.read().decode()}")
            host, _, port = address.removeprefix("http://").partition("/")[0].rpartition(":")
            yield Served(host, int(port), process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def wait_for(port: int, seconds: float = START) -> None:
    """Returns when something listens at the port."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def lives(process: psutil.Process) -> bool:
    """Whether the process runs. One may end between any two looks at it."""
    try:
        return process.is_running() and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def all_idle(server: Served) -> bool:
    """Whether nothing runs and every process of the server is quiet."""
    text = server.ask("GET", "/metrics").body.decode()
    return 'doing="slow"} 0' in text and 'doing="quick"} 0' in text and 'doing="waiting"} 0' in text


def all_there(server: Served) -> bool:
    """Whether every worker has come and waits for work: the server answers before that, and a worker that was ended is replaced beside the answers."""
    return all_idle(server) and f'doing="idle"}} {Limits().workers}\n' in server.ask("GET", "/metrics").body.decode()


def eventually(condition: object, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def code(body: bytes) -> str:
    """What a problem that was told calls itself."""
    told: str = json.loads(body)["code"]
    return told
