"""Headings that no mark numbers: annexes with their titles, captions of tables, and what these hang below."""

from __future__ import annotations

import re

from zhengpu.extract.outline.headings import Cut
from zhengpu.extract.outline.markers import Rank, marker
from zhengpu.extract.outline.nodes import Node
from zhengpu.model import Block, SectionKind

ANNEX_RE = re.compile(
    r"(?P<label>附\s*[件录表]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})?)(?:\s*[:.]?\s*\Z|\s+(?P<title>[^。;]{2,60})\Z|\s*[:]\s*(?P<named>[^。;]{2,80})\Z)"
)
_LABEL_ABOVE_RE = re.compile(r"(?:^|(?<=\n))(?P<label>附\s*[件录表]\s*\d{0,2})\s*[:.]?\s*\n\Z")
_UNIT_LINE_RE = re.compile(r"\(?单位\s*:.{1,12}\Z")
_TITLE_LINE_RE = re.compile(r"[^。;!?]{2,60}\Z")


def annex(match: re.Match[str], blocks: list[Block], index: int, folded: str) -> tuple[Node, int]:
    """`附件` and, in the same line or the next one or two, its title. Returns it with the last block it uses."""
    block = blocks[index]
    label = (block.start, block.start + len(match["label"].rstrip()))
    for group in ("title", "named"):
        if match[group]:
            return Node(block.start, label, Cut(block.start + match.start(group), block.end, block.end), 0, SectionKind.ANNEX), index
    last = index
    while last < index + 2 and last + 1 < len(blocks):
        text = folded[blocks[last + 1].start : blocks[last + 1].end]
        if blocks[last + 1].table is not None or not _TITLE_LINE_RE.match(text) or marker(text) is not None or (last > index and text[0] in "("):
            break
        if last > index and not (
            last + 2 < len(blocks) and (blocks[last + 2].table is not None or marker(folded[blocks[last + 2].start : blocks[last + 2].end]))
        ):
            break
        last += 1
    title = Cut(blocks[index + 1].start, blocks[last].end, blocks[last].end) if last > index else Cut(block.start, block.end, block.end)
    return Node(block.start, label, title, 0, SectionKind.ANNEX), last


def label_above(folded: str, start: int) -> tuple[int, int]:
    """The span of 附件1 in the line above a plan's title, or an empty span at the title."""
    match = _LABEL_ABOVE_RE.search(folded[max(0, start - 12) : start])
    if match is None:
        return start, start
    before = max(0, start - 12)
    return before + match.start("label"), before + match.end("label")


def caption_of(blocks: list[Block], index: int, folded: str, nodes: list[Node], used: int) -> Node | None:
    """The line above a table that names it, unless it is a heading already."""
    above = index - 1
    if above >= 0 and blocks[above].table is None and _UNIT_LINE_RE.match(folded[blocks[above].start : blocks[above].end]):
        above -= 1
    if above < 0 or above <= used or blocks[above].table is not None:
        return None
    block = blocks[above]
    text = folded[block.start : block.end]
    if not _TITLE_LINE_RE.match(text) or text[-1] in ":," or marker(text) is not None or any(node.cut.title_end > block.start for node in nodes):
        return None
    return Node(block.start, (block.start, block.start), Cut(block.start, block.end, block.end), Rank.LEAD, SectionKind.TABLE)


def holder(stack: list[Node]) -> Node | None:
    """The heading that a table or a box hangs below: the last one, unless its text runs on in its own line (——环境不断优化。…), then the one above.

    A section of goals holds its table of indicators even so: （三）主要目标。到2025年，…"""
    return next((node for node in reversed(stack) if not node.runs_in or _opens_goals(node)), None)


def _opens_goals(node: Node) -> bool:
    return node.kind is SectionKind.GOAL and (node.parent is None or node.parent.kind is not SectionKind.GOAL)
