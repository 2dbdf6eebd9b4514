"""Searching: names and texts that have the words exactly as they stand, names before texts, each hit with the place where it was found.

    search(store, "知识产权局", types=("institution",)).hits[0].label

Words are compared without regard to width, case, and traditional or simplified characters (`zhengpu.graph.folding`). Words with white space between
them must all be there, in any order. Names come first: that which is the words, then those that begin with them, then the shorter ones. Texts follow by BM25.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from zhengpu.errors import BadParameter, UnknownName
from zhengpu.graph.folding import SPACE, folded
from zhengpu.graph.sources.searched import ORDER, Span
from zhengpu.graph.sources.source import TripleSource
from zhengpu.graph.storage.search_numbers import REST, SPAN, WHOLE, bounds, moved
from zhengpu.graph.storage.search_reader import TEXTS, Name, SearchIndex
from zhengpu.graph.storage.store import Store

TYPES = ORDER
RANKED = 500  # hits that are put in order and counted; of commoner words, which are in tens of thousands of texts, the first ones that the index has
LONGEST = 1000  # characters of a search
_BEFORE, _AFTER = 20, 60  # characters of a snippet around the words
# Scores of names; a half is added for the thing's own name, and less for how much of the name the words are. Texts have less than 1.
_EXACT, _BEGINNING, _INSIDE = 3.0, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found. `type` is one of TYPES; `snippet` the name or a part of the text, on one line, of which `spans` are the words found.

    `document` and `document_title` say where it lies, or what it is; [start, end) is the place in the text of the document: of the words, where they
    were found in a text, else of the thing. None where it lies in no document."""

    iri: str
    type: str
    label: str
    score: float
    snippet: str
    spans: tuple[Span, ...]
    document: str | None = None
    document_title: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits. `total` counts all of them, at least that many where `exact` is false: very common words are not counted to the end."""

    text: str
    hits: tuple[Hit, ...]
    total: int
    exact: bool
    offset: int = 0


def search(source: TripleSource, text: str, types: Collection[str] = (), limit: int = 20, offset: int = 0, language: str = "zh") -> SearchResults:
    """The things of these types (none named: of any) whose names or texts have the words of `text`; `limit` of them, after the first `offset`.

    A source without a search index, such as an endpoint, answers by reading every name and text: slower, and blind to forms that differ.
    Raises BadParameter for a text that is empty or too long, UnknownName for a type that is none, StoreError, QueryError."""
    words = words_of(text)
    _check(types, limit, offset)
    if isinstance(source, Store):
        return search_index_for(source.words, text, types, limit, offset, language)
    from zhengpu.queries.search_remote import search_by_query

    return search_by_query(source, text, words, types, limit, offset, language)


def search_index_for(index: SearchIndex, text: str, types: Collection[str] = (), limit: int = 20, offset: int = 0, language: str = "zh") -> SearchResults:
    """The same from a search index alone: for servers, which hold one open (`zhengpu.graph.storage.index.open_search`)."""
    words = words_of(text)
    _check(types, limit, offset)
    wanted = max(RANKED, offset + limit)
    found = list(islice(_found(index, words, form_of(text), types), wanted + 1))
    hits = tuple(_hit(index, one, words, language) for one in found[:wanted][offset : offset + limit])
    return SearchResults(text, hits, min(len(found), wanted), len(found) <= wanted, offset)


def _check(types: Collection[str], limit: int, offset: int) -> None:
    for name in types:
        if name not in TYPES:
            raise UnknownName("type", name, TYPES, f"There are: {', '.join(TYPES)}.")
    if limit < 0 or offset < 0:
        raise BadParameter("The limit and the offset of a search are numbers from 0.")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search, folded, each once. Raises BadParameter for none, and for more than a search may have."""
    if len(text) > LONGEST:
        raise BadParameter(f"The text to search for is longer than {LONGEST} characters; search for a part of it.")
    words = tuple(dict.fromkeys(form_of(text).split(SPACE)) if form_of(text) else ())
    if not words:
        raise BadParameter("There is nothing to search for: give a word, such as 知识产权.")
    return tuple(word for word in words if word)


def form_of(text: str) -> str:
    """The folded text of a search, without white space around it."""
    return folded(text).strip(SPACE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A name that has the words, or the id of a text that has them."""

    score: float
    name: Name | None
    number: int


def _found(index: SearchIndex, words: Sequence[str], form: str, types: Collection[str]) -> Iterator[_Candidate]:
    """Everything that is found, each thing once, best first, read from the index no further than it is asked for."""
    seen: set[int] = set()
    for candidate in _candidates(index, words, form, types):
        thing = _thing(candidate.number)
        if thing not in seen:
            seen.add(thing)
            yield candidate
    if not seen and not types:  # words that run from one unit into the next
        yield from _by_weight(index, words, (bounds(WHOLE),))


def _candidates(index: SearchIndex, words: Sequence[str], form: str, types: Collection[str]) -> Iterator[_Candidate]:
    codes = sorted(TYPES.index(name) for name in types)
    spans = tuple(map(bounds, codes)) or (TEXTS,)
    names = (name for span in spans for name in chain(index.named(form, span), index.names(words, span)))
    first = [_scored(name, form) for name in islice(names, RANKED)]
    yield from sorted(first, key=lambda one: (-one.score, one.number // SPAN, one.name.text if one.name else "", one.number))
    yield from (_scored(name, form) for name in names)
    yield from _by_weight(index, words, tuple(bounds(WHOLE) if TYPES[code] == "document" else bounds(code) for code in codes) or (TEXTS,))


def _by_weight(index: SearchIndex, words: Sequence[str], spans: tuple[Span, ...]) -> Iterator[_Candidate]:
    """The texts in these spans, by BM25; where there are very many, as they come."""
    numbers = (number for span in spans for number in index.texts(words, span))
    first = list(islice(numbers, RANKED + 1))
    if len(first) <= RANKED:
        weights = {number: weight for span in spans for number, weight in index.weights(words, span).items()}
        yield from (_Candidate(round(weights[n] / (1 + weights[n]), 4), None, n) for n in sorted(first, key=lambda number: (-weights[number], number)))
    else:
        yield from (_Candidate(0.0, None, number) for number in first)
        yield from (_Candidate(0.0, None, number) for number in numbers)


def _scored(name: Name, form: str) -> _Candidate:
    return _Candidate(name_score(name.folded, form, name.own), name, name.thing)


def name_score(name: str, form: str, own: bool) -> float:
    """How well a name fits the search, both folded; more than 1, which no text reaches."""
    base = _EXACT if name == form else _BEGINNING if name.startswith(form) else _INSIDE
    return round(base + (0.5 if own else 0.0) + min(len(form) / (len(name) + 1), 0.98) / 2, 4)


def _thing(number: int) -> int:
    """The id of the thing that a text is of."""
    return moved(number, TYPES.index("document")) if number >= bounds(REST)[0] else number


def _hit(index: SearchIndex, candidate: _Candidate, words: Sequence[str], language: str) -> Hit:
    thing = index.thing(candidate.number)
    title = index.label(thing.document, language) if thing.document else None
    if candidate.name:
        passage = Passage(one_line(candidate.name.text), places(candidate.name.folded, words))
        place = None if thing.kind == "document" else thing.extent
    else:
        passage, place = _passage(index.text(thing.document or ""), thing.own, words)
    start, end = place or (None, None)
    label = index.label(thing.iri, language)
    return Hit(thing.iri, thing.kind, label, candidate.score, passage.text, passage.spans, thing.document, title, start, end)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text on one line, and the places in it of the words searched for."""

    text: str
    spans: tuple[Span, ...]


def _passage(text: str, own: Sequence[Span], words: Sequence[str]) -> tuple[Passage, Span | None]:
    """The passage around the longest of the words, where it comes first in these parts of the text, and its place in the text."""
    longest = max(words, key=len)
    for start, end in own:
        form = folded(text[start:end])
        at = form.find(longest)
        if at >= 0:
            return passage(text[start:end], form, at, words, len(longest)), (start + at, start + at + len(longest))
    return Passage("", ()), None


def passage(text: str, form: str, at: int, words: Sequence[str], length: int) -> Passage:
    """What stands around [at, at + length) of a text whose folded form is `form`; … where it was cut."""
    first, last = max(0, at - _BEFORE), min(len(text), at + length + _AFTER)
    before, after = "…" if first else "", "…" if last < len(text) else ""
    spans = tuple((start + len(before), end + len(before)) for start, end in places(form[first:last], words))
    return Passage(f"{before}{one_line(text[first:last])}{after}", spans)


def places(form: str, words: Sequence[str]) -> tuple[Span, ...]:
    """Where the words stand in a folded text, in order; what overlaps is one place."""
    found: list[Span] = []
    for start, end in sorted(span for word in words for span in _each(form, word)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _each(form: str, word: str) -> Iterator[Span]:
    at = form.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = form.find(word, at + len(word))


def one_line(text: str) -> str:
    """The text with a blank for each line end or other white space, so that places in it hold."""
    return "".join(" " if char.isspace() else char for char in text)
