"""By when a promise is due: the date in its sentence, of its task, at the head of its paragraph or section, else the end of the plan."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from zhengpu.extract.periods import expression_re, period
from zhengpu.extract.reading import Reading
from zhengpu.extract.schedule import schedule

# Only dates with a year or a five-year plan's name count; those of comparisons and beginnings do not (比2020年, 自2024年起)
_DATE_RE = re.compile(r"(?<![比较自从以\d年—\-~])(?=(?:19|20)\d\d ?年|\"?十[四五六七八]五)")
_HEAD = 14  # code points before a date that leads its paragraph: 一是到2025年, (二)力争到2027年底


@dataclass(frozen=True, slots=True)
class _Date:
    position: int
    end: int
    value: str
    leads: bool


class DueDates:
    """Answers by when something promised at an offset of the reading is due."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        first = (reading.plan.period_start or reading.record.issued or "0")[:4]
        self._dates = [date for date in _dates(reading.folded) if date.value[:4] >= first]
        self._positions = [date.position for date in self._dates]
        self._tasks = {milestone.unit: milestone.end for milestone in schedule(reading) if milestone.end and not milestone.title}
        self._starts = [section.evidence.start for section in reading.outline]

    def at(self, unit: str, sentence: int, position: int) -> str | None:
        """The due date of a promise at `position` whose sentence begins at `sentence`."""
        index = bisect_left(self._positions, position)
        if index and self._positions[index - 1] >= sentence:
            return self._dates[index - 1].value
        if unit in self._tasks:
            return self._tasks[unit]
        for date in reversed(self._dates[:index]):
            if date.leads and position < self._scope_end(date.position):
                return date.value
        return self._reading.plan.period_end

    def _scope_end(self, position: int) -> int:
        """Where the part ends that a date at the head of a paragraph speaks for: the section that it stands in, its subsections included."""
        outline = self._reading.outline
        index = bisect_left(self._starts, position + 1) - 1
        if index < 0:
            return self._starts[0] if self._starts else len(self._reading.text)
        level = outline[index].level
        return next((section.evidence.start for section in outline[index + 1 :] if section.level <= level), len(self._reading.text))


def _dates(folded: str) -> list[_Date]:
    found = []
    for match in _DATE_RE.finditer(folded):
        position = match.start()
        if not expression_re().match(folded, position) or (date := period(folded, position, position + 24)) is None or date.end is None or date.text_start != position:
            continue
        line = folded.rfind("\n", 0, position) + 1
        head = folded[line:position]
        leads = len(head) <= _HEAD and folded.startswith((",", ")", "前,", "底,"), date.text_end)
        found.append(_Date(position, date.text_end, date.end, leads))
    return found
