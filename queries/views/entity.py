"""One thing for its page: its classes and names, what is said of it, the facts about it, and what it is linked with, counted by kind."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

from zhengpu.errors import UnknownName
from zhengpu.graph.sources.source import Term, TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.views.cards import Card, card, cards
from zhengpu.queries.views.links import GENERAL, Relation, relations
from zhengpu.queries.views.listed import Listed
from zhengpu.queries.views.proved import Fact, proved
from zhengpu.queries.views.said import is_iri, text

FACTS = 50  # that are told of a thing; the rest by offset
VALUES = 50  # of one property; a region has a thousand plans, and its neighbours are listed apart
_STATEMENTS = "SELECT ?property ?value WHERE { ?thing ?property ?value } ORDER BY ?property ?value"
_ABOUT = """SELECT DISTINCT ?fact ?document ?at WHERE {
  ?fact ?relation ?thing ; zp:quote ?quote ; zp:inDocument ?document ; zp:start ?at }
ORDER BY ?document ?at ?fact LIMIT %d OFFSET %d"""
_COUNT = "SELECT (COUNT(DISTINCT ?fact) AS ?facts) WHERE { ?fact ?relation ?thing ; zp:quote ?quote }"
# Told elsewhere: the classes and names in places of their own, the place in the text by the link to it, the order by lists.
_APART = frozenset({zp.rdf_type, zp.skos_prefLabel, zp.skos_altLabel, zp.start, zp.end, zp.order})


@dataclass(frozen=True, slots=True)
class Plain:
    """A value that is no thing: its characters, the IRI of its datatype, its language ("" for none)."""

    value: str
    datatype: str
    language: str


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the thing, by IRI and in words. `values` are the first of `total`."""

    property: str
    label: str
    total: int
    values: tuple[Card | Plain, ...]


@dataclass(frozen=True, slots=True)
class Entity(Card):
    """`types` are the classes in words, the most particular first; `facts` those about it, by document and place."""

    types: tuple[str, ...]
    alt_labels: tuple[str, ...]
    properties: tuple[Property, ...]
    facts: Listed[Fact]
    relations: tuple[Relation, ...]


def entity(source: TripleSource, iri: str, limit: int = FACTS, offset: int = 0, lang: str = "zh") -> Entity:
    """What the source says of the thing with this IRI. Raises UnknownName if it says nothing."""
    if not is_iri(iri):
        raise UnknownName("thing", iri[:200], advice="This is not an IRI.")
    thing = ox.NamedNode(iri)
    rows = source.query(_STATEMENTS, {"thing": thing}, trusted=True).rows
    if not rows:
        raise UnknownName("thing", iri, advice=f"Nothing is said of it in {source.name}.")
    own = card(source, iri, lang)
    is_document = own.type == "document"
    kept = [(text(name), value) for name, value in rows if text(name) not in _APART and not (is_document and text(name) == zp.text) and value is not None]
    classes = [text(value) for name, value in rows if text(name) == zp.rdf_type and text(value) != zp.Fact]
    words = _words(source, {name for name, _ in kept} | set(classes), lang)
    return Entity(
        own.iri,
        own.type,
        own.label,
        own.note,
        types=tuple(words.get(cls, cls) for cls in sorted(classes, key=lambda cls: (cls == zp.Measure, cls))),
        alt_labels=tuple(text(value) for name, value in rows if text(name) == zp.skos_altLabel),
        properties=_properties(source, kept, words, lang),
        facts=_facts(source, thing, limit, offset, lang),
        relations=relations(source, iri, lang),
    )


def _properties(source: TripleSource, rows: list[tuple[str, Term]], words: dict[str, str], language: str) -> tuple[Property, ...]:
    """The properties in the order of their IRIs, without the general ones that a particular one repeats (引用文献 beside 贯彻, of the same work)."""
    particular = {value for name, value in rows if name not in GENERAL}
    kept = [(name, value) for name, value in rows if name not in GENERAL or value not in particular]
    grouped = {name: [value for _, value in group] for name, group in groupby(kept, key=lambda row: row[0])}
    named = cards(source, {value.value for values in grouped.values() for value in values[:VALUES] if isinstance(value, ox.NamedNode)}, language)
    return tuple(
        Property(name, words.get(name, name), len(values), tuple(_value(value, named) for value in values[:VALUES])) for name, values in grouped.items()
    )


def _value(term: Term, named: dict[str, Card]) -> Card | Plain:
    if isinstance(term, ox.NamedNode):
        return named[term.value]
    return Plain(term.value, term.datatype.value, term.language or "") if isinstance(term, ox.Literal) else Plain(str(term), "", "")


def _facts(source: TripleSource, thing: ox.NamedNode, limit: int, offset: int, language: str) -> Listed[Fact]:
    counted = source.query(_COUNT, {"thing": thing}, trusted=True).rows[0][0]
    rows = source.query(_ABOUT % (limit, offset), {"thing": thing}, trusted=True).rows
    return Listed(int(text(counted)), offset, tuple(proved(source, (text(row[0]) for row in rows), language)))


def _words(source: TripleSource, terms: set[str], language: str) -> dict[str, str]:
    """The labels of classes and properties."""
    return {iri: found.label for iri, found in cards(source, terms, language).items()}
