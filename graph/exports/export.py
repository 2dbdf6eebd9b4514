"""Taking a part of the graph away as a file: as RDF, as a network for other programs, as tables of nodes and edges.

Files are written aside and renamed: what fails, or finds nothing, leaves the old file. Each states its question, the date of its data and its counts
(`zhengpu.graph.exports.cover`): in a comment or where else the format has room, of N-Triples, N-Quads and tables in FILE.about.json beside them."""

from __future__ import annotations

import shlex
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pyoxigraph as ox

from zhengpu.errors import UnknownName, ZhengpuError
from zhengpu.graph.exports import network_parquet
from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.exports.neighbourhood import Part, about
from zhengpu.graph.exports.network_text import LAYOUTS, Layout, encoded, text_of
from zhengpu.graph.exports.rdf_part import Statements, statements, write
from zhengpu.graph.exports.selection import Selection, pieces
from zhengpu.graph.exports.writing import whole
from zhengpu.graph.networks.network import Network, Node
from zhengpu.graph.sources.source import GRAPH_FORMATS, PREFIXES, TripleSource

# Format -> the endings of file names that mean it; the first is the usual one.
FORMATS: Mapping[str, tuple[str, ...]] = {
    "ttl": (".ttl", ".turtle"),
    "trig": (".trig",),
    "nt": (".nt",),
    "nq": (".nq",),
    "jsonld": (".jsonld", ".json"),
    "xml": (".rdf", ".owl"),
    "graphml": (".graphml",),
    "gexf": (".gexf",),
    "cytoscape": (".cyjs",),
    "dot": (".dot", ".gv"),
    "csv": (".csv",),
    "neo4j": (".neo4j",),
    "parquet": (".parquet",),
}
TABULAR = ("csv", "neo4j", "parquet")  # two files: the edges, and the nodes beside them
_NO_ROOM = ("csv", "neo4j", "nt", "nq")  # for a cover: programs read these line by line, some without comments
_DATES = """SELECT (COUNT(DISTINCT ?document) AS ?documents) (MAX(?day) AS ?data) WHERE {
  ?document a zp:Document OPTIONAL { ?document dcterms:issued|zp:published ?date } BIND (COALESCE(STR(?date), "") AS ?day) }"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: `size` counts triples, or the links of a network. `truncated` says that `per_hop` left things out. `files` are all of them."""

    path: Path
    format: str
    size: int
    truncated: bool = False
    files: tuple[Path, ...] = ()
    things: int = 0


def format_of(path: Path, format: str | None = None, formats: Mapping[str, tuple[str, ...]] = FORMATS) -> str:
    """The format that was asked for, or else that of the file's ending. Raises UnknownName."""
    if format is not None:
        name = format.lower().removeprefix(".")
        found = next((known for known, endings in formats.items() if name == known or f".{name}" in endings), None)
        if found is None:
            raise UnknownName("format", format, formats, f"Formats: {', '.join(formats)}.")
        return found
    found = next((known for known, endings in formats.items() if path.suffix.lower() in endings), None)
    if found is None:
        endings = [ending for known in formats.values() for ending in known]
        raise UnknownName("ending for an export", path.suffix, endings, f"Endings: {' '.join(endings)}; or name a format: {', '.join(formats)}.")
    return found


def cover_of(source: TripleSource, question: str) -> Cover:
    """The cover of an export from the source, without counts."""
    row = next(iter(source.query(_DATES, trusted=True)), {})
    number, day = (term.value if isinstance(term := row.get(name), ox.Literal) else "" for name in ("documents", "data"))
    return Cover(question, day, int(number or 0))


def export(source: TripleSource, wanted: Selection, target: str | Path, format: str | None = None, question: str = "") -> Exported:
    """Writes the selection to the file `target` (tables: and its nodes beside it), all of it or nothing. `question` says in words what it is.

    N-Quads and TriG from a store have each triple in the graph of the document (of those selected) that says it. Raises UnknownName for a format
    or thing that does not exist, NothingSelected, ZhengpuError for a selection that is too large or a file that cannot be written."""
    path = Path(target)
    name = format_of(path, format)
    cover = cover_of(source, question)
    with writing(path):
        if name in LAYOUTS or name == "parquet":
            return export_network(pieces(source, wanted), path, name, cover)
        return export_statements(statements(source, wanted, name), path, name, cover)


def export_statements(found: Statements, path: Path, format: str, cover: Cover) -> Exported:
    """Writes the statements in a format of RDF. Raises OSError."""
    cover = replace(cover, triples=found.size, truncated=found.truncated)
    names = _beside(path, format)
    with ExitStack() as stack:
        files = {name: stack.enter_context(whole(path)) for name, path in names.items()}
        write(found, files["main"], format, cover)
        if "about" in files:
            files["about"].write(cover.json())
    return Exported(path, format, found.size, found.truncated, tuple(names.values()))


def export_network(found: Iterable[Network], path: Path, format: str, cover: Cover) -> Exported:
    """Writes a network that comes in pieces. What is kept in memory is which nodes were written already. Raises OSError."""
    counted = Counted(found)
    names = _beside(path, format)
    with ExitStack() as stack:
        # the table of edges is opened first, so that it takes its name last
        files = {name: stack.enter_context(whole(path)) for name, path in names.items()}
        if format == "parquet":
            made = network_parquet.write(counted, files["main"], files["nodes"])
            cover = counted.told(cover)
            network_parquet.finish(made, cover)
        else:
            _lay_out(LAYOUTS[format], counted, files, cover)
            cover = counted.told(cover)
        if format == "neo4j":  # a quotation may have several lines, which Neo4j expects only where it is told so
            command = ["neo4j-admin", "database", "import", "full", "--multiline-fields=true", f"--nodes={names['nodes'].name}", f"--relationships={path.name}"]
            cover = replace(cover, command=shlex.join(command))
        if "about" in files:
            files["about"].write(cover.json())
    return Exported(path, format, counted.links.total(), counted.truncated, tuple(names.values()), counted.things.total())


def _lay_out(layout: Layout, found: Counted, files: Mapping[str, IO[bytes]], cover: Cover) -> None:
    """Nodes and edges go to files of their own as they come, and are put together behind the head, which has the counts."""
    joint, number, is_first = encoded(layout.joint), 0, True
    with TemporaryFile() as nodes, TemporaryFile() as edges:
        for new, piece in found:
            if new:
                nodes.write((b"" if is_first else joint) + encoded(layout.joint.join(map(layout.node, new))))
                is_first = False
            if piece.edges:
                known = {node.iri: node for node in piece.nodes}
                links = layout.joint.join(layout.edge(number + at, edge, known) for at, edge in enumerate(piece.edges))
                edges.write((joint if number else b"") + encoded(links))
                number += len(piece.edges)
        nodes.seek(0)
        edges.seek(0)
        into = files.get("nodes", files["main"])
        into.write(encoded(layout.head(found.told(cover))))
        shutil.copyfileobj(nodes, into)
        files["main"].write(encoded(layout.between))
        shutil.copyfileobj(edges, files["main"])
        files["main"].write(encoded(layout.tail))


class Counted:
    """The pieces of a network, each with those of its nodes that came in none before; counts them as they go by."""

    __slots__ = ("_pieces", "_seen", "links", "things", "truncated")

    def __init__(self, found: Iterable[Network]) -> None:
        self._pieces = found
        self._seen: set[str] = set()
        self.things: Counter[str] = Counter()
        self.links: Counter[str] = Counter()
        self.truncated = False

    def __iter__(self) -> Iterator[tuple[list[Node], Network]]:
        for piece in self._pieces:
            new = [node for node in piece.nodes if node.iri not in self._seen]
            self._seen.update(node.iri for node in new)
            self.things.update(node.kind for node in new)
            self.links.update(edge.kind for edge in piece.edges)
            self.truncated = self.truncated or piece.truncated
            yield new, piece

    def told(self, cover: Cover) -> Cover:
        return replace(cover, things=dict(sorted(self.things.items())), links=dict(sorted(self.links.items())), truncated=self.truncated)


def _beside(path: Path, format: str) -> dict[str, Path]:
    """What -> the file that holds it: links.csv has its nodes in links.nodes.csv, and its cover in links.csv.about.json."""
    names = {"main": path}
    if format in TABULAR:
        names["nodes"] = path.with_name(f"{path.stem}.nodes{path.suffix}")
    if format in _NO_ROOM:
        names["about"] = path.with_name(f"{path.name}.about.json")
    return names


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises ZhengpuError where the system does not let the file be written."""
    try:
        yield
    except OSError as error:
        raise ZhengpuError(f"{path} cannot be written: {error.strerror or error}. Name another file with --to.") from error


# RDF -----------------------------------------------------------------------------------------------------------------


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


def _of_one(layout: Layout, found: Network) -> bytes:
    things, links = Counter(node.kind for node in found.nodes), Counter(edge.kind for edge in found.edges)
    return text_of(layout, found, Cover("", things=dict(sorted(things.items())), links=dict(sorted(links.items()))))


NETWORK_FORMATS: Mapping[str, Callable[[Network], bytes]] = {name: partial(_of_one, layout) for name, layout in LAYOUTS.items()}
