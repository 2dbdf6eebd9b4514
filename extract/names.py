"""The names of institutions in running text: where each begins and ends.

A name is found from its two ends. It ends in a word for a body (局 中心 联席会议 …), and it begins with something that makes it one body and not
a kind: a place (徐汇区, 绍兴), a level (市, 区), 国家 or 中国, a place abroad, the verb that founds it, or the name before it in a list
(区法院、检察院). Between the two stands no word that names never hold (lexicon/mentions.toml, [cuts]).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from zhengpu.extract.departments import department
from zhengpu.extract.name_words import words
from zhengpu.extract.region_prefixes import How, region_prefix
from zhengpu.regions import Region
from zhengpu.regions import names as region_names

_LONGEST = 34  # code points: 国家海外知识产权纠纷应对指导中心绍兴分中心 has 20, coordination bodies with their purpose up to 32
_LONGEST_TAIL = 14  # code points of an office behind the body that it belongs to: 区检察院|知识产权办公室
_LONG_STEM = 10  # from here on an alliance or commission is called by a name of its own: 数字经济产业知识产权保护|联盟
_TRIES = 4  # beginnings tried in one item; more only happen in text that is no prose


class Anchor(StrEnum):
    """What makes a name the name of one body."""

    NATIONAL = "national"  # listed: 国务院, 世界银行
    COUNTRY = "country"  # 中国黄酒博物馆, 国家专利审查协作中心, 长三角…中心
    PLACE = "place"  # 徐汇区外商投资企业协会, 区法院, 上海知识产权交易中心
    ITSELF = "itself"  # a name that stands as it is: 西岸智塔人才服务站, 纽约海外服务中心, “甘棠树下”社区法官工作站
    SHARED = "shared"  # what the list before it began with: 区法院、检察院
    BARE = "bare"  # a department of the plan's own region or of the state: 发挥外办、侨办作用
    WORD = "word"  # the mere word for a body that stands in full elsewhere: 发挥联席会议作用
    FOUNDED = "founded"  # 成立版权保护联盟, 数字经济发展部际联席会议


@dataclass(frozen=True, slots=True)
class Name:
    """A name at [start, end) of the text. `whole` is the name with the head or end that it shares with its list: 区检察院 for 检察院 in 区法院、检察院.

    `host` is the body in which it is founded: 浙江大学 in 在浙江大学设立乡村学院."""

    start: int
    end: int
    whole: str
    anchor: Anchor
    host: str = ""


@dataclass(frozen=True, slots=True)
class _Item:
    """A stretch between two cuts. `joint` is the 、 和 与 … before it, `cut` the word before it that is none ("" after punctuation), at `cut_start`."""

    start: int
    end: int
    joint: str
    cut: str
    cut_start: int


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A name may begin at `start`; what follows its place begins at `body`. A listed name reaches to `body` at least."""

    start: int
    body: int
    anchor: Anchor
    region: Region | None = None


class NameFinder:
    """Finds names in one document. `region` is the division that its plan governs, None where that is not known or the whole country."""

    def __init__(self, region: Region | None, *, national: bool = False) -> None:
        self._region = region
        self._national = national
        self._words = words()

    def names(self, text: str, start: int, end: int) -> Iterator[Name]:
        """The names in the unit [start, end) of a folded text; nearly in text order."""
        lexicon = self._words
        quoted = {}
        for match in lexicon.quoted.finditer(text, start, end):
            if not lexicon.cut.search(text, match.end("title"), match.end()):
                quoted[match.end("title")] = match.end()
                yield Name(match.start(), match.end(), match[0], Anchor.ITSELF)
        for chunk in lexicon.chunk.finditer(text, start, end):
            first = quoted.get(chunk.start(), chunk.start())
            if lexicon.gate.search(text, first, chunk.end()):
                titled = lexicon.founding_title.match(text, start, chunk.end())
                for name in self._in_chunk(text, self._items(text, first, chunk.end()), titled.end() if titled else -1):
                    if not lexicon.not_body.match(text, name.end):
                        yield self._whole(text, name)

    def _whole(self, text: str, name: Name) -> Name:
        # 团市委: the league's committee, not the party's
        if name.anchor is Anchor.PLACE and name.whole.endswith("委") and text[name.start - 1 : name.start] == "团":
            return Name(name.start - 1, name.end, "团" + name.whole, name.anchor)
        return name

    def _items(self, text: str, start: int, end: int) -> list[_Item]:
        items: list[_Item] = []
        position, joint, cut, cut_start = start, "", "", start
        purpose = -1
        for match in self._words.cut.finditer(text, start, end):
            # 市推动长江经济带发展领导小组: a verb right behind a place is the purpose of a body
            if match[0] in self._words.purpose and (match.start() == purpose or self._is_place(text[position : match.start()])):
                purpose = match.end()
                continue
            if match.lastgroup == "whole":  # 工业和信息化部
                continue
            items.append(_Item(position, match.start(), joint, cut, cut_start))
            position, cut_start = match.end(), match.start()
            joint, cut = (match[0], "") if match.lastgroup == "joint" else ("", match[0])
        items.append(_Item(position, end, joint, cut, cut_start))
        return items

    def _is_place(self, words: str) -> bool:
        if not 0 < len(words) <= 8:
            return False
        prefix = region_prefix(words, self._region)
        return words in self._words.country or (prefix.region is not None and not prefix.rest)

    def _in_chunk(self, text: str, items: list[_Item], titled: int) -> Iterator[Name]:
        """The names of a stretch without punctuation. `titled` is where the name of a body begins that the whole measure is to found, or -1."""
        head, tail, host = "", "", ""  # what a list shares (区, 上海), the last stem of the list, the body in which others are founded
        last_end = -1
        index = 0
        while index < len(items):
            item, taken = items[index], index
            if not item.joint or last_end != items[index - 1].end:
                head = ""
            found = self._anchored(text, item.start, item.end)
            if (joined := self._joined(text, items, index, found)) is not None:
                found, taken = joined, index + 1
            if not found and head:
                for taken in (index, index + 1):  # 外商投资|与|贸易促进中心
                    if taken < len(items) and (taken == index or items[taken].joint in self._words.inner_joints) and not found:
                        found = self._sharing(text, item.start, items[taken].end, head, tail)
                        if found:
                            break
                else:
                    taken = index
            if not found and host and item.cut in self._words.founding and (last := self._last_end(text, item.start, item.end)):
                found = [Name(item.start, last.end(), text[item.start : last.end()], Anchor.FOUNDED, host)]
            if not found:
                found = self._unanchored(text, items, index, titled)
            if found and found[0].start == item.start:
                yield from self._shared_end(text, items, index, found[0])
            yield from found
            if item.cut or found:
                host = ""
            if found:
                last_end = found[-1].end
                host = found[-1].whole if item.cut == "在" else ""
                if found[-1].anchor is Anchor.PLACE:
                    prefix = region_prefix(found[-1].whole, self._region)
                    head, tail = found[-1].whole.removesuffix(prefix.rest), prefix.rest
                elif found[-1].anchor is Anchor.SHARED:
                    tail = found[-1].whole.removeprefix(head)
            index = taken + 1

    # -- names that begin with a place, a level or 国家 ------------------------------------------------------------

    def _anchored(self, text: str, start: int, end: int) -> list[Name]:
        names: list[Name] = []
        position = start
        for _ in range(_TRIES):
            beginning = self._beginning(text, start, position, end)
            if beginning is None:
                break
            if name := self._from(text, beginning, end):
                names.append(name)
                position = name.end
            else:
                position = beginning.start + 1
        return names

    def _beginning(self, text: str, start: int, position: int, end: int) -> _Beginning | None:
        """The first place in [position, end) where a name may begin, of an item that begins at `start`."""
        landscape = None
        if position == start:
            lead = self._words.lead.match(text, start, end)
            landscape = self._words.landscape.match(text, lead.end() if lead else start, end)
        for match in self._words.anchor.finditer(text, position, end):
            group, at = match.lastgroup, match.start()
            if landscape is not None and at >= landscape.end():
                break
            if group == "listed":
                return _Beginning(at, match.end(), Anchor.NATIONAL)
            if group == "country":
                return _Beginning(at, match.end(), Anchor.COUNTRY)
            if group == "abroad":
                return _Beginning(at, match.end(), Anchor.ITSELF)
            if group == "alone":
                if not self._national or at > start:
                    continue
                return _Beginning(at, match.end(), Anchor.NATIONAL)
            if self._region is None and (length := _short_place(text[at : at + 3])):
                return _Beginning(at, at + length, Anchor.ITSELF)
            prefix = region_prefix(text[at : min(end, at + _LONGEST)], self._region)
            if prefix.how is How.NONE or prefix.region is None:
                continue
            if prefix.how is How.LEVEL and (text[at] == "全" or (at > start and text[at - 1] in self._words.not_before_level)):
                continue
            return _Beginning(at, min(end, at + _LONGEST) - len(prefix.rest), Anchor.PLACE, prefix.region)
        return None if landscape is None else _Beginning(landscape.start(), landscape.end(), Anchor.ITSELF)

    def _from(self, text: str, beginning: _Beginning, end: int) -> Name | None:
        """The longest name that begins there."""
        best = beginning.body if beginning.anchor is Anchor.NATIONAL else 0
        for match in self._words.end.finditer(text, beginning.body, min(end, beginning.start + _LONGEST)):
            official = beginning.region is not None and department(beginning.region, text[beginning.body : match.end()]) is not None
            if best and not self._is_tail(text, best, match.end(), beginning, official):
                continue
            if official or (best and self._words.ends[match[0]] != "short") or self._is_body(text[beginning.body : match.start()], match[0], beginning):
                best = match.end()
        return Name(beginning.start, best, text[beginning.start : best], beginning.anchor) if best else None

    def _is_tail(self, text: str, start: int, end: int, beginning: _Beginning, official: bool) -> bool:
        """Whether [start, end) is an office of the body before it (检察院|知识产权办公室) and not a name of its own (市委|市政府)."""
        if end - start > _LONGEST_TAIL or (not official and self._words.not_in_tail.search(text, start, end)):
            return False
        prefix = region_prefix(text[start:end], self._region)
        if prefix.region is None or prefix.how is How.SHORT or (prefix.how is How.NAME and beginning.anchor is Anchor.NATIONAL):
            return True  # 人民银行|南通市分行
        return department(prefix.region, prefix.rest) is None

    def _is_body(self, stem: str, end: str, beginning: _Beginning) -> bool:
        """Whether place + stem + end is one body: not 上海国际金融中心, 全国法院, 市行业协会, 建立…协调机制."""
        lexicon = self._words
        kind = lexicon.ends[end]
        if kind == "short":  # 中央科技委, 市林长办; the known ones are official
            central = beginning.anchor is Anchor.COUNTRY and beginning.body - beginning.start == 2
            return end in ("委", "办") and 2 <= len(stem) <= 5 and (central or beginning.region is not None)
        if beginning.anchor is Anchor.ITSELF:
            return end.endswith(lexicon.landscape_ends) or len(stem) >= 2
        if lexicon.kind_stem.fullmatch(stem) or stem + end in lexicon.kind_phrases or lexicon.function.fullmatch(stem + end):
            return False
        if beginning.anchor is Anchor.COUNTRY:
            return kind != "mechanism" and (bool(stem) or end in lexicon.place_ends) and not (kind == "organ" and end in lexicon.kind_phrases and end != "委员会")
        if kind in ("organisation", "mechanism"):
            return False
        return len(stem) >= 2 or end in lexicon.place_ends

    # -- names in lists ----------------------------------------------------------------------------------------------

    def _joined(self, text: str, items: list[_Item], index: int, found: list[Name]) -> list[Name] | None:
        """A name with a joint inside, over this item and the next: 世界知识产权技术|与|创新支持中心, WIPO仲裁|与|调解上海中心."""
        if index + 1 == len(items) or items[index + 1].joint not in self._words.inner_joints:
            return None
        item, following = items[index], items[index + 1]
        beginning = self._beginning(text, item.start, item.start, item.end)
        if beginning is None or item.end <= beginning.body or self._words.no_name_end.search(text, item.start, item.end):
            return None
        if found and (found[-1].end == item.end or found[0].anchor is not Anchor.NATIONAL):
            return None
        other = self._beginning(text, following.start, following.start, following.end)
        if other is not None and other.start == following.start:
            return None
        names = self._anchored(text, beginning.start, following.end)
        return names if names and names[0].start == beginning.start and names[0].end > following.start else None

    def _last_end(self, text: str, start: int, end: int) -> re.Match[str] | None:
        last = None
        for last in self._words.end.finditer(text, start, end):  # noqa: B007 the last one counts
            pass
        return last

    def _sharing(self, text: str, start: int, end: int, head: str, tail: str) -> list[Name]:
        """检察院 in 区法院、检察院; 交易中心 in 上海知识产权保护中心、交易中心 shares 知识产权 too. The name begins with its item."""
        last = self._last_end(text, start, end)
        if last is None or last.end() - start > _LONGEST_TAIL or self._words.plural.match(text, start) or last[0] in self._words.shares_nothing:
            return []
        own, stem, kind = text[start : last.end()], text[start : last.start()], self._words.ends[last[0]]
        prefix = region_prefix(head + own, self._region)
        if prefix.region is None or department(prefix.region, prefix.rest) is None:
            if kind in ("short", "mechanism", "organisation") or not stem or self._words.kind_stem.fullmatch(stem):
                return []
            if len(stem) == 2 and last[0] == "中心" and tail.endswith(last[0]) and len(tail) - len(last[0]) >= 4:
                return [Name(start, last.end(), head + tail[: -len(last[0]) - 2] + own, Anchor.SHARED)]
            if own in self._words.kind_phrases:
                return []
        return [Name(start, last.end(), head + own, Anchor.SHARED)]

    def _shared_end(self, text: str, items: list[_Item], index: int, name: Name) -> Iterator[Name]:
        """纽约 and 东京 in 纽约、东京海外服务中心; 越城区 in 越城区、诸暨市政府: places alone before a name that begins with one."""
        beginning = self._beginning(text, name.start, name.start, name.end)
        if beginning is None or beginning.anchor not in (Anchor.PLACE, Anchor.ITSELF) or not self._is_named_place(text[name.start : beginning.body]):
            return
        places: list[tuple[int, int]] = []
        while index > 0 and items[index].joint:
            index -= 1
            lead = self._words.lead.match(text, items[index].start, items[index].end)
            start = lead.end() if lead else items[index].start
            if not self._is_named_place(text[start : items[index].end]):
                break
            places.append((start, items[index].end))
        for start, end in reversed(places):
            yield Name(start, end, text[start:end] + text[beginning.body : name.end], name.anchor)

    def _is_named_place(self, place: str) -> bool:
        return place in region_names() or place in self._words.abroad

    # -- names without a place ---------------------------------------------------------------------------------------

    def _unanchored(self, text: str, items: list[_Item], index: int, titled: int) -> list[Name]:
        """A body that is founded here, one by which others work together, or a department that everybody knows."""
        lexicon, item = self._words, items[index]
        last = self._last_end(text, item.start, item.end)
        if last is None:
            return []
        bare = text[item.start : last.end()]
        if self._region is not None and last[0] in lexicon.bare_ends and len(bare) > 1 and department(self._region, bare) and bare not in lexicon.kind_phrases:
            return [Name(item.start, last.end(), bare, Anchor.BARE)]
        lead = lexicon.lead.match(text, item.start, last.start())
        if (own := lexicon.own.match(text, lead.end() if lead else item.start, item.end)) or (lead and (own := lexicon.own.match(text, item.start, item.end))):
            return [Name(own.start(), own.end(), own[0], Anchor.ITSELF)]
        start = lead.end() if lead else item.start
        # 成立|优化|营商环境工作专班: the verb right behind the founding is the body's purpose
        purposeful = item.cut in lexicon.purpose and index > 0 and items[index - 1].start == items[index - 1].end and items[index - 1].cut in lexicon.founding
        start = item.cut_start if purposeful else start
        stem, kind = text[start : last.start()], lexicon.ends[last[0]]
        before = text[items[0].start : item.start]
        if lexicon.graded.match(text, start) and titled != start:
            return []
        if lexicon.plural.match(text, start) or item.cut in lexicon.plural_cuts or last.end() - start > _LONGEST or stem + last[0] in lexicon.kind_phrases:
            return []
        founded = item.cut in lexicon.founding_strong or purposeful or (item.cut == "的" and lexicon.founds_chain.search(before) is not None)
        if kind == "mechanism":
            certain = lexicon.headed.search(before) is not None and len(stem) >= 4
        elif kind == "coordination":
            certain = item.cut not in lexicon.meets
            if len(stem) < 2 and not founded:
                return [Name(start, last.end(), text[start : last.end()], Anchor.WORD)] if certain else []
        elif titled == start and kind == "body":
            certain = len(stem) >= 6
        elif lexicon.encouraged.search(before):
            certain = False
        elif founded:
            certain = kind in ("body", "organ") and len(stem) >= 4 and not lexicon.kind_stem.fullmatch(stem)
        else:
            certain = len(stem) >= _LONG_STEM and last[0] in lexicon.long_ends
        return [Name(start, last.end(), text[start : last.end()], Anchor.FOUNDED)] if certain else []



def _short_place(words: str) -> int:
    """The length of the short name of a province or city that the words begin with (上海证券交易所 in a national plan), or 0."""
    for length in (3, 2):
        if any(region.short == words[:length] and region.level in ("province", "city") for region in region_names().get(words[:length], ())):
            return length
    return 0
