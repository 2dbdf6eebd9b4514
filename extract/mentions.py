"""Every institution that a measure, a goal or a section names without allotting work to it."""

from __future__ import annotations

import re

from zhengpu.extract.institutions import Resolver, bare_name
from zhengpu.extract.names import Anchor, Name, NameFinder
from zhengpu.extract.reading import Reading, UnitKind
from zhengpu.model import Evidence, Mention, Responsibility

# Names inside 《》 belong to the work; brackets and lines that allot work belong to the responsibilities.
_NOT_PROSE_RE = re.compile(
    r"《[^《》\n]{1,200}》"
    r"|\([^()\n]{0,12}(?:单位|部门|处室|牵头|责任|配合)[^()\n]{0,6}:(?:[^()\n]|\([^()\n]{0,40}\)){0,800}\)"
    r"|\((?:[^()\n。]|\([^()\n]{0,40}\)){2,400}(?:负责|牵头|配合|落实|参与|组织实施)[。*]*\)"
)


def mentions(reading: Reading, resolver: Resolver, responsibilities: tuple[Responsibility, ...]) -> tuple[Mention, ...]:
    """The mentions in text order, each institution once for a unit, at its first place there.

    The notice is left out (who issues and who receives it is metadata), and so are tables of indicators."""
    duties = {(duty.measure, duty.canonical) for duty in responsibilities}
    found: dict[tuple[str, str], Mention] = {}
    prose = _NOT_PROSE_RE.sub(lambda match: "《" * len(match[0]), reading.folded)
    finder = NameFinder(reading.region)
    for unit in reading.units:
        if unit.kind in (UnitKind.NOTICE, UnitKind.TABLE):
            continue
        for name in finder.names(prose, unit.start, unit.end):
            canonical = _canonical(name, resolver)
            if (unit.id, canonical) not in duties:
                evidence = Evidence.of(reading.text, name.start, name.end)
                found.setdefault((unit.id, canonical), Mention(unit.id, name.whole, canonical, evidence))
    return tuple(sorted(found.values(), key=lambda mention: (mention.evidence.start, mention.evidence.end)))


def _canonical(name: Name, resolver: Resolver) -> str:
    if name.host:
        return resolver.resolve(name.host).name + name.whole
    if name.anchor is Anchor.ITSELF:
        return bare_name(name.whole) if name.whole[0] != '"' else name.whole
    return resolver.resolve(name.whole).name
