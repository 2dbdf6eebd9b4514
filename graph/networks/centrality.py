"""Where a node stands in a network: how many edges, on how many shortest paths, in which community. Seeded: the same network gives the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_SEED = 1
_SOURCES = 40  # nodes from which shortest paths are counted (Brandes & Pich 2007: pivots); exact up to that size, a sample above
_WORK = 400_000  # edges that counting may walk: half a second in CPython
_LARGE = 4000  # edges above which communities are those of label propagation, which walks each edge a few times only


@dataclass(frozen=True, slots=True)
class Measured:
    """`degree` counts edges, `centrality` is betweenness from 0 to 1, `community` numbers the communities from 0, the largest first."""

    degree: int
    centrality: float
    community: int


def measured(count: int, edges: Sequence[tuple[int, int]]) -> list[Measured]:
    """Of the nodes 0 … count-1, in that order. Edges are pairs of node numbers without direction; several between two nodes count as one path."""
    import networkx

    if not count:
        return []
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from((one, other) for one, other in edges if one != other)
    degree = [0] * count
    for one, other in edges:
        degree[one] += 1
        degree[other] += 1
    pivots = min(count, _SOURCES, max(1, _WORK // (graph.number_of_edges() + count)))
    between = networkx.betweenness_centrality(graph, k=None if pivots == count else pivots, seed=_SEED)
    found = networkx.community.asyn_lpa_communities if graph.number_of_edges() > _LARGE else networkx.community.louvain_communities
    groups: list[set[int]] = list(found(graph, seed=_SEED))
    community = [0] * count
    for number, group in enumerate(sorted(groups, key=lambda group: (-len(group), min(group)))):
        for node in group:
            community[node] = number
    return [Measured(degree[node], round(between[node], 5), community[node]) for node in range(count)]
