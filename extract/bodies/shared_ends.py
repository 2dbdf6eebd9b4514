"""Names that share their end with a list in front of a number or of 等, and groups of governments.

平朔、铁法2个煤业集团 is two groups, 滨江创业园、总部园等人才服务站 two stations, 各县(市、区)政府 one group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from zhengpu.extract.bodies.anchored_names import Anchor, Name
from zhengpu.extract.bodies.name_words import bounds, stretches
from zhengpu.extract.bodies.words import bodies
from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.targets.numerals import number
from zhengpu.regions import names as region_names

_LOOK_BACK = 120  # code points; ten names of a list have about 60
_HAN = "一-鿿"
_LIST_RE = re.compile(rf"[{_HAN}A-Za-z]{{2,30}}(?:[、和及][{_HAN}A-Za-z]{{2,20}})+\Z")
_COUNT_RE = re.compile(r"(?:\d{1,2}|[两三四五六七八九十]{1,3})\Z")
_JOINT_RE = re.compile("[、和及]")


@dataclass(frozen=True, slots=True)
class _Words:
    """`mark` finds a character where such a list may end, with what follows it: `head` behind a number, `noun` behind 等, `group` behind 各."""

    mark: re.Pattern[str]
    any_item: frozenset[str]  # ends that names of any kind share: 集团; the others only places
    place_end: re.Pattern[str]
    kind: re.Pattern[str]


@cache
def _words() -> _Words:
    data = lexicon("mentions")["shared"]
    bracket = rf"(?:\((?P<other>[{_HAN}]{{1,6}})\))?"
    return _Words(
        mark=re.compile(
            rf"[个家所等各](?:(?<=等)(?P<noun>[{_HAN}]{{2,10}}?{alternatives(data['stations'])})(?![点长])"
            rf"|(?<=各)(?P<group>(?:有关|相关)?(?:{alternatives(bodies().group_places)}|[、和及]|\([{_HAN}、]{{1,8}}\))+{alternatives(data['governments'])})"
            rf"(?!网站|门户|部门|采购|主要|[{_HAN}]?领导)"
            rf"|(?<=[个家所])(?P<before>(?:(?![的和与及在由])[{_HAN}]){{0,6}}){bracket}(?P<head>{alternatives([*data['any'], *data['places']])}))"
        ),
        any_item=frozenset(data["any"]),
        place_end=re.compile(rf"[{_HAN}]{{2,20}}{alternatives(data['grounds'])}"),
        kind=re.compile(rf"{alternatives(data['kinds'])}*[{_HAN}]?{alternatives(data['grounds'])}"),
    )


def shared_ends(text: str) -> Iterator[tuple[int, int, tuple[Name, ...]]]:
    """(start, end, names) of each such list in a folded text with at least one name; the list with its end is [start, end)."""
    for match in _words().mark.finditer(text):
        if match["group"]:
            yield match.start(), match.end(), (Name(match.start(), match.end(), match[0], Anchor.ITSELF),)
        elif found := _counted(text, match) if match["head"] else _of_places(text, match):
            yield found[0].start, match.end(), found


def _counted(text: str, match: re.Match[str]) -> tuple[Name, ...]:
    """The names in A、B、C3个森工集团: as many items as the number says, none of which is a body by itself.

    A word in brackets is the last one's: 平朔、铁法2个煤业(能源)集团 are 平朔煤业集团 and 铁法能源集团."""
    count = _COUNT_RE.search(text, max(0, match.start() - 3), match.start())
    wanted = number(count[0].replace("两", "二")) if count else None
    if count is None or wanted is None or not 2 <= wanted <= 30:
        return ()
    items = _items(text, count.start())[-int(wanted) :]
    if len(items) != wanted or any(end - start > 8 or bounds().end.search(text, start, end) for start, end in items):
        return ()
    if match["head"] not in _words().any_item and not all(text[start:end] in region_names() for start, end in items):
        return ()
    plain, other = match["before"] + match["head"], (match["other"] or match["before"]) + match["head"]
    return tuple(Name(start, end, text[start:end] + (other if (start, end) == items[-1] else plain), Anchor.SHARED) for start, end in items)


def _of_places(text: str, match: re.Match[str]) -> tuple[Name, ...]:
    """The names in A园、B镇等服务站: each item is a place by its end and not just a kind of place (园区、社区等服务站)."""
    words, items = _words(), _items(text, match.start())
    named = [(start, end) for start, end in items if words.place_end.fullmatch(text, start, end) and not words.kind.fullmatch(text, start, end)]
    return tuple(Name(start, end, text[start:end] + match["noun"], Anchor.SHARED) for start, end in named) if len(named) == len(items) else ()


def _items(text: str, end: int) -> list[tuple[int, int]]:
    """The spans of the items of the list that ends there, the words before the first one cut off; [] where no list ends."""
    listed = _LIST_RE.search(text, max(0, end - _LOOK_BACK), end)
    if listed is None:
        return []
    marks = [match.span() for match in _JOINT_RE.finditer(text, listed.start(), end)]
    starts, ends = [listed.start(), *(mark[1] for mark in marks)], [*(mark[0] for mark in marks), end]
    first = starts[0]
    for cut in stretches().cut.finditer(text, first, ends[0]):
        if cut[0] not in stretches().whole:
            first = cut.end()
    if lead := bounds().lead.match(text, first, ends[0]):
        first = lead.end()
    return [(start, stop) for start, stop in zip([first, *starts[1:]], ends, strict=True) if stop - start > 1]
