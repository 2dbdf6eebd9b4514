"""The page that a PDF describes and the page that one reads: where its corner is, and which way up its text stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shown of a page, in the coordinates of the file (points upwards from some corner), and the quarters that its text is turned against the clock.

    Tables wider than a page are printed turned, with the page turned the other way or not."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as its text is read."""
        across, down = self.right - self.left, self.top - self.bottom
        return (down, across) if self.turn % 2 else (across, down)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the file as points from the upper left corner of the page as its text is read, to the right and downwards."""
        match self.turn:
            case 0:
                return x - self.left, self.top - y
            case 1:
                return y - self.bottom, x - self.left
            case 2:
                return self.right - x, y - self.bottom
            case _:
                return self.top - y, self.right - x
