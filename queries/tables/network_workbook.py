"""A network as a workbook for Excel that reads without the graph: a sheet for each kind of thing and of link, and one that says what it is.

Rows go to the disk as they come. Text from documents is text, never a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from zhengpu.errors import ZhengpuError
from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.exports.export import Counted, Exported
from zhengpu.graph.exports.writing import whole
from zhengpu.graph.networks.network import Edge, Network, Node
from zhengpu.queries.tables.spreadsheet import dated

MOST_ROWS = 1_048_576  # of a sheet of Excel
_LONGEST = 32_767  # characters of a cell of Excel
_NO_XML_RE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA_RE = re.compile(r"[=+\-@\t\r]")  # what Excel takes for the beginning of a formula
_TAKEN_RE = re.compile(rf"^[=+\-@#\t\r]|{_NO_XML_RE.pattern}")  # what openpyxl would take for a formula or an error (#N/A), or refuse
_MADE = datetime(2000, 1, 1)  # the same network gives the same bytes

_SHEETS = {  # kind of a thing or link -> the name of its sheet
    "plan": "计划 plans", "measure": "措施 measures", "task": "任务 tasks", "institution": "机构 bodies", "indicator": "指标 indicators",
    "work": "法规政策 works", "campaign": "专项行动 campaigns", "theme": "主题 themes", "responsibility": "责任分工 duties", "mention": "提及 mentions",
    "target": "目标值 targets", "citation": "引用 citations", "part": "计划的措施 parts",
}  # fmt: skip
_NODE_HEADS = ("名称 name", "主题 themes", "行政区划代码 region", "说明 about", "IRI")
_EDGE_HEADS = ("从 from", "角色 role", "到 to", "次数 weight", "原文 quotation", "文件 document", "从 IRI", "到 IRI", "事实 IRI")
_NODE_WIDTHS, _EDGE_WIDTHS = (44, 24, 12, 60, 40), (40, 16, 40, 8, 60, 44, 40, 40, 40)


@dataclass(slots=True)
class _Sheets:
    """The sheets of a workbook by kind, each begun when its first row comes. openpyxl's types leave out what sheets that are only written can do."""

    book: Any
    open: dict[str, Any]
    rows: dict[str, int]

    def add(self, kind: str, cells: Sequence[str | int], heads: Sequence[str], widths: Sequence[int], what: str) -> None:
        name = f"{what} {kind}"
        if name not in self.open:
            self.open[name] = self._begun(kind, heads, widths)
            self.rows[name] = 1
        if self.rows[name] == MOST_ROWS:
            raise ZhengpuError(f"A sheet of Excel has {MOST_ROWS:,} rows, and there are more of the kind {kind}; nothing was written. Take --format csv.")
        self.open[name].append([self.cell(self.open[name], content) for content in cells])
        self.rows[name] += 1

    def _begun(self, kind: str, heads: Sequence[str], widths: Sequence[int]) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        title = _SHEETS.get(kind) or re.sub(r"[\[\]:*?/\\]", " ", kind)[:31] or "?"
        sheet = self.book.create_sheet(title)
        sheet.freeze_panes = "B2"
        for number, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        row = [WriteOnlyCell(sheet, head) for head in heads]
        for cell in row:
            cell.font = Font(bold=True)
        sheet.append(row)
        return sheet

    def cell(self, sheet: Any, content: str | int) -> Any:
        if isinstance(content, int) or not _TAKEN_RE.search(content):  # nearly all: openpyxl writes these faster as they are
            return (content[:_LONGEST] or None) if isinstance(content, str) else content
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet)
        cell.value = _NO_XML_RE.sub("\ufffd", content)[:_LONGEST]
        cell.data_type = "s"
        if _FORMULA_RE.match(content):
            cell.quotePrefix = True
        return cell


def export_workbook(found: Iterable[Network], path: Path, cover: Cover) -> Exported:
    """Writes the workbook. Raises ZhengpuError where a sheet would be longer than Excel's, OSError."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "zhengpu"
    book.properties.created = book.properties.modified = _MADE
    about = book.create_sheet("关于 about")
    sheets = _Sheets(book, {}, {})
    counted = Counted(found)
    labels: dict[str, str] = {}
    for new, piece in counted:
        labels |= {node.iri: node.label for node in new}
        for node in new:
            sheets.add(node.kind, _node_row(node), _NODE_HEADS, _NODE_WIDTHS, "things")
        for edge in piece.edges:
            sheets.add(edge.kind, _edge_row(edge, labels), _EDGE_HEADS, _EDGE_WIDTHS, "links")
    for name, _, value in (line.partition(": ") for line in counted.told(cover).lines()):
        about.append([sheets.cell(about, name), sheets.cell(about, value)])
    output = BytesIO()
    book.save(output)
    with whole(path) as file:
        file.write(dated(output.getvalue()))
    return Exported(path, "xlsx", counted.links.total(), counted.truncated, (path,), counted.things.total())


def _node_row(node: Node) -> tuple[str, ...]:
    return node.label, "；".join(node.themes), node.region, "；".join(f"{name}：{value}" for name, value in node.facts), node.iri


def _edge_row(edge: Edge, labels: dict[str, str]) -> tuple[str | int, ...]:
    return labels[edge.source], edge.role, labels[edge.target], edge.weight, edge.quote, edge.document, edge.source, edge.target, edge.fact
