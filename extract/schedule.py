"""When: time columns of task lists, phases of 进度安排, and the deadlines that measures state in brackets, labelled lines or closing words."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from zhengpu.extract.periods import EXPRESSION, Period, period
from zhengpu.extract.reading import Reading, TableKind, UnitKind
from zhengpu.model import Evidence, Milestone, SectionKind


@cache
def _lexicon() -> dict[str, Any]:
    return tomllib.loads(files("zhengpu.extract.lexicon").joinpath("schedule.toml").read_text("utf-8"))


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


def schedule(reading: Reading) -> tuple[Milestone, ...]:
    """The milestones in text order."""
    year = _year(reading)
    found = [*_rows(reading, year), *_phases(reading, year), *_deadlines(reading, year)]
    return tuple(sorted(found, key=lambda milestone: (milestone.evidence.start, milestone.evidence.end)))


def _year(reading: Reading) -> int | None:
    """The year meant where a date leaves it out: that of the plan's first day, or of its issue."""
    match = re.match(r"\d{4}", reading.plan.period_start or reading.record.issued or reading.record.published or "")
    return int(match[0]) if match else None


@cache
def _ongoing_re() -> re.Pattern[str]:
    return re.compile(_alternatives(_lexicon()["ongoing"]))


@cache
def _time_column_re() -> re.Pattern[str]:
    return re.compile(_alternatives(_lexicon()["columns"]))


@cache
def _deadline_label_re() -> re.Pattern[str]:
    return re.compile(_alternatives(_lexicon()["deadline_labels"]))


def _rows(reading: Reading, year: int | None) -> Iterator[Milestone]:
    """The time column of task lists: 2025年12月前, 持续推进."""
    for table, row in reading.rows(TableKind.TASKS):
        column = next((index for index, name in enumerate(table.header) if _time_column_re().search(name)), None)
        cell = row.cells[column] if column is not None and column < len(row.cells) else None
        if cell is None or cell.end <= cell.start:
            continue
        found = _milestone(reading, row.unit, cell.start, cell.end, year, is_deadline=_deadline_label_re().search(table.header[column or 0]) is not None)
        if found is not None:
            yield found


def _milestone(reading: Reading, unit: str, start: int, end: int, year: int | None, *, is_deadline: bool, title: str | None = None) -> Milestone | None:
    """The milestone that [start, end) states, quoted whole; None where no time is named. A deadline has an end only, unless it is a range."""
    when = period(reading.folded, start, end, year)
    ongoing = _ongoing_re().search(reading.folded, start, end) is not None
    if when is None and not ongoing:
        return None
    first, last = _ends(when, is_deadline)
    return Milestone(unit, reading.text[start:end].strip(), first, last, ongoing, Evidence.of(reading.text, start, end), title)


def _ends(when: Period | None, is_deadline: bool) -> tuple[str | None, str | None]:
    if when is None:
        return None, None
    # 完成时限:2019年12月 is the end of something, 2024年3—5月 its whole time
    return (None if is_deadline and not when.is_range and when.end else when.start), when.end


def _phases(reading: Reading, year: int | None) -> Iterator[Milestone]:
    """The steps below 进度安排: each heading there, or each paragraph of a part without headings, that opens with a time or names one in brackets."""
    parents = {section.parent for section in reading.outline}
    tables = [table.block for table in reading.tables]
    for section in reading.outline:
        if section.kind is not SectionKind.SCHEDULE or section.id in parents:
            continue
        start, end = section.evidence.start, section.body_end
        head = _phase(reading, section.id, start + len(section.label), min(_line_end(reading, section.evidence.end), max(end, section.evidence.end)), year)
        if head is not None:
            yield head
            continue
        for line in re.finditer(r"[^\n]+", reading.folded[section.body_start : end]):
            first, last = section.body_start + line.start(), section.body_start + line.end()
            if not any(block.start <= first < block.end for block in tables):
                found = _phase(reading, section.id, first, last, year)
                if found is not None:
                    yield found


def _line_end(reading: Reading, position: int) -> int:
    end = reading.folded.find("\n", position)
    return len(reading.folded) if end < 0 else end


@cache
def _phase_re() -> re.Pattern[str]:
    # (一)2024年3—7月,制定… | 动员部署阶段(2024年3月—5月)。制定… | 第一阶段:2024年3月底前,制定…
    label = r"[ *]*(?:\(?[一二三四五六七八九十\d]{1,3}[)、.,] ?|[一二三四]是|——|第[一二三四五六]阶段)?[ *]*"
    return re.compile(rf"{label}(?P<name>[^,。;(:\d\n]{{0,24}}?)[ *]*[(:]?(?:到|至|自|从|于|在|时间[为:]?)?(?P<when>{EXPRESSION})[ *]*\)?[ *]*[,:。)、]?(?P<what>[^\n]*)".replace("?P<first>", "").replace("?P<last>", "").replace("?P<only>", "").replace("?P<open>", ""))


def _phase(reading: Reading, unit: str, start: int, end: int, year: int | None) -> Milestone | None:
    match = _phase_re().match(reading.folded, start, end)
    when = period(reading.folded, match.start("when"), match.end("when"), year) if match else None
    if match is None or when is None:
        return None
    what = reading.text[match.start("what") : match.end("what")].strip(" \u3000*。；;,，:：、")
    name = reading.text[match.start("name") : match.end("name")].strip(" \u3000*、:：")
    title = name if len(name) > 3 else what or name
    quoted = Evidence.of(reading.text, start, min(match.end("when"), end)) if not title else Evidence.of(reading.text, match.start("when"), match.end("when"))
    return Milestone(unit, reading.text[when.text_start : when.text_end], when.start, when.end, False, quoted, title or None)


@cache
def _labelled_re() -> re.Pattern[str]:
    # 完成时限:2019年12月  in a bracket or on a line of its own
    return re.compile(rf"(?:{_alternatives(_lexicon()['labels'])})[ *]*[:)][ *]*(?P<what>[^()\n;。]{{1,60}})")


@cache
def _bracket_re() -> re.Pattern[str]:
    # (市教育局负责,2025年6月底前完成) (长期坚持): a part of a bracket that is nothing but a time
    done = _alternatives(_lexicon()["done"])
    expression = EXPRESSION.replace("?P<first>", "").replace("?P<last>", "").replace("?P<only>", "").replace("?P<open>", "")
    return re.compile(rf"(?<=[(,;。、: ])(?P<what>(?:于|在|力争)?{expression}(?:全面|基本|全部)?(?:{done})?(?:,?(?:并)?(?:{_alternatives(_lexicon()['ongoing'])}))?|(?:{_alternatives(_lexicon()['ongoing'])}))(?=[),;。])")


@cache
def _closing_re() -> re.Pattern[str]:
    # …方案,于2025年6月底前完成。 at the end of a sentence, the clause being nothing but the deadline
    expression = EXPRESSION.replace("?P<first>", "").replace("?P<last>", "").replace("?P<only>", "").replace("?P<open>", "")
    return re.compile(rf"(?<=[,;])(?P<what>(?:力争|确保|须|要|应)?(?:于|在)?(?:{expression})(?:全面|基本|全部)?(?:{_alternatives(_lexicon()['done'])}))(?=[。;)\n]|$)")


def _deadlines(reading: Reading, year: int | None) -> Iterator[Milestone]:
    """The deadlines that measures state for themselves."""
    text = reading.folded
    found: list[tuple[int, int]] = [match.span("what") for match in _labelled_re().finditer(text)]
    for bracket in re.finditer(r"\([^()\n]{2,400}\)", text):
        found += [match.span("what") for match in _bracket_re().finditer(text, bracket.start(), bracket.end())]
    found += [match.span("what") for match in _closing_re().finditer(text)]
    tables = [table.block for table in reading.tables]
    starts = [block.start for block in tables]
    taken = -1
    for start, end in sorted(set(found)):
        index = bisect_right(starts, start) - 1
        unit = reading.unit_at(start)
        if start < taken or unit is None or unit.kind is not UnitKind.MEASURE or (index >= 0 and start < tables[index].end):
            continue
        milestone = _milestone(reading, unit.id, start, end, year, is_deadline=True)
        if milestone is not None:
            taken = end
            yield milestone
