"""What the plans lack, counted: the questions of that group that need no answer of the reader's, and in how many rows each is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.binding import blank, given
from zhengpu.queries.catalogue import catalogue, question
from zhengpu.queries.views.said import text

GROUP = "gaps"
_PROLOGUE_RE = re.compile(r"\s*(?:PREFIX\s+[\w-]*:\s*<[^>]*>\s*)*")
_ORDER_RE = re.compile(r"\}\s*ORDER BY[^}]*\Z")  # sorting is half of the time, and a count has no order


@dataclass(frozen=True, slots=True)
class Gap:
    """A question of the library about gaps: `label` is its sentence, `question` its id, `count` its rows; null while they are being counted."""

    question: str
    label: str
    count: int | None


def gaps(counts: Mapping[str, int], lang: str = "zh") -> tuple[Gap, ...]:
    """The questions in the order of the library, with the counts that are known."""
    return tuple(Gap(id, catalogue()[id].sentence({}, lang), counts.get(id)) for id in countable())


def countable() -> tuple[str, ...]:
    """The ids of the questions of the group whose every blank may stay empty or has a default."""
    return tuple(id for id, one in catalogue().items() if one.group == GROUP and all(blank.optional or blank.default for blank in one.parameters))


def count(source: TripleSource, id: str) -> int:
    """How many rows answer the question, its blanks empty. It may read the whole graph: seconds for a thousand documents."""
    asked = question(id)
    values = given(asked, {})
    bindings = {one.name: blank(source, one, values[one.name]).term for one in asked.parameters if one.name in values}
    prologue = _PROLOGUE_RE.match(asked.sparql)
    head = prologue.group() if prologue else ""
    body = _ORDER_RE.sub("}", asked.sparql[len(head) :])
    return int(text(source.query(f"{head} SELECT (COUNT(*) AS ?n) WHERE {{ {{ {body} }} }}", bindings, trusted=True).rows[0][0]))
