"""Markup -> lines as a browser would show them, with the elements and tables that hold them as ranges of lines.

The parser's events are read as they come, without a tree: memory stays near that of the text, and nesting costs nothing.
lxml: trafilatura hands a page whose document stands in a layout table (www.gov.cn until 2019) over as one cell without paragraphs;
lexbor (selectolax) takes half a minute for 100,000 nested <div>.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, cast

from lxml import etree

from zhengpu.loaders.page_fields import labels
from zhengpu.loaders.web_page.parts import Box, Grid, GridCell, Page, PageLine

DEEPEST = 3000  # open elements; unclosed <font> of old editors reach some hundreds. The parser compares each stray end tag with all that are open
TO_THE_END = 10**9  # rows
LONGEST_ATTRIBUTE = 600  # characters of an id, a class or a style that are looked at
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u201c\u201d\u2014\u2026"
_WRAP_RE = re.compile(rf"(?<=[{_CJK}])[ \t\r]*\n[ \t\r\n]*(?=[{_CJK}])")  # a line break of the source inside a Chinese sentence is no space
_SPACE_RE = re.compile("[ \t\r\n\f]+|\xa0+")
_BLANK = " \t\r\n\f\xa0\u3000"
_LONGEST_LABEL = 24  # characters of a label with the spaces that set it out: 索　引　号
_HIDDEN_RE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_BOLD_RE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)|font(?:-family)?\s*:[^;]*(?:黑体|小标宋|simhei|heiti)", re.I)
_UNMARKED_RE = re.compile(r"list-style(?:-type)?\s*:\s*none", re.I)


class TooDeep(Exception):
    """Elements nested more than DEEPEST. The parser lets no exception but its own caller's through, who knows the file's name."""

    def __str__(self) -> str:
        return f"its elements are nested more than {DEEPEST:,} deep; no page is. Save it again from the browser, or as text."


class _Role(IntEnum):
    INLINE = 0
    BLOCK = 1
    BOX = 2  # a block that may hold a document
    BREAK = 3
    SKIP = 4
    TABLE = 5
    ROW = 6
    CELL = 7
    LIST = 8
    ITEM = 9
    TITLE = 10
    META = 11


_ROLES: dict[str, _Role] = {
    tag: role
    for role, tags in {
        _Role.INLINE: "a abbr b big cite code del em font i ins label mark q s small span strike strong sub sup tt u html head",
        _Role.BLOCK: "p h1 h2 h3 h4 h5 h6 dt dd blockquote address pre figure figcaption caption fieldset legend summary hr thead tbody tfoot colgroup col",
        _Role.BOX: "body div section article main form header footer nav aside center dl details",
        _Role.BREAK: "br wbr",
        _Role.SKIP: "script style noscript template iframe object embed applet select textarea button svg canvas math audio video map datalist rt rp",
        _Role.TABLE: "table",
        _Role.ROW: "tr",
        _Role.CELL: "td th",
        _Role.LIST: "ul ol",
        _Role.ITEM: "li",
        _Role.TITLE: "title",
        _Role.META: "meta",
    }.items()
    for tag in tags.split()
}
_BOLD, _LINK, _HIDDEN, _HEADING, _PRE = 1, 2, 4, 8, 16
_MARKS = {"b": _BOLD, "strong": _BOLD, "a": _LINK, "pre": _PRE, **{f"h{level}": _HEADING for level in range(1, 7)}}


def page_of(markup: str) -> Page:
    """The page that the markup describes. Nothing is fetched, no entity but HTML's own is known. Raises TooDeep."""
    reader = _Reader()
    parser = etree.HTMLParser(target=cast(Any, reader), huge_tree=True)
    try:
        parser.feed(markup.replace("\x00", "").encode("utf-8", "replace").decode("utf-8"))
        parser.close()
    except etree.XMLSyntaxError:  # nothing but comments or white space
        reader.close()
    return reader.page


class _Reader:
    """What the parser tells its events to."""

    def __init__(self) -> None:
        self.page = Page()
        self._open: list[tuple[_Role, int, Box | None]] = []
        self._skipped = 0
        self._parts: list[str] = []
        self._bold_parts: list[str] = []
        self._is_plain = False  # whether the line has text that is not bold
        self._linked = 0
        self._at_edge = False  # whether a tag came after the last characters
        self._marks = {_BOLD: 0, _LINK: 0, _HIDDEN: 0, _HEADING: 0, _PRE: 0}
        self._label: str | None = None
        self._counters: list[int | None] = []
        self._tables: list[Grid] = []
        self._cells: list[GridCell] = []
        self._title: list[str] | None = None
        self._styles: dict[str, int] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped:
            self._skipped += 1
            return
        role = _ROLES.get(tag, _Role.BOX if "-" in tag or "content" in tag else _Role.INLINE)
        if role is _Role.SKIP:
            self._skipped = 1
            return
        if len(self._open) >= DEEPEST:
            raise TooDeep
        self._edge()
        marks, names = _MARKS.get(tag, 0), ""
        if attributes:
            style = attributes.get("style")
            if style:
                marks |= self._styled(style[:LONGEST_ATTRIBUTE])
            if "hidden" in attributes:
                marks |= _HIDDEN
            if marks & _HIDDEN and not role:
                self._skipped = 1
                return
            names = f"{attributes.get('id', '')} {attributes.get('class', '')}"[:LONGEST_ATTRIBUTE].strip()
        if role:
            self._flush()
            self._begin(role, tag, attributes)
        box = None
        if names or role is _Role.BOX or role is _Role.CELL:
            box = Box(tag, names, len(self.page.lines))
            self.page.boxes.append(box)
        if marks:
            self._mark(marks, 1)
        self._open.append((role, marks, box))

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        role, marks, box = self._open.pop()
        self._edge()
        if role:
            self._flush()
            self._finish(role)
        if marks:
            self._mark(marks, -1)
        if box is not None:
            box.last = len(self.page.lines) + bool(self._parts)

    def data(self, data: str) -> None:
        if self._skipped:
            return
        if self._title is not None:
            self._title.append(data)
            return
        if self._marks[_PRE] and "\n" in data:
            for row in data.split("\n")[:-1]:
                self._add(row)
                self._flush()
            data = data.rpartition("\n")[2]
        self._add(data)

    def comment(self, text: str) -> None:
        if len(text) <= 60 and not self._skipped:
            self.page.comments.append((text.strip(), len(self.page.lines)))

    def close(self) -> Page:
        self._flush()
        while self._open:
            _, _, box = self._open.pop()
            if box is not None:
                box.last = len(self.page.lines)
        for grid in self._tables:
            grid.last = len(self.page.lines)
        for cell in self._cells:
            cell.last = len(self.page.lines)
        return self.page

    def _add(self, data: str) -> None:
        blank = data.isspace()
        if not data or (blank and not self._parts):
            return
        if self._at_edge and data[0] in "\n\r\t":
            data = " " + data.lstrip("\n\r\t ")
        self._at_edge = False
        self._parts.append(data)
        if blank:
            return
        if self._marks[_LINK]:
            self._linked += len(data)
        if not self._marks[_BOLD]:
            self._is_plain = True
        elif not self._is_plain:
            self._bold_parts.append(data)

    def _edge(self) -> None:
        """White space at a tag separates, whatever stands around it: 市政府</span> <span>发布日期."""
        self._at_edge = True
        if self._parts and self._parts[-1][-1] in "\n\r\t":
            self._parts[-1] = self._parts[-1].rstrip("\n\r\t ") + " "

    def _flush(self) -> None:
        """Ends the line."""
        if not self._parts:
            return
        text = _plain(_apart(self._parts) if len(self._parts) > 1 else self._parts)
        if text:
            bold = _plain(self._bold_parts) if self._bold_parts else ""
            self.page.lines.append(
                PageLine(
                    text,
                    is_heading=self._marks[_HEADING] > 0,
                    is_bold=not self._is_plain,
                    is_hidden=self._marks[_HIDDEN] > 0,
                    label=self._label,
                    lead=len(bold) if text.startswith(bold) else 0,
                    linked=min(self._linked, len(text)),
                )
            )
            self._label = None
        self._parts, self._bold_parts, self._is_plain, self._linked = [], [], False, 0

    def _mark(self, marks: int, step: int) -> None:
        for mark in self._marks:
            if marks & mark:
                self._marks[mark] += step

    def _styled(self, style: str) -> int:
        """The marks that a style gives; pages repeat a few styles on every element."""
        found = self._styles.get(style)
        if found is None:
            found = self._styles[style] = (_HIDDEN if _HIDDEN_RE.search(style) else 0) | (_BOLD if _BOLD_RE.search(style) else 0)
        return found

    def _begin(self, role: _Role, tag: str, attributes: Mapping[str, str]) -> None:
        if role is _Role.CELL and self._tables:
            rows = self._tables[-1].rows
            if not rows:
                rows.append([])
            # rowspan="0" reaches to the end of the table
            cell = GridCell(_number(attributes.get("rowspan")) or TO_THE_END, _number(attributes.get("colspan")) or 1, tag == "th", len(self.page.lines))
            rows[-1].append(cell)
            self._cells.append(cell)
        elif role is _Role.ROW and self._tables:
            self._tables[-1].rows.append([])
        elif role is _Role.TABLE:
            if self._tables:
                self._tables[-1].has_inner = True
            self._tables.append(Grid(len(self.page.lines)))
            self.page.grids.append(self._tables[-1])
        elif role is _Role.LIST:
            numbered = tag == "ol" and not _UNMARKED_RE.search(attributes.get("style", ""))
            self._counters.append(_number(attributes.get("start")) if numbered else None)
        elif role is _Role.ITEM:
            number = self._counters[-1] if self._counters else None
            self._label = "" if number is None else f"{number}."
            if number is not None:
                self._counters[-1] = number + 1
        elif role is _Role.META:
            name = attributes.get("name") or attributes.get("property") or ""
            if name and (content := " ".join(attributes.get("content", "").split())):
                self.page.meta.setdefault(name.lower(), content)
        elif role is _Role.TITLE:
            self._title = []

    def _finish(self, role: _Role) -> None:
        if role is _Role.CELL and self._cells and self._tables:
            self._cells.pop().last = len(self.page.lines)
        elif role is _Role.TABLE:
            self._tables.pop().last = len(self.page.lines)
        elif role is _Role.LIST:
            self._counters.pop()
        elif role is _Role.ITEM:
            self._label = None
        elif role is _Role.TITLE:
            self.page.title = self.page.title or _plain(self._title or [])
            self._title = None


def _apart(parts: list[str]) -> list[str]:
    """The pieces of a line with a colon behind each label that only its element parts from its value: <span>索引号</span><span>014…</span>."""
    if _squeezed(parts[0]) not in labels():
        return parts
    out: list[str] = []
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        is_label = _squeezed(part) in labels() and following.strip(_BLANK)[:1] not in (":", "：", "|")
        out.append(f" {part.strip(_BLANK)}：" if is_label else part)
    return out


def _squeezed(part: str) -> str:
    return "".join(part.split()) if len(part) < _LONGEST_LABEL else part


def _plain(parts: list[str]) -> str:
    """The characters of a line with white space as it is shown."""
    text = parts[0] if len(parts) == 1 else "".join(parts)
    if "\n" in text:
        text = _WRAP_RE.sub("", text)
    return _SPACE_RE.sub(" ", text).strip(_BLANK)


def _number(value: str | None) -> int:
    """What an attribute says; 1 where it says nothing that counts."""
    return int(value.strip()[:9]) if value and value.strip().isdecimal() else 1
