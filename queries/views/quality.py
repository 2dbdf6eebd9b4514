"""How good the data are: gaps of the plans, what the shapes object to, bodies that are named in general only, what reading stumbled over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.views.cards import Card, cards
from zhengpu.queries.views.gaps import Gap, gaps
from zhengpu.queries.views.said import text

if TYPE_CHECKING:
    from zhengpu.graph.validation import Finding

Met = tuple[str, str, str, int, int]  # document, kind, message, start, end
STUMBLES = 200  # problems that are listed
_UNRESOLVED = 200
# Bodies whose kind no rule knew and that are placed nowhere: 各有关单位, 牵头部门, a name with its head lost.
_NAMELESS = """SELECT ?institution (COUNT(?fact) AS ?n) WHERE {
  ?institution a zp:Institution . FILTER NOT EXISTS { ?institution zp:region ?region } FILTER NOT EXISTS { ?institution zp:institutionKind ?kind }
  ?fact zp:institution ?institution } GROUP BY ?institution ORDER BY DESC(?n) ?institution LIMIT %d"""


@dataclass(frozen=True, slots=True)
class Objection:
    """A rule of the shapes that a thing breaks. `severity` is violation (an error) or warning (what documents usually say and this one does not)."""

    focus: Card
    severity: str
    shape: str
    path: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """The findings in the documents that were checked: all violations and the first warnings are listed."""

    checked: int
    documents: int
    violations: int
    warnings: int
    items: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Stumble:
    """What extraction stumbled over: `kind` is the code of the problem, [start, end) its place in the document's text."""

    document: Card
    kind: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quality:
    gaps: tuple[Gap, ...]
    shapes: Shapes
    unresolved: tuple[Card, ...]
    problems: tuple[Stumble, ...]


def quality(
    source: TripleSource, shards: list[str], documents: int, counts: Mapping[str, int], lang: str = "zh", problems: Sequence[Met] = ()
) -> Quality:
    """Of the whole graph, but the shapes of those documents only whose shards (N-Triples) are given: the checking of one takes a third of a second.

    The store keeps `problems` beside the graph."""
    from zhengpu.graph.validation import Severity, check

    found = list(check(shard.encode() for shard in shards))
    violations = [finding for finding in found if finding.severity is Severity.VIOLATION]
    warnings = [finding for finding in found if finding.severity is Severity.WARNING]
    nameless = [text(row[0]) for row in source.query(_NAMELESS % _UNRESOLVED, trusted=True).rows]
    listed = [*violations, *warnings][:_UNRESOLVED]
    known = cards(source, {*nameless, *(finding.entity for finding in listed), *(problem[0] for problem in problems)}, lang)
    return Quality(
        gaps(counts, lang),
        Shapes(len(shards), documents, len(violations), len(warnings), tuple(_objection(finding, known, lang) for finding in listed)),
        tuple(known[iri] for iri in nameless),
        tuple(Stumble(known[document], kind, message, start, end) for document, kind, message, start, end in problems),
    )


def _objection(finding: Finding, known: dict[str, Card], lang: str) -> Objection:
    return Objection(known[finding.entity], finding.severity.value, finding.shape, finding.path, finding.message(lang))
