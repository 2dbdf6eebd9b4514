"""The closed lists as read from SKOS files: which concepts there are, and which themes a text is about by their keywords."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from zhengpu.errors import ZhengpuError
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
def concepts(*extra: Path) -> dict[str, Concept]:
    """IRI -> concept, of the packaged schemes and of the user's own Turtle files, which may widen the keywords of a packaged concept; by IRI.

    Raises ZhengpuError, naming the file, for one that is not Turtle."""
    from rdflib import RDF, SKOS, Graph, Literal
    from rdflib.plugins.parsers.notation3 import BadSyntax

    graph = Graph()
    for source, content in [("schemes.ttl", turtle("schemes.ttl")), *((str(path), path.read_bytes()) for path in extra)]:
        try:
            graph.parse(data=content, format="turtle")
        except (BadSyntax, UnicodeDecodeError) as error:
            raise ZhengpuError(f"{source} is not a Turtle file: {error}") from error

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


@cache
def _keywords(*extra: Path) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """(keyword, theme IRI) pairs: those that count anywhere, and those that count in titles."""
    themes = [concept for concept in concepts(*extra).values() if concept.scheme == CONCEPT + zp.THEME]
    anywhere = tuple((word, concept.iri) for concept in themes for word in concept.anywhere)
    return anywhere, anywhere + tuple((word, concept.iri) for concept in themes for word in concept.in_title)


def themes(title: str, text: str = "", *extra: Path) -> tuple[str, ...]:
    """IRIs of the themes whose keywords stand in the title or, where they are particular enough, in the text; sorted. `extra`: the user's own files."""
    anywhere, in_title = _keywords(*extra)
    return tuple(sorted({iri for word, iri in in_title if word in title} | {iri for word, iri in anywhere if word in text}))
