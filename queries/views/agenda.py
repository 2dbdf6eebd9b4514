"""What is to be done by when: the tasks of measures with a date and the stages of schedules, and how each stands on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhengpu.errors import BadParameter
from zhengpu.graph.sources.source import Row, TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.views.cards import Card, cards
from zhengpu.queries.views.listed import Listed, part
from zhengpu.queries.views.proved import Milestone, proved
from zhengpu.queries.views.said import Said, first, is_iri, rows, said, text, whole

SOON = timedelta(days=90)  # a quarter, in which offices report
OVERDUE, DUE_SOON, ONGOING, LATER, UNDATED = "overdue", "due-soon", "ongoing", "later", "undated"
STATES = (OVERDUE, DUE_SOON, ONGOING, LATER, UNDATED)
# Asked for in one piece: a thousand plans have 7,000 milestones.
_DATED = """SELECT ?fact ?start ?due ?ongoing ?place ?measure WHERE {{ {which} ?fact a zp:Milestone ; zp:start ?place .
  OPTIONAL {{ ?fact zp:statedIn ?measure }} OPTIONAL {{ ?fact zp:startBy ?start }}
  OPTIONAL {{ ?fact zp:dueBy ?due }} OPTIONAL {{ ?fact zp:ongoing ?ongoing }} }}"""
_ALL = _DATED.format(which="")
_OF_PLANS = _DATED.format(which="%s ?fact zp:inPlan ?plan .")
_OF_MEASURES = _DATED.format(which="%s ?fact zp:statedIn ?measure .")
_MEASURES = "SELECT ?fact WHERE { %s ?fact zp:statedIn ?measure ; a zp:Milestone }"
_MEASURES = "SELECT ?measure WHERE { %s ?plan zp:hasMeasure ?measure }"
_MEASURES_OF_BODY = "SELECT ?measure WHERE { %s ?measure zp:assignedTo ?body ; a zp:Measure }"
_PLANS_OF_REGION = "SELECT DISTINCT ?plan WHERE { %s ?plan zp:governs/zp:within* ?region }"
_NEVER = "9999"  # the day of what has none: after all others
_ROLES = {zp.leadBody: "lead", zp.responsibleBody: "responsible", zp.supportingBody: "support"}


@dataclass(frozen=True, slots=True)
class InCharge(Card):
    """A body and what it has to do with the measure: lead, responsible or support."""

    role: str


@dataclass(frozen=True, slots=True)
class Item:
    """A stage of a plan's schedule or a measure. `start_by` and `due_by` are ISO days, "" for none; `state` is one of STATES on the day asked about.

    [start, end) is the place in the text of the document of `quote`, or of a measure without a date, which has none."""

    thing: Card
    plan: Card
    section: Card | None
    bodies: tuple[InCharge, ...]
    start_by: str
    due_by: str
    ongoing: bool
    state: str
    schedule_text: str
    quote: str
    start: int
    end: int
    document: Card


@dataclass(frozen=True, slots=True)
class _Slot:
    """A milestone or a measure without one in the order of days, before it is described. `place` is where it stands in its document."""

    day: str
    iri: str
    is_milestone: bool
    state: str
    place: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """`counts` is state -> items of it, before `state` narrowed them down."""

    as_of: str
    counts: Mapping[str, int]
    items: Listed[Item]


def schedule(
    source: TripleSource,
    plan: Sequence[str] = (),
    institution: Sequence[str] = (),
    region: Sequence[str] = (),
    as_of: date | None = None,
    state: Sequence[str] = (),
    limit: int = 500,
    offset: int = 0,
    lang: str = "zh",
) -> Agenda:
    """The agenda of plans, of the bodies in charge, of regions and the places within them (None: of every plan), as of a day; earliest due first.

    Where plans or bodies are named, their measures without a date come last, undated. Raises BadParameter without a day."""
    if as_of is None:
        raise BadParameter("Say as of which day: as_of=2026-01-31.")
    measures, dated = _asked(source, plan, institution, region)
    slots = _slots(source, dated, measures, as_of)
    counts = {name: sum(slot.state == name for slot in slots) for name in STATES}
    shown = part([slot for slot in slots if not state or slot.state in state], limit, offset)
    return Agenda(as_of.isoformat(), counts, Listed(shown.total, offset, tuple(_items(source, shown.items, lang))))


def state_of(start: str, due: str, ongoing: bool, as_of: date) -> str:
    """How a task stands on a day: overdue from the day after its last; due soon in its last quarter; ongoing where it has begun or goes on without end."""
    today = as_of.isoformat()
    if ongoing:
        return LATER if start > today else ONGOING
    if not due:
        return UNDATED if not start else LATER if start > today else ONGOING
    if due < today:
        return OVERDUE
    if due <= (as_of + SOON).isoformat() and not start > today:
        return DUE_SOON
    return ONGOING if start and start <= today else LATER


def _asked(source: TripleSource, plan: Sequence[str], institution: Sequence[str], region: Sequence[str]) -> tuple[set[str], Iterable[Row]]:
    """The measures that are listed without a date, and the milestones: fact, start, due, ongoing, place, measure."""
    if not (plan or institution or region):
        return set(), source.query(_ALL, trusted=True).rows
    plans = set(filter(is_iri, plan)) | {text(row[0]) for row in rows(source, _PLANS_OF_REGION, "region", region)}
    measures = {text(row[0]) for row in rows(source, _MEASURES, "plan", plans)}
    if not institution:
        return measures, rows(source, _OF_PLANS, "plan", plans)
    of_bodies = {text(row[0]) for row in rows(source, _MEASURES_OF_BODY, "body", institution)}
    measures = of_bodies & measures if plan or region else of_bodies
    return measures, rows(source, _OF_MEASURES, "measure", measures)


def _slots(source: TripleSource, milestones: Iterable[Row], measures: set[str], as_of: date) -> list[_Slot]:
    """Each milestone, and each of the measures that has none, in the order of the agenda."""
    slots: dict[str, _Slot] = {}
    stated = set()
    for row in milestones:
        iri, start, due, ongoing, place, measure = map(text, row)
        slots[iri] = _Slot(due or start or _NEVER, iri, True, state_of(start, due, ongoing == "true", as_of), int(place))
        stated.add(measure)
    orders = said(source, measures - stated, (zp.start,))
    undated = [_Slot(_NEVER, iri, False, UNDATED, whole(about, zp.start) or 0) for iri, about in orders.items()]
    return sorted([*slots.values(), *undated], key=lambda slot: (slot.day, not slot.is_milestone, slot.iri.rpartition("/")[0], slot.place, slot.iri))


def _items(source: TripleSource, slots: Sequence[_Slot], language: str) -> Iterable[Item]:
    facts = {fact.iri: fact for fact in proved(source, (slot.iri for slot in slots if slot.is_milestone), language) if isinstance(fact, Milestone)}
    every = {fact.stated_in.iri for fact in facts.values() if fact.stated_in.type == "measure"} | {slot.iri for slot in slots if not slot.is_milestone}
    about = said(source, every)
    named = {text(term) for what in about.values() for name in (*_ROLES, zp.inPlan, zp.partOf, zp.inDocument) for term in what.get(name, ())}
    known = cards(source, every | named, language)
    for slot in slots:
        fact = facts.get(slot.iri)
        if fact is not None:
            yield _of_milestone(fact, about.get(fact.stated_in.iri, {}), known, slot.state)
        elif slot.iri in about:
            yield _of_measure(known[slot.iri], about[slot.iri], known)


def _of_milestone(fact: Milestone, measure: Said, known: Mapping[str, Card], state: str) -> Item:
    thing = fact.stated_in if fact.stated_in.type == "measure" else Card(fact.iri, "milestone", fact.title or fact.schedule_text, fact.plan.label)
    return Item(
        thing, fact.plan, _section(measure, known), _bodies(measure, known), fact.start_by, fact.due_by, fact.ongoing, state,
        fact.schedule_text, fact.quote, fact.start, fact.end, fact.document,
    )  # fmt: skip


def _of_measure(thing: Card, about: Said, known: Mapping[str, Card]) -> Item:
    """A measure that names no date."""
    plan, document = known[first(about, zp.inPlan)], known[first(about, zp.inDocument)]
    place = (whole(about, zp.start) or 0, whole(about, zp.end) or 0)
    return Item(thing, plan, _section(about, known), _bodies(about, known), "", "", False, UNDATED, "", "", *place, document)


def _section(about: Said, known: Mapping[str, Card]) -> Card | None:
    found = known.get(first(about, zp.partOf))
    return found if found and found.type == "section" else None


def _bodies(about: Said, known: Mapping[str, Card]) -> tuple[InCharge, ...]:
    listed = [(role, known[text(term)]) for name, role in _ROLES.items() for term in about.get(name, ())]
    return tuple(InCharge(body.iri, body.type, body.label, body.note, role) for role, body in listed)
