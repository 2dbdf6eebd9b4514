"""From what a user calls a thing to the thing: by IRI, local name, label, alternative label, document number or title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu import ids
from zhengpu.errors import AmbiguousName, UnknownName
from zhengpu.graph.sources.source import PREFIXES, Term, TripleSource
from zhengpu.graph.sources.sparql import values
from zhengpu.ontology import terms as zp

# Kinds of things that have names, and their classes. Of two kinds with one name the first is meant: a plan that is in the graph, rather than
# the work of that title which another plan cites.
KINDS = {
    "institution": zp.Institution,
    "plan": zp.Plan,
    "document": zp.Document,
    "region": zp.Region,
    "indicator": zp.Indicator,
    "work": zp.LegalReference,
    "campaign": zp.Campaign,
    "goal": zp.Goal,
    "measure": zp.Measure,
    "section": zp.Section,
    "concept": zp.skos_Concept,
}
_OWN_NAME, _OTHER_NAME, _NUMBER_OF_CITED = 0, 1, 2  # what a name is to a thing; the lowest wins
_RANKS = {
    zp.skos_prefLabel: _OWN_NAME,
    zp.dcterms_title: _OWN_NAME,
    zp.documentNumber: _OWN_NAME,
    zp.divisionCode: _OWN_NAME,
    zp.skos_altLabel: _OTHER_NAME,
}
_LABEL_PROPERTIES = (zp.skos_prefLabel, zp.dcterms_title)
_NAMED = "SELECT ?thing ?property ?class ?name WHERE { %s %s ?thing ?property ?name ; a ?class }"
_PLANS = "SELECT ?plan WHERE { ?document zp:promulgates ?plan } ORDER BY ?plan"
_LABELS = "SELECT ?label WHERE { ?thing skos:prefLabel|dcterms:title ?label }"
_CLASSES = "SELECT ?thing ?class WHERE { %s ?thing a ?class }"
_KNOWN = "SELECT DISTINCT ?label WHERE { %s ?thing a ?class ; skos:prefLabel|skos:altLabel|dcterms:title|zp:documentNumber ?label } LIMIT 200000"
_HOLDING = """SELECT DISTINCT ?thing WHERE {
  ?thing a ?class ; skos:prefLabel|skos:altLabel|dcterms:title ?name FILTER (CONTAINS(STR(?name), ?part)) } LIMIT 100"""
_SHORTEST_PART = 2  # characters
_NEAR = 40  # names that are compared letter by letter


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing of the graph: `kind` is one of KINDS, `label` its own name (its IRI where it has none)."""

    iri: str
    label: str
    kind: str


def resolve(source: TripleSource, text: str, kinds: Collection[str] | None = None) -> list[Entity]:
    """The things of these kinds (None: of any) that `text` names, by IRI; never none. A document's number also names its plan.

    Things whose own name it is come before those that are also called so. Where nothing is called so and one kind is asked for, the things in
    whose names the text stands, those whose names end in it first (上海市松江区知识产权局 for 知识产权局). Raises UnknownName, with names that come near."""
    wanted = tuple(kind for kind in KINDS if kinds is None or kind in kinds)
    text = text.strip().removeprefix("<").removesuffix(">")
    found, labels = _by_iri(source, text, wanted), dict[str, str]()
    if not found:
        found, labels = _by_name(source, text, wanted)
    if not found and len(wanted) == 1 and (parts := _by_part(source, text, wanted[0])):
        return parts
    if not found:
        kind = wanted[0] if len(wanted) == 1 else "thing"
        advice = f"Names are those of {source.name}, in full or as its documents have them." if text else "Give a name or an IRI."
        raise UnknownName(kind, text, _near(source, text, wanted), advice)
    return [Entity(iri, labels.get(iri) or _label(source, iri), kind) for iri, kind in sorted(found.items())]


def entity(source: TripleSource, text: str, kinds: Collection[str] | None = None) -> Entity:
    """The one thing that `text` names (see `resolve`). Raises UnknownName where nothing has the name, AmbiguousName where several things have it."""
    found = resolve(source, text, kinds)
    if len(found) > 1:
        raise AmbiguousName(found[0].kind, text, (f"{thing.label} <{thing.iri}>" for thing in found))
    return found[0]


def _by_iri(source: TripleSource, text: str, wanted: tuple[str, ...]) -> dict[str, str]:
    """IRI -> kind, for a full IRI, a prefixed name (role:lead), or the end of one of our IRIs (institution/上海市徐汇区知识产权局)."""
    prefix, colon, rest = text.partition(":")
    guesses = [text] if colon else []
    if colon and prefix in PREFIXES:
        guesses.append(PREFIXES[prefix] + rest)
    if "/" in text:
        guesses += [ids.base() + text, ids.CONCEPT + text]
    nodes = [node for node in map(_node, guesses) if node]
    return _classified(source, nodes, wanted) if nodes else {}


def _by_name(source: TripleSource, text: str, wanted: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """IRI -> kind of the best-ranked things with this name; IRI -> label of those of which it is the Chinese label."""
    spellings = sorted({text, ids.normal(text), text.strip("《》")} - {""})
    if not spellings:
        return {}, {}
    names: list[Term] = [ox.Literal(spelling, language=language) for spelling in spellings for language in ("zh", "en")]
    names += [ox.Literal(spelling) for spelling in spellings]
    # Own names first: what the texts of a thousand counties call 知识产权局 need not be looked through where a body has that name itself.
    ranked, labels = _called(source, names, wanted, [property for property, rank in _RANKS.items() if rank == _OWN_NAME])
    best = min(ranked.values(), default=None)
    if best is None or best[0] != _OWN_NAME:
        ranked |= _called(source, names, wanted, [property for property, rank in _RANKS.items() if rank != _OWN_NAME])[0]
        best = min(ranked.values(), default=None)
    return {iri: list(KINDS)[rank[1]] for iri, rank in ranked.items() if rank == best}, labels


def _called(source: TripleSource, names: list[Term], wanted: tuple[str, ...], properties: list[str]) -> tuple[dict[str, tuple[int, int]], dict[str, str]]:
    """IRI -> rank of the name, rank of the kind, for the things of which one of these properties is one of the names; IRI -> Chinese label among the names."""
    ranked: dict[str, tuple[int, int]] = {}
    labels: dict[str, str] = {}
    query = _NAMED % (values("name", names), values("property", map(ox.NamedNode, properties)))
    for thing, property, cls, name in source.query(query, trusted=True).rows:
        if _text(property) in _LABEL_PROPERTIES and isinstance(name, ox.Literal) and name.language == "zh":
            labels[_text(thing)] = name.value
        for iri, kind in _wanted(source, _text(thing), _text(cls), wanted):
            cited = kind == "work" and _text(property) == zp.documentNumber
            rank = (_NUMBER_OF_CITED if cited else _RANKS[_text(property)], list(KINDS).index(kind))
            ranked[iri] = min(rank, ranked.get(iri, rank))
    return ranked, labels


def _by_part(source: TripleSource, text: str, kind: str) -> list[Entity]:
    """The things of the kind with the text in one of their names: whose own name ends in it, then the shorter names."""
    if len(text) < _SHORTEST_PART:
        return []
    given: dict[str, Term] = {"class": ox.NamedNode(KINDS[kind]), "part": ox.Literal(text)}
    found = {_text(row[0]) for row in source.query(_HOLDING, given, trusted=True).rows}
    things = [Entity(iri, _label(source, iri), kind) for iri in sorted(found)]
    return sorted(things, key=lambda thing: (not thing.label.endswith(text), len(thing.label), thing.iri))


def _wanted(source: TripleSource, iri: str, cls: str, wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The thing and its kind if it is wanted; for a document where plans are wanted and documents are not, what it promulgates."""
    for kind in wanted:
        if KINDS[kind] == cls:
            yield iri, kind
    if cls == zp.Document and "plan" in wanted and "document" not in wanted:
        for (plan,) in source.query(_PLANS, {"document": ox.NamedNode(iri)}, trusted=True).rows:
            yield _text(plan), "plan"


def _classified(source: TripleSource, nodes: list[ox.NamedNode], wanted: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    rows = source.query(_CLASSES % values("thing", nodes), trusted=True).rows
    for thing, cls in sorted(rows, key=lambda row: list(KINDS.values()).index(_text(row[1])) if _text(row[1]) in KINDS.values() else -1, reverse=True):
        found.update(_wanted(source, _text(thing), _text(cls), wanted))
    return found


def _label(source: TripleSource, iri: str) -> str:
    """Its own name, in Chinese if it has several."""
    labels = [row[0] for row in source.query(_LABELS, {"thing": ox.NamedNode(iri)}, trusted=True).rows]
    return min(((label.language != "zh", label.value) for label in labels if isinstance(label, ox.Literal)), default=(True, iri))[1]


def _near(source: TripleSource, text: str, wanted: tuple[str, ...]) -> list[str]:
    """Names in the source that share most pairs of characters with `text`: comparing all of them letter by letter would take minutes."""
    rows = source.query(_KNOWN % values("class", (ox.NamedNode(KINDS[kind]) for kind in wanted)), trusted=True).rows
    asked = _pairs(text)
    scored = Counter({label: len(asked & _pairs(label)) for label in (_text(row[0]) for row in rows)})
    return [label for label, shared in scored.most_common(_NEAR) if shared]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)} or {text}


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
