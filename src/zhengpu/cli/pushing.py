"""`zhengpu push`: a store as a whole into somebody's triple store, and later what has changed since."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.bars import bar
from zhengpu.cli.options import DEFAULT_STORE, JsonOption, StoreOption
from zhengpu.cli.remote_options import GraphStoreOption, UpdateOption, asked_graph, remote
from zhengpu.errors import BadParameter, QueryError

if TYPE_CHECKING:
    from zhengpu.graph.remote.documents import Documents
    from zhengpu.graph.remote.graphs import RemoteGraphs
    from zhengpu.graph.remote.one_graph import OneGraph
    from zhengpu.graph.remote.push import Checked, Pushed
    from zhengpu.graph.remote.served import Served

TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", min=0.1, metavar="SECONDS", help="How long the server may be silent (60, or ZHENGPU_ENDPOINT_TIMEOUT).")
]
_MOST_NAMED = 10  # graphs that are listed one by one


def push(
    endpoint: Annotated[str, typer.Argument(metavar="ENDPOINT", help="The address at which the server answers SPARQL queries.")],
    graph: Annotated[str | None, typer.Option("--graph", metavar="IRI", help="Put all into this graph, not into the default graph.")] = None,
    per_document: Annotated[
        bool, typer.Option("--graph-per-document", help="Put each document into a graph of its own, named by its IRI; with --graph too: and all into that one.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Let what has left the store stay there; add to a graph that has triples of others.")] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Take out what has left the store even where it is more than half of what is there.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Send everything again, whatever is there.")] = False,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Read back what was sent and compare.")] = True,
    everything: Annotated[bool, typer.Option("--check-all", help="Read back everything, what was sent earlier too.")] = False,
    update_endpoint: UpdateOption = None,
    graph_store: GraphStoreOption = None,
    timeout: TimeoutOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Put the store into another triple store: Oxigraph, Virtuoso, Jena Fuseki, GraphDB, or whatever speaks the SPARQL 1.1 Graph Store Protocol and Update.

    All goes into one graph, in which each triple stands once: this is the one to be asked, --endpoint URL of every reading command. Virtuoso has no default
    graph to write to; there it is the graph that the command names, and the address to ask ends in ?default-graph-uri=IRI.
    Another `zhengpu serve --writable` takes the documents too, each as a graph of its own.
    With --graph-per-document the server can tell who says what; but what several documents say counts as often where their graphs are asked together.

    A later push sends only what is new or changed, and takes out what has left the store. One that broke off goes on where it stopped. What is there
    already is known from a graph at the server, the ledger. Afterwards numbers are compared, and a digest of the triples that were sent, read back;
    the exit code is 1 where something is missing there.

    Name and password, or a token, stand in the environment: ZHENGPU_ENDPOINT_USER and ZHENGPU_ENDPOINT_PASSWORD, or ZHENGPU_ENDPOINT_TOKEN.

    \b
    Examples:
      zhengpu push http://localhost:7878/query
      zhengpu push http://localhost:8890/sparql --graph https://example.org/plans
      zhengpu push http://localhost:3030/plans/query --graph-per-document --store ./my-store
    """
    from zhengpu.graph.storage.store import open_store

    if keep and delete:
        raise BadParameter("--keep lets what has left the store stay, and --delete takes it out. Give one of them.")
    with open_store(store) as opened:
        graphs, place, name = _place(endpoint, graph, per_document, update_endpoint, graph_store, timeout)
        try:
            with bar() as shown:
                done = place.push(opened, keep=keep, delete=delete, anew=anew, progress=shown.steps("Sending", things="triples"))
        except QueryError as error:
            raise QueryError(f"{error} The push has not finished; run it again, and it goes on where it stopped.") from error
        checked = place.check(opened, done, everything=everything) if check or everything else None
        _say(graphs, name, done, checked, as_json)
    if checked and checked.wrong:
        raise typer.Exit(1)


def _place(
    endpoint: str, graph: str | None, per_document: bool, update: str | None, graph_store: str | None, timeout: float | None
) -> tuple[RemoteGraphs, OneGraph | Documents | Served, str]:
    from zhengpu.graph.remote.documents import Documents
    from zhengpu.graph.remote.one_graph import OneGraph
    from zhengpu.graph.remote.served import Served

    graphs = remote(endpoint, update, graph_store, timeout)
    if graphs.places.is_ours:
        if graph:
            raise BadParameter(f"{graphs.name} is a zhengpu server: it keeps a graph for each document, and merges them itself. Leave --graph out.")
        served = Served(graphs)
        return graphs, served, served.name
    if not per_document:
        one = OneGraph(graphs, asked_graph(graphs, graph))
        return graphs, one, one.name
    documents = Documents(graphs, asked_graph(graphs, graph) or "") if graph else Documents.there(graphs)
    return graphs, documents, "a graph for each document" + (f", merged in {documents.merged}" if documents.merged else "")


def _say(graphs: RemoteGraphs, name: str, done: Pushed, checked: Checked | None, as_json: bool) -> None:
    if as_json:
        console.print_json({"endpoint": graphs.name, "place": name, **asdict(done), "checked": asdict(checked) if checked else None})
        return
    new = len(done.sent) - len(done.replaced)
    told = f"{new} new, {len(done.replaced)} replaced, {done.unchanged} unchanged, {len(done.gone)} taken out; {done.triples:,} triples sent"
    console.say(f"{graphs.name}, {name}: {told}", "bold")
    if done.left:
        console.warn(f"{len(done.left)} documents there are not in the store, and stay.")
    if checked is None:
        return
    read = f", {checked.triples_read:,} of them read back and compared" if checked.triples_read else ""
    console.say(f"checked: {checked.graphs} graphs, {checked.triples:,} triples there{read}")
    if checked.others:
        console.warn(f"{checked.others:,} triples there are not the store's.")
    for wrong in checked.wrong[:_MOST_NAMED]:
        console.warn(f"{wrong}: not what the store says. Push again with --anew.", "red")
    if len(checked.wrong) > _MOST_NAMED:
        console.warn(f"… and {len(checked.wrong) - _MOST_NAMED} more.", "red")
