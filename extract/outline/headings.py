"""What one block says as a heading: its mark, its title, and where its body begins."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhengpu.extract.duties.allocations import allocation_spans
from zhengpu.extract.outline.markers import Marker, Rank
from zhengpu.model import SectionKind

# Measured on headings of published plans: titles of one sentence stay below 40 characters, or have at most two commas.
LONGEST_TITLE = 40
LONGEST_LEAD = 24
LONGEST_SECTION_NAME = 20  # 强化组织领导和实施保障; 对…年度目标任务完成情况好…的地方 is longer, and no goal
_END_RE = re.compile(r"[。!?]")
_CLAUSE_RE = re.compile(r"[,;。:!?]")
# 第四条【支持认定】对通过…: a title in brackets (all kinds are folded to round ones) right behind the mark
_BOXED_RE = re.compile(r"\((?P<title>[^()。;]{2,40})\)")
_BRACKETED_RE = re.compile(r"\([^()]*\)")
_FINAL = "。;,:.、 \n"
_STARTS_WITH_DATE_RE = re.compile(r"\(?(?:[12]\d{3}年|到?[12]\d{3}年|第[一二三四五]阶段|\d{1,2}月)")


@dataclass(frozen=True, slots=True)
class Cut:
    """Offsets of a heading in the text: its title, and where its body begins (the title's own start where the sentence reads on)."""

    title_start: int
    title_end: int
    body_start: int


@cache
def _lexicon() -> tuple[tuple[tuple[SectionKind, re.Pattern[str]], ...], frozenset[str], re.Pattern[str]]:
    data = tomllib.loads(files("zhengpu.extract.lexicon").joinpath("sections.toml").read_text("utf-8"))
    kinds = tuple((SectionKind(entry["name"]), re.compile("|".join(entry["patterns"]))) for entry in data["kind"])
    return kinds, frozenset(data["named"]["titles"]), re.compile("|".join(data["opening"]["patterns"]))


def kind_of_title(title: str) -> SectionKind | None:
    """What a top heading's folded title says its section is, or None where it says nothing in particular."""
    title = title.replace(" ", "")
    if len(title) > LONGEST_SECTION_NAME:
        return None
    return next((kind for kind, pattern in _lexicon()[0] if pattern.search(title)), None)


def opens_plan(title: str) -> bool:
    """Whether a folded title says no more than what stands before the measures of a plan: 指导思想, 发展基础, 主要目标."""
    return _lexicon()[2].match(title) is not None


_AIMS_RE = re.compile(r"(?:20\d\d年|全年)?(?:主要|预期|工作|发展|总体|具体){2,3}目标")  # 主要预期目标:


def is_named(folded: str) -> bool:
    """Whether a line is the name of a usual section, without a number: 保障措施."""
    plain = folded.replace(" ", "").strip(_FINAL)
    return plain in _lexicon()[1] or _AIMS_RE.fullmatch(plain) is not None  # 前    言


def cut(folded: str, start: int, end: int, mark: Marker | None, *, text_follows: bool, is_phase: bool = False) -> Cut:
    """Title and body of the heading in folded[start:end], `start` being behind its mark.

    `text_follows`: the next block is a paragraph without a mark; `is_phase`: a line of 进度安排, whose whole line is its title."""
    while start < end and folded[start] in "。;,":  # 。总体要求: a stop that a page break left in front
        start += 1
    closes = folded[max(start, end - 4) : end].rstrip(_FINAL)[-1:] in (")", "]")  # only a bracket at the end can be cut off
    for first, last in reversed(allocation_spans(folded, start, end) if closes else ()):
        if first > start and not folded[last:end].strip(_FINAL):
            end = first
    while end > start and folded[end - 1] in " \n":
        end -= 1
    boxed = _BOXED_RE.match(folded, start, end) if mark is not None and mark.rank in (Rank.ARTICLE, Rank.CN_PAREN, Rank.NUMBER) else None
    if boxed:
        return Cut(*boxed.span("title"), _skip(folded, boxed.end(), end))
    if is_phase and _STARTS_WITH_DATE_RE.match(folded, start):
        return Cut(start, _without_final(folded, start, end), end)
    stop = _END_RE.search(folded, start, end)
    first = stop.start() if stop else end
    # …使用说明。（0.5分） has no second sentence
    rest = _BRACKETED_RE.sub("", folded[first + 1 : end]).strip(_FINAL) if stop else ""
    if rest:
        if not _reads_on(folded[start:first]):
            return Cut(start, _without_final(folded, start, first), _skip(folded, first + 1, end))
        return _clause(folded, start, end)
    colon = folded.find(":", start, min(first, start + LONGEST_LEAD + 2))
    if colon > start and first - colon > 12 and "," not in folded[start:colon]:
        # 1.健全机制：建立…，完善…
        return Cut(start, colon, _skip(folded, colon + 1, end))
    if text_follows and (stop is None or not _reads_on(folded[start:first])):
        return Cut(start, _without_final(folded, start, end), end)
    if stop is None and folded[end - 1] not in ";,":
        return Cut(start, _without_final(folded, start, end), end) if mark is None or not _reads_on(folded[start:first]) else _clause(folded, start, end)
    if mark is not None and mark.rank is Rank.DASH and first - start <= LONGEST_LEAD and not _CLAUSE_RE.search(folded, start, first):
        return Cut(start, first, end)
    return _clause(folded, start, end)


def untitled(folded: str, place: Cut) -> Cut:
    """The same heading read as one without a title of its own: its first clause names it, the whole paragraph is its body."""
    return _clause(folded, place.title_start, max(place.title_end, place.title_start + 1))


def lead(folded: str, start: int, end: int, *, of_goal: bool = False) -> int | None:
    """The end of the short first sentence that names a paragraph (深化改革,质量优先。坚持…), or None.

    Not a sentence that states a date, a number or a list, and not one that is all the paragraph says."""
    stop = _END_RE.search(folded, start, min(end, start + LONGEST_LEAD + 1))
    if stop is None or stop.start() - start < 4 or end - stop.end() < 8:
        return None
    sentence = folded[start : stop.start()]
    if re.search(r"[\d:;《》()]|^(?:为|到|按|经|根据|现|特)", sentence) or sentence.count(",") > 2:
        return None
    if sentence[0] == "以" and (of_goal or len(sentence) > 12):  # 以人为本,注重实效 is a principle, 以…为指导 a beginning
        return None
    return stop.start()


def name_line(folded: str, start: int, end: int) -> int | None:
    """The end of a name that fills a line of its own in a box (神经解码软件。), or None."""
    stop = _without_final(folded, start, end)
    return stop if 2 <= stop - start <= 16 and not _CLAUSE_RE.search(folded, start, stop) else None


def _reads_on(sentence: str) -> bool:
    """Whether a first sentence is the beginning of the body rather than a title: 借鉴…经验，将…，推动…"""
    commas = sentence.count(",") + sentence.count(";")
    return len(sentence) > LONGEST_TITLE + 12 or (len(sentence) > LONGEST_TITLE and commas >= 1) or commas > 2


def _clause(folded: str, start: int, end: int) -> Cut:
    stop = _CLAUSE_RE.search(folded, start + 1, end)
    return Cut(start, _without_final(folded, start, stop.start() if stop else end), start)


def _without_final(folded: str, start: int, end: int) -> int:
    while end > start + 1 and folded[end - 1] in _FINAL:
        end -= 1
    return end


def _skip(folded: str, position: int, end: int) -> int:
    while position < end and folded[position] in " \n":
        position += 1
    return position
