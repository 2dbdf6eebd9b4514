"""The tree of headings: numbered, named, annexed, over tables, and the lead sentences that name a paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from zhengpu.extract.front_matter import FrontMatter, Span
from zhengpu.extract.headings import Cut, cut, is_named, kind_of_title, lead, name_line, untitled
from zhengpu.extract.markers import Rank, marker
from zhengpu.model import Block, BlockKind, Document, Evidence, Problem, Section, SectionKind

_ANNEX_RE = re.compile(
    r"(?P<label>附\s*[件录表]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})?)(?:\s*[:.]?\s*\Z|\s+(?P<title>[^。;]{2,60})\Z|\s*[:]\s*(?P<named>[^。;]{2,80})\Z)"
)
_COLUMN_RE = re.compile(r"(?P<label>专栏\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})?)\s*[:.、]?\s*(?P<title>[^。;]{2,60})\Z")
_TASKS_RE = re.compile("任务|分工|方案|行动|措施|举措|要点|工程|重点工作")
_ALLOTS_RE = re.compile(r"(?:牵头|责任|配合|主办|落实|考核)[^()。]{0,6}(?:单位|部门|处室):|负责\)")
_UNIT_LINE_RE = re.compile(r"\(?单位\s*:.{1,12}\Z")
_TITLE_LINE_RE = re.compile(r"[^。;!?]{2,60}\Z")
# the kinds whose paragraphs are named by their first sentence, and how many must be for it to be a habit of the text
TITLED_SHARE = 0.5  # of a list's items; in lists with titles all but a stray one have one, in lists without at most a third look so
_ACTIONS = (SectionKind.MEASURE_GROUP, SectionKind.SAFEGUARD, SectionKind.KEY_PROJECT)
LEADS_WANTED = {
    SectionKind.GOAL: 1,
    SectionKind.PRINCIPLE: 1,
    SectionKind.GUIDING: 2,
    SectionKind.MEASURE_GROUP: 2,
    SectionKind.SAFEGUARD: 2,
    SectionKind.KEY_PROJECT: 2,
}


@dataclass(slots=True)
class Node:
    """A heading while the tree is built."""

    start: int
    label: tuple[int, int]
    cut: Cut
    rank: int
    kind: SectionKind | None
    parent: Node | None = None
    is_plan: bool = False
    is_box: bool = False  # 专栏
    runs_in: bool = False  # its text begins in its own line
    is_paragraph: bool = False  # its line holds sentences, not only a heading
    ordinal: int | None = None
    children: int = 0
    id: str = ""
    level: int = 1


def outline(document: Document, folded: str, front: FrontMatter) -> tuple[tuple[Section, ...], tuple[Problem, ...]]:
    """The headings in text order with their kinds and bodies, and what is odd about their numbers."""
    spans = [(front.body_start, front.body_end), *([front.notice_outline] if front.notice_outline else [])]
    blocks = [b for b in document.blocks if _inside(b, spans) and b.kind is not BlockKind.METADATA and not _inside(b, front.outside)]
    nodes = _numbered(blocks, folded, front)
    _keep_last_safeguards(nodes)
    _take_titles_away(nodes, folded)
    nodes = _with_leads(nodes, blocks, folded)
    _place(nodes)
    return _sections(document, folded, nodes, front), tuple(_misnumbered(nodes, folded))


def _inside(block: Block, spans: Sequence[Span]) -> bool:
    return any(start <= block.start < end for start, end in spans)


def _numbered(blocks: list[Block], folded: str, front: FrontMatter) -> list[Node]:
    """Every heading but the lead sentences, with its parent."""
    plan_lines = {span[0]: span for _, span in front.plans} if len(front.plans) > 1 else {}
    nodes: list[Node] = []
    stack: list[Node] = []
    named_rank = _named_rank(blocks, folded)
    if plan_lines and front.plans[0][1][0] < front.body_start:
        first = front.plans[0][1]
        nodes.append(Node(first[0], (first[0], first[0]), Cut(first[0], first[1], front.body_start), 0, SectionKind.ANNEX, is_plan=True))
        stack = [nodes[0]]
    skip = -1
    for index, block in enumerate(blocks):
        if index <= skip:
            continue
        start, end = block.start, block.end
        if index and blocks[index - 1].start < front.body_start <= start:
            stack = []  # the notice's headings are over, the plan's begin
        if block.table is not None:
            caption = _caption(blocks, index, folded, nodes, skip)
            if caption is not None:
                caption.parent = _holder(stack)
                nodes.append(caption)
            continue
        text = folded[start:end]
        node: Node | None = None
        if start in plan_lines:
            span = plan_lines[start]
            node = Node(start, (start, start), Cut(span[0], span[1], span[1]), 0, SectionKind.ANNEX, is_plan=True)
            skip = max((i for i, b in enumerate(blocks) if b.start < span[1]), default=index)
        elif text.startswith("附") and (match := _ANNEX_RE.match(text)):
            node, skip = _annex(match, blocks, index, folded)
        elif text.startswith("专栏") and (match := _COLUMN_RE.match(text)):
            holder = _holder(stack)
            rank = max((node.rank for node in stack if holder is None or node.rank > holder.rank), default=Rank.LEAD)
            node = Node(
                start,
                (start, start + match.end("label")),
                Cut(start + match.start("title"), start + match.end("title"), end),
                rank,
                SectionKind.KEY_PROJECT,
                is_box=True,
            )
        else:
            node = _marked(blocks, index, folded, stack, named_rank)
        if node is None:
            continue
        while stack and stack[-1].rank >= node.rank:
            stack.pop()
        node.parent = stack[-1] if stack else None
        node.kind = node.kind or _kind(node, folded)
        stack.append(node)
        nodes.append(node)
    return nodes


def _holder(stack: list[Node]) -> Node | None:
    """The heading that a table or a box hangs below: the last one, unless its text runs on in its own line (——环境不断优化。…), then the one above."""
    return next((node for node in reversed(stack) if not node.runs_in), None)


def _named_rank(blocks: list[Block], folded: str) -> int:
    """Where sections without a number stand: above 一、 if one comes before the first of those (保障措施 / 一、加强领导), else below."""
    for block in blocks:
        text = folded[block.start : min(block.end, block.start + 14)]
        if len(text) <= 12 and is_named(text):
            return Rank.ARTICLE
        mark = marker(text)
        if mark is not None and mark.rank <= Rank.CN:
            break
    return Rank.NAMED


def _marked(blocks: list[Block], index: int, folded: str, stack: list[Node], named_rank: int) -> Node | None:
    block = blocks[index]
    start, end = block.start, block.end
    mark = marker(folded[start:end])
    follows = _text_follows(blocks, index, folded)
    if mark is None:
        if end - start > 12 or not is_named(folded[start:end]):
            return None
        return Node(start, (start, start), cut(folded, start, end, None, text_follows=follows), named_rank, None)
    above = next((node for node in reversed(stack) if node.rank < mark.rank), None)
    phase = above is not None and above.kind is SectionKind.SCHEDULE
    place = cut(folded, start + mark.length, end, mark, text_follows=follows, is_phase=phase)
    return Node(
        start,
        (start, start + len(mark.label)),
        place,
        mark.rank,
        None,
        ordinal=mark.ordinal,
        runs_in=place.body_start < end,
        is_paragraph="。" in folded[start : end - 1] or folded[end - 1] in "。)",
    )


def _text_follows(blocks: list[Block], index: int, folded: str) -> bool:
    if index + 1 >= len(blocks) or blocks[index + 1].table is not None:
        return index + 1 < len(blocks)
    following = folded[blocks[index + 1].start : blocks[index + 1].end]
    return marker(following) is None and not following.startswith(("附件", "专栏"))


def _annex(match: re.Match[str], blocks: list[Block], index: int, folded: str) -> tuple[Node, int]:
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


def _caption(blocks: list[Block], index: int, folded: str, nodes: list[Node], used: int) -> Node | None:
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


def _kind(node: Node, folded: str) -> SectionKind:
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


def _keep_last_safeguards(nodes: list[Node]) -> None:
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


def _take_titles_away(nodes: list[Node], folded: str) -> None:
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


def _with_leads(nodes: list[Node], blocks: list[Block], folded: str) -> list[Node]:
    """The nodes with the lead sentences of unmarked paragraphs added where a section names its paragraphs so."""
    heads = {id(node.parent) for node in nodes if node.parent is not None and node.kind is not SectionKind.TABLE}
    out: list[Node] = []
    position = 0
    for number, node in enumerate(nodes):
        out.append(node)
        limit = nodes[number + 1].start if number + 1 < len(nodes) else len(folded)
        wanted = 1 if node.is_box else LEADS_WANTED.get(node.kind) if node.kind else None
        if wanted is None or (node.rank == Rank.LEAD and not node.is_box):
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
        measures = node.kind in (SectionKind.MEASURE_GROUP, SectionKind.SAFEGUARD, SectionKind.KEY_PROJECT)
        if len(leads) < wanted or (measures and not node.is_box and (node.runs_in or id(node) in heads or len(leads) < len(own))):
            continue
        for block, stop in leads:
            out.append(
                Node(block.start, (block.start, block.start), Cut(block.start, stop, _after(folded, stop + 1)), Rank.LEAD, _lead_kind(node), parent=node)
            )
    return out


def _lead_kind(node: Node) -> SectionKind:
    return SectionKind.PRINCIPLE if node.kind is SectionKind.GUIDING else (node.kind or SectionKind.OTHER)


def _after(folded: str, position: int) -> int:
    while position < len(folded) and folded[position] == " ":
        position += 1
    return position


def _place(nodes: list[Node]) -> None:
    """Levels and ids: s3.2.1 is the first heading below the second below the third."""
    top = 0
    for node in nodes:
        if node.parent is None:
            top += 1
            node.id, node.level = f"s{top}", 1
        else:
            node.parent.children += 1
            node.id, node.level = f"{node.parent.id}.{node.parent.children}", node.parent.level + 1


def _sections(document: Document, folded: str, nodes: list[Node], front: FrontMatter) -> tuple[Section, ...]:
    grouping = {id(node.parent) for node in nodes if node.parent is not None and node.kind is not SectionKind.TABLE}
    stops = sorted({node.start for node in nodes} | {start for start, _ in front.outside} | {front.body_end, *(front.notice_outline or ())})
    out = []
    for node in nodes:
        after = bisect_right(stops, node.start)
        end = stops[after] if after < len(stops) else front.body_end
        while end > node.cut.body_start and folded[end - 1] in " \n":
            end -= 1
        kind = node.kind or SectionKind.OTHER
        if kind is SectionKind.MEASURE_GROUP and id(node) not in grouping:
            kind = SectionKind.MEASURE
        text = document.text
        label = text[node.label[0] : node.label[1]]
        title = re.sub(r"\s*\n\s*", "", text[node.cut.title_start : node.cut.title_end])
        body_start = min(node.cut.body_start, max(end, node.cut.title_end))
        quote_end = max(node.cut.title_end, node.label[1])
        out.append(
            Section(
                node.id,
                label,
                title,
                node.level,
                node.parent.id if node.parent else None,
                kind,
                Evidence.of(text, node.start, quote_end),
                body_start,
                max(body_start, end),
            )
        )
    return tuple(out)


def _misnumbered(nodes: list[Node], folded: str) -> list[Problem]:
    """Numbers that repeat or go back among the same kind of mark below one heading: 三、主要目标 … 三、主要任务."""
    found = []
    last: dict[tuple[int, int], int] = {}
    seen: Counter[tuple[int, int]] = Counter()
    for node in nodes:
        if node.ordinal is None or node.rank not in (Rank.CHAPTER, Rank.CN, Rank.CN_PAREN, Rank.NUMBER):
            continue
        key = (id(node.parent), node.rank)
        if seen[key] and node.ordinal <= last[key]:
            found.append(Problem("misnumbered", f"number {folded[node.label[0] : node.label[1]]!r} after {last[key]}", node.start, node.cut.title_end))
        last[key] = node.ordinal
        seen[key] += 1
    return found
