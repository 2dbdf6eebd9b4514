"""A network as a workbook for Excel that reads without the graph: a sheet for each kind of thing and of link, and one that says what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.exports.export import Counted, Exported
from zhengpu.graph.exports.writing import whole
from zhengpu.graph.networks.network import Edge, Network, Node
from zhengpu.queries.tables.streamed_workbook import StreamedSheet, StreamedWorkbook

_THINGS = {  # kind of a thing -> the name of its sheet
    "plan": "计划 plans", "measure": "措施 measures", "task": "任务 tasks", "institution": "机构 bodies", "indicator": "指标 indicators",
    "work": "法规政策 works", "campaign": "专项行动 campaigns", "theme": "主题 themes",
}  # fmt: skip
_LINKS = {  # kind of a link -> the same
    "responsibility": "责任分工 duties", "mention": "提及 mentions", "target": "目标值 targets", "citation": "引用 citations", "part": "计划的措施 parts",
    "campaign": "行动见于 campaigns named", "theme": "主题与机构 bodies on themes", "shared": "共同负责 shared duties",
    "shared-reference": "引用相同 shared references", "shared-indicator": "指标相同 shared indicators", "reused-text": "文字沿用 reused text",
    "similar-measure": "措施近似 similar measures",
}  # fmt: skip
_NODE_HEADS = ("名称 name", "主题 themes", "行政区划代码 region", "说明 about", "IRI")
_EDGE_HEADS = ("从 from", "角色 role", "到 to", "次数 weight", "原文 quotation", "文件 document", "从 IRI", "到 IRI", "事实 IRI")
_NODE_WIDTHS, _EDGE_WIDTHS, _ABOUT_WIDTHS = (44, 24, 12, 60, 40), (40, 16, 40, 8, 60, 44, 40, 40, 40), (24, 100)


def export_workbook(found: Iterable[Network], path: Path, cover: Cover) -> Exported:
    """Writes the workbook, each piece as it comes. Raises ZhengpuError where a sheet would be longer than Excel's, OSError."""
    counted = Counted(found)
    with whole(path) as file, StreamedWorkbook(file) as book:
        about = book.sheet("关于 about", (), _ABOUT_WIDTHS)
        things: dict[str, StreamedSheet] = {}
        links: dict[str, StreamedSheet] = {}
        for new, piece in counted:
            labels = {node.iri: node.label for node in piece.nodes}
            for node in new:
                if node.kind not in things:
                    things[node.kind] = book.sheet(_THINGS.get(node.kind, node.kind), _NODE_HEADS, _NODE_WIDTHS)
                things[node.kind].append(_node_row(node))
            for edge in piece.edges:
                if edge.kind not in links:
                    links[edge.kind] = book.sheet(_LINKS.get(edge.kind, edge.kind), _EDGE_HEADS, _EDGE_WIDTHS)
                links[edge.kind].append(_edge_row(edge, labels))
        for name, _, value in (line.partition(": ") for line in counted.told(cover).lines()):
            about.append((name, value))
    return Exported(path, "xlsx", counted.links.total(), counted.truncated, (path,), counted.things.total())


def _node_row(node: Node) -> tuple[str, ...]:
    return node.label, "；".join(node.themes), node.region, "；".join(f"{name}：{value}" for name, value in node.facts), node.iri


def _edge_row(edge: Edge, labels: Mapping[str, str]) -> tuple[str | int, ...]:
    return labels[edge.source], edge.role, labels[edge.target], edge.weight, edge.quote, edge.document, edge.source, edge.target, edge.fact
