"""Which plans of the graph the cited works are: by document number, else by title, where place, years, issuer and date do not speak against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zhengpu import regions
from zhengpu.graph.links.link_features import UNDATED, Names, Work
from zhengpu.graph.links.link_titles import marked_off, number, parsed

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


def resolutions(documents: Sequence[Names]) -> list[Resolution]:
    """Each work of the documents that is one of their plans, by IRI."""
    by_number: defaultdict[str, list[_Candidate]] = defaultdict(list)
    by_core: defaultdict[str, dict[tuple[str, str], _Candidate]] = defaultdict(dict)
    for names in documents:
        for plan, title in names.plans or ((names.iri, names.title),):
            if names.number:
                by_number[number(names.number)].append(_Candidate(plan, title or names.title, names))
            for called in {title, names.title} - {""}:
                by_core[parsed(called).core].setdefault((plan, parsed(called).years), _Candidate(plan, called, names))
    citing: defaultdict[str, list[tuple[Names, Work]]] = defaultdict(list)
    for names in documents:
        for work in names.works:
            citing[work.iri].append((names, work))
    found = (_resolved(work, cited, by_number, by_core) for work, cited in sorted(citing.items()))
    return [resolution for resolution in found if resolution]


def _resolved(
    work: str, cited: list[tuple[Names, Work]], by_number: dict[str, list[_Candidate]], by_core: dict[str, dict[tuple[str, str], _Candidate]]
) -> Resolution | None:
    numbers = sorted({number(one) for _, mentioned in cited for one in mentioned.numbers})
    for one in numbers:
        if one in by_number:
            same = by_number[one]
            plan = min(same, key=lambda candidate: (parsed(candidate.title).core not in _cores(cited), candidate.plan))
            return Resolution(work, plan.plan, "1", f"发文字号相同：{plan.names.number}")
    fitting: dict[str, tuple[int, str, _Candidate]] = {}
    for title in sorted({title for _, mentioned in cited for title in mentioned.titles}):
        for candidate in by_core.get(parsed(title).core, {}).values() if parsed(title).core else ():
            rank = _rank(title, numbers, cited, candidate)
            if rank is not None and (candidate.plan not in fitting or rank < fitting[candidate.plan][0]):
                fitting[candidate.plan] = (rank, title, candidate)
    best = min((rank for rank, _, _ in fitting.values()), default=None)
    chosen = _one_of([(title, candidate) for rank, title, candidate in fitting.values() if rank == best], cited)
    if chosen is None or best is None:
        return None
    title, candidate = chosen
    return Resolution(work, candidate.plan, "1" if best == 0 else "0.9", f"题名相同：《{title.strip('《》')}》即《{candidate.title}》" + _told(best))


def _told(rank: int) -> str:
    return "" if rank == 0 else "（一处省略了年份或发文机关）"


def _cores(cited: Iterable[tuple[Names, Work]]) -> set[str]:
    return {parsed(title).core for _, work in cited for title in work.titles}


def _rank(title: str, numbers: list[str], cited: list[tuple[Names, Work]], candidate: _Candidate) -> int | None:
    """How many parts of the titles only one of them states; None where something speaks against it."""
    ours, theirs, names = parsed(title), parsed(candidate.title), candidate.names
    if numbers and names.number:  # they differ, or the number would have told
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
