"""Facts with what each kind says, typed: the quotation, its place in code points, and the things it connects as cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from zhengpu.graph.sources.source import TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.views.cards import Card, cards, kind_of
from zhengpu.queries.views.said import Said, first, number, said, text, whole


@dataclass(frozen=True, slots=True)
class Proved:
    """`quote` is [start, end) of the document's text, in code points. `stated_in` is the measure, goal, section or document that says it."""

    iri: str
    quote: str
    start: int
    end: int
    document: Card
    stated_in: Card


@dataclass(frozen=True, slots=True)
class Duty(Proved):
    """`role` is lead, responsible or support; `surface` what the text calls the body."""

    institution: Card
    role: str
    surface: str
    kind: Literal["responsibility"] = "responsibility"


@dataclass(frozen=True, slots=True)
class Mention(Proved):
    institution: Card
    surface: str
    kind: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class Target(Proved):
    """`value` is None for what is promised in words; `due` is the last day of the stated period; `baseline_date` as precise as it is stated."""

    indicator: Card
    plan: Card
    value: Decimal | None
    value_text: str
    comparator: str
    unit: str
    per: str
    baseline: Decimal | None
    baseline_date: str
    due: str
    in_table: bool
    kind: Literal["target"] = "target"


@dataclass(frozen=True, slots=True)
class Citation(Proved):
    """`relation` is promulgate, basis, implement, formulate, revise, publish or mention."""

    work: Card
    relation: str
    kind: Literal["citation"] = "citation"


@dataclass(frozen=True, slots=True)
class Milestone(Proved):
    """`start_by` and `due_by` are days: the first and last of the stated period, "" where none is stated."""

    title: str
    plan: Card
    schedule_text: str
    start_by: str
    due_by: str
    ongoing: bool
    kind: Literal["milestone"] = "milestone"


@dataclass(frozen=True, slots=True)
class Campaign(Proved):
    campaign: Card
    kind: Literal["campaign"] = "campaign"


@dataclass(frozen=True, slots=True)
class Field(Proved):
    """The words that prove a field (issued, title …) of a document or plan."""

    field: str
    about: Card
    kind: Literal["field"] = "field"


Fact: TypeAlias = Duty | Mention | Target | Citation | Milestone | Campaign | Field

# The properties of facts whose values are things.
_THINGS = (zp.inDocument, zp.statedIn, zp.institution, zp.indicator, zp.inPlan, zp.cites, zp.campaign, zp.about)


def proved(source: TripleSource, facts: Iterable[str], language: str = "zh") -> list[Fact]:
    """The facts with these IRIs, by document, place and IRI; what is no fact of ours is left out."""
    found = said(source, facts)  # ten triples each: less than the lookups of thirty properties
    named = cards(source, {text(term) for about in found.values() for name in _THINGS for term in about.get(name, ())}, language)
    made = [fact for iri, about in found.items() if (fact := _fact(iri, about, named)) is not None]
    return sorted(made, key=lambda fact: (fact.document.iri, fact.start, fact.end, fact.iri))


def _fact(iri: str, about: Said, named: Mapping[str, Card]) -> Fact | None:
    start, end = whole(about, zp.start), whole(about, zp.end)
    if start is None or end is None or zp.quote not in about or zp.inDocument not in about:
        return None

    def thing(name: str) -> Card:
        found = first(about, name)
        return named[found] if found else document

    def name_of_concept(name: str) -> str:
        return first(about, name).rpartition("/")[2]

    document = named[first(about, zp.inDocument)]
    place = (iri, first(about, zp.quote), start, end, document, thing(zp.statedIn))
    match kind_of(about):
        case "responsibility":
            return Duty(*place, thing(zp.institution), name_of_concept(zp.role), first(about, zp.surface))
        case "mention":
            return Mention(*place, thing(zp.institution), first(about, zp.surface))
        case "target":
            return Target(
                *place,
                indicator=thing(zp.indicator),
                plan=thing(zp.inPlan),
                value=number(about, zp.value),
                value_text=first(about, zp.valueText),
                comparator=first(about, zp.comparator),
                unit=first(about, zp.unit),
                per=first(about, zp.per),
                baseline=number(about, zp.baselineValue),
                baseline_date=first(about, zp.baselineDate),
                due=first(about, zp.dueBy),
                in_table=first(about, zp.inTable) == "true",
            )
        case "citation":
            return Citation(*place, thing(zp.cites), name_of_concept(zp.citationRelation))
        case "milestone":
            return Milestone(
                *place,
                title=first(about, zp.dcterms_title),
                plan=thing(zp.inPlan),
                schedule_text=first(about, zp.scheduleText),
                start_by=first(about, zp.startBy),
                due_by=first(about, zp.dueBy),
                ongoing=first(about, zp.ongoing) == "true",
            )
        case "campaign-mention":
            return Campaign(*place, thing(zp.campaign))
        case "field-evidence":
            return Field(*place, first(about, zp.field), thing(zp.about))
        case _:
            return None
