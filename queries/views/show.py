"""One thing of the graph: what it is, what is said of it, and the facts about it with the words that prove them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

from zhengpu.errors import UnknownName
from zhengpu.graph.sources.source import Row, Term, TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.tables.tables import Cell, readable
from zhengpu.queries.views.links import GENERAL

# The words for a property, and for a value that is a thing: classes, properties and concepts have labels in two languages, all else in Chinese.
_WORDS = """
  OPTIONAL { ?property rdfs:label ?words FILTER (LANG(?words) = ?language) }
  OPTIONAL { ?value rdfs:label|skos:prefLabel|dcterms:title ?own FILTER (LANG(?own) = ?language) }
  OPTIONAL { ?value skos:prefLabel|dcterms:title ?chinese FILTER (LANG(?chinese) = "zh") }
"""
_STATEMENTS = f"""
SELECT ?property ?words ?value (COALESCE(?own, ?chinese) AS ?name) WHERE {{
  ?thing ?property ?value .{_WORDS}}}
ORDER BY ?property ?value ?name"""
_COUNT = "SELECT (COUNT(DISTINCT ?fact) AS ?facts) WHERE { ?fact ?relation ?thing ; zp:quote ?quote }"
_FACTS = f"""
SELECT ?property ?words ?value (COALESCE(?own, ?chinese) AS ?name) ?fact WHERE {{
  {{
    SELECT DISTINCT ?fact ?document ?at
    WHERE {{ ?fact ?relation ?thing ; zp:quote ?quote ; zp:inDocument ?document ; zp:start ?at }}
    ORDER BY ?document ?at ?fact
    LIMIT %d
  }}
  ?fact ?property ?value .{_WORDS}}}
ORDER BY ?document ?at ?fact ?property ?value ?name"""

_NAMES = frozenset({zp.skos_prefLabel, zp.dcterms_title})
# Of a fact, these have places of their own in ProvedFact; zp:Fact is what all facts are.
_PLACES = frozenset({zp.rdf_type, zp.quote, zp.start, zp.end, zp.inDocument})


@dataclass(frozen=True, slots=True)
class Statement:
    """A property in words, and its value; a value that is a thing has its name as text and its IRI behind."""

    property: Cell
    value: Cell


@dataclass(frozen=True, slots=True)
class ProvedFact:
    """A fact: what kinds it is of, what it says, and where: `quote` is [start, end) of the document's text, in code points."""

    iri: str
    kinds: tuple[str, ...]
    statements: tuple[Statement, ...]
    quote: str
    start: int
    end: int
    document: Cell


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing. `facts` are those that are about it, the first ones by document and place; `facts_in_all` says how many there are."""

    iri: str
    name: str
    kinds: tuple[str, ...]
    statements: tuple[Statement, ...]
    facts: tuple[ProvedFact, ...]
    facts_in_all: int


def show(source: TripleSource, iri: str, limit: int = 200, language: str = "zh") -> Shown:
    """What the source says of the thing with this IRI, with at most `limit` of its facts. Raises UnknownName if it says nothing."""
    try:
        thing = ox.NamedNode(iri)
    except ValueError as error:
        raise UnknownName("thing", iri, advice="This is not an IRI.") from error
    given: dict[str, Term] = {"thing": thing, "language": ox.Literal(language)}
    said = source.query(_STATEMENTS, given, trusted=True).rows
    if not said:
        raise UnknownName("thing", iri, advice=f"Nothing is said of it in {source.name}.")
    counted = source.query(_COUNT, {"thing": thing}, trusted=True).rows[0][0]
    rows = source.query(_FACTS % max(limit, 0), given, trusted=True).rows
    facts = tuple(_fact(group, language) for _, group in groupby(rows, key=lambda row: row[4]))
    statements = _statements((row for row in said if _value(row[0]) not in _NAMES | {zp.rdf_type}), language)
    name = next((_value(row[2]) for row in said if _value(row[0]) in _NAMES), readable(thing))
    return Shown(iri, name, _kinds(said), statements, facts, int(_value(counted)))


def _value(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)  # the store names everything
    return term.value


def _kinds(rows: Iterable[Row]) -> tuple[str, ...]:
    """The labels of the classes; for a class without a label, its short IRI."""
    return tuple(readable(row[3] or row[2]) for row in rows if _value(row[0]) == zp.rdf_type and _value(row[2]) != zp.Fact)


def _statements(rows: Iterable[Row], language: str) -> tuple[Statement, ...]:
    """The rows as statements, without the general ones that a particular one repeats (引用文献 beside 贯彻, of the same work)."""
    found = []
    kept = list(rows)
    particular = {row[2] for row in kept if _value(row[0]) not in GENERAL}
    for property, words, value, name, *_ in kept:
        if _value(property) in GENERAL and value in particular:
            continue
        thing = value.value if isinstance(value, ox.NamedNode) else None
        found.append(Statement(Cell(readable(words or property), _value(property)), Cell(readable(name or value, language), thing)))
    return tuple(found)


def _fact(group: Iterable[Row], language: str) -> ProvedFact:
    rows = list(group)
    one = {_value(row[0]): row for row in rows}
    document = one[zp.inDocument]
    return ProvedFact(
        iri=_value(rows[0][4]),
        kinds=_kinds(rows),
        statements=_statements((row for row in rows if _value(row[0]) not in _PLACES), language),
        quote=_value(one[zp.quote][2]),
        start=int(_value(one[zp.start][2])),
        end=int(_value(one[zp.end][2])),
        document=Cell(readable(document[3] or document[2]), _value(document[2])),
    )
