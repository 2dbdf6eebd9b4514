"""The same as reckoning.py for the gaps of plans and for comparisons over years and places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from reckoning import Row, cited, duties, last_day, measures, number, of, target, title, within

from zhengpu import ids, regions
from zhengpu.model import Role

COLUMNS = {
    "measures_without_body": ("planTitle", "number", "measureTitle"),
    "measures_without_date": ("planTitle", "number", "measureTitle"),
    "targets_without_owner": ("planTitle", "indicatorName", "valueText", "quote"),
    "goals_without_target": ("planTitle", "goalTitle"),
    "plan_completeness": ("planTitle", "measures", "assigned", "dated", "goals", "counted", "targets", "grounded"),
    "measures_without_lead": ("planTitle", "number", "measureTitle", "found"),
    "table_indicators_unserved": ("planTitle", "indicatorName", "valueText", "due", "quote"),
    "numbers_that_disagree": ("planTitle", "difference", "textName", "textValue", "tableName", "tableValue", "textQuote", "tableQuote"),
    "targets_lowered": ("indicatorName", "comparator", "value", "unit", "earlierValue", "since", "samePlace", "earlierTitle", "quote", "earlierQuote"),
    "indicator_over_years": ("year", "regionName", "planTitle", "comparator", "value", "unit", "due", "quote"),
    "targets_of_two_plans": ("shared", "indicatorName", "planTitle", "valueText", "due", "quote"),
    "plans_by_year": ("year", "plans", "measures", "targets"),
    "plans_alike": ("likeTitle", "works", "indicators"),
}


def measures_without_body(plan: str | None = None) -> Iterable[Row]:
    return [(title(f), m.label, m.title) for f, m in measures(plan) if not duties(f, m.id)]


def measures_without_date(plan: str | None = None) -> Iterable[Row]:
    for f, m in measures(plan):
        if not any(s.unit == m.id and (s.end or s.ongoing) for s in f.schedule):
            yield title(f), m.label, m.title


def targets_without_owner(plan: str | None = None) -> Iterable[Row]:
    for f in of(plan):
        for t in f.targets:
            if not duties(f, t.unit):
                yield title(f), ids.normal(t.canonical_indicator), t.value_text, t.evidence.quote


def goals_without_target(plan: str | None = None) -> Iterable[Row]:
    return [(title(f), g.title) for f in of(plan) for g in f.goals if not any(t.unit == g.id for t in f.targets)]


def plan_completeness(region: str | None = None) -> Iterable[Row]:
    for f in within(region):
        timed = {s.unit for s in f.schedule if s.end or s.ongoing}
        quantified = {t.unit for t in f.targets}
        counts = (
            len(f.measures),
            sum(bool(duties(f, m.id)) for m in f.measures),
            sum(m.id in timed for m in f.measures),
            len(f.goals),
            sum(g.id in quantified for g in f.goals),
            len(f.targets),
            sum(t.baseline is not None for t in f.targets),
        )
        yield title(f), *map(str, counts)


def measures_without_lead(bodies: str, plan: str | None = None) -> Iterable[Row]:
    for f, m in measures(plan):
        roles = {ids.normal(d.canonical): d.role for d in duties(f, m.id)}
        if len(roles) >= int(bodies) and not any(d.role is Role.LEAD for d in duties(f, m.id)):
            yield title(f), m.label, m.title, str(len(roles))


def table_indicators_unserved(plan: str) -> Iterable[Row]:
    for f in of(plan):
        inside = {m.id for m in f.measures}
        for t in f.targets:
            name = ids.normal(t.canonical_indicator)
            runs = {name[at : at + 4] for at in range(len(name) - 3)}
            telling = {run for run in runs if run not in title(f)}
            promised = any(other.unit in inside and ids.normal(other.canonical_indicator) == name for other in f.targets)
            if t.unit == "table" and not promised and not any(run in m.body.quote for run in telling for m in f.measures):
                yield title(f), name, t.value_text, last_day(t.due), t.evidence.quote


def _letters(name: str) -> str:
    kept = "".join(letter for letter in name if letter.isalnum())
    return kept[:-1] if name[-1] in "量数率" else kept


def _left_out(short: str, long: str) -> bool:
    """Whether the one is the other with letters left out."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def numbers_that_disagree(plan: str | None = None) -> Iterable[Row]:
    for f in of(plan):
        rows = [t for t in f.targets if t.unit == "table"]
        said = [t for t in f.targets if t.unit != "table"]
        for row in rows:
            name = ids.normal(row.canonical_indicator)
            namesakes = [t for t in said if ids.normal(t.canonical_indicator) == name]
            for t in namesakes or said:
                other = ids.normal(t.canonical_indicator)
                short, long = sorted((_letters(name), _letters(other)), key=len)
                alike = other == name or (len(short) >= 4 and _left_out(short, long))
                units = {t.unit_of_measure, row.unit_of_measure} - {None}
                if alike and len(units) < 2 and (t.value, t.comparator) != (row.value, row.comparator):
                    difference = "比较" if t.value == row.value else "数值"
                    yield title(f), difference, other, t.value_text, name, row.value_text, t.evidence.quote, row.evidence.quote


def targets_lowered(plan: str, region: str | None = None) -> Iterable[Row]:
    """No more than what is below a limit, or a rank, promises less the higher the number is."""
    limits = ("<", "<=", "rank")
    for f in of(plan):
        for earlier in within(region):
            begun, since = f.plan.period_start or "", earlier.plan.period_start or ""
            for t in f.targets:
                for e in earlier.targets if since[:4] < begun[:4] else ():
                    same = (e.canonical_indicator, e.unit_of_measure, e.per) == (t.canonical_indicator, t.unit_of_measure, t.per)
                    kind = (e.comparator in limits, t.comparator in limits)
                    if same and kind[0] == kind[1] and (t.value > e.value if kind[1] else t.value < e.value):
                        place = "是" if set(f.plan.region_codes) & set(earlier.plan.region_codes) else "否"
                        row = ids.normal(t.canonical_indicator), t.comparator, number(t.value), t.unit_of_measure or "", number(e.value), since
                        yield *row, place, title(earlier), t.evidence.quote, e.evidence.quote


def indicator_over_years(indicator: str, region: str | None = None) -> Iterable[Row]:
    for f in within(region):
        for t in f.targets:
            if ids.normal(t.canonical_indicator) == indicator:
                year = (t.due or f.plan.period_end or "")[:4]
                yield from ((year, regions.table()[code].full, title(f), *target(f, t)) for code in f.plan.region_codes)


def targets_of_two_plans(one: str, other: str) -> Iterable[Row]:
    names = [{t.canonical_indicator for f in of(plan) for t in f.targets} for plan in (one, other)]
    for plan in (one, other):
        for f in of(plan):
            for t in f.targets:
                shared = "是" if all(t.canonical_indicator in found for found in names) else "否"
                yield shared, ids.normal(t.canonical_indicator), title(f), t.value_text, last_day(t.due), t.evidence.quote


def plans_by_year(region: str | None = None) -> Iterable[Row]:
    years = defaultdict(list)
    for f in within(region):
        years[(f.plan.period_start or f.document.issued or "")[:4]].append(f)
    for year, found in years.items():
        yield year, str(len(found)), str(sum(len(f.measures) for f in found)), str(sum(len(f.targets) for f in found))


def plans_alike(plan: str, region: str | None = None) -> Iterable[Row]:
    for f in of(plan):
        for other in within(region):
            works = set(cited(f)) & set(cited(other))
            indicators = {t.canonical_indicator for t in f.targets} & {t.canonical_indicator for t in other.targets}
            if other is not f and (works or indicators):
                yield title(other), str(len(works)), str(len(indicators))
