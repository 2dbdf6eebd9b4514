"""Every institution that a measure, a goal or a section names without allotting work to it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from zhengpu.extract.bodies.anchored_names import Anchor, Name
from zhengpu.extract.bodies.institution_lists import SUPERVISORS_RE
from zhengpu.extract.bodies.institutions import Resolver, bare_name
from zhengpu.extract.bodies.name_words import bounds, stretches
from zhengpu.extract.bodies.names import NameFinder
from zhengpu.extract.bodies.region_prefixes import How, region_prefix
from zhengpu.extract.bodies.shared_ends import shared_ends
from zhengpu.extract.bodies.words import bodies
from zhengpu.extract.duties.allocations import document_allocations
from zhengpu.extract.duties.responsibilities import column_role
from zhengpu.extract.reading import Reading, TableKind, Unit, UnitKind
from zhengpu.extract.spans import Spans
from zhengpu.model import Evidence, Mention, Responsibility

# Names inside 《》 belong to the work; brackets that allot work (with at most one bracket inside) to the responsibilities.
_ASIDE_RE = re.compile(r"《[^《》\n]{1,200}》|\((?>(?:[^()\n]|\([^()\n]{0,40}\)){2,800})\)")
_ALLOTS_RE = re.compile(r"\([^()\n]{0,12}(?:单位|部门|处室|牵头|责任|配合)[^()\n]{0,6}:|(?:负责|牵头|配合|落实|参与|组织实施)[。*]*\)\Z")
_BLANK = "《"  # names end at it
_GROUP_RE = re.compile(r"^(?:各|有关|相关|其他)|(?:单位|部门|机关|办公室|企业)$")
_GOVERNS = ("政府", "管委会", "管理委员会", "党委", "街道办事处")  # 各县政府, 滨江高新区管委会: the plan's region belongs in front
_HAN_RE = re.compile(r"[一-鿿]")


def mentions(reading: Reading, resolver: Resolver, responsibilities: tuple[Responsibility, ...]) -> tuple[Mention, ...]:
    """The mentions in text order, each institution once for a unit, at its first place there.

    The notice is left out (who issues and who receives it is metadata), and so are tables of indicators."""
    prose = _prose(reading)
    shared = list(shared_ends(prose))
    spans = Spans((start, end) for start, end, _ in shared)
    finder = NameFinder(prose, reading.region, national="全国" in reading.plan.regions)
    found = ((name, unit) for unit in reading.units if _is_prose(unit) for name in finder.names(unit.start, unit.end) if name.start not in spans)
    listed = ((name, unit) for _, _, names in shared for name in names if (unit := reading.unit_at(name.start)) is not None and _is_prose(unit))
    named = [fact for name, unit in (*found, *listed) for fact in _facts(name, unit, prose, reading, resolver)]
    named += [*_by_field(prose, reading, resolver), *_bracketed_places(prose, reading, named), *_abbreviated(prose, reading, named)]
    named += _again(prose, reading, responsibilities, named)
    duties = {(duty.measure, duty.canonical) for duty in responsibilities}
    by_measure: dict[str, list[Responsibility]] = defaultdict(list)
    for duty in responsibilities:
        by_measure[duty.measure].append(duty)
    kept: dict[tuple[str, str], Mention] = {}
    named = [fact for fact in named if not _in_a_duty(fact, by_measure[fact.unit])]
    for fact in sorted(named, key=lambda fact: (fact.evidence.start, fact.evidence.end)):
        if (fact.unit, fact.canonical) not in duties:
            kept.setdefault((fact.unit, fact.canonical), fact)
    return tuple(kept.values())


_NEAREST = 64  # duties before a mention in whose words it may stand; a list of bodies that share one proof has fewer


def _in_a_duty(fact: Mention, duties: list[Responsibility]) -> bool:
    """Whether a mention is a part of a name that has a duty: 党委 in 各级党委、政府是责任主体, 沪通集团 in 沪通集团海门车务段配合.

    `duties` are those of the mention's unit in text order."""
    place = fact.evidence
    last = bisect_right(duties, place.start, key=lambda duty: duty.evidence.start)
    near = duties[max(0, last - _NEAREST) : last]
    return any(fact.surface in duty.surface and place.end <= duty.evidence.end for duty in near)


def _is_prose(unit: Unit | None) -> bool:
    return unit is not None and unit.kind not in (UnitKind.NOTICE, UnitKind.TABLE)


def _prose(reading: Reading) -> str:
    """The folded text with what holds no mentions blanked, character for character."""
    text = _ASIDE_RE.sub(_blank, reading.folded)
    pieces, position = [], 0
    for start, end in sorted((*_duty_cells(reading), *_allotted(reading))):
        if start >= position:
            pieces += [text[position:start], _BLANK * (end - start)]
            position = end
    return "".join([*pieces, text[position:]])


def _blank(match: re.Match[str]) -> str:
    return _BLANK * len(match[0]) if match[0][0] == "《" or _ALLOTS_RE.search(match[0]) else match[0]


def _allotted(reading: Reading) -> Iterator[tuple[int, int]]:
    """The brackets and labelled lines whose bodies are a measure's duties."""
    for allocation in document_allocations(reading.folded):
        unit = reading.unit_at(allocation.start)
        if unit is not None and unit.kind is UnitKind.MEASURE:
            yield allocation.start, min(allocation.end, unit.end)


def _duty_cells(reading: Reading) -> Iterator[tuple[int, int]]:
    for table, row in reading.rows(TableKind.TASKS):
        for head, cell in zip(table.header, row.cells, strict=False):
            if cell is not None and column_role(head) is not None:
                yield cell.start, cell.end


def _facts(name: Name, unit: Unit, prose: str, reading: Reading, resolver: Resolver) -> Iterator[Mention]:
    wholes = [name.whole]
    if pair := SUPERVISORS_RE.fullmatch(name.whole):
        wholes = [f"{pair['place']}纪委", f"{pair['place']}监委"]
    if _FOUNDING_THERE_RE.search(name.whole):
        return
    for whole in wholes:
        if (canonical := _canonical(name if whole == name.whole else replace(name, whole=whole), resolver, reading)) is not None:
            evidence = Evidence.of(reading.text, name.start, name.end)
            yield Mention(unit.id, evidence.quote if whole == prose[name.start : name.end] else whole, canonical, evidence)


# 与重庆市万州区建立联席会议: what the two found has no name yet; 黄石市下陆区2020年区政府工作报告; 管网整治3个工作专班 are several; 县委常委 is a person
_FOUNDING_THERE_RE = re.compile(
    r"[省市区县州](?:建立|成立|健全|完善)+(?:工作)?(?:联席会议|领导小组|专班|指挥部|协调小组)$|委常委(?!会)|\d(?:年|个[^,]{0,6}(?:专班|小组|组|中心|办公室)$)"
)


_FIELD_RE = re.compile(r"(?:[市区县省州旗盟]|自治区)(?P<field>[一-鿿]{2,12}?)(?:行政)?(?:主管)?\Z")


def _by_field(prose: str, reading: Reading, resolver: Resolver) -> Iterator[Mention]:
    """市工信部门, where the text names 市工业和信息化局 elsewhere."""
    position = prose.find("部门")
    while position >= 0:
        unit, end = reading.unit_at(position), position + 2
        found = _FIELD_RE.search(prose, max(0, position - 12), position)
        if found and found["field"] in bodies().stems and unit is not None and _is_prose(unit):
            canonical = resolver.resolve(prose[found.start() : end]).name
            if not canonical.endswith("部门"):
                yield Mention(unit.id, reading.text[found.start() : end], canonical, Evidence.of(reading.text, found.start(), end))
        position = prose.find("部门", end)


_BRACKET_RE = re.compile(r"\((?P<place>[一-鿿]{2,6})\)")
_FIELD_AND_END_RE = re.compile(r"(?P<field>[一-鿿]{2})(?P<end>分中心|中心|工作站|服务站|研究院|联盟|法庭)\Z")


def _bracketed_places(prose: str, reading: Reading, named: list[Mention]) -> Iterator[Mention]:
    """快速维权中心(海安): the one body named elsewhere that has the place, the field and the end in its name."""
    for match in _BRACKET_RE.finditer(prose):
        body = _FIELD_AND_END_RE.search(prose, max(0, match.start() - 6), match.start())
        unit = reading.unit_at(match.start())
        if body is None or unit is None or not _is_prose(unit):
            continue
        place = region_prefix(match["place"] + body["end"], reading.region)
        if place.region is None or place.rest != body["end"]:
            continue
        fitting = re.compile(rf"(?=.*{body['field']})(?=.*{re.escape(place.region.short)}).*{body['end']}")
        canonical = {fact.canonical for fact in named if fitting.fullmatch(fact.canonical)}
        if len(canonical) == 1:
            start = body.start()
            while start > unit.start and _HAN_RE.match(prose, start - 1) and match.end() - start < 24:
                start -= 1
            start = max((cut.end() for cut in stretches().cut.finditer(prose, start, body.start()) if cut[0] not in stretches().whole), default=start)
            if lead := bounds().lead.match(prose, start, body.start()):
                start = lead.end()
            yield Mention(unit.id, reading.text[start : match.end()], canonical.pop(), Evidence.of(reading.text, start, match.end()))


# 国际药品监管机构联盟(ICMRA): its own abbreviation tells it to be one body
_ABBREVIATED_RE = re.compile(
    r"(?P<name>(?:国际|世界|全球|亚太|亚洲|欧洲|北美|非洲)[一-鿿]{2,18}(?:联盟|协会|组织|协调会|委员会|理事会|联合会|基金会|合作社|中心|署))\([A-Z][A-Za-z-]{1,9}\)"
)


def _abbreviated(prose: str, reading: Reading, named: list[Mention]) -> Iterator[Mention]:
    taken = {fact.evidence.end for fact in named}
    for match in _ABBREVIATED_RE.finditer(prose):
        unit = reading.unit_at(match.start())
        if unit is not None and _is_prose(unit) and match.end("name") not in taken:
            name = reading.text[match.start() : match.end("name")]
            yield Mention(unit.id, name, name, Evidence.of(reading.text, match.start(), match.end("name")))


def _again(prose: str, reading: Reading, responsibilities: tuple[Responsibility, ...], named: list[Mention]) -> Iterator[Mention]:
    """Bodies with a duty elsewhere whose names only this document makes certain: 鼓励保护中心探索…, 以漕河泾开发区为平台."""
    taken = {position for fact in named for position in range(fact.evidence.start, fact.evidence.end)}
    known = {duty.surface: duty.canonical for duty in responsibilities if len(duty.surface) > 2 and not _GROUP_RE.search(duty.surface)}
    for surface, canonical in known.items():
        position = prose.find(surface)
        while position >= 0:
            after, unit = position + len(surface), reading.unit_at(position)
            apart = position == 0 or not _HAN_RE.match(prose, position - 1) or stretches().before_name.search(prose, max(0, position - 6), position)
            if unit is not None and _is_prose(unit) and apart and taken.isdisjoint(range(position, after)):
                yield Mention(unit.id, surface, canonical, Evidence.of(reading.text, position, after))
            position = prose.find(surface, after)


def _canonical(name: Name, resolver: Resolver, reading: Reading) -> str | None:
    """The canonical name; None for a mere word that means no body of this document for certain."""
    if name.host:
        return resolver.resolve(name.host).name + name.whole
    if name.anchor is Anchor.ITSELF and not name.whole.endswith(_GOVERNS):
        if "大学(" in name.whole:  # 中国地质大学(武汉)
            return name.whole
        return reading.text[name.start : name.end] if name.whole[0] == '"' else bare_name(name.whole)
    canonical, region = resolver.resolve(name.whole).name, reading.region
    if name.anchor is Anchor.WORD and canonical == (region.full if region else "") + name.whole:
        return None
    if region is None:
        return canonical
    # 中央农村工作领导小组 is no body of the region's; 国家卫生城市创建工作领导小组 may well be
    if name.anchor is Anchor.COUNTRY and name.whole.startswith(("中央", "全国")) and canonical.startswith(region.full):
        return bare_name(name.whole)
    prefix = region_prefix(name.whole, region)
    if prefix.how is not How.SHORT:
        return canonical
    if name.anchor is Anchor.SHARED:  # 知识产权保护中心 in a list that begins with 上海…中心 may stand in full elsewhere
        own = bare_name(reading.text[name.start : name.end])
        full = resolver.resolve(own).name
        return full if full.endswith(own) and full not in (own, region.full + own) else canonical
    if prefix.region == region:  # 浦东保护中心, where 保护中心 is known
        full = resolver.resolve(prefix.rest).name
        known = full.startswith(region.full) and full.endswith(prefix.rest) and full != region.full + prefix.rest
        return full if known else canonical
    return canonical
