"""OFD (GB/T 33190-2016, the national format of fixed pages) -> Document: a ZIP of XML, whose characters have places and nothing else.

What is written here is small; the packages that read OFD want PyMuPDF (AGPL) or read invoices.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from lxml import etree

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.assembly import document_of
from zhengpu.loaders.limits import limits, setting
from zhengpu.loaders.ofd_page import POINTS, Drawing, Drawn, Picture, Run, TooManyObjects, child, local, numbers
from zhengpu.loaders.packages import Package
from zhengpu.loaders.pieces import Piece
from zhengpu.loaders.printed.blocks import pieces
from zhengpu.loaders.printed.marks import Fragment, PrintedPage
from zhengpu.loaders.printed.page import edges_across, page_of
from zhengpu.loaders.printed.radicals import plain_characters
from zhengpu.loaders.printed.reading_order import WORD_GAP, lines
from zhengpu.loaders.printed.rulings import Grid, Ruling, grids
from zhengpu.model import Document

_A4 = (0.0, 0.0, 210.0, 297.0)  # millimetres: where a file does not say
_LEAST_TEXT = 10  # characters; a page with a picture and fewer (a stamped number) is a scan
_LEAST_PICTURE = 0.5  # of the page
_WORD_RE = re.compile("[^\x00-\x20\xa0\u3000]+")
_HAN_RE = re.compile("[\u3400-\u9fff]")
_OVERPRINT = 0.6  # points; bold type is faked by printing twice, that far apart


def document(data: bytes, *, source: str, digest: str) -> Document:
    """The Document of an OFD file. Raises UnreadableDocument for a file that is damaged, locked, beyond the limits, or a scan."""
    file = _File(Package(data, source))
    pages = [_printed(*page) for page in file.pages()]
    if not any(page.content for page in pages):
        if any(page.is_picture for page in pages):
            raise UnreadableDocument(f"{source}: its pages are pictures (a scan) without text. Print it to PDF and read that with zhengpu[ocr].")
        raise UnreadableDocument(f"{source}: its pages hold no text. Open it in an OFD reader; if it shows text there, print it to PDF and build that.")
    return document_of([*file.furniture(), *pieces(pages)], source=source, form="ofd", digest=digest)


@dataclass(slots=True)
class _Body:
    """One document of a file: the path of its root, its templates by ID, its drawings that pages use, its pages and the size of one without its own."""

    root: str
    templates: dict[str, str]
    composites: dict[str, etree._Element]
    pages: list[str]
    box: tuple[float, ...]


class _File:
    """The parts of a file: OFD.xml names documents, each names its pages, a page may name templates that are printed with it."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._drawing = Drawing(limits().objects)
        root = package.xml("OFD.xml")
        roots = [place.text for body in _children(root) if local(body) == "DocBody" and (place := child(body, "DocRoot")) is not None]
        self._bodies = [body for said in roots if (body := self._body(self._path("", said)))]
        count = sum(len(body.pages) for body in self._bodies)
        if not count:
            raise UnreadableDocument(f"{package.source}: is no OFD document, or a locked one (no pages). Open it in an OFD reader and save it again.")
        if count > limits().pages:
            raise UnreadableDocument(f"{package.source}: {count:,} pages are more than the {limits().pages:,} that are read. {setting('pages')}")
        self._shared: list[list[Drawn]] = []

    def _path(self, base: str, said: str | None) -> str:
        """The part that another one names: relative to its folder, or, as some programs write, to the package. "" where there is none."""
        place = (said or "").strip().replace("\\", "/")
        whole = posixpath.normpath(posixpath.join("/", posixpath.dirname(base), place)).lstrip("/")
        return next((path for path in (whole, posixpath.normpath(place).lstrip("/")) if place and path in self._package), "")

    def _body(self, path: str) -> _Body | None:
        root = self._package.xml(path) if path else None
        if root is None:
            return None
        data = child(root, "CommonData")
        parts = list(data) if data is not None else []
        templates = {part.get("ID", ""): self._path(path, part.get("BaseLoc")) for part in parts if local(part) == "TemplatePage"}
        pages = [self._path(path, page.get("BaseLoc")) for page in _children(child(root, "Pages")) if local(page) == "Page"]
        composites: dict[str, etree._Element] = {}
        for part in parts:
            if local(part) in ("PublicRes", "DocumentRes") and (resources := self._path(path, part.text)):
                composites |= self._composites(resources)
        return _Body(path, templates, composites, pages, _box(child(data, "PageArea"), _A4))

    def _composites(self, path: str) -> dict[str, etree._Element]:
        root = self._package.xml(path)
        return {unit.get("ID", ""): unit for units in _children(root) if local(units) == "CompositeGraphicUnits" for unit in units}

    def pages(self) -> Iterator[tuple[list[Drawn], tuple[float, ...]]]:
        """What each page prints, with its box. A template of several pages is their furniture and stays out; that of one page is a part of it."""
        for body in self._bodies:
            named = [self._templates(body, path) for path in body.pages]
            counts = Counter(template for templates in named for template in templates)
            self._shared += [self._drawn(self._package.xml(template), body) for template, count in counts.items() if count > 1]
            for path, templates in zip(body.pages, named, strict=True):
                page = self._package.xml(path)
                parts = [*(self._package.xml(template) for template in templates if counts[template] == 1), page]
                yield [item for part in parts for item in self._drawn(part, body)], _box(child(page, "Area"), body.box)

    def furniture(self) -> Iterator[Piece]:
        """The text of templates that several pages share: letterheads, watermarks. Complete when all pages have been asked for."""
        for found in self._shared:
            for line in lines(_fragments(found, ())):
                yield Piece(line.text, removed="page-break")

    def _templates(self, body: _Body, path: str) -> set[str]:
        """The parts of the templates that a page names."""
        page = self._package.xml(path) if body.templates else None
        named = {body.templates.get(item.get("TemplateID", ""), "") for item in _children(page) if local(item) == "Template"}
        return named - {""}

    def _drawn(self, page: etree._Element | None, body: _Body) -> list[Drawn]:
        content = child(page, "Content")
        if page is None or content is None:
            return []
        composites = body.composites
        for item in page:
            if local(item) == "PageRes" and (path := self._path(body.root, item.text)):
                composites = {**composites, **self._composites(path)}
        try:
            return list(self._drawing.drawn(content, composites))
        except TooManyObjects:
            raise UnreadableDocument(f"{self._package.source}: has more than the {limits().objects:,} objects that are read. {setting('objects')}") from None


def _children(element: etree._Element | None) -> Iterable[etree._Element]:
    return element if element is not None else ()


def _box(area: etree._Element | None, otherwise: tuple[float, ...]) -> tuple[float, ...]:
    """The page's corner and size in millimetres."""
    said = child(area, "PhysicalBox")
    found = tuple(numbers(said.text)) if said is not None else ()
    return found if len(found) == 4 and found[2] > 0 and found[3] > 0 else otherwise


def _printed(found: Sequence[Drawn], box: tuple[float, ...]) -> PrintedPage:
    width, height = POINTS * box[2], POINTS * box[3]
    tables = grids([item for item in found if isinstance(item, Ruling)])
    fragments = [one for one in _fragments(found, tables) if one.right > 0 and one.left < width and 0 < one.base < height]
    if sum(len(fragment.text) for fragment in fragments) < _LEAST_TEXT:
        pictured = sum(item.area for item in found if isinstance(item, Picture))
        if pictured > _LEAST_PICTURE * width * height:
            return PrintedPage(width, height, (), is_picture=True)
    return page_of(width, height, fragments, tables)


def _fragments(found: Iterable[Drawn], tables: Sequence[Grid]) -> list[Fragment]:
    """The characters of runs, cut at spaces, wide gaps and the ruled lines of tables; each once, however often it is printed over itself."""
    out: list[Fragment] = []
    seen: set[tuple[str, int, int]] = set()
    for run in found:
        if not isinstance(run, Run):
            continue
        text = plain_characters(run.text)
        han = _HAN_RE.search(text)
        em = run.size if han else 0.0
        ends = [*run.lefts[1:], run.right]
        # a gap in the text, not type that is set wide: 关 于 印 发
        gap = WORD_GAP * run.size + max(0.0, median(end - left for left, end in zip(run.lefts, ends, strict=True)) - run.size)
        edges = edges_across(tables, run.base, run.lefts[0], run.right)
        for match in _WORD_RE.finditer(text):
            first = match.start()
            for index in range(first + 1, match.end() + 1):
                width = run.size * (0.5 if text[index - 1].isascii() else 1.0)
                right = min(ends[index - 1], run.lefts[index - 1] + 1.2 * width)
                if index < match.end():
                    is_apart = run.lefts[index] - right > gap
                    if not is_apart and bisect_left(edges, run.lefts[index] + width / 2) == bisect_left(edges, run.lefts[first] + 1):
                        continue
                place = [(text[first:index], round(run.lefts[first] + shift), round(run.base)) for shift in (0.0, -_OVERPRINT, _OVERPRINT)]
                if seen.isdisjoint(place):
                    seen.add(place[0])
                    out.append(Fragment(text[first:index], run.lefts[first], right, run.base, em))
                first = index
    return out
