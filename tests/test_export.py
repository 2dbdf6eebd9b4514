"""Parts of the graph as files, each opened with the library that reads it."""

from __future__ import annotations

import csv
import gc
import json
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import networkx
import pyoxigraph as ox
import pytest
import rdflib
from many_documents import shards
from openpyxl import load_workbook

from zhengpu.errors import NothingSelected, UnknownName, ZhengpuError
from zhengpu.graph.exports import jsonld
from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.exports.export import FORMATS, export, format_of
from zhengpu.graph.exports.neighbourhood import around, said_by
from zhengpu.graph.exports.network_text import LAYOUTS
from zhengpu.graph.exports.selection import Selection, gathered, pieces
from zhengpu.graph.networks.constructed import network_of_triples
from zhengpu.graph.networks.network import network
from zhengpu.graph.sources.embedded import memory_source
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.ontology import terms as zp
from zhengpu.queries.tables.network_workbook import export_workbook

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its readers of N-Quads and JSON-LD use what it deprecates

BASE = "https://w3id.org/zhengpu/id/"
BODY = BASE + "institution/上海市徐汇区知识产权局"
DOCUMENT = BASE + "document/徐府发〔2024〕9号"
PLAN = DOCUMENT + "/plan/1"

RDFLIB_NAMES = {"ttl": "turtle", "trig": "trig", "nt": "nt", "nq": "nquads", "jsonld": "json-ld", "xml": "xml"}
SELECTIONS = [Selection(around=BODY), Selection(plans=(PLAN,)), Selection(), Selection(themes=(zp.PREFIXES["theme"] + "商标",))]
NAMES = ["around", "plan", "everything", "theme"]


def ending(format: str) -> str:
    return FORMATS[format][0]


# RDF -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", sorted(RDFLIB_NAMES))
@pytest.mark.parametrize("selection", SELECTIONS, ids=NAMES)
def test_rdflib_reads_the_same_triples_from_every_rdf_format(store: Store, tmp_path: Path, selection: Selection, format: str) -> None:
    done = export(store, selection, tmp_path / f"part{ending(format)}")
    read = rdflib.Dataset()
    read.parse(done.path, format=RDFLIB_NAMES[format])
    triples = {(s, p, o) for s, p, o, _ in read.quads()}
    assert done.format == format
    assert not done.truncated
    plain = rdflib.Graph().parse(export(store, selection, tmp_path / "part.nt").path, format="nt")
    assert triples == set(plain)
    assert any(s == rdflib.URIRef(DOCUMENT + "/measure/m1") and p == rdflib.URIRef(zp.inPlan) for s, p, _ in triples) or selection.themes or selection.around


def test_facts_come_with_their_quotations_and_things_with_their_names(store: Store, tmp_path: Path) -> None:
    for triples in (around(store, BODY, hops=1).triples, read_nt(export(store, Selection(around=BODY), tmp_path / "a.nt").path)):
        said = {(t.subject.value, t.predicate.value) for t in triples if isinstance(t.subject, ox.NamedNode)}
        of_body = [t.subject for t in triples if t.predicate.value == zp.institution and t.object == ox.NamedNode(BODY)]
        facts = {subject.value for subject in of_body if isinstance(subject, ox.NamedNode)}
        assert len(facts) == 12
        assert all((fact, zp.quote) in said and (fact, zp.inDocument) in said for fact in facts)
        measures = {t.object.value for t in triples if t.predicate.value == zp.measure and isinstance(t.object, ox.NamedNode)}
        assert measures
        assert all((measure, zp.dcterms_title) in said for measure in measures)
        roles = {t.object.value for t in triples if t.predicate.value == zp.role and isinstance(t.object, ox.NamedNode)}
        assert all((role, zp.skos_prefLabel) in said for role in roles)
        assert (DOCUMENT, zp.text) not in said, "the whole text of a document is no neighbour"


def read_nt(path: Path) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(path=path)]


def test_more_hops_reach_more_and_the_limit_is_told(store: Store) -> None:
    sizes = [len(around(store, BODY, hops).triples) for hops in range(3)]
    assert sizes == sorted(set(sizes))
    small = around(store, BODY, hops=3, limit=30)
    assert small.truncated
    assert len({triple.subject for triple in small.triples}) < len({triple.subject for triple in around(store, BODY, hops=3).triples})


def test_a_plan_is_all_that_its_document_says(store: Store, tmp_path: Path) -> None:
    shard_of_plan = set(store.triples(store.document("徐府发〔2024〕9号")).decode().splitlines())
    triples = {f"{triple} ." for triple in said_by(store, PLAN).triples}
    assert shard_of_plan <= triples
    others = {entry.iri for entry in store.documents} - {DOCUMENT}
    of_others = {line.split(" ")[1] for line in triples if any(line.startswith(f"<{other}") for other in others)}
    assert of_others <= {f"<{zp.dcterms_title}>", f"<{zp.documentNumber}>", f"<{zp.dcterms_issued}>"}, "of other documents no more than names"
    assert {f"{triple} ." for triple in read_nt(export(store, Selection(plans=(PLAN,)), tmp_path / "plan.nt").path)} == triples


def test_nquads_and_trig_put_each_triple_into_the_graph_of_its_document(store: Store, tmp_path: Path) -> None:
    for name in ("all.nq", "all.trig"):
        export(store, Selection(), tmp_path / name)
        graphs = Counter(quad.graph_name for quad in ox.parse(path=tmp_path / name))
        assert graphs == {ox.NamedNode(entry.iri): entry.triples for entry in store.entries}
    memory = memory_source(store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }").serialize("nt"))
    assert export(memory, Selection(), tmp_path / "memory.nq").size == len(store)
    assert {quad.graph_name for quad in ox.parse(path=tmp_path / "memory.nq")} == {ox.DefaultGraph()}


def test_jsonld_reads_as_plain_json(store: Store, tmp_path: Path) -> None:
    read = json.loads(export(store, Selection(plans=(PLAN,)), tmp_path / "plan.jsonld", question="the plan").path.read_bytes())
    things = {thing["id"]: thing for thing in read["@graph"]}
    measure = things[DOCUMENT + "/measure/m1"]
    assert measure["title"] == "健全完善统筹协调机制"
    assert "Measure" in measure["type"]
    assert measure["inPlan"] == PLAN
    assert isinstance(measure["order"], int)
    assert things[DOCUMENT]["documentNumber"] == "徐府发〔2024〕9号"
    relation = next(thing["citationRelation"] for thing in things.values() if "Citation" in thing.get("type", ()))
    assert relation.startswith("zpc:citation-relation/")
    assert (read["export"]["question"], read["export"]["triples"]) == ("the plan", sum(1 for _ in ox.parse(path=tmp_path / "plan.jsonld")))
    values = [value for thing in things.values() for value in thing.values()]
    assert not any(isinstance(value, dict) and "@language" in value and value["@language"] == "zh" for value in values)


def test_the_context_is_what_the_ontology_says() -> None:
    script = Path(__file__).parents[1] / "scripts" / "make_context.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)})
    assert done.returncode == 0, done.stderr


def test_values_that_the_context_would_change_keep_their_type(tmp_path: Path) -> None:
    text = "http://www.w3.org/2001/XMLSchema#"
    values = ['"85"^^<%sdecimal>', '"85"', '"85"@zh', '"85"@en', '"85"^^<%sinteger>', '"085"^^<%sinteger>', '"true"^^<%sboolean>', '"2024"^^<%sgYear>', "<x:y>"]
    values = [value.replace("%s", text) for value in values]
    names = (zp.value, zp.quote, zp.inPlan, zp.order, zp.ongoing, zp.dueBy, zp.number, "http://example.org/other", zp.rdf_type)
    lines = [f"<x:{number}> <{name}> {value} ." for number, name in enumerate(names) for value in values]
    triples = [quad.triple for quad in ox.parse("\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES)]
    written = b"".join(jsonld.written(triples, Cover("why")))
    assert {quad.triple for quad in ox.parse(written, ox.RdfFormat.JSON_LD)} == set(triples)


# Every format -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_an_export_states_its_question_its_data_and_its_counts(store: Store, tmp_path: Path, format: str) -> None:
    done = export(store, Selection(plans=(PLAN,)), tmp_path / f"a{ending(format)}", format, "哪一件--事？\n<!--")
    beside = tmp_path / f"a{ending(format)}.about.json"
    text = (beside if format in ("nt", "nq", "csv", "neo4j") else done.path).read_bytes().decode("utf-8", "replace")
    assert re.search("哪一件-( |&#45;)?-事？", text)
    assert "2024-07-26" in text, "the day of the latest document, when it was published"
    assert re.search(r"triples\W+2514\b" if format in RDFLIB_NAMES else r"citation\W+17\b.*part\W+23\b", text, re.DOTALL)


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_the_same_export_is_the_same_bytes_in_another_process(store: Store, tmp_path: Path, format: str) -> None:
    script = """
import sys
from zhengpu.graph.exports.export import *
from zhengpu.graph.exports.selection import Selection
from zhengpu.graph.storage.store import open_store
store = open_store(sys.argv[1])
for number, selection in enumerate((Selection(around=sys.argv[3], hops=2), Selection(plans=(sys.argv[4],)), Selection())):
    export(store, selection, f"{sys.argv[2]}/{number}.{sys.argv[5]}", sys.argv[5])
"""
    for name, seed in (("a", "1"), ("b", "2")):
        (tmp_path / name).mkdir()
        command = [sys.executable, "-c", script, str(store.folder), str(tmp_path / name), BODY, PLAN, format]
        subprocess.run(command, check=True, env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed})
    written = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(written) >= 3
    assert [name for name in written if (tmp_path / "a" / name).read_bytes() != (tmp_path / "b" / name).read_bytes()] == []


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_an_export_that_fails_or_finds_nothing_leaves_the_old_file(store: Store, tmp_path: Path, format: str) -> None:
    target = tmp_path / f"part{ending(format)}"
    target.write_text("mine")
    with pytest.raises(UnknownName, match="nobody"):
        export(store, Selection(around="http://example.org/nobody"), target, format)
    with pytest.raises(NothingSelected, match="nothing was written"):
        export(store, Selection(since=date(2050, 1, 1)), target, format)
    with pytest.raises(ZhengpuError, match="more than 5 things"):
        export(store, Selection(around=BODY, hops=2, most=5), target, format)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert target.read_text() == "mine"
    for place in (tmp_path / "no folder" / "part.ttl", tmp_path):
        with pytest.raises(ZhengpuError, match="cannot be written"):
            export(store, Selection(around=BODY), place, format)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_formats_go_by_the_ending_or_by_name() -> None:
    assert format_of(Path("a.TTL")) == format_of(Path("a.txt"), "turtle") == format_of(Path("a"), ".ttl") == "ttl"
    assert {format_of(Path(f"a{name}")) for endings in FORMATS.values() for name in endings} == set(FORMATS)
    with pytest.raises(UnknownName, match=r"\.graphml"):
        format_of(Path("a.grapml"))
    with pytest.raises(UnknownName, match="graphml"):
        format_of(Path("a.ttl"), "GraphLM")


HOSTILE = '</node><script>alert("1")</script>\x0b\x00 & ]]> --> "x";\\N=1+1\r\n'


def hostile_source(text: str) -> Any:
    lines = [
        f"<{BODY}> <{zp.rdf_type}> <{zp.Institution}> .",
        f"<{PLAN}> <{zp.rdf_type}> <{zp.Plan}> .",
        f"<{DOCUMENT}> <{zp.rdf_type}> <{zp.Document}> .",
        f"<{DOCUMENT}> <{zp.promulgates}> <{PLAN}> .",
        f"<{DOCUMENT}/m1> <{zp.mentionedIn}> <{DOCUMENT}> .",
        f"<{DOCUMENT}/m1> <{zp.institution}> <{BODY}> .",
        f"<{DOCUMENT}/m1> <{zp.inDocument}> <{DOCUMENT}> .",
        f"<{DOCUMENT}/m1> <{zp.quote}> {ox.Literal(text, language='zh')} .",
        f"<{BODY}> <{zp.skos_prefLabel}> {ox.Literal(text, language='zh')} .",
    ]
    return memory_source("\n".join(lines).encode() + b"\n")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    source = hostile_source(HOSTILE)
    cleaned = HOSTILE.replace("\x0b", "\ufffd").replace("\x00", "\ufffd")
    (*_, data) = next(iter(networkx.read_graphml(export(source, Selection(), tmp_path / "a.graphml", question=HOSTILE).path).edges(data=True)))
    assert data["quote"] == cleaned
    read = networkx.read_gexf(export(source, Selection(), tmp_path / "a.gexf", question=HOSTILE).path, version="1.3")
    assert read.nodes[BODY]["label"] == cleaned
    with export(source, Selection(), tmp_path / "a.csv").path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["quote"] for row in csv.DictReader(file)] == [HOSTILE.replace("\x00", "\ufffd")]
    for name in ("a.ttl", "a.jsonld", "a.rdf"):
        if name != "a.rdf":  # XML 1.0 cannot hold the text
            done = export(source, Selection(around=BODY), tmp_path / name, question=HOSTILE)
            assert str(rdflib.Graph().parse(done.path).value(rdflib.URIRef(BODY), rdflib.URIRef(zp.skos_prefLabel))) == HOSTILE
    json.loads(export(source, Selection(), tmp_path / "a.cyjs", question=HOSTILE).path.read_bytes())
    dot = export(source, Selection(), tmp_path / "a.dot", question=HOSTILE).path.read_text("utf-8")
    assert len(dot.splitlines()) == 4 + 1 + 2 + 1 + 1, "no line break of a text or question begins a line of its own"
    book = load_workbook(export_workbook(pieces(source, Selection()), tmp_path / "a.xlsx", Cover(HOSTILE)).path)
    assert book["机构 bodies"]["A2"].value.startswith("</node>")


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@x", "\t=1"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    source = hostile_source(text)
    with export(source, Selection(), tmp_path / "a.csv").path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["quote"] for row in csv.DictReader(file)] == [f"'{text}"]
    book = load_workbook(export_workbook(pieces(source, Selection()), tmp_path / "a.xlsx", Cover("")).path)
    assert (book["机构 bodies"]["A2"].data_type, book["机构 bodies"]["A2"].value) == ("s", text)


# Selections ----------------------------------------------------------------------------------------------------------


def test_the_pieces_of_everything_are_the_network(store: Store) -> None:
    assert set(gathered(pieces(store, Selection())).edges) == set(network(store).edges)
    assert {node.iri for node in network(store).nodes} <= {node.iri for node in gathered(pieces(store, Selection())).nodes}


def test_conditions_combine(store: Store) -> None:
    whole = gathered(pieces(store, Selection()))
    shanghai = gathered(pieces(store, Selection(regions=(BASE + "region/310000",))))
    assert {edge.document_iri for edge in shanghai.edges} == {edge.document_iri for edge in whole.edges if "绍" not in edge.document_iri}
    late = gathered(pieces(store, Selection(regions=(BASE + "region/310000",), since=date(2024, 5, 1), until=date(2024, 12, 31))))
    assert {edge.document_iri for edge in late.edges} == {DOCUMENT}
    near = gathered(pieces(store, Selection(around=BODY, hops=2, plans=(PLAN,))))
    assert {edge.document_iri for edge in near.edges} == {DOCUMENT}
    assert near.edges
    theme = zp.PREFIXES["theme"] + "商标"
    on_theme = gathered(pieces(store, Selection(themes=(theme,), plans=(PLAN,))))
    assert all("商标" in node.themes for node in on_theme.nodes if node.kind in ("measure", "indicator"))
    assert {node.kind for node in on_theme.nodes} >= {"measure", "plan"}
    bodies = gathered(pieces(store, Selection(types=("institution",), plans=(PLAN,))))
    assert {node.kind for node in bodies.nodes} == {"institution"}
    assert bodies.edges == ()


def test_hops_have_limits_and_follow_some_edges(store: Store) -> None:
    leads = gathered(pieces(store, Selection(around=BODY, hops=2, follow=("responsible",))))
    assert {edge.role for edge in leads.edges} == {"responsible"}
    few = gathered(pieces(store, Selection(around=BODY, hops=2, per_hop=(2, 3))))
    assert few.truncated
    assert len(few.nodes) == 1 + 2 + 3


def test_a_region_or_theme_leads_to_what_belongs_to_it(store: Store) -> None:
    found = gathered(pieces(store, Selection(around=BASE + "region/310104", hops=0)))
    assert BODY in {node.iri for node in found.nodes}
    assert PLAN in {node.iri for node in found.nodes}


def test_things_of_an_answer_bring_their_facts_ends(store: Store) -> None:
    fact = next(edge for edge in network(store, BODY, 1).edges if edge.kind == "responsibility")
    found = gathered(pieces(store, Selection(things=(fact.fact,))))
    assert {edge.fact for edge in found.edges} == {fact.fact}


def test_a_constructed_graph_is_drawn_with_facts_as_edges(store: Store) -> None:
    query = """CONSTRUCT { ?measure zp:theme ?theme . ?fact zp:quote ?quote ; zp:measure ?measure . ?measure dcterms:title ?title }
      WHERE { ?fact zp:measure ?measure ; zp:institution ?body ; zp:quote ?quote . ?measure zp:theme ?theme ; dcterms:title ?title }"""
    found = network_of_triples(store, store.query(query, {"body": ox.NamedNode(BODY)}).triples)
    assert {edge.kind for edge in found.edges} == {"responsibility", "theme"}
    assert all(edge.quote for edge in found.edges if edge.kind == "responsibility")
    assert all(node.iri.startswith("http") and node.label for node in found.nodes)


@pytest.mark.slow
def test_memory_does_not_grow_with_what_is_exported(tmp_path: Path) -> None:
    """60 documents (150,000 triples) against 20 of them: what stays in memory is which nodes were written."""
    many = create_store(tmp_path / "store")
    many.add(Shard(re.findall(rb"<([^>]+)> <[^>]+promulgates>", triples)[0].decode(), triples) for triples in shards(60))
    twenty = tuple(f"{entry.iri}/plan/1" for entry in many.documents[:20])

    def peak(selection: Selection, format: str) -> int:
        gc.collect()
        tracemalloc.start()
        export(many, selection, tmp_path / f"a{ending(format)}", format)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    for format in (*LAYOUTS, "nq", "nt"):
        export(many, Selection(), tmp_path / f"a{ending(format)}", format)
        assert peak(Selection(), format) < 1.6 * peak(Selection(plans=twenty) if format in LAYOUTS else Selection(plans=twenty[:5]), format), format


def test_what_other_documents_say_of_a_shared_thing_is_told(tmp_path: Path) -> None:
    """Documents are read from their shards, a few at a time; of what they share the whole graph is asked, as a source without shards answers."""
    many = create_store(tmp_path / "store")
    many.add(Shard(re.findall(rb"<([^>]+)> <[^>]+promulgates>", triples)[0].decode(), triples) for triples in shards(25))
    body = gathered(pieces(many, Selection(types=("institution",)))).nodes[0]
    other = Shard(
        "https://example.org/other", f'<{body.iri}> <{zp.skos_prefLabel}> "0"@zh .\n<{body.iri}> <{zp.region}> <https://example.org/000001> .\n'.encode()
    )
    many.add([other])
    found = gathered(pieces(many, Selection()))
    told = next(node for node in found.nodes if node.iri == body.iri)
    assert (told.label, told.region) == ("0", "000001")
    assert found == gathered(pieces(memory_source(b"".join(map(many.triples, many.entries))), Selection()))
    assert len(found.edges) > 1000
