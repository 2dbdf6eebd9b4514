"""The names of institutions in running text, with what they share in lists and where they are founded.

Prose is cut into stretches at punctuation and at words that no name holds (lexicon/mentions.toml, [cuts]). In a stretch a name is found by its
beginning (see `zhengpu.extract.bodies.anchored_names`), by the list that it stands in (区法院、检察院) or by the verb that founds it (成立版权保护联盟).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from zhengpu.extract.bodies.anchored_names import LONGEST, LONGEST_TAIL, Anchor, AnchoredNames, Name
from zhengpu.extract.bodies.departments import department
from zhengpu.extract.bodies.name_words import bounds, foundings, stretches, township_gate
from zhengpu.extract.bodies.region_prefixes import How, region_prefix
from zhengpu.extract.bodies.words import bodies
from zhengpu.regions import Region, chain

_LONG_STEM = 10  # from here on an alliance or commission is called by a name of its own: 数字经济产业知识产权保护|联盟
# 首都医科大学附属|北京中医医院: the school before the place is the beginning
_BOARD_RE = re.compile(
    r"[一-鿿]{3,}[区园]管(?:理委员|委)会|[一-鿿]{2,4}(?:海关|海事局|边检总?站|边防检查总?站)"
)  # 岳麓区政府、滨江新区管委会: a place of its own
_SCHOOL_RE = re.compile(r"[一-鿿]{2,8}(?:大学|医学院|学院)附属$")
_INSTITUTE_RE = re.compile(r"[一-鿿]{4,20}(?:研究所|研究院)")  # 中国农业科学院|农业资源与农业区划研究所
# Have their places inside: 外汇局大连市分局, 农商行嘉鱼支行
_EXCHANGE_RE = re.compile(
    r"民航[一-鿿]{2,6}(?:监管局|管理局)|(?:国家)?外汇(?:管理)?局[一-鿿]{2,8}[分支]局|(?:(?:中国)?人民银行|人行)[一-鿿]{2,6}(?:中心支行|分行|支行)"
    r"|(?:农商|农村商业银|农|工|建|中|交|邮储银|农发|国开)行[一-鿿]{2,8}[分支]行"
)
_BANK_RE = re.compile(r"(?:人民银|农商|邮储银|农业银|工商银|建设银|人|农|工|建|中)行\Z")
_PARK_RE = re.compile(r"[一-鿿]{0,6}?(?:开发区|经开区|高新区|新区|度假区|示范区|保税区|园区)管")
_CAMPUS_RE = re.compile(r"\(([一-鿿]{2,4})\)")
_INNER_JOINTS = frozenset("和与及")
_REPORTS = frozenset(["报", "报送", "向"])  # 各镇将总结报领导小组办公室: the only one
_ITS_OFFICE_RE = re.compile(r"(?<=[议组班部])及其办公室")  # 市人才工作领导小组及其办公室


@dataclass(frozen=True, slots=True)
class _Item:
    """A stretch between two cuts. `joint` is the 、 和 与 … before it, `cut` the word before it that is none ("" after punctuation), at `cut_start`."""

    start: int
    end: int
    joint: str
    cut: str
    cut_start: int


class NameFinder:
    """Finds names in one folded text. `region` is the division that its plan governs, None where unknown or, as `national` tells, the whole country."""

    def __init__(self, text: str, region: Region | None, *, national: bool = False) -> None:
        self._text, self._region = text, region
        self._anchored = AnchoredNames(region, national=national)
        self._bounds, self._stretches, self._foundings = bounds(), stretches(), foundings()
        gates = (*self._stretches.gates, township_gate()) if region is not None and region.level == "township" else self._stretches.gates
        hits = sorted(match.span() for gate in gates for match in gate.finditer(text))
        # 省政府和县林业局 in a plan of a county, whose own the second is: not that of 和县
        own = "" if region is None else next((above.name[-1] for above in chain(region) if above.level == "county"), "")
        self._split = frozenset(name for name in self._stretches.split if name[1:] == own)
        self._starts = [hit[0] for hit in hits]  # where the text holds a part of a name, in order
        self._ends = list(accumulate((hit[1] for hit in hits), max))  # and where the furthest of those so far ends

    def names(self, start: int, end: int) -> Iterator[Name]:
        """The names in the unit [start, end); nearly in text order."""
        if not self._may_name(start, end):
            return
        text, quoted = self._text, {}
        for match in self._stretches.quoted.finditer(text, start, end):
            if not self._stretches.cut.search(text, match.end("title"), match.end()):
                quoted[match.end("title")] = match.end()
                yield Name(match.start(), match.end(), match[0], Anchor.ITSELF)
        title = self._foundings.title.match(text, start, end)
        named_to = -1
        for chunk in self._stretches.chunk.finditer(text, start, end):
            first = quoted.get(chunk.start(), chunk.start())
            if self._may_name(first, chunk.end()):
                if named := self._founded_in_quotes(text, chunk.start(), chunk.end()):
                    yield named
                    continue
                titled = title.end() if title and title.end() <= chunk.end() else -1
                for name in self._in_chunk(text, self._items(text, first, chunk.end()), titled):
                    if name.start == named_to + 1 and text[named_to] == "(" and text.startswith(")", name.end):
                        continue  # 市儿童医院(市妇女儿童医院): the same body by its other name
                    named_to = name.end
                    name = self._of_a_campus(text, name, end)
                    if not self._stretches.not_body.match(text, name.end):
                        yield self._in_full(text, name, start)
                        if office := _ITS_OFFICE_RE.match(text, name.end, end):
                            yield Name(name.start, office.end(), name.whole + "办公室", name.anchor)

    def _founded_in_quotes(self, text: str, start: int, end: int) -> Name | None:
        """人才发展咨询委员会 in 设立“人才发展咨询委员会”."""
        if not (text.startswith('"', start - 1) and text.startswith('"', end)) or not self._foundings.founds.search(text, max(0, start - 8), start - 1):
            return None
        last = self._last_end(text, start, end)
        whole = last is not None and last.end() == end and last.end() - start > len(last[0]) + 2
        return Name(start, end, text[start:end], Anchor.FOUNDED) if whole and not self._foundings.plural.match(text, start) else None

    def _may_name(self, start: int, end: int) -> bool:
        """Whether [start, end) holds something of a name: most stretches do not, and are left at that."""
        index = bisect_left(self._starts, end) - 1
        return index >= 0 and self._ends[index] > start

    def _of_a_campus(self, text: str, name: Name, end: int) -> Name:
        # 中国地质大学(武汉) is not 中国地质大学(北京)
        campus = _CAMPUS_RE.match(text, name.end, end) if name.whole.endswith("大学") else None
        if campus is None or not (self._anchored.is_named_place(campus[1]) or campus[1] in bodies().supra):
            return name
        return Name(name.start, campus.end(), name.whole + campus[0], Anchor.ITSELF)

    def _in_full(self, text: str, name: Name, start: int) -> Name:
        # 团市委 is the league's committee, not the party's; 人行|苏州中心支行 is a branch of that bank
        if name.anchor is Anchor.PLACE and name.whole.endswith("行") and (bank := _BANK_RE.search(text, max(start, name.start - 6), name.start)):
            return Name(bank.start(), name.end, bank[0] + name.whole, name.anchor)
        if name.start > start and name.anchor is Anchor.PLACE and name.whole.endswith("委") and text[name.start - 1 : name.start] == "团":
            return Name(name.start - 1, name.end, "团" + name.whole, name.anchor)
        return name

    def _items(self, text: str, start: int, end: int) -> list[_Item]:
        items: list[_Item] = []
        position, joint, cut, cut_start, purpose = start, "", "", start, -1
        for match in self._stretches.cut.finditer(text, start, end):
            # 市推动长江经济带发展领导小组: a verb right behind a place is the purpose of a body
            if match[0] in self._stretches.purpose and (match.start() == purpose or self._anchored.is_place(text[position : match.start()])):
                purpose = match.end()
            elif match[0] in self._split:
                items.append(_Item(position, match.start(), joint, cut, cut_start))
                position, cut_start, joint, cut = match.start() + 1, match.start(), match[0][0], ""
            elif match[0] not in self._stretches.whole:
                items.append(_Item(position, match.start(), joint, cut, cut_start))
                position, cut_start = match.end(), match.start()
                joint, cut = (match[0], "") if match[0] in self._stretches.joints else ("", match[0])
        items.append(_Item(position, end, joint, cut, cut_start))
        return items

    def _in_chunk(self, text: str, items: list[_Item], titled: int) -> Iterator[Name]:
        """The names of a stretch without punctuation. `titled` is where the name of a body begins that the whole measure is to found, or -1."""
        head, tail, host = "", "", ""  # what a list shares (区, 上海), the rest of its last name, the body in which others are founded
        last_end, index = -1, 0
        while index < len(items):
            item = items[index]
            if not item.joint or last_end != items[index - 1].end:
                head = ""
            following = items[index + 1] if index + 1 < len(items) and items[index + 1].joint in _INNER_JOINTS else item
            if not self._may_name(item.start, following.end) and not self._foundings.companies.match(text, item.end):
                host = "" if item.cut else host
                index += 1
                continue
            found, taken = self._in_items(text, items, index, head, tail)
            if not found:
                found = self._hosted(text, item, host) or self._unanchored(text, items, index, titled)
            if found and found[0].start == item.start:
                yield from self._sharing_end(text, items, index, found[0])
            yield from found
            if item.cut or found:
                host = found[-1].whole if found and item.cut == "在" else ""
            if found:
                last_end = found[-1].end
                if found[-1].anchor is Anchor.PLACE:
                    tail = region_prefix(found[-1].whole, self._region).rest
                    head = found[-1].whole.removesuffix(tail)
                elif found[-1].anchor is Anchor.SHARED:
                    tail = found[-1].whole.removeprefix(head)
            index = taken + 1

    def _in_items(self, text: str, items: list[_Item], index: int, head: str, tail: str) -> tuple[list[Name], int]:
        """The names of an item that have a beginning or share one, and the index of the last item that they reach into."""
        item = items[index]
        found = self._anchored.names(text, item.start, item.end) if self._may_name(item.start, item.end) else []
        if found and found[0].whole in bodies().national_alone and self._chain_cut(items, index) in self._foundings.plural_cuts:
            found = []  # 各级工会、妇联
        if found and found[0].anchor is Anchor.COUNTRY and text[found[0].start - 1 : found[0].start] in ("批", "个", "家", "干"):
            del found[0]  # 一批国家工程研究中心: a kind
        if found and (school := _SCHOOL_RE.search(text, item.start, found[0].start)):
            found[0] = Name(school.start(), found[0].end, text[school.start() : found[0].end], Anchor.ITSELF)
        branded = self._foundings.branded.search(text, item.start, item.end) if text.find("公司", item.start, item.end) >= 0 else None
        if branded and (not found or branded.start() < found[0].start):  # 中车|株洲研究所有限公司: the place stands inside
            return [Name(branded.start(), branded.end(), branded[0], Anchor.ITSELF)], index
        joined = self._joined(text, items, index, found)
        if joined:
            return joined, index + 1
        if not found and not head and (whole := self._bare_with_joint(text, items, index)):
            return [whole], index + 1
        if not found and head:
            if shared := self._sharing_head(text, item.start, item.end, head, tail):
                return shared, index
            if index + 1 < len(items) and items[index + 1].joint in _INNER_JOINTS:  # 外商投资|与|贸易促进中心
                shared = self._sharing_head(text, item.start, items[index + 1].end, head, tail)
                return shared, index + 1 if shared else index
        return found, index

    def _bare_with_joint(self, text: str, items: list[_Item], index: int) -> Name | None:
        """自然资源|和|规划局, a department of the plan's own region without its level."""
        if index + 1 == len(items) or items[index + 1].joint != "和":
            return None
        start, following = items[index].start, items[index + 1]
        last = self._last_end(text, following.start, following.end)
        if last is None or last[0] not in self._foundings.bare_ends or not self._is_own_department(text[start : last.end()]):
            return None
        return Name(start, last.end(), text[start : last.end()], Anchor.BARE)

    def _chain_cut(self, items: list[_Item], index: int) -> str:
        """The word before the list that an item stands in."""
        while index > 0 and items[index].joint:
            index -= 1
        return items[index].cut

    def _joined(self, text: str, items: list[_Item], index: int, found: list[Name]) -> list[Name]:
        """A name with a joint inside, over this item and the next: 世界知识产权技术|与|创新支持中心, WIPO仲裁|与|调解上海中心."""
        if index + 1 == len(items) or items[index + 1].joint not in _INNER_JOINTS:
            return []
        item, following = items[index], items[index + 1]
        beginning = self._anchored.beginning(text, item.start, item.start, item.end)
        if beginning is None or item.end <= beginning.body or self._stretches.not_before_joint.search(text, item.start, item.end):
            return []
        if found and (found[-1].end == item.end or found[0].start != beginning.start):
            return []
        other = self._anchored.beginning(text, following.start, following.start, following.end)
        if other is not None and other.start == following.start:
            return []
        names = self._anchored.names(text, beginning.start, following.end)
        if not names or names[0].start != beginning.start or names[0].end <= following.start:
            return []
        # 市委网络安全|和|信息化委员会办公室 is known; 市财政局预算处|和|投资中心 is not one body
        institute = bool(found) and _INSTITUTE_RE.fullmatch(names[0].whole.removeprefix(found[0].whole)) is not None
        known = not found or institute or found[0].anchor is Anchor.NATIONAL or self._is_department(names[0].whole)
        return names if known else []

    def _is_department(self, name: str) -> bool:
        prefix = region_prefix(name, self._region)
        return prefix.region is not None and department(prefix.region, prefix.rest) is not None

    def _is_own_department(self, name: str) -> bool:
        return self._region is not None and department(self._region, name) is not None

    def _sharing_head(self, text: str, start: int, end: int, head: str, tail: str) -> list[Name]:
        """检察院 in 区法院、检察院; 交易中心 in 上海知识产权保护中心、交易中心 shares 知识产权 too. The name begins with its item."""
        last = self._last_end(text, start, end)
        if last is None or last.end() - start > LONGEST_TAIL or last[0] in self._stretches.shares_nothing or self._foundings.plural.match(text, start):
            return []
        own, stem = text[start : last.end()], text[start : last.start()]
        if own.startswith(head) and region_prefix(own, self._region).region is not None:
            return []  # 市工商联、市企业联合会: the level is said again
        if region_prefix(own, self._region).how in (How.NAME, How.SHORT):
            return []  # 南康区法院、赣州仲裁委: a place of its own
        if _BOARD_RE.fullmatch(own):
            return [Name(start, last.end(), own, Anchor.ITSELF)]
        if _EXCHANGE_RE.fullmatch(own):
            return [Name(start, last.end(), own, Anchor.BARE)]
        if not self._is_department(head + own):
            if self._bounds.ends[last[0]] in ("short", "mechanism", "organisation") or not stem or self._bounds.kind_stem.fullmatch(stem):
                return []
            shared = tail.removesuffix(last[0])[:-2]  # 知识产权 of 知识产权保护中心
            if len(stem) == 2 and last[0] == "中心" and tail.endswith("中心") and len(shared) >= 2:
                return [Name(start, last.end(), head + shared + own, Anchor.SHARED)]
            if own in self._bounds.kind_phrases:
                return []
        return [Name(start, last.end(), head + own, Anchor.SHARED)]

    def _sharing_end(self, text: str, items: list[_Item], index: int, name: Name) -> Iterator[Name]:
        """纽约 and 东京 in 纽约、东京海外服务中心; 越城区 in 越城区、诸暨市政府: places alone before a name that begins with one."""
        beginning = self._anchored.beginning(text, name.start, name.start, name.end) if items[index].joint else None
        if beginning is None or not self._anchored.is_named_place(text[name.start : beginning.body]):
            return
        if _PARK_RE.match(text, beginning.body, name.end):
            return  # 吉州区、井冈山|经开区管委会: the district has no such park
        places: list[tuple[int, int]] = []
        while index > 0 and items[index].joint:
            index -= 1
            lead = self._bounds.lead.match(text, items[index].start, items[index].end)
            start = lead.end() if lead else items[index].start
            if not self._anchored.is_named_place(text[start : items[index].end]):
                break
            places.append((start, items[index].end))
        for start, end in reversed(places):
            yield Name(start, end, text[start:end] + text[beginning.body : name.end], name.anchor)

    def _hosted(self, text: str, item: _Item, host: str) -> list[Name]:
        """乡村学院 in 在浙江大学设立乡村学院."""
        last = self._last_end(text, item.start, item.end) if host and item.cut in self._foundings.founding else None
        return [] if last is None else [Name(item.start, last.end(), text[item.start : last.end()], Anchor.FOUNDED, host)]

    def _unanchored(self, text: str, items: list[_Item], index: int, titled: int) -> list[Name]:
        """A body that is founded here, one by which others work together, or a department that everybody knows."""
        words, item = self._foundings, items[index]
        lead = self._bounds.lead.match(text, item.start, item.end)
        company = words.company.fullmatch(text, lead.end() if lead else item.start, item.end)
        if company and words.companies.match(text, item.end):
            return [Name(company.start(), company.end(), company[0], Anchor.ITSELF)]
        last = self._last_end(text, item.start, item.end)
        if last is None:
            return []
        bare = text[item.start : last.end()]
        if last[0] in words.bare_ends and bare not in self._bounds.kind_phrases and bare != "党委" and self._is_own_department(bare):
            return [Name(item.start, last.end(), bare, Anchor.BARE)]
        lead = self._bounds.lead.match(text, item.start, last.start())
        start = lead.end() if lead else item.start
        if words.own_end.search(text, start, item.end) and (own := words.own.match(text, start, item.end) or words.own.match(text, item.start, item.end)):
            faculty = words.faculty.match(text, own.end(), item.end)
            last_of = faculty.end() if faculty and not self._bounds.not_in_tail.search(faculty[0]) else own.end()
            return [Name(own.start(), last_of, text[own.start() : last_of], Anchor.ITSELF)]
        before = items[index - 1] if index else None
        # 成立|优化|营商环境工作专班: the verb right behind the founding is the body's purpose
        purposeful = item.cut in self._stretches.purpose and before is not None and before.start == before.end and before.cut in words.founding
        start = item.cut_start if purposeful else start
        if last.end() - start > LONGEST or item.cut in words.plural_cuts or words.plural.match(text, start):
            return []
        return self._founded(text, start, last, items[: index + 1], purposeful, titled == start)

    def _founded(self, text: str, start: int, last: re.Match[str], items: list[_Item], purposeful: bool, titled: bool) -> list[Name]:
        """The name from `start` to `last` in the last of the items, if it is one."""
        words, item = self._foundings, items[-1]
        before = text[items[0].start : item.start]
        founder = next((earlier.cut for earlier in reversed(items) if not earlier.joint), "")  # 成立协调小组和|专家委员会
        name, stem, kind = text[start : last.end()], text[start : last.start()], self._bounds.ends[last[0]]
        if name in self._bounds.kind_phrases or name.endswith(words.kind_ends) or (words.graded.match(text, start) and not titled):
            return []
        founded = purposeful or item.cut in words.strong or (item.cut == "的" and words.chain.search(before) is not None)
        anchor = Anchor.FOUNDED
        if kind == "mechanism":
            certain = len(stem) >= 4 and words.headed.search(before) is not None
        elif kind == "coordination":
            certain = item.cut not in words.meets
            named = stem not in words.nameless or founder in words.strong
            certain = certain and (stem not in words.nameless or item.cut in _REPORTS or words.everyone.search(before) is None)
            anchor = Anchor.FOUNDED if named else Anchor.WORD
        elif titled and kind == "body":
            certain = len(stem) >= 6
        elif words.encouraging.search(before):
            certain = False
        elif founded:
            certain = kind in ("body", "organ") and len(stem) >= (3 if last[0] == "办公室" else 4) and not self._bounds.kind_stem.fullmatch(stem)
        else:
            certain = len(stem) >= _LONG_STEM and last[0] in words.long_ends
        return [Name(start, last.end(), name, anchor)] if certain else []

    def _last_end(self, text: str, start: int, end: int) -> re.Match[str] | None:
        last = None
        for last in self._bounds.end.finditer(text, start, end):  # noqa: B007 the last one counts
            pass
        return last
