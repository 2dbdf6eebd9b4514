"""DOCX -> Document: paragraphs with their numbers as printed, headings, tables, text boxes and notes (ECMA-376 part 1, ISO/IEC 29500)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.assembly import document_of
from zhengpu.loaders.packages import Package
from zhengpu.loaders.pieces import Piece
from zhengpu.loaders.word import names as w
from zhengpu.loaders.word import tables
from zhengpu.loaders.word.numbering import numbering
from zhengpu.loaders.word.styles import Style, styles
from zhengpu.loaders.word.words import TooDeep, Words, words
from zhengpu.model import BlockKind, Document, PageField

DEEPEST = 40  # tables, text boxes and controls in one another; a form made of tables has four
BODY_LEVEL = 9  # the outline level of body text
HEADING = 60  # characters of a bold line that may be a heading
_MARKED_RE = re.compile(r"(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[.、．)）])\s*")
_NO_HEADING = "。；;，,：:！!？?、"  # what a heading does not end with
_CONTENTS_RE = re.compile(r"目\s*录\Z")
_BESIDE = {"header": "page-header", "footer": "page-footer", "comments": "comment"}  # kind of part -> why its text is left out
_PROPERTIES = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}creator": "creator",
    "{http://purl.org/dc/terms/}created": "created",
    "{http://purl.org/dc/terms/}modified": "modified",
}
# 文档1, Microsoft Word - 2.doc, 新建 Microsoft Word 文档: what a program calls a document that its author did not name
_UNNAMED_RE = re.compile(r"文档\s*\d*\Z|新建|.*(?:Microsoft|Word|WPS|\.docx?\Z|\.wps\Z)", re.I)


def document(data: bytes, *, source: str, digest: str, form: str = "docx") -> Document:
    """The Document of a DOCX file. Raises UnreadableDocument for what is none, is damaged, beyond the limits, or holds no text."""
    package = Package(data, source)
    main = next(iter(package.related().get("officeDocument", ())), "word/document.xml")
    root = package.xml(main)
    body = w.child(root, w.BODY)
    if body is None:
        raise UnreadableDocument(f"{source}: is a package of parts, but not a text document. Only DOCX packages (and .docm, .dotx) are read.")
    reader = _Reader(package, main)
    try:
        pieces = [*reader.beside(), *_without_contents(reader.blocks(body)), *reader.notes()]
    except TooDeep:
        raise UnreadableDocument(f"{source}: its tables or text boxes are nested more than {DEEPEST} deep; no document is. Save it again as text.") from None
    found = document_of(pieces, source=source, form=form, digest=digest, page=_properties(package))
    if not found.text:
        scan = "pictures only, or nothing; a scan is read as PDF with zhengpu[ocr]"
        what = "another file within it; open and save it once in a word processor" if reader.embeds else scan
        raise UnreadableDocument(f"{source}: this document holds no text ({what}).")
    return found


class _Reader:
    """Reads the blocks of one document in order: labels count on from paragraph to paragraph, notes are gathered."""

    def __init__(self, package: Package, main: str) -> None:
        self._package, self._related = package, package.related(main)
        self._styles = styles(self._part("styles"))
        self._numbering = numbering(self._part("numbering"), self._styles)
        self._depth = 0
        self._carried = ""  # the text of a paragraph whose end was deleted: the next goes on with it
        self._notes: dict[tuple[str, str], None] = {}
        self.embeds = False

    def _part(self, kind: str) -> etree._Element | None:
        paths = self._related.get(kind, ())
        return self._package.xml(paths[0]) if paths else None

    def blocks(self, parent: etree._Element) -> Iterator[Piece]:
        """The blocks in an element. Raises TooDeep."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeep
        for item in parent:
            tag = item.tag
            if tag == w.PARAGRAPH:
                yield from self._paragraph(item)
            elif tag == w.TABLE:
                yield from tables.pieces(item, lambda cell: list(self.blocks(cell)))
            elif tag == w.CONTROL:
                yield from self._control(item)
            elif tag == w.ALTERNATIVES:
                yield from next((found for branch in item if (found := list(self.blocks(branch)))), [])
            elif tag == w.EMBEDDED:
                self.embeds = True
            elif len(item) and tag not in w.PROPERTIES:
                yield from self.blocks(item)  # an insertion, a move, a custom element
        self._depth -= 1

    def _control(self, control: etree._Element) -> Iterator[Piece]:
        properties = w.child(control, w.CONTROL_PROPERTIES)
        if w.child(properties, w.PLACEHOLDER) is not None:
            return
        is_contents = any((gallery.get(w.VALUE) or "").startswith("Table of") for gallery in (properties.iter(w.GALLERY) if properties is not None else ()))
        for piece in self.blocks(control):
            yield Piece(piece.text, removed="contents") if is_contents else piece

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Piece]:
        properties = w.children(w.child(paragraph, w.PARAGRAPH_PROPERTIES))
        style = self._styles.of(w.said(properties.get(w.STYLE_OF_PARAGRAPH)))
        found = words(paragraph, style, self._styles)
        if found.deleted.strip():
            yield Piece(found.deleted, removed="deleted")
        if found.hidden.strip():
            yield Piece(found.hidden, removed="hidden")
        self._notes |= dict.fromkeys(found.notes)
        mark = properties.get(w.RUN_PROPERTIES)
        if mark is not None and (w.child(mark, w.DELETED) is not None or w.child(mark, w.MOVED_AWAY) is not None):
            self._carried += found.text
        else:
            yield from self._lines(found, properties, style)
        for box in found.boxes:
            yield from self.blocks(box)

    def _lines(self, found: Words, properties: dict[str, etree._Element], style: Style) -> Iterator[Piece]:
        if self._carried:
            found.text, found.lead, found.is_bold, self._carried = self._carried + found.text, 0, False, ""
        text = found.text.strip()
        place = self._numbering.place(properties.get(w.NUMBERING), style)
        # an empty item is counted, unless all that stood in it is gone
        label = self._numbering.label(*place) if place and (text or not (found.deleted or found.hidden)) else ""
        if not text:
            return
        level = w.number(w.said(properties.get(w.OUTLINE_LEVEL)))
        level = style.level if level is None else level
        is_set_off = found.is_bold and "\n" not in text and len(text) <= HEADING and text[-1] not in _NO_HEADING
        if style.is_contents:
            yield Piece(label + text, removed="contents")
        elif is_set_off or (level is not None and level < BODY_LEVEL):
            yield Piece(label + text, BlockKind.HEADING)
        else:
            yield from _run_in(label, text, found.lead - (len(found.text) - len(found.text.lstrip())))

    def notes(self) -> Iterator[Piece]:
        """The footnotes and endnotes at the end of the text, in the order in which they are referred to, each once."""
        parts = {w.FOOTNOTE_MARK: (w.FOOTNOTE, "footnotes"), w.ENDNOTE_MARK: (w.ENDNOTE, "endnotes")}
        texts: dict[tuple[str, str], etree._Element] = {}
        for mark, (name, kind) in parts.items():
            if any(noted == mark for noted, _ in self._notes) and (root := self._part(kind)) is not None:
                texts |= {(mark, note.get(w.ID) or ""): note for note in root.iterchildren(name)}
        for number, key in enumerate(tuple(self._notes), 1):
            if key in texts and (text := _text(self.blocks(texts[key]))):
                yield Piece(f"[{number}] {text}", BlockKind.METADATA)

    def beside(self) -> Iterator[Piece]:
        """What stands beside the text and is no part of it: in the margins of every page, and what reviewers remarked. The same text once."""
        for kind, why in _BESIDE.items():
            texts = [_text(self.blocks(root)) for path in self._related.get(kind, ()) if (root := self._package.xml(path)) is not None]
            yield from (Piece(text, removed=why) for text in dict.fromkeys(texts) if text)


def _text(pieces: Iterable[Piece]) -> str:
    return "\n".join(piece.text for piece in pieces if not piece.removed).strip()


def _run_in(label: str, text: str, lead: int) -> Iterator[Piece]:
    """A paragraph; where it begins with a numbered heading in bold and goes on without a mark between, the two apart.

    （二）优化流程 in bold, and its text in the same paragraph."""
    kind = BlockKind.LIST_ITEM if label else BlockKind.PARAGRAPH
    numbered = bool(label) or _MARKED_RE.match(text) is not None
    head, rest = text[:lead].rstrip(), text[lead:].lstrip() if lead > 0 else ""
    if numbered and rest and 4 <= len(head) <= HEADING and head[-1] not in _NO_HEADING + "（(《“" and rest[0] not in _NO_HEADING + "）)》”":
        yield Piece(label + head, BlockKind.HEADING)
        yield Piece(rest, BlockKind.PARAGRAPH)
    else:
        yield Piece(label + text, kind)


def _without_contents(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The blocks; the line 目录 above a table of contents goes with it."""
    held: Piece | None = None
    for piece in pieces:
        if held is not None:
            yield Piece(held.text, removed="contents") if piece.removed == "contents" else held
            held = None
        if not piece.removed and _CONTENTS_RE.match(piece.text.strip()):
            held = piece
        else:
            yield piece
    if held is not None:
        yield held


def _properties(package: Package) -> Iterator[PageField]:
    """What the file says of itself outside its text. Its dates are those of the file, not of the plan."""
    for path in package.related().get("core-properties", ()):
        root = package.xml(path)
        for element in root if root is not None else ():
            name, said = _PROPERTIES.get(element.tag), " ".join((element.text or "").split())
            if name and said and not (name == "title" and _UNNAMED_RE.match(said)):
                yield PageField(name, said)
