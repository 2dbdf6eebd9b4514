"""Every institution that a measure, a goal or a section names without allotting work to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhengpu.extract.institutions import Resolver, bare_name
from zhengpu.extract.name_words import words
from zhengpu.extract.names import Anchor, Name, NameFinder
from zhengpu.extract.reading import Reading, TableKind, UnitKind
from zhengpu.extract.region_prefixes import How, region_prefix
from zhengpu.extract.responsibilities import column_role
from zhengpu.model import Evidence, Mention, Responsibility

# Names inside 《》 belong to the work; brackets that allot work belong to the responsibilities.
_NOT_PROSE_RE = re.compile(
    r"《[^《》\n]{1,200}》"
    r"|\([^()\n]{0,12}(?:单位|部门|处室|牵头|责任|配合)[^()\n]{0,6}:(?:[^()\n]|\([^()\n]{0,40}\)){0,800}\)"
    r"|\((?:[^()\n。]|\([^()\n]{0,40}\)){2,400}(?:负责|牵头|配合|落实|参与|组织实施)[。*]*\)"
)
_GROUP_RE = re.compile(r"^(?:各|有关|相关|其他)|(?:单位|部门|机关|办公室|企业)$")
_HAN_RE = re.compile(r"[一-鿿]")
_BLANK = "《"  # names end at it


def mentions(reading: Reading, resolver: Resolver, responsibilities: tuple[Responsibility, ...]) -> tuple[Mention, ...]:
    """The mentions in text order, each institution once for a unit, at its first place there.

    The notice is left out (who issues and who receives it is metadata), and so are tables of indicators."""
    duties = {(duty.measure, duty.canonical) for duty in responsibilities}
    found: dict[tuple[str, str], Mention] = {}
    prose = _prose(reading)
    finder = NameFinder(reading.region, national="全国" in reading.plan.regions)
    known = {duty.surface: duty.canonical for duty in responsibilities if len(duty.surface) > 2 and not _GROUP_RE.search(duty.surface)}
    for unit in reading.units:
        if unit.kind in (UnitKind.NOTICE, UnitKind.TABLE):
            continue
        named = []
        for name in finder.names(prose, unit.start, unit.end):
            if (canonical := _canonical(name, resolver, reading)) is not None:
                named.append((name.start, name.end, name.whole, canonical))
        named += _again(prose, unit.start, unit.end, known, [(start, end) for start, end, _, _ in named])
        for start, end, surface, canonical in sorted(named):
            if (unit.id, canonical) not in duties:
                found.setdefault((unit.id, canonical), Mention(unit.id, surface, canonical, Evidence.of(reading.text, start, end)))
    return tuple(found.values())


def _again(text: str, start: int, end: int, known: dict[str, str], taken: list[tuple[int, int]]) -> Iterator[tuple[int, int, str, str]]:
    """Bodies with a duty elsewhere whose names only this document makes certain: 鼓励保护中心探索…, 以漕河泾开发区为平台."""
    for surface, canonical in known.items():
        position = text.find(surface, start, end)
        while position >= 0:
            after = position + len(surface)
            free = not any(first < after and position < last for first, last in taken)
            if free and (not _HAN_RE.match(text, position - 1) or words().before_name.search(text, max(start, position - 6), position)):
                yield position, after, surface, canonical
                break
            position = text.find(surface, after, end)


def _prose(reading: Reading) -> str:
    """The folded text with what holds no mentions blanked, character for character."""
    text = _NOT_PROSE_RE.sub(lambda match: _BLANK * len(match[0]), reading.folded)
    pieces, position = [], 0
    for start, end in sorted(_duty_cells(reading)):
        if start >= position:
            pieces += [text[position:start], _BLANK * (end - start)]
            position = end
    return "".join([*pieces, text[position:]])


def _duty_cells(reading: Reading) -> Iterator[tuple[int, int]]:
    for table, row in reading.rows(TableKind.TASKS):
        for head, cell in zip(table.header, row.cells, strict=False):
            if cell is not None and column_role(head) is not None:
                yield cell.start, cell.end


def _canonical(name: Name, resolver: Resolver, reading: Reading) -> str | None:
    """The canonical name; None for a mere word that means no body of this document for certain."""
    if name.host:
        return resolver.resolve(name.host).name + name.whole
    if name.anchor is Anchor.ITSELF:
        return name.whole if name.whole[0] == '"' else bare_name(name.whole)
    canonical = resolver.resolve(name.whole).name
    region = reading.region
    if name.anchor is Anchor.WORD and canonical == (region.full if region else "") + name.whole:
        return None
    if region is None:
        return canonical
    # 中央农村工作领导小组 is no body of the region's; 国家卫生城市创建工作领导小组 may well be
    if name.anchor is Anchor.COUNTRY and name.whole.startswith(("中央", "全国")) and canonical.startswith(region.full):
        return bare_name(name.whole)
    if name.anchor is Anchor.SHARED:  # 知识产权保护中心 in a list that begins with 上海…中心 may stand in full elsewhere
        own = bare_name(reading.text[name.start : name.end])
        full = resolver.resolve(own).name
        return full if full.endswith(own) and full not in (own, region.full + own) else canonical
    prefix = region_prefix(name.whole, region)
    if prefix.how is How.SHORT and prefix.region == region:  # 浦东保护中心, where 保护中心 is known
        full = resolver.resolve(prefix.rest).name
        known = full.startswith(region.full) and full.endswith(prefix.rest) and full != region.full + prefix.rest
        return full if known else canonical
    return canonical
