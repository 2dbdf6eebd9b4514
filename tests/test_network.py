"""The network behind pictures and exports: things linked by the facts that connect them."""

from __future__ import annotations

from collections import Counter

import pytest
from gold_facts import all_gold_facts

from zhengpu.errors import UnknownName
from zhengpu.graph.networks.network import NODE_KINDS, network, network_of_plan, to_networkx
from zhengpu.graph.storage.store import Store

BASE = "https://w3id.org/zhengpu/id/"
BODY = BASE + "institution/上海市徐汇区知识产权局"
DOCUMENT = BASE + "document/徐府发〔2024〕9号"
PLAN = DOCUMENT + "/plan/1"


def test_every_fact_is_one_edge_and_no_literal_a_node(store: Store) -> None:
    facts = all_gold_facts()
    found = network(store)
    kinds = Counter(edge.kind for edge in found.edges)
    assert kinds["responsibility"] == sum(len(f.responsibilities) for f in facts)
    assert kinds["mention"] == sum(len(f.mentions) for f in facts)
    assert kinds["target"] == sum(len(f.targets) for f in facts)
    assert kinds["citation"] == sum(len(f.references) for f in facts)
    assert kinds["part"] == sum(len(f.measures) for f in facts)
    nodes = {node.iri: node for node in found.nodes}
    assert all(node.iri.startswith(BASE) and node.kind in NODE_KINDS.values() and node.label != node.iri for node in found.nodes)
    assert all(edge.source in nodes and edge.target in nodes for edge in found.edges)
    assert all(edge.quote and edge.document and edge.fact for edge in found.edges if edge.kind != "part")
    assert list(found.nodes) == sorted(found.nodes, key=lambda node: node.iri)


def test_a_network_grows_from_its_focus(store: Store) -> None:
    alone, near, far = (network(store, BODY, hops) for hops in (0, 1, 2))
    assert [node.label for node in alone.nodes] == ["上海市徐汇区知识产权局"]
    assert alone.edges == ()
    assert {node.kind for node in near.nodes} == {"institution", "measure"}
    assert all(BODY in (edge.source, edge.target) for edge in near.edges)
    assert {edge.role for edge in near.edges} <= {"lead", "responsible", "support", "mention"}
    assert set(near.nodes) < set(far.nodes)
    assert set(near.edges) < set(far.edges)
    whole = network(store)
    inside = {node.iri for node in far.nodes}
    assert set(far.edges) == {edge for edge in whole.edges if edge.source in inside and edge.target in inside}


def test_a_document_stands_for_its_plan_and_a_limit_keeps_the_focus(store: Store) -> None:
    assert network(store, DOCUMENT, 1) == network(store, PLAN, 1)
    small = network(store, BODY, hops=3, limit=10)
    assert small.truncated
    assert len(small.nodes) == 10
    assert BODY in {node.iri for node in small.nodes}
    with pytest.raises(UnknownName, match="starts from"):
        network(store, BASE + "nothing")


def test_the_network_of_a_plan_has_its_facts_and_no_others(store: Store) -> None:
    found = network_of_plan(store, PLAN)
    assert set(found.edges) == {edge for edge in network(store).edges if edge.document_iri == DOCUMENT}
    assert {edge.document for edge in found.edges} == {"关于印发《上海市徐汇区国家知识产权保护示范区建设方案》的通知"}
    with pytest.raises(UnknownName, match="plan"):
        network_of_plan(store, DOCUMENT)


def test_nodes_tell_more_under_the_chinese_names_of_the_ontology(store: Store) -> None:
    told = {node.iri: dict(node.facts) for node in network(store).nodes}
    assert "上海市徐汇区国家知识产权保护示范区建设方案" in told[DOCUMENT + "/measure/m1"].values()
    assert all(name and not name.startswith("http") for facts in told.values() for name in facts)


def test_networkx_gets_everything(store: Store) -> None:
    found = network(store, BODY, 2)
    graph = to_networkx(found)
    assert graph.number_of_nodes() == len(found.nodes)
    assert graph.number_of_edges() == len(found.edges)
