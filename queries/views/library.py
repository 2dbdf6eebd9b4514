"""The questions of the library for pages: each with its blanks and columns, and its answer as rows of cells."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.graph.sources.source import Term, TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.catalogue import GROUPS, catalogue
from zhengpu.queries.question import Column, Question, Text
from zhengpu.queries.runner import ask
from zhengpu.queries.tables.tables import readable

NUMBERS = frozenset(zp.PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float"))
_DATES = frozenset({zp.xsd_date, zp.xsd_gYear, zp.xsd_gYearMonth})
ROWS = 500  # of an answer that are told where nobody says how many


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A parameter of a question. `scheme` is the concept scheme that a value is of, `default` what an empty one stands for; null for none."""

    name: str
    label: str
    type: str
    scheme: str | None
    default: str | None
    example: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Head:
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the library. `question` has its blanks as {name}, `sentence` has them filled with defaults and examples; `axes` says which column is
    which axis of the view."""

    id: str
    group: Group
    question: Text
    sentence: str
    view: str
    axes: Mapping[str, str]
    parameters: tuple[Blank, ...]
    columns: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a blank was filled with: as given, the thing or value that it stands for, and how that reads."""

    value: str
    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """A column of an answer. `kind` is text, number, date or iri (a thing, with a name as text)."""

    name: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """`text` is what is read; `iri` the thing behind it; `value` the literal where the text is another (yes for true)."""

    text: str
    iri: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The rows that begin with number `offset` of `total`. `milliseconds` is the time that the engine took."""

    id: str
    sentence: str
    view: str
    axes: Mapping[str, str]
    parameters: Mapping[str, Filled]
    columns: tuple[AnswerHead, ...]
    rows: tuple[tuple[AnswerCell, ...], ...]
    total: int
    offset: int
    sparql: str
    milliseconds: float


def listed(lang: str = "zh") -> tuple[Asked, ...]:
    """The library, by group."""
    return tuple(described(found, lang) for found in catalogue().values())


def described(question: Question, lang: str = "zh") -> Asked:
    return Asked(
        question.id,
        Group(question.group, GROUPS[question.group].of(lang)),
        question.question,
        question.sentence({one.name: one.default or ("" if one.optional else one.example) for one in question.parameters}, lang),
        question.view,
        question.axes,
        tuple(
            Blank(one.name, one.label.of(lang), one.type.value, one.scheme, one.default, one.example, one.optional) for one in question.parameters
        ),
        tuple(Head(column.name, column.label.of(lang)) for column in _kept(question)),
    )


def answered(source: TripleSource, id: str, parameters: Mapping[str, str], limit: int = ROWS, offset: int = 0, lang: str = "zh") -> Answered:
    """The answer to the question `id`. Raises what `zhengpu.queries.runner.ask` raises."""
    begun = time.perf_counter()
    reply = ask(source, id, parameters)
    rows = reply.answer.rows
    took = (time.perf_counter() - begun) * 1000
    place = {name: index for index, name in enumerate(reply.answer.variables)}
    kept = _kept(reply.question)
    return Answered(
        reply.question.id,
        reply.sentence(lang),
        reply.question.view,
        reply.question.axes,
        {name: Filled(parameters.get(name, ""), _iri(reply.bindings[name]), value) for name, value in reply.values.items()},
        tuple(AnswerHead(column.name, column.label.of(lang), _kind(rows, place[column.name])) for column in kept),
        tuple(tuple(_cell(row, column, place, lang) for column in kept) for row in rows[offset : offset + limit]),
        len(rows),
        offset,
        reply.sparql,
        round(took, 1),
    )


def _kept(question: Question) -> list[Column]:
    """The columns but those whose text stands before the IRI of another."""
    behind = {column.shown for column in question.columns if column.shown}
    return [column for column in question.columns if column.name not in behind]


def _iri(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _cell(row: tuple[Term | None, ...], column: Column, place: Mapping[str, int], lang: str) -> AnswerCell:
    term = row[place[column.name]]
    shown = row[place[column.shown]] if column.shown else None
    text = readable(term if shown is None else shown, lang)
    literal = term.value if isinstance(term, ox.Literal) and term.value != text else None
    return AnswerCell(text, _iri(term) or None if term is not None else None, literal)


def _kind(rows: tuple[tuple[Term | None, ...], ...], index: int) -> str:
    """What a column holds, by all of its values: one year among names makes no column of dates."""
    terms = [row[index] for row in rows if row[index] is not None]
    if terms and all(isinstance(term, ox.NamedNode) for term in terms):
        return "iri"
    types = {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
    if types and all(isinstance(term, ox.Literal) for term in terms):
        return "number" if types <= NUMBERS else "date" if types <= _DATES else "text"
    return "text"
