"""What links are made from: the names, numbers, indicators, bodies and units of one document, read from its shard."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhengpu.graph.sources.searched import unescaped
from zhengpu.ontology import terms as zp

UNDATED = 99_999_999  # stands behind every date
_LINE_RE = re.compile(r'^<([^>]*+)> <([^>]*+)> (?:<([^>]*+)>|"((?:[^"\\]++|\\.)*+)"[^ ]*+) \.$', re.MULTILINE)

Described = Mapping[str, list[str]]  # property -> values of one thing, sorted


@dataclass(frozen=True, slots=True)
class Work:
    """A cited work as this document knows it; `relations` are the local names of the citation relations."""

    iri: str
    titles: tuple[str, ...]
    numbers: tuple[str, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """An institution; `kind` and `region` are IRIs, "" where the document does not tell."""

    iri: str
    label: str
    others: tuple[str, ...]
    kind: str
    region: str


@dataclass(frozen=True, slots=True)
class Target:
    """A target's value as it is printed: a decimal, its unit and what it is counted per ("" for none)."""

    iri: str
    indicator: str
    value: str
    unit: str
    per: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure or task; [start, end) is its text in that of the document."""

    iri: str
    title: str
    start: int
    end: int
    is_task: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What a document shares with others by name. `date` is yyyymmdd, with zeros for what is not stated; `regions` are codes."""

    iri: str
    title: str
    number: str
    date: int
    issuers: tuple[str, ...]
    regions: tuple[str, ...]
    plans: tuple[tuple[str, str], ...]
    works: tuple[Work, ...]
    indicators: tuple[tuple[str, str], ...]
    bodies: tuple[Body, ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """All that linking needs of a document; `body` is where its sections stand in the text: what is before and after them is the letter around the plan."""

    names: Names
    measures: tuple[Measure, ...]
    body: tuple[int, int]
    text: str


def features(iri: str, triples: bytes) -> Features:
    """What the shard of the document with this IRI says."""
    things: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, term, thing, literal in _LINE_RE.findall(triples.decode("utf-8", "replace")):
        things[subject][term].append(thing or unescaped(literal))
    of_class: defaultdict[str, list[str]] = defaultdict(list)
    for subject, said in things.items():
        for cls in said.get(zp.rdf_type, ()):
            of_class[cls].append(subject)
    document = things[iri]
    plans = tuple((plan, _one(things[plan], zp.dcterms_title)) for plan in document.get(zp.promulgates, ()))
    names = Names(
        iri=iri,
        title=_one(document, zp.dcterms_title),
        number=_one(document, zp.documentNumber),
        date=_date(document, things[plans[0][0]] if plans else {}),
        issuers=tuple(_one(things[issuer], zp.skos_prefLabel) for issuer in document.get(zp.issuer, ())),
        regions=tuple(sorted({code for plan, _ in plans for region in things[plan].get(zp.governs, ()) for code in things[region].get(zp.divisionCode, ())})),
        plans=plans,
        works=tuple(_works(things, of_class)),
        indicators=tuple((one, _one(things[one], zp.skos_prefLabel)) for one in of_class[zp.Indicator]),
        bodies=tuple(_body(one, things[one]) for one in of_class[zp.Institution]),
        targets=tuple(_target(one, things[one]) for one in of_class[zp.Target]),
    )
    tasks = set(of_class[zp.Task])
    measures = (_measure(one, things[one], one in tasks) for one in of_class[zp.Measure] if one.startswith(f"{iri}/"))
    text = _one(document, zp.text)
    spans = [(int(_one(things[one], zp.start) or 0), int(_one(things[one], zp.end) or 0)) for one in of_class[zp.Section] if one.startswith(f"{iri}/")]
    body = (min(start for start, _ in spans), max(end for _, end in spans)) if spans else (0, len(text))
    return Features(names, tuple(sorted(measures, key=lambda one: (one.start, one.iri))), body, text)


def _one(said: Described, term: str) -> str:
    return min(said.get(term, ()), default="")


def _date(document: Described, plan: Described) -> int:
    """The day on which the document was made or published, else the one on which its plan begins."""
    for stated in (_one(document, zp.dcterms_issued), _one(document, zp.published), _one(plan, zp.periodStart)):
        digits = stated.replace("-", "")
        if digits[:4].isdecimal() and len(digits) <= 8:
            return int(digits.ljust(8, "0"))
    return UNDATED


def _works(things: Mapping[str, Described], of_class: Mapping[str, list[str]]) -> Iterator[Work]:
    relations: defaultdict[str, set[str]] = defaultdict(set)
    for citation in of_class.get(zp.Citation, ()):
        relations[_one(things[citation], zp.cites)].add(_one(things[citation], zp.citationRelation).rpartition("/")[2])
    for work in of_class.get(zp.LegalReference, ()):
        said = things[work]
        titles = (*said.get(zp.dcterms_title, ()), *said.get(zp.skos_altLabel, ()))
        yield Work(work, titles, tuple(said.get(zp.documentNumber, ())), tuple(sorted(relations[work])))


def _body(iri: str, said: Described) -> Body:
    others = tuple(said.get(zp.skos_altLabel, ()))
    return Body(iri, _one(said, zp.skos_prefLabel), others, _one(said, zp.institutionKind), _one(said, zp.region))


def _target(iri: str, said: Described) -> Target:
    return Target(iri, _one(said, zp.indicator), _one(said, zp.value), _one(said, zp.unit), _one(said, zp.per))


def _measure(iri: str, said: Described, is_task: bool) -> Measure:
    return Measure(iri, _one(said, zp.dcterms_title), int(_one(said, zp.start) or 0), int(_one(said, zp.end) or 0), is_task)
