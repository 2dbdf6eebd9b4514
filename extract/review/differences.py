"""What changed between two extractions: facts added, removed, and changed, where the same fact has another value, role or date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from zhengpu.extract.review import similar
from zhengpu.extract.review.statements import PARTS, STATED, Part, Said, Statement, name

One = TypeVar("One")


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its old and new value; None where a side has none."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that is not the same. `unit` is the title of the unit it stands in (of the new extraction, where both have it), "" for none."""

    category: str
    change: Change
    unit: str
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differences` by category, in the order of the new text (removed ones where they stood in the old one); `same` counts what did not change."""

    old: str
    new: str
    differences: tuple[Difference, ...]
    same: dict[str, int]


def comparison(old: Said, new: Said) -> Comparison:
    """What the new extraction says otherwise than the old. A fact is known again by its unit and what it is about.

    Units are known again by their titles, then by how much of their bodies is the same, so that a renamed measure keeps its facts."""
    found: list[Difference] = list(_fields(old, new))
    same = {"metadata": sum(old.fields.get(key) == value for key, value in new.fields.items())}
    units = _Units(old, new)
    for category in PARTS:
        found += _parts(category, units, same)
    for category in STATED:
        found += _statements(category, units, same)
    return Comparison(old.source, new.source, tuple(found), same)


def _fields(old: Said, new: Said) -> Iterator[Difference]:
    for about, key in dict.fromkeys((*new.fields, *old.fields)):
        before, after = old.fields.get((about, key)), new.fields.get((about, key))
        if name(before or "") != name(after or ""):
            yield Difference("metadata", _change(before, after), about, key, (FieldChange(key, before, after),))


class _Units:
    """The sections, goals and measures of both sides, and which are the same."""

    def __init__(self, old: Said, new: Said) -> None:
        self.old, self.new = old, new
        self.pairs: dict[str, list[tuple[Part | None, Part | None]]] = {}
        self._old_to_new: dict[str, str] = {}
        for category in PARTS:
            pairs = _paired_parts(old.parts[category], new.parts[category], self)
            self.pairs[category] = pairs
            self._old_to_new |= {before.id: after.id for before, after in pairs if before and after}

    def of_old(self, unit: str) -> str:
        """The id in the new extraction of a unit of the old; one that is gone has an id that the new has not; notice and preamble stay."""
        return self._old_to_new.get(unit, f"old {unit}" if unit in self.old.titles else unit)

    def title(self, old: str | None, new: str | None) -> str:
        if new is not None:
            return self.new.titles.get(new, new)
        return self.old.titles.get(old or "", old or "")


def _paired_parts(old: Sequence[Part], new: Sequence[Part], units: _Units) -> list[tuple[Part | None, Part | None]]:
    old_keys: list[Callable[[Part], Hashable]] = [
        lambda part: (name(part.label), name(part.title), units.of_old(part.above)),
        lambda part: (name(part.title), units.of_old(part.above)),
        lambda part: name(part.title),
    ]
    new_keys: list[Callable[[Part], Hashable]] = [
        lambda part: (name(part.label), name(part.title), part.above),
        lambda part: (name(part.title), part.above),
        lambda part: name(part.title),
    ]
    pairs = _paired(old, new, old_keys, new_keys)
    gone = [before for before, after in pairs if before is not None and after is None]
    come = [after for before, after in pairs if after is not None and before is None]
    again = similar.pairs([part.likeness for part in gone], [part.likeness for part in come])
    found = {come[second].id: gone[first] for first, second in again}
    known = {gone[first].id for first, _ in again}
    return [
        (found.get(after.id) if before is None and after is not None else before, after)
        for before, after in pairs
        if after is not None or before is None or before.id not in known
    ]


def _paired(
    old: Sequence[One], new: Sequence[One], old_keys: Sequence[Callable[[One], Hashable]], new_keys: Sequence[Callable[[One], Hashable]]
) -> list[tuple[One | None, One | None]]:
    """Each of both sides once, paired by the first key under which it meets another; in the order of the new, then what only the old has."""
    partner: dict[int, int] = {}
    left = list(range(len(old)))
    for old_key, new_key in zip(old_keys, new_keys, strict=True):
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for place in reversed(left):
            waiting[old_key(old[place])].append(place)
        for place, one in enumerate(new):
            if place not in partner and (same := waiting.get(new_key(one))):
                partner[place] = same.pop()
        taken = set(partner.values())
        left = [place for place in left if place not in taken]
    return [(old[partner[place]] if place in partner else None, one) for place, one in enumerate(new)] + [(old[place], None) for place in left]


def _parts(category: str, units: _Units, same: dict[str, int]) -> Iterator[Difference]:
    same[category] = 0
    told_old, told_new = (_told_elsewhere(side) if category == "outline" else frozenset() for side in (units.old, units.new))
    for before, after in units.pairs[category]:
        changes: tuple[FieldChange, ...] = ()
        if before is not None and after is not None:
            changes = tuple(_part_changes(before, after, units))
            if not changes or before.id in told_old or after.id in told_new:
                same[category] += not changes
                continue
        elif (before and before.id in told_old) or (after and after.id in told_new):
            continue
        part = after or before
        if part is not None:
            above = units.title(before.above if before else None, after.above if after else None)
            yield Difference(category, _change(before, after), above, f"{part.label}{part.title}", changes)


def _change(before: object | None, after: object | None) -> Change:
    return Change.ADDED if before is None else Change.REMOVED if after is None else Change.CHANGED


def _told_elsewhere(side: Said) -> frozenset[str]:
    """The headings that are the titles of a goal or measure: what changed in them is told there."""
    return frozenset(part.heading for category in ("goals", "measures") for part in side.parts[category])


def _part_changes(before: Part, after: Part, units: _Units) -> Iterator[FieldChange]:
    if name(before.title) != name(after.title):
        yield FieldChange("title", before.title, after.title)
    if before.kind != after.kind:
        yield FieldChange("kind", before.kind, after.kind)
    if units.of_old(before.above) != after.above:
        yield FieldChange("in", units.title(before.above, None), units.title(None, after.above))
    if before.body is not None and after.body is not None:
        if name(before.body) != name(after.body):
            yield FieldChange("body", before.body, after.body)
        return
    for field, old, new in (("starts", before.starts, after.starts), ("ends", before.ends, after.ends)):
        if not _begins_alike(old, new, from_end=field == "ends"):
            yield FieldChange(field, old, new)


def _begins_alike(old: str, new: str, *, from_end: bool) -> bool:
    """Whether two excerpts are the same as far as the shorter goes: extractions may show more or fewer characters."""
    first, second = name(old), name(new)
    length = min(len(first), len(second))
    return first[-length:] == second[-length:] if from_end and length else first[:length] == second[:length]


def _statements(category: str, units: _Units, same: dict[str, int]) -> Iterator[Difference]:
    same[category] = 0
    old, new = units.old.statements[category], units.new.statements[category]
    for before, after in _paired(old, new, _statement_keys(category, units.of_old), _statement_keys(category, lambda unit: unit)):
        changes = tuple(change for change in _value_changes(before, after) if (before and after) or change.field != STATED[category][1])
        if before and after and units.of_old(before.unit) != after.unit:
            changes = (FieldChange("in", units.title(before.unit, None), units.title(None, after.unit)), *changes)
        if before and after and not changes:
            same[category] += 1
        elif (fact := after or before) is not None:
            unit = units.title(before.unit if before else None, after.unit if after else None)
            yield Difference(category, _change(before, after), unit, fact.name or fact.values.get("text") or "", changes)


def _statement_keys(category: str, unit: Callable[[str], str]) -> list[Callable[[Statement], Hashable]]:
    """By what a fact of one side is known again on the other, the surest first."""

    def values(one: Statement) -> Hashable:
        return tuple(name(value or "") for value in one.values.values())

    keys: list[Callable[[Statement], Hashable]] = [
        lambda one: (unit(one.unit), name(one.name), values(one)),
    ]
    if category == "targets":
        # 新增学位5000个 -> 新增学位6000个; a renamed indicator with its value; a target that moved to another measure
        keys += [
            lambda one: (unit(one.unit), name(one.name), one.values["value"]),
            lambda one: (unit(one.unit), name(one.name)),
            lambda one: (unit(one.unit), one.values["value"], one.values["unit"]),
            lambda one: (name(one.name), one.values["value"], one.values["unit"]),
        ]
    else:
        keys.append(lambda one: (unit(one.unit), name(one.name)))
    return keys


def _value_changes(before: Statement | None, after: Statement | None) -> Iterator[FieldChange]:
    old, new = before.values if before else {}, after.values if after else {}
    for field in new or old:
        if name(old.get(field) or "") != name(new.get(field) or ""):
            yield FieldChange(field, old.get(field), new.get(field))
