"""The closed lists as read from SKOS files: which concepts there are, and which themes a text is about by their keywords."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from zhengpu.errors import ZhengpuError
from zhengpu.ids import CONCEPT
from zhengpu.ontology import terms as zp

FILES = ("zhengpu.ttl", "schemes.ttl")  # what a store holds besides the documents: the terms and the closed lists with their labels


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
    """IRI -> concept, of the packaged schemes and then of the user's own Turtle files, which may widen the keywords of a packaged concept.

    Raises ZhengpuError, naming the file, for one that is not Turtle."""
    import pyoxigraph as ox  # rdflib reads the same in 22 ms instead of 2 ms, after 250 ms of import, in each worker process

    found: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for source, content in [("schemes.ttl", turtle("schemes.ttl")), *((str(path), path.read_bytes()) for path in extra)]:
        try:
            for quad in ox.parse(content, format=ox.RdfFormat.TURTLE):
                if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple):
                    found[quad.subject.value][quad.predicate.value].append(quad.object)
        except SyntaxError as error:
            raise ZhengpuError(f"{source} is not a Turtle file: {error}") from error

    def words(iri: str, term: str, language: str | None = None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(o.value for o in found[iri][term] if language is None or (isinstance(o, ox.Literal) and o.language == language)))

    def first(values: tuple[str, ...]) -> str | None:
        return values[0] if values else None

    out = {}
    for iri in [iri for iri, about in found.items() if any(o.value == zp.skos_Concept for o in about[zp.rdf_type])]:
        notation = first(words(iri, zp.skos_notation)) or iri.rsplit("/", 1)[-1]
        out[iri] = Concept(
            iri=iri,
            scheme=first(words(iri, zp.skos_inScheme)) or "",
            broader=first(words(iri, zp.skos_broader)),
            notation=notation,
            zh=first(words(iri, zp.skos_prefLabel, "zh")) or notation,
            en=first(words(iri, zp.skos_prefLabel, "en")) or notation,
            anywhere=words(iri, zp.skos_altLabel),
            in_title=words(iri, zp.skos_hiddenLabel),
        )
    return out


def scheme(name: str) -> tuple[Concept, ...]:
    """The concepts of a packaged scheme (zhengpu.ontology.terms.SCHEMES), in the file's order."""
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
