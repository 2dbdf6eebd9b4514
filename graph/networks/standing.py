"""Where each thing stands in a network: how well linked, between how many others, how central, in which core and community.

Seeded, and rounded where libraries sum in another order: the same network gives the same numbers. Betweenness by networkx takes minutes on some
thousand nodes; where rustworkx is installed (the extra `networks`) it answers instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhengpu.graph.networks.network import Network, Node

if TYPE_CHECKING:
    from networkx import Graph

_SEED = 1
EXACT = 5000  # nodes up to which every shortest path counts
_PIVOTS = 200  # nodes from which paths are counted in larger networks (Brandes & Pich 2007); the error is about 1/sqrt(pivots)
_DAMPING = 0.85  # Page & Brin 1998
_ROUNDS, _ENOUGH = 100, 1e-9


@dataclass(frozen=True, slots=True)
class Standing:
    """`degree` counts neighbours, `strength` facts; `betweenness` is from 0 to 1, the `pagerank` of all things sums to 1 and follows directions;
    `core` is the largest k of a k-core (Seidman 1983) with it; `community` (Louvain) numbers from 0, the largest first."""

    node: Node
    degree: int
    strength: int
    betweenness: float
    pagerank: float
    core: int
    community: int


def standings(network: Network, *, directed: bool = False) -> list[Standing]:
    """Of every thing of the network, the best linked first. `directed` says that rank goes along the edges only."""
    import networkx

    number = {node.iri: place for place, node in enumerate(network.nodes)}
    graph: Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(len(number)))
    strength = [0] * len(number)
    for edge in network.edges:
        one, other = number[edge.source], number[edge.target]
        for end in (one, other):
            strength[end] += edge.weight
        if one != other:
            known = graph.get_edge_data(one, other, {"weight": 0})["weight"]
            graph.add_edge(one, other, weight=known + edge.weight)
    if not number:
        return []
    between = _betweenness(graph)
    ranks = _pagerank(network, number, directed=directed)
    cores = networkx.core_number(graph)
    groups = networkx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    community = {node: place for place, group in enumerate(sorted(groups, key=lambda group: (-len(group), min(group)))) for node in group}
    found = [
        Standing(node, graph.degree[place], strength[place], round(between[place], 6), round(ranks[place], 6), cores[place], community[place])
        for place, node in enumerate(network.nodes)
    ]
    return sorted(found, key=lambda one: (-one.strength, -one.degree, one.node.iri))


def _betweenness(graph: Graph[int]) -> dict[int, float]:
    """Of each node; of up to EXACT nodes exactly."""
    import networkx

    count = graph.number_of_nodes()
    if count > EXACT:
        return dict(networkx.betweenness_centrality(graph, k=_PIVOTS, seed=_SEED))
    try:
        import rustworkx
    except ImportError:
        return dict(networkx.betweenness_centrality(graph))
    same: rustworkx.PyGraph[None, None] = rustworkx.PyGraph(multigraph=False)
    same.add_nodes_from([None] * count)
    same.add_edges_from_no_data(list(graph.edges()))
    return dict(rustworkx.betweenness_centrality(same))


def _pagerank(network: Network, number: dict[str, int], *, directed: bool) -> list[float]:
    """By power iteration over weighted edges; what leads nowhere shares its rank among all. networkx has it with scipy only (120 MB)."""
    count = len(number)
    out: list[dict[int, int]] = [{} for _ in range(count)]
    for edge in network.edges:
        one, other = number[edge.source], number[edge.target]
        for start, end in ((one, other),) if directed else ((one, other), (other, one)):
            out[start][end] = out[start].get(end, 0) + edge.weight
    total = [sum(ends.values()) for ends in out]
    ranks = [1 / count] * count
    for _ in range(_ROUNDS):
        lost = sum(rank for rank, whole in zip(ranks, total, strict=True) if not whole)
        new = [(1 - _DAMPING + _DAMPING * lost) / count] * count
        for place, ends in enumerate(out):
            for end, weight in ends.items():
                new[end] += _DAMPING * ranks[place] * weight / total[place]
        change = sum(abs(after - before) for after, before in zip(new, ranks, strict=True))
        ranks = new
        if change < _ENOUGH:
            break
    return ranks
