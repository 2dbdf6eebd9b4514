"""What the words of a claim say: years, titles and numbers of documents, figures with their comparators, and what is left, which names an indicator.

    words_of("到2025年,上诉率低于5%?").figures[0]     → Figure(text="5%", value=Decimal("5"), unit="%", side="most")
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

LEAST, MOST, SAME = "least", "most", "same"
_QUOTED_RE = re.compile(r"《([^《》]{2,120})》")
# 国发〔2021〕20号, 徐府发(2024)9号: NFKC has made the brackets half-width or left 〔〕
_NUMBER_RE = re.compile(r"[\u4e00-\u9fff]{1,14}[〔\[(【]\d{4}[〕\])】]\d{1,5}号")
# A year, with its month and day if they are there: 到2025年底, 2026年2月前, 徐汇2024方案. 2000件 and 超过2000 are none.
_YEAR_RE = re.compile(
    r"(?P<by>到|至|截至)?(?<!\d)(?P<year>20\d\d)(?:年(?:\d{1,2}月(?:\d{1,2}日)?)?"
    r"|(?<![超达于过]....)(?<!达到....)(?![\d.,%‰万亿件家个项人名次场天位分倍户处所座公亩吨篇条批类种期例张款只元美]))"
    r"(?P<end>底前|底|末|之前|以前|前)?"
)
_SHARE_RE = re.compile(r"百分之([\d.]+|[一二三四五六七八九十百]+)")
_UNIT = (
    r"(?:[%‰]|个百分点|[万亿]?(?:元|美元|件|家|个|项|人|名|次|场|天|日|月|年|位|分|倍|户|处|所|座|公里|公顷|亩|吨|篇|条|批|类|种|期|例|张|款|只)|[万亿])?(?:/年)?"
)
_FIGURE_RE = re.compile(rf"(?<![\d.])(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<unit>{_UNIT})(?P<more>以上|以下|以内)?")
_GAP = "\n"  # stands for what was understood: no name runs across it
_AROUND = 8  # characters before a figure in which its comparator stands
_CLAUSE_RE = re.compile(r"[,。、;:!?\n]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a claim: `text` with what belongs to it, `unit` "" where none is known; `side` LEAST, MOST or SAME, "" where nothing says."""

    text: str
    value: Decimal
    unit: str
    side: str


@dataclass(frozen=True, slots=True)
class Words:
    """A claim as `normal` has it, taken apart. `due_years` are those by which something is to be reached (到2025年), `years` the other ones.

    `titles` stood between 《 and 》; `numbers` are 文号; `plans` kinds of plans, `relations` what works are to the text; `rest` is what is left, with a
    line end where something was understood."""

    text: str
    titles: tuple[str, ...]
    numbers: tuple[str, ...]
    years: tuple[int, ...]
    due_years: tuple[int, ...]
    figures: tuple[Figure, ...]
    plans: tuple[str, ...]
    relations: tuple[str, ...]
    rest: str


def normal(text: str) -> str:
    """A text as claims and names are compared: NFKC, without white space and quotation marks."""
    return re.sub(r"[\s“”\"'‘’]+", "", unicodedata.normalize("NFKC", text))


def words_of(claim: str) -> Words:
    """The claim taken apart."""
    text = _SHARE_RE.sub(lambda match: f"{_numerals().get(match[1], match[1])}%", normal(claim))
    titles = tuple(match[1] for match in _QUOTED_RE.finditer(text))
    rest = _QUOTED_RE.sub(_GAP, text)
    numbers = tuple(match[0] for match in _NUMBER_RE.finditer(rest))
    rest = _NUMBER_RE.sub(_GAP, rest)
    years = [(int(match["year"]), bool(match["by"] or match["end"])) for match in _YEAR_RE.finditer(rest)]
    rest = _YEAR_RE.sub(_GAP, rest)
    figures = tuple(_figure(rest, match) for match in _FIGURE_RE.finditer(rest))
    rest = _FIGURE_RE.sub(_GAP, rest)
    plans = tuple(word for word in table()["plans"] if word in rest)
    for word in plans:  # the longer ones stand first
        rest = rest.replace(word, _GAP)
    relations = tuple(name for name, words in table()["relations"].items() if any(word in text for word in words))
    return Words(
        text, titles, numbers, tuple(y for y, is_due in years if not is_due), tuple(y for y, is_due in years if is_due), figures, plans, relations, rest
    )


@cache
def _numerals() -> dict[str, str]:
    """One to a hundred as they are written behind 百分之: 五, 十二, 九十八, 百."""
    ones = ["", *"一二三四五六七八九"]
    written = {f"{tens}十{one}": str(10 * at + ones.index(one)) for at, tens in enumerate(["", "", *ones[2:]]) if at for one in ones}
    return {**{one: str(at) for at, one in enumerate(ones) if at}, **written, "百": "100", "一百": "100"}


def _figure(text: str, match: re.Match[str]) -> Figure:
    before = _CLAUSE_RE.split(text[max(0, match.start() - _AROUND) : match.start()])[-1]
    comparators = [(len(word), side) for side, words in table()["comparators"].items() for word in words if before.endswith(word) or match["more"] == word]
    # 达到80件以上: what stands behind says more than what says the same
    said = [one for one in comparators if one[1] != SAME] or comparators
    return Figure(match[0], Decimal(match["number"].replace(",", "")), match["unit"].removesuffix("/年"), max(said, default=(0, ""))[1])


@dataclass(frozen=True, slots=True)
class Terms:
    """`known`: the longest parts of a claim that stand in names; `unknown`: other parts, which are neither such nor words that only join."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]


def terms(rest: str, names: Collection[str]) -> Terms:
    """What the rest of a claim has in common with `names` (normal): 要求上诉率低于 has 上诉率 in common with 知识产权民事案件上诉率."""
    joined = _GAP.join(names)
    filler = {*table()["filler"], *(word for words in table()["comparators"].values() for word in words)}
    known: list[str] = []
    unknown: list[str] = []
    for clause in re.split(r"[^\w%·-]+", rest):
        for part, is_known in _parted(clause, joined):
            if part in filler:
                continue
            if is_known:
                known.append(part)
            else:
                unknown += (left for left in _without(part, filler) if len(left) > 1)
    return Terms(tuple(dict.fromkeys(known)), tuple(dict.fromkeys(unknown)))


def _parted(run: str, joined: str) -> Iterator[tuple[str, bool]]:
    """The run as its longest part that stands in a name, and what lies before and behind it in the same way."""
    best = (0, 0)
    end = 0
    for start in range(len(run)):
        end = max(end, start)
        while end < len(run) and run[start : end + 1] in joined:
            end += 1
        if end - start > best[1] - best[0]:
            best = (start, end)
    start, end = best
    if end - start < 2:
        yield run, False
        return
    yield from _parted(run[:start], joined)
    yield run[start:end], True
    yield from _parted(run[end:], joined)


def _without(part: str, filler: Collection[str]) -> list[str]:
    """What is left of the part when the words that only join are taken out."""
    pattern = "|".join(map(re.escape, sorted(filler, key=lambda word: (-len(word), word))))
    return [left for left in re.split(f"{pattern}|[{table()['joining']}]", part) if left]


@cache
def table() -> dict[str, Any]:
    """The words of claim_words.toml."""
    return tomllib.loads(files("zhengpu").joinpath("queries", "claim_words.toml").read_text("utf-8"))
