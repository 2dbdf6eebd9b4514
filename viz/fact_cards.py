"""The facts of a document as cards: kind, place, and the fields that a reader sees, each with its value as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from zhengpu.marks import Unexplained
from zhengpu.model import DocumentRecord, Evidence, Facts, Plan
from zhengpu.ontology import terms as zp
from zhengpu.ontology.schemes import scheme

_SHORT = 200  # characters of a value; a measure's quotation is on the page anyway

# Category of Facts -> kind on the page, and the fields that are shown
_FIELDS = {
    "outline": ("outline", ("label", "title", "kind", "level")),
    "goals": ("goal", ("title",)),
    "measures": ("measure", ("label", "title", "kind")),
    "responsibilities": ("responsibility", ("surface", "canonical", "role")),
    "mentions": ("mention", ("surface", "canonical")),
    "targets": (
        "target",
        ("indicator", "canonical_indicator", "comparator", "value", "unit_of_measure", "per", "due", "baseline", "baseline_date"),
    ),
    "references": ("reference", ("title", "full_title", "document_number", "kind", "relation")),
    "schedule": ("milestone", ("title", "text", "start", "end", "ongoing")),
    "campaigns": ("campaign", ("name",)),
}
UNITS = frozenset({"goal", "measure"})
# (category, field) -> the closed list whose notations are its values
_SCHEMES = {
    ("outline", "kind"): zp.SECTION_KIND,
    ("measures", "kind"): zp.SECTION_KIND,
    ("responsibilities", "role"): zp.ROLE,
    ("references", "kind"): zp.REFERENCE_KIND,
    ("references", "relation"): zp.CITATION_RELATION,
}


@dataclass(frozen=True, slots=True)
class Card:
    """One fact. `name` says in a few words what it is about; `fields` are (name, value) without those that are empty."""

    kind: str
    start: int
    end: int
    name: str
    fields: tuple[tuple[str, str], ...]


def cards(facts: Facts, unexplained: Iterable[Unexplained] = ()) -> list[Card]:
    """Every fact with a quotation, and every mark, as cards: metadata, then category by category, then the marks."""
    titles = {unit.id: unit.title for category in (facts.outline, facts.goals, facts.measures) for unit in category}
    found = list(_metadata(facts))
    for category, (kind, names) in _FIELDS.items():
        for fact in getattr(facts, category):
            unit = getattr(fact, "unit", None) or getattr(fact, "measure", None)
            fields = [(name, _word(category, name, _value(getattr(fact, name)))) for name in names]
            fields += [("unit", titles.get(unit, unit))] if unit else []
            evidence: Evidence = fact.evidence
            shown = tuple((name, value[:_SHORT]) for name, value in fields if value)
            found.append(Card(kind, evidence.start, evidence.end, (shown[0][1] if shown else evidence.quote)[:_SHORT], shown))
    found += [
        Card("unexplained", mark.start, mark.end, mark.quote[:_SHORT], (("why", mark.kind.value), *((("unit", mark.unit),) if mark.unit else ())))
        for mark in unexplained
    ]
    return found


def _metadata(facts: Facts) -> Iterator[Card]:
    records: list[DocumentRecord | Plan] = [facts.document, facts.plan, *facts.more_plans]
    for record in records:
        for proof in record.proofs:
            value = _value(getattr(record, proof.field, None)) or proof.evidence.quote
            yield Card("metadata", proof.evidence.start, proof.evidence.end, value[:_SHORT], (("field", proof.field), ("value", value[:_SHORT])))


def _word(category: str, field: str, value: str) -> str:
    """The value, with its Chinese word where it is a term of a closed list: 牵头 lead."""
    return f"{word} {value}" if (word := _words().get((category, field), {}).get(value)) else value


@cache
def _words() -> dict[tuple[str, str], dict[str, str]]:
    return {place: {concept.notation: concept.zh for concept in scheme(name)} for place, name in _SCHEMES.items()}


def _value(value: object) -> str:
    """A field's value as text; "" for none."""
    if value is None or value is False:
        return ""
    if value is True:
        return "✓"
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    return str(value)
