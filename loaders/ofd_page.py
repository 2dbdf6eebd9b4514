"""The content of an OFD page (GB/T 33190-2016, chapters 7 to 11) -> what it prints: runs of characters, ruled lines and pictures, in points.

A file counts in millimetres, y downwards; a point of an object goes through its CTM, then to its Boundary's corner, then through the same of
the objects around it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from zhengpu.loaders.printed.rulings import Ruling

POINTS = 72 / 25.4  # in a millimetre
DEEPEST = 8  # blocks and composites in one another; converters use two
THIN = 3.0  # points; a filled shape not thicker is a ruled line
STRAIGHT = 0.5  # points by which a line may lean
_NARROW = 0.5  # em: a Latin letter or digit, where the file does not say how far the next character stands
_PATH_RE = re.compile(r"([SMLQBAC])((?:\s*,?\s*[-+.\deE]+)*)")
_CONTROL_RE = re.compile("[\x00-\x1f\x7f-\x9f]")
_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Run(NamedTuple):
    """Characters that one TextCode sets on one base line. `lefts` has the x of each, `right` where the last one ends, `size` the height of the type."""

    text: str
    lefts: tuple[float, ...]
    right: float
    base: float
    size: float


class Picture(NamedTuple):
    """The area that an image covers, in square points."""

    area: float


Drawn = Run | Ruling | Picture


def local(element: etree._Element) -> str:
    """The name of an element without its namespace: programs write three of them, and some none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next((inner for inner in element if local(inner) == name), None) if element is not None else None


class TooManyObjects(Exception):
    """More objects than may be looked at; drawings that use each other can make millions of a few."""


class Drawing:
    """Reads pages and templates. `composites` are drawings that pages use by ID; `most` objects are looked at in all."""

    def __init__(self, most: int) -> None:
        self._left = most

    def drawn(self, content: etree._Element, composites: Mapping[str, etree._Element]) -> Iterator[Drawn]:
        """What the objects of a page print, in the order of the file. Raises TooManyObjects."""
        for layer in content:
            if local(layer) == "Layer":
                yield from self._objects(layer, _SAME, composites, 0)

    def _objects(self, block: etree._Element, outer: _Matrix, composites: Mapping[str, etree._Element], depth: int) -> Iterator[Drawn]:
        for item in block:
            self._left -= 1
            if self._left < 0:
                raise TooManyObjects
            if item.get("Visible", "").strip().lower() in ("false", "0"):
                continue
            kind = local(item)
            if kind == "TextObject":
                yield from _runs(item, _placed(item, outer))
            elif kind == "PathObject":
                yield from _rulings(item, _placed(item, outer))
            elif kind == "ImageObject":
                width, height = (*numbers(item.get("Boundary")), 0.0, 0.0, 0.0, 0.0)[2:4]
                yield Picture(POINTS * POINTS * abs(width * height * (outer[0] * outer[3] - outer[1] * outer[2])))
            elif kind == "PageBlock" and depth < DEEPEST:
                yield from self._objects(item, outer, composites, depth + 1)
            elif kind == "CompositeObject" and depth < DEEPEST:
                unit = child(composites.get(item.get("ResourceID", "").strip()), "Content")
                if unit is not None:
                    yield from self._objects(unit, _placed(item, outer), composites, depth + 1)


def _placed(item: etree._Element, outer: _Matrix) -> _Matrix:
    """From the coordinates inside an object to those of the page."""
    ctm, boundary = numbers(item.get("CTM")), numbers(item.get("Boundary"))
    a, b, c, d, e, f = ctm if len(ctm) == 6 else _SAME
    x, y = boundary[:2] if len(boundary) == 4 else (0.0, 0.0)
    return _inside(outer, (a, b, c, d, e + x, f + y))


def _inside(outer: _Matrix, inner: _Matrix) -> _Matrix:
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return (a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f)


def _runs(item: etree._Element, matrix: _Matrix) -> Iterator[Run]:
    a, b, c, d, e, f = matrix
    if abs(b) > abs(a):
        return  # set sideways: a watermark, or the margin of a signed copy
    size = next(iter(numbers(item.get("Size"))), 0.0) or 3.5
    wide = next(iter(numbers(item.get("HScale"))), 1.0) * size
    x = y = 0.0
    for code in item:
        if local(code) != "TextCode" or not (text := _CONTROL_RE.sub(" ", code.text or "")):
            continue
        x = next(iter(numbers(code.get("X"))), x)  # one that is not given is that of the code before
        y = next(iter(numbers(code.get("Y"))), y)
        across, down = _steps(code.get("DeltaX"), len(text)), _steps(code.get("DeltaY"), len(text))
        places = [(x, y)]
        for number, character in enumerate(text):
            # the step to the next character; without any, the width of the type; where too few are given, the last one goes on
            step = across[min(number, len(across) - 1)] if across else 0.0 if down else wide * (_NARROW if character.isascii() else 1.0)
            places.append((places[-1][0] + step, places[-1][1] + (down[min(number, len(down) - 1)] if down else 0.0)))
        last = wide * (_NARROW if text[-1].isascii() else 1.0)
        places[-1] = (places[-2][0] + last, places[-2][1])
        for first, end in _level(places[:-1]):
            lefts = tuple(POINTS * (a * px + c * py + e) for px, py in places[first:end])
            px, py = places[end - 1]
            step = places[end][0] - px if end < len(places) and abs(places[end][1] - py) < 0.01 else last
            yield Run(text[first:end], lefts, lefts[-1] + POINTS * a * min(step, last), POINTS * (b * px + d * py + f), POINTS * size * math.hypot(c, d))


def _level(places: list[tuple[float, float]]) -> Iterator[tuple[int, int]]:
    """Stretches of characters on one base line: all of them, or, in text set downwards, each by itself."""
    first = 0
    for number in range(1, len(places) + 1):
        if number == len(places) or abs(places[number][1] - places[first][1]) > 0.1:
            yield first, number
            first = number


def _steps(said: str | None, most: int) -> list[float]:
    """3.2 3.2 1.6, or in short g 2 3.2 1.6: the distances between characters. No more than `most`."""
    out: list[float] = []
    words = iter((said or "").replace(",", " ").split())
    for word in words:
        if word in ("g", "G"):
            count, value = _number(next(words, "")), _number(next(words, ""))
            out += [value] * max(0, min(int(count), most - len(out)))
        else:
            out.append(_number(word))
        if len(out) >= most:
            break
    return out


def numbers(said: str | None) -> list[float]:
    return [_number(word) for word in (said or "").replace(",", " ").split()[:16]]


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0  # a page is 300 mm; inf and nan are none


def _rulings(item: etree._Element, matrix: _Matrix) -> Iterator[Ruling]:
    """The straight lines of a path, across or down; a thin filled shape is one line."""
    data = child(item, "AbbreviatedData")
    text = (data.text if data is not None else "") or ""
    if len(text) > 20_000:
        return  # a drawing, or characters as outlines
    segments = list(_segments(text, matrix))
    if not segments:
        return
    if item.get("Fill", "").strip().lower() in ("true", "1"):
        xs, ys = [x for ends in segments for x in (ends[0], ends[2])], [y for ends in segments for y in (ends[1], ends[3])]
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        if min(right - left, bottom - top) <= THIN:
            x, y, is_across = (left + right) / 2, (top + bottom) / 2, right - left > bottom - top
            segments = [(left, y, right, y) if is_across else (x, top, x, bottom)]
        elif item.get("Stroke", "").strip().lower() in ("false", "0"):
            return  # the ground of a cell
    for x0, y0, x1, y1 in segments:
        if abs(y1 - y0) <= STRAIGHT and abs(x1 - x0) > STRAIGHT:
            yield Ruling(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
        elif abs(x1 - x0) <= STRAIGHT and abs(y1 - y0) > STRAIGHT:
            yield Ruling(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))


def _segments(path: str, matrix: _Matrix) -> Iterator[tuple[float, float, float, float]]:
    """The straight segments of AbbreviatedData (M 0 0 L 170 0 …) in points on the page; curves are passed over."""
    a, b, c, d, e, f = matrix

    def point(x: float, y: float) -> tuple[float, float]:
        return POINTS * (a * x + c * y + e), POINTS * (b * x + d * y + f)

    start = at = point(0, 0)
    for operator, words in _PATH_RE.findall(path):
        values = [_number(word) for word in words.replace(",", " ").split()]
        if operator == "C":
            yield (*at, *start)
            at = start
        elif len(values) >= 2:
            to = point(*values[-2:])
            if operator == "L":
                yield (*at, *to)
            elif operator in "MS":
                start = to
            at = to
