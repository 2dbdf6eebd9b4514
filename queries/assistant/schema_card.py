"""The schema card: what somebody must know who writes SPARQL for the graph and has never seen it, in one short answer."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import pyoxigraph as ox

from zhengpu.graph.sources.source import PREFIXES, TripleSource
from zhengpu.ids import ONTOLOGY
from zhengpu.queries.tables.tables import compact
from zhengpu.queries.views.stats import stats

_PROPERTIES = """SELECT ?property ?domain ?range ?label WHERE {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty } ?property a ?kind ; rdfs:label ?label FILTER (LANG(?label) = ?language)
  OPTIONAL { ?property rdfs:domain ?domain } OPTIONAL { ?property rdfs:range ?range }
} ORDER BY ?property ?domain ?range"""
_COMMENTS = "SELECT ?class ?comment WHERE { ?class a owl:Class ; rdfs:comment ?comment FILTER (LANG(?comment) = ?language) }"
ANY = "any"  # stands for the class where a property has no domain of its own


@dataclass(frozen=True, slots=True)
class ClassCard:
    """A class: its name with its prefix, how many things are of it, and its own properties as `zp:leadBody → zp:Institution (牵头机构)`."""

    name: str
    label: str
    comment: str
    things: int
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    question: str
    sparql: str


@dataclass(frozen=True, slots=True)
class SchemaCard:
    """`classes` that have things, most first; `shared_properties` are those that things of several classes have."""

    documents: int
    prefixes: Mapping[str, str]
    classes: tuple[ClassCard, ...]
    shared_properties: tuple[str, ...]
    pitfalls: tuple[str, ...]
    examples: tuple[Example, ...]


def schema_card(source: TripleSource, language: str = "zh") -> SchemaCard:
    """The card of the source. It counts the things of each class: about a second for a thousand documents."""
    counted = stats(source, language)
    spoken = {"language": ox.Literal(language)}
    comments = {_text(cls): _text(comment) for cls, comment in source.query(_COMMENTS, spoken, trusted=True).rows}
    of_class: dict[str, dict[str, str]] = defaultdict(dict)
    for property, domain, range, label in source.query(_PROPERTIES, spoken, trusted=True).rows:
        if (name := _text(property)).startswith((ONTOLOGY, PREFIXES["dcterms"], PREFIXES["org"])):
            target = f" → {compact(_text(range))}" if range else ""
            of_class[_text(domain) or ANY][name] = f"{compact(name)}{target} ({_text(label)})"
    told = tomllib.loads(files("zhengpu").joinpath("queries", "schema_card.toml").read_text("utf-8"))
    return SchemaCard(
        len(counted.documents),
        dict(PREFIXES),
        tuple(
            ClassCard(compact(iri), found.kind.text, comments.get(iri, ""), found.things, tuple(of_class[iri].values()))
            for found in counted.classes
            if (iri := found.kind.iri or "")
        ),
        tuple(of_class[ANY].values()),
        tuple(told["pitfalls"]),
        tuple(Example(one["question"], one["sparql"]) for one in told["examples"]),
    )


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
