"""Work that goes on beside the giving: in a thread, or in a process of its own, which has a core for its Python too.

A lane is given one thing after the other and hands them to its work, which takes them from an iterator; a few of them may wait, and so lie in memory.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from queue import Full, Queue
from threading import Thread
from typing import Generic, TypeVar

from zhengpu.errors import StoreError

_AHEAD = 8  # things that wait for a lane
_LOOK = 0.1  # seconds between two looks whether a lane goes on that takes nothing

Given = TypeVar("Given")
Work = Callable[[Iterator[Given]], object]


@contextmanager
def lane(work: Work[Given]) -> Iterator[Callable[[Given], None]]:
    """Gives what takes one thing after the other and has `work` done on them in a thread of its own: the iterator that it takes them from ends when the
    block ends well, and the work is done then. What it raises is raised by the next call, or at the end.

    Where the block fails, the iterator raises `Abandoned`."""
    beside = _Lane(work)
    try:
        yield beside.take
    except BaseException:
        beside.end(_Abandon)
        beside.forget()
        raise
    beside.end(_End)
    beside.check()


def elsewhere(work: Work[Given]) -> Work[Given]:
    """The same work, which can be pickled, as one that a process of its own does. Started afresh (spawn): a fork would share the engine's threads and locks.

    Raises what the work raises, and StoreError where the process ends before it is done."""

    def send(given: Iterator[Given]) -> None:
        context = multiprocessing.get_context("spawn")
        theirs, pipe = context.Pipe(duplex=False)
        answer, their_answer = context.Pipe(duplex=False)  # two of one way: of one of both ways an answer would be lost that is not yet read when it ends
        process = context.Process(target=_work, args=(theirs, their_answer, work), daemon=True)
        with uninterrupted():
            process.start()
        for end in (theirs, their_answer):
            end.close()  # so that the pipes end with the process
        error: Exception | None
        try:
            with pipe, suppress(BrokenPipeError):  # it has ended: what it says, or says no more, tells why
                for one in given:
                    pipe.send((one,))
                pipe.send(None)
            error = answer.recv()
        except EOFError:
            process.join()
            error = StoreError(f"The process that wrote the search index ended (exit code {process.exitcode}), perhaps for want of memory. Try with --jobs 1.")
        finally:
            answer.close()
            process.join()
        if error:
            raise error

    return send


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C reaches a process that is started here when it can act on it, and not among its imports."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Abandoned(Exception):
    """Nothing more comes, and what came is not wanted."""


class _End:
    """Nothing more comes."""


class _Abandon:
    """The giving has failed."""


class _Lane(Generic[Given]):
    def __init__(self, work: Work[Given]) -> None:
        self._work = work
        self._waiting: Queue[tuple[Given] | type[_End | _Abandon]] = Queue(_AHEAD)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work(self._given())
        except BaseException as error:  # raised again in the thread that gives
            self._error = error

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
        self._put(how)
        self._thread.join()

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
        while self._thread.is_alive():
            try:
                self._waiting.put(one, timeout=_LOOK)
                break
            except Full:  # or it takes no more
                pass


# In the process ------------------------------------------------------------------------------------------------------


def _work(pipe: Connection, answer: Connection, work: Work[object]) -> None:
    """Does the work on what comes through the pipe, and answers with its error or None. Where the pipe ends early, as it does with the process that gives,
    the work is abandoned."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])

    def given() -> Iterator[object]:
        try:
            while (one := pipe.recv()) is not None:
                yield one[0]
        except EOFError:
            raise Abandoned from None

    error: Exception | None = None
    try:
        work(given())
    except Exception as problem:
        error = problem
    with suppress(BrokenPipeError):
        answer.send(error)
