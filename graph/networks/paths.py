"""The shortest paths between two things of the network, found from both ends."""

from __future__ import annotations

from itertools import chain, islice, pairwise

from zhengpu.errors import UnknownName
from zhengpu.graph.networks.asking import asker
from zhengpu.graph.networks.network import Edge, Network, Walk
from zhengpu.graph.sources.source import TripleSource

PATHS = 20
_WIDEST = 3000  # things of one ring; a work that every plan cites leads everywhere, and a path over more things than these tells nothing


def shortest(source: TripleSource, start: str, end: str, longest: int = 6) -> Network:
    """The things and edges of the shortest paths, at most PATHS of them; without direction. Empty where no path has at most `longest` edges.

    `truncated` says that there may be others: more than PATHS, or where a ring was too wide to be walked. Raises UnknownName for what is no node."""
    import networkx

    walk = Walk(asker(source))
    kinds = walk.kind([start, end])
    for iri in (start, end):
        if iri not in kinds:
            raise UnknownName("node of a network", iri[:200], advice="A path leads from one body, measure, plan, indicator, work or campaign to another.")
    if start == end:
        return walk.described({start}, (), truncated=False)
    edges: list[Edge] = []
    reached = ({start}, {end})
    rings = [{start}, {end}]
    truncated = False
    for _ in range(longest):
        side = 0 if len(rings[0]) <= len(rings[1]) else 1
        found = walk.around(rings[side])
        edges += found
        ring = {other for edge in found for other in (edge.source, edge.target)} - reached[side]
        truncated = truncated or len(ring) > _WIDEST
        rings[side] = set(sorted(ring)[:_WIDEST])
        reached[side].update(ring)
        if reached[0] & reached[1] or not rings[side]:
            break
    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_nodes_from((start, end))
    graph.add_edges_from((edge.source, edge.target) for edge in sorted(edges, key=lambda edge: (edge.source, edge.target)))
    try:
        paths = list(islice(networkx.all_shortest_paths(graph, start, end), PATHS + 1))
    except networkx.NetworkXNoPath:
        return walk.described(set(), (), truncated)
    kept = set(chain.from_iterable(paths[:PATHS]))
    steps = {frozenset(step) for path in paths[:PATHS] for step in pairwise(path)}
    on_path = [edge for edge in edges if frozenset((edge.source, edge.target)) in steps]
    return walk.described(kept, on_path, truncated or len(paths) > PATHS)
