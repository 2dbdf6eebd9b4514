"""Links -> triples. Each is a zp:Derived of its own class that says which things it joins, why, and how surely; beside it the short cut for queries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from zhengpu import ids
from zhengpu.graph.links.link_bodies import SameBody
from zhengpu.graph.links.link_indicators import Member, Scaled
from zhengpu.graph.links.link_letters import digest
from zhengpu.graph.links.link_reuse import Passage
from zhengpu.graph.links.link_tasks import Elaboration
from zhengpu.graph.links.link_works import Resolution
from zhengpu.graph.triples.ntriples import Lines
from zhengpu.ontology import terms as zp


def works(lines: Lines, shard: str, found: Sequence[Resolution]) -> None:
    for one in found:
        _derived(lines, shard, zp.Resolution, (one.work, one.plan), one.because, Decimal(one.score))
        lines.link(one.work, zp.resolvesTo, one.plan)


def indicators(lines: Lines, shard: str, found: Sequence[Member]) -> None:
    for one in found:
        lines.type(one.group, zp.IndicatorGroup, zp.skos_Concept)
        lines.text(one.group, zp.skos_prefLabel, ids.normal(one.name))
        lines.text(one.group, zp.skos_prefLabel, one.en, "en")
        lines.link(one.indicator, zp.inIndicatorGroup, one.group)
        lines.link(one.indicator, zp.skos_broader, one.group)
        _derived(lines, shard, zp.IndicatorMatch, (one.indicator, one.group), one.because)


def bodies(lines: Lines, shard: str, found: Sequence[SameBody]) -> None:
    for one in found:
        _derived(lines, shard, zp.BodyMatch, (one.short, one.full), one.because)
        lines.link(one.short, zp.sameBodyAs, one.full)
        lines.link(one.full, zp.sameBodyAs, one.short)


def values(lines: Lines, found: Sequence[Scaled]) -> None:
    for one in found:
        lines.decimal(one.target, zp.comparableValue, one.value)
        lines.code(one.target, zp.comparableUnit, one.unit)


def similarity(lines: Lines, shard: str, measures: tuple[str, str], score: float, passages: Sequence[str]) -> None:
    node = _derived(lines, shard, zp.Similarity, measures, f"两条措施的三字串有{score:.0%}相同", Decimal(str(score)))
    for passage in passages:
        lines.text(node, zp.sharedText, passage)
    lines.link(measures[0], zp.similarTo, measures[1])
    lines.link(measures[1], zp.similarTo, measures[0])


def elaborations(lines: Lines, shard: str, found: Sequence[tuple[Elaboration, str, Sequence[str]]]) -> None:
    """Each with the title of the measure, and passages that both have."""
    for one, title, passages in found:
        told = f"任务的用语有{one.score:.0%}见于措施“{title}”（少见的词分量重）"
        node = _derived(lines, shard, zp.Elaboration, (one.task, one.measure), told, Decimal(str(one.score)))
        for passage in passages:
            lines.text(node, zp.sharedText, passage)
        lines.link(one.task, zp.elaborates, one.measure)


def reuse(lines: Lines, shard: str, documents: tuple[str, str], things: tuple[str, str], passage: Passage, text: str, told: str) -> None:
    """A passage `text` of the first document that the second had before; `things` are their plans."""
    node = _derived(lines, shard, zp.Reuse, things, told, key=f"{passage.start} {passage.end}")
    lines.link(node, zp.inDocument, documents[0])
    lines.integer(node, zp.start, passage.start)
    lines.integer(node, zp.end, passage.end)
    lines.link(node, zp.sourceDocument, documents[1])
    lines.integer(node, zp.sourceStart, passage.source_start)
    lines.integer(node, zp.sourceEnd, passage.source_end)
    lines.text(node, zp.sharedText, text)
    lines.link(things[0], zp.reusesTextOf, things[1])


def _derived(lines: Lines, shard: str, cls: str, things: tuple[str, str], because: str, score: Decimal | None = None, key: str = "") -> str:
    """The IRI of a derived statement, a function of what it joins."""
    node = f"{shard}/{digest(' '.join((cls, *things, key))):016x}"
    lines.type(node, zp.Derived, cls)
    for thing in things:
        lines.link(node, zp.derives, thing)
    lines.text(node, zp.because, because)
    lines.decimal(node, zp.score, score)
    return node
