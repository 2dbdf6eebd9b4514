"""A network in the formats of other programs that are text: GraphML, GEXF, Cytoscape JSON, DOT, and tables of nodes and edges as CSV.

Each is a `Layout`: how a node and an edge are written, and what stands before, between and after them. Nothing needs the whole network at once.
All text is data: escaped as the format says, and without the characters that it cannot hold."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from io import StringIO
from xml.sax.saxutils import escape

from zhengpu.graph.exports.cover import NOT_XML_RE, Cover
from zhengpu.graph.networks.network import Edge, Network, Node

Nodes = Mapping[str, Node]
_SPECIAL_RE = re.compile(r"""[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]""")  # what XML wants written otherwise
_SURROGATE_RE = re.compile("[\ud800-\udfff]")
_BOM = "\ufeff"  # without it Excel reads Chinese as another encoding
_FORMULA_RE = re.compile(r"[=+\-@\t\r]")  # what Excel takes for the beginning of a formula
_JOIN = "；"  # between the themes of a node

NODE_FIELDS = ("label", "kind", "themes", "region")
EDGE_FIELDS = tuple(field.name for field in fields(Edge) if field.name not in ("source", "target"))


@dataclass(frozen=True, slots=True)
class Layout:
    """`joint` stands between two nodes and between two edges. `tables` are nodes and edges in files of their own, of which `between` is the head
    of the second; the cover then is a file too. An edge is written with its number, and the nodes by IRI, those of its ends at least."""

    head: Callable[[Cover], str]
    node: Callable[[Node], str]
    between: str
    edge: Callable[[int, Edge, Nodes], str]
    tail: str = ""
    joint: str = ""
    tables: bool = False


def text_of(layout: Layout, found: Network, cover: Cover) -> bytes:
    """A small network in one piece; of tables the edges."""
    nodes = {node.iri: node for node in found.nodes}
    edges = layout.joint.join(layout.edge(number, edge, nodes) for number, edge in enumerate(found.edges))
    if layout.tables:
        return encoded(layout.between + edges)
    return encoded(layout.head(cover) + layout.joint.join(map(layout.node, found.nodes)) + layout.between + edges + layout.tail)


def encoded(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which it cannot hold, becomes U+FFFD."""
    return (text if text.isascii() else _SURROGATE_RE.sub("\ufffd", text)).encode("utf-8")


def told(node: Node) -> dict[str, str]:
    """A node's attributes, by NODE_FIELDS."""
    return {"label": node.label, "kind": node.kind, "themes": _JOIN.join(node.themes), "region": node.region}


# XML -----------------------------------------------------------------------------------------------------------------


def _xml(text: str) -> str:
    """The text for an element or an attribute. Line ends as references, for a parser makes other characters of them in an attribute."""
    if not _SPECIAL_RE.search(text):  # nearly every text
        return text
    return escape(NOT_XML_RE.sub("\ufffd", text), {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _graphml_head(cover: Cover) -> str:
    keys = [("node", name, "string") for name in NODE_FIELDS]
    keys += [("edge", name, "int" if name == "weight" else "string") for name in EDGE_FIELDS]
    declared = "".join(f'<key id="{kind[0]}_{name}" for="{kind}" attr.name="{name}" attr.type="{type}"/>\n' for kind, name, type in keys)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    return f'{head}{cover.comment()}{declared}<graph edgedefault="directed">\n'


def _graphml_node(node: Node) -> str:
    data = "".join(f'<data key="n_{name}">{_xml(value)}</data>' for name, value in told(node).items() if value)
    return f'<node id="{_xml(node.iri)}">{data}</node>\n'


def _graphml_edge(number: int, edge: Edge, nodes: Nodes) -> str:
    values = ((name, str(getattr(edge, name))) for name in EDGE_FIELDS)
    data = "".join(f'<data key="e_{name}">{_xml(value)}</data>' for name, value in values if value)
    return f'<edge id="e{number}" source="{_xml(edge.source)}" target="{_xml(edge.target)}">{data}</edge>\n'


def _gexf_head(cover: Cover) -> str:
    """GEXF 1.3, without the day on which it was written: the same network gives the same bytes. IRIs are strings, for Gephi leaves out what is declared
    as anyURI, although GEXF has it."""
    declared = "".join(
        f'<attributes class="{kind}">\n'
        + "".join(f'<attribute id="{name}" title="{name}" type="string"/>\n' for name in names)
        + "</attributes>\n"
        for kind, names in (("node", NODE_FIELDS[1:]), ("edge", _GEXF_EDGE))
    )
    meta = f"<meta><creator>zhengpu</creator><description>{_xml(chr(10).join(cover.lines()))}</description></meta>\n"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
    return f'{head}{meta}<graph defaultedgetype="directed" mode="static">\n{declared}<nodes>\n'


_GEXF_EDGE = tuple(name for name in EDGE_FIELDS if name not in ("kind", "weight"))  # those two are attributes of an edge in GEXF itself


def _gexf_node(node: Node) -> str:
    return f'<node id="{_xml(node.iri)}" label="{_xml(node.label)}">{_attvalues(told(node), NODE_FIELDS[1:])}</node>\n'


def _gexf_edge(number: int, edge: Edge, nodes: Nodes) -> str:
    """With an id of its own, for Gephi joins edges of one id; its label is what Gephi shows."""
    ends = f'source="{_xml(edge.source)}" target="{_xml(edge.target)}" weight="{edge.weight}"'
    values = _attvalues({name: getattr(edge, name) for name in _GEXF_EDGE}, _GEXF_EDGE)
    return f'<edge id="{number}" label="{_xml(edge.role)}" kind="{_xml(edge.kind)}" {ends}>{values}</edge>\n'


def _attvalues(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return "<attvalues>" + "".join(f'<attvalue for="{name}" value="{_xml(values[name])}"/>' for name in names if values[name]) + "</attvalues>"


# JSON and DOT ----------------------------------------------------------------------------------------------------------


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cytoscape_edge(number: int, edge: Edge, nodes: Nodes) -> str:
    """`interaction` is what Cytoscape shows; networkx tells edges between the same nodes by `key`."""
    data = {"id": f"e{number}", "key": number, "source": edge.source, "target": edge.target, "interaction": edge.role}
    return _json({"data": data | {name: getattr(edge, name) for name in EDGE_FIELDS}})


def _dot(text: str) -> str:
    r"""A quoted string of DOT: \ and " are escaped, and no escape of Graphviz (\N, \G) arises from the text."""
    flat = " ".join(text.replace("\x00", "\ufffd").split())
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _dot_head(cover: Cover) -> str:
    return "".join(f"// {line}\n" for line in cover.lines()) + "digraph zhengpu {\n"


def _dot_node(node: Node) -> str:
    return f"{_dot(node.iri)} [{', '.join(f'{name}={_dot(value)}' for name, value in told(node).items())}];\n"


def _dot_edge(number: int, edge: Edge, nodes: Nodes) -> str:
    values = ((name, str(getattr(edge, name))) for name in EDGE_FIELDS)
    return f"{_dot(edge.source)} -> {_dot(edge.target)} [label={_dot(edge.role)}, {', '.join(f'{name}={_dot(value)}' for name, value in values)}];\n"


# Tables --------------------------------------------------------------------------------------------------------------


def _row(cells: list[object]) -> str:
    output = StringIO(newline="")
    csv.writer(output).writerow([cell.replace("\x00", "\ufffd") if isinstance(cell, str) else cell for cell in cells])
    return output.getvalue()


def _harmless(cell: object) -> object:
    """Text that Excel would take for a formula, with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA_RE.match(cell) else cell


_CSV_EDGE = ("source_label", "source_kind", "target_label", "target_kind", "source", "target", *EDGE_FIELDS)


def _csv_node(node: Node) -> str:
    facts = _JOIN.join(f"{name}：{value}" for name, value in node.facts)
    return _row(list(map(_harmless, (node.iri, *told(node).values(), facts))))


def _csv_edge(number: int, edge: Edge, nodes: Nodes) -> str:
    start, end = nodes[edge.source], nodes[edge.target]
    cells = [start.label, start.kind, end.label, end.kind, edge.source, edge.target, *(getattr(edge, name) for name in EDGE_FIELDS)]
    return _row(list(map(_harmless, cells)))


def _neo4j_node(node: Node) -> str:
    return _row([node.iri, node.label, node.kind, ";".join(theme.replace(";", "；") for theme in node.themes), node.region, node.kind.capitalize()])


def _neo4j_edge(number: int, edge: Edge, nodes: Nodes) -> str:
    """The kind of an edge, for responsibilities with the role, is the type of the relationship: LEAD, CITATION."""
    type = edge.role if edge.kind == "responsibility" else edge.kind
    values = [getattr(edge, name) for name in EDGE_FIELDS]
    return _row([edge.source, edge.target, re.sub(r"\W+", "_", type).upper(), *values])


_NEO4J_EDGE = [":START_ID", ":END_ID", ":TYPE", *(f"{name}:int" if name == "weight" else name for name in EDGE_FIELDS)]

LAYOUTS: Mapping[str, Layout] = {
    "graphml": Layout(_graphml_head, _graphml_node, "", _graphml_edge, "</graph>\n</graphml>\n"),
    "gexf": Layout(_gexf_head, _gexf_node, "</nodes>\n<edges>\n", _gexf_edge, "</edges>\n</graph>\n</gexf>\n"),
    "cytoscape": Layout(
        lambda cover: f'{{"data": {_json({"name": "zhengpu", **cover.told()})},\n"elements": {{"nodes": [\n',
        lambda node: _json({"data": {"id": node.iri, "value": node.iri, "name": node.label, **told(node), "themes": list(node.themes)}}),
        '],\n"edges": [\n',
        _cytoscape_edge,
        "]}}\n",
        ",\n",
    ),
    "dot": Layout(_dot_head, _dot_node, "", _dot_edge, "}\n"),
    "csv": Layout(lambda cover: _BOM + _row(["iri", *NODE_FIELDS, "facts"]), _csv_node, _BOM + _row(list(_CSV_EDGE)), _csv_edge, tables=True),
    "neo4j": Layout(
        lambda cover: _row(["iri:ID", "label", "kind", "themes:string[]", "region", ":LABEL"]), _neo4j_node, _row(list(_NEO4J_EDGE)), _neo4j_edge, tables=True
    ),
}
