"""The hand-made pairs of tests/links: read, and put to the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from zhengpu import ids
from zhengpu.graph.links import link_indicators, link_names, link_works
from zhengpu.graph.links.link_features import UNDATED, Names, Target, Work
from zhengpu.graph.storage.store import Store

LINKS = Path(__file__).parent / "links"
PREFIXES = f"PREFIX zp: <{ids.ONTOLOGY}> PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
Row = tuple[str, ...]


def tables(name: str) -> dict[str, list[list[str]]]:
    """Heading -> rows of the table below it in tests/links/<name>.md, the line of heads left out; `-` is an empty cell."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in (LINKS / f"{name}.md").read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|") and not line.startswith("| ---"):
            found.setdefault(heading, []).append(["" if cell.strip() == "-" else cell.strip() for cell in line.strip("|").split("|")])
    return {heading: rows[1:] for heading, rows in found.items()}


@dataclass(frozen=True)
class Score:
    """What was found of what should be: pairs that are right, wrong and missed."""

    right: tuple[str, ...]
    wrong: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def precision(self) -> float:
        return len(self.right) / max(1, len(self.right) + len(self.wrong))

    @property
    def recall(self) -> float:
        return len(self.right) / max(1, len(self.right) + len(self.missed))

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @classmethod
    def of(cls, wanted: set[str], found: set[str]) -> Score:
        return cls(tuple(sorted(wanted & found)), tuple(sorted(found - wanted)), tuple(sorted(wanted - found)))


def invented_references() -> Iterator[tuple[str, bool, bool]]:
    """(pair, whether it is one, whether the program says so) of the invented titles."""
    rows = next(iter(tables("references").values()))
    for same, cited, number, citing_region, citing_day, title, plan_number, issuer, region, day in rows:
        citing = named("citing", "某计划", "", citing_day, "", citing_region, (Work(ids.work(cited), (cited,), (number,) * bool(number), ("mention",)),))
        plan = named("plan", title, plan_number, day, issuer, region, ())
        yield f"{cited} {number} → {title}", same == "yes", bool(linked(link_works, [citing, plan]))


def indicators() -> Iterator[tuple[str, bool, bool]]:
    """The same of the names of indicators."""
    for same, one, other, unit, other_unit in next(iter(tables("indicators").values())):
        targets = tuple(Target(name, name, "1", of, "") for name, of in ((one, unit), (other, other_unit)))
        document = names("d", ((one, one), (other, other)), targets)
        group = {member.indicator: member.group for member in linked(link_indicators, [document])}
        yield f"{one} = {other}", same == "yes", one in group and group[one] == group.get(other)


def score(pairs: Sequence[tuple[str, bool, bool]]) -> Score:
    return Score.of({pair for pair, is_one, _ in pairs if is_one}, {pair for pair, _, is_found in pairs if is_found})


def linked(family: Any, documents: Sequence[Names]) -> list[Any]:
    """What the module of a family (works, indicators, bodies) links in these documents."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(link_names.SCHEMA)
        table = link_names.NameTable(connection)
        for number, document in enumerate(documents):
            table.put(number, family.rows(document))
        units = set().union(*(family.touched(table, document) for document in documents))
        return [link for unit in sorted(units) for link in family.linked(table, unit)]


def names(iri: str, indicators: tuple[tuple[str, str], ...] = (), targets: tuple[Target, ...] = ()) -> Names:
    """A document of indicators and targets only."""
    return Names(iri, "", "", UNDATED, (), (), (), (), indicators, (), targets)


def named(iri: str, title: str, number: str, day: str, issuer: str, region: str, works: tuple[Work, ...]) -> Names:
    date = int(day.replace("-", "")) if day else UNDATED
    return Names(iri, title, number, date, (issuer,) * bool(issuer), (region,) * bool(region), ((f"{iri}/plan/1", title),), works, (), (), ())


def rows(source: Store | ox.Store, query: str) -> list[Row]:
    """The values of an answer, in their order; "" for none."""
    found = source.query(PREFIXES + query)
    lines = found.rows if isinstance(source, Store) else found
    return sorted(tuple(term.value if term is not None else "" for term in line) for line in lines)  # type: ignore[union-attr]
