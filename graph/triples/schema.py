"""The schema as a shard: the ontology and the concept schemes, so that queries find the labels of classes, properties and concepts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from zhengpu.graph.sources.source import Term
from zhengpu.graph.storage.shards import Kind, Shard, canonical
from zhengpu.ids import ONTOLOGY

_SHAPES = "shapes.ttl"  # what `check` tests documents against: not data about anything


@cache
def schema_shard() -> Shard:
    """Every Turtle file of the ontology but the shapes. Blank nodes (lists, restrictions) get IRIs, so that a shard is a set of named triples."""
    names: dict[ox.BlankNode, ox.NamedNode] = {}

    def named(term: Term) -> Term:
        """An IRI for a blank node (RDF 1.1 Concepts, section 3.5: skolemisation), numbered as they come in the files."""
        if not isinstance(term, ox.BlankNode):
            return term
        return names.setdefault(term, ox.NamedNode(f"{ONTOLOGY}_{len(names) + 1}"))

    lines: list[str] = []
    for file in sorted(files("zhengpu.ontology").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".ttl") and file.name != _SHAPES:
            quads = ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE, rename_blank_nodes=True)
            lines += (f"{named(quad.subject)} {quad.predicate} {named(quad.object)} .\n" for quad in quads)
    triples = canonical("".join(lines).encode(), "the ontology")
    return Shard(iri=ONTOLOGY.rstrip("#"), triples=triples, title="zhengpu ontology", kind=Kind.SCHEMA)
