"""Networks and workbooks as files, each opened with the program that reads it."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import networkx
import pandas
import pytest
from lxml import etree
from openpyxl import load_workbook
from test_export import NAMES, PLAN, SELECTIONS, ending

from zhengpu.errors import ZhengpuError
from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.exports.export import export
from zhengpu.graph.exports.selection import Selection, gathered, pieces
from zhengpu.graph.storage.store import Store
from zhengpu.loaders.office import soffice
from zhengpu.queries.tables import streamed_workbook
from zhengpu.queries.tables.network_workbook import export_workbook


@pytest.mark.parametrize("selection", SELECTIONS, ids=NAMES)
def test_every_network_format_has_the_same_nodes_and_edges(store: Store, tmp_path: Path, selection: Selection) -> None:
    expected = gathered(pieces(store, selection))
    edges = Counter((edge.source, edge.target, edge.kind, edge.role, edge.quote, edge.document_iri, edge.weight) for edge in expected.edges)
    nodes = {node.iri: (node.label, node.kind, "；".join(node.themes), node.region) for node in expected.nodes}
    assert nodes
    readers = {"graphml": _graphml, "gexf": _gexf, "cytoscape": _cytoscape, "csv": _csv, "neo4j": _neo4j, "parquet": _parquet}
    for format, reader in readers.items():
        done = export(store, selection, tmp_path / f"network{ending(format)}", format)
        assert (done.size, done.things, len(done.files)) == (edges.total(), len(nodes), {"csv": 3, "neo4j": 3, "parquet": 2}.get(format, 1))
        found_nodes, found_edges = reader(done.path)
        assert found_nodes == nodes, format
        assert Counter(found_edges) == edges, format


Nodes, Edges = dict[str, tuple[str, ...]], list[tuple[Any, ...]]
EDGE = ("kind", "role", "quote", "document_iri", "weight")


def _of_networkx(graph: Any, edges: list[tuple[str, str, dict[str, Any]]]) -> tuple[Nodes, Edges]:
    nodes = {iri: tuple(data.get(name, "") for name in ("label", "kind", "themes", "region")) for iri, data in graph.nodes(data=True)}
    return nodes, [(start, end, *(data.get(name, "") for name in EDGE)) for start, end, data in edges]


def _graphml(path: Path) -> tuple[Nodes, Edges]:
    graph = networkx.read_graphml(path, force_multigraph=True)
    assert graph.is_directed()
    rustworkx = pytest.importorskip("rustworkx")
    (other,) = rustworkx.read_graphml(str(path))
    assert (other.num_nodes(), other.num_edges()) == (graph.number_of_nodes(), graph.number_of_edges())
    return _of_networkx(graph, list(graph.edges(data=True)))


def _gexf(path: Path) -> tuple[Nodes, Edges]:
    graph = networkx.read_gexf(path, version="1.3")
    kinds = {edge.get("id"): edge.get("kind") for edge in etree.parse(path).iter("{http://gexf.net/1.3}edge")}
    edges = [(start, end, {**data, "kind": kinds[data["id"]], "weight": int(data["weight"])}) for start, end, data in graph.edges(data=True)]
    return _of_networkx(graph, edges)


def _cytoscape(path: Path) -> tuple[Nodes, Edges]:
    read = json.loads(path.read_bytes())
    graph = networkx.cytoscape_graph({"directed": True, "multigraph": True, **read, "data": []})
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(read["elements"]["nodes"]), len(read["elements"]["edges"]))
    for _, data in graph.nodes(data=True):
        data["themes"] = "；".join(data["themes"])
    return _of_networkx(graph, list(graph.edges(data=True)))


def _csv(path: Path) -> tuple[Nodes, Edges]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel wants the mark"
    edges = pandas.read_csv(path, keep_default_na=False, dtype=str)
    nodes = pandas.read_csv(path.with_name("network.nodes.csv"), keep_default_na=False, dtype=str)
    assert all(row.source_label and row.target_label and row.document for row in edges.itertuples())
    table = {row.iri: (row.label, row.kind, row.themes, row.region) for row in nodes.itertuples()}
    return table, [(row.source, row.target, row.kind, row.role, row.quote, row.document_iri, int(row.weight)) for row in edges.itertuples()]


# What neo4j-admin reads in a header: name:type, of types that it has, each of the special fields once (Operations Manual, Import header format).
_NEO4J_TYPE = r"(?:int|long|float|double|boolean|byte|short|char|string|point|date|localtime|time|localdatetime|datetime|duration)(?:\[\])?"
_NEO4J_FIELD = re.compile(rf"(?:[A-Za-z_]\w*)?:(?P<special>ID|LABEL|START_ID|END_ID|TYPE|IGNORE)|[A-Za-z_]\w*(?::{_NEO4J_TYPE})?")


def test_neo4j_headers_are_those_of_its_import(store: Store, tmp_path: Path) -> None:
    done = export(store, Selection(), tmp_path / "all.neo4j")
    table = {}
    for path, special in ((done.path, [":START_ID", ":END_ID", ":TYPE"]), (tmp_path / "all.nodes.neo4j", ["iri:ID", ":LABEL"])):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file, strict=True)
        fields = [_NEO4J_FIELD.fullmatch(field) for field in head]
        assert all(fields), head
        assert [field[0] for field in fields if field and field["special"]] == special
        assert len({field.partition(":")[0] for field in head if field[0] != ":"}) == sum(field[0] != ":" for field in head)
        assert {len(row) for row in rows} == {len(head)}
        table[path.name] = [dict(zip(head, row, strict=True)) for row in rows]
    nodes, edges = table["all.nodes.neo4j"], table["all.neo4j"]
    assert len({node["iri:ID"] for node in nodes}) == len(nodes)
    assert {edge[end] for edge in edges for end in (":START_ID", ":END_ID")} <= {node["iri:ID"] for node in nodes}
    assert all(re.fullmatch(r"[A-Z][a-z]+", node[":LABEL"]) for node in nodes)
    assert all(re.fullmatch("[A-Z_]+", edge[":TYPE"]) and int(edge["weight:int"]) > 0 for edge in edges)
    assert all(node["themes:string[]"] == "" or "" not in node["themes:string[]"].split(";") for node in nodes)
    assert any("\n" in edge["quote"] for edge in edges), "for which the command has its option"
    command = json.loads((tmp_path / "all.neo4j.about.json").read_bytes())["command"].split()
    assert command[:4] == ["neo4j-admin", "database", "import", "full"]
    assert set(command[4:]) == {"--multiline-fields=true", "--nodes=all.nodes.neo4j", "--relationships=all.neo4j"}


def _neo4j(path: Path) -> tuple[Nodes, Edges]:
    with path.with_name("network.nodes.neo4j").open(encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file))
    with path.open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    assert all(row[":LABEL"] for row in nodes)
    assert {row[":TYPE"] for row in edges} <= {"LEAD", "RESPONSIBLE", "SUPPORT", "MENTION", "TARGET", "CITATION", "CAMPAIGN", "PART"}
    table = {row["iri:ID"]: (row["label"], row["kind"], row["themes:string[]"].replace(";", "；"), row["region"]) for row in nodes}
    return table, [(r[":START_ID"], r[":END_ID"], r["kind"], r["role"], r["quote"], r["document_iri"], int(r["weight:int"])) for r in edges]


def _parquet(path: Path) -> tuple[Nodes, Edges]:
    edges, nodes = pandas.read_parquet(path), pandas.read_parquet(path.with_name("network.nodes.parquet"))
    table = {row.iri: (row.label, row.kind, "；".join(row.themes), row.region) for row in nodes.itertuples()}
    return table, [(row.source, row.target, row.kind, row.role, row.quote, row.document_iri, row.weight) for row in edges.itertuples()]


# GEXF 1.3 as far as exports use it, after the schema that Gephi publishes (gexf.net/schema.html): what may stand where, and of which form it is. Without
# anyURI: Gephi's own reader knows no such type, and drops the column.
GEXF = """<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://gexf.net/1.3" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="gexf"><attribute name="version"><value>1.3</value></attribute>
  <optional><element name="meta"><optional><attribute name="lastmodifieddate"><data type="date"/></attribute></optional>
    <interleave><optional><element name="creator"><text/></element></optional><optional><element name="description"><text/></element></optional></interleave>
  </element></optional>
  <element name="graph">
    <optional><attribute name="defaultedgetype"><choice><value>directed</value><value>undirected</value><value>mutual</value></choice></attribute></optional>
    <optional><attribute name="mode"><choice><value>static</value><value>dynamic</value></choice></attribute></optional>
    <zeroOrMore><element name="attributes"><attribute name="class"><choice><value>node</value><value>edge</value></choice></attribute>
      <zeroOrMore><element name="attribute"><attribute name="id"/><attribute name="title"/>
        <attribute name="type"><choice><value>string</value><value>integer</value><value>double</value></choice></attribute>
      </element></zeroOrMore></element></zeroOrMore>
    <element name="nodes"><zeroOrMore><element name="node"><attribute name="id"/><optional><attribute name="label"/></optional>
      <ref name="values"/></element></zeroOrMore></element>
    <element name="edges"><zeroOrMore><element name="edge"><attribute name="id"/><attribute name="source"/><attribute name="target"/>
      <optional><attribute name="label"/></optional><optional><attribute name="kind"/></optional>
      <optional><attribute name="weight"><data type="double"/></attribute></optional>
      <ref name="values"/></element></zeroOrMore></element>
  </element></element></start>
<define name="values"><optional><element name="attvalues"><zeroOrMore>
  <element name="attvalue"><attribute name="for"/><attribute name="value"/></element></zeroOrMore></element></optional></define>
</grammar>"""


@pytest.mark.parametrize("selection", SELECTIONS, ids=NAMES)
def test_gexf_is_valid(store: Store, tmp_path: Path, selection: Selection) -> None:
    read = etree.parse(export(store, selection, tmp_path / "a.gexf", question="what -- & <why>").path)
    schema = etree.RelaxNG(etree.fromstring(GEXF))
    assert schema.validate(read), schema.error_log
    space = "{http://gexf.net/1.3}"
    declared = {(group.get("class"), each.get("id")) for group in read.iter(f"{space}attributes") for each in group}
    used = {(kind, each.get("for")) for kind in ("node", "edge") for one in read.iter(f"{space}{kind}") for each in one.iter(f"{space}attvalue")}
    assert used <= declared
    nodes, edges = ([one.get("id") for one in read.iter(f"{space}{kind}")] for kind in ("node", "edge"))
    assert len(set(nodes)) == len(nodes)
    assert len(set(edges)) == len(edges)
    assert {one.get(end) for one in read.iter(f"{space}edge") for end in ("source", "target")} <= set(nodes)


def test_dot_is_read_by_graphviz(store: Store, tmp_path: Path) -> None:
    done = export(store, Selection(plans=(PLAN,)), tmp_path / "a.dot")
    lines = done.path.read_text("utf-8").splitlines()
    statements = [line for line in lines if line.startswith('"')]
    assert len(statements) == done.things + done.size
    assert all(re.fullmatch(rf'{QUOTED}(?: -> {QUOTED})? \[\w+={QUOTED}(?:, \w+={QUOTED})*\];', line) for line in statements)
    dot = shutil.which("dot")
    if dot:
        read = json.loads(subprocess.run([dot, "-Kpatchwork", "-Tdot_json", done.path], capture_output=True, check=True).stdout)
        assert (len(read["objects"]), len(read["edges"])) == (done.things, done.size)


QUOTED = r'"(?:[^"\\]|\\.)*"'


def test_the_workbook_has_a_sheet_of_each_kind(store: Store, tmp_path: Path) -> None:
    found = gathered(pieces(store, Selection()))
    done = export_workbook([found], tmp_path / "a.xlsx", Cover("the plan", data="2024-07-24"))
    book = load_workbook(done.path)
    duties = book["责任分工 duties"]
    rows = list(duties.iter_rows(min_row=2, values_only=True))
    nodes = {node.iri: node.label for node in found.nodes}
    assert {(row[0], row[1], row[2], row[4]) for row in rows} == {
        (nodes[edge.source], edge.role, nodes[edge.target], edge.quote) for edge in found.edges if edge.kind == "responsibility"
    }
    assert book["措施 measures"].max_row == 1 + sum(node.kind == "measure" for node in found.nodes)
    about = dict(book["关于 about"].iter_rows(values_only=True))
    assert about["question"] == "the plan"
    assert about["data until"] == "2024-07-24"
    assert len(book.sheetnames) == len({node.kind for node in found.nodes}) + len({edge.kind for edge in found.edges}) + 1
    assert (duties.freeze_panes, duties.auto_filter.ref) == ("B2", f"A1:I{duties.max_row}")
    again = export_workbook([found], tmp_path / "b.xlsx", Cover("the plan", data="2024-07-24"))
    assert again.path.read_bytes() == done.path.read_bytes()


@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not here")
def test_libreoffice_opens_the_workbook(store: Store, tmp_path: Path) -> None:
    done = export_workbook(pieces(store, Selection(plans=(PLAN,))), tmp_path / "a.xlsx", Cover("=1+1"))
    program = str(soffice())
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"  # every sheet a file, in UTF-8
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run([program, profile, "--headless", "--convert-to", as_csv, "--outdir", str(tmp_path), str(done.path)], check=True, timeout=180)
    sheets = {path.stem.partition("-")[2]: list(csv.reader(path.read_text("utf-8").splitlines())) for path in tmp_path.glob("a-*.csv")}
    assert set(sheets) == set(load_workbook(done.path).sheetnames)
    assert sheets["关于 about"][0] == ["question", "=1+1"]
    assert len(sheets["措施 measures"]) == 1 + 23
    assert sheets["措施 measures"][0][0] == "名称 name"


def test_a_sheet_that_is_too_long_for_excel_leaves_the_old_file(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.xlsx"
    target.write_text("mine")
    monkeypatch.setattr(streamed_workbook, "MOST_ROWS", 20)
    with pytest.raises(ZhengpuError, match=r"20 rows.*nothing was written"):
        export_workbook(pieces(store, Selection()), target, Cover(""))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.xlsx", "mine")]


@pytest.mark.parametrize(
    ("text", "read"),
    [("_x0041_", "_x005F_x0041_"), ("\x01\ud800", "\ufffd\ufffd"), (" a\nb\t<&> ", " a\nb\t<&> "), ("x" * 40_000, "x" * 32_767)],
    ids=["escape", "no character", "space", "long"],
)
def test_what_a_workbook_cannot_hold_is_written_otherwise(tmp_path: Path, text: str, read: str) -> None:
    """openpyxl does not resolve the escapes of Excel: _x005F_ is _ there."""
    with (tmp_path / "a.xlsx").open("wb") as file, streamed_workbook.StreamedWorkbook(file) as book:
        names = [book.sheet(name, ("head",), (10,)).name for name in ("a/b", "A b", "x" * 40)]
        book.sheet("texts", (), (10, 5)).append((text, 7))
    opened = load_workbook(tmp_path / "a.xlsx")
    assert [cell.value for cell in opened["texts"][1]] == [read, 7]
    assert opened.sheetnames == [*names, "texts"] == ["a b", "A b 2", "x" * 31, "texts"]
