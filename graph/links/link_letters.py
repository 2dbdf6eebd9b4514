"""A text as its wording is compared: its characters and digits without marks and white space, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from zhengpu.graph.folding import folded

SHINGLE = 3  # letters: of two, every text of a field shares most
_PLACES = 16  # of one run in a text that are looked at: a form that repeats one line a thousand times has no better place for it


@dataclass(frozen=True)  # without slots, for cached_property
class Letters:
    """`form[i]` is character `places[i]` of the text, folded."""

    form: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str, start: int = 0, end: int | None = None) -> Letters:
        """The letters of text[start:end]; places count from the beginning of the text."""
        piece = folded(text[start:end])
        kept = [at for at, char in enumerate(piece) if char.isalnum()]
        return cls("".join(piece[at] for at in kept), tuple(start + at for at in kept))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of form[start:end], which is not empty."""
        return self.places[start], self.places[end - 1] + 1

    @cached_property
    def shingles(self) -> frozenset[str]:
        """All runs of SHINGLE letters."""
        return frozenset(self.form[at : at + SHINGLE] for at in range(len(self.form) - SHINGLE + 1))


def digest(text: str) -> int:
    """A number of 63 bits for a text; the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def common_runs(left: Letters, right: Letters, least: int) -> list[tuple[int, int, int]]:
    """(start in left, start in right, length) of the longest runs of letters that both have, at least `least` long, by place in `right`.

    No letter of `right` is in two runs; the first of equally long places in `left` counts."""
    if left.form == right.form:  # a document that was issued twice
        return [(0, 0, len(left.form))] if len(left.form) >= least else []
    index: dict[str, list[int]] = {}
    for at in range(len(left.form) - least + 1):
        index.setdefault(left.form[at : at + least], []).append(at)
    found: list[tuple[int, int, int]] = []
    at = 0
    while at <= len(right.form) - least:
        best, where = 0, 0
        for start in index.get(right.form[at : at + least], ())[:_PLACES]:
            length = _shared_length(left.form, start, right.form, at, least)
            if length > best:
                best, where = length, start
        if best:
            found.append((where, at, best))
        at += best or 1
    return found


def _shared_length(left: str, start: int, right: str, at: int, least: int) -> int:
    """How many letters from `start` and `at` on are the same; at least `least` are."""
    length, most = least, min(len(left) - start, len(right) - at)
    step = 64
    while length < most and left[start + length : start + length + step] == right[at + length : at + length + step] and length + step <= most:
        length += step
    while length < most and left[start + length] == right[at + length]:
        length += 1
    return length
