"""The tokens of folded texts: one for each character, which is that character and the next, with a blank between; the last is a character alone.

Each token but the last has two characters, so that the tokens of a part of a text are cut from those of all of it: character i begins the token at 3 i."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from zhengpu.graph.folding import SPACE
from zhengpu.graph.sources.searched import Span


def tokens(form: str) -> str:
    """Folded text as tokens for FTS5: 知识产 as 知识 识产 产."""
    codes = array("I", form.encode("utf-32"))[1:]  # as machine words, behind a byte order mark; a tenth of the time of joining pairs of characters
    found = array("I", [ord(" ")]) * (3 * len(codes))
    found[::3] = codes
    found[1:-3:3] = codes[1:]
    return found.tobytes().decode("utf-32").rstrip(" ")


def part(whole: str, pieces: Sequence[Span]) -> str:
    """The tokens of these pieces of the text with the tokens `whole`, and of a character between them that no word has."""
    cut = (whole[3 * start : 3 * end - 2] for start, end in pieces)
    return "".join(one if at == 0 else f"{SPACE} {SPACE}{one[0]} {one}" for at, one in enumerate(cut))


def count(some: str) -> int:
    """How many tokens these are."""
    return (len(some) + 2) // 3


def pieces(units: Mapping[str, Span], length: int, document: str) -> dict[str, list[Span]]:
    """The parts of a text of this length that belong to each unit: to the shortest around them, of equal ones the last; those of none to the document."""
    spans = {unit: span for unit, span in units.items() if span[0] < span[1]}
    edges = sorted({0, length}.union(*spans.values()))  # no unit begins or ends between two of them
    place = {edge: number for number, edge in enumerate(edges)}
    owners = [document] * (len(edges) - 1)
    for unit, (start, end) in sorted(spans.items(), key=lambda item: item[1][0] - item[1][1]):
        owners[place[start] : place[end]] = [unit] * (place[end] - place[start])
    found: dict[str, list[Span]] = {}
    for owner, group in groupby(zip(owners, pairwise(edges), strict=True), key=lambda piece: piece[0]):
        inside = [span for _, span in group]
        found.setdefault(owner, []).append((inside[0][0], inside[-1][1]))
    return found
