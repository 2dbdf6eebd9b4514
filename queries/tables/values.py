"""Terms as Python values: things with their labels, and dates, numbers and yes or no as Python has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from zhengpu.graph.sources.source import PREFIXES, Row, Term, TripleSource
from zhengpu.graph.sources.sparql import values
from zhengpu.queries.tables.tables import compact

_XSD = PREFIXES["xsd"]
_INTEGERS = frozenset(
    _XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger",
        "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_CHUNK = 500  # IRIs in one VALUES block; endpoints refuse queries of some 200 kB
_LABELS = "SELECT ?thing ?label WHERE { %s ?thing skos:prefLabel|dcterms:title|rdfs:label ?label }"


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """Something that has an IRI. Two are equal where their IRIs are; as a string it is its label."""

    iri: str
    label: str = field(compare=False)

    def __str__(self) -> str:
        return self.label

    def __repr__(self) -> str:
        return f"Thing({self.label!r}, {self.iri!r})"


Value: TypeAlias = Thing | str | int | float | Decimal | bool | date | datetime | None


def value(term: Term | None, label: str | None = None) -> Value:
    """The term in Python: an IRI as a Thing under `label`, else its short form. A year or a month stays text (2025, 2025-06): Python has no date that
    says no more; so does what is not of the form that its datatype asks for (a thirteenth month)."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Thing(term.value, label or compact(term.value))
    if not isinstance(term, ox.Literal):
        return str(term)
    kind, text = term.datatype.value, term.value
    try:
        if kind in _INTEGERS:
            return int(text)
        if kind == _XSD + "decimal":
            return Decimal(text)
        if kind in (_XSD + "double", _XSD + "float"):
            return float(text.replace("INF", "inf"))
        if kind == _XSD + "boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(text, text)
        if kind == _XSD + "date":
            return date.fromisoformat(text)
        if kind == _XSD + "dateTime":
            return datetime.fromisoformat(text)
    except (ValueError, ArithmeticError):
        return text
    return text


def labels_of_rows(source: TripleSource, rows: Iterable[Row], language: str = "zh") -> dict[str, str]:
    """The labels of every IRI in these rows."""
    return labels(source, {term.value for row in rows for term in row if isinstance(term, ox.NamedNode)}, language)


def labels(source: TripleSource, iris: Collection[str], language: str = "zh") -> dict[str, str]:
    """IRI -> its name in the language, else in Chinese, else in any; without those that have none."""
    named = sorted(iris)
    found: dict[str, tuple[int, str]] = {}
    order = {language: 0, "zh": 1}
    for start in range(0, len(named), _CHUNK):
        block = values("thing", map(ox.NamedNode, named[start : start + _CHUNK]))
        for thing, label in source.query(_LABELS % block, trusted=True).rows:
            if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal):
                ranked = (order.get(label.language or "", 2), label.value)
                found[thing.value] = min(ranked, found.get(thing.value, ranked))
    return {iri: label for iri, (_, label) in found.items()}
