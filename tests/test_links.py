"""Links between documents: as right and as complete as is promised on the hand-made pairs of tests/links, and explained."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import linked_pairs
import pyoxigraph as ox
import pytest
from gold_facts import all_gold_facts
from hypothesis import given
from hypothesis import strategies as st
from linked_pairs import Score, rows

from zhengpu import pipeline
from zhengpu.graph.links import link_indicators, link_measures, link_reuse
from zhengpu.graph.links.link_features import Target
from zhengpu.graph.links.link_letters import Letters
from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.storage.index import in_memory
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import create_store
from zhengpu.graph.triples import mapping
from zhengpu.queries.runner import ask
from zhengpu.queries.tables.tables import readable

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
PRECISION, RECALL = 0.95, 0.85


# What is linked, measured on hand-made pairs ------------------------------------------------------------------------


@cache
def corpus() -> ox.Store:
    """The golden documents, linked."""
    with TemporaryDirectory() as folder:
        return linked(Path(folder) / "store", [Shard(mapping.document_iri(facts), mapping.shard(facts), sha256=facts.sha256) for facts in all_gold_facts()])


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The further samples, read as they are, and linked."""
    if not SAMPLES.is_dir():
        pytest.skip("the further samples (../shared/samples) are not here")
    names = [name for heading, table in linked_pairs.tables("references").items() if "further" in heading for _, name in table]
    names += [heading for heading in linked_pairs.tables("tasks") if (SAMPLES / heading).is_file()]
    found, _ = pipeline.documents_in([SAMPLES / name for name in names])
    store = create_store(tmp_path_factory.mktemp("samples") / "store")
    pipeline.build(found, store)
    store.link()
    return in_memory((entry.iri, store.triples(entry)) for entry in store.entries)


def linked(folder: Path, documents: Sequence[Shard]) -> ox.Store:
    store = create_store(folder)
    store.add(documents)
    store.link()
    return in_memory((entry.iri, store.triples(entry)) for entry in store.entries)


def resolved(graph: ox.Store, heading: str) -> Score:
    """The works that are plans, against the table below the heading; whatever else is linked is wrong."""
    wanted = {f"{work} → {file}" for work, file in linked_pairs.tables("references")[heading]}
    query = "SELECT ?title ?file WHERE { ?work zp:resolvesTo ?plan ; dcterms:title ?title . ?document zp:promulgates ?plan ; zp:sourceFile ?file }"
    starts = {work: work for work, _ in linked_pairs.tables("references")[heading]}
    found = {f"{next((start for start in starts if title.startswith(start)), title)} → {file}" for title, file in rows(graph, query)}
    return Score.of(wanted, found)


def elaborated(graph: ox.Store, file: str) -> Score:
    table = linked_pairs.tables("tasks")[file]
    query = f"""SELECT ?task ?title WHERE {{ ?document zp:sourceFile "{file}" .
        ?node zp:inDocument ?document ; zp:elaborates ?measure ; dcterms:title ?task . ?measure dcterms:title ?title }}"""
    starts = [task for _, task, _ in table]
    found = {f"{next((start for start in starts if task.startswith(start)), task)} → {title}" for task, title in rows(graph, query)}
    return Score.of({f"{task} → {title}" for same, task, title in table if same == "yes"}, found)


def test_there_are_two_hundred_pairs_of_both_kinds() -> None:
    pairs = [row for name in ("references", "indicators", "tasks") for table in linked_pairs.tables(name).values() for row in table]
    assert len(pairs) >= 200
    assert sum(row[0] == "no" for row in pairs) >= 80
    assert len({tuple(row) for row in pairs}) == len(pairs)


def test_cited_works_are_their_plans() -> None:
    score = linked_pairs.score(list(linked_pairs.invented_references())) + resolved(corpus(), "Works of the sample corpus")
    assert score.precision >= PRECISION, score.wrong
    assert score.recall >= RECALL, score.missed


def test_cited_works_of_the_further_samples(samples: ox.Store) -> None:
    score = resolved(samples, "Works that only the further samples have")
    assert score.precision >= PRECISION, score.wrong
    assert score.recall >= RECALL, score.missed


def test_indicators_that_mean_the_same() -> None:
    score = linked_pairs.score(list(linked_pairs.indicators()))
    assert score.precision >= PRECISION, score.wrong
    assert score.recall >= RECALL, score.missed


def test_tasks_spell_out_their_measures() -> None:
    score = elaborated(corpus(), "shaoxing-2024-protection-zone.txt")
    assert score.precision >= PRECISION, score.wrong
    assert score.recall >= RECALL, score.missed


def test_tasks_of_the_further_samples(samples: ox.Store) -> None:
    score = elaborated(samples, "govcn-innovation-reform-table-2018.html")
    assert score.precision >= PRECISION, score.wrong
    assert score.recall >= RECALL, score.missed


def test_the_plan_of_2024_takes_over_text_of_that_of_2022_with_its_places() -> None:
    graph = corpus()
    query = """SELECT ?text ?start ?end ?sourceStart ?sourceEnd ?own ?source WHERE {
        ?node a zp:Reuse ; zp:sharedText ?text ; zp:start ?start ; zp:end ?end ; zp:sourceStart ?sourceStart ; zp:sourceEnd ?sourceEnd ;
            zp:inDocument ?document ; zp:sourceDocument ?from .
        ?document zp:sourceFile "xuhui-2024-protection-zone.txt" ; zp:text ?own . ?from zp:sourceFile "xuhui-2022-ip-city-pilot.txt" ; zp:text ?source }"""
    found = rows(graph, query)
    for text, start, end, source_start, source_end, own, source in found:
        assert own[int(start) : int(end)] == text
        assert Letters.of(source[int(source_start) : int(source_end)]).form == Letters.of(text).form
    shared = "\n".join(row[0] for row in found)
    for passage in (
        "推动在徐汇区开展外国专利代理机构设立常驻代表机构试点工作",
        "培育3家以上高端化、国际化、具有代表性的知识产权服务机构",
        "聚焦知识产权高质量发展目标",
    ):
        assert passage in shared
    assert "习近平" not in shared
    assert len(rows(graph, "SELECT ?one ?other WHERE { ?one zp:reusesTextOf ?other }")) == 1


def test_measures_of_two_plans_that_say_nearly_the_same() -> None:
    query = """SELECT ?title ?other ?text WHERE { ?one zp:similarTo ?two ; dcterms:title ?title . ?two dcterms:title ?other .
        ?node zp:derives ?one, ?two ; zp:sharedText ?text }"""
    found = {(title, other) for title, other, _ in rows(corpus(), query)}
    assert any("人才引培" in title and "复合型人才" in other for title, other in found)
    assert found == {(other, title) for title, other in found}


def test_every_link_says_why_and_what_it_joins() -> None:
    graph = corpus()
    nodes = {row[0] for row in rows(graph, "SELECT ?node WHERE { ?node a zp:Derived }")}
    assert len(nodes) > 50
    explained = rows(
        graph, "SELECT ?node ?why (COUNT(?thing) AS ?things) WHERE { ?node a zp:Derived ; zp:because ?why ; zp:derives ?thing } GROUP BY ?node ?why"
    )
    assert {row[0] for row in explained} == nodes
    assert {row[2] for row in explained} == {"2"}
    facts = rows(graph, "SELECT ?node WHERE { ?node a zp:Derived, zp:Fact }")
    assert not facts  # what the program infers is no fact of a document


# Indicators and their scales ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "value", "unit", "per", "scaled"),
    [
        ("质押融资额", "20", "亿元", "", ("2000000000", "元")),
        ("退化林修复", "2", "公顷", "", ("30", "亩")),
        ("造林", "1.5", "万亩", "", ("15000", "亩")),
        ("婴儿死亡率", "5", "‰", "", ("0.5", "%")),
        ("每千人托位数", "4.3", "个", "", ("43", "个/万人")),
        ("每1000人口拥有3岁以下婴幼儿托位数", "4.5", "个", "", ("45", "个/万人")),
        ("每万人高价值发明专利拥有量", "30", "件", "", ("30", "件/万人")),
        ("维权援助案件", "2000", "件", "年", ("2000", "件/年")),
        ("新型储能", "30", "万千瓦", "", ("300000", "千瓦")),
        ("装机", "3", "千瓦", "", ("3", "千瓦")),
        ("服务机构", "百", "家", "", None),
        ("排名", "", "位", "", None),
    ],
)
def test_values_compare_in_one_unit(label: str, value: str, unit: str, per: str, scaled: tuple[str, str] | None) -> None:
    found = link_indicators.scaled(Target("t", "i", value, unit, per), label)
    assert (f"{found.value.normalize():f}", found.unit) == scaled if found and scaled else found is scaled


def test_indicators_of_one_form_and_two_measures_are_two() -> None:
    for unit, expected in (("%", 0), ("万人", 2)):
        targets = [Target("t1", "a", "3", "万人", ""), Target("t2", "b", "3", unit, "")]
        document = linked_pairs.names("d", indicators=(("a", "接待游客数量"), ("b", "接待游客总数")), targets=tuple(targets))
        assert len(linked_pairs.linked(link_indicators, [document])) == expected


def test_plans_compare_by_groups_of_indicators() -> None:
    source = EmbeddedSource(corpus(), "the corpus")
    values = ask(source, "values-of-indicator", {"indicator": "PCT国际专利申请量"}).answer
    assert {readable(row[values.variables.index("value")]) for row in values.rows} == {"600", "200"}
    shared = ask(source, "indicators-side-by-side", {"plans": "2"}).answer
    names = {(readable(row[shared.variables.index("indicatorName")]), readable(row[shared.variables.index("value")])) for row in shared.rows}
    assert {("PCT国际专利申请量", "600"), ("PCT国际专利申请量", "200")} <= names


# Letters, bands, fingerprints ---------------------------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("知识产权保护工作推进，。\n 甲乙丙丁戊"), min_size=40, max_size=120)


@given(TEXTS, TEXTS)
def test_what_is_reused_stands_in_both(text: str, source: str) -> None:
    for name, passage in link_reuse.reused(text, Letters.of(text), [("s", Letters.of(source))]):
        assert name == "s"
        assert passage.letters >= link_reuse.LEAST
        assert Letters.of(text[passage.start : passage.end]).form == Letters.of(source[passage.source_start : passage.source_end]).form


@given(TEXTS, st.text("推进保护运用", max_size=60), st.text("甲乙丙丁", max_size=60))
def test_a_long_passage_in_other_surroundings_is_found_by_its_fingerprint(passage: str, before: str, after: str) -> None:
    letters = Letters.of(passage)
    if len(letters.form) >= 35:
        assert set(link_reuse.fingerprints(Letters.of(before + passage))) & set(link_reuse.fingerprints(Letters.of(passage + after)))


@given(TEXTS)
def test_equal_texts_meet_in_every_band_and_marks_do_not_count(text: str) -> None:
    letters = Letters.of(text)
    marked = Letters.of("（" + "；".join(text) + "）")
    assert link_measures.bands(letters) == link_measures.bands(marked)
    if letters.shingles:
        assert link_measures.likeness(letters, marked) == 1
