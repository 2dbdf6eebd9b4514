"""What pages carry besides their text: running heads and feet, page numbers, lists of contents. Found by place and repetition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from zhengpu.loaders.printed.marks import PrintedLine, PrintedPage

ZONE = 0.15  # of the page's height, at the top and at the bottom
MOST_LINES = 3  # of a running head; gazettes print two
LEAST_PAGES = 3  # that repeat a line; where there are only two, both
SAME_PLACE = 4.0  # points
LONGEST = 80  # characters of a running head
# — 3 —, -3-, ·3·, 第 3 页 共 20 页, 第3页/共20页, 3/20, Page 3 of 20; 〔3〕 is no number of a page
_NUMBERED_RE = re.compile(
    r"[-—–－―~～•·]{1,3}\s*(?:\d{1,4}|[ivxlcIVXLC]{1,6})\s*[-—–－―~～•·]{1,3}"
    r"|第\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,5})\s*页(?:\s*[,，/／]?\s*[（(]?共\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,5})\s*页[）)]?)?"
    r"|共\s*\d{1,4}\s*页\s*[,，/／]?\s*第\s*\d{1,4}\s*页|\d{1,4}\s*[/／]\s*\d{1,4}|[Pp]age\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_BARE_RE = re.compile(r"\d{1,4}|[ivxlc]{1,6}")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_DIGITS_RE = re.compile(r"\d+")
# 一、总体要求……………………3, or with the number at the right margin
_CONTENTS_RE = re.compile(r".{1,80}?(?:[.．·•…⋯]\s?){4,}\s*[-—]?\s*\d{1,4}\s*[-—]?")
_CONTENTS_LINE_RE = re.compile(r".{1,80}?\s{2,}[-—]?\s*\d{1,4}\s*[-—]?")
_CONTENTS_TITLE_RE = re.compile(r"目\s*[录錄次]")


def furniture(pages: Sequence[PrintedPage]) -> list[dict[int, str]]:
    """For each page: the index in its content of every line that is no text, and why (page-break, navigation)."""
    ends = [_ends(page) for page in pages]
    repeated = _repeated(pages, ends)
    offset = _offset(pages, ends)
    out: list[dict[int, str]] = []
    for number, page in enumerate(pages):
        found: dict[int, str] = {}
        for end in ends[number]:
            for index in end:  # from the edge of the page inwards, up to the first line of text
                line = _line(page, index)
                if not (_NUMBERED_RE.fullmatch(line.text) or _is_bare(line.text, number, offset) or _key(line, repeated) is not None):
                    break
                found[index] = "page-break"
        out.append(found | _contents(page))
    return out


def _line(page: PrintedPage, index: int) -> PrintedLine:
    line = page.content[index]
    assert isinstance(line, PrintedLine)  # only lines are at the ends
    return line


def _ends(page: PrintedPage) -> tuple[list[int], list[int]]:
    """The lines at the top and at the bottom, from the edge inwards."""
    lines = sorted((line.base, index) for index, line in enumerate(page.content) if isinstance(line, PrintedLine))
    top = [index for base, index in lines[:MOST_LINES] if base < ZONE * page.height]
    bottom = [index for base, index in reversed(lines[-MOST_LINES:]) if base > (1 - ZONE) * page.height and index not in top]
    return top, bottom


def _shape(text: str) -> str:
    return _DIGITS_RE.sub("#", text.replace(" ", ""))


def _repeated(pages: Sequence[PrintedPage], ends: Sequence[tuple[list[int], list[int]]]) -> set[tuple[str, int]]:
    """Shapes of lines, with their places in steps of SAME_PLACE, that enough pages have."""
    counts: Counter[tuple[str, int]] = Counter()
    for page, both in zip(pages, ends, strict=True):
        lines = [_line(page, index) for end in both for index in end]
        counts.update({(_shape(line.text), round(line.base / SAME_PLACE)) for line in lines if len(line.text) <= LONGEST and line.text[-1] not in "。；，、"})
    least = min(LEAST_PAGES, max(2, len(pages)))
    # a place may fall on either side of a step
    return {key for key in counts if sum(counts[key[0], key[1] + step] for step in (-1, 0, 1)) >= least and key[0].strip("#")}


def _key(line: PrintedLine, repeated: set[tuple[str, int]]) -> tuple[str, int] | None:
    key = (_shape(line.text), round(line.base / SAME_PLACE))
    return key if key in repeated else None


def _bare(text: str) -> int | None:
    """The number of a page that is printed without anything around it."""
    if not _BARE_RE.fullmatch(text):
        return None
    if text.isdecimal():
        return int(text)
    values = [_ROMAN[letter] for letter in text]
    return sum(-value if any(value < other for other in values[place + 1 : place + 2]) else value for place, value in enumerate(values))


def _offset(pages: Sequence[PrintedPage], ends: Sequence[tuple[list[int], list[int]]]) -> set[int]:
    """By how much printed numbers of pages are ahead of counted ones: what two pages agree on, and 0."""
    counts: Counter[int] = Counter()
    for number, (page, both) in enumerate(zip(pages, ends, strict=True)):
        counts.update({value - number - 1 for end in both for index in end[:1] if (value := _bare(_line(page, index).text)) is not None})
    return {0, *(offset for offset, count in counts.items() if count >= 2)}


def _is_bare(text: str, number: int, offsets: Iterable[int]) -> bool:
    value = _bare(text)
    return value is not None and value - number - 1 in offsets


def _contents(page: PrintedPage) -> dict[int, str]:
    """The lines of a list of contents, and the word 目录 above it: their headings come again where they stand."""
    lines = [(index, line.text) for index, line in enumerate(page.content) if isinstance(line, PrintedLine)]
    title = next((place for place, (_, text) in enumerate(lines) if _CONTENTS_TITLE_RE.fullmatch(text)), None)
    found = {index: "navigation" for index, text in lines if _CONTENTS_RE.fullmatch(text)}
    if title is not None:
        rest = lines[title + 1 :]
        if not found:
            found = {index: "navigation" for index, text in rest if _CONTENTS_LINE_RE.fullmatch(text)}
        if found:
            found[lines[title][0]] = "navigation"
    return found
