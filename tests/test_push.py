"""A store at other people's servers holds what the store here holds: pushed, changed, broken off, pushed again; built and removed there. On real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import virtuoso_server
from endpoint_server import MISSING, OXIGRAPH, empty
from running import Run

from zhengpu.errors import BadParameter, QueryError, StoreError, UnknownName
from zhengpu.graph.remote.documents import Documents, incoming_graph
from zhengpu.graph.remote.graphs import RemoteGraphs, chunks, graph_name, within
from zhengpu.graph.remote.ledger import DEFAULT, Held, Ledger
from zhengpu.graph.remote.one_graph import OneGraph
from zhengpu.graph.remote.places import places
from zhengpu.graph.remote.read_back import Sum, lines_back, sum_of, sum_of_store, surplus
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.pipeline import build, building, remotely
from zhengpu.pipeline.remotely import build_there

GRAPH = "https://example.org/plans"
E = "http://example.org/"


@dataclass(frozen=True)
class Server:
    """A server with nothing in it that a test would not have put there; `ask` is the address at which GRAPH is the default graph."""

    address: str
    has_default: bool
    graphs: RemoteGraphs

    @property
    def ask(self) -> str:
        return f"{self.address}?default-graph-uri={GRAPH}"

    def clear(self) -> None:
        rows = self.graphs.ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows
        for graph in (str(getattr(row[0], "value", "")) for row in rows):
            if graph.startswith(("https:", "http://example.org/")):
                self.graphs.drop(graph)
        if self.has_default:
            self.graphs.update("DROP DEFAULT")


@pytest.fixture(scope="module", params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.slow)])
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if request.param == "oxigraph":
        if OXIGRAPH is None:
            pytest.skip(MISSING)
        with empty() as address:
            yield Server(address, True, RemoteGraphs(places(address), waits=()))
    else:
        if virtuoso_server.VIRTUOSO is None or virtuoso_server.ISQL is None:
            pytest.skip(virtuoso_server.MISSING)
        with virtuoso_server.virtuoso(tmp_path_factory.mktemp("virtuoso")) as served:
            yield Server(served.address, False, RemoteGraphs(places(served.address), waits=()))


@pytest.fixture
def server(standing: Server) -> Server:
    standing.clear()
    return standing


def _plan(number: int, body: str, *measures: str) -> str:
    lines = "\n".join(f"{at}.{measure}。（牵头单位：{body}）" for at, measure in enumerate(measures, 1))
    return f"关于印发《某市第{number}号工作方案》的通知\n某政办发〔2024〕{number}号\n一、主要任务\n{lines}\n二、保障措施\n加强领导，确保2025年底前完成。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "plans"
    made.mkdir()
    for number, body in ((1, "市知识产权局"), (2, "市知识产权局"), (3, "市市场监管局")):
        (made / f"plan{number}.txt").write_text(_plan(number, body, "完善服务体系", "推进“一件事”改革", "开展专项行动"), "utf-8")
    return made


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> Iterator[Store]:
    with create_store(tmp_path / "store") as opened:
        build([folder], opened)
        yield opened


def _same(server: Server, graph: str | None, store: Store) -> bool:
    """Whether the graph has exactly what the store says."""
    return sum_of(lines_back(server.graphs, graph, server.graphs.count(graph))) == sum_of_store(store)


def _iri(store: Store, number: int) -> str:
    return store.document(f"某政办发〔2024〕{number}号").iri


# One graph -----------------------------------------------------------------------------------------------------------


def test_one_graph_holds_each_triple_once(server: Server, store: Store) -> None:
    place = OneGraph(server.graphs, GRAPH)
    done = place.push(store)
    assert len(done.sent) == len(store.entries) == 4
    assert done.triples > len(store)  # what two documents say was sent twice
    assert _same(server, GRAPH, store)
    checked = place.check(store, done, everything=False)
    assert (checked.triples, checked.others, checked.wrong, checked.triples_read) == (len(store), 0, (), len(store))


def test_a_second_push_sends_what_has_changed(server: Server, store: Store, folder: Path) -> None:
    place = OneGraph(server.graphs, GRAPH)
    place.push(store)
    again = place.push(store)
    assert (again.sent, again.unchanged, again.taken) == ((), 4, 0)
    (folder / "plan3.txt").write_text(_plan(3, "市税务局", "完善服务体系"), "utf-8")
    build([folder], store)
    changed = place.push(store)
    assert changed.sent == changed.replaced == (_iri(store, 3),)
    assert changed.taken > 10  # the two measures, and the body that no plan names any more
    assert _same(server, GRAPH, store)


def test_what_left_the_store_goes_but_what_others_say_stays(server: Server, store: Store) -> None:
    place = OneGraph(server.graphs, GRAPH)
    place.push(store)
    gone = _iri(store, 1)
    store.remove(gone)
    kept = place.push(store, keep=True)
    assert (kept.gone, kept.left, kept.taken) == ((), (gone,), 0)
    assert place.check(store, kept, everything=True).others > 0
    done = place.push(store)
    assert done.gone == (gone,)
    assert _same(server, GRAPH, store)
    assert place.push(store).left == ()


def test_most_of_it_goes_only_when_told(server: Server, store: Store, tmp_path: Path) -> None:
    place = OneGraph(server.graphs, GRAPH)
    place.push(store)
    with create_store(tmp_path / "other") as other:
        with pytest.raises(StoreError, match=r"3 of 4 documents there are not in this store.*--keep.*--delete"):
            place.push(other)
        place.push(other, delete=True)
        assert _same(server, GRAPH, other)


def test_a_push_that_broke_off_goes_on(server: Server, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhengpu.graph.remote.one_graph.CHUNK", 1)  # each shard by itself
    place, sent, post = OneGraph(server.graphs, GRAPH), [], RemoteGraphs.post

    def breaking(graphs: RemoteGraphs, graph: str | None, lines: bytes) -> None:
        if len(sent) == 2:
            raise QueryError("the connection broke off")
        post(graphs, graph, lines)
        sent.append(lines)

    with monkeypatch.context() as broken:
        broken.setattr(RemoteGraphs, "post", breaking)
        with pytest.raises(QueryError):
            place.push(store)
    done = place.push(store)
    assert (len(done.sent), done.unchanged) == (2, 2)
    assert _same(server, GRAPH, store)


def test_a_replacement_that_broke_off_goes_on(server: Server, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = OneGraph(server.graphs, GRAPH)
    place.push(store)
    (folder / "plan3.txt").write_text(_plan(3, "市税务局", "完善服务体系"), "utf-8")
    build([folder], store)

    def broken(*_: object) -> int:
        raise QueryError("the connection broke off")

    with monkeypatch.context() as breaking:
        breaking.setattr(RemoteGraphs, "take_out", broken)
        with pytest.raises(QueryError):
            place.push(store)
    assert not _same(server, GRAPH, store)
    place.push(store)
    assert _same(server, GRAPH, store)


def test_what_somebody_changed_there_is_found_and_mended(server: Server, store: Store) -> None:
    place = OneGraph(server.graphs, GRAPH)
    done = place.push(store)
    lost = next(line for line in store.triples(store.documents[0]).splitlines() if b"prefLabel" in line)
    server.graphs.take_out(GRAPH, [lost + b"\n"])
    server.graphs.post(GRAPH, b'<http://example.org/x> <http://example.org/p> "x" .\n')
    found = place.check(store, done, everything=True)  # as many as there should be, but others
    assert (found.triples, found.others, found.wrong) == (len(store), 1, (place.name,))
    mended = place.check(store, place.push(store, anew=True), everything=True)
    assert (mended.others, mended.wrong) == (0, ())
    assert _same(server, GRAPH, store)


def test_a_graph_with_triples_of_others_is_added_to_only_when_told(server: Server, store: Store) -> None:
    others = b'<http://example.org/x> <http://example.org/p> "\xe4\xbb\x96\xe4\xba\xba" .\n'
    server.graphs.post(GRAPH, others)
    place = OneGraph(server.graphs, GRAPH)
    with pytest.raises(StoreError, match=r"has 1 triples that no push put there.*--keep"):
        place.push(store)
    assert server.graphs.count(GRAPH) == 1
    place.push(store, keep=True)
    store.remove(_iri(store, 1))
    done = place.push(store)  # it remembers whose graph it is
    checked = place.check(store, done, everything=True)
    assert checked.wrong == ()
    assert others.strip() in set(surplus(store, lines_back(server.graphs, GRAPH, checked.triples)))


# A graph for each document -------------------------------------------------------------------------------------------


def _numbers(server: Server, store: Store) -> list[int]:
    return [server.graphs.count(entry.iri) for entry in store.entries]


@pytest.mark.parametrize("merged", ["", GRAPH])
def test_each_document_has_its_graph(server: Server, store: Store, folder: Path, merged: str) -> None:
    place = Documents(server.graphs, merged)
    done = place.push(store)
    assert _numbers(server, store) == [entry.triples for entry in store.entries]
    assert place.check(store, done, everything=False).wrong == ()
    assert not merged or _same(server, merged, store)
    (folder / "plan3.txt").write_text(_plan(3, "市税务局", "完善服务体系"), "utf-8")
    build([folder], store)
    gone = store.remove(_iri(store, 1))
    changed = place.push(store)
    assert (changed.sent, changed.gone, changed.unchanged) == ((_iri(store, 3),), (gone.iri,), 2)
    assert place.check(store, changed, everything=True).wrong == ()
    assert server.graphs.count(gone.iri) == 0
    assert not merged or _same(server, merged, store)
    assert server.graphs.count(incoming_graph(_iri(store, 3))) == 0


def test_a_damaged_graph_is_found(server: Server, store: Store) -> None:
    place = Documents(server.graphs)
    done = place.push(store)
    server.graphs.take_out(_iri(store, 2), store.triples(store.document(_iri(store, 2))).splitlines(keepends=True)[:3])
    assert place.check(store, done, everything=False).wrong == (_iri(store, 2),)


# Building and removing there -----------------------------------------------------------------------------------------


def test_a_store_there_is_what_it_would_be_here(server: Server, store: Store, folder: Path) -> None:
    there = Documents(server.graphs, GRAPH)
    first = build_there([folder], there)
    assert len(first.changes.added) == 3
    assert _same(server, GRAPH, store)
    assert build_there([folder], there).changes.unchanged == first.changes.added
    (folder / "plan3.txt").write_text(_plan(3, "市税务局", "完善服务体系"), "utf-8")
    build([folder], store)
    assert build_there([folder], there).changes.replaced == (_iri(store, 3),)
    assert _same(server, GRAPH, store)
    for name in ("plan1.txt", "某政办发〔2024〕2号"):  # the last of the two takes their body's name along
        there.remove([there.named(name).iri])
        store.remove(name)
        assert _same(server, GRAPH, store)
    with pytest.raises(UnknownName, match="plan1"):
        there.named("plan1.txt")


@pytest.mark.parametrize("jobs", [0, 2])
def test_processes_that_read_bring_the_same_there(jobs: int, server: Server, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "sensible", lambda files, jobs: min(jobs, len(files)))
    (folder / "odd.txt").write_bytes(b"")
    told: list[tuple[str, int, bool]] = []
    report = remotely.build_there([folder], Documents(server.graphs, GRAPH), lambda path, count, done: told.append((path.name, count, done)), jobs=jobs)
    assert [one.path.name for one in report.read] == ["plan1.txt", "plan2.txt", "plan3.txt"]
    assert [one.path.name for one in report.failed] == ["odd.txt"]
    assert {one for one in told if one[2]} == {("odd.txt", 0, True), *((f"plan{number}.txt", 1, True) for number in (1, 2, 3))}
    assert _same(server, GRAPH, store)


def test_a_file_that_is_now_another_document_leaves_nothing_behind(server: Server, store: Store) -> None:
    there = Documents(server.graphs, GRAPH)
    entry = store.document("plan1.txt")
    earlier = Held(E + "earlier", "0" * 64, 1, "旧题", entry.source, entry.sha256, GRAPH)
    there.put(earlier, b'<http://example.org/earlier> <http://example.org/p> "x" .\n', is_new=True)
    report = build_there([store.folder.parent / "plans"], there)
    assert entry.iri in report.changes.replaced
    assert _same(server, GRAPH, store)


def test_the_two_ways_do_not_meet_in_one_graph(server: Server, store: Store, folder: Path) -> None:
    OneGraph(server.graphs, GRAPH).push(store)
    with pytest.raises(StoreError, match="pushed from a store as a whole"):
        build_there([folder], Documents(server.graphs, GRAPH))
    server.clear()
    build_there([folder], Documents(server.graphs, GRAPH))
    with pytest.raises(StoreError, match=r"kept by zhengpu build --endpoint"):
        OneGraph(server.graphs, GRAPH).push(store)
    with pytest.raises(StoreError, match=r"merged in the graph <https://example\.org/plans>, not in"):
        Documents(server.graphs, E + "another").held()
    server.clear()
    Documents(server.graphs).push(store)
    with pytest.raises(StoreError, match=r"4 documents at .* are merged in no graph"):
        build_there([folder], Documents(server.graphs, GRAPH))
    server.clear()
    server.graphs.post(GRAPH, b'<http://example.org/x> <http://example.org/p> "x" .\n')
    with pytest.raises(StoreError, match="1 triples of others"):
        build_there([folder], Documents(server.graphs, GRAPH))


# Hostile -------------------------------------------------------------------------------------------------------------

WORDS = [
    '"} } ; DROP ALL ; INSERT DATA { <a:a> <a:b> "',
    r"\u0022 } } ; DROP ALL ; #",
    "C:\\users\\U00000022 } ; CLEAR ALL",
    "'''\"\"\"\\",
    "行一\n行二\r\t\x01\x7f\ufffe",
    "$a ?b <http://x/> # {{ % 引号“”",
]
IRIS = ["http://example.org/a'b(c)~!$&*+,;=:@%20", "https://example.org/图/é?q=1&graph=default#片段", "urn:x:'%3E%7D"]


def test_no_word_of_a_document_becomes_syntax(server: Server, tmp_path: Path) -> None:
    with create_store(tmp_path / "hostile") as store:
        for number, (iri, words) in enumerate(zip(IRIS * 2, WORDS, strict=True)):
            quads = [ox.Triple(ox.NamedNode(f"{iri}/{at}"), ox.NamedNode(E + "p"), ox.Literal(text)) for at, text in enumerate((words, words[::-1]))]
            store.add([Shard(f"{iri}{number}", "".join(f"{quad} .\n" for quad in quads).encode(), title=words, source=words[:9])])
        server.graphs.post(E + "canary", b"<http://example.org/x> <http://example.org/y> <http://example.org/z> .\n")
        for place, graph in ((OneGraph(server.graphs, IRIS[0]), IRIS[0]), (Documents(server.graphs, GRAPH), GRAPH)):
            place.push(store)
            assert _same(server, graph, store)
        held = Ledger.of_graph(server.graphs, IRIS[0]).read()[0]
        assert {one.title for one in held.values()} >= set(WORDS) - {WORDS[4]}  # an engine may do without control characters
        lines = [line + b"\n" for line in lines_back(server.graphs, IRIS[0], server.graphs.count(IRIS[0])) if b"example.org/p" in line]
        assert server.graphs.take_out(IRIS[0], lines) == len(lines) == 12
        assert server.graphs.count(IRIS[0]) == len(store) - 12
        for document in store.documents:
            Documents(server.graphs, GRAPH).remove([document.iri])
        assert server.graphs.count(GRAPH) == len(store) - 12
        assert server.graphs.count(E + "canary") == 1


@pytest.mark.parametrize("iri", ["", "graph", "http://example.org/a> } ; DROP ALL ; {", "http://example.org/a b", 'http://example.org/"', "http://example.org/\n"])
def test_what_is_no_iri_names_no_graph(iri: str) -> None:
    with pytest.raises(BadParameter, match="not the IRI of a graph"):
        graph_name(iri)
    with pytest.raises(BadParameter):
        within(iri, "?s ?p ?o")


# The command line ----------------------------------------------------------------------------------------------------


def test_the_command_tells_what_it_did(zhengpu: Run, server: Server, store: Store, folder: Path) -> None:
    first = zhengpu("push", server.address, "--graph", GRAPH, "--store", store.folder)
    assert first.code == 0
    assert "4 new, 0 replaced, 0 unchanged, 0 taken out" in first.out
    assert f"{len(store):,} triples there, {len(store):,} of them read back and compared" in first.out
    again = json.loads(zhengpu("push", server.address, "--graph", GRAPH, "--store", store.folder, "--json").out)
    assert (again["sent"], again["unchanged"], again["checked"]["triples"]) == ([], 4, len(store))
    question = ("query", "measures-led-by", "--param", "institution=市知识产权局", "--format", "csv")
    here, there = zhengpu(*question, "--store", store.folder), zhengpu(*question, "--endpoint", server.ask)
    assert there.out == here.out
    assert here.out.count("\n") > 3
    server.graphs.take_out(GRAPH, store.triples(store.documents[0]).splitlines(keepends=True)[:1])
    broken = zhengpu("push", server.address, "--graph", GRAPH, "--store", store.folder)
    assert broken.code == 1
    assert "Push again with --anew" in broken.err
    assert zhengpu("push", server.address, "--graph", GRAPH, "--store", store.folder, "--anew").code == 0


def test_building_and_removing_by_the_command_line(zhengpu: Run, server: Server, store: Store, folder: Path) -> None:
    built = zhengpu("build", folder, "--endpoint", server.address, "--graph", GRAPH)
    assert built.code == 0
    assert "3 added, 0 replaced, 0 unchanged" in built.out
    assert _same(server, GRAPH, store)
    removed = zhengpu("remove", "某政办发〔2024〕1号", "--endpoint", server.address)
    assert removed.code == 0
    assert "removed" in removed.out
    store.remove("某政办发〔2024〕1号")
    assert _same(server, GRAPH, store)
    assert zhengpu("remove", "无此文件", "--endpoint", server.address).code == 2


def test_without_a_graph_the_usual_one_is_taken(zhengpu: Run, server: Server, store: Store) -> None:
    done = zhengpu("push", server.address, "--store", store.folder)
    graph = None if server.has_default else "https://w3id.org/zhengpu/id/graph"
    assert (f"the graph <{graph}>" if graph else "the default graph") in done.out
    assert _same(server, graph, store)


# Without a server ----------------------------------------------------------------------------------------------------


def test_options_that_contradict_each_other_are_refused(zhengpu: Run, tmp_path: Path) -> None:
    assert "--keep" in zhengpu("push", "http://localhost:9/", "--keep", "--delete").err
    assert "--endpoint URL" in zhengpu("build", tmp_path, "--graph", GRAPH).err
    done = zhengpu("push", "nowhere", "--store", tmp_path / "none")
    assert done.code == 2


def test_chunks_are_whole_lines() -> None:
    lines = [b"<a> <b> <%d> .\n" % number for number in range(1000)]
    cut = list(chunks([b"".join(lines[:700]), b"".join(lines[700:710]), b"".join(lines[710:])], 1000))
    assert b"".join(cut) == b"".join(lines)
    assert all(chunk.endswith(b".\n") and len(chunk) <= 1000 for chunk in cut)
    assert list(chunks([b""])) == [b""]
    assert list(chunks([b"<a> <b> <long> .\n<a> <b> <c> .\n"], 5)) == [b"<a> <b> <long> .\n", b"<a> <b> <c> .\n"]


def test_sums_know_sets_and_not_their_order() -> None:
    lines = [b"<a> <b> <c> .", b"<a> <b> <d> .", b"<a> <b> <e> ."]
    assert sum_of(lines) == sum_of(lines[::-1]) == Sum().plus(lines[0]).plus(lines[1]).plus(lines[2])
    assert sum_of(lines) != sum_of([lines[0], lines[1], lines[1]])


def test_the_default_graph_has_a_name_in_the_ledger() -> None:
    assert [line.split()[1:3] for line in Held(E + "d", "x", merged=DEFAULT).statements()][-1] == ["<http://purl.org/dc/terms/isPartOf>", f"<{DEFAULT}>"]


