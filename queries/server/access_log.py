"""The access log: one JSON object a line, for programs that collect logs. It holds no headers (tokens are there), and of a query its beginning and its hash."""

from __future__ import annotations

import json
import time
from hashlib import sha256
from typing import TextIO

from starlette.types import Scope

_SHOWN = 200  # characters of a query string


class AccessLog:
    """Writes to a stream; whoever reads it sees lines at once where it is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, scope: Scope, status: int, seconds: float, sent: int, cut: bool) -> None:
        """One request is over. `cut` says that its answer broke off."""
        query: bytes = scope["query_string"]
        told: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "client": scope["client"][0] if scope.get("client") else "",
            "method": scope["method"],
            "path": scope["path"][:_SHOWN],
            "status": status,
            "ms": round(seconds * 1000, 2),
            "bytes": sent,
        }
        if query:
            told["query"] = query[:_SHOWN].decode("latin-1")
            told["query_sha256"] = sha256(query).hexdigest()[:16]
        if cut:
            told["cut"] = True
        self._stream.write(json.dumps(told, ensure_ascii=True) + "\n")  # in ASCII: no control character of a client's reaches a terminal
