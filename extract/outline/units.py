"""Goals, measures and task rows from the outline, and the text cut into the units that facts belong to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhengpu.extract.duties.allocations import allocation_spans
from zhengpu.extract.outline.front_matter import FrontMatter
from zhengpu.extract.outline.headings import kind_of_title
from zhengpu.extract.outline.table_rows import table_rows, table_units
from zhengpu.extract.reading import TableReading, Unit, UnitKind
from zhengpu.model import Block, BlockKind, Document, Evidence, Goal, Measure, MeasureKind, Section, SectionKind

_MEASURE_KINDS = {
    SectionKind.MEASURE: MeasureKind.MEASURE,
    SectionKind.MEASURE_GROUP: MeasureKind.MEASURE,
    SectionKind.KEY_PROJECT: MeasureKind.KEY_PROJECT,
    SectionKind.SAFEGUARD: MeasureKind.SAFEGUARD,
}
LONGEST_LABEL = 16  # characters before the colon of 牵头（责任）单位：
LONGEST_TAIL = 400  # characters of the last three lines that are looked at: 责任单位：⏎市财政局⏎各县区
_BLANK = " \n\t\u3000\xa0|"
_CLAUSE_RE = re.compile(r"[,;。:]")
_YEAR_RE = re.compile(r"20\d\d年[底末]?前?,")  # 到2025年,…  2035年,…
_BY_YEAR_RE = re.compile(r"(?:力争)?到(?:20\d\d年|\"?十[四五六]五|本世纪)")


@dataclass(frozen=True, slots=True)
class Units:
    goals: tuple[Goal, ...]
    measures: tuple[Measure, ...]
    units: tuple[Unit, ...]
    tables: tuple[TableReading, ...]


def units(document: Document, folded: str, front: FrontMatter, outline: tuple[Section, ...]) -> Units:
    """Cuts the text: the notice, the preamble, then each section as goals, a measure or plain text; tables by their rows."""
    text = document.text
    parents = {section.parent for section in outline if section.kind is not SectionKind.TABLE}
    tables = [block for block in document.blocks if block.table is not None]
    goals: list[Goal] = []
    measures: list[Measure] = []
    found: list[Unit] = []
    readings: list[TableReading] = []
    first = next((section.evidence.start for section in outline if section.evidence.start >= front.body_start), front.body_end)
    if front.body_start > 0:
        found.append(Unit("notice", UnitKind.NOTICE, 0, front.notice_outline[0] if front.notice_outline else front.body_start))
    if first > front.body_start:
        found.append(Unit("preamble", UnitKind.PREAMBLE, front.body_start, first))

    def read(block: Block, section: str, place: str, *, tasks_wanted: bool = True) -> None:
        reading, tasks = table_rows(text, folded, block, section, len(measures), readings[-1] if readings else None, tasks_wanted)
        readings.append(reading)
        measures.extend(tasks)
        found.extend(table_units(reading, tasks, place) if tasks_wanted else ())

    leading = [block for block in tables if block.start < first]

    def read_leading() -> None:
        while leading:  # a list of tasks straight below the title; what stands above that is the page's
            read(block := leading.pop(0), "", "preamble", tasks_wanted=block.start >= front.body_start)
            after = leading[0].start if leading else first
            if after > block.end >= front.body_start:
                found.append(Unit("preamble", UnitKind.PREAMBLE, block.end, after))

    starts = [section.evidence.start for section in outline] + [front.body_end]
    for section, limit in zip(outline, starts[1:], strict=True):
        if section.evidence.start < front.body_start:
            limit = min(limit, front.body_start)  # below the notice's own headings the plan begins
        else:
            read_leading()
        inside = [block for block in _blocks(tables, section.evidence.end, limit) if block.start >= section.evidence.end]
        end = min([section.body_end, *(block.start for block in inside)])
        leaf = section.id not in parents
        own_unit = len(found)
        if section.kind is SectionKind.GOAL:
            own = list(_goals(document, folded, section, end, len(goals)))
            goals += own
            split = own[0].evidence.start if own else end
            if split > section.evidence.start:
                found.append(Unit(section.id, UnitKind.SECTION, section.evidence.start, split))
            found += [Unit(goal.id, UnitKind.GOAL, goal.evidence.start, goal.evidence.end) for goal in own]
        elif leaf and section.kind in _MEASURE_KINDS and not (inside and end <= section.evidence.end):
            measure = _measure(text, folded, section, end, f"m{len(measures) + 1}")
            measures.append(measure)
            found.append(Unit(measure.id, UnitKind.MEASURE, section.evidence.start, max(end, section.evidence.end)))
        elif leaf and section.kind is SectionKind.GUIDING and (aims := list(_aims(document, folded, section, end, len(goals)))):
            goals += aims
            found.append(Unit(section.id, UnitKind.SECTION, section.evidence.start, aims[0].evidence.start))
            found += [Unit(goal.id, UnitKind.GOAL, goal.evidence.start, goal.evidence.end) for goal in aims]
        else:
            found.append(Unit(section.id, UnitKind.SECTION, section.evidence.start, max(end, section.evidence.end)))
        for block in inside:
            read(block, section.id, section.id)
        found += _behind_tables(inside, found[own_unit], section)
    read_leading()
    return Units(tuple(goals), tuple(measures), _disjoint(found), tuple(sorted(readings, key=lambda reading: reading.block.start)))


def _behind_tables(tables: Sequence[Block], unit: Unit, section: Section) -> Iterator[Unit]:
    """What a section goes on to say behind its tables: more of the same unit, of the section where that is cut into goals."""
    kind = UnitKind.SECTION if unit.kind is UnitKind.GOAL else unit.kind
    name = section.id if unit.kind is UnitKind.GOAL else unit.id
    for index, table in enumerate(tables):
        end = tables[index + 1].start if index + 1 < len(tables) else section.body_end
        if end > table.end:
            yield Unit(name, kind, table.end, end)


def _blocks(blocks: Sequence[Block], start: int, end: int) -> Sequence[Block]:
    """Of blocks in text order, those that reach into [start, end)."""
    return blocks[bisect_right(blocks, start, key=lambda block: block.end) : bisect_left(blocks, end, key=lambda block: block.start)]


def _goals(document: Document, folded: str, section: Section, end: int, count: int) -> Iterator[Goal]:
    """The objectives below a heading: one for a heading that names it, else one for each paragraph below 主要目标."""
    text = document.text
    title = folded[section.evidence.start + len(section.label) : section.evidence.end]
    if section.level > 1 and kind_of_title(title) is not SectionKind.GOAL:
        yield Goal(f"g{count + 1}", section.id, section.title, Evidence.of(text, section.evidence.start, max(end, section.evidence.end)))
        return
    for block in _blocks(document.blocks, section.body_start, end):
        start, stop = max(block.start, section.body_start), min(block.end, end)
        if start < stop and block.kind is not BlockKind.TABLE and text[start:stop].strip(_BLANK):
            clause = _CLAUSE_RE.search(folded, start, stop)
            count += 1
            yield Goal(f"g{count}", section.id, text[start : clause.start() if clause else stop] or text[start:stop], Evidence.of(text, start, stop))


def _aims(document: Document, folded: str, section: Section, end: int, count: int) -> Iterator[Goal]:
    """The last paragraphs of 总体思路 that say by when what shall be reached (到2027年，…); none where other text follows them."""
    own = [block for block in _blocks(document.blocks, section.evidence.end, end) if block.start >= section.evidence.end and block.table is None]
    first = next((i for i, block in enumerate(own) if _BY_YEAR_RE.match(folded, block.start)), len(own))
    if first == 0 or not all(_BY_YEAR_RE.match(folded, block.start) or _YEAR_RE.match(folded, block.start) for block in own[first:]):
        return
    for block in own[first:]:
        count += 1
        clause = _CLAUSE_RE.search(folded, block.start, block.end)
        yield Goal(
            f"g{count}", section.id, document.text[block.start : clause.start() if clause else block.end], Evidence.of(document.text, block.start, block.end)
        )


def _measure(text: str, folded: str, section: Section, end: int, name: str) -> Measure:
    start, stop = _trimmed(text, section.body_start, end)
    last_line = folded[max(start, folded.rfind("\n", start, stop)) : stop].strip(_BLANK + "。;")
    # only what stands at the end is cut off: a bracket, or a line or sentence that begins with its label (牵头单位：…)
    tail = folded[max(start, stop - LONGEST_TAIL) : stop]
    may_allot = last_line[-1:] in (")", "]") or any(":" in part[:LONGEST_LABEL] for part in tail.replace("。", "\n").split("\n")[-6:])
    for first, last in reversed(allocation_spans(folded, start, stop) if may_allot else ()):
        if first > start and not folded[last:stop].strip(_BLANK + "。;"):
            start, stop = _trimmed(text, start, first)
    body = Evidence.of(text, start, stop) if stop > start else section.evidence
    whole = Evidence.of(text, section.evidence.start, max(body.end, section.evidence.end))
    return Measure(name, section.id, section.label, section.title, _MEASURE_KINDS[section.kind], body, whole)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _BLANK:
        start += 1
    while end > start and text[end - 1] in _BLANK:
        end -= 1
    return start, end


def _disjoint(found: list[Unit]) -> tuple[Unit, ...]:
    """In text order, each ending where the next begins at the latest."""
    ordered = sorted((unit for unit in found if unit.end > unit.start), key=lambda unit: (unit.start, unit.end))
    out: list[Unit] = []
    for unit, following in zip(ordered, [*ordered, None][1:], strict=True):
        end = min(unit.end, following.start) if following else unit.end
        if end > unit.start:
            out.append(Unit(unit.id, unit.kind, unit.start, end))
    return tuple(out)
