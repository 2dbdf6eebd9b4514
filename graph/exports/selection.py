"""Which part of a graph is wanted, and that part as networks, a few documents at a time, so that memory does not grow with the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

import pyoxigraph as ox

from zhengpu.errors import NothingSelected, ZhengpuError
from zhengpu.graph.networks.asking import Shelf
from zhengpu.graph.networks.network import Edge, Network, Node, Walk, among, network, shelf
from zhengpu.graph.sources.source import TripleSource
from zhengpu.graph.sources.sparql import values

MOST = 100_000  # things of one selection, unless the user says otherwise: more than any program draws, and a gigabyte of rows
_AT_ONCE = 10  # documents in one piece: some 25,000 triples
EDGE_KINDS = ("responsibility", "mention", "target", "citation", "campaign", "part")
_DOCUMENTS = """SELECT DISTINCT ?document ?plan ?day WHERE {
  ?document zp:promulgates ?plan OPTIONAL { ?document dcterms:issued ?issued } OPTIONAL { ?document zp:published ?published }
  BIND (STR(COALESCE(?issued, ?published)) AS ?day) }"""
_OF_REGIONS = "SELECT DISTINCT ?plan WHERE { %s ?plan zp:governs/zp:within* ?region }"
_ON_THEMES = "SELECT DISTINCT ?thing WHERE { %s ?thing zp:theme/skos:broader* ?theme }"
_ENDS = "SELECT DISTINCT ?end WHERE { %s ?thing a zp:Fact ; zp:institution|zp:measure|zp:mentionedIn|zp:indicator|zp:cites|zp:statedIn ?end }"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted: all that meets each of the conditions, without conditions the whole graph. Things are IRIs.

    `around`: what lies within `hops` edges of it; `per_hop` says how many things each hop may add, `follow` which kinds and roles of edges count.
    `things`: these, as the answer of a question names them. `plans`, `regions` (with those within), `since` and `until` (the day on which a
    document was issued, else published): what these documents say. `themes`: measures and indicators of these or narrower ones, with what is
    linked to them. `types`: these kinds of nodes. `most`: where there are more things than that, nothing is given."""

    around: str | None = None
    hops: int = 1
    per_hop: tuple[int, ...] = ()
    follow: tuple[str, ...] = ()
    things: tuple[str, ...] | None = None
    plans: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    themes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    most: int = MOST

    @property
    def of_documents(self) -> bool:
        """Whether some documents are meant, rather than all."""
        return bool(self.plans or self.regions or self.since or self.until)

    @property
    def whole(self) -> bool:
        """Whether documents are wanted as they are, with all that they say."""
        return self.around is None and self.things is None and not (self.themes or self.types or self.follow)


def documents(source: TripleSource, wanted: Selection) -> dict[str, str]:
    """IRI -> day (ISO, "" for unknown) of the documents whose statements are wanted, by IRI."""
    found = [tuple(map(_text, row)) for row in source.query(_DOCUMENTS, trusted=True).rows]
    if wanted.plans:
        found = [row for row in found if row[1] in wanted.plans]
    if wanted.regions:
        governing = {_text(row[0]) for row in _rows(source, _OF_REGIONS, "region", wanted.regions)}
        found = [row for row in found if row[1] in governing]
    if wanted.since or wanted.until:
        first, last = (wanted.since or date.min).isoformat(), (wanted.until or date.max).isoformat()
        days = ((row, row[2][:10]) for row in found if row[2])  # a year or a month counts where any day of it would
        found = [row for row, day in days if first[: len(day)] <= day <= last[: len(day)]]
    return {document: day for document, _, day in sorted(found)}


def things_on(source: TripleSource, themes: Sequence[str]) -> set[str]:
    """The measures and indicators of these themes or of narrower ones."""
    return {_text(row[0]) for row in _rows(source, _ON_THEMES, "theme", themes)}


def pieces(source: TripleSource, wanted: Selection) -> Iterator[Network]:
    """The network of the selection in pieces: a node may come in several, an edge comes in one. The same selection gives the same pieces.

    Raises NothingSelected before the first where there is nothing, ZhengpuError at the piece with which there are more than `most` things,
    UnknownName for an `around` that leads nowhere."""
    narrowed = _Narrowed(source, wanted)
    return at_most(wanted.most, filter(None, map(narrowed, _found(source, wanted, narrowed))), source)


def at_most(most: int, found: Iterable[Network], source: TripleSource) -> Iterator[Network]:
    """The pieces, as long as they have no more than so many things. Raises NothingSelected before the end where they have none, ZhengpuError for more."""
    seen: set[str] = set()
    for piece in found:
        seen.update(node.iri for node in piece.nodes)
        if len(seen) > most:
            advice = "Narrow it down (--hops, --per-hop, --follow, --type, --theme, --since), or raise --limit."
            raise ZhengpuError(f"The selection has more than {most:,} things; nothing was written. {advice}")
        yield piece
    if not seen:
        raise NothingSelected(source.name)


def _found(source: TripleSource, wanted: Selection, narrowed: _Narrowed) -> Iterator[Network]:
    if wanted.around is not None:
        yield network(source, wanted.around, wanted.hops, per_hop=wanted.per_hop, follow=narrowed.follows)
    elif wanted.things is not None:
        ends = [_text(row[0]) for row in _rows(source, _ENDS, "thing", wanted.things)]  # an answer may name facts
        yield among(source, [*wanted.things, *ends])
    else:
        known = shelf(source)
        for some in chunks(documents(source, wanted), _AT_ONCE):
            yield _said(known, some)


def _said(known: Shelf, documents: Sequence[str]) -> Network:
    """All that these documents say."""
    walk = Walk(known.taken(documents))
    plans, edges = walk.of_documents(documents)
    return walk.described({*plans, *(end for edge in edges for end in (edge.source, edge.target))}, edges, truncated=False)


class _Narrowed:
    """A piece with what meets the conditions; None where that is nothing. Things that nothing links any more go, unless they are asked for."""

    __slots__ = ("_documents", "_on_theme", "_wanted")

    def __init__(self, source: TripleSource, wanted: Selection) -> None:
        self._wanted = wanted
        is_walk = wanted.around is not None or wanted.things is not None
        self._documents = set(documents(source, wanted)) if is_walk and wanted.of_documents else None
        self._on_theme = things_on(source, wanted.themes) if wanted.themes else None

    def follows(self, edge: Edge) -> bool:
        """Whether the edge is of a kind or role, and of a document, that is wanted."""
        kinds = self._wanted.follow
        return (not kinds or edge.kind in kinds or edge.role in kinds) and (self._documents is None or edge.document_iri in self._documents)

    def __call__(self, found: Network) -> Network | None:
        wanted = self._wanted
        nodes, edges = found.nodes, [edge for edge in found.edges if self.follows(edge)]
        if self._on_theme is not None:
            on_theme = self._on_theme | {wanted.around}
            off = {node.iri for node in nodes if node.kind in ("measure", "task", "indicator") and node.iri not in on_theme}
            edges = [edge for edge in edges if not {edge.source, edge.target} & off]
            # a body that only another theme's measure names, a plan without a measure of the theme: nothing on the theme is said of them
            edges = [edge for edge in edges if {edge.source, edge.target} & self._on_theme]
        if self._on_theme is not None or self._documents is not None or wanted.follow:
            linked = {end for edge in edges for end in (edge.source, edge.target)} | {wanted.around} | (self._on_theme or set())
            nodes = tuple(node for node in nodes if node.iri in linked)
        if wanted.types:
            nodes = tuple(node for node in nodes if node.kind in wanted.types)
            left = {node.iri for node in nodes}
            edges = [edge for edge in edges if edge.source in left and edge.target in left]
        return replace(found, nodes=nodes, edges=tuple(edges)) if nodes else None


def _rows(source: TripleSource, query: str, variable: str, things: Sequence[str]) -> Iterator[tuple[object, ...]]:
    for some in chunks(dict.fromkeys(things), 500):  # endpoints refuse queries of some 200 kB
        yield from source.query(query % values(variable, map(ox.NamedNode, some)), trusted=True).rows


def chunks(things: Iterable[str], size: int) -> Iterator[list[str]]:
    """The things in lists of at most so many."""
    left = iter(things)
    while some := list(islice(left, size)):
        yield some


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def gathered(found: Iterable[Network]) -> Network:
    """The pieces as one network, sorted."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    truncated = False
    for piece in found:
        nodes |= {node.iri: node for node in piece.nodes}
        edges += piece.edges
        truncated = truncated or piece.truncated
    return Network(tuple(nodes[iri] for iri in sorted(nodes)), tuple(sorted(edges, key=lambda e: (e.source, e.target, e.kind, e.role, e.fact))), truncated)
