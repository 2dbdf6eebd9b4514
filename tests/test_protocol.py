"""The cases of tests/protocol_cases.toml, put to a real server."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from serving import Answered, Served, served

from zhengpu import ids
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import create_store

E = "http://example.org/"
A, B = (f"{ids.DEFAULT_BASE}document/{name}〔2024〕{number}号" for name, number in (("甲", 1), ("乙", 2)))
DOCUMENTS = {
    A: f'<{A}> a <{ids.ONTOLOGY}Document> .\n<{A}> <{E}名> "甲局"@zh .\n<{A}> <{E}同> <{E}丙> .\n',
    B: f'<{B}> a <{ids.ONTOLOGY}Document> .\n<{B}> <{E}名> "乙局"@zh .\n<{A}> <{E}同> <{E}丙> .\n',
}
CASES = tomllib.loads((Path(__file__).parent / "protocol_cases.toml").read_text("utf-8"))["case"]


def build(folder: Path) -> Path:
    """A store of the two documents."""
    with create_store(folder) as store:
        triples = {iri: text.replace(" a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ") for iri, text in DOCUMENTS.items()}
        store.add(Shard(iri=iri, triples=text.encode(), title="甲" if iri == A else "乙") for iri, text in triples.items())
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(build(tmp_path_factory.mktemp("served") / "store")) as running:
        yield running


def test_no_two_cases_have_one_name() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)) > 90


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any], server: Served) -> None:
    answer = asked(server, case)
    assert answer.status == case.get("status", 200), answer.body[:500]
    if "type" in case:
        assert answer.type == case["type"]
    for name, value in case.get("has", {}).items():
        assert answer.headers[name] is not None, f"no {name}"
        assert not value or answer.headers[name] == value
    for name in case.get("lacks", ()):
        assert answer.headers[name] is None
    if "problem" in case:
        told = json.loads(answer.body)
        assert (told["code"], told["status"]) == (case["problem"], answer.status)
        assert told["detail"].strip()
    if "place" in case:
        told = json.loads(answer.body)
        assert [told["line"], told["column"]] == case["place"], told["detail"]
    if "text" in case:
        assert filled(case["text"]) in answer.body.decode() if case["text"] else answer.body == b""
    if "boolean" in case:
        assert bool(results(answer)) is case["boolean"]
    if "rows" in case:
        assert len(list(results(answer))) == case["rows"]  # type: ignore[arg-type]
    if "values" in case:
        assert sorted(row[0].value for row in results(answer)) == sorted(filled(value) for value in case["values"])  # type: ignore[union-attr]
    if "triples" in case:
        format = ox.RdfFormat.from_media_type(answer.headers["Content-Type"])
        assert len({quad.triple for quad in ox.parse(answer.body, format)}) == case["triples"]


def filled(text: str) -> str:
    return text.replace("$A", A).replace("$B", B)


def encoded(pairs: list[list[str]]) -> str:
    return urlencode([(name, filled(value)) for name, value in pairs])


def asked(server: Served, case: dict[str, Any]) -> Answered:
    query = case.get("raw_params") or encoded(case.get("params", []))
    target = case.get("path", "/sparql") + (f"?{query}" if query else "")
    headers = dict(case.get("headers", {}))
    body: bytes | None = filled(case["body"]).encode() if "body" in case else None
    if "body_hex" in case:
        body = bytes.fromhex(case["body_hex"])
    elif "body_repeat" in case:
        text, times = case["body_repeat"]
        body = (text * times).encode()
    elif "form" in case:
        body = encoded(case["form"]).encode()
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    return server.ask(case.get("method", "GET"), target, body, headers, host="host" not in case)


def results(answer: Answered) -> ox.QuerySolutions | ox.QueryBoolean:
    format = ox.QueryResultsFormat.from_media_type(answer.headers["Content-Type"])
    assert format is not None, answer.headers["Content-Type"]
    return ox.parse_query_results(answer.body, format)
