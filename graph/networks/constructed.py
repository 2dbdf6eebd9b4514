"""The answer of a CONSTRUCT query as a network: each triple between two things is an edge, each fact one edge with its quotation, literals are no nodes."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from zhengpu.graph.networks.asking import asker
from zhengpu.graph.networks.network import Edge, Network, Walk
from zhengpu.graph.sources.source import TripleSource
from zhengpu.graph.sources.sparql import values
from zhengpu.ontology import terms as zp

_CHUNK = 500  # IRIs in one VALUES block; endpoints refuse queries of some 200 kB
_FACTS = "SELECT DISTINCT ?fact WHERE { %s ?fact a zp:Fact }"


def network_of_triples(source: TripleSource, triples: Sequence[ox.Triple]) -> Network:
    """Names, kinds and quotations come from the source that the triples were constructed from. The kind of an edge is the local name of its property."""
    links = [
        (triple.subject.value, triple.predicate.value, triple.object.value)
        for triple in triples
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode) and triple.predicate.value != zp.rdf_type
    ]
    subjects = sorted({triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)})
    facts = _facts(source, subjects)
    known = set(facts)
    walk = Walk(asker(source))
    edges = list(walk.facts("fact", facts))
    for start, property, end in links:
        if start not in known and end not in known:
            name = property.rpartition("#" if "#" in property else "/")[2]
            edges.append(Edge(start, end, name, name, "", "", "", ""))
    nodes = {end for edge in edges for end in (edge.source, edge.target)} | set(walk.kind(subjects))
    return walk.described(nodes, edges, truncated=False)


def _facts(source: TripleSource, subjects: Sequence[str]) -> list[str]:
    chunks = (subjects[start : start + _CHUNK] for start in range(0, len(subjects), _CHUNK))
    asked = (source.query(_FACTS % values("fact", map(ox.NamedNode, chunk)), trusted=True) for chunk in chunks)
    return [row[0].value for answer in asked for row in answer.rows if isinstance(row[0], ox.NamedNode)]
