"""A Document -> a PDF as offices print one, for tests: lines wrapped, running heads, page numbers, ruled tables over pages.

The font is one that readers have and the file only names, so that no font file is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table, TableStyle

from zhengpu import model
from zhengpu.model import BlockKind, Document

FONT = "STSong-Light"
MARGIN = 72  # points
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


@dataclass(frozen=True)
class Layout:
    """How pages look. `number` is the foot, with {n} and {all}; `indent` the em by which first lines are moved in."""

    size: float = 16.0
    pitch: float = 28.0
    indent: float = 2.0
    head: str = ""
    number: str = "— {n} —"
    columns: int = 1
    is_mirrored: bool = False
    is_landscape: bool = False
    gap: float = 0.0  # points between paragraphs


OFFICIAL = Layout(is_mirrored=True)
LAYOUTS = {
    "official": OFFICIAL,
    "web": Layout(size=10.5, pitch=17.0, indent=0.0, gap=8.0, head="某市人民政府门户网站　政策文件", number="第 {n} 页 共 {all} 页"),
    "gazette": Layout(size=9.5, pitch=14.5, columns=2, head="政府公报　2024年第3期", number="{n}"),
    "landscape": Layout(size=12.0, pitch=20.0, is_landscape=True, number="{n}/{all}"),
}


def pdf_of(document: Document, layout: Layout = OFFICIAL) -> bytes:
    """The document printed."""
    size = landscape(A4) if layout.is_landscape else A4
    count = 0
    for _ in range(2):  # the second time knows how many pages there are
        out = BytesIO()
        template = _template(out, size, layout, count)
        template.build(list(_flowables(document, layout, _width(size, layout))))
        count = template.page
    return out.getvalue()


def _width(size: tuple[float, float], layout: Layout) -> float:
    return (size[0] - 2 * MARGIN - (layout.columns - 1) * 24) / layout.columns


def _template(out: BytesIO, size: tuple[float, float], layout: Layout, count: int) -> BaseDocTemplate:
    def furnish(canvas: Canvas, template: BaseDocTemplate) -> None:
        canvas.setFont(FONT, 10)
        if layout.head:
            canvas.drawCentredString(size[0] / 2, size[1] - 40, layout.head)
        text = layout.number.format(n=template.page, all=count)
        if layout.is_mirrored:
            (canvas.drawRightString if template.page % 2 else canvas.drawString)(size[0] - MARGIN if template.page % 2 else MARGIN, 36, text)
        else:
            canvas.drawCentredString(size[0] / 2, 36, text)

    width = _width(size, layout)
    template = BaseDocTemplate(out, pagesize=size)
    pages = []
    for side in ("right", "left"):
        shift = {"right": 6, "left": -6}[side] if layout.is_mirrored else 0
        frames = [
            Frame(MARGIN + shift + column * (width + 24), MARGIN, width, size[1] - 2 * MARGIN, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
            for column in range(layout.columns)
        ]
        pages.append(PageTemplate(id=side, frames=frames, onPage=furnish, autoNextPageTemplate="left" if side == "right" else "right"))
    template.addPageTemplates(pages)
    return template


def _flowables(document: Document, layout: Layout, width: float) -> Iterator[Flowable]:
    body = ParagraphStyle(
        "body", fontName=FONT, fontSize=layout.size, leading=layout.pitch, firstLineIndent=layout.indent * layout.size, alignment=TA_JUSTIFY,
        wordWrap="CJK", spaceAfter=layout.gap,
    )  # fmt: skip
    title = ParagraphStyle("title", parent=body, fontSize=layout.size * 1.4, leading=layout.pitch * 1.2, firstLineIndent=0, alignment=TA_CENTER)
    cell = ParagraphStyle("cell", parent=body, fontSize=min(layout.size, 10.5), leading=14, firstLineIndent=0, spaceAfter=0, alignment=TA_CENTER)
    for number, block in enumerate(document.blocks):
        text = document.slice(block)
        if block.table is not None:
            yield _table(document, block.table, width, cell)
        else:
            is_title = number < 12 and block.kind is not BlockKind.METADATA and _is_title(text)
            yield Paragraph(escape(text), title if is_title else body)


def _is_title(text: str) -> bool:
    return len(text) <= 60 and text.rstrip("）)")[-1] not in "。：:，" and ("方案" in text or "要点" in text)


def _table(document: Document, table: model.Table, width: float, style: ParagraphStyle) -> Flowable:
    texts = {(cell.row, cell.column): document.text[cell.start : cell.end] for cell in table.cells}
    rows = [[Paragraph(escape(texts.get((row, column), "")), style) for column in range(table.n_columns)] for row in range(table.n_rows)]
    spans = [
        ("SPAN", (cell.column, cell.row), (cell.column + cell.column_span - 1, cell.row + cell.row_span - 1))
        for cell in table.cells
        if cell.column_span * cell.row_span > 1
    ]
    longest = [max((len(text) for (_, place), text in texts.items() if place == column), default=1) for column in range(table.n_columns)]
    shares = [min(max(length, 4), 24) for length in longest]
    looks = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *spans]
    return Table(rows, colWidths=[width * share / sum(shares) for share in shares], repeatRows=1, style=TableStyle(looks))
