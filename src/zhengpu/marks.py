"""What a reader of an extraction looks at: how much of the text facts account for, and what in it looks like a fact and is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """Why words are marked as unexplained."""

    NUMBER = "number"  # digits with a unit that are no target and no date
    ALLOCATION = "allocation"  # a bracket or line that looks as if it named who is responsible
    TITLE = "title"  # 《》 that is no reference


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Words that look like a fact and gave none: text[start:end] == quote. `unit` is the title of the unit they stand in, "" before the first heading."""

    kind: MarkKind
    start: int
    end: int
    quote: str
    unit: str


@dataclass(frozen=True, slots=True)
class Share:
    """Of one kind: how many there are, and how many characters of the text (white space left out) stand inside one."""

    kind: str
    number: int
    characters: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a text is accounted for, in characters without white space.

    `units`: measures, goals, headings, other text below a heading, and what no heading is above: disjoint, their sum is `characters`.
    `facts`: the quotations of each category, which may overlap; `in_facts` counts the characters in any of them."""

    characters: int
    units: tuple[Share, ...]
    facts: tuple[Share, ...]
    in_facts: int
    unexplained: tuple[Unexplained, ...]

    def percent(self, characters: int) -> float:
        return 100 * characters / self.characters if self.characters else 0.0
