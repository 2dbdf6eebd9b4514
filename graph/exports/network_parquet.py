"""A network as two Parquet files, one of edges and one of nodes, for pandas, Polars and DuckDB. pyarrow comes with the extra `parquet`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import IO, Any

from zhengpu.errors import ZhengpuError
from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.networks.network import Edge, Network, Node


def write(pieces: Iterable[tuple[list[Node], Network]], edges: IO[bytes], nodes: IO[bytes]) -> Any:
    """Writes each piece as it comes: its new nodes and its edges. Gives what the `finish` of this module takes. Raises ZhengpuError without pyarrow."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise ZhengpuError('Parquet needs pyarrow: pip install "zhengpu[parquet]". Without it, take --format csv.') from error
    text = pa.string()
    columns = [("iri", text), ("label", text), ("kind", text), ("themes", pa.list_(text)), ("region", text)]
    of_nodes = pa.schema(columns)
    of_edges = pa.schema([(field.name, pa.int64() if field.name == "weight" else text) for field in fields(Edge)])
    written = (parquet.ParquetWriter(edges, of_edges), parquet.ParquetWriter(nodes, of_nodes))
    try:
        for new, piece in pieces:
            rows = [{"iri": node.iri, "label": node.label, "kind": node.kind, "themes": list(node.themes), "region": node.region} for node in new]
            links = [{field.name: getattr(edge, field.name) for field in fields(Edge)} for edge in piece.edges]
            written[0].write_table(pa.Table.from_pylist(links, of_edges))
            written[1].write_table(pa.Table.from_pylist(rows, of_nodes))
    except BaseException:
        for file in written:  # pyarrow would write its footer later, to a file that is gone
            file.close()
        raise
    return written


def finish(written: Any, cover: Cover) -> None:
    """Ends both files; each states the cover under the key "zhengpu" of its metadata."""
    for file in written:
        file.add_key_value_metadata({"zhengpu": cover.json().decode()})
        file.close()
