"""The words of lexicon/mentions.toml as the patterns by which names of institutions are found; all match on folded text.

Three views, one for each reader: `bounds` (where a name with a place begins and ends), `stretches` (how prose is cut before names are looked for)
and `foundings` (names without a place). What each class of words is for, the lexicon says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any

from zhengpu.extract.bodies.words import bodies
from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.regions import names, table

_HAN = "一-鿿"
_CLASSES = ("organ", "body", "coordination", "mechanism", "organisation", "fund", "short")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What `anchor` finds is told by `anchors`: listed, country, nations, alone, abroad, or place, which is only how a place may begin."""

    end: re.Pattern[str]
    ends: dict[str, str]  # end of a name -> its class
    anchor: re.Pattern[str]
    anchors: dict[str, str]
    lead: re.Pattern[str]
    landscape: re.Pattern[str]
    not_landscape: re.Pattern[str]
    landscape_ends: tuple[str, ...]
    not_before_level: frozenset[str]
    not_in_tail: re.Pattern[str]
    not_first_in_tail: re.Pattern[str]
    not_in_purpose: re.Pattern[str]  # the same behind the body that leads a coordination body
    kind_stem: re.Pattern[str]
    kind_phrases: frozenset[str]
    named_kinds: frozenset[str]  # a body behind a place, though a kind without: 市律师协会
    function: re.Pattern[str]
    national: frozenset[str]  # 技术创新中心: a body behind 国家 in a national plan
    place_ends: frozenset[str]
    countries: frozenset[str]
    abroad: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stretches:
    """What `cut` finds is one of `whole` (not cut after all), of `joints` (、 和 …), or a word that no name holds."""

    chunk: re.Pattern[str]  # a stretch without punctuation but 、; a short bracket inside a name belongs to it
    gates: tuple[re.Pattern[str], ...]  # what a stretch must hold to hold a name
    cut: re.Pattern[str]
    whole: frozenset[str]
    joints: frozenset[str]
    split: frozenset[str]  # of `whole`, a joint and a mere level: 和县
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
    kind_ends: tuple[str, ...]
    chain: re.Pattern[str]
    founds: re.Pattern[str]  # right before a name in quotation marks
    headed: re.Pattern[str]
    encouraging: re.Pattern[str]
    everyone: re.Pattern[str]
    meets: frozenset[str]
    nameless: frozenset[str]
    plural: re.Pattern[str]
    plural_cuts: frozenset[str]
    graded: re.Pattern[str]
    own: re.Pattern[str]
    own_end: re.Pattern[str]
    company: re.Pattern[str]  # 青山纸业, where `companies` follows: 等龙头企业
    companies: re.Pattern[str]
    branded: re.Pattern[str]  # 北汽南通公司
    faculty: re.Pattern[str]
    long_ends: frozenset[str]
    bare_ends: frozenset[str]


def _ends() -> dict[str, str]:
    return {end: kind for kind in _CLASSES for end in lexicon("mentions")["ends"][kind]}


def _listed() -> list[str]:
    data = lexicon("mentions")["beginnings"]
    return sorted({*bodies().national, *bodies().international, *data["international"]} - set(data["not_alone"]))


def _long_ends() -> str:
    """Ends of more than one character, 中心, 基金 and 政府 with guards of their own."""
    guards: dict[str, Any] = lexicon("mentions")["guards"]
    many = {end: kind for end, kind in _ends().items() if len(end) > 1 and end != "政府"}
    after = (
        {end: guards["not_after_centre"] for end in many if end.endswith("中心")}
        | {end: "(?!会)" for end, kind in many.items() if kind == "fund"}
        | guards["not_after_ends"]
    )
    government = "政府" + "".join(f"(?<!{word}政府)" for word in guards["not_before_government"]) + f"(?!{alternatives(guards['not_after_government'])})"
    guarded = [government, *(end + guard for end, guard in sorted(after.items(), key=lambda found: -len(found[0])))]
    return f"{alternatives(set(many) - set(after), guarded)}{guards['not_after']}"


def _short_ends() -> str:
    guards = lexicon("mentions")["guards"]
    return f"{alternatives((), [*guards['not_before'], *guards['not_before_short']])}{guards['not_after']}"


def _anchors() -> tuple[re.Pattern[str], dict[str, str]]:
    """How a name may begin, the longest first, and what kind of beginning each is."""
    data = lexicon("mentions")
    begin = data["beginnings"]
    not_followed = f"(?:(?={alternatives(data['kinds']['national'])})|(?!{alternatives(begin['not_followed'])}))"
    kinds: dict[str, str] = {}
    for kind, words in (
        ("listed", _listed()),
        ("country", [*begin["country"], *begin["supra"]]),
        ("alone", bodies().national_alone),
        ("nations", begin["nations"]),
        ("abroad", data["abroad"]["places"]),
        ("place", [*{name[:2] for name in names()}, *{level[0] for level in begin["levels"]}, "我", "本", "全"]),
    ):
        kinds |= {word: kind for word in words if word not in kinds}
    # 国办发〔2018〕1号 is a number; 国务院政府特殊津贴 an honour
    guards = {"listed": r"(?![门级员署家]|企业|分(?!局)|商务旅行卡|[发函字电规][一-鿿]{0,4}\Z|政府特殊津贴)", "country": not_followed}
    ordered = sorted(kinds, key=lambda word: (word[0], len(word) == 1, word[1:2], -len(word), word))
    rows = groupby(ordered, key=lambda word: (word[:2], guards.get(kinds[word], "")))
    return re.compile(alternatives((), [pattern for (begin, guard), words in rows for pattern in _guarded(begin, [*words], guard)])), kinds


def _guarded(begin: str, words: list[str], guard: str) -> Iterable[str]:
    """Patterns for words of one beginning, with the guard once for several: it takes longer to compile than a word."""
    if len(words) == 1 or not guard:
        return [re.escape(word) + guard for word in words]
    return [f"{begin}(?:{'|'.join(re.escape(word.removeprefix(begin)) for word in words)}){guard}"]


@cache
def bounds() -> Bounds:
    """The lexicon for names that begin with a place, a level, 国家 or the like."""
    data = lexicon("mentions")
    begin, kinds, landscape = data["beginnings"], data["kinds"], data["landscape"]
    functions = alternatives(kinds["functions"])
    anchor, anchors = _anchors()
    return Bounds(
        end=re.compile(f"{_long_ends()}|{_short_ends()}"),
        ends=_ends(),
        anchor=anchor,
        anchors=anchors,
        lead=re.compile(rf"{alternatives(data['lead']['words'])}+"),
        landscape=re.compile(rf"[{_HAN}]{{1,3}}?[{landscape['characters']}]"),
        not_landscape=re.compile(f".{{0,3}}{alternatives(landscape['not_names'])}"),
        landscape_ends=tuple(landscape["ends"]),
        not_before_level=frozenset(begin["not_before_level"]),
        not_in_tail=re.compile(alternatives(data["inner"]["not_in_tail"])),
        not_first_in_tail=re.compile(alternatives(data["inner"]["not_first_in_tail"])),
        not_in_purpose=re.compile(alternatives({*data["inner"]["not_in_tail"]} - {*data["inner"]["purpose_in_tail"]})),
        kind_stem=re.compile(rf"(?:{alternatives(kinds['stems'])}(?:和|与)?)+"),
        kind_phrases=frozenset(kinds["phrases"]),
        named_kinds=frozenset(kinds["named"]),
        function=re.compile(rf"{alternatives(kinds['scopes'])}*(?:{functions}(?:和|与)?)*(?:分)?中心"),
        national=frozenset(kinds["national"]),
        place_ends=frozenset(data["ends_alone"]["place"]),
        countries=frozenset(begin["country"]),
        abroad=frozenset(data["abroad"]["places"]),
    )


@cache
def township_bounds() -> Bounds:
    """The same in a plan of a township, whose names begin with 镇, 乡 or 街道 too and end as its stations do: 镇财政所, 乡卫生院.

    The 镇 of 乡镇 and 城镇 begins none."""
    words, stations = bounds(), lexicon("mentions")["township"]["ends"]
    return replace(
        words,
        anchor=re.compile(rf"(?<![乡城村集小重古新县各级])[镇乡街]|{words.anchor.pattern}"),
        end=re.compile(f"{alternatives(stations)}|{words.end.pattern}"),
        ends=dict.fromkeys(stations, "body") | words.ends,
        place_ends=words.place_ends | {*stations},
        named_kinds=words.named_kinds | {*stations},
    )


@cache
def township_gate() -> re.Pattern[str]:
    """What a stretch must hold to hold a name that only a plan of a township has."""
    return re.compile(alternatives(lexicon("mentions")["township"]["ends"]))


def _cut_pattern(data: dict[str, Any], whole: Iterable[str] = ()) -> str:
    doubtful = [name for name in whole if name.startswith("会同")]  # 会同县; but 市政府办公室会同县委
    guarded = [f"会(?<![局委办室厅府院部会]会){name[1:]}" for name in doubtful]
    words = [*(name for name in whole if name not in doubtful), *data["words"], *data["founding"]]
    return alternatives(words, [*guarded, *data["joints"], *data["characters"]])


@cache
def stretches() -> Stretches:
    """The lexicon by which prose is cut."""
    data = lexicon("mentions")
    cuts, guards = data["cuts"], data["guards"]
    inside = re.compile(_cut_pattern(cuts))
    places = {region.name for region in table().values()}
    whole = frozenset(  # 工业和信息化部; 从化区, 让胡路区, 诸暨市
        [*(name for name in _listed() if any(re.search(joint, name) for joint in cuts["joints"])), *(name for name in places if inside.search(name))]
    )
    return Stretches(
        chunk=re.compile(
            rf'[^\s,.;:。!?"…《》()|/]{{1,400}}+(?:(?:\([^\s,.;:。!?"《》()、]{{1,12}}\)(?=[{_HAN}])|(?<=\d)\.(?=\d))[^\s,.;:。!?"…《》()|/]{{0,400}}+){{0,20}}'
        ),
        gates=(
            re.compile(alternatives([*(end for end in _ends() if len(end) > 1), *data["quoted"]["ends"], *data["ends_alone"]["company_ends"], *_listed()])),
            re.compile(_short_ends()),
        ),
        cut=re.compile(_cut_pattern(cuts, whole)),
        whole=whole,
        joints=frozenset(re.split(r"\(", joint)[0] for joint in cuts["joints"]),
        split=frozenset(name for name in places if len(name) == 2 and re.fullmatch(alternatives((), cuts["joints"]), name[0])),
        purpose=frozenset(cuts["purpose"]),
        quoted=re.compile(rf'"(?P<title>(?=[^"]*[{_HAN}]{{2}})[^"\n,。;]{{2,12}}")[{_HAN}]{{0,8}}?{alternatives(data["quoted"]["ends"])}{guards["not_after"]}'),
        not_body=re.compile(guards["not_body_before"]),
        not_before_joint=re.compile(f"{alternatives(data['inner']['not_before_joint'])}$"),
        shares_nothing=frozenset(data["ends_alone"]["shares_nothing"]),
        before_name=re.compile(f"(?:{alternatives(data['lead']['words'])}|{_cut_pattern(cuts)})$"),
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
        kind_ends=tuple(kinds["kind_ends"]),
        chain=re.compile(f"{alternatives(cuts['founding_strong'])}(?:由|以)"),
        founds=re.compile(f"{alternatives(cuts['founding_strong'])}了?\\Z"),
        headed=re.compile(cuts["headed"]),
        encouraging=re.compile(alternatives(cuts["encouraging"])),
        everyone=re.compile(r"各(?![方项类])"),  # 各县要成立领导小组: as many as there are counties
        meets=frozenset(cuts["meets"]),
        nameless=frozenset(["", *cuts["nameless"]]),
        plural=re.compile(kinds["plural"]),
        plural_cuts=frozenset(kinds["plural_cuts"]),
        graded=re.compile(kinds["graded"]),
        own=re.compile(
            f"(?!{alternatives(kinds['no_own_stem'])})[{_HAN}]{{2,12}}?{not_own}{alternatives(alone['own'])}(?:(?<=大学)(?:[{_HAN}]{{2,4}}学院)?(?:第[一二三四五六]|附属){{1,2}}[{_HAN}]{{0,6}}?医院|(?!生|城|化))"
            rf"|(?!{alternatives(kinds['no_own_stem'])})(?:[{_HAN}]{{4,14}}?|[{_HAN}]{{2,10}}\([{_HAN}]{{2,4}}\)[{_HAN}]{{0,10}}?)(?:股份)?有限(?:责任)?公司"
            rf"|(?:(?!{alternatives([*alone['hospital_kinds'], *alone['laboratory_kinds']])})[{_HAN}]){{2,3}}实验室"
            rf"|(?:(?!{alternatives(alone['hospital_kinds'])})[{_HAN}]){{2,4}}医院"
        ),
        own_end=re.compile(alternatives([*alone["own"], "医院", "实验室"])),
        company=re.compile(rf"(?!{alternatives(kinds['no_own_stem'])})[{_HAN}]{{2,6}}{alternatives(alone['company_ends'])}"),
        companies=re.compile(rf"[^,.。;:]{{0,60}}?等[{_HAN}]{{0,4}}企业"),
        branded=re.compile(rf"{alternatives(alone['brands'])}[{_HAN}()]{{2,14}}?(?:(?:有限|[分子])?公司|集团)"),
        faculty=re.compile(rf"(?<=大学)[{_HAN}]{{2,8}}?{alternatives(alone['faculties'])}"),
        long_ends=frozenset(alone["long"]),
        bare_ends=frozenset(alone["bare"]),
    )
