"""What is searched of a thing: its kind, its names, its place in the text of a document; read from a document's shard, or from the graph."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.graph.entities import KINDS
from zhengpu.ontology import terms as zp

ORDER = tuple(KINDS)  # of the kinds; a thing of several is of the first
UNITS = ("section", "goal", "measure")  # what has a text; of two over the same characters the last is the innermost
_KINDS = {cls: kind for kind, cls in KINDS.items()}
_OWN_NAMES = (zp.skos_prefLabel, zp.dcterms_title)
_NAMES = (*_OWN_NAMES, zp.skos_altLabel, zp.documentNumber)

# Lines of a shard: <thing> <property> "value"@zh . and <thing> <rdf:type> <class> .
_CLASS_RE = "|".join(map(re.escape, _KINDS))
_PROPERTY_RE = "|".join(map(re.escape, (*_NAMES, zp.start, zp.end, zp.text)))
_LITERAL_RE = r'"((?:[^"\\]++|\\.)*+)"(?:@([^ ]++)|[^ ]*+)'
_LINE_RE = re.compile(rf"^<([^>]*+)> <(?:{re.escape(zp.rdf_type)}> <({_CLASS_RE})>|({_PROPERTY_RE})> {_LITERAL_RE}) \.$", re.MULTILINE)
_ESCAPE_RE = re.compile(r"\\(?:u([0-9A-F]{4})|U([0-9A-F]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

Span = tuple[int, int]
Name = tuple[bool, str, str]  # whether it is the thing's own name, its language ("" for none), the name


@dataclass(frozen=True, slots=True)
class Searched:
    """A thing; `names` has own names first, and of those the Chinese; `extent` is [start, end) of a unit in the text of its document."""

    iri: str
    kind: str
    names: tuple[Name, ...]
    extent: Span | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a shard says: the things that hang on its document, the document first, with the document's text; the IRIs of other things that it names."""

    own: tuple[Searched, ...]
    text: str
    others: frozenset[str]


def said(iri: str, triples: bytes) -> Said:
    """What the shard of this IRI says. A shard that is no document's has no things of its own."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for subject, cls, term, value, language in _LINE_RE.findall(triples.decode("utf-8", "replace")):  # what is no UTF-8 the engine refuses
        found[subject].append((zp.rdf_type, cls, "") if cls else (term, value, language))
    own: dict[str, list[tuple[str, str, str]]] = {}
    if (zp.rdf_type, zp.Document, "") in found.get(iri, ()):
        own = {subject: found[subject] for subject in sorted(found) if subject == iri or subject.startswith((f"{iri}/", f"{iri}#"))}
    text = unescaped(next((value for term, value, _ in own.get(iri, ()) if term == zp.text), ""))
    things = (_thing(subject, ((term, unescaped(value), language) for term, value, language in lines if term != zp.text)) for subject, lines in own.items())
    return Said(tuple(thing for thing in things if thing), text, frozenset(found.keys() - own.keys()))


def in_graph(store: ox.Store, iri: str) -> Searched | None:
    """What the graph says of a thing; None for one that is not searched."""
    return _thing(iri, _lines(store, iri))


def _lines(store: ox.Store, iri: str) -> Iterator[tuple[str, str, str]]:
    for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None):
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            yield quad.predicate.value, quad.object.value, (quad.object.language or "") if isinstance(quad.object, ox.Literal) else ""


def _thing(iri: str, lines: Iterable[tuple[str, str, str]]) -> Searched | None:
    """The thing of which this is said, as (property, value, language of the value)."""
    said = list(lines)
    kinds = [_KINDS[value] for term, value, _ in said if term == zp.rdf_type and value in _KINDS]
    if not kinds:
        return None
    names = sorted((term not in _OWN_NAMES, language != "zh", value, language) for term, value, language in said if term in _NAMES and value.strip())
    ends = [min((value for term, value, _ in said if term == end), default="") for end in (zp.start, zp.end)]
    extent = (int(ends[0]), int(ends[1])) if ends[0].isdecimal() and ends[1].isdecimal() else None
    own_names = dict.fromkeys((not other, language, value) for other, _, value, language in names)
    return Searched(iri, min(kinds, key=ORDER.index), tuple(own_names), extent)


def unescaped(value: str) -> str:
    """The text of a literal as N-Triples write it."""
    return _ESCAPE_RE.sub(_character, value) if "\\" in value else value


def _character(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    return _ESCAPED.get(letter, letter) if letter else chr(int(short or long, 16))
