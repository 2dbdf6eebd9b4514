"""What stands around every route: the check of the host, the headers of closed pages, CORS where it is wanted, problems as responses, the log, the counters."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhengpu.queries.server.access_log import AccessLog
from zhengpu.queries.server.addresses import GRAPHS, HEALTH, METRICS, SPARQL, VOID
from zhengpu.queries.server.delivery import CutOff
from zhengpu.queries.server.metrics import Metrics
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.requests import headers

# For answers that are data. A page sets a policy of its own, which is then left as it is.
_CLOSED: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_EXPOSED = b"ETag, Retry-After, Allow"
_ROUTES = (SPARQL, GRAPHS, VOID, HEALTH, METRICS, "/api", "/id", "/static")


class Shell:
    """An ASGI application around another."""

    def __init__(
        self, inner: ASGIApp, metrics: Metrics, log: AccessLog | None = None, *, hosts: Sequence[str] | None = None, origin: str | None = None
    ) -> None:
        """`hosts` are the names (without ports) under which the server may be asked, None for any: a page of another site whose name is made to point
        at this machine (DNS rebinding) comes with its own. `origin` is the one site, or *, whose pages may read answers (CORS)."""
        self._inner, self._metrics, self._log = inner, metrics, log
        self._hosts = None if hosts is None else frozenset(hosts)
        self._origin = origin.encode("latin-1") if origin else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        begun = perf_counter()
        told = _Told()
        wrapped = self._wrapped(scope, send, told)
        try:
            host = headers(scope).host
            if not host and scope["http_version"] != "1.0":
                raise Problem(400, "no-host", "The request has no Host header (RFC 9112, section 3.2).")
            if host and self._hosts is not None and _host(host) not in self._hosts:
                raise Problem(421, "unknown-host", "This server is not called by that name. Ask it as localhost, or start it with --host.")
            if self._origin and scope["method"] == "OPTIONS" and any(name == b"access-control-request-method" for name, _ in scope["headers"]):
                await wrapped({"type": "http.response.start", "status": 204, "headers": list(_PREFLIGHT)})
                await wrapped({"type": "http.response.body", "body": b""})
            else:
                await self._inner(scope, receive, wrapped)
        except Problem as problem:
            await problem.response(headers(scope).accept)(scope, receive, wrapped)
        except CutOff:
            told.cut = True  # the server closes a connection whose answer has no end
        finally:
            seconds = perf_counter() - begun
            status = told.status if not told.cut else 0
            self._metrics.request(_route(scope["path"]), scope["method"], status, seconds, told.sent)
            if self._log:
                self._log.write(scope, told.status, seconds, told.sent, told.cut)

    def _wrapped(self, scope: Scope, send: Send, told: _Told) -> Send:
        origin = self._origin

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                told.status = message["status"]
                fields = list(message["headers"])
                present = {name for name, _ in fields}
                fields += [field for field in _CLOSED if field[0] not in present]
                if origin:
                    fields += _cors(origin, scope)
                message = {**message, "headers": fields}
            else:
                told.sent += len(message.get("body", b""))
            await send(message)

        return wrapped


class _Told:
    """What the client has been told so far."""

    __slots__ = ("cut", "sent", "status")

    def __init__(self) -> None:
        self.status = 0
        self.sent = 0
        self.cut = False


_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"600"),
)


def _cors(origin: bytes, scope: Scope) -> list[tuple[bytes, bytes]]:
    asked = next((value for name, value in scope["headers"] if name == b"origin"), None)
    if origin != b"*" and asked != origin:
        return [(b"vary", b"Origin")]
    return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", _EXPOSED), (b"vary", b"Origin")]


def _host(header: str) -> str:
    """The name in a Host header: without port, and without the brackets of IPv6."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].rstrip(".").lower()


def _route(path: str) -> str:
    """The route that counters name: what clients invent must not become a label."""
    return next((route for route in _ROUTES if path == route or path.startswith(route + "/")), "/" if path == "/" else "other")
