"""Which plans of the graph the cited works are: by document number, else by title, where place, years, issuer and date do not speak against it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zhengpu import regions
from zhengpu.graph.links.link_features import UNDATED, Names, Work
from zhengpu.graph.links.link_names import NameTable, Row
from zhengpu.graph.links.link_titles import marked_off, number, parsed

_CITED, _KNOWN_AS, _TITLED, _NUMBERED = "cited work", "work as it is known", "work of title", "work of number"
_PLAN_TITLED, _PLAN_NUMBERED = "plan of title", "plan of number"
_TO_COME = {"formulate", "publish", "promulgate"}  # what is to be drawn up may be younger than the plan that says so


@dataclass(frozen=True, slots=True)
class Resolution:
    """A work that is a plan. `score` is 1 where the number proves it or the titles are the same in every part."""

    work: str
    plan: str
    score: str
    because: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    plan: str
    title: str
    names: Names


def rows(names: Names) -> Iterator[Row]:
    """What the document knows of works: those that it cites, and the plans that it is, each under its titles and numbers."""
    for work in names.works:
        yield _CITED, work.iri, _written(names.iri, names.date, names.regions, work.relations)
        yield _KNOWN_AS, work.iri, _written(work.titles, work.numbers)
        yield from ((_TITLED, name, work.iri) for title in work.titles for name in _placed(title))
        yield from ((_NUMBERED, number(one), work.iri) for one in work.numbers)
    for plan, title in _plans(names):
        told = (names.iri, names.title, names.number, names.date, names.issuers, names.regions)
        if names.number:
            yield _PLAN_NUMBERED, number(names.number), _written(plan, title or names.title, *told)
        # the notice may be called as the plan is, but for the words of a notice
        for called in {(parsed(called).core, parsed(called).years): called for called in (names.title, title) if called}.values():
            yield from ((_PLAN_TITLED, name, _written(plan, called, *told)) for name in _placed(called))


def touched(table: NameTable, names: Names) -> set[str]:
    """The works that the document may tell which plan they are: those that it cites, and those that are called as its plans are."""
    found = {work.iri for work in names.works}
    called = {name for _, title in _plans(names) for called in (title, names.title) if called for name in _placed(called)}
    return found.union(*(table.values(_TITLED, name) for name in called), table.values(_NUMBERED, number(names.number)) if names.number else ())


def linked(table: NameTable, work: str) -> list[Resolution]:
    """The plan that the work is, if any."""
    known = [json.loads(value) for value in table.values(_KNOWN_AS, work)]
    titles, numbers = ({one for parts in known for one in parts[at]} for at in range(2))
    for one in sorted(map(number, numbers)):
        same = list(map(_candidate, table.values(_PLAN_NUMBERED, one)))
        if same:
            cores = {parsed(title).core for title in titles}
            plan = min(same, key=lambda candidate: (parsed(candidate.title).core not in cores, candidate.plan))
            return [Resolution(work, plan.plan, "1", f"发文字号相同：{plan.names.number}")]
    candidates = [(title, value) for title in sorted(titles) for value in sorted(_called(table, title))]
    if not candidates:  # of most works: so that who cites a law, thousands perhaps, is not asked each time that one more does
        return []
    cited = [_citing(work, value) for value in table.values(_CITED, work)]
    fitting: dict[str, tuple[int, str, _Candidate]] = {}
    for title, value in candidates:
        candidate = _candidate(value)
        rank = _rank(title, bool(numbers), cited, candidate)
        if rank is not None and (candidate.plan not in fitting or rank < fitting[candidate.plan][0]):
            fitting[candidate.plan] = (rank, title, candidate)
    best = min((rank for rank, _, _ in fitting.values()), default=None)
    chosen = _one_of([(title, candidate) for rank, title, candidate in fitting.values() if rank == best], cited)
    if chosen is None or best is None:
        return []
    title, candidate = chosen
    return [Resolution(work, candidate.plan, "1" if best == 0 else "0.9", f"题名相同：《{title.strip('《》')}》即《{candidate.title}》" + _told(best))]


def _placed(title: str) -> list[str]:
    """Under what titles meet: the core with each place that the title may begin with, for a thousand places have a plan of one core."""
    told = parsed(title)
    return [f"{told.core} {code}" for code in sorted(told.regions) or ("",)] if told.core else []


def _called(table: NameTable, title: str) -> set[str]:
    """The plans that may be called so."""
    return {value for name in _placed(title) for value in table.values(_PLAN_TITLED, name)}


def _plans(names: Names) -> tuple[tuple[str, str], ...]:
    return names.plans or ((names.iri, names.title),)


def _written(*parts: object) -> str:
    return json.dumps(parts, ensure_ascii=False)


def _citing(work: str, value: str) -> tuple[Names, Work]:
    """The document that cites the work, and how it does."""
    iri, date, places, relations = json.loads(value)
    return _thin(iri, "", "", date, (), places), Work(work, (), (), tuple(relations))


def _candidate(value: str) -> _Candidate:
    plan, called, *told = json.loads(value)
    return _Candidate(plan, called, _thin(*told))


def _thin(iri: str, title: str, own_number: str, date: int, issuers: Iterable[str], places: Iterable[str]) -> Names:
    """As much of a document's names as it takes to compare works."""
    return Names(iri, title, own_number, date, tuple(issuers), tuple(places), (), (), (), (), ())


def _told(rank: int) -> str:
    return "" if rank == 0 else "（一处省略了年份或发文机关）"


def _rank(title: str, is_numbered: bool, cited: list[tuple[Names, Work]], candidate: _Candidate) -> int | None:
    """How many parts of the titles only one of them states; None where something speaks against it."""
    ours, theirs, names = parsed(title), parsed(candidate.title), candidate.names
    if is_numbered and names.number:  # they differ, or the number would have told
        return None
    if ours.regions != theirs.regions and not ours.regions & theirs.regions:
        return None
    if ours.years and theirs.years and ours.years != theirs.years:
        return None
    if ours.issuer and not _is_by(ours.issuer, (theirs.issuer, *names.issuers)):
        return None
    if not ours.issuer and theirs.issuer and not _reaches(names, (document for document, _ in cited)):
        return None  # 《关于加强…的意见》 of another province
    if all(_is_before(document, work, names) for document, work in cited):
        return None
    return int(ours.years != theirs.years) + int(bool(theirs.issuer) and not ours.issuer)


def _is_by(issuer: str, bodies: Iterable[str]) -> bool:
    return any(body and (body in issuer or issuer in body) for body in map(marked_off, bodies))


def _reaches(names: Names, documents: Iterable[Names]) -> bool:
    """Whether the plan is for every place that the documents are for (the whole country where it names none)."""
    table = regions.table()
    circles = [table[code] for code in names.regions if code in table]
    places = [table[code] for document in documents for code in document.regions if code in table]
    return not circles or all(any(regions.lies_within(place, circle) for circle in circles) for place in places)


def _is_before(document: Names, work: Work, plan: Names) -> bool:
    """Whether the document cites what was made only after it."""
    if document.iri == plan.iri or UNDATED in (document.date, plan.date) or _TO_COME & set(work.relations):
        return False
    places = 10_000 if not (document.date % 10_000 and plan.date % 10_000) else 1  # a year alone: the same year is not before
    return document.date // places < plan.date // places


def _one_of(fitting: list[tuple[str, _Candidate]], cited: list[tuple[Names, Work]]) -> tuple[str, _Candidate] | None:
    """The only one; of several editions the last that every citing document can know; None where that is in doubt."""
    if len({candidate.names.iri for _, candidate in fitting}) == 1:
        return min(fitting, key=lambda pair: pair[1].plan)
    known = min((document.date for document, _ in cited), default=UNDATED)
    dated = sorted(((candidate.names.date, candidate.plan, title) for title, candidate in fitting if candidate.names.date <= known < UNDATED), reverse=True)
    if not dated or (len(dated) > 1 and dated[0][0] == dated[1][0]):
        return None
    return next(_matching(fitting, dated[0][1]))


def _matching(fitting: list[tuple[str, _Candidate]], plan: str) -> Iterator[tuple[str, _Candidate]]:
    return (pair for pair in fitting if pair[1].plan == plan)
