"""The network of a graph: institutions, measures, plans, indicators, works and campaigns, linked by the facts that connect them.

A projection: each fact is one edge with its role, quotation and document, and no literal becomes a node. A fact about a measure is an edge
to the measure; about a goal, a section or the notice, an edge to the plan. Plans are linked to their measures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from zhengpu.errors import UnknownName
from zhengpu.graph.networks.asking import Ask, Shelf, asker
from zhengpu.graph.sources.source import Term, TripleSource
from zhengpu.ontology import terms as zp

if TYPE_CHECKING:
    from networkx import MultiDiGraph

NODE_KINDS = {  # a task is a measure too: the first that fits
    zp.Task: "task",
    zp.Measure: "measure",
    zp.Institution: "institution",
    zp.Plan: "plan",
    zp.Indicator: "indicator",
    zp.LegalReference: "work",
    zp.Campaign: "campaign",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A thing: `kind` is one of the values of NODE_KINDS (of a projection also "theme"); `facts` are what else to tell of it, as Chinese names
    and values. `themes` are Chinese names; `region` is the GB/T 2260 code of where it belongs, a measure's that of its plan ("" for none)."""

    iri: str
    label: str
    kind: str
    facts: tuple[tuple[str, str], ...] = ()
    themes: tuple[str, ...] = ()
    region: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A fact that connects two things. `kind` is responsibility, mention, target, citation, campaign or part (plan to measure).

    `role` is lead, responsible or support; of a citation its relation; of a target its value as printed; else the kind.
    `document` is the title and `document_iri` the IRI of the document that `quote` is taken from; a part has no quotation.
    `weight` counts the facts that it stands for."""

    source: str
    target: str
    kind: str
    role: str
    quote: str
    document: str
    document_iri: str
    fact: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes by IRI and edges between them, sorted. `truncated` says that there was more than the limit allowed."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class _Link:
    """One kind of fact: the properties that lead to the thing and to the place that states it, and where its role stands."""

    kind: str
    thing: str
    place: str
    role: str = ""
    outward: bool = False  # the edge goes from the place to the thing

    @property
    def query(self) -> str:
        role = f"OPTIONAL {{ ?fact <{self.role}> ?role }}" if self.role else ""
        return f"""SELECT ?fact ?thing ?place ?document ?quote ?role WHERE {{
  %s ?fact <{self.thing}> ?thing ; <{self.place}> ?place ; zp:inDocument ?document ; zp:quote ?quote {role} }}"""


_LINKS = (
    _Link("responsibility", zp.institution, zp.measure, zp.role),
    _Link("mention", zp.institution, zp.mentionedIn),
    _Link("target", zp.indicator, zp.statedIn, zp.valueText, outward=True),
    _Link("citation", zp.cites, zp.citedIn, zp.citationRelation, outward=True),
    _Link("campaign", zp.campaign, zp.namedIn, outward=True),
)
_UNITS = "SELECT ?plan ?unit WHERE { %s { ?plan zp:hasSection|zp:hasGoal ?unit } UNION { ?unit zp:promulgates ?plan } }"
_PARTS = "SELECT ?plan ?measure ?document WHERE { %s ?measure zp:inPlan ?plan ; a zp:Measure . ?document zp:promulgates ?plan }"
_POINTING = "SELECT DISTINCT ?node WHERE { %s ?node zp:theme|zp:governs|zp:region|zp:institutionKind|zp:referenceKind ?thing }"
_CLASSES = "SELECT ?node ?class WHERE { %s ?node a ?class }"
_LABELS = "SELECT ?node ?label WHERE { %s ?node skos:prefLabel|dcterms:title ?label }"
_TOLD = (zp.documentNumber, zp.planType, zp.governs, zp.inPlan, zp.number, zp.scheduleText, zp.institutionKind, zp.region, zp.referenceKind, zp.theme)
_DETAILS = f"SELECT ?node ?property ?value WHERE {{ %s ?node ?property ?value FILTER (?property IN ({', '.join(f'<{told}>' for told in _TOLD)})) }}"
_PLACED = "SELECT ?node ?region WHERE { %s { ?node zp:region ?region } UNION { ?node zp:governs ?region } UNION { ?node zp:inPlan/zp:governs ?region } }"
_WORDS = 'SELECT ?property ?words WHERE { %s ?property rdfs:label ?words FILTER (LANG(?words) = "zh") }'


def network(
    source: TripleSource,
    focus: str | None = None,
    hops: int = 2,
    limit: int | None = None,
    *,
    per_hop: Sequence[int] = (),
    follow: Callable[[Edge], bool] | None = None,
) -> Network:
    """The things within `hops` edges of the thing or document with the IRI `focus`, and all edges among them; without focus, the whole graph.

    At most `limit` nodes: at each hop those with most edges come first. `per_hop` says how many things each hop may add (the last number
    counts for those after it), `follow` which edges count. Raises UnknownName where `focus` leads to nothing that a network shows."""
    walk = Walk(asker(source))
    if focus is None:
        edges = [*walk.facts(), *walk.parts()]
        nodes = {end for edge in edges for end in (edge.source, edge.target)}
        kept = set(_first(edges, nodes, limit))
        return walk.described(kept, edges, truncated=len(kept) < len(nodes))
    kept = _start(source, focus)
    edges, ring, truncated = [], kept, False
    for hop in range(hops):
        found = list(filter(follow, walk.around(ring))) if follow else walk.around(ring)
        edges += found
        beyond = {end for edge in found for end in (edge.source, edge.target)} - kept
        room = [limit - len(kept)] if limit is not None else []
        room += [per_hop[min(hop, len(per_hop) - 1)]] if per_hop else []
        ring = set(_first(found, beyond, max(min(room), 0) if room else None))
        truncated = truncated or len(ring) < len(beyond)
        kept = kept | ring
    # The edges among the things of the last ring: each has a measure or a plan at one end.
    places = {node for node in ring if walk.kind(ring)[node] in ("measure", "task", "plan")}
    return walk.described(kept, [*edges, *filter(follow or (lambda _: True), walk.around(places))], truncated)


def network_of_plan(source: TripleSource, plan: str) -> Network:
    """What the plan says, and nothing of other plans: its measures, and all that they, its goals and its sections name.

    Raises UnknownName where there is no such plan."""
    walk = Walk(asker(source))
    if walk.kind([plan]).get(plan) != "plan":
        raise UnknownName("plan", plan, advice=f"Nothing is said of it in {source.name}.")
    edges = walk.of_plan(plan)
    return walk.described({plan, *(end for edge in edges for end in (edge.source, edge.target))}, edges, truncated=False)


def among(source: TripleSource, things: Iterable[str], limit: int | None = None) -> Network:
    """The first of these things that a network shows, at most `limit`, and the edges among them."""
    walk = Walk(asker(source))
    every = list(dict.fromkeys(things))
    kinds = walk.kind(every)
    known = [thing for thing in every if thing in kinds]
    kept = set(known[:limit])
    places = {node for node in kept if kinds[node] in ("measure", "task", "plan")}
    return walk.described(kept, walk.around(places), truncated=len(kept) < len(known))


def _start(source: TripleSource, focus: str) -> set[str]:
    """The node that the focus is, or the plans of a document, section or goal, or what points at something else: the measures of a theme,
    the plans and bodies of a region."""
    ask = asker(source)
    found = {focus} if _kinds(ask, [focus]) else {_text(plan) for plan, _ in ask(_UNITS, "unit", [focus])}
    if not found:
        found = set(_kinds(ask, [_text(node) for (node,) in ask(_POINTING, "thing", [focus])]))
    if not found:
        advice = f"A network shows {', '.join(NODE_KINDS.values())}, and starts from one of them or from a document."
        raise UnknownName("node of a network", focus, advice=advice)
    return found


def _first(edges: Iterable[Edge], nodes: Collection[str], limit: int | None) -> list[str]:
    """The `limit` nodes with most edges; among equals by IRI."""
    degree = Counter(end for edge in edges for end in (edge.source, edge.target))
    return sorted(nodes, key=lambda node: (-degree[node], node))[:limit]


def shelf(source: TripleSource) -> Shelf:
    """The documents of the source, for walks over a few at a time: `Walk(shelf.taken(documents))`."""
    return Shelf(source, (*(link.query for link in _LINKS), _UNITS, _PARTS, _CLASSES, _LABELS, _DETAILS, _PLACED))


def shelf_of_edges(source: TripleSource, kinds: Collection[str]) -> Shelf:
    """The same for the edges of these kinds alone (`Walk.of_documents`), not for what there is to tell of their ends."""
    return Shelf(source, (*(link.query for link in _LINKS if link.kind in kinds), _UNITS, _PARTS, _CLASSES))


class Walk:
    """Asks for edges, and remembers which plan or measure each place belongs to, and what each node is."""

    __slots__ = ("_ask", "_kinds", "_nodes")

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._nodes: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    def kind(self, nodes: Collection[str]) -> dict[str, str]:
        """Node -> kind, for those that have one."""
        self._kinds |= _kinds(self._ask, [node for node in nodes if node not in self._kinds])
        return self._kinds

    def around(self, nodes: Collection[str]) -> list[Edge]:
        """Every edge at these nodes."""
        kind = self.kind(nodes)
        plans = [node for node in nodes if kind.get(node) == "plan"]
        measures = [node for node in nodes if kind.get(node) in ("measure", "task")]
        things = [node for node in nodes if kind.get(node) not in ("plan", "measure", "task")]
        units = [_text(unit) for _, unit in self._ask(_UNITS, "plan", plans)]
        edges = [*self.facts("thing", things), *self.facts("place", measures + units), *self.parts("plan", plans), *self.parts("measure", measures)]
        around = set(nodes)
        return [edge for edge in edges if edge.source in around or edge.target in around]

    def of_documents(self, documents: Sequence[str], kinds: Collection[str] = ()) -> tuple[list[str], list[Edge]]:
        """The plans of these documents, and every edge (of these kinds, if any are named) that they state."""
        plans = [_text(plan) for plan, _ in self._ask(_UNITS, "unit", documents)]
        parts = self.parts("plan", plans) if not kinds or "part" in kinds else ()
        return plans, [*self.facts("document", documents, kinds), *parts]

    def of_plan(self, plan: str) -> list[Edge]:
        """Every edge that the plan states."""
        parts = list(self.parts("plan", [plan]))
        units = [_text(unit) for _, unit in self._ask(_UNITS, "plan", [plan])]
        return [*self.facts("place", [part.target for part in parts] + units), *parts]

    def facts(self, variable: str | None = None, terms: Sequence[str] = (), kinds: Collection[str] = ()) -> Iterator[Edge]:
        """The edges of facts: all, or those whose ?thing, ?place or ?document is one of `terms`; of these kinds, if any are named."""
        for link in _LINKS:
            if kinds and link.kind not in kinds:
                continue
            rows = [tuple(map(_text, row)) for row in self._ask(link.query, variable, terms)]
            node_of = self._placed({place for _, _, place, *_ in rows})
            for fact, thing, place, document, quote, told in rows:
                node = node_of.get(place)
                if node:
                    start, end = (node, thing) if link.outward else (thing, node)
                    yield Edge(start, end, link.kind, told.rpartition("/")[2] if link.kind != "target" else told, quote, "", document, fact)

    def parts(self, variable: str | None = None, terms: Sequence[str] = ()) -> Iterator[Edge]:
        for plan, measure, document in (tuple(map(_text, row)) for row in self._ask(_PARTS, variable, terms)):
            yield Edge(plan, measure, "part", "part", "", "", document, "")

    def _placed(self, places: set[str]) -> dict[str, str]:
        """Place -> the node that stands for it: the measure itself, or the first plan of the section, goal or document."""
        new = sorted(places - self._nodes.keys())
        kinds = self.kind(new)
        self._nodes |= {place: place for place in new if kinds.get(place) in ("measure", "task", "plan")}
        for plan, unit in sorted((_text(plan), _text(unit)) for plan, unit in self._ask(_UNITS, "unit", new)):
            self._nodes.setdefault(unit, plan)
        return self._nodes

    def described(self, nodes: set[str], edges: Iterable[Edge], truncated: bool) -> Network:
        """The network of these nodes and of the edges among them, each once, with labels."""
        kinds = self.kind(nodes)
        among = {edge for edge in edges if edge.source in nodes and edge.target in nodes}
        titles = _labels(self._ask, {edge.document_iri for edge in among if edge.document_iri})
        labels = _labels(self._ask, nodes)
        details = _details(self._ask, nodes)
        regions = _regions(self._ask, nodes)
        told = (replace(e, role=e.role or e.kind, document=titles.get(e.document_iri, e.document_iri)) for e in among)
        theme = _words(self._ask).get(zp.theme, "theme")

        def node(iri: str) -> Node:
            facts = details.get(iri, ())
            themes = tuple(value for name, value in facts if name == theme)
            return Node(iri, labels.get(iri, iri), kinds.get(iri, "other"), facts, themes, regions.get(iri, ""))

        return Network(
            tuple(map(node, sorted(nodes))),
            tuple(sorted(told, key=lambda e: (e.source, e.target, e.kind, e.role, e.fact))),
            truncated,
        )


def _kinds(ask: Ask, nodes: Sequence[str]) -> dict[str, str]:
    order = list(NODE_KINDS)
    rows = [(_text(node), _text(cls)) for node, cls in ask(_CLASSES, "node", nodes)]
    known = [(node, order.index(cls)) for node, cls in rows if cls in NODE_KINDS]
    return {node: NODE_KINDS[order[place]] for node, place in sorted(known, reverse=True)}


def _labels(ask: Ask, nodes: Iterable[str]) -> dict[str, str]:
    """IRI -> its own name, in Chinese if it has several."""
    found: dict[str, tuple[bool, str]] = {}
    for node, label in ask(_LABELS, "node", sorted(nodes)):
        name = (not isinstance(label, ox.Literal) or label.language != "zh", _text(label))
        found[_text(node)] = min(name, found.get(_text(node), name))
    return {node: name for node, (_, name) in found.items()}


def _details(ask: Ask, nodes: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """IRI -> what else to tell of it, in the order of _TOLD, under the property's Chinese label."""
    words = _words(ask)
    rows = list(ask(_DETAILS, "node", sorted(nodes)))
    names = _labels(ask, {_text(value) for *_, value in rows if isinstance(value, ox.NamedNode)})
    found: dict[str, set[tuple[int, str]]] = {}
    for node, term, value in rows:
        found.setdefault(_text(node), set()).add((_TOLD.index(_text(term)), names.get(_text(value), _text(value))))
    return {node: tuple((words.get(_TOLD[at], _TOLD[at].rpartition("#")[2]), value) for at, value in sorted(told)) for node, told in found.items()}


def _words(ask: Ask) -> dict[str, str]:
    """Property of _TOLD -> its Chinese label; the ontology may be missing in a source of one's own."""
    return {_text(term): _text(label) for term, label in ask(_WORDS, "property", _TOLD)}


def _regions(ask: Ask, nodes: Iterable[str]) -> dict[str, str]:
    """IRI -> code of its region, of several the first; the IRI of a region ends in its code."""
    found = sorted(((_text(node), _text(region)) for node, region in ask(_PLACED, "node", sorted(nodes))), reverse=True)
    return {node: region.rpartition("/")[2] for node, region in found}


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def to_networkx(network: Network) -> MultiDiGraph[str]:
    """The network for networkx and what reads its formats: IRIs as nodes, the other fields as attributes."""
    import networkx

    graph: MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in network.nodes:
        graph.add_node(node.iri, label=node.label, kind=node.kind, themes="；".join(node.themes), region=node.region)
    for edge in network.edges:
        told = {field.name: getattr(edge, field.name) for field in fields(Edge) if field.name not in ("source", "target")}
        graph.add_edge(edge.source, edge.target, **told)
    return graph
