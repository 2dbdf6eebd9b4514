"""Networks to look at: which part of the graph is wanted, laid out, with communities and centrality, each edge with the words that prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyoxigraph as ox

from zhengpu.errors import BadParameter, UnknownName
from zhengpu.graph.networks import network as graph
from zhengpu.graph.networks.centrality import Measured, measured
from zhengpu.graph.networks.layout import positions
from zhengpu.graph.networks.network import Edge, Network, Node
from zhengpu.graph.networks.paths import shortest
from zhengpu.graph.sources.source import TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.runner import Reply, ask
from zhengpu.queries.views.cards import Card, cards
from zhengpu.queries.views.said import Said, first, is_iri, rows, said, text, whole

NODES = 500  # where nobody says how many; most are MOST_NODES
MOST_NODES = 10_000
SHARED = "shared"  # the kind of edge between two bodies that are in charge of the same measures; its role is their number
PRESETS = ("plan", "co-responsibility", "citations", "indicators")
_TYPES = {"work": "legal-reference"}  # kind of a node -> type of a card, where they differ
_PLANS = "SELECT ?plan ?issued WHERE { ?document zp:promulgates ?plan OPTIONAL { ?document dcterms:issued ?issued } }"
_OF_REGION = "SELECT DISTINCT ?plan WHERE { %s ?plan zp:governs/zp:within* ?region }"
_ASSIGNED = "SELECT ?measure ?body WHERE { %s ?plan zp:hasMeasure ?measure . ?measure zp:assignedTo ?body }"
_CITATIONS = "SELECT ?plan ?fact WHERE { %s ?document zp:promulgates ?plan . ?fact zp:inDocument ?document ; a zp:Citation ; zp:cites ?work }"
_TARGETS = "SELECT ?plan ?fact WHERE { %s ?plan zp:hasTarget ?fact . ?fact zp:indicator ?indicator }"
_AT_ONCE = 25  # plans that are asked about at once
_EDGES = 4  # times the nodes; more lines than that are a blot


@dataclass(frozen=True, slots=True)
class Spot:
    """A node: `id` is its IRI. x and y are pixels, `size` is for drawing; `community` numbers from 0, the largest first; `centrality` is betweenness,
    0 to 1."""

    id: str
    label: str
    type: str
    x: float
    y: float
    size: float
    community: int
    degree: int
    centrality: float


@dataclass(frozen=True, slots=True)
class Line:
    """An edge. `role_kind` is its kind for legends: lead, responsible, support, mention, target, citation, campaign, part, shared. `role` is the same, but
    of a citation its relation and of a target its value as printed.

    `weight` counts what it stands for: shared measures. Without a quotation (a part, shared measures) start, end and document are null."""

    id: str
    source: str
    target: str
    label: str
    role: str
    role_kind: str
    weight: int
    quote: str
    start: int | None
    end: int | None
    document: Card | None


@dataclass(frozen=True, slots=True)
class Picture:
    """`counts` is type -> nodes, before `truncated` says that a limit left some out."""

    nodes: tuple[Spot, ...]
    edges: tuple[Line, ...]
    truncated: bool
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the graph: around a thing, what a question's answer names, a preset of plans; narrowed down by the rest. IRIs throughout."""

    around: str | None = None
    hops: int = 1
    question: str | None = None
    parameters: Mapping[str, str] | None = None
    name: str | None = None
    plan: Sequence[str] = ()
    region: str | None = None
    theme: str | None = None
    year: int | None = None
    type: Sequence[str] = ()
    role: Sequence[str] = ()
    limit: int = NODES


def picture(source: TripleSource, wanted: Wanted, lang: str = "zh") -> Picture:
    """The network that is wanted, laid out; the same store gives the same picture. Raises what `part` raises."""
    return drawn(source, part(source, wanted), lang)


def part(source: TripleSource, wanted: Wanted) -> Network:
    """The network that is wanted. Raises BadParameter where nothing says which, UnknownName for a thing, plan or question that is not there."""
    if wanted.around is not None:
        found = graph.network(source, wanted.around, wanted.hops, wanted.limit)
    elif wanted.question is not None:
        reply = ask(source, wanted.question, wanted.parameters or {})
        found = graph.among(source, named(reply), wanted.limit)
    elif wanted.name is None and not (wanted.plan or wanted.region or wanted.year):
        raise BadParameter(f"Say which network: around=IRI, question=ID, name={'|'.join(PRESETS)}, plan=IRI, or region=IRI.")
    elif wanted.name in (None, "plan"):
        found = _of_plans(source, _plans(source, wanted), wanted.limit)
    elif wanted.name in _LINKS:
        found = _linked(source, wanted.name, _plans(source, wanted), wanted.limit)
    else:
        raise UnknownName("network", wanted.name, PRESETS, f"There are: {', '.join(PRESETS)}.")
    return _narrowed(source, found, wanted)


def named(reply: Reply, *, blanks: bool = False) -> tuple[str, ...]:
    """The IRIs that the rows of an answer name, in their order, each once; before them, if wanted, those that stand in the blanks of the question."""
    terms = [term for row in reply.answer.rows for term in row]
    return tuple(dict.fromkeys(term.value for term in [*(reply.bindings.values() if blanks else ()), *terms] if isinstance(term, ox.NamedNode)))


def path(source: TripleSource, start: str, end: str, longest: int, lang: str = "zh") -> Picture:
    """Every shortest path between two things, at most twenty, of at most `longest` edges; empty where there is none. Raises UnknownName."""
    return drawn(source, shortest(source, start, end, longest), lang)


def drawn(source: TripleSource, network: Network, lang: str = "zh") -> Picture:
    number = {node.iri: place for place, node in enumerate(network.nodes)}
    pairs = [(number[edge.source], number[edge.target]) for edge in network.edges]
    points = positions(len(number), pairs)
    told: Sequence[Measured] = measured(len(number), pairs)
    facts = said(source, (edge.fact for edge in network.edges if edge.fact), (zp.start, zp.end))
    words = cards(source, {edge.document_iri for edge in network.edges if edge.quote}, lang)
    names = {node.iri: _TYPES.get(node.kind, node.kind) for node in network.nodes}
    spots = tuple(
        Spot(node.iri, node.label, names[node.iri], x, y, round(4 + min(16, 2 * own.degree**0.5), 1), own.community, own.degree, own.centrality)
        for node, (x, y), own in zip(network.nodes, points, told, strict=True)
    )
    lines = tuple(_line(edge, facts.get(edge.fact, {}), words) for edge in network.edges)
    return Picture(spots, lines, network.truncated, dict(sorted(Counter(names.values()).items())))


def _line(edge: Edge, about: Said, words: Mapping[str, Card]) -> Line:
    start, end = (whole(about, name) for name in (zp.start, zp.end))
    is_shared = edge.kind == SHARED
    return Line(
        id=edge.fact or f"{edge.source} {edge.kind} {edge.target}",
        source=edge.source,
        target=edge.target,
        label=edge.role if is_shared or edge.kind == "target" else "",
        role=SHARED if is_shared else edge.role,
        role_kind=edge.role if edge.kind == "responsibility" else edge.kind,
        weight=int(edge.role) if is_shared else 1,
        quote=edge.quote,
        start=start,
        end=end,
        document=words.get(edge.document_iri) if edge.quote else None,
    )


def _plans(source: TripleSource, wanted: Wanted) -> list[str]:
    """The plans that are wanted, the latest first."""
    issued = {text(plan): text(day) for plan, day in source.query(_PLANS, trusted=True).rows}
    found = set(wanted.plan) or set(issued)
    for plan in wanted.plan:
        if plan not in issued:
            raise UnknownName("plan", plan[:200], advice=f"It is no plan of {source.name}.")
    if wanted.region:
        found &= {text(row[0]) for row in rows(source, _OF_REGION, "region", [wanted.region])}
    if wanted.year is not None:
        found = {plan for plan in found if issued[plan][:4] == f"{wanted.year:04}"}
    return sorted(found, key=lambda plan: (issued[plan], plan), reverse=True)


def _of_plans(source: TripleSource, plans: Iterable[str], limit: int) -> Network:
    """What the plans say, the latest first, as many as there is room for; of a first one that has more things than that, those with most edges."""
    nodes: dict[str, Node] = {}
    edges: dict[Edge, None] = {}
    truncated = False
    for plan in plans:
        found = graph.network_of_plan(source, plan)
        if nodes and len(nodes.keys() | {node.iri for node in found.nodes}) > limit:
            truncated = True
            break
        nodes |= {node.iri: node for node in found.nodes}
        edges |= dict.fromkeys(found.edges)
    return _limited(Network(tuple(nodes[iri] for iri in sorted(nodes)), tuple(edges), truncated), limit)


def _shared_measures(source: TripleSource, plans: Sequence[str]) -> Iterator[Edge]:
    """Bodies linked where they are in charge of the same measures; the edge counts these."""
    bodies: dict[str, set[str]] = {}
    for measure, body in rows(source, _ASSIGNED, "plan", plans):
        bodies.setdefault(text(measure), set()).add(text(body))
    shared = Counter(pair for those in bodies.values() for pair in combinations(sorted(those), 2))
    for (one, other), count in shared.items():
        yield Edge(one, other, SHARED, str(count), "", "", "", "")


def _cited(source: TripleSource, plans: Sequence[str]) -> Iterator[Edge]:
    """Plans linked with the works that they cite, by citation."""
    plan_of = {text(fact): text(plan) for plan, fact in rows(source, _CITATIONS, "plan", plans)}
    for fact, about in said(source, plan_of, (zp.cites, zp.citationRelation, zp.quote, zp.inDocument)).items():
        relation = first(about, zp.citationRelation).rpartition("/")[2]
        yield Edge(plan_of[fact], first(about, zp.cites), "citation", relation, first(about, zp.quote), "", first(about, zp.inDocument), fact)


def _promised(source: TripleSource, plans: Sequence[str]) -> Iterator[Edge]:
    """Plans linked with the indicators of which they promise a value, by target."""
    plan_of = {text(fact): text(plan) for plan, fact in rows(source, _TARGETS, "plan", plans)}
    for fact, about in said(source, plan_of, (zp.indicator, zp.valueText, zp.quote, zp.inDocument)).items():
        value, quote = first(about, zp.valueText), first(about, zp.quote)
        yield Edge(plan_of[fact], first(about, zp.indicator), "target", value, quote, "", first(about, zp.inDocument), fact)


_LINKS = {"co-responsibility": _shared_measures, "citations": _cited, "indicators": _promised}


def _linked(source: TripleSource, name: str, plans: Sequence[str], limit: int) -> Network:
    """The links of one preset among the latest plans, as many as there is room for: `limit` things, and _EDGES times as many links."""
    links: list[Edge] = []
    ends: set[str] = set()
    truncated = False
    for at in range(0, len(plans), _AT_ONCE):
        if truncated := len(ends) > limit or len(links) > _EDGES * limit:
            break
        found = list(_LINKS[name](source, plans[at : at + _AT_ONCE]))
        links += found
        ends.update(end for edge in found for end in (edge.source, edge.target))
    network = _named(source, _summed(links))
    return _limited(Network(network.nodes, network.edges, truncated), limit)


def _summed(links: Iterable[Edge]) -> list[Edge]:
    """The links; those that count shared measures, which come from several parts of the plans, as one."""
    counts: Counter[tuple[str, str]] = Counter()
    others = []
    for edge in links:
        if edge.kind == SHARED:
            counts[edge.source, edge.target] += int(edge.role)
        else:
            others.append(edge)
    return [*others, *(Edge(one, other, SHARED, str(count), "", "", "", "") for (one, other), count in counts.items())]


def _named(source: TripleSource, edges: Sequence[Edge]) -> Network:
    """The network of these edges, its nodes with their names and kinds."""
    own = cards(source, {end for edge in edges for end in (edge.source, edge.target)})
    kinds = {"legal-reference": "work"}
    nodes = tuple(Node(iri, own[iri].label, kinds.get(own[iri].type, own[iri].type)) for iri in sorted(own))
    return Network(nodes, tuple(sorted(edges, key=lambda e: (e.source, e.target, e.kind, e.role, e.fact))))


def _narrowed(source: TripleSource, found: Network, wanted: Wanted) -> Network:
    """What is left with these types, roles and theme alone; things that nothing links any more go, but the one in the middle."""
    edges = [edge for edge in found.edges if not wanted.role or edge.role in wanted.role or edge.kind in wanted.role]
    kept = {node.iri for node in found.nodes if not wanted.type or _TYPES.get(node.kind, node.kind) in wanted.type or node.iri == wanted.around}
    if wanted.theme and is_iri(wanted.theme):
        on_theme = said(source, [node.iri for node in found.nodes if node.kind in ("measure", "task", "indicator")], (zp.theme,))
        off = {node.iri for node in found.nodes if node.kind in ("measure", "task", "indicator")} - {
            iri for iri, about in on_theme.items() if any(text(term) == wanted.theme for term in about.get(zp.theme, ()))
        }
        kept -= off - {wanted.around}
    edges = [edge for edge in edges if edge.source in kept and edge.target in kept]
    if wanted.role or wanted.theme:
        kept &= {end for edge in edges for end in (edge.source, edge.target)} | ({wanted.around} if wanted.around else set())
    if len(edges) == len(found.edges) and len(kept) == len(found.nodes):
        return found
    return Network(tuple(node for node in found.nodes if node.iri in kept), tuple(edges), found.truncated)


def _limited(found: Network, limit: int) -> Network:
    """The `limit` things with most edges, and what links them."""
    if len(found.nodes) <= limit:
        return found
    degree = Counter(end for edge in found.edges for end in (edge.source, edge.target))
    kept = set(sorted((node.iri for node in found.nodes), key=lambda iri: (-degree[iri], iri))[:limit])
    edges = tuple(edge for edge in found.edges if edge.source in kept and edge.target in kept)
    return Network(tuple(node for node in found.nodes if node.iri in kept), edges, True)
