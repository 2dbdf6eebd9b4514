"""The period of a plan whose title names none: from its schedule, else up to the last year that its goals look to."""

from __future__ import annotations

import re
from dataclasses import replace

from zhengpu.extract.dates.periods import period
from zhengpu.extract.reading import Reading
from zhengpu.model import Evidence, FieldEvidence, Milestone, Plan

# 本措施自2024年1月1日起施行，有效期至2026年12月31日
_DAY = r"20\d\d年\d{1,2}月\d{1,2}日"
_VALID_RE = re.compile(rf"(?:(?:自|从)(?P<from>{_DAY})(?:起|开始)[^。\n]{{0,16}})?(?:有效期|截|执行|实施)(?:限|止)?[至到](?P<to>{_DAY})")
_HORIZON_RE = re.compile(r"(?:力争)?到(20\d\d)年(?!或更长)")


def with_period(plan: Plan, milestones: tuple[Milestone, ...], reading: Reading) -> Plan:
    """The plan with start and end as precisely as the document says; unchanged where its title says them, or nothing does."""
    if plan.period_start or plan.period_end:
        return plan
    sections = {section.id for section in reading.outline}
    phases = [milestone for milestone in milestones if milestone.unit in sections and not milestone.ongoing]
    starts = [phase for phase in phases if phase.start]
    ends = [phase for phase in phases if phase.end]
    if ends:
        last = max(ends, key=lambda phase: phase.end or "")
        first = min(starts, key=lambda phase: phase.start or "", default=None)  # 2021年3月底前总结: the last phase may be all that has a date
        proofs = tuple(FieldEvidence("period", phase.evidence) for phase in dict.fromkeys((first, last)) if phase)
        return replace(plan, period_start=first.start if first else None, period_end=last.end, proofs=plan.proofs + proofs)
    if (valid := _VALID_RE.search(reading.folded)) and (until := period(valid["to"])):
        proof = FieldEvidence("period", Evidence.of(reading.text, *valid.span()))
        since = period(valid["from"]) if valid["from"] else None
        return replace(plan, period_start=(since.start or since.end) if since else None, period_end=until.end, proofs=(*plan.proofs, proof))
    # 到2027年，…；到2030年，…: the plan looks no further than its last goal
    horizons = [match for goal in reading.goals for match in _HORIZON_RE.finditer(reading.folded, goal.evidence.start, goal.evidence.end)]
    if not horizons:
        return plan
    furthest = max(horizons, key=lambda match: match.group(1))
    return replace(plan, period_end=furthest.group(1), proofs=(*plan.proofs, FieldEvidence("period", Evidence.of(reading.text, *furthest.span()))))
