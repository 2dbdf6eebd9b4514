"""The documents of the graph as a list that can be narrowed down, and one of them with its text, outline and facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.errors import UnknownName
from zhengpu.graph.sources.source import TripleSource
from zhengpu.ids import normal
from zhengpu.model import Cell
from zhengpu.ontology import terms as zp
from zhengpu.queries.views.cards import Card, cards
from zhengpu.queries.views.listed import USUAL, Listed, part
from zhengpu.queries.views.proved import Fact, proved
from zhengpu.queries.views.said import Said, first, is_iri, rows, said, text, whole

_PLANS = "SELECT ?document ?plan WHERE { ?document a zp:Document ; zp:promulgates ?plan }"
_DOCUMENTS = "SELECT ?document WHERE { ?document a zp:Document }"
_WITHIN = "SELECT ?place WHERE { ?place zp:within* ?region }"
_PARTS = "SELECT ?plan (COUNT(?part) AS ?n) WHERE {{ %s ?plan <{property}> ?part }} GROUP BY ?plan"
_OF_PLAN = "SELECT ?document WHERE { ?document zp:promulgates ?plan } ORDER BY ?document"
_FACTS = "SELECT ?fact WHERE { ?fact zp:inDocument ?document ; a zp:Fact }"
_SECTIONS = "SELECT ?unit WHERE { ?unit zp:inDocument ?document ; a zp:Section }"
_ABOUT = (
    zp.documentNumber, zp.issuer, zp.dcterms_issued, zp.published, zp.indexNumber, zp.subjectCategory, zp.validity, zp.disclosure, zp.addressee,
    zp.documentKind, zp.promulgates, zp.sourceFile, zp.url, zp.sha256,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentCard(Card):
    """A document in a list. `issued` is as precise as it is stated, "" for none; `measures` and `targets` count those of all its plans."""

    issued: str
    issuer: Card | None
    region: Card | None
    plans: tuple[Card, ...]
    measures: int
    targets: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A section of the outline: `label` is its number as printed, [start, end) its heading and what follows it up to the next heading."""

    iri: str
    label: str
    title: str
    level: int
    kind: str
    start: int
    end: int
    parent: str | None


@dataclass(frozen=True, slots=True)
class Metadatum:
    property: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Removed:
    """What cleaning took out of the file before the character `position` of the text (the beginning of it, if it is long), and why."""

    text: str
    why: str
    position: int


@dataclass(frozen=True, slots=True)
class TableOfText:
    """A table of the text: its cells in reading order, of which those in the first `header_rows` rows are its head."""

    header_rows: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Reading(Card):
    """A document to be read. Places are code points of `text`. `removed` and `tables` are empty where the store does not keep what its reading left."""

    metadata: tuple[Metadatum, ...]
    plans: tuple[Card, ...]
    text: str
    outline: tuple[Heading, ...]
    facts: tuple[Fact, ...]
    removed: tuple[Removed, ...]
    tables: tuple[TableOfText, ...]


def documents(
    source: TripleSource,
    region: str | None = None,
    year: int | None = None,
    type: str | None = None,
    q: str = "",
    limit: int = USUAL,
    offset: int = 0,
    lang: str = "zh",
) -> Listed[DocumentCard]:
    """Documents, latest first: of a region and the places within it, issued in a year, with a plan of a type (an IRI), whose title or number has the words."""
    plans: dict[str, list[str]] = {text(document): [] for (document,) in source.query(_DOCUMENTS, trusted=True).rows}
    for document, plan in source.query(_PLANS, trusted=True).rows:
        plans.setdefault(text(document), []).append(text(plan))
    about = said(source, plans, (zp.dcterms_title, zp.documentNumber, zp.dcterms_issued))
    of_plan = said(source, [plan for those in plans.values() for plan in those], (zp.governs, zp.planType)) if region or type else {}
    places = _within(source, region) if region else set()

    def fits(document: str) -> bool:
        known = about.get(document, {})
        its = [of_plan.get(plan, {}) for plan in plans[document]]
        words = normal(q).casefold()
        return (
            (not region or any(text(place) in places for plan in its for place in plan.get(zp.governs, ())))
            and (not type or any(text(kind) == type for plan in its for kind in plan.get(zp.planType, ())))
            and (year is None or first(known, zp.dcterms_issued)[:4] == f"{year:04}")
            and (not words or any(words in normal(first(known, name)).casefold() for name in (zp.dcterms_title, zp.documentNumber)))
        )

    found = sorted((iri for iri in plans if fits(iri)), key=lambda iri: (first(about.get(iri, {}), zp.dcterms_issued), iri), reverse=True)
    shown = part(found, limit, offset)
    return Listed(shown.total, offset, tuple(described(source, {iri: sorted(plans[iri]) for iri in shown.items}, lang)))


def described(source: TripleSource, plans: dict[str, list[str]], lang: str = "zh") -> list[DocumentCard]:
    """The cards of the documents that promulgate these plans, in the order of `plans`."""
    every = [plan for those in plans.values() for plan in those]
    about = said(source, plans, (zp.dcterms_issued, zp.issuer))
    governed = said(source, every, (zp.governs,))
    measures, targets = (_parts(source, every, name) for name in (zp.hasMeasure, zp.hasTarget))
    issuer = {iri: first(about.get(iri, {}), zp.issuer) for iri in plans}
    place = {iri: next((first(governed[plan], zp.governs) for plan in those if plan in governed), "") for iri, those in plans.items()}
    known = cards(source, {*plans, *every, *issuer.values(), *place.values()} - {""}, lang)
    return [
        DocumentCard(
            *_of(known[iri]),
            issued=first(about.get(iri, {}), zp.dcterms_issued),
            issuer=known.get(issuer[iri]),
            region=known.get(place[iri]),
            plans=tuple(known[plan] for plan in those),
            measures=sum(measures[plan] for plan in those),
            targets=sum(targets[plan] for plan in those),
        )
        for iri, those in plans.items()
    ]


def document(
    source: TripleSource, iri: str, lang: str = "zh", removed: Sequence[tuple[str, str, int]] = (), tables: Sequence[tuple[int, Sequence[Sequence[int]]]] = ()
) -> Reading:
    """The document with this IRI, or the one that promulgates the plan with it. Raises UnknownName for neither.

    The store keeps beside the graph `removed`, (text, why, position), and `tables`, (rows of the head, cells as the fields of `Cell`)."""
    found = _document_of(source, iri)
    about = said(source, [found], (*_ABOUT, zp.text))[found]
    own = cards(source, [found, *_ABOUT, *(text(term) for name in (zp.issuer, zp.promulgates) for term in about.get(name, ()))], lang)
    given = {"document": ox.NamedNode(found)}
    facts = proved(source, (text(row[0]) for row in source.query(_FACTS, dict(given), trusted=True).rows), lang)
    sections = said(
        source,
        (text(row[0]) for row in source.query(_SECTIONS, dict(given), trusted=True).rows),
        (zp.number, zp.dcterms_title, zp.level, zp.sectionKind, zp.start, zp.end, zp.partOf, zp.order),
    )
    return Reading(
        *_of(own[found]),
        metadata=tuple(
            Metadatum(name, own[name].label, own[text(term)].label if isinstance(term, ox.NamedNode) else text(term))
            for name in _ABOUT
            if name != zp.promulgates
            for term in about.get(name, ())
        ),
        plans=tuple(own[text(term)] for term in about.get(zp.promulgates, ())),
        text=first(about, zp.text),
        outline=tuple(
            Heading(
                section,
                first(what, zp.number),
                first(what, zp.dcterms_title),
                whole(what, zp.level) or 1,
                first(what, zp.sectionKind).rpartition("/")[2],
                whole(what, zp.start) or 0,
                whole(what, zp.end) or 0,
                first(what, zp.partOf) if first(what, zp.partOf) in sections else None,
            )
            for section, what in sorted(sections.items(), key=_order)
        ),
        facts=tuple(facts),
        removed=tuple(Removed(*one) for one in removed),
        tables=tuple(TableOfText(rows, tuple(Cell(*cell) for cell in cells)) for rows, cells in tables),
    )


def _document_of(source: TripleSource, iri: str) -> str:
    if not is_iri(iri):
        raise UnknownName("document", iri[:200], advice="This is not an IRI.")
    if zp.Document in {text(term) for term in said(source, [iri], (zp.rdf_type,)).get(iri, {}).get(zp.rdf_type, ())}:
        return iri
    of_plan = source.query(_OF_PLAN, {"plan": ox.NamedNode(iri)}, trusted=True).rows
    if not of_plan:
        raise UnknownName("document", iri, advice=f"It is no document or plan of {source.name}.")
    return text(of_plan[0][0])


def _within(source: TripleSource, region: str) -> set[str]:
    """The region and the places within it."""
    return {text(row[0]) for row in source.query(_WITHIN, {"region": ox.NamedNode(region)}, trusted=True).rows} if is_iri(region) else set()


def _parts(source: TripleSource, plans: list[str], name: str) -> Counter[str]:
    return Counter({text(plan): int(text(n)) for plan, n in rows(source, _PARTS.format(property=name), "plan", plans)})


def _of(card: Card) -> tuple[str, str, str, str]:
    return card.iri, card.type, card.label, card.note


def _order(section: tuple[str, Said]) -> tuple[int, int]:
    return whole(section[1], zp.start) or 0, whole(section[1], zp.order) or 0
