"""Where a text names a work (a law, plan, standard, treaty, report …), with the number that stands beside it and the kind that its title gives away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from zhengpu.extract.lexicon import alternatives, lexicon

# Titles may hold titles (《关于贯彻〈安全生产法〉的通知》, sometimes with 《》 again) and line breaks of the page, but no full stop:
# a 《 without its 》 ends there.
_TITLE_RE = re.compile(r"《((?:[^《》。]{1,150}+|《[^《》。]{1,120}+》){1,8}+)》")
_LINE_BREAKS = 3  # a title broken over more lines than four is an unclosed 《

# (国知发保字〔2022〕27号) (国务院令第722号) (国办发〔2021〕4号,以下简称《意见》)
_BRACKET_RE = re.compile(r"\s{0,3}\(((?:[^()《》。]{1,60}+|\([^()]{1,20}+\)|《[^《》。]{1,60}+》){1,6}+)\)")
_NUMBER_RE = re.compile(r"[^\s,;:、()\[\]]{0,20}(?:[(\[]\d{4}[)\]]\s?第?\s?\d{1,5}\s?号|(?<=令)第?\s?\d{1,5}\s?号|(?<=公告)\d{4}年第?\d{1,5}号|第?\d{1,4}号令)")
# 落实国办发〔2016〕2号文件: a work by its number alone
_SIGN_RE = re.compile(r"[(\[](?:19|20)\d\d[)\]]第?\d{1,5}号(?=文|精神|要求|规定|通知|部署)")  # looked for first: few texts have one, and it is found soon
_NUMBERED_RE = re.compile(
    rf"(?:(?<=落实)|(?<=按照)|(?<=根据)|(?<=依据)|(?<=贯彻)|(?<=执行)|(?<=[,。;、]))(?!落实|按照|根据|依据|贯彻|执行|结合)[一-鿿]{{1,8}}{_SIGN_RE.pattern}"
)
_SHORT_RE = re.compile(r"(?:以下|下文|下)(?:统一)?(?:简|统|合)?称(?:为|:|是)?\s?《([^《》。]{1,60})》")

# A bracket that closes a title says when or how far it holds: (试行) (2021—2035年) (征求意见稿).
_CLOSING_BRACKET_RE = re.compile(r"(?:\([^()]{0,40}\)|\d{4}年?(?:版|本|修订)|[\"'\s])+$")
# Where a standard's number may begin. This finds few places quickly, `_standard_re` then looks closely.
_CAPITAL_RE = re.compile(r"[A-Z][A-Z/]{0,11}\d{0,4}(?:/T)?[ -]?\d")
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
def _kind_of_ending() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {ending: kind for kind, endings in lexicon("references")["kinds"].items() for ending in endings}
    return re.compile(f"{alternatives(kinds)}$"), kinds


@cache
def _kind_behind() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {word: kind for kind, words in lexicon("references")["kinds_behind"].items() for word in words}
    return re.compile(rf"\s?(?:等|系列|相关|有关|推荐性)?({alternatives(kinds)})"), kinds


@cache
def _standard_re() -> re.Pattern[str]:
    """GB/T 29490-2023, ISO/IEC 27001:2022, DB31/T 1412, T/CAS 700-2023; industry codes (HJ 25.1-2019) only with a year."""
    codes = lexicon("references")["standards"]
    year = r"[-—:]{1,2}(?:19|20)\d\d"
    number = r"[ -]?\d{1,6}(?:\.\d{1,3})?"
    free = rf"(?:{alternatives([*codes['international'], *codes['national']])}|DB\d{{2,4}}(?:/T)?|T/[A-Z]{{2,10}}|[A-Z]{{2,3}}/T){number}(?:{year})?"
    dated = rf"{alternatives(codes['industry'])}(?:/Z)? ?\d{{1,5}}(?:\.\d{{1,3}})?{year}"  # SY-310115-2023 is an index number
    return re.compile(rf"(?<![A-Za-z0-9/])(?:{free}|{dated})(?![\dA-Za-z])")


@cache
def _treaties() -> tuple[re.Pattern[str], dict[str, dict[str, Any]]]:
    """The pattern of treaties, and the treaties by name. Each alternative begins with a plain character: the engine then skips what cannot begin one."""
    treaties = {name: treaty for treaty in lexicon("references")["treaties"] for name in treaty["names"]}
    parts = []
    for name, treaty in treaties.items():
        whole = rf"(?<![A-Za-z]{name})(?![A-Za-z])" if name.isascii() else ""  # no PCT in XPCTL
        parts.append(re.escape(name) + whole + (alternatives(treaty["followed_by"]) if "followed_by" in treaty else ""))
    return re.compile("|".join(parts)), treaties


def _standards(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of standards by number."""
    for candidate in _CAPITAL_RE.finditer(folded, start, end):
        if found := _standard_re().match(folded, candidate.start(), end):
            yield found.span()


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
    titles: list[Work] = []
    covered = 0  # titles that stand inside a bracket behind a title are its own short forms
    for match in _TITLE_RE.finditer(folded):
        start, end = match.span()
        if start < covered or folded.count("\n", start, end) > _LINE_BREAKS or not (title := _plain(text[start + 1 : end - 1])):
            continue
        number, short, after = None, None, end
        if bracket := _BRACKET_RE.match(folded, end):
            inner = bracket.span(1)
            numbered = _NUMBER_RE.search(folded, *inner)
            number = numbered.span() if numbered else next(_standards(folded, *inner), None)
            short = _SHORT_RE.search(folded, *inner)
            if number or short or _ALIAS_RE.fullmatch(folded, *inner):
                after = covered = bracket.end()
            second = _BRACKET_RE.match(folded, after) if after > end and not short else None  # (国发〔2015〕28号)(以下简称《意见》)
            if second and (short := _SHORT_RE.search(folded, *second.span(1))):
                after = covered = second.end()
        number = number or next(_standards(folded, start, end), None)
        known = kind(_plain(folded[start + 1 : end - 1]), folded[after : after + 12])
        if number and number[0] > start + 4 and number[1] == end - 1:  # 《智能制造能力成熟度模型GB/T 39116-2020》
            known = "standard"
            title = _plain(text[start + 1 : number[0]]).rstrip("（( ")
        titles.append(
            Work(
                start,
                end,
                after,
                title,
                _plain(text[slice(*number)]) if number else None,
                known,
                _plain(text[slice(*short.span(1))]) if short else None,
            )
        )
    return _with_unmarked(titles, text, folded)


def _with_unmarked(titles: list[Work], text: str, folded: str) -> list[Work]:
    """The titles together with the standards and treaties that stand outside them and their brackets."""
    unmarked = [Work(*span, span[1], text[slice(*span)], text[slice(*span)], "standard", marked=False) for span in _standards(folded, 0, len(folded))]
    if _SIGN_RE.search(folded):
        unmarked += [Work(*m.span(), m.end(), text[slice(*m.span())], text[slice(*m.span())], "other", marked=False) for m in _NUMBERED_RE.finditer(folded)]
    pattern, treaties = _treaties()
    for m in pattern.finditer(folded):
        treaty = next(treaty for name, treaty in treaties.items() if m[0].startswith(name))
        unmarked.append(Work(*m.span(), m.end(), treaty["title"], None, treaty["kind"], marked=False, inert=treaty["kind"] == "treaty"))
    out: list[Work] = []
    for work in sorted([*titles, *unmarked], key=lambda work: (work.start, -work.end)):
        if out and work.start < out[-1].after:
            continue
        if work.marked and out and not out[-1].marked and out[-1].kind == "standard" and work.start - out[-1].end <= 1 and work.number is None:
            before = out.pop()  # GB/T 29490-2023《企业知识产权合规管理体系 要求》: the number stands in front
            work = Work(before.start, work.end, work.after, work.title, before.number, "standard", work.short)
        out.append(work)
    return out
