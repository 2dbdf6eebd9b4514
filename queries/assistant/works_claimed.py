"""The works that a claim names by 《title》 or 文号: whether the graph knows them, and where which plan cites them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhengpu import ids
from zhengpu.errors import UnknownName
from zhengpu.graph.entities import Entity, resolve
from zhengpu.graph.sources.source import TripleSource
from zhengpu.ontology import terms as zp
from zhengpu.queries.assistant.claim_words import Words, normal
from zhengpu.queries.assistant.finding import Finding, Part, Verdict, of_citation
from zhengpu.queries.assistant.plans_meant import Meant
from zhengpu.queries.views.proved import Citation, proved
from zhengpu.queries.views.said import pointing, said
from zhengpu.queries.views.said import text as characters

_KINDS = ("work", "plan", "document")
_MOST = 50  # citations that are listed


@dataclass(frozen=True, slots=True)
class _Work:
    """What a title or number in the claim may stand for: the works and the documents called so, and the names that come near."""

    name: str
    things: tuple[Entity, ...]
    near: tuple[str, ...]


def works_claimed(source: TripleSource, words: Words, about: Meant, language: str = "zh") -> Part | None:
    """Where the works of the claim are cited, by the plans that it means if it means some; None where it names none beside those plans."""
    titles = [name for name in words.titles if name not in about.said]
    numbers = [name for name in words.numbers if name not in about.said]
    if not titles and not numbers:
        return None
    works = [_work(source, name) for name in titles or numbers]
    names = tuple(thing.label for work in works for thing in work.things)
    missing = [work for work in works if not work.things]
    if missing:
        near = sorted({name for work in missing for name in work.near})
        note = f"The graph has no work called {'、'.join(work.name for work in missing)}.{' Names that come near: ' + '; '.join(near) if near else ''}"
        return Part(Verdict.UNKNOWN, (), (), names, tuple(work.name for work in missing), note)
    things = [thing.iri for work in works for thing in work.things]
    citations = _citations(source, things, language)
    documents = {plan.document for plan in about.plans}
    inside = citations if about.is_open else [citation for citation in citations if citation.document.iri in documents]
    if titles and numbers and (told := _number_differs(source, things, numbers)):
        return Part(Verdict.DIFFERS, tuple(map(of_citation, inside[:_MOST])), (), names, (), told)
    return _judged(words, about, citations, inside, names)


def _judged(words: Words, about: Meant, citations: list[Citation], inside: list[Citation], names: tuple[str, ...]) -> Part:
    """Whether the plans that are meant cite it, in the way that the claim says."""
    if not inside:
        note = "The plans that are meant do not cite it; others do." if citations else "It is in the graph, and no plan cites it."
        return Part(Verdict.UNKNOWN, (), _first(citations), names, (), note)
    if about.is_open:
        return Part(Verdict.FOUND, _first(inside), (), names)
    so = [citation for citation in inside if citation.relation in words.relations]
    if not words.relations or so:
        findings = tuple(of_citation(citation, True if not words.relations else citation in so) for citation in inside[:_MOST])
        return Part(Verdict.AGREES, tuple(sorted(findings, key=lambda one: not one.agrees)), (), names)
    told = f"The plans cite it in another way than {', '.join(words.relations)}."
    return Part(Verdict.DIFFERS, tuple(of_citation(citation, False) for citation in inside[:_MOST]), (), names, (), told)


def _first(citations: Iterable[Citation]) -> tuple[Finding, ...]:
    return tuple(map(of_citation, list(citations)[:_MOST]))


def _work(source: TripleSource, name: str) -> _Work:
    """The works of that title or number, and the plans and documents, which may be cited under their own titles."""
    near: list[str] = []
    for spelling in (name, ids.work(name)):
        try:
            found = resolve(source, spelling, _KINDS)
        except UnknownName as error:
            near += error.near
            continue
        return _Work(name, tuple(found), ())
    return _Work(name, (), tuple(dict.fromkeys(near)))


def _citations(source: TripleSource, things: Iterable[str], language: str) -> list[Citation]:
    """The citations of the works, and of works that are these plans."""
    wanted = set(things)
    for by in pointing(source, wanted, (zp.resolvesTo,)).values():
        wanted |= {characters(work) for work in by[zp.resolvesTo]}
    facts = {characters(fact) for by in pointing(source, wanted, (zp.cites,)).values() for fact in by[zp.cites]}
    return [fact for fact in proved(source, facts, language) if isinstance(fact, Citation)]


def _number_differs(source: TripleSource, things: Iterable[str], numbers: list[str]) -> str:
    """What to say where the graph has another 文号 for the work than the claim; "" where it has the same, or none."""
    known = {characters(number) for about in said(source, things, (zp.documentNumber,)).values() for number in about[zp.documentNumber]}
    stated = {normal(number) for number in numbers}
    if not known or any(number.endswith(normal(other)) for number in stated for other in known):
        return ""
    return f"The claim has the number {'、'.join(numbers)}; in the graph it is {'、'.join(sorted(known))}."
