"""An answer on its way out: a table on the screen, page by page, the formats of SPARQL, or a file for Excel."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from zhengpu.cli import console
from zhengpu.errors import BadParameter, ZhengpuError

if TYPE_CHECKING:
    from rich.console import Console

    from zhengpu.graph.sources.source import Answer, TripleSource
    from zhengpu.queries.question import Question
    from zhengpu.queries.tables.tables import Table


class AnswerFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    XLSX = "xlsx"
    TTL = "ttl"
    NT = "nt"
    JSONLD = "jsonld"


_ROWS = 20  # of a page where only its number is given
_LINES_BESIDE = 6  # the question, the heads and the number of rows
_ENDINGS = {f".{format.value}": format for format in AnswerFormat if format is not AnswerFormat.TABLE} | {".srj": AnswerFormat.JSON, ".srx": AnswerFormat.XML}


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with the query that it is the answer to and, for one of the library, the question and its blanks as they read."""

    source: TripleSource
    answer: Answer
    sparql: str
    question: Question | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        return self.question.sentence(self.values, language) if self.question else ""


def format_for(to: Path | None, format: AnswerFormat | None) -> AnswerFormat | None:
    """The format wanted, or that of the file's ending. Raises BadParameter where neither says it, and for a workbook on a terminal."""
    if to is not None and format is None:
        format = _ENDINGS.get(to.suffix.lower())
        if format is None:
            raise BadParameter(f"--to {to}: name a file that ends in {', '.join(sorted(_ENDINGS))}, or say the --format.")
    if to is None and format is AnswerFormat.XLSX and sys.stdout.isatty():
        raise BadParameter("A workbook is no text for a terminal: name a file with --to answer.xlsx.")
    return format


def deliver(answered: Answered, format: AnswerFormat | None, to: Path | None, language: str, rows: int | None = None, page: int = 1) -> None:
    """Prints the answer or writes it to the file. Raises BadParameter for pages of what is no table, UnknownName for a format that it does not have."""
    shown = format is AnswerFormat.TABLE or (format is None and answered.answer.kind != "triples")
    if (rows is not None or page != 1) and (not shown or to is not None):
        raise BadParameter("--rows and --page are for tables on the screen; files and other formats have the whole answer.")
    if shown and to is None:
        _print_page(_table(answered, language), answered.sentence(language), language, rows, page)
        return
    content = _content(answered, format or AnswerFormat.TTL, to is not None, language)
    if to is None:
        console.write(content)
        return
    from zhengpu.graph.exports.writing import whole

    try:
        with whole(to) as file:
            file.write(content)
    except OSError as error:
        raise ZhengpuError(f"{to} cannot be written: {error.strerror or error}. Name another file with --to.") from error
    console.say(to)


def _content(answered: Answered, format: AnswerFormat, is_file: bool, language: str) -> bytes:
    """The bytes of a format. CSV in a file is for Excel; on standard output it is that of the SPARQL recommendation."""
    from zhengpu.queries.tables import spreadsheet

    if format is AnswerFormat.TABLE:
        raise BadParameter("A table is for the screen: write a file that ends in .csv or .xlsx.")
    is_table = answered.answer.kind == "rows"
    if format is AnswerFormat.XLSX and not is_table:
        raise BadParameter("A workbook holds the rows of a SELECT; this query answers otherwise.")
    if not is_table or (format is not AnswerFormat.XLSX and not (format is AnswerFormat.CSV and is_file)):
        return answered.answer.serialize(format.value)
    columns = answered.question.columns if answered.question else ()
    made = spreadsheet.sheet(answered.answer, columns, _labels(answered, language), language, _about(answered, language))
    return spreadsheet.workbook(made, language) if format is AnswerFormat.XLSX else spreadsheet.csv_for_excel(made)


def _about(answered: Answered, language: str) -> tuple[tuple[str, str], ...]:
    """What was asked of what, for the second sheet: the question and its blanks, the store and the date of its newest document, the query."""
    english = language == "en"
    newest = answered.source.query("SELECT (MAX(STR(?date)) AS ?newest) { ?document dcterms:issued ?date }", trusted=True).rows[0][0]
    blanks = [(p.label.of(language), answered.values.get(p.name, p.default or "")) for p in answered.question.parameters] if answered.question else []
    date = getattr(newest, "value", "")
    return (
        ("Question" if english else "问题", answered.sentence(language)),
        *blanks,
        ("Store" if english else "数据来源", answered.source.name),
        ("Newest document of" if english else "最新文件日期", date),
        ("Query" if english else "查询", answered.sparql),
    )


def _labels(answered: Answered, language: str) -> dict[str, str]:
    """IRI -> label of the things in an answer to a query of one's own; the questions of the library bring their labels with them."""
    if answered.question or answered.answer.kind != "rows":
        return {}
    from zhengpu.queries.tables.values import labels_of_rows

    return labels_of_rows(answered.source, answered.answer.rows, language)


def _table(answered: Answered, language: str) -> Table:
    from zhengpu.queries.tables.tables import labelled, table

    if answered.question:
        return table(answered.answer, answered.question.columns, language)
    return labelled(table(answered.answer, language=language), _labels(answered, language))


def _print_page(answer: Table, title: str, language: str, rows: int | None, page: int) -> None:
    """The table, or a page of it. On a terminal that it does not fit on it goes through a pager, unless pages are asked for."""
    total = len(answer.rows)
    if rows is None and page == 1:
        out = console.out()
        if out.is_terminal and total > out.height - _LINES_BESIDE:
            with out.pager(styles=True):
                print_table(answer, title, language, on=out)
        else:
            print_table(answer, title, language)
        return
    size = rows or _ROWS
    pages = max(1, -(-total // size))
    if page > pages:
        raise BadParameter(f"--page {page}: there are {pages} pages of {size} rows.")
    first = (page - 1) * size
    part = answer.rows[first : first + size]
    if part:
        console.out().print(console.table(answer.heads, [[cell.text for cell in row] for row in part], title=title, numeric=answer.numeric))
    said = f"rows {first + 1}-{first + len(part)} of {total}, page {page} of {pages}"
    console.say(said if language == "en" else f"第 {first + 1}-{first + len(part)} 行，共 {total} 行；第 {page} 页，共 {pages} 页", "dim")


def print_table(answer: Table, title: str, language: str = "zh", *, most: int | None = None, widest: int | None = None, on: Console | None = None) -> None:
    """An answer with its question above and the number of its rows below; at most `most` rows, each cell cut to `widest` characters."""
    rows = [[_cut(cell.text, widest) for cell in row] for row in answer.rows[:most]]
    if rows:
        (on or console.out()).print(console.table(answer.heads, rows, title=title, numeric=answer.numeric))
    elif title:
        console.say(title, "bold")
    total = len(answer.rows)
    if 0 < len(rows) < total:
        console.say(f"{len(rows)} of {total} rows" if language == "en" else f"共 {total} 行，列出前 {len(rows)} 行", "dim")
    else:
        console.say(f"{total} rows" if language == "en" else f"{total} 行", "dim")


def _cut(content: str, widest: int | None) -> str:
    return content if widest is None or len(content) <= widest else content[: widest - 1] + "…"
