"""`zhengpu build`, `remove` and `rebuild`: what a store holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.bars import Bar, bar
from zhengpu.cli.options import DEFAULT_STORE, CorrectionsOption, JsonOption, StoreOption, cores
from zhengpu.cli.portable import BatchOption, DaskOption, ToOption, build_to, refuse_without_location
from zhengpu.cli.remote_options import GraphOption, GraphStoreOption, ServerOption, UpdateOption, documents_there, refuse_without_endpoint
from zhengpu.errors import BadParameter

if TYPE_CHECKING:
    from zhengpu.graph.remote.documents import Documents
    from zhengpu.loaders.columns import Columns
    from zhengpu.pipeline import Failed, Progress, Report

_MOST_ROWS = 25  # documents of one file that are listed one by one
_MOST_FILES = 200  # in the table; the rest of them is counted
_INTERRUPTED = 130  # the exit code of what Ctrl-C ended
_MOST_REMARKS = 200
CATEGORIES = {
    "outline": "提纲",
    "goals": "目标",
    "measures": "措施",
    "responsibilities": "责任",
    "mentions": "提及",
    "targets": "指标值",
    "references": "引用",
    "schedule": "进度",
    "campaigns": "行动",
}


def build(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Documents, folders of documents, or patterns in quotation marks.")],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="FIELD=NAME", help="The column of a dump that holds text, title, url, date, issuer, number … Repeat for each."),
    ] = None,
    corrections: CorrectionsOption = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=0, metavar="N", help="Processes that read at the same time: one a core, or N; with 0 this one reads.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read files too that have not changed since they were last read.")] = False,
    to: ToOption = None,
    dask: DaskOption = None,
    batch: BatchOption = None,
    endpoint: ServerOption = None,
    graph: GraphOption = None,
    update_endpoint: UpdateOption = None,
    graph_store: GraphStoreOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Read documents and put what they say into the store. A document that is there already is replaced, one that says the same changes nothing.

    A file that was read before is not read again, unless it, the corrections or the program have changed. So a build that was stopped or lost its
    machine goes on where it was when it is called again; until it has finished, the store is as it was before.

    A dump (CSV, JSON lines, Parquet) holds a document in each row, an archive (ZIP) one in each file. Columns that have
    usual names (正文, 标题, 发布日期, content, title …) are found without --column. What cannot be read is named and the rest goes on; the exit code is then 1.

    Corrections given with --corrections are kept in the store as its zhengpu.toml and count in later builds too.

    With --endpoint the documents go to somebody's server, one by one, and no store is made here: each into a graph of its own, under its IRI, so that it can be
    replaced and removed exactly, and all merged into one graph, which is the one to ask (each triple counts once there). That is the default graph, or
    the one that --graph names. Links between documents are not made there: for these build a store, link it and push it (zhengpu push).

    With --to no store is made here either, but parts: gzipped N-Triples, 100 documents in each, and manifests as Parquet, in a folder or at any URL
    that fsspec reaches, where PATH may be too. What lies there already as it is now is not read again. With --dask the workers of a cluster read, which see
    the same files and have this zhengpu[cluster]; one that is lost costs its task only. Load the parts with zhengpu load, or into another engine.

    \b
    Examples:
      zhengpu build plan.txt
      zhengpu build plans/ 'more/**/*.html' --store ./my-store
      zhengpu build crawl.csv --column text=网页正文 --column date=公布时间
      zhengpu build plans/ --corrections my-corrections.toml
      zhengpu build plans/ --jobs 4
      zhengpu build plans/ --endpoint http://localhost:7878/query
      zhengpu build s3://bucket/plans --to s3://bucket/parts --dask tcp://scheduler:8786
    """
    from zhengpu.loaders.columns import Columns
    from zhengpu.pipeline import Report, documents_in

    columns = Columns.of(column or ())
    if to:
        if endpoint:
            raise BadParameter("--to writes parts and --endpoint changes a server: give one of them.")
        jobs = cores() if jobs is None else jobs
        build_to(paths, to, columns, corrections, jobs=jobs, dask=dask, batch=batch, again=again, as_json=as_json)
        return
    refuse_without_location(dask, batch)
    files, missing = documents_in(paths)
    place = str(store)
    if endpoint:
        documents = documents_there(endpoint, graph, update_endpoint, graph_store)
        report, place = built_there(files, documents, columns, corrections, jobs), documents.name
    else:
        refuse_without_endpoint(graph, update_endpoint, graph_store)
        report = built(files, store, columns, corrections, jobs, again=again) if files else Report()
    failed = (*missing, *report.failed)
    if as_json:
        console.print_json(_as_json(report, failed))
    elif report.read:
        print_summary(report)
        changes, remembered = report.changes, sum(one.remembered for one in report.read)
        told = f"{len(changes.added):,} added, {len(changes.replaced):,} replaced, {len(changes.unchanged):,} unchanged"
        console.say(f"{place}: {told}{f' ({remembered:,} not read again)' if remembered else ''}", "bold")
        if not endpoint:
            _say_of_links(store)
    for failure in failed:
        console.warn(failure.reason, "red")
    if failed:
        raise typer.Exit(1)


def _say_of_links(folder: Path) -> None:
    """Whether the documents are linked: where they are, the build has brought the links up to date."""
    from zhengpu.graph.links.linking import OPTION
    from zhengpu.graph.storage.manifest import read_manifest
    from zhengpu.graph.storage.shards import Kind

    entries = read_manifest(folder).entries.values()
    if sum(entry.kind is Kind.DOCUMENT for entry in entries) > 1 and not any(OPTION in entry.options for entry in entries):
        console.say(f"The documents are not linked with each other. Link them: zhengpu link --store {folder}")


def built(
    files: Sequence[Path], folder: Path, columns: Columns | None = None, corrections: Path | None = None, jobs: int | None = None, *, again: bool = False
) -> Report:
    """The files read into the store at `folder`, which is made if it is not there, by the store's corrections or those given; with a progress bar."""
    from zhengpu import pipeline
    from zhengpu.graph.storage import rules
    from zhengpu.graph.storage.store import create_store

    known = rules.read(corrections) if corrections else rules.kept(folder)
    with create_store(folder) as opened:
        if corrections and (before := rules.keep(corrections, folder)):
            console.warn(f"{folder}: has the corrections of {corrections} now; those it had before lie in {before.name}.")
        try:
            with bar() as shown:
                number = cores() if jobs is None else jobs
                return pipeline.build(files, opened, _reading(shown, len(files)), columns, known, jobs=number, again=again, indexing=shown.phase("Indexing"))
        except KeyboardInterrupt:
            console.warn(f"Stopped. {folder} is as it was before. What was read is remembered: the same command goes on where it was.")
            raise typer.Exit(_INTERRUPTED) from None


def built_there(files: Sequence[Path], documents: Documents, columns: Columns, corrections: Path | None, jobs: int | None = None) -> Report:
    """The files read into the store at a server, by the corrections given; with a progress bar."""
    from zhengpu.graph.storage import rules
    from zhengpu.pipeline.reading import NONE
    from zhengpu.pipeline.remotely import build_there

    known = rules.read(corrections) if corrections else NONE
    number = cores() if jobs is None else jobs
    try:
        with bar() as shown:
            return build_there(files, documents, _reading(shown, len(files)), columns, known, jobs=number)
    except KeyboardInterrupt:
        console.warn(f"Stopped. What was put at {documents.name} is there whole; the same command does the rest.")
        raise typer.Exit(_INTERRUPTED) from None


def _reading(shown: Bar, files: int) -> Progress:
    """What is told of each document that is read, and shows it with the documents a second."""
    done = found = 0  # files that are done, and the documents of these

    def show(path: Path, documents: int, is_done: bool) -> None:
        nonlocal done, found
        told = path.name if documents < 2 else f"{path.name}: {documents:,} documents"
        done += is_done
        shown.show("Reading", done, files, told=told, counted=found + documents)
        found += documents * is_done

    return show


def print_summary(report: Report) -> None:
    """A table of documents and the facts found in each (of a file with many, in all), and below it what is odd in them.

    Where some were read and others had not changed, the former."""
    rows: list[tuple[object, ...]] = []
    shown = [one for one in report.read if not one.remembered] or report.read
    for path, group in groupby(shown, key=lambda one: one.path):
        documents = list(group)
        if len(documents) > _MOST_ROWS:
            rows.append((f"{path.name}: {len(documents):,} documents", *(sum(one.counts[name] for one in documents) for name in CATEGORIES)))
        else:
            rows += [(one.title or Path(one.name).name, *(one.counts[name] for name in CATEGORIES)) for one in documents]
    if len(rows) > _MOST_FILES:
        rows[_MOST_FILES:] = [(f"… {len(rows) - _MOST_FILES:,} more", *("" for _ in CATEGORIES))]
    if len(report.read) > 1:
        total = report.counts()
        rows.append((f"{len(report.read):,} documents", *(total[name] for name in CATEGORIES)))
    console.out().print(console.table(("文件", *CATEGORIES.values()), rows, numeric=(False, *(True for _ in CATEGORIES))))
    remarks = [f"{one.name}: {remark}" for one in shown for remark in one.remarks]
    for told in remarks[:_MOST_REMARKS]:
        console.warn(told)
    if len(remarks) > _MOST_REMARKS:
        console.warn(f"… and {len(remarks) - _MOST_REMARKS:,} more remarks; --json lists all.")


def _as_json(report: Report, failed: Sequence[Failed]) -> dict[str, object]:
    """The report as the JSON of `zhengpu build --json`."""
    return {
        "documents": [
            {"path": str(one.path), "name": one.name, "iri": one.iri, "title": one.title, "counts": one.counts, "remarks": one.remarks} for one in report.read
        ],
        "failed": [{"path": str(one.path), "reason": one.reason} for one in failed],
        "counts": report.counts(),
        "added": report.changes.added,
        "replaced": report.changes.replaced,
        "unchanged": report.changes.unchanged,
    }


def remove(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its document number, title, file name or IRI.")],
    endpoint: ServerOption = None,
    update_endpoint: UpdateOption = None,
    graph_store: GraphStoreOption = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Take a document, or a file of observed values, out of the store, with everything that only it says.

    With --endpoint out of somebody's server, if it was built or pushed there into a graph of its own. A store that was pushed into one graph is
    changed here and pushed again: who says what cannot be told there.

    \b
    Examples:
      zhengpu remove 徐府发〔2024〕9号
      zhengpu remove plan.txt --store ./my-store
      zhengpu remove 徐府发〔2024〕9号 --endpoint http://localhost:7878/query
    """
    if endpoint:
        documents = documents_there(endpoint, None, update_endpoint, graph_store)
        there = documents.named(document)
        documents.remove([there.iri])
        console.say(f"{documents.name}: removed {there.title or there.iri} ({there.source})")
        return
    refuse_without_endpoint(update_endpoint, graph_store)
    from zhengpu.graph.storage.store import open_store

    with open_store(store) as opened:
        gone = opened.remove(document)
    console.say(f"{store}: removed {gone.title or gone.iri} ({gone.source})")


def rebuild(store: StoreOption = DEFAULT_STORE) -> None:
    """Make the index of the store anew from its documents, for example after a disk was full.

    \b
    Example:
      zhengpu rebuild
    """
    from zhengpu.graph.storage.store import open_store

    with open_store(store) as opened, bar() as shown:
        opened.rebuild(shown.phase("Indexing"))
        console.say(f"{store}: index of {len(opened.documents)} documents and {len(opened)} triples made anew")
