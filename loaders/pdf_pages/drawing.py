"""The objects that a PDF page draws -> its ruled lines, and how much of it pictures cover."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as raw

from zhengpu.loaders.printed.rulings import MOST_RULINGS, Ruling

DEEPEST = 4  # forms in forms; word processors use one
THIN = 3.0  # points; a filled rectangle not thicker is a ruled line
STRAIGHT = 0.5  # points by which a line may lean
MOST_SEGMENTS = 4_000  # of one path; more are a drawing
MOST_OBJECTS = 50_000  # of one page that are looked at for lines; a page of text has up to 1,500
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_BEZIER, _MOVE = 1, 2
_Place = Callable[[float, float], tuple[float, float]]


@dataclass(slots=True)
class Drawing:
    """Ruled lines, the area that pictures cover (square points, overlaps counted twice), and how many objects were looked at."""

    rulings: list[Ruling] = field(default_factory=list)
    pictured: float = 0.0
    n_objects: int = 0


def drawing(page: Any, place: _Place) -> Drawing:
    """What a page (PDFium's own handle) draws beside text; `place` turns PDFium's coordinates into ours."""
    out = Drawing()
    _look(out, page, raw.FPDFPage_CountObjects(page), raw.FPDFPage_GetObject, place, 0)
    return out


def _look(out: Drawing, parent: Any, count: int, item_at: Callable[[Any, int], Any], place: _Place, depth: int) -> None:
    kind_of = raw.FPDFPageObj_GetType
    for index in range(min(count, MOST_OBJECTS - out.n_objects)):
        item = item_at(parent, index)
        kind = kind_of(item)
        if kind == _TEXT:
            continue
        if kind == _PATH:
            out.rulings += _rulings(item, place)
            if len(out.rulings) > MOST_RULINGS:
                return
        elif kind == _IMAGE:
            left, top, right, bottom = _bounds(item, place)
            out.pictured += (right - left) * (bottom - top)
        elif kind == _FORM and depth < DEEPEST:
            _look(out, item, max(0, raw.FPDFFormObj_CountObjects(item)), raw.FPDFFormObj_GetObject, _through(item, place), depth + 1)
    out.n_objects += count


def _through(item: Any, place: _Place) -> _Place:
    """The way of a point through an object's own matrix to the page."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix)):
        return place
    a, b, c, d, e, f = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
    if (a, b, c, d, e, f) == (1, 0, 0, 1, 0, 0):
        return place
    return lambda x, y: place(a * x + c * y + e, b * x + d * y + f)


def _bounds(item: Any, place: _Place) -> tuple[float, float, float, float]:
    """Left, top, right and bottom on the upright page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item, ctypes.byref(left), ctypes.byref(bottom), ctypes.byref(right), ctypes.byref(top)):
        return 0.0, 0.0, 0.0, 0.0
    (x, y), (u, v) = place(left.value, bottom.value), place(right.value, top.value)
    return min(x, u), min(y, v), max(x, u), max(y, v)


def _rulings(path: Any, place: _Place) -> Iterator[Ruling]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke)) or not (fill.value or stroke.value):
        return  # a path that clips
    box = _bounds(path, place)
    if min(box[2] - box[0], box[3] - box[1]) <= THIN:
        yield from _thin(*box)
        return
    count = raw.FPDFPath_CountSegments(path)
    if count > MOST_SEGMENTS:
        return
    for points in _subpaths(path, count, _through(path, place)):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = min(xs), min(ys), max(xs), max(ys)
        if min(box[2] - box[0], box[3] - box[1]) <= THIN:
            yield from _thin(*box)
        elif stroke.value:  # else the ground of a cell
            for (x, y), (u, v) in pairwise(points):
                if abs(v - y) <= STRAIGHT or abs(u - x) <= STRAIGHT:
                    yield from _thin(min(x, u), min(y, v), max(x, u), max(y, v))


def _thin(left: float, top: float, right: float, bottom: float) -> Iterator[Ruling]:
    if right - left > max(bottom - top, THIN):
        yield Ruling(True, (top + bottom) / 2, left, right)
    elif bottom - top > max(right - left, THIN):
        yield Ruling(False, (left + right) / 2, top, bottom)


def _subpaths(path: Any, count: int, place: _Place) -> Iterator[list[tuple[float, float]]]:
    """The corners of each part of a path; a part that is closed ends where it began."""
    x, y = ctypes.c_float(), ctypes.c_float()
    into = ctypes.byref(x), ctypes.byref(y)
    points: list[tuple[float, float]] = []
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        if not raw.FPDFPathSegment_GetPoint(segment, *into):
            continue
        if raw.FPDFPathSegment_GetType(segment) == _MOVE and points:
            yield points
            points = []
        points.append(place(x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points
