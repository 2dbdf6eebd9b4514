"""Claims are checked by what the documents say, word for word; what no document says just so is never given out as found."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pyoxigraph as ox
import pytest
from gold_facts import all_gold_facts
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengpu.errors import BadParameter
from zhengpu.graph.sources.embedded import EmbeddedSource, memory_source
from zhengpu.graph.triples.mapping import shard
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.queries.assistant.claim_words import Figure, normal, terms, words_of
from zhengpu.queries.assistant.claims import LONGEST, Checked, checked

XUHUI = "上海市徐汇区国家知识产权保护示范区建设方案"
SHAOXING = "绍兴市国家知识产权保护示范区建设方案"
OUTLINE = "知识产权强国建设纲要(2021-2035年)"


@cache
def corpus() -> EmbeddedSource:
    return memory_source(b"".join([schema_shard().triples, *map(shard, all_gold_facts())]))


def check(claim: str) -> Checked:
    return checked(corpus(), claim)


# Targets -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "verdict", "says", "plan"),
    [
        ("徐汇区 2024 方案要求上诉率低于多少?", "found", "12", XUHUI),
        ("徐府发〔2024〕9号规定的上诉率是多少", "found", "12", XUHUI),
        (f"《{XUHUI}》的上诉率", "found", "12", XUHUI),
        ("上海徐汇2024年方案：知识产权民事案件上诉率低于１２％", "agrees", "12", XUHUI),
        ("徐汇2024年方案知识产权民事案件上诉率不超过百分之12", "agrees", "12", XUHUI),
        ("徐汇2024方案上诉率低于10%", "differs", "12", XUHUI),
        ("徐汇2024方案上诉率不低于12%", "differs", "12", XUHUI),
        ("到2025年,绍兴市知识产权民事案件上诉率不超过5%", "agrees", "≤ 5", SHAOXING),
        ("到2026年,绍兴市知识产权民事案件上诉率低于5%", "agrees", "< 5", SHAOXING),
        ("徐汇区2024年方案每万人高价值发明专利拥有量达到86件以上", "agrees", "86", XUHUI),
        ("徐汇区2024年方案每万人高价值发明专利拥有量达到86家", "differs", "86", XUHUI),
        ("徐汇区2024方案维权援助和调解案件量超2000件/年", "agrees", "2000", XUHUI),
        ("徐汇区示范区建设方案里专利密集型产业占GDP的比重目标是多少？", "found", "19", XUHUI),
        ("2026年2月前徐汇商业秘密保护示范站建成30个", "agrees", "30", XUHUI),
        ("绍兴市要求展会知识产权保护覆盖率达到百分之百", "agrees", "100", SHAOXING),
        ("绍兴市知识产权民事案件上诉率基期值是多少", "found", "5", SHAOXING),
        ("徐汇2024年方案知识产权保护专项经费2000万元", "unknown", "", ""),
        ("绍兴市地理标志专用标志使用企业年产值600000万元以上", "agrees", "60", SHAOXING),
    ],
)
def test_a_claim_about_a_target(claim: str, verdict: str, says: str, plan: str) -> None:
    found = check(claim)
    assert found.verdict == verdict, found
    if verdict == "unknown":
        assert not found.findings
        assert found.note
        return
    assert says in found.findings[0].says
    assert {one.plan for one in found.findings} == {plan}
    assert found.findings[0].agrees is {"found": None, "agrees": True, "differs": False}[verdict]


@pytest.mark.parametrize(
    ("claim", "note"),
    [
        ("苏州2024年方案要求上诉率低于多少", "No plan in the graph"),
        ("江苏省上诉率低于12%", "No plan in the graph"),
        ("徐汇区2019年方案上诉率低于12%", "No plan in the graph"),
        ("上海松江上诉率低于12%", "set no target"),
        ("到2030年,绍兴市知识产权民事案件上诉率不超过5%", "reached by 2030"),
        ("幸福指数的上诉率低于12%", "not understood: 幸福指数"),
        ("徐汇区2024年方案高校上诉率低于12%", "高校"),
        ("专利要达到多少", "indicators have these words"),
        ("徐汇区怎么样", "No indicator"),
        ("你好", "No indicator"),
        ("？", "names no indicator"),
        ("《不存在的纲要》是依据吗", "no work called 不存在的纲要"),
    ],
)
def test_what_no_document_says_is_not_found(claim: str, note: str) -> None:
    found = check(claim)
    assert found.verdict == "unknown"
    assert not found.findings
    assert note in found.note


def test_candidates_come_near_and_have_their_quotations_too() -> None:
    assert {one.plan for one in check("苏州2024年方案要求上诉率低于多少").candidates} == {XUHUI, SHAOXING}
    assert check("上海松江上诉率低于12%").candidates
    assert not check("你好").candidates


def test_every_quotation_is_what_the_text_says_at_its_place() -> None:
    texts = {iri.value: text.value for iri, text in corpus().query("SELECT ?d ?t { ?d a zp:Document ; zp:text ?t }").rows}  # type: ignore[union-attr]
    results = [check(claim) for claim in ("上诉率", "每万人高价值发明专利拥有量是多少", f"《{OUTLINE}》", "苏州上诉率")]
    shown = [one for result in results for one in (*result.findings, *result.candidates)]
    assert len(shown) > 8
    for one in shown:
        assert texts[one.document_iri][one.start : one.end] == one.quote
        assert corpus().query("ASK { ?fact zp:quote ?quote }", {"fact": ox.NamedNode(one.iri)}).boolean


# Works ---------------------------------------------------------------------------------------------------------------


def test_a_work_is_found_where_it_is_cited() -> None:
    found = check(f"《{OUTLINE}》是哪些方案的依据?")
    assert found.verdict == "found"
    assert found.understood.names == (OUTLINE,)
    assert all("纲要" in one.quote for one in found.findings)
    assert len({one.document for one in found.findings}) > 1
    assert check("《知识产权强国建设纲要（2021—2035年）》").findings == check(f"《{OUTLINE}》").findings


def test_a_citation_by_a_plan() -> None:
    assert check(f"松江区2024年工作方案的依据有《{OUTLINE}》").verdict == "agrees"
    elsewhere = check(f"徐汇区2024年方案的依据是《{OUTLINE}》吗")
    assert elsewhere.verdict == "unknown"
    assert "do not cite it" in elsewhere.note
    assert elsewhere.candidates
    assert check(f"松江区2024年工作方案修订《{OUTLINE}》").verdict == "differs"


def test_a_number_that_is_another_one() -> None:
    assert check(f"《{XUHUI}》(徐府发〔2024〕9号)上诉率低于12%").verdict == "agrees"
    works = corpus().query("SELECT ?t ?n { ?w a zp:LegalReference ; dcterms:title ?t ; zp:documentNumber ?n } ORDER BY ?t").rows
    title, number = (term.value for term in works[0])  # type: ignore[union-attr]
    assert check(f"《{title}》({number})").verdict == "found"
    other = check(f"《{title}》(国发〔1999〕1号)")
    assert other.verdict == "differs"
    assert number in other.note


def test_a_claim_with_a_work_and_a_target_needs_both() -> None:
    both = check(f"根据《{OUTLINE}》,徐汇区2024年方案上诉率低于12%")
    assert both.verdict == "unknown"
    assert both.findings[0].agrees
    assert "do not cite it" in both.note


# Words ---------------------------------------------------------------------------------------------------------------


def test_figures() -> None:
    assert words_of("达到86件以上").figures == (Figure("86件以上", Decimal(86), "件", "least"),)
    assert words_of("不超过百分之12.5").figures == (Figure("12.5%", Decimal("12.5"), "%", "most"),)
    assert words_of("培训1,000人次").figures[0].value == 1000
    assert words_of("国发〔2021〕20号《2025年规划》到2025年").figures == ()
    assert [figure.text for figure in words_of("超2000件,2024年3月5日前不超过百分之九十八,达到2000").figures] == ["2000件", "98%", "2000"]
    assert words_of("2026年2月前").due_years == (2026,)
    assert words_of("2024年方案,到2025年底").years == (2024,)
    assert words_of("2024年方案,到2025年底").due_years == (2025,)


def test_terms_are_the_longest_parts_that_stand_in_names() -> None:
    found = terms("要求上诉率低于\n请问幸福", [normal("知识产权民事案件上诉率"), "上诉案件"])
    assert (found.known, found.unknown) == (("上诉率",), ("幸福",))


@pytest.mark.parametrize("claim", ["", " \n", "长" * (LONGEST + 1)])
def test_what_is_no_claim(claim: str) -> None:
    with pytest.raises(BadParameter, match="A claim has"):
        check(claim)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("徐汇区绍兴市上诉率低于不超过达到专利知识产权《》〔〕2024年59.%％,，?号?\n\"'{}<>;#"), max_size=60))
def test_no_claim_breaks_it_and_no_finding_is_made_up(claim: str) -> None:
    if not claim.strip():
        return
    found = check(claim)
    assert (found.verdict == "unknown") or found.findings
    for one in found.findings:
        assert one.quote
        assert one.agrees is None or found.verdict in ("agrees", "differs", "unknown")
