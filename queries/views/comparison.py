"""Plans side by side: which indicators they share and what each promises, who is in charge, which themes, which works, and passages in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from zhengpu.errors import BadParameter, UnknownName
from zhengpu.graph.sources.source import TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.views.cards import Card, cards
from zhengpu.queries.views.passages import Shared, Similar, similar
from zhengpu.queries.views.proved import Target, proved
from zhengpu.queries.views.said import Said, first, is_iri, rows, said, text, whole

MOST = 12  # plans beside each other; more columns nobody reads
_SIMILAR = 60  # pairs of measures
_TARGETS = "SELECT ?fact WHERE { %s ?plan zp:hasTarget ?fact }"
_MEASURES = "SELECT ?measure WHERE { %s ?plan zp:hasMeasure ?measure }"
_CITED = "SELECT ?plan ?work WHERE { %s ?document zp:promulgates ?plan . ?fact zp:inDocument ?document ; zp:cites ?work }"
_OF_REGION = "SELECT DISTINCT ?plan WHERE { ?plan zp:governs/zp:within* ?region } ORDER BY ?plan"
_ROLES = {zp.leadBody: "L", zp.responsibleBody: "R", zp.supportingBody: "S"}


@dataclass(frozen=True, slots=True)
class Promise:
    """What a plan promises of an indicator, and the words that prove it."""

    target: str
    value: Decimal | None
    value_text: str
    comparator: str
    unit: str
    per: str
    baseline: Decimal | None
    baseline_date: str
    due: str
    quote: str
    start: int
    end: int
    document: Card


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """`cells` has what each of the plans promises, in their order."""

    indicator: Card
    cells: tuple[tuple[Promise, ...], ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """`cells` has a letter for each body: L leads, R is responsible, S supports (several letters where it does several), "" has nothing to do."""

    measure: Card
    plan: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duties:
    bodies: tuple[Card, ...]
    measures: tuple[DutyRow, ...]


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """How many measures of each plan are on the theme."""

    theme: Card
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SimilarMeasures:
    """Two measures of different plans. `shared` are passages in common: [start, end) in the text of the left measure, then in that of the right."""

    score: float
    left: Card
    right: Card
    left_text: str
    right_text: str
    shared: tuple[Shared, ...]


@dataclass(frozen=True, slots=True)
class WorkRow:
    work: Card
    plans: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    plans: tuple[Card, ...]
    indicators: tuple[IndicatorRow, ...]
    responsibilities: Duties
    themes: tuple[ThemeRow, ...]
    similar: tuple[SimilarMeasures, ...]
    references: tuple[WorkRow, ...]
    truncated: bool


def compare(source: TripleSource, plan: Sequence[str] = (), region: Sequence[str] = (), lang: str = "zh") -> Comparison:
    """The plans with these IRIs, then those of these regions and the places within them, the first MOST; what most of them share comes first.

    Raises BadParameter where neither is given, UnknownName for an IRI that is no plan, and for regions without one."""
    if not plan and not region:
        raise BadParameter("Say what to compare: plan=IRI twice or more, or region=IRI.")
    every = list(dict.fromkeys([*plan, *(found for place in region for found in _of_region(source, place))]))
    kept = every[:MOST]
    known = cards(source, kept, lang)
    for iri in kept:
        if known[iri].type != "plan":
            raise UnknownName("plan", iri[:200], advice=f"It is no plan of {source.name}.")
    measures = said(source, (text(row[0]) for row in rows(source, _MEASURES, "plan", kept)))
    return Comparison(
        tuple(known[iri] for iri in kept),
        _indicators(source, kept, lang),
        _duties(source, kept, measures, lang),
        _themes(source, kept, measures, lang),
        _similar(source, kept, measures, lang),
        _references(source, kept, lang),
        len(every) > len(kept),
    )


def _of_region(source: TripleSource, region: str) -> list[str]:
    found = [text(row[0]) for row in source.query(_OF_REGION, {"region": ox.NamedNode(region)}, trusted=True).rows] if is_iri(region) else []
    if not found:
        raise UnknownName("region with plans", region[:200], advice=f"No plan of {source.name} is for it or a place within it.")
    return found


def _indicators(source: TripleSource, plans: Sequence[str], language: str) -> tuple[IndicatorRow, ...]:
    found = [fact for fact in proved(source, (text(row[0]) for row in rows(source, _TARGETS, "plan", plans)), language) if isinstance(fact, Target)]
    by: dict[Card, dict[str, list[Promise]]] = {}
    for fact in found:
        by.setdefault(fact.indicator, {}).setdefault(fact.plan.iri, []).append(_promise(fact))
    made = [IndicatorRow(indicator, tuple(tuple(cells.get(plan, ())) for plan in plans)) for indicator, cells in by.items()]
    return tuple(sorted(made, key=lambda row: (-sum(map(bool, row.cells)), row.indicator.label, row.indicator.iri)))


def _promise(fact: Target) -> Promise:
    return Promise(
        fact.iri, fact.value, fact.value_text, fact.comparator, fact.unit, fact.per, fact.baseline, fact.baseline_date, fact.due,
        fact.quote, fact.start, fact.end, fact.document,
    )  # fmt: skip


def _duties(source: TripleSource, plans: Sequence[str], measures: Mapping[str, Said], language: str) -> Duties:
    """Bodies with most measures first; measures in the order of the plans, then of their text."""
    counted: dict[str, int] = {}
    for about in measures.values():
        for body in {text(term) for role in _ROLES for term in about.get(role, ())}:
            counted[body] = counted.get(body, 0) + 1
    bodies = sorted(counted, key=lambda body: (-counted[body], body))
    known = cards(source, [*bodies, *measures], language)
    lines = []
    for iri in _in_order(plans, measures):
        held = {role: {text(term) for term in measures[iri].get(role, ())} for role in _ROLES}
        lines.append(
            DutyRow(known[iri], first(measures[iri], zp.inPlan), tuple("".join(letter for role, letter in _ROLES.items() if b in held[role]) for b in bodies))
        )
    return Duties(tuple(known[body] for body in bodies), tuple(lines))


def _in_order(plans: Sequence[str], measures: Mapping[str, Said]) -> list[str]:
    return sorted(measures, key=lambda iri: (plans.index(first(measures[iri], zp.inPlan)), whole(measures[iri], zp.order) or 0, iri))


def _themes(source: TripleSource, plans: Sequence[str], measures: Mapping[str, Said], language: str) -> tuple[ThemeRow, ...]:
    counts: dict[str, list[int]] = {}
    for about in measures.values():
        for theme in about.get(zp.theme, ()):
            counts.setdefault(text(theme), [0] * len(plans))[plans.index(first(about, zp.inPlan))] += 1
    known = cards(source, counts, language)
    return tuple(ThemeRow(known[theme], tuple(counts[theme])) for theme in sorted(counts, key=lambda theme: (-sum(counts[theme]), theme)))


def _similar(source: TripleSource, plans: Sequence[str], measures: Mapping[str, Said], language: str) -> tuple[SimilarMeasures, ...]:
    """The pairs of measures of different plans whose texts have most in common."""
    texts = [(iri, first(measures[iri], zp.inPlan), first(measures[iri], zp.text)) for iri in _in_order(plans, measures)]
    found: list[Similar] = similar(texts, _SIMILAR)
    known = cards(source, {iri for pair in found for iri in (pair.left, pair.right)}, language)
    own = {iri: words for iri, _, words in texts}
    return tuple(SimilarMeasures(p.score, known[p.left], known[p.right], own[p.left], own[p.right], p.shared) for p in found)


def _references(source: TripleSource, plans: Sequence[str], language: str) -> tuple[WorkRow, ...]:
    cited: dict[str, set[str]] = {}
    for plan, work in rows(source, _CITED, "plan", plans):
        cited.setdefault(text(work), set()).add(text(plan))
    known = cards(source, cited, language)
    order = sorted(cited, key=lambda work: (-len(cited[work]), known[work].label, work))
    return tuple(WorkRow(known[work], tuple(plan in cited[work] for plan in plans)) for work in order)
