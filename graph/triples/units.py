"""Where facts belong: the IRIs of a document's plans, sections, goals and measures, and the unit that an id or a place in the text means."""

from __future__ import annotations

from bisect import bisect_right

from zhengpu import ids
from zhengpu.model import Facts, Section

NOTICE, PREAMBLE, TABLE = "notice", "preamble", "table"  # the units that are not outline entries, goals or measures


class Units:
    """IRIs by id for one document. A section hangs below the plan whose title heads its branch (one notice may promulgate several plans), else the first."""

    __slots__ = ("_iris", "_measures", "_plan_of", "_section_ids", "_sections", "_starts", "document", "plans")

    def __init__(self, facts: Facts, document: str) -> None:
        self.document = document
        self.plans = tuple(ids.within(document, "plan", str(number)) for number in range(1, 2 + len(facts.more_plans)))
        self._iris: dict[str, str] = {}
        self._plan_of: dict[str, str] = {}
        headed = {ids.normal(plan.title.strip("《》")): iri for plan, iri in zip(facts.more_plans, self.plans[1:], strict=True) if plan.title}
        for section in facts.outline:
            self._iris[section.id] = ids.within(document, "section", section.id)
            above = self._plan_of.get(section.parent) if section.parent else None
            self._plan_of[section.id] = above or headed.get(ids.normal(section.title.strip("《》"))) or self.plans[0]
        for kind, entries in (("goal", facts.goals), ("measure", facts.measures)):
            for entry in entries:
                self._iris[entry.id] = ids.within(document, kind, entry.id)
                self._plan_of[entry.id] = self._plan_of.get(entry.section, self.plans[0])
        self._measures = frozenset(measure.id for measure in facts.measures)
        self._section_ids = frozenset(section.id for section in facts.outline)
        self._sections: list[Section] = sorted(facts.outline, key=lambda section: section.evidence.start)
        self._starts = [section.evidence.start for section in self._sections]

    def iri(self, unit: str) -> str:
        """The section, goal or measure with this id. Raises KeyError for none."""
        return self._iris[unit]

    def section(self, unit: str | None) -> str | None:
        """The section with this id, or None if there is none."""
        return self._iris[unit] if unit and unit in self._section_ids else None

    def measure(self, unit: str) -> str | None:
        """The measure with this id, or None if the id is another unit's."""
        return self._iris[unit] if unit in self._measures else None

    def place(self, unit: str, position: int) -> str:
        """What states a fact: the section, goal or measure with this id, for words of a table the section around them, else the document."""
        holder = self._holder(unit, position)
        return self._iris[holder] if holder else self.document

    def plan(self, unit: str, position: int) -> str:
        """The plan that a unit belongs to; the first for the notice and the preamble."""
        holder = self._holder(unit, position)
        return self._plan_of[holder] if holder else self.plans[0]

    def plans_spoken_for(self, unit: str) -> tuple[str, ...]:
        """The plans that the notice (all of them) or the preamble (the first) speaks for; none for other units."""
        return self.plans if unit == NOTICE else self.plans[:1] if unit == PREAMBLE else ()

    def _holder(self, unit: str, position: int) -> str | None:
        """The id of the section, goal or measure meant: the unit itself or, in a table, the section that this place lies in."""
        if unit in self._iris:
            return unit
        if unit in (NOTICE, PREAMBLE):
            return None
        index = bisect_right(self._starts, position) - 1
        return self._sections[index].id if index >= 0 and position < end_of(self._sections[index]) else None


def end_of(section: Section) -> int:
    """Where a section ends: at the next heading."""
    return max(section.evidence.end, section.body_end)
