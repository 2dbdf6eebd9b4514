"""A remote endpoint answers as the embedded store does, and whatever an endpoint does wrong comes out as a message that says what to do."""

from __future__ import annotations

import re
import socket
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import md5, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import MappingProxyType
from typing import ClassVar
from urllib.parse import parse_qs
from urllib.request import parse_http_list, parse_keqv_list

import pyoxigraph as ox
import pytest

from zhengpu.errors import BadParameter, QueryError, QueryRefused
from zhengpu.graph.sources.embedded import EmbeddedSource, memory_source
from zhengpu.graph.sources.remote import RemoteSource
from zhengpu.graph.sources.source import TripleSource

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


MOST = 100  # rows that /limited gives, whatever is asked


class _Endpoint(BaseHTTPRequestHandler):
    """The SPARQL 1.1 Protocol in a few lines; other paths than /sparql misbehave, each in its own way."""

    store = ox.Store()
    seen: list[dict[str, str]]
    proofs: ClassVar[list[str]] = []
    broken = 0  # how many more requests to /shaky… go wrong

    def do_GET(self) -> None:
        self.seen.append({"accept": "", "body": "", "path": self.path, "authorization": self.headers["Authorization"] or ""})
        self._digest("", "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        accept = self.headers["Accept"]
        self.seen.append({"accept": accept, "body": body, "path": self.path, "authorization": self.headers["Authorization"] or ""})
        if self.path.startswith("/shaky"):
            type(self).broken -= 1
            self.path = "/sparql" if self.broken < 0 else {"/shaky": "/503", "/shaky-line": "/silent", "/shaky-end": "/short"}[self.path]
        if self.path in ("/sparql", "/limited"):
            self._send(200, accept, self._answer(parse_qs(body)["query"][0], accept))
        elif self.path == "/cut":
            self._send(200, accept, b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://example.org/a"}},{"s":')
        elif self.path == "/page":
            self._send(200, "text/html", "<html><body>登录</body></html>".encode())
        elif self.path == "/slow":
            time.sleep(3)
        elif self.path == "/silent":
            self.close_connection = True
        elif self.path == "/short":
            self._send(200, accept, b'{"head":{"vars":["s"]},"results":{"bindings":[]}}', missing=50)
        elif self.path == "/anytime":
            self._send(200, accept, b'{"head":{"vars":["s"]},"results":{"bindings":[]}}', {"X-SQL-State": "S1TAT", "X-SQL-Message": "interrupted"})
        elif self.path == "/drip":
            self._send(200, accept, b"{", missing=1000)
            for _ in range(40):
                time.sleep(0.05)
                self.wfile.write(b" ")
        elif self.path.startswith("/digest"):
            self._digest(accept, body)
        elif self.path == "/virtuoso":
            self._virtuoso(accept, parse_qs(body)["query"][0])
        elif self.path == "/echo":
            self._send(500, "text/plain", f"request had {self.headers['Authorization']}".encode())
        elif self.path == "/circle":
            self._send(307, "text/plain", b"", {"Location": "/circle"})
        elif self.path.startswith("/to?"):
            code, _, target = self.path[4:].partition("=")
            self._send(int(code), "text/plain", b"", {"Location": target})
        else:
            self._send(int(self.path[1:]), "text/plain", "出错了: 第1行".encode())

    def _digest(self, accept: str, body: str) -> None:
        """Wants a proof by RFC 7616 of the name 分析员 and the password 口令, with a nonce that is good three times."""
        algorithm = self.path.partition("=")[2]
        scheme, _, proof = (self.headers["Authorization"] or "").encode("latin-1").decode().partition(" ")
        told = parse_keqv_list(parse_http_list(proof)) if scheme == "Digest" else {}
        if "response" in told and told["nonce"] == f"nonce{len(self.proofs) // 3}" and told["nc"] not in self.proofs[len(self.proofs) // 3 * 3 :]:
            digest = {"MD5": md5, "SHA-256": sha256}[algorithm.removesuffix("-sess")]
            who = digest(f"{told['username']}:{told['realm']}:口令".encode()).hexdigest()
            if algorithm.endswith("-sess"):
                who = digest(f"{who}:{told['nonce']}:{told['cnonce']}".encode()).hexdigest()
            what = digest(f"POST:{told['uri']}".encode()).hexdigest()
            wanted = digest(f"{who}:{told['nonce']}:{told['nc']}:{told['cnonce']}:auth:{what}".encode()).hexdigest()
            if told["response"] == wanted and told["uri"] == self.path:
                self.proofs.append(told["nc"])
                self._send(200, accept, self._answer(parse_qs(body)["query"][0], accept))
                return
        if scheme == "Basic" and "bare" in self.path:  # as Virtuoso does
            self._send(401, "text/plain", b"")
            return
        wanted = f'realm="SPARQL", nonce="nonce{len(self.proofs) // 3}", opaque="o", algorithm={algorithm}, qop="auth,auth-int"'
        self._send(401, "text/plain", b"", {"WWW-Authenticate": f"Digest {wanted}"})

    def _virtuoso(self, accept: str, query: str) -> None:
        """Gives 100 rows and says so of tables, one more of graphs, and sorts no more than 100 for a query with limits; writes Turtle wrongly."""
        limits = re.search(r"LIMIT (\d+) OFFSET (\d+)\s*$", query)
        if limits and "ORDER BY" in query.rpartition("}")[2] and int(limits[1]) + int(limits[2]) > MOST:
            self._send(500, "text/plain", b"Virtuoso 22023 Error SR353: Sorted TOP clause specifies more then 200 rows to sort.")
            return
        is_table = "json" in accept
        most = MOST + (not is_table)
        whole = self.store.query(query)
        rows = len(list(whole)) if not isinstance(whole, ox.QueryBoolean) else 0  # type: ignore[call-overload]
        cut = query if limits else f"{query} LIMIT {most}"
        body = self._answer(cut, accept)
        if accept == "text/turtle":
            body = body.replace(b"1.5", b"1")
        self._send(200, accept, body, {"X-SPARQL-MaxRows": str(MOST)} if is_table and rows > MOST else {})

    def version_string(self) -> str:
        return "Virtuoso/07.20" if self.path == "/virtuoso" else "test"

    def _answer(self, query: str, accept: str) -> bytes:
        if self.path == "/limited":
            found = re.search(r"LIMIT (\d+) OFFSET", query)
            own = query.partition(" #")[0]
            query = query.replace(found[0], f"LIMIT {min(MOST, int(found[1]))} OFFSET") if found else re.sub(r"(?= VALUES|$)", f" LIMIT {MOST}", own, count=1)
        result = self.store.query(query)
        graph = isinstance(result, ox.QueryTriples)
        written = result.serialize(format=ox.RdfFormat.from_media_type(accept) if graph else ox.QueryResultsFormat.from_media_type(accept))  # type: ignore[arg-type]
        return written or b""

    def _send(self, status: int, media_type: str, body: bytes, headers: Mapping[str, str] = MappingProxyType({}), missing: int = 0) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body) + missing), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = bool(missing)

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
        ("silent", "broke off"),
        ("short", "broke off.*50 bytes are missing"),
        ("anytime", "ran out of time.*interrupted"),
        ("slow", "silent for 1 second"),
        ("drip", r"drips: \d+ bytes in 1 seconds"),
    ],
)
def test_each_failure_says_what_to_do(endpoint: str, path: str, advice: str) -> None:
    for query in ("SELECT ?s { ?s ?p ?o }",) if path == "anytime" else ("SELECT ?s { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"):
        with pytest.raises(QueryError, match=advice) as failure:
            RemoteSource(endpoint + path, timeout=1, waits=()).query(query)
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


# Another try ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["shaky", "shaky-line", "shaky-end"])
def test_what_goes_wrong_in_passing_is_tried_again(endpoint: str, path: str) -> None:
    _Endpoint.broken = 2
    assert _said(RemoteSource(endpoint + path, waits=(0, 0, 0)), QUERIES[1]) == _said(memory_source(GRAPH), QUERIES[1])
    _Endpoint.broken, before = 9, len(_Endpoint.seen)
    with pytest.raises(QueryError, match=r"503|broke off"):
        RemoteSource(endpoint + path, waits=(0, 0)).query(QUERIES[1])
    assert len(_Endpoint.seen) == before + 3


@pytest.mark.parametrize("path", ["400", "401", "500", "cut", "slow"])
def test_what_will_go_wrong_again_is_not(endpoint: str, path: str) -> None:
    before = len(_Endpoint.seen)
    with pytest.raises(QueryError):
        RemoteSource(endpoint + path, timeout=0.3, waits=(0, 0)).query(QUERIES[1])
    assert len(_Endpoint.seen) == before + 1


def test_the_environment_says_how_long_to_wait(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_ENDPOINT_TIMEOUT", "0.2")
    with pytest.raises(QueryError, match=r"silent for 0\.2 seconds.*ZHENGPU_ENDPOINT_TIMEOUT"):
        RemoteSource(endpoint + "slow").query("ASK {}")
    for wrong in ("soon", "0", "-1", "nan", "inf"):
        monkeypatch.setenv("ZHENGPU_ENDPOINT_TIMEOUT", wrong)
        with pytest.raises(QueryError, match="number of seconds"):
            RemoteSource(endpoint)


# Names and passwords -------------------------------------------------------------------------------------------------


def test_a_name_and_a_password_come_from_the_environment_or_the_address(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(address: str) -> str:
        RemoteSource(address).query("ASK {}")
        return _Endpoint.seen[-1]["authorization"]

    assert shown(endpoint + "sparql") == ""
    monkeypatch.setenv("ZHENGPU_ENDPOINT_USER", "分析员")
    monkeypatch.setenv("ZHENGPU_ENDPOINT_PASSWORD", "口令:1")
    assert b64decode(shown(endpoint + "sparql").removeprefix("Basic ")).decode() == "分析员:口令:1"
    with_name = endpoint.replace("://", "://other:p%40ss@")
    assert b64decode(shown(with_name + "sparql").removeprefix("Basic ")) == b"other:p@ss"
    monkeypatch.setenv("ZHENGPU_ENDPOINT_TOKEN", "t0ken")
    assert shown(endpoint + "sparql") == "Bearer t0ken"


def test_no_message_has_a_secret_in_it(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_ENDPOINT_TOKEN", "t0ken")
    for address in (endpoint + "echo", endpoint.replace("://", "://name:pa55@") + "echo", endpoint + "401?key=s3cret"):
        source = RemoteSource(address, waits=())
        with pytest.raises(QueryError) as failure:
            source.query("ASK {}")
        told = f"{failure.value} {source.name} {source._endpoint!r}"
        assert not any(secret in told for secret in ("t0ken", "pa55", "s3cret", b64encode(b"name:pa55").decode()))
    for address in ("http://name:pa55@host:port/", "ftp://name:pa55@host/"):
        with pytest.raises(QueryError, match="not the address") as refused:
            RemoteSource(address)
        assert "pa55" not in str(refused.value)
    monkeypatch.setenv("ZHENGPU_ENDPOINT_TOKEN", "t0ken\r\nX-Other: 1")
    with pytest.raises(QueryError, match="line end") as refused:
        RemoteSource(endpoint)
    assert "t0ken" not in str(refused.value)


@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"])
def test_a_password_is_proved_where_a_digest_is_wanted(endpoint: str, monkeypatch: pytest.MonkeyPatch, algorithm: str) -> None:
    monkeypatch.setenv("ZHENGPU_ENDPOINT_USER", "分析员")
    monkeypatch.setenv("ZHENGPU_ENDPOINT_PASSWORD", "口令")
    _Endpoint.proofs.clear()
    source, before = RemoteSource(f"{endpoint}digest?a={algorithm}", waits=()), len(_Endpoint.seen)
    for _ in range(5):
        assert _said(source, QUERIES[1]) == _said(memory_source(GRAPH), QUERIES[1])
    assert _Endpoint.proofs == ["00000001", "00000002", "00000003", "00000001", "00000002"]
    assert len(_Endpoint.seen) == before + 7  # one challenge at first, one when the nonce had been used up
    monkeypatch.setenv("ZHENGPU_ENDPOINT_PASSWORD", "another")
    with pytest.raises(QueryError, match="name and a password, or others"):
        RemoteSource(f"{endpoint}digest?a={algorithm}", waits=()).query("ASK {}")


def test_a_bare_refusal_is_asked_what_it_wants(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_ENDPOINT_USER", "分析员")
    monkeypatch.setenv("ZHENGPU_ENDPOINT_PASSWORD", "口令")
    _Endpoint.proofs.clear()
    before = len(_Endpoint.seen)
    assert RemoteSource(f"{endpoint}digest?bare&a=MD5", waits=()).query(QUERIES[3], {"body": ox.NamedNode(E + "甲")}).boolean
    assert [asked["authorization"].partition(" ")[0] for asked in _Endpoint.seen[before:]] == ["Basic", "", "Digest"]


def test_a_digest_that_nobody_knows_is_not_tried(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_ENDPOINT_USER", "name")
    before = len(_Endpoint.seen)
    with pytest.raises(QueryError, match="name and a password, or others"):
        RemoteSource(f"{endpoint}digest?a=SHA-512-256", waits=()).query("ASK {}")
    assert len(_Endpoint.seen) == before + 1


# Redirections --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirection_on_the_same_host_gets_the_same_question(endpoint: str, code: int) -> None:
    assert _said(RemoteSource(f"{endpoint}to?{code}=/sparql"), QUERIES[0]) == _said(memory_source(GRAPH), QUERIES[0])


@pytest.mark.parametrize(
    "target",
    ["http://localhost:{port}/sparql", "http://127.0.0.1:9/", "https://127.0.0.1:{port}/", "file:///etc/passwd", "ftp://127.0.0.1/", "//other.example/x"],
)
def test_a_redirection_elsewhere_is_not_followed(endpoint: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_ENDPOINT_TOKEN", "t0ken")
    before = len(_Endpoint.seen)
    with pytest.raises(QueryError, match="not followed"):
        RemoteSource(f"{endpoint}to?302={target.format(port=endpoint.split(':')[2].strip('/'))}").query("ASK {}")
    assert len(_Endpoint.seen) == before + 1


def test_a_circle_of_redirections_ends(endpoint: str) -> None:
    before = len(_Endpoint.seen)
    with pytest.raises(QueryError, match="not followed"):
        RemoteSource(endpoint + "circle").query("ASK {}")
    assert len(_Endpoint.seen) <= before + 6


# Long answers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(endpoint: str) -> Iterator[TripleSource]:
    """250 numbers at an endpoint that gives 100 rows and does not say so."""
    plain = ox.Store()
    for number in range(250):
        plain.add(ox.Quad(ox.NamedNode(f"{E}n{number}"), ox.NamedNode(E + "number"), ox.Literal(number)))
    before, _Endpoint.store = _Endpoint.store, plain
    yield EmbeddedSource(plain)
    _Endpoint.store = before


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?s ?n {{ ?s <{E}number> ?n }}",
        f"SELECT * {{ ?s <{E}number> ?n }} ORDER BY DESC(?n)",
        f"SELECT ?n {{ ?s <{E}number> ?n }} ORDER BY (?n / 10 - ?n / 10) # all equal",
        f"SELECT ?s ?n {{ ?s <{E}number> ?n }} VALUES ?x {{ 1 }}",
        f"SELECT ?s ?n {{ ?s <{E}number> ?n }} ORDER BY ?n LIMIT 130 OFFSET 7",
        f"SELECT ?s ?n {{ ?s <{E}number> ?n }} ORDER BY ?n LIMIT 230 OFFSET 0",
        f"SELECT ?s ?n {{ ?s <{E}number> ?n FILTER (?n < 100) }}",
        f"CONSTRUCT {{ ?s <{E}x> ?n }} {{ ?s <{E}number> ?n }}",
        f"CONSTRUCT {{ ?s <{E}x> ?n }} {{ ?s <{E}number> ?n FILTER (?n < 100) }}",
    ],
)
def test_the_rest_of_a_long_answer_is_fetched(endpoint: str, many: TripleSource, query: str) -> None:
    remote, local = RemoteSource(endpoint + "limited").query(query), many.query(query)
    if local.kind == "rows":
        assert Counter(remote.rows) == Counter(local.rows)
        assert "ORDER BY DESC" not in query or remote.rows == local.rows
    else:
        assert Counter(remote.triples) == Counter(local.triples)


def test_a_limit_that_was_asked_for_is_no_cut(endpoint: str, many: TripleSource) -> None:
    before = len(_Endpoint.seen)
    assert len(RemoteSource(endpoint + "sparql").query(f"SELECT ?n {{ ?s <{E}number> ?n }} LIMIT 200").rows) == 200
    assert len(_Endpoint.seen) == before + 1


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?s ?n {{ ?s <{E}number> ?n }}",
        f"PREFIX e: <{E}> SELECT (?s AS ?thing) ?n {{ ?s e:number ?n }} ORDER BY DESC(?n)",
        f"CONSTRUCT {{ ?s <{E}x> ?n }} {{ ?s <{E}number> ?n }}",
        f"CONSTRUCT WHERE {{ ?s <{E}number> ?n }}",
        f"PREFIX e: <{E}> CONSTRUCT {{ ?s e:x ?n }} WHERE {{ {{ ?s e:number ?n }} UNION {{ ?s e:none ?n }} }} ORDER BY ?n",
    ],
)
def test_what_virtuoso_cuts_is_fetched_too(endpoint: str, many: TripleSource, query: str) -> None:
    remote, local = RemoteSource(endpoint + "virtuoso", waits=()).query(query), many.query(query)
    if local.kind == "rows":
        assert Counter(remote.rows) == Counter(local.rows)
        assert "DESC" not in query or remote.rows == local.rows
    else:
        assert Counter(remote.triples) == Counter(local.triples)


def test_virtuoso_is_not_asked_for_turtle_twice(endpoint: str) -> None:
    source, before = RemoteSource(endpoint + "virtuoso"), len(_Endpoint.seen)
    for _ in range(2):
        (triple,) = source.query(f"CONSTRUCT WHERE {{ ?s <{E}值> ?o }}").triples
        assert str(getattr(triple.object, "value", "")) == "1.5"
    accepted = [asked["accept"] for asked in _Endpoint.seen[before:] if "OFFSET" not in asked["body"]]
    assert accepted == ["text/turtle", "application/n-triples", "application/n-triples"]
