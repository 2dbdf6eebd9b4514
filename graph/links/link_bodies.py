"""Names under which documents know one body: 市发改委 here, 包头市发展和改革委员会 there, of the same place and kind."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zhengpu import ids, regions
from zhengpu.graph.links.link_features import Body, Names
from zhengpu.graph.links.link_names import NameTable, Row

_SHORTEST = 3  # characters of a name without its place; 办公室 and shorter say which body only inside their document
_VAGUE = {"办公室", "管委会", "成员单位", "委员会", "街道", "人民政府"}
_BODY, _PLACE, _SHORT, _CALLED = "body", "place of body", "short name in place", "called in place"


@dataclass(frozen=True, slots=True)
class SameBody:
    """Two names of one body; the second is the fuller one."""

    short: str
    full: str
    because: str


def rows(names: Names) -> Iterator[Row]:
    """What the document knows of bodies: each with the places in which it is named, and what it is called where it is."""
    for body in names.bodies:
        yield _BODY, body.iri, json.dumps([body.label, body.kind], ensure_ascii=False)
        for place in (body.region,) if body.region else map(ids.region, names.regions):
            yield _PLACE, body.iri, place
            yield _SHORT, f"{_stem(body.label)} {place}", body.iri
        yield from ((_CALLED, name, json.dumps([body.iri, body.label, body.kind], ensure_ascii=False)) for name in _called(body))


def touched(table: NameTable, names: Names) -> set[str]:
    """The bodies whose fuller name the document may tell: its own, and those that are called as one of its own is."""
    found = {body.iri for body in names.bodies}
    return found.union(*(table.values(_SHORT, name) for body in names.bodies for name in _called(body)))


def linked(table: NameTable, iri: str) -> list[SameBody]:
    """The fuller body that this one's name means, if any: it must be the only one of that name in the one place where the name is used."""
    places = table.values(_PLACE, iri, 2)  # 市场监管局 alone is named in a thousand
    label, kind = _merged(map(json.loads, table.values(_BODY, iri)))
    stem = _stem(label)
    if len(places) != 1 or len(stem) < _SHORTEST or stem in _VAGUE:
        return []
    told: defaultdict[str, list[list[str]]] = defaultdict(list)
    for other, *about in map(json.loads, table.values(_CALLED, f"{stem} {places[0]}")):
        told[other].append(about)
    others = {other: _merged(about) for other, about in told.items() if other != iri}
    meant = [(other, name) for other, (name, sort) in others.items() if not sort or not kind or sort == kind]
    if len(meant) != 1 or len(meant[0][1]) <= len(label):
        return []
    return [SameBody(iri, meant[0][0], f"“{label}”在{_name_of(places[0])}的文件中即“{meant[0][1]}”：名称、地区和类别一致")]


def _called(body: Body) -> Iterator[str]:
    """What a body of a known place is called there, without its place."""
    return (f"{_stem(name)} {body.region}" for name in {body.label, *body.others} if body.region)


def _merged(told: Iterable[Sequence[str]]) -> tuple[str, str]:
    """The label and the kind of a body as the documents together know it."""
    known = list(told)
    label, kind = (next((one[at] for one in known if one[at]), "") for at in range(2))
    return label, kind


def _name_of(region: str) -> str:
    division = regions.table().get(region.rpartition("/")[2])
    return division.full if division else "同一地区"


def _stem(name: str) -> str:
    """A name without the divisions that it begins with: 上海市徐汇区知识产权局, 徐汇区知识产权局, 区知识产权局 are all 知识产权局."""
    rest = ids.normal(name)
    for length in range(min(16, len(rest) - 2), 1, -1):
        found = regions.names().get(rest[:length])
        if found and found[0].level != "country":
            rest = rest[length:]
            break
    return rest[1:] if rest[:1] in "省市区县" and len(rest) > _SHORTEST else rest
