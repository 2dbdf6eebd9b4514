"""Every document, law, plan, standard, agreement or publication that a text cites, and how the citing sentence relates to it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache

from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.reading import Reading, Unit, UnitKind
from zhengpu.extract.works.works import Work, works
from zhengpu.ids import normal
from zhengpu.model import Evidence, Reference, Relation

_WINDOW = 80  # code points to the left in which the governing verb is looked for
_REACH = 40  # between verb and title: 按照经国务院同意的, 根据中共中央、国务院, 落实市委、市政府关于…的 (the longest met has 31)
_LONGEST = 600  # code points of a quotation from the verb to the title; behind longer lists the title stands for itself
_STOPS = "。;!?:"
# 《A》、《B》 《A》和国务院《B》 《A》等文件以及《B》: nothing but a joint and whose work it is
# 《A》要求和市委、市政府《B》精神, 《A》等法律、法规,以及《B》
_JOINT_RE = re.compile(
    r"\s*(?:等[\w、]{0,12}|(?:文件)?(?:精神|要求|规定|部署)(?=[和及与]|以及))?\s*,?(?:(?:[、,\n]|以及|和|及|与|或|并|暨)(?!现将?|将)[^,。;:!?的]{0,20})?"
)
# 为贯彻落实《…》,…,制定本方案。 is the plan's basis wherever it stands
_PURPOSE_RE = re.compile(r"[^。]{0,300}?(?:制定本|制订本|特制定|特制订|提出以下|提出如下|制定以下|制定如下)")
# 为进一步落实 / 《…》: a link of the page broke the line
_BROKEN_RE = re.compile(r"(?:贯彻|落实|根据|按照|依据|执行|遵照)\Z")
_BEHIND_FILL = r"\s?(?:(?:等|的|有关|相关|各项|精神|规定|要求|政策|文件|标准|任务|内容|工作|进行|全面|深入|有效){1,4})?"
# 印发《…意见》任务分工方案: the work is the name's part
_PART_RE = re.compile(r"[一-鿿]{0,10}(?:方案|计划|分工|细则|办法|清单)的?(?:通知|公告|函|》|\Z|\n)")
# 《…》已经市政府同意,现印发给你们
_APPROVED_RE = re.compile(r"(?:\([^()\n]{0,40}\))?\s?(?:已|业|经)[^。;\n《]{0,40}(?:同意|通过|批准|审定)|[^。;\n《]{0,12}(?:印发|下发|转发|发给)(?:你们|给)")


@dataclass(frozen=True, slots=True)
class _Governor:
    """What says how a work is cited: the relation, and the span of the words that say it (start == end where nothing does)."""

    relation: Relation | str  # "compile" until the kind of the work is known
    start: int
    end: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class _Verbs:
    run: re.Pattern[str]  # 制定实施, 修订并完善: verbs that stand together
    one: re.Pattern[str]
    relation: dict[str, str]
    behind: re.Pattern[str]
    behind_relation: dict[str, str]
    light: re.Pattern[str]
    lightly: re.Pattern[str]  # such a verb anywhere: 贯彻《A》,加快《B》立法
    other_object: re.Pattern[str]
    adjacent: re.Pattern[str]
    promulgated: re.Pattern[str]


@cache
def _verbs() -> _Verbs:
    words = lexicon("references")
    relation = {verb: name for name in ("basis", "implement", "formulate", "revise", "publish", "compile", "mention") for verb in words["verbs"][name]}
    behind = {noun: name for name, nouns in words["behind"].items() for noun in nouns}
    verb, no_verb = alternatives(relation), alternatives(words["not_a_verb"]["followed_by"])
    return _Verbs(
        run=re.compile(rf"(?<!关于){verb}(?:(?:[、和并及或]|以及|并且)?{verb})*+(?!{no_verb})"),
        one=re.compile(verb),
        relation=relation,
        behind=re.compile(rf"{_BEHIND_FILL}({alternatives(behind)})(?!{no_verb}|[一二三四五六七八九十\d]+周年)"),
        behind_relation=behind,
        light=re.compile(f".*({alternatives(words['light']['verbs'])})[^,]{{0,15}}$", re.S),
        lightly=re.compile(alternatives(verb for verb in words["light"]["verbs"] if len(verb) > 1)),
        other_object=re.compile(rf"\s?(?:等|的|有关|相关|各项){{0,2}}{alternatives(words['other_object']['heads'])}"),
        adjacent=re.compile(rf"{alternatives(words['verbs']['basis_adjacent'])}\s?$"),
        promulgated=re.compile(f"{alternatives(words['promulgate']['before'])}$"),
    )


def _before(folded: str, floor: int, work: Work) -> _Governor | None:
    """The verb that governs the work from the left, within its clause and not before `floor`; None where there is none."""
    start = max(floor, work.start - _WINDOW)
    start += max(folded[start : work.start].rfind(stop) for stop in _STOPS) + 1
    clause = folded[start : work.start]
    if adjacent := _verbs().adjacent.search(clause):
        return _Governor(Relation.BASIS, start + adjacent.start(), work.start)
    run = None
    for run in _verbs().run.finditer(clause, clause.rfind(",") + 1):  # noqa: B007 the last one counts
        pass
    if run is None or len(clause) - run.end() > _REACH or clause.endswith("以"):
        return None  # 完善以《…》为核心的制度: the system is improved
    verbs = [(_verbs().relation[one], one) for one in _verbs().one.findall(run[0])]
    telling = [found for found in verbs if found[0] != "mention"] or verbs[:1]  # 宣传贯彻: the sense is in 贯彻
    relation, word = next((found for found in telling if found[1] not in lexicon("references")["weak"]["verbs"]), telling[0])
    if clause[run.end() :].startswith(("了", "过")) and relation in ("formulate", "revise", "compile"):
        return None  # 先后制定了《…》: it exists
    return _Governor(relation, start + run.start(), work.start, word)


def _behind(folded: str, floor: int, work: Work, last: Work) -> _Governor | None:
    """推进《…》实施, 《…》修订: the noun behind the list that ends with `last`, where the verb in front of `work` leaves the word to it."""
    found = _verbs().behind.match(folded, last.after, last.after + 40)
    if found is None:
        return None
    start = max(floor, work.start - 20)
    start += max(folded[start : work.start].rfind(stop) for stop in _STOPS + ",") + 1
    relation = _verbs().behind_relation[found[1]]
    light = _verbs().light.search(folded[start : work.start])
    alone = start == work.start and re.match(r"\s*(?:工作)?(?:[。;,]|$)", folded[found.end() : found.end() + 8])
    if light is None and not alone and relation != Relation.BASIS:
        return None
    return _Governor(relation, start + light.start(1) if light else work.start, found.end())


def _lists(folded: str, named: list[Work], floors: list[int]) -> list[list[int]]:
    """Indices into `named`, those together that share one verb: 制定《A》《B》和《C》."""
    lists: list[list[int]] = []
    for index, work in enumerate(named):
        if lists and floors[index] == floors[index - 1]:
            gap = folded[named[index - 1].after : work.start]
            apart = _verbs().run.search(gap) or _verbs().adjacent.search(gap) or _verbs().lightly.search(gap)
            if len(gap) <= _REACH and _JOINT_RE.fullmatch(gap) and not apart:
                lists[-1].append(index)
                continue
        lists.append([index])
    return lists


def _governor(folded: str, floor: int, group: list[Work]) -> _Governor:
    """What governs a list of works that share one verb."""
    first, last = group[0], group[-1]
    left, right = _before(folded, floor, first), _behind(folded, floor, first, last)
    if right is not None and (left is None or left.relation == "mention" or right.relation == Relation.BASIS):
        return right
    if left is None:
        return _Governor(Relation.MENTION, first.start, first.start)
    if left.relation not in (Relation.BASIS, Relation.IMPLEMENT) and _verbs().other_object.match(folded, last.after):
        return _Governor(Relation.MENTION, first.start, first.start)  # 制定《…》实施细则: the 细则 are what is drawn up
    return left


def _relation(governor: _Governor, work: Work, unit: Unit, folded: str) -> Relation:
    """The relation of one work of the list that the governor governs, in its unit."""
    relation = governor.relation
    if relation == "compile":
        relation = Relation.FORMULATE if work.kind in lexicon("references")["compile"]["formulate"] else Relation.PUBLISH
    if unit.kind in (UnitKind.PREAMBLE, UnitKind.NOTICE):
        if relation == Relation.IMPLEMENT or governor.word in lexicon("references")["verbs"]["basis_in_preamble"]:
            relation = Relation.BASIS
    elif unit.kind is UnitKind.MEASURE and relation == Relation.BASIS:
        relation = Relation.IMPLEMENT  # 按照《办法》规范运作 says what a measure carries out
    elif unit.kind is UnitKind.SECTION and relation == Relation.IMPLEMENT and _PURPOSE_RE.match(folded, work.end):
        relation = Relation.BASIS
    return Relation(relation)


def _issued(reading: Reading, unit: Unit, group: list[Work]) -> bool:
    """Whether a notice says of the works of a list that it issues them: 印发《…》, 现将《…》印发给你们, 《…》和《…》已经局务会通过."""
    if unit.kind is not UnitKind.NOTICE:
        return False
    start, after = group[0].start, group[-1].after
    if _PART_RE.match(reading.folded, after):
        return False
    return bool(_verbs().promulgated.search(reading.folded, max(unit.start, start - 4), start) or _APPROVED_RE.match(reading.folded, after, after + 100))


def _references_of_list(reading: Reading, floor: int, group: list[Work], full: dict[str, str]) -> list[Reference]:
    unit = reading.unit_at(group[0].start)
    if unit is None:
        return []
    governor, found = _governor(reading.folded, floor, group), []
    issued = _issued(reading, unit, group)
    own = normal(reading.plan.title or "")
    for work in group:
        start, end = min(governor.start, work.start), max(work.end, governor.end)
        if work.marked and (issued or (unit.kind is UnitKind.NOTICE and normal(work.title) == own)):
            relation = Relation.PROMULGATE
        else:
            relation = Relation.MENTION if work.inert else _relation(governor, work, unit, reading.folded)
            end = max(end, work.after if work.number else 0)
        if relation is Relation.MENTION or end - start > _LONGEST:
            start, end = work.start, work.end
        evidence = Evidence.of(reading.text, start, end)
        found.append(Reference(unit.id, work.title, work.number, work.kind, relation, evidence, full.get(normal(work.title))))
    return found


def references(reading: Reading) -> tuple[Reference, ...]:
    """The works that the text cites, one for each title and unit, in text order.

    Of several citations of one title in a unit the first that says more than `mention` counts. A short title that the text defines
    (以下简称《意见》) carries the full one in `full_title`; it is left out where its unit names the full title too."""
    named = works(reading.text, reading.folded)
    blocks = [block.start for block in reading.document.blocks]
    floors = []
    for work in named:
        unit = reading.unit_at(work.start)
        index = bisect_right(blocks, work.start) - 1
        if index > 0 and blocks[index] == work.start and _BROKEN_RE.search(reading.folded, blocks[index - 1], reading.document.blocks[index - 1].end):
            index -= 1
        floors.append(max(unit.start if unit else 0, blocks[index] if index >= 0 else 0))
    own = normal(reading.plan.title or "")  # a plan that says 《方案》 of itself cites nothing
    full = {normal(work.short): work.title for work in named if work.short}
    kept: dict[tuple[str, str], Reference] = {}
    previous = 0
    for group in _lists(reading.folded, named, floors):
        for reference in _references_of_list(reading, max(floors[group[0]], previous), [named[i] for i in group], full):
            key = (reference.unit, normal(reference.title))
            if reference.full_title and ((reference.unit, normal(reference.full_title)) in kept or normal(reference.full_title) == own):
                continue
            known = kept.get(key)
            if known is None or (known.relation is Relation.MENTION and reference.relation is not Relation.MENTION):
                number = reference.document_number or (known.document_number if known else None)
                kept[key] = replace(reference, document_number=number)
        previous = named[group[-1]].after
    return tuple(kept.values())
