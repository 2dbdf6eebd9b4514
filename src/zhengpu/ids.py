"""IRIs as a pure function of names, so that shards built on different machines meet without coordination.

IRIs keep Chinese characters (RFC 3987); only what an IRI may not hold, or what would split its path, is replaced.
"""

from __future__ import annotations

import os
import re
import unicodedata
from hashlib import sha256

DEFAULT_BASE = "https://w3id.org/zhengpu/id/"
ONTOLOGY = "https://w3id.org/zhengpu/ontology#"
CONCEPT = "https://w3id.org/zhengpu/concept/"

# What an IRI may not hold (RFC 3987, ucschar: no surrogates, private use, noncharacters, tags), what would split its path or change its meaning
# (/ ? # % : @ and brackets), and what nobody sees (zero width, direction marks).
_PLANE_ENDS = "".join(f"\\U000{plane:x}fffe-\\U000{plane:x}ffff" for plane in range(1, 14))
_NO_UCSCHAR = rf"\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff{_PLANE_ENDS}\U000e0000-\U000e0fff\U000efffe-\U0010ffff"
_FORBIDDEN_RE = re.compile(rf"[\x00-\x20\x7f-\xa0<>\"{{}}|\\^`/?#%\[\]@:\u200b-\u200f\u2028-\u202e\u2066-\u2069{_NO_UCSCHAR}]+")
_LONGEST = 120  # code points; longer names end in a digest, so that file systems and URLs of servers take them


def base() -> str:
    """The base of resource IRIs: ZHENGPU_BASE, or the default. Ends with a slash or hash."""
    value = os.environ.get("ZHENGPU_BASE") or DEFAULT_BASE
    return value if value.endswith(("/", "#")) else value + "/"


def normal(name: str) -> str:
    """A name as it is compared: NFKC, no white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))


def local(name: str) -> str:
    """The name as one path segment of an IRI; never empty."""
    segment = _FORBIDDEN_RE.sub("-", normal(name)).strip("-.") or "-"
    if segment == "-" or len(segment) > _LONGEST:
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        segment = f"{segment[: _LONGEST - 13].strip('-')}-{digest}".lstrip("-")
    return segment


def institution(name: str) -> str:
    return f"{base()}institution/{local(name)}"


def indicator(name: str) -> str:
    return f"{base()}indicator/{local(name)}"


def indicator_group(name: str) -> str:
    """Indicators that mean the same, by the name of the group."""
    return f"{base()}indicator-group/{local(name)}"


def derived(*path: str) -> str:
    """A shard of what is computed across documents, or one of its statements."""
    return f"{base()}derived/{'/'.join(map(local, path))}"


def work_title(title: str) -> str:
    """A work's title as it is compared: without 《》, every dash one hyphen, for 2021—2035年 and 2021-2035年 are one plan's."""
    return re.sub(r"[-‐-―−~]+", "-", normal(title).strip("《》"))


def work(title: str) -> str:
    """A cited law, plan, standard …, by its title."""
    return f"{base()}work/{local(work_title(title))}"


def region(code: str) -> str:
    """A division by its GB/T 2260 code; the whole country is 100000."""
    return f"{base()}region/{local(code)}"


def campaign(name: str) -> str:
    return f"{base()}campaign/{local(name)}"


def document(number: str | None, issuer: str | None, title: str | None, date: str | None, sha: str) -> str:
    """A document by its 文号, else by issuer, title and date, else by its bytes.

    The same notice read from two pages is one document; two notices without number, title or date stay two."""
    if number:
        return f"{base()}document/{local(number)}"
    named = "-".join(part for part in (issuer, title, date) if part)
    return f"{base()}document/{local(named)}" if title else f"{base()}document/sha256-{sha[:16]}"


def theme(name: str) -> str:
    """A theme of the user's own; those of the packaged scheme are concepts of ours."""
    return f"{base()}theme/{local(name)}"


def within(document_iri: str, kind: str, key: str) -> str:
    """Something inside a document, e.g. within(doc, "measure", "m7")."""
    return f"{document_iri}/{kind}/{local(key)}"


def concept(scheme: str, name: str) -> str:
    """A SKOS concept of ours, e.g. concept("role", "lead")."""
    return f"{CONCEPT}{scheme}/{local(name)}"
