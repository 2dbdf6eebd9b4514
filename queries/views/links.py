"""What a thing is linked with, for one who walks from thing to thing: relations with counts, and the neighbours in one relation with their proof.

A relation is a property between two things that are no facts. What only a fact connects counts too, under the property that the fact has for it:
a measure and an indicator (zp:indicator, through a target), a goal and a body that it names (zp:involves, through a mention)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.errors import BadParameter, UnknownName
from zhengpu.graph.sources.source import Term, TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.views.cards import OTHER, TYPES, Card, cards, class_of
from zhengpu.queries.views.listed import USUAL, Listed
from zhengpu.queries.views.proved import Fact, proved
from zhengpu.queries.views.said import is_iri, rows, text

OUT, IN = "out", "in"
# Superproperties that the graph states beside their particular ones, so that a query needs no reasoning.
GENERAL = frozenset({zp.statedIn, zp.assignedTo, zp.refersTo, zp.dcterms_publisher})
_NEVER = GENERAL | {zp.rdf_type}


@dataclass(frozen=True, slots=True)
class _Hop:
    """A kind of fact: its class, the properties that lead to the unit that states it and to the thing, and the property that stands for both."""

    cls: str
    place: str
    thing: str
    property: str


# The first two have no shortcut for every unit; of the others the shortcut is in the graph, and the fact proves it.
_THROUGH = (_Hop(zp.Target, zp.statedIn, zp.indicator, zp.indicator), _Hop(zp.Mention, zp.mentionedIn, zp.institution, zp.involves))
_PROOFS = (
    *_THROUGH,
    _Hop(zp.Responsibility, zp.measure, zp.institution, zp.assignedTo),
    _Hop(zp.Citation, zp.citedIn, zp.cites, zp.refersTo),
    _Hop(zp.CampaignMention, zp.namedIn, zp.campaign, zp.namedIn),
)
_SKIPPED = ", ".join(f"<{name}>" for name in sorted({*_NEVER, *(hop.property for hop in _THROUGH)}))
# A plan's hasMeasure is its measures' inPlan: from each end the outward one is told.
_INVERSE = ", ".join(f"<{name}>" for name in (zp.inPlan, zp.hasSection, zp.hasGoal, zp.hasMeasure, zp.hasTarget, zp.hasMilestone))
_COUNTED = f"""SELECT ?property ?class (COUNT(?other) AS ?n) WHERE {{ %s ?other a ?class .
  FILTER (isIRI(?other) && !(?property IN ({_SKIPPED})) && NOT EXISTS {{ ?other a zp:Fact }}) }}
GROUP BY ?property ?class"""
_DIRECT = {OUT: "?thing ?property ?other .", IN: "?other ?property ?thing ."}
_TOLD = {OUT: _DIRECT[OUT], IN: f"{_DIRECT[IN]} FILTER (!(?property IN ({_INVERSE})))"}
_COUNTED_THROUGH = "SELECT ?class (COUNT(DISTINCT ?other) AS ?n) WHERE { %s ?other a ?class } GROUP BY ?class"
_NEIGHBOURS = "SELECT DISTINCT ?other WHERE {{ {pattern} {kind} }} ORDER BY ?other"
_OF_CLASS = "?other a <%s> ."
_NO_FACT = "FILTER (isIRI(?other) && NOT EXISTS { ?other a zp:Fact })"
_BETWEEN = "SELECT ?fact WHERE {{ %s ?fact <{near}> ?thing ; <{far}> ?other ; a <{cls}> }}"


@dataclass(frozen=True, slots=True)
class Relation:
    """`direction` is out where the thing is the subject of the property. `type` is that of the neighbours, of which there are `count`."""

    direction: str
    property: str
    label: str
    type: str
    count: int


@dataclass(frozen=True, slots=True)
class Link:
    """What connects two things: the property in words; and where a fact proves it, its role (of a target its value as printed) and its words."""

    property: str
    label: str
    direction: str
    role: str
    quote: str
    start: int | None
    end: int | None
    document: Card | None


@dataclass(frozen=True, slots=True)
class Neighbour(Card):
    edge: Link


def relations(source: TripleSource, iri: str, language: str = "zh") -> tuple[Relation, ...]:
    """The relations of a thing, outward ones first, most neighbours first."""
    thing: dict[str, Term] = {"thing": ox.NamedNode(iri)}
    counted: Counter[tuple[str, str, str]] = Counter()
    for direction, pattern in _TOLD.items():
        found: dict[str, Counter[str]] = {}
        for name, cls, n in source.query(_COUNTED % pattern, thing, trusted=True).rows:
            found.setdefault(text(name), Counter())[text(cls)] += int(text(n))
        for relation, classes in found.items():
            counted.update({(direction, relation, kind): number for kind, number in _kinds(classes)})
    for hop in _THROUGH:
        for direction in (OUT, IN):
            of_class = {text(cls): int(text(n)) for cls, n in source.query(_COUNTED_THROUGH % _through(hop, direction), thing, trusted=True).rows}
            counted.update({(direction, hop.property, kind): number for kind, number in _kinds(of_class)})
    words = cards(source, {name for _, name, _ in counted}, language)
    made = [Relation(direction, name, words[name].label, kind, number) for (direction, name, kind), number in counted.items()]
    return tuple(sorted(made, key=lambda relation: (relation.direction == IN, -relation.count, relation.property, relation.type)))


def neighbours(
    source: TripleSource, iri: str, relation: str, direction: str = OUT, type: str | None = None, limit: int = USUAL, offset: int = 0, lang: str = "zh"
) -> Listed[Neighbour]:
    """The things in that relation to a thing, by IRI, with what proves it.

    Raises BadParameter for a relation that is no IRI, UnknownName for a thing that is none."""
    if not is_iri(relation):
        raise BadParameter(f"The relation {relation[:200]!r} is not the IRI of a property.")
    if not is_iri(iri):
        raise UnknownName("thing", iri[:200], advice="This is not an IRI.")
    hop = next((hop for hop in _THROUGH if hop.property == relation), None)
    pattern = _through(hop, direction) if hop else _DIRECT[direction].replace("?property", f"<{relation}>")
    cls = class_of(type) if type else None
    query = _NEIGHBOURS.format(pattern=pattern, kind=_OF_CLASS % cls if cls else _NO_FACT)
    others = [text(row[0]) for row in source.query(query, {"thing": ox.NamedNode(iri)}, trusted=True).rows]
    shown = others[offset : offset + limit]
    known = cards(source, [*shown, relation], lang)
    proofs = _proofs(source, iri, relation, direction, shown, lang)
    return Listed(len(others), offset, tuple(_neighbour(known[other], known[relation], direction, proofs.get(other)) for other in shown))


def _neighbour(found: Card, relation: Card, direction: str, proof: Fact | None) -> Neighbour:
    if proof is None:
        link = Link(relation.iri, relation.label, direction, "", "", None, None, None)
    else:
        link = Link(relation.iri, relation.label, direction, role_of(proof), proof.quote, proof.start, proof.end, proof.document)
    return Neighbour(found.iri, found.type, found.label, found.note, link)


def role_of(fact: Fact) -> str:
    """lead, responsible, support; of a citation its relation; of a target its value as printed; else its kind."""
    match fact.kind:
        case "responsibility":
            return fact.role
        case "citation":
            return fact.relation
        case "target":
            return fact.value_text
        case _:
            return fact.kind


def _proofs(source: TripleSource, iri: str, relation: str, direction: str, others: Collection[str], language: str) -> dict[str, Fact]:
    """Other -> the first fact that connects it with the thing in this relation."""
    hop = _PROVED_BY.get(relation)
    if hop is None:
        return {}
    thing_is_place = (direction == OUT) != (relation == zp.namedIn)  # a campaign zp:namedIn a place: the place is the object
    near, far = (hop.place, hop.thing) if thing_is_place else (hop.thing, hop.place)
    query = _BETWEEN.format(near=near, far=far, cls=hop.cls).replace("?thing", f"<{iri}>")
    found = proved(source, (text(row[0]) for row in rows(source, query, "other", others)), language)
    return {_far(fact, thing_is_place).iri: fact for fact in reversed(found) if _holds(fact, relation)}


def _far(fact: Fact, thing_is_place: bool) -> Card:
    if not thing_is_place:
        return fact.stated_in
    match fact.kind:
        case "responsibility" | "mention":
            return fact.institution
        case "target":
            return fact.indicator
        case "citation":
            return fact.work
        case "campaign":
            return fact.campaign
        case _:
            return fact.stated_in


_ROLES = {zp.leadBody: "lead", zp.responsibleBody: "responsible", zp.supportingBody: "support"}
_RELATIONS = {
    zp.basedOn: "basis", zp.implements: "implement", zp.formulates: "formulate", zp.revises: "revise", zp.publishes: "publish", zp.mentions: "mention",
}  # fmt: skip
_PROVED_BY = {
    **{hop.property: hop for hop in _PROOFS},
    **dict.fromkeys(_ROLES, _PROOFS[2]),
    **dict.fromkeys(_RELATIONS, _PROOFS[3]),
}


def _holds(fact: Fact, relation: str) -> bool:
    """Whether the fact is of the role or relation that a shortcut stands for."""
    return role_of(fact) == (_ROLES | _RELATIONS).get(relation, role_of(fact))


def _through(hop: _Hop, direction: str) -> str:
    near, far = (hop.place, hop.thing) if direction == OUT else (hop.thing, hop.place)
    return f"?fact <{near}> ?thing ; <{far}> ?other ; a <{hop.cls}> ."


def _kinds(classes: Mapping[str, int]) -> list[tuple[str, int]]:
    """(type, number) of those that were counted by class; a thing that is a measure and a task counts as a measure."""
    known = [(kind, classes[cls]) for cls, kind in TYPES.items() if cls in classes]
    return known or [(OTHER, max(classes.values()))] if classes else []
