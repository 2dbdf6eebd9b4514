"""A table to fill in: the indicators that a plan sets targets for, each with its region and unit, and beside them what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pyoxigraph as ox

from zhengpu.errors import ZhengpuError
from zhengpu.graph.sources.source import TripleSource
from zhengpu.queries.tables.spreadsheet import Sheet
from zhengpu.queries.views.proved import Target, proved
from zhengpu.queries.views.said import text

_TARGETS = "SELECT ?fact WHERE { ?plan zp:hasTarget ?fact }"
_REGIONS = "SELECT ?name WHERE { ?plan zp:governs/skos:prefLabel ?name } ORDER BY ?name"
_BESIDE = {"zh": ("基期值", "目标值", "期限", "原文"), "en": ("Baseline", "Target", "Due", "Quotation")}


def template(source: TripleSource, plan: str, heads: Sequence[str], language: str = "zh") -> Sheet:
    """The sheet for the plan with this IRI: a row for each of its indicators in the order of the text, under `heads` (indicator, region, date, value,
    unit, source). Raises ZhengpuError for a plan without targets."""
    given = {"plan": ox.NamedNode(plan)}
    targets = [fact for fact in proved(source, (text(row[0]) for row in source.query(_TARGETS, dict(given), trusted=True).rows)) if isinstance(fact, Target)]
    if not targets:
        raise ZhengpuError(f"The plan {plan} sets no targets, so there is nothing to fill in.")
    places = [text(row[0]) for row in source.query(_REGIONS, dict(given), trusted=True).rows] or [""]
    kept: dict[tuple[str, str], Target] = {}
    for target in targets:  # of one indicator in text and table the one with the baseline tells more
        key = (target.indicator.iri, target.unit)
        if key not in kept or (kept[key].baseline is None and target.baseline is not None):
            kept[key] = target
    rows = tuple(
        (target.indicator.label, place, "", "", target.unit, "", _number(target.baseline), target.value_text, target.due, target.quote)
        for place in places
        for target in kept.values()
    )
    return Sheet((*heads, *_BESIDE["en" if language == "en" else "zh"]), rows, (("plan", plan),))


def _number(value: Decimal | None) -> Decimal | str:
    return "" if value is None else value
