"""The words of lexicon/mentions.toml as the patterns by which names of institutions are found; all match on folded text.

Three views, one for each reader: `bounds` (where a name with a place begins and ends), `stretches` (how prose is cut before names are looked for)
and `foundings` (names without a place). What each class of words is for, the lexicon says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from zhengpu.extract.bodies import bodies
from zhengpu.extract.lexicon import alternatives, beginning, lexicon
from zhengpu.regions import names

_HAN = "一-鿿"
_CLASSES = ("organ", "body", "coordination", "mechanism", "organisation", "fund", "short")


@dataclass(frozen=True, slots=True)
class Bounds:
    """`anchor` has the groups listed, country, alone, abroad and place, the last of which is only a character that a place may begin with."""

    end: re.Pattern[str]
    ends: dict[str, str]  # end of a name -> its class
    anchor: re.Pattern[str]
    lead: re.Pattern[str]
    landscape: re.Pattern[str]
    landscape_ends: tuple[str, ...]
    not_before_level: frozenset[str]
    not_in_tail: re.Pattern[str]
    kind_stem: re.Pattern[str]
    kind_phrases: frozenset[str]
    function: re.Pattern[str]
    national: frozenset[str]  # 技术创新中心: a body behind 国家 in a national plan
    place_ends: frozenset[str]
    countries: frozenset[str]
    abroad: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stretches:
    """`cut` has the groups whole (not cut after all) and joint (、 和 …); what it finds outside them is a word that no name holds."""

    chunk: re.Pattern[str]  # a stretch without punctuation but 、; a short bracket inside a name belongs to it
    gate: re.Pattern[str]  # what a stretch must hold to hold a name
    cut: re.Pattern[str]
    purpose: frozenset[str]
    quoted: re.Pattern[str]  # with the group title
    not_body: re.Pattern[str]
    not_before_joint: re.Pattern[str]
    shares_nothing: frozenset[str]
    before_name: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Foundings:
    founding: frozenset[str]
    strong: frozenset[str]
    title: re.Pattern[str]
    chain: re.Pattern[str]
    headed: re.Pattern[str]
    encouraging: re.Pattern[str]
    everyone: re.Pattern[str]
    meets: frozenset[str]
    nameless: frozenset[str]
    plural: re.Pattern[str]
    plural_cuts: frozenset[str]
    graded: re.Pattern[str]
    own: re.Pattern[str]
    long_ends: frozenset[str]
    bare_ends: frozenset[str]


def _ends() -> dict[str, str]:
    return {end: kind for kind in _CLASSES for end in lexicon("mentions")["ends"][kind]}


def _listed() -> list[str]:
    data = lexicon("mentions")["beginnings"]
    return sorted({*bodies().national, *bodies().international, *data["international"]} - set(data["not_alone"]))


def _long_ends_pattern() -> str:
    """Ends of more than one character, 中心, 基金 and 政府 with guards of their own, and the guarded short ones."""
    guards = lexicon("mentions")["guards"]
    many = {end: kind for end, kind in _ends().items() if len(end) > 1 and end != "政府"}
    centres = [end for end in many if end.endswith("中心")]
    funds = [end for end, kind in many.items() if kind == "fund"]
    others = set(many) - {*centres, *funds}
    government = "".join(f"(?<!{word})" for word in guards["not_before_government"]) + "政府"
    short = f"{guards['not_before']}|{guards['not_before_short']}"
    long = f"{alternatives(others)}|{government}|{alternatives(funds)}(?!会)|{alternatives(centres)}{guards['not_after_centre']}"
    return f"(?:{long}|{short}){guards['not_after']}"


@cache
def bounds() -> Bounds:
    """The lexicon for names that begin with a place, a level, 国家 or the like."""
    data = lexicon("mentions")
    begin, kinds, landscape = data["beginnings"], data["kinds"], data["landscape"]
    level = sorted({level[0] for level in begin["levels"]} | set("我本全"))
    functions = alternatives(kinds["functions"])
    countries, nations = alternatives([*begin["country"], *begin["supra"]]), alternatives(kinds["national"])
    return Bounds(
        end=re.compile(beginning(_ends()) + _long_ends_pattern()),
        ends=_ends(),
        anchor=re.compile(
            rf"(?P<listed>(?!联合国家){alternatives(_listed())}(?![门级员署]|企业|分(?!局)))"
            rf"|(?P<country>(?!联合国家){countries}(?:(?={nations})|(?!{alternatives(begin['not_followed'])})))"
            rf"|(?P<alone>{alternatives(bodies().national_alone)})"
            rf"|(?P<abroad>{alternatives(data['abroad']['places'])})|(?P<place>[{''.join(level)}]|{beginning(names())}.)"
        ),
        lead=re.compile(rf"{alternatives(data['lead']['words'])}+"),
        landscape=re.compile(rf"(?!.{{0,3}}{alternatives(landscape['not_names'])})[{_HAN}]{{1,3}}?[{landscape['characters']}]"),
        landscape_ends=tuple(landscape["ends"]),
        not_before_level=frozenset(begin["not_before_level"]),
        not_in_tail=re.compile(alternatives(data["inner"]["not_in_tail"])),
        kind_stem=re.compile(rf"(?:{alternatives(kinds['stems'])}(?:和|与)?)+"),
        kind_phrases=frozenset(kinds["phrases"]),
        function=re.compile(rf"{alternatives(kinds['scopes'])}*(?:{functions}(?:和|与)?)*(?:分)?中心"),
        national=frozenset(kinds["national"]),
        place_ends=frozenset(data["ends_alone"]["place"]),
        countries=frozenset(begin["country"]),
        abroad=frozenset(data["abroad"]["places"]),
    )


def _cut_pattern(data: dict[str, Any]) -> str:
    return f"{alternatives([*data['words'], *data['founding']])}|{data['characters']}"


@cache
def stretches() -> Stretches:
    """The lexicon by which prose is cut."""
    data = lexicon("mentions")
    cuts, guards = data["cuts"], data["guards"]
    not_cut = alternatives(name for name in _listed() if re.search(cuts["joints"], name))  # 工业和信息化部
    return Stretches(
        chunk=re.compile(rf'(?:[^\s,.;:。!?"…《》()|/]|\([^\s,.;:。!?"《》()、]{{1,12}}\)(?=[{_HAN}])|(?<=\d)\.(?=\d)){{2,400}}'),
        gate=re.compile(f"{beginning([*_ends(), *_listed()])}(?:{_long_ends_pattern()}|{alternatives(_listed())})"),
        cut=re.compile(rf"(?P<whole>{not_cut})|(?P<joint>、|{cuts['joints']})|{_cut_pattern(cuts)}"),
        purpose=frozenset(cuts["purpose"]),
        quoted=re.compile(
            rf'"(?P<title>(?=[^"]*[{_HAN}]{{2}})[^"\n,。;]{{2,12}}")[{_HAN}]{{0,8}}?{alternatives(data["quoted"]["ends"])}{guards["not_after"]}'
        ),
        not_body=re.compile(guards["not_body_before"]),
        not_before_joint=re.compile(f"{alternatives(data['inner']['not_before_joint'])}$"),
        shares_nothing=frozenset(data["ends_alone"]["shares_nothing"]),
        before_name=re.compile(f"(?:{alternatives(data['lead']['words'])}|{_cut_pattern(cuts)}|{cuts['joints']}|、)$"),
    )


@cache
def foundings() -> Foundings:
    """The lexicon for names without a place."""
    data = lexicon("mentions")
    cuts, kinds, alone = data["cuts"], data["kinds"], data["ends_alone"]
    not_own = "".join(f"(?<!{stem})" for stem in kinds["no_own_stem"])
    return Foundings(
        founding=frozenset(cuts["founding"]),
        strong=frozenset(cuts["founding_strong"]),
        title=re.compile(rf"[^\n,;。]{{0,12}}?{alternatives(kinds['title_adverbs'])}*{alternatives(kinds['founding_title'])}"),
        chain=re.compile(f"{alternatives(cuts['founding_strong'])}(?:由|以)"),
        headed=re.compile(cuts["headed"]),
        encouraging=re.compile(alternatives(cuts["encouraging"])),
        everyone=re.compile(r"各(?![方项类])"),  # 各县要成立领导小组: as many as there are counties
        meets=frozenset(cuts["meets"]),
        nameless=frozenset(["", *cuts["nameless"]]),
        plural=re.compile(kinds["plural"]),
        plural_cuts=frozenset(kinds["plural_cuts"]),
        graded=re.compile(kinds["graded"]),
        own=re.compile(f"(?!{alternatives(kinds['no_own_stem'])})[{_HAN}]{{2,12}}?{not_own}{alternatives(alone['own'])}"),
        long_ends=frozenset(alone["long"]),
        bare_ends=frozenset(alone["bare"]),
    )
