"""Facts -> triples: the document, its plans, their sections, goals and measures. `zhengpu.graph.triples.statements` maps the facts found in them.

A pure function: the same facts give the same bytes, on every machine. What each term means stands in ontology/zhengpu.ttl."""

from __future__ import annotations

from zhengpu import ids
from zhengpu.graph.things import Things
from zhengpu.graph.triples.ntriples import Lines
from zhengpu.graph.triples.statements import add_statements
from zhengpu.graph.triples.units import Units, end_of
from zhengpu.model import Facts, MeasureKind, Plan
from zhengpu.ontology import schemes
from zhengpu.ontology import terms as zp

_MEASURE_CLASSES = {
    MeasureKind.MEASURE: (zp.Measure,),
    MeasureKind.KEY_PROJECT: (zp.Measure, zp.KeyProject),
    MeasureKind.SAFEGUARD: (zp.Measure, zp.Safeguard),
    MeasureKind.TASK: (zp.Measure, zp.Task),
}


def triples(facts: Facts, own: tuple[schemes.Concept, ...] = (), iri: str | None = None) -> list[str]:
    """The statements of one document as lines of N-Triples (without line ends), sorted, each once.

    `own` are themes of the user's; `iri` is the document's where its facts were corrected: that of the facts as they were read."""
    lines = Lines()
    units = Units(facts, iri or document_iri(facts))
    things = Things(lines, facts, own)
    _document(lines, things, units, facts)
    for number, plan in enumerate((facts.plan, *facts.more_plans)):
        _plan(lines, things, units, number, plan)
    _sections(lines, units, facts)
    _goals(lines, units, facts)
    _measures(lines, things, units, facts)
    add_statements(lines, things, units, facts)
    return lines.sorted()


def shard(facts: Facts, own: tuple[schemes.Concept, ...] = (), iri: str | None = None) -> bytes:
    """The same as N-Triples in UTF-8, one statement a line."""
    return "".join(f"{line}\n" for line in triples(facts, own, iri)).encode()


def document_iri(facts: Facts) -> str:
    """The IRI under which the facts' document stands in the graph."""
    record = facts.document
    return ids.document(record.document_number, record.issuers[0] if record.issuers else None, record.title, record.issued, facts.sha256)


def _document(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    record = facts.document
    iri = units.document
    lines.type(iri, zp.Document)
    lines.text(iri, zp.dcterms_title, record.title)
    lines.code(iri, zp.documentNumber, record.document_number)
    lines.period(iri, zp.dcterms_issued, record.issued)
    lines.period(iri, zp.published, record.published)
    lines.code(iri, zp.indexNumber, record.index_number)
    lines.text(iri, zp.subjectCategory, record.theme)
    lines.text(iri, zp.validity, record.validity)
    lines.text(iri, zp.disclosure, record.disclosure)
    lines.code(iri, zp.documentKind, record.kind.value)
    lines.text(iri, zp.text, facts.text)
    lines.code(iri, zp.sourceFile, facts.source)
    lines.code(iri, zp.url, record.url)
    lines.code(iri, zp.sha256, facts.sha256)
    for addressee in record.addressees:
        lines.text(iri, zp.addressee, addressee)
    for issuer in record.issuers:
        institution = things.institution(issuer)
        lines.link(iri, zp.issuer, institution)
        lines.link(iri, zp.dcterms_publisher, institution)


def _plan(lines: Lines, things: Things, units: Units, number: int, plan: Plan) -> None:
    iri = units.plans[number]
    lines.type(iri, zp.Plan)
    lines.link(units.document, zp.promulgates, iri)
    lines.text(iri, zp.dcterms_title, plan.title)
    kind = ids.concept(zp.PLAN_TYPE, plan.type or "")
    if kind in schemes.concepts():
        lines.link(iri, zp.planType, kind)
    lines.period(iri, zp.periodStart, plan.period_start)
    lines.period(iri, zp.periodEnd, plan.period_end)
    for region in things.governed(plan):
        lines.link(iri, zp.governs, region)


def _sections(lines: Lines, units: Units, facts: Facts) -> None:
    for order, section in enumerate(facts.outline, 1):
        iri = units.iri(section.id)
        plan = units.plan(section.id, section.evidence.start)
        text = facts.text[section.evidence.start : end_of(section)].rstrip()
        lines.type(iri, zp.Section)
        lines.link(plan, zp.hasSection, iri)
        lines.link(iri, zp.partOf, units.section(section.parent) or plan)
        lines.link(iri, zp.sectionKind, ids.concept(zp.SECTION_KIND, section.kind))
        lines.integer(iri, zp.level, section.level)
        _unit(lines, units, iri, order, section.label, section.title, text, section.evidence.start)


def _goals(lines: Lines, units: Units, facts: Facts) -> None:
    for order, goal in enumerate(facts.goals, 1):
        iri = units.iri(goal.id)
        plan = units.plan(goal.id, goal.evidence.start)
        lines.type(iri, zp.Goal)
        lines.link(plan, zp.hasGoal, iri)
        lines.link(iri, zp.inPlan, plan)
        lines.link(iri, zp.partOf, units.section(goal.section) or plan)
        _unit(lines, units, iri, order, "", goal.title, goal.evidence.quote, goal.evidence.start)


def _measures(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    for order, measure in enumerate(facts.measures, 1):
        iri = units.iri(measure.id)
        plan = units.plan(measure.id, measure.evidence.start)
        lines.type(iri, *_MEASURE_CLASSES[measure.kind])
        lines.link(plan, zp.hasMeasure, iri)
        lines.link(iri, zp.inPlan, plan)
        lines.link(iri, zp.partOf, units.section(measure.section) or plan)
        things.link_themes(iri, measure.title, measure.body.quote)
        _unit(lines, units, iri, order, measure.label, measure.title, measure.body.quote, measure.body.start)


def _unit(lines: Lines, units: Units, iri: str, order: int, number: str, title: str, text: str, start: int) -> None:
    """What sections, goals and measures have in common: their place in the document, where text[start:end] is their zp:text."""
    lines.link(iri, zp.inDocument, units.document)
    lines.integer(iri, zp.order, order)
    lines.code(iri, zp.number, number)
    lines.text(iri, zp.dcterms_title, title)
    lines.text(iri, zp.text, text)
    lines.integer(iri, zp.start, start)
    lines.integer(iri, zp.end, start + len(text))
