"""The options of commands that write to somebody's server, and what they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.errors import BadParameter

if TYPE_CHECKING:
    from zhengpu.graph.remote.documents import Documents
    from zhengpu.graph.remote.graphs import RemoteGraphs

ServerOption = Annotated[
    str | None,
    typer.Option("--endpoint", metavar="URL", help="Change this server's graphs, not the store; as ZHENGPU_ENDPOINT_USER and _PASSWORD, or with _TOKEN."),
]
GraphOption = Annotated[str | None, typer.Option("--graph", metavar="IRI", help="With --endpoint: merge the documents in this graph, not the default graph.")]
UpdateOption = Annotated[str | None, typer.Option("--update-endpoint", metavar="URL", help="Where the server takes SPARQL updates, if that cannot be guessed.")]
GraphStoreOption = Annotated[
    str | None, typer.Option("--graph-store", metavar="URL", help="Where it speaks the Graph Store Protocol, if that cannot be guessed.")
]


def remote(endpoint: str, update: str | None, graph_store: str | None, timeout: float | None = None) -> RemoteGraphs:
    """The graphs of the server at an address. Raises QueryError where nothing answers there."""
    from zhengpu.graph.remote.graphs import RemoteGraphs
    from zhengpu.graph.remote.places import places

    return RemoteGraphs(places(endpoint, update, graph_store, timeout), timeout)


def asked_graph(graphs: RemoteGraphs, graph: str | None) -> str | None:
    """The graph that is to be asked: the one given, else the default graph (None), or one of ours where the server has none to write to.

    Raises BadParameter for what is no IRI."""
    from zhengpu import ids
    from zhengpu.graph.remote.graphs import graph_name

    if graph is None:
        return None if graphs.places.has_default else f"{ids.base().rstrip('#')}graph"
    graph_name(graph)
    return graph


def documents_there(endpoint: str, graph: str | None, update: str | None, graph_store: str | None) -> Documents:
    """The documents at a server, merged in the graph named, or in the one that they are merged in already, or in its usual one."""
    from zhengpu.graph.remote.documents import Documents
    from zhengpu.graph.remote.ledger import DEFAULT, Ledger
    from zhengpu.graph.remote.places import needed

    graphs = remote(endpoint, update, graph_store)
    if graphs.places.is_ours:
        raise BadParameter(f"{graphs.name} is a zhengpu server, which takes no updates. Change a store here and send it there: zhengpu push {graphs.name}")
    needed(graphs.places.update, "--update-endpoint", graphs.places.query)
    if graph is None and Ledger.of_documents(graphs).read()[0]:
        return Documents.there(graphs)
    return Documents(graphs, asked_graph(graphs, graph) or DEFAULT)


def refuse_without_endpoint(*given: str | None) -> None:
    """Raises BadParameter where one of the options is there that say something of a server, and no server is."""
    if any(given):
        raise BadParameter("--graph, --update-endpoint and --graph-store are about a server. Name it with --endpoint URL.")
