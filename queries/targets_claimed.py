"""The targets that a claim is about: indicators by the words that their names share with it, in the plans that it means, and its figures beside theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

import pyoxigraph as ox

from zhengpu.graph.source import TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.claim_words import LEAST, MOST, Figure, Words, normal, terms
from zhengpu.queries.finding import Finding, Part, Verdict, of_target
from zhengpu.queries.plans_meant import Meant
from zhengpu.queries.proved import Target, proved
from zhengpu.queries.said import pointing, said
from zhengpu.queries.said import text as characters

MOST_FINDINGS = 50
_CANDIDATES = 8
_MOST_INDICATORS = 3  # that the same words may name; of more it is not clear which is meant
_NAMES = "SELECT ?indicator ?name WHERE { ?indicator a zp:Indicator ; skos:prefLabel|skos:altLabel ?name }"
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
    fitting = {iri for name, iris in names.items() if all(term in name for term in found.known) for iri in iris}
    if not fitting:
        near = _near(names, found.known)
        note = f"No indicator has all of these words in its name: {'、'.join(found.known)}."
        return Part(Verdict.UNKNOWN, (), _findings(_targets(source, near, about, language)), (), found.unknown, note)
    return _compared(source, words, about, fitting, found.unknown, language)


def _compared(source: TripleSource, words: Words, about: Meant, indicators: set[str], unknown: tuple[str, ...], language: str) -> Part:
    """The targets for these indicators in the plans meant, as findings where nothing else in the claim speaks against it."""
    targets = _targets(source, indicators, about, language)
    labels = tuple(dict.fromkeys(target.indicator.label for target in targets))
    elsewhere = () if targets else _findings(_targets(source, indicators, None, language))
    if not targets:
        note = "The plans that are meant set no target for it; others do." if about.plans else "No plan in the graph is the one that is meant."
        return Part(Verdict.UNKNOWN, (), elsewhere, (), unknown, note)
    due = [target for target in targets if not words.due_years or any(target.due.startswith(str(year)) for year in words.due_years)]
    findings = _findings(targets, words.figures, MOST_FINDINGS)
    if unknown:
        return Part(Verdict.UNKNOWN, (), findings, labels, unknown, f"What these words say of it is not understood: {'、'.join(unknown)}.")
    if not due:
        return Part(Verdict.UNKNOWN, (), findings, labels, (), f"None of the targets is to be reached by {', '.join(map(str, words.due_years))}.")
    if len(labels) > _MOST_INDICATORS:
        return Part(Verdict.UNKNOWN, (), findings, labels, (), f"{len(labels)} indicators have these words in their names; name one of them.")
    findings = _findings(due, words.figures, MOST_FINDINGS)
    note = f"There are {len(due)} such targets; the first {MOST_FINDINGS} are listed. Name a region, a year or a plan." if len(due) > MOST_FINDINGS else ""
    if not words.figures:
        return Part(Verdict.FOUND, findings, (), labels, (), note)
    return Part(Verdict.AGREES if any(one.agrees for one in findings) else Verdict.DIFFERS, findings, (), labels, (), note)


def _names(source: TripleSource) -> dict[str, set[str]]:
    """Name of an indicator (normal) -> the indicators called so."""
    found: dict[str, set[str]] = defaultdict(set)
    for indicator, name in source.query(_NAMES, trusted=True).rows:
        if isinstance(indicator, ox.NamedNode) and isinstance(name, ox.Literal):
            found[normal(name.value)].add(indicator.value)
    return found


def _near(names: dict[str, set[str]], known: Collection[str]) -> set[str]:
    """The indicators whose names have most of the words."""
    shares = {name: sum(len(term) for term in known if term in name) for name in names}
    best = sorted((name for name, share in shares.items() if share), key=lambda name: (-shares[name], len(name), name))
    return {iri for name in best[:_CANDIDATES] for iri in names[name]}


def _targets(source: TripleSource, indicators: Iterable[str], about: Meant | None, language: str) -> list[Target]:
    """The targets for the indicators in the plans meant (None: in any), by document and place; no more than can be looked through."""
    facts = {characters(fact) for by in pointing(source, indicators, (zp.indicator,)).values() for fact in by[zp.indicator]}
    plans = {plan.iri for plan in about.plans} if about else set()
    if about and not about.is_open:
        in_plan = said(source, facts, (zp.inPlan,))
        facts = {fact for fact in facts if {characters(plan) for plan in in_plan.get(fact, {}).get(zp.inPlan, ())} & plans}
    return [fact for fact in proved(source, sorted(facts), language) if isinstance(fact, Target)]


def _findings(targets: Iterable[Target], figures: tuple[Figure, ...] = (), most: int = _CANDIDATES) -> tuple[Finding, ...]:
    """The targets as findings; where the claim has figures, those that say the same first."""
    found = [of_target(target, any(_is_same(figure, target) for figure in figures) if figures else None) for target in targets]
    return tuple(sorted(found, key=lambda one: not one.agrees)[:most])


def _is_same(figure: Figure, target: Target) -> bool:
    """Whether the figure is the target's value in the same unit (20亿元 is 200000万元), and not to the other side (不低于 for 不高于)."""
    if target.value is None or {figure.side, _SIDES.get(target.comparator, "")} == {LEAST, MOST}:
        return False
    (value, unit), (set_value, set_unit) = _scaled(figure.value, figure.unit), _scaled(target.value, target.unit.removesuffix("/年"))
    if not figure.unit:
        return figure.value == target.value
    return value == set_value and unit == set_unit


def _scaled(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """The value without 万 and 亿 in its unit."""
    return (value * _SCALES[unit[0]], unit[1:]) if unit[:1] in _SCALES else (value, unit)
