"""The HTTP protocol of the server with a limit to patience: for the head of a request, its size, and connections that say nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from zhengpu.queries.server.limits import Limits

_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def patient_protocol(limits: Limits) -> type[asyncio.Protocol]:
    """The class for uvicorn's `http`: it closes a connection whose request's head is not whole in time (slow loris), or is too large."""

    class PatientProtocol(HttpToolsProtocol):
        _watch: asyncio.TimerHandle | None = None
        _head = 0  # bytes of the head that is coming in

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_watching()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._watch is not None:
                room = limits.headers - self._head
                self._head += len(data)
                if len(data) > room and data.find(b"\r\n\r\n", 0, max(room, 0)) < 0:
                    self.transport.write(_TOO_LONG)
                    self.transport.close()
                    return
            super().data_received(data)

        def on_message_begin(self) -> None:
            if self._watch is None:
                self._expect_head()
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._stop_watching()
            super().on_headers_complete()

        def _expect_head(self) -> None:
            self._head = 0
            self._watch = self.loop.call_later(limits.slow_request, self._give_up)

        def _give_up(self) -> None:
            self._watch = None
            if not self.transport.is_closing():
                self.transport.close()

        def _stop_watching(self) -> None:
            if self._watch is not None:
                self._watch.cancel()
                self._watch = None

    made: Any = PatientProtocol
    checked: type[asyncio.Protocol] = made
    return checked
