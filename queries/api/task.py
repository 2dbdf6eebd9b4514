"""One call of the API: the function of the endpoint, its answer or its refusal as bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from zhengpu.errors import AmbiguousName, BadParameter, QueryRefused, UnknownName, ZhengpuError
from zhengpu.graph.entities import resolve
from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.api.calls import File
from zhengpu.queries.api.shape import as_json, encoded
from zhengpu.queries.api.table import BY_NAME
from zhengpu.queries.views.cards import cards

JSON = "application/json"
PROBLEM = "application/problem+json"
_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """A response before it has headers: its status, media type and body; `name` is what a browser saves a file as, "" for an answer to be read."""

    status: int
    media_type: str
    name: str
    content: bytes

    def packed(self) -> bytes:
        """One line of JSON, then the content."""
        return json.dumps([self.status, self.media_type, self.name]).encode() + b"\n" + self.content

    @classmethod
    def unpacked(cls, data: bytes) -> Outcome:
        head, _, content = data.partition(b"\n")
        status, media_type, name = json.loads(head)
        return cls(status, media_type, name, content)


def outcome(source: Any, endpoint: str, values: dict[str, Any]) -> Outcome:
    """The answer of the endpoint with this name over `source`, or the problem that it has with the values."""
    try:
        found = BY_NAME[endpoint].call(*([source] if source is not None else []), **values)
    except ZhengpuError as error:
        return _refusal(source, error, values)
    if isinstance(found, File):
        return Outcome(200, found.media_type, found.name, found.content)
    return Outcome(200, JSON, "", encoded(found))


def problem(status: int, code: str, detail: str, **more: Any) -> Outcome:
    """A problem as RFC 9457 has it."""
    told = {"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status, "detail": detail, "code": code, **more}
    return Outcome(status, PROBLEM, "", json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))


_TITLES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


def _refusal(source: TripleSource, error: ZhengpuError, values: dict[str, Any]) -> Outcome:
    """The error as a problem: a name that is unknown with those that come near, one that several things have with these to choose from."""
    if isinstance(error, UnknownName):
        return problem(404, "unknown-name", str(error), near=error.near)
    if isinstance(error, AmbiguousName):
        given = values.get("parameters") or {}
        parameter = next((name for name, text in given.items() if text.strip() == error.name), None)
        things = [thing.iri for thing in resolve(source, error.name)][:_CANDIDATES]
        known = cards(source, things, values.get("lang", "zh"))
        return problem(409, "ambiguous-name", str(error), parameter=parameter, candidates=[as_json(known[iri]) for iri in things])
    if isinstance(error, BadParameter):
        return problem(400, "bad-parameter", str(error))
    if isinstance(error, QueryRefused):
        return problem(403, "query-refused", str(error))
    return problem(400, "query-failed", str(error))
