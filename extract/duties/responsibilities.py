"""Who must do it: the bodies that a measure allots its work to, with their roles, from brackets, labelled lines, columns and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from zhengpu.extract.bodies.institution_lists import institutions_in
from zhengpu.extract.bodies.institutions import Resolver
from zhengpu.extract.bodies.listed import Listed
from zhengpu.extract.duties.allocated_sentences import Share, named_shares, sentence_shares
from zhengpu.extract.duties.allocations import document_allocations, label_pattern, label_re
from zhengpu.extract.duties.allotting_words import without_notes
from zhengpu.extract.lexicon import alternatives, lexicon
from zhengpu.extract.reading import Reading, TableKind, UnitKind
from zhengpu.extract.spans import Spans
from zhengpu.model import Evidence, Responsibility, Role

_ROLE_NAMES = ("lead", "support", "responsible")
# 排在第一位的部门为牵头部门; 列首位的为牵头单位; 第一个单位为牵头单位
_FIRST_LEADS_RE = re.compile(
    r"[排列位第首](?:(?<=[排列位])(?:名|序)?(?:在|于)?(?:第一|首位|最前|前面的?第一)|(?<=第)一(?:个(?:单位|部门)?|(?:责任)?(?:单位|部门))|(?<=首)(?:个|位(?:责任)?)(?:单位|部门|的))[^。;\n()]{0,12}牵头"
)


def responsibilities(reading: Reading, resolver: Resolver) -> tuple[Responsibility, ...]:
    """The explicit allocations of every measure, in text order; one for each body of each bracket, line, row or sentence."""
    first_leads = _FIRST_LEADS_RE.search(reading.folded) is not None
    folded = reading.folded
    columns = tuple(_columns(reading))
    covered = Spans((start, end) for _, start, end, _ in columns)
    spans = list(covered.spans)
    found: list[Responsibility] = []
    for measure, start, end, role in columns:
        found += _facts(reading, resolver, measure, shares(folded, start, end, role, first_leads))
    quiet = without_notes(folded)
    for allocation in document_allocations(folded):
        unit = reading.unit_at(allocation.start)
        if unit is None or unit.kind is not UnitKind.MEASURE or allocation.start in covered:
            continue
        spans.append((allocation.start, allocation.end))
        end = min(allocation.inner_end, unit.end)
        found += _facts(reading, resolver, unit.id, shares(quiet, allocation.inner_start, end, Role.RESPONSIBLE, first_leads))
    own = {fact.measure for fact in found}
    for measures, start, end in _headings(reading, covered):
        spans.append((start, end))
        listed = shares(quiet, start, end, Role.RESPONSIBLE, first_leads)
        found += [fact for measure in measures if measure not in own for fact in _facts(reading, resolver, measure, listed)]
    allotted = {(fact.measure, fact.canonical) for fact in found}
    covered = Spans(spans)
    for measure, share in sentence_shares(reading, covered, offices=resolver.has_offices):
        found += [fact for fact in _facts(reading, resolver, measure, [share]) if (fact.measure, fact.canonical) not in allotted]
    allotted = {(fact.measure, fact.canonical) for fact in found}
    for measure, share in named_shares(reading, covered):
        found += [fact for fact in _facts(reading, resolver, measure, [share]) if (fact.measure, fact.canonical) not in allotted]
    return tuple(sorted(found, key=lambda fact: (fact.evidence.start, fact.evidence.end)))


def _headings(reading: Reading, covered: Spans) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """(measures, start, end) of each bracket in the heading of a group: 一、强化科技创新(区科技局牵头) says it of every measure below."""
    parents = {section.id: section.parent for section in reading.outline}
    below: dict[str, list[str]] = {}
    for measure in reading.measures:
        parent: str | None = parents.get(measure.section)
        while parent is not None:
            below.setdefault(parent, []).append(measure.id)
            parent = parents.get(parent)
    headings = {section.id: section.evidence for section in reading.outline if section.id in below}
    for allocation in document_allocations(reading.folded):
        unit = reading.unit_at(allocation.start)
        heading = headings.get(unit.id) if unit is not None and unit.kind is UnitKind.SECTION else None
        if unit is not None and heading is not None and allocation.start not in covered and "\n" not in reading.folded[heading.start : allocation.start]:
            yield tuple(below[unit.id]), allocation.inner_start, allocation.inner_end


def _columns(reading: Reading) -> Iterator[tuple[str, int, int, Role]]:
    """(measure, start, end, role) of every filled cell of a column that names responsible bodies."""
    for table, row in (*reading.rows(TableKind.TASKS), *reading.rows(TableKind.INDICATORS)):
        if not row.task:
            continue
        for head, cell in zip(table.header, row.cells, strict=False):
            role = column_role(head)
            if role is not None and cell is not None and cell.end > cell.start:
                yield row.task, cell.start, cell.end, role


@lru_cache(maxsize=1024)
def column_role(head: str) -> Role | None:
    """The role that a column's head gives its bodies: 牵头处室 lead, 责任单位 responsible; None for 责任领导, 完成时限 and all others."""
    head = re.sub(r"\s+", "", head).rstrip(":")
    if match := _column_re().fullmatch(head):
        return _role(match)
    # 牵头市直部门, 责任落实单位, 责任县(市、区): a role word and a word for bodies, no person and no date
    return next((role for role, words in _COLUMN_WORDS if words.search(head)), None) if _BODY_COLUMN_RE.search(head) else None


_BODY_COLUMN_RE = re.compile(r"^[^人时期]{0,8}(?:单位|部门|处室|科室|主体|机构|县\(市、区\)|区县|县区|地区|街镇|镇街)(?:\([^()]*\))?$")
_COLUMN_WORDS = (
    (Role.RESPONSIBLE, re.compile(r"(?:牵头|主办|主责).*(?:配合|协办|参与)")),  # 牵头单位、配合单位 in one column: the cell says who is what
    (Role.LEAD, re.compile(r"牵头|主办|主责")),
    (Role.SUPPORT, re.compile(r"配合|协办|协助|参与|协同|支撑")),
    (Role.RESPONSIBLE, re.compile(r"责任|落实|负责|实施|承办|办理|起草|主管|指导")),
)


@cache
def _column_re() -> re.Pattern[str]:
    return re.compile(rf"(?:{label_pattern()})(?:\([^()]*\))?|(?P<plain>(?:任务|工作)?(?:责任|实施|分工)?(?:单位|部门|处室|科室|主体|机构)(?:\([^()]*\))?)")


def _role(match: re.Match[str]) -> Role | None:
    groups = match.groupdict()
    return next((Role(name) for name in _ROLE_NAMES if groups.get(name)), Role.RESPONSIBLE if groups.get("plain") else None)


def shares(folded: str, start: int, end: int, default: Role, first_leads: bool) -> list[Share]:
    """The words of one allocation cut by role: 牵头单位:A;配合单位:B and A牵头,B、C按职责分工负责; people, dates and scopes left out."""
    found: list[Share] = []
    labels = sorted([*_labels(folded, start, end), *((match.start(), match.end(), Role.SUPPORT) for match in _JOINED_RE.finditer(folded, start, end))])
    bounds = [(start, labels[0][0] if labels else end, default, start)]
    bounds += [
        (after, labels[index + 1][0] if index + 1 < len(labels) else end, role, before)
        for index, (before, after, role) in enumerate(labels)
        if role is not None
    ]
    for first, last, role, label in bounds:
        found += _clauses(folded, first, last, role, label, first_leads)
    return found


_JOINED_RE = re.compile(r"(?<=牵头[,;])会同(?!各?有关|相关)")  # 市教育局牵头,会同市财政局
_COLON_RE = re.compile(r"[:为]")  # what a label ends in
_LONGEST_LABEL = 30  # code points, with the spaces and bold marks around it


def _labels(folded: str, start: int, end: int) -> Iterator[tuple[int, int, Role | None]]:
    """(start, end, role) of each label; role None for people, dates and scopes."""
    position = start
    for colon in _COLON_RE.finditer(folded, start, end):
        match = label_re().search(folded, max(position, colon.start() - _LONGEST_LABEL), min(end, colon.end() + _LONGEST_LABEL))
        if match is not None and match.start() <= colon.start():
            yield match.start(), match.end(), _role(match)
            position = match.end()
    if bracketed := _bracketed_label_re().match(folded, start, end):  # (责任单位)市教育局
        yield bracketed.start(), bracketed.end(), _role(bracketed)


@cache
def _bracketed_label_re() -> re.Pattern[str]:
    return re.compile(rf"[ *_#>\-·]*\({label_pattern()}\)[ *_]*:?")


def _clauses(folded: str, start: int, end: int, default: Role, label: int, first_leads: bool) -> Iterator[Share]:
    position, verbs = start, list(_verb_re().finditer(folded, start, end))
    for verb in verbs:
        role = _role_of_verbs()[verb["verb"]]
        if role is Role.RESPONSIBLE:
            role = default
        first = position
        if label < start == position and role is not default and (comma := max(folded.rfind(mark, start, verb.start()) for mark in ",;")) > 0:
            # 牵头单位:市教育局,市财政局、市人社局配合: the verb is said of the last part only
            yield from _listed(folded, start, comma, default, label, None, first_leads)
            first = comma + 1
        if verb.start() > first:
            yield from _listed(folded, first, verb.start(), role, label if first == start else first, verb.end(), first_leads)
        position = verb.end()
    if position < end:
        yield from _listed(folded, position, end, default, label if position == start else position, None, first_leads)


def _listed(folded: str, start: int, end: int, role: Role, label: int, verb_end: int | None, first_leads: bool) -> Iterator[Share]:
    """Each body of a list with its role; a proof runs from the label to the body, or from the body to the verb."""
    marks = lexicon("allocations")["verbs"]
    for index, listed in enumerate(institutions_in(folded, start, end)):
        own = role
        if listed.mark:
            own = next((r for r in (Role.LEAD, Role.SUPPORT) if listed.mark in marks[r.value]), role)
        elif first_leads and index == 0 and role is Role.RESPONSIBLE:
            own = Role.LEAD
        proof = (label, listed.end) if verb_end is None or label < start else (listed.start, verb_end)
        yield Share(listed, own, *proof)


@cache
def _role_of_verbs() -> dict[str, Role]:
    return {word: role for role in Role for word in lexicon("allocations")["verbs"][role.value]}


@cache
def _verb_re() -> re.Pattern[str]:
    verbs = lexicon("allocations")["verbs"]
    # 按职责分工负责, 共同配合, 牵头负责: the manner belongs to the verb, not to the name before it
    duties = r"(?:按照?|根据|依据?|依照)(?:各自|部门|本部门|工作|单位)?(?:职责|职能)(?:范围|分工)?(?:内)?|按照?分工|各司其职"
    manner = rf"(?:(?:等(?:有关|相关)?(?:部门|单位)?)?(?:{duties})|结合(?:各自|本地|工作)?实际|分别|共同|联合|具体|统一|统筹|积极|密切|协同|应当?|要|[,、;])*"
    words = alternatives([*verbs["responsible"], *verbs["lead"], *verbs["support"]])
    # 推进办, 落实单位, 负责人, 政协办 and the like are no verbs
    ends = r"[,;。)、*_\s各由]|$|会同|[市区县省][一-鿿]{1,14}(?:配合|协助|参与|[局委办])"
    return re.compile(rf"(?<!\()(?:{manner})(?!(?<=政)协办)(?P<verb>{words})(?:{words})*(?={ends})")


def _facts(reading: Reading, resolver: Resolver, measure: str, found: list[Share]) -> list[Responsibility]:
    seen: set[tuple[str, Role]] = set()
    out = []
    for share in found:
        listed: Listed = share.listed
        surface = reading.text[listed.start : listed.end]
        if reading.folded[listed.start : listed.end] != listed.surface:
            surface = listed.surface
        canonical = resolver.resolve(listed.surface).name
        if (canonical, share.role) not in seen:
            seen.add((canonical, share.role))
            out.append(Responsibility(measure, surface, canonical, share.role, Evidence.of(reading.text, share.start, share.end)))
    return out
