"""A plan's yearly report as a Word document, on a page that lies across; the same report has the same bytes."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from zhengpu.viz.report import Cell, Report, Table
from zhengpu.viz.report_markdown import text_bar

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

_NO_XML_RE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # characters that no XML may hold
_MADE = datetime(2000, 1, 1)
_FONT = "SimSun"  # 宋体, which Word has in every language; other programs take what they have for it
_COLOURS = {
    "reached": "1A6B3C", "on-track": "1A6B3C", "new": "1A6B3C", "behind": "A3211B", "missed": "A3211B", "overdue": "A3211B", "dropped": "A3211B",
    "due-soon": "7A5200", "lowered": "7A5200", "raised": "7A5200",
}  # fmt: skip
_SMALL, _TEXT = 8, 10  # points


def docx(report: Report) -> bytes:
    """The document as the bytes of a .docx file."""
    from docx import Document as new
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = new()
    about = document.core_properties
    about.title, about.author, about.comments = _plain(report.title)[:255], "zhengpu", ""
    about.created = about.modified = _MADE
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    style = document.styles["Normal"]
    style.font.size = Pt(_TEXT)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.add_heading(_plain(report.title), 0)
    for name, value in report.facts:
        line = document.add_paragraph(style="List Bullet")
        line.add_run(f"{_plain(name)}: ").bold = True
        line.add_run(_plain(value))
    for part in report.parts:
        document.add_heading(_plain(part.title), 1)
        for sentence in part.sentences:
            document.add_paragraph(_plain(sentence))
        for table in part.tables:
            _table(document, table)
    output = BytesIO()
    document.save(output)
    return _dated(output.getvalue())


def _table(document: Document, table: Table) -> None:
    from docx.oxml import OxmlElement

    if table.caption:
        document.add_heading(_plain(table.caption), 2)
    made = document.add_table(rows=1, cols=len(table.heads), style="Table Grid")
    for cell, head in zip(made.rows[0].cells, table.heads, strict=True):
        cell.paragraphs[0].add_run(_plain(head)).bold = True
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # stands again at the top of each page
    for row in table.rows:
        for place, cell in zip(made.add_row().cells, row, strict=True):
            _fill(place, cell)
    document.add_paragraph()


def _fill(place: _Cell, cell: Cell) -> None:
    from docx.shared import Pt, RGBColor

    first = place.paragraphs[0]
    for number, line in enumerate(((text_bar(cell.bar),) if cell.bar else ()) + cell.lines):
        run = (place.add_paragraph() if number else first).add_run(_plain(line))
        if cell.tone in _COLOURS:
            run.font.color.rgb = RGBColor.from_string(_COLOURS[cell.tone])
    if cell.quote:
        (place.add_paragraph() if cell.lines else first).add_run(f"“{_plain(cell.quote)}”")
    if cell.place:
        place.add_paragraph().add_run(_plain(cell.place)).font.size = Pt(_SMALL)


def _plain(text: str) -> str:
    return _NO_XML_RE.sub("\ufffd", text)


def _dated(content: bytes) -> bytes:
    """The same archive with one date for all its parts."""
    output = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(output, "w", ZIP_DEFLATED) as made:
        for part in old.infolist():
            made.writestr(ZipInfo(part.filename, _MADE.timetuple()[:6]), old.read(part), ZIP_DEFLATED)
    return output.getvalue()
