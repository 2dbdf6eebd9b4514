#!/usr/bin/env python3
"""What serving over HTTP costs.

    python tests/benchmarks/serving.py [--documents N …] [--seconds S]

1. requests per second with 8 clients, kept-alive connections: `zhengpu serve` against the `oxigraph` server (`oxigraph serve-read-only`) over the same
   index, the same queries, in turns. Once with the cache of answers off and once as it is by default. Beside it the processor time that a request took of
   each server, which a busy machine disturbs less. Fails below 0.7 of Oxigraph's rate as the server is by default.
2. overhead: the median time of each query over HTTP (one client; with and without the cache) against the same query serialised by the engine in this
   process from the same snapshot. Fails where the sum of the medians, as the server is by default, is above 1.5 of that in process.

The clients run on the same machine and take their share of it, of both servers alike. Needs the test extra (oxigraph, psutil).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import socket
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import many_stores
import psutil
from measuring import SIZES, Figures
from serving import Served, free_port, served, wait_for

from zhengpu.graph.storage.snapshot import snapshot
from zhengpu.graph.storage.store import open_store

CLIENTS, PROCESSES = 8, 2
LEAST_RATE, MOST_OVERHEAD = 0.7, 1.5
MOST_SECONDS_OF_READING = 600.0
SAMPLES = 20  # IRIs that go into each query about one thing


def queries(folder: Path) -> dict[str, list[str]]:
    """Name -> texts, of the kinds that pages and analysts send: most about one thing, some about everything."""
    with open_store(folder) as store:

        def some(kind: str) -> list[str]:
            return [row[0].value for row in store.query(f"SELECT ?x {{ ?x a zp:{kind} }} ORDER BY ?x LIMIT {SAMPLES}").rows]  # type: ignore[union-attr]

        plans, bodies, documents = some("Plan"), some("Institution"), [entry.iri for entry in store.documents][:SAMPLES]
    prefixes = "".join(
        f"PREFIX {name}: <{iri}> "
        for name, iri in (
            ("zp", "https://w3id.org/zhengpu/ontology#"),
            ("dcterms", "http://purl.org/dc/terms/"),
            ("skos", "http://www.w3.org/2004/02/skos/core#"),
        )
    )
    about = {
        "one thing": [f"SELECT ?p ?o {{ <{iri}> ?p ?o }}" for iri in plans],
        "title of a document": [f"SELECT ?title {{ <{iri}> dcterms:title ?title }}" for iri in documents],
        "measures of a plan": [
            f"SELECT ?m ?title ?number {{ ?m zp:inPlan <{iri}> ; a zp:Measure ; dcterms:title ?title OPTIONAL {{ ?m zp:number ?number }} }} ORDER BY ?m"
            for iri in plans
        ],
        "duties of a body": [f"SELECT ?m ?quote {{ ?d zp:institution <{iri}> ; zp:measure ?m ; zp:quote ?quote }}" for iri in bodies],
        "two hops": [f"CONSTRUCT {{ <{iri}> ?p ?o . ?o ?q ?r }} WHERE {{ <{iri}> ?p ?o OPTIONAL {{ ?o ?q ?r }} }}" for iri in plans],
        "targets": [f"SELECT ?label ?value ?unit {{ ?t zp:inDocument <{iri}> ; a zp:Target ; zp:valueText ?value ; zp:unit ?unit }}" for iri in documents],
        "bodies by measures": ["SELECT ?body (COUNT(DISTINCT ?m) AS ?n) { ?m zp:responsibleBody ?body } GROUP BY ?body ORDER BY DESC(?n) LIMIT 20"],
    }
    return {name: [prefixes + text for text in texts] for name, texts in about.items()}


# Rates ---------------------------------------------------------------------------------------------------------------


def message(port: int, path: str, text: str) -> bytes:
    body = text.encode()
    accept = "text/turtle" if "CONSTRUCT" in text else "application/sparql-results+json"
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: {accept}\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def exchange(connection: socket.socket, request: bytes) -> bytes:
    """Sends a request and reads its answer to the end, whichever way the server marks it. Raises RuntimeError unless it is 200."""
    connection.sendall(request)
    data = connection.recv(1 << 16)
    while b"\r\n\r\n" not in data:
        data += connection.recv(1 << 16)
    head, _, content = data.partition(b"\r\n\r\n")
    if b" 200 " not in head[:20]:
        raise RuntimeError(data[:500].decode("utf-8", "replace"))
    lower = head.lower()
    if b"content-length:" in lower:
        size = int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0])
        parts, have = [content], len(content)
        while have < size:
            parts.append(connection.recv(1 << 16))
            have += len(parts[-1])
        return b"".join(parts)
    while not content.endswith(b"0\r\n\r\n"):
        content += connection.recv(1 << 16)
    return content


def client(port: int, requests: list[bytes], start: int, until: float, done: list[int]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        count = 0
        order = cycle(requests[start:] + requests[:start])
        while time.monotonic() < until:
            exchange(connection, next(order))
            count += 1
        done.append(count)


def clients(port: int, requests: list[bytes], first: int, until: float, total: Any) -> None:
    done: list[int] = []
    threads = [
        threading.Thread(target=client, args=(port, requests, (first + number) * len(requests) // CLIENTS, until, done))
        for number in range(CLIENTS // PROCESSES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) != len(threads):
        raise RuntimeError("a client failed")
    with total.get_lock():
        total.value += sum(done)


@dataclass(frozen=True)
class Rate:
    """Requests per second of eight clients, and milliseconds of processor time that the server took for each."""

    requests: float
    cpu: float


def processor_time(process: int) -> float:
    """Seconds that the process and its descendants have taken."""
    root = psutil.Process(process)
    return sum(sum(one.cpu_times()[:2]) for one in (root, *root.children(recursive=True)))


def rate(process: int, port: int, path: str, texts: list[str], seconds: float) -> Rate:
    requests = [message(port, path, text) for text in texts]
    total = multiprocessing.Value("l", 0)
    taken = processor_time(process)
    until = time.monotonic() + seconds
    processes = [multiprocessing.Process(target=clients, args=(port, requests, number * CLIENTS // PROCESSES, until, total)) for number in range(PROCESSES)]
    for one in processes:
        one.start()
    for one in processes:
        one.join()
    if any(one.exitcode for one in processes):
        raise RuntimeError("a client failed")
    return Rate(total.value / seconds, (processor_time(process) - taken) / max(total.value, 1) * 1000)


@contextmanager
def oxigraph(folder: Path) -> Iterator[tuple[int, int]]:
    """The `oxigraph` server over a copy of the store's index: its process and its port."""
    program = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
    if program is None:
        raise SystemExit('the oxigraph server is missing: pip install "zhengpu[test]"')
    port = free_port()
    with open_store(folder) as store, tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder / "index" / store.state / "graph", Path(copy, "graph"))
        command = [program, "serve-read-only", "--location", str(Path(copy, "graph")), "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            yield process.pid, port
        finally:
            process.terminate()
            process.wait()


def rates(folder: Path, asked: dict[str, list[str]], seconds: float, rounds: int) -> dict[str, Any]:
    # interleaved, so that every client meets every kind of query
    texts = [texts[number % len(texts)] for number in range(SAMPLES) for texts in asked.values()]
    light = [texts[number % len(texts)] for number in range(SAMPLES) for name, texts in asked.items() if name != "bodies by measures"]
    found: dict[str, Any] = {}
    with oxigraph(folder) as (process, port), served(folder, "--cache", 0) as plain, served(folder) as cached:
        ready(plain)
        ready(cached)
        servers = {
            "zhengpu without its cache": (plain.process.pid, plain.port, "/sparql"),
            "zhengpu": (cached.process.pid, cached.port, "/sparql"),
            "oxigraph": (process, port, "/query"),
        }
        for name, mix in (("all", texts), ("light", light)):
            measured: dict[str, list[Rate]] = {server: [] for server in servers}
            for _ in range(rounds):
                for server, where in servers.items():
                    measured[server].append(rate(*where, mix, seconds))
            medians = {server: statistics.median(one.requests for one in runs) for server, runs in measured.items()}
            found[name] = {server: round(median) for server, median in medians.items()}
            found[name] |= {f"{server}, CPU ms": round(statistics.median(one.cpu for one in runs), 2) for server, runs in measured.items()}
            found[name]["ratio"] = round(medians["zhengpu"] / medians["oxigraph"], 2)
            found[name]["ratio without the cache"] = round(medians["zhengpu without its cache"] / medians["oxigraph"], 2)
    return found


# Overhead ------------------------------------------------------------------------------------------------------------


def overhead(folder: Path, asked: dict[str, list[str]], rounds: int) -> dict[str, Any]:
    source = snapshot(folder).open()
    table: dict[str, Any] = {}
    totals = [0.0, 0.0, 0.0]
    with (
        served(folder, "--cache", 0) as plain,
        served(folder) as cached,
        socket.create_connection((plain.host, plain.port)) as to_plain,
        socket.create_connection((cached.host, cached.port)) as to_cached,
    ):
        for name, texts in asked.items():
            ways = [
                lambda text: source.query(text, trusted=True).serialize("ttl" if "CONSTRUCT" in text else "json"),
                lambda text: exchange(to_plain, message(plain.port, "/sparql", text)),
                lambda text: exchange(to_cached, message(cached.port, "/sparql", text)),
            ]
            taken: list[list[float]] = [[], [], []]
            for _ in range(rounds):
                for text in texts:
                    for way, times in zip(ways, taken, strict=True):
                        begun = time.perf_counter()
                        way(text)
                        times.append(time.perf_counter() - begun)
            inside, without, default = (statistics.median(times) * 1000 for times in taken)
            totals = [total + median for total, median in zip(totals, (inside, without, default), strict=True)]
            table[name] = {"in process ms": round(inside, 2), "HTTP without the cache ms": round(without, 2), "HTTP ms": round(default, 2)}
    table["together"] = {"ratio": round(totals[2] / totals[0], 2), "ratio without the cache": round(totals[1] / totals[0], 2)}
    return table


def ready(server: Served) -> Served:
    """The server, once it answers from memory where the store is to be there."""
    until = time.monotonic() + MOST_SECONDS_OF_READING
    while not json.loads(server.ask("GET", "/healthz").body)["in_memory"] and time.monotonic() < until:
        time.sleep(0.2)
    return server


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, nargs="+", default=SIZES[:2])  # three servers would not be in memory beside each other with more
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    figures, costs = Figures(), {}
    for documents in given.documents:
        folder = many_stores.store(documents)
        asked = queries(folder)
        found = rates(folder, asked, given.seconds, given.rounds)
        print(f"{documents:,} documents:\n{json.dumps(found, ensure_ascii=False, indent=1)}")
        costs[documents] = found["light"]["zhengpu without its cache, CPU ms"]
        for mix, row in found.items():
            name = f"8 clients, {documents:,} documents, {mix} queries, against the oxigraph server"
            figures.least(name, row["ratio"], LEAST_RATE, "×")
            figures.told(f"{name}, without our cache", row["ratio without the cache"], "×")
        figures.told(f"8 clients, {documents:,} documents, light queries", found["light"]["zhengpu"], " requests a second")
    folder = many_stores.store(SIZES[0])
    found = overhead(folder, queries(folder), given.rounds)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    figures.most("a query over HTTP against the same in this process, seven kinds together", found["together"]["ratio"], MOST_OVERHEAD, "×")
    figures.growth("a light query without the cache, processor time", costs, " ms")
    return int(figures.has_missed)


if __name__ == "__main__":
    sys.exit(main())
