"""Printed pages -> the blocks of the document: furniture out, lines joined to paragraphs over pages, tables continued."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zhengpu.loaders.pieces import Piece
from zhengpu.loaders.printed.marks import PrintedLine, PrintedPage, PrintedTable
from zhengpu.loaders.printed.page import FIRST_FRAME
from zhengpu.loaders.printed.page_furniture import furniture
from zhengpu.loaders.printed.paragraphs import LEAST_LINES, SAME_SIZE, Margins, continues, margins, usual_em
from zhengpu.loaders.printed.tables import JoinedTable
from zhengpu.loaders.printed.wraps import between
from zhengpu.model import BlockKind

LONGEST_HEADING = 90  # characters; larger type in longer lines is a quotation or a slide
SMALL = 0.88  # of the usual em; notes at the foot of a page are smaller
LONGEST_PARAGRAPH = 20_000  # characters; the longest met has 3,000
_Key = tuple[int, int, int, int]  # width and height of the page, its side, the column


def pieces(pages: Sequence[PrintedPage]) -> Iterator[Piece]:
    """The blocks of the document in reading order."""
    left_out = furniture(pages)
    found = _margins(pages, left_out)
    em = usual_em(line for page in pages for line in page.content if isinstance(line, PrintedLine))
    flow = _Flow(em)
    for number, (page, out) in enumerate(zip(pages, left_out, strict=True)):
        notes = _notes(page, out, em)
        for index, item in enumerate(page.content):
            if index in out:
                assert isinstance(item, PrintedLine)
                flow.waiting.append(Piece(item.text, removed=out[index]))
            elif isinstance(item, PrintedTable):
                yield from flow.table(item)
            elif index in notes:
                flow.waiting.append(Piece(item.text))
            else:
                yield from flow.line(item, found[_key(page, number, item)], number)
    yield from flow.end()


@dataclass(slots=True)
class _Flow:
    """The paragraph or table that may still go on, and what is to come behind it: notes, page numbers between its parts."""

    em: float
    parts: list[str] = field(default_factory=list)
    length: int = 0
    last: PrintedLine | None = None
    last_margins: Margins | None = None
    last_page: int = 0
    joined: JoinedTable | None = None
    waiting: list[Piece] = field(default_factory=list)

    def line(self, line: PrintedLine, own: Margins, page: int) -> Iterator[Piece]:
        last, margins = self.last, self.last_margins
        if last and margins and self.length <= LONGEST_PARAGRAPH and continues(last, line, margins, own, is_same_page=page == self.last_page):
            self.parts += between(self.parts[-1], line.text), line.text
        else:
            yield from self.end()
            self.parts, self.length = [line.text], 0
        self.last, self.last_margins, self.last_page = line, own, page
        self.length += len(line.text)

    def table(self, table: PrintedTable) -> Iterator[Piece]:
        if self.joined is not None and not self.parts and self.joined.goes_on_in(table):
            self.joined.take(table)
            return
        yield from self.end()
        self.joined = JoinedTable(table)

    def end(self) -> Iterator[Piece]:
        """What was open, closed, and what waited for it."""
        if self.joined is not None:
            yield from self.joined.pieces()
        if self.parts:
            text = "".join(self.parts)
            is_heading = self.last is not None and self.last.em > SAME_SIZE * self.em and len(text) <= LONGEST_HEADING and text[-1] not in "。；，"
            yield Piece(text, BlockKind.HEADING if is_heading else BlockKind.PARAGRAPH)
        yield from self.waiting
        self.parts, self.last, self.last_margins, self.joined, self.waiting = [], None, None, None, []


def _key(page: PrintedPage, number: int, line: PrintedLine) -> _Key:
    """Lines of one key share their margins: pages of one size and side; a frame has its own."""
    if line.column >= FIRST_FRAME:
        return -1, number, 0, line.column
    return round(page.width), round(page.height), number % 2, line.column


def _margins(pages: Sequence[PrintedPage], left_out: Sequence[dict[int, str]]) -> dict[_Key, Margins]:
    lines: dict[_Key, list[PrintedLine]] = {}
    for number, (page, out) in enumerate(zip(pages, left_out, strict=True)):
        for index, item in enumerate(page.content):
            if index not in out and isinstance(item, PrintedLine):
                lines.setdefault(_key(page, number, item), []).append(item)
    found: dict[_Key, Margins] = {}
    for key, own in lines.items():
        width, height, side, column = key
        both = own + lines.get((width, height, 1 - side, column), []) if width > 0 and len(own) < LEAST_LINES else own
        found[key] = margins(both, width if column == 0 else None)
    return found


def _notes(page: PrintedPage, out: dict[int, str], em: float) -> set[int]:
    """The lines of small type at the foot of a page: a sentence goes on behind them."""
    lines = [(index, item) for index, item in enumerate(page.content) if isinstance(item, PrintedLine) and index not in out]
    found: set[int] = set()
    for index, line in reversed(lines):
        if not 0 < line.em < SMALL * em or line.base < page.height / 2:
            break
        found.add(index)
    return found if len(found) < len(lines) else set()
