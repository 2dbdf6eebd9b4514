"""One call of the API as a worker does it, over its snapshot.

A worker cannot open files any more, so that importing this module, which the process does that forks the workers, reads everything that an answer may
need: the library of questions, the schemes of concepts, and the libraries that other modules import when they are first used."""

from __future__ import annotations

from typing import Any

from zhengpu.graph import validation
from zhengpu.graph.exports.export import NETWORK_FORMATS
from zhengpu.graph.networks.centrality import measured
from zhengpu.graph.networks.network import Edge, Network, Node
from zhengpu.graph.sources.source import TripleSource
from zhengpu.ontology import schemes
from zhengpu.queries.api.task import outcome
from zhengpu.queries.catalogue import catalogue
from zhengpu.queries.views import gaps
from zhengpu.queries.views.overview import offered


def answer(source: TripleSource, endpoint: str, values: dict[str, Any]) -> bytes:
    """What a worker sends for a call: an `Outcome`, packed."""
    return outcome(source, endpoint, values).packed()


def count(source: TripleSource, id: str) -> bytes:
    """How many rows answer a question about gaps."""
    return str(gaps.count(source, id)).encode()


def _ready() -> None:
    """Does once what libraries open files for: the shapes, the formats of networks, the measuring of a network."""
    catalogue()
    schemes.concepts()
    offered()
    pair = Network(tuple(Node(f"x:{name}", name, "institution") for name in "ab"), (Edge("x:a", "x:b", "part", "part", "", "", "", ""),))
    for content in NETWORK_FORMATS.values():
        content(pair)
    measured(2, [(0, 1)])
    list(validation.check([b'<x:a> <x:b> "c"@zh .\n']))
    validation.prepare()


_ready()
