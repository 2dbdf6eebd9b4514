"""What extraction read out of a document, as one HTML page: its text with every fact marked, the outline as links, and what gave no fact."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, TypeAlias

from zhengpu.marks import Coverage
from zhengpu.model import Document, Facts, Removal
from zhengpu.viz.fact_cards import UNITS, Card, cards
from zhengpu.viz.segments import Run, Span, lines
from zhengpu.viz.standalone import packaged, policy, shown, styles, template

_LONGEST_REMOVAL = 200  # characters of a removed string that are shown


Removed: TypeAlias = tuple[tuple[str, str], ...]  # what cleaning took out at a place: the words, and why


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line as the template writes it: the kinds of the facts around it, outermost first, the numbers of these facts, an id where a heading
    or mark begins, and what cleaning removed in front of it. `is_first` is where a fact begins: there it can have the focus."""

    text: str
    kinds: tuple[str, ...]
    facts: tuple[int, ...]
    is_first: bool
    anchors: tuple[str, ...]
    removed: Removed


@dataclass(frozen=True, slots=True)
class UnitRun:
    """Pieces in the same goal or measure."""

    kinds: tuple[str, ...]
    facts: tuple[int, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the text; `removed` is what stood at its end. Lines with the same `table_row` (table and row) stand beside each other."""

    table_row: tuple[int, int] | None
    runs: tuple[UnitRun, ...]
    removed: Removed


def page(document: Document, facts: Facts, coverage: Coverage) -> str:
    """The page as HTML, to be written as UTF-8; the facts may be corrected ones, their text is the document's."""
    found = cards(facts, coverage.unexplained)
    kinds = _kinds()
    counts = Counter(card.kind for card in found)
    style = styles("page.css", "facts.css") + _styles()
    script = packaged("facts.js")
    title = facts.document.title or facts.plan.title or facts.source
    return template("facts.html").render(
        title=shown(title),
        source=shown(facts.source),
        data=_data(found),
        blocks=[(table_row is not None, list(rows)) for table_row, rows in groupby(_rows(document, found), key=lambda row: row.table_row)],
        outline=[
            (_anchor(number), min(section.level, 6), shown(f"{section.label}{section.title}"))
            for section, (number, _) in zip(facts.outline, ((n, card) for n, card in enumerate(found) if card.kind == "outline"), strict=True)
        ],
        legend=[(name, entry, counts[name]) for name, entry in kinds["kind"].items() if counts[name]],
        marks=[(_anchor(number), shown(card.name), kinds["why"][dict(card.fields)["why"]]) for number, card in enumerate(found) if card.kind == "unexplained"],
        n_removed=len(document.removed),
        n_facts=sum(number for kind, number in counts.items() if kind != "unexplained"),
        quoted=f"{coverage.percent(coverage.in_facts):.1f}",
        characters=coverage.characters,
        style=style,
        script=script,
        policy=policy((script,), style),
    )


def _anchor(number: int) -> str:
    return f"f-{number}"


def _rows(document: Document, found: Sequence[Card]) -> Iterator[Row]:
    removed: dict[int, list[Removal]] = defaultdict(list)
    for removal in document.removed:
        removed[min(removal.position, len(document.text))].append(removal)
    spans = [Span(card.start, card.end, number, card.kind in UNITS) for number, card in enumerate(found)]
    cells = sorted(_cells(document))
    starts = [start for start, _, _ in cells]
    for line in lines(document.text, spans, removed):
        runs = tuple(_run(document.text, run, found, removed) for run in line.runs)
        at = bisect_right(starts, line.start) - 1
        table_row = cells[at][2] if at >= 0 and line.end <= cells[at][1] else None
        if runs or line.end in removed:
            yield Row(table_row, runs, _removals(removed.get(line.end, ())))


def _cells(document: Document) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """(start, end of its table, (table, row)) of each filled cell."""
    for number, block in enumerate(document.blocks):
        for cell in block.table.cells if block.table else ():
            if cell.end > cell.start:
                yield cell.start, block.end, (number, cell.row)


def _run(text: str, run: Run, found: Sequence[Card], removed: Mapping[int, Sequence[Removal]]) -> UnitRun:
    pieces = tuple(
        Piece(
            text=shown(text[segment.start : segment.end]),
            kinds=_nested(segment.facts, found),
            facts=segment.facts,
            is_first=bool(segment.beginning),
            anchors=tuple(_anchor(number) for number in segment.beginning if found[number].kind in ("outline", "unexplained")),
            removed=_removals(removed.get(segment.start, ())),
        )
        for segment in run.segments
    )
    return UnitRun(_nested(run.units, found), run.units, pieces)


def _nested(facts: Sequence[int], found: Sequence[Card]) -> tuple[str, ...]:
    """The kinds of the facts, each once, in the order of the legend."""
    kinds = {found[number].kind for number in facts}
    return tuple(kind for kind in _kinds()["kind"] if kind in kinds)


def _removals(removals: Iterable[Removal]) -> Removed:
    def cut(words: str) -> str:
        return words if len(words) <= _LONGEST_REMOVAL else f"{words[: _LONGEST_REMOVAL - 1]}…"

    return tuple((shown(cut(removal.text).replace("\n", "⏎")), shown(removal.why)) for removal in removals)


def _data(found: Sequence[Card]) -> dict[str, Any]:
    """What the behaviour of the page shows of a fact that is pointed at."""
    kinds = _kinds()
    words = {("why", name): f"{why['zh']} {why['en']}" for name, why in kinds["why"].items()}
    words |= {("unit", name): " ".join(unit) for name, unit in kinds["unit"].items()}
    facts = [
        {
            "kind": card.kind,
            "place": f"[{card.start}, {card.end})",
            "fields": [[name, words.get((name, value)) or shown(value)] for name, value in card.fields],
        }
        for card in found
    ]
    return {"facts": facts, "kinds": {name: [entry["zh"], entry["en"]] for name, entry in kinds["kind"].items()}, "fields": kinds["field"]}


def _styles() -> str:
    """The rules of the kinds: their colour, and the line below or the bar beside what is of the kind; nothing of these where the legend hides it."""
    rules = []
    for name, entry in _kinds()["kind"].items():
        rules.append(f".c-{name} {{ --kind: {entry['colour']}; }}")
        if "line" in entry:
            rules.append(f".k-{name} {{ text-decoration: underline {entry['line']} var(--paint); text-underline-offset: {entry['offset']}px; }}")
        elif "bar" in entry:
            rules.append(f".k-{name} {{ border-left: {entry['bar']} var(--paint); }}")
        rules.append(f".hide-{name} .k-{name} {{ border: 0; outline: 0; background: none; font-weight: inherit; text-decoration: none; }}")
    return "\n".join(rules) + "\n"


@cache
def _kinds() -> dict[str, dict[str, Any]]:
    """The sections "kind", "why", "field" and "unit" of fact_kinds.toml."""
    return tomllib.loads(packaged("fact_kinds.toml"))
