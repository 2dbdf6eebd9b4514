"""What a worker does with a job: asks the engine, and lets it write the answer into an output that counts rows and bytes and sends them on."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from importlib import import_module
from io import RawIOBase
from typing import IO, cast

from zhengpu.errors import AnswerTooLarge, QueryError, QueryRefused, ZhengpuError
from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.sources.guard import admitted, check
from zhengpu.graph.storage.snapshot import dataset
from zhengpu.queries.server.confinement import most_taken
from zhengpu.queries.server.frames import DATA, END, FAILURE, HEAD, Job, frame

_CHUNK = 256 * 1024  # bytes of answer that go at once; a smaller answer is sent whole
_WORTH_COMPRESSING = 1024  # bytes
_LEVEL = 5  # of gzip: JSON of 1 MB takes 10 ms and comes to a fifteenth; level 9 takes three times as long for a tenth less
_PLACE_RE = re.compile(r"error at (\d+):(\d+)")

# Format -> what stands at each solution, or between two, as the engine writes it. A quotation mark inside of a JSON string has a backslash before it, so that
# `},{"name` can only be between two solutions; a document with `},{}` in its text counts as a row too many at worst.
_ROW_RES = {
    "json": re.compile(rb'\},\{(?:\}|"(?![,}:\]]))'),
    "xml": re.compile(rb"<result>"),
    "tsv": re.compile(rb"\n"),
}
# What the pattern does not count, or counts beside solutions: seams are one fewer, and the first line has the names.
_BESIDE = {"json": 1, "csv": -1, "tsv": -1}
_OVERLAP = 16  # bytes; no pattern is longer

_CODES: dict[type[ZhengpuError], str] = {QueryRefused: "query-refused", AnswerTooLarge: "answer-too-large"}

Send = Callable[[bytes], None]


class CountedOutput(RawIOBase):
    """A file for the engine to write an answer to. It sends the head before the first bytes, then data; a short answer goes in one piece.

    Raises AnswerTooLarge from `write`, which the engine passes on."""

    def __init__(self, send: Send, head: dict[str, object], job: Job, format: str) -> None:
        self._send, self._head, self._job = send, head, job
        self._format = format
        self._pending: list[bytes] = []
        self._waiting = 0
        self._quotes = 0  # CSV: how many quotation marks so far; a line ends a row where they are paired
        self._tail = b""
        self._zip: zlib._Compress | None = None
        self.size = 0
        self.rows = 0
        self.begun = False

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.size += len(data)
        if self.size > self._job.size:
            raise AnswerTooLarge(f"The answer has more than {self._job.size:,} bytes. Ask for less, or put LIMIT behind the query.")
        self._pending.append(bytes(data))
        self._waiting += len(data)
        if self._waiting >= _CHUNK:
            self._pass_on(last=False)
        return len(data)

    def finish(self) -> None:
        """Sends what is left, and the end."""
        self._pass_on(last=True)

    def _pass_on(self, last: bool) -> None:
        data = b"".join(self._pending)
        self._pending, self._waiting = [], 0
        self._count(data)
        message = b""
        if not self.begun:
            self.begun = True
            if self._job.compress and len(data) > _WORTH_COMPRESSING:
                self._zip = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
                self._head["encoding"] = "gzip"
            message = frame(HEAD, self._head)
        if self._zip:
            data = self._zip.compress(data) + (self._zip.flush() if last else b"")
        if data:
            message += frame(DATA, data)
        if last:
            message += frame(END, {"height": most_taken()})
        self._send(message)

    def _count(self, data: bytes) -> None:
        most = self._job.rows
        if most is None:
            return
        if self._format == "csv":
            parts = data.split(b'"')
            self.rows += sum(part.count(b"\n") for part in parts[self._quotes % 2 :: 2])
            self._quotes += len(parts) - 1
        elif pattern := _ROW_RES.get(self._format):
            whole = self._tail + data
            found = [match.end() for match in pattern.finditer(whole)]
            self.rows += len(found)
            self._tail = whole[max(found[-1] if found else 0, len(whole) - _OVERLAP) :]
        if self.rows + _BESIDE.get(self._format, 0) > most:
            raise AnswerTooLarge(f"The answer has more than {most:,} rows. Ask for less, or put LIMIT behind the query.")


def work(source: EmbeddedSource, job: Job, send: Send) -> None:
    """Does the job and sends its frames. What the client did wrong goes out as a failure; anything else is raised."""
    wrong = "malformed-query"
    try:
        if job.call:
            _call(source, job, send)
            return
        text = admitted(job.sparql)
        if job.default is not None:
            source = dataset(job.default, job.named)
        try:
            answer = source.query(text, trusted=True)
        except QueryError as error:
            raise _explained(job.sparql, text, error) from error
        wrong = "query-failed"
        format = job.graph if answer.kind == "triples" else job.table
        if format is None:
            send(frame(FAILURE, {"code": "not-acceptable", "detail": f"The answer is a {'graph' if answer.kind == 'triples' else 'table'}."}))
            return
        counted = format if answer.kind == "rows" else ""
        output = CountedOutput(send, {"kind": answer.kind, "format": format}, job, counted)
        answer.write(cast("IO[bytes]", output), format, most=job.rows)
        output.finish()
    except ZhengpuError as error:
        failure: dict[str, object] = {"code": _CODES.get(type(error), wrong), "detail": str(error)}
        if place := re.search(r"line (\d+), column (\d+)", str(error)):
            failure |= {"line": int(place[1]), "column": int(place[2])}
        send(frame(FAILURE, failure))
    except MemoryError:
        send(frame(FAILURE, {"code": "too-much-memory", "detail": "The query needs more memory than one query may take."}))


def _explained(sparql: str, text: str, error: QueryError) -> QueryError | QueryRefused:
    """What is wrong with a query that the engine does not take: the guard's parser tells places better; what only the engine objects to (a prefix
    that is not declared) is told in terms of the query as it was sent, without the prefixes that were put before its first line."""
    try:
        check(sparql)
    except (QueryRefused, QueryError) as told:
        return told
    place = _PLACE_RE.search(str(error))
    if not place:
        return error
    line, column = int(place[1]), int(place[2])
    if line == 1:
        column = max(1, column - (len(text) - len(sparql)))
    lines = sparql.splitlines()
    shown = lines[line - 1].strip()[:120] if line <= len(lines) else ""
    reason = str(error).partition(place[0])[2].strip(" :")
    return QueryError(f"This is not a SPARQL 1.1 query: {reason}, line {line}, column {column}: {shown}")


def _call(source: EmbeddedSource, job: Job, send: Send) -> None:
    """A function `module:name` of this program, called with the source and the arguments; it gives the bytes of an answer."""
    module, _, name = job.call.partition(":")
    output = CountedOutput(send, {"kind": "call", "format": "json"}, job, "")
    for start in range(0, len(content := getattr(import_module(module), name)(source, **(job.arguments or {}))), _CHUNK):
        output.write(content[start : start + _CHUNK])
    output.finish()
