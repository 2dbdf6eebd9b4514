"""Names that lean on what the text has promised before: 重点建设区域40万亩, 占67% after 国家储备林60万亩."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from zhengpu.extract.targets.clauses import Name, Promise
from zhengpu.extract.targets.indicator_names import Span, right_name
from zhengpu.extract.targets.masking import BLANK
from zhengpu.extract.targets.quantities import UnitClass

# Where and of whom, but not what: 重点建设区域, 县(市), 国家级, 中心城区; a bracket may be masked
_PART_RE = re.compile(
    rf"(?:(?!覆盖|服务|惠及|辐射)[一-鿿]{{0,6}}(?<!和)(?:区域|地区|片区|城区|市区|山区|平原区|流域)|(?:省|市|县|区|乡|镇|村|乡镇|县城|城市|城镇|农村|城乡|建制镇|行政村|旗县|街道|社区)(?:{BLANK}+|、[市县区镇村])?"
    rf"|(?:国家|省|市|县|区|世界|自治区)级(?:及?以上)?|[东西南北中]部|小学|初中|高中|幼儿园|高职|本科|男性|女性|内资|外资|(?:城镇)?职工|(?:城乡)?居民|(?:城市|农村)社区)"
)
_FRONT_PART_RE = re.compile(r"(?:城市|城镇|农村|城乡|(?:国家|省|市|县|区)级(?:及?以上)?)(?=..)")
# What a counted thing has: 建设海外仓50个, 面积超过80万平方米
_ATTRIBUTE_RE = re.compile(
    r"(?:总|年|累计|计划|建筑|占地|服务|设计|预计)?"
    r"(?:面积|建筑面积|投资|投资额|产值|产量|产能|长度|里程|规模|库容|装机容量|装机|营业收入|销售收入|销售额|处理能力)"
)
_BARE_VERB_RE = re.compile(r"(?:新|累计)?(?:新增|净增|增加|培训|新培育|新认定|培育|改造|治理|修复|建设|完成|实施|减少|压减|淘汰|更新)")
_TRAILING_PART_RE = re.compile(
    r"(?P<base>[^,、]{2,}(?:标准|率|比例|比重|收入|经费|定额|系数|占比|指数|人数))(?P<part>小学|初中|高中|职工|居民|城镇|农村|城市|市级|县级|省级|城乡)"
)
_OWN_GROWTH_RE = re.compile(r"(?:比|较|年均|同比).*|(?:增长|提高|下降|降低|减少|增加)\Z")
_SHARE_RE = re.compile(r"占(?:到|总数|比重)?(?:的)?(?:约|达到?|超过?|不低于|[ *])*\Z")
_PARAGRAPH_RE = re.compile(r"[。\n]")
_OF_WHOLE_RE = re.compile(r"占(?!地(?:面积|规模|\Z))")
_STOP_RE = re.compile(r"[,;。:\n()]")
_PLACES_COUNTED = ("个", "处", "片", "座")
_PLACE_ENDS = ("区", "域", "镇", "乡", "村", "县", "市", "城", "道", "部", "园", BLANK)
_AMOUNTS = ("增速", "增幅", "占比", "比重", "总量", "总数", "数量", "增量", "排名")  # of what the promise before is about
_LIMIT = 400  # code points back to the promise that is leant on
_KEPT = 8  # promises that are looked back on


def completed(masked: str, promise: Promise, recent: list[Promise]) -> Promise:
    """The promise under a name that stands alone; `recent` are the promises before it, the last of them last."""
    near = [other for other in recent[-_KEPT:] if promise.start - other.start <= _LIMIT and not _PARAGRAPH_RE.search(masked, other.end, promise.start)]
    quantity, words = promise.quantity, _words(masked, promise.name)
    if quantity.unit == "%" and _SHARE_RE.search(masked, max(0, quantity.start - 8), quantity.number_start) and not words.endswith(("率", "比", "重", "度")):
        return replace(promise, tail="占比")
    if len(promise.name) == 1 and (turned := _TRAILING_PART_RE.fullmatch(masked, *promise.name[0])):  # 生均公用经费标准[小学]
        return replace(promise, name=(turned.span("part"), turned.span("base")))
    if len(promise.name) == 1 and _BARE_VERB_RE.fullmatch(words) and (behind := _behind_bracket(masked, promise.end)):
        return replace(promise, name=(*promise.name, behind))
    if len(promise.name) != 1 or not near:
        return promise
    last = near[-1]
    if words in ("年均", "平均每年"):  # 造林300万亩,年均不少于100万亩
        return replace(promise, name=last.name, quantity=replace(quantity, per="年"))
    same = next((other for other in reversed(near) if other.quantity.unit == quantity.unit and not other.tail), None)
    counted = quantity.unit in _PLACES_COUNTED and words.endswith(_PLACE_ENDS)  # 精品片区6个 are what is promised
    if _PART_RE.fullmatch(words) and promise.name[0][0] < quantity.start and not counted:
        if same is None or _PART_RE.fullmatch(_words(masked, same.name)):
            return promise
        return replace(promise, name=(*promise.name, *_base(masked, same.name)))
    if same and same.name != promise.name and (verb := _BARE_VERB_RE.fullmatch(words)):
        noun = _words(masked, same.name)
        if noun.startswith(verb[0]):
            return replace(promise, name=same.name)
        return replace(promise, name=(*promise.name, *same.name)) if not _BARE_VERB_RE.match(noun) else promise
    if last.sentence != promise.sentence or last.tail:
        return promise
    if _OF_WHOLE_RE.match(words) or words in _AMOUNTS:
        whole = last.name[:-1] if len(last.name) > 1 and masked[slice(*last.name[-1])] in _AMOUNTS else last.name
        return replace(promise, name=(*_level(masked, whole), *promise.name))
    if _ATTRIBUTE_RE.fullmatch(words) and last.quantity.unit_class is UnitClass.COUNT and not _ATTRIBUTE_RE.search(_words(masked, last.name)):
        return replace(promise, name=(*last.name, *promise.name))
    return promise


def _behind_bracket(masked: str, end: int) -> Span | None:
    """What is counted behind a bracket: 新增1200户(累计约2600户)[餐饮单位]."""
    close = masked.find(")", end, end + 20) if masked.startswith("(", end) else -1
    stop = _STOP_RE.search(masked, close + 1, close + 60) if close >= 0 else None
    start, last = right_name(masked, close + 1, stop.start()) if stop else (0, 0)
    return (start, last) if last - start > 1 else None


def _words(masked: str, name: Name) -> str:
    return "".join(masked[start:end] for start, end in name)


def _base(masked: str, name: Name) -> Name:
    """What is promised without the part that it is promised of: 城市|污水处理率, 省级以上|龙头企业."""
    if len(name) > 1 and _PART_RE.fullmatch(masked, *name[0]):
        name = name[1:]
    front = _FRONT_PART_RE.match(masked, *name[0])
    return ((front.end(), name[0][1]), *name[1:]) if front else name


def _level(masked: str, name: Name) -> Name:
    """The thing itself where the name says how it grows: 研发投入[年均增长]."""
    kept: list[tuple[int, int]] = []
    for start, end in name:
        growth = _OWN_GROWTH_RE.search(masked, start, end)
        stop = growth.start() if growth else end
        if start < stop:
            kept.append((start, stop))
    return tuple(kept) or name


def named(masked: str, promises: Iterable[Promise], recent: list[Promise]) -> list[Promise]:
    """The promises of a clause completed one after the other; `recent` grows by them."""
    found = []
    for promise in promises:
        promise = completed(masked, promise, recent)
        recent.append(promise)
        found.append(promise)
    del recent[:-_KEPT]
    return found
