"""Promised quantities in sentences: which quantities are promises, what they count, and from what baseline.

A quantity promises something in two places: at the end of its clause, when what is counted stands to its left
(每万人高价值发明专利拥有量达到[20件以上]), or right behind a verb of action, when it stands to its right (培育[3家以上]知识产权服务机构).
Elsewhere it qualifies a noun (引进[10亿元以上]产业项目), tells the past or counts what a list has named, and is no promise.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby

from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.targets.borrowed_names import named
from zhengpu.extract.targets.clauses import Clause, Promise
from zhengpu.extract.targets.quantities import Quantity, quantities

_BOUNDARIES = ",;。:!?\n()"
_BOUNDARY_RE = re.compile(f"[{_BOUNDARIES}]")
_STOP_RE = re.compile(r"[;。!?\n]")
_END_RE = re.compile(r"[。\n]")
_LONGEST = 400  # code points of a clause; the longest with a promise met has 90, and a text without punctuation is no prose
_NEAR = 120  # code points before a clause in which a condition still governs it


def promises(masked: str, horizon: int | None, *, grants: bool = False) -> Iterator[Promise]:
    """The promises of a masked folded text in order; `horizon` is the plan's first year: what happened before is past.

    `grants` tells measures of support, in which the sums that are granted are what is promised."""
    stops = [match.start() for match in _STOP_RE.finditer(masked)]

    def clause(quantity: Quantity) -> tuple[int, int]:
        first, last = max(0, quantity.start - _LONGEST - 1), min(len(masked), quantity.end + _LONGEST + 1)
        before = max(masked.rfind(mark, first, quantity.start) for mark in _BOUNDARIES)
        after = _BOUNDARY_RE.search(masked, quantity.end, last)
        return (before + 1 if before >= 0 else first, after.start() if after else last)

    last: Promise | None = None
    recent: list[Promise] = []
    pending: tuple[Promise, ...] = ()  # not yet given out, for a bracket may follow that says where the last starts from
    for (start, end), grouped in groupby(quantities(masked), key=clause):
        members = list(grouped)
        if pending and (origin := _origin(masked, start, end, members, pending[-1], horizon)):
            yield from (*pending[:-1], replace(pending[-1], baseline=members[0], baseline_year=origin))
            pending = ()
            continue
        yield from pending
        pending = ()
        stop = bisect_right(stops, start - 1)
        sentence = stops[stop - 1] + 1 if stop else 0
        if end - start <= _LONGEST and not _is_no_promise(masked, sentence, start, end, horizon):
            # names are borrowed from near by: or each proof in a text without stops would begin at the first name of all
            near = last if last is not None and start - last.start <= _LONGEST else None
            before = near.name if near is not None and near.sentence == sentence else ()
            names = tuple(promise.name for promise in recent if promise.sentence == sentence and start - promise.start <= _LONGEST)
            beside = near.name if near is not None and not re.search(r"[。\n]", masked[near.end : start]) else ()
            goes_on = near is not None and near.sentence == sentence and _goes_on(masked, near, start, members[0])
            pending = tuple(named(masked, Clause(masked, start, end, sentence, members, before, grants, names, beside, goes_on).promises(), recent))
            last = pending[-1] if pending else last
    yield from pending


def _goes_on(masked: str, last: Promise, start: int, quantity: Quantity) -> bool:
    """Whether a clause opens with a count of the same unit as the clause before it, whose verb it shares: 支持300名人才赴境外培训,1000名人才参加研修."""
    counted_right = last.name[0][0] >= last.quantity.end and last.quantity.unit == quantity.unit
    return counted_right and quantity.start == start and "," in masked[last.end : start] and ";" not in masked[last.end : start]


_ORIGIN_RE = re.compile(r"(?P<year>(?:19|20)\d\d)年[底末]?(?:全[市省县区国]|实际)?(?:为|是|达到?|约)?\Z")


def _origin(masked: str, start: int, end: int, members: list[Quantity], last: Promise, horizon: int | None) -> str | None:
    """The year of a bracket behind a promise that says where it starts from: 稳定在100万吨(2023年为98万吨). None for any other clause."""
    if len(members) != 1 or not masked.startswith("(", start - 1) or last.end != start - 1 or last.baseline is not None or not masked.startswith(")", end):
        return None
    stated = _ORIGIN_RE.fullmatch(masked, start, members[0].start)
    return stated["year"] if stated and (horizon is None or int(stated["year"]) < horizon) and members[0].unit == last.quantity.unit else None


@cache
def _past_re() -> re.Pattern[str]:
    return re.compile("|".join(lexicon("promises")["past"]["clause"]))


@cache
def _conditional_re() -> re.Pattern[str]:
    return re.compile(rf"(?<![一-鿿])(?:{'|'.join(lexicon('promises')['past']['conditional'])})")


@cache
def _past_sentence_re() -> re.Pattern[str]:
    # 截至2023年底,… | 近年来,… | 2023年,全市…
    words = alternatives(lexicon("promises")["past"]["sentence"])
    return re.compile(rf"[ *]*(?:(?:{words})?[^,。;\n]{{0,6}}?(?<![较比从由自以对与同跟])(?P<year>(?:19|20)\d\d)年(?!.{{0,4}}(?:目标|计划|相比))|(?:{words}))")


_OWN_YEAR_RE = re.compile(r"[ *]*(?:到|至)?(?P<year>(?:19|20)\d\d)年")


def _is_no_promise(masked: str, sentence: int, start: int, end: int, horizon: int | None) -> bool:
    head = _past_sentence_re().match(masked, sentence, end)
    own = _OWN_YEAR_RE.match(masked, start, end)
    if own and start > sentence and horizon is not None and int(own["year"]) >= horizon:
        head = None  # 2023年实现收入900亿元,2024年力争突破1000亿元
    if head and (head["year"] is None or (horizon is not None and int(head["year"]) < horizon)):
        return True
    if _conditional_re().search(masked, max(sentence, start - _NEAR), end):  # 若学位不足,则继续招收直至招生比例的100%
        return True
    return _past_re().search(masked, start, end) is not None
