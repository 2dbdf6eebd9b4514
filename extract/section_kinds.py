"""What kind of section a heading opens: by its title where titles say it, by its place, and by what its neighbours are."""

from __future__ import annotations

import re

from zhengpu.extract.heading_nodes import Node
from zhengpu.extract.headings import kind_of_title, untitled
from zhengpu.extract.markers import Rank
from zhengpu.model import SectionKind

_TASKS_RE = re.compile("任务|分工|方案|行动|措施|举措|要点|工程|重点工作")
_ALLOTS_RE = re.compile(r"(?:牵头|责任|配合|主办|落实|考核)[^()。]{0,6}(?:单位|部门|处室):|负责\)")
TITLED_SHARE = 0.5  # of a list's items; in lists with titles all but a stray one have one, in lists without at most a third look so
_ACTIONS = (SectionKind.MEASURE_GROUP, SectionKind.SAFEGUARD, SectionKind.KEY_PROJECT)


def kind_of(node: Node, folded: str) -> SectionKind:
    """By what the title says where titles say it (at the top, right below 总体要求, below a chapter or a plan), else as above."""
    parent = node.parent
    title = folded[node.cut.title_start : node.cut.title_end]
    container = parent is None or parent.is_plan or parent.rank <= Rank.CLAUSE_SECTION or parent.kind is SectionKind.ANNEX
    said = kind_of_title(title) if container or (parent is not None and parent.kind in (SectionKind.GUIDING, SectionKind.OTHER)) else None
    if container:
        fallback = SectionKind.OTHER if parent is not None and parent.kind is SectionKind.ANNEX and not _allots(parent, folded) else SectionKind.MEASURE_GROUP
        if parent is not None and not parent.is_plan and parent.kind not in (None, SectionKind.ANNEX, SectionKind.MEASURE_GROUP):
            fallback = parent.kind or fallback
        return said or fallback
    assert parent is not None
    if parent.kind is SectionKind.GOAL and "任务" in folded[parent.cut.title_start : parent.cut.title_end]:
        return said or SectionKind.MEASURE_GROUP  # 目标任务: the paragraph below it is the goal, the numbered parts are the tasks
    return said or parent.kind or SectionKind.MEASURE_GROUP


def keep_last_safeguards(nodes: list[Node]) -> None:
    """Makes measures of the sections named like safeguards that have measures behind them: safeguards are what closes a plan."""
    closing = True
    demoted: set[int] = set()
    for node in reversed([node for node in nodes if node.parent is None or node.parent.is_plan or node.parent.rank <= Rank.CLAUSE_SECTION]):
        if node.kind is SectionKind.ANNEX:
            closing = True
        elif node.kind is SectionKind.SAFEGUARD and not closing:
            demoted.add(id(node))
        elif node.kind in (SectionKind.MEASURE_GROUP, SectionKind.KEY_PROJECT):
            closing = False
    for node in nodes:
        if id(node) in demoted or (node.parent is not None and id(node.parent) in demoted and node.kind is SectionKind.SAFEGUARD):
            node.kind = SectionKind.MEASURE_GROUP
            demoted.add(id(node))


def take_titles_away(nodes: list[Node], folded: str) -> None:
    """Reads the few short first sentences in a list of untitled items as what they are: the beginning of the body.

    19.按照要求,加快…。通过…  20.完成…扩展。根据…: where fewer than TITLED_SHARE of the items have a title, none has."""
    ranks: dict[int, list[Node]] = {}
    for node in nodes:
        if node.kind in _ACTIONS and node.ordinal is not None and node.is_paragraph:
            ranks.setdefault(node.rank, []).append(node)
    for items in ranks.values():
        titled = [node for node in items if node.cut.body_start > node.cut.title_end]
        if len(items) >= 8 and len(titled) < TITLED_SHARE * len(items):
            for node in titled:
                node.cut = untitled(folded, node.cut)


def _allots(annex: Node, folded: str) -> bool:
    """Whether an annex says what shall be done: it is a plan of its own, its title says so, or its items name who does them."""
    if annex.is_plan or _TASKS_RE.search(folded, annex.cut.title_start, annex.cut.title_end):
        return True
    return len(_ALLOTS_RE.findall(folded, annex.cut.body_start)) >= 2
