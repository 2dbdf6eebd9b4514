"""The words of lexicon/mentions.toml as the patterns by which names of institutions are found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from zhengpu.extract.bodies import bodies
from zhengpu.extract.lexicon import alternatives, beginning, lexicon
from zhengpu.regions import names

_HAN = "一-鿿"


@dataclass(frozen=True, slots=True)
class Words:
    """Patterns on folded text and sets of words; the lexicon says what each is for."""

    chunk: re.Pattern[str]  # a stretch without punctuation but 、; a short bracket inside a name belongs to it
    gate: re.Pattern[str]  # what a stretch must hold to hold a name
    end: re.Pattern[str]
    ends: dict[str, str]  # end of a name -> its class: organ body coordination mechanism organisation short
    cut: re.Pattern[str]
    lead: re.Pattern[str]
    anchor: re.Pattern[str]
    quoted: re.Pattern[str]
    inner_joints: frozenset[str]
    no_name_end: re.Pattern[str]
    not_in_tail: re.Pattern[str]
    not_before_level: frozenset[str]
    kind_stem: re.Pattern[str]
    kind_phrases: frozenset[str]
    function: re.Pattern[str]
    plural: re.Pattern[str]
    graded: re.Pattern[str]
    plural_cuts: frozenset[str]
    founding_strong: frozenset[str]
    founding: frozenset[str]
    founding_title: re.Pattern[str]
    founds_chain: re.Pattern[str]
    headed: re.Pattern[str]
    encouraged: re.Pattern[str]
    meets: frozenset[str]
    purpose: frozenset[str]
    landscape: re.Pattern[str]
    landscape_ends: tuple[str, ...]
    place_ends: frozenset[str]  # with these a place alone makes a name: 浙江大学
    long_ends: frozenset[str]
    bare_ends: frozenset[str]
    own: re.Pattern[str]
    shares_nothing: frozenset[str]
    abroad: frozenset[str]
    before_name: re.Pattern[str]
    not_body: re.Pattern[str]
    country: frozenset[str]

    def kind_of_end(self, end: str) -> str:
        return self.ends[end]


@cache
def words() -> Words:
    """The lexicon, compiled once."""
    data = lexicon("mentions")
    ends = {end: kind for kind in ("organ", "body", "coordination", "mechanism", "organisation", "short") for end in data["ends"][kind]}
    cuts, kinds, beginnings = data["cuts"], data["kinds"], data["beginnings"]
    founding = cuts["founding"]
    listed = [*bodies().national, *bodies().international, *beginnings["international"]]
    levels = "".join(sorted({level[0] for level in beginnings["levels"]})) + "我本"
    functions = alternatives(kinds["functions"])
    guards = data["guards"]
    national = alternatives(name for name in listed if name not in beginnings["not_alone"])
    many = [end for end in ends if len(end) > 1]
    return Words(
        chunk=re.compile(rf'(?:[^\s,.;:。!?"…《》()|/]|\([^\s,.;:。!?"《》()、]{{1,12}}\)(?=[{_HAN}])|(?<=\d)\.(?=\d)){{2,400}}'),
        end=re.compile(
            rf"{beginning(ends)}(?:{alternatives(end for end in many if not end.endswith('中心'))}"
            rf"|{alternatives(end for end in many if end.endswith('中心'))}{guards['not_after_centre']}|{guards['not_before']}|{guards['not_before_short']}){guards['not_after']}"
        ),
        gate=re.compile(rf"{beginning([*ends, *listed])}(?:{alternatives(many)}|{guards['not_before']}|{guards['not_before_short']}|{national})"),
        ends=ends,
        cut=re.compile(rf"(?P<whole>{alternatives(name for name in listed if re.search(cuts['joints'], name))})|(?P<joint>、|{cuts['joints']})|{alternatives([*cuts['words'], *founding])}|{cuts['characters']}"),
        lead=re.compile(rf"{alternatives(data['lead']['words'])}+"),
        anchor=re.compile(
            rf"(?P<listed>(?!联合国家){national}(?![门级员署]|企业|分(?!局)))"
            rf"|(?P<country>(?!联合国家){alternatives([*beginnings['country'], *beginnings['supra']])}(?!{alternatives(beginnings['not_followed'])}))"
            rf"|(?P<alone>{alternatives(bodies().national_alone)})"
            rf"|(?P<abroad>{alternatives(data['abroad']['places'])})|(?P<place>[{levels}]|{beginning(names())}.)"
        ),
        quoted=re.compile(rf'"(?P<title>(?=[^"]*[{_HAN}]{{2}})[^"\n,。;]{{2,12}}")[{_HAN}]{{0,8}}?{alternatives(data["quoted"]["ends"])}{guards["not_after"]}'),
        inner_joints=frozenset("和与及"),
        no_name_end=re.compile(rf"{alternatives(data['inner']['not_before_joint'])}$"),
        not_in_tail=re.compile(alternatives(data["inner"]["not_in_tail"])),
        not_before_level=frozenset(beginnings["not_before_level"]),
        kind_stem=re.compile(rf"(?:{alternatives(kinds['stems'])}(?:和|与)?)+"),
        kind_phrases=frozenset(kinds["phrases"]),
        function=re.compile(rf"{alternatives(kinds['scopes'])}*(?:{functions}(?:和|与)?)*(?:分)?中心"),
        plural=re.compile(kinds["plural"]),
        graded=re.compile(kinds["graded"]),
        plural_cuts=frozenset(kinds["plural_cuts"]),
        founding_strong=frozenset(cuts["founding_strong"]),
        founding=frozenset(founding),
        founding_title=re.compile(rf"[^\n,;。]{{0,12}}?{alternatives(kinds['title_adverbs'])}*{alternatives(kinds['founding_title'])}"),
        founds_chain=re.compile(rf"{alternatives(cuts['founding_strong'])}(?:由|以)"),
        headed=re.compile(r"(?:任|担任|为)(?:总|双)?(?:召集人|组长|双组长|总指挥|指挥长|副组长|主任|第一组长)的$|牵头的$"),
        encouraged=re.compile(alternatives(cuts["encouraging"])),
        meets=frozenset(cuts["meets"]),
        purpose=frozenset(cuts["purpose"]),
        landscape=re.compile(rf"(?!.{{0,3}}{alternatives(data['landscape']['not_names'])})[{_HAN}]{{1,3}}?[{data['landscape']['characters']}]"),
        landscape_ends=tuple(data["landscape"]["ends"]),
        place_ends=frozenset(data["ends_alone"]["place"]),
        long_ends=frozenset(data["ends_alone"]["long"]),
        before_name=re.compile(rf"(?:{alternatives([*cuts['words'], *founding, *data['lead']['words']])}|{cuts['characters']}|{cuts['joints']}|、)$"),
        bare_ends=frozenset(data["ends_alone"]["bare"]),
        own=re.compile(rf"(?!{alternatives(kinds['no_own_stem'])})[{_HAN}]{{2,12}}?(?<!{')(?<!'.join(kinds['no_own_stem'])}){alternatives(data['ends_alone']['own'])}"),
        not_body=re.compile(data["ends"]["not_body_before"]),
        country=frozenset(beginnings["country"]),
        shares_nothing=frozenset(data["ends_alone"]["shares_nothing"]),
        abroad=frozenset(data["abroad"]["places"]),
    )
