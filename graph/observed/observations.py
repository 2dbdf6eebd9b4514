"""Observed values of indicators, from an analyst's file: which rows fit the graph, and the shard that holds them.

An observation is known by its indicator, region, period and source. A file of the same name later adds to what it said before; a value that it states
anew takes the place of the one that it stated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from itertools import groupby

import pyoxigraph as ox

from zhengpu import ids, regions
from zhengpu.errors import UnknownName
from zhengpu.graph import entities
from zhengpu.graph.folding import folded
from zhengpu.graph.links import link_indicators
from zhengpu.graph.links.link_features import Target
from zhengpu.graph.observed.observed_cells import BadCell, period_of, region_of, value_of
from zhengpu.graph.sources.source import Term, TripleSource
from zhengpu.graph.sources.sparql import values
from zhengpu.graph.storage.shards import Kind, Shard
from zhengpu.graph.things import described_region
from zhengpu.graph.triples.ntriples import Lines, decimal
from zhengpu.graph.triples.unit_scales import converted
from zhengpu.ontology import terms as zp

_NAMES = "SELECT ?indicator ?property ?name WHERE { VALUES ?property { skos:prefLabel skos:altLabel } ?indicator a zp:Indicator ; ?property ?name }"
_UNITS = """SELECT ?indicator ?unit ?per ?code (COUNT(?target) AS ?n) WHERE { %s ?target zp:indicator ?indicator ; a zp:Target
  OPTIONAL { ?target zp:unit ?unit } OPTIONAL { ?target zp:per ?per } OPTIONAL { ?target zp:inPlan/zp:governs/zp:divisionCode ?code } }
  GROUP BY ?indicator ?unit ?per ?code"""
_GOVERNED = "SELECT DISTINCT ?code WHERE { ?plan zp:governs/zp:divisionCode ?code }"
_CHUNK = 500  # IRIs in one VALUES block
_NEAR = 5


@dataclass(frozen=True, slots=True)
class Observation:
    """`on` is an ISO year, month or day; `value` is counted in `unit`, that of the indicator's targets; `stated` is what the file has."""

    indicator: str
    name: str
    region: str
    on: str
    value: Decimal
    unit: str
    stated: str
    source: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row that does not fit, by its number, and why."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What a file says. `without_value` counts rows whose value is not filled in yet."""

    observations: tuple[Observation, ...]
    misfits: tuple[Misfit, ...]
    without_value: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file changes of what one of its name said: numbers of observations. `kept` are those that it does not name any more."""

    added: int
    changed: int
    unchanged: int
    kept: int


def observed(source: TripleSource, rows: Sequence[tuple[int, Mapping[str, str]]], file: str) -> Observed:
    """The rows (number, field -> text) as observations of the source's indicators. `file` is the source of a row that names none."""
    filled = [(number, cells) for number, cells in rows if cells.get("value")]
    known = _Known(source, {cells["indicator"] for _, cells in filled if cells.get("indicator")})
    found: dict[tuple[str, ...], tuple[int, Observation]] = {}
    misfits = []
    for number, cells in filled:
        try:
            one = known.observation(cells, file)
            key = (one.indicator, one.region, one.on, one.source)
            earlier, same = found.setdefault(key, (number, one))
            if same.value != one.value:
                raise BadCell(f"{one.name} is {one.stated} here and {same.stated} in row {earlier}, for the same region, date and source. Keep one of them.")
        except BadCell as error:
            misfits.append(Misfit(number, str(error)))
    return Observed(tuple(one for _, one in found.values()), tuple(misfits), len(rows) - len(filled))


class _Known:
    """What the graph knows of the indicators that a file names."""

    def __init__(self, source: TripleSource, names: set[str]) -> None:
        self._source = source
        self._labels: dict[str, str] = {}
        self._called: dict[str, dict[bool, set[str]]] = defaultdict(lambda: defaultdict(set))  # folded name -> whether its own -> indicators
        for indicator, property, name in source.query(_NAMES, trusted=True).rows:
            own = _text(property) == zp.skos_prefLabel
            self._called[_folded(_text(name))][own].add(_text(indicator))
            if own:
                self._labels[_text(indicator)] = _text(name)
        self._governed = {_text(row[0]) for row in source.query(_GOVERNED, trusted=True).rows}
        self._units: dict[str, Counter[tuple[str, str, str]]] = defaultdict(Counter)  # indicator -> (unit, per, code of a region) -> targets
        self._asked: dict[str, str | BadCell] = {name: self._indicator(name) for name in sorted(names)}
        wanted = sorted({found for found in self._asked.values() if isinstance(found, str)})
        for start in range(0, len(wanted), _CHUNK):
            block = values("indicator", map(ox.NamedNode, wanted[start : start + _CHUNK]))
            for indicator, unit, per, code, count in source.query(_UNITS % block, trusted=True).rows:
                self._units[_text(indicator)][_text(unit), _text(per), _text(code)] += int(_text(count))

    def observation(self, cells: Mapping[str, str], file: str) -> Observation:
        """What the row says. Raises BadCell."""
        if missing := [name for name in ("indicator", "region", "date") if not cells.get(name)]:
            raise BadCell(f"the {' and the '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.")
        indicator = self._asked[cells["indicator"]]
        if isinstance(indicator, BadCell):
            raise indicator
        name = self._labels.get(indicator, indicator)
        code = region_of(cells["region"], self._governed)
        on = period_of(cells["date"])
        number, own_unit = value_of(cells["value"])
        unit = cells.get("unit", "")
        if own_unit and unit and own_unit != unit:
            raise BadCell(f"the value {cells['value'][:60]!r} has another unit than the column, which says {unit!r}. Write one of them.")
        value, counted = self._counted(indicator, name, code, number, own_unit or unit)
        if decimal(value) is None:
            raise BadCell(f"the value {cells['value'][:60]!r} has more digits than can be kept.")
        stated = cells["value"] if own_unit or not unit else f"{cells['value']} {unit}"
        return Observation(indicator, name, code, on, value, counted, stated, cells.get("source") or file)

    def _indicator(self, name: str) -> str | BadCell:
        """The one indicator with this name or IRI, or what is wrong."""
        called = self._called.get(_folded(name), {})
        found = sorted(called.get(True) or called.get(False) or ({name} & self._labels.keys()))
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(self._labels.get(iri, iri) for iri in found[:_NEAR])
            return BadCell(f"more than one indicator is called {name[:80]!r}: {names}. Write the name of the one that is meant.")
        try:
            near = [thing.label for thing in entities.resolve(self._source, name, ("indicator",))]
        except UnknownName as error:
            near = error.near
        hint = f" Did you mean {', '.join(near[:_NEAR])}?" if near else ""
        return BadCell(f"there is no indicator named {name[:80]!r} in the plans.{hint}")

    def _counted(self, indicator: str, name: str, code: str, value: Decimal, unit: str) -> tuple[Decimal, str]:
        """The value in the unit of the indicator's targets: those for the region if there are any. Raises BadCell."""
        every = self._units[indicator]
        of_region = Counter({key: count for key, count in every.items() if key[2] == code})
        ranked: Counter[tuple[str, str]] = Counter()
        for (one, per, _), count in (of_region or every).items():
            ranked[one, per] += count
        choice = sorted(ranked, key=lambda key: (-ranked[key], key))
        units = list(dict.fromkeys(one for one, _ in choice))
        if not unit and "" in units:
            return value, ""
        if not unit and len(units) > 1:
            raise BadCell(f"the unit is missing: {name} is counted in {' or '.join(filter(None, units))}.")
        if not unit or not units:
            return value, unit or "".join(units)
        for one, per in choice:
            counted = converted(value, unit.removesuffix(f"/{per}") if per else unit, one)
            if counted is not None:
                return counted, one
        raise BadCell(f"the unit {unit[:20]!r} does not fit: {name} is counted in {' or '.join(filter(None, units)) or 'bare numbers'}.")


def shard_iri(file: str) -> str:
    """The IRI of the observations from a file of this name."""
    readable = ids.local(file)
    return f"{ids.base()}observations/{readable if readable == file else f'{readable}-{_digest(file)}'}"


def observations_shard(file: str, content_sha256: str, observations: Iterable[Observation], earlier: bytes = b"") -> tuple[Shard, Difference]:
    """The observations as the shard of a file of this name, with those of `earlier`, its shard so far, that are not stated anew; and what changes."""
    iri = shard_iri(file)
    lines = Lines()
    for one in observations:
        _describe(lines, iri, file, one)
    new, old = _by_observation(lines.sorted(), iri), _by_observation(earlier.decode().splitlines(), iri)
    merged = {**old, **new}
    difference = Difference(
        added=len(new.keys() - old.keys()),
        changed=sum(old[one] != new[one] for one in new.keys() & old.keys()),
        unchanged=sum(old[one] == new[one] for one in new.keys() & old.keys()),
        kept=len(old.keys() - new.keys()),
    )
    shared = {line for line in (*lines.sorted(), *earlier.decode().splitlines()) if not line.startswith(f"<{iri}/")}
    triples = "".join(f"{line}\n" for line in sorted({line for said in merged.values() for line in said} | shared)).encode()
    shard = Shard(iri, triples, title=file, source=file, sha256=content_sha256, kind=Kind.OBSERVATIONS, counts={"observations": len(merged)})
    return shard, difference


def _describe(lines: Lines, shard: str, file: str, one: Observation) -> None:
    region = described_region(lines, one.region)
    lines.type(one.indicator, zp.Indicator)
    lines.text(one.indicator, zp.skos_prefLabel, one.name)
    key = f"{one.name[:40]}-{one.region}-{one.on}"
    iri = f"{shard}/{ids.local(key)}-{_digest(one.indicator, one.region, one.on, one.source)}"
    place = regions.table()[one.region].full
    lines.type(iri, zp.Observation)
    lines.text(iri, zp.rdfs_label, f"{place} {one.on} {one.name} {one.value.normalize():f}{one.unit}")
    lines.link(iri, zp.indicator, one.indicator)
    lines.link(iri, zp.region, region)
    lines.period(iri, zp.observedOn, one.on)
    lines.last_day(iri, zp.asOf, one.on)
    lines.decimal(iri, zp.value, one.value)
    lines.code(iri, zp.unit, one.unit)
    comparable = link_indicators.scaled(Target(iri, one.indicator, f"{one.value:f}", one.unit, ""), one.name)
    if comparable:
        lines.decimal(iri, zp.comparableValue, comparable.value)
        lines.code(iri, zp.comparableUnit, comparable.unit)
    lines.text(iri, zp.valueText, one.stated)
    lines.text(iri, zp.dcterms_source, one.source)
    lines.code(iri, zp.sourceFile, file)


def _by_observation(lines: Iterable[str], shard: str) -> dict[str, tuple[str, ...]]:
    """IRI of an observation of the shard -> its lines; lines come sorted."""
    own = (line for line in lines if line.startswith(f"<{shard}/"))
    return {iri: tuple(group) for iri, group in groupby(own, key=lambda line: line.partition(" ")[0])}


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _folded(name: str) -> str:
    return folded(ids.normal(name))


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
