"""The marks that number a heading, from 第一章 to a bullet, and their rank."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

_CN = "[一二三四五六七八九十百零○]"


class Rank(IntEnum):
    """How high a kind of mark stands. A heading hangs below the nearest one before it of a higher kind (lower number)."""

    PART = 1  # 第一篇 第一部分
    CHAPTER = 2  # 第一章
    CLAUSE_SECTION = 3  # 第一节
    ARTICLE = 4  # 第一条
    CN = 5  # 一、
    NAMED = 6  # 总体要求, in a line of its own without a number
    CN_PAREN = 7  # （一）
    NUMBER = 8  # 1.
    NUMBER_PAREN = 9  # （1）
    CIRCLED = 10  # ①
    IS = 11  # 一是
    DASH = 12  # ——
    BULLET = 13  # ●
    LEAD = 14  # the short first sentence of a paragraph


@dataclass(frozen=True, slots=True)
class Marker:
    """A mark at the beginning of a block: as printed, its length with the space behind it, its rank, its ordinal number if it has one."""

    label: str
    length: int
    rank: Rank
    ordinal: int | None = None

    @property
    def opens_outline(self) -> bool:
        """Whether such a mark may begin a plan's outline: a dash in a page's furniture does not."""
        return self.rank <= Rank.NUMBER


_PATTERNS: tuple[tuple[Rank, re.Pattern[str]], ...] = tuple(
    (rank, re.compile(pattern))
    for rank, pattern in (
        (Rank.PART, rf"第{_CN}{{1,3}}(?:篇|部分|编)[\s、.:]*"),
        (Rank.CHAPTER, rf"第(?:{_CN}{{1,3}}|\d{{1,3}})章[\s、.:]*"),
        (Rank.CLAUSE_SECTION, rf"第(?:{_CN}{{1,3}}|\d{{1,3}})节[\s、.:]*"),
        (Rank.ARTICLE, rf"第(?:{_CN}{{1,5}}|\d{{1,3}})条(?:[\s、.:]+|(?=\())"),
        (Rank.CN, rf"{_CN}{{1,3}}\s*[、.,](?!\d)\s*"),
        (Rank.CN_PAREN, rf"\(\s*{_CN}{{1,4}}\s*\)[\s、.]*"),
        # 1.2024年3—5月 is a first phase, 8.65岁以上老年人… and 5.12345热线… are items, 1.01亿亩 is a quantity
        (Rank.NUMBER, r"\d{1,3}\s*(?:、|\.(?!\d)|\.(?=[12]\d{3}年|\d{1,2}(?:周?岁|小时)|12345\D)|,(?=\D))\s*|[⒈-⒛]\s*"),
        (Rank.NUMBER_PAREN, r"\(\s*\d{1,3}\s*\)[\s、.]*|\d{1,2}\)[\s、.]*"),
        (Rank.CIRCLED, r"[①-⑳⑴-⒇]\s*"),
        (Rank.IS, rf"{_CN}{{1,2}}是(?!否|非|指)[:,]?\s*"),
        (Rank.DASH, r"—{1,3}\s*|-{2,3}\s*"),
        (Rank.BULLET, r"[●■◆★▲○◇□▪►➢❖·]\s*"),
    )
)
# what can begin with a character that only a few marks begin with; the other marks are tried one by one
_BY_FIRST = {
    first: tuple(entry for entry in _PATTERNS if entry[0] in ranks)
    for firsts, ranks in (
        ("0123456789", (Rank.NUMBER, Rank.NUMBER_PAREN)),
        ("(", (Rank.CN_PAREN, Rank.NUMBER_PAREN)),
        ("一二三四五六七八九十百零○", (Rank.CN, Rank.IS)),
        ("第", (Rank.PART, Rank.CHAPTER, Rank.CLAUSE_SECTION, Rank.ARTICLE)),
    )
    for first in firsts
}
# no regex is tried on a block that cannot begin with a mark
_FIRST = frozenset("第一二三四五六七八九十百零○(0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛—-●■◆★▲◇□▪►➢❖·")
_DIGITS_RE, _CN_RE = re.compile(r"\d+"), re.compile(f"{_CN}+")
_LONGEST = 24  # code points in which a mark and the first character behind it stand
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}


def ordinal(label: str) -> int | None:
    """The number in a label: （十二） is 12, ③ is 3; None where there is none."""
    digits = _DIGITS_RE.search(label)
    if digits:
        return int(digits.group())
    if label and "①" <= label[0] <= "⑳":
        return ord(label[0]) - ord("①") + 1
    if label and "⒈" <= label[0] <= "⒛":
        return ord(label[0]) - ord("⒈") + 1
    match = _CN_RE.search(label)
    if not match:
        return None
    number = match.group().replace("○", "零")
    if "百" in number:
        hundreds, _, rest = number.partition("百")
        return _DIGITS.get(hundreds, 1) * 100 + (ordinal(rest.lstrip("零")) or 0)
    if "十" in number:
        tens, _, ones = number.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    return _DIGITS.get(number)


def marker(folded: str) -> Marker | None:
    """The mark at the beginning of a block of folded text, or None."""
    if not folded or folded[0] not in _FIRST:
        return None
    return _marker(folded[:_LONGEST])


@lru_cache(maxsize=8192)  # a block is looked at for itself and as the one that follows another
def _marker(beginning: str) -> Marker | None:
    for rank, pattern in _BY_FIRST.get(beginning[0], _PATTERNS):
        match = pattern.match(beginning)
        if match and match.end() < len(beginning):
            label = match.group().rstrip()
            if rank is Rank.IS:
                label = label.rstrip(":,")
            return Marker(label, match.end(), rank, ordinal(label))
    return None
