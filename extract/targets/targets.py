"""Every quantity that a plan promises: rows of indicator tables, and sentences of the preamble, goals, measures and sections."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from zhengpu.extract.dates.due_dates import DueDates
from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.reading import Reading, TableKind, Unit, UnitKind
from zhengpu.extract.targets.clauses import Promise
from zhengpu.extract.targets.indicator_names import canonical
from zhengpu.extract.targets.masking import masked
from zhengpu.extract.targets.promises import promises
from zhengpu.extract.targets.support_names import granted_name, says_what_is_granted
from zhengpu.extract.targets.target_tables import table_targets
from zhengpu.model import Evidence, Milestone, SectionKind, Target


def targets(reading: Reading, milestones: tuple[Milestone, ...] = ()) -> tuple[Target, ...]:
    """The targets in text order, numbered t1, t2, …; `milestones` say by when whole measures are due."""
    found = sorted((*table_targets(reading), *_sentence_targets(reading, milestones)), key=lambda target: (target.evidence.start, target.evidence.end))
    return tuple(replace(target, id=f"t{number}") for number, target in enumerate(found, 1))


def _sentence_targets(reading: Reading, milestones: tuple[Milestone, ...]) -> Iterator[Target]:
    text = masked(reading.folded, (cell.end for table in reading.tables if table.block.table for cell in table.block.table.cells))
    year = re.match(r"\d{4}", reading.plan.period_start or reading.record.issued or "")
    horizon = int(year[0]) if year else None
    due, places = DueDates(reading, milestones), _Places(reading, horizon)
    grants = reading.plan.type == "措施" or _GRANTS_RE.search(reading.plan.title or "") is not None
    for promise in promises(text, horizon, grants=grants):
        unit = places.promising(promise, text)
        if unit is not None:
            name = _name(reading, promise)
            named = granted_name(text, promise, places.titles(unit), name) if grants else None
            if bare := _BARE_RE.search(name):
                named = name[: bare.start()] + places.heading(promise.quantity.start) + promise.tail
            yield from _targets(reading, promise, unit, due.at(unit.id, promise.sentence, promise.quantity.start, promise.turn), name, named)


_GRANTS_RE = re.compile(r"扶持|奖励|奖补|补贴|资助|支持.{0,20}(?:措施|政策|办法)|若干政策")


# 中幼林抚育。建设任务100万亩: the heading says of what
_BARE_RE = re.compile(r"(?:(?<=区域)|(?<=地区)|^)(?:建设|目标|总体|规划)*(?:任务|规模)(?:占比)?\Z")


_BREAK_RE = re.compile(r"\s*\n\s*")


def _name(reading: Reading, promise: Promise) -> str:
    words = "".join(reading.text[first:last] for first, last in promise.name)
    plain = (_BREAK_RE.sub("", words) if "\n" in words else words).strip(" \u3000*|、,，:：")
    return (plain[:-1] if len(plain) > 3 and plain.endswith("的") and plain[-2] not in "标目" else plain) + promise.tail


def _targets(reading: Reading, promise: Promise, unit: Unit, due: str | None, indicator: str, named: str | None) -> Iterator[Target]:
    quantity = promise.quantity
    start = max(promise.start, unit.start)
    if not re.search(r"\w", indicator) or (not named and indicator in ("按", "对", "给")) or start >= promise.end:  # 按每人[1500元]标准: no name
        return
    wanted = canonical(named or indicator)
    if named and not says_what_is_granted(indicator):
        indicator = named  # 分别给予, 单个企业, 奖励 name nothing
    # 1～3个百分点: a range is two targets, from below and from above
    bounds = [(quantity.value, quantity.comparator)] if quantity.high is None else [(quantity.value, ">="), (quantity.high, "<=")]
    for value, sign in bounds:
        yield Target(
            id="",
            unit=unit.id,
            indicator=indicator,
            canonical_indicator=wanted,
            value=value,
            value_text=reading.text[quantity.start : quantity.end].strip(),
            comparator=sign,
            unit_of_measure=quantity.unit,
            evidence=Evidence.of(reading.text, start, promise.end),
            per=quantity.per,
            baseline=promise.baseline.value if promise.baseline else None,
            baseline_date=promise.baseline_year,
            due=due,
        )


_NEAR = 120  # code points before a promise in which its sentence may say that it is one


class _Places:
    """Tells the parts of a document that promise from those that do not: the notice, headings, tables, and parts that look back."""

    def __init__(self, reading: Reading, horizon: int | None) -> None:
        self._reading = reading
        self._starts = [section.evidence.start for section in reading.outline]
        self._tables = [table.block for table in reading.tables if table.kind is not TableKind.TASKS]
        self._bodies = {measure.id: measure.body for measure in reading.measures}
        self._past = _past_sections(reading, horizon)
        self._tasks = {measure.id for measure in reading.measures if not measure.section}  # rows of a table that no heading stands over

    def promising(self, promise: Promise, masked: str) -> Unit | None:
        """The unit that a promise belongs to, or None where its place promises nothing."""
        position = promise.quantity.number_start
        unit = self._reading.unit_at(position)
        if unit is None or unit.kind in (UnitKind.NOTICE, UnitKind.TABLE) or any(block.start <= position < block.end for block in self._tables):
            return None
        if unit.id in self._tasks:
            return unit
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return unit if self._promises(promise, masked) else None
        section = self._reading.outline[index]
        if section.id in self._past and unit.kind is not UnitKind.GOAL:
            return None
        if unit.kind is not UnitKind.GOAL and position < section.evidence.end and not self._in_body(unit, position):
            return None
        if unit.kind is not UnitKind.GOAL and section.kind in (SectionKind.GUIDING, SectionKind.PRINCIPLE) and not self._promises(promise, masked):
            return None
        return unit

    def titles(self, unit: Unit) -> Iterator[str]:
        """The titles of a unit and of the sections above it, the nearest first."""
        sections = {section.id: section for section in self._reading.outline}
        measure = next((measure for measure in self._reading.measures if measure.id == unit.id), None)
        if measure:
            yield measure.title
        parent: str | None = measure.section if measure else unit.id
        while parent is not None and (section := sections.get(parent)):
            yield section.title
            parent = section.parent

    def heading(self, position: int) -> str:
        """The title of the section that holds an offset; "" before the first."""
        index = bisect_right(self._starts, position) - 1
        return self._reading.outline[index].title if index >= 0 else ""

    def _promises(self, promise: Promise, masked: str) -> bool:
        """Whether the sentence says that it promises, as those of preambles and guiding ideas have to (全年计划完成造林…)."""
        first = max(masked.rfind(stop, 0, promise.start) for stop in "。\n") + 1  # 主要指标:甲增长5%;乙增长6%
        return _promise_re().search(masked, max(first, promise.start - _NEAR), promise.end) is not None

    def _in_body(self, unit: Unit, position: int) -> bool:
        body = self._bodies.get(unit.id)
        return body is not None and body.start <= position < body.end


@cache
def _promise_re() -> re.Pattern[str]:
    return re.compile(alternatives(lexicon("promises")["context"]["promise"]))


@cache
def _past_heading_re() -> re.Pattern[str]:
    return re.compile(alternatives(lexicon("promises")["past"]["headings"]))


# 夯实发展基础 looks ahead
_ACTS_RE = re.compile("(?:进一步)?(?:夯实|筑牢|打牢|厚植|巩固|强化|增强|提升|优化|完善|加强)")


def _past_sections(reading: Reading, horizon: int | None) -> frozenset[str]:
    """Sections that look back (二、发展基础; 一、2023年工作回顾 in a plan of 2024), with everything below them."""
    found: set[str] = set()
    for section in reading.outline:
        years = [int(year) for year in re.findall(r"(?:19|20)\d\d(?=年)", section.title)]
        looks_back = _past_heading_re().search(section.title) is not None and _ACTS_RE.match(section.title) is None
        if section.parent in found or looks_back or (horizon is not None and years and max(years) < horizon):
            found.add(section.id)
    return frozenset(found)
