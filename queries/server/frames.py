"""How the server and a worker speak over their socket: a request is one message, an answer a row of frames.

Request: two lengths, then JSON, then bytes (the N-Triples of graphs that it names). Frame: a letter and a length, then
H JSON (the head: the format of the answer) · D bytes of the answer · E JSON (the end: it is whole) · F JSON (why there is no answer, or no more of it).
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

_REQUEST = struct.Struct(">II")
_FRAME = struct.Struct(">cI")

HELLO, HEAD, DATA, END, FAILURE = b"W", b"H", b"D", b"E", b"F"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for a worker: a query, or, where `call` names one, a function of this program and its arguments.

    `table` and `graph` are the formats (`TABLE_FORMATS`, `GRAPH_FORMATS`) in which an answer of that kind may come, None where the client takes none.
    `default` and `named` list (IRI, bytes of N-Triples) of the dataset that the request describes; None is the whole store as default graph.
    `rows` None is without limit."""

    sparql: str = ""
    table: str | None = "json"
    graph: str | None = "ttl"
    compress: bool = False
    rows: int | None = None
    size: int = 1 << 26
    default: tuple[tuple[str, bytes], ...] | None = None
    named: tuple[tuple[str, bytes], ...] = ()
    call: str = ""
    arguments: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a template has read: see `zhengpu.graph.storage.snapshot.Snapshot`. `no_network` says whether its workers are cut off from the network."""

    state: str
    triples: int
    documents: int
    in_memory: bool
    no_network: bool


_PLAIN = tuple(field.name for field in fields(Job) if field.name not in ("default", "named"))


def packed(job: Job) -> bytes:
    """The job as a message."""
    told = {name: getattr(job, name) for name in _PLAIN}
    graphs = [*(job.default or ()), *job.named]
    told["default"] = None if job.default is None else [(iri, len(triples)) for iri, triples in job.default]
    told["named"] = [(iri, len(triples)) for iri, triples in job.named]
    text = json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")
    blob = b"".join(triples for _, triples in graphs)
    return _REQUEST.pack(len(text), len(blob)) + text + blob


def received(connection: socket.socket) -> Job | None:
    """The next job, or None where the server has hung up."""
    head = _exactly(connection, _REQUEST.size)
    if head is None:
        return None
    text_size, blob_size = _REQUEST.unpack(head)
    text, blob = _exactly(connection, text_size), _exactly(connection, blob_size)
    if text is None or blob is None:
        return None
    told = json.loads(text.decode("utf-8", "surrogatepass"))
    place = 0

    def graphs(listed: list[tuple[str, int]]) -> Iterator[tuple[str, bytes]]:
        nonlocal place
        for iri, size in listed:
            yield iri, blob[place : place + size]
            place += size

    told["default"] = None if told["default"] is None else tuple(graphs(told["default"]))
    told["named"] = tuple(graphs(told["named"]))
    return Job(**told)


def frame(kind: bytes, content: bytes | dict[str, Any]) -> bytes:
    """A frame; dictionaries go as JSON."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return _FRAME.pack(kind, len(data)) + data


class Frames:
    """Cuts what comes from a worker into frames: (kind, content). Bytes of an answer are given as they come, everything else whole."""

    def __init__(self) -> None:
        self._beginning = b""  # of a frame that is not whole
        self._data = 0  # bytes of the current D frame that are still to come

    def fed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        if self._beginning:
            data, self._beginning = self._beginning + data, b""
        place = 0
        while place < len(data):
            if self._data:
                piece = data[place : place + self._data]
                self._data -= len(piece)
                place += len(piece)
                yield DATA, piece
                continue
            if len(data) - place < _FRAME.size:
                break
            kind, size = _FRAME.unpack_from(data, place)
            start = place + _FRAME.size
            if kind == DATA:
                self._data = size
                place = start
            elif len(data) < start + size:
                break
            else:
                place = start + size
                yield kind, data[start:place]
        self._beginning = data[place:]


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        more = connection.recv(min(size - len(data), 1 << 20))
        if not more:
            return None
        data += more
    return bytes(data)
