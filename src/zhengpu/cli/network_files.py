"""A network written to a file in any format: those of other programs, a workbook, a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhengpu.graph.exports.cover import Cover
    from zhengpu.graph.exports.export import Exported
    from zhengpu.graph.networks.network import Network

PAGE = 5000  # things on one page, unless the user says otherwise: a browser draws them in seconds, and nobody sees more
DRAWN: Mapping[str, tuple[str, ...]] = {"xlsx": (".xlsx",), "html": (".html", ".htm")}  # format -> its endings


def deliver(found: Iterable[Network], to: Path, format: str, cover: Cover, title: str = "") -> Exported:
    """Writes the network, which may come in pieces, to the file; `title` heads a page. Raises ZhengpuError where the file cannot be written."""
    from zhengpu.graph.exports.export import export_network, writing

    with writing(to):
        if format == "html":
            return _page(found, to, cover, title or cover.question)
        if format == "xlsx":
            from zhengpu.queries.tables.network_workbook import export_workbook

            return export_workbook(found, to, cover)
        return export_network(found, to, format, cover)


def told(done: Exported) -> str:
    """How much of a network was written, for people: 1 thing, 2,115 links."""
    return f"{done.things:,} thing{'s' * (done.things != 1)}, {done.size:,} link{'s' * (done.size != 1)}"


def _page(found: Iterable[Network], to: Path, cover: Cover, title: str) -> Exported:
    from zhengpu.graph.exports.export import Counted, Exported
    from zhengpu.graph.exports.selection import gathered
    from zhengpu.graph.exports.writing import whole
    from zhengpu.viz.network_page import page

    counted = Counted(found)
    network = gathered(piece for _, piece in counted)
    with whole(to) as file:
        file.write(page(network, title, counted.told(cover).lines()).encode("utf-8"))
    return Exported(to, "html", len(network.edges), network.truncated, (to,), len(network.nodes))
