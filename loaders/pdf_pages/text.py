"""The text of a PDF page -> fragments with their places.

PDFium is quick (2 µs a character), but each call costs 0.4 µs: characters are asked for their places only at the ends of words and in tables.
"""

from __future__ import annotations

import ctypes
import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2.raw as raw

from zhengpu.loaders.pdf_pages.sheet import Sheet
from zhengpu.loaders.printed.marks import Fragment
from zhengpu.loaders.printed.page import edges_across
from zhengpu.loaders.printed.radicals import plain_characters
from zhengpu.loaders.printed.reading_order import APART, USUAL_EM, WORD_GAP, space
from zhengpu.loaders.printed.rulings import Grid

HAN_GAP = 0.25  # em between two Han characters that is a space, where others of the line stand close
LEAST_TEXT = 10  # characters; a page with an image and fewer (a stamped number) is a picture
OTHER_LINE = 0.7  # em between the middles of characters; notes that are raised stand 0.3 above the others
_LINE_RE = re.compile("[^\r\n\x02\ufffe]+")
_WORD_RE = re.compile("[^\x00-\x20\x7f\xa0\u3000\uffff]+")
_HAN_RE = re.compile("[\u3400-\u9fff]")
_HALF_RE = re.compile("[\ud800-\udfff]")
_UNREADABLE_RE = re.compile("[\x00\ue000-\uf8ff\ufffd]")
_INVISIBLE = (3, 7)  # text rendering modes of ISO 32000-1, table 106

_get_text, _get_unicode, _is_generated = raw.FPDFText_GetText, raw.FPDFText_GetUnicode, raw.FPDFText_IsGenerated
_get_box, _get_origin, _get_angle = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin, raw.FPDFText_GetCharAngle


class PageText:
    """The text of an open page. `handle` is PDFium's, `sheet` the page as its file describes it; the attribute `sheet`, as most of its text stands."""

    def __init__(self, handle: Any, sheet: Sheet) -> None:
        self._handle = handle
        self.count = max(0, raw.FPDFText_CountChars(handle))
        self._rectangle, self._x, self._y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        self._into, self._into_x, self._into_y = ctypes.byref(self._rectangle), ctypes.byref(self._x), ctypes.byref(self._y)
        self._text = self._characters()
        self._lines, turn = self._upright()
        self.sheet = Sheet(sheet.left, sheet.bottom, sheet.right, sheet.top, turn)
        self._width, self._height = self.sheet.size

    @property
    def n_unreadable(self) -> int:
        """How many characters the fonts give no meaning for."""
        return len(_UNREADABLE_RE.findall(self._text))

    def fragments(self, grids: Sequence[Grid]) -> list[Fragment]:
        """The text in pieces: where it leaves the base line, where gaps are wide, and where ruled lines part cells."""
        return [fragment for first, last in self._lines for fragment in self._pieces(first, last, grids)]

    def _characters(self) -> str:
        """One for each of PDFium's indices (halves of surrogate pairs count as two)."""
        if not self.count:
            return ""
        buffer = (ctypes.c_ushort * (self.count + 1))()
        written = _get_text(self._handle, 0, self.count, buffer)
        text = bytes(buffer)[: 2 * (written - 1)].decode("utf-16-le", "surrogatepass") if written > 0 else ""
        if len(text) != self.count:  # characters that PDFium leaves out of its text, or beyond the first 65,536 of Unicode
            text = "".join(chr(code) if code < 0x110000 else "\ufffd" for code in (_get_unicode(self._handle, i) for i in range(self.count)))
        return plain_characters(text)

    def _upright(self) -> tuple[list[tuple[int, int]], int]:
        """First and last character of PDFium's lines that stand as most of the page does and can be seen, and how far that is turned."""
        found: list[tuple[int, int, int | None, bool]] = []
        letters: dict[int, int] = {}
        seen = 0
        for match in _LINE_RE.finditer(self._text):
            inside = match.group()
            first, last = match.end() - len(inside.lstrip()), match.start() + len(inside.rstrip())
            if first >= last:
                continue
            turn, is_seen = self._turned(first), self._is_seen(first)
            found.append((first, last, turn, is_seen))
            seen += is_seen * (last - first)
            if turn is not None:
                letters[turn] = letters.get(turn, 0) + last - first
        usual = max(letters, key=lambda turn: letters[turn], default=0)
        # a scan with text behind it has nothing but invisible text: that is read
        return [(first, last) for first, last, turn, is_seen in found if turn == usual and (is_seen or seen < LEAST_TEXT)], usual

    def _turned(self, index: int) -> int | None:
        """The quarters by which a character stands turned; None for one that leans (a watermark)."""
        angle = _get_angle(self._handle, index)
        if not angle:
            return 0
        quarters = -angle / (math.pi / 2)
        return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.05 else None

    def _is_seen(self, index: int) -> bool:
        item = raw.FPDFText_GetTextObject(self._handle, index)
        return not item or raw.FPDFTextObj_GetTextRenderMode(item) not in _INVISIBLE

    def _extent(self, index: int) -> tuple[float, float, float]:
        """Where a character begins and ends along its line, and the y of its middle."""
        _get_box(self._handle, index, self._into)
        box, sheet = self._rectangle, self.sheet
        if not sheet.turn:
            return box.left - sheet.left, box.right - sheet.left, sheet.top - (box.top + box.bottom) / 2
        (one, above), (other, below) = sheet.place(box.left, box.bottom), sheet.place(box.right, box.top)
        return min(one, other), max(one, other), (above + below) / 2

    def _base(self, index: int) -> float:
        _get_origin(self._handle, index, self._into_x, self._into_y)
        return self.sheet.place(self._x.value, self._y.value)[1]

    def _em(self, first: int, last: int, left: float, end: float) -> float:
        """The width of a Han character among these, of which the first stands from `left` to `end`; 0 where there is none."""
        han = _HAN_RE.search(self._text, first, last)
        if not han:
            return 0.0
        at = han.start()
        if at != first:
            left, end, _ = self._extent(at)
        em = end - left
        if last - at > 4 and (other := _HAN_RE.search(self._text, (at + last) // 2, last)):  # browsers squeeze 一, and what follows a bracket
            left, end, _ = self._extent(other.start())
            em = max(em, end - left)
        return em

    def _pieces(self, first: int, last: int, grids: Sequence[Grid]) -> Iterator[Fragment]:
        base, (left, end, middle) = self._base(first), self._extent(first)
        if not -1 < base < self._height + 1 or left > self._width:
            return  # outside what the page shows
        text, em = self._text, self._em(first, last, left, end)
        if grids and (edges := edges_across(grids, base, left, self._end(last - 1, middle, em))):
            yield from self._cut(first, last, edges, em)
            return
        words = [match.span() for match in _WORD_RE.finditer(text, first, last)]
        if not words:
            return
        stop = words[0][1]
        parts = [text[words[0][0] : stop]]
        right = self._extent(stop - 1)[1]
        for begin, after in words[1:]:
            (edge, _, level), far = self._extent(begin), self._extent(after - 1)[1]
            gap = (edge - right) / (em or USUAL_EM)
            if -1 < gap <= APART and abs(level - middle) < OTHER_LINE * (em or USUAL_EM):
                parts += self._between(stop, begin, gap, len(parts[-1]) > 1 and after - begin > 1), text[begin:after]
            else:
                if parts:
                    yield Fragment(_whole("".join(parts)), left, right, base, em)
                # on pages of few words PDFium takes the next line for the rest of this one, and what stands turned in a margin
                parts = [text[begin:after]] if self._turned(begin) == self.sheet.turn else []
                left, base, middle = edge, self._base(begin), level
            stop, right = after, far
        if parts:
            yield Fragment(_whole("".join(parts)), left, right, base, em)

    def _end(self, index: int, middle: float, em: float) -> float:
        """Where a line ends that has this last character; far off, if that stands on another line (see below)."""
        _, right, level = self._extent(index)
        return right if abs(level - middle) < OTHER_LINE * (em or USUAL_EM) else math.inf

    def _between(self, stop: int, begin: int, gap: float, is_tight: bool) -> str:
        """What stands between two words of a line: 第一章　总则 keeps the space that its file has. `is_tight`: both have characters beside each other."""
        if "\u3000" in self._text[stop:begin]:
            return "\u3000"
        # 知识产权 发文字号: printed by browsers, which write no spaces; 2024 and 年 stand as far apart without one
        if is_tight and gap > HAN_GAP and _HAN_RE.match(self._text[stop - 1]) and _HAN_RE.match(self._text[begin]):
            return " "
        return space(self._text[stop - 1], self._text[begin], gap, gap < WORD_GAP and self._has_space(stop, begin))

    def _has_space(self, first: int, end: int) -> bool:
        """Whether the file itself has a space among these characters; PDFium makes one of any gap."""
        return not all(_is_generated(self._handle, index) == 1 for index in range(first, end))

    def _cut(self, first: int, last: int, edges: list[float], em: float) -> Iterator[Fragment]:
        """A line that ruled lines cross: each piece ends at one of them, or at a space."""
        parts: list[str] = []
        column, left, right, base, middle = -1, 0.0, 0.0, 0.0, 0.0
        is_spaced = has_gap = False
        for index in range(first, last):
            if not _WORD_RE.match(self._text[index]):
                has_gap = True
                continue
            begin, end, level = self._extent(index)
            place = bisect_left(edges, (begin + end) / 2)
            if parts and (place != column or has_gap or abs(level - middle) > OTHER_LINE * (em or USUAL_EM)):
                yield Fragment(_whole("".join(parts)), left, right, base, em, is_spaced)
                parts = []
            if not parts:
                column, left, is_spaced = place, begin, has_gap and self._has_space(index - 1, index)
                base, middle = self._base(index), level
            parts.append(self._text[index])
            right, has_gap = end, False
        if parts:
            yield Fragment(_whole("".join(parts)), left, right, base, em, is_spaced)


def _whole(text: str) -> str:
    """Halves of surrogate pairs put together: 𠮷."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALF_RE.search(text) else text
