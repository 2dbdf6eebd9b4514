"""The progress bar of a command, on standard error, where that is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from zhengpu.cli import console

if TYPE_CHECKING:
    from rich.progress import Progress

_LONGEST_NAME = 60  # characters beside the bar

Tell = Callable[[int, int], None]  # how many are done, of how many


class Bar:
    """A bar that goes through one phase after the other, with a rate and the time that is left; without a screen it shows nothing."""

    def __init__(self, screen: Progress | None) -> None:
        self._screen = screen
        self._task = screen.add_task("", total=None, rate="") if screen else None
        self._phase = ""
        self._begun, self._before = 0.0, 0  # when the phase began, and what had been done before, which says nothing of how fast the rest goes

    def show(self, phase: str, done: int, total: int | None, things: str = "documents", *, told: str = "", counted: int | None = None) -> None:
        """So many are done in a phase; `told` stands beside the bar in place of its name, `counted` is what the rate counts in place of `done`."""
        if self._screen is None or self._task is None:
            return
        number = done if counted is None else counted
        if phase != self._phase:
            self._phase, self._begun, self._before = phase, perf_counter(), number - 1 if number else 0
            self._screen.reset(self._task, total=total)
        rate = (number - self._before) / max(perf_counter() - self._begun, 0.001)
        name = console.text((told or phase)[:_LONGEST_NAME]).plain
        self._screen.update(self._task, description=name, completed=done, total=total, rate=f"{rate:,.1f} {things}/s")

    def steps(self, name: str, total: int | None = None, things: str = "documents") -> Callable[[int], None]:
        """What is told how many more are done in a phase."""
        done = 0

        def more(number: int) -> None:
            nonlocal done
            done += number
            self.show(name, done, total, things)

        return more

    def phase(self, name: str, things: str = "documents") -> Tell:
        """What is told how many are done of how many in a phase."""
        return partial(self.show, name, things=things)


@contextmanager
def bar() -> Iterator[Bar]:
    """A bar that goes when the block ends."""
    screen = console.err()
    if not screen.is_terminal:
        yield Bar(None)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    name, rate = TextColumn("{task.description}", markup=False), TextColumn("{task.fields[rate]}")
    with Progress(name, BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn(), console=screen, transient=True) as shown:
        yield Bar(shown)
