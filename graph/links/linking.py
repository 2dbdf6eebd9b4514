"""Links between documents: from the shards of a store's documents to derived shards, all of them or what a change touches, with the same bytes.

One shard a document says what its measures, tasks, texts and values have to do with others. Which cited works, indicators and bodies are one is said by
shards of their own, a bucket of them each, of which a change touches those where something is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from zhengpu import ids, regions
from zhengpu.graph.links import link_bodies, link_cache, link_indicators, link_measures, link_names, link_reuse, link_statements, link_tasks, link_works
from zhengpu.graph.links.link_cache import Cache, Read, Remembered
from zhengpu.graph.links.link_features import UNDATED, Names
from zhengpu.graph.links.link_names import NameTable
from zhengpu.graph.storage.shards import Kind, Shard
from zhengpu.graph.triples.ntriples import Lines

OPTION = "links"  # of the manifest's entry of a derived shard: by which rules it was made
_RULES = 3  # raised whenever the same documents give other links
_BEST = 5  # similar measures of one measure
_PASSAGES = 3  # that tell why a task elaborates a measure

Progress = Callable[[int], None]
Keep = Callable[[Shard], None]


@dataclass(frozen=True, slots=True)
class Change:
    """The documents before and after a change (IRI -> digest of the shard), and the IRIs of the derived shards that belong to those before."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    standing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Relinked:
    """The IRIs of the derived shards that were made, and of those that are to go."""

    come: frozenset[str]
    gone: frozenset[str]


@cache
def rules() -> str:
    """A name for the rules: other rules, other links."""
    data = b"".join(files("zhengpu.ontology").joinpath(name).read_bytes() for name in (link_indicators.GROUPS, link_indicators.SCALES))
    return f"{_RULES}.{link_cache.FORMAT}.{sha256(data + ids.base().encode()).hexdigest()[:12]}"


def relinked(folder: Path, change: Change, read: Read, keep: Keep, *, anew: bool = False, progress: Progress | None = None) -> Relinked:
    """What happens to the derived shards of the store at `folder`; `anew`, to all of them.

    `read` gives the shard of a document that is there after, `keep` takes each derived shard as it is made: together they are more than memory holds."""
    before, after, standing = change.before, change.after, change.standing
    with link_cache.opened(folder, anew=anew) as known:
        is_known = known.state == _state(before)
        touched = known.renew(after, read, anew=not is_known)
        known.state = _state(after)
        come: set[str] = set()
        for iri in sorted(touched & set(after)):
            shard = _of_document(known, known.remembered(iri))
            if shard:
                keep(shard)
                come.add(shard.iri)
            if progress:
                progress(1)
        emptied = set()
        for shard in _shared(known, anew=not is_known):
            if shard.triples or shard.iri in _always():
                keep(shard)
                come.add(shard.iri)
            else:
                emptied.add(shard.iri)
        kept = come | ((standing - {_name(iri) for iri in touched} - emptied) if is_known else set())
        return Relinked(frozenset(come), standing - kept)


def _state(documents: Mapping[str, str]) -> str:
    lines = [rules(), *(f"{iri} {digest}" for iri, digest in sorted(documents.items()))]
    return sha256("\n".join(lines).encode()).hexdigest()


def _name(document: str) -> str:
    """The IRI of the derived shard of a document."""
    return ids.derived("document", document.removeprefix(f"{ids.base()}document/"))


def _shard(iri: str, lines: Lines, title: str, counts: Mapping[str, int]) -> Shard:
    triples = "".join(f"{line}\n" for line in lines.sorted()).encode()
    return Shard(iri, triples, title=title, kind=Kind.DERIVED, options={OPTION: rules()}, counts={name: number for name, number in counts.items() if number})


@dataclass(frozen=True, slots=True)
class _Family:
    """A kind of links between what documents share by name: the units that a document may change, what a unit is linked to, and how that is said."""

    name: str
    title: str
    count: str
    touched: Callable[[NameTable, Names], set[str]]
    linked: Callable[[NameTable, str], Sequence[Any]]
    statements: Callable[[Lines, str, Sequence[Any]], None]


_FAMILIES = (
    _Family("works", "cited works that are plans of the graph", "resolutions", link_works.touched, link_works.linked, link_statements.works),
    _Family("indicators", "indicators that mean the same", "indicators", link_indicators.touched, link_indicators.linked, link_statements.indicators),
    _Family("bodies", "names of one body", "bodies", link_bodies.touched, link_bodies.linked, link_statements.bodies),
)


def _bucket(family: _Family, number: int) -> str:
    """The IRI of a shared shard."""
    return ids.derived(family.name, f"{number:02x}")


def _always() -> set[str]:
    """The shards that a linked store has even where they say nothing: by them it is known to be linked."""
    return {_bucket(family, 0) for family in _FAMILIES}


def _shared(known: Cache, *, anew: bool) -> Iterator[Shard]:
    """The shards about what many documents share by name in which something is another, empty ones among them; `anew`, all that are not empty."""
    for family in _FAMILIES:
        others = {0} if anew else set()
        if anew:
            known.shared.forget(family.name)
        units: set[str] = set()
        for names in known.names() if anew else known.changed:
            units |= family.touched(known.shared, names)
        for unit in sorted(units):
            lines, number = Lines(), link_names.bucket_of(unit)
            found = family.linked(known.shared, unit)
            family.statements(lines, _bucket(family, number), found)
            if known.shared.keep(family.name, unit, len(found), lines.sorted()):
                others.add(number)
        for number in sorted(others):
            lines, bucket = Lines(), known.shared.bucket(family.name, number)
            lines.add(bucket.lines)
            yield _shard(_bucket(family, number), lines, family.title, {family.count: bucket.links})


def _of_document(known: Cache, own: Remembered) -> Shard | None:
    """What the document has to do with earlier ones, and its parts with each other; None for nothing."""
    names = own.features.names
    lines, iri = Lines(), _name(names.iri)
    counts = {
        "similarities": _similar_measures(lines, iri, known, own),
        "reuses": _reuse(lines, iri, known, own),
        "elaborations": _elaborations(lines, iri, own),
    }
    labels = dict(names.indicators)
    values = (link_indicators.scaled(target, labels.get(target.indicator, "")) for target in names.targets)
    link_statements.values(lines, [value for value in values if value])
    shard = _shard(iri, lines, names.title, counts)
    return shard if shard.triples else None


def _similar_measures(lines: Lines, shard: str, known: Cache, own: Remembered) -> int:
    found = 0
    for measure, letters, bands in zip(own.features.measures, own.measures, own.bands, strict=True):
        scored = [(link_measures.likeness(theirs, letters), there, theirs) for there, theirs in known.nearest(own.order, bands)]
        alike = sorted(((-score, there, theirs) for score, there, theirs in scored if score), key=lambda one: one[:2])
        for negative, there, theirs in alike[:_BEST]:
            shared = link_measures.passages(theirs, letters, own.features.text)
            link_statements.similarity(lines, shard, (measure.iri, there), -negative, shared)
            found += 1
    return found


def _reuse(lines: Lines, shard: str, known: Cache, own: Remembered) -> int:
    sources = {source.features.names.iri: source for source in known.sources(own.order, own.fingerprints)}
    names, text = own.features.names, own.features.text
    order = sorted(sources, key=lambda iri: (not _is_above(sources[iri].features.names, names), sources[iri].order))
    found = link_reuse.reused(text, own.letters, [(iri, sources[iri].letters) for iri in order])
    for iri, passage in found:
        source = sources[iri].features.names
        told = _where_from(source, names, passage.letters)
        link_statements.reuse(lines, shard, (names.iri, iri), (_plan(names), _plan(source)), passage, text[passage.start : passage.end], told)
    return len(found)


def _plan(names: Names) -> str:
    return names.plans[0][0] if names.plans else names.iri


def _where_from(source: Names, own: Names, letters: int) -> str:
    kind = "上级" if _is_above(source, own) else "较早" if source.date < own.date < UNDATED else "另一"
    return f"与{kind}文件《{(source.plans[0][1] if source.plans else '') or source.title or source.iri}》有连续{letters}字相同"


def _is_above(names: Names, other: Names) -> bool:
    """Whether the document is for a place around that of the other."""
    table = regions.table()
    mine, theirs = ([table[code] for code in one.regions if code in table] for one in (names, other))
    return bool(mine and theirs) and all(place not in mine and any(regions.lies_within(place, circle) for circle in mine) for place in theirs)


def _elaborations(lines: Lines, shard: str, own: Remembered) -> int:
    text = own.features.text
    by_iri = {one.iri: (one, letters) for one, letters in zip(own.features.measures, own.measures, strict=True)}
    measures = [(one.iri, f"{one.title}\n{text[one.start : one.end]}") for one, _ in by_iri.values() if not one.is_task]
    tasks = [(one.iri, one.title or text[one.start : one.end]) for one, _ in by_iri.values() if one.is_task]
    told = []
    for one in link_tasks.elaborations(tasks, measures):
        (_, task), (measure, letters) = by_iri[one.task], by_iri[one.measure]
        told.append((one, measure.title, link_measures.passages(letters, task, text)[:_PASSAGES]))
    link_statements.elaborations(lines, shard, told)
    return len(told)
