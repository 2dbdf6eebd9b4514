"""Promised quantities in sentences: which quantities are promises, what they count, and from what baseline.

A quantity promises something in two places: at the end of its clause, when what is counted stands to its left
(每万人高价值发明专利拥有量达到[20件以上]), or right behind a verb of action, when it stands to its right (培育[3家以上]知识产权服务机构).
Elsewhere it qualifies a noun (引进[10亿元以上]产业项目), tells the past or counts what a list has named, and is no promise.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from zhengpu.extract.indicator_names import alternatives, connector_re, left_name, lexicon, right_name
from zhengpu.extract.masking import BLANK
from zhengpu.extract.quantities import Quantity, UnitClass, quantities


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised quantity. [name_start, name_end) is the indicator, [start, end) the words that prove the promise.

    `baseline` is the quantity that it starts from (由13人扩充至20人以上); `sentence` is where its sentence begins."""

    quantity: Quantity
    name_start: int
    name_end: int
    start: int
    end: int
    sentence: int
    baseline: Quantity | None = None
    baseline_year: str | None = None


_BOUNDARY_RE = re.compile(r"[,;。:!?\n()]")
_STOP_RE = re.compile(r"[;。!?\n]")
_JOIN = r"(?:以及|[、和及与或且并])"


def promises(masked: str, horizon: int | None) -> Iterator[Promise]:
    """The promises of a masked folded text in order; `horizon` is the plan's first year: what happened before is past."""
    boundaries = [match.start() for match in _BOUNDARY_RE.finditer(masked)]
    stops = [match.start() for match in _STOP_RE.finditer(masked)]

    def clause(quantity: Quantity) -> tuple[int, int]:
        after = bisect_left(boundaries, quantity.end)
        before = bisect_left(boundaries, quantity.start)
        return (boundaries[before - 1] + 1 if before else 0, boundaries[after] if after < len(boundaries) else len(masked))

    for (start, end), members in groupby(quantities(masked), key=clause):
        stop = bisect_right(stops, start - 1)
        sentence = stops[stop - 1] + 1 if stop else 0
        if end - start <= _LONGEST_CLAUSE and not _is_past(masked, sentence, start, end, horizon):
            yield from _Clause(masked, start, end, sentence, list(members)).promises()


_LONGEST_CLAUSE = 400  # code points; the longest clause with a promise met has 90, and a text without punctuation is no prose


@cache
def _past_re() -> re.Pattern[str]:
    return re.compile("|".join(lexicon()["past"]["clause"]))


@cache
def _past_sentence_re() -> re.Pattern[str]:
    return re.compile(rf"[ *]*(?:(?P<word>{alternatives(lexicon()['past']['sentence'])})?[^,。;\n]{{0,6}}?(?P<year>(?:19|20)\d\d)年(?!.{{0,4}}(?:目标|计划))|(?P<bare>{alternatives(lexicon()['past']['sentence'])}))")


def _is_past(masked: str, sentence: int, start: int, end: int, horizon: int | None) -> bool:
    if head := _past_sentence_re().match(masked, sentence, end):
        if head["year"] is None:
            return True
        if horizon is not None and int(head["year"]) < horizon:
            return True
    return _past_re().search(masked, start, end) is not None


@cache
def _verb_re() -> re.Pattern[str]:
    words = lexicon()
    verbs, between = alternatives(words["verbs"]["drop"] + words["verbs"]["keep"]), alternatives(words["between"]["words"])
    return re.compile(rf"(?P<verb>{verbs})(?:{between}|[ *])*$")


@cache
def _listed_re() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(lexicon()['context']['listed'])})")


# 每年召开2次, 每季度不少于1次; but 每万人 belongs to the name
_PER_RE = re.compile(r"每(?:个)?(?P<per>半年|年|季度|季|月|周)|(?P<once>逐年)")
_FROM_RE = re.compile(r"(?:从|由)(?:[^,由从]{0,6}?(?P<year>(?:19|20)\d\d)年[底末初]?的?)?$")
_REACH_RE = re.compile(r"(?:\((?:[^()]{0,12})\))?[^、,]{0,8}?(?:至|到|为)$")
_NO_NOUN_RE = re.compile(r"[级版强型制号/%]|以外|的?基础上|的?标准|性(?!能)")
_HAPPENS_RE = re.compile(r"(?:建成|开工|投产|完成|投用|竣工|达到|实现|列入|通过|纳入|建立|开展|配备|覆盖|以上)")
_OTHERS_RE = re.compile(r"(?:^|[,;。])(?:由|与|会同|依托|聚焦|围绕|在|对|以|按|从|针对|面向|对照)")
_EVEN_RE = re.compile(r"(?:均|都|分别|各)[^、,]{0,8}$")
_RATE_RE = re.compile(r"(?:率|比例|比重|占比|覆盖面|满意度)$")


@dataclass(frozen=True, slots=True)
class _Clause:
    """A stretch between two marks of punctuation, with its quantities."""

    text: str
    start: int
    end: int
    sentence: int
    members: list[Quantity]

    def promises(self) -> Iterator[Promise]:
        cursor, baseline, year, accepted = self.start, None, None, False
        follows = False  # whether the quantity stands behind a list mark that follows another one (推出70项场景和[10个]应用)
        for index, quantity in enumerate(self.members):
            last = index + 1 == len(self.members)
            limit = self.end if last else self.members[index + 1].start
            if not last and quantity.end <= limit and (origin := _FROM_RE.search(self.text, cursor, quantity.start)) and _REACH_RE.fullmatch(self.text, quantity.end, limit):
                # 由13人扩充至20人以上: 13 is where the next one starts from
                baseline, year, cursor = quantity, origin["year"], cursor
                continue
            name_limit = baseline_start(self.text, cursor, quantity.start) if baseline else quantity.start
            right, separator = self._right(quantity.end, limit, last)
            if right is None:  # 10亿元以上产业项目100个以上: it qualifies what the next one counts
                continue
            found: list[Promise] = []
            if right == quantity.end:
                found = self._counted_left(quantity, cursor, name_limit, index)
            elif self._counts_right(quantity, cursor, right, follows and accepted):
                name = right_name(self.text, quantity.end, right)
                found = [self._promise(quantity, name, (min(cursor_verb(self.text, cursor, quantity.start), quantity.start), max(quantity.end, name[1])))]
            accepted = bool(found)
            yield from (replace(promise, baseline=baseline, baseline_year=year) for promise in found)
            baseline, year, follows = None, None, separator > right
            cursor = separator

    def _right(self, start: int, limit: int, last: bool) -> tuple[int | None, int]:
        """(end of the noun to the right, start of what follows its list mark); the noun's end is `start` where there is none, and None where
        the words run on into the next quantity without a list mark."""
        if last:
            joined = re.compile(rf" ?{_JOIN}").match(self.text, start, limit)
            return (start, limit) if joined or not self.text[start:limit].strip(" *") else (limit, limit)
        marks = list(re.finditer(_JOIN, self.text[start:limit]))
        if not marks:
            return (start, limit) if not self.text[start:limit].strip() else (None, start)
        first, final = marks[0], marks[-1]
        if first.start() == 0:
            return start, start + first.end()
        return start + final.start(), start + final.end()

    def _promise(self, quantity: Quantity, name: tuple[int, int], span: tuple[int, int]) -> Promise:
        per = quantity.per
        if per is None:
            for match in _PER_RE.finditer(self.text, self.start, quantity.start):
                per = {"季": "季度"}.get(match["per"] or "", match["per"]) if match["per"] else per
        comparator = quantity.comparator
        before = self.text[max(self.start, quantity.start - 8) : quantity.start]
        if not quantity.is_compared:
            if re.search(r"至少[^,]{0,6}$|不少于[^,]{0,4}$", before):
                comparator = ">="
            elif re.search(rf"(?:{alternatives(lexicon()['connectors']['limit'])})$", before):
                comparator = "<="
        return Promise(replace(quantity, per=per, comparator=comparator), *name, *span, self.sentence)

    def _counted_left(self, quantity: Quantity, cursor: int, limit: int, index: int) -> list[Promise]:
        """The promises of a quantity that ends its clause: one, or one for each name where 均, 各, 分别 or a list of rates shares it out."""
        if quantity.unit is None and not self._may_stand_bare(quantity, cursor):
            return []
        if quantity.is_words and not self._words_promise(quantity, cursor):
            return []
        if self.text[limit - 1 : limit] == "等" and _OTHERS_RE.search(self.text, self.start, limit):
            return []
        name = left_name(self.text, cursor, limit)
        start = cursor
        if name[0] == name[1]:  # 举办各类培训班,每年不少于10场: the clause before names it
            name = self._borrowed()
            start = name[0]
            if name[0] == name[1]:
                verb = self.text[cursor:limit].strip(" *、")
                if not verb or index:
                    return []
                name = (limit - len(self.text[cursor:limit].lstrip(" *、")), connector_start(self.text, cursor, limit))
                if name[0] >= name[1]:
                    return []
        start = min(start, name[0])
        while start < name[0] and self.text[start] in " *\n、和及与并且":
            start += 1
        names = self._shared(name, limit)
        return [self._promise(quantity, part, (min(start, part[0]), quantity.end)) for part in names]

    def _shared(self, name: tuple[int, int], limit: int) -> list[tuple[int, int]]:
        """The names that one value is said of: A和B覆盖率 are two where both are rates, or where 均 or 各 shares the value out."""
        parts, position = [], name[0]
        for mark in re.finditer(r"[、和及]", self.text[name[0] : name[1]]):
            parts.append((position, name[0] + mark.start()))
            position = name[0] + mark.end()
        parts.append((position, name[1]))
        if len(parts) == 1 or any(end - start < 2 for start, end in parts):
            return [name]
        evenly = _EVEN_RE.search(self.text, name[0], limit) is not None
        if evenly or all(_RATE_RE.search(self.text, start, end) for start, end in parts):
            return parts
        return [name]

    def _may_stand_bare(self, quantity: Quantity, cursor: int) -> bool:
        """Whether a number without a unit is a value: 倍差降至1.67以内; a year or a code is not."""
        before = self.text[cursor : quantity.number_start]
        year = quantity.value == int(quantity.value) and 1900 <= quantity.value <= 2100 and not quantity.is_compared
        return not year and (quantity.is_compared or connector_re().search(before) is not None) and len(before.strip()) > 2

    def _words_promise(self, quantity: Quantity, cursor: int) -> bool:
        """Whether a Chinese numeral promises: 至少召开一次, 每年两期, 百项, 三成以上; 三个 alone is a way of speaking."""
        before = self.text[self.start : quantity.start]
        if quantity.is_compared or "至少" in before or "不少于" in before:
            return True
        if quantity.unit in ("次", "场", "期", "轮", "番", "倍", "成"):
            return _PER_RE.search(before) is not None or quantity.unit in ("番", "倍", "成")
        return quantity.value >= 100 or (quantity.value >= 2 and quantity.unit in ("家", "所", "座", "处", "条", "部", "名", "场", "期", "次"))

    def _counts_right(self, quantity: Quantity, cursor: int, right: int, continues: bool) -> bool:
        """Whether a quantity with a noun behind it promises so many of the noun."""
        noun = self.text[quantity.end : right]
        if quantity.unit is None or quantity.unit_class is UnitClass.TIME or _NO_NOUN_RE.match(noun) or not noun.strip("的 *"):
            return False
        if quantity.is_words and not self._words_promise(quantity, cursor):
            return False
        verb = _verb_re().search(self.text, cursor, quantity.start)
        before = self.text[cursor : quantity.start].strip(" *")
        if quantity.unit_class is UnitClass.RATIO:
            return (not before or verb is not None) and not noun.startswith("的比例")
        if quantity.unit_class is UnitClass.MEASURE:
            if noun.startswith("的"):
                return False
            is_money = quantity.unit.endswith(("元", "美元", "人民币"))
            return verb is not None and (not is_money or verb["verb"] in lexicon()["between"]["money"]) and not (quantity.comparator == ">=" and is_money and "资金" not in noun)
        if _listed_re().match(noun) or (before.endswith("等") and _OTHERS_RE.search(self.text, self.start, quantity.start)):
            return False
        if verb is not None or continues:
            return True
        if before.endswith("等"):  # 打造A、B等10个特色基地
            return re.match(rf"[ *]*(?:{alternatives(lexicon()['connectors']['leading'])})*(?:{alternatives(lexicon()['verbs']['drop'])})", before) is not None
        return not before and not quantity.is_words and _HAPPENS_RE.search(noun) is not None

    def _borrowed(self) -> tuple[int, int]:
        """The name in the clause before this one, of the same sentence; empty where there is none."""
        end = self.start - 1
        if end <= self.sentence or self.text[end] not in ",:":
            return end, end
        start = max(self.text.rfind(mark, self.sentence, end) for mark in ",;:(") + 1
        return left_name(self.text, max(start, self.sentence), end)


def baseline_start(text: str, cursor: int, end: int) -> int:
    """Where 由13人扩充至 begins, so that the name ends before it."""
    return max(text.rfind("由", cursor, end), text.rfind("从", cursor, end), cursor)


def connector_start(text: str, cursor: int, end: int) -> int:
    match = connector_re().search(text, cursor, end)
    return match.start() if match else end


def cursor_verb(text: str, cursor: int, end: int) -> int:
    """Where the verb before a quantity begins (进一步[培育]3家以上)."""
    match = _verb_re().search(text, cursor, end)
    return match.start() if match else end


__all__ = ["BLANK", "Promise", "promises"]
