"""The terms that a query can be written with: classes and properties with their labels, comments and how often they occur, and the prefixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.graph.sources.source import PREFIXES, TripleSource
from zhengpu.ids import ONTOLOGY
from zhengpu.ontology import terms as zp
from zhengpu.queries.tables.tables import compact
from zhengpu.queries.views.said import first, said, text

_OWL = PREFIXES["owl"]
_TERMS = "SELECT DISTINCT ?term ?class WHERE { VALUES ?class { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty } ?term a ?class }"
_DOMAIN, _RANGE = PREFIXES["rdfs"] + "domain", PREFIXES["rdfs"] + "range"
_USES = "SELECT (COUNT(*) AS ?n) WHERE { ?thing ?property ?value }"
_CLASSES = "SELECT ?class (COUNT(?thing) AS ?n) WHERE { ?thing a ?class } GROUP BY ?class"


@dataclass(frozen=True, slots=True)
class TermInfo:
    """A class or property: `name` with its prefix (zp:leadBody), how many things are of it or how often it is used; domain and range as names, "" for none."""

    iri: str
    name: str
    label: str
    comment: str
    count: int
    domain: str
    range: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    prefixes: Mapping[str, str]
    classes: tuple[TermInfo, ...]
    properties: tuple[TermInfo, ...]


def vocabulary(source: TripleSource, lang: str = "zh") -> Vocabulary:
    """The declared terms that have a label, ours before those of others, each by name. Counting reads the whole graph."""
    kinds = {text(term): text(cls) for term, cls in source.query(_TERMS, trusted=True).rows}
    about = said(source, kinds, (zp.rdfs_label, zp.rdfs_comment, _DOMAIN, _RANGE))
    things = {text(cls): int(text(n)) for cls, n in source.query(_CLASSES, trusted=True).rows}

    def told(iri: str, count: int) -> TermInfo:
        words = about[iri]
        label, comment = (first(words, name, language=lang) for name in (zp.rdfs_label, zp.rdfs_comment))
        return TermInfo(iri, compact(iri), label, comment, count, compact(first(words, _DOMAIN)), compact(first(words, _RANGE)))

    named = sorted((iri for iri in kinds if zp.rdfs_label in about.get(iri, {})), key=lambda iri: (not iri.startswith(ONTOLOGY), compact(iri)))
    return Vocabulary(
        dict(PREFIXES),
        tuple(told(iri, things.get(iri, 0)) for iri in named if kinds[iri] == f"{_OWL}Class"),
        tuple(told(iri, _uses(source, iri)) for iri in named if kinds[iri] != f"{_OWL}Class"),
    )


def _uses(source: TripleSource, iri: str) -> int:
    return int(text(source.query(_USES, {"property": ox.NamedNode(iri)}, trusted=True).rows[0][0]))
