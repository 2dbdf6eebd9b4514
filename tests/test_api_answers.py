"""The answers of the API as functions over the five golden documents: what a reader would find by hand in the documents, and what plain Python reckons."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache

import pytest
from gold_facts import all_gold_facts, gold_facts

from zhengpu import ids
from zhengpu.errors import BadParameter, UnknownName
from zhengpu.graph.exports.export import content
from zhengpu.graph.sources.embedded import EmbeddedSource, memory_source
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.ontology import terms as zp
from zhengpu.queries.runner import ask
from zhengpu.queries.tables.icalendar import calendar
from zhengpu.queries.views.agenda import schedule, state_of
from zhengpu.queries.views.cards import card
from zhengpu.queries.views.comparison import compare
from zhengpu.queries.views.documents import document, documents
from zhengpu.queries.views.entity import Plain, entity
from zhengpu.queries.views.gaps import count, countable
from zhengpu.queries.views.library import answered, listed
from zhengpu.queries.views.links import IN, OUT, neighbours
from zhengpu.queries.views.networks import PRESETS, Wanted, part, path, picture
from zhengpu.queries.views.overview import offered, overview
from zhengpu.queries.views.passages import similar
from zhengpu.queries.views.quality import quality
from zhengpu.queries.views.things import passage, things
from zhengpu.queries.views.vocabulary import vocabulary

XUHUI, PUDONG, SHAOXING = "xuhui-2024-protection-zone", "pudong-2023-priorities", "shaoxing-2024-protection-zone"
BUREAU = ids.institution("上海市徐汇区知识产权局")
SHANGHAI = ids.region("310000")
ZP = "https://w3id.org/zhengpu/ontology#"


@cache
def corpus() -> EmbeddedSource:
    return memory_source(b"".join([schema_shard().triples, *map(shard, all_gold_facts())]))


def iri_of(slug: str) -> str:
    return document_iri(gold_facts(slug))


def plan_of(slug: str) -> str:
    return ids.within(iri_of(slug), "plan", "1")


# Cards and entities ----------------------------------------------------------------------------------------------------


def test_a_card_tells_a_thing_from_others_of_its_name() -> None:
    measure = gold_facts(SHAOXING).measures[0]
    shown = card(corpus(), ids.within(iri_of(SHAOXING), "measure", measure.id))
    assert (shown.type, shown.label, shown.note) == ("measure", measure.title, gold_facts(SHAOXING).plan.title)
    assert card(corpus(), SHANGHAI).note == "全国"
    assert card(corpus(), ids.concept("role", "lead"), "en").label == "Lead"
    assert card(corpus(), "https://example.org/nobody").label == "https://example.org/nobody"


def test_an_entity_has_its_names_its_facts_and_what_it_is_linked_with() -> None:
    found = entity(corpus(), BUREAU)
    assert (found.label, found.types, found.alt_labels) == ("上海市徐汇区知识产权局", ("机构",), ("区知识产权局",))
    everything = all_gold_facts()
    assert found.facts.total == sum(x.canonical == found.label for f in everything for x in (*f.responsibilities, *f.mentions)) == 12
    told = {(relation.direction, relation.property, relation.type): relation.count for relation in found.relations}
    duties = {(f.sha256, x.measure) for f in everything for x in f.responsibilities if x.canonical == found.label and x.role == "responsible"}
    assert told[IN, zp.responsibleBody, "measure"] == len(duties) == 11
    assert told[IN, zp.involves, "measure"] == 1
    assert {property.property for property in found.properties} >= {zp.region, zp.institutionKind}


def test_every_fact_of_an_entity_is_the_words_at_its_place() -> None:
    texts = {document_iri(facts): facts.text for facts in all_gold_facts()}
    shown = [entity(corpus(), iri).facts.items for iri in (BUREAU, plan_of(SHAOXING), ids.indicator("每万人高价值发明专利拥有量"))]
    assert sum(map(len, shown)) > 20
    for facts in shown:
        for fact in facts:
            assert texts[fact.document.iri][fact.start : fact.end] == fact.quote


def test_values_that_are_no_things_have_their_datatype() -> None:
    found = entity(corpus(), iri_of(SHAOXING))
    issued = next(property for property in found.properties if property.property == zp.dcterms_issued)
    assert issued.values == (Plain("2024-07-23", zp.xsd_date, ""),)
    assert zp.text not in {property.property for property in found.properties}


@pytest.mark.parametrize("iri", ["", "nobody", "https://w3id.org/zhengpu/id/institution/nobody", "a b", "x:\ud800", "> } INSERT", "x" * 5000])
def test_a_thing_that_is_not_there_is_unknown(iri: str) -> None:
    for show in (entity, document):
        with pytest.raises(UnknownName):
            show(corpus(), iri)


def test_neighbours_are_as_many_as_were_counted_and_each_is_proved() -> None:
    proved = 0
    for iri in (BUREAU, plan_of(XUHUI), ids.indicator("每万人高价值发明专利拥有量"), iri_of(PUDONG), ids.concept("theme", "商标")):
        for relation in entity(corpus(), iri).relations:
            found = neighbours(corpus(), iri, relation.property, relation.direction, relation.type if relation.type != "other" else None)
            assert found.total == relation.count, relation
            proved += sum(bool(one.edge.quote) for one in found.items)
    assert proved > 12


def test_a_neighbour_has_the_role_and_words_that_connect() -> None:
    found = neighbours(corpus(), BUREAU, zp.responsibleBody, IN)
    one = next(one for one in found.items if one.label == "坚持知识产权严保护政策导向")
    assert (one.edge.role, one.edge.quote) == ("responsible", "落实单位：区法院、区检察院、公安分局、区知识产权局")
    with pytest.raises(BadParameter, match="IRI"):
        neighbours(corpus(), BUREAU, "responsibleBody } #", OUT)


# Documents -------------------------------------------------------------------------------------------------------------


def test_documents_can_be_narrowed_down() -> None:
    every = documents(corpus())
    assert every.total == len(all_gold_facts())
    assert [one.issued for one in every.items] == sorted((one.issued for one in every.items), reverse=True)
    assert {one.iri for one in documents(corpus(), region=ids.region("330000")).items} == {iri_of(SHAOXING)}
    assert documents(corpus(), region=SHANGHAI).total == 4
    assert {one.iri for one in documents(corpus(), year=2024, q="绍兴").items} == {iri_of(SHAOXING)}
    assert documents(corpus(), q="沪浦知局〔2023〕18号").total == 1
    assert documents(corpus(), q="没有这样的文件").items == ()
    one = documents(corpus(), q="浦东").items[0]
    assert (one.measures, one.targets) == (len(gold_facts(PUDONG).measures), len(gold_facts(PUDONG).targets))


def test_a_document_is_read_with_every_fact_in_its_place() -> None:
    facts = gold_facts(SHAOXING)
    found = document(corpus(), plan_of(SHAOXING))
    assert (found.iri, found.text) == (iri_of(SHAOXING), facts.text)
    assert [heading.title for heading in found.outline] == [section.title for section in facts.outline]
    counted = Counter(fact.kind for fact in found.facts)
    assert counted["responsibility"] == len(facts.responsibilities)
    assert counted["target"] == len(facts.targets)
    assert counted["citation"] == len(facts.references)
    for fact in found.facts:
        assert found.text[fact.start : fact.end] == fact.quote
    parents = {heading.iri for heading in found.outline}
    assert all(heading.parent in parents for heading in found.outline if heading.parent)


def test_a_passage_is_the_sentence_around_a_quotation() -> None:
    facts = gold_facts(PUDONG)
    target = facts.targets[0].evidence
    found = passage(corpus(), iri_of(PUDONG), target.start, target.end)
    assert facts.text[found.start : found.end] == found.text
    assert target.quote in found.text
    assert not re.search("[。！？；\n].", found.text[: -len(target.quote)].split(target.quote)[0])
    assert passage(corpus(), iri_of(PUDONG), 10**6, 2 * 10**6).text == facts.text[found_start(facts.text) :]


def found_start(text: str) -> int:
    """Where the last sentence begins, at most 300 characters before the end."""
    return max((match.end() for match in re.finditer("[。！？；\n]", text[len(text) - 300 :])), default=0) + len(text) - 300


def test_things_of_a_type_are_listed() -> None:
    plans = things(corpus(), "plan")
    assert plans.total == 5
    assert [one.iri for one in plans.items] == sorted(one.iri for one in plans.items)
    bodies = [one.label for one in things(corpus(), "institution", limit=500).items]
    assert bodies == sorted(bodies)
    keys = [one.iri.rpartition("/m")[2] for one in things(corpus(), "measure", limit=500).items if one.iri.startswith(plan_of(XUHUI).rpartition("/plan/")[0])]
    assert len(keys) > 10
    assert keys == [str(number) for number in range(1, len(keys) + 1)]  # m2 before m10
    assert things(corpus(), "plan", region=SHANGHAI).total == 4
    assert things(corpus(), "document", year=2023).total == sum((f.document.issued or "").startswith("2023") for f in all_gold_facts())
    assert things(corpus(), "measure", limit=3, offset=2).items == things(corpus(), "measure", limit=5).items[2:]
    with pytest.raises(UnknownName, match="legal-reference"):
        things(corpus(), "law> }")


# Comparison ------------------------------------------------------------------------------------------------------------


def test_plans_stand_side_by_side() -> None:
    plans = [plan_of(XUHUI), plan_of(SHAOXING)]
    found = compare(corpus(), plans)
    assert [one.iri for one in found.plans] == plans
    row = next(row for row in found.indicators if row.indicator.label == "知识产权民事案件上诉率")
    # 徐汇: 上诉率低于12%; 绍兴's table: a value for the middle and one for the end
    assert [[promise.value for promise in cell] for cell in row.cells] == [[12], [5, 5]]
    assert all(len(row.cells) == 2 for row in found.indicators)
    shared = [sum(map(bool, row.cells)) for row in found.indicators]
    assert shared == sorted(shared, reverse=True)
    duties = found.responsibilities
    assert len(duties.measures) == sum(len(gold_facts(slug).measures) for slug in (XUHUI, SHAOXING))
    letters = Counter(letter for row in duties.measures for cell in row.cells for letter in cell)
    pairs = {(x.measure, x.canonical, x.role) for x in gold_facts(SHAOXING).responsibilities}
    assert letters == Counter({"lead": "L", "responsible": "R", "support": "S"}[role] for _, _, role in pairs)
    assert [sum(row.counts[place] for row in found.themes) > 0 for place in (0, 1)] == [True, True]


def test_similar_measures_have_the_passages_that_are_marked() -> None:
    found = compare(corpus(), region=[ids.region("100000")]).similar
    assert found
    for pair in found:
        assert pair.left.note != pair.right.note
        for start_l, end_l, start_r, end_r in pair.shared:
            assert pair.left_text[start_l:end_l] == pair.right_text[start_r:end_r]
            assert end_l - start_l >= 6


def test_passages_in_common_are_found_by_what_few_texts_have() -> None:
    common = "加强知识产权保护，提升服务水平。"
    texts = [(f"m{number}", f"p{number % 2}", f"{common}第{number}项任务各自不同：{chr(0x4E00 + number) * 30}") for number in range(8)]
    texts += [("a", "p0", common + "建立商业秘密保护示范点十个，覆盖生物医药企业。"), ("b", "p1", "到年底建立商业秘密保护示范点十个，覆盖生物医药企业。")]
    found = similar(texts, 5)
    assert (found[0].left, found[0].right) == ("a", "b")
    start_l, end_l, start_r, end_r = found[0].shared[0]
    assert texts[-2][2][start_l:end_l] == texts[-1][2][start_r:end_r] == "建立商业秘密保护示范点十个，覆盖生物医药企业。"
    assert similar(texts[:1], 5) == []


def test_what_cannot_be_compared_is_told() -> None:
    with pytest.raises(BadParameter, match="plan="):
        compare(corpus())
    with pytest.raises(UnknownName):
        compare(corpus(), [BUREAU])
    with pytest.raises(UnknownName):
        compare(corpus(), region=["https://w3id.org/zhengpu/id/region/540000"])


# Schedule --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "due", "ongoing", "state"),
    [
        ("", "2025-12-31", False, "due-soon"),
        ("", "2025-11-30", False, "overdue"),
        ("", "2025-12-01", False, "due-soon"),  # the day itself is not over
        ("", "2026-03-01", False, "due-soon"),  # the ninetieth day
        ("", "2026-03-02", False, "later"),
        ("2025-01-01", "2026-12-31", False, "ongoing"),
        ("2026-01-01", "2026-02-01", False, "later"),
        ("", "", True, "ongoing"),
        ("2025-01-01", "2025-02-01", True, "ongoing"),  # 2025年1月起，持续推进
        ("2026-01-01", "", True, "later"),
        ("2025-01-01", "", False, "ongoing"),
        ("", "", False, "undated"),
    ],
)
def test_how_a_task_stands(start: str, due: str, ongoing: bool, state: str) -> None:
    assert state_of(start, due, ongoing, date(2025, 12, 1)) == state


def test_a_schedule_has_every_stage_and_the_measures_without_date_last() -> None:
    facts = gold_facts(XUHUI)
    found = schedule(corpus(), [plan_of(XUHUI)], as_of=date(2025, 12, 1))
    dated = [item for item in found.items.items if item.state != "undated"]
    assert len(dated) == len(facts.schedule)
    assert found.items.total == len(facts.schedule) + len(facts.measures)
    assert [item.due_by or item.start_by for item in dated] == sorted(item.due_by or item.start_by for item in dated)
    assert all(item.state == "undated" for item in found.items.items[len(dated) :])
    assert sum(found.counts.values()) == found.items.total
    for item in dated:
        assert facts.text[item.start : item.end] == item.quote
    assert schedule(corpus(), [plan_of(XUHUI)], as_of=date(2025, 12, 1), state=["overdue"]).items.total == found.counts["overdue"]


def test_a_schedule_of_a_body_has_what_it_is_in_charge_of() -> None:
    office = "绍兴市知识产权局"
    found = schedule(corpus(), institution=[ids.institution(office)], as_of=date(2024, 1, 1))
    mine = {x.measure for x in gold_facts(SHAOXING).responsibilities if x.canonical == office}
    assert {item.thing.label for item in found.items.items} == {m.title for m in gold_facts(SHAOXING).measures if m.id in mine}
    assert all(office in {body.label for body in item.bodies} for item in found.items.items)
    with pytest.raises(BadParameter):
        schedule(corpus())


def test_a_calendar_keeps_to_rfc_5545() -> None:
    agenda = schedule(corpus(), [plan_of(SHAOXING)], as_of=date(2025, 12, 1))
    written = calendar(agenda, "进度; 绍兴,\n二")
    assert written == calendar(agenda, "进度; 绍兴,\n二")
    lines = written.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    for line in lines:
        line.decode("utf-8")  # no character is cut
    unfolded = written.decode().replace("\r\n ", "").split("\r\n")
    assert unfolded[0] == "BEGIN:VCALENDAR"
    assert "X-WR-CALNAME:进度\\; 绍兴\\,\\n二" in unfolded
    events = sum(line == "BEGIN:VEVENT" for line in unfolded)
    assert events == sum(bool(item.due_by or item.start_by) for item in agenda.items.items) == sum(line == "END:VEVENT" for line in unfolded)
    assert len({line for line in unfolded if line.startswith("UID:")}) == events
    first = agenda.items.items[0]
    assert f"DTSTART;VALUE=DATE:{first.due_by.replace('-', '')}" in unfolded


# Networks --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_laid_out_and_proved(name: str) -> None:
    found = picture(corpus(), Wanted(name=name))
    assert found == picture(corpus(), Wanted(name=name))
    ends = {end for edge in found.edges for end in (edge.source, edge.target)}
    nodes = {node.id: node for node in found.nodes}
    assert ends <= nodes.keys()
    assert len({edge.id for edge in found.edges}) == len(found.edges)
    assert len({(node.x, node.y) for node in found.nodes}) == len(found.nodes)
    texts = {document_iri(facts): facts.text for facts in all_gold_facts()}
    for edge in found.edges:
        assert (edge.document is None) == (not edge.quote)
        if edge.document and edge.start is not None:
            assert texts[edge.document.iri][edge.start : edge.end] == edge.quote
    degree = Counter(end for edge in found.edges for end in (edge.source, edge.target))
    assert all(node.degree == degree[node.id] for node in found.nodes)
    assert sum(found.counts.values()) == len(found.nodes)


def test_bodies_are_linked_by_the_measures_that_they_share() -> None:
    slug = "xuhui-2022-ip-city-pilot"
    found = picture(corpus(), Wanted(name="co-responsibility", plan=(plan_of(slug),)))
    bodies: dict[str, set[str]] = {}
    for duty in gold_facts(slug).responsibilities:
        bodies.setdefault(duty.canonical, set()).add(duty.measure)
    edge = next(edge for edge in found.edges if {edge.source, edge.target} == {BUREAU, ids.institution("上海市徐汇区人民法院")})
    assert edge.weight == len(bodies["上海市徐汇区知识产权局"] & bodies["上海市徐汇区人民法院"])


def test_networks_are_narrowed_and_limited() -> None:
    plan = plan_of(XUHUI)
    everything = part(corpus(), Wanted(plan=(plan,)))
    measures = part(corpus(), Wanted(plan=(plan,), type=("measure", "institution"), role=("mention",)))
    assert {node.kind for node in measures.nodes} == {"measure", "institution"}
    assert {edge.kind for edge in measures.edges} == {"mention"}
    few = part(corpus(), Wanted(plan=(plan,), limit=10))
    assert len(few.nodes) == 10
    assert few.truncated
    assert len(everything.nodes) > 10
    assert not everything.truncated
    on = part(corpus(), Wanted(plan=(plan,), theme=ids.concept("theme", "商标")))
    assert {node.iri for node in on.nodes if node.kind == "measure"} < {node.iri for node in everything.nodes if node.kind == "measure"}
    answer = part(corpus(), Wanted(question="measures-led-by", parameters={"institution": "保护处"}))
    assert len([node for node in answer.nodes if node.kind == "measure"]) == 5


@pytest.mark.parametrize("wanted", [Wanted(name="nonsense"), Wanted(around="https://example.org/x"), Wanted(plan=("x:y",), name="plan"), Wanted(question="no")])
def test_a_network_that_is_none_is_unknown(wanted: Wanted) -> None:
    with pytest.raises(UnknownName):
        part(corpus(), wanted)
    with pytest.raises(BadParameter):
        part(corpus(), Wanted())


def test_a_path_leads_from_one_end_to_the_other_by_the_shortest_way() -> None:
    court = ids.institution("上海市徐汇区人民法院")
    found = path(corpus(), BUREAU, court, 6)
    # both are responsible for 坚持知识产权严保护政策导向 and others: two steps
    assert {node.type for node in found.nodes} == {"institution", "measure"}
    assert {BUREAU, court} <= {node.id for node in found.nodes}
    shared = {edge.target if edge.source == BUREAU else edge.source for edge in found.edges if BUREAU in (edge.source, edge.target)}
    assert shared == {node.id for node in found.nodes if node.type == "measure"}
    assert path(corpus(), BUREAU, court, 1).nodes == ()
    assert [node.id for node in path(corpus(), court, court, 3).nodes] == [court]
    with pytest.raises(UnknownName):
        path(corpus(), BUREAU, SHANGHAI, 3)


@pytest.mark.parametrize("format", ["ttl", "nt", "jsonld", "xml", "graphml", "gexf", "csv"])
def test_a_network_is_a_file_of_every_format_with_the_same_bytes(format: str) -> None:
    found = part(corpus(), Wanted(name="citations"))
    written = content(corpus(), found, format)
    assert written == content(corpus(), found, format)
    assert "中华人民共和国".encode() in written or b"\\u4E2D" in written or "知识产权".encode() in written
    with pytest.raises(UnknownName):
        content(corpus(), found, "docx")


# Overview, questions, vocabulary, quality ------------------------------------------------------------------------------


def test_the_overview_counts_what_the_golden_files_list() -> None:
    found = overview(corpus(), "state", 7, {"measures-without-body": count(corpus(), "measures-without-body")})
    everything = all_gold_facts()
    assert (found.store.documents, found.store.version, found.store.triples) == (len(everything), "state", 7)
    counts = {one.type: one.count for one in found.counts}
    assert counts["measure"] == sum(len(f.measures) for f in everything)
    assert counts["target"] == sum(len(f.targets) for f in everything)
    assert {one.year: one.count for one in found.documents_by_year} == Counter((f.document.issued or "")[:4] for f in everything if f.document.issued)
    assert sum(one.count for one in found.documents_by_region) == len(everything)
    assert [one.id for one in found.questions] == list(offered())
    assert len(offered()) == 10
    gap = next(one for one in found.quality if one.question == "measures-without-body")
    assert gap.count == sum(m.id not in {x.measure for x in f.responsibilities} for f in everything for m in f.measures)
    assert [one.count for one in found.quality if one.question != "measures-without-body"] == [None] * (len(found.quality) - 1)
    assert "{" not in "".join(one.sentence for one in found.questions)


@pytest.mark.parametrize("id", countable())
def test_a_gap_is_counted_as_its_question_is_answered(id: str) -> None:
    assert count(corpus(), id) == len(ask(corpus(), id).answer.rows)


def test_the_offered_questions_are_in_the_library() -> None:
    assert set(offered()) <= {question.id for question in listed()}


def test_an_answer_has_cells_with_names_and_the_query_that_ran() -> None:
    found = answered(corpus(), "measures-led-by", {"institution": "保护处"})
    assert found.total == len(found.rows) == 5
    assert found.sentence == "哪些措施由 上海市浦东新区知识产权局保护处 牵头？"
    assert found.parameters["institution"].iri == ids.institution("上海市浦东新区知识产权局保护处")
    assert [head.kind for head in found.columns if head.name in ("measure", "quote")] == ["iri", "text"]
    place = [head.name for head in found.columns].index("measure")
    assert all(row[place].iri and not row[place].text.startswith("http") for row in found.rows)
    assert corpus().query(found.sparql, trusted=True).rows
    assert answered(corpus(), "measures-led-by", {"institution": "保护处"}, 2, 4).rows == found.rows[4:]


def test_the_vocabulary_is_what_a_query_can_be_written_with() -> None:
    found = vocabulary(corpus(), "en")
    measure = next(term for term in found.classes if term.name == "zp:Measure")
    assert (measure.label, measure.count) == ("Measure", sum(len(f.measures) for f in all_gold_facts()))
    lead = next(term for term in found.properties if term.name == "zp:leadBody")
    assert lead.count > 0
    assert found.prefixes["zp"] == ZP


def test_quality_lists_the_objections_of_the_shapes() -> None:
    broken = f'<x:t> <{zp.rdf_type}> <{zp.Target}> .\n<x:t> <{zp.quote}> "a"@zh .\n'
    found = quality(corpus(), [broken], 5, {})
    assert (found.shapes.checked, found.shapes.documents) == (1, 5)
    assert found.shapes.violations == sum(item.severity == "violation" for item in found.shapes.items) > 0
    assert {item.focus.iri for item in found.shapes.items} == {"x:t"}
    assert "measures-without-body" in {gap.question for gap in found.gaps}
    assert quality(corpus(), [], 5, {}).shapes.items == ()
