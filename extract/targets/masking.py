"""A copy of the folded text in which words that only look like quantities are blanked out, character for character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

BLANK = "囗"  # an ideograph that texts do not use, so that a blanked name still reads as a noun
_HIDDEN_RE = re.compile(
    r"《[^《》\n]{1,80}》"  # 《…7.0版方案》
    r"|\"(?!十[一二三四五六]五[\"”]|零发生\")[^\"“”\n]{1,40}[\"”]"  # “1+N+X”, “4·26”; “十四五” stays, for it dates
    r"|\([^()\n]{1,60}\)(?=的)"  # (或可运营专利数量1000件以上)的机构
    r"|最多跑一次|跑[一零0]次|只进一[扇个]门|进一次门|一件事"
)
# A bracket without a quantity is part of the noun before it: 示范站(点), 中心(2025年), 颗粒物(PM2.5)
_ASIDE_RE = re.compile(r"\((?:[^()\d\n]|(?<=[A-Za-z])\d{1,3}(?:\.\d)?|\d{1,4}[年月日号]){0,80}\)")


_TO_ONE_RE = re.compile(r":(?:(?<=1:)(?<![\d.]1:)(?=\d{1,4}(?:\.\d+)?(?![\d:.]))|(?<=\d:)(?=1(?![\d:.])))")  # 1:1.25, 2.5:1; but 8:30, 10:15
_JOINED_POWER_RE = re.compile(r"/(?<=[瓦W]/)(?=\d)")  # 60万千瓦/120万千瓦时 are two quantities


def masked(folded: str, edges: Iterable[int] = ()) -> str:
    """The text with quotations, titles and plain brackets blanked; same length. `edges` are the ends of table cells, where a line ends, too."""
    text = _ASIDE_RE.sub(_blank_aside, _HIDDEN_RE.sub(_blank, folded))
    text = _JOINED_POWER_RE.sub("、", _TO_ONE_RE.sub("∶", text))
    characters: list[str] | None = None
    for edge in edges:
        if edge < len(text) and text[edge] in " |":
            characters = characters or list(text)
            characters[edge] = "\n"
    return text if characters is None else "".join(characters)


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match[0])


def _blank_aside(match: re.Match[str]) -> str:
    # (责任单位:…) ends the sentence before it rather than naming anything, and 15个(所) names a second unit
    unit = len(match[0]) <= 4 and _NUMERAL_RE.search(match.string, max(0, match.start() - 6), match.start())
    unit = unit or _VALUE_END_RE.search(match.string, max(0, match.start() - 2), match.start())
    if _YEAR_RE.fullmatch(match[0]):  # 由2.1%(2023年)提高到2.6%
        unit = None
    return match[0] if unit or _apart_re().search(match[0]) else BLANK * len(match[0])


_YEAR_RE = re.compile(r"\(\d{4}年[底末]?\)")
_VALUE_END_RE = re.compile(r"(?:[%‰]|以[上下内]|左右)$")  # 下降10%以上(各市任务详见附件): the value ends the clause
_NUMERAL_RE = re.compile(r"\d[^,。;、囗]{0,4}$")


@cache
def _apart_re() -> re.Pattern[str]:
    return re.compile(r"[:。;]|责任|牵头|负责|完成")
