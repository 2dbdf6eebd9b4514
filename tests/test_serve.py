"""`zhengpu serve` as it runs: limits that end the work, the store followed, writing, what is closed."""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import IncompleteRead
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pyoxigraph as ox
import pytest
import rdflib
from serving import CROSS, Served, all_idle, all_there, code, eventually, served
from test_protocol import A, B, E, build

from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import open_store
from zhengpu.queries.server.frames import Job
from zhengpu.queries.server.limits import Limits
from zhengpu.queries.server.service import Service

NAMES = f"SELECT ?o {{ ?s <{E}名> ?o }} ORDER BY ?o"
SECONDS = 1.0  # the time limit of the server of most tests


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("served") / "store")


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Served]:
    with served(store, "--timeout", SECONDS, "--max-rows", 5000, "--max-memory", 512) as running:
        yield running


# Limits --------------------------------------------------------------------------------------------------------------

RUNAWAYS = {
    "cross join": CROSS,
    "regular expression": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(.*)(.*)(.*)(.*)x{40}$') }",
    "property path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>)* ?b . ?b (!<x:x>)* ?c . ?c (!<x:x>|^!<x:x>)* ?d . ?d (!<x:x>|^!<x:x>)* ?e }",
}


@pytest.mark.parametrize("query", RUNAWAYS.values(), ids=RUNAWAYS)
def test_a_runaway_query_is_ended_and_others_go_on(server: Served, query: str) -> None:
    answers: list[tuple[int, str, float]] = []

    def run_away() -> None:
        begun = time.monotonic()
        answer = server.select(query)
        answers.append((answer.status, code(answer.body), time.monotonic() - begun))

    threads = [threading.Thread(target=run_away) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS / 2)
    assert server.select(NAMES).status == 200  # while they run
    for thread in threads:
        thread.join()
    assert [(status, reason) for status, reason, _ in answers] == [(503, "out-of-time")] * 3
    assert max(seconds for _, _, seconds in answers) < SECONDS + 5
    assert eventually(lambda: all_idle(server))
    assert eventually(lambda: len(server.workers()) <= Limits().workers), "the workers that ran are still there"


def test_a_query_that_takes_too_much_memory_is_ended(server: Served) -> None:
    answer = server.select("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g")
    assert (answer.status, code(answer.body)) in ((500, "crashed"), (503, "too-much-memory"), (503, "out-of-time"))
    assert server.select(NAMES).status == 200
    assert eventually(lambda: all_there(server))
    assert all(child.memory_info().vms < 3 << 30 for child in server.children())


@pytest.mark.parametrize("type", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_rows_are_counted_in_every_format(server: Served, type: str) -> None:
    """5000 rows are allowed here. Strings with line ends, quotation marks and what looks like the seam of two rows count as nothing."""
    values = r'"a\n},{\"x\",\"y\"},\r\n\"\"<result>' + "长" * 30 + '"'

    def numbered(rows: int) -> str:
        some = " ".join(map(str, range(100)))
        return f"SELECT ?x ?y {{ VALUES ?i {{ {some} }} VALUES ?j {{ {some} }} BIND(?i * 100 + ?j AS ?x) FILTER(?x < {rows}) BIND({values} AS ?y) }}"

    whole = server.select(numbered(5000), Accept=type)
    assert whole.status == 200
    if type == "text/csv":
        assert len(list(csv.reader(StringIO(whole.body.decode(), newline="")))) == 5001
    else:
        assert len(list(ox.parse_query_results(whole.body, ox.QueryResultsFormat.from_media_type(type)))) == 5000  # type: ignore[arg-type]
    with pytest.raises(IncompleteRead):  # it broke off behind its first bytes: no client takes it for whole
        server.select(numbered(5001), Accept=type)


def test_an_answer_too_large_before_its_first_byte_is_an_error(store: Path) -> None:
    with served(store, "--max-bytes", 1024, "--max-rows", 3) as running:
        answer = running.select("SELECT * { ?s ?p ?o } LIMIT 4")
        assert (answer.status, code(answer.body)) == (413, "answer-too-large")
        answer = running.ask("GET", "/graphs?default")
        assert (answer.status, code(answer.body)) == (413, "answer-too-large")
        assert running.select("SELECT ?s { ?s ?p ?o } LIMIT 3").status == 200


def test_triples_are_counted(server: Served) -> None:
    query = "CONSTRUCT { ?s <x:y> ?x } { ?s ?p ?o BIND(CONCAT(STR(?s), STR(?p), STR(?o)) AS ?x) VALUES ?i { 1 2 3 4 5 6 7 8 9 } BIND(?i AS ?z) }"
    with pytest.raises(IncompleteRead):
        server.select(query.replace("?x }", "?x . ?s ?p ?z }"), Accept="application/n-triples")


def test_http_1_0_gets_no_half_answers(server: Served) -> None:
    """It knows the end of an answer by the end of the connection, so that half a one would pass for whole."""
    query = urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})
    with socket.create_connection((server.host, server.port)) as connection:
        connection.sendall(f"GET /sparql?{query} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        data = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert data.split(b" ", 2)[1] == b"413"
    assert b"answer-too-large" in data


def test_a_client_that_leaves_takes_its_query_with_it(store: Path) -> None:
    with served(store, "--timeout", 60) as running:
        connection = socket.create_connection((running.host, running.port))
        query = urlencode({"query": CROSS})
        connection.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert eventually(lambda: not all_idle(running))
        connection.close()
        assert eventually(lambda: all_idle(running), 10)
        assert 'reason="client-gone"} 1' in running.ask("GET", "/metrics").body.decode()


@pytest.mark.slow
def test_slow_queries_do_not_stop_quick_ones_and_too_many_are_told_to_come_again(store: Path) -> None:
    with served(store, "--timeout", 6, "--workers", 1) as running:
        ended: list[tuple[int, str]] = []

        def run_away() -> None:
            answer = running.select(CROSS)
            ended.append((answer.status, answer.headers["Retry-After"] or ""))

        threads = [threading.Thread(target=run_away) for _ in range(8)]
        for thread in threads:
            thread.start()
        statuses = [running.select(f"{NAMES} LIMIT {number}").status for number in range(10)]
        for thread in threads:
            thread.join()
        assert statuses == [200] * 10
        assert {status for status, _ in ended} == {503}
        assert any(again for _, again in ended), "none of eight was told that the server is busy"


@pytest.mark.slow
def test_connections_that_say_nothing_are_closed_and_heads_without_end_refused(server: Served) -> None:
    quiet = [socket.create_connection((server.host, server.port), timeout=30) for _ in range(50)]
    for number, connection in enumerate(quiet):
        connection.sendall(b"GET /sparql HTTP/1.1\r\nX: " + b"a" * number)
    with socket.create_connection((server.host, server.port), timeout=10) as endless:
        endless.sendall(b"GET /healthz HTTP/1.1\r\nX: " + b"a" * 70_000)
        assert endless.recv(100).startswith(b"HTTP/1.1 431")
    assert server.select(NAMES).status == 200
    assert [connection.recv(1) for connection in quiet] == [b""] * 50  # closed by the server, in ten seconds
    for connection in quiet:
        connection.close()


# Answers -------------------------------------------------------------------------------------------------------------


def test_answers_have_validators_and_are_compressed(server: Served) -> None:
    target = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 500"})
    plain = server.ask("GET", target)
    packed = server.ask("GET", target, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert len(json.loads(gzip.decompress(packed.body))["results"]["bindings"]) == len(plain.bindings) == 500
    again = server.ask("GET", target, headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", plain.headers["ETag"])
    other = server.ask("GET", target, headers={"Accept": "text/csv"})
    assert other.headers["ETag"] != plain.headers["ETag"]
    refused = server.ask("GET", target, headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.headers["Content-Encoding"] is None


def test_a_large_answer_streams_compressed(server: Served) -> None:
    answer = server.select("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 4000", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert len(json.loads(gzip.decompress(answer.body))["results"]["bindings"]) == 4000


def test_the_default_graph_has_every_triple_once(server: Served) -> None:
    lines = server.ask("GET", "/graphs?default", headers={"Accept": "application/n-triples"}).body.splitlines()
    assert len(lines) == len(set(lines)) == int(server.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").bindings[0]["n"])


def test_what_changes_each_time_is_not_kept(server: Served) -> None:
    target = "/sparql?" + urlencode({"query": "SELECT (UUID() AS ?u) {}"})
    answers = [server.ask("GET", target) for _ in range(4)]
    assert len({answer.bindings[0]["u"] for answer in answers}) == 4
    assert all(answer.headers["ETag"] is None and answer.headers["Cache-Control"] == "no-store" for answer in answers)


def test_graphs_have_validators(server: Served) -> None:
    first = server.ask("GET", f"/graphs?graph={A}")
    again = server.ask("GET", f"/graphs?graph={A}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


def test_the_service_describes_itself(server: Served) -> None:
    """The terms that SPARQL 1.1 Service Description (section 3) and VoID ask for, in every syntax of RDF."""
    sd, void = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#"), rdflib.Namespace("http://rdfs.org/ns/void#")
    sizes = set()
    for type in ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"):
        answer = server.ask("GET", "/sparql", headers={"Accept": type})
        assert answer.type == type
        graph = rdflib.Graph().parse(data=answer.body, format=type)
        sizes.add(len(graph))
        service = graph.value(predicate=rdflib.RDF.type, object=sd.Service)
        assert graph.value(service, sd.endpoint) == rdflib.URIRef(server.sparql)
        assert graph.value(service, sd.supportedLanguage) == sd.SPARQL11Query
        formats = {str(format).rpartition("/")[2] for format in graph.objects(service, sd.resultFormat)}
        assert {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "RDF_XML", "N-Triples"} <= formats
        default = graph.value(graph.value(service, sd.defaultDataset), sd.defaultGraph)
        count = server.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").bindings[0]["n"]
        assert str(graph.value(default, void.triples)) == count
        assert {rdflib.URIRef(A), rdflib.URIRef(B)} <= set(graph.objects(None, sd.name))
        assert not list(graph.subjects(sd.feature, sd.DereferencesURIs))
    assert len(sizes) == 1
    graph = rdflib.Graph().parse(data=server.ask("GET", "/.well-known/void").body, format="turtle")
    dataset = graph.value(predicate=rdflib.RDF.type, object=void.Dataset)
    assert graph.value(dataset, void.sparqlEndpoint) == rdflib.URIRef(server.sparql)
    assert str(graph.value(dataset, void.documents)) == "2"


def test_a_store_too_large_for_memory_is_read_from_the_disk(store: Path) -> None:
    async def ask() -> tuple[bool, bytes]:
        service = Service(store, largest=10)
        await service.follower.catch_up()
        try:
            return service.pool.contents.in_memory, await service.pool.answer(Job(NAMES, table="csv"))
        finally:
            await service.pool.close()

    assert asyncio.run(ask()) == (False, "o\r\n乙局\r\n甲局\r\n".encode())


def test_a_store_that_takes_long_to_read_is_answered_from_disk_meanwhile(store: Path) -> None:
    async def ask() -> list[tuple[bool, bytes]]:
        service = Service(store, Limits(at_once=10))
        await service.follower.catch_up()
        answers = []
        try:
            for _ in range(200):
                answers.append((service.pool.contents.in_memory, await service.pool.answer(Job(NAMES, table="csv"))))
                if service.pool.contents.in_memory:
                    break
                await asyncio.sleep(0.05)
            answers.append((service.pool.contents.in_memory, await service.pool.answer(Job(NAMES, table="csv"))))
        finally:
            await service.pool.close()
        return answers

    answers = asyncio.run(ask())
    assert (answers[0][0], answers[-1][0]) == (False, True)
    assert {content for _, content in answers} == {"o\r\n乙局\r\n甲局\r\n".encode()}


# The store is followed -----------------------------------------------------------------------------------------------


def test_a_finished_build_is_visible_without_a_restart(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(store, folder)
    with served(folder) as running:
        assert [row["o"] for row in running.select(NAMES).bindings] == ["乙局", "甲局"]
        old = running.ask("GET", "/sparql?" + urlencode({"query": NAMES})).headers["ETag"]
        with open_store(folder) as changing:
            iri = "https://w3id.org/zhengpu/id/document/丙"
            changing.add([Shard(iri=iri, triples=f'<{iri}> <{E}名> "丙局"@zh .\n'.encode())])
        assert eventually(lambda: [row["o"] for row in running.select(NAMES).bindings] == ["丙局", "乙局", "甲局"])
        changed = running.ask("GET", "/sparql?" + urlencode({"query": NAMES}), headers={"If-None-Match": old})
        assert changed.status == 200
        with open_store(folder) as changing:
            changing.remove(iri)
        assert eventually(lambda: [row["o"] for row in running.select(NAMES).bindings] == ["乙局", "甲局"])
        with open_store(folder) as changing:
            changing.rebuild()
        assert running.select(NAMES).status == 200
        assert eventually(lambda: len(running.workers()) <= Limits().workers), "workers over an earlier state are still there"


@pytest.mark.slow
def test_readers_never_see_half_a_document(store: Path, tmp_path: Path) -> None:
    """A document is replaced again and again, each time with 200 triples of one value: every answer has 200 rows of one value."""
    folder = tmp_path / "store"
    shutil.copytree(store, folder)
    iri = "https://w3id.org/zhengpu/id/document/丙"

    def version(number: int) -> Shard:
        return Shard(iri=iri, triples="".join(f'<{iri}/{row}> <{E}版> "{number}" .\n' for row in range(200)).encode())

    with open_store(folder) as changing:
        changing.add([version(0)])
    with served(folder, "--cache", 0) as running:
        seen: set[str] = set()
        stop = threading.Event()
        wrong: list[object] = []

        def read() -> None:
            while not stop.is_set():
                rows = running.select(f"SELECT ?v {{ ?s <{E}版> ?v }}").bindings
                values = {row["v"] for row in rows}
                seen.update(values)
                if len(rows) != 200 or len(values) != 1:
                    wrong.append((len(rows), values))

        threads = [threading.Thread(target=read) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(1, 6):
            with open_store(folder) as changing:
                changing.add([version(number)])
            time.sleep(0.5)
        assert eventually(lambda: "5" in seen)
        stop.set()
        for thread in threads:
            thread.join()
        assert not wrong
        assert len(seen) > 2


# Writing -------------------------------------------------------------------------------------------------------------


def test_documents_are_written_with_the_token_only(store: Path, tmp_path: Path) -> None:
    folder, token = tmp_path / "store", tmp_path / "token"
    shutil.copytree(store, folder)
    token.write_text("0123456789abcdef\n")
    iri = "https://w3id.org/zhengpu/id/document/新"
    turtle = f'<{iri}> <{E}名> "新局"@zh ; <http://purl.org/dc/terms/title> "新方案"@zh .'.encode()
    right = {"Authorization": "Bearer 0123456789abcdef", "Content-Type": "text/turtle"}
    log = tmp_path / "access.jsonl"
    with served(folder, "--writable", "--token-file", token, "--log", log) as running:

        def put(body: bytes, headers: dict[str, str], graph: str = f"graph={iri}", method: str = "PUT") -> tuple[int, str]:
            answer = running.ask(method, f"/graphs?{graph}", body, headers)
            return answer.status, code(answer.body) if answer.body else ""

        assert put(turtle, {"Content-Type": "text/turtle"}) == (401, "no-token")
        assert put(turtle, {**right, "Authorization": "Bearer 0123456789abcdee"}) == (401, "no-token")
        assert put(turtle, right) == (201, "")
        assert [row["o"] for row in running.select(NAMES).bindings] == ["乙局", "新局", "甲局"]  # at once
        assert put(turtle.replace("新局".encode(), "改局".encode()), right) == (204, "")
        assert [row["o"] for row in running.select(NAMES).bindings] == ["乙局", "改局", "甲局"]
        assert put(f"<{iri}> <{E}加> <{E}x> .".encode(), right, method="POST") == (204, "")
        tag = running.ask("GET", f"/graphs?graph={iri}").headers["ETag"]
        assert len(list(ox.parse(running.ask("GET", f"/graphs?graph={iri}").body, ox.RdfFormat.TURTLE))) == 3
        assert put(turtle, {**right, "If-Match": '"another"'}) == (412, "changed-meanwhile")
        assert put(turtle, {**right, "If-Match": tag}) == (204, "")
        assert put(b"<a> <b", right) == (400, "malformed-graph")
        assert put(f"<{iri}> <{E}p> [] .".encode(), right) == (400, "not-a-shard")
        assert put(turtle, {**right, "Content-Type": "application/zip"}) == (415, "unsupported-media-type")
        assert put(turtle, right, "default") == (403, "default-graph")
        assert put(turtle, right, "graph=https://w3id.org/zhengpu/ontology") == (403, "not-a-document")
        assert put(b"", right, f"graph={iri}", "DELETE") == (204, "")
        assert put(b"", right, f"graph={iri}", "DELETE") == (404, "unknown-graph")
        assert [row["o"] for row in running.select(NAMES).bindings] == ["乙局", "甲局"]
    assert "0123456789abcde" not in log.read_text()
    with open_store(folder) as written:
        assert [entry.iri for entry in written.documents] == sorted([A, B])


# Closed --------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_workers_have_no_network_no_files_and_no_life_of_their_own(server: Served) -> None:
    own = os.readlink(f"/proc/{server.process.pid}/ns/net")
    assert eventually(lambda: all_there(server))
    workers = server.workers()
    assert len(workers) == Limits().workers
    for worker in workers:
        assert len(os.listdir(f"/proc/{worker.pid}/fd")) == 4  # three to nowhere and one socket
        limits = Path(f"/proc/{worker.pid}/limits").read_text()
        files = next(line.split() for line in limits.splitlines() if line.startswith("Max open files"))
        assert files[3:5] == ["4", "4"]
        if cut_off():
            assert os.readlink(f"/proc/{worker.pid}/ns/net") != own


def cut_off() -> bool:
    """Whether this system lets a process leave the network."""
    return subprocess.run(["unshare", "-Urn", "true"], capture_output=True, check=False).returncode == 0 if shutil.which("unshare") else False


def test_the_server_listens_at_the_loopback_only(server: Served) -> None:
    listening = {connection.laddr.ip for connection in psutil.Process(server.process.pid).net_connections() if connection.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_cors_is_for_the_site_that_was_named(store: Path) -> None:
    with served(store, "--cors", "https://example.org") as running:
        target = "/sparql?query=ASK%7B%7D"
        named = running.ask("GET", target, headers={"Origin": "https://example.org"})
        assert named.headers["Access-Control-Allow-Origin"] == "https://example.org"
        assert "Origin" in ", ".join(named.headers.get_all("Vary") or [])
        other = running.ask("GET", target, headers={"Origin": "https://evil.example"})
        assert other.headers["Access-Control-Allow-Origin"] is None
        preflight = running.ask("OPTIONS", "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"})
        assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (204, "https://example.org")
        assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


def test_the_log_is_json_and_shows_the_beginning_of_a_query_only(store: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    with served(store, "--log", log) as running:
        secret = "秘" * 300
        running.ask("GET", "/sparql?" + urlencode({"query": f"ASK {{ ?s ?p '{secret}\x1b[2J' }}"}), headers={"Authorization": "Bearer hidden"})
        running.ask("GET", "/graphs/\x1b[31m")
    lines = [json.loads(line) for line in log.read_text("ascii").splitlines()]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [("GET", "/sparql", 200), ("GET", "/graphs/\x1b[31m", 404)]
    assert len(lines[0]["query"]) == 200
    assert "hidden" not in log.read_text()
    assert "\x1b" not in log.read_text()
