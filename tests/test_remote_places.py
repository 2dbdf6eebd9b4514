"""Which addresses a server is written to at, and what becomes of writing where a server misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from zhengpu.errors import QueryError
from zhengpu.graph.remote.graphs import RemoteGraphs
from zhengpu.graph.remote.places import places

TRUE = b'{"head":{},"boolean":true}'


@dataclass
class Manners:
    """How the server behaves: what it calls itself, what it answers to questions, and to each writing in turn (status, headers); the last goes on."""

    server: str = "test"
    answer: bytes = TRUE
    writes: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(204, {})])
    seen: list[tuple[str, str, str, bytes]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    manners: Manners

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        manners = self.manners
        manners.seen.append((self.command, self.path, self.headers["Authorization"] or "", body))
        status, headers = (200, {"Content-Type": "application/sparql-results+json"})
        if not body.startswith(b"query="):
            status, headers = manners.writes.pop(0) if len(manners.writes) > 1 else manners.writes[0]
        content = manners.answer if body.startswith(b"query=") else b""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _any

    def version_string(self) -> str:
        return self.manners.server

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def manners(monkeypatch: pytest.MonkeyPatch) -> Manners:
    made = Manners()
    monkeypatch.setattr(_Handler, "manners", made, raising=False)
    return made


@pytest.fixture
def base(manners: Manners) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("server", "path", "update", "graphs", "has_default"),
    [
        ("Oxigraph/0.5.13", "/query", "/update", "/store", True),
        ("Virtuoso/07.20", "/sparql", "/sparql", "/sparql-graph-crud", False),
        ("Virtuoso/08.03", "/db/sparql?default-graph-uri=http://g/", "/db/sparql", "/db/sparql-graph-crud", False),
        ("Apache Jena Fuseki", "/plans/query", "/plans/update", "/plans/data", True),
        ("", "/plans/sparql", "/plans/update", "/plans/data", True),
        ("GraphDB", "/repositories/plans", "/repositories/plans/statements", "/repositories/plans/rdf-graphs/service", True),
        ("", "/rdf4j-server/repositories/p/", "/rdf4j-server/repositories/p/statements", "/rdf4j-server/repositories/p/rdf-graphs/service", True),
        ("nginx", "/query", "/update", "/store", True),
        ("", "/sparql", None, "/graphs", True),
        ("nginx", "/api/v1/ask", None, None, True),
    ],
)
def test_addresses_are_guessed(base: str, manners: Manners, server: str, path: str, update: str | None, graphs: str | None, has_default: bool) -> None:
    manners.server = server
    found = places(base + path)
    told = [place.address.removeprefix(base) if place else None for place in (found.update, found.graphs)]
    assert (told, found.has_default) == ([update, graphs], has_default)


def test_who_has_a_name_writes_where_virtuoso_asks_for_it(base: str, manners: Manners, monkeypatch: pytest.MonkeyPatch) -> None:
    manners.server = "Virtuoso/07.20"
    monkeypatch.setenv("ZHENGPU_ENDPOINT_USER", "name")
    monkeypatch.setenv("ZHENGPU_ENDPOINT_PASSWORD", "pa55")
    found = places(base + "/sparql")
    assert found.update is not None
    assert found.graphs is not None
    assert (found.update.address, found.graphs.address) == (base + "/sparql-auth", base + "/sparql-graph-crud-auth")
    assert (found.graphs.user, found.graphs.password) == ("name", "pa55")
    assert "pa55" not in repr(found)


def test_addresses_that_are_given_are_believed(base: str) -> None:
    found = places(base + "/x", base + "/u", base + "/g")
    assert (found.update and found.update.address, found.graphs and found.graphs.address) == (base + "/u", base + "/g")
    with pytest.raises(QueryError, match="not the address"):
        places(base + "/x", "ftp://example.org/")
    unknown = RemoteGraphs(places(base + "/x"), waits=())
    with pytest.raises(QueryError, match="--graph-store URL"):
        unknown.post(None, b"")
    with pytest.raises(QueryError, match="--update-endpoint URL"):
        unknown.drop("http://example.org/g")


@pytest.mark.parametrize("answer", ["<html><body>登录</body></html>".encode(), b"", b'{"head":{"vars":[]},"results":{"bindings":[]}}', b"\xff\xfe"])
def test_a_page_is_no_endpoint(base: str, manners: Manners, answer: bytes) -> None:
    manners.answer = answer
    with pytest.raises(QueryError, match="no SPARQL endpoint at this address"):
        places(base + "/query")
    assert [seen[0] for seen in manners.seen] == ["POST"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_writing_that_fails_in_passing_is_sent_again(base: str, manners: Manners, status: int) -> None:
    graphs = RemoteGraphs(places(base + "/query"), waits=(0, 0))
    manners.writes = [(status, {"Retry-After": "0"}), (status, {}), (204, {})]
    graphs.post("http://example.org/图", b"<a> <b> <c> .\n")
    sent = [seen for seen in manners.seen if seen[1].startswith("/store")]
    assert [seen[1] for seen in sent] == ["/store?graph=http%3A%2F%2Fexample.org%2F%E5%9B%BE"] * 3
    assert {seen[3] for seen in sent} == {b"<a> <b> <c> .\n"}
    manners.writes = [(status, {})]
    with pytest.raises(QueryError, match=str(status) if status != 500 else "failed on this"):
        graphs.post(None, b"")
    assert manners.seen[-1][1] == "/store?default"


@pytest.mark.parametrize(
    ("status", "advice"),
    [(400, "does not take this"), (401, "name and a password"), (403, "does not let you write"), (404, "--graph-store"), (413, "this length")],
)
def test_a_writing_that_is_refused_is_not_sent_again(base: str, manners: Manners, status: int, advice: str) -> None:
    graphs = RemoteGraphs(places(base + "/query"), waits=(0, 0))
    manners.writes = [(status, {})]
    with pytest.raises(QueryError, match=advice):
        graphs.put("http://example.org/g", b"")
    assert [seen[0] for seen in manners.seen] == ["POST", "PUT"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_password_and_no_document_goes_to_another_host(base: str, manners: Manners, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setenv("ZHENGPU_ENDPOINT_TOKEN", "t0ken")
    graphs = RemoteGraphs(places(base + "/query"), waits=(0, 0))
    manners.writes = [(status, {"Location": base.replace("127.0.0.1", "localhost") + "/store"})]
    for write in (lambda: graphs.put("http://example.org/g", b"<a> <b> <c> .\n"), lambda: graphs.drop("http://example.org/g")):
        before = len(manners.seen)
        with pytest.raises(QueryError, match=r"sends its questions on to http://localhost:\d+/store, which is not followed"):
            write()
        assert [seen[2] for seen in manners.seen[before:]] == ["Bearer t0ken"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirection_on_the_same_host_takes_the_document_along(base: str, manners: Manners, status: int) -> None:
    manners.writes = [(status, {"Location": "/elsewhere"}), (204, {})]
    RemoteGraphs(places(base + "/query"), waits=()).put("http://example.org/g", b"<a> <b> <c> .\n")
    assert [(seen[0], seen[1].partition("?")[0], seen[3]) for seen in manners.seen[1:]] == [
        ("PUT", "/store", b"<a> <b> <c> .\n"),
        ("PUT", "/elsewhere", b"<a> <b> <c> .\n"),
    ]
