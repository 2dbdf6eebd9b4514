"""Searching a source that has no search index, such as an endpoint: the same hits by SPARQL, which reads every name and every text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox

from zhengpu.graph.entities import KINDS
from zhengpu.graph.folding import folded
from zhengpu.graph.sources.source import Row, Term, TripleSource
from zhengpu.graph.sources.sparql import values, written
from zhengpu.ontology import terms as zp
from zhengpu.queries.search import RANKED, TYPES, Hit, SearchResults, form_of, name_score, one_line, passage, places

_UNITS = ("goal", "measure", "section")  # what is searched for its text unless types are named: all text but that outside of sections
_OWN = f"IF(?property IN (<{zp.skos_prefLabel}>, <{zp.dcterms_title}>), 1, 0)"
_NAMES = f"""SELECT ?thing ?class ?text ({_OWN} AS ?own) WHERE {{
  %s
  ?thing a ?class ; ?property ?text .
  FILTER (?property IN (<{zp.skos_prefLabel}>, <{zp.dcterms_title}>, <{zp.skos_altLabel}>, <{zp.documentNumber}>))
  %s
}} ORDER BY STRLEN(?text) ?thing ?own LIMIT %d"""
_TEXTS = """SELECT ?thing ?class ?text WHERE {
  %s
  ?thing a ?class ; zp:text ?text .
  %s
} ORDER BY STRLEN(?text) ?thing LIMIT %d"""
_ABOUT = """SELECT ?thing ?label ?document ?title ?start ?end WHERE {
  %s
  OPTIONAL { ?thing skos:prefLabel|dcterms:title ?label }
  OPTIONAL { { ?thing zp:inDocument ?document } UNION { ?document zp:promulgates ?thing } OPTIONAL { ?document dcterms:title ?title } }
  OPTIONAL { ?thing zp:start ?start ; zp:end ?end }
} ORDER BY ?thing (LANG(?label) != ?language) ?label ?document ?title ?start"""


def search_by_query(source: TripleSource, text: str, words: Sequence[str], types: Collection[str], limit: int, offset: int, language: str) -> SearchResults:
    """What `zhengpu.queries.search.search` answers, case apart with the characters as they are written, or simplified. Texts that are longer come later."""
    wanted = max(RANKED, offset + limit)
    found: dict[str, Hit] = {}
    for hit in _hits(source, text, words, types, wanted + 1):
        found.setdefault(hit.iri, hit)
    page = list(found.values())[:wanted][offset : offset + limit]
    return SearchResults(text, tuple(_placed(source, page, language)), min(len(found), wanted), len(found) <= wanted, offset)


def _hits(source: TripleSource, text: str, words: Sequence[str], types: Collection[str], most: int) -> Iterator[Hit]:
    """Things with what was found of them; where they lie is still to be asked."""
    has = " ".join(map(_contains, dict.fromkeys(text.split())))
    form = form_of(text)
    names = [
        (name_score(folded(name), form, own == "1"), thing, kind, name)
        for thing, kind, name, own in map(_told, source.query(_NAMES % (_classes(types), has, most), trusted=True).rows)
    ]
    for score, thing, kind, name in sorted(names, key=lambda row: (-row[0], TYPES.index(row[2]), row[3], row[1])):
        yield Hit(thing, kind, name, score, one_line(name), places(folded(name), words))
    for thing, kind, content, _ in map(_told, source.query(_TEXTS % (_classes(types or _UNITS), has, most), trusted=True).rows):
        form = folded(content)
        longest = max(words, key=len)
        at = max(form.find(longest), 0)
        around = passage(content, form, at, words, len(longest))
        yield Hit(thing, kind, "", 0.0, around.text, around.spans, start=at, end=at + len(longest))


def _placed(source: TripleSource, page: Sequence[Hit], language: str) -> Iterator[Hit]:
    """The hits with their labels, documents and places. A place within a text becomes one within the document."""
    if not page:
        return
    given: dict[str, Term] = {"language": ox.Literal(language)}
    about: dict[str, Row] = {}
    for row in source.query(_ABOUT % values("thing", (ox.NamedNode(hit.iri) for hit in page)), given, trusted=True).rows:
        about.setdefault(_text(row[0]), row)
    for hit in page:
        _, label, document, title, start, end = map(_text, about[hit.iri])
        if hit.type == "document":
            document, title = hit.iri, label
        from_text = hit.start is not None and hit.end is not None
        shift = int(start) if start else 0
        place = (shift + (hit.start or 0), shift + (hit.end or 0)) if from_text else (int(start), int(end)) if start and end else (None, None)
        yield replace(hit, label=label or hit.label or hit.iri, document=document or None, document_title=title or None, start=place[0], end=place[1])


def _contains(word: str) -> str:
    forms = sorted({word.lower(), folded(word)})
    return f"FILTER ({' || '.join(f'CONTAINS(LCASE(STR(?text)), {written(ox.Literal(form))})' for form in forms)})"


def _classes(types: Collection[str]) -> str:
    return values("class", (ox.NamedNode(KINDS[name]) for name in TYPES if not types or name in types))


def _told(row: Row) -> tuple[str, str, str, str]:
    """IRI, type, text and the last column."""
    kinds = {cls: kind for kind, cls in KINDS.items()}
    return _text(row[0]), kinds[_text(row[1])], _text(row[2]), _text(row[3]) if len(row) > 3 else ""


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
