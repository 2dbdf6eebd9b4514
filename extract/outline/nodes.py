"""A heading while the tree of the outline is built."""

from __future__ import annotations

from dataclasses import dataclass

from zhengpu.extract.outline.headings import Cut
from zhengpu.model import SectionKind


@dataclass(slots=True)
class Node:
    """A heading: where it stands, how high, below which, and what kind of section it opens. Offsets are code points."""

    start: int
    label: tuple[int, int]
    cut: Cut
    rank: float
    kind: SectionKind | None
    parent: Node | None = None
    is_plan: bool = False
    is_box: bool = False  # 专栏
    runs_in: bool = False  # its text begins in its own line
    is_paragraph: bool = False  # its line holds sentences, not only a heading
    ordinal: int | None = None
    children: int = 0
    id: str = ""
    level: int = 1
