"""Networks to look at: which part of the graph is wanted, laid out, with communities and centrality, each edge with the words that prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from zhengpu.errors import BadParameter, UnknownName
from zhengpu.graph.exports.selection import chunks
from zhengpu.graph.networks import network as graph
from zhengpu.graph.networks.asking import asker
from zhengpu.graph.networks.centrality import Measured, measured
from zhengpu.graph.networks.layout import positions
from zhengpu.graph.networks.network import Edge, Network
from zhengpu.graph.networks.paths import shortest
from zhengpu.graph.networks.projections import PROJECTIONS, edges_of, linked
from zhengpu.graph.sources.source import TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.runner import Reply, ask
from zhengpu.queries.views.cards import Card, cards
from zhengpu.queries.views.said import Said, is_iri, rows, said, text, whole

NODES = 500  # where nobody says how many; most are MOST_NODES
MOST_NODES = 10_000
PRESETS = ("plan", *PROJECTIONS)  # all that the plans say, and projections of that
_ALSO = {"citations": "plan-reference", "indicators": "plan-indicator"}
_TYPES = {"work": "legal-reference"}  # kind of a node -> type of a card, where they differ
_PLANS = "SELECT ?plan ?document ?issued WHERE { ?document zp:promulgates ?plan OPTIONAL { ?document dcterms:issued ?issued } }"
_OF_REGION = "SELECT DISTINCT ?plan WHERE { %s ?plan zp:governs/zp:within* ?region }"
_AT_ONCE = 25  # documents that are asked about at once
_COMPARED = 200  # documents that are held against each other: the latest
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
    """An edge. `role_kind` is its kind for legends: lead, responsible, support, mention, target, citation, campaign, part, shared … `role` is the same, but
    of a citation its relation and of a target its value as printed.

    `weight` counts the facts or measures that it stands for, of which the first is quoted. Without a quotation (a part) start, end and document are null."""

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
    elif (name := _ALSO.get(wanted.name, wanted.name)) in PROJECTIONS:
        found = _projected(source, name, _plans(source, wanted).values(), wanted.limit)
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
    return Line(
        id=f"{edge.fact or edge.kind} {edge.source} {edge.target}",
        source=edge.source,
        target=edge.target,
        label=edge.role if edge.kind == "target" else str(edge.weight) if edge.weight > 1 else "",
        role=edge.role,
        role_kind=edge.role if edge.kind in ("responsibility", "theme") else edge.kind,
        weight=edge.weight,
        quote=edge.quote,
        start=start,
        end=end,
        document=words.get(edge.document_iri) if edge.quote else None,
    )


def _plans(source: TripleSource, wanted: Wanted) -> dict[str, str]:
    """The plans that are wanted, the latest first -> the document of each."""
    known = {text(plan): (text(day), text(document)) for plan, document, day in source.query(_PLANS, trusted=True).rows}
    found = set(wanted.plan) or set(known)
    for plan in wanted.plan:
        if plan not in known:
            raise UnknownName("plan", plan[:200], advice=f"It is no plan of {source.name}.")
    if wanted.region:
        found &= {text(row[0]) for row in rows(source, _OF_REGION, "region", [wanted.region])}
    if wanted.year is not None:
        found = {plan for plan in found if known[plan][0][:4] == f"{wanted.year:04}"}
    return {plan: known[plan][1] for plan in sorted(found, key=lambda plan: (known[plan][0], plan), reverse=True)}


def _of_plans(source: TripleSource, plans: Iterable[str], limit: int) -> Network:
    """What the plans say, the latest first, as many as there is room for; of a first one that has more things than that, those with most edges."""
    walk = graph.Walk(asker(source))
    nodes: set[str] = set()
    edges: list[Edge] = []
    truncated = False
    for plan in plans:
        found = walk.of_plan(plan)
        ends = {plan, *(end for edge in found for end in (edge.source, edge.target))}
        if nodes and len(nodes | ends) > limit:
            truncated = True
            break
        nodes |= ends
        edges += found
    return _limited(walk.described(nodes, edges, truncated), limit)


def _projected(source: TripleSource, name: str, documents: Iterable[str], limit: int) -> Network:
    """The projection of the latest documents, as many as there is room for: `limit` things, and _EDGES times as many pairs of them."""
    edges: list[Edge] = []
    pairs: set[tuple[str, str]] = set()
    parts = chunks(dict.fromkeys(documents), _COMPARED if PROJECTIONS[name].across else _AT_ONCE)
    for some in parts:
        found = edges_of(source, name, some)
        edges += found
        pairs.update((edge.source, edge.target) for edge in found)
        things = {end for pair in pairs for end in pair}
        if PROJECTIONS[name].across or len(things) > limit or len(pairs) > _EDGES * limit:
            break
    truncated = next(parts, None) is not None
    return _limited(replace(linked(source, edges), truncated=truncated), limit)


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
    """The `limit` things with most edges and what links them, of more than _EDGES times as many edges those that stand for most."""
    nodes, edges = found.nodes, found.edges
    if len(nodes) > limit:
        degree = Counter(end for edge in edges for end in (edge.source, edge.target))
        kept = set(sorted((node.iri for node in nodes), key=lambda iri: (-degree[iri], iri))[:limit])
        nodes = tuple(node for node in nodes if node.iri in kept)
        edges = tuple(edge for edge in edges if edge.source in kept and edge.target in kept)
    if len(edges) > _EDGES * limit:
        strong = set(sorted(edges, key=lambda edge: -edge.weight)[: _EDGES * limit])
        edges = tuple(edge for edge in edges if edge in strong)
    return Network(nodes, edges, found.truncated or len(nodes) < len(found.nodes) or len(edges) < len(found.edges))
