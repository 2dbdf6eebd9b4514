"""What the API answers by more than one function of `queries`: searches as cards, a question as a file, a network as a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from zhengpu.errors import QueryError, QueryRefused, UnknownName
from zhengpu.graph.exports import export as exports
from zhengpu.graph.exports.neighbourhood import around
from zhengpu.graph.networks.network import among
from zhengpu.graph.sources import guard
from zhengpu.graph.sources.embedded import memory_source
from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.runner import ask
from zhengpu.queries.server.sheet_frames import packed
from zhengpu.queries.tables import icalendar
from zhengpu.queries.tables.spreadsheet import csv_for_excel, sheet
from zhengpu.queries.views import agenda
from zhengpu.queries.views.cards import Card
from zhengpu.queries.views.library import Answered, Asked, answered, listed
from zhengpu.queries.views.listed import Listed
from zhengpu.queries.views.networks import Picture, Wanted, part, picture
from zhengpu.queries.views.networks import path as shortest_path

if TYPE_CHECKING:
    from zhengpu.graph.storage.search_reader import SearchIndex
    from zhengpu.queries.search import Hit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "application/x-zhengpu-sheet"  # what the server makes a workbook of
ICALENDAR = "text/calendar"
_MEDIA = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "jsonld": "application/ld+json",
    "xml": "application/rdf+xml",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "csv": "text/csv",
    "xlsx": XLSX,
}
EXPORTS = tuple(media for name, media in _MEDIA.items() if name not in ("xlsx", "nq"))
_COMPLETIONS = 12
_NAMED = 1.0  # the score from which a hit is a name (zhengpu.queries.search); texts have less
_PLACE_RE = re.compile(r"line (\d+), column (\d+)")
_ITEMS = 5000  # of a calendar file
_THINGS = 2000  # around one thing that is exported


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file: what a browser saves it as, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Found(Card):
    """A hit: `snippet` has the words at `highlights` ([start, end), code points); it stands at [start, end) of the document's text."""

    snippet: str
    highlights: tuple[tuple[int, int], ...]
    document: Card | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a query may run. `line` and `column`, from 1, are where it is not well formed."""

    ok: bool
    message: str | None = None
    line: int | None = None
    column: int | None = None


# The search calls things of these types otherwise.
_KINDS = {"legal-reference": "work"}
_TYPE_OF = {kind: name for name, kind in _KINDS.items()}


def search(index: SearchIndex, q: str, type: Sequence[str] = (), limit: int = 50, offset: int = 0, lang: str = "zh") -> Listed[Found]:
    """Raises BadParameter for words that are none, UnknownName for a type that is none."""
    from zhengpu.queries.search import search_index_for

    found = search_index_for(index, q, [_KINDS.get(name, name) for name in type], limit, offset, lang)
    return Listed(found.total, offset, tuple(map(_found, found.hits)))


def _found(hit: Hit) -> Found:
    document = Card(hit.document, "document", hit.document_title or hit.document, "") if hit.document else None
    note = document.label if document and document.iri != hit.iri else ""
    spans = tuple((start, end) for start, end in hit.spans)
    return Found(hit.iri, _TYPE_OF.get(hit.type, hit.type), hit.label, note, hit.snippet, spans, document, hit.start, hit.end)


def complete(index: SearchIndex, q: str = "", lang: str = "zh", **given: str) -> tuple[Card, ...]:
    """Things whose names have the words; `for` names a type, or a scheme of concepts (concept:theme). Nothing for no words."""
    from zhengpu.queries.search import search_index_for

    if not q.strip():
        return ()
    wanted, _, scheme = given.get("for", "any").partition(":")
    types = [] if wanted == "any" else [_KINDS.get(wanted, wanted)]
    hits = search_index_for(index, q, types, _COMPLETIONS if not scheme else 10 * _COMPLETIONS, 0, lang).hits
    named = [hit for hit in hits if hit.score >= _NAMED and (not scheme or f"/concept/{scheme}/" in hit.iri)]
    return tuple(Card(one.iri, one.type, one.label, one.note) for one in map(_found, named[:_COMPLETIONS]))


def library(source: TripleSource, lang: str = "zh") -> tuple[Asked, ...]:
    return listed(lang)


def question(
    source: TripleSource, id: str, parameters: Mapping[str, str], limit: int, offset: int = 0, format: str = "json", lang: str = "zh"
) -> Answered | File:
    if format == "json":
        return answered(source, id, parameters, limit, offset, lang)
    reply = ask(source, id, parameters)
    about = (("Question" if lang == "en" else "问题", reply.sentence(lang)), ("Query" if lang == "en" else "查询", reply.sparql))
    made = sheet(reply.answer, reply.question.columns, language=lang, about=about)
    if format == "csv":
        return File(f"{id}.csv", "text/csv; charset=utf-8", csv_for_excel(made))
    return File(f"{id}.xlsx", SHEET, packed(made, lang))


def check(source: TripleSource, sparql: str) -> Checked:
    """By the guard, and by the engine over an empty graph, where every query is quick."""
    try:
        guard.check(sparql)
        memory_source(b"").query(sparql)
    except (QueryError, QueryRefused) as error:
        place = _PLACE_RE.search(str(error))
        return Checked(False, str(error), *(map(int, place.groups()) if place else ()))
    return Checked(True)


def _wanted(parameters: Mapping[str, str], given: Mapping[str, Any]) -> Wanted:
    """Raises UnknownName for parameters that only a question may have, where there is none."""
    if parameters and given.get("question") is None:
        raise UnknownName("parameter", next(iter(parameters)), Wanted.__dataclass_fields__, "Parameters of a question go with question=ID.")
    return Wanted(parameters=parameters, **given)


def network(source: TripleSource, parameters: Mapping[str, str], lang: str = "zh", **given: Any) -> Picture:
    return picture(source, _wanted(parameters, given), lang)


def path(source: TripleSource, longest: int, lang: str = "zh", **ends: str) -> Picture:
    return shortest_path(source, ends["from"], ends["to"], longest, lang)


def export(source: TripleSource, parameters: Mapping[str, str], format: str, iri: str | None = None, lang: str = "zh", **given: Any) -> File:
    name = _format(format)
    wanted = _wanted(parameters, given)
    if iri is not None and name not in exports.NETWORK_FORMATS:
        return File(f"thing.{name}", _MEDIA[name], exports.serialized(around(source, iri, 1, _THINGS), name))
    found = part(source, wanted if iri is None else replace(wanted, around=iri))
    return File(f"network.{name}", _MEDIA[name], exports.content(source, found, name))


def export_nodes(source: TripleSource, nodes: Sequence[str], format: str) -> File:
    name = _format(format)
    return File(f"network.{name}", _MEDIA[name], exports.content(source, among(source, nodes), name))


def _format(format: str) -> str:
    name = format.lower()
    known = [one for one in _MEDIA if one not in ("nq", "xlsx")]
    if name not in known:
        raise UnknownName("format", format[:40], known, f"Formats: {', '.join(known)}.")
    return name


def schedule(source: TripleSource, as_of: str, **given: Any) -> agenda.Agenda:
    return agenda.schedule(source, as_of=date.fromisoformat(as_of), **given)


def calendar_file(source: TripleSource, as_of: str, lang: str = "zh", **given: Any) -> File:
    found = agenda.schedule(source, as_of=date.fromisoformat(as_of), limit=_ITEMS, lang=lang, **given)
    name = "政谱任务进度" if lang == "zh" else "zhengpu: tasks"
    return File("zhengpu.ics", f"{ICALENDAR}; charset=utf-8", icalendar.calendar(found, name))
