"""The canonical name of every body that a document names, by the document's own region, issuer and words.

The rules are those of *Canonical names* in the annotation guide: the name that the body signs with, its region in front; where that
is not certain, region and surface; companies, parks and bodies of other places keep the form that the text has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from zhengpu.extract.bodies.departments import department, expanded
from zhengpu.extract.bodies.joint_bodies import JointBodies, defined_short_names, longer_names
from zhengpu.extract.bodies.region_prefixes import How, level_words, region_prefix
from zhengpu.extract.bodies.words import bodies, group_re, kind_of
from zhengpu.extract.fold import folded
from zhengpu.extract.lexicon import alternatives
from zhengpu.regions import Region, chain

_KEEP = frozenset({"企业", "园区", "高校", "国际组织", "联盟"})  # kinds whose surface form is their name


@dataclass(frozen=True, slots=True)
class Resolved:
    """A body: its canonical name, its kind (a term of the institution kinds) where the name tells it, its region's GB/T 2260 code where it has one."""

    name: str
    kind: str | None
    region_code: str | None


class Resolver:
    """Canonical names by one document's facts: the region that its plan governs (None for a national plan), its issuer's canonical name, its folded text
    and its date (ISO, as precise as known; None leaves the names as they were when it was written, whenever that was)."""

    def __init__(self, region: Region | None, issuer: str | None, text: str = "", date: str | None = None) -> None:
        self._region = region
        self._date = date
        self._text = text
        issuer = _ITS_OFFICE_RE.sub("", folded(issuer)) if issuer else None
        # Only a department has offices of its own name: 保护处 in a notice of 某市知识产权局, not in one of 某市人民政府
        self._issuer = None if issuer is None or _GENERAL_RE.search(issuer) else issuer
        self._is_house = self._issuer is not None and _HOUSE_RE.search(self._issuer) is not None
        self._joint = JointBodies(self._text, region)
        self._short: dict[str, str] | None = None
        self._found: dict[str, Resolved] = {}

    @property
    def has_offices(self) -> bool:
        """Whether the issuer is a department, whose own offices a plan calls by their bare names."""
        return self._issuer is not None

    def resolve(self, surface: str) -> Resolved:
        """The body that a surface form of this document means."""
        if (found := self._found.get(surface)) is None:
            name = bare_name(surface)
            if self._short is None:
                self._short = defined_short_names(self._text)
            found = self._resolved(self._short.get(name, name)) if name else Resolved(surface, None, None)
            found = self._found[surface] = self._renamed(found)
        return found

    def _renamed(self, body: Resolved) -> Resolved:
        """银保监局 in a document of 2024 is the branch of 国家金融监督管理总局."""
        for since, old, new in bodies().renamed:
            if old in body.name and self._date is not None and self._date[:7] >= since:
                return replace(body, name=body.name.replace(old, new))
        return body

    def _resolved(self, name: str) -> Resolved:
        if self._issuer is not None and _INTERNATIONAL_OFFICE_RE.fullmatch(name):
            return self._bare(name)
        if (whole := self._national(name) or self._agency(name)) is not None:
            return whole
        prefixed = region_prefix(name.removeprefix("中共") if not name.startswith("中共中央") else name, self._region)
        region, rest = prefixed.region, prefixed.rest
        if (region is None or prefixed.how is How.SHORT) and _RESERVE_RE.fullmatch(name):
            return _made(name, None)
        if region is None:
            return self._bare(name)
        if not rest:  # a place that acts: 越城区
            return _made(region.full, region)
        if prefixed.how is How.SHORT:
            return self._by_short_name(name, region, rest)
        if (joint := self._joint.named(rest, region)) is not None:
            return _made(joint, region)
        if prefixed.how is How.NAME and rest.endswith(("有限公司", "有限责任公司")):
            return _made(name, region)  # 綦江区农业投资集团有限公司 is a name as it stands
        if region.level == "township":
            rest = _OFFICE_SHORT_RE.sub("办公室", rest)
        return _made(department(region, rest) or self._by_field(region, rest) or region.full + _of_a_town(rest), region)

    def _by_field(self, region: Region, rest: str) -> str | None:
        """The department that a text calls by its field: 市工信部门, where it also names 市工业和信息化局."""
        field = re.sub(r"(?:行政)?(?:主管)?部门$", "", rest)
        if field == rest or (full := bodies().stems.get(field)) is None:
            return None
        stems = alternatives(stem for stem, spelled in bodies().stems.items() if spelled == full)
        named = re.search(rf"{stems}(?:局|委(?:员会)?|厅)(?!员)", self._text)
        return department(region, named[0]) if named else None

    def _national(self, name: str) -> Resolved | None:
        words = bodies()
        if (full := words.national.get(name)) is None and self._region is None:
            full = words.national_alone.get(name)
        if full is not None:
            return _made(full, None)
        if name[0].isascii() and (latin := re.match(r"[A-Z]{2,}", name)) and latin[0] in words.international:
            return _made(words.international[latin[0]] + name[latin.end() :], None)  # WIPO仲裁与调解上海中心
        if match := re.match(r"国家税务总局(?=.+税务局$)", name):
            region = region_prefix(name[match.end() :], self._region).region
            return None if region is None else _made(f"国家税务总局{region.full}税务局", region)
        if match := _branch_of_ministry_re().fullmatch(name):  # 海关总署广东分署, 自然资源部南海局
            return _made(words.national[match["ministry"]] + match["branch"], None)
        if self._region is None and (match := _bureau_re().fullmatch(name)):  # 发展改革委农经司
            return _made(words.national_alone[match["body"]] + match["bureau"], None)
        if match := _ACADEMY_RE.fullmatch(name):  # 中科院南京分院
            return _made(words.national[match[1]] + match[2], None)
        if not name.startswith(words.supra) or (name.startswith("中共") and not name.startswith("中共中央")):
            return None
        if match := _national_prefix_re().match(name):  # 中国贸促会专利商标事务所
            return _made(words.national[match[0]] + name[match.end() :], None)
        name = re.sub(r"^(中央[一-鿿]{2,8})委(?=办公室$|$)", r"\1委员会", name)  # 中央科技委, 中央财经委办公室
        committee = name.endswith("委员会")  # 国家智能制造专家委员会; 国家卫生城市创建工作领导小组 may be the region's
        return _made(name, None) if committee or self._joint.named(name, None) is None or self._region is None else None

    def _agency(self, name: str) -> Resolved | None:
        """Bodies whose region stands inside their name: 团市委, 人民银行绍兴市分行, 民盟市委会."""
        if name[0] not in _AGENCY_FIRST:
            return None
        if match := _LEAGUE_RE.fullmatch(name):
            if (region := self._place(match[1])) is not None:
                return _made(f"共青团{region.full}委员会", region)
        elif match := _PARTY_RE.fullmatch(name):
            if (region := self._place(match[2])) is not None:
                return _made(f"{match[1]}{region.full}委员会", region)
        elif match := _BANK_RE.fullmatch(name):
            region = self._place(match[1])
            place = match[1] if region is None or match[1] == region.short else region.name if region.level != "county" else match[1]
            return _made(f"中国人民银行{place}{match[2].replace('中支', '中心支行')}", region)
        elif match := _EXCHANGE_RE.fullmatch(name):
            return _made(f"国家外汇管理局{match[1]}{match[2]}", self._place(match[1]))
        elif match := _POLICE_RE.fullmatch(name):  # 公安崇川分局 is 南通市公安局崇川分局
            region = self._place(match[1])
            return None if region is None or (full := department(region, "公安分局")) is None else _made(full, region)
        elif match := _AVIATION_RE.fullmatch(name):
            return _made(f"中国民用航空{match[1]}{'管理局' if match[2] == '管理局' else '安全监督管理局'}", self._place(match[1]))
        return None

    def _place(self, words: str) -> Region | None:
        found = region_prefix(words, self._region)
        return found.region if not found.rest else region_prefix(words + "  ", self._region).region if found.region is None else None

    def _by_short_name(self, name: str, region: Region, rest: str) -> Resolved:
        if rest == "金融监管局":  # 广东金融监管局 is the national body's; 省金融监管局 was the province's own
            return _made(f"国家金融监督管理总局{region.short}监管局", region)
        if _PARK_BOARD_RE.match(rest) or rest.startswith("铁路运输") or rest.endswith(_OWN_PLACE):
            return _made(name, region)  # 济源示范区管委会, 成都铁路局, 二连浩特边检站
        full = department(region, rest)
        own = kind_of(name) in _KEEP or _PARK_INSIDE_RE.search(name) is not None
        if full is None and region.level == "county" and not own and _OFFICIAL_END_RE.search(rest):
            full = region.full + rest  # 浦东知识产权纠纷人民调解委员会
        return _made(full or name, region)  # 上海商标协会, 浙江工业大学, 徐汇国际人才港 are names as they stand

    def _bare(self, name: str) -> Resolved:
        """A name without any region's words."""
        region = self._region
        if self._issuer is not None and self._is_house and _INSIDE_RE.fullmatch(name):  # 药学部, 各临床科室 in a plan of a hospital
            name = name[1:] if name in ("院办", "校办", "场办") else self._joint.named(name, None) or name
            return _made(self._issuer + re.sub(r"办\Z", "办公室", name), region)
        if (joint := self._joint.named(name, region)) is not None:
            return _made(joint, region)
        if self._issuer is not None and (office := _OFFICE_RE.fullmatch(name)):
            return _made(self._issuer + office["office"], region)
        if region is None:
            name = name[1:] if self._issuer is not None and name[0] == "部" == self._issuer[-1] else name  # 部规划院 in the work points of a ministry
            subordinate = self._issuer is not None and len(name) <= 6 and name.endswith(("中心", "院", "局", "站", "办"))
            return _made(f"{self._issuer}{name}" if subordinate else name, None)  # 宣传中心 in the work points of a ministry
        if level := re.match(r"(省|市|区|县|州)[级直属]", name):  # 省级有关部门 in a city's plan
            region = level_words(region).get(level[1], region)
            return _made(region.full + name, region)
        if name.startswith(bodies().group_starts) or group_re().match(name):
            return _made(region.full + name, region)
        if name.endswith("厅") and expanded(name):
            region = chain(region)[-1]  # 省发展改革委、财政厅: 厅 are the province's
        if (full := department(region, name)) is not None:
            return _made(full, region)
        kind = kind_of(name)
        if kind == "服务机构":
            if (longer := longer_names(self._text, name, region)) is not None:
                return self._resolved(longer)
            if self._issuer and len(name) <= 6 and name.endswith("中心") and (field := _field(self._issuer, region)):
                shared = next((n for n in range(len(field), 0, -1) if name.startswith(field[-n:])), 0)
                return _made(region.full + field + name[shared:], region)  # 保护中心 in a notice of 某区知识产权局, 数据中心 in one of 某区数据局
        if name.endswith(("管委会", "管理委员会", "党工委")):  # 高新区管委会 governs, unlike the companies of a park
            return _made(region.full + name, region)
        if (
            kind in _KEEP
            or "集团" in name[2:]  # 农垦集团景洪农场
            or name.endswith(("实验室", "海关"))
            or "国家公园" in name
            or region.name in name[1:]
            or name.startswith((*bodies().abroad, '"'))
            or _PARK_INSIDE_RE.search(name)
        ):
            return _made(name, None)
        if region.level == "township":
            name = _OFFICE_SHORT_RE.sub("办公室", name)
            region = chain(region)[1] if region.short in name else region  # 儒岙派出所 in a plan of 儒岙镇 is the county's
        return _made(region.full + _of_a_town(name), region)


_OFFICE_SHORT_RE = re.compile(r"(?<=[一-鿿]{2})(?<!街道)(?<!政府)办\Z")  # 党政办, 综治办
# Issuers that govern no place: a hospital, a school, a company
_HOUSE_RE = re.compile(r"(?:医院|大学|学院|学校|中学|小学|幼儿园|公司|集团|林场|农场|研究院|研究所)\Z")
_INSIDE_RE = re.compile(
    r"(?:各[一-鿿、]{0,8}?(?:科室|部门|学院|院系|单位|处室|班级|支部|车间)|[一-鿿]{1,10}?(?:[处科室部组队系]|办|办公室|中心|委员会|领导小组|工作专班|工会|团委|党委|纪委|支部|图书馆))"
)
_GENERAL_RE = re.compile(r"(?:人民政府(?:办公[室厅])?|国务院(?:办公厅)?|^中共.*委(?:员会)?(?:办公[室厅])?)$")
# 自然资源部办公厅, 某市教育局办公室 issue for the whole; 指挥部办公室 and 安全生产委员会办公室 are bodies of their own
_ITS_OFFICE_RE = re.compile(r"(?:(?<=[局署厅])办公室|(?<=[部局署会])办公厅)$")
_ACADEMY_RE = re.compile(r"(中科院|工程院)([一-鿿]{2,20}(?:院|所|中心|园|台|站))")
_AGENCY_FIRST = frozenset("外国共团民农致九台中人公")
_POLICE_RE = re.compile(r"公安(?:局)?([一-鿿]{2,4}?)[区县市]?分局")
_EXCHANGE_RE = re.compile(r"(?:国家)?外汇(?:管理)?局(.{2,8}?)([分支]局)")  # 外汇局大连市分局
_AVIATION_RE = re.compile(r"民航(.{2,6}?)(管理局|监管局|安全监督管理局)")  # 民航中南地区管理局
_LEAGUE_RE = re.compile(r"(?:共青团|团(?=.{1,8}委))(.+?)委(?:员会)?")
_PARTY_RE = re.compile(r"(民革|民盟|民建|民进|农工党|致公党|九三学社|台盟)(.+?)委(?:员会|会)?")
_BANK_RE = re.compile(r"(?:中国)?(?:人民银行|人行)(.+?)((?:中心支行|中支$|分行|支行|营业管理部|总部).*)")
# 保护处, 局办公室, 机关党委, 各党支部, 规划财务司
_OFFICE_RE = re.compile(
    r"(?:[本我]?(?:[局厅委署]|[部院](?=办公室|机关|各|直属|政|人|综|法|规|财|属)))?(?P<office>[一-鿿]{0,12}(?:[^到此好处]处(?<!办事处)|[一-鿿]{2}科|[^公]司|[^科教研工]室|机关党委|机关纪委|政治部|各党支部|各处室|各科室|直属单位|[^公法]司局|专员办|机关工会|机关团委)"
    r"|办公室|机关党委|机关纪委|各党支部)"
)
# 海滨沙洲国家级自然保护区管理局, 武夷山国家公园管理局: a reserve has a name of its own, whatever place it begins with
_RESERVE_RE = re.compile(
    r"(?![各本该])[一-鿿]{2,10}?(?:国家级|省级)?(?:国家公园|自然保护区|森林公园|湿地公园|地质公园|风景名胜区)(?:管理|保护|服务)[一-鿿]{1,6}"
)
_INTERNATIONAL_OFFICE_RE = re.compile(r"国际[一-鿿]{0,6}[司处科]")  # 国际司 of a ministry, no body among nations
_OFFICIAL_END_RE = re.compile(r"(?:[局委办会所站队馆]|[^医学]院|政府|中心)$")
_OWN_PLACE = ("铁路局", "铁路局集团公司", "铁路局集团有限公司", "检查站", "边检站", "边检总站", "海关")  # named after a place, not of it
_PARK_BOARD_RE = re.compile(
    r"[一-鿿]{0,8}(?:开发区|高新区|经开区|示范区|合作区|试验区|保税区|度假区|风景区|新区|新城|港区|园区|片区|管理区|工业区|旅游区|景区|生态城|科技城|科学城|工业园|产业园|科技园|物流园|农业园|农高区|集聚区|自贸区)(?:党工委)?(?:管委会|管理委员会)$"
)
_PARK_INSIDE_RE = re.compile(r"(?:开发区|经开区|高新区|保税区|自贸区|度假区|创业园|总部园|科技园|产业园|科技城|创客|大厦|广场|新片区)(?=.{3})")


def bare_name(surface: str) -> str:
    """A surface form as names are compared: folded, without white space, bold marks, numbering and the bracketed alternative name at its end."""
    if surface.isalnum() and max(surface) < "\uff00":  # nothing to fold, strip or take off
        return surface
    name = re.sub(r"[\s*_]+", "", folded(surface)).strip("。,;:、.")
    if name.startswith('"') and name.endswith('"') and name.count('"') == 2:
        name = name[1:-1]
    if name.endswith(")") and not group_re().fullmatch(name):
        # 市委组织部(人才办), 世界知识产权组织(WIPO); 中国(上海)知识产权保护中心 keeps what stands inside
        name = re.sub(r"(?<=[一-鿿A-Za-z])\((?:[^()]|\([^()]*\)){1,40}\)$", "", name)
    return name


def _made(name: str, region: Region | None) -> Resolved:
    return Resolved(name, kind_of(name), None if region is None else region.code)


def _of_a_town(name: str) -> str:
    """岭北镇政府 signs as 岭北镇人民政府, 城关街道办 as 城关街道办事处."""
    if name.startswith("各"):
        return name
    return re.sub(r"(?<=[^人][镇乡])政府$", "人民政府", re.sub(r"(?<=街道)办$", "办事处", name))


def _field(issuer: str, region: Region) -> str | None:
    """What a department is for: 知识产权 of 上海市浦东新区知识产权局."""
    match = re.fullmatch(rf"{re.escape(region.full)}(.{{2,8}})[局委厅]", issuer)
    return match[1] if match else None


@cache
def _branch_of_ministry_re() -> re.Pattern[str]:
    ministries = alternatives(name for name in bodies().national if name.endswith(("部", "署")))
    return re.compile(
        rf"(?P<ministry>{ministries})(?P<branch>(?!门|直属|属)[一-鿿]{{2,12}}(?:司|局|分署|委员会|特派办|监管办|督察办|总队|中心|研究所|研究院|设计院|规划院|学院|实验室))"
    )


@cache
def _bureau_re() -> re.Pattern[str]:
    return re.compile(rf"(?P<body>{alternatives(bodies().national_alone)})(?P<bureau>[一-鿿]{{2,10}}[司局])")


@cache
def _national_prefix_re() -> re.Pattern[str]:
    names = alternatives(name for name in bodies().national if name.startswith(bodies().supra) and name != "中央")
    return re.compile(rf"{names}(?!员会|公[室厅])")  # 国家自然科学基金委|员会 stands in full
