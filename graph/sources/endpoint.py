"""The address of an endpoint and what is shown to it there: where a query may go, and as whom."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from zhengpu.errors import QueryError

# Settings of the environment: what stands there is in no history of commands and in no list of processes.
USER, PASSWORD, TOKEN = "ZHENGPU_ENDPOINT_USER", "ZHENGPU_ENDPOINT_PASSWORD", "ZHENGPU_ENDPOINT_TOKEN"
TIMEOUT = "ZHENGPU_ENDPOINT_TIMEOUT"
_USUAL_TIMEOUT = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`name` is the address as messages may show it; `address` and what follows are never printed. A token goes before a password."""

    name: str
    address: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def without_secrets(self, text: str) -> str:
        """A text of the endpoint as it may be shown: a server may print the request that it did not like."""
        basic = b64encode(f"{self.user}:{self.password}".encode()).decode()
        for secret in filter(None, (self.token, basic if self.user else "", self.password)):
            text = text.replace(secret, "…")
        return text


def endpoint(address: str, environment: Mapping[str, str] = os.environ) -> Endpoint:
    """The endpoint at a web address, with the name and password or the token that the environment has for it.

    A name and password in the address itself (https://name:password@host/sparql) win. Raises QueryError where it is no http or https address."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        usable = False
    if not usable or any(character.isspace() or ord(character) < 32 for character in address):
        told = "What was given" if "@" in address else repr(address)
        raise QueryError(f"{told} is not the address of an endpoint. Give one such as http://localhost:7878/query.")
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
    name = shown(plain)
    path, query = (quote(part, safe="/%:@!$&'()*+,;=~?") for part in (plain.path, plain.query))  # http://localhost/查询
    token, user, password = (environment.get(setting, "") for setting in (TOKEN, USER, PASSWORD))
    if parts.username:
        token, user = "", unquote(parts.username)
        password = unquote(parts.password) if parts.password is not None else password
    if any(character in secret for secret in (token, user, password) for character in "\r\n"):
        raise QueryError(f"The token, name or password for {name} has a line end in it. Look at {TOKEN}, {USER} and {PASSWORD}.")
    return Endpoint(name, urlunsplit(plain._replace(path=path, query=query)), user, password, token)


def patience(environment: Mapping[str, str] = os.environ) -> float:
    """How many seconds an endpoint may be silent: 60, or what the environment says. Raises QueryError where that is no positive number."""
    told = environment.get(TIMEOUT) or str(_USUAL_TIMEOUT)
    try:
        seconds = float(told)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise QueryError(f"{TIMEOUT} is {told!r}; give a number of seconds, such as 120.")
    return seconds


def shown(parts: SplitResult) -> str:
    """The address without what may be secret in it: a name and password, the values of a query string."""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="…" if parts.query else "", fragment=""))


def opener() -> OpenerDirector:
    """What sends requests over http and https, and by no other way; a redirection is followed on the same host only, where the question is put again."""
    made = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, _OnThisHost, HTTPErrorProcessor):
        made.add_handler(handler())
    return made


class _OnThisHost(HTTPRedirectHandler):
    """urllib by itself would take the password along to any host, and turn the POST into a GET that has lost its query."""

    max_redirections = 5

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str) -> Request | None:
        target = urljoin(req.full_url, newurl)
        if not _same_host(urlsplit(req.full_url), urlsplit(target)):
            raise HTTPError(req.full_url, code, msg, headers, fp)
        if code == 303:
            return super().redirect_request(req, fp, code, msg, headers, target)
        return Request(target, req.data, {name: value for name, value in req.headers.items() if name.lower() != "content-length"}, method=req.get_method())

    def _refused(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> Any:
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except ValueError as error:  # an address that is none
            raise HTTPError(req.full_url, code, msg, headers, fp) from error

    http_error_301: Callable[..., Any] = _refused
    http_error_302 = http_error_303 = http_error_307 = http_error_308 = http_error_301


def _same_host(here: SplitResult, there: SplitResult) -> bool:
    """The same host and port, or the same host with TLS at the usual port in place of none at the usual port."""
    ports = {"http": 80, "https": 443}
    if there.scheme not in ports or here.hostname != there.hostname:
        return False
    ends = [(parts.scheme, parts.port or ports[parts.scheme]) for parts in (here, there)]
    return ends[0] == ends[1] or ends == [("http", 80), ("https", 443)]
