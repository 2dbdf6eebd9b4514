"""The projections of the graph, held against the golden facts they are made of, and the measures of position, against networks that can be checked by hand."""

from __future__ import annotations

import builtins
from collections import Counter
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import networkx
import pytest
from gold_facts import all_gold_facts
from running import Run

from zhengpu import ids
from zhengpu.errors import NothingSelected, UnknownName, ZhengpuError
from zhengpu.graph.exports.selection import Selection
from zhengpu.graph.networks import projections, standing
from zhengpu.graph.networks.network import Edge, Network, Node
from zhengpu.graph.networks.projections import PROJECTIONS, projection
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.ontology import terms as zp

PLAN = "https://w3id.org/zhengpu/id/document/绍政办发〔2024〕18号/plan/1"


def duties() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(document, measure) -> the IRI and role of each body in charge, from the facts."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for facts in all_gold_facts():
        for duty in facts.responsibilities:
            found.setdefault((facts.source, duty.measure), []).append((ids.institution(duty.canonical), str(duty.role)))
    return found


def test_bodies_and_measures(store: Store) -> None:
    found = projection(store, "institution-measure")
    assert sum(edge.weight for edge in found.edges) == sum(len(bodies) for bodies in duties().values())
    assert {node.kind for node in found.nodes} <= {"institution", "measure", "task"}
    assert all(edge.quote and edge.role in ("lead", "responsible", "support") for edge in found.edges)


def test_bodies_in_charge_of_the_same_measures(store: Store) -> None:
    found = {frozenset((edge.source, edge.target)): edge.weight for edge in projection(store, "co-responsibility").edges}
    expected = Counter(frozenset(pair) for bodies in duties().values() for pair in combinations(sorted({iri for iri, _ in bodies}), 2))
    assert found == expected
    assert len(found) > 20


def test_from_the_body_that_leads_to_those_that_share(store: Store) -> None:
    found = Counter({(edge.source, edge.target): edge.weight for edge in projection(store, "lead-support").edges})
    expected: Counter[tuple[str, str]] = Counter()
    for bodies in duties().values():
        pairs = {(one, other) for (one, role), (other, with_role) in permutations(bodies, 2) if role == "lead" != with_role and one != other}
        expected.update(pairs)
    assert found == expected
    assert found


def test_plans_and_what_they_cite(store: Store) -> None:
    found = projection(store, "plan-reference")
    assert {node.kind for node in found.nodes} == {"plan", "work"}
    assert sum(edge.weight for edge in found.edges) == sum(len(facts.references) for facts in all_gold_facts())
    assert all(edge.quote for edge in found.edges)


def test_plans_that_cite_and_promise_the_same(store: Store) -> None:
    found = projection(store, "plan-plan")
    assert {node.kind for node in found.nodes} == {"plan"}
    works = [{ids.work(r.full_title or r.title) for r in facts.references} for facts in all_gold_facts()]
    indicators = [{ids.indicator(t.canonical_indicator) for t in facts.targets} for facts in all_gold_facts()]
    both = {"shared-reference": works, "shared-indicator": indicators}
    shared = {name: sorted(len(one & other) for one, other in combinations(sets, 2) if one & other) for name, sets in both.items()}
    assert {name: sorted(edge.weight for edge in found.edges if edge.kind == name) for name in shared} == shared


def test_more_pairs_of_plans_than_anybody_draws_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "MOST_PAIRS", 2)
    with pytest.raises(ZhengpuError, match=r"pairs of plans .*2 at most; nothing was written\. Narrow it down \(--region"):
        projection(store, "plan-plan")


def test_plans_that_use_the_same_text(tmp_path: Path, store: Store) -> None:
    first, second = (f"{entry.iri}" for entry in store.documents[:2])
    lines = [f"<{first}> <{ids.ONTOLOGY}reusesTextOf> <{second}> .", f"<{first}/measure/m1> <{zp.similarTo}> <{second}/measure/m1> ."]
    copy = create_store(tmp_path / "copy")
    copy.add(Shard(entry.iri, store.triples(entry)) for entry in store.documents)
    copy.add([Shard("https://example.org/derived", "\n".join(lines).encode() + b"\n")])
    kinds = {edge.kind: (edge.source, edge.target) for edge in projection(copy, "plan-plan").edges}
    assert kinds["reused-text"] == (f"{first}/plan/1", f"{second}/plan/1")
    assert "similar-measure" in kinds


def test_themes_and_bodies(store: Store) -> None:
    found = projection(store, "theme-institution")
    assert {node.kind for node in found.nodes} == {"theme", "institution"}
    assert "保护" in {node.label for node in found.nodes}


def test_a_projection_is_of_some_documents_and_themes(store: Store) -> None:
    whole, part = projection(store, "co-responsibility"), projection(store, "co-responsibility", Selection(plans=(PLAN,)))
    assert set(part.nodes) < set(whole.nodes)
    assert {edge.document_iri for edge in part.edges} == {PLAN.removesuffix("/plan/1")}
    on_theme = projection(store, "institution-measure", Selection(themes=(f"{zp.PREFIXES['theme']}商标",)))
    assert all("商标" in node.themes for node in on_theme.nodes if node.kind == "measure")
    with pytest.raises(NothingSelected):
        projection(store, "co-responsibility", Selection(plans=("https://example.org/nothing",)))
    with pytest.raises(UnknownName, match="co-responsibility"):
        projection(store, "co-responsible")


def drawn(edges: list[tuple[str, str, int]]) -> Network:
    names = sorted({end for one, other, _ in edges for end in (one, other)})
    links = tuple(Edge(one, other, "shared", "shared", "", "", "", "", weight) for one, other, weight in edges)
    return Network(tuple(Node(name, name, "institution") for name in names), links)


# Two triangles that one edge joins: c–d carries every path between them.
TWO = [("a", "b", 1), ("b", "c", 2), ("a", "c", 1), ("d", "e", 1), ("e", "f", 1), ("d", "f", 1), ("c", "d", 1)]


def test_measures_of_position_are_those_of_the_literature() -> None:
    found = {one.node.iri: one for one in standing.standings(drawn(TWO))}
    assert (found["c"].degree, found["c"].strength) == (3, 4)
    assert {one.core for one in found.values()} == {2}
    assert {one.community for one in (found[name] for name in "abc")} != {one.community for one in (found[name] for name in "def")}
    assert found["c"].betweenness == pytest.approx(0.6)
    assert found["a"].betweenness == 0
    assert sum(one.pagerank for one in found.values()) == pytest.approx(1, abs=1e-5)
    directed = {one.node.iri: one.pagerank for one in standing.standings(drawn([("a", "b", 1), ("c", "b", 1)]), directed=True)}
    assert directed["b"] > 2 * directed["a"]
    assert standing.standings(Network((), ())) == []


def test_pagerank_is_that_of_networkx() -> None:
    graph = networkx.DiGraph()
    graph.add_weighted_edges_from(TWO)
    expected = networkx.algorithms.link_analysis.pagerank_alg._pagerank_python(graph, tol=1e-10)
    assert {one.node.iri: one.pagerank for one in standing.standings(drawn(TWO), directed=True)} == pytest.approx(expected, abs=1e-6)


def test_rustworkx_and_networkx_measure_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rustworkx", reason="rustworkx is not installed")
    found = projection(store, "institution-measure")
    fast = standing.standings(found)
    importing = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "rustworkx":
            raise ImportError(name)
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert standing.standings(found) == fast


def test_large_networks_are_sampled_alike(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    found = projection(store, "institution-measure")
    monkeypatch.setattr(standing, "EXACT", 10)
    monkeypatch.setattr(standing, "_PIVOTS", 50)
    first = standing.standings(found)
    assert first == standing.standings(found)
    assert max(first, key=lambda one: one.betweenness).node.label == "绍兴市知识产权局"


@pytest.mark.parametrize("name", PROJECTIONS)
def test_the_command_prints_and_writes_each(zhengpu: Run, store: Store, tmp_path: Path, name: str) -> None:
    done = zhengpu("network", name, "--table", "--rows", "2", "--to", f"{name}.gexf", "--store", store.folder)
    assert done.code == 0
    assert "PageRank" in done.out
    found = projection(store, name)
    assert networkx.read_gexf(tmp_path / f"{name}.gexf", version="1.3").number_of_nodes() == len(found.nodes)
    assert zhengpu("network", name, "--to", f"{name}.html", "--store", store.folder).code == 0
    assert "关于此图" in (tmp_path / f"{name}.html").read_text("utf-8")
