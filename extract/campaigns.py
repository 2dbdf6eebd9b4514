"""The campaigns, programmes, named projects and working methods of a plan: proper names that stand in quotation marks.

Most quotation marks of a plan hold slogans and likenesses (“走出去”, “一网通办”, “量体裁衣”); a name shows by the noun it belongs to: “铁拳”专项行动.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from zhengpu.extract.fold import folded
from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.reading import Reading, UnitKind
from zhengpu.model import Campaign, Evidence

# Pairs on the text itself: folding makes “ and ” one character. Some texts open with one kind of mark and close with the other: “清源听风".
_QUOTATION_RE = re.compile(r'[“"「](?:(?<!「)([^“”"\n《》]{2,30})[”"]|(?<=「)([^「」\n《》]{2,30})」)')
_BETWEEN_RE = re.compile(r"\s*(?:[、,，]|和|与|及|以及|或)?\s*")  # between two names of one list: “蓝天”“双打”, “雷霆”、“铁拳”
_SHAPE_RE = re.compile(r"[\dA-Za-z+XN×\-_.·/%\s]+")  # 1+N+X, 361, 4.26: no word in it
_CODE_RE = re.compile(r"\d{2,5}")  # 323, 1351
_COUNT_RE = re.compile(r"[一二两三四五六七八九十百千\d]+(?:大|项|个|类|张|条)")  # “六大行动”: how many there are is no name
_NUMBERED_RE = re.compile(r"[一二两三四五六七八九十][一-鿿]")  # “四化”, “三进”: ways of counting things up
_CLOSED_RE = re.compile(r"[ *]*(?:[,。;、!)(\n]|建设|$)")  # 深入开展“惠农贷”, 加快“光网草原”建设: nothing else says what it is
_LONGEST_TITLE = 80  # code points looked back over for the 《 of a title
_REACH = 18  # code points: the noun of “微法庭”异步审理及小额诉讼程序审判模式 ends 17 behind the mark


@dataclass(frozen=True, slots=True)
class Words:
    """The lexicon, compiled. `noun` and `phrase` match on folded text right behind the closing mark."""

    noun: re.Pattern[str]
    phrase: re.Pattern[str]
    overruling: re.Pattern[str]
    coded: re.Pattern[str]
    before: tuple[str, ...]
    verb: re.Pattern[str]
    endings: tuple[str, ...]
    not_names: tuple[str, ...]
    known: frozenset[str]
    slogans: frozenset[str]


@cache
def words() -> Words:
    data = lexicon("campaigns")
    # “浦江式”接访 is what follows the “浦江经验”
    followers = [f"{name.removesuffix('经验')}式" for name in data["known"] if name.endswith("经验")]
    return Words(
        noun=re.compile(alternatives(data["nouns"])),
        phrase=re.compile(rf'等?((?:(?!{alternatives(data["phrase_ends"], data["phrase_ends_but"])})[^\s,.;:、。!?"“”‘’《》()]){{1,{_REACH}}})'),
        overruling=re.compile(f"等?{alternatives(data['overruling'])}"),
        coded=re.compile(f"{alternatives(data['aims'])}(?:行动|计划|工程)"),
        before=tuple(data["before"]),
        verb=re.compile(rf"{alternatives(data['verbs'])}$"),
        endings=tuple(data["endings"]),
        not_names=tuple(data["not_names"]),
        known=frozenset(map(_key, [*data["known"], *followers])),
        slogans=frozenset(map(_key, data["slogans"])),
    )


def _key(name: str) -> str:
    """A name as the lists hold it: folded, without white space."""
    return "".join(folded(name).split())


@dataclass(frozen=True, slots=True)
class _Quotation:
    """What stands between two marks, and where the words that it qualifies begin (behind the last of a list of names)."""

    start: int
    end: int
    name: str
    list_start: int
    list_end: int


def _quotations(text: str) -> list[_Quotation]:
    """All quotations in text order. “蓝天”“双打”“铁拳”等专项执法行动 is one list: what is before it and behind it counts for each."""
    lists: list[list[re.Match[str]]] = []
    for match in _QUOTATION_RE.finditer(text):
        gap = text[lists[-1][-1].end() : match.start()] if lists else "-"
        if len(gap) <= 4 and _BETWEEN_RE.fullmatch(gap):
            lists[-1].append(match)
        else:
            lists.append([match])
    return [
        _Quotation(m.start(m.lastindex or 0), m.end(m.lastindex or 0), m[m.lastindex or 0].strip(), found[0].start(), found[-1].end())
        for found in lists
        for m in found
    ]


def _is_name(quotation: _Quotation, text: str) -> bool:
    """Whether the quotation is a proper name, by itself, by what precedes the mark and by what follows it. `text` is folded."""
    look, name = words(), _key(quotation.name)
    title = text.rfind("《", max(0, quotation.start - _LONGEST_TITLE), quotation.start)
    if title >= 0 and text.find("》", title, quotation.start) < 0:  # 《关于开展“清风”专项行动的通知》 is a work
        return False
    if not name or text[max(0, quotation.list_start - 4) : quotation.list_start].endswith(look.before):
        return False
    if name in look.known:
        return True
    if _COUNT_RE.match(name):
        return False
    if look.overruling.match(text, quotation.list_end) or (_CODE_RE.fullmatch(name) and look.coded.match(text, quotation.list_end)):
        return True
    if _NUMBERED_RE.fullmatch(name) or name in look.slogans or name.endswith(look.not_names) or _SHAPE_RE.fullmatch(name):
        return False
    if name.endswith(look.endings):
        return True
    if look.verb.search(text, max(0, quotation.list_start - 4), quotation.list_start) and _CLOSED_RE.match(text, quotation.list_end):
        return True
    phrase = look.phrase.match(text, quotation.list_end)
    return phrase is not None and look.noun.search(phrase[1]) is not None


def _in_units(reading: Reading) -> Iterator[tuple[str, _Quotation]]:
    for quotation in _quotations(reading.text):
        unit = reading.unit_at(quotation.start)
        if unit is not None and unit.kind is not UnitKind.NOTICE:
            yield unit.id, quotation


def campaigns(reading: Reading) -> tuple[Campaign, ...]:
    """The named campaigns, in text order, each once for every unit that names it.

    What is a name once is a name throughout: “山海微课”线上课程 makes a campaign of the bare “山海微课” of another measure."""
    if not _QUOTATION_RE.search(reading.text):
        return ()
    found = list(_in_units(reading))
    names = {_key(quotation.name) for _, quotation in found if _is_name(quotation, reading.folded)}
    facts: dict[tuple[str, str], Campaign] = {}
    for unit, quotation in found:
        name = _key(quotation.name)
        if name in names:
            facts.setdefault((unit, name), Campaign(unit, quotation.name, Evidence.of(reading.text, quotation.start, quotation.end)))
    return tuple(facts.values())
