"""Files -> documents at somebody's server, one after the other: each goes in, or in the place of the one that is there, as soon as its file is read."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from zhengpu.corrections import Corrections
from zhengpu.errors import StoreError
from zhengpu.graph.remote.documents import Documents
from zhengpu.graph.remote.ledger import Held
from zhengpu.graph.storage import shards
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.store import Changes
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline.building import Progress, Report
from zhengpu.pipeline.jobs import Readers, sensible
from zhengpu.pipeline.keeping import FileRead, Kept, Settings
from zhengpu.pipeline.listing import documents_in
from zhengpu.pipeline.reading import NONE, Failed, Read, read_file

_Found: TypeAlias = Generator[tuple[Read, Entry, bytes] | Failed, None, None]  # a document, its entry, and its triples as N-Triples


@dataclass(frozen=True, slots=True)
class _Told:
    """Tells how far the build is."""

    progress: Progress | None

    def found(self, path: Path, documents: int) -> None:
        if self.progress:
            self.progress(path, documents, False)

    def done(self, read: FileRead) -> None:
        self.over(read.path, read.documents)

    def over(self, path: Path, documents: int) -> None:
        if self.progress:
            self.progress(path, documents, True)


def build_there(
    paths: Sequence[str | Path],
    documents: Documents,
    progress: Progress | None = None,
    columns: Columns | None = None,
    corrections: Corrections = NONE,
    *,
    jobs: int = 0,
) -> Report:
    """Reads documents and puts them into the store at a server, with the ontology; what is there already and says the same stays as it is.

    Each document is there as a whole or not at all, where the server runs an update as one; what a crash left out the next build puts in.
    See `zhengpu.pipeline.build` for the paths, the processes and the report. Raises QueryError, StoreError."""
    held = documents.held()
    if documents.merged and (apart := sum(not one.merged for one in held.values())):
        raise StoreError(f"{apart} documents at {documents.name} are merged in no graph. Push them again with --graph-per-document and --graph IRI first.")
    outcomes: dict[str, str] = {}

    def put(entry: Entry, lines: bytes) -> None:
        one = Held.of(entry, documents.merged)
        there = held.get(one.iri)
        outcomes[one.iri] = "unchanged" if there == one else "replaced" if there else "added"
        if there != one:
            documents.put(one, lines, is_new=there is None)
            held[one.iri] = one

    schema = schema_shard()
    lines = shards.canonical(schema.triples, schema.iri)
    put(Entry.of(schema, lines), lines)
    outcomes.clear()
    files, failed = documents_in(paths)
    read: list[Read] = []
    workers = sensible(files, jobs)
    told = _Told(progress)
    results = _by_workers(files, columns, corrections, workers, told) if workers > 1 else _here(files, columns, corrections, told)
    with closing(results):
        for result in results:
            if isinstance(result, Failed):
                failed.append(result)
            else:
                one, entry, lines = result
                read.append(one)
                put(entry, lines)
    _supersede(documents, held, outcomes)
    changes = Changes(*(tuple(sorted(iri for iri, outcome in outcomes.items() if outcome == name)) for name in ("added", "replaced", "unchanged")))
    return Report(tuple(read), tuple(failed), changes)


def _here(files: Sequence[Path], columns: Columns | None, corrections: Corrections, told: _Told) -> _Found:
    """What comes of each document, in the order of the files, read by this process."""
    for path in files:
        count = 0
        for outcome in read_file(path, columns, corrections):
            if isinstance(outcome, Failed):
                yield outcome
                continue
            count += 1
            lines = shards.canonical(outcome.shard.triples, outcome.shard.source or outcome.shard.iri)
            yield outcome.read, Entry.of(outcome.shard, lines), lines
            told.found(path, count)
        told.over(path, count)


def _by_workers(files: Sequence[Path], columns: Columns | None, corrections: Corrections, workers: int, told: _Told) -> _Found:
    """The same by worker processes, which leave what they read in a folder until this process takes it from there."""
    with TemporaryDirectory(prefix="zhengpu-") as place:
        settings = Settings(Path(place), columns or Columns(), corrections)
        with Readers(files, settings, workers) as readers:
            for read in readers.read(told):
                for outcome in read.outcomes:
                    if isinstance(outcome, Kept):
                        yield outcome.read, outcome.entry, shards.read(Path(place, outcome.entry.shard), outcome.entry.shard_sha256)
                    elif isinstance(outcome, Failed):
                        yield outcome


def _supersede(documents: Documents, held: dict[str, Held], outcomes: dict[str, str]) -> None:
    """Takes out what came from the same bytes under the same name as a document that was put now: its title is read better, or was corrected."""
    files = {(held[iri].source, held[iri].sha256): iri for iri in outcomes}
    for iri, one in list(held.items()):
        new = files.get((one.source, one.sha256))
        if new and iri not in outcomes and one.sha256:
            documents.remove([iri])
            outcomes[new] = "replaced"
