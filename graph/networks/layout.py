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
_SIDES = (-1, 0, 1)
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
    nodes = list(points)
    place = {node: at for at, node in enumerate(nodes)}
    linked = [[place[other] for other in neighbours[node]] for node in nodes]
    xs, ys = [x for x, _ in points.values()], [y for _, y in points.values()]
    rounds = max(fewest, min(most, _WORK // len(nodes)))
    for step in range(rounds if len(nodes) > 2 else 0):
        limit = SPACING * (1 - step / rounds)  # the farthest that a node moves in this round, in pixels
        crowds = _crowds(xs, ys)
        next_xs, next_ys = [], []
        for at, node in enumerate(nodes):
            x, y = xs[at], ys[at]
            push_x, push_y = _repulsion(at, node, xs, ys, crowds[at])
            pull = 1.0 / max(len(linked[at]), 1)
            for other in linked[at]:
                along_x, along_y = xs[other] - x, ys[other] - y
                distance = math.hypot(along_x, along_y) or 1.0
                force = pull * (distance - SPACING) / distance
                push_x += along_x * force
                push_y += along_y * force
            length = math.hypot(push_x, push_y) or 1.0
            scale = min(length, limit) / length
            next_xs.append(x + push_x * scale)
            next_ys.append(y + push_y * scale)
        xs, ys = next_xs, next_ys
    return dict(zip(nodes, zip(xs, ys, strict=True), strict=True))


def _crowds(xs: Sequence[float], ys: Sequence[float]) -> list[list[list[int]]]:
    """Of each place, who is in its cell of the grid, two spacings wide, and in the eight around it."""
    own = [(int(x // (2 * SPACING)), int(y // (2 * SPACING))) for x, y in zip(xs, ys, strict=True)]
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, cell in enumerate(own):
        cells[cell].append(at)
    near = {(column, row): [cells[column + dx, row + dy] for dx in _SIDES for dy in _SIDES if (column + dx, row + dy) in cells] for column, row in tuple(cells)}
    return [near[cell] for cell in own]


def _repulsion(at: int, node: int, xs: Sequence[float], ys: Sequence[float], crowds: Sequence[Sequence[int]]) -> Point:
    """The push on a node from those in its cell and the eight around it, in pixels."""
    push_x = push_y = 0.0
    reach = 4 * SPACING * SPACING
    x, y = xs[at], ys[at]
    for crowd in crowds:
        stride = len(crowd) // _CROWD + 1
        for other in crowd if stride == 1 else crowd[node % stride :: stride]:
            away_x, away_y = x - xs[other], y - ys[other]
            square = away_x * away_x + away_y * away_y
            if square > reach or other == at:
                continue
            if square < 1.0:  # on the same spot: part them by their numbers
                away_x, away_y, square = math.cos(node), math.sin(node), 1.0
            force = reach / square - 1.0  # fades to nothing at the reach: a sharp end would line nodes up
            force = stride * (force if force < SPACING else SPACING) * 0.2
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
