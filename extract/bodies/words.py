"""The words that names of bodies are made of (lexicon/institutions.toml), typed, and the patterns that the lists of bodies share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from zhengpu.extract.lexicon import alternatives, lexicon


@dataclass(frozen=True, slots=True)
class Bodies:
    """The lexicon. Templates hold {R}, the region's full name (上海市徐汇区), or {S}, its short name (徐汇)."""

    stems: Mapping[str, str]  # 发展改革 -> 发展和改革, unchanged stems (教育) included
    departments: Mapping[str, str]  # whole departments that stem and suffix would get wrong: 农委 -> 农业农村委员会
    suffixes: tuple[str, ...]  # 委员会 委 局 厅 办 …
    local: Mapping[str, str]  # 政府 -> {R}人民政府
    party: Mapping[str, str]  # after 委: 统战部 -> 统一战线工作部
    party_alone: frozenset[str]  # organs of the party committee even without 委: 网信办
    committees: Mapping[str, str]  # fields of the committees of assemblies: 法 -> 法制
    national: Mapping[str, str]  # 国家发改委 -> 国家发展和改革委员会, 教育部 -> 教育部
    national_alone: Mapping[str, str]  # the same, certain in national plans only: 药监局
    international: Mapping[str, str]  # WIPO -> 世界知识产权组织
    coordination: tuple[str, ...]  # 联席会议 专班 领导小组 …
    coordination_tails: tuple[str, ...]  # 办公室 各成员单位 …
    kinds: Mapping[str, tuple[str, ...]]  # institution kind -> ends of names
    group_starts: tuple[str, ...]  # 各 有关 …
    group_places: tuple[str, ...]  # 区 县 镇街 …, as in 各区、县(市)政府
    group_heads: tuple[str, ...]  # 政府 管委会 …
    nobody: frozenset[str]  # cells without a body: / 无
    titles: tuple[str, ...]  # 副市长 …: persons, not bodies
    abroad: tuple[str, ...]  # 纽约 …
    renamed: tuple[tuple[str, str, str], ...]  # (first month, old name, new name) of reforms
    supra: tuple[str, ...]  # beginnings of names that stand for themselves: 国家 长三角


@cache
def bodies() -> Bodies:
    """The lexicon, read once."""
    data = lexicon("institutions")
    return Bodies(
        stems={stem: stem for stem in data["plain"]["stems"]} | data["stems"],
        departments=data["stems_by_suffix"],
        suffixes=tuple(data["plain"]["suffixes"]),
        local=data["local"],
        party=data["party"],
        party_alone=frozenset(data["party_alone"]["names"]),
        committees=data["committees"],
        national={name: name for name in data["ministries"]["names"]} | data["national"],
        national_alone=data["national_alone"],
        international=data["international"],
        coordination=tuple(data["coordination"]["words"]),
        coordination_tails=tuple(data["coordination"]["tails"]),
        kinds={kind: tuple(ends) for kind, ends in data["kinds"].items()},
        group_starts=tuple(data["groups"]["starts"]),
        group_places=tuple(data["groups"]["places"]),
        group_heads=tuple(data["groups"]["heads"]),
        nobody=frozenset(data["none"]["words"]),
        titles=tuple(data["none"]["titles"]),
        abroad=tuple(data["abroad"]["places"]),
        renamed=tuple((entry["from"], entry["old"], entry["new"]) for entry in data["renamed"]),
        supra=tuple(data["abroad"]["supra"]),
    )


@cache
def _kind_ends() -> tuple[tuple[str, str], ...]:
    return tuple((end, kind) for kind, ends in bodies().kinds.items() for end in ends)


@cache
def kind_of(name: str) -> str | None:
    """The kind of institution that a canonical name's end tells: 上海市徐汇区人民法院 is 法院; None if its end tells nothing."""
    bare = re.sub(r"\([^()]*\)$", "", name) or name
    if bare.startswith("中共") or bare.endswith(("机关党委", "机关纪委", "党支部")):
        return "党委"
    if bare.startswith(("共青团", "中国国际贸易促进委员会", "中华全国")):
        return "协会"
    if bare.startswith(("各", "有关", "相关")):
        return "群体"
    best = max(((len(end), kind) for end, kind in _kind_ends() if bare.endswith(end)), default=None, key=lambda found: found[0])
    if best is None:
        return None
    # 市公安局徐汇分局 ends in 局, 市检察院知识产权办公室 in 办公室: what stands before decides
    if best[1] == "政府" and (inner := re.search(r"(公安局|公安厅|人民检察院|人民法院)", bare)):
        return {"公安局": "公安", "公安厅": "公安", "人民检察院": "检察院", "人民法院": "法院"}[inner[1]]
    return best[1]


@cache
def group_re() -> re.Pattern[str]:
    """A group of units as one name: 各区、县(市)政府; 各镇、街道; 各乡镇人民政府、街道办事处; 有关县(市、区); 各级党委和政府; 各有关部门和单位."""
    words = bodies()
    place = rf"{alternatives(words.group_places)}(?:\([^()\n]{{1,12}}\)[区县市]?)?"  # 各县(市)区
    head = rf"(?:{alternatives(words.group_heads)}(?:\([^()\n]{{1,12}}\))?)"
    end = r"(?=[、,;:/。()\s和及等按要应将须负牵配分]|$)"
    start = (
        rf"(?:[市县区省州]|自治区|全[市县区省州]|沿[海江河线边湖]|涉[农林海水])?{alternatives(s for s in words.group_starts if s[-1] != '他' and s != '全体')}"
    )
    places = rf"{start}{place}{head}?(?:[、和及](?!高新区|经开区)(?:{place}{head}?|{head}){end})*"
    every = rf"(?:地方)?各级{head}(?:[、和及]{head}{end})*"
    kinds = rf"{start}(?:部门|单位|地区|地方|机构)[和及](?:有关|相关)?(?:部门|单位|地区|地方|机构|企业){end}"
    return re.compile(f"{kinds}|{every}|{places}")
