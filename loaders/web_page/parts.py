"""What a page is made of once its markup is read: lines, and the elements and tables that hold them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class PageLine:
    """A line of a page. `label` is what a list prints before it ("" for a bullet, None outside lists); `lead` and `linked` count
    the characters at its beginning that are bold (all of them where `is_bold`) and those inside links."""

    text: str
    is_heading: bool = False
    is_bold: bool = False
    is_hidden: bool = False
    label: str | None = None
    lead: int = 0
    linked: int = 0


@dataclass(slots=True)
class Box:
    """An element that holds lines [first, last); `names` are its id and classes."""

    tag: str
    names: str
    first: int
    last: int = 0


@dataclass(slots=True)
class GridCell:
    """A cell of an HTML table as written: the rows and columns it claims to span, and its lines [first, last)."""

    row_span: int
    column_span: int
    is_head: bool
    first: int
    last: int = 0


@dataclass(slots=True)
class Grid:
    """An HTML table: rows of cells, its lines [first, last), and whether another table stands inside."""

    first: int
    last: int = 0
    rows: list[list[GridCell]] = field(default_factory=list)
    has_inner: bool = False


@dataclass(slots=True)
class Page:
    """A page as read: its lines, the boxes and tables around them in order of their beginnings, <title>, and <meta> by lower-case name."""

    lines: list[PageLine] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    comments: list[tuple[str, int]] = field(default_factory=list)  # text, and the number of the line that follows
