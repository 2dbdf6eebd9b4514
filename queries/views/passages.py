"""Which texts have passages in common: pairs found by rare runs of characters, and the passages as places in both texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TypeAlias

_RUN = 4  # characters of a run by which pairs are found: 知识产权 alone says nothing, so runs that many texts have do not count
_COMMON = 0.25  # of the texts; a run in more of them (知识产权保护) is the jargon of the field
_LEAST = 0.12  # share of their rarer runs that two texts must have in common; below, on the five sample plans, only set phrases were shared
_SHORT = 20  # runs; a text with fewer counts as one of so many, else one set phrase makes two lines of a task list alike
_PASSAGE = 6  # characters of a passage that is marked; shorter ones are single words
_TEXTS = 600  # that are compared, and characters of each: a second's work at most
_LONGEST = 3000


Shared: TypeAlias = tuple[int, int, int, int]  # a passage of both texts by code points: [start, end) of the left, [start, end) of the right


@dataclass(frozen=True, slots=True)
class Similar:
    """`score` from 0 to 1: the share of the rarer runs of the shorter text that the other has too."""

    score: float
    left: str
    right: str
    shared: tuple[Shared, ...]


def similar(texts: Sequence[tuple[str, str, str]], most: int) -> list[Similar]:
    """The pairs of (name, group, text) of different groups that are most alike, best first, at most `most`; the left one comes first in `texts`."""
    kept = [(name, group, words[:_LONGEST]) for name, group, words in texts[:_TEXTS]]
    runs = [{words[at : at + _RUN] for at in range(len(words) - _RUN + 1)} for _, _, words in kept]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(runs):
        for run in own:
            holders[run].append(number)
    limit = max(2, int(len(kept) * _COMMON))
    rare = [sum(len(holders[run]) <= limit for run in own) for own in runs]
    together: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if 1 < len(numbers) <= limit:
            together.update((one, other) for one, other in combinations(numbers, 2) if kept[one][1] != kept[other][1])
    shares = ((count / max(_SHORT, min(rare[one], rare[other])), one, other) for (one, other), count in together.items())
    scored = sorted(shares, key=lambda pair: (-pair[0], pair[1:]))
    return [
        Similar(round(score, 3), kept[one][0], kept[other][0], _shared(kept[one][2], kept[other][2])) for score, one, other in scored[:most] if score >= _LEAST
    ]


def _shared(left: str, right: str) -> tuple[Shared, ...]:
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return tuple((block.a, block.a + block.size, block.b, block.b + block.size) for block in blocks if block.size >= _PASSAGE)
