"""What went wrong with a request, as the client is told: problem+json (RFC 9457) for programs, text for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from zhengpu.queries.server.negotiation import takes
from zhengpu.queries.server.replies import JobFailed

# What a job can fail of -> the status of the answer. A query that was ended is the server's refusal (SPARQL 1.1 Protocol, section 2.1.7).
_STATUS = {
    "malformed-query": 400,
    "query-refused": 403,
    "not-acceptable": 406,
    "answer-too-large": 413,
    "query-failed": 400,
    "too-much-memory": 503,
    "out-of-time": 503,
    "too-busy": 503,
    "cancelled": 503,
    "crashed": 500,
}
RETRY = "2"  # seconds; for clients that came when too many others were there


class Problem(Exception):
    """A request that gets no answer. `code` is for programs, `detail` says what is wrong and what to do."""

    def __init__(self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, place: tuple[int, int] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.place = status, code, detail, place
        self.headers = dict(headers or {})

    @classmethod
    def of(cls, failure: JobFailed) -> Problem:
        headers = {"Retry-After": RETRY} if failure.code == "too-busy" else {}
        return cls(_STATUS.get(failure.code, 500), failure.code, str(failure), headers=headers, place=failure.place)

    def response(self, accept: str = "") -> Response:
        """The answer in the form that the client reads."""
        title = HTTPStatus(self.status).phrase
        headers = {**self.headers, "Cache-Control": "no-store", "Vary": "Accept"}
        if takes(accept, "text/html") or takes(accept, "text/plain"):
            return Response(f"{self.status} {title}\n\n{self.detail}\n", self.status, headers, "text/plain")
        told: dict[str, object] = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail, "code": self.code}
        if self.place:
            told |= {"line": self.place[0], "column": self.place[1]}
        return Response(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"), self.status, headers, "application/problem+json")
