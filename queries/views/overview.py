"""The graph at a glance: how much is in it, of which places and years, what came last, what to ask, and where the plans have gaps."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.catalogue import catalogue
from zhengpu.queries.views.cards import TYPES, Card, cards
from zhengpu.queries.views.documents import DocumentCard, documents
from zhengpu.queries.views.gaps import Gap, gaps
from zhengpu.queries.views.library import Asked, described
from zhengpu.queries.views.said import text
from zhengpu.queries.views.stats import stats

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
class Overview:
    store: StoreFacts
    counts: tuple[Count, ...]
    documents_by_region: tuple[RegionCount, ...]
    documents_by_year: tuple[YearCount, ...]
    latest: tuple[DocumentCard, ...]
    questions: tuple[Asked, ...]
    quality: tuple[Gap, ...]


def overview(source: TripleSource, version: str, triples: int, counts: Mapping[str, int], lang: str = "zh") -> Overview:
    """The graph counted, most first, years in their order; `counts` are those of the gaps.

    It reads every statement of class once: a second for a thousand documents."""
    latest = documents(source, limit=_LATEST, lang=lang)
    years = Counter(text(issued)[:4] for _, issued in source.query(_ISSUED, trusted=True).rows)
    return Overview(
        StoreFacts(version, latest.total, triples),
        tuple(Count(TYPES[one.kind.iri], one.kind.text, one.things) for one in stats(source, lang).classes if one.kind.iri and one.kind.iri in TYPES),
        _by_region(source, lang),
        tuple(YearCount(year, years[year]) for year in sorted(years)),
        latest.items,
        tuple(described(catalogue()[id], lang) for id in offered() if id in catalogue()),
        gaps(counts, lang),
    )


@cache
def offered() -> tuple[str, ...]:
    """The ids of the questions that the first page offers."""
    return tuple(tomllib.loads(files("zhengpu").joinpath("queries", "overview.toml").read_text("utf-8"))["questions"])


def _by_region(source: TripleSource, lang: str) -> tuple[RegionCount, ...]:
    counted = {text(region): int(text(n)) for region, n in source.query(_BY_REGION, trusted=True).rows}
    known = cards(source, counted, lang)
    return tuple(RegionCount(known[iri], counted[iri]) for iri in sorted(counted, key=lambda iri: (-counted[iri], iri)))
