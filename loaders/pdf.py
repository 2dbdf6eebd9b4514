"""PDF -> Document: the text layer in reading order; pages that are pictures through OCR, where it is installed."""

from __future__ import annotations

from collections.abc import Iterator

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.assembly import document_of
from zhengpu.loaders.limits import Limits, limits, setting
from zhengpu.loaders.pdf_pages import ocr
from zhengpu.loaders.pdf_pages.process import Failed, Picture, pages
from zhengpu.loaders.pieces import Piece
from zhengpu.loaders.printed.blocks import pieces
from zhengpu.loaders.printed.marks import PrintedPage
from zhengpu.model import Document

DOTS_PER_INCH = 200  # of pictures for OCR: characters of 三号 are 44 pixels high, those of tables 29
INSTALL_OCR = "pip install 'zhengpu[ocr]' lets such pages be read."


def document(data: bytes, *, source: str, digest: str) -> Document:
    """The Document of a PDF's bytes; `digest` is their sha256. Raises UnreadableDocument, naming `source`, for what cannot be read: locked, damaged, a scan."""
    allowed = limits()
    found, unread = _read(data, source, allowed)
    if not any(page.content for page in found):
        if unread:
            what = f"{source}: is a scan: its pages are pictures ({len(unread):,}), or in fonts that do not say which characters they show"
            raise UnreadableDocument(f"{what}; OCR found no text in them." if ocr.is_installed() else f"{what}. {INSTALL_OCR}")
        raise UnreadableDocument(f"{source}: the PDF holds no text ({len(found):,} empty pages). Check that it opens in a reader.")
    return document_of(_with_gaps(found, unread), source=source, form="pdf", digest=digest)


def _with_gaps(found: list[PrintedPage], unread: list[int]) -> Iterator[Piece]:
    """The blocks, and what was left out: pages that are pictures are named, since their text is missing."""
    yield from pieces(found)
    for number in unread:
        yield Piece(f"第{number}页", removed="scan")


def _read(data: bytes, source: str, allowed: Limits) -> tuple[list[PrintedPage], list[int]]:
    """The pages, and the numbers (from 1) of those that could not be read because they are pictures."""
    found: list[PrintedPage] = []
    unread: list[int] = []
    scans = 0
    try:
        for page in pages(data, allowed, dots_per_inch=DOTS_PER_INCH if ocr.is_installed() else 0):
            if isinstance(page, Picture):
                scans += 1
                if scans > allowed.scans:
                    raise UnreadableDocument(f"{source}: more than {allowed.scans:,} pages are pictures. {setting('scans')}")
                page = ocr.read(page)
            if page.is_picture:
                unread.append(len(found) + 1)
            found.append(page)
    except Failed as failure:
        raise UnreadableDocument(f"{source}: {_reason(failure)}") from None
    return found, unread


def _reason(failure: Failed) -> str:
    match failure.kind:
        case "locked":
            return "the PDF asks for a password. Open it in a reader and save a copy without one."
        case "damaged":
            return f"the PDF is damaged ({failure}). Check the download, or open and save it in another program."
        case "seconds" | "memory":
            return f"taking the PDF apart needs more than {failure}, or ends the library that does it. {setting(failure.kind)}"
        case kind:
            return f"{failure}. {setting(kind)}"
