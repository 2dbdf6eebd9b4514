"""Where a text allots work to bodies: brackets at or inside a measure, and labelled lines below it.

Works on the folded text (see `zhengpu.extract.fold`); offsets are those of the text. Which bodies an allocation names is for
`zhengpu.extract.responsibilities` to say; measures use the spans to end their bodies before them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

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
def lexicon() -> dict[str, Any]:
    """The words of lexicon/allocations.toml."""
    return tomllib.loads(files("zhengpu.extract.lexicon").joinpath("allocations.toml").read_text("utf-8"))


def alternatives(*words: str) -> str:
    """A group that matches any of the words, longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


@cache
def label_pattern() -> str:
    """牵头单位 / 主要责任部门 / 责任单位和时限 / 完成时限 …, without what follows; in groups lead, responsible, support, person, time, scope."""
    words = lexicon()["labels"]
    nouns, before = alternatives(*words["nouns"]), alternatives(*words["before"])

    def role(name: str) -> str:
        # 牵头单位及责任人, 责任(牵头)单位, 牵头、责任单位; a bare 支持: or 建设: is no label
        return (
            f"(?P<{name}>{before}?(?:{alternatives(*words[name])}(?:[及和、/]|\\([^()\\n]{{2,6}}\\))?{nouns}"
            f"|{alternatives(*(w for w in words['bare'] if w in words[name]))})(?:[及和、/]{alternatives(*words['people'], *words['time'], *words['nouns'])})?)"
        )

    rest = "|".join(f"(?P<{name}>{alternatives(*words[key])})" for name, key in (("person", "people"), ("time", "time"), ("scope", "scope")))
    return f"(?:{rest}|{role('lead')}|{role('support')}|{role('responsible')})"


@cache
def label_re() -> re.Pattern[str]:
    """A label with its colon, or in brackets of its own: 责任单位: / (责任单位) ."""
    return re.compile(rf"{label_pattern()}{_MARKS}:{_MARKS}")


@cache
def _opening_re() -> re.Pattern[str]:
    # (责任单位:  or, at the start of a line or sentence, 责任单位: / **牵头单位**: / (责任单位)市教育局
    ungrouped = re.sub(r"\?P<\w+>", "?:", label_pattern())
    return re.compile(
        rf"\({_MARKS}{ungrouped}{_MARKS}:"
        rf"|(?:^|(?<=[\n。;!]))[ *_#>\-·]*(?:\({ungrouped}\)[ *_]*:?(?=[^\n:])|{ungrouped}[ *_]*:)"
    )


@cache
def _closing_re() -> re.Pattern[str]:
    # …负责) …按职责分工负责。) …配合,下同)
    verbs = lexicon()["verbs"]
    return re.compile(rf"{alternatives(*verbs['responsible'], *verbs['lead'], *verbs['support'])}[。;, *_]*(?:[,;][^()。;\n]{{0,30}}下同)?[ *_]*\)")


def closing(folded: str, opening: int, limit: int) -> int:
    """The offset of the bracket that closes the one at `opening`, or -1 if none does before `limit` or within the longest bracket."""
    depth, position, limit = 0, opening, min(limit, opening + _LONGEST)
    for match in _BRACKET_RE.finditer(folded, position, limit):
        depth += 1 if match[0] == "(" else -1
        if depth == 0:
            return match.start()
    return -1


def opening(folded: str, close: int, limit: int) -> int:
    """The offset of the bracket that the one at `close` closes, or -1."""
    depth, position, limit = 0, close, max(limit, close - _LONGEST)
    while position >= limit:
        depth += {")": 1, "(": -1}.get(folded[position], 0)
        if depth == 0:
            return position
        position = max(folded.rfind("(", limit, position), folded.rfind(")", limit, position))
        if position < 0:
            break
    return -1


_BRACKET_RE = re.compile(r"[()]")
# What the words before 负责/牵头 end in when they name a body: 局 委 院 政府 各地 … or a mark of sharing out (按职责分工负责)
_BODY_END_RE = re.compile(
    r"(?:[部委局厅办院会室署处队心司社团校所行区县市镇乡府门位组盟科馆站地省州旗关场企业道厂总台矿股)]|按(?:照|各自)?职[责能]?(?:分工)?|分工|各自|分别|共同|联合|具体|等|牵头|配合)$"
)


def _is_allocating(words: str) -> bool:
    """Whether the words of a bracket that ends in 负责, 牵头 … allot work: (市教育局负责), not (由企业自行组织实施)."""
    if "。" in words.rstrip("。 *_") or "《" in words:
        return False
    words = words.split(",排在")[0]  # 海关总署、财政部负责,排在第一位的部门为牵头部门,下同
    verbs = list(_VERB_AT_END_RE.finditer(words))
    return bool(verbs) and _BODY_END_RE.search(words[: verbs[-1].start()]) is not None


_VERB_AT_END_RE = re.compile(r"(?:牵头|主办|主责|(?:分工)?负责|落实|组织实施|实施|承办|承担|推进|配合|协助|参与|参加|协办|协同|支持)")


def allocations(folded: str, start: int, end: int) -> tuple[Allocation, ...]:
    """The allocating brackets and labelled lines in [start, end), in text order and disjoint."""
    found = sorted((*_opened(folded, start, end), *_closed(folded, start, end)), key=lambda a: (a.start, -a.end))
    disjoint: list[Allocation] = []
    for allocation in found:
        if not disjoint or allocation.start >= disjoint[-1].end:
            disjoint.append(allocation)
    return tuple(disjoint)


def _opened(folded: str, start: int, end: int) -> Iterator[Allocation]:
    position = start
    while match := _opening_re().search(folded, position, end):
        first = match.start()
        if folded[first] == "(" and match[0].endswith(":") and ")" not in match[0].replace("(室)", ""):
            close = closing(folded, first, end)
            if close < 0:  # the closing bracket is missing: the line ends it
                close = min(_line_end(folded, first, end), first + _LONGEST)
                yield Allocation(first, close, first + 1, close)
                position = max(close, match.end())
            else:
                yield Allocation(first, close + 1, first + 1, close)
                position = close + 1
        else:
            line_end = _line_end(folded, match.end(), end)
            yield Allocation(first, line_end, first, line_end)
            position = max(line_end, match.end())


def _closed(folded: str, start: int, end: int) -> Iterator[Allocation]:
    for match in _closing_re().finditer(folded, start, end):
        close = match.end() - 1
        first = opening(folded, close, start)
        if first >= 0 and _is_allocating(folded[first + 1 : close]):
            yield Allocation(first, close + 1, first + 1, close)


def _line_end(folded: str, position: int, end: int) -> int:
    line_end = folded.find("\n", position, end)
    return end if line_end < 0 else line_end


def allocation_spans(folded: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The spans of the allocating brackets and labelled lines in [start, end), brackets and labels included, in text order and disjoint."""
    return tuple((allocation.start, allocation.end) for allocation in allocations(folded, start, end))
