"""`zhengpu build --to` and `zhengpu load`: what many machines read, as parts that any engine loads, and back into a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.bars import bar
from zhengpu.cli.options import DEFAULT_STORE, JsonOption, StoreOption
from zhengpu.errors import BadParameter

if TYPE_CHECKING:
    from zhengpu.loaders.columns import Columns

_INTERRUPTED = 130  # the exit code of what Ctrl-C ended
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="LOCATION", help="Write parts to this folder or URL (s3://…, hdfs://…), for `zhengpu load` or another engine.")
]
DaskOption = Annotated[str | None, typer.Option("--dask", metavar="ADDRESS", help="With --to: the workers of this dask cluster read (tcp://host:8786).")]
BatchOption = Annotated[int | None, typer.Option("--batch", metavar="N", min=1, max=10_000, help="With --to: documents of a task and a part. Usual are 100.")]


def refuse_without_location(*given: object) -> None:
    """Raises BadParameter where one of the options is there that say how parts are written, and no location is."""
    if any(one is not None for one in given):
        raise BadParameter("--dask and --batch say how parts are written: name the place for them with --to LOCATION.")


def build_to(
    paths: Sequence[str], to: str, columns: Columns, corrections: Path | None, *, jobs: int, dask: str | None, batch: int | None, again: bool, as_json: bool
) -> None:
    """Reads documents, which may lie at URLs, into parts, and says what came of it. Leaves with 1 where a file gave no document."""
    from zhengpu.pipeline.parts.building import BATCH, build_parts
    from zhengpu.pipeline.parts.sources import sources_in

    files, missing = sources_in(paths)
    failed = [failure.reason for failure in missing]
    if files:
        try:
            with bar() as shown:
                progress = shown.phase("Reading", "files")
                done = build_parts(files, to, columns, corrections, batch=batch or BATCH, jobs=jobs, dask=dask, again=again, progress=progress)
        except KeyboardInterrupt:
            console.warn(f"Stopped. What was read lies at {to}, and what was there before is valid: the same command goes on where it was.")
            raise typer.Exit(_INTERRUPTED) from None
        failed += [reason for _, reason in done.failed]
        if as_json:
            console.print_json({"location": to, "read": done.read, "known": done.known, **asdict(done.counts), "failures": failed, "damaged": done.damaged})
        else:
            known = f" ({done.known:,} not read again)" if done.known else ""
            console.say(f"{to}: {done.counts.documents:,} documents, {done.counts.triples:,} triples from {done.read + done.known:,} files{known}", "bold")
            if done.counts.superseded:
                console.say(f"{done.counts.superseded:,} documents are in a later file too; that one counts.")
            console.say(f"Load them: zhengpu load {to}")
        for name in done.damaged:
            console.warn(f"{name}: was damaged or missing, or its part was; of its files those were read again that this build was given.")
    elif as_json:
        console.print_json({"location": to, "failures": failed})
    for reason in failed:
        console.warn(reason, "red")
    if failed:
        raise typer.Exit(1)


def load(
    location: Annotated[str, typer.Argument(metavar="LOCATION", help="The folder or URL that `zhengpu build --to` wrote to.")],
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
) -> None:
    """Load the parts that `zhengpu build --to` wrote into the store: all of them, or, where one is damaged or missing, none.

    Every document is checked against the manifest. One that is in the store already is replaced, one that says the same changes nothing.

    \b
    Examples:
      zhengpu load ./parts
      zhengpu load s3://bucket/plans-2024 --store ./my-store
    """
    from zhengpu.graph.storage.store import create_store
    from zhengpu.pipeline.parts.loading import load as loaded
    from zhengpu.pipeline.parts.location import Location

    place = Location(location)
    with create_store(store) as opened, bar() as shown:
        done = loaded(place, opened, shown.phase("Loading"), shown.phase("Indexing"))
    changes, counts = done.changes, done.contents.counts
    if as_json:
        console.print_json({"location": location, **asdict(counts), **asdict(changes)})
        return
    console.say(f"{store}: {len(changes.added):,} added, {len(changes.replaced):,} replaced, {len(changes.unchanged):,} unchanged", "bold")
    if counts.failed:
        told = f"Files that gave no document when the parts were built: {counts.failed:,}."
        console.warn(f"{told} The build names them again: zhengpu build PATH --to {location}")
    if done.corrections:
        console.warn(f"{store}: has the corrections of {location} now; those it had before lie in {done.corrections.name}.")
