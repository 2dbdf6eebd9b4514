"""What an extraction says, as things that can be compared: read from the JSON of `zhengpu facts` or from Facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from zhengpu.errors import BadFacts
from zhengpu.extract.fold import folded
from zhengpu.extract.review.guide_json import guide_json
from zhengpu.ids import normal
from zhengpu.model import Facts

PARTS = ("outline", "goals", "measures")
# Category -> where its facts stand, what names them, and what else is stated of them
STATED = {
    "responsibilities": ("measure", "canonical", ("role",)),
    "mentions": ("in", "canonical", ()),
    "targets": ("in", "canonical_indicator", ("comparator", "value", "unit", "per", "due", "baseline", "baseline_date")),
    "references": ("in", "title", ("relation", "kind", "document_number")),
    "schedule": ("in", "title", ("text", "start", "end", "ongoing")),
    "campaigns": ("in", "name", ()),
}
_RECORD = ("kind", "title", "document_number", "issued", "published", "index_number", "theme", "validity", "disclosure", "issuers", "addressees")
_PLAN = ("title", "type", "regions", "region_codes", "period")


@dataclass(frozen=True, slots=True)
class Part:
    """A section, goal or measure: facts hang on its id. `heading` is the id of the section that a goal or measure is the whole of ("" for none),
    `above` that of the section in which it stands; `body` is None where the file has it not."""

    id: str
    label: str
    title: str
    above: str
    kind: str
    starts: str
    ends: str
    body: str | None = None
    heading: str = ""

    @property
    def likeness(self) -> str:
        """The text by which a changed part is found again."""
        return name(f"{self.title}{self.starts}{self.ends}" if self.body is None else self.title + self.body)


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact: the id or word of its unit, what it is about, and what is stated, None for nothing."""

    unit: str
    name: str
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Said:
    """An extraction. `fields` are those of document and plan, e.g. ("document", "issued"); categories as in the annotation guide."""

    source: str
    fields: Mapping[tuple[str, str], str]
    parts: Mapping[str, tuple[Part, ...]]
    statements: Mapping[str, tuple[Statement, ...]]
    titles: Mapping[str, str] = field(default_factory=dict)


def said_by(facts: Facts) -> Said:
    """What the facts of a document say, with the bodies of goals and measures."""
    bodies = {goal.id: goal.evidence.quote for goal in facts.goals} | {measure.id: measure.body.quote for measure in facts.measures}
    return said(guide_json(facts), facts.source, bodies)


def said(facts: object, source: str, bodies: Mapping[str, str] | None = None) -> Said:
    """What a JSON value in the layout of the annotation guide says. Raises BadFacts for one that is in another layout."""
    top = _Entry(facts, source, "the file")
    if "measures" not in top.value or "document" not in top.value:
        raise BadFacts(f"{source}: is JSON, but not that of `zhengpu facts`: it has no document and measures.")
    sections = tuple(_part(entry, "parent") for entry in top.entries("outline"))
    by_id = {section.id: section for section in sections}
    parts = {"outline": sections} | {
        category: tuple(_below(_part(entry, "section", (bodies or {}).get(entry.text("id"))), by_id) for entry in top.entries(category))
        for category in ("goals", "measures")
    }
    statements = {
        category: tuple(
            Statement(entry.text(unit), entry.text(named), {key: entry.text(key) or None for key in (named, *others)}) for entry in top.entries(category)
        )
        for category, (unit, named, others) in STATED.items()
    }
    titles = {part.id: f"{part.label}{part.title}" for category in PARTS for part in parts[category]}
    return Said(source, dict(_fields(top)), parts, statements, titles)


def _part(entry: _Entry, above: str, body: str | None = None) -> Part:
    starts = entry.text("starts") or ("" if above == "parent" else entry.text("evidence"))
    return Part(entry.text("id"), entry.text("label"), entry.text("title"), entry.text(above), entry.text("kind"), starts, entry.text("ends"), body)


def _below(part: Part, sections: Mapping[str, Part]) -> Part:
    """A goal or measure that is the whole of a section stands in the section above that."""
    own = sections.get(part.above)
    return replace(part, heading=own.id, above=own.above) if own is not None and name(own.title) == name(part.title) else part


def _fields(top: _Entry) -> Iterator[tuple[tuple[str, str], str]]:
    plans = [("plan", top.entry("plan")), *((f"plan {number}", plan) for number, plan in enumerate(top.entries("more_plans"), 2))]
    for about, entry, names in [("document", top.entry("document"), _RECORD), *((about, entry, _PLAN) for about, entry in plans)]:
        for key in names:
            if key == "period":
                period = entry.entry("period")
                value = "–".join((period.text("start"), period.text("end"))).strip("–")
            else:
                value = entry.text(key)
            if value:
                yield (about, key), value


def name(text: str) -> str:
    """A name as it is compared: width, dashes, quotation marks, white space and final punctuation do not count."""
    return normal(folded(text)).rstrip("。;,:、.*")


class _Entry:
    """A table of the JSON with the words that say where it is."""

    def __init__(self, value: object, source: str, where: str) -> None:
        if not isinstance(value, dict):
            raise BadFacts(f"{source}: {where} is no JSON object. Is the file one that `zhengpu facts` printed?")
        self.value: dict[str, Any] = value
        self.source, self.where = source, where

    def entries(self, key: str) -> Iterator[_Entry]:
        value = self.value.get(key) or []
        if not isinstance(value, list):
            raise BadFacts(f"{self.source}: {key} is no list. Is the file one that `zhengpu facts` printed?")
        for number, entry in enumerate(value, 1):
            yield _Entry(entry, self.source, f"{key} no. {number}")

    def entry(self, key: str) -> _Entry:
        return _Entry(self.value.get(key) or {}, self.source, f"{key} of {self.where}")

    def text(self, key: str) -> str:
        """The value as text, "" for none; a list of names is joined by 、."""
        value = self.value.get(key)
        if value is None or value is False:
            return ""
        values = value if isinstance(value, list) else [value]
        if any(not isinstance(one, str | int | float) for one in values):
            raise BadFacts(f"{self.source}: {key} of {self.where} is neither text nor a number.")
        return "、".join("true" if one is True else str(one) for one in values)
