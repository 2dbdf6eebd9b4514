"""Where a text allots work to bodies: brackets at or inside a measure, and labelled lines below it.

Works on the folded text (see `zhengpu.extract.fold`); offsets are those of the text. Which bodies an allocation names is for
`zhengpu.extract.responsibilities` to say; measures use the spans to end their bodies before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from zhengpu.extract.lexicon import alternatives, lexicon

_LONGEST = 1200  # code points of one bracket; the longest list met (60 bodies) has about 500
_MARKS = r"[ \n*_]*"  # bold marks and spaces that conversion leaves around a label: (**落实单位:区法院**)


@dataclass(frozen=True, slots=True)
class Allocation:
    """One bracket or labelled line: [start, end) with its brackets, [inner_start, inner_end) the words inside, label included."""

    start: int
    end: int
    inner_start: int
    inner_end: int


@cache
def label_pattern() -> str:
    """牵头单位 / 主要责任部门 / 责任单位和时限 / 完成时限 …, without what follows; in groups lead, responsible, support, person, time, scope."""
    words = lexicon("allocations")["labels"]
    nouns, before = alternatives(words["nouns"]), alternatives(words["before"])

    def role(name: str) -> str:
        # 牵头单位及责任人, 责任(牵头)单位, 牵头、责任单位; a bare 支持: or 建设: is no label
        return (
            f"(?P<{name}>{before}?(?:{alternatives(words[name])}(?:[及和、/]|\\([^()\\n]{{2,6}}\\))?{nouns}"
            f"|{alternatives(w for w in words['bare'] if w in words[name])})(?:[及和、/]{alternatives((*words['people'], *words['time'], *words['nouns']))})?)"
        )

    rest = "|".join(f"(?P<{name}>{alternatives(words[key])})" for name, key in (("person", "people"), ("time", "time"), ("scope", "scope")))
    return f"(?:{rest}|{role('lead')}|{role('support')}|{role('responsible')})"


_COLON = r"(?::|为(?=[市区县省州各国由]))"  # 牵头单位:市教育局; 牵头单位为市教育局


@cache
def label_re() -> re.Pattern[str]:
    """A label with its colon."""
    return re.compile(rf"{label_pattern()}{_MARKS}{_COLON}{_MARKS}")


@cache
def _label_at_start_re() -> re.Pattern[str]:
    return re.compile(rf"{_MARKS}{_ungrouped_label()}{_MARKS}{_COLON}")


@cache
def _label_inside_re() -> re.Pattern[str]:
    # (5月底完成,牵头单位:市教育局): the time stands before the label
    return re.compile(rf"[,;。、](?:{_ungrouped_label()}){_MARKS}:")


@cache
def _line_re() -> re.Pattern[str]:
    # At the start of a line or sentence: 责任单位:…, **牵头单位**:…, (责任单位)市教育局
    return re.compile(rf"[ *_#>\-·—●◆■▲※★]*(?:\({_ungrouped_label()}\)[ *_]*:?(?=[^\n:])|{_ungrouped_label()}[ *_]*{_COLON})")


_BREAK_RE = re.compile(r"[\n。;!](?!\n|$)")


def _ungrouped_label() -> str:
    return re.sub(r"\?P<\w+>", "?:", label_pattern())


_BRACKET_RE = re.compile(r"[()\[\]]")  # some write [责任单位:市教育局]
# What the words before 负责, 牵头 end in when they name a body: 局 委 院 政府 各地 …, or in a mark of sharing out: 按职责分工
_BODY_END = (
    r"(?:[部委局厅办院会室署处队心司社团校所行区县市镇乡府门位组盟科馆站地省州旗关场道厂总台矿股)]|公司"
    r"|按(?:照|各自)?职[责能]?(?:分工)?|分工|各自|分别|共同|联合|具体|等|牵头|配合)"
)
_BODY_END_RE = re.compile(_BODY_END + "$")
_VERB = r"(?:牵头|主办|主责|(?:分工)?负责(?:落实|推进|组织|实施|指导)*|落实|组织实施|实施|承办|承担|推进|指导|配合|协助|参与|参加|协办|协同|支持)"
_VERB_RE = re.compile(_VERB)
_ASIDE_RE = re.compile(r"[。;,]\s?(?:以下|下同|排在)[^()]*$")  # …负责。以下均需试点县政府落实,不再列出: said of all that follows
_LEAD_FIRST_RE = re.compile(rf"[ *_由]*[^,;。]{{0,200}}?{_BODY_END}(?:牵头|主办|总牵头)(?:负责|落实|实施)?[,;]")  # 市数据局牵头,市财政局等
# A bracket at the end of a line with nothing but names: (市发展改革委、市财政局、各区政府)
_NAME = (
    r"[一-鿿·]{2,24}?(?:[部委局厅办署]|政府|办公室|中心|公司|集团|法院|检察院|联合会|海关|[分支]行|街道|[区县市镇乡](?=[、,;)]|$)|单位|部门|管委会|总局)"
    r"(?:\([^()\n]{1,15}\))?"
)
_NAMES_ONLY_RE = re.compile(rf"[ *_]*(?:[市区县省州]|各|国家|中央|自治区)(?:{_NAME})(?:[、,;和]\s?{_NAME})*(?:等(?:部门|单位|有关部门|相关部门)?)?[ *_。]*")
_LINE_END_RE = re.compile(r"[ 。;*_]*(?:\n|$)")


def _is_allocating(words: str) -> bool:
    """Whether the words of a bracket allot work by a verb: (市教育局负责), (市数据局牵头,市财政局等), not (由企业自行组织实施)."""
    words = words.rstrip("。;, *_")
    if "。" in words or "《" in words:
        return False
    if _LEAD_FIRST_RE.match(words):
        return True
    verbs = list(_VERB_RE.finditer(words))
    return bool(verbs) and verbs[-1].end() == len(words) and _BODY_END_RE.search(words[: verbs[-1].start()]) is not None


def allocations(folded: str, start: int, end: int) -> tuple[Allocation, ...]:
    """The allocating brackets and labelled lines in [start, end), in text order and disjoint."""
    found = sorted((*_brackets(folded, start, end), *_lines(folded, start, end)), key=lambda a: (a.start, -a.end))
    disjoint: list[Allocation] = []
    for allocation in found:
        if not disjoint or allocation.start >= disjoint[-1].end:
            disjoint.append(allocation)
    return tuple(disjoint)


def _brackets(folded: str, start: int, end: int) -> Iterator[Allocation]:
    unclosed: list[int] = []
    for match in _BRACKET_RE.finditer(folded, start, end):
        if match[0] in "([":
            unclosed.append(match.start())
            continue
        if not unclosed:
            continue
        first, close = unclosed.pop(), match.start()
        inside = folded[first + 1 : min(close, first + _LONGEST)]
        if close - first > _LONGEST or inside.count("\n") > 2:
            unclosed.append(first)
            continue
        inside = _ASIDE_RE.sub("", inside)
        if (
            _label_at_start_re().match(inside)
            or _is_allocating(inside)
            or _label_inside_re().search(inside)
            or (_LINE_END_RE.match(folded, close + 1, end) is not None and _NAMES_ONLY_RE.fullmatch(inside))
        ):
            yield Allocation(first, close + 1, first + 1, first + 1 + len(inside))
    for first in unclosed:  # where the closing bracket is missing, the line ends it
        if _label_at_start_re().match(folded, first + 1, end):
            close = _line_end(folded, first, end)
            yield Allocation(first, close, first + 1, close)


def _lines(folded: str, start: int, end: int) -> Iterator[Allocation]:
    heads = (match.end() for match in _BREAK_RE.finditer(folded, max(0, start - 1), end))
    position = start
    for head in (0, *heads) if start == 0 else heads:
        if head >= position and (match := _line_re().match(folded, head, end)):
            close = _line_end(folded, match.end(), end)
            stop = folded.find("。", match.end(), close)
            close = stop + 1 if stop >= 0 else close
            yield Allocation(match.start(), close, match.start(), close)
            position = max(close, match.end())


def _line_end(folded: str, position: int, end: int) -> int:
    """The end of the line, at most the longest allocation away."""
    end = min(end, position + _LONGEST)
    line_end = folded.find("\n", position, end)
    return end if line_end < 0 else line_end


def allocation_spans(folded: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The spans of the allocating brackets and labelled lines in [start, end), brackets and labels included, in text order and disjoint."""
    return tuple((allocation.start, allocation.end) for allocation in allocations(folded, start, end))
