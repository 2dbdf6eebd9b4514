"""Positions of large networks: each node has one, the same each time, none on top of another."""

from __future__ import annotations

import math
import random
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from zhengpu.graph.networks.layout import SPACING, positions


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=80))))
def test_every_node_has_a_place_of_its_own_and_the_same_again(network: tuple[int, list[tuple[int, int]]]) -> None:
    count, edges = network
    points = positions(count, edges)
    assert len(points) == len(set(points)) == count
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in points)
    assert positions(count, edges) == points


def test_no_nodes_no_positions() -> None:
    assert positions(0, []) == []


def test_neighbours_stand_nearer_than_strangers() -> None:
    chance = random.Random(3)
    edges = [(community * 40 + chance.randrange(40), community * 40 + chance.randrange(40)) for community in range(10) for _ in range(80)]
    edges += [(chance.randrange(400), chance.randrange(400)) for _ in range(20)]
    points = positions(400, edges)
    linked = sum(math.dist(points[a], points[b]) for a, b in edges) / len(edges)
    strangers = sum(math.dist(points[chance.randrange(400)], points[chance.randrange(400)]) for _ in range(2000)) / 2000
    assert linked < strangers / 3
    assert linked < 3 * SPACING


def test_a_crowd_around_one_hub_takes_seconds_not_minutes() -> None:
    begun = process_time()
    positions(3000, [(0, leaf) for leaf in range(1, 3000)])
    assert process_time() - begun < 30  # about 1.5 s on an idle machine; a repulsion between all pairs would take an hour
