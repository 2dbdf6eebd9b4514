"""An answer as rows of readable cells, and as the file formats that other programs read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu import ids
from zhengpu.errors import QueryError
from zhengpu.graph.sources.source import PREFIXES, Answer, Term
from zhengpu.queries.question import Column, Text

_XSD = PREFIXES["xsd"]
_NUMBERS = frozenset(_XSD + name for name in ("integer", "decimal", "double", "float"))
_BOOLEANS = {"true": {"zh": "是", "en": "yes"}, "false": {"zh": "否", "en": "no"}}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown, and for a thing its IRI. Empty text where the answer has no value."""

    text: str
    iri: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Column heads and rows of equal length; `numeric` says which columns hold numbers only (they are set flush right)."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]


def compact(iri: str) -> str:
    """The IRI with a prefix of ours where the rest is a plain name (zp:Measure), else the IRI."""
    for prefix, namespace in PREFIXES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest and "/" not in rest and "#" not in rest:
            return f"{prefix}:{rest}"
    return iri


def readable(term: Term | None, language: str = "zh") -> str:
    """A term as a person reads it: the text of a literal (true is 是), the short form of an IRI, nothing for no value."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    if isinstance(term, ox.Literal):
        if term.datatype.value == _XSD + "boolean" and term.value in _BOOLEANS:
            return _BOOLEANS[term.value]["en" if language == "en" else "zh"]
        return term.value
    return str(term)


def table(answer: Answer, columns: Sequence[Column] = (), language: str = "zh") -> Table:
    """The rows of a SELECT, or yes or no of an ASK. With the columns of a library question the heads are their labels and an IRI stands
    behind its readable form instead of beside it; else the heads are the variables. Raises QueryError for a graph."""
    if answer.kind == "boolean":
        text = _BOOLEANS["true" if answer.boolean else "false"]["en" if language == "en" else "zh"]
        return Table(("结果" if language != "en" else "answer",), ((Cell(text),),), (False,))
    if answer.kind != "rows":
        raise QueryError("The answer is a graph, not a table: write it as ttl, nt, nq, jsonld or xml.")
    described = columns or tuple(Column(name, Text(name, name)) for name in answer.variables)
    place = {name: index for index, name in enumerate(answer.variables)}
    behind = {column.shown for column in described if column.shown}
    kept = [column for column in described if column.name not in behind]
    rows = tuple(tuple(_cell(row, column, place, language) for column in kept) for row in answer.rows)
    heads = tuple(column.label.of(language) for column in kept)
    return Table(heads, rows, tuple(_is_numeric(answer, place[column.name]) for column in kept))


def labelled(of: Table, labels: Mapping[str, str]) -> Table:
    """The table with the label of each thing that has one (IRI -> label) before its short IRI: 绍兴市知识产权局 (institution/绍兴市知识产权局)."""

    def told(cell: Cell) -> Cell:
        label = labels.get(cell.iri or "")
        return Cell(f"{label} ({cell.text.removeprefix(ids.base())})", cell.iri) if label else cell

    return Table(of.heads, tuple(tuple(map(told, row)) for row in of.rows), of.numeric)


def _cell(row: tuple[Term | None, ...], column: Column, place: dict[str, int], language: str) -> Cell:
    term = row[place[column.name]]
    iri = term.value if isinstance(term, ox.NamedNode) else None
    shown = row[place[column.shown]] if column.shown else None
    text = readable(term if shown is None else shown, language)
    return Cell(" ".join(text.split()) if "\n" in text else text, iri)  # a quotation from a table runs over lines: 每万人高价值发明专利拥有量 |\n件 |\n86


def _is_numeric(answer: Answer, index: int) -> bool:
    terms = [row[index] for row in answer.rows if row[index] is not None]
    return bool(terms) and all(isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS for term in terms)


def written(answer: Answer, format: str, *, excel: bool = False) -> bytes:
    """The answer as the engine writes it (csv, tsv, json, xml; ttl and kin for graphs), all IRIs in full. `excel` puts a byte order mark before
    CSV, without which Excel reads Chinese as another encoding. Raises UnknownName for a format that the answer does not have."""
    content = answer.serialize(format)
    return _BOM + content if excel and format == "csv" else content
