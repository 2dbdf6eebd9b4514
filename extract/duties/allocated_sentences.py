"""Allocations in sentences: 由市教育局牵头…, 各区、县(市)负责推进…, 市数据局、市财政局按职责分工负责…."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhengpu.extract.bodies.departments import department, expanded
from zhengpu.extract.bodies.institution_lists import institutions_in, is_group
from zhengpu.extract.bodies.listed import Listed
from zhengpu.extract.bodies.region_prefixes import How, region_prefix
from zhengpu.extract.bodies.words import bodies, kind_of
from zhengpu.extract.reading import Reading, UnitKind
from zhengpu.extract.spans import Spans
from zhengpu.model import Role
from zhengpu.regions import Region


@dataclass(frozen=True, slots=True)
class Share:
    """A body of a list with its role, and the span that proves it."""

    listed: Listed
    role: Role
    start: int
    end: int


# 负责人, 负责制, 牵头单位, 牵头的机制: no allocation; 牵头协调作用 is one where the body plays it
_TRIGGER_RE = re.compile(
    r"[牵负履](?:(?<=牵)头(?:抓总|协调|统筹|引领|组织|总揽)*(?P<part>作用|职责|责任|工作(?!机制|领导|小组|专班|组))"
    r"|(?<=牵)(?P<lead>头)(?!(?:负责)?(?:单位|部门|处室)|抓总的|人|的|企业|领导)(?:负责|组织(?:实施|开展)?|落实|推进|制定|会同)?"
    r"|(?<=负)(?P<whole>总责)|(?<=负)(?P<duty>责)(?!人|同志|制(?![定订作修])|部门|单位|任|的|地|科室|领导|牵头)|(?<=履)行(?!好?牵头)(?=[^,。;\n]{2,24}职责))"
)
_PLAYING_RE = re.compile(r"(?:充分|切实|积极|主动|认真|更好)*(?:发挥|履行|承担|担负|扛起|担起|做好|抓好|落实)(?:好|起)?(?:统筹)?$")
# 要, 应当, 按职责分工 stand between the subject and the verb
_MANNER_RE = re.compile(
    r"(?:要|应当?|须|需|将|可|具体|统筹|统一|共同|分别|切实|认真|继续|主要|总体|全面|各自|主动|积极|充分|负责|(?:会同|联合)各?(?:有关|相关)(?:部门|单位|方面)"
    r"|(?:按照?|根据|依据?|依照)(?:各自|部门|本部门|工作)?(?:职责|职能)(?:范围|分工)?|等(?:有关|相关)?(?:部门|单位)?)+$"
)
# 由市教育局承担, 由市商务局组织开展; but 由A、B组成, 由市领导任组长
_BY_RE = re.compile(r"由(?P<who>[一-鿿、()]{3,60}?)(?P<verb>承担|组织(?![部编])|委托|解释|统筹|实施|推进|审核|审定|认定|核准|办理)(?![局委办厅部会处中站])")
# 市民政局是本方案的实施部门
_IS_RE = re.compile(
    r"[是为](?:(?:[一-鿿]{0,12}的)?(?:第一)?(?P<whole>责任(?:主体|单位))|(?:本|该)[一-鿿]{1,8}?的?(?P<role>牵头|主管|实施|责任|组织实施|负责|主办)(?:部门|单位|机构|主体))"
)
_TOPIC_RE = re.compile(r"(?:对|就)[^,、。;]{2,30}$")  # 各县(市)政府对本地区防汛工作|负总责
_ANSWERS_RE = re.compile(r"(?<=[局委厅部办府院会])对(?![外口台])[^,、。;]{3,30}(?<![局委厅部办心处])\Z")  # 市委对法治政府建设|负责: to what it answers
_BOUNDARY_RE = re.compile(r"[,;:。\n()!?]|由")
# 由A牵头、B参与的联席会议: who forms a body, not who does the work
_FORMING_RE = re.compile(r"[^。;\n]{0,60}?(?:(?:参与|参加|配合|组成|负责|协同|支持|为成员单位?)的|共同组成)")
# …,市财政局、市人社局积极配合
_HELP_RE = re.compile(
    r"[^。;\n]{0,80}?[,;、](?P<list>[^,;。\n]{2,200}?)(?:要|应当?|积极|密切|主动|全力|做好|共同|按职责分工)*"
    r"(?P<verb>配合|协助|参与|协同|支持)(?=[,;。\n]|$|做好|实施|推进|落实|开展)"
)
# …牵头,市商务局、市口岸办按职责落实
_SHARE_RE = re.compile(r"[^。;\n]{0,40}?[,、](?P<list>[^,;。\n]{2,200}?)(?:按照?(?:各自)?职责(?:分工)?)(?P<verb>落实|实施|推进|抓好落实|做好|承担)")
# 由市教育局牵头,会同市财政局、市人社局制定…; 会同有关部门 names nobody
_WITH_RE = re.compile(
    r"(?:(?<=会同)|[,;]?会同)(?!各?(?:有关|相关|其他|各方))(?P<list>[^,;。\n]{2,200}?)"
    r"(?=[,;。\n]|$|等|负责|按|制[定修]|建[立成]|建设(?![局委厅部办和与及管交银、,;。])|打造|搭建|出台|开展|实施|落实|推[动行]|推进(?![办组委小])|完善|加强|做好|抓[好紧]|编制(?![委办])|研究(?![院室所会])|组织(?!部)|统筹|共同)"
)
_LONGEST = 120  # code points of a subject


def sentence_shares(reading: Reading, covered: Spans, *, offices: bool) -> Iterator[tuple[str, Share]]:
    """(measure, share) of each allocation in the running text of a measure, outside the spans `covered` by brackets, lines and cells.

    `offices` tells a bureau's own plan, where 由造林处牵头 names an office of the bureau."""
    folded, taken = reading.folded, -1
    for match in _TRIGGER_RE.finditer(folded):
        unit = reading.unit_at(match.start())
        if unit is None or unit.kind is not UnitKind.MEASURE or match.start() in covered:
            continue
        said = match.lastgroup
        leads = said in ("lead", "part")
        if leads and _FORMING_RE.match(folded, match.end()):
            continue
        start, stop = max(unit.start, match.start() - _LONGEST), match.start()
        if said == "part":
            playing = _PLAYING_RE.search(folded, max(start, stop - 12), stop)
            if playing is None:
                continue
            stop = playing.start()
        elif said == "whole" and (topic := _TOPIC_RE.search(folded, start, stop)):
            stop = topic.start()
        elif said == "duty" and _ANSWERS_RE.search(folded, start, stop):
            continue
        first, last = _subject(folded, start, stop)
        listed = _bodies(folded, first, last, reading.region, offices=offices)
        if not listed and said in ("lead", "duty"):
            listed = _far_subject(folded, start, stop, reading.region)
        if not listed or (said is None and len(listed) > 1):  # 履行…职责 of several is a way of speaking
            continue
        role = Role.LEAD if leads else Role.RESPONSIBLE
        end = match.end()
        if listed[0].start == taken:  # 由市商务局牵头,全面负责组织实施: said of the body a second time
            continue
        taken = listed[0].start
        for one in listed:
            yield unit.id, Share(one, role, one.start, end)
        if leads and (others := _WITH_RE.match(folded, match.end(), unit.end)):
            for one in _bodies(folded, others.start("list"), others.end("list"), reading.region, helping=True, offices=offices):
                yield unit.id, Share(one, Role.SUPPORT, one.start, one.end)
        if said is not None and (help_ := _HELP_RE.match(folded, match.end(), unit.end)):
            for one in _bodies(folded, help_.start("list"), help_.end("list"), reading.region, helping=True, offices=offices):
                yield unit.id, Share(one, Role.SUPPORT, one.start, help_.end("verb"))
        elif said is not None and (share := _SHARE_RE.match(folded, match.end(), unit.end)):
            for one in _bodies(folded, share.start("list"), share.end("list"), reading.region, offices=offices):
                yield unit.id, Share(one, Role.RESPONSIBLE, one.start, share.end("verb"))


def named_shares(reading: Reading, covered: Spans) -> Iterator[tuple[str, Share]]:
    """(measure, share) of each sentence that says by whom something is done (由…承担) or what a body is (…是本方案的实施部门), in no order."""
    folded = reading.folded
    for match in (*_BY_RE.finditer(folded), *_IS_RE.finditer(folded)):
        unit = reading.unit_at(match.start())
        if unit is None or unit.kind is not UnitKind.MEASURE or match.start() in covered:
            continue
        if match.re is _IS_RE:
            first, last = _subject(folded, max(unit.start, match.start() - _LONGEST), match.start())
            role = Role.LEAD if match["role"] in ("牵头", "主办") else Role.RESPONSIBLE
        else:
            manner = _MANNER_RE.search(match["who"])  # 由市水利局、市农业农村局共同推进
            (first, last), role = (match.start("who"), match.start("who") + manner.start() if manner else match.end("who")), Role.RESPONSIBLE
        for one in _bodies(folded, first, last, reading.region):
            yield unit.id, Share(one, role, one.start, match.end())


def _subject(folded: str, start: int, end: int) -> tuple[int, int]:
    """The words between the last boundary and the verb, without 要, 按职责分工 and the like."""
    words = folded[start:end]
    if manner := _MANNER_RE.search(words):
        words = words[: manner.start()]
    words = words.removesuffix(":")  # 县水利局:负责…
    for boundary in reversed(list(_BOUNDARY_RE.finditer(words))):
        if boundary[0] not in "()" or not _in_group(words, boundary.start()):
            return start + boundary.end(), start + len(words)
    return start, start + len(words)


def _in_group(words: str, position: int) -> bool:
    """Whether a bracket stands inside a name: 各区、县(市), 市委组织部(人才办)."""
    opening = words.rfind("(", 0, position + 1)
    close = words.find(")", opening)
    return 0 <= opening < close and close - opening <= 12 and "," not in words[opening:close]


def _bodies(folded: str, start: int, end: int, own: Region | None, *, helping: bool = False, offices: bool = False) -> tuple[Listed, ...]:
    """The list's bodies if every item is one, or every other one among names that end like farms, stations and parks; else none.

    Of those that help (`helping`) a third will do: companies and schools take part under names that no list holds."""
    if end - start < 2:
        return ()
    listed = institutions_in(folded, start, end)
    unsure = [one for one in listed if not is_body(one.surface, own) and not (offices and _OFFICE_RE.fullmatch(one.surface))]
    if not unsure:
        return listed
    enough = 3 * len(unsure) <= 2 * len(listed) if helping else unsure[0] is not listed[0] and 2 * len(unsure) <= len(listed)
    return listed if enough and all(_GROUND_RE.fullmatch(one.surface) for one in unsure) else ()


def is_body(surface: str, own: Region | None) -> bool:
    """Whether a surface is surely a body: a known national name, a group, or a region's word before a name that ends like one."""
    words = bodies()
    if surface in words.national or (own is None and surface in words.national_alone):
        return True
    if is_group(surface):
        return bool(_GROUP_END_RE.search(surface))
    if _LEVEL_BODY_RE.fullmatch(surface):
        return True
    prefixed = region_prefix(surface, own)
    if prefixed.how in (How.NAME, How.LEVEL):
        if not prefixed.rest:
            return prefixed.how is How.NAME
        known = kind_of(prefixed.rest) is not None or (prefixed.region is not None and department(prefixed.region, prefixed.rest) is not None)
        return known and len(prefixed.rest) <= 25
    if prefixed.how is How.SHORT:
        return _AGENCY_RE.fullmatch(prefixed.rest) is not None
    return (
        (own is None and _BUREAU_RE.fullmatch(surface) is not None)
        or expanded(surface) is not None
        or _STREET_RE.fullmatch(surface) is not None
        or _BOARD_RE.fullmatch(surface) is not None
        or _WHOLE_NAME_RE.fullmatch(surface) is not None
        or (surface.startswith(words.supra) and _SUPRA_RE.fullmatch(surface) is not None)
        or (surface in words.local and len(surface) > 2)
        or (kind_of(surface) == "工作机制" and len(surface) > 3)
    )


_GROUND_RE = re.compile(r"[一-鿿]{4,20}(?:[场园站馆所院库队社]|公司|集团|中心|大学|银行|[车工电机]务段|车辆段|管理段)")  # 农垦集团景洪农场, beside departments
# 江海重工有限责任公司, 国有云台林场, 城东派出所; but 属地派出所 are many
_WHOLE_NAME_RE = re.compile(
    r"[一-鿿()]{4,24}有限(?:责任)?公司|国有[一-鿿]{2,8}(?:林|农|牧|渔|苗)场|(?!辖区|属地|当地|驻地|所在|基层|公安|社区|农村|各)[一-鿿]{2,6}派出所"
)
# 造林处, 局机关纪委, 厅办公室, in a bureau's own plan; a bare 办公室 is that of a task force
_OFFICE_RE = re.compile(
    r"(?:[本我]?[局厅委])?(?:(?!.*(?:有关|相关))[一-鿿]{1,9}[^到此好处各长坏害用益事多一二三四五六七八九十两几每]处|机关(?:党委|纪委|工会|团委)|各[处科]室)|[局厅]办公室"
)
_BOARD_RE = re.compile(r"[一-鿿]{3,16}区管(?:理委员|委)会")
# 江苏海事局, 南通海关: behind the short name of a place
_AGENCY_RE = re.compile(
    r"[一-鿿]{0,8}(?:海关|海事局|[监税]管?局|管理局|供电公司|供电局|铁路局|机场|集团|公司|银行|[分支]行|大学|学院|法院|检察院|公安局|[总支大]队|管委会|管理委员会)"
)
_SUPRA_RE = re.compile(r"[一-鿿]{4,16}(?:局|委员会|集团|公司)")  # 长江航务管理局, 国家能源局
_BUREAU_RE = re.compile(r"[一-鿿]{2,8}(?<!公)司")  # 药品注册司, in a ministry's own plan
_GROUP_END_RE = re.compile(r"(?:[区县市镇乡州盟旗省]|街道|部门|单位|政府|管委会|地|党委|\)|机构|机关|处室|园区|办事处|局|委|小组|专班|村|社区)$")
_STREET_RE = re.compile(r"[一-鿿]{2,5}(?:街办|街道办|街道办事处)")
# 县级水利部门, 地方各级林业主管部门, 国务院有关部门
_LEVEL_BODY_RE = re.compile(
    r"(?:(?:地方)?(?:各级|[省市县区州盟旗镇乡]级)[一-鿿、]{0,20}|各?(?:区县|县区|市县|县市区|县\(市、区\))[一-鿿、]{2,14}主管|(?:国务院|中央|国家|[省市县区])(?:各|有关|相关))(?:部门|单位|政府|党委|机构|机关|管委会|[总支大]队)"
    r"|(?:乡镇|镇街|街镇|县区|区县|市县)(?:人民)?政府|街道办事处"
)
_FIRST_BODY_RE = re.compile(
    r"\s*(?:\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、])?\s*"
    r"(?P<body>[一-鿿][一-鿿、()]{0,24}?(?:联席会议|领导小组|专班|指挥部|[局委办厅](?!员)|部(?![门分署])|法院|检察院|政府|管委会|部门|单位|街道)(?:各?成员单位|办公室|办)?)"
    r"(?P<rest>[^。;\n]{2,60}?)[,、]$"
)


def _far_subject(folded: str, start: int, end: int, own: Region | None) -> tuple[Listed, ...]:
    """The body that opens the sentence of a clause without subject: 区联席会议成员单位加强配合,具体负责…."""
    words = folded[start:end]
    if manner := _MANNER_RE.search(words):
        words = words[: manner.start()]
    if not words.endswith((",", "、")):
        return ()
    sentence = max(words.rfind("。"), words.rfind(";"), words.rfind("\n")) + 1
    match = _FIRST_BODY_RE.match(words, sentence)
    if match is None or re.search(r"设在|由|组织|指导|督促", match["rest"]):
        return ()
    first = start + match.start("body")
    return _bodies(folded, first, first + len(match["body"]), own)
