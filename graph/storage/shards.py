"""A shard: what one document says, as sorted N-Triples in one spelling, and the compressed file that keeps it.

The store compares, counts and removes triples as lines of bytes, so that a triple must have one spelling only: that of canonical N-Triples,
with literals as the engine gives them back (Oxigraph keeps the value of "1.50"^^xsd:decimal and returns "1.5").
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from zhengpu.errors import StoreError
from zhengpu.graph.exports.writing import whole
from zhengpu.graph.storage.remarks import NONE, Remarks

_IRI = rb'<[^<>"{}|^`\\\x00-\x20]++>'
_LITERAL = rb'"(?:[^"\\\x00-\x1f\x7f]++|\\[tbnrf"\\])*+"(?:@[a-z]++(?:-[a-z0-9]++)*+|\^\^' + _IRI + rb")?+"
# Lines that the engine would write in the same way but for the values of typed literals; blank nodes are not among them.
_CANONICAL_RE = re.compile(rb"(?:%b %b (?:%b|%b) \.\n)*+" % (_IRI, _IRI, _IRI, _LITERAL))
_TYPED_RE = re.compile(rb'("[^"\\\n]*+"\^\^<[^<>\n]++>) \.\n')
_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
_COMPRESSION = 5  # measured on shards of 300 kB: level 5 takes half the time of the default 9 and 2 % more room


class Kind(StrEnum):
    """What a shard holds, and the folder that it lies in."""

    DOCUMENT = "documents"
    OBSERVATIONS = "observations"  # an analyst's file of observed values
    DERIVED = "derived"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Shard:
    """What goes into the store: the triples of one document (or of the schema), and what the manifest says about them.

    `triples` are N-Triples in UTF-8 without blank nodes; `sha256` is that of the file that was read; `outcome` is "complete" or says what is amiss;
    `corrections` tells how often each of the user's rules applied; `remarks` lie in a file of their own."""

    iri: str
    triples: bytes
    title: str = ""
    source: str = ""
    sha256: str = ""
    kind: Kind = Kind.DOCUMENT
    outcome: str = "complete"
    options: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    corrections: Mapping[str, int] = field(default_factory=dict)
    remarks: Remarks = NONE


def canonical(triples: bytes, name: str) -> bytes:
    """The same triples, each once, in the engine's spelling, sorted by bytes. `name` is for messages.

    Raises StoreError for what is not N-Triples, and for blank nodes: they have no name by which another shard's triples could be told apart."""
    if not _CANONICAL_RE.fullmatch(triples) or any(not _is_canonical(typed) for typed in set(_TYPED_RE.findall(triples))):
        triples = _respelled(triples, name)
    lines = triples.splitlines(keepends=True)  # of bytes: at LF only, for a literal writes CR as \r
    unique = sorted(set(lines))
    return triples if lines == unique else b"".join(unique)


def _respelled(triples: bytes, name: str) -> bytes:
    store = ox.Store()
    try:
        for quad in ox.parse(triples, ox.RdfFormat.N_TRIPLES):
            if any(isinstance(term, ox.BlankNode | ox.Triple) for term in (quad.subject, quad.object)):
                raise StoreError(f"The triples of {name} have blank nodes or quoted triples ({quad}); a shard names everything by an IRI.")
            store.add(quad)
    except SyntaxError as error:
        raise StoreError(f"The triples of {name} are not N-Triples: {error}") from error
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b""


@lru_cache(maxsize=65536)
def _is_canonical(typed: bytes) -> bool:
    """Whether the engine gives the typed literal back as it is: "85"^^xsd:decimal, and not "85.0"^^xsd:decimal."""
    line = b"<x:s> <x:p> " + typed + b" .\n"
    return _respelled(line, "a literal") == line


def spelled(triple: ox.Triple) -> bytes:
    """The triple as a line of a shard, without the line end: Virtuoso's "1"^^xsd:boolean is "true", @zh-CN is @zh-cn."""
    line = f"{triple} .".encode()
    thing = triple.object
    if not isinstance(thing, ox.Literal) or thing.datatype == _STRING or (thing.language or "").islower():
        return line
    if thing.language is None and all(map(_is_canonical, _TYPED_RE.findall(line + b"\n"))):
        return line
    return _respelled(line + b"\n", "a triple").rstrip(b"\n")


def foreign(triples: bytes, iri: str) -> Iterator[bytes]:
    """The lines about things that do not hang on the document's IRI: bodies, regions, indicators, cited works, other documents."""
    own = tuple(f"<{iri}{end}".encode() for end in (">", "/", "#"))
    return (line for line in triples.splitlines() if not line.startswith(own))


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def file_name(iri: str, kind: Kind, shard_sha256: str, suffix: str = ".nt.gz") -> str:
    """Where the shard lies in the store's folder. The name has the digest of the contents, so that a new shard never overwrites an old one."""
    readable = re.sub(r"[^\w-]+", "-", iri.rstrip("/#").rpartition("/")[2])[:40].strip("-") or "shard"
    return f"{kind.value}/{readable}-{digest(f'{iri} {shard_sha256}'.encode())[:16]}{suffix}"


def packed(triples: bytes) -> bytes:
    """The contents of the file: one gzip member."""
    return gzip.compress(triples, _COMPRESSION, mtime=0)


def write(path: Path, triples: bytes) -> None:
    """The shard compressed at `path`, whole or not at all. The same triples give the same bytes."""
    with whole(path) as file:
        file.write(packed(triples))


def read(path: Path, shard_sha256: str) -> bytes:
    """The triples of the shard. Raises StoreError where the file is missing or is not what the manifest says."""
    try:
        triples = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise StoreError(f"The shard {path} cannot be read ({error}). Build its document again.") from error
    if digest(triples) != shard_sha256:
        raise StoreError(f"The shard {path} is not the one that the manifest describes. Build its document again.")
    return triples


def is_whole(path: Path, shard_sha256: str) -> bool:
    """Whether the shard is there and is the one that the manifest describes."""
    try:
        read(path, shard_sha256)
    except StoreError:
        return False
    return True
