"""Normal clients among hostile ones: none of the normal requests fails, and the server's memory stays as it was.

One in eleven requests is hostile: malformed, huge, slow, broken off, or a query that would run for ever. ZHENGPU_HOSTILE=10 makes it 1,000 among 10,000.
"""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from serving import Served, served
from test_protocol import A, E, build

pytestmark = pytest.mark.slow

SCALE = float(os.environ.get("ZHENGPU_HOSTILE", "1"))
NORMAL, HOSTILE = int(1000 * SCALE), int(100 * SCALE)
NORMAL_CLIENTS, HOSTILE_CLIENTS = 6, 6
MOST_GROWTH = 48 << 20  # bytes of the server's own process: what its caches may take, and a little

NORMAL_QUERIES = [
    (f"SELECT ?o {{ ?s <{E}名> ?o }} ORDER BY ?o", "乙局"),
    (f"DESCRIBE <{A}>", "甲局"),
    ("SELECT (COUNT(*) AS ?n) { ?s a zp:Document }", '"2"'),
    ("ASK { ?s a zp:Document }", "true"),
]
RUNAWAYS = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(.*)(.*)(.*)(.*)x{40}$') }",
    "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:x>)* ?b . ?b (!<x:x>|^!<x:x>)* ?c . ?c (!<x:x>|^!<x:x>)* ?d }",
]
MALFORMED = [
    "SELEKT * {}",
    "ASK " + "{" * 5000,
    "ASK { FILTER(" + "!" * 20_000 + "true) }",
    "ASK { ?s " + "/".join(["<x:p>"] * 10_000) + " ?o }",
    "SELECT * { FILTER(1 IN (" + ",".join(["1"] * 40_000) + ")) }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "CLEAR ALL",
    "\x00\x01\x02",
    "SELECT * { ?s ?p '" + "长" * 200_000 + "' }",
]


def raw(server: Served, data: bytes, wait: float = 0.0, read: bool = True) -> None:
    """Sends bytes as they are, and reads what comes back, or leaves after `wait` seconds."""
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(data)
        time.sleep(wait)
        while read and connection.recv(1 << 16):
            pass


def asked(server: Served, query: str) -> None:
    server.ask("POST", "/sparql", urlencode({"query": query}).encode(), {"Content-Type": "application/x-www-form-urlencoded"}, timeout=60)


def attacks(server: Served, chance: random.Random) -> Callable[[], None]:
    """One attack of many."""
    runaway = urlencode({"query": chance.choice(RUNAWAYS)}).encode()
    head = b"GET /sparql?" + runaway + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return chance.choice(
        [
            lambda: asked(server, chance.choice(RUNAWAYS)),
            lambda: asked(server, chance.choice(MALFORMED)),
            lambda: asked(server, chance.choice(MALFORMED)),
            lambda: asked(server, "# " + "x" * 3_000_000),
            lambda: raw(server, b"GET /sparql HTTP/1.1\r\nX: " + b"a" * 200, wait=chance.random() * 3, read=False),  # slow loris
            lambda: raw(server, b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nquer", wait=chance.random() * 3, read=False),
            lambda: raw(server, head, wait=chance.random() / 2, read=False),  # leaves while its query runs
            lambda: raw(server, chance.randbytes(2000)),
            lambda: raw(server, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n"),
            lambda: raw(server, b"BREW /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            lambda: raw(server, b"GET /" + b"../" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        ]
    )


def normal_requests(server: Served, wanted: Iterator[int], wrong: list[str], times: list[float]) -> None:
    connection = HTTPConnection(server.host, server.port, timeout=60)
    for number in wanted:
        query, expected = NORMAL_QUERIES[number % len(NORMAL_QUERIES)]
        # every other one is new to the server, so that its cache does not answer for its workers
        text = query if number % 2 else f"# {number}\n{query}"
        begun = time.monotonic()
        try:
            connection.request("POST", "/sparql", text.encode(), {"Content-Type": "application/sparql-query"})
            response = connection.getresponse()
            body = response.read().decode()
            if response.status != 200 or expected not in body:
                wrong.append(f"{response.status}: {body[:200]}")
        except (OSError, HTTPException) as error:
            wrong.append(repr(error))
            connection.close()
        times.append(time.monotonic() - begun)
    connection.close()


def hostile_requests(server: Served, wanted: Iterator[int], seen: Counter[str]) -> None:
    for number in wanted:
        try:
            attacks(server, random.Random(number))()
            seen["answered"] += 1
        except (OSError, HTTPException) as error:  # closing the door in their face is an answer too
            seen[type(error).__name__] += 1


class Queue:
    """Numbers for several threads: each goes to one of them. They do not run ahead of `pace`."""

    def __init__(self, size: int, pace: Queue | None = None) -> None:
        self.share = 0.0  # of the numbers that are given
        self.pace = pace
        self._size = size
        self._numbers = iter(range(size))
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[int]:
        while True:
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                self.share = 1.0
                return
            self.share = number / self._size
            while self.pace is not None and self.pace.share < self.share:  # as far as the others are, and not before
                time.sleep(0.01)
            yield number


def test_no_normal_request_fails_among_hostile_ones_and_memory_stays_flat(tmp_path: Path) -> None:
    store = build(tmp_path / "store")
    with served(store, "--timeout", 1, "--max-memory", 256, "--cache", 1) as server:
        own = psutil.Process(server.process.pid)
        wrong: list[str] = []
        times: list[float] = []
        normal_requests(server, iter(range(200)), wrong, times)
        before = own.memory_info().rss
        seen: Counter[str] = Counter()
        hostile = Queue(HOSTILE)
        normal = Queue(NORMAL, hostile)
        threads = [threading.Thread(target=normal_requests, args=(server, iter(normal), wrong, times)) for _ in range(NORMAL_CLIENTS)]
        threads += [threading.Thread(target=hostile_requests, args=(server, iter(hostile), seen)) for _ in range(HOSTILE_CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong, f"{len(wrong)} of {len(times)} failed: {Counter(wrong).most_common(3)}"
        assert len(times) == NORMAL + 200
        assert sum(seen.values()) == HOSTILE
        assert own.memory_info().rss - before < MOST_GROWTH
        time.sleep(2)  # what runs is ended at its limit
        quiet = [child for child in server.children() if child.cpu_percent(0.5) < 50]
        assert len(quiet) == len(server.children()), "something still runs"
        median = sorted(times)[len(times) // 2]
        print(f"{len(times)} normal, {HOSTILE} hostile {dict(seen)}; normal ones took {median * 1000:.1f} ms at the median, {max(times):.1f} s at most")
