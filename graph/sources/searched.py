"""What is searched of a thing: its kind, its names, its place in the text of a document; read from a document's shard, or from the graph."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.graph.entities import KINDS
from zhengpu.ontology import terms as zp

ORDER = tuple(KINDS)  # of the kinds; a thing of several is of the first
UNITS = ("section", "goal", "measure")  # what has a text; of two over the same characters the last is the innermost
_KINDS = {cls: kind for kind, cls in KINDS.items()}
_OWN_NAMES = (zp.skos_prefLabel, zp.dcterms_title)
_NAMES = (*_OWN_NAMES, zp.skos_altLabel, zp.documentNumber)

# Lines of a shard: <thing> <property> "value"@zh . and <thing> <rdf:type> <class> . in the engine's spelling (`zhengpu.graph.storage.shards`)
_TERMS = {f"<{term}>".encode(): term for term in (*_NAMES, zp.start, zp.end, zp.text, zp.rdf_type)}
_CLASSES = {f"<{cls}> .".encode(): cls for cls in _KINDS}
_DOCUMENT = f"<{zp.Document}> .".encode()
_ESCAPE_RE = re.compile(r"\\(?:u([0-9A-F]{4})|U([0-9A-F]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

Span = tuple[int, int]
Name = tuple[bool, str, str]  # whether it is the thing's own name, its language ("" for none), the name
Statement = tuple[str, str, bytes]  # a thing, a property, and the value as the shard writes it


@dataclass(frozen=True, slots=True)
class Searched:
    """A thing; `names` has own names first, and of those the Chinese; `extent` is [start, end) of a unit in the text of its document."""

    iri: str
    kind: str
    names: tuple[Name, ...]
    extent: Span | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a shard says: the things that hang on its document, the document first, with the document's text; what counts of other things."""

    own: tuple[Searched, ...]
    text: str
    others: tuple[Statement, ...]


def said(iri: str, triples: bytes) -> Said:
    """What the shard of this IRI says. A shard that is no document's has no things of its own."""
    here = tuple(f"<{iri}{end}".encode() for end in (">", "/", "#"))
    own: dict[bytes, list[tuple[str, bytes]]] = defaultdict(list)
    others: dict[bytes, list[tuple[str, bytes]]] = defaultdict(list)
    for line in triples.split(b"\n"):
        subject, _, rest = line.partition(b" ")
        written, _, value = rest.partition(b" ")
        term = _TERMS.get(written)
        if term and (value in _CLASSES if term == zp.rdf_type else value.startswith(b'"')):
            (own if subject.startswith(here) else others)[subject].append((term, value))
    document = own.get(f"<{iri}>".encode(), [])
    if (zp.rdf_type, _DOCUMENT) not in document:
        return Said((), "", _statements({**others, **own}))
    text = next((_literal(value)[0] for term, value in document if term == zp.text), "")
    named = {_bare(subject): [_read(*line) for line in lines if line[0] != zp.text] for subject, lines in own.items() if _has_class(lines)}
    things = (_thing(subject, named[subject]) for subject in sorted(named))
    return Said(tuple(thing for thing in things if thing), text, _statements(others))


def _has_class(lines: Iterable[tuple[str, bytes]]) -> bool:
    return any(term == zp.rdf_type for term, _ in lines)


def _statements(lines: Mapping[bytes, Iterable[tuple[str, bytes]]]) -> tuple[Statement, ...]:
    return tuple((_bare(subject), *line) for subject, some in lines.items() for line in some)


def _bare(subject: bytes) -> str:
    return subject[1:-1].decode("utf-8", "replace")  # what is no UTF-8 the engine refuses


def _read(term: str, value: bytes) -> tuple[str, str, str]:
    """A property and its value as they are written -> the property, the value, its language."""
    return (term, _CLASSES[value], "") if term == zp.rdf_type else (term, *_literal(value))


def _literal(written: bytes) -> tuple[str, str]:
    """The value and the language of a literal, such as "知识"@zh ., with "" for no language."""
    value, _, rest = written[1:].decode("utf-8", "replace").rpartition('"')
    return unescaped(value), rest[1:-2] if rest.startswith("@") else ""


def stated(iri: str, statements: Iterable[Statement]) -> Searched | None:
    """The thing of which all shards together say this; None for one that is not searched."""
    return _thing(iri, [_read(term, value) for _, term, value in statements])


def in_graph(store: ox.Store, iri: str) -> Searched | None:
    """What the graph says of a thing; None for one that is not searched."""
    return _thing(iri, _lines(store, iri))


def _lines(store: ox.Store, iri: str) -> Iterator[tuple[str, str, str]]:
    for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None):
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            yield quad.predicate.value, quad.object.value, (quad.object.language or "") if isinstance(quad.object, ox.Literal) else ""


def _thing(iri: str, lines: Iterable[tuple[str, str, str]]) -> Searched | None:
    """The thing of which this is said, as (property, value, language of the value)."""
    kinds: list[str] = []
    names: list[tuple[bool, bool, str, str]] = []
    ends: dict[str, str] = {}
    for term, value, language in lines:
        if term == zp.rdf_type and value in _KINDS:
            kinds.append(_KINDS[value])
        elif term in _NAMES and value.strip():
            names.append((term not in _OWN_NAMES, language != "zh", value, language))
        elif term in (zp.start, zp.end):
            ends[term] = min(value, ends.get(term, value))
    if not kinds:
        return None
    start, end = ends.get(zp.start, ""), ends.get(zp.end, "")
    extent = (int(start), int(end)) if start.isdecimal() and end.isdecimal() else None
    own_names = dict.fromkeys((not other, language, value) for other, _, value, language in sorted(names))
    return Searched(iri, min(kinds, key=ORDER.index), tuple(own_names), extent)


def unescaped(value: str) -> str:
    """The text of a literal as N-Triples write it."""
    return _ESCAPE_RE.sub(_character, value) if "\\" in value else value


def _character(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    return _ESCAPED.get(letter, letter) if letter else chr(int(short or long, 16))
