"""`import zhengpu`: cheap, typed, the same over a store and an endpoint, and harmless in a notebook whatever documents are called."""

from __future__ import annotations

import copy
import doctest
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from importlib.resources import as_file, files
from pathlib import Path

import pandas
import pyoxigraph as ox
import pytest
import rdflib
from endpoint_server import MISSING, OXIGRAPH, served
from gold_facts import all_gold_facts

import zhengpu
from zhengpu.errors import AmbiguousName, BadParameter, QueryError, QueryRefused, StoreError, UnknownName
from zhengpu.graph.sources.embedded import memory_source
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.ids import ONTOLOGY
from zhengpu.ontology import terms
from zhengpu.queries.tables.values import Thing, labels, value

ROOT = Path(__file__).parents[1]
XSD = "http://www.w3.org/2001/XMLSchema#"
BODY = "上海市徐汇区知识产权局"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    opened = create_store(tmp_path_factory.mktemp("api") / "store")
    opened.add(Shard(document_iri(facts), shard(facts), title=facts.document.title or "", source=facts.source) for facts in all_gold_facts())
    return opened


@pytest.fixture(scope="module", params=["store", "endpoint"])
def g(request: pytest.FixtureRequest, store: Store) -> Iterator[zhengpu.Graph]:
    if request.param == "store":
        with zhengpu.open(store.folder) as opened:
            yield opened
    elif OXIGRAPH is None:
        pytest.skip(MISSING)
    else:
        with served(store) as address, zhengpu.open(address) as opened:
            yield opened


def test_importing_it_imports_next_to_nothing() -> None:
    asked = "import sys, zhengpu; heavy = {'pyoxigraph', 'rdflib', 'pandas', 'networkx', 'typer', 'mcp', 'lxml'}; print(sorted(heavy & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_it_has_what_it_says() -> None:
    assert {name for name in zhengpu.__all__ if getattr(zhengpu, name) is None} == set()
    assert set(zhengpu.__all__) <= set(dir(zhengpu))
    with pytest.raises(AttributeError, match="nothing"):
        zhengpu.nothing  # noqa: B018
    assert (ROOT / "src" / "zhengpu" / "py.typed").exists()


# Rows ----------------------------------------------------------------------------------------------------------------


def test_rows_are_typed(g: zhengpu.Graph) -> None:
    rows = g.ask("values-of-indicator", indicator="每万人高价值发明专利拥有量")
    row = next(row for row in rows if row.planTitle == "上海市徐汇区国家知识产权保护示范区建设方案")
    assert (row.value, row.unit, row.due, row.baseline) == (Decimal(86), "件", date(2026, 2, 28), None)
    assert isinstance(row.plan, Thing)
    assert row.plan.label == row.planTitle == str(row.plan)
    assert row.plan.iri.endswith("document/徐府发〔2024〕9号/plan/1")
    assert row["plan"] == row[0] == row.asdict()["plan"]
    assert list(row) == list(row.asdict().values())
    with pytest.raises(AttributeError, match="no column 'body'"):
        row.body  # noqa: B018
    with pytest.raises(KeyError, match="no column 'body'"):
        row["body"]
    assert rows.heads[0] == "计划"
    assert rows.title == "各计划给 每万人高价值发明专利拥有量 定了什么目标值？"
    assert len(g.query(rows.sparql)) == len(rows)


def test_blanks_take_values_of_python(g: zhengpu.Graph) -> None:
    text = g.ask("measures-due-between", {"from": "2024-01-01"}, until="2024-12-31")
    assert text == g.ask("measures-due-between", {"from": date(2024, 1, 1)}, until=date(2024, 12, 31))
    assert text == g.ask("measures-due-between", {"from": 2024, "until": 2024})
    assert len(text) > 3
    body = g.entity(BODY)
    assert g.ask("duties-of-body", institution=Thing(body.iri, "")) == g.ask("duties-of-body", institution=BODY)
    for blanks, error in (({}, BadParameter), ({"institution": "无此机构"}, UnknownName), ({"body": BODY}, BadParameter)):
        with pytest.raises(error):
            g.ask("duties-of-body", **blanks)
    with pytest.raises(AmbiguousName):
        g.ask("duties-of-body", institution="区知识产权局")


def test_rows_are_a_sequence_that_can_be_copied(g: zhengpu.Graph) -> None:
    rows = g.query("SELECT ?m ?t { ?m a zp:Measure ; dcterms:title ?t } ORDER BY ?m LIMIT 9")
    assert [row.t for row in rows[2:5]] == rows.column("t")[2:5]
    assert rows[-1] == rows[8]
    assert rows == copy.deepcopy(rows) == pickle.loads(pickle.dumps(rows))
    assert copy.copy(rows[0]) == rows[0] == tuple(rows[0])
    assert len({*rows, *rows}) == 9
    with pytest.raises(UnknownName):
        rows.column("title")


def test_data_frames(g: zhengpu.Graph) -> None:
    frame = g.ask("values-of-indicator", indicator="每万人高价值发明专利拥有量").to_pandas()
    assert frame["value"].dtype == "float64"
    assert frame["due"].dtype.kind == "M"
    assert frame["plan"].str.startswith("https://").all()
    assert "plan_label" not in frame  # planTitle has them
    bare = g.query("SELECT ?plan (COUNT(?m) AS ?n) (BOUND(?plan) AS ?is) { ?m zp:inPlan ?plan ; a zp:Measure } GROUP BY ?plan").to_pandas()
    assert [str(kind) for kind in bare.dtypes[["n", "is"]]] == ["Int64", "boolean"]
    assert "徐汇区关于创建国家知识产权强市建设试点城区的工作方案" in set(bare["plan_label"])
    empty = g.query("SELECT ?a { ?a a zp:Nothing }").to_pandas()
    assert list(empty) == ["a"]
    assert isinstance(empty, pandas.DataFrame)


def test_without_pandas_it_says_so(g: zhengpu.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(zhengpu.ZhengpuError, match=r"zhengpu\[pandas\]"):
        g.questions().to_pandas()


# Other answers -------------------------------------------------------------------------------------------------------


def test_sparql(g: zhengpu.Graph) -> None:
    assert g.query("ASK { ?p a zp:Plan }") is True
    assert g.query("ASK { ?p a zp:Nothing }") is False
    graph = g.query("CONSTRUCT { ?p zp:x ?t } WHERE { ?p a zp:Plan ; dcterms:title ?t }")
    assert isinstance(graph, rdflib.Graph)
    assert len(graph) == 5
    for query, error in (("DELETE WHERE { ?s ?p ?o }", QueryRefused), ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", QueryRefused), ("SELECT", QueryError)):
        with pytest.raises(error):
            g.query(query)


def test_an_entity_and_its_facts(g: zhengpu.Graph) -> None:
    body = g.entity(BODY)
    assert (body.name, body.kinds) == (BODY, ("机构",))
    assert "上海市徐汇区" in {str(row.value) for row in body.statements}
    assert body.facts
    for fact in body.facts:
        text = g.query(f"SELECT ?t {{ <{fact.document.iri}> zp:text ?t }}")[0].t
        assert text[fact.start : fact.end] == fact.quote
    with pytest.raises(UnknownName):
        g.entity("无此物")


def test_search(g: zhengpu.Graph) -> None:
    found = g.search("上诉率", limit=50)
    assert found[0].type == "indicator"
    assert {row.type for row in found} > {"indicator"}
    placed = [row for row in found if row.start is not None]
    assert placed
    for row in placed:
        text = g.query(f"SELECT ?t {{ <{row.document.iri}> zp:text ?t }}")[0].t
        assert "上诉率" in text[row.start : row.end]
    with pytest.raises(BadParameter):
        g.search(" ")
    with pytest.raises(UnknownName):
        g.search("上诉率", types=["nothing"])


def test_networks(g: zhengpu.Graph) -> None:
    network = g.network(BODY, hops=1)
    assert network.nodes[g.entity(BODY).iri]["kind"] == "institution"
    assert {data["role"] for *_, data in network.edges(data=True)} >= {"responsible"}
    assert {data["kind"] for _, data in g.network("徐府发〔2024〕9号").nodes(data=True)} >= {"plan", "measure"}


def test_rdflib(g: zhengpu.Graph, store: Store) -> None:
    graph = g.rdflib()
    assert len(graph) == len(store)
    titles = {str(row[0]) for row in graph.query("SELECT ?t { ?p a zp:Plan ; dcterms:title ?t }")}
    assert titles == {row.t for row in g.query("SELECT ?t { ?p a zp:Plan ; dcterms:title ?t }")}


def test_a_view_of_a_store_is_not_written_to(store: Store) -> None:
    with zhengpu.open(store.folder) as g, pytest.raises(Exception, match="read-write"):
        g.rdflib().add((rdflib.URIRef("http://example.org/s"), rdflib.RDF.type, rdflib.RDFS.Class))
    assert len(create_store(store.folder)) == len(store)


def test_a_store_that_is_closed_answers_nothing(store: Store) -> None:
    with zhengpu.open(store.folder) as g:
        rows = g.questions(), g.ask("documents")
    assert len(rows[1]) == 5
    assert "closed" in repr(g)
    with pytest.raises(StoreError, match="closed"):
        g.ask("documents")
    with pytest.raises(StoreError, match="no store"):
        zhengpu.open(store.folder / "nowhere")
    with pytest.raises(QueryError, match="not the address"):
        zhengpu.open("ftp://example.org/sparql")


# Values --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        ("7", "integer", 7),
        ("7", "nonNegativeInteger", 7),
        ("1.50", "decimal", Decimal("1.5")),
        ("1e3", "double", 1000.0),
        ("-INF", "double", float("-inf")),
        ("true", "boolean", True),
        ("0", "boolean", False),
        ("2024-02-29", "date", date(2024, 2, 29)),
        ("2024-13-01", "date", "2024-13-01"),
        ("2024", "gYear", "2024"),
        ("2024-06", "gYearMonth", "2024-06"),
        ("many", "integer", "many"),
        ("许多", "decimal", "许多"),
        ("a", "string", "a"),
    ],
)
def test_literals(text: str, datatype: str, expected: object) -> None:
    found = value(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)))
    assert found == expected
    assert type(found) is type(expected)


def test_names_of_things_are_in_the_language_asked_for() -> None:
    source = memory_source(
        '<http://e/a> <http://www.w3.org/2000/01/rdf-schema#label> "甲"@zh .\n<http://e/a> <http://www.w3.org/2000/01/rdf-schema#label> "A"@en .\n'
        '<http://e/b> <http://purl.org/dc/terms/title> "乙"@zh .\n<http://e/c> <http://purl.org/dc/terms/title> "C"@de .\n'.encode()
    )
    iris = [f"http://e/{name}" for name in "abcd"]
    assert labels(source, iris, "en") == {"http://e/a": "A", "http://e/b": "乙", "http://e/c": "C"}
    assert labels(source, iris, "zh")["http://e/a"] == "甲"
    assert labels(source, [f"http://e/n{number}" for number in range(1200)] + iris) == labels(source, iris)


# Notebooks -----------------------------------------------------------------------------------------------------------

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"&'


class _Tags(HTMLParser):
    """The tags of a page and the attributes in them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_a_document_says_is_no_markup_in_a_notebook(tmp_path: Path) -> None:
    facts = next(iter(all_gold_facts()))
    iri = document_iri(facts)
    triples = f"""<{iri}> <{terms.dcterms_title}> {ox.Literal(HOSTILE, language="zh")} .
<{iri}> <{terms.rdf_type}> <{terms.Document}> .
<{iri}> <{ONTOLOGY}url> <javascript:alert(3)> .
""".encode()
    opened = create_store(tmp_path / HOSTILE.replace("/", "∕"))
    opened.add([Shard(iri, triples, title=HOSTILE, source="x")])
    g = zhengpu.open(opened.folder)
    pages = [g, g.entity(iri), g.query("SELECT ?d ?t ?u { ?d dcterms:title ?t ; zp:url ?u }"), zhengpu.Rows([HOSTILE], [(HOSTILE,)], title=HOSTILE)]
    for shown in pages:
        page = _Tags()
        page.feed(shown._repr_html_())  # type: ignore[attr-defined]
        assert page.tags <= {"table", "thead", "tbody", "tr", "th", "td", "caption", "p", "b", "h4", "a"}
        assert page.attributes <= {"href", "rel"}
        assert "<script>" in page.text
        assert 'href="javascript' not in shown._repr_html_()  # type: ignore[attr-defined]
        assert repr(shown)


def test_a_long_answer_is_cut_in_a_notebook(g: zhengpu.Graph) -> None:
    rows = g.query("SELECT ?m { ?m a zp:Measure } ORDER BY ?m")
    assert rows._repr_html_().count("<tr>") == 21
    assert f"20 / {len(rows)}" in rows._repr_html_()


# Documentation -------------------------------------------------------------------------------------------------------


def test_the_examples_of_the_documentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with as_file(files("zhengpu.samples")) as samples:
        shutil.copytree(samples, tmp_path / "plans", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    done = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8")
    assert done.attempted > 25
    assert done.failed == 0
