"""A part of a list: so many things from a place on, and how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

USUAL = 50  # things of a list where nobody says how many
MOST = 500


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """`items` are those of `total` that begin with the number `offset`, from 0."""

    total: int
    offset: int
    items: tuple[T, ...]


def part(things: Sequence[T], limit: int = USUAL, offset: int = 0) -> Listed[T]:
    return Listed(len(things), offset, tuple(things[offset : offset + limit]))
