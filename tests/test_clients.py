"""Other people's programs against the running server: what they send and what they make of the answers."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
import rdflib
from serving import Served, served
from test_protocol import A, E, build

NAMES = f"SELECT ?o {{ ?s <{E}名> ?o }} ORDER BY ?o"
COMUNICA = shutil.which("comunica-sparql", path=str(Path(__file__).parents[1] / ".venv" / "npm" / "node_modules" / ".bin")) or shutil.which("comunica-sparql")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(build(tmp_path_factory.mktemp("clients") / "store")) as running:
        yield running


def test_sparqlwrapper_asks(server: Served) -> None:
    from SPARQLWrapper import CSV, GET, JSON, POST, TURTLE, XML, SPARQLWrapper

    for method in (GET, POST):
        client = SPARQLWrapper(server.sparql)
        client.setMethod(method)
        client.setQuery(NAMES)
        client.setReturnFormat(JSON)
        assert [row["o"]["value"] for row in client.query().convert()["results"]["bindings"]] == ["乙局", "甲局"]
        client.setReturnFormat(XML)
        assert "甲局" in client.query().convert().toxml()
        client.setReturnFormat(CSV)
        assert client.query().convert().decode() == "o\r\n乙局\r\n甲局\r\n"
        client.setQuery(f"DESCRIBE <{A}>")
        client.setReturnFormat(TURTLE)
        assert len(rdflib.Graph().parse(BytesIO(client.query().convert()), format="turtle")) == 3


def test_rdflib_reads_as_from_a_store_of_its_own(server: Served) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    for method in ("GET", "POST", "POST_FORM"):
        graph = rdflib.Graph(SPARQLStore(server.sparql, method=method))
        assert sorted(str(name) for name in graph.objects(None, rdflib.URIRef(E + "名"))) == ["乙局", "甲局"]
        assert (rdflib.URIRef(A), None, None) in graph
        assert len(graph) > 6


def test_curl_asks(server: Served, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    query = tmp_path / "query.rq"
    query.write_text(NAMES, "utf-8")
    curl = ["curl", "--silent", "--fail", "--compressed", server.sparql, "-H", "Accept: text/csv"]
    for how in (["--get", "--data-urlencode", f"query@{query}"], ["--data-urlencode", f"query@{query}"], _direct(query)):
        done = subprocess.run([*curl, *how], capture_output=True, check=True, timeout=30)
        assert done.stdout.decode() == "o\r\n乙局\r\n甲局\r\n"


def _direct(query: Path) -> list[str]:
    return ["-H", "Content-Type: application/sparql-query", "--data-binary", f"@{query}"]


def test_pandas_reads_the_csv(server: Served) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(f"{server.sparql}?{urlencode({'query': NAMES, 'format': 'csv'})}")
    assert list(frame["o"]) == ["乙局", "甲局"]


@pytest.mark.skipif(COMUNICA is None, reason="Comunica is not installed (npm install --prefix .venv/npm @comunica/query-sparql@4)")
def test_comunica_asks(server: Served) -> None:
    def said(query: str, form: str) -> str:
        done = subprocess.run([str(COMUNICA), f"sparql@{server.sparql}", query, "-t", form], capture_output=True, text=True, timeout=120, check=True)
        return done.stdout

    rows = json.loads(said(NAMES, "application/sparql-results+json"))["results"]["bindings"]
    assert [row["o"]["value"] for row in rows] == ["乙局", "甲局"]
    assert said(f"CONSTRUCT {{ ?s <{E}名> ?o }} WHERE {{ ?s <{E}名> ?o }}", "application/n-triples").count(f"<{E}名>") == 2
    assert json.loads(said(f"ASK {{ <{A}> ?p ?o }}", "application/sparql-results+json"))["boolean"] is True
