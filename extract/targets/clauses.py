"""One clause with quantities, and what it promises by them (see `zhengpu.extract.targets.promises`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.targets.counting import PER_RE, breaks_through, counts_noun, ends_clause, sets_rate, tells_fate, verb_before
from zhengpu.extract.targets.indicator_names import (
    Span,
    connectors_start,
    growth_re,
    left_name,
    members,
    only_compares,
    right_name,
    shared,
    without_comparison,
    without_periods,
)
from zhengpu.extract.targets.quantities import Quantity, UnitClass, comparators

Name = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised quantity. `name` is the indicator as spans to be joined, [start, end) the words that prove the promise.

    `baseline` is the quantity that it starts from (由13人扩充至20人以上), `baseline_year` its year where named; `sentence` is where the sentence begins.
    `tail` is what the name ends in though the text does not say it (占比 where it says 占67%).
    `turn` is (its number, how many) among values that are told apart by as many dates (到2025年和2030年，分别达到60%和80%), else (0, 1)."""

    quantity: Quantity
    name: Name
    start: int
    end: int
    sentence: int
    baseline: Quantity | None = None
    baseline_year: str | None = None
    turn: tuple[int, int] = (0, 1)
    tail: str = ""


_LONGEST_NAME = 120  # code points looked back for the name in a clause before
_JOIN_RE = re.compile(r"以及|[、和及与或且并]")
_GAP_RE = re.compile(rf" ?(?:{_JOIN_RE.pattern}) ?")
_JOINED_NOUN_RE = re.compile(r"且[^、,]{1,20}的")  # 总数不少于20名且行政司法共享的技术调查官队伍
_QUALITY_RE = re.compile(r"[化性型强高好优大全]$")  # 3家以上专业化、年营业收入1000万元以上的机构: the noun comes later
_RATHER = " *\n、和及与并且"

# 由13人…, 从2020年的15%…, 由目前的5家… and what leads to the value: 扩充至, (2023年)提高到2026年的
_FROM_RE = re.compile(r"(?:从|由)(?:[^,由从\d]{0,6}(?:(?P<year>(?:19|20)\d\d)年[底末初]?)?的?)?$")
_REACH_RE = re.compile(r"(?:\([^()]{0,12}\)|囗{0,14})?[^、,]{0,8}?(?:至|到|为)(?:(?:19|20)\d\d年[底末初]?的?)?")
_APART_RE = re.compile(r"分别[^、,]{0,20}$")
_ONLY_DATE_RE = re.compile(r"(?:力争)?(?:到|至)?(?:19|20)\d\d年[底末]?(?:前)?,?(?:达到|达|增至|增加到|提高到|提升到|突破|为|超|[ *])*")
_UNCHANGED_RE = re.compile(r"^(?:不下降|不降低|不减少|不反弹|不突破)$")  # 覆盖率保持70%以上不下降
_THAN_RE = re.compile(r"[比较](?:(?:19|20)\d\d年[底末]?|上年|去年)(?:[^、,]{0,6}?)的$")  # 比2020年的[20万吨、5万吨]分别减少7%、8%
_REACHED_RE = re.compile(r"(?:[至到为在于]|达|超过?|突破)$")
_AT_LEAST_RE = re.compile(r"至少[^,]{0,6}$|不少于[^,]{0,4}$")
_AT_MOST_RE = re.compile(r"(?:最高|最多|不超过)[^,、]{0,6}$")  # 给予最高资助100万元
_STATED_RE = re.compile(r"(不得超过|不得高于|不得低于|不得少于|不少于|不低于|不超过|不高于|超过|低于|高于)[^,、\d]{1,14}的$")  # 不少于城市建成区面积的7.5%
_PACED_RE = re.compile("以(?:每年|年均|平均)")
_LONGEST_FATE = 20  # code points of a noun with what comes true of it
_BARE_NOUN = 2  # code points of a noun that says too little by itself
_VALUE_RE = re.compile(r"(?:约|近|超)?\d[\d.,]*[一-鿿%‰]{1,4}(?:以上|左右)?\Z")
_ACTOR_RE = re.compile(r"^(?:[每各由]|市|区|县|省)|(?:部门|[局委厅部办院府]|单位|领导)\Z")
_AHEAD_RE = re.compile(r"(高于|快于|低于|优于|好于|超过)[^,、\d]{2,14}\Z")
_DENOMINATOR_RE = re.compile(r"每(立方米|平方公里|平方米|升|亩|吨)$")  # 每立方米23微克


@cache
def _limit_re() -> re.Pattern[str]:
    return re.compile(rf"{alternatives(lexicon('promises')['connectors']['limit'])} *$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch [start, end) between two marks of punctuation, with its quantities; `text` is the masked folded text.

    `before` is the name of the promise before, where that stands in the same sentence; `earlier` are those of the whole clause before,
    `beside` that of a promise between which and this clause nothing ends but a part of the sentence (到2024年达到20家;到2025年达到30家).
    `goes_on` tells that it shares the verb of the clause before (支持300名人才赴境外培训,1000名人才参加研修)."""

    text: str
    start: int
    end: int
    sentence: int
    members: list[Quantity]
    before: Name = ()
    grants: bool = False
    earlier: tuple[Name, ...] = ()
    beside: Name = ()
    goes_on: bool = False

    def promises(self) -> Iterator[Promise]:
        """The promises in order. `cursor` marks where the words to the left of the next quantity begin."""
        cursor, index, continues = self.start, 0, self.goes_on
        name: Name = ()
        baseline: Quantity | None = None
        year: str | None = None
        while index < len(self.members):
            if _THAN_RE.search(self.text, cursor, self.members[index].start):
                index += len(self._chain(index))
                cursor = self.members[index - 1].end
                continue
            if apart := self._apart(index, cursor):
                yield from apart
                index += len(apart)
                cursor, continues = self.members[index - 1].end, False
                continue
            quantity = self.members[index]
            if (run := self._qualifying(index)) > 1:  # 对产值突破10亿元、50亿元、100亿元的企业
                index += run
                cursor = self.members[index - 1].end
                continue
            index += 1
            limit = self.members[index].start if index < len(self.members) else self.end
            origin = _FROM_RE.search(self.text, cursor, quantity.start)
            if origin and index < len(self.members) and _REACH_RE.fullmatch(self.text, quantity.end, limit):
                baseline, year = quantity, origin["year"]
                continue
            noun_end, follows = self._noun(quantity.end, limit, index == len(self.members))
            if noun_end is None:  # 10亿元以上产业项目100个以上: it qualifies what the next one counts
                continue
            found: list[Promise] = []
            if noun_end == quantity.end or (self.grants and sets_rate(self.text, quantity)) or tells_fate(self.text, self.start, quantity, noun_end):
                if ends_clause(self.text, self.start, quantity, cursor, grants=self.grants):
                    stop = max(cursor, *(self.text.rfind(mark, cursor, quantity.start) for mark in "由从")) if baseline else quantity.start
                    found = self._counted_left(quantity, cursor, stop, name)
            elif counts_noun(self.text, self.start, quantity, cursor, noun_end, continues=continues, grants=self.grants):
                index = len(self.members) if noun_end == self.end == follows else index  # what stands inside the noun qualifies it
                found = [self._counted_right(quantity, cursor, noun_end)]
            yield from found if baseline is None else (replace(promise, baseline=baseline, baseline_year=year) for promise in found)
            name = found[-1].name if found else ()
            baseline, year, cursor, continues = None, None, follows, bool(found) and follows != noun_end

    def _noun(self, start: int, limit: int, last: bool) -> tuple[int | None, int]:
        """(end of the noun behind a quantity, where the words to the left of the next quantity begin). The noun's end is `start` where there
        is no noun, and None where the words run on into the next quantity without a list mark."""
        words = _UNCHANGED_RE.sub("", self.text[start:limit])
        mark = None if _JOINED_NOUN_RE.match(words) else _GAP_RE.match(words)
        if last:
            return (start, limit) if mark or not words.strip(" *") else (limit, limit)
        if not words.strip():  # 组建1支不少于50人的专家队伍, but 1万元以上10万元以下罚款
            here, following = next(pair for pair in zip(self.members, self.members[1:], strict=False) if pair[1].start == limit)
            if self._beside(here, following):
                return start, limit
            return (self.end, limit) if self.text.startswith("的", following.end) else (None, start)
        if mark:
            return start, start + mark.end()
        marks = list(_JOIN_RE.finditer(words))
        if marks and _QUALITY_RE.search(words[: marks[0].start()]) and "的" in self.text[limit : self.end]:
            return self.end, self.end
        return (start + marks[-1].start(), start + marks[-1].end()) if marks else (None, start)

    def _beside(self, first: Quantity, second: Quantity) -> bool:
        """Whether two counts behind one noun say how many there are and how large they are: 应急队1支30人."""
        counts = first.unit_class is second.unit_class is UnitClass.COUNT and first.unit != second.unit
        return counts and (second.end == self.end or _GAP_RE.match(self.text, second.end) is not None)

    def _counted_right(self, quantity: Quantity, cursor: int, noun_end: int) -> Promise:
        name = right_name(self.text, quantity.end, noun_end)
        if quantity.unit_class is UnitClass.RATIO and noun_end - name[0] <= _LONGEST_FATE:  # 80%的企业[实现数字化改造]: else it is unclear what is true of them
            name = (name[0], noun_end)
        verb = verb_before(self.text, cursor, quantity.start)
        subject = left_name(self.text, self.start, verb.start()) if verb and cursor == self.start and name[1] - name[0] <= _BARE_NOUN else (0, 0)
        named = (subject, name) if subject[1] - subject[0] >= 2 and not _ACTOR_RE.search(self.text[slice(*subject)]) else (name,)  # 平台上线30个[主题]
        if breaks_through(self.text, quantity, cursor):
            quantity = replace(quantity, comparator="=", is_compared=True)
        start = named[0][0] if len(named) > 1 else verb.start() if verb else quantity.start
        return self._promise(quantity, named, start, max(quantity.end, name[1]))

    def _counted_left(self, quantity: Quantity, cursor: int, limit: int, previous: Name) -> list[Promise]:
        """The promises of a quantity that ends its clause: one, or one for each name where 均, 各 or a list of rates shares it out."""
        name, start = left_name(self.text, cursor, limit), cursor
        borrowed = self._borrowed()
        names: list[Name]
        if name[0] < name[1]:
            names = list(shared(self.text, name, limit))
            if previous and cursor > self.start and growth_re().fullmatch(self.text, *name):  # 成交额突破300亿元、年均增长20%
                borrowed = self._level(previous)
            if borrowed and growth_re().fullmatch(self.text, *name):  # 预算收入1785亿元,增长6.3%
                start, names = borrowed[0][0], [(*borrowed, name)]
            elif borrowed and only_compares(self.text[slice(*name)]):  # 出口额突破35亿元,较2022年翻一番
                start, names = borrowed[0][0], [borrowed]
        elif self.before and self.text.startswith("(", self.start - 1):  # 新增1200户(累计约2600户)
            names = [self.before]
        elif previous and cursor > self.start:  # 达到20件、30件: the same again
            names = [previous]
        elif borrowed:  # 举办各类培训班,每年不少于10场: the clause before names it
            start, names = borrowed[0][0], [borrowed]
        elif self.beside and _ONLY_DATE_RE.fullmatch(self.text, self.sentence, limit):
            names = [self.beside]
        else:  # 培训1000人次: the verb is all there is
            words = self.text[cursor : connectors_start(self.text, cursor, limit)]
            names = [((cursor + len(words) - len(words.lstrip(_RATHER)), cursor + len(words)),)] if words.strip(_RATHER) else []
        while start < limit and self.text[start] in _RATHER:
            start += 1
        return [self._promise(quantity, part, min(start, quantity.start), quantity.end) for part in names]

    def _chain(self, index: int) -> list[Quantity]:
        """The quantities from this one on that only list marks stand between: 10亿元、50亿元、100亿元."""
        chain = [self.members[index]]
        for following in self.members[index + 1 :]:
            if not _GAP_RE.fullmatch(self.text, chain[-1].end, following.start):
                break
            chain.append(following)
        return chain

    def _qualifying(self, index: int) -> int:
        """How many quantities from this one on together qualify a noun; 0 for none."""
        chain = self._chain(index)
        return len(chain) if self.text.startswith("的", chain[-1].end) else 0

    def _apart(self, index: int, cursor: int) -> list[Promise]:
        """A、B分别达到1万元和2万元: one promise for each name, or [] where nothing is told apart."""
        chain = self._chain(index)
        if len(chain) < 2:
            return []
        apart = self.text.rfind("分别", cursor, chain[0].start) if _APART_RE.search(self.text, cursor, chain[0].start) else -1
        name = left_name(self.text, cursor, apart if apart >= 0 else chain[0].start, whole_list=True)
        name = without_comparison(self.text, name) if apart >= 0 else name
        names: list[Name] = members(self.text, name, len(chain)) if name[0] < name[1] else []
        if apart < 0 and not self._matched(chain, names):
            return []
        stated = left_name(self.text, apart + 2, chain[0].start) if apart >= 0 else name
        if not names and stated[0] < stated[1] and chain[-1].end == self.end and not growth_re().fullmatch(self.text, *stated):
            names, name = [(stated,)], stated  # 2024年、2025年分别完成矿山修复1万亩、2万亩
        if not names or only_compares(self.text[slice(*name)]) or growth_re().fullmatch(self.text, *name):
            if chain[-1].end != self.end:  # 分别给予5万元、3万元奖励
                return []
            known = self.earlier[-len(chain) :] if len(self.earlier) >= len(chain) else (self._borrowed(),) * len(chain)
            grown = tuple(span for span in dict.fromkeys((name, stated)) if growth_re().fullmatch(self.text, *span))
            names = [(*part, *grown) for part in known if part]
            name = (cursor, cursor)
        over_time = len(names) == 1 and chain[-1].end == self.end
        names = names * len(chain) if over_time else names
        if len(names) != len(chain) and apart >= 0 and names and chain[-1].end == self.end:
            names = [(name,)] * len(chain)  # the values are told apart, but not by names that could be counted
        if len(names) != len(chain):
            return []
        found = [self._promise(quantity, part, name[0], quantity.end) for quantity, part in zip(chain, names, strict=True)]
        # 分别增长12%和15%以上, 分别不少于7.5%、22.5%: the comparator at either end is meant for all
        said = next((promise.quantity.comparator for promise in (found[-1], found[0]) if promise.quantity.comparator != "="), "=")
        found = [promise if promise.quantity.is_compared else replace(promise, quantity=replace(promise.quantity, comparator=said)) for promise in found]
        return [replace(promise, turn=(number, len(chain))) for number, promise in enumerate(found)] if over_time else found

    def _matched(self, chain: list[Quantity], names: list[Name]) -> bool:
        """Whether as many values as names follow each other without 分别: 企业开办、不动产登记压缩至3个工作日和5个工作日以内."""
        alike = len({quantity.unit for quantity in chain}) == 1 and chain[0].unit_class in (UnitClass.RATIO, UnitClass.TIME)
        whole = chain[-1].end == self.end and all(len(name) == 1 and name[0][1] - name[0][0] >= 2 for name in names[:-1])
        return alike and whole and len(names) == len(chain) and _REACHED_RE.search(self.text, self.start, chain[0].start) is not None

    def _borrowed(self) -> Name:
        """The name that the sentence has given before this clause: that of the promise before, else what the clause before ends in; () for none."""
        limit = self.start - 1
        if limit <= self.sentence or self.text[limit] not in ",:":
            return ()
        name = self.before
        if name and _PACED_RE.search(self.text, max(self.sentence, self.text.rfind(",", self.sentence, limit)), limit):
            name = ()  # 覆盖率以每年2个百分点的速度提升,达到80%
        if not name:
            nearest = max(self.sentence, limit - _LONGEST_NAME)
            start = max(nearest, *(self.text.rfind(mark, nearest, limit) + 1 for mark in ",;:("))
            value = _VALUE_RE.search(self.text, start, limit)  # 2023年实现收入[900亿元],2024年突破1000亿元
            name = (left_name(self.text, start, value.start() if value else limit),)
        return self._level(name)

    def _level(self, name: Name) -> Name:
        """A name without the words that say which way it goes."""
        start, end = name[-1]
        growth = _ends_growing_re().search(self.text, start, end)  # 投入强度提高0.3个百分点,达到3.2%
        return tuple(span for span in (*name[:-1], (start, growth.start() if growth else end)) if span[0] < span[1])

    def _promise(self, quantity: Quantity, name: Name, start: int, end: int) -> Promise:
        """The promise, with the period, comparator and denominator that stand further to the left than the quantity."""
        per = quantity.per
        if per is None and (named := PER_RE.findall(self.text, self.start, quantity.start)):
            per = {"季": "季度"}.get(named[-1], named[-1])
        comparator, unit = quantity.comparator, quantity.unit
        if not quantity.is_compared:
            if _AT_LEAST_RE.search(self.text, max(self.start, quantity.start - 8), quantity.start):
                comparator = ">="
            elif _limit_re().search(self.text, self.start, quantity.start) or _AT_MOST_RE.search(
                self.text, max(self.start, quantity.start - 10), quantity.start
            ):
                comparator = "<="
            elif stated := _STATED_RE.search(self.text, max(self.start, quantity.start - 24), quantity.start):
                comparator = comparators("before")[stated[1]]
        ahead = _AHEAD_RE.search(self.text, max(self.start, quantity.start - 20), quantity.start)
        if ahead and quantity.unit_class is UnitClass.RATIO and name[-1][0] < ahead.start() < name[-1][1]:  # 增速高于全国平均1个百分点
            comparator = comparator if quantity.is_compared else comparators("before").get(ahead[1], ">")
            name = (*name[:-1], (name[-1][0], ahead.start()))
        if unit and (denominator := _DENOMINATOR_RE.search(self.text, self.start, quantity.start)):
            unit = f"{unit}/{denominator[1]}"
        if (per, comparator, unit) != (quantity.per, quantity.comparator, quantity.unit):
            quantity = replace(quantity, per=per, comparator=comparator, unit=unit)
        return Promise(quantity, without_periods(self.text, name), start, end, self.sentence)


@cache
def _ends_growing_re() -> re.Pattern[str]:
    return re.compile(rf"(?<=..)(?:{growth_re().pattern})$")
