"""What kind of section a heading opens: by its title where titles say it, by its place, and by what its neighbours are."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from zhengpu.extract.duties.allocations import document_allocations
from zhengpu.extract.outline.headings import kind_of_title, opens_plan, untitled
from zhengpu.extract.outline.markers import Rank
from zhengpu.extract.outline.nodes import Node
from zhengpu.model import SectionKind

_TASKS_RE = re.compile("任务|分工|方案|行动|措施|举措|要点|工程|重点工作")
_ALLOTS_RE = re.compile(r"(?:牵头|责任|配合|主办|落实|考核)[^()。]{0,6}(?:单位|部门|处室):|负责\)")
TITLED_SHARE = 0.5  # of a list's items; in lists with titles all but a stray one have one, in lists without at most a third look so
_OPENING = frozenset({SectionKind.OTHER, SectionKind.GUIDING, SectionKind.PRINCIPLE, SectionKind.GOAL})
_LEADERSHIP_RE = re.compile("(?:加强|强化|健全|完善|坚持|切实加强|进一步加强)?(?:党的|组织)(?:全面)?(?:领导|实施|保障|协调|推进)")
_ACTIONS = (SectionKind.MEASURE_GROUP, SectionKind.SAFEGUARD, SectionKind.KEY_PROJECT)


def kind_of(node: Node, folded: str) -> SectionKind:
    """By what the title says where titles say it (at the top, right below 总体要求, below a chapter or a plan), else as above."""
    parent = node.parent
    title = folded[node.cut.title_start : node.cut.title_end]
    container = parent is None or parent.is_plan or parent.rank <= Rank.CLAUSE_SECTION or parent.kind is SectionKind.ANNEX
    asked = container or (parent is not None and (parent.kind in (SectionKind.GUIDING, SectionKind.OTHER) or _opens(parent, title)))
    said = kind_of_title(title) if asked else None
    if said is SectionKind.KEY_PROJECT and parent is not None and parent.kind is SectionKind.MEASURE_GROUP and title.startswith(("实施", "推进", "组织实施")):
        said = None  # 重点任务 / 实施…培育工程
    if container:
        fallback = SectionKind.OTHER if parent is not None and parent.kind is SectionKind.ANNEX and not _allots(parent, folded) else SectionKind.MEASURE_GROUP
        if parent is not None and not parent.is_plan and parent.kind not in (None, SectionKind.ANNEX, SectionKind.MEASURE_GROUP):
            fallback = parent.kind or fallback
        return said or fallback
    assert parent is not None
    if parent.kind is SectionKind.GOAL and "任务" in folded[parent.cut.title_start : parent.cut.title_end]:
        return said or SectionKind.MEASURE_GROUP  # 目标任务: the paragraph below it is the goal, the numbered parts are the tasks
    return said or parent.kind or SectionKind.MEASURE_GROUP


def _opens(parent: Node, title: str) -> bool:
    """Whether a heading says 发展目标 and nothing else right below one of the first rank that says something of its own (一、开启新征程)."""
    return parent.kind is SectionKind.MEASURE_GROUP and opens_plan(title)


def name_openings(nodes: list[Node]) -> None:
    """A first heading over nothing but 发展基础, 指导思想, 发展目标 and the like opens the plan, whatever it says of itself."""
    below: dict[int, list[Node]] = {}
    for node in nodes:
        if node.parent is not None and node.parent.kind is SectionKind.MEASURE_GROUP:
            below.setdefault(id(node.parent), []).append(node)
    for node in nodes:
        kinds = {child.kind for child in below.get(id(node), ())}
        if kinds and kinds <= _OPENING:
            node.kind = SectionKind.OTHER if kinds == {SectionKind.OTHER} else SectionKind.GUIDING


def name_tasks(nodes: list[Node], folded: str) -> None:
    """Makes tasks of the goals that bodies are named for: the lists of a plan's tasks begin with 预期目标, each with its 牵头单位."""
    goals = [node for node in nodes if node.kind is SectionKind.GOAL]
    if not goals:
        return
    starts = [allocation.start for allocation in document_allocations(folded)]
    ends = {id(node): following.start for node, following in pairwise(nodes)}
    for node in goals:
        below = ends.get(id(node), len(folded))
        if bisect_left(starts, node.cut.title_end) < bisect_left(starts, below):
            node.kind = SectionKind.MEASURE_GROUP
    children: dict[int, list[Node]] = {}
    for node in goals:
        if node.parent is not None:
            children.setdefault(id(node.parent), []).append(node)
    for node in goals:
        if id(node) in children and all(child.kind is SectionKind.MEASURE_GROUP for child in children[id(node)]):
            node.kind = SectionKind.MEASURE_GROUP


def name_actions(nodes: list[Node], folded: str) -> None:
    """Makes measures of 重点行动 and what is below it where the plan has no measures beside it: in a 行动方案 the actions are what shall be done."""
    projects = [node for node in nodes if node.kind is SectionKind.KEY_PROJECT]
    if not projects or any(node.kind is SectionKind.MEASURE_GROUP for node in nodes):
        return
    actions: set[int] = set()
    for node in projects:
        said = folded[node.cut.title_start : node.cut.title_end].endswith("行动") and any(child.parent is node for child in nodes)
        if said or (node.parent is not None and id(node.parent) in actions and not node.is_box):
            node.kind = SectionKind.MEASURE_GROUP
            actions.add(id(node))


def _is_below(node: Node, above: Node) -> bool:
    while node.parent is not None:
        node = node.parent
        if node is above:
            return True
    return False


def _leads(section: Node, nodes: list[Node], folded: str) -> bool:
    """Whether one of the headings right below a section is 加强组织领导."""
    return any(_LEADERSHIP_RE.match(folded, node.cut.title_start, node.cut.title_end) for node in nodes if node.parent is section)


def keep_last_safeguards(nodes: list[Node], folded: str) -> None:
    """Makes measures of the sections named like safeguards that have measures behind them: safeguards are what closes a plan.

    The last section over 加强组织领导 is one whatever it is called (五、强化工作落实)."""
    closing, first = True, True
    demoted: set[int] = set()
    for node in reversed([node for node in nodes if node.parent is None or node.parent.is_plan or node.parent.rank <= Rank.CLAUSE_SECTION]):
        if first and node.kind is SectionKind.MEASURE_GROUP and _leads(node, nodes, folded):
            for below in nodes:
                if below is node or (_is_below(below, node) and below.kind is SectionKind.MEASURE_GROUP):
                    below.kind = SectionKind.SAFEGUARD
        first = first and node.kind is SectionKind.ANNEX
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
    ranks: dict[float, list[Node]] = {}
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
