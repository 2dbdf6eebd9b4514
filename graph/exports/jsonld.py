"""Triples as JSON-LD that reads as plain JSON: one object a thing, under the names of ontology/context.jsonld. The context stands in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.sources.source import Term
from zhengpu.ids import CONCEPT, ONTOLOGY
from zhengpu.ontology import terms as zp

_XSD = zp.PREFIXES["xsd"]
_INTEGER_RE = re.compile(r"0|-?[1-9][0-9]{0,14}")  # what JSON's readers hold exactly, in its only spelling


@dataclass(frozen=True, slots=True)
class _Name:
    """A property's name in the context, and what its plain values are: "@id", a datatype's IRI, or a language."""

    name: str
    type: str = ""
    language: str = ""


@cache
def context() -> Mapping[str, Any]:
    """The contents of ontology/context.jsonld: term -> definition."""
    read: dict[str, Any] = json.loads(files("zhengpu.ontology").joinpath("context.jsonld").read_text("utf-8"))["@context"]
    return read


@cache
def _names() -> Mapping[str, _Name]:
    """IRI of a property -> its name."""
    found = {}
    for name, given in context().items():
        entry = {"@id": given} if isinstance(given, str) else given
        if isinstance(entry, dict) and ":" in entry["@id"] and "://" not in entry["@id"]:
            found[_full(entry["@id"])] = _Name(name, _full(entry.get("@type", "")), entry.get("@language", ""))
    return found


def _full(compact: str) -> str:
    prefix, colon, rest = compact.partition(":")
    return context()[prefix] + rest if colon else compact


def written(triples: Iterable[ox.Triple], cover: Cover | None = None) -> Iterator[bytes]:
    """The file in pieces. Triples of one subject that stand together make one object; a subject may come again, and is the same thing then."""
    head = {"@context": context(), **({"export": cover.told()} if cover else {})}
    yield (json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "@graph": [').encode()
    for number, (subject, statements) in enumerate(groupby(triples, key=lambda triple: triple.subject)):
        text = json.dumps(_object(subject, statements), ensure_ascii=False)
        yield f"{',' if number else ''}\n{text}".encode()
    yield b"\n]}\n"


def _object(subject: Term, statements: Iterable[ox.Triple]) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for triple in statements:
        if triple.predicate.value == zp.rdf_type and isinstance(triple.object, ox.NamedNode):
            found.setdefault("type", []).append(_type(triple.object.value))
        else:
            name = _names().get(triple.predicate.value, _Name(triple.predicate.value))
            found.setdefault(name.name, []).append(_value(triple.object, name))
    return {"id": _id(subject), **{name: values[0] if len(values) == 1 else values for name, values in found.items()}}


def _type(iri: str) -> str:
    local = iri.removeprefix(ONTOLOGY)
    return local if local != iri and local not in context() and local.isalnum() else iri


def _id(term: Term) -> str:
    if not isinstance(term, ox.NamedNode):
        return str(term)  # a blank node, of a query of the user's: _:b0
    return f"zpc:{term.value.removeprefix(CONCEPT)}" if term.value.startswith(CONCEPT) else term.value


def _value(term: Term, name: _Name) -> Any:
    """The object as plain JSON where the context then says the same, else as a value object."""
    if not isinstance(term, ox.Literal):
        return _id(term) if name.type == "@id" else {"id": _id(term)}
    datatype = term.datatype.value
    if term.language:
        return term.value if term.language == name.language else {"@value": term.value, "@language": term.language}
    if not name.type and datatype == f"{_XSD}integer" and _INTEGER_RE.fullmatch(term.value):
        return int(term.value)
    if not name.type and datatype == f"{_XSD}boolean" and term.value in ("true", "false"):
        return term.value == "true"
    if name.type == datatype or (not name.type and not name.language and datatype == f"{_XSD}string"):
        return term.value
    return {"@value": term.value} if datatype == f"{_XSD}string" else {"@value": term.value, "@type": datatype}
