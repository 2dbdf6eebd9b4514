"""How much of a text the facts found in it account for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from zhengpu.extract.review.unexplained import Spans, unexplained
from zhengpu.marks import Coverage, Share
from zhengpu.model import Evidence, Facts

FACTS = ("responsibilities", "mentions", "targets", "references", "schedule", "campaigns")


def coverage(facts: Facts) -> Coverage:
    """The shares of units and of each kind of fact, and what looks like a fact and is none."""
    text = facts.text
    count = _Counter(text)
    total = count.inside(0, len(text))
    measures = _spans(measure.evidence for measure in facts.measures)
    goals = _spans(goal.evidence for goal in facts.goals)
    headings = _spans(section.evidence for section in facts.outline)
    sections = Spans((section.evidence.start, max(section.body_end, section.evidence.end)) for section in facts.outline)
    units, taken = [], Spans(())
    for kind, number, spans in (
        ("outline", len(facts.outline), headings),
        ("goals", len(facts.goals), goals),
        ("measures", len(facts.measures), measures),
        ("sections", len(facts.outline), sections),
    ):
        wider = Spans([*taken.spans, *spans.spans])
        units.append(Share(kind, number, count.union(wider) - count.union(taken)))
        taken = wider
    units.append(Share("outside", 0, total - count.union(taken)))
    proofs = [proof.evidence for proofs in (facts.document.proofs, *(plan.proofs for plan in (facts.plan, *facts.more_plans))) for proof in proofs]
    quoted = {name: [fact.evidence for fact in getattr(facts, name)] for name in FACTS} | {"metadata": proofs}
    every = Spans([span for evidence in quoted.values() for span in _spans(evidence).spans])
    shares = tuple(Share(name, len(evidence), count.union(_spans(evidence))) for name, evidence in quoted.items())
    return Coverage(total, tuple(units), shares, count.union(every), unexplained(facts))


def _spans(evidence: Iterable[Evidence]) -> Spans:
    return Spans((one.start, one.end) for one in evidence)


class _Counter:
    """Characters of a text that are not white space, between two places: the places of white space are known once."""

    def __init__(self, text: str) -> None:
        self._blanks = [match.start() for match in re.finditer(r"\s", text)]

    def inside(self, start: int, end: int) -> int:
        return end - start - (bisect_left(self._blanks, end) - bisect_left(self._blanks, start))

    def union(self, spans: Spans) -> int:
        return sum(self.inside(start, end) for start, end in spans.spans)
