"""Where a text allots work to bodies: brackets at or inside a measure, and labelled lines below it.

Works on the folded text (see `zhengpu.extract.fold`); offsets are those of the text. Which bodies an allocation names is for
`zhengpu.extract.duties.responsibilities` to say; measures use the spans to end their bodies before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from zhengpu.extract.duties.allotting_words import is_allocating, is_list, without_aside, without_notes
from zhengpu.extract.lexicon import alternatives, lexicon

_LONGEST_LISTED = 200  # code points of a line of bodies below its label
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
            f"(?P<{name}>{before}?(?:{alternatives(words[name])}(?:[及和、/]|\\([^()\\n]{{2,6}}\\)|[省市区县州][级直])?{nouns}"
            f"|{alternatives(w for w in words['bare'] if w in words[name])})(?:[及和、/]{alternatives((*words['people'], *words['time'], *words['nouns']))})?)"
        )

    rest = "|".join(f"(?P<{name}>{alternatives(words[key])})" for name, key in (("person", "people"), ("time", "time"), ("scope", "scope")))
    return f"(?:{rest}|{role('lead')}|{role('support')}|{role('responsible')})"


_COLON = r"(?::|为(?=[市区县省州各国由]))"  # 牵头单位:市教育局; 牵头单位为市教育局


@cache
def label_re() -> re.Pattern[str]:
    """A label with its colon."""
    return re.compile(rf"{label_pattern()}{_MARKS}{_COLON}{_MARKS}")


def is_label(folded: str, position: int) -> bool:
    """Whether a label that names bodies, people or a deadline stands at this place; a scope (1.适用范围:全市) is a matter of its own."""
    match = label_re().match(folded, position)
    return match is not None and not match["scope"] and match[0].endswith(":")


@cache
def _label_at_start_re() -> re.Pattern[str]:
    return re.compile(rf"{_MARKS}{_ungrouped_label()}{_MARKS}{_COLON}")


@cache
def _label_inside_re() -> re.Pattern[str]:
    # (5月底完成,牵头单位:市教育局): the time stands before the label
    return re.compile(rf"[,;。、](?:{_ungrouped_label()}){_MARKS}:")


@cache
def _line_re() -> re.Pattern[str]:
    # At the start of a line or sentence: 责任单位:…, **牵头单位**:…, 3.牵头单位:…, (责任单位)市教育局
    before = r"[ *_#>\-·—●◆■▲※★]*(?:\(?[\d一二三四五六七八九十]{1,2}[).、]+ ?)?"
    return re.compile(rf"{before}(?:\({_ungrouped_label()}\)[ *_]*:?(?=[^\n:])|{_ungrouped_label()}[ *_]*{_COLON})")


_BREAK_RE = re.compile(r"[\n。;!](?!\n|$)")


def _ungrouped_label() -> str:
    return re.sub(r"\?P<\w+>", "?:", label_pattern())


_BRACKET_RE = re.compile(r"[()\[\]]")  # some write [责任单位:市教育局]
_LINE_END_RE = re.compile(r"[ 。;*_]*(?:\n|$)")


@lru_cache(maxsize=1)
def document_allocations(folded: str) -> tuple[Allocation, ...]:
    """All allocations of a folded text, with the notes inside lists taken for blanks; the last text's are kept, for the readers of its facts come in turn."""
    quiet = without_notes(folded)
    return allocations(quiet, 0, len(quiet))


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
        inside = without_aside(inside)
        if (
            _label_at_start_re().match(inside)
            or is_allocating(inside)
            or _label_inside_re().search(inside)
            or ((_LINE_END_RE.match(folded, close + 1, end) is not None or folded.startswith("。", first - 1)) and is_list(inside))
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
            while close < end and folded[close - 1] in "、," and not _line_re().match(folded, close + 1, end):
                close = _line_end(folded, close + 1, end)  # …、市统计局,⏎各县人民政府
            if not folded[match.end() : close].strip(" *_"):
                close = _listed_below(folded, close, end)
            stop = folded.find("。", match.end(), close)
            close = stop + 1 if stop >= 0 else close
            yield Allocation(match.start(), close, match.start(), close)
            position = max(close, match.end())


def _listed_below(folded: str, position: int, end: int) -> int:
    """The end of the lines of bodies below a label that stands alone: 责任单位:⏎市财政局、市人社局."""
    while position < end:
        close = _line_end(folded, position + 1, end)
        line = folded[position + 1 : close]
        if len(line) > _LONGEST_LISTED or not is_list(line):
            break
        position = close
    return position


def _line_end(folded: str, position: int, end: int) -> int:
    """The end of the line, at most the longest allocation away."""
    end = min(end, position + _LONGEST)
    line_end = folded.find("\n", position, end)
    return end if line_end < 0 else line_end


def allocation_spans(folded: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The spans of the allocating brackets and labelled lines in [start, end), brackets and labels included, in text order and disjoint."""
    return tuple((allocation.start, allocation.end) for allocation in allocations(folded, start, end))
