"""Requests to somebody's server: as whom, how often again, how long, and what an error of the connection means to the one who asked."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request

from zhengpu.errors import QueryError
from zhengpu.graph.sources.digest_access import Challenge, challenge
from zhengpu.graph.sources.endpoint import PASSWORD, TIMEOUT, TOKEN, USER, Endpoint, opener, patience, shown

AGENT = "zhengpu (https://w3id.org/zhengpu)"
WAITS = (0.5, 1.0, 2.0)  # seconds before a request is sent again
_PASSING = frozenset({429, 502, 503, 504})  # too many questions, a gateway without its server, a server that starts or is full
_LONGEST_WAIT = 30.0  # seconds that an endpoint may ask for with Retry-After
_LARGEST = 1 << 30  # bytes of an answer: a runaway endpoint must not take the memory of the machine
_PIECE = 1 << 20  # bytes read at a time
_SLOWEST = 1024  # bytes a second: an answer that comes slower than this holds the program without end, a byte before each silence is over
_ADVICE = {
    401: f"The endpoint wants a name and a password, or others than these. Set {USER} and {PASSWORD}, or {TOKEN}",
    413: "The endpoint takes no request of this length",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: `body` whole, `headers` as they came."""

    body: bytes
    headers: HTTPMessage

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()


class Connection:
    """Sends requests to one endpoint. All of them must be such that twice does the same as once."""

    __slots__ = ("_advice", "_challenge", "_endpoint", "_is_stubborn", "_timeout", "_waits", "name")

    def __init__(
        self,
        endpoint: Endpoint,
        timeout: float | None = None,
        waits: Sequence[float] = WAITS,
        advice: Mapping[int, str] | None = None,
        *,
        is_stubborn: bool = False,
    ) -> None:
        """`timeout` counts seconds without a byte (None: as the environment says). A request that met an error which may pass is sent again after each of
        `waits` (seconds); one who is stubborn also takes an error of the server and a refused connection for passing: it may just be started again.
        `advice` says of a status what to do."""
        self._endpoint = endpoint
        self._timeout = patience() if timeout is None else timeout
        self._waits = tuple(waits)
        self._advice = {**_ADVICE, **(advice or {})}
        self._is_stubborn = is_stubborn
        self._challenge: Challenge | None = None
        self.name = endpoint.name

    def send(self, request: Request) -> Reply:
        """The answer to the request, at the last attempt. Raises QueryError."""
        for wait in self._waits:
            try:
                return self._sent(request)
            except HTTPError as error:
                asked = _asked_to_wait(error)
                if not self._may_pass(error) or asked > _LONGEST_WAIT:
                    raise self._failed(error) from error
                error.close()
                time.sleep(max(wait, asked))
            except (OSError, HTTPException) as error:
                if not self._may_pass(error):
                    raise self._failed(error) from error
                time.sleep(wait)
        try:
            return self._sent(request)
        except (OSError, HTTPException) as error:
            raise self._failed(error) from error

    def _sent(self, request: Request) -> Reply:
        try:
            return self._opened(request)
        except HTTPError as error:
            met = self._challenged(error) if error.code == 401 and self._endpoint.user and not self._endpoint.token else None
            if met is None or (self._challenge and self._challenge.nonce == met.nonce):
                raise
            error.close()
            self._challenge = met
        return self._opened(request)

    def _challenged(self, error: HTTPError) -> Challenge | None:
        """What the server wants proved. Virtuoso tells only who shows nothing at all: a password as it is gets a bare refusal."""
        met = challenge(error.headers.get_all("WWW-Authenticate", ()))
        if met is None and self._challenge is None and "WWW-Authenticate" not in error.headers:
            try:
                opener().open(Request(error.url, headers={"User-Agent": AGENT}), timeout=self._timeout).close()
            except HTTPError as bare:
                met = challenge(bare.headers.get_all("WWW-Authenticate", ()))
                bare.close()
        return met

    def _opened(self, request: Request) -> Reply:
        request.remove_header("Authorization")
        if authorization := self._authorization(request):
            request.add_header("Authorization", authorization)
        begun = time.monotonic()
        with cast(HTTPResponse, opener().open(request, timeout=self._timeout)) as response:
            return Reply(b"".join(self._pieces(response, begun)), response.headers)

    def _authorization(self, request: Request) -> str:
        asking = self._endpoint
        if asking.token:
            return f"Bearer {asking.token}"
        if not asking.user:
            return ""
        if self._challenge:
            return self._challenge.proof(asking.user, asking.password, request.get_method(), request.selector)
        return f"Basic {b64encode(f'{asking.user}:{asking.password}'.encode()).decode()}"

    def _pieces(self, response: HTTPResponse, begun: float) -> Iterator[bytes]:
        read = 0
        while piece := response.read1(_PIECE):
            read += len(piece)
            if read > _LARGEST:
                raise self.error(f"The answer has more than {_LARGEST >> 20} MiB; ask for less")
            spent = time.monotonic() - begun
            if spent > self._timeout and read < spent * _SLOWEST:
                raise self.error(f"The answer drips: {read:,} bytes in {spent:.0f} seconds; ask for less, or allow more with {TIMEOUT}")
            yield piece
        if response.length:  # fewer bytes than were announced
            raise HTTPException(f"{response.length} bytes are missing")

    def _may_pass(self, error: OSError | HTTPException) -> bool:
        """Whether it may go well the next time. A name unknown will be so again; silence may be a long reckoning."""
        if isinstance(error, HTTPError):
            return error.code in _PASSING or (self._is_stubborn and error.code == 500)
        reason = error.reason if isinstance(error, URLError) else error
        return isinstance(reason, ConnectionError | HTTPException) and (self._is_stubborn or not isinstance(reason, ConnectionRefusedError))

    def _failed(self, error: OSError | HTTPException) -> QueryError:
        """What an error of the connection means to the one who asked."""
        if isinstance(error, HTTPError):
            if 300 <= error.code < 400:
                to = shown(urlsplit(urljoin(self.name, error.headers.get("Location", ""))))
                return self.error(f"The endpoint sends its questions on to {to}, which is not followed. Name that address, if it is right")
            with error:
                detail = error.read(_PIECE).decode("utf-8", "replace")
            return self.error(self._advice.get(error.code, f"The endpoint answered {error.code} {error.reason}"), detail)
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return self.error(f"The endpoint was silent for {self._timeout:g} seconds; ask for less, or allow more with {TIMEOUT}")
        if isinstance(error, URLError) and not (isinstance(reason, ConnectionError) and not isinstance(reason, ConnectionRefusedError)):
            return self.error("The endpoint cannot be reached; is it running, and is the address right?", str(reason))
        return self.error("The endpoint broke off its answer; try again, or ask for less", str(reason))

    def error(self, what: str, detail: str = "") -> QueryError:
        """An error of this endpoint, with what it says itself, but no secrets."""
        detail = " ".join(self._endpoint.without_secrets(detail).split())[:300]
        return QueryError(f"{what} ({self.name})." + (f" It says: {detail}" if detail else ""))


def _asked_to_wait(error: HTTPError) -> float:
    """Seconds of Retry-After; 0 where it is not there or is a date."""
    told = error.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() and told.isascii() else 0.0
