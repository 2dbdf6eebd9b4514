"""Which plans a claim means: by 《title》, 文号, region, kind of plan and year; whatever is said of them must hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pyoxigraph as ox

from zhengpu import regions
from zhengpu.graph.sources.source import Term, TripleSource
from zhengpu.queries.assistant.claim_words import Words, normal, table
from zhengpu.regions import Region, lies_within

_PLANS = """SELECT ?plan ?title ?document ?number ?issued ?from ?until ?code WHERE {
  ?document zp:promulgates ?plan .
  OPTIONAL { ?plan dcterms:title ?title }
  OPTIONAL { ?document zp:documentNumber ?number }
  OPTIONAL { ?document dcterms:issued ?issued }
  OPTIONAL { ?plan zp:periodStart ?from }
  OPTIONAL { ?plan zp:periodEnd ?until }
  OPTIONAL { ?plan zp:governs ?region . ?region zp:divisionCode ?code }
} ORDER BY ?plan ?code"""
_SHORTEST_TITLE = 6  # characters of a title that counts without 《》


@dataclass(frozen=True, slots=True)
class PlanMeant:
    """A plan as claims name it. `issued`, `begins` and `ends` are years, 0 where unknown; `codes` the divisions that it governs."""

    iri: str
    title: str
    document: str
    number: str
    issued: int
    begins: int
    ends: int
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """The plans of which all holds that the claim says. `said` are the names of regions and titles of plans in it; `is_open` where it says nothing of plans,
    and every plan is meant. Where no plan fits, `near` are those of which some of it holds."""

    plans: tuple[PlanMeant, ...]
    near: tuple[PlanMeant, ...]
    said: tuple[str, ...]
    is_open: bool


def plans_of(source: TripleSource) -> list[PlanMeant]:
    """Every plan of the source, by IRI."""
    found: dict[str, PlanMeant] = {}
    codes: dict[str, set[str]] = defaultdict(set)
    for row in source.query(_PLANS, trusted=True).rows:
        plan, title, document, number, issued, begins, ends, code = map(_text, row)
        codes[plan] |= {code} - {""}
        found.setdefault(plan, PlanMeant(plan, title, document, number, _year(issued), _year(begins), _year(ends)))
    return [replace(plan, codes=tuple(sorted(codes[plan.iri]))) for plan in found.values()]


def meant(plans: Sequence[PlanMeant], words: Words) -> Meant:
    """The plans that the claim means."""
    named = {plan.iri: names for plan in plans if (names := _names_in(plan, words))}
    places = _places(words.text, {code for plan in plans for code in plan.codes})
    stated: list[Callable[[PlanMeant], bool]] = []
    if named:
        stated.append(lambda plan: plan.iri in named)
    if places:
        stated.append(_governs(places, plans))
    fitting = [plan for plan in plans if all(holds(plan) for holds in stated)]
    if words.years and not named:
        by_year = _of_years(fitting, words.years)
        stated.append(lambda plan: plan in by_year)
        fitting = by_year
    for kind in words.plans if stated else ():  # 方案 is said loosely: it chooses among the plans of a place or year where it can
        fitting = [plan for plan in fitting if kind in plan.title] or fitting
    near = [] if fitting else [plan for plan in plans if any(holds(plan) for holds in stated)]
    said = dict.fromkeys(name for names in named.values() for name in names)
    return Meant(tuple(fitting), tuple(near), (*said, *places), not stated)


def _names_in(plan: PlanMeant, words: Words) -> tuple[str, ...]:
    """What the claim calls the plan: its title or a part of it in 《》, its title without them, its 文号."""
    title, number = normal(plan.title), normal(plan.number)
    quoted = [name for name in words.titles if title and (name in title or title in name)]
    bare = [title] if len(title) >= _SHORTEST_TITLE and title in words.text else []
    numbered = [name for name in words.numbers if number and name.endswith(number)]
    return tuple(dict.fromkeys((*quoted, *bare, *numbered)))


def _places(text: str, governed: Iterable[str]) -> dict[str, tuple[Region, ...]]:
    """Names of divisions in the text, each with those that are called so; 上海徐汇 is 徐汇."""
    near = {region.code for code in governed for region in regions.chain(regions.table().get(code, regions.COUNTRY))}
    found: dict[str, tuple[Region, ...]] = {}
    for name, called in _names():
        if name in text:
            usable = tuple(region for region in called if region.code in near or _is_plain(name, region))
            if usable:
                found[name] = usable
                text = text.replace(name, "\n")
    outer = {name for name, called in found.items() for other, inner in found.items() if other != name and _all_within(inner, called)}
    return {name: called for name, called in found.items() if name not in outer}


@cache
def _names() -> tuple[tuple[str, tuple[Region, ...]], ...]:
    """Every name of a division but the country's, the longest first."""
    named = ((name, tuple(region for region in called if region.level != "country")) for name, called in regions.names().items())
    return tuple(sorted(((name, called) for name, called in named if called and len(name) > 1), key=lambda one: (-len(one[0]), one[0])))


def _is_plain(name: str, region: Region) -> bool:
    """Whether the name means the division wherever it stands: 徐汇区, 江苏, 苏州; not 城区, 鼓楼 or 长治."""
    if name in (region.name, region.full):
        return len(name) > 2
    return region.level in ("province", "city") and name not in table()["not_places"]


def _all_within(inner: Iterable[Region], outer: Iterable[Region]) -> bool:
    return all(any(one != other and lies_within(one, other) for other in outer) for one in inner)


def _governs(places: dict[str, tuple[Region, ...]], plans: Iterable[PlanMeant]) -> Callable[[PlanMeant], bool]:
    """Whether a plan governs one of the places; where none does exactly, one that lies in it."""
    exact = {region.code for called in places.values() for region in called}
    if any(exact & set(plan.codes) for plan in plans):
        return lambda plan: bool(exact & set(plan.codes))
    known = regions.table()
    return lambda plan: any(code in known and lies_within(known[code], region) for code in plan.codes for called in places.values() for region in called)


def _of_years(plans: Sequence[PlanMeant], years: Sequence[int]) -> list[PlanMeant]:
    """The plans whose title, number or date has one of the years; else those whose period has it."""
    dated = [plan for plan in plans if any(str(year) in plan.title + plan.number or year == plan.issued for year in years)]
    return dated or [plan for plan in plans if any(plan.begins and plan.ends and plan.begins <= year <= plan.ends for year in years)]


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _year(text: str) -> int:
    return int(text[:4]) if text[:4].isdecimal() else 0
