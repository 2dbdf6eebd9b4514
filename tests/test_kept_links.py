"""Links in a store: the same bytes on every way to the same documents; gone with their document; whole after a crash; as the command tells them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import linked_pairs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linked_pairs import rows
from running import Run

from zhengpu import ids, regions
from zhengpu.graph.links import link_cache, link_works, linking
from zhengpu.graph.links.link_features import Work
from zhengpu.graph.storage.shards import Shard, digest
from zhengpu.graph.storage.store import Store, create_store, open_store
from zhengpu.graph.triples.ntriples import Lines
from zhengpu.ontology import terms as zp

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
def test_kept_links_kept_up_to_date_are_those_computed_anew(changes: list[tuple[str, int]]) -> None:
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


def test_kept_links_go_with_their_document(pair: Store) -> None:
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
from test_kept_links import POOL

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
