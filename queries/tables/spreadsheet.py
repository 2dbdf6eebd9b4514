"""An answer for Excel: a workbook, or CSV with a byte order mark. Text from documents is text there, never a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyoxigraph as ox

from zhengpu.graph.sources.source import Answer, Term
from zhengpu.queries.question import Column, Text
from zhengpu.queries.tables.tables import readable
from zhengpu.queries.tables.values import Thing, value

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_BOM = "\ufeff"  # without it Excel reads Chinese as another encoding
_FORMULA_RE = re.compile(r"[=+\-@\t\r]")  # what Excel takes for the beginning of a formula
_NO_XML_RE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that no workbook may hold
_LONGEST = 32_767  # characters of a cell of Excel
_MOST_LINKS = 65_000  # Excel takes 65,530 on a sheet
_LONGEST_LINK = 2_000
_WIDEST, _NARROWEST = 60, 8  # of a column, in Latin letters
_MADE = datetime(2000, 1, 1)  # a workbook of the same answer has the same bytes


@dataclass(frozen=True, slots=True)
class Sheet:
    """Heads and rows of equal length; a thing is a `Thing`, with its label and IRI. `about` goes on a sheet of its own: (what, its value)."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Thing | str | int | Decimal | date, ...], ...]
    about: tuple[tuple[str, str], ...] = ()


def sheet(
    answer: Answer, columns: Sequence[Column] = (), labels: Mapping[str, str] | None = None, language: str = "zh", about: tuple[tuple[str, str], ...] = ()
) -> Sheet:
    """The rows of a SELECT. With a question's columns the heads are their labels and a thing goes by the column that shows it,
    else by `labels` (IRI -> label)."""
    described = columns or tuple(Column(name, Text(name, name)) for name in answer.variables)
    place = {name: index for index, name in enumerate(answer.variables)}
    behind = {column.shown for column in described if column.shown}
    kept = [column for column in described if column.name not in behind]
    known = labels or {}

    def cell(row: tuple[Term | None, ...], column: Column) -> Thing | str | int | Decimal | date:
        term = row[place[column.name]]
        if isinstance(term, ox.NamedNode):
            shown = row[place[column.shown]] if column.shown else None
            return Thing(term.value, readable(shown) if shown is not None else known.get(term.value, term.value))
        found = value(term)
        return found if isinstance(found, int | Decimal | date) and not isinstance(found, bool) else readable(term, language)

    return Sheet(tuple(column.label.of(language) for column in kept), tuple(tuple(cell(row, column) for column in kept) for row in answer.rows), about)


def csv_for_excel(made: Sheet) -> bytes:
    """The sheet as CSV, the IRI of each thing in a column beside its label; text that would be a formula has an apostrophe before it."""
    things = [any(isinstance(row[at], Thing) for row in made.rows) for at in range(len(made.heads))]

    def cells(row: Sequence[object]) -> Iterator[str]:
        for at, content in enumerate(row):
            yield str(content) if isinstance(content, int | Decimal) else _harmless(str(content))
            if things[at]:
                yield content.iri if isinstance(content, Thing) else ""

    output = StringIO()
    writer = csv.writer(output)
    writer.writerow(
        [head for at, name in enumerate(made.heads) for head in ((_harmless(name), f"{_harmless(name)} IRI") if things[at] else (_harmless(name),))]
    )
    writer.writerows(list(cells(row)) for row in made.rows)
    return (_BOM + output.getvalue()).encode("utf-8")


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA_RE.match(text) else text


def workbook(made: Sheet, language: str = "zh") -> bytes:
    """The sheet as an .xlsx file: things are links, numbers are numbers, days are days; the second sheet says what was asked."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.properties.creator = "zhengpu"
    book.properties.created = book.properties.modified = _MADE
    answer = book.worksheets[0]
    answer.title = "answer" if language == "en" else "答案"
    links = 0
    for number, row in enumerate((made.heads, *made.rows), 1):
        for column, content in enumerate(row, 1):
            cell = answer.cell(number, column)
            _put(cell, content)
            if isinstance(content, Thing) and content.iri.startswith("http") and len(content.iri) < _LONGEST_LINK and links < _MOST_LINKS:
                cell.hyperlink, links = content.iri, links + 1
                cell.font = Font(color="0563C1", underline="single")
            elif number == 1:
                cell.font = Font(bold=True)
    answer.freeze_panes = "A2"
    answer.auto_filter.ref = answer.dimensions
    _set_widths(answer)
    about = book.create_sheet("question" if language == "en" else "问题")
    for number, pair in enumerate(made.about, 1):
        for column, text in enumerate(pair, 1):
            _put(about.cell(number, column), text)
    _set_widths(about)
    output = BytesIO()
    book.save(output)
    return _dated(output.getvalue())


def _put(cell: Cell | MergedCell, content: object) -> None:
    """The content as what it is; text as text, whatever it begins with."""
    if isinstance(content, int | Decimal | date):
        cell.value = content
        return
    cell.value = _NO_XML_RE.sub("\ufffd", str(content))[:_LONGEST]
    cell.data_type = "s"
    if _FORMULA_RE.match(str(content)):
        cell.quotePrefix = True


def _set_widths(of: Worksheet) -> None:
    """Columns as wide as their longest cell among the first hundred, within bounds; a Chinese character is two letters wide."""
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(of.iter_cols(max_row=100), 1):
        widest = max((sum(2 if letter > "\u2e7f" else 1 for letter in str(cell.value or "")) for cell in column), default=0)
        of.column_dimensions[get_column_letter(number)].width = min(max(widest + 2, _NARROWEST), _WIDEST)


def _dated(content: bytes) -> bytes:
    """The same archive with one date for all its parts."""
    output = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(output, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":  # openpyxl puts the hour of saving there
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + _MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), data)
            new.writestr(ZipInfo(part.filename, _MADE.timetuple()[:6]), data, ZIP_DEFLATED)
    return output.getvalue()
