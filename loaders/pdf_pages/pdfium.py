"""Bytes of a PDF -> its pages, by PDFium.

Runs in a process of its own (see `pdf_process`): a file of 2 KB can make any PDF library take all memory there is.
"""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from zhengpu.loaders.pdf_pages.drawing import drawing
from zhengpu.loaders.pdf_pages.sheet import Sheet
from zhengpu.loaders.pdf_pages.text import LEAST_TEXT, PageText
from zhengpu.loaders.printed.marks import PrintedPage
from zhengpu.loaders.printed.page import page_of
from zhengpu.loaders.printed.rulings import grids

LARGEST_PICTURE = 3000  # pixels along the longer side of a picture for OCR
LEAST_PICTURE = 0.3  # of the page; a seal or a logo covers less
MOST_UNREADABLE = 0.3  # of the characters, beyond LEAST_TEXT; fonts without a table of characters give none or private ones
EMPTY = PrintedPage(0.0, 0.0, ())

Pixels = tuple[int, int, bytes]  # width, height, and each pixel's blue, green and red, row by row


class Unreadable(Exception):
    """PDFium cannot read the file, or it is beyond a limit: `kind` is locked, damaged, pages or characters; the message says what exactly."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def pages(data: bytes, *, most_pages: int, most_characters: int, dots_per_inch: int = 0) -> Iterator[tuple[PrintedPage, Pixels | None]]:
    """Each page, and what it looks like where it is a picture and `dots_per_inch` asks for that. Raises Unreadable.

    A page that is broken by itself comes out empty."""
    document = _opened(data)
    try:
        count = len(document)
        if count > most_pages:
            raise Unreadable("pages", f"{count:,} pages are more than the {most_pages:,} that are read")
        characters = 0
        gutter: float | None = None
        for number in range(count):
            try:
                page = document[number]
            except pdfium.PdfiumError:
                yield EMPTY, None
                continue
            try:
                printed, found = _printed(page, most_characters - characters, gutter)
                characters += found
                gutter = printed.gutter
                yield printed, _pixels(page, dots_per_inch) if printed.is_picture and dots_per_inch else None
            finally:
                page.close()
    finally:
        document.close()


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        raise Unreadable("locked" if is_locked else "damaged", str(error)) from None


def _printed(page: pdfium.PdfPage, most_characters: int, gutter: float | None) -> tuple[PrintedPage, int]:
    """The page in reading order, and how many characters it has."""
    try:
        sheet, text_page = Sheet(*page.get_bbox()), page.get_textpage()
    except pdfium.PdfiumError:
        return EMPTY, 0
    try:
        count = raw.FPDFText_CountChars(text_page)
        if count > most_characters:
            raise Unreadable("characters", "it has more characters than are read")
        text = PageText(text_page.raw, sheet)
        drawn = drawing(page.raw, text.sheet.place)
        found = grids(drawn.rulings)
        fragments = text.fragments(found)
    finally:
        text_page.close()
    width, height = text.sheet.size
    letters = sum(len(fragment.text) for fragment in fragments)
    unreadable = text.n_unreadable
    is_picture = letters < LEAST_TEXT and drawn.pictured > LEAST_PICTURE * width * height
    if is_picture or unreadable > LEAST_TEXT + MOST_UNREADABLE * letters:
        return PrintedPage(width, height, (), is_picture=True), count
    return page_of(width, height, fragments, found, gutter), count


def _pixels(page: pdfium.PdfPage, dots_per_inch: int) -> Pixels:
    scale = min(dots_per_inch / 72, LARGEST_PICTURE / max(*page.get_size(), 1.0))
    bitmap = page.render(scale=scale, force_bitmap_format=raw.FPDFBitmap_BGR)
    view, row = memoryview(bitmap.buffer).cast("B"), 3 * bitmap.width
    return bitmap.width, bitmap.height, b"".join(view[y * bitmap.stride : y * bitmap.stride + row] for y in range(bitmap.height))
