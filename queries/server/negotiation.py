"""Content negotiation (RFC 9110, section 12.5): which format a client takes best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

# Format -> its media types: the first is the one that an answer carries, the others are names by which clients ask for it.
# In the order in which the server likes to give them.
TABLES: Mapping[str, Sequence[str]] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
GRAPHS: Mapping[str, Sequence[str]] = {
    "ttl": ("text/turtle", "application/turtle", "application/x-turtle"),
    "nt": ("application/n-triples", "text/plain"),
    "jsonld": ("application/ld+json", "application/json"),
    "xml": ("application/rdf+xml", "application/xml", "text/xml"),
    "trig": ("application/trig", "application/x-trig"),
    "nq": ("application/n-quads",),
}
# What may stand in ?format= (or ?output=), which overrides Accept: formats of both kinds by their usual short names.
_NAMES: Mapping[str, tuple[str | None, str | None]] = {
    "json": ("json", "jsonld"),
    "xml": ("xml", "xml"),
    "csv": ("csv", None),
    "tsv": ("tsv", None),
    "ttl": (None, "ttl"),
    "turtle": (None, "ttl"),
    "nt": (None, "nt"),
    "ntriples": (None, "nt"),
    "rdf": (None, "xml"),
    "rdfxml": (None, "xml"),
    "jsonld": (None, "jsonld"),
    "json-ld": (None, "jsonld"),
    "trig": (None, "trig"),
    "nq": (None, "nq"),
    "nquads": (None, "nq"),
}
_MOST = 64  # ranges of one Accept header that are looked at; browsers send eight


def media_type(kind: str, format: str) -> str:
    """What the Content-Type of an answer of this kind (rows, boolean, triples) in this format says."""
    first = (GRAPHS if kind == "triples" else TABLES)[format][0]
    return f"{first}; charset=utf-8" if first.startswith("text/") else first


@lru_cache(maxsize=1024)
def best(accept: str, kind: str) -> str | None:
    """The format of TABLES (kind "table") or GRAPHS (kind "graph") that an Accept header prefers; None where it takes none of them.

    An empty header takes all. Between formats of one quality the server's order decides.
    >>> best("text/csv;q=0.5, application/xml", "table"), best("image/png", "graph")
    ('xml', None)
    """
    offered = TABLES if kind == "table" else GRAPHS
    ranges = _ranges(accept)
    if not ranges:
        return next(iter(offered))
    # a wildcard covers what the answer's Content-Type will be; the other names count where the client writes them out
    quality = {format: max(_quality(ranges, first), *(ranges.get(name, 0.0) for name in (first, *others))) for format, (first, *others) in offered.items()}
    found = max(quality, key=lambda format: quality[format])  # the first of equals
    return found if quality[found] > 0 else None


def named(name: str) -> tuple[str | None, str | None] | None:
    """(format of a table, format of a graph) for a value of ?format=: a short name or a media type; None for what is neither."""
    wanted = name.strip().lower()
    if wanted in _NAMES:
        return _NAMES[wanted]
    if "/" in wanted:
        wanted = wanted.replace(" ", "+")  # application/sparql-results+json, with a plus that was not escaped
        kinds = [next((format for format, names in offered.items() if wanted in names), None) for offered in (TABLES, GRAPHS)]
        return (kinds[0], kinds[1]) if any(kinds) else None
    return None


def takes(accept: str, type: str) -> bool:
    """Whether the Accept header names this media type (not merely by a wildcard), as browsers name text/html."""
    return any(range == type and quality > 0 for range, quality in _ranges(accept).items())


def takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    ranges = _ranges(accept_encoding)
    return ranges.get("gzip", ranges.get("x-gzip", ranges.get("*", 0.0))) > 0


@lru_cache(maxsize=1024)
def _ranges(header: str) -> dict[str, float]:
    """Media range (or coding) -> quality. What cannot be read counts as not there."""
    found: dict[str, float] = {}
    for part in header.split(",")[:_MOST]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if not name:
            continue
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    quality = 0.0
                if quality != quality:  # "q=nan" is read as a number
                    quality = 0.0
        found[name] = max(quality, found.get(name, 0.0))
    return found


def _quality(ranges: Mapping[str, float], type: str) -> float:
    """How well a media type is liked: the most exact range that it falls under decides."""
    major = type.partition("/")[0]
    return ranges.get(type, ranges.get(f"{major}/*", ranges.get("*/*", ranges.get("*", 0.0))))
