"""A thing as it stands in lists and beside facts: its kind, its name, and one short line that tells it from others of that name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.graph.sources.source import TripleSource
from zhengpu.ids import ONTOLOGY
from zhengpu.ontology import terms as zp
from zhengpu.queries.tables.tables import compact
from zhengpu.queries.views.said import Said, first, said, text

# Class -> type; of several the first counts: a task is a measure.
TYPES: Mapping[str, str] = {
    zp.Document: "document",
    zp.Plan: "plan",
    zp.Section: "section",
    zp.Goal: "goal",
    zp.Measure: "measure",
    zp.Institution: "institution",
    zp.Indicator: "indicator",
    zp.LegalReference: "legal-reference",
    zp.Campaign: "campaign",
    zp.Region: "region",
    zp.Responsibility: "responsibility",
    zp.Mention: "mention",
    zp.Target: "target",
    zp.Citation: "citation",
    zp.Milestone: "milestone",
    zp.CampaignMention: "campaign-mention",
    zp.FieldEvidence: "field-evidence",
    zp.Observation: "observation",
    zp.Derived: "derived",
    zp.skos_Concept: "concept",
}
OTHER = "other"  # a class, a property, a scheme
_NAMES = (zp.skos_prefLabel, zp.dcterms_title, zp.rdfs_label)
# What the short line tells: the plan of a measure, the region of a plan, the issuer of a notice, the genre of a work, the scheme of a concept.
_NOTES = (zp.inPlan, zp.governs, zp.issuer, zp.referenceKind, zp.within, zp.region, zp.inDocument, zp.skos_inScheme)
_ASKED = (zp.rdf_type, *_NAMES, *_NOTES, zp.quote, zp.number)
_LONGEST = 120  # characters of a label that is a quotation


@dataclass(frozen=True, slots=True)
class Card:
    """A thing. `type` is one of TYPES; `label` its name in the language asked for, else in Chinese; `note` a short line, "" where nothing fits."""

    iri: str
    type: str
    label: str
    note: str


def cards(source: TripleSource, things: Iterable[str], language: str = "zh") -> dict[str, Card]:
    """IRI -> card, for each of the things; of one that nothing is known of, its IRI is the name."""
    wanted = sorted(set(things))
    found = said(source, wanted, _ASKED)
    noted = {iri: _noted(found.get(iri, {})) for iri in wanted}
    names = said(source, {note for notes in noted.values() for note in notes} - found.keys(), _NAMES)
    return {
        iri: Card(
            iri,
            kind_of(found.get(iri, {})),
            _label(iri, found.get(iri, {}), language),
            "、".join(dict.fromkeys(_label(note, found.get(note) or names.get(note, {}), language) for note in noted[iri])),
        )
        for iri in wanted
    }


def card(source: TripleSource, iri: str, language: str = "zh") -> Card:
    return cards(source, [iri], language)[iri]


def kind_of(about: Said) -> str:
    """The type of a thing by its classes."""
    classes = {text(cls) for cls in about.get(zp.rdf_type, ())}
    return next((name for cls, name in TYPES.items() if cls in classes), OTHER)


def class_of(name: str) -> str | None:
    """The IRI of the class that a type stands for; None for no type of ours."""
    return next((cls for cls, known in TYPES.items() if known == name), None)


def _noted(about: Said) -> tuple[str, ...]:
    """The things whose names the short line tells."""
    for name in _NOTES:
        if name in about:
            return tuple(text(term) for term in about[name][:3] if isinstance(term, ox.NamedNode))
    return ()


def _label(iri: str, about: Said, language: str) -> str:
    name = first(about, *_NAMES, language=language)
    if name:
        return name
    quote = " ".join(first(about, zp.quote).split())
    if quote:
        return quote if len(quote) <= _LONGEST else f"{quote[: _LONGEST - 1]}…"
    number = first(about, zp.number)
    return number or (iri.removeprefix(ONTOLOGY) if iri.startswith(ONTOLOGY) else compact(iri))
