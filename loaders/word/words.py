"""The words of a DOCX paragraph as a reader sees them: changes accepted, fields as their results, symbols as characters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from zhengpu.loaders.word import names as w
from zhengpu.loaders.word.numerals import numeral
from zhengpu.loaders.word.styles import Style, Styles, bold
from zhengpu.loaders.word.symbols import has_private, symbol, with_symbols

DEEPEST = 60  # elements within one paragraph; a link in an insertion in a control has six
# 带圈字符 is a field without a result: eq \o\ac(○,1) prints ①
_CIRCLED_RE = re.compile(r"\\o\s*\\ac\s*\(.{0,20}[○〇][^,，;；]{0,8}[,，;；]\s*(\w{1,2})")
_FIXED = {w.TAB: "\t", w.POSITION_TAB: "\t", w.BREAK: "\n", w.RETURN: "\n", w.HARD_HYPHEN: "-"}
_LEFT_OUT = frozenset({w.PARAGRAPH_PROPERTIES, w.CONTROL_PROPERTIES, w.PINYIN, w.DELETED_TEXT})


class TooDeep(Exception):
    """Elements nested deeper than those of any document."""


@dataclass(slots=True)
class Words:
    """What stands in a paragraph. `lead` counts the characters at its beginning that are set off as headings are (all of them where `is_bold`).

    `boxes` are the contents of the text boxes anchored in it, `notes` (kind, id) of the notes it refers to, `deleted` and `hidden` what is not shown."""

    text: str = ""
    lead: int = 0
    is_bold: bool = False
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    deleted: str = ""
    hidden: str = ""


def words(paragraph: etree._Element, style: Style, styles: Styles) -> Words:
    """What stands in a paragraph of that style. Raises TooDeep."""
    reader = _Reader(style, styles)
    reader.inline(paragraph, 0)
    return reader.words()


class _Reader:
    def __init__(self, style: Style, styles: Styles) -> None:
        self._style, self._styles = style, styles
        self._found = Words()
        self._parts: list[str] = []
        self._length = 0
        self._plain = False  # whether text has come that is not bold
        self._deleted: list[str] = []
        self._hidden: list[str] = []
        self._fields: list[list[str] | None] = []  # for each open field its code, None behind the mark where its result begins
        self._codes = 0  # how many of them are in their codes

    def words(self) -> Words:
        found = self._found
        found.text = "".join(self._parts)
        found.is_bold = not self._plain and bool(found.lead)
        found.deleted, found.hidden = "".join(self._deleted), "".join(self._hidden)
        return found

    def inline(self, element: etree._Element, depth: int) -> None:
        """The runs in an element, whatever stands around them."""
        if depth > DEEPEST:
            raise TooDeep
        for item in element:
            tag = item.tag
            if tag == w.RUN:
                self._run(item, depth)
            elif tag == w.DELETED or tag == w.MOVED_AWAY:
                self._deleted += [text.text or "" for text in item.iter(w.DELETED_TEXT, w.TEXT)]
            elif tag in _LEFT_OUT:
                pass
            elif tag == w.MATH_TEXT:
                self._add(item.text or "", self._style.is_bold)
            elif tag == w.ALTERNATIVES:
                self._alternatives(item, depth)
            elif tag == w.CONTROL and w.child(w.child(item, w.CONTROL_PROPERTIES), w.PLACEHOLDER) is not None:
                pass  # 单击此处输入文字
            elif len(item):
                self.inline(item, depth + 1)

    def _run(self, run: etree._Element, depth: int) -> None:
        if depth > DEEPEST:
            raise TooDeep
        is_bold, hidden, font = self._style.is_bold, self._style.is_hidden, ""
        for item in run:
            tag = item.tag
            if tag == w.TEXT:
                text = item.text or ""
                if has_private(text):
                    text = with_symbols(text, font)
                if "\n" in text:
                    text = text.replace("\n", " ")  # a line break of the XML; those of the document are elements
                if hidden:
                    self._hidden.append(text)
                else:
                    self._add(text, is_bold)
            elif tag == w.RUN_PROPERTIES:
                is_bold, hidden, font = self._properties(item)
            elif tag in _FIXED:
                if not hidden:
                    self._add(_FIXED[tag], is_bold)
            elif tag == w.FIELD_MARK:
                self._field(item.get(w.FIELD_KIND), is_bold)
            elif tag == w.FIELD_CODE:
                if self._fields and (code := self._fields[-1]) is not None:
                    code.append(item.text or "")
            elif tag == w.SYMBOL:
                self._add(symbol(item.get(w.FONT) or "", _code(item.get(w.CHARACTER))), is_bold)
            elif tag == w.FOOTNOTE_MARK or tag == w.ENDNOTE_MARK:
                self._found.notes.append((tag, item.get(w.ID) or ""))
            elif tag == w.DRAWING or tag == w.PICTURE or tag == w.OBJECT:
                self._boxes(item)
            elif tag == w.ALTERNATIVES:
                self._alternatives(item, depth)
            elif tag == w.RUN:
                self._run(item, depth + 1)  # an alternative may hold whole runs
            elif len(item) and tag not in _LEFT_OUT:
                self.inline(item, depth + 1)  # 拼音 above its word

    def _properties(self, properties: etree._Element) -> tuple[bool, bool, str]:
        """Bold, hidden, and the font of Latin letters and symbols."""
        is_bold, hidden = self._style.is_bold, self._style.is_hidden
        if (name := w.value(properties, w.STYLE_OF_RUN)) is not None and (style := self._styles.by_id.get(name)) is not None:
            is_bold, hidden = is_bold or style.is_bold, hidden or style.is_hidden
        said = bold(properties)
        is_bold = is_bold if said is None else said
        said = w.is_on(properties, w.HIDDEN)
        fonts = w.child(properties, w.FONTS)
        return is_bold, hidden if said is None else said, "" if fonts is None else fonts.get(w.LATIN) or fonts.get(w.HIGH_ANSI) or ""

    def _add(self, text: str, is_bold: bool) -> None:
        if self._codes or not text:
            return
        self._parts.append(text)
        self._length += len(text)
        if not text.isspace():
            self._plain = self._plain or not is_bold
            if not self._plain:
                self._found.lead = self._length

    def _field(self, kind: str | None, is_bold: bool) -> None:
        if kind == "begin":
            self._fields.append([])
            self._codes += 1
        elif self._fields:
            code = self._fields[-1]
            if code is not None:
                self._codes -= 1
                if circled := _CIRCLED_RE.search("".join(code)):
                    mark = circled[1]
                    self._add(numeral(int(mark), "decimalEnclosedCircle") if mark.isascii() and mark.isdecimal() else mark, is_bold)
            if kind == "separate":
                self._fields[-1] = None
            else:
                self._fields.pop()

    def _alternatives(self, element: etree._Element, depth: int) -> None:
        """The first of the alternatives that has something to read: new programs write a text box twice, once for the old."""
        for branch in element:
            before = (len(self._parts), len(self._found.boxes), len(self._hidden))
            self._run(branch, depth + 1)
            if (len(self._parts), len(self._found.boxes), len(self._hidden)) != before:
                return

    def _boxes(self, drawing: etree._Element) -> None:
        inside: set[etree._Element] = set()
        for box in drawing.iter(w.BOX_CONTENT):
            if not any(outer in inside for outer in box.iterancestors(w.BOX_CONTENT)):
                self._found.boxes.append(box)
                inside.add(box)


def _code(text: str | None) -> int:
    try:
        return int((text or "")[:6], 16)
    except ValueError:
        return 0
