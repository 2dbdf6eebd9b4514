"""Where a document's parts begin: the notice with its title, addressees and signature, the plans it issues, and where the plan's own words end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhengpu.extract.outline.contents import contents
from zhengpu.extract.outline.markers import Rank, marker
from zhengpu.model import Block, BlockKind, Document

Span = tuple[int, int]

_NUMBER = r"[^\s,。:;《》()\[\]]{1,14}[(\[][12]\d{3}[)\]]\s*第?\s*\d{1,5}\s*号"
_NOTICE_TITLE_RE = re.compile(rf"[^。;,]{{0,80}}?(?:关于|印发|转发).{{2,200}}?的?(?:通\s*知|函|公\s*告|通\s*报|批\s*复|决\s*定)(?:\({_NUMBER}\))?\Z")
_PROMULGATES_RE = re.compile(r"印发|转发|下发|发布|公布|颁布|颁发")
_ISSUED_RE = re.compile(r"(?:印发|转发|下发|发布|公布|颁布|颁发)(?P<issue>.{2,200}?)的?(?:通\s*知|公\s*告|函|令|决\s*定)\Z")
_TITLES_RE = re.compile(r"(?:《(?:[^《》]|《[^《》]*》)+》|[、和及与,]|以及)+(?:\([^()]*\))?(?:等.{0,8})?")
# 印发…两个规定的通知: the sentence names them
_SEVERAL_RE = re.compile(r"[两二三四五六七八九][个项](?:规定|文件|方案|办法|措施|计划|意见|细则|制度)\Z")
LEAST_ENTITLED = 3  # characters of the name of what a notice issues
# what a plan's title ends with; the bracket behind it may hold its period or 试行
_PLAN_TITLE_RE = re.compile(
    r"[^。;:!?]{2,120}(?:方案|计划|要点|规划|纲要|意见|措施|举措|办法|细则|分工|清单|规定|条例|决定|政策|安排|指引|指南|通知|公告|报告|任务书|工作部署|名单|名录|目录|一览表|公示)(?:\([^()]{1,40}\))?\Z"
)
# and what a title may end with where nothing better is found: pages name their columns so, too
_LOOSE_TITLE_RE = re.compile(
    r"[^。;:!?]{6,120}(?:(?:年|攻坚|提升|专项|集中|系列|示范)行动|(?:任务|责任|目标)分解|分解表|分工表|责任表|任务表|安排表|台账|要点任务|实施步骤|工程|项目)(?:\([^()]{1,40}\))?\Z"
)
_TITLE_BRACKET_RE = re.compile(r"\([^()]{2,30}\)\Z")  # (2022年-2025年) or (试行) in a line of its own below the title
_DATE = r"(?:\d{4}|[一二三四五六七八九零○0]{4}) ?年 ?(?:\d{1,2}|[一二三四五六七八九十]{1,2}) ?月 ?(?:\d{1,2}|[一二三四五六七八九十]{1,3}) ?日"
_DATE_LINE_RE = re.compile(rf"\(?\s*(?P<date>{_DATE})\s*\)?\Z")
_SIGNED_RE = re.compile(rf"(?P<names>[^。,;:《》\d]{{2,60}}?)\s+(?P<date>{_DATE})\Z")
_NUMBER_LINE_RE = re.compile(rf"\(?(?P<number>{_NUMBER}|[^\s,。:;《》()]{{0,20}}公告\s*[12]\d{{3}}年第?\d{{1,4}}号)\)?\Z")
_NUMBERED_TITLE_RE = re.compile(rf"(?P<number>{_NUMBER})\s*\S{{6,}}\Z|.{{6,}}\((?P<last>{_NUMBER})\)\Z")  # 云府办发〔2021〕6号 某区人民政府办公室关于…的通知
_ADDRESS_RE = re.compile(
    r"(?=.*[各关府局委部厅办院校会司位区县市])(?!.*(?:来源|作者|日期|时间|浏览|字体|视力|访问|点击)[^,、]{0,4}[ :])"
    r"(?!.*(?:如下|通知|意见|方案|要求|任务|目标)\s*:\Z)[^。;《》!?]{2,400}:\Z"
)
_TAIL_RE = re.compile(r"特此(?:通知|公告|函告|报告)。?\Z|\(?此件.{2,20}\)?\Z|抄\s*[送报]\s*:.*|主\s*送\s*:.*|.{0,40}\d{1,2}日印发\Z|\(?联系(?:人|电话).{0,60}")
_ANNEX_LINE_RE = re.compile(r"附\s*[件录表]?\s*\d*\s*:")
# 【法规正文】 of a database (folded to round brackets), 附件1：
_PREFIX_RE = re.compile(rf"(?:\([^()\d]{{2,12}}\)\s+|附\s*件\s*\d*\s*[:.]?\s*|{_NUMBER}\s*(?=\S{{6,}}\Z))+")
# a body's name alone at the end of a text is its signature, date or not
_UNDATED_RE = re.compile(r"[^。,;:《》()\d!?、\s]{3,26}(?:政府|委员会|委|局|部|厅|办公室|院|办)\Z")
_CITED_RE = re.compile(r"[^\s《》]{1,14}[(\[][12]\d{3}[)\]]\d{1,5}号 ?《.*》\Z")
_CLOSES_TITLE_RE = re.compile(r"\)》?的?(?:通知|公告|函|决定)\Z")  # (2023—2025年)的通知
_CITED_TITLE_RE = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_TRAIL_RE = re.compile(r"^(?:网站)?首 ?页|\||\s>|>\s|»|公报 {0,2}\d{4}年第 ?\d{1,3} ?期")  # 首页 > 政务公开, 登录 | 注册: a page's furniture
_STATED_RE = re.compile(r"[^:\s]{2,8} ?: ?\d{4}[-/.年]")  # 归档时间:2018-11-21
LONGEST_TITLE = 90  # characters of one line of a title
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


def normal(title: str) -> str:
    """A title as it is compared: no white space, no 《》 of any depth, one form of dashes."""
    return re.sub(r"[\s《》〈〉<>]|—+|-+", lambda m: "-" if m.group()[0] in "—-" else "", title).strip("。:")


def unbracketed(title: str) -> str:
    """A title without the 《》 around all of it; 《…意见》任务分工方案 keeps its own."""
    inner = title[1:-1]
    return inner if title[:1] == "《" and title[-1:] == "》" and inner.find("》") >= inner.find("《") else title


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

    head = _notice_title(texts, opening)
    promulgated = _promulgated(texts, head, opening)
    plans: list[tuple[str, int, int]] = []  # title, first block, block after the last
    for name in promulgated:
        place = _place_of(name, texts, head[1] if head else 0, len(texts), [p[1] for p in plans])
        if place:
            plans.append((document.text[blocks[place[0]].start : blocks[place[1] - 1].end], *place))
    plans.sort(key=lambda plan: plan[1])
    is_notice = bool(promulgated)
    titled = head
    if head is None and not plans:
        titled = _last_printed(_plan_title(texts, opening), texts, opening)
        if titled:
            plans = [("", *titled)]
    elif head and not promulgated:
        plans = [("", *head)]  # a notice that is itself the plan: 关于开展…工作的通知
    start = plans[0][2] if plans else (head[1] if head else 0)
    if is_notice and not plans:
        start = _after_notice(texts, head[1] if head else 0, opening)
        if printed := _plan_title(texts, min(opening, start + 4), start):  # the notice gives it another name: 全国…方案
            start = printed[1] + (printed[1] < opening and bool(_TITLE_BRACKET_RE.match(texts[printed[1]])))
            plans = [("", printed[0], start)]

    number = next((i for i in range(opening) if _NUMBER_LINE_RE.match(texts[i])), None)
    if number is None and head:
        number = next((i for i in range(*head) if _NUMBERED_TITLE_RE.match(texts[i])), None)
    addressees = next((i for i in range(head[1] if head else 0, opening) if _ADDRESS_RE.match(texts[i]) and marker(texts[i]) is None), None)
    signatures, date = _signature(texts, blocks, start if is_notice else len(texts))
    if date is None and is_notice and plans and texts[plans[0][1]].startswith("附"):
        signatures, date = _signature(texts, blocks, len(texts))  # below the line that announces the annex
    signed_at = None if is_notice else _signed_below_title(texts, start, first_heading)
    if signed_at is not None and date is None:
        signatures, date = _signature(texts[: signed_at + 1], blocks, signed_at + 1)
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
    if body + 1 < first_heading and _UNDATED_RE.match(texts[body]):
        body += 1  # who drew the plan up, below its title
    while body < len(texts) and (body < first_heading or own) and _is_heading_matter(texts[body], blocks[body], body in (number, addressees)):
        body += 1

    def span(place: tuple[int, int] | None) -> Span | None:
        return (blocks[place[0]].start + _prefix(texts[place[0]]), blocks[place[1] - 1].end) if place else None

    title = span(titled) if titled else (span((plans[0][1], plans[0][2])) if plans else None)
    named = tuple((_joined(document.text, blocks[a:b], texts[a:b]), span((a, b)) or (0, 0)) for _, a, b in plans)
    if promulgated and not named:
        named = ((promulgated[0], title or (0, 0)),) if title else ()
    return FrontMatter(
        title=title,
        number=_number_span(texts[number], blocks[number].start) if number is not None else None,
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


def _is_sentence(text: str) -> bool:
    return len(text) > _LONGEST_LABEL or text.endswith(("。", ";"))


def _number_span(text: str, start: int) -> Span | None:
    match = _NUMBER_LINE_RE.match(text) or _NUMBERED_TITLE_RE.match(text)
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


def _prefix(text: str) -> int:
    match = _PREFIX_RE.match(text)
    return match.end() if match and match.end() < len(text) else 0


def _joined(text: str, blocks: Sequence[Block], texts: list[str]) -> str:
    """A title's lines as one, without what stands before it (附件：)."""
    lines = [text[block.start : block.end] for block in blocks]
    lines[0] = lines[0][_prefix(texts[0]) :]
    return unbracketed("".join(lines).strip())


def _candidates(texts: list[str], first: int, opening: int, most: int) -> list[tuple[int, int, str]]:
    """Runs of 1 to `most` title-like lines: (first, after the last, joined)."""
    out = []
    for i in range(first, opening):
        joined = ""
        if _CITED_RE.match(texts[i]):  # a page's head: 湘政发〔2018〕30号《…的通知》
            continue
        for k in range(i, min(i + most, opening)):
            text = texts[k][_prefix(texts[k]) :] if k == i else texts[k]
            if (
                not text
                or len(text) > LONGEST_TITLE
                or _TRAIL_RE.search(text)
                or _STATED_RE.match(text)
                or _NUMBER_LINE_RE.match(text)
                or (k > i and text[0] in "(" and not _CLOSES_TITLE_RE.search(text))
                or text[-1] in "。;!?"
            ):
                break
            joined += text
            out.append((i, k + 1, unbracketed(joined)))
    return out


def _notice_title(texts: list[str], opening: int) -> tuple[int, int] | None:
    for first, after, joined in _candidates(texts, 0, opening, 4):
        if _NOTICE_TITLE_RE.match(joined) and joined.count("《") == joined.count("》"):
            if after - first > 1 and _PLAN_TITLE_RE.match(texts[first]) and not _ABOUT_RE.match(texts[first + 1]):
                continue  # the name of the page's own article, and the notice's title below it
            return first, after
    return None


_ABOUT_RE = re.compile(r"\s*(?:关于|印发|转发|的?通)")


def _plan_title(texts: list[str], opening: int, start: int = 0) -> tuple[int, int] | None:
    candidates = _candidates(texts, start, opening, 3)
    for pattern in (_PLAN_TITLE_RE, _LOOSE_TITLE_RE):
        for first, after, joined in candidates:
            if pattern.match(joined) and not _NUMBER_LINE_RE.match(joined) and joined.count("《") == joined.count("》"):
                if after - first > 1 and _UNDATED_RE.match(texts[first]) and not _ABOUT_RE.match(texts[first + 1]):
                    continue  # the name of the site, and the title below it
                return first, after
    return None


def _last_printed(place: tuple[int, int] | None, texts: list[str], opening: int) -> tuple[int, int] | None:
    """The last place before the first heading where a title's lines stand: pages print it in their head, their data and above the text."""
    if place is None:
        return None
    lines = texts[place[0] : place[1]]
    return max((i, i + len(lines)) for i in range(place[0], opening) if texts[i : i + len(lines)] == lines)


def _promulgated(texts: list[str], head: tuple[int, int] | None, opening: int) -> list[str]:
    """Titles of what the notice issues: from its title or its sentence (现将《…》印发你们), whichever names more (《A》等三个文件)."""
    entitled: list[str] = []
    if head:
        title = "".join(texts[head[0] : head[1]])
        if issued := _ISSUED_RE.search(title):
            issue = issued["issue"].strip()
            entitled = re.findall(r"《((?:[^《》]|《[^《》]*》)+)》", issue)
            if not entitled or not _TITLES_RE.fullmatch(issue):  # 印发省贯彻《纲要》实施方案的通知, 印发《意见》任务分工方案的通知
                entitled = [issue] if len(issue) > LEAST_ENTITLED and not issue.startswith("本") else []
                if not _SEVERAL_RE.search(issue):
                    return entitled
            elif "等" not in issue[issue.rindex("》") :]:
                return entitled
    for i in range(head[1] if head else 0, opening):
        if "《" in texts[i] and re.search(r"印发(?:给?你们|各|$)|(?:现|予以)(?:将.{0,120})?(?:印发|公布|发布|转发)", texts[i]):
            match = re.search(r"现?将(.{0,300}?)(?:予以)?(?:印发|公布|发布|转发)", texts[i])
            names = re.findall(r"《([^《》]+)》", match.group(1) if match else texts[i])
            if len(names) > len(entitled):
                return names
    return entitled


def _place_of(name: str, texts: list[str], first: int, last: int, taken: list[int]) -> tuple[int, int] | None:
    """The lines that print a plan's title above its text; the bracket of the title may be in a line of its own or missing."""
    listed: tuple[int, int] | None = None
    wanted = normal(name)
    short = re.sub(r"\([^()]*\)\Z", "", wanted)
    for i in range(first, last):
        text = texts[i]
        if not text or i in taken or len(text) > LONGEST_TITLE + 10:
            continue
        start = normal(text[_prefix(text) :])
        if not start or (not wanted.startswith(start[: len(wanted)]) and not short.startswith(start)):
            continue
        joined = ""
        for k in range(i, min(i + 4, last)):
            joined += normal(texts[k][_prefix(texts[k]) :] if k == i else texts[k])
            if joined == wanted or (joined == short and not (k + 1 < last and joined + normal(texts[k + 1]) == wanted)):
                if text.startswith("附") and ":" in text[: _prefix(text)] and listed is None:
                    listed = i, k + 1  # 附件:… announces the plan above the signature, and is its title only where none is printed below
                    break
                return i, k + 1
            if not wanted.startswith(joined):
                break
    return listed


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
    if limit >= len(texts) and last > 8 and _UNDATED_RE.match(texts[last]) and texts[last - 1][-1:] in "。)":
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
    return bool(re.match(r"[^。,;:《》()\d!?、]{2,60}\Z", text)) and not _PLAN_TITLE_RE.match(text) and marker(text) is None


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
