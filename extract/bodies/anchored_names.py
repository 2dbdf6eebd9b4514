"""Names of institutions that begin with what makes them one body: a place (徐汇区, 绍兴), a level (市, 区), 国家 or 中国, a place abroad.

Where such a name ends is the last word for a body (局 中心 联席会议 …) that still belongs to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from zhengpu.extract.bodies.departments import department
from zhengpu.extract.bodies.name_words import bounds, township_bounds
from zhengpu.extract.bodies.region_prefixes import How, region_prefix
from zhengpu.regions import Region
from zhengpu.regions import names as region_names

LONGEST = 34  # code points: 国家海外知识产权纠纷应对指导中心绍兴分中心 has 20, coordination bodies with their purpose up to 32
LONGEST_PURPOSE = 26  # code points of a coordination body with its purpose, behind the body that leads it
LONGEST_TAIL = 14  # code points of an office behind the body that it belongs to: 区检察院|知识产权办公室
_TRIES = 4  # beginnings tried in one stretch; more only happen in text that is no prose


class Anchor(StrEnum):
    """What makes a name the name of one body."""

    NATIONAL = "national"  # listed: 国务院, 世界银行
    COUNTRY = "country"  # 中国黄酒博物馆, 国家专利审查协作中心, 长三角…中心
    PLACE = "place"  # 徐汇区外商投资企业协会, 区法院, 上海知识产权交易中心
    ITSELF = "itself"  # a name that stands as it is: 西岸智塔人才服务站, 纽约海外服务中心, “甘棠树下”社区法官工作站
    SHARED = "shared"  # what the list before it began with: 区法院、检察院
    BARE = "bare"  # a department of the plan's own region: 发挥外办、侨办作用
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
class Beginning:
    """A name may begin at `start`; what follows its place begins at `body`. A listed name reaches to `body` at least."""

    start: int
    body: int
    anchor: Anchor
    region: Region | None = None


class AnchoredNames:
    """Finds the names with a beginning of their own in stretches of folded text.

    `region` is the division that the plan governs, None where that is not known or the whole country, which `national` tells."""

    def __init__(self, region: Region | None, *, national: bool = False) -> None:
        self._region = region
        self._national = national
        # 镇林业站 begins a name in a plan of that town only
        self._words = township_bounds() if region is not None and region.level == "township" else bounds()

    def names(self, text: str, start: int, end: int) -> list[Name]:
        """The names in [start, end), in text order and disjoint."""
        found: list[Name] = []
        position = start
        for _ in range(_TRIES):
            beginning = self.beginning(text, start, position, end)
            if beginning is None:
                break
            if name := self._from(text, beginning, end):
                if section := _SECTION_RE.match(text, name.end, end):  # 市发展改革委|农经科
                    name = replace(name, end=section.end(), whole=name.whole + section[0])
                found.append(name)
                position = name.end
                if both := _GOVERNMENT_TOO_RE.match(text, name.end - 2, end):  # 涞源县委|县政府, 涞源县党委|政府
                    place, government = (name.whole[:-1], both["government"]) if both["second"] else (name.whole[:-2], both["both"])
                    found.append(Name(name.end, both.end(), place + government, name.anchor))
                    position = both.end()
            else:
                # 常德|国际物流中心 is not that of 德国
                position = beginning.start + 1 if beginning.region is None else max(beginning.start + 1, beginning.body)
        return found

    def beginning(self, text: str, start: int, position: int, end: int) -> Beginning | None:
        """The first place in [position, end) where a name may begin, of a stretch that begins at `start`."""
        landscape = None
        if position == start:
            lead = self._words.lead.match(text, start, end)
            landscape = self._words.landscape.match(text, lead.end() if lead else start, end)
            if landscape is not None and (
                self._words.not_landscape.match(text, landscape.start(), end)
                or region_prefix(text[landscape.start() : end], self._region).how is How.NAME  # 坪山区, 松山区 are divisions
            ):
                landscape = None
        for match in self._words.anchor.finditer(text, position, end):
            if landscape is not None and match.start() >= landscape.end():
                break
            if found := self._anchored(text, self._words.anchors.get(match[0], "place"), match.start(), match.end(), start, end):
                return found
        return None if landscape is None else Beginning(landscape.start(), landscape.end(), Anchor.ITSELF)

    def _anchored(self, text: str, group: str, at: int, after: int, start: int, end: int) -> Beginning | None:
        if group == "listed" and after - at == 2 and at > start:  # 集中办件 is not 中办
            return None
        if group == "listed" or (group == "alone" and self._national and at == start and text[at - 1 : at] != ")"):
            return Beginning(at, after, Anchor.NATIONAL)
        if group == "nations":
            lead = self._words.lead.match(text, start, end)
            return Beginning(at, after, Anchor.COUNTRY) if at in (start, lead.end() if lead else start) else None
        if group == "country":
            return Beginning(at, after, Anchor.COUNTRY)
        if group == "abroad":
            return Beginning(at, after, Anchor.ITSELF)
        if self._region is None and (length := _short_place(text[at : at + 3])):
            return Beginning(at, at + length, Anchor.ITSELF)
        prefix = region_prefix(text[at : min(end, at + LONGEST)], self._region)
        if prefix.region is None or prefix.rest.startswith(("内", "域", "境", "辖")):  # 海安市内银行 are many
            return None
        # 全市法院 are many; the 市 of 城市 and the 区 of 园区 are no levels
        if prefix.how is How.LEVEL and (text[at] == "全" or (at > start and text[at - 1] in self._words.not_before_level and text[at - 2 : at] != "升级")):
            return None
        if prefix.how is How.LEVEL and _LEVELS_RE.search(text, max(0, at - 4), at):  # 国家、省、市产业联盟 are of every level
            return None
        return Beginning(at, min(end, at + LONGEST) - len(prefix.rest), Anchor.PLACE, prefix.region)

    def is_place(self, words: str) -> bool:
        """Whether the words are a place, a level or 中央 and nothing more: what a body's purpose may follow."""
        if not 0 < len(words) <= 8:
            return False
        prefix = region_prefix(words, self._region)
        return words in self._words.countries or (prefix.region is not None and prefix.rest in ("", "委"))

    def is_named_place(self, words: str) -> bool:
        """Whether the words are a name of a division or of a place abroad, and nothing more."""
        if words in region_names() or words in self._words.abroad:
            return True
        prefix = region_prefix(words + "  ", self._region)  # 陵水县: 陵水黎族自治县
        return prefix.how is How.NAME and not prefix.rest.strip()

    def _from(self, text: str, beginning: Beginning, end: int) -> Name | None:
        """The longest name that begins there."""
        best = beginning.body if beginning.anchor is Anchor.NATIONAL else 0
        for match in self._words.end.finditer(text, beginning.body, min(end, beginning.start + LONGEST)):
            kind = self._words.ends[match[0]]
            # 市科学技术局组织评估: 组织 is a verb behind a body
            official = kind != "organisation" and beginning.region is not None and department(beginning.region, text[beginning.body : match.end()]) is not None
            # 成都银行, not 我市银行
            official = official or (match[0] == "银行" and match.start() == beginning.body and _by_short_name(text, beginning))
            if (
                best
                and not self._is_tail(text, best, match.end(), beginning, official)
                and not (kind == "coordination" and best == beginning.body and self._is_purpose(text, best, match.end()))
            ):
                break
            extends = best and kind in ("organ", "body", "coordination")
            if official or extends or self._is_body(text, text[beginning.body : match.start()], match[0], kind, beginning):
                best = match.end()
        if best and text.count("(", beginning.start, best) > text.count(")", beginning.start, best):
            best = text.index("(", beginning.start, best)  # 市儿童医院(市妇女儿童医院)
        return Name(beginning.start, best, text[beginning.start : best], beginning.anchor) if best > beginning.start else None

    def _is_tail(self, text: str, start: int, end: int, beginning: Beginning, official: bool) -> bool:
        """Whether [start, end) is an office of the body before it (检察院|知识产权办公室) and not a name of its own (市委|市政府)."""
        if end - start > LONGEST_TAIL or (not official and self._words.not_in_tail.search(text, start, end)):
            return False
        if self._words.not_first_in_tail.match(text, start, end) or (text[start - 1] == "委" and _GOVERNMENT_TOO_RE.match(text, start - 2, end)):
            return False
        prefix = region_prefix(text[start:end], self._region)
        if prefix.region is None or prefix.how is How.SHORT or (prefix.how is How.NAME and beginning.anchor is Anchor.NATIONAL):
            return True  # 人民银行|南通市分行
        return department(prefix.region, prefix.rest) is None

    def _is_purpose(self, text: str, start: int, end: int) -> bool:
        """Whether [start, end) is what a coordination body is for, with its word: 国务院|促进中小企业发展工作领导小组."""
        return end - start <= LONGEST_PURPOSE and not self._words.not_in_purpose.search(text, start, end)

    def _is_body(self, text: str, stem: str, end: str, kind: str, beginning: Beginning) -> bool:
        """Whether place + stem + end is one body: not 上海国际金融中心, 全国法院, 市行业协会, 建立…协调机制."""
        words = self._words
        if "部门" in stem and kind != "coordination":  # 区教育部门办幼儿园
            return False
        if kind == "short":  # 中央科技委, 市林长办; the known ones are official
            central = beginning.anchor is Anchor.COUNTRY and beginning.body - beginning.start == 2
            return end in ("委", "办") and 2 <= len(stem) <= 5 and (central or beginning.region is not None)
        if kind == "fund":
            return beginning.anchor is Anchor.COUNTRY and len(stem) >= 2
        if self._national and beginning.anchor is Anchor.COUNTRY and stem + end in words.national:
            return True
        if beginning.anchor is Anchor.ITSELF:
            if not stem:  # 黑龙江海事局 in a national plan; 浙江法院 and 美国医院 are many
                abroad = text[beginning.start : beginning.body] in words.abroad
                return not abroad and end.endswith((*words.landscape_ends, *(words.place_ends - {"法院", "检察院"})))
            return end.endswith(words.landscape_ends) or len(stem) >= 2
        if beginning.region is not None and (stem + end in words.named_kinds):  # 市律师协会, 市医院
            return True
        if kind == "mechanism" or words.kind_stem.fullmatch(stem) or stem + end in words.kind_phrases:
            named = stem + end in ("国家实验室", "实验室") or (not stem and end in words.place_ends)  # 广州国家实验室, 丽水中学
            return named and _by_short_name(text, beginning)
        if words.function.fullmatch(_BUILDING_RE.sub("", stem) + end):  # 我市建设区域金融中心
            return False
        if beginning.anchor is Anchor.COUNTRY:
            kind_only = kind == "organ" and end in words.kind_phrases and end != "委员会"  # 全国法院, 中国政府
            return (bool(stem) or end in words.place_ends) and not kind_only
        return kind != "organisation" and (len(stem) >= 2 or end in words.place_ends)


def _by_short_name(text: str, beginning: Beginning) -> bool:
    """Whether the place is called by its short name: 成都 in 成都银行."""
    return beginning.region is not None and text[beginning.start : beginning.body] == beginning.region.short


_GOVERNMENT_TOO_RE = re.compile(
    r"(?:(?P<level>[省市区县州旗盟])委(?P<second>(?P=level)(?P<government>(?:人民)?政府))|党委(?P<both>(?:人民)?政府))(?!办|[一-鿿]{0,4}会议)"
)
# Right behind a body, up to the end of a stretch or a verb of working together
_SECTION_RE = re.compile(
    r"(?<=[局委部厅署办行院])(?!安排|专门|有关|相关|[各本该其所])[一-鿿]{1,8}(?:[^到此好处各办]处|[^学百专文理]科|[^公上]司)(?=\Z|[^一-鿿]|牵头|负责|会同|配合|做好|具体)"
)
_LEVELS_RE = re.compile(r"(?:国家|[省市区县州])[、和及]\Z")
_BUILDING_RE = re.compile(r"^(?:建设|打造|建成|构建|发展)")


def _short_place(words: str) -> int:
    """The length of the short name of a province or city that the words begin with (上海证券交易所 in a national plan), or 0."""
    for length in (3, 2):
        if any(region.short == words[:length] and region.level in ("province", "city") for region in region_names().get(words[:length], ())):
            return length
    return 0
