"""Facts -> triples: everything that the reference facts hold is in the shard, in valid, sorted, reproducible N-Triples whose quotations hold."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import pyoxigraph as ox
import pytest
from gold_facts import SLUGS, gold_facts, golden
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef

from zhengpu import ids, regions
from zhengpu.graph.storage import shards
from zhengpu.graph.triples import periods
from zhengpu.graph.triples.mapping import document_iri, shard, triples
from zhengpu.graph.triples.ntriples import Lines, decimal, quoted
from zhengpu.graph.validation import Severity, check
from zhengpu.model import (
    Campaign,
    DocumentRecord,
    Evidence,
    Facts,
    FieldEvidence,
    Goal,
    Institution,
    Measure,
    MeasureKind,
    Mention,
    Milestone,
    Plan,
    Reference,
    Relation,
    Responsibility,
    Role,
    Section,
    SectionKind,
    Target,
)
from zhengpu.ontology import terms as zp

T = TypeVar("T")
PREFIXES = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in zp.PREFIXES.items())


def store_of(found: Facts) -> ox.Store:
    store = ox.Store()
    store.bulk_load(shard(found), format=ox.RdfFormat.N_TRIPLES)
    return store


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(term.value if term else "" for term in row) for row in solutions]


def column(store: ox.Store, query: str) -> set[str]:
    return {row[0] for row in rows(store, query)}


def number_of(store: ox.Store, term: str) -> int:
    return len(list(store.quads_for_pattern(None, ox.NamedNode(zp.rdf_type), ox.NamedNode(term), None)))


# --------------------------------------------------------------------------------------------------------------------
# The reference facts
# --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_every_fact_is_in_the_graph(slug: str) -> None:
    data, store = golden(slug), store_of(gold_facts(slug))
    wanted = {
        zp.Document: 1,
        zp.Plan: 1 + len(data.get("more_plans", [])),
        zp.Section: len(data["outline"]),
        zp.Goal: len(data["goals"]),
        zp.Measure: len(data["measures"]),
        zp.Task: sum(m["kind"] == "task" for m in data["measures"]),
        zp.KeyProject: sum(m["kind"] == "key_project" for m in data["measures"]),
        zp.Safeguard: sum(m["kind"] == "safeguard" for m in data["measures"]),
        zp.Responsibility: len(data["responsibilities"]),
        zp.Mention: len(data["mentions"]),
        zp.Target: len(data["targets"]),
        zp.Citation: len(data["references"]),
        zp.Milestone: len(data["schedule"]),
        zp.CampaignMention: len(data["campaigns"]),
        zp.Indicator: len({ids.normal(t["canonical_indicator"]) for t in data["targets"]}),
        zp.LegalReference: len({ids.work(r["title"]) for r in data["references"]}),
        zp.Campaign: len({ids.campaign(c["name"]) for c in data["campaigns"]}),
    }
    assert {term: number_of(store, term) for term in wanted} == wanted
    quoted_facts = sum(len(data[name]) for name in ("responsibilities", "mentions", "targets", "references", "schedule", "campaigns"))
    assert number_of(store, zp.Fact) == quoted_facts + number_of(store, zp.FieldEvidence)


@pytest.mark.parametrize("slug", SLUGS)
def test_quotations_are_what_the_text_says(slug: str) -> None:
    store = store_of(gold_facts(slug))
    for edge, things in (("zp:quote", "zp:Fact"), ("zp:text", "zp:Measure"), ("zp:text", "zp:Section"), ("zp:text", "zp:Goal")):
        law = f"{{ ?thing a {things} ; {edge} ?said ; zp:start ?start ; zp:end ?end ; zp:inDocument/zp:text ?text }}"
        whole = rows(store, f"SELECT (COUNT(*) AS ?n) {law}")
        kept = rows(store, f"SELECT (COUNT(*) AS ?n) {{ {law} FILTER (SUBSTR(?text, ?start + 1, ?end - ?start) = ?said) }}")
        assert whole == kept == [(str(number_of(store, zp.PREFIXES["zp"] + things[3:])),)]


@pytest.mark.parametrize("slug", SLUGS)
def test_shards_are_sorted_unique_and_in_the_engines_spelling(slug: str) -> None:
    found = gold_facts(slug)
    lines = triples(found)
    assert lines == sorted(set(lines))
    data = shard(found)
    assert data == "".join(f"{line}\n" for line in lines).encode() == shard(found)
    assert shards.canonical(data, slug) is data  # the store need not respell it
    assert len(store_of(found)) == len(lines)


def test_two_processes_write_the_same_bytes() -> None:
    """Neither the seed of hashes nor the order of sets may show."""
    code = "import sys; sys.path.insert(0, 'tests'); from gold_facts import gold_facts; from zhengpu.graph.triples.mapping import shard"
    code += f"; sys.stdout.buffer.write(shard(gold_facts({SLUGS[1]!r})))"
    runs = [subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True).stdout for seed in "12"]
    assert runs[0] == runs[1] == shard(gold_facts(SLUGS[1]))


def test_rdflib_reads_the_same_triples() -> None:
    data = shard(gold_facts(SLUGS[0]))
    graph = Graph().parse(data=data, format="nt")
    engine = list(ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
    assert len(graph) == len(engine) == data.count(b"\n")
    for quad in engine:
        object = quad.object
        if isinstance(object, ox.Literal) and object.language:
            term: Literal | URIRef = Literal(object.value, lang=object.language)
        elif isinstance(object, ox.Literal):
            term = Literal(object.value, datatype=None if object.datatype.value.endswith("#string") else URIRef(object.datatype.value))
        else:
            term = URIRef(object.value)
        assert (URIRef(quad.subject.value), URIRef(quad.predicate.value), term) in graph


@pytest.mark.parametrize("slug", SLUGS)
def test_shapes_hold(slug: str) -> None:
    findings = list(check([shard(gold_facts(slug))]))
    assert [f for f in findings if f.severity is Severity.VIOLATION] == []
    missing = [name for name in ("issuers", "issued") if not golden(slug)["document"][name]]
    assert sorted(f.path or "" for f in findings) == sorted({"issuers": "zp:issuer", "issued": "dcterms:issued"}[name] for name in missing)


@pytest.mark.parametrize("slug", SLUGS)
def test_shortcuts_say_what_the_nodes_behind_them_say(slug: str) -> None:
    data, store = golden(slug), store_of(gold_facts(slug))
    for role, shortcut in (("lead", "zp:leadBody"), ("responsible", "zp:responsibleBody"), ("support", "zp:supportingBody")):
        wanted = {(r["measure"], r["canonical"]) for r in data["responsibilities"] if r["role"] == role}
        found = rows(store, f"SELECT ?measure ?name {{ ?measure {shortcut} ?body . ?body skos:prefLabel ?name }}")
        assert {(measure.rpartition("/")[2], name) for measure, name in found} == wanted
    assert len(rows(store, "SELECT DISTINCT ?m ?b { ?m zp:assignedTo ?b }")) == len({(r["measure"], r["canonical"]) for r in data["responsibilities"]})
    involved = {(m["in"], m["canonical"]) for m in data["mentions"] if m["in"].startswith("m")}
    assert len(rows(store, "SELECT ?m ?b { ?m zp:involves ?b }")) == len(involved)
    basis = {ids.work(r["title"]) for r in data["references"] if r["relation"] == "basis" and r["in"] in ("notice", "preamble")}
    assert column(store, "SELECT ?work { ?plan a zp:Plan ; zp:basedOn ?work }") == basis
    cited = {ids.work(r["title"]) for r in data["references"] if r["relation"] != "promulgate"}
    assert column(store, "SELECT ?work { ?unit zp:refersTo ?work }") == cited


def test_document_and_plan_of_a_notice() -> None:
    found = gold_facts("shaoxing-2024-protection-zone")
    store = store_of(found)
    assert document_iri(found) == "https://w3id.org/zhengpu/id/document/绍政办发〔2024〕18号"
    assert rows(
        store,
        """SELECT ?number ?issued ?published ?issuer ?kind ?start ?end ?region ?province {
        ?d zp:promulgates ?p ; zp:documentNumber ?number ; dcterms:issued ?issued ; zp:published ?published ; zp:issuer/skos:prefLabel ?issuer .
        ?p zp:planType ?kind ; zp:periodStart ?start ; zp:periodEnd ?end ; zp:governs ?r .
        ?r skos:prefLabel ?region ; zp:within ?above . ?above skos:prefLabel ?province ; zp:within/skos:prefLabel "全国"@zh }""",
    ) == [
        (
            "绍政办发〔2024〕18号",
            "2024-07-23",
            "2024-07-26",
            "绍兴市人民政府办公室",
            ids.concept("plan-type", "建设方案"),
            "2024-03",
            "2026-02",
            "绍兴市",
            "浙江省",
        )
    ]
    types = {quad.object.datatype.value for quad in store.quads_for_pattern(None, ox.NamedNode(zp.periodStart), None) if isinstance(quad.object, ox.Literal)}
    assert types == {zp.xsd_gYearMonth}


def test_time_of_a_task() -> None:
    """2024年8月前 is due by the last day of August, and says so on the task itself."""
    store = store_of(gold_facts("shaoxing-2024-protection-zone"))
    task = 'SELECT ?text ?due ?ongoing { ?m a zp:Task ; zp:number "1" ; zp:scheduleText ?text ; zp:dueBy ?due ; zp:ongoing ?ongoing }'
    assert rows(store, task) == [("2024年8月前", "2024-08-31", "false")]
    phases = rows(store, "SELECT ?due { ?s a zp:Section . ?f a zp:Milestone ; zp:statedIn ?s ; dcterms:title ?title ; zp:dueBy ?due }")
    assert ("2026-02-28",) in phases


def test_outline_is_a_tree_up_to_the_plan() -> None:
    data, store = golden(SLUGS[4]), store_of(gold_facts(SLUGS[4]))
    assert len(column(store, "SELECT ?s { ?s a zp:Section ; zp:partOf+ ?plan . ?plan a zp:Plan }")) == len(data["outline"])
    ordered = rows(store, "SELECT ?title ?level { ?s a zp:Section ; zp:order ?o ; zp:level ?level ; dcterms:title ?title } ORDER BY ?o")
    assert ordered == [(entry["title"], str(entry["level"])) for entry in data["outline"]]


# --------------------------------------------------------------------------------------------------------------------
# Small cases
# --------------------------------------------------------------------------------------------------------------------

TEXT = "总则一二三。县林业局负责。到2026年达到85.50%以上。依据《森林法》。"


def small(**changes: Any) -> Facts:
    """A plan with one section and one measure."""
    whole = Evidence.of(TEXT, 0, len(TEXT))
    base = Facts(
        source="a.txt",
        sha256="0" * 64,
        text=TEXT,
        document=DocumentRecord(title="关于印发方案的通知", issued="2024-03-05", issuers=("绩溪县人民政府",)),
        plan=Plan(title="绿化方案", type="实施方案", regions=("绩溪县",), region_codes=("341824",), period_start="2024", period_end="2026-12-31"),
        outline=(Section("s1", "一、", "总则", 1, None, SectionKind.MEASURE, Evidence.of(TEXT, 0, 2), 2, len(TEXT)),),
        measures=(Measure("m1", "s1", "一、", "总则", MeasureKind.MEASURE, Evidence.of(TEXT, 2, 6), whole),),
    )
    return replace(base, **changes)


def test_values_are_in_canonical_form() -> None:
    target = Target(
        "t1", "m1", "森林覆盖率", "森林覆盖率", Decimal("85.50"), "85.50%以上", ">=", "%", Evidence.of(TEXT, 13, 18), baseline=Decimal("-0.0"), due="2026-02"
    )
    store = store_of(small(targets=(target,)))
    assert rows(store, "SELECT ?v ?b ?due { ?t zp:value ?v ; zp:baselineValue ?b ; zp:dueBy ?due }") == [("85.5", "0", "2026-02-28")]


def test_a_row_of_an_indicator_table_says_so() -> None:
    said = Target("t1", "m1", "森林覆盖率", "森林覆盖率", Decimal(85), "85%以上", ">=", "%", Evidence.of(TEXT, 13, 18))
    store = store_of(small(targets=(said, replace(said, id="t2", unit="table"))))
    assert rows(store, "SELECT ?place { ?t zp:inTable true ; zp:statedIn ?section . ?section dcterms:title ?place }") == [("总则",)]
    assert len(rows(store, "SELECT ?t { ?t a zp:Target }")) == 2


@pytest.mark.parametrize(
    ("value", "lexical"),
    [
        ("85.0", "85"),
        ("1.50", "1.5"),
        ("1E+3", "1000"),
        ("-0", "0"),
        ("-0.50", "-0.5"),
        ("0.000000000000000001", "0.000000000000000001"),
        ("1E-19", None),
        ("1E+18", None),
        ("1E+999999", None),
        ("1E-999999", None),
        ("NaN", None),
        ("Infinity", None),
    ],
)
def test_decimal(value: str, lexical: str | None) -> None:
    assert decimal(Decimal(value)) == lexical
    if lexical:
        assert shards.canonical(f'<x:a> <x:b> "{lexical}"^^<{zp.xsd_decimal}> .\n'.encode(), "") == f'<x:a> <x:b> "{lexical}"^^<{zp.xsd_decimal}> .\n'.encode()


@pytest.mark.parametrize(
    ("value", "datatype", "first", "last"),
    [
        ("2024", zp.xsd_gYear, "2024-01-01", "2024-12-31"),
        ("2024-02", zp.xsd_gYearMonth, "2024-02-01", "2024-02-29"),
        ("2023-02", zp.xsd_gYearMonth, "2023-02-01", "2023-02-28"),
        ("2024-02-29", zp.xsd_date, "2024-02-29", "2024-02-29"),
    ],
)
def test_periods(value: str, datatype: str, first: str, last: str) -> None:
    assert periods.parsed(value) == periods.Period(datatype, date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("value", ["2023-02-29", "2024-13", "2024-00", "0000", "24", "2024年", "２０２４", "2024-3", "2024-03-05T00:00", "2024\n", "", None])
def test_what_is_no_date_is_no_literal(value: str | None) -> None:
    lines = Lines()
    for write in (lines.period, lines.first_day, lines.last_day):
        write("x:a", "x:b", value)
    assert lines.sorted() == []


def test_invalid_dates_are_left_out() -> None:
    store = store_of(small(document=DocumentRecord(title="通知", issued="2024-02-30"), plan=Plan(title="方案", period_start="2024-13")))
    assert rows(store, "SELECT ?d { ?x dcterms:issued|zp:periodStart ?d }") == []


def test_every_plan_of_a_notice_has_its_own_measures() -> None:
    """One notice issues 方案一 and 方案二; the second is an outline entry that its headings hang below."""
    text = "一、甲。\n方案二\n一、乙。"
    sections = (
        Section("s1", "一、", "甲", 1, None, SectionKind.MEASURE, Evidence.of(text, 0, 3), 3, 5),
        Section("s2", "", "方案二", 1, None, SectionKind.ANNEX, Evidence.of(text, 5, 8), 8, 9),
        Section("s2.1", "一、", "乙", 2, "s2", SectionKind.MEASURE, Evidence.of(text, 9, 12), 12, 13),
    )
    measures = tuple(Measure(f"m{n}", s.id, s.label, s.title, MeasureKind.MEASURE, s.evidence, s.evidence) for n, s in ((1, sections[0]), (2, sections[2])))
    found = small(text=text, plan=Plan(title="方案一"), more_plans=(Plan(title="《方案二》"),), outline=sections, measures=measures)
    said = rows(store_of(found), "SELECT ?plan ?title { ?p zp:hasMeasure/dcterms:title ?title ; dcterms:title ?plan } ORDER BY ?plan")
    assert said == [("《方案二》", "乙"), ("方案一", "甲")]


def test_facts_of_no_unit_are_the_sections_or_the_documents() -> None:
    """Words of a table belong to the section around it; those of the notice and the preamble to the document; an unknown unit raises nothing."""
    facts = small(
        mentions=tuple(Mention(unit, "县林业局", "绩溪县林业局", Evidence.of(TEXT, 6, 10)) for unit in ("table", "notice", "preamble", "m9")),
    )
    places = rows(store_of(facts), "SELECT ?place ?i { ?m zp:mentionedIn ?p BIND (REPLACE(STR(?p), '^.*/', '') AS ?place) } ORDER BY ?m")
    document = document_iri(facts).rpartition("/")[2]
    assert [place for place, _ in places] == ["s1", document, document, "s1"]


def test_departments_belong_to_the_body_whose_name_they_carry() -> None:
    names = ("绩溪县人民检察院", "绩溪县人民检察院公益诉讼办公室", "绩溪县人民法院")
    evidence = Evidence.of(TEXT, 6, 10)
    store = store_of(small(mentions=tuple(Mention("m1", name, name, evidence) for name in names)))
    said = rows(store, "SELECT ?a ?b { ?x org:subOrganizationOf ?y . ?x skos:prefLabel ?a . ?y skos:prefLabel ?b }")
    assert said == [(names[1], names[0])]


def test_institutions_are_described_once_with_every_surface() -> None:
    evidence = Evidence.of(TEXT, 6, 10)
    store = store_of(
        small(
            responsibilities=(Responsibility("m1", "县林业局", "绩溪县林业局", Role.LEAD, evidence),),
            mentions=(Mention("s1", "林业局", "绩溪县林业局", evidence),),
            institutions=(Institution("绩溪县林业局", "政府", "341824", ("绩溪县林业局", "县林业局")), Institution("无人提及", None, None, ())),
        )
    )
    about = "?b a zp:Institution ; skos:prefLabel '绩溪县林业局'@zh"
    assert column(store, f"SELECT ?alt {{ {about} ; skos:altLabel ?alt }}") == {"县林业局", "林业局"}
    assert rows(store, f"SELECT ?kind ?region {{ {about} ; zp:institutionKind ?kind ; zp:region/zp:divisionCode ?region }}") == [
        (ids.concept("institution-kind", "政府"), "341824")
    ]
    assert column(store, "SELECT ?name { ?r a zp:Region ; skos:prefLabel ?name }") == {"绩溪县", "宣城市", "安徽省", "全国"}
    assert regions.table()["341824"].full == "绩溪县"


def test_one_work_under_two_spellings_has_one_title() -> None:
    evidence = Evidence.of(TEXT, 26, 31)
    titles = ("林业规划（2021—2035年）", "林业规划(2021-2035年)")
    references = tuple(Reference("m1", title, None, "plan", Relation.IMPLEMENT, evidence) for title in titles)
    store = store_of(small(references=references))
    assert rows(store, "SELECT ?title { ?w a zp:LegalReference ; dcterms:title ?title }") == [("林业规划(2021-2035年)",)]
    assert len(rows(store, "SELECT ?w { ?m a zp:Measure ; zp:implements ?w ; zp:refersTo ?w }")) == 1


def test_a_national_plan_governs_the_country() -> None:
    store = store_of(small(plan=Plan(title="全国绿化规划", regions=("全国",))))
    assert rows(store, "SELECT ?code ?name { ?p zp:governs ?r . ?r zp:divisionCode ?code ; skos:prefLabel ?name }") == [("100000", "全国")]


def test_a_code_that_is_no_longer_in_the_table_keeps_its_name() -> None:
    store = store_of(small(plan=Plan(title="方案", regions=("旧县",), region_codes=("999999",))))
    assert rows(store, "SELECT ?code ?name { ?p zp:governs ?r . ?r zp:divisionCode ?code ; skos:prefLabel ?name }") == [("999999", "旧县")]


def test_another_base_moves_every_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_BASE", "https://example.org/kg")
    lines = triples(small())
    assert all(line.startswith("<https://example.org/kg/") for line in lines)
    assert not any(ids.DEFAULT_BASE in line for line in lines)


# --------------------------------------------------------------------------------------------------------------------
# Any text at all
# --------------------------------------------------------------------------------------------------------------------

anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
odd = st.sampled_from(
    ["", "\ud800", "\x00", '"', "\\", "\r\n", "\u2028", "\x85", "a/b", "<x>", "{y}", "%20", "é", "e\u0301", "\ufffe", "\U000e0001", "\ufdd0", "\U0010fffd"]
)
words = st.one_of(anything, odd, st.sampled_from(["绩溪县", "《森林法》", "2024", "m1", "s1", "notice", "table"]))
optional = st.none() | words


@given(words)
def test_any_literal_survives_two_parsers(text: str) -> None:
    line = f"<x:a> <x:b> {quoted(text)}@zh ."
    wanted = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == wanted
    assert len(wanted) == len(text)
    (_, _, read) = next(iter(Graph().parse(data=line, format="nt")))
    assert str(read) == wanted
    assert str(ox.Triple(quad.subject, quad.predicate, quad.object)) == line.removesuffix(" .")


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Facts with arbitrary strings in every field; only the evidence is sound, for the model makes sure of that."""
    text = draw(st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=60))

    def evidence() -> Evidence:
        start = draw(st.integers(0, len(text) - 1))
        return Evidence.of(text, start, draw(st.integers(start + 1, len(text))))

    def some(make: Callable[[str], T]) -> tuple[T, ...]:
        return tuple(make(draw(words)) for _ in range(draw(st.integers(0, 2))))

    def number() -> Decimal:
        return draw(st.decimals())

    proofs = some(lambda w: FieldEvidence(w, evidence()))
    named = tuple(draw(st.lists(words, max_size=2)))
    return Facts(
        source=draw(words),
        sha256=draw(st.from_regex(r"[0-9a-f]{64}", fullmatch=True)),
        text=text,
        document=DocumentRecord(
            draw(optional), draw(optional), named, draw(optional), draw(optional), draw(optional), draw(optional), draw(optional), draw(optional), named, proofs
        ),
        plan=Plan(draw(optional), draw(optional), named, tuple(draw(st.lists(words, max_size=2))), draw(optional), draw(optional), proofs),
        more_plans=some(lambda w: Plan(w, draw(optional))),
        outline=some(
            lambda w: Section(
                w, draw(words), draw(words), draw(st.integers(1, 5)), draw(optional), draw(st.sampled_from(SectionKind)), evidence(), 0, len(text)
            )
        ),
        goals=some(lambda w: Goal(w, draw(words), draw(words), evidence())),
        measures=some(lambda w: Measure(w, draw(words), draw(words), draw(words), draw(st.sampled_from(MeasureKind)), evidence(), evidence())),
        responsibilities=some(lambda w: Responsibility(w, draw(words), draw(words), draw(st.sampled_from(Role)), evidence())),
        mentions=some(lambda w: Mention(w, draw(words), draw(words), evidence())),
        targets=some(
            lambda w: Target(
                w,
                draw(words),
                draw(words),
                draw(words),
                number(),
                draw(words),
                draw(words),
                draw(optional),
                evidence(),
                draw(optional),
                number(),
                draw(optional),
                draw(optional),
            )
        ),
        references=some(lambda w: Reference(w, draw(words), draw(optional), draw(words), draw(st.sampled_from(Relation)), evidence())),
        schedule=some(lambda w: Milestone(w, draw(words), draw(optional), draw(optional), draw(st.booleans()), evidence(), draw(optional))),
        campaigns=some(lambda w: Campaign(w, draw(words), evidence())),
        institutions=some(lambda w: Institution(w, draw(optional), draw(optional), (draw(words),))),
    )


@settings(max_examples=150, deadline=None)
@given(any_facts())
def test_any_facts_give_valid_ntriples(found: Facts) -> None:
    data = shard(found)
    assert data == shard(found)
    parsed = list(ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
    assert len(parsed) == data.count(b"\n")
    assert shards.canonical(data, "any") == data
    assert len(Graph().parse(data=data, format="nt")) == len(parsed)


@given(words)
def test_any_name_gives_a_valid_iri(name: str) -> None:
    for iri in (
        ids.institution(name),
        ids.indicator(name),
        ids.work(name),
        ids.region(name),
        ids.campaign(name),
        ids.concept("theme", name),
        ids.document(name, None, name, name, ""),
    ):
        assert [quad.subject.value for quad in ox.parse(f"<{iri}> <x:a> <x:b> .", format=ox.RdfFormat.TURTLE) if isinstance(quad.subject, ox.NamedNode)] == [
            iri
        ]
