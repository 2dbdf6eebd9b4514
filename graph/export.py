"""Taking a part of the graph away as a file: as RDF, as a network for Gephi or Cytoscape (GraphML), as a table of links (CSV)."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from zhengpu.errors import UnknownName, ZhengpuError
from zhengpu.graph.neighbourhood import Part, about, around, said_by
from zhengpu.graph.network import Edge, Network, network, network_of_plan, to_networkx
from zhengpu.graph.source import GRAPH_FORMATS, PREFIXES, TripleSource
from zhengpu.graph.store import Store
from zhengpu.graph.writing import whole

if TYPE_CHECKING:
    from networkx import MultiDiGraph

# Format -> the endings of file names that mean it; the first is the usual one.
FORMATS: Mapping[str, tuple[str, ...]] = {
    "ttl": (".ttl", ".turtle"),
    "nt": (".nt",),
    "nq": (".nq",),
    "jsonld": (".jsonld", ".json"),
    "xml": (".rdf", ".owl"),
    "graphml": (".graphml",),
    "gexf": (".gexf",),
    "csv": (".csv",),
}
_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
# What XML 1.0 cannot hold; it may stand in the text of a damaged file.
_MODIFIED_RE = re.compile(rb' lastmodifieddate="[^"]*"')
_NOT_XML_RE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Around:
    """The thing with this IRI and what lies within `hops` links of it, at most `limit` things."""

    iri: str
    hops: int = 1
    limit: int = 2000


@dataclass(frozen=True, slots=True)
class OfPlan:
    """What the document of the plan with this IRI says."""

    iri: str


@dataclass(frozen=True, slots=True)
class Everything:
    """The whole graph, with the ontology."""


Selection: TypeAlias = Around | OfPlan | Everything


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: `size` counts triples, or the links of a network. `truncated` says that the limit left things out."""

    path: Path
    format: str
    size: int
    truncated: bool = False


def format_of(path: Path, format: str | None = None) -> str:
    """The format that was asked for, or else that of the file's ending. Raises UnknownName."""
    if format is not None:
        name = format.lower().removeprefix(".")
        found = next((known for known, endings in FORMATS.items() if name == known or f".{name}" in endings), None)
        if found is None:
            raise UnknownName("format", format, FORMATS, f"Formats: {', '.join(FORMATS)}.")
        return found
    found = next((known for known, endings in FORMATS.items() if path.suffix.lower() in endings), None)
    if found is None:
        endings = [ending for known in FORMATS.values() for ending in known]
        raise UnknownName("ending for an export", path.suffix, endings, f"Endings: {' '.join(endings)}; or name a format: {', '.join(FORMATS)}.")
    return found


def export(source: TripleSource, selection: Selection, target: str | Path, format: str | None = None) -> Exported:
    """Writes the selection to the file `target`, all of it or nothing.

    N-Quads from a store have each triple in the graph of the document (of those selected) that says it. Raises UnknownName for a format or
    thing that does not exist, ZhengpuError where the file cannot be written, and what the source raises."""
    path = Path(target)
    name = format_of(path, format)
    try:
        with whole(path) as file:
            if name in NETWORK_FORMATS:
                found = _network(source, selection)
                file.write(NETWORK_FORMATS[name](found))
                return Exported(path, name, len(found.edges), found.truncated)
            if isinstance(selection, Everything) and not (name == "nq" and isinstance(source, Store)):
                source.query(_ALL, trusted=True).write(file, name)
                counted = next(iter(source.query(_COUNT, trusted=True)))["n"]
                return Exported(path, name, int(counted.value) if isinstance(counted, ox.Literal) else 0)
            return _write(source, selection, file, path, name)
    except OSError as error:
        raise ZhengpuError(f"{path} cannot be written: {error.strerror or error}. Name another file with --to.") from error


def content(source: TripleSource, found: Network, format: str) -> bytes:
    """The file of a network: its things and links, or in a format of RDF what is said of its things and of the facts that link them.

    Raises UnknownName for a format that does not exist."""
    name = format_of(Path(), format)
    if name in NETWORK_FORMATS:
        return NETWORK_FORMATS[name](found)
    things = {node.iri for node in found.nodes} | {edge.fact for edge in found.edges if edge.fact}
    return serialized(about(source, things), name)


def serialized(part: Part, format: str) -> bytes:
    """The triples in a format of RDF, with the usual prefixes."""
    output = BytesIO()
    ox.serialize(part.triples, output, GRAPH_FORMATS[format], prefixes=dict(PREFIXES))
    return output.getvalue()


def _write(source: TripleSource, selection: Selection, file: IO[bytes], path: Path, format: str) -> Exported:
    part = Part(()) if isinstance(selection, Everything) else _part(source, selection)
    if format == "nq" and isinstance(source, Store):
        quads = list(_quads(source, None if isinstance(selection, Everything) else part))
        ox.serialize(quads, file, ox.RdfFormat.N_QUADS)
        return Exported(path, format, len(quads), part.truncated)
    ox.serialize(part.triples, file, GRAPH_FORMATS[format], prefixes=dict(PREFIXES))
    return Exported(path, format, len(part.triples), part.truncated)


def _part(source: TripleSource, selection: Around | OfPlan) -> Part:
    if isinstance(selection, Around):
        return around(source, selection.iri, selection.hops, selection.limit)
    return said_by(source, selection.iri)


def _network(source: TripleSource, selection: Selection) -> Network:
    if isinstance(selection, Around):
        return network(source, selection.iri, selection.hops, selection.limit)
    return network_of_plan(source, selection.iri) if isinstance(selection, OfPlan) else network(source)


def _quads(store: Store, part: Part | None) -> Iterator[ox.Quad]:
    """The triples of the part (None: all), each in the graph of every document concerned that says it; those that none says in the default graph."""
    wanted = None if part is None else set(part.triples)
    concerned = {term.value for triple in wanted or () for term in (triple.subject, triple.object) if isinstance(term, ox.NamedNode)}
    placed: set[ox.Triple] = set()
    for entry in store.entries:
        if wanted is None or entry.iri in concerned:
            graph = ox.NamedNode(entry.iri)
            for quad in ox.parse(store.triples(entry), ox.RdfFormat.N_TRIPLES):
                if wanted is None or quad.triple in wanted:
                    placed.add(quad.triple)
                    yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
    for triple in part.triples if part else ():
        if triple not in placed:
            yield ox.Quad(triple.subject, triple.predicate, triple.object)


def _graphml(found: Network) -> bytes:
    import networkx

    output = BytesIO()
    networkx.write_graphml(_for_xml(found), output, encoding="utf-8")
    return output.getvalue()


def _gexf(found: Network) -> bytes:
    """GEXF 1.2 for Gephi, without the day on which it was written: the same network gives the same bytes."""
    import networkx

    graph = _for_xml(found)
    for number, (*_, attributes) in enumerate(graph.edges(data=True)):
        attributes["id"] = str(number)  # Gephi joins edges of one id, and an edge's own label is what it shows
        attributes["label"] = attributes["role"]
    output = BytesIO()
    networkx.write_gexf(graph, output, encoding="utf-8", version="1.2draft")
    return _MODIFIED_RE.sub(b"", output.getvalue(), count=1)


def _for_xml(found: Network) -> MultiDiGraph[str]:
    graph = to_networkx(found)
    for attributes in (*(data for _, data in graph.nodes(data=True)), *(data for *_, data in graph.edges(data=True))):
        attributes.update({name: _NOT_XML_RE.sub("\ufffd", value) for name, value in attributes.items() if isinstance(value, str)})
    return graph


def _csv(found: Network) -> bytes:
    """One row a link, with the names and kinds of its ends; UTF-8 with a byte order mark, without which Excel shows Chinese as noise."""
    nodes = {node.iri: node for node in found.nodes}
    output = StringIO(newline="")
    columns = ["source_label", "source_kind", "target_label", "target_kind", *(field.name for field in fields(Edge))]
    rows = csv.DictWriter(output, columns)
    rows.writeheader()
    for edge in found.edges:
        start, end = nodes[edge.source], nodes[edge.target]
        rows.writerow({"source_label": start.label, "source_kind": start.kind, "target_label": end.label, "target_kind": end.kind, **asdict(edge)})
    return output.getvalue().encode("utf-8-sig")


NETWORK_FORMATS: Mapping[str, Callable[[Network], bytes]] = {"graphml": _graphml, "gexf": _gexf, "csv": _csv}
