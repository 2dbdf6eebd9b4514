"""Facts as an analyst corrects them (see docs/corrections.md): names, bodies that are one or two, facts left out. Offsets and quotations stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from zhengpu.corrections import Alias, Corrections, Ignorable, Ignore, Merge, Named, Rule, Split, Theme, same_name
from zhengpu.extract.bodies.region_prefixes import region_prefix
from zhengpu.extract.bodies.words import kind_of
from zhengpu.extract.fold import folded
from zhengpu.ids import normal
from zhengpu.model import Facts, Institution, Mention, Responsibility, Target

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Corrected:
    """The facts, and how many of them each rule changed, left out or (a theme) is about; rules that did nothing are not there."""

    facts: Facts
    applied: Counter[str]


def corrected(facts: Facts, corrections: Corrections) -> Corrected:
    """The facts by the rules. Ignored facts go first, by the names that the program found; names are then changed once, not in turn.

    A split counts before an alias, an alias of the text's own words before one of the canonical name, merges last."""
    applied: Counter[str] = Counter()
    if not corrections:
        return Corrected(facts, applied)
    facts = _without_ignored(facts, corrections.ignored, applied)
    institutions = _Names(Named.INSTITUTION, corrections, applied, [rule for rule in corrections.splits if _is_for(rule, facts)])
    indicators = _Names(Named.INDICATOR, corrections, applied)
    issuers = tuple(dict.fromkeys(institutions.name("", issuer) for issuer in facts.document.issuers))
    duties = [replace(duty, canonical=institutions.name(duty.surface, duty.canonical)) for duty in facts.responsibilities]
    mentions = [replace(mention, canonical=institutions.name(mention.surface, mention.canonical)) for mention in facts.mentions]
    targets = [replace(target, canonical_indicator=indicators.name(target.indicator, target.canonical_indicator)) for target in facts.targets]
    for theme in corrections.themes:
        applied[theme.key] += _about(theme, facts, targets)
    kept = _once(duties, lambda duty: (duty.measure, duty.canonical, duty.role) if duty.canonical in institutions.given else None)
    found = replace(
        facts,
        document=replace(facts.document, issuers=issuers),
        responsibilities=kept,
        mentions=_beside_duties(kept, mentions, institutions.given),
        targets=tuple(targets),
    )
    return Corrected(replace(found, institutions=_institutions(found, institutions)), +applied)


def _without_ignored(facts: Facts, rules: Iterable[Ignore], applied: Counter[str]) -> Facts:
    names: dict[Ignorable, dict[str, Ignore]] = {kind: {} for kind in Ignorable}
    for rule in rules:
        names[rule.kind][normal(rule.name)] = rule

    def kept(kind: Ignorable, found: tuple[Fact, ...], called: Callable[[Fact], tuple[str, ...]]) -> tuple[Fact, ...]:
        if not names[kind]:
            return found
        out = []
        for fact in found:
            rule = next((rule for name in called(fact) if (rule := names[kind].get(normal(name)))), None)
            if rule is None:
                out.append(fact)
            else:
                applied[rule.key] += 1
        return tuple(out)

    return replace(
        facts,
        mentions=kept(Ignorable.MENTIONS, facts.mentions, lambda fact: (fact.surface, fact.canonical)),
        responsibilities=kept(Ignorable.RESPONSIBILITIES, facts.responsibilities, lambda fact: (fact.surface, fact.canonical)),
        targets=kept(Ignorable.TARGETS, facts.targets, lambda fact: (fact.indicator, fact.canonical_indicator, fact.evidence.quote)),
        references=kept(Ignorable.REFERENCES, facts.references, lambda fact: (fact.title, f"《{fact.title}》", fact.full_title or fact.title)),
        campaigns=kept(Ignorable.CAMPAIGNS, facts.campaigns, lambda fact: (fact.name,)),
    )


def _is_for(rule: Split, facts: Facts) -> bool:
    """Whether the document is one that the split names."""
    record, plans = facts.document, (facts.plan, *facts.more_plans)
    regions = [name for plan in plans for name in (*plan.regions, *plan.region_codes)]
    return (
        (rule.region is None or any(same_name(rule.region, region) for region in regions))
        and (rule.plan is None or any(same_name(rule.plan.strip("《》"), plan.title) for plan in plans))
        and (rule.document is None or any(same_name(rule.document, name) for name in (record.document_number, record.title, facts.source)))
    )


class _Names:
    """Canonical names by the rules of one kind, counting what each rule changes."""

    def __init__(self, kind: Named, corrections: Corrections, applied: Counter[str], splits: Iterable[Split] = ()) -> None:
        self._applied = applied
        self._splits: dict[str, Rule] = {normal(rule.surface): rule for rule in splits}
        self._aliases: dict[str, Rule] = {normal(rule.name): rule for rule in corrections.aliases if rule.kind is kind}
        self._merges: dict[str, Rule] = {normal(name): rule for rule in corrections.merges if rule.kind is kind for name in rule.same}
        self.given: dict[str, set[str]] = {}  # name that a rule gave -> the canonical names that it replaced altogether

    def name(self, surface: str, canonical: str) -> str:
        """The canonical name of what the text calls `surface` and the program `canonical`."""
        said, known = normal(surface), normal(canonical)
        if rule := self._splits.get(said):
            return self._renamed(canonical, rule, whole=False)
        if rule := self._aliases.get(said):
            canonical = self._renamed(canonical, rule, whole=said == known)
        elif rule := self._aliases.get(known):
            canonical = self._renamed(canonical, rule, whole=True)
        if rule := self._merges.get(normal(canonical)):
            canonical = self._renamed(canonical, rule, whole=True)
        return canonical

    def _renamed(self, canonical: str, rule: Rule, *, whole: bool) -> str:
        name = rule.canonical if isinstance(rule, Alias) else rule.name if isinstance(rule, Merge | Split) else canonical
        if name == canonical:
            return canonical
        self._applied[rule.key] += 1
        replaced = self.given.setdefault(name, set())
        if whole:
            replaced.add(canonical)
        return name


def _about(theme: Theme, facts: Facts, targets: Iterable[Target]) -> int:
    """How many measures and indicators a theme's own words are about."""
    measures = sum(theme.fits(measure.title, measure.body.quote) for measure in facts.measures)
    return measures + sum(theme.fits(name) for name in {target.canonical_indicator for target in targets})


def _once(facts: Iterable[Fact], key: Callable[[Fact], object]) -> tuple[Fact, ...]:
    """The first of the facts that say the same once their bodies are one; those without a key all."""
    seen: set[object] = set()
    out = []
    for fact in facts:
        said = key(fact)
        if said is None or said not in seen:
            out.append(fact)
        if said is not None:
            seen.add(said)
    return tuple(out)


def _beside_duties(duties: Iterable[Responsibility], mentions: list[Mention], given: Iterable[str]) -> tuple[Mention, ...]:
    """Each body once a unit, and not where it carries a responsibility: the annotation guide's rule, kept for the names that rules gave."""
    changed = set(given)
    allotted = {(duty.measure, duty.canonical) for duty in duties}
    left = [mention for mention in mentions if mention.canonical not in changed or (mention.unit, mention.canonical) not in allotted]
    return _once(left, lambda mention: (mention.unit, mention.canonical) if mention.canonical in changed else None)


def _institutions(facts: Facts, names: _Names) -> tuple[Institution, ...]:
    """Every body that the facts name, by canonical name; one that a rule named has the names that it replaced among its surfaces."""
    known = {institution.name: institution for institution in facts.institutions}
    surfaces: dict[str, dict[str, None]] = {name: {} for name in facts.document.issuers}
    named = [(fact.canonical, fact.surface) for fact in facts.responsibilities] + [(fact.canonical, fact.surface) for fact in facts.mentions]
    for canonical, surface in named:
        surfaces.setdefault(canonical, {})[surface] = None
    found = []
    for name in sorted(surfaces):
        if name not in names.given:
            as_read = known.get(name) or Institution(name, kind_of(name), None, ())
            found.append(replace(as_read, surfaces=tuple(surfaces[name])))
            continue
        replaced = sorted(names.given[name])
        before = [known[other] for other in replaced if other in known]
        region = region_prefix(folded(name), None).region
        code = known[name].region_code if name in known else region.code if region else _common(other.region_code for other in before)
        every = dict.fromkeys((*surfaces[name], *replaced))
        found.append(Institution(name, kind_of(name) or _common(other.kind for other in before), code, tuple(every)))
    return tuple(found)


def _common(values: Iterable[str | None]) -> str | None:
    """What all of them are, or None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None
