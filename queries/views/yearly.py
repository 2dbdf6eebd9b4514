"""What a plan's yearly report tells: its targets against what was observed, its tasks by date and body, what it lacks, and what changed since the plan
before it. Every line can be proved: it has the words of a document and their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from zhengpu.errors import UnknownName
from zhengpu.graph.sources.source import Term, TripleSource
from zhengpu.graph.triples.unit_scales import converted
from zhengpu.ontology import terms as zp
from zhengpu.queries.runner import ask
from zhengpu.queries.views.agenda import STATES, Agenda, schedule
from zhengpu.queries.views.cards import Card, card
from zhengpu.queries.views.documents import DocumentCard, described
from zhengpu.queries.views.proved import Target, proved
from zhengpu.queries.views.said import first, said, text, whole

REACHED, ON_TRACK, BEHIND, MISSED, UNKNOWN, UNOBSERVED = STANDINGS = ("reached", "on-track", "behind", "missed", "unknown", "unobserved")
RAISED, LOWERED, SAME, OTHER, NEW, DROPPED = KINDS = ("raised", "lowered", "same", "other", "new", "dropped")
_STANDINGS = {"已达到": REACHED, "符合进度": ON_TRACK, "滞后": BEHIND, "到期未达到": MISSED, "缺起点值": UNKNOWN}  # as targets-on-track says them
GAPS = {  # question -> the column of what it lists; a target is also known by its indicator and its words
    "targets-without-observation": "target",
    "targets-without-owner": "indicator",
    "measures-without-body": "measure",
    "measures-without-date": "measure",
    "goals-without-target": "goal",
}
_MOST_TASKS = 100_000
_DOCUMENT = "SELECT ?document WHERE { ?document zp:promulgates ?plan } ORDER BY ?document"
_TARGETS = "SELECT ?fact WHERE { ?plan zp:hasTarget ?fact }"
_PERIOD = "SELECT ?from ?until WHERE { OPTIONAL { ?plan zp:periodStart ?from } OPTIONAL { ?plan zp:periodEnd ?until } }"
_EARLIER = """SELECT DISTINCT ?earlier ?since WHERE { ?plan zp:governs ?region ; zp:periodStart ?begun . ?earlier zp:governs ?region ; zp:periodStart ?since
  FILTER (STR(?since) < STR(?begun)) } ORDER BY DESC(STR(?since)) ?earlier LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Progress:
    """A target and its latest observation. `standing` is one of STANDINGS; the rest is None or "" where nothing was observed or nothing can be told.

    `observed_as` names the indicator that was observed where it is another, of the same group."""

    target: Target
    standing: str
    base: Decimal | None = None
    base_on: str = ""
    observed: Decimal | None = None
    observed_on: str = ""
    expected: Decimal | None = None
    percent: Decimal | None = None
    data_source: str = ""
    observed_as: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that lacks something: [start, end) is its place in the plan's document."""

    name: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A question about gaps of the plan, as a sentence, and what answers it."""

    question: str
    sentence: str
    items: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan promises of an indicator, beside the plan before it. `kind` is one of KINDS: raised and lowered speak of the number."""

    indicator: Card
    kind: str
    old: Target | None
    new: Target | None


@dataclass(frozen=True, slots=True)
class Workload:
    """How many tasks a body has in each state of the agenda."""

    body: Card
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Yearly:
    """`previous` is the plan before it for the same region, None where the graph has none; `period` its first and last day as stated."""

    plan: Card
    document: DocumentCard
    period: tuple[str, str]
    as_of: str
    targets: tuple[Progress, ...]
    agenda: Agenda
    workloads: tuple[Workload, ...]
    gaps: tuple[Gap, ...]
    previous: Card | None
    changes: tuple[Change, ...]

    @property
    def standings(self) -> Mapping[str, int]:
        counted = Counter(one.standing for one in self.targets)
        return {standing: counted[standing] for standing in STANDINGS}


def yearly(source: TripleSource, plan: str, as_of: date, language: str = "zh", previous: str | None = None) -> Yearly:
    """The report on the plan with this IRI as of a day; `previous` is the IRI of the plan to compare it with (None: the latest before it there).

    Raises UnknownName for what is no plan."""
    documents = [text(row[0]) for row in _rows(source, _DOCUMENT, plan)]
    if not documents:
        raise UnknownName("plan", plan[:200], advice=f"It is no plan of {source.name}.")
    (document,) = described(source, {documents[0]: [plan]}, language)
    agenda = schedule(source, [plan], as_of=as_of, limit=_MOST_TASKS, lang=language)
    earlier = previous or next((text(row[0]) for row in _rows(source, _EARLIER, plan)), None)
    targets = _targets(source, plan, language)
    period = next(((text(row[0]), text(row[1])) for row in _rows(source, _PERIOD, plan)), ("", ""))
    return Yearly(
        plan=card(source, plan, language),
        document=document,
        period=period,
        as_of=as_of.isoformat(),
        targets=tuple(_progress(source, plan, as_of, targets)),
        agenda=agenda,
        workloads=_workloads(agenda),
        gaps=tuple(_gap(source, plan, question, column, targets, language) for question, column in GAPS.items()),
        previous=card(source, earlier, language) if earlier else None,
        changes=_changes(source, _targets(source, earlier, language), targets) if earlier else (),
    )


def _rows(source: TripleSource, query: str, plan: str) -> Sequence[tuple[Term | None, ...]]:
    return source.query(query, {"plan": ox.NamedNode(plan)}, trusted=True).rows


def _targets(source: TripleSource, plan: str, language: str) -> list[Target]:
    return [fact for fact in proved(source, (text(row[0]) for row in _rows(source, _TARGETS, plan)), language) if isinstance(fact, Target)]


def _progress(source: TripleSource, plan: str, as_of: date, targets: Iterable[Target]) -> Iterable[Progress]:
    """Each target with what the question targets-on-track says of it; where it has several observations of one day, the first."""
    answer = ask(source, "targets-on-track", {"plan": plan, "date": as_of.isoformat()}).answer
    known: dict[str, dict[str, str]] = {}
    for row in answer.rows:
        named = {name: text(term) for name, term in zip(answer.variables, row, strict=True)}
        known.setdefault(named["target"], named)
    for target in targets:
        of = known.get(target.iri)
        if of is None:
            yield Progress(target, UNOBSERVED, target.baseline, target.baseline_date)
            continue
        base, observed, expected, percent = (Decimal(of[name]) if of[name] else None for name in ("base", "observed", "expected", "percent"))
        standing, seen = _STANDINGS[of["standing"]], (observed, of["observedOn"], expected, percent)
        yield Progress(target, standing, base, of["baseOn"], *seen, of["dataSource"], of["observedName"])


def _workloads(agenda: Agenda) -> tuple[Workload, ...]:
    """Bodies by tasks that are overdue, then due soon, and so on."""
    counted: dict[Card, Counter[str]] = {}
    for item in agenda.items.items:
        for body in {Card(found.iri, found.type, found.label, found.note) for found in item.bodies}:
            counted.setdefault(body, Counter())[item.state] += 1
    order = sorted(counted, key=lambda body: (*(-counted[body][state] for state in STATES), body.label, body.iri))
    return tuple(Workload(body, {state: counted[body][state] for state in STATES}) for body in order)


def _gap(source: TripleSource, plan: str, question: str, column: str, targets: Iterable[Target], language: str) -> Gap:
    reply = ask(source, question, {"plan": plan})
    known = {(target.indicator.iri, target.quote): target.iri for target in targets}
    rows = [dict(zip(reply.answer.variables, map(text, row), strict=True)) for row in reply.answer.rows]
    things = list(dict.fromkeys(known.get((row[column], row.get("quote", "")), row[column]) for row in rows))
    about = said(source, things, (zp.dcterms_title, zp.quote, zp.text, zp.start, zp.end, zp.surface))
    items = (
        Lack(
            first(about[thing], zp.dcterms_title, zp.surface),
            first(about[thing], zp.quote, zp.text),
            whole(about[thing], zp.start) or 0,
            whole(about[thing], zp.end) or 0,
        )
        for thing in things
        if thing in about
    )
    return Gap(question, reply.sentence(language), tuple(items))


def _changes(source: TripleSource, old: Sequence[Target], new: Sequence[Target]) -> tuple[Change, ...]:
    """Of each indicator, or group of those that mean the same, the target that is due last, of such the one in the table; those of both plans first."""
    groups = said(source, (one.indicator.iri for one in (*old, *new)), (zp.inIndicatorGroup,))

    def last(targets: Iterable[Target]) -> dict[str, Target]:
        ordered = sorted(targets, key=lambda one: (one.due, one.in_table))
        return {first(groups.get(one.indicator.iri, {}), zp.inIndicatorGroup) or one.indicator.iri: one for one in ordered}

    before, after = last(old), last(new)
    pairs = ((before.get(name), after.get(name), (after.get(name) or before[name]).indicator) for name in before | after)
    every = (Change(indicator, _kind(one, other), one, other) for one, other, indicator in pairs)
    return tuple(sorted(every, key=lambda change: (KINDS.index(change.kind), change.indicator.label, change.indicator.iri)))


def _kind(old: Target | None, new: Target | None) -> str:
    if old is None or new is None:
        return NEW if old is None else DROPPED
    value = converted(old.value, old.unit, new.unit) if old.value is not None and old.per == new.per else None
    if value is None or new.value is None:
        return OTHER
    return SAME if value == new.value else RAISED if new.value > value else LOWERED
