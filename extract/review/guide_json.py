"""Facts in the JSON layout of the annotation guide, with `start` and `end` beside every quotation, so that they can be scored, diffed and read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from zhengpu.model import Evidence, Facts, Plan

EXCERPT = 15  # characters of a measure's body that `starts` and `ends` show
GOAL_EXCERPT = 20


def guide_json(facts: Facts) -> dict[str, Any]:
    """The facts as plain values ready for json.dumps; ids, dates and numbers as in the guide."""
    return {
        "source": facts.source,
        "document": _document(facts),
        "plan": _plan(facts.plan),
        **({"more_plans": [_plan(plan) for plan in facts.more_plans]} if facts.more_plans else {}),
        "outline": [
            {"id": s.id, "label": s.label, "title": s.title, "level": s.level, "parent": s.parent, "kind": s.kind.value, **_quoted(s.evidence)}
            for s in facts.outline
        ],
        "goals": [{"id": g.id, "section": g.section, "title": g.title, **_quoted(g.evidence, GOAL_EXCERPT)} for g in facts.goals],
        "measures": [
            {
                "id": m.id,
                "section": m.section,
                "label": m.label,
                "title": m.title,
                "kind": m.kind.value,
                "starts": m.body.quote[:EXCERPT],
                "ends": m.body.quote[-EXCERPT:],
                "start": m.body.start,
                "end": m.body.end,
            }
            for m in facts.measures
        ],
        "responsibilities": [
            {"measure": r.measure, "surface": r.surface, "canonical": r.canonical, "role": r.role.value, **_quoted(r.evidence)} for r in facts.responsibilities
        ],
        "mentions": [{"in": m.unit, "surface": m.surface, "canonical": m.canonical, **_quoted(m.evidence)} for m in facts.mentions],
        "targets": [
            {
                "id": t.id,
                "in": t.unit,
                "indicator": t.indicator,
                "canonical_indicator": t.canonical_indicator,
                "value": number(t.value),
                "value_text": t.value_text,
                "comparator": t.comparator,
                "unit": t.unit_of_measure,
                "baseline": None if t.baseline is None else number(t.baseline),
                "baseline_date": t.baseline_date,
                "due": t.due,
                "per": t.per,
                **_quoted(t.evidence),
            }
            for t in facts.targets
        ],
        "references": [
            {
                "in": r.unit,
                "title": r.full_title or r.title,  # the guide counts works, and 《意见》 is the one that the text defined it for
                "document_number": r.document_number,
                "kind": r.kind,
                "relation": r.relation.value,
                **_quoted(r.evidence),
            }
            for r in facts.references
        ],
        "schedule": [
            {
                "in": s.unit,
                **({"title": s.title} if s.title else {}),
                "text": s.text,
                "start": s.start,
                "end": s.end,
                "ongoing": s.ongoing,
                **_named(s.evidence),
            }
            for s in facts.schedule
        ],
        "campaigns": [{"in": c.unit, "name": c.name, **_quoted(c.evidence)} for c in facts.campaigns],
        "noise": [{"text": n.text, "why": n.why} for n in facts.noise],
    }


def number(value: Decimal) -> int | float:
    """A plain JSON number: 85, not 85.0."""
    return int(value) if value == value.to_integral_value() else float(value)


def _quoted(evidence: Evidence, most: int | None = None) -> dict[str, Any]:
    quote = evidence.quote[:most]
    return {"evidence": quote, "start": evidence.start, "end": evidence.start + len(quote)}


def _named(evidence: Evidence) -> dict[str, Any]:
    """A milestone's own start and end are dates, so its quotation's offsets have longer names."""
    return {"evidence": evidence.quote, "evidence_start": evidence.start, "evidence_end": evidence.end}


def _document(facts: Facts) -> dict[str, Any]:
    record = facts.document
    names = ("title", "document_number", "issued", "published", "index_number", "theme", "validity", "disclosure", "url")
    return {
        "kind": record.kind.value,
        **{name: getattr(record, name) for name in names},
        "issuers": list(record.issuers),
        "addressees": list(record.addressees),
        "proofs": [{"field": proof.field, **_quoted(proof.evidence)} for proof in record.proofs],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "type": plan.type,
        "regions": list(plan.regions),
        "region_codes": list(plan.region_codes),
        "period": {"start": plan.period_start, "end": plan.period_end},
        "proofs": [{"field": proof.field, **_quoted(proof.evidence)} for proof in plan.proofs],
    }
