"""The answers to the library's questions, reckoned from the golden facts with plain Python: no RDF, no SPARQL, none of the program's own mapping.

Each function answers the question of its name (with _ for -) for the values of its blanks, as rows of strings under the columns that
COLUMNS names, in any order. It is written from the annotation guide and the JSON alone, so that it can disagree with a query.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from gold_facts import all_gold_facts

from zhengpu import ids, regions
from zhengpu.model import Facts, Measure, Relation, Responsibility, Role, Target
from zhengpu.ontology import schemes

Row = tuple[str, ...]

COLUMNS = {
    "documents": ("planTitle", "regionName", "start", "end", "documentTitle", "documentNumber", "issuerName", "issued"),
    "plan_outline": ("level", "number", "title"),
    "plan_goals": ("title", "text"),
    "measures_mentioning": ("planTitle", "measureTitle"),
    "facts_of_measure": ("kind", "aboutName", "quote"),
    "measures_led_by": ("planTitle", "number", "measureTitle", "quote"),
    "duties_of_body": ("roleName", "planTitle", "measureTitle", "due", "quote"),
    "duties_of_plan": ("number", "measureTitle", "roleName", "institutionName", "quote"),
    "targets_of_plan": ("indicatorName", "comparator", "value", "unit", "per", "baseline", "due", "quote"),
    "values_of_indicator": ("planTitle", "comparator", "value", "unit", "due", "quote"),
    "indicators_side_by_side": ("indicatorName", "planTitle", "baseline", "comparator", "value", "unit", "due", "quote"),
    "targets_due_between": ("due", "planTitle", "indicatorName", "value"),
    "measures_due_between": ("due", "planTitle", "measureTitle", "institutionName", "quote"),
    "schedule_of_plan": ("title", "start", "due", "ongoing", "quote"),
    "plans_past": ("end", "start", "planTitle", "regionName"),
    "legal_basis": ("workTitle", "quote"),
    "citations_of_plan": ("relationName", "workTitle", "quote"),
    "works_shared": ("found", "citations", "workTitle"),
    "works_to_be_drawn_up": ("planTitle", "workTitle", "due", "institutionName", "quote"),
    "who_cites": ("planTitle", "relationName", "quote"),
    "works_not_in_graph": ("citations", "workTitle"),
    "bodies_by_measures": ("institutionName", "measures", "plans"),
    "co_responsible_bodies": ("pair", "shared"),
    "partners_of_body": ("partnerName", "planTitle", "measureTitle", "quote"),
    "bodies_of_kind": ("institutionName",),
    "where_body_is_named": ("documentTitle", "surface", "quote"),
    "regions_and_plans": ("regionName", "planTitle", "start", "end", "measures", "targets"),
    "themes_across_plans": ("themeName", "planTitle", "measures"),
    "measures_on_theme": ("planTitle", "measureTitle"),
    "campaigns": ("campaignName", "planTitle", "quote"),
    "targets_on_theme": ("indicatorName", "planTitle", "comparator", "value", "unit", "due", "quote"),
    "growth_promised": ("planTitle", "indicatorName", "baseline", "value", "unit", "change", "percent", "quote"),
    "deadlines_of_body": ("due", "planTitle", "number", "measureTitle", "quote"),
    "due_by_month": ("month", "measures", "targets"),
    "ongoing_measures": ("planTitle", "number", "measureTitle", "institutionName", "quote"),
    "roles_of_bodies": ("institutionName", "roleName", "measures"),
    "targets_of_body": ("planTitle", "measureTitle", "indicatorName", "comparator", "value", "unit", "due", "quote"),
    "works_of_kind": ("workTitle", "plans", "citations"),
    "departments_of_body": ("aboveName", "departmentName", "measures"),
    "bodies_of_region": ("regionName", "kindName", "institutionName"),
    "names_of_body": ("surface", "documentTitle", "times"),
    "bodies_on_theme": ("institutionName", "measures", "plans"),
    "regions_on_theme": ("regionName", "divisionCode", "measures", "plans"),
}

ROLES = {Role.LEAD: "牵头", Role.RESPONSIBLE: "责任", Role.SUPPORT: "配合"}
RELATIONS = {
    Relation.PROMULGATE: "印发",
    Relation.BASIS: "依据",
    Relation.IMPLEMENT: "贯彻",
    Relation.FORMULATE: "制定",
    Relation.REVISE: "修订",
    Relation.PUBLISH: "发布",
    Relation.MENTION: "提到",
}


def of(plan: str | None) -> Iterator[Facts]:
    """The documents whose plan has this title; all for None."""
    return (facts for facts in all_gold_facts() if plan in (None, facts.plan.title))


def within(region: str | None) -> list[Facts]:
    """The documents whose plan is for this region or one in it; all for None."""

    def inside(code: str) -> bool:
        return any(division.full == region for division in regions.chain(regions.table()[code]))

    return [facts for facts in all_gold_facts() if region is None or any(map(inside, facts.plan.region_codes))]


def title(facts: Facts) -> str:
    assert facts.plan.title is not None
    return facts.plan.title


def measures(plan: str | None = None) -> Iterator[tuple[Facts, Measure]]:
    return ((facts, measure) for facts in of(plan) for measure in facts.measures)


def duties(facts: Facts, measure: str) -> list[Responsibility]:
    return [duty for duty in facts.responsibilities if duty.measure == measure]


def bodies(facts: Facts, measure: str) -> set[str]:
    return {ids.normal(duty.canonical) for duty in duties(facts, measure)}


def first_day(period: str) -> str:
    return period if len(period) == 10 else f"{period}-01" if len(period) == 7 else f"{period}-01-01"


def last_day(period: str | None) -> str:
    """The last day of a year, month or day; "" for none."""
    if period is None:
        return ""
    if len(period) == 4:
        return f"{period}-12-31"
    return f"{period}-{monthrange(int(period[:4]), int(period[5:]))[1]}" if len(period) == 7 else period


def due(facts: Facts, measure: str) -> list[str]:
    """The dates of a measure, [""] for none."""
    return sorted({last_day(m.end) for m in facts.schedule if m.unit == measure and m.end}) or [""]


def number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def target(facts: Facts, found: Target) -> Row:
    """comparator, value, unit, due, quote."""
    return found.comparator, number(found.value), found.unit_of_measure or "", last_day(found.due), found.evidence.quote


def documents(region: str | None = None) -> Iterable[Row]:
    for f in within(region):
        d = f.document
        for name in f.plan.regions:
            plan = (title(f), name, f.plan.period_start or "", f.plan.period_end or "")
            yield from ((*plan, d.title or "", d.document_number or "", issuer, d.issued or "") for issuer in d.issuers or ("",))


def plan_outline(plan: str) -> Iterable[Row]:
    return [(str(s.level), s.label, s.title) for f in of(plan) for s in f.outline]


def plan_goals(plan: str) -> Iterable[Row]:
    return [(g.title, g.evidence.quote) for f in of(plan) for g in f.goals]


def measures_mentioning(words: str) -> Iterable[Row]:
    return [(title(f), m.title) for f, m in measures() if words in m.body.quote]


def facts_of_measure(measure: str) -> Iterable[Row]:
    for f, m in measures():
        if m.title == measure:
            yield "正文", m.title, m.body.quote
            yield from (("责任分工", ids.normal(d.canonical), d.evidence.quote) for d in duties(f, m.id))
            yield from (("提及机构", ids.normal(x.canonical), x.evidence.quote) for x in f.mentions if x.unit == m.id)
            yield from (("目标值", ids.normal(x.canonical_indicator), x.evidence.quote) for x in f.targets if x.unit == m.id)
            yield from (("引用", ids.work_title(x.title), x.evidence.quote) for x in f.references if x.unit == m.id)
            yield from (("进度", x.text, x.evidence.quote) for x in f.schedule if x.unit == m.id)
            yield from (("专项行动", x.name, x.evidence.quote) for x in f.campaigns if x.unit == m.id)


def measures_led_by(institution: str) -> Iterable[Row]:
    for f, m in measures():
        for d in duties(f, m.id):
            if d.canonical == institution and d.role is Role.LEAD:
                yield title(f), m.label, m.title, d.evidence.quote


def duties_of_body(institution: str) -> Iterable[Row]:
    for f, m in measures():
        for d in duties(f, m.id):
            if d.canonical == institution:
                yield from ((ROLES[d.role], title(f), m.title, day, d.evidence.quote) for day in due(f, m.id))


def duties_of_plan(plan: str) -> Iterable[Row]:
    for f, m in measures(plan):
        yield from ((m.label, m.title, ROLES[d.role], ids.normal(d.canonical), d.evidence.quote) for d in duties(f, m.id))


def targets_of_plan(plan: str) -> Iterable[Row]:
    for f in of(plan):
        for t in f.targets:
            comparator, value, unit, day, quote = target(f, t)
            yield ids.normal(t.canonical_indicator), comparator, value, unit, t.per or "", number(t.baseline), day, quote


def values_of_indicator(indicator: str) -> Iterable[Row]:
    return [(title(f), *target(f, t)) for f in of(None) for t in f.targets if ids.normal(t.canonical_indicator) == indicator]


def indicators_side_by_side(plans: str, region: str | None = None) -> Iterable[Row]:
    found = defaultdict(set)
    for f in within(region):
        for t in f.targets:
            found[ids.normal(t.canonical_indicator)].add(title(f))
    for f in within(region):
        for t in f.targets:
            name = ids.normal(t.canonical_indicator)
            if len(found[name]) >= int(plans):
                yield name, title(f), number(t.baseline), *target(f, t)


def between(day: str, since: str, until: str) -> bool:
    return bool(day) and first_day(since) <= day <= last_day(until)


def targets_due_between(plan: str | None = None, **edges: str) -> Iterable[Row]:
    for f in of(plan):
        for t in f.targets:
            day = last_day(t.due)
            if between(day, edges["from"], edges["until"]):
                yield day, title(f), ids.normal(t.canonical_indicator), number(t.value)


def measures_due_between(plan: str | None = None, **edges: str) -> Iterable[Row]:
    for f, m in measures(plan):
        for s in f.schedule:
            if s.unit == m.id and between(last_day(s.end), edges["from"], edges["until"]):
                yield from ((last_day(s.end), title(f), m.title, body, s.text) for body in bodies(f, m.id) or {""})


def schedule_of_plan(plan: str) -> Iterable[Row]:
    for f in of(plan):
        for s in f.schedule:
            yield s.title or "", first_day(s.start) if s.start else "", last_day(s.end), "是" if s.ongoing else "否", s.evidence.quote


def plans_past(date: str) -> Iterable[Row]:
    for f in of(None):
        if f.plan.period_end and last_day(f.plan.period_end) < date:
            yield from ((f.plan.period_end, f.plan.period_start or "", title(f), name) for name in f.plan.regions)


def legal_basis(plan: str) -> Iterable[Row]:
    return [(ids.work_title(r.title), r.evidence.quote) for f in of(plan) for r in f.references if r.relation is Relation.BASIS]


def citations_of_plan(plan: str) -> Iterable[Row]:
    return [(RELATIONS[r.relation], ids.work_title(r.title), r.evidence.quote) for f in of(plan) for r in f.references]


def cited(facts: Facts) -> list[str]:
    """The works that a document cites, once for each citation; its own plan, which it promulgates, is none."""
    return [ids.work_title(r.title) for r in facts.references if r.relation is not Relation.PROMULGATE]


def works_shared(plans: str, region: str | None = None) -> Iterable[Row]:
    citing = [cited(f) for f in within(region)]
    for work in set().union(*citing):
        found = sum(work in works for works in citing)
        if found >= int(plans):
            yield str(found), str(sum(works.count(work) for works in citing)), work


def works_of_kind(kind: str) -> Iterable[Row]:
    scheme = {concept.notation: concept.zh for concept in schemes.scheme("reference-kind")}
    of_kind = {ids.work_title(r.title) for f in of(None) for r in f.references if scheme.get(r.kind) == kind}
    for work in of_kind:
        times = [cited(f).count(work) for f in of(None)]
        if any(times):
            yield work, str(sum(map(bool, times))), str(sum(times))


def works_to_be_drawn_up(plan: str | None = None) -> Iterable[Row]:
    for f in of(plan):
        for r in f.references:
            if r.relation is Relation.FORMULATE:
                for day in due(f, r.unit if r.unit in {m.id for m in f.measures} else ""):
                    yield from ((title(f), ids.work_title(r.title), day, body, r.evidence.quote) for body in bodies(f, r.unit) or {""})


def who_cites(work: str) -> Iterable[Row]:
    return [(title(f), RELATIONS[r.relation], r.evidence.quote) for f in of(None) for r in f.references if ids.work_title(r.title) == work]


def works_not_in_graph(plan: str | None = None) -> Iterable[Row]:
    known = {title(f) for f in of(None)}
    coming = (Relation.PROMULGATE, Relation.FORMULATE, Relation.PUBLISH)
    cited = Counter(ids.work_title(r.title) for f in of(plan) for r in f.references if r.relation not in coming)
    return [(str(times), work) for work, times in cited.items() if work not in known]


def bodies_by_measures(plan: str | None = None) -> Iterable[Row]:
    counted: Counter[str] = Counter()
    plans = defaultdict(set)
    for f, m in measures(plan):
        for body in bodies(f, m.id):
            counted[body] += 1
            plans[body].add(title(f))
    return [(body, str(count), str(len(plans[body]))) for body, count in counted.items()]


def co_responsible_bodies(measures: str = "1", plan: str | None = None) -> Iterable[Row]:
    """The two names of a pair in one cell, for which comes first is for the query to say."""
    counted = Counter(pair for f in of(plan) for m in f.measures for pair in combinations(sorted(bodies(f, m.id)), 2))
    return [("+".join(pair), str(count)) for pair, count in counted.items() if count >= int(measures)]


def partners_of_body(institution: str) -> Iterable[Row]:
    for f, m in measures():
        if institution in bodies(f, m.id):
            others = (d for d in duties(f, m.id) if d.canonical != institution)
            yield from ((ids.normal(d.canonical), title(f), m.title, d.evidence.quote) for d in others)


def bodies_of_kind(kind: str) -> Iterable[Row]:
    return {(ids.normal(i.name),) for f in of(None) for i in f.institutions if i.kind == kind}


def where_body_is_named(institution: str) -> Iterable[Row]:
    for f in of(None):
        for x in (*f.responsibilities, *f.mentions):
            if x.canonical == institution:
                yield f.document.title or "", x.surface, x.evidence.quote


def regions_and_plans(region: str | None = None) -> Iterable[Row]:
    for f in within(region):
        for code in f.plan.region_codes:
            yield regions.table()[code].full, title(f), f.plan.period_start or "", f.plan.period_end or "", str(len(f.measures)), str(len(f.targets))


def themed(region: str | None = None) -> Iterator[tuple[str, Facts, Measure]]:
    """Each measure with each theme of which a keyword stands in its title or, the particular ones, in its text."""
    places = [(f, m) for f in within(region) for m in f.measures]
    for theme in schemes.scheme("theme"):
        for f, m in places:
            general = any(word in m.title for word in theme.in_title)
            if general or any(word in m.title or word in m.body.quote for word in theme.anywhere):
                yield theme.zh, f, m


def themes_across_plans(region: str | None = None) -> Iterable[Row]:
    return [(*key, str(count)) for key, count in Counter((theme, title(f)) for theme, f, _ in themed(region)).items()]


def measures_on_theme(theme: str) -> Iterable[Row]:
    return [(title(f), m.title) for found, f, m in themed() if found == theme]


def campaigns(plan: str | None = None) -> Iterable[Row]:
    return [(ids.normal(c.name), title(f), c.evidence.quote) for f in of(plan) for c in f.campaigns]


def targets_on_theme(theme: str, region: str | None = None) -> Iterable[Row]:
    words = [word for concept in schemes.scheme("theme") if concept.zh == theme for word in (*concept.in_title, *concept.anywhere)]
    for f in within(region):
        for t in f.targets:
            name = ids.normal(t.canonical_indicator)
            if any(word in name for word in words):
                yield name, title(f), *target(f, t)


def growth_promised(plan: str | None = None) -> Iterable[Row]:
    for f in of(plan):
        for t in f.targets:
            if t.baseline is not None:
                change = t.value - t.baseline
                percent = (1000 * change / t.baseline).to_integral_value(ROUND_HALF_UP) / 10
                row = title(f), ids.normal(t.canonical_indicator), number(t.baseline), number(t.value), t.unit_of_measure or "", number(change)
                yield *row, number(percent), t.evidence.quote


def deadlines_of_body(institution: str, **edges: str) -> Iterable[Row]:
    for f, m in measures():
        for s in f.schedule:
            if s.unit == m.id and institution in bodies(f, m.id) and between(last_day(s.end), edges["from"], edges["until"]):
                yield last_day(s.end), title(f), m.label, m.title, s.text


def due_by_month(plan: str | None = None) -> Iterable[Row]:
    tasks = Counter(last_day(s.end)[:7] for f, m in measures(plan) for s in f.schedule if s.unit == m.id and s.end)
    promises = Counter(last_day(t.due)[:7] for f in of(plan) for t in f.targets if t.due)
    return [(month, str(tasks[month]), str(promises[month])) for month in {*tasks, *promises}]


def ongoing_measures(plan: str | None = None) -> Iterable[Row]:
    for f, m in measures(plan):
        for s in f.schedule:
            if s.unit == m.id and s.ongoing:
                yield from ((title(f), m.label, m.title, body, s.text) for body in bodies(f, m.id) or {""})


def roles_of_bodies(plan: str) -> Iterable[Row]:
    found = {(ids.normal(d.canonical), ROLES[d.role], m.id) for f, m in measures(plan) for d in duties(f, m.id)}
    return [(*key, str(count)) for key, count in Counter((body, role) for body, role, _ in found).items()]


def targets_of_body(institution: str) -> Iterable[Row]:
    for f, m in measures():
        if institution in bodies(f, m.id):
            yield from ((title(f), m.title, ids.normal(t.canonical_indicator), *target(f, t)) for t in f.targets if t.unit == m.id)


def departments_of_body(institution: str) -> Iterable[Row]:
    """Of the bodies that a document names, each belongs to the one whose name is the longest beginning of its own."""
    above: dict[str, set[str]] = defaultdict(set)
    for f in of(None):
        names = {*f.document.issuers, *(x.canonical for x in (*f.responsibilities, *f.mentions))}
        for name in names:
            longest = max((other for other in names if other != name and name.startswith(other) and len(other) > 2), key=len, default=None)
            if longest:
                above[longest].add(name)
    found, rest = set(), [institution]
    while rest:
        body = rest.pop()
        if body not in found:
            found.add(body)
            rest.extend(above[body])
    in_charge = Counter(body for f, m in measures() for body in bodies(f, m.id))
    return [(body, below, str(in_charge[below])) for body in found for below in above[body]]


def bodies_of_region(region: str, kind: str | None = None) -> Iterable[Row]:
    found = {(i.region_code, i.kind or "", ids.normal(i.name)) for f in of(None) for i in f.institutions if i.region_code and kind in (None, i.kind)}
    for code, its_kind, name in found:
        place = regions.table()[code]
        if any(division.full == region for division in regions.chain(place)):
            yield place.full, its_kind, name


def names_of_body(institution: str) -> Iterable[Row]:
    called = Counter((x.surface, f.document.title or "") for f in of(None) for x in (*f.responsibilities, *f.mentions) if x.canonical == institution)
    return [(*key, str(times)) for key, times in called.items()]


def bodies_on_theme(theme: str, region: str | None = None) -> Iterable[Row]:
    found = {(body, title(f), m.id) for name, f, m in themed(region) if name == theme for body in bodies(f, m.id)}
    for body in {body for body, *_ in found}:
        its = [plan for other, plan, _ in found if other == body]
        yield body, str(len(its)), str(len(set(its)))


def regions_on_theme(theme: str) -> Iterable[Row]:
    found = [(code, title(f)) for name, f, _ in themed() if name == theme for code in f.plan.region_codes]
    for code in {code for code, _ in found}:
        its = [plan for other, plan in found if other == code]
        yield regions.table()[code].full, code, str(len(its)), str(len(set(its)))
