"""Pages of a PDF, read in a process of its own that may end: a file of 2 KB can make a PDF library take all memory there is, or an hour.

The process stays for the next file, ends with the one that started it, and talks in lines of JSON; pictures follow their line as bytes.
"""

from __future__ import annotations

import atexit
import faulthandler
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import IO, Any, BinaryIO

from zhengpu.loaders.limits import Limits
from zhengpu.loaders.printed.marks import PrintedCell, PrintedLine, PrintedPage, PrintedTable

_START = "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline()); from zhengpu.loaders.pdf_pages.process import serve; serve()"
_OVERTIME = 1  # what faulthandler ends a process with
_PIPE = 1 << 20  # bytes; a file of 200 KB through the usual 64 KiB costs 4 ms in waiting for each other
_lock = Lock()
_running: _Process | None = None


class Failed(Exception):
    """The file cannot be read: `kind` is locked, damaged, or the name of a limit; the message what the library or the limit says."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as an image: height times width times blue, green, red."""

    page: PrintedPage
    width: int
    height: int
    pixels: bytes


def pages(data: bytes, limits: Limits, *, dots_per_inch: int = 0) -> Iterator[PrintedPage | Picture]:
    """The pages of a PDF; those without text that can be read as pictures where `dots_per_inch` asks for them. Raises Failed."""
    global _running
    with _lock:
        if _running is None or not _running.is_ours():
            _running = _Process()
        process, _running = _running, None
        try:
            yield from process.pages(data, limits, dots_per_inch)
        except Failed:
            if process.is_ours():
                _running = process
            raise
        except BaseException:  # also when nobody wants the rest: what is on its way would be taken for the next file's
            process.end()
            raise
        _running = process


class _Process:
    def __init__(self) -> None:
        self._owner = os.getpid()
        # -X utf8 and no buffering tricks: the pipe is all that both share; what the library prints goes nowhere
        self._child = subprocess.Popen([sys.executable, "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        _widen(self._child.stdin)
        self._write(json.dumps(sys.path).encode() + b"\n")
        atexit.register(self.end)

    def is_ours(self) -> bool:
        """Whether it lives and was started by this process: after a fork both would talk to it."""
        return self._owner == os.getpid() and self._child.poll() is None

    def end(self) -> None:
        if self._owner != os.getpid():
            return
        atexit.unregister(self.end)
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def pages(self, data: bytes, limits: Limits, dots_per_inch: int) -> Iterator[PrintedPage | Picture]:
        task = {name: getattr(limits, name) for name in ("pages", "characters", "seconds", "memory")} | {"size": len(data), "dpi": dots_per_inch}
        self._write(json.dumps(task).encode() + b"\n" + data)
        out = self._child.stdout
        assert out is not None
        while True:
            line = out.readline()
            if not line.endswith(b"\n"):
                raise self._ended(limits)
            message = json.loads(line)
            if message is None:
                return
            if isinstance(message, dict):
                out.readline()  # its end: the process is ready for the next file
                raise Failed(message["kind"], message["message"])
            page = _page(message)
            if page.is_picture and dots_per_inch:
                width, height = json.loads(out.readline() or b"[0, 0]")
                pixels = out.read(width * height * 3)
                if len(pixels) < width * height * 3:
                    raise self._ended(limits)
                yield Picture(page, width, height, pixels)
            else:
                yield page

    def _write(self, data: bytes) -> None:
        pipe = self._child.stdin
        assert pipe is not None
        with suppress(BrokenPipeError, OSError):  # it has ended: reading its answer tells
            pipe.write(data)
            pipe.flush()

    def _ended(self, limits: Limits) -> Failed:
        code = self._child.wait()
        if code == _OVERTIME:
            return Failed("seconds", f"{limits.seconds:,} seconds")
        return Failed("memory", f"{limits.memory:,} bytes of memory")


def _page(message: list[Any]) -> PrintedPage:
    width, height, content, is_picture, gutter = message
    return PrintedPage(width, height, tuple(PrintedLine(*item) if isinstance(item[0], str) else _table(*item) for item in content), is_picture, gutter)


def _table(cells: list[list[Any]], n_rows: int, edges: list[float], *rest: Any) -> PrintedTable:
    return PrintedTable(tuple(PrintedCell(*cell) for cell in cells), n_rows, tuple(edges), *rest)


def _widen(pipe: IO[bytes] | None) -> None:
    """Lets a pipe hold more. Linux alone can, and not for a user whose pipes hold much already: then both wait for each other more often."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe or -1, fcntl.F_SETPIPE_SZ, _PIPE)


# -- in the process itself


def serve() -> None:
    """Reads file after file from standard input, until it ends."""
    source, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while line := source.readline():
        task = json.loads(line)
        data = source.read(task["size"])
        _bound(task["memory"])
        _answer(data, task, out)
        del data
        out.write(b"null\n")
        out.flush()
        faulthandler.cancel_dump_traceback_later()


def _bound(memory: int) -> None:
    """Lets the process end rather than take more memory (bytes). Windows has no such bound."""
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):  # a bound that is already lower, or a system that keeps none
            resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answer(data: bytes, task: dict[str, int], out: BinaryIO) -> None:
    from zhengpu.loaders.pdf_pages import pdfium

    def arm() -> None:
        faulthandler.dump_traceback_later(task["seconds"], exit=True)

    arm()
    try:
        found = pdfium.pages(data, most_pages=task["pages"], most_characters=task["characters"], dots_per_inch=task["dpi"])
        for page, pixels in found:
            out.write(json.dumps(page).encode() + b"\n")
            if pixels is not None:
                faulthandler.cancel_dump_traceback_later()  # who reads the picture takes time of his own
                out.write(json.dumps(pixels[:2]).encode() + b"\n" + pixels[2])
                arm()
            out.flush()
    except pdfium.Unreadable as error:
        out.write(json.dumps({"kind": error.kind, "message": str(error)}).encode() + b"\n")
    except MemoryError:
        out.write(json.dumps({"kind": "memory", "message": f"{task['memory']:,} bytes of memory"}).encode() + b"\n")
    except Exception as error:  # what no one has foreseen in a file made to harm ends this file, not the build; the tests read in one process, where it shows
        out.write(json.dumps({"kind": "damaged", "message": f"{type(error).__name__}: {error}"}).encode() + b"\n")
