"""Which texts of one list are, changed, texts of another: pairs by similarity, without comparing each with each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

CLOSE = 0.6  # ratio from which difflib's own documentation calls two sequences close matches
_LONGEST = 2_000  # characters that are compared; a ratio takes time in the square of the length
_CANDIDATES = 3  # by shared pairs of characters; the best by ratio was among the first two in all versions of plans tried
_COMMON = 200  # a pair of characters that more texts share (工作, 推进) tells nothing and costs much


def pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """(place in old, place in new) of texts that are close, each text in one pair at most, the closest pairs first served; sorted."""
    found = sorted(_close(old, new), key=lambda pair: (-pair[0], pair[1], pair[2]))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    out = []
    for _, first, second in found:
        if first not in taken_old and second not in taken_new:
            taken_old.add(first)
            taken_new.add(second)
            out.append((first, second))
    return sorted(out)


def _close(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[float, int, int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(new):
        for piece in _pieces(text):
            places[piece].append(place)
    for place, text in enumerate(old):
        shared = Counter(other for piece in _pieces(text) if len(places.get(piece, ())) <= _COMMON for other in places.get(piece, ()))
        for other, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]:
            matcher = SequenceMatcher(None, text[:_LONGEST], new[other][:_LONGEST], autojunk=False)
            if matcher.quick_ratio() >= CLOSE and (ratio := matcher.ratio()) >= CLOSE:
                yield ratio, place, other


def _pieces(text: str) -> set[str]:
    text = text[:_LONGEST]
    return {text[at : at + 2] for at in range(len(text) - 1)}
