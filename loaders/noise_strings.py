"""Strings that the reader knows to be noise, taken out of a Document: the last step of cleaning, by data of the reader's own.

Spans of blocks, cells and labelled values move with the text. A line that was nothing but noise goes with its line break, and where it
stood inside a sentence (市大数据中心统筹推进 | 扫一扫在手机打开当前页 | 公共数据共享。) the sentence is whole again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from zhengpu.loaders.cleaning import breaks_off, continues
from zhengpu.model import Block, BlockKind, Document, Removal, Table

WHY = "own"  # the reason in the list of removals: the reader's own correction
_BLANK = " \t\u3000\xa0"


def without(document: Document, strings: Sequence[str]) -> tuple[Document, Counter[str]]:
    """The document without the strings, each exactly as it stands in the text, and how often each stood there."""
    found = _found(document.text, strings)
    if not found:
        return document, Counter()
    cuts = _cuts(document, found)
    moved = _Moved(cuts)
    edges = [0, *(edge for cut in cuts for edge in cut), len(document.text)]
    kept = "".join(document.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    blocks = _whole(document, kept, [block for block in (_block(block, moved) for block in document.blocks) if block.end > block.start])
    removed = [replace(removal, position=moved.at(removal.position)) for removal in document.removed]
    removed += [Removal(document.text[start:end], WHY, moved.at(start)) for start, end in found]
    page = tuple(
        field
        if field.start is None or field.end is None
        else replace(field, value=kept[moved.at(field.start) : moved.at(field.end)], start=moved.at(field.start), end=moved.at(field.end))
        for field in document.page
    )
    cleaned = replace(document, text=kept, blocks=tuple(blocks), page=page, removed=tuple(sorted(removed, key=lambda removal: removal.position)))
    return cleaned, Counter(document.text[start:end] for start, end in found)


def _found(text: str, strings: Iterable[str]) -> list[tuple[int, int]]:
    """Where the strings stand, in text order and disjoint; of two at one place the longer."""
    ordered = sorted({string for string in strings if string}, key=lambda string: (-len(string), string))
    return [match.span() for match in re.finditer("|".join(map(re.escape, ordered)), text)] if ordered else []


def _cuts(document: Document, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What goes with the strings: blanks that would begin or end a line, and the break of a line that is empty without them."""
    text = document.text
    cuts: list[tuple[int, int]] = []
    for start, end in found:
        if cuts and not text[cuts[-1][1] : start].strip(_BLANK):
            start, end = cuts.pop()[0], end
        first, last = start, end
        while first > 0 and text[first - 1] in _BLANK:
            first -= 1
        while last < len(text) and text[last] in _BLANK:
            last += 1
        begins, ends = first == 0 or text[first - 1] == "\n", last == len(text) or text[last] == "\n"
        if begins and ends:
            start, end = (first, last + 1) if last < len(text) else (max(0, first - 1), last)
        elif begins or ends:
            start, end = (start, last) if begins else (first, end)
        cuts.append((start, end))
    return _disjoint(_joints(document, cuts))


def _joints(document: Document, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The cuts, with the line break before those that stood inside a sentence."""
    text = document.text
    plain = {block.start for block in document.blocks if block.kind is BlockKind.PARAGRAPH}
    out = []
    for start, end in cuts:
        if start > 0 and text[start - 1] == "\n" and end > start and text[end - 1] == "\n" and end in plain:
            before = text.rfind("\n", 0, start - 1) + 1
            after = text.find("\n", end)
            following = text[end : after if after >= 0 else len(text)]
            if before in plain and following and breaks_off(text[before : start - 1]) and continues(following):
                start -= 1
        out.append((start, end))
    return out


def _disjoint(cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in cuts:
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


class _Moved:
    """Offsets of the old text in the new one; those inside a cut are where it was."""

    def __init__(self, cuts: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in cuts]
        self._cuts = cuts
        self._gone = [0]
        for start, end in cuts:
            self._gone.append(self._gone[-1] + end - start)

    def at(self, position: int) -> int:
        index = bisect_right(self._starts, position)
        if index and position < self._cuts[index - 1][1]:
            return self._cuts[index - 1][0] - self._gone[index - 1]
        return position - self._gone[index]


def _block(block: Block, moved: _Moved) -> Block:
    table = block.table
    if table is not None:
        cells = tuple(replace(cell, start=moved.at(cell.start), end=moved.at(cell.end)) for cell in table.cells)
        table = Table(cells, table.n_rows, table.n_columns, table.has_header)
    return Block(block.kind, moved.at(block.start), moved.at(block.end), table)


def _whole(document: Document, text: str, blocks: list[Block]) -> list[Block]:
    """Blocks without line breaks at their ends, those of one sentence made one."""
    out: list[Block] = []
    for block in blocks:
        start, end = block.start, block.end
        while end > start and text[end - 1] == "\n":
            end -= 1
        if out and out[-1].end == start:
            out[-1] = replace(out[-1], end=end)
        elif end > start:
            out.append(replace(block, start=start, end=end))
    return out
