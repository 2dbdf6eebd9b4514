"""Many files read at once by worker processes; what came of each is handed over in the order of the files.

A worker is told of a few files ahead and answers for one after the other, so that neither waits for the other; a big file is told alone. The file that a
worker was at when it ended (a library that crashes, memory that the system takes back) is tried once more with nothing else beside it in its worker, and
named if that ends too; one that held its worker until the time was over is named at once. The others go on. Workers are started afresh (spawn) on every
system: measured, warm forks of a server were not sooner there.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Protocol

from zhengpu.errors import StoreError, ZhengpuError
from zhengpu.loaders.limits import limits, setting
from zhengpu.pipeline.deadline import watched
from zhengpu.pipeline.interrupts import uninterrupted
from zhengpu.pipeline.keeping import FileRead, Settings, keep
from zhengpu.pipeline.reading import Failed

_AHEAD = 1 << 18  # bytes of files that a worker is told of: some ten plans as text, a second of work
_WORTH = 2  # times that: to start a worker takes a second of work
_TRIES = 2
_LATE = "SIGALRM"  # what ends a worker that `watched` does not let go on
_PATIENCE = 2.0  # seconds that workers have to end when they are asked to; LibreOffice, which one may have started, ends with its worker

Message = int | FileRead | StoreError  # how many documents were found so far; what came of the file; why nothing more can be read


class Listener(Protocol):
    """Who is told what becomes of the files, each as it happens."""

    def found(self, path: Path, documents: int) -> None:
        """So many documents were found in a file so far."""

    def done(self, read: FileRead) -> None:
        """A file was read to its end."""


def sensible(paths: Sequence[Path], workers: int) -> int:
    """How many of so many workers are worth starting for these files; 0 where this process is as soon done by itself."""
    worth = sum(map(_size, paths)) // _AHEAD
    return min(workers, worth, len(paths)) if worth >= _WORTH else 0


class _Worker:
    """A process, and the files that it was told of, in their order."""

    def __init__(self, settings: Settings) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, settings), daemon=True)
        with uninterrupted():
            self.process.start()
        theirs.close()  # so that the pipe ends with the process
        self.told: dict[int, int] = {}  # number of a file -> its bytes
        self.has_begun = False


class Readers:
    """Worker processes for one build; use it in a with block, which ends them."""

    def __init__(self, paths: Sequence[Path], settings: Settings, jobs: int) -> None:
        self._paths = paths
        self._settings = settings
        self._waiting = deque(range(len(paths)))
        self._tries = [0] * len(paths)
        self._done: dict[int, FileRead] = {}
        self._workers = [_Worker(settings) for _ in range(min(jobs, len(paths)))]

    def read(self, listener: Listener) -> Iterator[FileRead]:
        """What came of each file, in the order of the files; the listener is told as soon as it is known.

        Raises StoreError where the store's folder takes nothing more, or where no worker can be started."""
        for number in range(len(self._paths)):
            while number not in self._done:
                for worker in self._workers:
                    self._assign(worker)
                busy = {worker.pipe: worker for worker in self._workers if worker.told}
                for pipe in wait(list(busy)):
                    self._hear(busy[pipe], listener)  # type: ignore[index]
            yield self._done.pop(number)

    def _assign(self, worker: _Worker) -> None:
        """Tells a worker of files, as many as it should know of."""
        while self._waiting:
            number = self._waiting[0]
            size = _size(self._paths[number])
            is_alone = self._tries[number] or any(self._tries[told] for told in worker.told) or sum(worker.told.values()) + size > _AHEAD
            if worker.told and is_alone:
                return
            worker.told[self._waiting.popleft()] = size
            with suppress(OSError):  # it has ended: hearing from it tells
                worker.pipe.send(self._paths[number])

    def _hear(self, worker: _Worker, listener: Listener) -> None:
        try:
            message: Message = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker, listener)
            return
        worker.has_begun = True
        if isinstance(message, StoreError):
            raise message
        if isinstance(message, FileRead):
            number = next(iter(worker.told))
            del worker.told[number]
            self._finish(number, message, listener)
        elif message:
            listener.found(self._paths[next(iter(worker.told))], message)

    def _finish(self, number: int, read: FileRead, listener: Listener) -> None:
        self._done[number] = read
        listener.done(read)

    def _bury(self, worker: _Worker, listener: Listener) -> None:
        """Another worker in the place of one that has ended; the file that it was at is tried again by itself, or given up."""
        worker.process.join()
        code = worker.process.exitcode or 0
        if not worker.has_begun:
            raise StoreError(
                f"No process can be started that reads files (the first one ended with {_cause(code)}). Read without: --jobs 0. "
                "A Python program that gives `jobs` must keep its own work under: if __name__ == '__main__':"
            )
        culprit, *others = worker.told
        self._tries[culprit] += 1
        if self._tries[culprit] < _TRIES and _cause(code) != _LATE:
            others.insert(0, culprit)
        else:
            path = self._paths[culprit]
            reason = f"{path}: twice ended the process that read it ({_cause(code)}). It is damaged, or needs more memory than there is. Leave it out."
            if _cause(code) == _LATE:
                reason = f"{path}: nothing came of it for {limits().reading:,} seconds, and reading it was given up. Leave it out. {setting('reading')}"
            self._finish(culprit, FileRead(path, "", (Failed(path, reason),)), listener)
        self._waiting.extendleft(reversed(others))
        worker.pipe.close()
        self._workers[self._workers.index(worker)] = _Worker(self._settings)

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self._workers:
            worker.pipe.close()
            if worker.told:
                worker.process.terminate()
        until = monotonic() + _PATIENCE
        for worker in self._workers:
            worker.process.join(max(0.0, until - monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def _size(path: Path) -> int:
    """Bytes of the file; of one that is not there any more none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _cause(code: int) -> str:
    """SIGSEGV for -11; the number of an exit code."""
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit code {code}"


# In a worker ---------------------------------------------------------------------------------------------------------


def _work(pipe: Connection, settings: Settings) -> None:
    """Reads one file after another, until nobody is there who wants to know."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _leave)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        pipe.send(0)
        while True:
            pipe.send(_answer(pipe.recv(), settings, pipe.send))


def _answer(path: Path, settings: Settings, tell: Callable[[int], None]) -> Message:
    try:
        with watched() as begin:

            def told(documents: int) -> None:
                begin()
                tell(documents)

            return keep(path, settings, told)
    except ZhengpuError as error:
        return StoreError(str(error))  # some kinds of it cannot travel; those of settings have been raised before a worker was started


def _leave(number: int, frame: FrameType | None) -> None:
    """Ends the process in order, with what it has started, and once only."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _go_on)
    sys.exit(128 + number)


def _go_on(number: int, frame: FrameType | None) -> None:
    """A second signal is no news. (To ignore signals would let Python complain of one that is on its way.)"""
