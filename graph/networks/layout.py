"""Positions for networks that are too large for the browser to lay out itself: same network, same picture, no randomness.

Each connected component starts as a radial tree (its best connected node in the middle), is loosened by a few rounds of springs and
repulsion (Fruchterman & Reingold 1991, with repulsion cut off at two spacings by a grid), and the components are set on shelves, largest first.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Sequence

Point = tuple[float, float]

SPACING = 90.0  # pixels between neighbours: a label of two lines of twelve characters fits between two nodes at the first zoom step
_WORK = 100_000  # node visits that a component may cost: about a second in CPython on two cores
_ROUNDS = (6, 100)  # fewest and most rounds, whatever the size
_CROWD = 6  # others of one grid cell that push a node; a hub's cell may hold thousands


def positions(count: int, edges: Sequence[tuple[int, int]]) -> list[Point]:
    """One point in pixels for each of the nodes 0 … count-1, in that order. Edges are pairs of node numbers; loops are ignored."""
    neighbours: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        if source != target:
            neighbours[source].append(target)
            neighbours[target].append(source)
    placed: list[Point] = [(0.0, 0.0)] * count
    pieces = [_loosened(_radial(component, neighbours), neighbours) for component in _components(neighbours)]
    for piece, (left, top) in zip(pieces, _shelves([_size(piece) for piece in pieces]), strict=True):
        low_x = min(x for x, _ in piece.values())
        low_y = min(y for _, y in piece.values())
        for node, (x, y) in piece.items():
            placed[node] = (round(x - low_x + left, 1), round(y - low_y + top, 1))
    return placed


def _components(neighbours: Sequence[Sequence[int]]) -> list[list[int]]:
    """The connected components, largest first, each in breadth-first order from its best connected node."""
    seen = [False] * len(neighbours)
    found = []
    for start in sorted(range(len(neighbours)), key=lambda node: (-len(neighbours[node]), node)):
        if seen[start]:
            continue
        seen[start] = True
        order = [start]
        for node in order:  # grows while it is walked
            for other in neighbours[node]:
                if not seen[other]:
                    seen[other] = True
                    order.append(other)
        found.append(order)
    return sorted(found, key=lambda order: (-len(order), order[0]))


def _radial(component: Sequence[int], neighbours: Sequence[Sequence[int]]) -> dict[int, Point]:
    """The breadth-first tree of a component on circles; each branch gets a wedge in proportion to its leaves."""
    children: dict[int, list[int]] = defaultdict(list)
    seen = {component[0]}
    queue = deque([component[0]])
    while queue:
        node = queue.popleft()
        for other in neighbours[node]:
            if other not in seen:
                seen.add(other)
                children[node].append(other)
                queue.append(other)
    leaves: dict[int, int] = {}
    for node in reversed(component):
        leaves[node] = sum(leaves[child] for child in children[node]) or 1
    points = {component[0]: (0.0, 0.0)}
    wedges = [(component[0], 0.0, 2 * math.pi, 0)]
    for node, start, width, depth in wedges:  # grows while it is walked
        for child in children[node]:
            share = width * leaves[child] / leaves[node]
            angle, radius = start + share / 2, (depth + 1) * SPACING * 1.5
            points[child] = (radius * math.cos(angle), radius * math.sin(angle))
            wedges.append((child, start, share, depth + 1))
            start += share
    return points


def _loosened(points: dict[int, Point], neighbours: Sequence[Sequence[int]]) -> dict[int, Point]:
    """The points after some rounds of springs along edges and repulsion between neighbours in space."""
    fewest, most = _ROUNDS
    rounds = max(fewest, min(most, _WORK // len(points)))
    for step in range(rounds if len(points) > 2 else 0):
        limit = SPACING * (1 - step / rounds)  # the farthest that a node moves in this round, in pixels
        cells = _cells(points)
        moved: dict[int, Point] = {}
        for node, (x, y) in points.items():
            push_x, push_y = _repulsion(node, x, y, points, cells)
            pull = 1.0 / max(len(neighbours[node]), 1)
            for other in neighbours[node]:
                other_x, other_y = points[other]
                distance = math.hypot(other_x - x, other_y - y) or 1.0
                force = pull * (distance - SPACING) / distance
                push_x += (other_x - x) * force
                push_y += (other_y - y) * force
            length = math.hypot(push_x, push_y) or 1.0
            scale = min(length, limit) / length
            moved[node] = (x + push_x * scale, y + push_y * scale)
        points = moved
    return points


def _cells(points: dict[int, Point]) -> dict[tuple[int, int], list[int]]:
    """Grid cell, two spacings wide -> its nodes."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for node, (x, y) in points.items():
        cells[int(x // (2 * SPACING)), int(y // (2 * SPACING))].append(node)
    return cells


def _repulsion(node: int, x: float, y: float, points: dict[int, Point], cells: dict[tuple[int, int], list[int]]) -> Point:
    """The push on a node from those in its cell and the eight around it, in pixels."""
    push_x = push_y = 0.0
    reach = 4 * SPACING * SPACING
    column, row = int(x // (2 * SPACING)), int(y // (2 * SPACING))
    for cell in ((column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
        crowd = cells.get(cell, ())
        stride = len(crowd) // _CROWD + 1
        for other in crowd[node % stride :: stride]:
            if other == node:
                continue
            away_x, away_y = x - points[other][0], y - points[other][1]
            square = away_x * away_x + away_y * away_y
            if square > reach:
                continue
            if square < 1.0:  # on the same spot: part them by their numbers
                away_x, away_y, square = math.cos(node), math.sin(node), 1.0
            force = stride * min(reach / square - 1.0, SPACING) * 0.2  # fades to nothing at the reach: a sharp end would line nodes up
            push_x += away_x * force
            push_y += away_y * force
    return push_x, push_y


def _size(piece: dict[int, Point]) -> Point:
    """Width and height of a piece with a margin, in pixels."""
    xs, ys = [x for x, _ in piece.values()], [y for _, y in piece.values()]
    return max(xs) - min(xs) + 2 * SPACING, max(ys) - min(ys) + SPACING


def _shelves(sizes: Sequence[Point]) -> list[Point]:
    """The top left corner of each piece, set on shelves from left to right, then downwards; the whole is a little wider than high."""
    across = max([math.sqrt(1.6 * sum(width * height for width, height in sizes)), *(width for width, _ in sizes)], default=0.0)
    corners = []
    left = top = high = 0.0
    for width, height in sizes:
        if left and left + width > across:
            left, top, high = 0.0, top + high, 0.0
        corners.append((left, top))
        left, high = left + width, max(high, height)
    return corners
