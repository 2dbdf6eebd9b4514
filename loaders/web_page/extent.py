"""Where on a page the document stands: between which lines, and which of those are none of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate

from zhengpu.loaders.web_page.parts import Box, Page, PageLine

ENOUGH = 0.9  # the share of a page's prose that the element must hold which is taken for the document: what lies beside it is an annex at most
HINTED = 0.5  # the same for an element that names itself content: the rest is then comments, summaries, related texts
# an element that names itself menu or footer is believed up to this share of the prose, or this one if it has no more characters than that
SMALL, SHORT, SHORT_SMALL = 0.2, 300, 0.5
LONG_LINE, SENTENCE = 40, 12  # characters of a line that reads as text, without and with a mark of a sentence
REPEATED = 200  # characters in a row that stand twice: the page has one text for screens and one for telephones
_MARK_RE = re.compile("[，。；、：]")
_OWN_RE = re.compile(r"附|\d|[（(]|[一二三四五六七八九十]")
_FILE_RE = re.compile(r".{0,120}\.(?:docx?|pdf|xlsx?|wps|et|ofd|zip|rar|7z|jpe?g|png|ceb|pptx?)\s*(?:\(.{0,20}\)|（.{0,20}）)?\Z", re.I)


@dataclass(frozen=True, slots=True)
class Hints:
    """What html_page.toml says."""

    meta: dict[str, str]
    content: re.Pattern[str]
    begins: re.Pattern[str]
    ends: re.Pattern[str]
    furniture_tags: frozenset[str]
    furniture: re.Pattern[str]


@cache
def hints() -> Hints:
    data = tomllib.loads(files("zhengpu.loaders").joinpath("html_page.toml").read_text("utf-8"))

    def compiled(patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile(rf"(?:^|(?<=\s))(?:{'|'.join(patterns)})(?=\s|$)", re.I)

    content, furniture = data["content"], data["furniture"]
    return Hints(
        data["meta"],
        compiled(content["names"]),
        compiled(content["begins"]),
        compiled(content["ends"]),
        frozenset(furniture["tags"]),
        compiled(furniture["names"]),
    )


@lru_cache(maxsize=4096)
def _calls_itself(names: str) -> tuple[bool, bool]:
    """Whether an id and classes say content, and whether they say furniture; pages repeat a few on every element."""
    return hints().content.search(names) is not None, hints().furniture.search(names) is not None


@dataclass(frozen=True, slots=True)
class Extent:
    """The document's lines [first, last), less those in `without`."""

    first: int
    last: int
    without: frozenset[int]


def extent(page: Page) -> Extent:
    """The lines of the narrowest element with nearly all prose of those that call themselves content or, failing that, of the page."""
    _show(page.lines)
    boxes = [Box("page", "", 0, len(page.lines)), *page.boxes]
    weights = [_weight(line) for line in page.lines]
    furniture = [box for box in page.boxes if box.tag in hints().furniture_tags or (box.names and _calls_itself(box.names)[1])]
    sums = list(accumulate(weights, initial=0))
    for box in furniture:
        own = sums[box.last] - sums[box.first]
        if own <= SMALL * sums[-1] or (own <= SHORT and own <= SHORT_SMALL * sums[-1]):
            weights[box.first : box.last] = [0] * (box.last - box.first)
    sums = list(accumulate(weights, initial=0))

    def weight(box: Box) -> int:
        return sums[box.last] - sums[box.first]

    wanted = sums[-1]
    named = [*_between_comments(page), *(box for box in page.boxes if box.names and _calls_itself(box.names)[0])]
    best = max((weight(box) for box in named), default=0)
    if named and best >= HINTED * wanted:
        boxes, wanted = named, best
    if wanted:
        chosen = min((box for box in boxes if weight(box) >= ENOUGH * wanted), key=lambda box: box.last - box.first)
    else:  # no sentence anywhere: a list of names, a table of numbers
        chosen = max(boxes, key=lambda box: box.last - box.first)
    inner = [box for box in furniture if chosen.first <= box.first and box.last <= chosen.last and (box.first, box.last) != (chosen.first, chosen.last)]
    without = {number for box in inner if not weight(box) for number in range(box.first, box.last)}
    files_linked = {number for number in range(chosen.first, chosen.last) if _is_download(page.lines[number])}
    files_linked |= set(_links_below(page.lines, chosen))
    return Extent(chosen.first, chosen.last, frozenset(without | files_linked | _repetitions(page.lines, chosen.first, chosen.last)))


def _show(lines: list[PageLine]) -> None:
    """Where nearly all of a page is hidden, a script shows it, and it is read."""
    hidden = sum(len(line.text) for line in lines if line.is_hidden)
    if hidden > 2 * sum(len(line.text) for line in lines if not line.is_hidden):
        for line in lines:
            line.is_hidden = False


def _weight(line: PageLine) -> int:
    """The characters of a line that read as text rather than as furniture: no links, and long or with a mark of a sentence."""
    reads = not line.is_hidden and (len(line.text) >= LONG_LINE or (len(line.text) >= SENTENCE and _MARK_RE.search(line.text) is not None))
    return len(line.text) - line.linked if reads else 0


def _between_comments(page: Page) -> Iterator[Box]:
    """<!--enpcontent--> … <!--/enpcontent-->"""
    begun: int | None = None
    for text, number in page.comments:
        if begun is None and hints().begins.fullmatch(text):
            begun = number
        elif begun is not None and hints().ends.fullmatch(text):
            yield Box("comment", text, begun, number)
            begun = None


def _links_below(lines: list[PageLine], chosen: Box) -> Iterator[int]:
    """The last lines of a document where they lead to other pages (相关链接：某方案解读, 图解：…). What names itself an annex or has a number is its own."""
    for number in range(chosen.last - 1, chosen.first, -1):
        line = lines[number]
        if _is_download(line):
            continue
        if line.linked <= len(line.text) // 2 or _OWN_RE.match(line.text):
            return
        yield number


def _is_download(line: PageLine) -> bool:
    """Whether a line is nothing but a link to a file: 附件1.docx."""
    return line.linked >= len(line.text) and _FILE_RE.match(line.text) is not None


def _repetitions(lines: list[PageLine], first: int, last: int) -> set[int]:
    """The lines of runs that repeat an earlier run, at least REPEATED characters long."""
    seen: dict[str, int] = {}
    out: set[int] = set()
    number = first
    while number < last:
        before = seen.setdefault(lines[number].text, number)
        if before == number or len(lines[number].text) < SENTENCE:
            number += 1
            continue
        length = 1
        while number + length < last and before + length < number and lines[before + length].text == lines[number + length].text:
            length += 1
        if sum(len(line.text) for line in lines[number : number + length]) >= REPEATED:
            out |= set(range(number, number + length))
        number += length
    return out
