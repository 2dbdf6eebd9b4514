"""The tree of headings: numbered, named, annexed, over tables, and the lead sentences that name a paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from zhengpu.extract.duties.allocations import is_label
from zhengpu.extract.outline.annexes import ANNEX_RE, annex, caption_of, holder, label_above
from zhengpu.extract.outline.front_matter import FrontMatter
from zhengpu.extract.outline.headings import LONGEST_LEAD, Cut, cut, is_named, kind_of_title
from zhengpu.extract.outline.kinds import keep_last_safeguards, kind_of, name_actions, name_openings, name_tasks, take_titles_away
from zhengpu.extract.outline.leads import with_leads
from zhengpu.extract.outline.markers import Rank, marker
from zhengpu.extract.outline.nodes import Node
from zhengpu.extract.spans import Spans
from zhengpu.model import Block, BlockKind, Document, Evidence, Problem, Section, SectionKind

_LINE_END_RE = re.compile(r"\s*\n\s*")
_COLUMN_RE = re.compile(r"(?P<label>专栏\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})?)\s*[:.、]?\s*(?P<title>[^。;]{2,60})\Z")

_LABELLED_RE = re.compile(r"\(?(?:牵头|责任|配合|参与|参加|协办|主办|完成|落实)[^,。:]{0,8}(?:单位|部门|处室|科室|领导|人|时限|时间):")  # 责任单位:…
_SECOND_RE = re.compile("[;。]二是")
_HEADING_RE = re.compile(r"(?!附件|专栏|表)[^\s。:;()《》\d][^。:;()]{3,38}\Z")  # bold or large, without a number


def outline(document: Document, folded: str, front: FrontMatter) -> tuple[tuple[Section, ...], tuple[Problem, ...]]:
    """The headings in text order with their kinds and bodies, and what is odd about their numbers."""
    inside = Spans([(front.body_start, front.body_end), *([front.notice_outline] if front.notice_outline else [])])
    outside = Spans(front.outside)
    blocks = [b for b in document.blocks if b.start in inside and b.kind is not BlockKind.METADATA and b.start not in outside]
    nodes = _numbered(blocks, folded, front)
    name_openings(nodes)
    name_tasks(nodes, folded)
    keep_last_safeguards(nodes, folded)
    name_actions(nodes, folded)
    take_titles_away(nodes, folded)
    nodes = with_leads(nodes, blocks, folded)
    _place(nodes)
    return _sections(document, folded, nodes, front), tuple(_misnumbered(nodes, folded))


def _numbered(blocks: list[Block], folded: str, front: FrontMatter) -> list[Node]:
    """Every heading but the lead sentences, with its parent."""
    plan_lines = {span[0]: span for _, span in front.plans} if len(front.plans) > 1 else {}
    nodes: list[Node] = []
    stack: list[Node] = []
    named_rank = _named_rank(blocks, folded)
    again = _names_said_again(blocks, folded) if not plan_lines else frozenset()
    if plan_lines and front.plans[0][1][0] < front.body_start:
        first = front.plans[0][1]
        label = label_above(folded, first[0])
        nodes.append(Node(label[0], label, Cut(first[0], first[1], front.body_start), 0, SectionKind.ANNEX, is_plan=True))
        stack = [nodes[0]]
    skip = -1
    for index, block in enumerate(blocks):
        if index <= skip:
            continue
        start, end = block.start, block.end
        if index and blocks[index - 1].start < front.body_start <= start:
            stack = []  # the notice's headings are over, the plan's begin
        if block.table is not None:
            caption = caption_of(blocks, index, folded, nodes, skip)
            if caption is not None:
                caption.parent = holder(stack)
                nodes.append(caption)
            continue
        text = folded[start:end]
        node: Node | None = None
        if start in plan_lines:
            span = plan_lines[start]
            node = Node(start, (start, start), Cut(span[0], span[1], span[1]), 0, SectionKind.ANNEX, is_plan=True)
            skip = max((i for i, b in enumerate(blocks) if b.start < span[1]), default=index)
        elif text.startswith("附") and (match := ANNEX_RE.match(text)):
            node, skip = annex(match, blocks, index, folded)
        elif text.startswith("专栏") and (match := _COLUMN_RE.match(text)):
            above = holder(stack)
            rank = _box_rank(blocks, index, folded, stack, above)
            node = Node(
                start,
                (start, start + match.end("label")),
                Cut(start + match.start("title"), start + match.end("title"), end),
                rank,
                SectionKind.TABLE if "指标" in match["title"] and index + 1 < len(blocks) and blocks[index + 1].table is not None else SectionKind.KEY_PROJECT,
                is_box=True,
            )
        else:
            node = _marked(blocks, index, folded, stack, named_rank)
        if node is None:
            continue
        if node.label[0] == node.label[1] and text.strip(_AROUND) in again:
            node.rank = _repeated_rank(stack, again, folded, node.rank)
        while stack and stack[-1].rank >= node.rank:
            stack.pop()
        node.parent = stack[-1] if stack else None
        node.kind = node.kind or kind_of(node, folded)
        stack.append(node)
        nodes.append(node)
    return nodes


def _box_rank(blocks: list[Block], index: int, folded: str, stack: list[Node], above: Node | None) -> float:
    """How high a 专栏 stands: as the items around it, but above a list that begins with 1. right below its title and goes on from none."""
    rank: float = max((node.rank for node in stack if above is None or node.rank > above.rank), default=Rank.LEAD)
    first = marker(folded[blocks[index + 1].start : blocks[index + 1].end]) if index + 1 < len(blocks) else None
    if first is not None and first.ordinal == 1 and (above is None or above.rank < first.rank) and rank >= first.rank:
        return first.rank - 0.5
    return rank


def _named_rank(blocks: list[Block], folded: str) -> int:
    """Where sections without a number stand: above 一、 if one comes before the first of those (保障措施 / 一、加强领导), else below."""
    for block in blocks:
        text = folded[block.start : min(block.end, block.start + 14)]
        if len(text) <= 12 and is_named(text) and kind_of_title(text) is not SectionKind.PREAMBLE:
            return Rank.ARTICLE
        mark = marker(text)
        if mark is not None and mark.rank <= Rank.CN:
            break
    return Rank.NAMED


_AROUND = " *:"  # what stands around the name of a section


def _names_said_again(blocks: list[Block], folded: str) -> frozenset[str]:
    """The names of sections without numbers that stand more than once, as 主要目标 and 策略措施 below each field; safeguards come once in a plan."""
    lines = (folded[block.start : block.end] for block in blocks if block.end - block.start <= 12 and block.table is None)
    counts = Counter(line.strip(_AROUND) for line in lines if is_named(line))
    return frozenset(name for name, count in counts.items() if count > 1 and kind_of_title(name) is not SectionKind.SAFEGUARD)


def _repeated_rank(stack: list[Node], again: frozenset[str], folded: str, otherwise: float) -> float:
    """Where a name said again stands: as the one before it below the same field, else right below the field's (一)."""
    for node in reversed(stack):
        if node.label[0] == node.label[1] and folded[node.cut.title_start : node.cut.title_end] in again:
            return node.rank
    return Rank.CN_PAREN + 0.5 if any(node.rank == Rank.CN_PAREN for node in stack) else otherwise


def _first_rank(blocks: list[Block], index: int, folded: str, otherwise: int) -> int:
    """The rank of the first numbered heading behind a block: 前言 stands beside 一、 or 第一章 and above neither."""
    for block in blocks[index + 1 :]:
        if block.table is None and (mark := marker(folded[block.start : block.end])) is not None and mark.opens_outline:
            return mark.rank
    return otherwise


def _marked(blocks: list[Block], index: int, folded: str, stack: list[Node], named_rank: int) -> Node | None:
    block = blocks[index]
    start, end = block.start, block.end
    mark = marker(folded[start:end])
    if mark is not None and is_label(folded, start + mark.length):
        return None  # ▲牵头单位:市商务局 is said of the measure above it
    if mark is not None and _is_field(blocks, index, folded, mark.rank):
        return None
    # what the format marks as a heading is one to its end: **（一）统筹两个市场，打造加工制造中心。** above 1.
    follows = _text_follows(blocks, index, folded, mark.rank if mark else None) or block.kind is BlockKind.HEADING
    if mark is None:
        if end - start > 12 or not is_named(folded[start:end]):
            names_text = block.kind is BlockKind.HEADING and stack and _names_text(blocks, index, folded)
            return Node(start, (start, start), Cut(start, end, end), Rank.LEAD, None) if names_text else None
        kind, following = kind_of_title(folded[start:end]), blocks[index + 1 : index + 2]
        # 主要预期目标: and its bullets before the first 一、 hold nothing else
        beside = kind is SectionKind.GOAL and not stack and any(folded.startswith(("—", "-"), block.start) for block in following)
        rank = _first_rank(blocks, index, folded, named_rank) if kind is SectionKind.PREAMBLE or beside else named_rank
        return Node(start, (start, start), cut(folded, start, end, None, text_follows=follows), rank, None)
    above = next((node for node in reversed(stack) if node.rank < mark.rank), None)
    if mark.label == "一是" and (above is None or above.kind is not SectionKind.GOAL) and _SECOND_RE.search(folded, start, end):
        return None  # 一是…;二是… in one paragraph are sentences of it
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


# 1.工作目标:新建学校2所 on the card of a project, whose other numbered lines are 2.牵头单位:… 3.完成时限:…
_FIELD_RE = re.compile(r"(?:[一-鿿]{0,4}(?:目标|内容|任务|举措|措施|标准|规模|地点|范围|对象|来源)|资金(?:安排|保障|预算)):[^\n]{4}")
_MOST_FIELDS = 6


def _is_field(blocks: list[Block], index: int, folded: str, rank: Rank) -> bool:
    """Whether a numbered line is a field of a card: a label with its text, and below it other fields down to one of bodies, people or a deadline."""
    if rank < Rank.NUMBER:
        return False
    for block in blocks[index : index + _MOST_FIELDS]:
        mark = marker(folded[block.start : block.end])
        if block.table is not None or mark is None or mark.rank != rank:
            return False
        if is_label(folded, block.start + mark.length):
            return True
        if not _FIELD_RE.match(folded, block.start + mark.length):
            return False
    return False


def _names_text(blocks: list[Block], index: int, folded: str) -> bool:
    """Whether a heading of the format without a number names the paragraph below it, and is no emphasis, label or bracket."""
    if index + 1 >= len(blocks) or blocks[index + 1].table is not None or blocks[index + 1].end - blocks[index + 1].start < LONGEST_LEAD:
        return False
    return _HEADING_RE.match(folded, blocks[index].start, blocks[index].end) is not None and _text_follows(blocks, index, folded)


def _text_follows(blocks: list[Block], index: int, folded: str, rank: int | None = None) -> bool:
    """Whether the block is followed by what it heads: text without a mark, a table, or a mark below `rank`."""
    if index + 1 >= len(blocks) or blocks[index + 1].table is not None:
        return index + 1 < len(blocks)
    following = folded[blocks[index + 1].start : blocks[index + 1].end]
    mark = marker(following)
    if mark is None:
        return not following.startswith(("附件", "专栏")) and not _LABELLED_RE.match(following)
    return rank is not None and rank < mark.rank <= Rank.NUMBER


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
        title = _LINE_END_RE.sub("", text[node.cut.title_start : node.cut.title_end])
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
    last: dict[tuple[int, float], int] = {}
    seen: Counter[tuple[int, float]] = Counter()
    for node in nodes:
        if node.ordinal is None or node.rank not in (Rank.CHAPTER, Rank.CN, Rank.CN_PAREN, Rank.NUMBER):
            continue
        key = (id(node.parent), node.rank)
        if seen[key] and node.ordinal <= last[key]:
            found.append(Problem("misnumbered", f"number {folded[node.label[0] : node.label[1]]!r} after {last[key]}", node.start, node.cut.title_end))
        last[key] = node.ordinal
        seen[key] += 1
    return found
