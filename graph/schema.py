"""The schema as a shard: the ontology and the concept schemes, so that queries find the labels of classes, properties and concepts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from zhengpu.graph.shards import Kind, Shard, canonical
from zhengpu.ids import ONTOLOGY

_SHAPES = "shapes.ttl"  # what `check` tests documents against: not data about anything


@cache
def schema_shard() -> Shard:
    """Every Turtle file of the ontology but the shapes. Blank nodes (lists, restrictions) get IRIs, so that a shard is a set of named triples."""
    graph = ox.Dataset()
    for file in sorted(files("zhengpu.ontology").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".ttl") and file.name != _SHAPES:
            for quad in ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE, rename_blank_nodes=True):
                graph.add(quad)
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    triples = ox.serialize((_named(quad) for quad in graph), format=ox.RdfFormat.N_TRIPLES) or b""
    return Shard(iri=ONTOLOGY.rstrip("#"), triples=canonical(triples, "the ontology"), title="zhengpu ontology", kind=Kind.SCHEMA)


def _named(quad: ox.Quad) -> ox.Triple:
    """The triple with IRIs for blank nodes (RDF 1.1 Concepts, section 3.5: skolemisation); their labels come from the canonical form."""
    subject = _iri(quad.subject) if isinstance(quad.subject, ox.BlankNode) else quad.subject
    object = _iri(quad.object) if isinstance(quad.object, ox.BlankNode) else quad.object
    return ox.Triple(subject, quad.predicate, object)


def _iri(node: ox.BlankNode) -> ox.NamedNode:
    return ox.NamedNode(f"{ONTOLOGY}_{node.value}")
