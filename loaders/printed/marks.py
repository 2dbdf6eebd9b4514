"""What stands printed on a page, before anyone has said which lines form a paragraph. PDF readers and OCR make it; `paragraphs` reads it.

Lengths are points (1/72 inch) on the upright page, x from its left edge and y downwards from its top.
"""

from __future__ import annotations

from typing import NamedTuple


class Fragment(NamedTuple):
    """Characters printed side by side on one base line. `em` is the width of a Han character in it, 0 where it has none.

    `is_spaced` says that the file has a space before it, not only a gap. A tuple: a long file has hundreds of thousands."""

    text: str
    left: float
    right: float
    base: float
    em: float
    is_spaced: bool = False


class PrintedLine(NamedTuple):
    """A line of a page, or of one of its columns or frames.

    `column` is 0 for lines of the full page, 1 and 2 for those of two columns, 10 and more for those of frames (专栏) in order."""

    text: str
    left: float
    right: float
    base: float
    em: float
    column: int = 0


class PrintedCell(NamedTuple):
    """A cell of a ruled table: its place, the places it spans, and its text with a line break between paragraphs."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


class PrintedTable(NamedTuple):
    """A ruled table of one page, its cells in reading order. `edges` are the x of its vertical lines: one more than it has columns.

    Where it is open above, its first row is the rest of one that the page before is open for below."""

    cells: tuple[PrintedCell, ...]
    n_rows: int
    edges: tuple[float, ...]
    top: float
    bottom: float
    is_open_above: bool = False
    is_open_below: bool = False


class PrintedPage(NamedTuple):
    """One page: lines and tables in reading order. `is_picture` where it shows an image and no text that can be read.

    `gutter` is the x between its two columns, or None: a page that is not full is hard to tell, but goes on like the one before."""

    width: float
    height: float
    content: tuple[PrintedLine | PrintedTable, ...]
    is_picture: bool = False
    gutter: float | None = None
