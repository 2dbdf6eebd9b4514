"""Links between documents: as right and as complete as is promised on the hand-made pairs of tests/links; the same bytes on every way to the same
documents; explained; gone with their document; whole after a crash."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import linked_pairs
import pyoxigraph as ox
import pytest
from gold_facts import all_gold_facts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linked_pairs import Score
from running import Run

from zhengpu import ids, pipeline, regions
from zhengpu.graph.links import link_cache, link_indicators, link_measures, link_reuse, link_works, linking
from zhengpu.graph.links.link_features import Target, Work
from zhengpu.graph.links.link_letters import Letters
from zhengpu.graph.sources.embedded import EmbeddedSource
from zhengpu.graph.storage.index import in_memory
from zhengpu.graph.storage.shards import Shard, digest
from zhengpu.graph.storage.store import Store, create_store, open_store
from zhengpu.graph.triples import mapping
from zhengpu.graph.triples.ntriples import Lines
from zhengpu.ontology import terms as zp
from zhengpu.queries.runner import ask
from zhengpu.queries.tables.tables import readable

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
PRECISION, RECALL = 0.95, 0.85
PREFIXES = f"PREFIX zp: <{ids.ONTOLOGY}> PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
Row = tuple[str, ...]


def rows(source: Store | ox.Store, query: str) -> list[Row]:
    found = source.query(PREFIXES + query)
    lines = found.rows if isinstance(source, Store) else found
    return sorted(tuple(term.value if term is not None else "" for term in line) for line in lines)  # type: ignore[union-attr]


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


# The store ----------------------------------------------------------------------------------------------------------

MEASURE = "推动在本区开展数据要素市场培育试点，支持企业建设数据标注基地，每年发布一批典型应用场景，完善数据流通安全治理规则，建立首席数据官联席机制"
OTHER = "加强海岛生态养护，实施岸线整治修复工程，建立海岛监测站网，严格控制新增围填海项目，健全巡护员队伍和管护经费保障机制，公布岛屿名录"


FULL, SHORT = "上海市徐汇区数据和科技局", "区数据和科技局"  # a body, and what a document calls it that does not say where it is


def document(name: str, day: str, text: str, *, works: Sequence[str] = (), indicator: str = "", body: str = "", place: str = "310104") -> Shard:
    """A document whose plan is called 《name》, with one measure of this text and what it cites, aims at and names; of FULL the place is known."""
    iri, lines = ids.document(f"测发〔2024〕{name}号", None, None, None, ""), Lines()
    plan, region = f"{iri}/plan/1", ids.region(place)
    whole = f"{name}\n{text}"
    lines.type(iri, zp.Document)
    lines.type(plan, zp.Plan)
    lines.type(region, zp.Region)
    for subject, term, thing in ((iri, zp.promulgates, plan), (plan, zp.governs, region)):
        lines.link(subject, term, thing)
    lines.code(region, zp.divisionCode, place)
    lines.text(iri, zp.dcterms_title, name)
    lines.text(plan, zp.dcterms_title, name)
    lines.period(iri, zp.dcterms_issued, day)
    lines.text(iri, zp.text, whole)
    lines.type(f"{iri}/measure/m1", zp.Measure)
    lines.text(f"{iri}/measure/m1", zp.dcterms_title, name)
    lines.integer(f"{iri}/measure/m1", zp.start, len(name) + 1)
    lines.integer(f"{iri}/measure/m1", zp.end, len(whole))
    for title in works:
        lines.type(ids.work(title), zp.LegalReference)
        lines.text(ids.work(title), zp.dcterms_title, title)
    if indicator:
        lines.type(ids.indicator(indicator), zp.Indicator)
        lines.text(ids.indicator(indicator), zp.skos_prefLabel, indicator)
    if body:
        lines.type(ids.institution(body), zp.Institution)
        lines.text(ids.institution(body), zp.skos_prefLabel, body)
        if body != SHORT:
            lines.link(ids.institution(body), zp.region, region)
    triples = "".join(f"{line}\n" for line in lines.sorted()).encode()
    return Shard(iri, triples, title=name, source=f"{name}.txt", sha256=name)


POOL = {
    "甲": [
        document("甲市数据要素培育方案", "2021-03-01", MEASURE, indicator="技术合同成交额", body=FULL),
        document("甲市数据要素培育方案", "2025-03-01", OTHER),
    ],
    "乙": [document("乙市数据要素培育方案", "2022-03-01", f"{MEASURE}。{OTHER}", works=["甲市数据要素培育方案"], indicator="技术合同成交总额", body=SHORT)],
    "丙": [
        document("丙市数据要素培育方案", "", OTHER + "，并按季度通报进展情况", body=SHORT, place="310117"),
        document("丙市数据要素培育方案", "2020", MEASURE, works=["丁市海岛养护规划"]),
    ],
    "丁": [
        document("丁市海岛养护规划", "2019-01-01", OTHER, indicator="技术合同成交额"),
        document("丁市海岛养护规划", "2019-01-01", f"{OTHER}。{MEASURE}", body="徐汇区数据和科技局"),
    ],
}
CHANGES = st.lists(st.tuples(st.sampled_from(sorted(POOL)), st.integers(-1, 1)), min_size=1, max_size=8)


def links(store: Store) -> dict[str, bytes]:
    return {entry.iri: store.triples(entry) for entry in store.links}


def anew(folder: Path, documents: Sequence[Shard]) -> dict[str, bytes]:
    store = create_store(folder)
    store.add(documents)
    store.link()
    return links(store)


def relinked(folder: Path, before: Mapping[str, Shard], after: Mapping[str, Shard], standing: dict[str, bytes]) -> dict[str, bytes]:
    """The derived shards after a change of the documents, without a store around them."""
    states = [{iri: digest(shard.triples) for iri, shard in documents.items()} for documents in (before, after)]
    change = linking.Change(states[0], states[1], frozenset(standing))
    made: dict[str, bytes] = {}
    done = linking.relinked(folder, change, lambda iri: after[iri].triples, lambda shard: made.update({shard.iri: shard.triples}), anew=not standing)
    assert done.come == made.keys()
    return {iri: triples for iri, triples in standing.items() if iri not in done.gone} | made


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CHANGES)
def test_links_kept_up_to_date_are_those_computed_anew(changes: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as kept, TemporaryDirectory() as other:
        held: dict[str, Shard] = {}
        standing = relinked(Path(kept), {}, held, {})
        for key, version in changes:
            before, iri = dict(held), POOL[key][0].iri
            held.pop(iri, None)
            if version >= 0:
                held[iri] = POOL[key][version % len(POOL[key])]
            standing = relinked(Path(kept), before, held, standing)
            assert standing == relinked(Path(other), {}, held, {})


def test_the_index_says_what_the_shards_of_links_say_after_any_change(tmp_path: Path) -> None:
    store = create_store(tmp_path / "store")
    store.add([POOL["甲"][0]])
    store.link()
    for change in ([POOL["乙"][0], POOL["丁"][1]], [POOL["甲"][1]], [POOL["丙"][1]]):
        store.add(change)
    store.remove(POOL["乙"][0].iri)
    told = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").serialize("nt").splitlines()
    assert set(told) == {line for entry in store.entries for line in store.triples(entry).splitlines()}
    assert links(store) == anew(tmp_path / "anew", [POOL["丁"][1], POOL["丙"][1], POOL["甲"][1]])


@pytest.fixture
def pair(tmp_path: Path) -> Store:
    """A store of two documents of which one cites the other, says the same, and calls an indicator by another name; linked."""
    store = create_store(tmp_path / "store")
    store.add([POOL["甲"][0], POOL["乙"][0]])
    store.link()
    return store


def test_two_documents_are_linked_in_every_way(pair: Store) -> None:
    assert [row[0].rpartition("/")[2] for row in rows(pair, "SELECT ?work WHERE { ?work zp:resolvesTo ?plan }")] == ["甲市数据要素培育方案"]
    assert len(rows(pair, "SELECT ?one ?two WHERE { ?one zp:similarTo ?two }")) == 2
    assert len(rows(pair, "SELECT ?one ?two WHERE { ?one zp:reusesTextOf ?two }")) == 1
    assert [row[0].rpartition("/")[2] for row in rows(pair, "SELECT ?full WHERE { ?short zp:sameBodyAs ?full }")] == [FULL, SHORT]
    assert len(rows(pair, "SELECT ?i ?j WHERE { ?i zp:inIndicatorGroup ?group . ?j zp:inIndicatorGroup ?group FILTER (STR(?i) < STR(?j)) }")) == 1


def test_links_go_with_their_document(pair: Store) -> None:
    pair.remove(POOL["甲"][0].iri)
    assert not rows(pair, "SELECT ?node WHERE { ?node a zp:Derived }")
    assert not rows(pair, "SELECT ?s WHERE { ?s zp:resolvesTo|zp:similarTo|zp:reusesTextOf|zp:inIndicatorGroup ?o }")
    pair.add([POOL["甲"][0]])
    assert rows(pair, "SELECT ?s WHERE { ?s zp:resolvesTo ?o }")


def test_all_links_can_be_taken_out_and_then_none_are_made(pair: Store) -> None:
    shards = len(pair.links)
    assert shards > 3
    assert pair.unlink() == shards
    assert not pair.links
    assert not rows(pair, "SELECT ?node WHERE { ?node a zp:Derived }")
    pair.add([POOL["丁"][0]])
    assert not pair.links
    assert pair.unlink() == 0


def test_linking_again_changes_no_byte_and_needs_no_memory_of_the_first_time(pair: Store) -> None:
    before, state = links(pair), pair.state
    pair.link()
    (pair.folder / link_cache.NAME).unlink()
    pair.add([POOL["丁"][0]])
    pair.remove(POOL["丁"][0].iri)
    (pair.folder / link_cache.NAME).write_bytes(b"no database at all" * 100)
    pair.add([POOL["丁"][0]])
    pair.remove(POOL["丁"][0].iri)
    assert (links(pair), pair.state) == (before, state)


@pytest.mark.parametrize("forget", ["UPDATE state SET value = 'another'", "DELETE FROM key", "DELETE FROM document"])
def test_a_memory_of_another_state_is_not_trusted(pair: Store, forget: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(pair.folder / link_cache.NAME)) as connection, connection:
        connection.execute("UPDATE state SET value = 'of a copy that was put back'")
        if "state" not in forget:
            connection.execute(forget)
    pair.link()
    assert links(pair) == anew(pair.folder.with_name("anew"), [POOL["乙"][0], POOL["甲"][0]])


def test_wording_that_many_documents_share_leads_to_the_first_and_costs_no_pair_of_all() -> None:
    with TemporaryDirectory() as name:
        store = create_store(Path(name) / "store")
        store.add([document(f"{number}号方案", f"2020-01-{number:02}", MEASURE) for number in range(1, 31)])
        store.link()
        counts = rows(store, "SELECT ?measure (COUNT(?node) AS ?n) WHERE { ?node a zp:Similarity ; zp:derives ?measure } GROUP BY ?measure")
        assert len(counts) == 30
        assert int(rows(store, "SELECT (COUNT(?node) AS ?n) WHERE { ?node a zp:Similarity }")[0][0]) <= 5 * 30
        sources = {row[0].rpartition("/")[0] for row in rows(store, "SELECT DISTINCT ?from WHERE { ?node zp:sourceDocument ?from }")}
        assert len(sources) == 1 or all("号" in source for source in sources)


def test_the_youngest_document_changes_the_links_of_no_other(tmp_path: Path) -> None:
    shared = {shard.iri: shard for shard in (document(f"{number}号方案", f"2020-01-{number:02}", f"{MEASURE}。{OTHER}") for number in range(1, 31))}
    youngest = document("31号方案", "2020-01-31", f"{MEASURE}。{OTHER}")
    standing = relinked(tmp_path, {}, shared, {})
    after = relinked(tmp_path, shared, shared | {youngest.iri: youngest}, standing)
    changed = {iri for iri, triples in after.items() if standing.get(iri) != triples}
    assert changed == {ids.derived("document", youngest.iri.removeprefix(f"{ids.base()}document/"))}
    assert not changed & standing.keys()


def test_plans_of_one_name_in_many_places_are_told_apart() -> None:
    table = regions.table()
    places = sorted((region for region in table.values() if region.level == "county"), key=lambda region: region.code)[:40]
    title = "关于数据要素市场培育的工作方案"
    plans = [linked_pairs.named(region.code, f"{region.full}{title}", "", "2023-01-01", "", region.code, ()) for region in places]
    cited = f"{places[7].full}{title}"
    citing = linked_pairs.named("citing", "某计划", "", "2024-01-01", "", places[7].code, (Work(ids.work(cited), (cited,), (), ("mention",)),))
    assert [link.plan for link in linked_pairs.linked(link_works, [*plans, citing])] == [f"{places[7].code}/plan/1"]


_CRASH = """
import os, sys
sys.path.insert(0, {tests!r})
from zhengpu.graph.links import link_cache, linking
from zhengpu.graph.storage import index, shards, store
from zhengpu.graph.storage.manifest import Manifest
from test_links import POOL

def crash(*args, **kwargs):
    os._exit(9)

opened = store.open_store({folder!r})
{break_it}
opened.add([POOL["丁"][1], POOL["甲"][1]])
os._exit(0)
"""


@pytest.mark.parametrize(
    "break_it",
    [
        "linking._of_document = crash",
        "linking._shared = crash",
        "link_cache.Cache.renew = crash",
        "real = linking.relinked; linking.relinked = lambda *given, **more: (real(*given, **more), crash())",
        "index.advance = crash",
        "Manifest.write = crash",
        "real = Manifest.write; Manifest.write = lambda self, folder: (real(self, folder), crash())",
    ],
)
def test_a_crash_leaves_links_that_fit_the_documents(pair: Store, break_it: str) -> None:
    pair.close()
    script = _CRASH.format(tests=str(Path(__file__).parent), folder=str(pair.folder), break_it=break_it)
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, timeout=120)
    assert ended.returncode == 9, ended.stderr.decode()
    store = open_store(pair.folder)
    by_iri = {shard.iri: shard for versions in POOL.values() for shard in versions}
    if len(store.documents) == 2:
        assert links(store) == anew(pair.folder.with_name("before"), [POOL["甲"][0], POOL["乙"][0]])
    store.add([POOL["丁"][1], POOL["甲"][1]])
    assert {entry.iri for entry in store.documents} <= by_iri.keys()
    assert links(store) == anew(pair.folder.with_name("after"), [POOL["丁"][1], POOL["甲"][1], POOL["乙"][0]])


# The command --------------------------------------------------------------------------------------------------------


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    body = "一、主要任务\n（一）数据要素。{text}。\n（二）安全。落实安全责任，健全应急机制，定期开展演练。\n"
    (folder / "a.txt").write_text("丰水市数据要素培育方案\n" + body.format(text=MEASURE), "utf-8")
    (folder / "b.txt").write_text("云河市数据要素培育方案\n" + body.format(text=MEASURE + "，并纳入年度考核"), "utf-8")
    return folder


def test_link_tells_what_it_found_and_builds_keep_it(zhengpu: Run, plans: Path) -> None:
    assert zhengpu("build", plans / "a.txt", "--store", "s").code == 0
    told = zhengpu("link", "--store", "s", "--lang", "en")
    assert (told.code, told.err) == (0, "")
    assert "1 documents, 0 links" in told.out
    assert zhengpu("build", plans / "b.txt", "--store", "s").code == 0
    assert len(rows(open_store("s"), "SELECT ?one ?two WHERE { ?one zp:similarTo ?two }")) >= 2
    assert "措施" in zhengpu("link", "--store", "s").out
    why = zhengpu("link", "--why", "丰水市数据要素培育方案", "--store", "s")
    assert (why.code, why.err) == (0, "")
    assert "有连续" in why.out
    assert MEASURE[:18] in why.out
    assert '"similarities": ' in zhengpu("link", "--store", "s", "--json").out
    assert "shards of links removed" in zhengpu("link", "--store", "s", "--remove").out
    assert "not linked" in zhengpu("link", "--why", "丰水市数据要素培育方案", "--store", "s", "--json").err
    assert zhengpu("link", "--why", "没有这个计划", "--store", "s").code == 2
    assert "there are no links" in zhengpu("link", "--store", "s", "--remove").out


def test_link_without_a_store_says_how_to_build_one(zhengpu: Run) -> None:
    told = zhengpu("link", "--store", "nowhere")
    assert told.code == 2
    assert "zhengpu build" in told.err
