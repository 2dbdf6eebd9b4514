"""Why a thing is linked to others: the derived statements about it, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.tables.tables import Cell, readable

_QUERY = """
SELECT ?node ?kind ?other ?otherName ?score ?because ?passage WHERE {
  ?node zp:derives ?thing, ?other ; a ?class ; zp:because ?because FILTER (?other != ?thing && ?class != zp:Derived)
  ?class rdfs:label ?kind FILTER (LANG(?kind) = ?language)
  OPTIONAL { ?other dcterms:title|skos:prefLabel ?otherName FILTER (LANG(?otherName) = "zh") }
  OPTIONAL { ?node zp:score ?score }
  OPTIONAL { ?node zp:sharedText ?passage }
}
ORDER BY ?kind DESC(?score) ?other ?node ?passage"""


@dataclass(frozen=True, slots=True)
class Reason:
    """A link: what kind of link it is, what the thing is linked to, why, how surely ("" where that is not told), and the words that both have."""

    kind: str
    other: Cell
    because: str
    score: str
    passages: tuple[str, ...]


def reasons(source: TripleSource, iri: str, language: str = "zh") -> list[Reason]:
    """The links of the thing with this IRI, by kind, the surest first; none where the documents are not linked (`zhengpu link`)."""
    rows = source.query(_QUERY, {"thing": ox.NamedNode(iri), "language": ox.Literal(language)}, trusted=True).rows
    found: dict[str, Reason] = {}
    for node, kind, other, name, score, because, passage in rows:
        known = found.get(readable(node))
        shared = (*(known.passages if known else ()), *((readable(passage),) if passage else ()))
        cell = Cell(readable(name or other), other.value if isinstance(other, ox.NamedNode) else None)
        found[readable(node)] = Reason(readable(kind), cell, readable(because), readable(score), tuple(dict.fromkeys(shared)))
    return list(found.values())
