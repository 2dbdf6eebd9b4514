"""The graph seen as networks of two kinds of things, or of one: who shares measures with whom, which plans cite, promise and say the same.

What several facts say of one pair is one edge; its weight counts them, and its quotation is that of the first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pyoxigraph as ox

from zhengpu.errors import NothingSelected, UnknownName, ZhengpuError
from zhengpu.graph.exports.selection import Selection, chunks, documents, things_on
from zhengpu.graph.networks.asking import asker
from zhengpu.graph.networks.network import Edge, Network, Walk, shelf_of_edges
from zhengpu.graph.sources.source import TripleSource
from zhengpu.graph.sources.sparql import values

MOST_PAIRS = 5_000_000  # of plans, for each thing that they share: some 1,300 of which most cite the same; a minute and 1 GB
_AT_ONCE = 20  # documents
_THEMES = "SELECT ?measure ?theme WHERE { %s ?measure zp:theme ?theme }"
_REUSES = """SELECT ?plan ?other WHERE { %s ?document zp:promulgates ?plan .
  { ?document zp:reusesTextOf ?source } UNION { ?plan zp:reusesTextOf ?source }
  { ?source zp:promulgates ?other } UNION { ?any zp:promulgates ?source BIND (?source AS ?other) } }"""
_SIMILAR = """SELECT ?plan ?other WHERE { %s ?document zp:promulgates ?plan . ?plan zp:hasMeasure ?measure .
  ?measure zp:similarTo ?alike . ?alike zp:inPlan ?other FILTER (?plan != ?other) }"""


@dataclass(frozen=True, slots=True)
class Projection:
    """`what` says in Chinese and English what is linked and how; `directed` whether an edge has a direction, `across` whether it is between documents.

    `kinds` are those of the edges of a network that `edges` looks at."""

    name: str
    what: str
    directed: bool
    kinds: tuple[str, ...]
    edges: Callable[[_Facts], Iterable[Edge]]
    across: bool = False


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts of the documents wanted: edges by kind as `Walk` gives them, the plan of each measure, and what to ask for the rest."""

    source: TripleSource
    documents: Sequence[str]
    by_kind: Mapping[str, Sequence[Edge]]
    plan_of: Mapping[str, str]

    def plan(self, place: str) -> str:
        """The plan of a measure; a plan is its own."""
        return self.plan_of.get(place, place)

    def rows(self, query: str, variable: str, things: Iterable[str]) -> Iterator[tuple[str, ...]]:
        for some in chunks(things, 500):
            for row in self.source.query(query % values(variable, map(ox.NamedNode, some)), trusted=True).rows:
                yield tuple(term.value for term in row if isinstance(term, ox.NamedNode))


def projection(source: TripleSource, name: str, wanted: Selection | None = None) -> Network:
    """The projection of the documents and themes that are wanted (None: of all).

    Raises UnknownName, NothingSelected, ZhengpuError for more pairs of plans than MOST_PAIRS."""
    _known(name)
    wanted = wanted or Selection()
    found = linked(source, _edges(source, name, list(documents(source, wanted)), wanted.themes))
    if not found.edges:
        raise NothingSelected(source.name)
    return found


def edges_of(source: TripleSource, name: str, documents: Sequence[str], themes: Sequence[str] = ()) -> list[Edge]:
    """What these documents say (of themes: about measures and indicators of these) as edges of the projection, one for each fact. Raises UnknownName.

    Documents may be asked about a few at a time, but where the edges are between documents."""
    _known(name)
    return list(_edges(source, name, documents, themes))


def _edges(source: TripleSource, name: str, documents: Sequence[str], themes: Sequence[str]) -> Iterable[Edge]:
    return PROJECTIONS[name].edges(_facts(source, documents, themes, PROJECTIONS[name].kinds))


def linked(source: TripleSource, edges: Iterable[Edge]) -> Network:
    """The network of edges of one projection: those between two things as one, whose weight counts them."""
    summed = _summed(edges)
    found = Walk(asker(source)).described({end for edge in summed for end in (edge.source, edge.target)}, summed, truncated=False)
    nodes = tuple(replace(node, kind="theme") if "/theme/" in node.iri and node.kind == "other" else node for node in found.nodes)
    return replace(found, nodes=nodes)


def _known(name: str) -> None:
    if name not in PROJECTIONS:
        raise UnknownName("network", name, PROJECTIONS, f"There are: {', '.join(PROJECTIONS)}.")


def _facts(source: TripleSource, documents: Sequence[str], themes: Sequence[str], kinds: Sequence[str]) -> _Facts:
    on_theme = things_on(source, themes) if themes else None
    by_kind: dict[str, list[Edge]] = defaultdict(list)
    plan_of: dict[str, str] = {}
    known = shelf_of_edges(source, kinds)
    for some in chunks(documents, _AT_ONCE):
        for edge in Walk(known.taken(some)).of_documents(some, kinds)[1]:
            if edge.kind == "part":
                plan_of[edge.target] = edge.source
            if on_theme is None or {edge.source, edge.target} & on_theme:
                by_kind[edge.kind].append(edge)
    for edges in by_kind.values():
        edges.sort(key=lambda edge: (edge.source, edge.target, edge.role, edge.fact))
    return _Facts(source, documents, by_kind, plan_of)


def _summed(edges: Iterable[Edge]) -> list[Edge]:
    """One edge for those of one kind and role between two things, in the order of the first."""
    first: dict[tuple[str, str, str, str], Edge] = {}
    weights: Counter[tuple[str, str, str, str]] = Counter()
    for edge in edges:
        key = (edge.source, edge.target, edge.kind, edge.role)
        first.setdefault(key, edge)
        weights[key] += edge.weight
    return [replace(edge, weight=weights[key]) for key, edge in first.items()]


def _institution_measure(facts: _Facts) -> Iterable[Edge]:
    return facts.by_kind["responsibility"]


def _by_measure(facts: _Facts) -> Iterator[dict[str, Edge]]:
    """Of each measure, the first duty of each body."""
    measures: dict[str, dict[str, Edge]] = defaultdict(dict)
    for edge in facts.by_kind["responsibility"]:
        measures[edge.target].setdefault(edge.source, edge)
    yield from measures.values()


def _co_responsibility(facts: _Facts) -> Iterator[Edge]:
    for duties in _by_measure(facts):
        for one, other in combinations(sorted(duties), 2):
            yield replace(duties[one], target=other, kind="shared", role="shared")


def _lead_support(facts: _Facts) -> Iterator[Edge]:
    leads: dict[str, list[Edge]] = defaultdict(list)
    for edge in facts.by_kind["responsibility"]:
        if edge.role == "lead":
            leads[edge.target].append(edge)
    for edge in facts.by_kind["responsibility"]:
        if edge.role != "lead":  # 由A牵头，B、C按职责分工负责: those in charge beside the one that leads support it too
            for lead in leads[edge.target]:
                if lead.source != edge.source:
                    yield replace(edge, source=lead.source, target=edge.source)


def _plan_reference(facts: _Facts) -> Iterator[Edge]:
    for edge in facts.by_kind["citation"]:
        yield replace(edge, source=facts.plan(edge.source))


def _plan_indicator(facts: _Facts) -> Iterator[Edge]:
    for edge in facts.by_kind["target"]:
        yield replace(edge, source=facts.plan(edge.source))


def _plan_plan(facts: _Facts) -> Iterator[Edge]:
    shared: dict[tuple[str, str], dict[str, Edge]] = defaultdict(dict)
    for kind, name in (("citation", "shared-reference"), ("target", "shared-indicator")):
        for edge in facts.by_kind[kind]:
            shared[name, edge.target].setdefault(facts.plan(edge.source), edge)
    pairs = sum(len(plans) * (len(plans) - 1) // 2 for plans in shared.values())  # they grow with the square of the number of plans
    if pairs > MOST_PAIRS:
        advice = "Narrow it down (--region, --theme, --since, --until, --plan), or take plan-reference or plan-indicator, which grow in proportion."
        raise ZhengpuError(f"{pairs:,} pairs of plans cite or promise the same, and plan-plan takes {MOST_PAIRS:,} at most; nothing was written. {advice}")
    for (name, _), plans in shared.items():
        for one, other in combinations(sorted(plans), 2):
            yield replace(plans[one], source=one, target=other, kind=name, role=name)
    inside = set(facts.plan_of.values())
    for query, name in ((_REUSES, "reused-text"), (_SIMILAR, "similar-measure")):
        for one, other in sorted(facts.rows(query, "document", facts.documents)):
            if one != other and other in inside and (name == "reused-text" or one < other):
                yield Edge(one, other, name, name, "", "", "", "")


def _theme_institution(facts: _Facts) -> Iterator[Edge]:
    themes: dict[str, set[str]] = defaultdict(set)
    for measure, theme in facts.rows(_THEMES, "measure", dict.fromkeys(edge.target for edge in facts.by_kind["responsibility"])):
        themes[measure].add(theme)
    for edge in facts.by_kind["responsibility"]:
        for theme in sorted(themes[edge.target]):
            yield replace(edge, source=theme, target=edge.source, kind="theme", role=edge.role)


_DUTIES = ("responsibility",)
_BETWEEN = ("citation", "target", "part")
PROJECTIONS: Mapping[str, Projection] = {
    found.name: found
    for found in (
        Projection("institution-measure", "机构与所负责的措施 bodies and the measures that they are in charge of", True, _DUTIES, _institution_measure),
        Projection("co-responsibility", "共同负责措施的机构 bodies in charge of the same measures", False, _DUTIES, _co_responsibility),
        Projection("lead-support", "牵头机构与配合、参加机构 from bodies that lead to those that support or share the work", True, _DUTIES, _lead_support),
        Projection("plan-reference", "计划与所引的法规政策 plans and the works that they cite", True, ("citation", "part"), _plan_reference),
        Projection("plan-indicator", "计划与所定目标值的指标 plans and the indicators that they promise a value of", True, ("target", "part"), _plan_indicator),
        Projection("plan-plan", "引用、指标、措施或文字相同的计划 plans with the same works, indicators, measures or text", False, _BETWEEN, _plan_plan, True),
        Projection("theme-institution", "主题与负责的机构 themes and the bodies in charge of their measures", False, _DUTIES, _theme_institution),
    )
}
