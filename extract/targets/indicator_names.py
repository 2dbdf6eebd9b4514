"""The name of what a quantity counts, cut out of the words to its left or right."""

from __future__ import annotations

import re
from functools import cache

from zhengpu.extract.lexicon import alternatives, lexicon

Span = tuple[int, int]


@cache
def connector_re() -> re.Pattern[str]:
    """The connectors that end the words before a value: …总人数[达到], …企业[均增长至]."""
    words = lexicon("promises")["connectors"]
    whole = "".join(f"(?<!{re.escape(word)})" for word in words["protected"])
    return re.compile(rf"(?:{alternatives(words['reach'])}{whole}|[ *])+$")


_SINCE = r"[比较](?:(?:19|20)\d\d年|上年|去年|前年|\"?十[二三四五]五\"?)(?:同期)?[底末]?"


@cache
def growth_re() -> re.Pattern[str]:
    """A whole name that only says which way it goes, and from where: 增长, 同比下降, 比2020年下降."""
    return re.compile(rf"(?:同比|年均|{_SINCE})*{alternatives(lexicon('promises')['connectors']['growth'])}")


def without_comparison(folded: str, name: Span) -> Span:
    """排放总量[比2020年]分别下降: the name without what the values are compared with."""
    end = re.compile(rf"(?:{_SINCE})+\Z").search(folded, name[0] + 1, name[1])
    return (name[0], end.start()) if end else name


_PERIOD_RE = re.compile(
    r"每(?:个?半年|[一二三四五两\d]*年(?!级)|季度|[季月周](?!刊))|(?<=[^\d比较])[一二三四五六七八九十两\d]{1,2}年(?:累计|总计)?(?=年均|下降|降低|减少|增长|\Z)|(?<=.)累计(?=下降|降低|减少|增长)|(?<=.)在[^,、]{2,10}基础上"
)


def without_periods(folded: str, name: tuple[Span, ...]) -> tuple[Span, ...]:
    """市级林长[每年]巡林, 固定资产投资[三年]: the name without how often or over how long, which the facts say elsewhere."""
    kept: list[Span] = []
    for start, end in name:
        edges = [start, *(edge for match in _PERIOD_RE.finditer(folded, start, end) for edge in match.span()), end]
        kept += [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if first < last]
    return tuple(kept) or name


def only_compares(name: str) -> bool:
    """Whether a name is no more than what the value is compared with: 较2022年[翻一番]."""
    return re.fullmatch(rf"(?:同比|{_SINCE})+", name) is not None


_MONTH = r"\d{1,2}月(?:[底末]|\d{1,2}日)"
_DATE = rf"(?:自|从|于|在|到|至|截至|力争到|力争)?(?:(?:19|20)\d\d年(?:度|年?[底末初]|{_MONTH}|\d{{1,2}}月)?|年底|年末|{_MONTH}(?=前))(?:前|以前)?"
_COMPARISON_RE = re.compile(rf"(?:同比|{_SINCE}|在(?:19|20)\d\d年[底末]?的?基础上)")


@cache
def _leading_re() -> re.Pattern[str]:
    verbs, connectors = lexicon("promises")["verbs"], lexicon("promises")["connectors"]
    every, adverbs = alternatives(verbs["drop"] + verbs["keep"]), alternatives(connectors["adverbs"])
    years = r"用?[\d一二两三四五]+年(?:左右)?(?:的?时间)?内?"  # 三年新增…, 用3年时间建成…
    label = r"\d{1,3}(?:[.、](?!\d)|\.(?=\d\d周?岁))|[一二三四五六七八九十]是(?![否指])"
    adverbs_before = rf"(?P<adverb>{adverbs}+(?={every})(?!建设区域\Z))"
    skip = rf"(?P<skip>[ *—、和及或且并与的]|{label}|年均(?={every})|{_DATE}|{years}|{alternatives(connectors['leading'])})|{adverbs_before}"
    # 培养[人才], but [投入强度]: what follows tells the verb from the noun
    drop = rf"(?P<drop>(?!开发区|建设区域\Z){alternatives(verbs['drop'])}(?!{alternatives(connectors['nouns_after'])}))"
    return re.compile(f"{skip}|{drop}")


@cache
def _keep_re() -> re.Pattern[str]:
    return re.compile(alternatives(lexicon("promises")["verbs"]["keep"]))


@cache
def _cut_re() -> re.Pattern[str]:
    # 2家以上县域试点[列入全国试点]: what happens to the thing is no part of its name
    return re.compile(
        r"(?<=..)(?:列入|纳入|接入|入选|通过|开展|进行|达到|实现|完成|获评|获得|进入|创成|建成|开工|投产|投用|竣工|全部|并(?=.)"
        r"|[和及、](?:一批|若干|一大批))"
    )


_NEAR = 24  # code points before a value in which its verb or connectors stand


def connectors_start(folded: str, start: int, end: int) -> int:
    """Where the connectors before a value at `end` begin; `end` where there are none."""
    match = connector_re().search(folded, max(start, end - _NEAR), end)
    return match.start() if match else end


def left_name(folded: str, start: int, end: int, *, whole_list: bool = False) -> Span:
    """The span of the name in the words [start, end) before a value; empty where nothing but verbs and connectors stands there.

    `whole_list` keeps the examples of 袜业、纺织等重点产业."""
    end = connectors_start(folded, start, end)
    position, acted = start, False
    while match := _leading_re().match(folded, position, end):
        kept = _keep_re().match(folded, position, end)  # 支持开展 and 累计服务 are kept though 支持 is dropped and 累计 skipped
        if (kept and kept.end() >= match.end()) or (match.lastgroup == "drop" and end - match.end() == 1):
            break
        if match.lastgroup == "adverb" and acted:  # 开展[联合检查]: behind the verb it belongs to the noun
            break
        acted = acted or match.lastgroup == "drop"
        position = match.end()
    if done := _DONE_FOR_RE.match(folded, position, end):
        position = done.end()
    if rate := _RATE_OF_RE.match(folded, position, end):
        position, end = rate.span("what")
    listed = _LISTED_RE.match(folded, position, end)  # 袜业、纺织等[重点产业调解组织], but 培训工程师、技师等各类人员
    if listed and not whole_list and not _keep_re().match(folded, position, end):
        position = listed.end()
    if pace := _PACE_RE.search(folded, position + 2, end):
        end = pace.start()
    if share := _SHARE_OF_RE.search(folded, position + 2, end):  # 最低保有量[不低于正常保有量的]92%
        end = share.start()
    return (position, end) if position < end else (end, end)


_LONGEST_NAME = 24  # code points with attributes; longer ones are cut to the noun, as in the golden references


_RATE_OF_RE = re.compile(r"按照?(?P<what>[^,、]{2,20}?)的?\Z")  # 按实际投入的[30%]
_DONE_FOR_RE = re.compile(
    r"(?:为|对|向|面向|针对)[^,、的]{1,14}?(?:免费)?(?:开展|提供|组织|举办)(?=..)|(?:对|为(?:市场主体|经营主体|企业|群众|居民))(?=..)"
)  # 为育龄妇女免费开展[筛查]
_PACE_RE = re.compile(r"以(?=每年|年均|平均|\d)")  # 覆盖率[以每年1个百分点的速度]
_SHARE_OF_RE = re.compile(r"(?:最高|原则上)?(?:不得?少于|不得?低于|不得?超过|不得?高于|超过|低于|高于|达到)[^,、\d]{2,16}的\Z")
_LISTED_RE = re.compile(r"[^的等]{1,20}、[^的等]{1,20}等(?=....)")
_BEFORE_NOUN_RE = re.compile(r"(?:用于|专门|[ 的*且]|到(?![期位])|进(?=[一-鿿]*[村镇户区校院]\Z))+")
_ENDOWED_RE = re.compile(r"有条件|有基础|具有|拥有|具备|掌握|符合|能够|从事")  # 具有较强创新能力的[专业人才]


def right_name(folded: str, start: int, end: int) -> Span:
    """The span of the name in the words [start, end) after a value: 3家以上[高端化、国际化、具有代表性的知识产权服务机构]."""
    before = _BEFORE_NOUN_RE.match(folded, start, end)
    start = before.end() if before else start
    if cut := _cut_re().search(folded, start + 2, end):
        end = cut.start()
    marker = folded.rfind("的", start, end - 2)
    if marker >= 0 and (end - start > _LONGEST_NAME or _ENDOWED_RE.match(folded, start) or re.search(r"\d", folded[start:marker])):
        start = marker + 1
    return start, end


_LIST_RE = re.compile(r"、|以及|(?<![普涉以])及(?![时格])|(?<![共饱缓温总])和(?![谐解平])|(?<!参)与")  # no mark in 普及率, 参与度
_SPARING = (re.compile("、"), re.compile("、|和"), re.compile("和"), re.compile("及|以及"))
_EVEN_RE = re.compile(r"(?:(?<![平人亩户日月年])均|都|分别|各(?![类级种区地项方镇界科部]|有关))[^、,]{0,8}$")
_RATE_RE = re.compile(r"(?:率|比例|比重|占比|覆盖面|满意度) *$")


def parts(folded: str, name: Span, marks: re.Pattern[str] | None = None) -> list[Span]:
    """The members of a list: 城乡低保、特困供养年标准 are two. `marks` is what stands between them, where that is known."""
    edges = [name[0], *(edge for mark in (marks or _LIST_RE).finditer(folded, *name) for edge in mark.span()), name[1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


@cache
def _shared_end_re() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(lexicon('promises')['connectors']['shared_ends'])})\Z")


def members(folded: str, name: Span, wanted: int = 0) -> list[tuple[Span, ...]]:
    """The names of a list that values are shared out to, each with the noun that only the last member says; `wanted` is how many values there are.

    化学需氧量和氨氮[排放总量], 进口、出口[通关时间], 甲、乙等[重点工程减排量], 甲及周边、乙[浓度] for two values"""
    counted = folded.rfind("等", *name)
    if counted > name[0] and counted + 2 < name[1] and _LIST_RE.search(folded, name[0], counted):
        return [(member, (counted + 1, name[1])) for member in parts(folded, (name[0], counted))]
    found = parts(folded, name)
    if len(found) > wanted > 0:
        found = next((members for marks in _SPARING if len(members := parts(folded, name, marks)) == wanted), found)
    if len(found) < 2:
        return [(member,) for member in found]
    first, last = found[0], found[-1]
    length = first[1] - first[0]
    end = _shared_end_re().search(folded, last[0] + 1, last[1])
    if 0 < length < last[1] - last[0] - 1 and folded[first[1] - 1] == folded[last[0] + length - 1]:
        start = last[0] + length
    else:
        start = end.start() if end and not _shared_end_re().search(folded, first[0], first[1]) else last[1]
    if length == 2 and end and start == end.start() > last[0] + 2:  # 果蔬、肉类[冷链流通率]
        start = last[0] + 2
    common = ((start, last[1]),) if start < last[1] else ()
    return [(member, *common) for member in found[:-1]] + [(last,)]


def shared(folded: str, name: Span, limit: int) -> list[tuple[Span, ...]]:
    """The names that one value is said of: A率和B覆盖率 are two since both are rates, and so is a list that 均 or 各 before `limit` shares the value out to."""
    listed = parts(folded, name)
    if len(listed) == 1 or any(end - start < 2 for start, end in listed):
        return [(name,)]
    if even := _EVEN_RE.search(folded, name[0], limit):  # 亩均税收、亩均增加值均增长5%
        name = (name[0], even.start() if listed[-1][0] < even.start() < name[1] else name[1])
        if _RATE_RE.search(folded, *name):  # 高血压、糖尿病规范管理率均达到75%
            return members(folded, name)
        return [(part,) for part in parts(folded, name)]
    return [(part,) for part in listed] if all(_RATE_RE.search(folded, *member) for member in listed) else [(name,)]


_UNIT_BRACKET_RE = re.compile(r"[(（][^()（）]*[)）]")
_FRONT_RE = re.compile(r"^(?:各类|全[市区县省国]|我[市区县省]|本[市区])(?=..)")


def canonical(name: str) -> str:
    """The name under which plans share an indicator: without brackets and white space, 每万人口 as 每万人, without 各类 or 全市 in front."""
    plain = re.sub(r"\s+", "", _UNIT_BRACKET_RE.sub("", name)).replace("每万人口", "每万人").replace("每千人口", "每千人").strip("*、,，")
    plain = _COMPARISON_RE.sub("", plain)
    return _FRONT_RE.sub("", plain) or name
