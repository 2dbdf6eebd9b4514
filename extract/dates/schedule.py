"""When: time columns of task lists, phases of 进度安排, and the deadlines that measures state in brackets, labelled lines or closing words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from zhengpu.extract.dates.periods import PLAIN_EXPRESSION, Period, period
from zhengpu.extract.dates.stated_deadlines import first_year, in_title, step_date
from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.reading import Reading, TableKind, UnitKind
from zhengpu.model import Evidence, Milestone, SectionKind


def schedule(reading: Reading) -> tuple[Milestone, ...]:
    """The milestones in text order, but for the deadlines of single clauses (see `zhengpu.extract.dates.stated_deadlines`)."""
    year = first_year(reading)
    found = [*_rows(reading, year), *_phases(reading, year), *_deadlines(reading, year)]
    return tuple(sorted(found, key=lambda milestone: (milestone.evidence.start, milestone.evidence.end)))


# --- time columns


@cache
def _words_re(kind: str) -> re.Pattern[str]:
    """Any of a list of lexicon/schedule.toml: ongoing, columns, deadline_labels."""
    return re.compile(alternatives(lexicon("schedule")[kind]))


def _rows(reading: Reading, year: int | None) -> Iterator[Milestone]:
    """The time column of task lists: 2025年12月前, 持续推进."""
    for table, row in reading.rows(TableKind.TASKS):
        if not row.unit:
            continue
        column = next((index for index, name in enumerate(table.header) if _words_re("columns").search(name)), None)
        cell = row.cells[column] if column is not None and column < len(row.cells) else None
        if cell is None or cell.end <= cell.start:
            continue
        is_deadline = _words_re("deadline_labels").search(table.header[column or 0]) is not None
        if found := _milestone(reading, row.unit, cell.start, cell.end, year, is_deadline=is_deadline):
            yield found


def _milestone(reading: Reading, unit: str, start: int, end: int, year: int | None, *, is_deadline: bool) -> Milestone | None:
    """The milestone that [start, end) states, quoted whole; None where no time is named. A deadline has an end only, unless it is a range."""
    when = _last(reading.folded, start, end, year) if is_deadline else period(reading.folded, start, end, year)
    ongoing = _words_re("ongoing").search(reading.folded, start, end) is not None
    if when is None and not ongoing and _RELATIVE_RE.search(reading.folded, start, end) is None:
        return None
    first, last = (None, None) if reading.folded.startswith("每", start) else _ends(when, is_deadline)  # 每年12月 is no date
    return Milestone(unit, reading.text[start:end].strip(), first, last, ongoing, Evidence.of(reading.text, start, end))


# 印发后3个月内, 自发布之日起30日内: how long after an event, whose day the words do not say
_RELATIVE_RE = re.compile(r"(?:印发|发布|公布|下发|出台|施行|批准|批复)(?:之日)?起?后?\d{1,3}(?:个?(?:月|工作日)|[日天年])内")


def _last(folded: str, start: int, end: int, year: int | None) -> Period | None:
    """The last of the times that a deadline names, where it names several: 6月底前完成设计,2025年底前建成."""
    when = found = period(folded, start, end, year)
    while found is not None:
        when, year = found, int((found.end or found.start or "0")[:4]) or year
        found = period(folded, found.text_end, end, year)
    return when


def _ends(when: Period | None, is_deadline: bool) -> tuple[str | None, str | None]:
    """完成时限:2019年12月 is the end of something, 2024年3—5月 its whole time."""
    if when is None:
        return None, None
    return (None if is_deadline and not when.is_range and when.end else when.start), when.end


# --- phases


def _phases(reading: Reading, year: int | None) -> Iterator[Milestone]:
    """The steps below 进度安排: each heading there, or each paragraph of a part without headings, that opens with a time or names one in brackets.

    A phase without a year has that of the phase before: 第一阶段(2024年3月至6月), 第二阶段(7月至10月)."""
    parents = {section.parent for section in reading.outline}
    tables = [table.block for table in reading.tables]
    for section in reading.outline:
        if section.kind is not SectionKind.SCHEDULE or section.id in parents:
            continue
        line_end = reading.folded.find("\n", section.evidence.end)
        head_end = len(reading.folded) if line_end < 0 else line_end
        spans = [(section.evidence.start + len(section.label), min(head_end, max(section.body_end, section.evidence.end)))]
        spans += [
            (section.body_start + line.start(), section.body_start + line.end())
            for line in re.finditer(r"[^\n]+", reading.folded[section.body_start : section.body_end])
        ]
        dated = False
        for place, (start, end) in enumerate(spans):
            if any(block.start <= start < block.end for block in tables):
                continue
            if found := _phase(reading, section.id, start, end, year):
                year = int((found.start or found.end or "0")[:4])
                dated = True
                yield found
                if place == 0:  # the heading speaks for what stands below it
                    break
        if not dated and (when := step_date(reading.folded, section.body_start, section.body_end, year)) is not None:
            text = reading.text[when.text_start : when.text_end]
            yield Milestone(section.id, text, when.start, when.end, False, Evidence.of(reading.text, when.text_start, when.text_end), section.title)


@cache
def _phase_re() -> re.Pattern[str]:
    # (一)2024年3—7月,制定… | 动员部署阶段(2024年3月—5月)。制定… | 第一阶段:2024年3月底前,制定…
    label = r"[ *]*(?:\(?[一二三四五六七八九十\d]{1,3}[)、.,] ?|[一二三四]是|——|第[一二三四五六]阶段)?[ *]*"
    name = r"(?P<name>[^,。;(:\d\n]{0,24}?)[ *]*[(:]?"
    when = rf"(?:到|至|自|从|于|在|时间[为:]?)?(?P<when>{PLAIN_EXPRESSION})[ *]*\)?"
    return re.compile(rf"{label}{name}{when}[ *]*[,:。)、]?(?P<what>[^\n]*)")


def _phase(reading: Reading, unit: str, start: int, end: int, year: int | None) -> Milestone | None:
    match = _phase_re().match(reading.folded, start, end)
    when = period(reading.folded, match.start("when"), match.end("when"), year) if match else None
    if match is None or when is None or in_title(reading.folded, when.text_start):
        return None
    what = reading.text[match.start("what") : match.end("what")].strip(" \u3000*。；;,，:：、").removeprefix("为")  # …为宣传发动阶段
    name = reading.text[match.start("name") : match.end("name")].strip(" \u3000*、:：")
    title = name if len(name) > 3 else what or name
    text = reading.text[when.text_start : when.text_end]
    return Milestone(unit, text, when.start, when.end, False, Evidence.of(reading.text, when.text_start, when.text_end), title or None)


# --- deadlines of measures


@cache
def _labelled_re() -> re.Pattern[str]:
    # 完成时限:2019年12月  in a bracket or on a line of its own
    return re.compile(rf"{alternatives(lexicon('schedule')['labels'])}[ *]*[:)][ *]*(?P<what>[^()\n;。,:]{{1,60}}(?:,[^()\n;。,:]{{1,40}}(?=[,;。)\n]|$))*)")


@cache
def _bracketed_re() -> re.Pattern[str]:
    # (市教育局负责,2025年6月底前完成) (长期坚持): a part of a bracket that is nothing but a time
    ongoing, done = alternatives(lexicon("schedule")["ongoing"]), alternatives(lexicon("schedule")["done"])
    dated = rf"(?:于|在|力争)?{PLAIN_EXPRESSION}(?:全面|基本|全部)?(?:{done}|(?:出台|印发|制定|提出)[^,;。()]{{2,12}})?(?:,?并?{ongoing})?"
    return re.compile(rf"(?<=[(,;。、: ])(?P<what>{dated}|{ongoing})(?=[),;。])")


@cache
def _closing_re() -> re.Pattern[str]:
    # …方案,于2025年6月底前完成。 at the end of a sentence, the clause being nothing but the deadline
    done = alternatives(lexicon("schedule")["done"])
    return re.compile(rf"[,;](?P<what>(?:力争|确保|须|要|应)?(?:于|在)?{PLAIN_EXPRESSION}(?:全面|基本|全部)?{done})(?=[。;)\n]|$)")


@cache
def _deadline_hint_re() -> re.Pattern[str]:
    # (2021—2035年) alone says how long a plan runs
    return re.compile(rf"前|{alternatives(lexicon('schedule')['ongoing'])}|[局委厅部办院]|单位|政府|完成|时限")


_BRACKET_RE = re.compile(r"\((?>(?:[^()\n]|\([^()\n]{0,40}\)){2,400})\)")  # with 各县(市)区 inside


def _deadlines(reading: Reading, year: int | None) -> Iterator[Milestone]:
    """The deadlines that measures state for themselves."""
    text = reading.folded
    found = [match.span("what") for match in (*_labelled_re().finditer(text), *_closing_re().finditer(text))]
    for bracket in _BRACKET_RE.finditer(text):
        if _deadline_hint_re().search(bracket[0]):
            found += [match.span("what") for match in _bracketed_re().finditer(text, bracket.start(), bracket.end())]
    tables = [table.block for table in reading.tables]
    starts = [block.start for block in tables]
    taken = -1
    for start, end in sorted(set(found), key=lambda span: (span[0], -span[1])):
        index = bisect_right(starts, start) - 1
        unit = reading.unit_at(start)
        if start < taken or unit is None or unit.kind is not UnitKind.MEASURE or (index >= 0 and start < tables[index].end) or in_title(text, start):
            continue
        if text.startswith(":", end) and (last := _last(text, start, end, year)) is not None:
            end = last.text_end  # 完成时限:2025年3月 适用范围:全市: the next label follows without a mark
        if milestone := _milestone(reading, unit.id, start, end, year, is_deadline=True):
            taken = end
            yield milestone
