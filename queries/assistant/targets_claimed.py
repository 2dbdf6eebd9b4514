"""The targets that a claim is about: indicators by the words that their names share with it, in the plans that it means, and its figures beside theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from zhengpu.graph.sources.source import TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.assistant.claim_words import LEAST, MOST, Figure, Words, normal, terms
from zhengpu.queries.assistant.finding import Finding, Part, Verdict, of_target
from zhengpu.queries.assistant.plans_meant import Meant
from zhengpu.queries.views.cards import cards
from zhengpu.queries.views.proved import Target, proved
from zhengpu.queries.views.said import Said, first, number, pointing, said
from zhengpu.queries.views.said import text as characters

MOST_FINDINGS = 50
_CANDIDATES = 8
_MOST_INDICATORS = 3  # that the same words may name; of more it is not clear which is meant
_NAMES = "SELECT ?indicator ?name WHERE { ?indicator a zp:Indicator ; skos:prefLabel|skos:altLabel ?name }"
_COMPARED = (zp.inPlan, zp.indicator, zp.value, zp.unit, zp.comparator, zp.dueBy)
_SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8)}
_SIDES = {">=": LEAST, ">": LEAST, "<=": MOST, "<": MOST}


def targets_claimed(source: TripleSource, words: Words, about: Meant, language: str = "zh") -> Part | None:
    """What the plans set for the indicator in the claim; None where it names none."""
    names = _names(source)
    rest = words.rest
    for said_of_plans in sorted(about.said, key=len, reverse=True):
        rest = rest.replace(said_of_plans, "\n")
    found = terms(rest, names)
    if not found.known:
        return Part(Verdict.UNKNOWN, not_understood=found.unknown, note="No indicator has these words in its name.") if found.unknown else None
    titles = [normal(plan.title) for plan in about.plans] if not about.is_open else []
    # 徐汇区示范区建设方案里…: a word that stands in the titles of the plans meant may be said of them
    of_plans = {term for term in (*found.known, *found.unknown) if titles and all(term in title for title in titles)}
    fitting = _called(names, found.known) or _called(names, [term for term in found.known if term not in of_plans])
    unknown = tuple(term for term in found.unknown if term not in of_plans)
    if not fitting:
        note = f"No indicator has all of these words in its name: {'、'.join(found.known)}."
        return Part(Verdict.UNKNOWN, (), _proved(source, _set(source, _near(names, found.known), about), language), (), unknown, note)
    return _compared(source, words, about, fitting, unknown, language)


def _compared(source: TripleSource, words: Words, about: Meant, indicators: set[str], unknown: tuple[str, ...], language: str) -> Part:
    """The targets for these indicators in the plans meant, as findings where nothing else in the claim speaks against it."""
    targets = _set(source, indicators, about, words.figures)
    if not targets:
        note = "The plans that are meant set no target for it; others do." if about.plans else "No plan in the graph is the one that is meant."
        return Part(Verdict.UNKNOWN, (), _proved(source, _set(source, indicators, None), language), (), unknown, note)
    labels = tuple(card.label for card in cards(source, {target.indicator for target in targets}, language).values())
    due = [target for target in targets if not words.due_years or any(target.due.startswith(str(year)) for year in words.due_years)]
    note = ""
    if unknown:
        note = f"What these words say of it is not understood: {'、'.join(unknown)}."
    elif not due:
        note = f"None of the targets is to be reached by {', '.join(map(str, words.due_years))}."
    elif len(labels) > _MOST_INDICATORS:
        note = f"{len(labels)} indicators have these words in their names; name one of them."
    if note:
        return Part(Verdict.UNKNOWN, (), _proved(source, targets, language), labels, unknown, note)
    findings = _proved(source, due, language, MOST_FINDINGS)
    note = f"There are {len(due)} such targets; {MOST_FINDINGS} are listed. Name a region, a year or a plan." if len(due) > MOST_FINDINGS else ""
    if not words.figures:
        return Part(Verdict.FOUND, findings, (), labels, (), note)
    return Part(Verdict.AGREES if due[0].agrees else Verdict.DIFFERS, findings, (), labels, (), note)


def _names(source: TripleSource) -> dict[str, set[str]]:
    """Name of an indicator (normal) -> the indicators called so."""
    found: dict[str, set[str]] = defaultdict(set)
    for indicator, name in source.query(_NAMES, trusted=True).rows:
        if isinstance(indicator, ox.NamedNode) and isinstance(name, ox.Literal):
            found[normal(name.value)].add(indicator.value)
    return found


def _called(names: dict[str, set[str]], known: Collection[str]) -> set[str]:
    """The indicators with a name that has all of these words."""
    return {iri for name, iris in names.items() if known and all(term in name for term in known) for iri in iris}


def _near(names: dict[str, set[str]], known: Collection[str]) -> set[str]:
    """The indicators whose names have most of the words."""
    shares = {name: sum(len(term) for term in known if term in name) for name in names}
    best = sorted((name for name, share in shares.items() if share), key=lambda name: (-shares[name], len(name), name))
    return {iri for name in best[:_CANDIDATES] for iri in names[name]}


@dataclass(frozen=True, slots=True)
class _Set:
    """A target, as much of it as is compared. `agrees` is None where the claim has no figure."""

    fact: str
    indicator: str
    due: str
    agrees: bool | None


def _set(source: TripleSource, indicators: Iterable[str], about: Meant | None, figures: tuple[Figure, ...] = ()) -> list[_Set]:
    """The targets for the indicators in the plans meant (None: in any), by IRI, those that agree first."""
    facts = {characters(fact) for by in pointing(source, indicators, (zp.indicator,)).values() for fact in by[zp.indicator]}
    plans = {plan.iri for plan in about.plans} if about and not about.is_open else None
    found = []
    for fact, told in sorted(said(source, facts, _COMPARED).items()):
        if plans is None or first(told, zp.inPlan) in plans:
            agrees = any(_is_same(figure, told) for figure in figures) if figures else None
            found.append(_Set(fact, first(told, zp.indicator), first(told, zp.dueBy), agrees))
    return sorted(found, key=lambda one: not one.agrees)


def _proved(source: TripleSource, targets: Sequence[_Set], language: str, most: int = _CANDIDATES) -> tuple[Finding, ...]:
    """The first of the targets with their quotations."""
    agree = {target.fact: target.agrees for target in targets[:most]}
    found = [of_target(fact, agree[fact.iri]) for fact in proved(source, agree, language) if isinstance(fact, Target)]
    return tuple(sorted(found, key=lambda one: not one.agrees))


def _is_same(figure: Figure, told: Said) -> bool:
    """Whether the figure is the target's value in the same unit (20亿元 is 200000万元), and not to the other side (不低于 for 不高于)."""
    value, unit = number(told, zp.value), first(told, zp.unit).removesuffix("/年")
    if value is None or {figure.side, _SIDES.get(first(told, zp.comparator), "")} == {LEAST, MOST}:
        return False
    return _scaled(figure.value, figure.unit) == _scaled(value, unit) if figure.unit else figure.value == value


def _scaled(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """The value without 万 and 亿 in its unit."""
    return (value * _SCALES[unit[0]], unit[1:]) if unit[:1] in _SCALES else (value, unit)
