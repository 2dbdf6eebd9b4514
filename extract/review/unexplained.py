"""Words that look like facts and gave none: what to look at first when an extraction is checked, and when a pattern is missing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from zhengpu.extract.duties.allocations import allocations
from zhengpu.extract.fold import folded
from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.targets.masking import masked
from zhengpu.extract.targets.quantities import UnitClass, quantities
from zhengpu.ids import work_title
from zhengpu.marks import MarkKind, Unexplained
from zhengpu.model import Evidence, Facts, MeasureKind

_TITLE_RE = re.compile(r"《([^《》\n]{1,120})》")
_BRACKET_RE = re.compile(r"[(\[]([^()\[\]\n]{2,200})[)\]]")


def unexplained(facts: Facts) -> tuple[Unexplained, ...]:
    """The marks in text order: numbers with a unit, allocating brackets and lines, and 《》 that no fact accounts for."""
    text = facts.text
    fold = folded(text)
    places = Places(facts)
    found = [*_numbers(facts, fold), *_brackets(facts, fold), *_titles(facts, places)]
    marks = (Unexplained(kind, start, end, text[start:end], places.title(start)) for kind, start, end in sorted(found, key=lambda mark: mark[1:]))
    return tuple(marks)


def _numbers(facts: Facts, fold: str) -> Iterator[tuple[MarkKind, int, int]]:
    """Digits with a unit, and ranks, outside of every quotation that has numbers in it."""
    evidence = [fact.evidence for category in (facts.targets, facts.schedule, facts.references, facts.mentions) for fact in category]
    told = Spans([(proof.start, proof.end) for proof in evidence] + [(proof.start, proof.end) for proof in _proofs(facts)])
    cells = Spans((section.evidence.start, section.evidence.start + len(section.label)) for section in facts.outline)
    for quantity in quantities(masked(fold)):
        counted = quantity.unit is not None or quantity.unit_class is UnitClass.RANK
        if counted and not quantity.is_words and not told.meet(quantity.start, quantity.end) and not cells.meet(quantity.start, quantity.end):
            yield MarkKind.NUMBER, quantity.start if quantity.unit_class is UnitClass.RANK else quantity.number_start, quantity.end


def _brackets(facts: Facts, fold: str) -> Iterator[tuple[MarkKind, int, int]]:
    """Allocations that named nobody, and brackets with the words of one."""
    told = Spans((fact.evidence.start, fact.evidence.end) for category in (facts.responsibilities, facts.schedule) for fact in category)
    seen = [(allocation.start, allocation.end) for allocation in allocations(fold, 0, len(fold))]
    known = Spans(seen)
    seen += [match.span() for match in _BRACKET_RE.finditer(fold) if _allotting_re().search(match[1]) and not known.meet(*match.span())]
    for start, end in seen:
        if not told.meet(start, end):
            while end > start and fold[end - 1] in " \n":
                end -= 1
            yield MarkKind.ALLOCATION, start, end


@cache
def _allotting_re() -> re.Pattern[str]:
    """The words of a label (责任单位, 配合部门), or those that are one by themselves (牵头, 配合)."""
    labels = lexicon("allocations")["labels"]
    roles = alternatives((*labels["lead"], *labels["support"], *labels["responsible"]))
    return re.compile(f"{roles}{alternatives(labels['nouns'])}|{alternatives(labels['bare'])}")


def _titles(facts: Facts, places: Places) -> Iterator[tuple[MarkKind, int, int]]:
    """《》 in which no reference lies, and that no reference of the same unit names: a unit has each work once."""
    told = Spans((fact.evidence.start, fact.evidence.end) for fact in facts.references)
    named = {(fact.unit, work_title(title)) for fact in facts.references for title in (fact.title, fact.full_title) if title}
    for match in _TITLE_RE.finditer(facts.text):
        if not told.meet(*match.span()) and not any((unit, work_title(match[1])) in named for unit in places.units(match.start())):
            yield MarkKind.TITLE, *match.span()


def _proofs(facts: Facts) -> Iterator[Evidence]:
    for proofs in (facts.document.proofs, *(plan.proofs for plan in (facts.plan, *facts.more_plans))):
        yield from (proof.evidence for proof in proofs)


class Spans:
    """Intervals [start, end), to be asked whether one meets them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        merged: list[list[int]] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(end, merged[-1][1])
            else:
                merged.append([start, end])
        self.spans = [(start, end) for start, end in merged]
        self._starts = [start for start, _ in merged]

    def meet(self, start: int, end: int) -> bool:
        """Whether [start, end) has a character in common with one of them."""
        index = bisect_right(self._starts, start) - 1
        if index >= 0 and start < self.spans[index][1]:
            return True
        return index + 1 < len(self.spans) and self._starts[index + 1] < end


class Places:
    """The unit that a place of the text lies in, by the facts alone."""

    def __init__(self, facts: Facts) -> None:
        self._sections = sorted(facts.outline, key=lambda section: section.evidence.start)
        self._starts = [section.evidence.start for section in self._sections]
        goals = [(goal.evidence.start, goal.evidence.end, goal.id, goal.title) for goal in facts.goals]
        measures = [(measure.evidence.start, measure.evidence.end, measure.id, f"{measure.label}{measure.title}") for measure in facts.measures]
        self._inner = sorted(goals + measures)
        self._inner_starts = [start for start, *_ in self._inner]
        self._measures = {measure.section: (measure.id, measure.title) for measure in facts.measures if measure.kind is not MeasureKind.TASK}

    def units(self, position: int) -> tuple[str, ...]:
        """The ids that facts at this place may have: of the goal or measure, and of the section; those of no heading before the first."""
        inner = self._at(position)
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return ("notice", "preamble", "table")
        section = self._sections[index]
        measure = self._measures.get(section.id)
        return tuple(filter(None, (inner[0] if inner else None, measure[0] if measure else None, section.id, "table")))

    def title(self, position: int) -> str:
        """The label and title of the goal, measure or section; "" before the first heading."""
        inner = self._at(position)
        if inner:
            return inner[1]
        index = bisect_right(self._starts, position) - 1
        return f"{self._sections[index].label}{self._sections[index].title}" if index >= 0 else ""

    def _at(self, position: int) -> tuple[str, str] | None:
        index = bisect_right(self._inner_starts, position) - 1
        return self._inner[index][2:] if index >= 0 and position < self._inner[index][1] else None
