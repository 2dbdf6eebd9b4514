"""The facts with quotations -> triples: each its own node with the words that prove it, and the shortcuts that an analyst's first query uses."""

from __future__ import annotations

from zhengpu import ids
from zhengpu.graph.things import Things
from zhengpu.graph.triples.ntriples import Lines
from zhengpu.graph.triples.units import TABLE, Units
from zhengpu.model import Evidence, Facts, Relation, Role
from zhengpu.ontology import terms as zp

_SHORTCUT_OF_ROLE = {Role.LEAD: zp.leadBody, Role.RESPONSIBLE: zp.responsibleBody, Role.SUPPORT: zp.supportingBody}
_SHORTCUT_OF_RELATION = {  # the plan itself is promulgated (zp:promulgates), not referred to
    Relation.BASIS: zp.basedOn,
    Relation.IMPLEMENT: zp.implements,
    Relation.FORMULATE: zp.formulates,
    Relation.REVISE: zp.revises,
    Relation.PUBLISH: zp.publishes,
    Relation.MENTION: zp.mentions,
}


def add_statements(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    """Adds every fact of the document to `lines`."""
    for category in (_responsibilities, _mentions, _targets, _citations, _milestones, _campaigns, _field_evidence):
        category(lines, things, units, facts)
    things.link_subordinates()


def _fact(lines: Lines, units: Units, kind: str, key: str, term: str, evidence: Evidence) -> str:
    """The IRI of a fact, which is described by its class, its quotation and its document."""
    iri = ids.within(units.document, kind, key)
    lines.type(iri, zp.Fact, term)
    lines.text(iri, zp.quote, evidence.quote)
    lines.integer(iri, zp.start, evidence.start)
    lines.integer(iri, zp.end, evidence.end)
    lines.link(iri, zp.inDocument, units.document)
    return iri


def _responsibilities(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    for number, duty in enumerate(facts.responsibilities, 1):
        iri = _fact(lines, units, "responsibility", str(number), zp.Responsibility, duty.evidence)
        institution = things.institution(duty.canonical)
        lines.link(iri, zp.institution, institution)
        lines.link(iri, zp.role, ids.concept(zp.ROLE, duty.role))
        lines.text(iri, zp.surface, duty.surface)
        measure = units.measure(duty.measure)
        if measure:
            lines.link(iri, zp.measure, measure)
            lines.link(iri, zp.statedIn, measure)
            lines.link(measure, zp.assignedTo, institution)
            lines.link(measure, _SHORTCUT_OF_ROLE[duty.role], institution)


def _mentions(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    for number, mention in enumerate(facts.mentions, 1):
        iri = _fact(lines, units, "mention", str(number), zp.Mention, mention.evidence)
        institution = things.institution(mention.canonical)
        place = units.place(mention.unit, mention.evidence.start)
        lines.link(iri, zp.institution, institution)
        lines.link(iri, zp.statedIn, place)
        lines.link(iri, zp.mentionedIn, place)
        lines.text(iri, zp.surface, mention.surface)
        if units.measure(mention.unit):
            lines.link(place, zp.involves, institution)


def _targets(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    for target in facts.targets:
        iri = _fact(lines, units, "target", target.id, zp.Target, target.evidence)
        plan = units.plan(target.unit, target.evidence.start)
        lines.link(plan, zp.hasTarget, iri)
        lines.link(iri, zp.inPlan, plan)
        lines.link(iri, zp.statedIn, units.place(target.unit, target.evidence.start))
        lines.link(iri, zp.indicator, things.indicator(target.canonical_indicator, target.indicator))
        lines.text(iri, zp.surface, target.indicator)
        lines.decimal(iri, zp.value, target.value)
        lines.text(iri, zp.valueText, target.value_text)
        lines.code(iri, zp.comparator, target.comparator)
        lines.code(iri, zp.unit, target.unit_of_measure)
        lines.code(iri, zp.per, target.per)
        if target.unit == TABLE:
            lines.boolean(iri, zp.inTable, True)
        lines.decimal(iri, zp.baselineValue, target.baseline)
        lines.period(iri, zp.baselineDate, target.baseline_date)
        lines.last_day(iri, zp.dueBy, target.due)


def _citations(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    for number, reference in enumerate(facts.references, 1):
        iri = _fact(lines, units, "citation", str(number), zp.Citation, reference.evidence)
        work = things.work(reference)
        place = units.place(reference.unit, reference.evidence.start)
        lines.link(iri, zp.cites, work)
        lines.link(iri, zp.citationRelation, ids.concept(zp.CITATION_RELATION, reference.relation))
        lines.link(iri, zp.statedIn, place)
        lines.link(iri, zp.citedIn, place)
        shortcut = _SHORTCUT_OF_RELATION.get(reference.relation)
        if shortcut:
            # What the notice or the preamble cites, its plan rests on too, so that ?plan zp:basedOn ?work is one hop.
            for unit in (place, *units.plans_spoken_for(reference.unit)):
                lines.link(unit, shortcut, work)
                lines.link(unit, zp.refersTo, work)


def _milestones(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    for number, milestone in enumerate(facts.schedule, 1):
        iri = _fact(lines, units, "milestone", str(number), zp.Milestone, milestone.evidence)
        plan = units.plan(milestone.unit, milestone.evidence.start)
        lines.link(plan, zp.hasMilestone, iri)
        lines.link(iri, zp.inPlan, plan)
        lines.link(iri, zp.statedIn, units.place(milestone.unit, milestone.evidence.start))
        lines.text(iri, zp.dcterms_title, milestone.title)
        measure = units.measure(milestone.unit)
        for subject in (iri, measure) if measure else (iri,):
            lines.text(subject, zp.scheduleText, milestone.text)
            lines.first_day(subject, zp.startBy, milestone.start)
            lines.last_day(subject, zp.dueBy, milestone.end)
            lines.boolean(subject, zp.ongoing, milestone.ongoing)


def _campaigns(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    for number, campaign in enumerate(facts.campaigns, 1):
        iri = _fact(lines, units, "campaign-mention", str(number), zp.CampaignMention, campaign.evidence)
        place = units.place(campaign.unit, campaign.evidence.start)
        thing = things.campaign(campaign.name)
        lines.link(iri, zp.campaign, thing)
        lines.link(iri, zp.statedIn, place)
        lines.link(iri, zp.namedIn, place)
        lines.link(thing, zp.namedIn, place)


def _field_evidence(lines: Lines, things: Things, units: Units, facts: Facts) -> None:
    records = [(units.document, facts.document.proofs)]
    records += [(iri, plan.proofs) for iri, plan in zip(units.plans, (facts.plan, *facts.more_plans), strict=True)]
    number = 0
    for about, proofs in records:
        for proof in proofs:
            number += 1
            iri = _fact(lines, units, "field", str(number), zp.FieldEvidence, proof.evidence)
            lines.code(iri, zp.field, proof.field)
            lines.link(iri, zp.about, about)
