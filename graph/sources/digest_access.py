"""HTTP Digest access authentication (RFC 7616): the answer to a server that will not take a password as it is, as Virtuoso's /sparql-auth."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_hex
from urllib.request import parse_http_list, parse_keqv_list

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(slots=True)
class Challenge:
    """What a server wants proved; `used` counts the proofs, for each has its number."""

    realm: str
    nonce: str
    opaque: str
    algorithm: str
    qop: bool
    used: int = 0

    def proof(self, user: str, password: str, method: str, target: str) -> str:
        """The Authorization header for a request of `target` (path and query as they are sent)."""
        self.used += 1
        name = self.algorithm.upper().removesuffix("-SESS")
        ours, count = token_hex(8), f"{self.used:08x}"

        def digest(*parts: str) -> str:
            return _HASHES[name](":".join(parts).encode()).hexdigest()

        who = digest(user, self.realm, password)
        if self.algorithm.upper() != name:
            who = digest(who, self.nonce, ours)
        what = digest(method, target)
        answer = digest(who, self.nonce, count, ours, "auth", what) if self.qop else digest(who, self.nonce, what)
        told = {"username": user, "realm": self.realm, "nonce": self.nonce, "uri": target, "response": answer}
        if self.opaque:
            told["opaque"] = self.opaque
        fields = [f'{key}="{_escaped(value)}"' for key, value in told.items()]
        fields.append(f"algorithm={self.algorithm}")
        if self.qop:
            fields += ["qop=auth", f"nc={count}", f'cnonce="{ours}"']
        return f"Digest {', '.join(fields)}"


def challenge(headers: Iterable[str]) -> Challenge | None:
    """The first digest challenge among WWW-Authenticate headers that can be met; None where there is none."""
    for header in headers:
        scheme, _, rest = header.strip().partition(" ")
        if scheme.lower() != "digest":
            continue
        try:
            told = parse_keqv_list(parse_http_list(rest))
        except ValueError:  # a part without "="
            continue
        algorithm = told.get("algorithm", "MD5")
        offered = {one.strip() for one in told.get("qop", "").split(",")} - {""}
        if algorithm.upper().removesuffix("-SESS") in _HASHES and told.get("nonce") and (not offered or "auth" in offered):
            return Challenge(told.get("realm", ""), told["nonce"], told.get("opaque", ""), algorithm, bool(offered))
    return None


def _escaped(value: str) -> str:
    """A quoted string's contents; header fields are Latin-1, and UTF-8 goes as the bytes that it is (RFC 7616, section 4)."""
    return value.replace("\\", "\\\\").replace('"', '\\"').encode().decode("latin-1")
