"""Paragraphs without a mark that their short first sentence names: 深化改革,质量优先。坚持…, and the names in a box (专栏)."""

from __future__ import annotations

from zhengpu.extract.outline.headings import Cut, lead, name_line
from zhengpu.extract.outline.markers import Rank
from zhengpu.extract.outline.nodes import Node
from zhengpu.model import Block, SectionKind

# the kinds whose paragraphs are named so, and how many must be for it to be a habit of the text
LEADS_WANTED = {
    SectionKind.GOAL: 1,
    SectionKind.PRINCIPLE: 1,
    SectionKind.GUIDING: 2,
    SectionKind.MEASURE_GROUP: 2,
    SectionKind.SAFEGUARD: 2,
    SectionKind.KEY_PROJECT: 2,
}
_MEASURES = (SectionKind.MEASURE_GROUP, SectionKind.SAFEGUARD, SectionKind.KEY_PROJECT)
LEAST_LED = 3  # paragraphs with a name below one without


def with_leads(nodes: list[Node], blocks: list[Block], folded: str) -> list[Node]:
    """The nodes with the lead sentences of unmarked paragraphs added where a section names its paragraphs so."""
    heads = {id(node.parent) for node in nodes if node.parent is not None and node.kind is not SectionKind.TABLE and not node.is_box}
    found: dict[int, tuple[list[Block], list[tuple[Block, int]]]] = {}
    boxed = {id(node.parent) for node in nodes if node.is_box}
    habit = False  # whether a section names each of its paragraphs so: then one with a single paragraph above a box does, too
    position = 0
    for number, node in enumerate(nodes):
        limit = nodes[number + 1].start if number + 1 < len(nodes) else len(folded)
        if not (node.is_box or node.kind in LEADS_WANTED) or (node.rank == Rank.LEAD and not node.is_box):
            continue
        while position < len(blocks) and blocks[position].start < node.cut.body_start:
            position += 1
        own: list[Block] = []
        while position < len(blocks) and blocks[position].start < limit:
            if blocks[position].table is None:
                own.append(blocks[position])
            position += 1
        leads = [(block, stop) for block in own if (stop := lead(folded, block.start, block.end, of_goal=node.kind is SectionKind.GOAL)) is not None]
        if node.is_box:
            leads = leads or [(block, stop) for block in own[:-1] if (stop := name_line(folded, block.start, block.end)) is not None]
        found[number] = own, leads
        habit = habit or (len(leads) == len(own) > 1 and node.kind in _MEASURES and not node.is_box)
    out: list[Node] = []
    for number, node in enumerate(nodes):
        out.append(node)
        if number not in found:
            continue
        own, leads = found[number]
        measures = node.kind in _MEASURES
        wanted = 1 if node.is_box or (habit and measures and id(node) in boxed) else LEADS_WANTED.get(node.kind or SectionKind.OTHER, 1)
        begun = len(own) > LEAST_LED and bool(leads) and leads[0][0] is own[1]  # a paragraph may lead them in
        if len(leads) < wanted or (measures and not node.is_box and (node.runs_in or id(node) in heads or len(leads) < len(own) - begun)):
            continue
        kind = node.kind or SectionKind.OTHER
        if kind is SectionKind.GUIDING and any(folded.startswith("坚持", block.start) for block, _ in leads):
            kind = SectionKind.PRINCIPLE
        for block, stop in leads:
            out.append(Node(block.start, (block.start, block.start), Cut(block.start, stop, _after(folded, stop + 1)), Rank.LEAD, kind, parent=node))
    return out


def _after(folded: str, position: int) -> int:
    while position < len(folded) and folded[position] == " ":
        position += 1
    return position
