"""One clause with quantities, and which of them it promises (see `zhengpu.extract.promises`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from zhengpu.extract.indicator_names import alternatives, connector_re, growth_re, left_name, lexicon, right_name
from zhengpu.extract.quantities import Quantity, UnitClass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised quantity. `name` is the indicator as spans to be joined, [start, end) the words that prove the promise.

    `baseline` is the quantity that it starts from (由13人扩充至20人以上), `baseline_year` its year where named; `sentence` is where the sentence begins."""

    quantity: Quantity
    name: tuple[Span, ...]
    start: int
    end: int
    sentence: int
    baseline: Quantity | None = None
    baseline_year: str | None = None


_JOIN_RE = re.compile(r"以及|[、和及与或且并]")
_GAP_RE = re.compile(rf" ?(?:{_JOIN_RE.pattern}) ?")
_JOINED_NOUN_RE = re.compile(r"且[^、,]{1,20}的")  # 总数不少于20名且行政司法共享的技术调查官队伍
_QUALITY_RE = re.compile(r"[化性型强高好优大全]$")  # 3家以上专业化、年营业收入1000万元以上的机构: the noun comes later
_RATHER = " *\n、和及与并且"

# 每年召开2次, 每季度不少于1次; but 每万人 belongs to the name
_PER_RE = re.compile(r"每个?(半年|年|季度|季|月|周)|(?<=全部)逐(年)")
# 由13人…, 从2020年的15%…, 由目前的5家…
_FROM_RE = re.compile(r"(?:从|由)(?:[^,由从\d]{0,6}(?:(?P<year>(?:19|20)\d\d)年[底末初]?)?的?)?$")
_REACH_RE = re.compile(r"(?:\([^()]{0,12}\))?[^、,]{0,8}?(?:至|到|为)(?:(?:19|20)\d\d年[底末初]?的?)?")
# 5亿元级, 3个以外, 20%的基础上, 2项的标准, 一次性: no noun that is counted
_NO_NOUN_RE = re.compile(r"[级版强型制号/%]|以外|的?基础上|的?标准|性(?!能)")
_HAPPENS_RE = re.compile(r"建成|开工|投产|完成|投用|竣工|达到|实现|列入|通过|纳入|建立|开展|配备|覆盖")
_OTHERS_RE = re.compile(r"(?:由|与|会同|依托|聚焦|围绕|在|对|以|按|从|针对|面向|对照)")
_EVEN_RE = re.compile(r"(?:(?<![平人亩户日月年])均|都|分别|各(?![类级种区地项方镇界科部]|有关))[^、,]{0,8}$")
_APART_RE = re.compile(r"分别[^、,]{0,10}$|各(?=$)")
_RATE_RE = re.compile(r"(?:率|比例|比重|占比|覆盖面|满意度) *$")
_DENOMINATOR_RE = re.compile(r"每(立方米|平方公里|平方米|升|亩|吨)$")


@cache
def _verb_re() -> re.Pattern[str]:
    words = lexicon()
    verbs, between = alternatives(words["verbs"]["drop"] + words["verbs"]["keep"]), alternatives(words["between"]["words"])
    return re.compile(rf"(?P<verb>{verbs})(?:{between}|[ *])*$")


@cache
def _opening_verb_re() -> re.Pattern[str]:
    words = lexicon()
    return re.compile(rf"[ *]*(?:{alternatives(words['connectors']['leading'])})*(?:{alternatives(words['verbs']['drop'] + words['verbs']['keep'])})")


@cache
def _limit_re() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(lexicon()['connectors']['limit'])})$")


@cache
def _listed_re() -> re.Pattern[str]:
    # 10个部门组成, 5个重点领域; but 10个行业标杆 are built
    return re.compile(rf"(?:重点|相关|有关|主要|关键|不同)?(?:{alternatives(lexicon()['context']['listed'])})(?:组成|共同|协同|联合|的|等|$)")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch [start, end) between two marks of punctuation, with its quantities; `text` is the masked folded text."""

    text: str
    start: int
    end: int
    sentence: int
    members: list[Quantity]

    def promises(self) -> Iterator[Promise]:
        """The promises in order. A cursor marks where the words to the left of the next quantity begin."""
        cursor, index, continues = self.start, 0, False
        name: tuple[Span, ...] = ()
        baseline: Quantity | None = None
        year: str | None = None
        while index < len(self.members):
            quantity = self.members[index]
            apart = self._apart(index, cursor)
            if apart:
                yield from apart
                index += len({promise.quantity.start for promise in apart})
                cursor, continues = self.members[index - 1].end, False
                continue
            index += 1
            limit = self.members[index].start if index < len(self.members) else self.end
            origin = _FROM_RE.search(self.text, cursor, quantity.start)
            if origin and index < len(self.members) and _REACH_RE.fullmatch(self.text, quantity.end, limit):
                baseline, year = quantity, origin["year"]
                continue
            noun_end, follows = self._right(quantity.end, limit, index == len(self.members))
            if noun_end is None:  # 10亿元以上产业项目100个以上: it qualifies what the next one counts
                continue
            if noun_end == quantity.end or self._says_of_left(quantity, noun_end):
                left_end = max(self.text.rfind(mark, cursor, quantity.start) for mark in "由从") if baseline else quantity.start
                found = self._counted_left(quantity, cursor, max(left_end, cursor), name)
            elif self._counts_right(quantity, cursor, noun_end, continues):
                index = len(self.members) if noun_end == self.end == follows else index  # what stands inside the noun qualifies it
                span = right_name(self.text, quantity.end, noun_end)
                verb = _verb_re().search(self.text, cursor, quantity.start)
                found = [self._promise(quantity, (span,), verb.start() if verb else quantity.start, max(quantity.end, span[1]))]
            else:
                found = []
            yield from (replace(promise, baseline=baseline, baseline_year=year) for promise in found)
            name = found[-1].name if found else ()
            baseline, year, cursor, continues = None, None, follows, bool(found) and follows != noun_end
        return

    def _right(self, start: int, limit: int, last: bool) -> tuple[int | None, int]:
        """(end of the noun to the right, where the words to the left of the next quantity begin). The noun's end is `start` where there is
        no noun, and None where the words run on into the next quantity without a list mark."""
        words = self.text[start:limit]
        if not last and not words.strip() and self.text.startswith("的", self._end_of(limit)):  # 组建1支不少于50人的专家队伍
            return self.end, limit
        mark = None if _JOINED_NOUN_RE.match(words) else _GAP_RE.match(words)
        if last:
            return (start, limit) if mark or not words.strip(" *") else (limit, limit)
        if not words.strip():  # 1万元以上10万元以下罚款
            return None, start
        if mark:
            return start, start + mark.end()
        marks = list(_JOIN_RE.finditer(words))
        if marks and _QUALITY_RE.search(words[: marks[0].start()]) and "的" in self.text[limit : self.end]:
            return self.end, self.end
        return (start + marks[-1].start(), start + marks[-1].end()) if marks else (None, start)

    def _end_of(self, start: int) -> int:
        """Where the quantity that starts there ends."""
        return next((quantity.end for quantity in self.members if quantity.start == start), start)

    def _says_of_left(self, quantity: Quantity, noun_end: int) -> bool:
        """Whether the words behind a quantity tell what becomes of the noun to the left: 企业100%完成改造, 业务3个工作日办结, 其中20家以上进入名单."""
        words = lexicon()["behind"]
        bare = not self.text[self.start : quantity.start].strip(" *")
        if quantity.unit_class in (UnitClass.MEASURE, UnitClass.RANK, UnitClass.NONE) or (bare and quantity.unit_class is not UnitClass.COUNT):
            return False
        verbs = words["done"] if quantity.unit_class is UnitClass.TIME else words["happens"]
        return re.compile(alternatives(verbs)).match(self.text, quantity.end, noun_end) is not None

    def _promise(self, quantity: Quantity, name: tuple[Span, ...], start: int, end: int) -> Promise:
        per = quantity.per
        if per is None and (named := _PER_RE.findall(self.text, self.start, quantity.start)):
            per = {"季": "季度"}.get(named[-1][0], named[-1][0]) or None
        comparator, before = quantity.comparator, self.text[max(self.start, quantity.start - 8) : quantity.start]
        if not quantity.is_compared:
            if re.search(r"至少[^,]{0,6}$|不少于[^,]{0,4}$", before):
                comparator = ">="
            elif _limit_re().search(before.rstrip(" ")):
                comparator = "<="
        unit = quantity.unit
        if (denominator := _DENOMINATOR_RE.search(before)) and unit:  # 每立方米23微克
            unit = f"{unit}/{denominator[1]}"
        return Promise(replace(quantity, per=per, comparator=comparator, unit=unit), name, start, end, self.sentence)

    def _apart(self, index: int, cursor: int) -> list[Promise]:
        """A、B分别达到1万元和2万元: one promise for each name, or [] where nothing is told apart."""
        chain = [self.members[index]]
        for following in self.members[index + 1 :]:
            if not _GAP_RE.fullmatch(self.text, chain[-1].end, following.start):
                break
            chain.append(following)
        if len(chain) < 2 or not _APART_RE.search(self.text, cursor, chain[0].start):
            return []
        name = left_name(self.text, cursor, chain[0].start)
        parts = self._parts(name)
        if len(parts) != len(chain):
            return []
        last = chain[-1]
        shared = [q if q.is_compared or last.comparator == ">" else replace(q, comparator=last.comparator, is_compared=last.is_compared) for q in chain]
        return [self._promise(quantity, (part,), name[0], quantity.end) for quantity, part in zip(shared, parts, strict=True)]

    def _parts(self, name: Span) -> list[Span]:
        marks = [name[0], *(edge for mark in re.compile(r"[、和及与]").finditer(self.text, *name) for edge in mark.span()), name[1]]
        return list(zip(marks[::2], marks[1::2], strict=True))

    def _counted_left(self, quantity: Quantity, cursor: int, limit: int, previous: tuple[Span, ...]) -> list[Promise]:
        """The promises of a quantity that ends its clause: one, or one for each name where 均, 各 or a list of rates shares it out."""
        words = self.text[cursor:limit]
        if (quantity.unit is None and not self._may_stand_bare(quantity, cursor)) or (quantity.is_words and not self._words_promise(quantity, cursor)):
            return []
        if words.rstrip(" *").endswith("等") and _OTHERS_RE.match(self.text, self.start):
            return []
        name = left_name(self.text, cursor, limit)
        start = cursor
        names: list[tuple[Span, ...]]
        if name[0] == name[1] and previous and cursor > self.start:  # 达到20件、30件: the same again
            names = [previous]
        elif name[0] == name[1]:  # 举办各类培训班,每年不少于10场: the clause before names it
            borrowed = self._borrowed()
            stem = connector_re().search(self.text, cursor, limit)
            verb = (cursor + len(words) - len(words.lstrip(_RATHER)), stem.start() if stem else limit)
            if borrowed[0] < borrowed[1]:
                start, names = borrowed[0], [(borrowed,)]
            elif verb[0] < verb[1]:  # 培训1000人次
                names = [(verb,)]
            else:
                return []
        elif growth_re().fullmatch(self.text, *name) and (borrowed := self._borrowed()) and borrowed[0] < borrowed[1]:
            start, names = borrowed[0], [(borrowed, name)]  # 预算收入1785亿元,增长6.3%
        else:
            names = [(part,) for part in self._shared(name, limit)]
        while start < limit and self.text[start] in _RATHER:
            start += 1
        return [self._promise(quantity, part, min(start, quantity.start), quantity.end) for part in names]

    def _shared(self, name: Span, limit: int) -> list[Span]:
        """The names that one value is said of: A率和B覆盖率 are two where both are rates, or where 均 or 各 shares the value out."""
        parts = self._parts(name)
        if len(parts) == 1 or any(end - start < 2 for start, end in parts):
            return [name]
        even = _EVEN_RE.search(self.text, name[0], limit)
        if even:  # 亩均税收、亩均增加值均增长5%
            return [(start, min(end, even.start()) if even.start() > start else end) for start, end in parts]
        return parts if all(_RATE_RE.search(self.text, *part) for part in parts) else [name]

    def _may_stand_bare(self, quantity: Quantity, cursor: int) -> bool:
        """Whether a number without a unit is a value: 倍差降至1.67以内; a year or a code is not."""
        before = self.text[cursor : quantity.number_start]
        if quantity.unit_class is UnitClass.RANK:
            return True
        year = quantity.value == int(quantity.value) and 1900 <= quantity.value <= 2100
        return not year and (quantity.is_compared or connector_re().search(before) is not None) and len(before.strip()) > 2

    def _words_promise(self, quantity: Quantity, cursor: int) -> bool:
        """Whether a Chinese numeral promises: 至少召开一次, 每年两期, 百项, 三成以上; 三个 alone is a way of speaking."""
        before = self.text[self.start : quantity.start]
        if quantity.is_compared or "至少" in before or "不少于" in before or quantity.unit in ("番", "倍", "成"):
            return True
        if quantity.unit in ("次", "场", "期", "轮"):
            return _PER_RE.search(before) is not None
        return quantity.value >= 100 or (quantity.value >= 2 and quantity.unit in ("家", "所", "座", "处", "条", "部", "名"))

    def _counts_right(self, quantity: Quantity, cursor: int, noun_end: int, continues: bool) -> bool:
        """Whether a quantity with a noun behind it promises so many of the noun."""
        noun = self.text[quantity.end : noun_end]
        if quantity.unit is None or quantity.unit_class in (UnitClass.TIME, UnitClass.RANK) or _NO_NOUN_RE.match(noun) or not noun.strip("的 *"):
            return False
        if quantity.is_words and not self._words_promise(quantity, cursor):
            return False
        verb = _verb_re().search(self.text, cursor, quantity.start)
        before = self.text[cursor : quantity.start].strip(" *")
        if quantity.unit_class is UnitClass.RATIO:
            return (not before or verb is not None) and not noun.startswith("的比例")
        if quantity.unit_class is UnitClass.MEASURE:
            if verb is None or noun.startswith("的"):
                return False
            is_money = quantity.unit.endswith(("元", "人民币"))
            spent = re.match(rf"[ *]*(?:{alternatives(lexicon()['behind']['spent'])})", noun) is not None
            return not is_money or (verb["verb"] in lexicon()["between"]["money"] and (quantity.comparator != ">=" or spent))
        listed = before.endswith("等")
        if _listed_re().match(noun) or (listed and _OTHERS_RE.match(self.text, self.start)):
            return False
        if listed:  # 打造A、B等10个特色基地
            return _opening_verb_re().match(self.text, self.start, quantity.start) is not None
        return verb is not None or continues or (not before and not quantity.is_words and _HAPPENS_RE.search(noun) is not None)

    def _borrowed(self) -> Span:
        """The name in the clause before this one, of the same sentence; empty where there is none."""
        limit = self.start - 1
        for _ in range(3):  # 2024年培育企业100家,2025年培育150家,2026年培育200家
            if limit <= self.sentence or self.text[limit] not in ",:":
                break
            opening = max(self.sentence, *(self.text.rfind(mark, self.sentence, limit) + 1 for mark in ",;:("))
            start, end = left_name(self.text, opening, limit)
            if value := re.compile(r"\d").search(self.text, start, end):
                start, end = left_name(self.text, start, value.start())
                growth = re.compile(rf"(?:{growth_re().pattern})$").search(self.text, start + 2, end)
                end = growth.start() if growth else end
            if start < end:
                return start, end
            limit = opening - 1
        return limit, limit
