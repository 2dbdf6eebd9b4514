"""Names under which documents know one body: 市发改委 here, 包头市发展和改革委员会 there, of the same place and kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from zhengpu import ids, regions
from zhengpu.graph.links.link_features import Body, Names

_SHORTEST = 3  # characters of a name without its place; 办公室 and shorter say which body only inside their document
_VAGUE = {"办公室", "管委会", "成员单位", "委员会", "街道", "人民政府"}


@dataclass(frozen=True, slots=True)
class SameBody:
    """Two names of one body; the second is the fuller one."""

    short: str
    full: str
    because: str


def same_bodies(documents: Sequence[Names]) -> list[SameBody]:
    """Pairs of institutions that are one: one is called as another document calls the other, in the same place, and no third one could be meant."""
    bodies: dict[str, Body] = {}
    places: defaultdict[str, set[str]] = defaultdict(set)
    others: defaultdict[str, set[str]] = defaultdict(set)
    for names in documents:
        for body in names.bodies:
            known = bodies.setdefault(body.iri, body)
            bodies[body.iri] = Body(body.iri, body.label, (), known.kind or body.kind, known.region or body.region)
            others[body.iri] |= set(body.others)
            places[body.iri].update((body.region,) if body.region else map(ids.region, names.regions))
    called: defaultdict[str, set[str]] = defaultdict(set)
    for iri, body in bodies.items():
        if body.region:
            for name in {body.label, *others[iri]}:
                called[_stem(name)].add(iri)
    found = (_same(bodies[iri], bodies, places, called) for iri in sorted(bodies))
    return [pair for pair in found if pair]


def _same(body: Body, bodies: dict[str, Body], places: dict[str, set[str]], called: dict[str, set[str]]) -> SameBody | None:
    """The fuller body that this one's name means: it must be the only one of that name in all the places where the name is used."""
    stem = _stem(body.label)
    if len(stem) < _SHORTEST or stem in _VAGUE or not places[body.iri]:
        return None
    meant = [bodies[iri] for iri in called.get(stem, ()) if iri != body.iri]
    meant = [other for other in meant if {other.region} == places[body.iri] and (not other.kind or not body.kind or other.kind == body.kind)]
    if len(meant) != 1 or len(meant[0].label) <= len(body.label):
        return None
    place = _name_of(meant[0].region)
    return SameBody(body.iri, meant[0].iri, f"“{body.label}”在{place}的文件中即“{meant[0].label}”：名称、地区和类别一致")


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
