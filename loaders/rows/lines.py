"""The lines of a dump as text, one after another, none longer than the limit on rows."""

from __future__ import annotations

import codecs
import io
from collections import deque

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.limits import limits, setting

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what spreadsheets save as "Unicode text"
_WIDEST = 4  # bytes of a character in UTF-8 and GB18030
_CHUNK = 1 << 20
_REREAD = 16  # how often the limit on rows may be read again, all told


class BadLine(Exception):
    """A line, or lines read as one row, beyond the limit on rows; the message is what the row does."""

    def __init__(self) -> None:
        super().__init__(f"is longer than the {limits().row:,} characters that are read of one row. {setting('row')}")


class Lines:
    """The lines with their ends, one object for `for` loops and csv.reader. Lines since `mark` can be read again, all but the first.

    Each line is decoded by itself: dumps of several crawlers hold UTF-8 and GBK in one file. In neither is a line break part of a character."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._bytes = stream
        self._most = limits().row  # asked once: a dump has millions of lines
        self._wide = io.TextIOWrapper(stream, "utf-16", errors="replace", newline="") if stream.peek(2)[:2] in _UTF16 else None
        self._since: list[str] = []
        self._length = 0
        self._waiting: deque[str] = deque()
        self._reread = 0
        self.is_damaged = False  # whether a line since `mark` has bytes that are no characters

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        """Raises BadLine for a line beyond the limit, which is passed over, and for lines since `mark` that are so together."""
        line = self._waiting.popleft() if self._waiting else self._following()
        if not line:
            raise StopIteration
        self._since.append(line)
        self._length += len(line)
        if self._length > self._most:
            raise BadLine
        return line

    def mark(self) -> None:
        """A new row begins."""
        self._since, self._length, self.is_damaged = [], 0, False

    def put_back(self) -> None:
        """All lines since `mark` come again."""
        self._waiting.extendleft(reversed(self._since))
        self.mark()

    def pass_first(self) -> None:
        """All lines since `mark` but the first come again. Raises UnreadableDocument where that would go on and on."""
        self._reread += self._length
        if self._reread > _REREAD * self._most:
            raise UnreadableDocument("its quotation marks do not pair. Write it with a program that quotes as RFC 4180 says, or as JSON lines.")
        self._waiting.extendleft(reversed(self._since[1:]))
        self.mark()

    def _following(self) -> str:
        if self._wide is not None:
            text = self._wide.readline(self._most + 1)
            if len(text) <= self._most or text.endswith("\n"):
                return text
        else:
            data = self._bytes.readline(_WIDEST * self._most + 1)
            if len(data) <= _WIDEST * self._most or data.endswith(b"\n"):
                return self._decoded(data)
        while (rest := (self._wide or self._bytes).readline(_CHUNK)) and rest[-1:] not in ("\n", b"\n"):
            pass
        raise BadLine

    def _decoded(self, data: bytes) -> str:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        self.is_damaged = True
        return data.decode("utf-8", "replace")
