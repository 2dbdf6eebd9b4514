"""One body of a list, as `zhengpu.extract.bodies.institution_lists` finds it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """One body of a list. `surface` is folded and without white space; [start, end) is the item, or for a shared head the items up to the one that has it.

    `mark` is the role word of a bracket behind the name: 牵头 in 市教育局(牵头), "" where there is none."""

    surface: str
    start: int
    end: int
    mark: str = ""
