"""Parts of the graph as files, each opened with the library that reads it; the network behind them; and names that find things."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import networkx
import pyoxigraph as ox
import pytest
import rdflib
from gold_facts import all_gold_facts

from zhengpu.errors import AmbiguousName, UnknownName, ZhengpuError
from zhengpu.graph.embedded import memory_source
from zhengpu.graph.entities import entity, resolve
from zhengpu.graph.export import FORMATS, Around, Everything, OfPlan, Selection, export, format_of
from zhengpu.graph.mapping import document_iri, shard
from zhengpu.graph.neighbourhood import around, said_by
from zhengpu.graph.network import NODE_KINDS, network, network_of_plan, to_networkx
from zhengpu.graph.shards import Shard
from zhengpu.graph.store import Store, create_store
from zhengpu.ontology import terms as zp

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its readers of N-Quads and JSON-LD use what it deprecates

BASE = "https://w3id.org/zhengpu/id/"
BODY = BASE + "institution/上海市徐汇区知识产权局"
DOCUMENT = BASE + "document/徐府发〔2024〕9号"
PLAN = DOCUMENT + "/plan/1"

RDFLIB_NAMES = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "jsonld": "json-ld", "xml": "xml"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    opened = create_store(tmp_path_factory.mktemp("gold") / "store")
    opened.add(Shard(document_iri(facts), shard(facts), title=facts.document.title or "", source=facts.source) for facts in all_gold_facts())
    return opened


def ending(format: str) -> str:
    return FORMATS[format][0]


# Files ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", sorted(RDFLIB_NAMES))
@pytest.mark.parametrize("selection", [Around(BODY, 1), OfPlan(PLAN), Everything()], ids=lambda selection: type(selection).__name__)
def test_rdflib_reads_the_same_triples_from_every_rdf_format(store: Store, tmp_path: Path, selection: Selection, format: str) -> None:
    done = export(store, selection, tmp_path / f"part{ending(format)}")
    read = rdflib.Dataset()
    read.parse(done.path, format=RDFLIB_NAMES[format])
    triples = {(s, p, o) for s, p, o, _ in read.quads()}
    assert done.format == format
    assert not done.truncated
    plain = rdflib.Graph().parse(export(store, selection, tmp_path / "part.nt").path, format="nt")
    assert triples == set(plain)
    assert (rdflib.URIRef(DOCUMENT + "/measure/m1"), rdflib.URIRef(zp.inPlan), rdflib.URIRef(PLAN)) in triples or isinstance(selection, Around)


def test_facts_come_with_their_quotations_and_things_with_their_names(store: Store) -> None:
    triples = around(store, BODY, hops=1).triples
    said = {(t.subject.value, t.predicate.value) for t in triples if isinstance(t.subject, ox.NamedNode)}
    facts = {t.subject.value for t in triples if t.predicate.value == zp.institution and t.object == ox.NamedNode(BODY) and isinstance(t.subject, ox.NamedNode)}
    assert len(facts) == 12
    assert all((fact, zp.quote) in said and (fact, zp.inDocument) in said for fact in facts)
    measures = {t.object.value for t in triples if t.predicate.value == zp.measure and isinstance(t.object, ox.NamedNode)}
    assert measures
    assert all((measure, zp.dcterms_title) in said for measure in measures)
    roles = {t.object.value for t in triples if t.predicate.value == zp.role and isinstance(t.object, ox.NamedNode)}
    assert all((role, zp.skos_prefLabel) in said for role in roles)
    assert (DOCUMENT, zp.text) not in said, "the whole text of a document is no neighbour"


def test_more_hops_reach_more_and_the_limit_is_told(store: Store) -> None:
    sizes = [len(around(store, BODY, hops).triples) for hops in range(3)]
    assert sizes == sorted(set(sizes))
    small = around(store, BODY, hops=3, limit=30)
    assert small.truncated
    assert len({triple.subject for triple in small.triples}) < len({triple.subject for triple in around(store, BODY, hops=3).triples})


def test_a_plan_is_all_that_its_document_says(store: Store) -> None:
    shard_of_plan = set(store.triples(store.document("徐府发〔2024〕9号")).decode().splitlines())
    triples = {f"{triple} ." for triple in said_by(store, PLAN).triples}
    assert shard_of_plan <= triples
    others = {entry.iri for entry in store.documents} - {DOCUMENT}
    of_others = {line.split(" ")[1] for line in triples if any(line.startswith(f"<{other}") for other in others)}
    assert of_others <= {f"<{zp.dcterms_title}>", f"<{zp.documentNumber}>", f"<{zp.dcterms_issued}>"}, "of other documents no more than names"


def test_nquads_put_each_triple_into_the_graph_of_its_document(store: Store, tmp_path: Path) -> None:
    export(store, Everything(), tmp_path / "all.nq")
    graphs = Counter(quad.graph_name for quad in ox.parse(path=tmp_path / "all.nq"))
    assert graphs == {ox.NamedNode(entry.iri): entry.triples for entry in store.entries}
    memory = memory_source(store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }").serialize("nt"))
    assert export(memory, Everything(), tmp_path / "memory.nq").size == len(store)
    assert {quad.graph_name for quad in ox.parse(path=tmp_path / "memory.nq")} == {ox.DefaultGraph()}


@pytest.mark.parametrize("selection", [Around(BODY, 2), OfPlan(PLAN), Everything()], ids=lambda selection: type(selection).__name__)
def test_networkx_and_csv_read_the_network(store: Store, tmp_path: Path, selection: Selection) -> None:
    drawn = export(store, selection, tmp_path / "network.graphml")
    graph = networkx.read_graphml(drawn.path, force_multigraph=True)
    assert graph.is_directed()
    assert graph.number_of_edges() == drawn.size
    assert all(data["label"] and data["kind"] in NODE_KINDS.values() for _, data in graph.nodes(data=True))
    assert (tmp_path / "network.graphml").read_bytes().startswith(b"<?xml")

    written = export(store, selection, tmp_path / "links.csv")
    assert written.path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel wants the mark"
    with written.path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    edges = Counter((row["source"], row["target"], row["kind"], row["role"], row["quote"], row["document_iri"]) for row in rows)
    assert edges == Counter((s, t, d["kind"], d["role"], d.get("quote", ""), d["document_iri"]) for s, t, d in graph.edges(data=True))
    assert all(row["source_label"] and row["target_label"] and row["document"] for row in rows)


def test_the_same_export_is_the_same_bytes_in_another_process(store: Store, tmp_path: Path) -> None:
    script = """
import sys
from zhengpu.graph.export import *
from zhengpu.graph.store import open_store
store = open_store(sys.argv[1])
for format in FORMATS:
    for number, selection in enumerate((Around(sys.argv[3], 2), OfPlan(sys.argv[4]), Everything())):
        export(store, selection, f"{sys.argv[2]}/{number}.{format}", format)
"""
    for name, seed in (("a", "1"), ("b", "2")):
        (tmp_path / name).mkdir()
        command = [sys.executable, "-c", script, str(store.folder), str(tmp_path / name), BODY, PLAN]
        subprocess.run(command, check=True, env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed})
    written = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(written) == 3 * len(FORMATS)
    assert [name for name in written if (tmp_path / "a" / name).read_bytes() != (tmp_path / "b" / name).read_bytes()] == []


def test_an_export_that_fails_leaves_the_old_file(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "part.ttl"
    target.write_text("mine")
    with pytest.raises(UnknownName, match="nobody"):
        export(store, Around("http://example.org/nobody"), target)
    assert [path.name for path in tmp_path.iterdir()] == ["part.ttl"]
    assert target.read_text() == "mine"
    for place in (tmp_path / "no folder" / "part.ttl", tmp_path):
        with pytest.raises(ZhengpuError, match="cannot be written"):
            export(store, Around(BODY), place, "ttl")


def test_formats_go_by_the_ending_or_by_name() -> None:
    assert format_of(Path("a.TTL")) == format_of(Path("a.txt"), "turtle") == format_of(Path("a"), ".ttl") == "ttl"
    with pytest.raises(UnknownName, match=r"\.graphml"):
        format_of(Path("a.grapml"))
    with pytest.raises(UnknownName, match="graphml"):
        format_of(Path("a.ttl"), "GraphLM")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    hostile = '</node><script>alert("1")</script>\x0b\x00 & ]]> "x";=1+1\r\n'
    lines = [
        f"<{BODY}> <{zp.rdf_type}> <{zp.Institution}> .",
        f"<{PLAN}> <{zp.rdf_type}> <{zp.Plan}> .",
        f"<{DOCUMENT}> <{zp.promulgates}> <{PLAN}> .",
        f"<{DOCUMENT}/m1> <{zp.mentionedIn}> <{DOCUMENT}> .",
        f"<{DOCUMENT}/m1> <{zp.institution}> <{BODY}> .",
        f"<{DOCUMENT}/m1> <{zp.inDocument}> <{DOCUMENT}> .",
        f"<{DOCUMENT}/m1> <{zp.quote}> {ox.Literal(hostile, language='zh')} .",
        f"<{BODY}> <{zp.skos_prefLabel}> {ox.Literal(hostile, language='zh')} .",
    ]
    source = memory_source("\n".join(lines).encode() + b"\n")
    graph = networkx.read_graphml(export(source, Everything(), tmp_path / "a.graphml").path, force_multigraph=True)
    ((*_, data),) = graph.edges(data=True)
    assert data["quote"].startswith('</node><script>alert("1")</script>\ufffd\ufffd & ]]>')
    with export(source, Everything(), tmp_path / "a.csv").path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["quote"] for row in csv.DictReader(file)] == [hostile]
    read = rdflib.Graph().parse(export(source, Around(BODY), tmp_path / "a.ttl").path)
    assert str(read.value(rdflib.URIRef(BODY), rdflib.URIRef(zp.skos_prefLabel))) == hostile


# The network ---------------------------------------------------------------------------------------------------------


def test_every_fact_is_one_edge_and_no_literal_a_node(store: Store) -> None:
    facts = all_gold_facts()
    found = network(store)
    kinds = Counter(edge.kind for edge in found.edges)
    assert kinds["responsibility"] == sum(len(f.responsibilities) for f in facts)
    assert kinds["mention"] == sum(len(f.mentions) for f in facts)
    assert kinds["target"] == sum(len(f.targets) for f in facts)
    assert kinds["citation"] == sum(len(f.references) for f in facts)
    assert kinds["part"] == sum(len(f.measures) for f in facts)
    nodes = {node.iri: node for node in found.nodes}
    assert all(node.iri.startswith(BASE) and node.kind in NODE_KINDS.values() and node.label != node.iri for node in found.nodes)
    assert all(edge.source in nodes and edge.target in nodes for edge in found.edges)
    assert all(edge.quote and edge.document and edge.fact for edge in found.edges if edge.kind != "part")
    assert list(found.nodes) == sorted(found.nodes, key=lambda node: node.iri)


def test_a_network_grows_from_its_focus(store: Store) -> None:
    alone, near, far = (network(store, BODY, hops) for hops in (0, 1, 2))
    assert [node.label for node in alone.nodes] == ["上海市徐汇区知识产权局"]
    assert alone.edges == ()
    assert {node.kind for node in near.nodes} == {"institution", "measure"}
    assert all(BODY in (edge.source, edge.target) for edge in near.edges)
    assert {edge.role for edge in near.edges} <= {"lead", "responsible", "support", "mention"}
    assert set(near.nodes) < set(far.nodes)
    assert set(near.edges) < set(far.edges)
    whole = network(store)
    inside = {node.iri for node in far.nodes}
    assert set(far.edges) == {edge for edge in whole.edges if edge.source in inside and edge.target in inside}


def test_a_document_stands_for_its_plan_and_a_limit_keeps_the_focus(store: Store) -> None:
    assert network(store, DOCUMENT, 1) == network(store, PLAN, 1)
    small = network(store, BODY, hops=3, limit=10)
    assert small.truncated
    assert len(small.nodes) == 10
    assert BODY in {node.iri for node in small.nodes}
    with pytest.raises(UnknownName, match="starts from"):
        network(store, BASE + "region/310104")


def test_the_network_of_a_plan_has_its_facts_and_no_others(store: Store) -> None:
    found = network_of_plan(store, PLAN)
    assert set(found.edges) == {edge for edge in network(store).edges if edge.document_iri == DOCUMENT}
    assert {edge.document for edge in found.edges} == {"关于印发《上海市徐汇区国家知识产权保护示范区建设方案》的通知"}
    with pytest.raises(UnknownName, match="plan"):
        network_of_plan(store, DOCUMENT)


def test_nodes_tell_more_under_the_chinese_names_of_the_ontology(store: Store) -> None:
    told = {node.iri: dict(node.facts) for node in network(store).nodes}
    assert "上海市徐汇区国家知识产权保护示范区建设方案" in told[DOCUMENT + "/measure/m1"].values()
    assert all(name and not name.startswith("http") for facts in told.values() for name in facts)


def test_networkx_gets_everything(store: Store) -> None:
    found = network(store, BODY, 2)
    graph = to_networkx(found)
    assert graph.number_of_nodes() == len(found.nodes)
    assert graph.number_of_edges() == len(found.edges)


# Names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds", "iri"),
    [
        (BODY, None, BODY),
        (f"<{BODY}>", None, BODY),
        ("institution/上海市徐汇区知识产权局", None, BODY),
        ("上海市徐汇区知识产权局", None, BODY),
        (" 上海市徐汇区 知识产权局 ", None, BODY),
        ("徐府发〔2024〕9号", None, DOCUMENT),
        ("徐府发〔2024〕9号", ["plan"], PLAN),
        ("《上海市徐汇区国家知识产权保护示范区建设方案》", None, PLAN),
        ("document/徐府发〔2024〕9号/measure/m1", None, DOCUMENT + "/measure/m1"),
        ("310104", None, BASE + "region/310104"),
        ("徐汇区", ["region"], BASE + "region/310104"),
        ("role:lead", None, "https://w3id.org/zhengpu/concept/role/lead"),
        ("牵头", ["concept"], "https://w3id.org/zhengpu/concept/role/lead"),
        ("知识产权保护社会满意度", ["indicator"], BASE + "indicator/知识产权保护社会满意度"),
    ],
)
def test_a_thing_is_found_by_each_of_its_names(store: Store, text: str, kinds: list[str] | None, iri: str) -> None:
    assert entity(store, text, kinds).iri == iri


def test_a_name_of_several_things_is_told(store: Store) -> None:
    assert len(resolve(store, "区法院")) == 2
    with pytest.raises(AmbiguousName, match=r"上海市徐汇区人民法院.*Give the IRI"):
        entity(store, "区法院")


@pytest.mark.parametrize("text", ["上海市徐汇区知识产权", "http://example.org/nobody", "", '"} #\\', BODY + "x", "zp:nothing", "<>"])
def test_an_unknown_name_is_told_with_names_that_come_near(store: Store, text: str) -> None:
    with pytest.raises(UnknownName) as failure:
        resolve(store, text)
    assert ("上海市徐汇区知识产权局" in failure.value.near) is (text == "上海市徐汇区知识产权")


def test_a_thing_of_another_kind_is_not_found(store: Store) -> None:
    with pytest.raises(UnknownName, match="no plan named"):
        resolve(store, BODY, ["plan"])
