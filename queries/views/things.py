"""The things of one type as a list, and the sentence around a quotation."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.errors import UnknownName
from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.views.cards import TYPES, Card, cards, class_of
from zhengpu.queries.views.documents import documents
from zhengpu.queries.views.listed import USUAL, Listed, part
from zhengpu.queries.views.said import is_iri, rows, text

_OF_CLASS = "SELECT DISTINCT ?thing WHERE {{ ?thing a <{cls}> . {narrowed} }}"
_PLACES = "SELECT ?thing ?place WHERE { %s ?place zp:within* ?thing }"
_IN_REGION = {  # type -> how a place is told of a thing of it
    "plan": "?thing zp:governs ?place .",
    "measure": "?thing zp:inPlan/zp:governs ?place .",
    "goal": "?thing zp:inPlan/zp:governs ?place .",
    "target": "?thing zp:inPlan/zp:governs ?place .",
    "milestone": "?thing zp:inPlan/zp:governs ?place .",
    "institution": "?thing zp:region ?place .",
    "region": "BIND (?thing AS ?place)",
}
_TEXT = "SELECT ?text WHERE { ?document zp:text ?text }"
_ENDS_RE = re.compile(r"[。！？；\n]")
_AROUND = 300  # characters of a sentence on each side; a table without full stops is one sentence


@dataclass(frozen=True, slots=True)
class Passage:
    """[start, end) of the document's text, in code points."""

    text: str
    start: int
    end: int


def things(
    source: TripleSource, type: str, year: int | None = None, region: str | None = None, limit: int = USUAL, offset: int = 0, lang: str = "zh"
) -> Listed[Card]:
    """The things of a type, documents by date with the latest first; of a region and the places within it, documents of a year.

    The others come in the order of their IRIs, for which no name need be looked up: bodies, indicators and works by name, regions by code, what stands
    in a document by document and place. Raises UnknownName for a type that is none."""
    if type == "document":
        found = documents(source, region=region, year=year, limit=limit, offset=offset, lang=lang)
        return Listed(found.total, offset, tuple(Card(one.iri, one.type, one.label, one.note) for one in found.items))
    cls = class_of(type)
    if cls is None:
        raise UnknownName("type", type, TYPES.values(), f"There are: {', '.join(TYPES.values())}.")
    narrowed = ""
    if region:
        places = sorted({text(place) for _, place in rows(source, _PLACES, "thing", [region])})
        among = ", ".join(f"<{place}>" for place in places if is_iri(place))
        narrowed = f"{_IN_REGION.get(type, '?thing zp:inDocument/zp:promulgates/zp:governs ?place .')} FILTER (?place IN ({among}))"
    every = sorted((text(row[0]) for row in source.query(_OF_CLASS.format(cls=cls, narrowed=narrowed), trusted=True).rows), key=_place)
    shown = part(every, limit, offset)
    known = cards(source, shown.items, lang)
    return Listed(shown.total, offset, tuple(known[iri] for iri in shown.items))


def _place(iri: str) -> tuple[str, int, str]:
    """m2 comes before m10."""
    key = iri.rpartition("/")[2]
    digits = key.lstrip("abcdefghijklmnopqrstuvwxyz")
    return iri[: len(iri) - len(digits)], int(digits) if digits.isdecimal() and len(digits) < 9 else 0, digits


def passage(source: TripleSource, document: str, start: int, end: int) -> Passage:
    """The sentences that hold [start, end) of a document's text. Raises UnknownName for what is no document with a text."""
    found = source.query(_TEXT, {"document": ox.NamedNode(document)}, trusted=True).rows if is_iri(document) else ()
    if not found:
        raise UnknownName("document", document[:200], advice=f"It is no document of {source.name}.")
    words = text(found[0][0])
    start = min(start, len(words))
    end = min(max(start, end), len(words))
    before = max((match.end() for match in _ENDS_RE.finditer(words, max(0, start - _AROUND), start)), default=max(0, start - _AROUND))
    after = _ENDS_RE.search(words, max(start, end - 1), min(len(words), end + _AROUND))
    last = after.end() if after else min(len(words), end + _AROUND)
    return Passage(words[before : max(last, end)], before, max(last, end))
