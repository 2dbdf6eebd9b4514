"""The graph at a glance: how much is in it, of which places and years, what came last, what to ask, and where the plans have gaps."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhengpu.errors import BadParameter
from zhengpu.graph.source import TripleSource
from zhengpu.queries.cards import TYPES, Card, cards
from zhengpu.queries.catalogue import catalogue
from zhengpu.queries.documents import DocumentCard, documents
from zhengpu.queries.library import Asked, described
from zhengpu.queries.runner import ask
from zhengpu.queries.said import text
from zhengpu.queries.stats import stats

GAPS = "gaps"  # the group of questions whose answers are what the plans lack
_LATEST = 10
_BY_REGION = "SELECT ?region (COUNT(DISTINCT ?document) AS ?n) WHERE { ?document zp:promulgates ?plan . ?plan zp:governs ?region } GROUP BY ?region"
_ISSUED = "SELECT ?document ?issued WHERE { ?document a zp:Document ; dcterms:issued ?issued }"


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """`version` names the contents: equal names, equal answers."""

    version: str
    documents: int
    triples: int


@dataclass(frozen=True, slots=True)
class Count:
    type: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class RegionCount:
    region: Card
    count: int


@dataclass(frozen=True, slots=True)
class YearCount:
    year: str
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A question of the library about gaps: `count` rows answer it, `label` is its sentence, `question` its id."""

    question: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    store: StoreFacts
    counts: tuple[Count, ...]
    documents_by_region: tuple[RegionCount, ...]
    documents_by_year: tuple[YearCount, ...]
    latest: tuple[DocumentCard, ...]
    questions: tuple[Asked, ...]
    quality: tuple[Gap, ...]


def overview(source: TripleSource, version: str, triples: int, lang: str = "zh") -> Overview:
    """The counts, most first; years in their order. It reads every statement of class once: a second for a thousand documents."""
    latest = documents(source, limit=_LATEST, lang=lang)
    years = Counter(text(issued)[:4] for _, issued in source.query(_ISSUED, trusted=True).rows)
    return Overview(
        StoreFacts(version, latest.total, triples),
        tuple(Count(TYPES[found.kind.iri], found.kind.text, found.things) for found in stats(source, lang).classes if found.kind.iri and found.kind.iri in TYPES),
        _by_region(source, lang),
        tuple(YearCount(year, years[year]) for year in sorted(years)),
        latest.items,
        tuple(described(catalogue()[id], lang) for id in offered() if id in catalogue()),
        gaps(source, lang),
    )


def gaps(source: TripleSource, lang: str = "zh") -> tuple[Gap, ...]:
    """What the plans lack, by the questions of that group that need no answer of the reader's."""
    found = []
    for question in catalogue().values():
        if question.group != GAPS:
            continue
        try:
            reply = ask(source, question.id)
        except BadParameter:  # a blank that only a reader can fill
            continue
        found.append(Gap(question.id, reply.sentence(lang), len(reply.answer.rows)))
    return tuple(found)


@cache
def offered() -> tuple[str, ...]:
    """The ids of the questions that the first page offers."""
    return tuple(tomllib.loads(files("zhengpu").joinpath("queries", "overview.toml").read_text("utf-8"))["questions"])


def _by_region(source: TripleSource, lang: str) -> tuple[RegionCount, ...]:
    counted = {text(region): int(text(n)) for region, n in source.query(_BY_REGION, trusted=True).rows}
    known = cards(source, counted, lang)
    return tuple(RegionCount(known[iri], counted[iri]) for iri in sorted(counted, key=lambda iri: (-counted[iri], iri)))
