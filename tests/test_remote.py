"""A remote endpoint answers as the embedded store does, and whatever an endpoint does wrong comes out as a message that says what to do."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from zhengpu.errors import BadParameter, QueryError, QueryRefused
from zhengpu.graph.embedded import memory_source
from zhengpu.graph.remote import RemoteSource
from zhengpu.graph.shards import Shard
from zhengpu.graph.source import TripleSource
from zhengpu.graph.store import create_store

E = "http://example.org/"
GRAPH = f"""<{E}甲> <{E}名> "甲局 “\\"引号\\"”\\n"@zh .
<{E}乙> <{E}名> "乙局"@zh .
<{E}甲> <{E}值> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .
""".encode()

QUERIES = [
    f"SELECT ?body ?name ?none {{ ?body <{E}名> ?name }} ORDER BY ?body",
    f"SELECT ?name {{ ?body <{E}名> ?name }}",
    f"SELECT ?value {{ ?body <{E}值> ?value }}",
    f"ASK {{ ?body <{E}名> ?name }}",
    f"ASK {{ ?body <{E}无> ?name }}",
    f"CONSTRUCT {{ ?body <{E}x> ?name }} WHERE {{ ?body <{E}名> ?name }}",
    "DESCRIBE ?body",
    f"SELECT (COUNT(*) AS ?n) {{ ?body <{E}名> ?name }}",
    "SELECT ?label { ?body skos:prefLabel ?label }",
]


class _Endpoint(BaseHTTPRequestHandler):
    """The SPARQL 1.1 Protocol in a few lines; other paths than /sparql misbehave, each in its own way."""

    store = ox.Store()
    seen: list[dict[str, str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        accept = self.headers["Accept"]
        self.seen.append({"accept": accept, "body": body})
        if self.path == "/sparql":
            result = self.store.query(parse_qs(body)["query"][0])
            graph = isinstance(result, ox.QueryTriples)
            written = result.serialize(format=ox.RdfFormat.from_media_type(accept) if graph else ox.QueryResultsFormat.from_media_type(accept))  # type: ignore[arg-type]
            self._send(200, accept, written or b"")
        elif self.path == "/cut":
            self._send(200, accept, b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://example.org/a"}},{"s":')
        elif self.path == "/page":
            self._send(200, "text/html", "<html><body>登录</body></html>".encode())
        elif self.path == "/slow":
            time.sleep(3)
        elif self.path == "/silent":
            self.close_connection = True
        else:
            self._send(int(self.path[1:]), "text/plain", "出错了: 第1行".encode())

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    _Endpoint.store.load(GRAPH, ox.RdfFormat.N_TRIPLES)
    _Endpoint.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def _said(source: TripleSource, query: str) -> object:
    bindings = {"body": ox.NamedNode(E + "甲")} if "?body" in query else {}
    answer = source.query(query, bindings)
    if answer.kind == "rows":
        return answer.variables, answer.rows
    return answer.boolean if answer.kind == "boolean" else sorted(map(str, answer.triples))


@pytest.mark.parametrize("query", QUERIES)
def test_the_endpoint_says_what_the_embedded_engine_says(endpoint: str, query: str) -> None:
    assert _said(RemoteSource(endpoint + "sparql"), query) == _said(memory_source(GRAPH), query)


def test_answers_are_written_in_each_format(endpoint: str) -> None:
    remote, local = RemoteSource(endpoint + "sparql"), memory_source(GRAPH)
    for format in ("csv", "tsv", "json", "xml"):
        assert remote.query(QUERIES[0], {"body": ox.NamedNode(E + "乙")}).serialize(format) == local.query(
            QUERIES[0], {"body": ox.NamedNode(E + "乙")}
        ).serialize(format)
    for format in ("ttl", "nt", "jsonld", "xml"):
        construct = f"CONSTRUCT {{ ?body <{E}x> ?name }} WHERE {{ ?body <{E}名> ?name }}"
        answer = remote.query(construct, {"body": ox.NamedNode(E + "乙")})
        assert answer.serialize(format) == answer.serialize(format) == local.query(construct, {"body": ox.NamedNode(E + "乙")}).serialize(format)


def test_one_media_type_is_asked_for_and_nothing_but_the_query_is_sent(endpoint: str) -> None:
    RemoteSource(endpoint + "sparql").query("SELECT ?s { ?s ?p ?o }")
    asked = _Endpoint.seen[-1]
    assert asked["accept"] == "application/sparql-results+json"
    assert list(parse_qs(asked["body"])) == ["query"]
    RemoteSource(endpoint + "sparql").query("PREFIX a: <http://example.org/address#> CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } # DELETE")
    assert _Endpoint.seen[-1]["accept"] == "text/turtle"
    assert list(parse_qs(_Endpoint.seen[-1]["body"])) == ["query"]


def test_the_guard_stands_before_the_endpoint(endpoint: str) -> None:
    asked = len(_Endpoint.seen)
    source = RemoteSource(endpoint + "sparql")
    for query in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "LOAD <file:///etc/passwd>", "DELETE WHERE { ?s ?p ?o }"):
        with pytest.raises(QueryRefused):
            source.query(query)
    with pytest.raises(BadParameter):
        source.query("SELECT ?s { ?s ?p ?o }", {"x": ox.Literal("1")})
    assert len(_Endpoint.seen) == asked


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("400", "does not take this query.*出错了"),
        ("401", "name and a password"),
        ("403", "does not let you"),
        ("404", "no endpoint at this address"),
        ("414", "too long"),
        ("500", "failed on this query.*出错了"),
        ("503", "answered 503"),
        ("cut", "cut off"),
        ("page", "not what was asked for.*登录"),
        ("silent", "reached|broke off"),
        ("slow", "silent for 1 second"),
    ],
)
def test_each_failure_says_what_to_do(endpoint: str, path: str, advice: str) -> None:
    for query in ("SELECT ?s { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"):
        with pytest.raises(QueryError, match=advice) as failure:
            RemoteSource(endpoint + path, timeout=1).query(query)
        assert endpoint + path in str(failure.value)


def test_nobody_listening() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(QueryError, match="cannot be reached"):
        RemoteSource(f"http://127.0.0.1:{port}/sparql").query("ASK { ?s ?p ?o }")


@pytest.mark.parametrize("address", ["", "localhost:7878", "file:///etc/passwd", "/sparql", "http://", "ftp://example.org/"])
def test_only_web_addresses_are_endpoints(address: str) -> None:
    with pytest.raises(QueryError, match="not the address of an endpoint"):
        RemoteSource(address)


OXIGRAPH = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")


@pytest.mark.skipif(OXIGRAPH is None, reason="the oxigraph server is not installed (pip install oxigraph)")
def test_a_real_server_over_the_index_of_a_store(tmp_path: Path) -> None:
    store = create_store(tmp_path / "store")
    store.add([Shard(f"{E}document/1", GRAPH)])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = store.folder / "index" / store.state / "graph"
    with subprocess.Popen([str(OXIGRAPH), "serve-read-only", "--location", str(place), "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL) as server:
        try:
            remote = RemoteSource(f"http://127.0.0.1:{port}/query", timeout=10)
            for _ in range(100):
                try:
                    remote.query("ASK {}")
                    break
                except QueryError:
                    time.sleep(0.1)
            for query in (*QUERIES, "SELECT ?label { zp:Measure rdfs:label ?label } ORDER BY ?label"):
                assert _said(remote, query) == _said(store, query)
            with pytest.raises(QueryError, match="does not take this query"):
                remote.query("SELECT ?s { ?s unknown:p ?o }", trusted=True)
        finally:
            server.kill()
