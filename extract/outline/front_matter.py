"""Where a document's parts begin: the notice with its title, addressees and signature, the plans it issues, and where the plan's own words end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhengpu.extract.outline.contents import contents
from zhengpu.extract.outline.markers import Rank, marker
from zhengpu.extract.outline.titles import (
    NUMBER,
    NUMBER_LINE_RE,
    PLAN_TITLE_RE,
    UNDATED_RE,
    last_printed,
    notice_title,
    place_of,
    plan_title,
    prefix,
    promulgated,
    unbracketed,
)
from zhengpu.model import Block, BlockKind, Document

Span = tuple[int, int]

_PROMULGATES_RE = re.compile(r"印发|转发|下发|发布|公布|颁布|颁发")
_TITLE_BRACKET_RE = re.compile(r"\([^()]{2,30}\)\Z")  # (2022年-2025年) or (试行) in a line of its own below the title
_DATE = r"(?:\d{4}|[一二三四五六七八九零○0]{4}) ?年 ?(?:\d{1,2}|[一二三四五六七八九十]{1,2}) ?月 ?(?:\d{1,2}|[一二三四五六七八九十]{1,3}) ?日"
_DATE_LINE_RE = re.compile(rf"\(?\s*(?P<date>{_DATE})\s*\)?\Z")
_SIGNED_RE = re.compile(rf"(?P<names>[^。,;:《》\d]{{2,60}}?)\s+(?P<date>{_DATE})\Z")
# (云府办〔2024〕15号 2024年4月9日云州省人民政府办公厅印发) below the title: who issued it, when and under which number, in one bracket
_ISSUED_LINE_RE = re.compile(
    rf"\((?:(?P<number>{NUMBER})[\s,;]*)?(?P<date>{_DATE})[\s,]*(?P<names>[^。,;:《》()\d!?]{{3,60}}?)(?:印发|发布|公布|颁布|下发|制定)(?:[,;\s][^()]{{0,30}})?\)\Z"
)
_NUMBERED_TITLE_RE = re.compile(rf"(?P<number>{NUMBER})\s*\S{{6,}}\Z|.{{6,}}\((?P<last>{NUMBER})\)\Z")  # 云府办发〔2021〕6号 某区人民政府办公室关于…的通知
_ADDRESS_RE = re.compile(
    r"(?=.*[各关府局委部厅办院校会司位区县市])(?!.*(?:来源|作者|日期|时间|浏览|字体|视力|访问|点击)[^,、]{0,4}[ :])"
    r"(?!.*(?:如下|通知|意见|方案|要求|任务|目标)\s*:\Z)[^。;《》!?]{2,400}:\Z"
)
_TAIL_RE = re.compile(r"特此(?:通知|公告|函告|报告)。?\Z|\(?此件.{2,20}\)?\Z|抄\s*[送报]\s*:.*|主\s*送\s*:.*|.{0,40}\d{1,2}日印发\Z|\(?联系(?:人|电话).{0,60}")
_ANNEX_LINE_RE = re.compile(r"附\s*[件录表]?\s*\d*\s*:")
_CITED_TITLE_RE = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_LONGEST_LABEL = 60  # characters of a line of a page's data: 发布部门:市政府办公室


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The parts of a document as spans of its text. `plans` are (title, span of its lines) in order; the first is the one described by `plan`.

    The plan's words are [body_start, body_end); what lies in `outside` (signature, list of annexes, distribution list) belongs to no section."""

    title: Span | None
    number: Span | None
    addressees: Span | None
    signatures: tuple[Span, ...]
    date: Span | None
    plans: tuple[tuple[str, Span], ...]
    is_notice: bool
    body_start: int
    body_end: int
    outside: tuple[Span, ...]
    notice_outline: Span | None = None  # where the notice has headings of its own before the plan's title


def front_matter(document: Document, folded: str) -> FrontMatter:
    """Finds the parts. Works with whatever is there: a plan without a notice, a notice without a title, nothing but text."""
    blocks = document.blocks
    # tables and the page's labelled values are no text here, but they keep lines apart that do not belong together
    texts = [folded[block.start : block.end] if block.kind not in (BlockKind.TABLE, BlockKind.METADATA) else "" for block in blocks]
    listed = contents(texts)
    for i in listed:
        texts[i] = ""
    first_heading = next((i for i, text in enumerate(texts) if (m := marker(text)) is not None and m.opens_outline), len(texts))
    opening = min(first_heading, 40)

    head = notice_title(texts, opening)
    issued = promulgated(texts, head, opening)
    plans: list[tuple[str, int, int]] = []  # title, first block, block after the last
    for name in issued:
        place = place_of(name, texts, head[1] if head else 0, len(texts), [p[1] for p in plans])
        if place:
            plans.append((document.text[blocks[place[0]].start : blocks[place[1] - 1].end], *place))
    plans.sort(key=lambda plan: plan[1])
    is_notice = bool(issued)
    titled = head
    if head is None and not plans:
        titled = last_printed(plan_title(texts, opening), texts, opening)
        if titled:
            plans = [("", *titled)]
    elif head and not issued:
        plans = [("", *head)]  # a notice that is itself the plan: 关于开展…工作的通知
    start = plans[0][2] if plans else (head[1] if head else 0)
    if is_notice and not plans:
        start = _after_notice(texts, head[1] if head else 0, opening)
        if printed := plan_title(texts, min(opening, start + 4), start):  # the notice gives it another name: 全国…方案
            start = printed[1] + (printed[1] < opening and bool(_TITLE_BRACKET_RE.match(texts[printed[1]])))
            plans = [("", printed[0], start)]

    number = next((i for i in range(opening) if NUMBER_LINE_RE.match(texts[i])), None)
    if number is None and head:
        number = next((i for i in range(*head) if _NUMBERED_TITLE_RE.match(texts[i])), None)
    addressees = next((i for i in range(head[1] if head else 0, opening) if _ADDRESS_RE.match(texts[i]) and marker(texts[i]) is None), None)
    signatures, date = _signature(texts, blocks, start if is_notice else len(texts))
    if date is None and is_notice and plans and texts[plans[0][1]].startswith("附"):
        signatures, date = _signature(texts, blocks, len(texts))  # below the line that announces the annex
    signed_at = None if is_notice else _signed_below_title(texts, start, first_heading)
    if signed_at is not None and date is None:
        signatures, date = _signature(texts[: signed_at + 1], blocks, signed_at + 1)
    bracketed = (
        next((i for i in range(start, min(first_heading, start + 3)) if _ISSUED_LINE_RE.match(texts[i])), None) if not is_notice and not signatures else None
    )
    issue: dict[str, Span] = {}
    if bracketed is not None:
        issue = {name: (blocks[bracketed].start + first, blocks[bracketed].start + last) for name, (first, last) in _parts(texts[bracketed]).items()}
        signatures, date = [issue["names"]], issue["date"]
    own = (first_heading, plans[0][1]) if is_notice and plans and first_heading < plans[0][1] else None
    outside = _outside(texts, blocks, own[0] if own else start, {plan[1] for plan in plans})
    outside += [(blocks[i].start, blocks[i].end) for i in listed]
    if own or not is_notice:
        # a signature inside the stretch that has headings: at the end of a plan, or below the notice's own headings
        outside += [*signatures, *([date] if date else [])]
    body = start
    if addressees is not None and start <= addressees < first_heading and not any(map(_is_sentence, texts[start:addressees])):
        body = addressees  # what stands above 各县(市、区)人民政府: is the page's
    if signed_at is not None and body <= signed_at < first_heading:
        body = signed_at + 1
    if bracketed is not None and body <= bracketed:
        body = bracketed + 1
    if body + 1 < first_heading and UNDATED_RE.match(texts[body]):
        body += 1  # who drew the plan up, below its title
    while body < len(texts) and (body < first_heading or own) and _is_heading_matter(texts[body], blocks[body], body in (number, addressees)):
        body += 1

    def span(place: tuple[int, int] | None) -> Span | None:
        return (blocks[place[0]].start + prefix(texts[place[0]]), blocks[place[1] - 1].end) if place else None

    title = span(titled) if titled else (span((plans[0][1], plans[0][2])) if plans else None)
    named = tuple((_joined(document.text, blocks[a:b], texts[a:b]), span((a, b)) or (0, 0)) for _, a, b in plans)
    if issued and not named:
        named = ((issued[0], title or (0, 0)),) if title else ()
    return FrontMatter(
        title=title,
        number=_number_span(texts[number], blocks[number].start) if number is not None else issue.get("number"),
        addressees=span((addressees, addressees + 1)) if addressees is not None else None,
        signatures=tuple(signatures),
        date=date,
        plans=named,
        is_notice=is_notice,
        body_start=blocks[body].start if body < len(blocks) else len(document.text),
        body_end=len(document.text),
        outside=tuple(sorted(set(outside))),
        notice_outline=(blocks[own[0]].start, blocks[own[1]].start) if own else None,
    )


def _parts(line: str) -> dict[str, Span]:
    """Where the number (if any), date and names of a line of _ISSUED_LINE_RE stand in it."""
    match = _ISSUED_LINE_RE.match(line)
    return {name: match.span(name) for name in ("number", "date", "names") if match and match[name]} if match else {}


def _is_sentence(text: str) -> bool:
    return len(text) > _LONGEST_LABEL or text.endswith(("。", ";"))


def _number_span(text: str, start: int) -> Span | None:
    match = NUMBER_LINE_RE.match(text) or _NUMBERED_TITLE_RE.match(text)
    which = "last" if match and "last" in match.groupdict() and match["last"] else "number"
    return (start + match.start(which), start + match.end(which)) if match else None


def _outside(texts: list[str], blocks: Sequence[Block], first: int, plan_starts: set[int]) -> list[Span]:
    """What stands among the sections from block `first` on and belongs to none: 特此通知, distribution lists, lists of annexes, dates in lines of their own."""
    last = max((i for i in range(len(texts)) if blocks[i].kind is not BlockKind.METADATA), default=-1)
    found = [
        (blocks[i].start, blocks[i].end)
        for i in range(first, len(texts))
        # i > last: the labelled values that databases trail, and footnotes
        if i > last or (len(texts[i]) < 200 and (_TAIL_RE.match(texts[i]) or _DATE_LINE_RE.match(texts[i])))
    ]
    return found + _annex_lists(texts, blocks, first, plan_starts)


def _is_heading_matter(text: str, block: Block, known: bool) -> bool:
    """Whether a block between a plan's title and its words is none of them: its number, period, date, addressees."""
    return known or bool(_TITLE_BRACKET_RE.match(text) or _DATE_LINE_RE.match(text)) or (not text and block.table is None)


def _joined(text: str, blocks: Sequence[Block], texts: list[str]) -> str:
    """A title's lines as one, without what stands before it (附件：)."""
    lines = [text[block.start : block.end] for block in blocks]
    lines[0] = lines[0][prefix(texts[0]) :]
    return unbracketed("".join(lines).strip())


def _after_notice(texts: list[str], first: int, opening: int) -> int:
    """The block after the notice's signature or, failing that, after the sentence that issues the plan."""
    after = first
    for i in range(first, opening):
        # 根据《…关于印发…的通知》要求,制定本方案。 issues nothing
        issues = _PROMULGATES_RE.search(_CITED_TITLE_RE.sub("", texts[i])) is not None
        if issues or _DATE_LINE_RE.match(texts[i]) or _ADDRESS_RE.match(texts[i]) or _TAIL_RE.match(texts[i]):
            after = i + 1
    return after


def _signature(texts: list[str], blocks: Sequence[Block], limit: int) -> tuple[list[Span], Span | None]:
    """The signing bodies, a line each, and the date below them: before the plan (a notice), else the last of the document."""
    order = range(limit) if limit < len(texts) else range(len(texts) - 1, -1, -1)
    for i in order:
        signed = _SIGNED_RE.match(texts[i]) if len(texts[i]) < 90 else None
        if signed:
            return [(blocks[i].start + signed.start("names"), blocks[i].start + signed.end("names"))], (blocks[i].start + signed.start("date"), blocks[i].end)
        match = _DATE_LINE_RE.match(texts[i])
        if not match:
            continue
        names: list[Span] = []
        above = i - 1
        while above >= 0 and len(names) < 12 and (_is_signature(texts[above]) or _SEALED_RE.fullmatch(texts[above])):
            if not _SEALED_RE.fullmatch(texts[above]):
                names.insert(0, (blocks[above].start, blocks[above].end))
            above -= 1
        return names, (blocks[i].start + match.start("date"), blocks[i].start + match.end("date"))
    last = len(texts) - 1
    while last > 0 and ((not texts[last] and blocks[last].table is None) or _TAIL_RE.match(texts[last])):
        last -= 1
    if limit >= len(texts) and last > 8 and UNDATED_RE.match(texts[last]) and texts[last - 1][-1:] in "。)":
        return [(blocks[last].start, blocks[last].end)], None
    return [], None


def _signed_below_title(texts: list[str], start: int, limit: int) -> int | None:
    """The line of the date where a text prints who issued it and when right below its title; None elsewhere."""
    lines = [i for i in range(start, min(limit, start + _SIGNATURE_LINES)) if texts[i]]
    for count, i in enumerate(lines):
        if _DATE_LINE_RE.match(texts[i]):
            return i if count else None
        if not _is_signature(texts[i]):
            return None
    return None


_SIGNATURE_LINES = 6
_SEALED_RE = re.compile(r"\([^()]{2,30}(?:代章|代)\)")  # (国家中医药管理局代章)


def _is_signature(text: str) -> bool:
    return bool(re.match(r"[^。,;:《》()\d!?、]{2,60}\Z", text)) and not PLAN_TITLE_RE.match(text) and marker(text) is None


def _heads(texts: list[str], blocks: Sequence[Block], index: int) -> bool:
    """Whether 附件1:任务分工表 stands over a table or a text with headings, and announces nothing."""
    if index + 1 >= len(blocks):
        return False
    mark = marker(texts[index + 1])
    return blocks[index + 1].table is not None or (mark is not None and mark.rank <= Rank.CN and "1." not in texts[index])


def _annex_lists(texts: list[str], blocks: Sequence[Block], body: int, plan_starts: set[int]) -> list[Span]:
    """`附件：1.… 2.…` lines that announce the annexes: not part of the measure above them."""
    out: list[Span] = []
    inside = False
    for i in range(body, len(texts)):
        text = texts[i]
        if _ANNEX_LINE_RE.match(text) and i not in plan_starts and len(text) < 400 and not _heads(texts, blocks, i):
            inside = True
            out.append((blocks[i].start, blocks[i].end))
        elif inside and re.match(r"\d{1,2}[.、]", text) and len(text) < 60 and text[-1:] not in "。;":
            out.append((blocks[i].start, blocks[i].end))
        else:
            inside = False
    return out
