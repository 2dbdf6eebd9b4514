"""Deadlines at the head of a clause: 7月底前完成前期手续, 到2025年统筹建成综合信息平台."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from zhengpu.extract.dates.periods import PLAIN_EXPRESSION, Period, period
from zhengpu.extract.reading import Reading, UnitKind
from zhengpu.extract.spans import Spans
from zhengpu.model import Evidence, Milestone

# at the head of a clause, or behind its subject: 各牵头单位于2024年10月底前制定实施细则
_HEAD_RE = re.compile(r"[,;。:\n) ](?=[并力争确计到至于在须要\d今本明年上下第])|(?<=[一-鿿])(?=[要须应]?于(?:(?:19|20)\d\d年|\d{1,2}月)[^,。;、]{0,5}前)")
_BY_RE = re.compile(r"(?:前|[底末])$")  # 7月底前, 2025年底: by then it is done
_DONE_RE = re.compile(r"(?:全面|全部|基本)?(?:完成|建成|完工|竣工|投产|投用|交付|办结)")  # 第四季度完成清理, 2027年6月竣工投产
_LONGEST = 200  # code points of a sentence behind its date in which a figure is looked for
_STOP_RE = re.compile(r"[。;\n]")
_QUANTITY_RE = re.compile(r"\d[\d.]*(?![\d.]|\s?[年月日号季—~-])|[百千万亿]分之|[一-鿿]倍")


@cache
def _stated_re() -> re.Pattern[str]:
    lead = r"(?:并|力争|争取|确保|计划|须|要|于|在)*"
    return re.compile(rf"{lead}(?P<aim>[到至])?(?P<when>{PLAIN_EXPRESSION}),?(?=[^,;。)的起开以\n]{{2}})")


def stated_deadlines(reading: Reading, milestones: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
    """The deadlines that clauses of measures open with, one for each date and measure, in text order; `milestones` are those known already."""
    known = {(milestone.unit, milestone.end) for milestone in milestones}
    taken = Spans((milestone.evidence.start, milestone.evidence.end) for milestone in milestones)
    found = []
    for start, end, when in _stated(reading):
        unit = reading.unit_at(start)
        if unit is None or unit.kind is not UnitKind.MEASURE or (unit.id, when.end) in known or start in taken or end - 1 in taken:
            continue
        known.add((unit.id, when.end))
        found.append(Milestone(unit.id, reading.text[start:end], when.start if when.is_range else None, when.end, False, Evidence.of(reading.text, start, end)))
    return tuple(found)


def _stated(reading: Reading) -> Iterator[tuple[int, int, Period]]:
    """(start, end, period) of every such date that the plan does not set for itself (到2026年末 in a plan to 2026) and that promises no figure."""
    folded, year = reading.folded, first_year(reading)
    for head in _HEAD_RE.finditer(folded):
        match = _stated_re().match(folded, head.end())
        when = period(folded, match.start("when"), match.end("when"), year) if match else None
        if match is None or when is None or when.end is None or in_title(folded, head.end()) or (year is not None and int(when.end[:4]) < year):
            continue
        if _BY_RE.search(match["when"]) is None and not (_finishes(folded, match, when) if match["aim"] is None else re.search(r"年|五", match["when"])):
            continue  # 2024年6月召开会议 is an event
        if match["aim"] and (_ends_plan(when.end, reading.plan.period_end) or _QUANTITY_RE.search(folded, match.end(), _sentence_end(folded, match.end()))):
            continue
        yield match.start(), match.end("when"), when


def _finishes(folded: str, match: re.Match[str], when: Period) -> bool:
    """Whether a work is finished in that month or quarter; what is finished in a year (2025年完成投资9亿元) is but a share of it."""
    return "-" in (when.end or "") and not when.is_range and _DONE_RE.match(folded, match.end()) is not None


def step_date(folded: str, start: int, end: int, year: int | None) -> Period | None:
    """The first time that a sentence of a step opens with, where the step's heading names none."""
    for head in _HEAD_RE.finditer(folded, start, end):
        match = _stated_re().match(folded, head.end(), end)
        if match and not in_title(folded, head.end()) and (when := period(folded, match.start("when"), match.end("when"), year)) is not None:
            return when
    return None


def first_year(reading: Reading) -> int | None:
    """The year meant where a date leaves it out: that of the plan's first day, or of its issue."""
    match = re.match(r"\d{4}", reading.plan.period_start or reading.record.issued or reading.record.published or "")
    return int(match[0]) if match else None


def _ends_plan(end: str, plan_end: str | None) -> bool:
    return plan_end is not None and end[:4] == plan_end[:4] and end[4:] in ("", "-12", plan_end[4:])


def _sentence_end(folded: str, position: int) -> int:
    end = _STOP_RE.search(folded, position, position + _LONGEST)
    return end.start() if end else min(len(folded), position + _LONGEST)


def in_title(folded: str, position: int) -> bool:
    """Whether an offset lies inside 《》: the years of 《…规划(2021—2035年)》 are no time of the plan's."""
    opening = folded.rfind("《", max(0, position - 80), position)
    return opening >= 0 and folded.find("》", opening, position) < 0
