"""The closed lists as read from SKOS files: which concepts there are, and which themes a text is about by their keywords."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from zhengpu import ids
from zhengpu.corrections import Theme
from zhengpu.errors import BadCorrections, UnknownName
from zhengpu.ids import CONCEPT
from zhengpu.ontology import terms as zp

if TYPE_CHECKING:
    from rdflib import URIRef
    from rdflib.term import Node


def turtle(name: str) -> bytes:
    """The bytes of a packaged ontology file: zhengpu.ttl, schemes.ttl or shapes.ttl."""
    return files("zhengpu").joinpath("ontology", name).read_bytes()


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme. `scheme` and `broader` are IRIs; keywords in `anywhere` count in titles and texts,
    those in `in_title` in titles only."""

    iri: str
    scheme: str
    broader: str | None
    notation: str
    zh: str
    en: str
    anywhere: tuple[str, ...] = ()
    in_title: tuple[str, ...] = ()


@cache
def concepts() -> dict[str, Concept]:
    """IRI -> concept of the packaged schemes, by IRI."""
    from rdflib import RDF, SKOS, Graph, Literal

    graph = Graph()
    graph.parse(data=turtle("schemes.ttl"), format="turtle")

    def words(subject: Node, term: URIRef, language: str | None = None) -> tuple[str, ...]:
        return tuple(sorted(str(o) for o in graph.objects(subject, term) if language is None or (isinstance(o, Literal) and o.language == language)))

    def first(subject: Node, term: URIRef, language: str | None = None) -> str | None:
        return next(iter(words(subject, term, language)), None)

    out = {}
    for concept in sorted(graph.subjects(RDF.type, SKOS.Concept), key=str):
        iri = str(concept)
        notation = first(concept, SKOS.notation) or iri.rpartition("/")[2]
        out[iri] = Concept(
            iri=iri,
            scheme=first(concept, SKOS.inScheme) or "",
            broader=first(concept, SKOS.broader),
            notation=notation,
            zh=first(concept, SKOS.prefLabel, "zh") or notation,
            en=first(concept, SKOS.prefLabel, "en") or notation,
            anywhere=words(concept, SKOS.altLabel),
            in_title=words(concept, SKOS.hiddenLabel),
        )
    return out


def scheme(name: str) -> tuple[Concept, ...]:
    """The concepts of a packaged scheme (zhengpu.ontology.terms.SCHEMES), by IRI."""
    return tuple(concept for concept in concepts().values() if concept.scheme == CONCEPT + name)


def own_themes(rules: Iterable[Theme]) -> tuple[Concept, ...]:
    """The user's themes as concepts: a packaged one with the keywords that the rules add, or a new one under the base of resource IRIs.

    Raises BadCorrections for other names of a packaged theme, UnknownName for a theme above that nobody has."""
    rules = tuple(rules)
    packaged = {name: concept for concept in scheme(zp.THEME) for name in (concept.notation, concept.zh)}
    iris = {rule.name: ids.theme(rule.name) for rule in rules} | {name: concept.iri for name, concept in packaged.items()}
    found = []
    for rule in rules:
        known = packaged.get(rule.name)
        if known is not None:
            if rule.en or rule.broader:
                raise BadCorrections(f"{rule.name} is a theme of the program's own: only keywords and title_keywords can be added to it.")
            found.append(replace(known, anywhere=rule.keywords, in_title=rule.title_keywords))
            continue
        if rule.broader and (rule.broader not in iris or rule.broader == rule.name):
            raise UnknownName("theme above", rule.broader, set(iris) - {rule.name}, f"It is to be the broader theme of {rule.name}.")
        broader = iris[rule.broader] if rule.broader else None
        found.append(Concept(iris[rule.name], CONCEPT + zp.THEME, broader, rule.name, rule.name, rule.en or rule.name, rule.keywords, rule.title_keywords))
    return tuple(found)


@cache
def _keywords(own: tuple[Concept, ...]) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """(keyword, theme IRI) pairs: those that count anywhere, and those that count in titles."""
    themes = [*(concept for concept in concepts().values() if concept.scheme == CONCEPT + zp.THEME), *own]
    anywhere = tuple((word, concept.iri) for concept in themes for word in concept.anywhere)
    return anywhere, anywhere + tuple((word, concept.iri) for concept in themes for word in concept.in_title)


def themes(title: str, text: str = "", own: tuple[Concept, ...] = ()) -> tuple[str, ...]:
    """IRIs of the themes whose keywords stand in the title or, where they are particular enough, in the text; sorted. `own`: the user's."""
    anywhere, in_title = _keywords(own)
    return tuple(sorted({iri for word, iri in in_title if word in title} | {iri for word, iri in anywhere if word in text}))
