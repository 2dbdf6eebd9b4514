"""How much of the machine one request, and all of them together, may take."""

from __future__ import annotations

import os
from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server allows; `zhengpu serve --help` says which of these can be set.

    `workers` answer quick queries; a query that has run `quick` seconds goes on beside them as one of at most `long` slow ones."""

    seconds: float = 10.0  # for the answer to one query
    rows: int = 100_000  # solutions of a SELECT, triples of a graph
    bytes: int = 64 * MIB  # of one answer before compression
    request: int = MIB  # bytes of one request's body
    upload: int = 64 * MIB  # bytes of a graph that is put into a writable store
    memory: int = 1024 * MIB  # bytes that a worker may take beyond the snapshot
    at_once: int = 200_000  # triples that are read into memory before anything is answered (a second); a larger store is answered from disk meanwhile
    workers: int = max(2, os.cpu_count() or 2)
    long: int = max(4, os.cpu_count() or 4)
    quick: float = 0.5
    waiting: int = 256  # requests that wait for a worker; further ones are told to come again
    buffered: int = 256 * MIB  # bytes of answers that slow clients have not taken yet, of all together
    stalled: float = 30.0  # seconds that a client may take no byte of its answer
    slow_request: float = 10.0  # seconds for the head of a request, and again for its body
    headers: int = 64 * 1024  # bytes of a request's head; a GET with a query of LONGEST characters belongs into a POST
    connections: int = 4096
    cache: int = 32 * MIB  # bytes of small answers that are kept until the store changes; 0 keeps none
