"""Segments: the search index and the counts of shared triples lie in several files of SQLite each, and none of them changes once its state stands.

A change writes a segment of its own, with what came and the names of what went; the other files are those of the state before, as hard links. So it
writes by its own size and not by the store's. The last segments go into the new one where they are small beside it, so that each is several times
as large as the next, and a reader asks few: a log-structured merge tree (O'Neil et al. 1996). An index that is made anew has one segment.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

NAME = "segments.json"
SEARCH, SAID = "search", "said"  # what has segments
MOST = 12  # segments of an index
_TIMES = 4  # a segment is so many times as large as the next: 10,000 documents that were changed one by one have 7
_SMALLEST = 1000  # triples; a change of less counts as that


def path(folder: Path, kind: str, position: int) -> Path:
    """The file of a segment: the first and oldest is at position 0."""
    return folder / f"{kind}-{position}.sqlite"


def paths(folder: Path, kind: str) -> list[Path]:
    """The files of all segments of the index in `folder`. Raises OSError where it does not say how many there are."""
    return [path(folder, kind, position) for position in range(len(sizes(folder)))]


def sizes(folder: Path) -> tuple[int, ...]:
    """How many triples went in and out with each segment of the index in `folder`. Raises OSError where that is missing or damaged."""
    try:
        return tuple(map(int, json.loads((folder / NAME).read_bytes())))
    except (ValueError, TypeError) as error:
        raise OSError(f"{folder / NAME} is damaged: {error}") from error


def write_sizes(folder: Path, of_segments: Sequence[int]) -> None:
    (folder / NAME).write_text(f"{json.dumps(list(of_segments))}\n", "utf-8")


def staying(before: Sequence[int], change: int) -> int:
    """How many of the segments of these sizes stay as they are, beside a new one for a change of so many triples; it takes in the others."""
    number, size = len(before), max(change, _SMALLEST)
    while number and (number >= MOST or before[number - 1] < _TIMES * size):
        number -= 1
        size += before[number]
    return number


def sized(before: Sequence[int], change: int) -> list[int]:
    """The sizes of the segments after the change."""
    kept = staying(before, change)
    return [*before[:kept], sum(before[kept:]) + max(change, _SMALLEST)]


def share(base: Path, folder: Path, kept: int) -> None:
    """Puts the first `kept` segments of the index in `base` into `folder`, and a copy of the next, which is the largest of those to be taken in."""
    for kind in (SEARCH, SAID):
        for position in range(kept):
            share_file(path(base, kind, position), path(folder, kind, position))
        if path(base, kind, kept).exists():
            shutil.copyfile(path(base, kind, kept), path(folder, kind, kept))


def share_file(file: Path, target: Path) -> None:
    """The file, which never changes, at another place: a hard link where the file system has them, else a copy."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)
