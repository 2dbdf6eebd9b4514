"""A plan's yearly report as headings, sentences and tables, whatever file they are written to: report_html.py, report_docx.py, report_markdown.py."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from zhengpu.queries.views.agenda import DUE_SOON, LATER, ONGOING, OVERDUE, STATES, Item
from zhengpu.queries.views.proved import Target
from zhengpu.queries.views.yearly import Change, Progress, Yearly
from zhengpu.viz.standalone import packaged, shown

_LONGEST_QUOTE = 160  # characters; the words of a fact are shorter, those of a measure without a body go on for a page


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a target is reached, in per cent of the way, from 0 to 100."""

    percent: int


@dataclass(frozen=True, slots=True)
class Cell:
    """`lines` are sentences one below the other; `quote` are words of a document, `place` where they stand; `tone` a standing or state, for its colour."""

    lines: tuple[str, ...] = ()
    quote: str = ""
    place: str = ""
    bar: Bar | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the report: sentences, then tables."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """`facts` are pairs of what and which, such as 文号 and the number. All text is shown as it is: nothing in it is markup."""

    title: str
    language: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


def report(found: Yearly, language: str = "zh") -> Report:
    """The report in Chinese or English; texts of documents stay as they are."""
    words = _words()[language]
    document = found.document
    facts = (
        ("as_of", found.as_of),
        ("document", document.label),
        ("issuer", document.issuer.label if document.issuer else ""),
        ("region", document.region.label if document.region else ""),
        ("period", "—".join(filter(None, found.period))),
    )
    return Report(
        shown(words["title"].format(plan=found.plan.label)),
        language,
        tuple((words[name], shown(value)) for name, value in facts if value),
        (_summary(found, words), _targets(found, words), _bodies(found, words), _tasks(found, words), _gaps(found, words), _changes(found, words)),
    )


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(packaged("report_words.toml"))


def _summary(found: Yearly, words: Mapping[str, Any]) -> Part:
    def counts(counted: Mapping[str, int], names: Mapping[str, str]) -> str:
        return str(words["between"]).join(f"{names[name]} {number}" for name, number in counted.items() if number)

    sentences = []
    if found.targets:
        sentences.append(words["of_targets"].format(n=len(found.targets), counts=counts(found.standings, words["standing"])))
    if found.agenda.items.total:
        sentences.append(words["of_tasks"].format(n=found.agenda.items.total, counts=counts(found.agenda.counts, words["state"])))
    return Part(words["summary"], (*sentences, words["done_note"]))


def _targets(found: Yearly, words: Mapping[str, Any]) -> Part:
    heads = tuple(words[name] for name in ("indicator", "base", "observed", "target", "due", "progress", "proof"))
    rows = tuple(_target(one, found, words) for one in found.targets)
    return Part(words["targets"], () if rows else (words["no_targets"],), (Table("", heads, rows),) if rows else ())


def _target(one: Progress, found: Yearly, words: Mapping[str, Any]) -> tuple[Cell, ...]:
    target = one.target
    standing = words["standing"][one.standing]
    told = [standing if one.percent is None else f"{standing} {_number(one.percent)} %"]
    if one.expected is not None:
        told.append(words["expected"].format(value=_number(one.expected)))
    bar = None if one.percent is None else Bar(int(min(max(one.percent, Decimal(0)), Decimal(100))))
    told_of = ((words["observed_as"], one.observed_as), (words["source"], one.data_source))
    observed = _lines(_value(one.observed, target.unit), one.observed_on, *(word.format(name=name) for word, name in told_of if name))
    return (
        Cell((shown(target.indicator.label),)),
        Cell(_lines(_value(one.base, target.unit), one.base_on)),
        Cell(observed),
        Cell(_lines(target.value_text)),
        Cell(_lines(target.due)),
        Cell(tuple(told), bar=bar, tone=one.standing),
        _proof(target.quote, target.document.label, target.start, target.end, words),
    )


def _bodies(found: Yearly, words: Mapping[str, Any]) -> Part:
    heads = (words["body"], *(words["state"][state] for state in STATES))
    rows = tuple((Cell((shown(one.body.label),)), *(Cell((str(one.counts[state]),)) for state in STATES)) for one in found.workloads)
    return Part(words["by_body"], () if rows else (words["none"],), (Table("", heads, rows),) if rows else ())


def _tasks(found: Yearly, words: Mapping[str, Any]) -> Part:
    """Tasks in the order of their dates; those without one are among the gaps."""
    heads = tuple(words[name] for name in ("due", "task", "bodies", "proof"))
    tables = []
    for state in (OVERDUE, DUE_SOON, ONGOING, LATER):
        rows = tuple(_task(item, words) for item in found.agenda.items.items if item.state == state)
        if rows:
            tables.append(Table(words["state"][state], heads, rows))
    return Part(words["tasks"], () if tables else (words["none"],), tuple(tables))


def _task(item: Item, words: Mapping[str, Any]) -> tuple[Cell, ...]:
    bodies = tuple(shown(f"{body.label} ({words['role'][body.role]})") for body in item.bodies)
    when = _lines(item.due_by or item.start_by, item.schedule_text)
    return Cell(when, tone=item.state), Cell(_lines(item.thing.label)), Cell(bodies), _proof(item.quote, item.document.label, item.start, item.end, words)


def _gaps(found: Yearly, words: Mapping[str, Any]) -> Part:
    heads = (words["what"], words["proof"])
    tables = tuple(
        Table(
            shown(f"{gap.sentence} {len(gap.items)}"),
            heads,
            tuple((Cell(_lines(one.name)), _proof(one.quote, found.document.label, one.start, one.end, words)) for one in gap.items),
        )
        for gap in found.gaps
        if gap.items
    )
    return Part(words["gaps"], (words["gaps_note"] if tables else words["none"],), tables)


def _changes(found: Yearly, words: Mapping[str, Any]) -> Part:
    if found.previous is None:
        return Part(words["changes"], (words["no_previous"],))
    heads = (words["change"], words["indicator"], words["old"], words["new"])
    rows = tuple(_change(change, words) for change in found.changes)
    tables = (Table("", heads, rows),) if rows else ()
    return Part(words["changes"], (shown(words["previous"].format(plan=found.previous.label)),), tables)


def _change(change: Change, words: Mapping[str, Any]) -> tuple[Cell, ...]:
    def promise(target: Target | None) -> Cell:
        if target is None:
            return Cell(("—",))
        proof = _proof(target.quote, target.document.label, target.start, target.end, words)
        return Cell(_lines(target.value_text, target.due), proof.quote, proof.place)

    return Cell((words["kind"][change.kind],), tone=change.kind), Cell(_lines(change.indicator.label)), promise(change.old), promise(change.new)


def _proof(quote: str, document: str, start: int, end: int, words: Mapping[str, Any]) -> Cell:
    plain = shown(" ".join(quote.split()))
    quote = plain if len(plain) <= _LONGEST_QUOTE else f"{plain[: _LONGEST_QUOTE - 1]}…"
    return Cell(quote=quote, place=shown(words["place"].format(document=document, start=start, end=end)))


def _value(value: Decimal | None, unit: str) -> str:
    return "" if value is None else f"{_number(value)} {unit}".strip()


def _number(value: Decimal) -> str:
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(shown(" ".join(text.split())) for text in texts if text)

