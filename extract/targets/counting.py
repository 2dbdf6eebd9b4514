"""Whether a quantity in a clause promises anything, by the words around it: a verb of action in front, a noun or its fate behind."""

from __future__ import annotations

import re
from functools import cache

from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.targets.indicator_names import connectors_start
from zhengpu.extract.targets.quantities import Quantity, UnitClass

# 每年召开2次, 每季度不少于1次; but 每万人 belongs to the name
PER_RE = re.compile(r"(?:每个?(?=半年|[年季月周])|(?=年均(?:完成|新增|新建|培育|建成|增加|减少|治理|改造|引进|培训|举办|开展|投入)))(半年|年|季度|季|月|周)")
# 5亿元级, 3个以外, 20%的基础上, 2项的标准, 一次性: no noun that is counted
_NO_NOUN_RE = re.compile(r"[级版强型制号/%]|以外|的?基础上|的?标准|性(?!能)")
_HAPPENS_RE = re.compile(r"建成|开工|投产|完成|投用|竣工|达到|实现|列入|通过|纳入|建立|开展|配备|覆盖")
_AIMS_RE = re.compile(r"确保|力争|推动|实现")  # 确保锦江区、武侯区50%的社区建成…
_COVERS_RE = re.compile(r"覆盖[^,]{0,16}[、和]\Z")  # 覆盖所有社区、90%以上乡镇
_AT_FIRST_RE = re.compile(r"(?:力争|确保)?(?:全[市区县省州]|我[市区县省州])?(?:首批|第一批|第二批)?")  # 全市首批100个项目建成
_OTHERS_RE = re.compile(r"由|与|会同|依托|聚焦|围绕|在|对|以|按|从|针对|面向|对照")
_FUND_RE = re.compile(r"的?[^,、。]{0,16}基金")
_AND_RE = re.compile(r"[、和与及]")
_LABEL_RE = re.compile(r"^\d{1,3}[.、] ?")  # 46.全市90%的企业纳入…
_LARGEST_BARE = 1_000_000  # larger numbers without a unit are dates and codes (20240115)
_TIMES = ("次", "场", "期", "轮")
_MULTIPLES = ("番", "倍", "成")
_HOUSES = ("家", "所", "座", "处", "条", "部", "名")  # two of these and more are counted in words as well: 新建两所学校


_NEAR = 24  # code points before a quantity in which its verb stands


def verb_before(text: str, start: int, end: int) -> re.Match[str] | None:
    """The verb of action right before a quantity at `end`, in the group `verb`, with what may stand between: 建成区级及以上[30个]…"""
    return _verb_re().search(text, max(start, end - _NEAR), end)


@cache
def _verb_re() -> re.Pattern[str]:
    words = lexicon("promises")
    return re.compile(rf"(?P<verb>{alternatives(words['verbs']['drop'] + words['verbs']['keep'])})(?:{alternatives(words['between']['words'])}|[ *])*$")


@cache
def _opening_verb_re() -> re.Pattern[str]:
    words = lexicon("promises")
    return re.compile(rf"[ *]*{alternatives(words['connectors']['leading'])}*{alternatives(words['verbs']['drop'] + words['verbs']['keep'])}")


@cache
def _listed_re() -> re.Pattern[str]:
    # 10个部门组成, 5个重点领域; but 10个行业标杆 are built
    return re.compile(rf"(?:重点|相关|有关|主要|关键|不同)?{alternatives(lexicon('promises')['context']['listed'])}(?:组成|共同|协同|联合|的|等|$)")


@cache
def _behind_re(kind: str) -> re.Pattern[str]:
    return re.compile(rf"[ *]*{alternatives(lexicon('promises')['behind'][kind])}")


@cache
def _support_re() -> re.Pattern[str]:
    # 贷款最高额度 is an indicator, 最高50万元奖励 a rate of support
    return re.compile(rf"(?!最高(?:额度|限额|支付)){alternatives(lexicon('promises')['past']['support'])}")


@cache
def _granted_re() -> re.Pattern[str]:
    return re.compile(rf"(?:的|一次性|年度|最高)*{alternatives(lexicon('promises')['behind']['granted'])}")


@cache
def _leading_re() -> re.Pattern[str]:
    return re.compile(rf"{alternatives(lexicon('promises')['connectors']['leading'])}+")


@cache
def _choosing_re() -> re.Pattern[str]:
    return re.compile(rf"{alternatives(lexicon('promises')['weak']['verbs'])}[ *]*$")


def breaks_through(text: str, quantity: Quantity, cursor: int) -> bool:
    """Whether 突破 is the verb and no comparator: 突破百项前沿技术, but not 产值突破100亿元."""
    return text.startswith("突破", quantity.start) and not text[cursor : quantity.start].strip(" *")


def tells_fate(text: str, clause: int, quantity: Quantity, noun_end: int) -> bool:
    """Whether the words behind a quantity say what becomes of the noun to its left: 企业100%完成改造, 业务3个工作日办结, 其中20家以上进入名单."""
    if quantity.unit_class in (UnitClass.MEASURE, UnitClass.LEVEL, UnitClass.RANK, UnitClass.NONE):
        return False
    if quantity.unit_class is not UnitClass.COUNT and not text[clause : quantity.start].strip(" *"):
        return False
    kind = "done" if quantity.unit_class is UnitClass.TIME else "happens"
    return _behind_re(kind).match(text, quantity.end, noun_end) is not None


def sets_rate(text: str, quantity: Quantity) -> bool:
    """Whether a rate or sum of support says by how much: 按实际投入的30%给予补助, 按每家企业5万元的标准."""
    return re.compile(r"的?标准|给予|予以|进行").match(text, quantity.end) is not None and (quantity.unit_class is UnitClass.RATIO or _is_money(quantity))


def ends_clause(text: str, clause: int, quantity: Quantity, cursor: int, *, grants: bool = False) -> bool:
    """Whether a quantity with nothing behind it is a value of what stands between `cursor` and it; `grants` tells measures of support."""
    before = text[cursor : quantity.start].rstrip(" *")
    if before.endswith("方面") or (before.endswith("等") and _OTHERS_RE.match(text, clause)):
        return False
    if quantity.is_words and not _words_promise(text[clause : quantity.start], quantity):
        return False
    if not grants and _is_money(quantity) and _support_re().search(text, clause, quantity.start):
        return False
    if quantity.unit is not None or quantity.unit_class in (UnitClass.RANK, UnitClass.RATIO):
        return True
    # 倍差降至1.67以内, but no year and no code
    year = quantity.value == int(quantity.value) and 1900 <= quantity.value <= 2100
    linked = connectors_start(text, cursor, cursor + len(before)) < cursor + len(before)
    return len(before) > 2 and not year and quantity.value < _LARGEST_BARE and (quantity.is_compared or linked)


def counts_noun(text: str, clause: int, quantity: Quantity, cursor: int, noun_end: int, *, continues: bool, grants: bool = False) -> bool:
    """Whether a quantity promises so many of the noun behind it, which ends at `noun_end`; `continues` says that it goes on a list that does.

    `grants` tells measures of support: there 50万元一次性奖励 is promised."""
    noun = text[quantity.end : noun_end]
    before = text[cursor : quantity.start].strip(" *")
    if quantity.unit is None or quantity.unit_class in (UnitClass.TIME, UnitClass.LEVEL, UnitClass.RANK) or _NO_NOUN_RE.match(noun) or not noun.strip("的 *"):
        return False
    if quantity.is_words and not _words_promise(text[clause : quantity.start], quantity):
        return False
    verb = verb_before(text, cursor, quantity.start)
    if verb is not None and verb["verb"] == "规划" and text[verb.start() - 1 : verb.start()] in ('"', "》", "五"):
        verb = None  # 聚焦“十四五”规划102项重大工程
    if quantity.unit_class is UnitClass.RATIO:  # 推动80%以上的企业…, 全市90%的企业纳入…
        before = _LABEL_RE.sub("", before)
        everywhere = (_leading_re().fullmatch(before) or _AIMS_RE.match(before)) is not None and _HAPPENS_RE.search(noun) is not None
        return (not before or verb is not None or everywhere or _COVERS_RE.search(before) is not None) and not noun.startswith("的比例")
    if grants and _is_money(quantity) and _granted_re().match(noun):
        return True
    if quantity.unit_class is UnitClass.MEASURE:
        funded = _is_money(quantity) and "规模" in before and _FUND_RE.match(noun) is not None  # 设立总规模50亿元的产业基金
        return funded or ((verb is not None or continues) and not noun.startswith("的") and _measures_noun(quantity, verb["verb"] if verb else "", noun))
    listed = before.endswith("等")
    if _listed_re().match(noun) or (listed and _OTHERS_RE.match(text, clause)):
        return False
    counted = "、" in before and quantity.value == len(_AND_RE.findall(before)) + 1  # 建设A、B和C3条绿道, 领导小组下设A、B、C3个专班
    if listed or counted:  # 打造A、B等10个特色基地
        return _opening_verb_re().match(text, clause, quantity.start) is not None or (counted and "下设" in before)
    opens = (not before or _AT_FIRST_RE.fullmatch(before) is not None) and not quantity.is_words and _HAPPENS_RE.search(noun) is not None  # 50个项目开工建设
    served = not grants and _is_served(quantity, before, noun)
    chosen = quantity.value > 1 and _choosing_re().search(text, cursor, quantity.start) is not None
    return verb is not None or continues or opens or chosen or served or breaks_through(text, quantity, cursor)


# 为2000名老年人, 对全县300户家庭, 面向1000名青年
_WHERE = r"全[市区县省州镇国]|辖区内?|[一-鿿]{2,8}(?:阶段|行业|领域|范围|地区|系统)"
_FOR_RE = re.compile(rf"(?:\d{{1,3}}[.、] ?)?(?:[一-鿿\d]{{1,10}}[年前内])?(?:为|对|给|向|面向)(?:{_WHERE}|不少于|至少|约)*")


def _is_served(quantity: Quantity, before: str, noun: str) -> bool:
    """Whether so many people are those whom something is done for; 对30人以上机构进行检查 says which ones, not how many."""
    if not before or before[-1] not in "为对给向县市区省州镇国内于少约段业域围统" or _FOR_RE.fullmatch(before) is None:
        return False
    words = lexicon("promises")["served"]
    bounded = quantity.is_compared and quantity.start == quantity.number_start
    return not bounded and (quantity.unit or "").endswith(tuple(words["units"])) and any(verb in noun for verb in words["verbs"])


def _measures_noun(quantity: Quantity, verb: str, noun: str) -> bool:
    """建设10万亩高标准农田, 安排5000万元专项资金, 不少于3000万元林草资金; but 引进10亿元以上项目 says how large the projects are."""
    if not _is_money(quantity):
        return True
    spent = _behind_re("spent").match(noun) is not None
    bounded = quantity.comparator == ">=" and quantity.start == quantity.number_start  # 以上
    return verb in lexicon("promises")["between"]["money"] and (not bounded or spent)


def _is_money(quantity: Quantity) -> bool:
    return (quantity.unit or "").endswith(("元", "人民币"))


def _words_promise(before: str, quantity: Quantity) -> bool:
    """Whether a Chinese numeral promises: 至少召开一次, 每年两期, 百项, 三成以上; 三个 alone is a way of speaking."""
    if quantity.is_compared or "至少" in before or "不少于" in before or quantity.unit in _MULTIPLES:
        return True
    if quantity.unit in _TIMES:
        return PER_RE.search(before) is not None
    return quantity.value >= 100 or (quantity.value >= 2 and quantity.unit in _HOUSES)
