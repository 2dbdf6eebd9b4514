"""Where a text names a work (a law, plan, standard, treaty, report …), with the number that stands beside it and the kind that its title gives away."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# Titles may hold titles (《关于贯彻〈安全生产法〉的通知》, sometimes with 《》 again) and line breaks of the page, but no full stop:
# a 《 without its 》 ends there.
_TITLE_RE = re.compile(r"《((?:[^《》。]{1,150}+|《[^《》。]{1,120}+》){1,8}+)》")
_LINE_BREAKS = 3  # a title broken over more lines than four is an unclosed 《

# (国知发保字〔2022〕27号) (国务院令第722号) (国办发〔2021〕4号,以下简称《意见》)
_BRACKET_RE = re.compile(r"\s{0,3}\(((?:[^()《》。]{1,60}+|\([^()]{1,20}+\)|《[^《》。]{1,60}+》){1,6}+)\)")
_NUMBER_RE = re.compile(r"[^\s,;:、()\[\]]{0,20}(?:[(\[]\d{4}[)\]]\s?第?\s?\d{1,5}\s?号|(?<=令)第?\s?\d{1,5}\s?号|(?<=公告)\d{4}年第?\d{1,5}号)")
_SHORT_RE = re.compile(r"(?:以下|下文|下)(?:统一)?(?:简|统|合)?称(?:为|:|是)?\s?《([^《》。]{1,60})》")

# A bracket that closes a title says when or how far it holds: (试行) (2021—2035年) (征求意见稿).
_CLOSING_BRACKET_RE = re.compile(r"(?:\([^()]{0,40}\)|\d{4}年?(?:版|本|修订)|[\"'\s])+$")
_ALIAS_RE = re.compile(r"[A-Za-z][A-Za-z0-9/-]{1,15}")  # 《专利合作条约》(PCT)


@dataclass(frozen=True, slots=True)
class Work:
    """A work named at [start, end) of the text, 《》 included; `after` is where the sentence goes on behind a bracket with its number.

    `short` is the title that the text gives it for later (以下简称《意见》); `marked` says whether it stands in 《》;
    `inert` works are named and used as systems, no verb governs them (通过PCT途径)."""

    start: int
    end: int
    after: int
    title: str
    number: str | None
    kind: str
    short: str | None = None
    marked: bool = True
    inert: bool = False


@cache
def lexicon() -> dict[str, Any]:
    return tomllib.loads(files("zhengpu.extract.lexicon").joinpath("references.toml").read_text("utf-8"))


def alternatives(words: list[str]) -> str:
    """The words as one alternation, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def _kind_of_ending() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {ending: kind for kind, endings in lexicon()["kinds"].items() for ending in endings}
    return re.compile(f"(?:{alternatives(list(kinds))})$"), kinds


@cache
def _kind_behind() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {word: kind for kind, words in lexicon()["kinds_behind"].items() for word in words}
    return re.compile(rf"\s?(?:等|系列|相关|有关|推荐性)?({alternatives(list(kinds))})"), kinds


@cache
def _standard_re() -> re.Pattern[str]:
    """GB/T 29490-2023, ISO/IEC 27001:2022, DB31/T 1412, T/CAS 700-2023; industry codes (HJ 25.1-2019) only with a year."""
    codes = lexicon()["standards"]
    year = r"[-—:]{1,2}(?:19|20)\d\d"
    number = r"[ -]?\d{1,6}(?:\.\d{1,3})?"
    free = rf"(?:{alternatives(codes['international'] + codes['national'])}|DB\d{{2,4}}(?:/T)?|T/[A-Z]{{2,10}}|[A-Z]{{2,3}}/T){number}(?:{year})?"
    dated = rf"(?:{alternatives(codes['industry'])})(?:/Z)? ?\d{{1,5}}(?:\.\d{{1,3}})?{year}"  # SY-310115-2023 is an index number
    return re.compile(rf"(?<![A-Za-z0-9/])(?:{free}|{dated})(?![\dA-Za-z])")


@cache
def _treaty_re() -> tuple[re.Pattern[str], tuple[dict[str, str], ...]]:
    treaties = tuple(lexicon()["treaties"])
    return re.compile("|".join(f"({treaty['pattern']})" for treaty in treaties)), treaties


def kind(title: str, behind: str = "") -> str:
    """The kind of a work, one of the guide's, from its folded title and the folded text behind it; "other" where neither tells."""
    pattern, kinds = _kind_of_ending()
    found = pattern.search(_CLOSING_BRACKET_RE.sub("", title[-80:]))
    if found:
        return kinds[found[0]]
    pattern, kinds = _kind_behind()
    found = pattern.match(behind)
    return kinds[found[1]] if found else "other"


def _plain(title: str) -> str:
    """The title on one line, without marks of bold type."""
    return re.sub(r"\s*\n\s*|\*+", "", title).strip()


def works(text: str, folded: str) -> list[Work]:
    """Every work that the text names, in text order, none inside another: titles in 《》, standards by number, treaties and filing systems.

    What a text only defines (以下简称《意见》) is not named by it a second time."""
    found: list[Work] = []
    covered = 0  # titles that stand inside a bracket behind a title are its own short forms
    standards = list(_standard_re().finditer(folded))
    for match in _TITLE_RE.finditer(folded):
        start, end = match.span()
        if start < covered or folded.count("\n", start, end) > _LINE_BREAKS or not (title := _plain(text[start + 1 : end - 1])):
            continue
        number = short = None
        after = end
        bracket = _BRACKET_RE.match(folded, end)
        if bracket:
            if numbered := _NUMBER_RE.search(folded, *bracket.span(1)) or _standard_re().search(folded, *bracket.span(1)):
                number = _plain(text[slice(*numbered.span())])
            if named := _SHORT_RE.search(folded, *bracket.span(1)):
                short = _plain(text[slice(*named.span(1))])
            if number or short or _ALIAS_RE.fullmatch(folded, *bracket.span(1)):
                after = covered = bracket.end()
        if number is None and (inside := _standard_re().search(folded, start, end)):
            number = _plain(text[slice(*inside.span())])
        found.append(Work(start, end, after, title, number, kind(_plain(folded[start + 1 : end - 1]), folded[after : after + 12]), short))
    return _with_unmarked(found, standards, text, folded)


def _with_unmarked(titles: list[Work], standards: list[re.Match[str]], text: str, folded: str) -> list[Work]:
    """The titles together with the standards and treaties that stand outside them and their brackets."""
    pattern, treaties = _treaty_re()
    named = [Work(*m.span(), m.end(), m[0], m[0], "standard", marked=False) for m in standards]
    for m in pattern.finditer(folded):
        treaty = treaties[(m.lastindex or 1) - 1]
        named.append(Work(*m.span(), m.end(), treaty["title"], None, treaty["kind"], marked=False, inert=treaty["kind"] == "treaty"))
    out: list[Work] = []
    for work in sorted([*titles, *named], key=lambda work: (work.start, -work.end)):
        if out and work.start < out[-1].after:
            continue
        if work.marked and out and out[-1].kind == "standard" and not out[-1].marked and work.start - out[-1].end <= 1 and work.number is None:
            # GB/T 29490-2023《企业知识产权合规管理体系 要求》: the number stands in front
            before = out.pop()
            work = Work(before.start, work.end, work.after, work.title, before.number, "standard", work.short)
        out.append(work)
    return out
