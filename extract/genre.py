"""What kind of document a text is: a plan, or a regulation, reply, news item or list, in which nothing is planned however it is numbered."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from zhengpu.model import DocumentKind, Section, SectionKind

LEAST_ARTICLES = 3  # a plan may quote an article or two of a law, a regulation consists of them
NEWS_WITHIN = 1000  # code points of the text in which a news item says when (近日，)
_FINAL_BRACKET_RE = re.compile(r"\([^()]*\)\Z")
_KEPT = frozenset({SectionKind.ANNEX, SectionKind.TABLE})


@dataclass(frozen=True, slots=True)
class _Genres:
    titles: dict[DocumentKind, re.Pattern[str]]
    news: re.Pattern[str]
    article: re.Pattern[str]


@cache
def _genres() -> _Genres:
    data = tomllib.loads(files("zhengpu.extract.lexicon").joinpath("genres.toml").read_text("utf-8"))
    titles = {DocumentKind(name): re.compile("|".join(patterns)) for name, patterns in data["title"].items()}
    return _Genres(titles, re.compile("|".join(data["text"]["news"])), re.compile(data["text"]["article"]))


def genre(title: str | None, folded: str, body_start: int, headings: tuple[Section, ...]) -> DocumentKind:
    """The kind of document. `title` is the plan's or, failing that, the document's; a plan where nothing says otherwise."""
    rules = _genres()
    bare = _FINAL_BRACKET_RE.sub("", (title or "").translate(str.maketrans("（）", "()"))).strip()
    articles = sum(1 for section in headings if rules.article.match(section.label))
    if articles >= LEAST_ARTICLES and (not bare or rules.titles[DocumentKind.REGULATION].search(bare)):
        return DocumentKind.REGULATION
    if rules.titles[DocumentKind.REPLY].search(bare):
        return DocumentKind.REPLY
    if rules.titles[DocumentKind.LIST].search(bare) and not any(section.kind in (SectionKind.MEASURE, SectionKind.GOAL) for section in headings):
        return DocumentKind.LIST
    if not headings and (rules.titles[DocumentKind.NEWS].search(bare) or rules.news.search(folded, body_start, body_start + NEWS_WITHIN)):
        return DocumentKind.NEWS
    return DocumentKind.PLAN


def as_read(headings: tuple[Section, ...], kind: DocumentKind) -> tuple[Section, ...]:
    """The headings of a document of this kind: outside plans a numbered paragraph is an article or an item, and no measure."""
    if kind is DocumentKind.PLAN:
        return headings
    return tuple(section if section.kind in _KEPT else replace(section, kind=SectionKind.OTHER) for section in headings)
