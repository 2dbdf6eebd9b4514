"""What is shown of one thing, how much is counted, and how answers become tables and files."""

from __future__ import annotations

import csv
import io
import json
from functools import cache

import pytest
from gold_facts import all_gold_facts, gold_facts

from zhengpu import ids
from zhengpu.errors import QueryError, UnknownName
from zhengpu.graph.sources.embedded import EmbeddedSource, memory_source
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.ontology import terms as zp
from zhengpu.queries.runner import ask
from zhengpu.queries.tables.tables import compact, table, written
from zhengpu.queries.views.show import show
from zhengpu.queries.views.stats import stats

XUHUI = ids.institution("上海市徐汇区知识产权局")


@cache
def corpus() -> EmbeddedSource:
    return memory_source(b"".join([schema_shard().triples, *map(shard, all_gold_facts())]))


def test_an_institution_is_shown_with_every_fact_about_it() -> None:
    shown = show(corpus(), XUHUI)
    assert (shown.name, shown.kinds) == ("上海市徐汇区知识产权局", ("机构",))
    said = {(statement.property.text, statement.value.text) for statement in shown.statements}
    assert {("别称", "区知识产权局"), ("所在地区", "上海市徐汇区"), ("机构类别", "政府")} <= said
    facts = all_gold_facts()
    wanted = sum(x.canonical == shown.name for f in facts for x in (*f.responsibilities, *f.mentions))
    assert shown.facts_in_all == len(shown.facts) == wanted == 12


def test_every_fact_shown_is_proved_by_its_document() -> None:
    texts = {document_iri(f): f.text for f in all_gold_facts()}
    for fact in show(corpus(), XUHUI).facts:
        assert fact.document.iri is not None
        assert texts[fact.document.iri][fact.start : fact.end] == fact.quote


def test_a_measure_is_shown_with_the_facts_in_it() -> None:
    facts = gold_facts("xuhui-2022-ip-city-pilot")
    measure = next(m for m in facts.measures if m.title == "加强知识产权保护与发展国际合作")
    shown = show(corpus(), ids.within(document_iri(facts), "measure", measure.id))
    assert shown.kinds == ("措施",)
    assert sorted(fact.kinds[0] for fact in shown.facts) == sorted(["责任分工"] * 4 + ["提及"] * 2 + ["目标值"] * 4 + ["引用"] * 3)
    assert [fact.start for fact in shown.facts] == sorted(fact.start for fact in shown.facts)
    # 所在单元 is told where nothing more particular (提及于, 引用于, 所分工的措施) says the same.
    assert {fact.kinds[0] for fact in shown.facts for said in fact.statements if said.property.iri == zp.statedIn} == {"目标值"}


def test_the_number_of_facts_shown_is_limited_and_told() -> None:
    shown = show(corpus(), document_iri(gold_facts("shaoxing-2024-protection-zone")), limit=7)
    assert len(shown.facts) == 7
    assert shown.facts_in_all > 200


def test_words_are_in_the_language_asked_for() -> None:
    shown = show(corpus(), XUHUI, limit=1, language="en")
    assert (shown.name, shown.kinds) == ("上海市徐汇区知识产权局", ("Institution",))
    assert "Government" in {statement.value.text for statement in shown.statements}


@pytest.mark.parametrize("iri", ["https://w3id.org/zhengpu/id/institution/nobody", "nobody", "", "a b", "x:\ud800"])
def test_a_thing_that_is_not_there_is_unknown(iri: str) -> None:
    with pytest.raises(UnknownName):
        show(corpus(), iri)


def test_stats_count_what_the_golden_files_list() -> None:
    facts = all_gold_facts()
    counted = stats(corpus())
    things = {count.kind.text: count.things for count in counted.classes}
    assert things["文件"] == things["计划"] == len(facts)
    assert things["措施"] == sum(len(f.measures) for f in facts)
    assert things["责任分工"] == sum(len(f.responsibilities) for f in facts)
    assert things["目标值"] == sum(len(f.targets) for f in facts)
    named = {x.canonical for f in facts for x in (*f.responsibilities, *f.mentions)}
    issuers = {issuer for f in facts for issuer in f.document.issuers}
    assert things["机构"] == len(set(map(ids.institution, named | issuers)))
    assert [(d.document.text, d.issued, d.plans) for d in counted.documents] == sorted(
        ((f.document.title or "", f.document.issued or "", 1) for f in facts), key=lambda row: (row[1], row[0])
    )


def test_a_table_shows_names_with_their_iris_behind() -> None:
    answer = ask(corpus(), "bodies-by-measures", {"plan": "绍政办发〔2024〕18号"})
    shown = answer.table()
    assert shown.heads == ("机构", "措施数", "计划数")
    assert shown.numeric == (False, True, True)
    assert (shown.rows[0][0].text, shown.rows[0][0].iri) == ("绍兴市知识产权局", ids.institution("绍兴市知识产权局"))
    assert answer.table("en").heads == ("Body", "Measures", "Plans")


def test_a_quotation_that_runs_over_lines_is_one_line_of_a_table() -> None:
    rows = ask(corpus(), "values-of-indicator", {"indicator": "每万人高价值发明专利拥有量"}).table().rows
    assert "每万人高价值发明专利拥有量 | 件 | 86" in {row[-1].text for row in rows}


def test_a_query_of_ones_own_has_its_variables_as_heads() -> None:
    shown = table(corpus().query("SELECT ?plan ?nothing { ?plan a zp:Plan } LIMIT 1"))
    assert shown.heads == ("plan", "nothing")
    assert shown.rows[0][0].iri is not None
    assert shown.rows[0][1].text == ""


@pytest.mark.parametrize(("language", "words"), [("zh", "是"), ("en", "yes")])
def test_yes_and_no_are_a_table_too(language: str, words: str) -> None:
    assert table(corpus().query("ASK { ?plan a zp:Plan }"), language=language).rows[0][0].text == words


def test_a_graph_is_no_table() -> None:
    with pytest.raises(QueryError, match="ttl"):
        table(corpus().query("CONSTRUCT { ?plan a zp:Plan } WHERE { ?plan a zp:Plan }"))


def test_files_hold_what_the_table_holds() -> None:
    reply = ask(corpus(), "plan-outline", {"plan": "绍政办发〔2024〕18号"})
    plain, excel = written(reply.answer, "csv"), written(reply.answer, "csv", excel=True)
    assert excel == b"\xef\xbb\xbf" + plain
    rows = list(csv.DictReader(io.StringIO(plain.decode("utf-8"))))
    assert [row["title"] for row in rows] == [row[2].text for row in reply.table().rows]
    assert len(json.loads(written(reply.answer, "json"))["results"]["bindings"]) == len(rows)
    assert written(reply.answer, "tsv").startswith(b"?level\t?number")
    assert b"<sparql" in written(reply.answer, "xml")
    with pytest.raises(UnknownName, match="csv"):
        written(reply.answer, "cvs")


@pytest.mark.parametrize(
    ("iri", "short"), [(zp.Measure, "zp:Measure"), (zp.skos_prefLabel, "skos:prefLabel"), (XUHUI, XUHUI), (ids.concept("role", "lead"), "role:lead")]
)
def test_iris_of_vocabularies_are_short(iri: str, short: str) -> None:
    assert compact(iri) == short
