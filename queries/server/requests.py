"""Reading a request with care: its headers, parameters and body, each within its limit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.types import Message, Receive, Scope

from zhengpu.queries.server.limits import Limits
from zhengpu.queries.server.problems import Problem

_MOST_PARAMETERS = 1000
_LINGER = 16 << 20  # bytes beyond the limit that are read and forgotten: a client that is still sending when the connection closes sees no answer
Parameters = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a request that this server looks at; empty where the client sent none."""

    accept: str = ""
    encoding: str = ""  # Accept-Encoding
    content_type: str = ""  # in lower case, with its parameters
    known: str = ""  # If-None-Match
    match: str = ""  # If-Match
    authorization: str = ""
    host: str = ""
    length: str = ""


_FIELDS = {
    b"accept": "accept",
    b"accept-encoding": "encoding",
    b"content-type": "content_type",
    b"if-none-match": "known",
    b"if-match": "match",
    b"authorization": "authorization",
    b"host": "host",
    b"content-length": "length",
}


def headers(scope: Scope) -> Headers:
    """Several headers of one name are one list (RFC 9110, section 5.3). They are read once for each request."""
    known: Headers | None = scope.get("zhengpu.headers")
    if known is not None:
        return known
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if field := _FIELDS.get(name):
            text = value.decode("latin-1")
            found[field] = f"{found[field]}, {text}" if field in found else text
    scope["zhengpu.headers"] = read = Headers(**found)
    return read


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def parameters(encoded: bytes) -> dict[str, list[str]]:
    """The parameters of a query string or form, in order. Raises Problem for what is no UTF-8, and for too many."""
    try:
        pairs = parse_qsl(encoded.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError as error:
        raise Problem(400, "bad-request", "The parameters are not UTF-8 in percent encoding.") from error
    except ValueError as error:
        raise Problem(400, "bad-request", f"There are more than {_MOST_PARAMETERS} parameters.") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


async def body(scope: Scope, receive: Receive, limits: Limits, most: int | None = None) -> bytes:
    """The body of the request. Raises Problem for one that is too large or comes too slowly, ClientGone where the client leaves."""
    allowed = limits.request if most is None else most
    told = headers(scope).length
    if told.isdigit() and int(told) > allowed + _LINGER:
        raise _too_large(allowed)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.slow_request):
            while True:
                message: Message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                part = message.get("body", b"")
                size += len(part)
                if size > allowed + _LINGER:
                    raise _too_large(allowed)
                if size <= allowed:
                    parts.append(part)
                if not message.get("more_body", False):
                    if size > allowed:
                        raise _too_large(allowed)
                    return b"".join(parts)
    except TimeoutError:
        raise Problem(408, "slow-request", "The body of the request did not come in time.", headers={"Connection": "close"}) from None


def _too_large(allowed: int) -> Problem:
    return Problem(413, "request-too-large", f"The body of the request is larger than {allowed:,} bytes.", headers={"Connection": "close"})


class ClientGone(Exception):
    """The client has hung up; nobody reads an answer."""
