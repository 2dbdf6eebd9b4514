"""Work that goes on beside the giving, in threads of its own: a lane is given one thing after the other and hands them to its work, which takes them from
an iterator; a few of them may wait, and so lie in memory.

Work that leaves Python's lock alone most of its time, as the engine and SQLite do, gains nothing by a process of its own (measured: 3 % of a load).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Full, Queue
from threading import Thread
from typing import Generic, TypeVar

_AHEAD = 8  # things that wait for a lane
_LOOK = 0.1  # seconds between two looks whether a lane goes on that takes nothing

Given = TypeVar("Given")
Work = Callable[[Iterator[Given]], object]


@contextmanager
def lane(work: Work[Given], threads: int = 1, ahead: int = _AHEAD) -> Iterator[Callable[[Given], None]]:
    """Gives what takes one thing after the other and has `work` done on them in a thread of its own: the iterator that it takes them from ends when the
    block ends well, and the work is done then. What it raises is raised by the next call, or at the end. At most `ahead` things wait.

    With several `threads` the work is done in each, on what the others have not taken. Where the block fails, the iterator raises `Abandoned`."""
    beside = _Lane(work, threads, ahead)
    try:
        yield beside.take
    except BaseException:
        beside.end(_Abandon)
        beside.forget()
        raise
    beside.end(_End)
    beside.check()


class Abandoned(Exception):
    """Nothing more comes, and what came is not wanted."""


class _End:
    """Nothing more comes."""


class _Abandon:
    """The giving has failed."""


class _Lane(Generic[Given]):
    def __init__(self, work: Work[Given], threads: int, ahead: int) -> None:
        self._work = work
        self._waiting: Queue[tuple[Given] | type[_End | _Abandon]] = Queue(ahead)
        self._error: BaseException | None = None
        self._threads = [Thread(target=self._run, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        try:
            self._work(self._given())
        except BaseException as error:  # raised again in the thread that gives
            self._error = self._error or error

    def _given(self) -> Iterator[Given]:
        while True:
            one = self._waiting.get()
            if isinstance(one, tuple):
                yield one[0]
            elif one is _End:
                return
            else:
                raise Abandoned

    def take(self, given: Given) -> None:
        self._put((given,))
        self.check()

    def end(self, how: type[_End | _Abandon]) -> None:
        for _ in self._threads:
            self._put(how)
        for thread in self._threads:
            thread.join()

    def check(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            try:
                raise error
            finally:
                del error  # or the error would hold this frame and the frame the error, and with them the engine and its lock

    def forget(self) -> None:
        """Lets go of what the work raised: nobody asks, and its frames hold what the work holds."""
        self._error = None

    def _put(self, one: tuple[Given] | type[_End | _Abandon]) -> None:
        while any(thread.is_alive() for thread in self._threads):
            try:
                self._waiting.put(one, timeout=_LOOK)
                break
            except Full:  # or it takes no more
                pass
