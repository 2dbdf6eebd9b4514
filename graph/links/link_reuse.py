"""Text that a document takes over from an older one, or from that of a higher place: where it stands in both.

Which documents may share text is told by fingerprints of their letters (winnowing: Schleimer, Wilkerson & Aiken 2003); what they share, by comparing them.
"""

from __future__ import annotations

import csv
import re
import zlib
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhengpu.graph.links.link_letters import Letters, common_runs

_RUN = 12  # letters of a fingerprint
_WINDOW = 24  # fingerprints of which one is kept: every passage of 35 letters has one
LEAST = 18  # letters of a passage; 以习近平新时代中国特色社会主义思想 has 17, and longer set phrases are rare
_LEAST_IN_ALL = 60  # letters; below, documents share set phrases only


@dataclass(frozen=True, slots=True)
class Passage:
    """[start, end) of the younger text says what [source_start, source_end) of the older one says, but for marks and white space."""

    start: int
    end: int
    source_start: int
    source_end: int
    letters: int


def fingerprints(letters: Letters) -> list[int]:
    """The numbers by which texts that share passages meet, each once, sorted."""
    data = letters.form.encode("utf-32-le", "surrogatepass")
    hashes = [zlib.crc32(data[at * 4 : (at + _RUN) * 4]) for at in range(len(letters.form) - _RUN + 1)]
    if len(hashes) <= _WINDOW:
        return sorted({min(hashes)}) if hashes else []
    kept: set[int] = set()
    window: deque[int] = deque()  # places of hashes that may yet be the least, rising
    for at, value in enumerate(hashes):
        while window and hashes[window[-1]] >= value:
            window.pop()
        window.append(at)
        if window[0] <= at - _WINDOW:
            window.popleft()
        if at >= _WINDOW - 1:
            kept.add(hashes[window[0]])
    return sorted(kept)


def reused(text: str, letters: Letters, sources: Sequence[tuple[str, Letters]]) -> list[tuple[str, Passage]]:
    """(name of the source, passage) by place in the text, whose letters are given; of sources that have one passage the first that has it whole counts."""
    found: list[tuple[int, int, int, str, Passage]] = []
    for rank, (name, source) in enumerate(sources):
        passages = [passage for run in common_runs(source, letters, LEAST) for passage in _lines(text, letters, source, run)]
        if sum(passage.letters for passage in passages) >= _LEAST_IN_ALL:
            found += ((-passage.letters, rank, passage.start, name, passage) for passage in passages)
    kept: list[tuple[str, Passage]] = []
    for _, _, _, name, passage in sorted(found, key=lambda one: one[:4]):
        if all(passage.end <= other.start or other.end <= passage.start for _, other in kept):
            kept.append((name, passage))
    return sorted(kept, key=lambda pair: pair[1].start)


def _lines(text: str, letters: Letters, source: Letters, run: tuple[int, int, int]) -> Iterator[Passage]:
    """The run line by line, for it may go from a heading into what follows; not what is too short or holds a set phrase of politics."""
    theirs, ours, length = run
    at = 0
    while at < length:
        line_end = text.find("\n", letters.places[ours + at])
        most = length if line_end < 0 else bisect_left(letters.places, line_end) - ours
        size = min(most, length) - at
        if size >= LEAST and not _set_phrases().search(letters.form, ours + at, ours + at + size):
            start, end = letters.span(ours + at, ours + at + size)
            yield Passage(start, end, *source.span(theirs + at, theirs + at + size), size)
        at += size


@cache
def _set_phrases() -> re.Pattern[str]:
    lines = files("zhengpu.graph").joinpath("set_phrases.csv").read_text("utf-8").splitlines()
    phrases = [row["phrase"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))]
    return re.compile("|".join(re.escape(Letters.of(phrase).form) for phrase in phrases))
