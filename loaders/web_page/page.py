"""Page -> blocks: the document, with its title and labelled values from around it; everything else is left out and written down."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhengpu.loaders.page_fields import fields_of, labels
from zhengpu.loaders.pieces import Piece
from zhengpu.loaders.web_page.extent import Extent, extent, hints
from zhengpu.loaders.web_page.parts import Page, PageLine
from zhengpu.loaders.web_page.tables import data_table, field_piece, pairs
from zhengpu.model import BlockKind, PageField

FIELD_REACH = 80  # lines before and after the document in which its labelled values are looked for
TITLE_REACH = 60  # and, before it, its title
LONGEST_HEADING = 60  # characters of a bold line that may be a heading
LONGEST_FIELDS, LONGEST_VALUE = 400, 120  # characters of a line of labelled values, and of a value in a line of its own
_NUMBER_RE = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节条篇]|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[.、．)）])\s*"
)
_TITLE_END_RE = re.compile(r"\s*[_|\-—–－·»>]\s*")  # 关于…的通知_政府信息公开专栏
# <title>某局 通知公告 某局关于印发某方案的通知</title>: what the page prints above its text is a part of it
_NAMES_DOCUMENT_RE = re.compile(r"(?:通知|公告|方案|计划|要点|规划|纲要|意见|措施|办法|清单)(?:[(（〔][^()（）]{1,40}[)）〕])?\Z")
LEAST_TITLE = 12  # characters of such a part
_STOPS = "。；;，,：:！!？?、"

Found = dict[int, tuple[list[Piece], int]]
"""The number of a line -> the blocks that stand for it and the lines behind it, and the number of the line after those."""


def pieces(page: Page) -> Iterator[Piece]:
    """The document's blocks in the order of the page; what is left out stands among them with its reason."""
    place = extent(page)
    around = _fields_around(page, place) | _title_before(page, place)
    yield from _outside(page.lines, around, 0, place.first)
    yield from _inside(page.lines, _tables(page, place.first, place.last), place)
    yield from _outside(page.lines, around, place.last, len(page.lines))


def fragment(page: Page) -> Iterator[Piece]:
    """The blocks of a piece of markup that is nothing but document: a table within another format."""
    whole = Extent(0, len(page.lines), frozenset())
    return _inside(page.lines, _tables(page, whole.first, whole.last), whole)


def meta_fields(page: Page) -> Iterator[PageField]:
    """What <meta> says, in the order of the table of names."""
    for name, label in hints().meta.items():
        if name in page.meta:
            yield PageField(label, page.meta[name])


def _outside(lines: list[PageLine], found: Found, first: int, last: int) -> Iterator[Piece]:
    number = first
    while number < last:
        if number in found:
            blocks, number = found[number]
            yield from blocks
        else:
            yield Piece(lines[number].text, removed="navigation")
            number += 1


def _inside(lines: list[PageLine], tables: Found, place: Extent) -> Iterator[Piece]:
    number = place.first
    label = ""
    while number < place.last:
        line = lines[number]
        if number in tables:
            blocks, number = tables[number]
            yield from blocks
            continue
        number += 1
        if line.is_hidden or number - 1 in place.without:
            yield Piece(line.text, removed="navigation")
        elif _NUMBER_RE.fullmatch(line.text) and number < place.last and number not in tables and not label:
            label = line.text  # （一） in a paragraph of its own: the heading stands in the next
        else:
            yield from _blocks_of(line, label)
            label = ""


def _blocks_of(line: PageLine, label: str) -> Iterator[Piece]:
    text = label + line.text
    lead = line.lead + len(label)
    if line.label is not None:
        yield Piece(text if not line.label or _NUMBER_RE.match(text) else f"{line.label} {text}", BlockKind.LIST_ITEM)
    elif line.is_heading or (line.is_bold and len(text) <= LONGEST_HEADING and (text[-1] not in _STOPS or (text[-1] == "。" and _NUMBER_RE.match(text)))):
        yield Piece(text, BlockKind.HEADING)
    elif not line.is_bold and 6 <= lead <= LONGEST_HEADING and _NUMBER_RE.match(text) and _is_cut(text[:lead], text[lead:].lstrip()):
        # （二）优化流程 in bold, and its text in the same paragraph with no mark between
        yield Piece(text[:lead], BlockKind.HEADING)
        yield Piece(text[lead:].lstrip(), BlockKind.PARAGRAPH)
    else:
        yield Piece(text, BlockKind.PARAGRAPH)


def _is_cut(head: str, rest: str) -> bool:
    """Whether bold words at the beginning of a paragraph are a heading by themselves, without a mark that already ends it."""
    return len(rest) > 8 and head[-1] not in _STOPS + "（(《“" and rest[0] not in _STOPS + "）)》”"


def _tables(page: Page, first: int, last: int) -> Found:
    """The tables of the document: data as cells, labelled values a block each. Tables that lay the page out are not among them."""
    found: Found = {}
    for grid in page.grids:
        if first <= grid.first < grid.last <= last and (blocks := pairs(grid, page.lines) or data_table(grid, page.lines)):
            found[grid.first] = (blocks, grid.last)
    return found


def _fields_around(page: Page, place: Extent) -> Found:
    """The labelled values near the document but outside the element that holds it: of each name the nearest, those of tables first."""
    found: Found = {}
    named: set[str] = set()
    covered: set[int] = set()
    reached = range(max(0, place.first - FIELD_REACH), min(len(page.lines), place.last + FIELD_REACH))
    order = [*reversed(range(reached.start, place.first)), *range(place.last, reached.stop)]
    nearness = {number: index for index, number in enumerate(order)}
    tables = sorted((grid for grid in page.grids if grid.first in nearness and grid.last > grid.first), key=lambda grid: nearness[grid.first])
    for grid in tables:
        blocks = pairs(grid, page.lines)
        if new := {block.fields[0].name for block in blocks} - {"other"} - named:
            named |= new
            found[grid.first] = (blocks, grid.last)
            covered |= set(range(grid.first, grid.last))
    for number in order:
        if number not in covered and (stated := _stated(page.lines, number, reached.stop if number >= place.last else place.first)):
            blocks, names, after = stated
            if names - named:
                named |= names
                found[number] = (blocks, after)
                covered |= set(range(number, after))
    return found


def _stated(lines: list[PageLine], number: int, limit: int) -> tuple[list[Piece], set[str], int] | None:
    """The labelled values of a line outside the document, as blocks, their names, and the line after them."""
    line = lines[number]
    if line.is_hidden or line.linked > len(line.text) // 2 or len(line.text) > LONGEST_FIELDS:
        return None
    label, value = line.text[: line.lead], line.text[line.lead :].strip()
    if value and value[0] not in ":：" and (name := labels().get(_squeezed(label))):  # <b>索引号</b><span>014000000/2024-00012</span>
        return [field_piece(name, label, value)], {name} - {"other"}, number + 1
    fields = [field for field in fields_of(line.text) if field.name != "other"]
    if names := {field.name for field in fields if field.end > field.start}:
        return [Piece(line.text, BlockKind.METADATA)], names, number + 1
    if not fields or number + 1 >= limit:
        return None
    if number and line.text in labels() and lines[number - 1].text in labels():
        return None  # 索引号 / 发文机关 / 有效性: the head of a list, of which the next line fills the first column
    value = lines[number + 1].text  # 发布机构 and 市教育局 in elements of their own
    if len(value) > LONGEST_VALUE or fields_of(value) or value.rstrip("：:") in labels():
        return None
    return [field_piece(fields[0].name, line.text, value)], {fields[0].name}, number + 2


def _title_before(page: Page, place: Extent) -> Found:
    """The document's title where the page prints it above the element that holds the text, and that element does not."""
    titles = (page.meta.get("articletitle", ""), page.meta.get("og:title", ""), page.title, _TITLE_END_RE.split(page.title)[0])
    known = {_squeezed(title) for title in titles if len(title) >= 6}
    # a link that names the document (某方案政策解读) is not its title
    begins = "".join(_squeezed(line.text) for line in page.lines[place.first : place.first + 12] if line.linked <= len(line.text) // 2)
    if not known or any(title in begins for title in known):
        return {}
    for number in range(place.first - 1, max(-1, place.first - TITLE_REACH - 1), -1):
        joined = ""
        for after in range(number, min(number + 4, place.first)):
            joined += _squeezed(page.lines[after].text)
            if joined in known or (joined not in begins and _names_document(joined, known)):
                return {number: ([Piece(line.text, BlockKind.HEADING) for line in page.lines[number : after + 1]], after + 1)}
    return {}


def _names_document(line: str, titles: set[str]) -> bool:
    """Whether a line is the part of a page's title that names the document."""
    return len(line) >= LEAST_TITLE and _NAMES_DOCUMENT_RE.search(line) is not None and any(line in title for title in titles)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u3000]", "", text)
