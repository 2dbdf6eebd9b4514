"""Files -> documents in a store: those that are new or changed are read, by worker processes where that is worth it, and all go in by one commit."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from zhengpu.corrections import Corrections
from zhengpu.graph.storage.committing import Indexing
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.store import Changes, Store
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline import ledger
from zhengpu.pipeline.jobs import Readers, sensible
from zhengpu.pipeline.keeping import FileRead, Kept, Settings, keep
from zhengpu.pipeline.listing import documents_in
from zhengpu.pipeline.reading import NONE, Failed, Read

Progress = Callable[[Path, int, bool], None]  # a file, how many documents were found in it so far, and whether those are all
FilesRead: TypeAlias = Generator[FileRead, None, None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did, document by document in the order of reading, and what it changed in the store."""

    read: tuple[Read, ...] = ()
    failed: tuple[Failed, ...] = ()
    changes: Changes = field(default_factory=Changes)

    def counts(self) -> dict[str, int]:
        """Category -> number of facts in all documents read."""
        total: dict[str, int] = {}
        for one in self.read:
            for category, number in one.counts.items():
                total[category] = total.get(category, 0) + number
        return total


def build(
    paths: Sequence[str | Path],
    store: Store,
    progress: Progress | None = None,
    columns: Columns | None = None,
    corrections: Corrections = NONE,
    *,
    jobs: int = 0,
    again: bool = False,
    indexing: Indexing | None = None,
) -> Report:
    """Reads documents and puts them into the store in one commit: after a crash the store is as it was before, and the same call goes on where it was.

    `paths` are files, folders (their documents at any depth) and patterns such as plans/*.txt; a dump or an archive holds many documents, in
    columns that `columns` tells. `progress` is told each document. What gives none is in the report and stops nothing. `jobs` is the number of processes
    that read, 0 for none but this one; a program that gives it keeps its own work under `if __name__ == "__main__":`. `again` reads files too that
    have not changed since an earlier build. `indexing` is told how many went into the index. Raises StoreError."""
    found, failed = documents_in(paths)
    settings = Settings(store.folder, columns or Columns(), corrections)
    read: list[Read] = []
    first: dict[str, str] = {}  # document -> the name under which it was first read

    def entries(results: Iterable[FileRead]) -> Iterator[Entry]:
        for result in results:
            for outcome in result.outcomes:
                if isinstance(outcome, Failed):
                    failed.append(outcome)
                    continue
                one = outcome.read if isinstance(outcome, Kept) else outcome
                earlier = first.setdefault(one.iri, one.name)
                if earlier != one.name:
                    one = replace(one, remarks=(f"it is the same document as {earlier} ({one.iri}); the one read last counts.", *one.remarks))
                read.append(one)
                if isinstance(outcome, Kept):
                    yield outcome.entry

    with closing(_results(found, settings, progress, jobs, again=again)) as results:
        changes = store.add(entries(results), indexing=indexing)
    return Report(tuple(read), tuple(failed), changes)


def _results(files: Sequence[Path], settings: Settings, progress: Progress | None, jobs: int, *, again: bool) -> FilesRead:
    """What came of each file, now or in an earlier build, in the order of the files."""
    with ledger.opened(settings) as known:
        watch = Watch(progress, known)
        recalled = {} if again else known.recall(files)
        for before in recalled.values():
            watch.told(before)
        with closing(read_files([path for path in files if path not in recalled], settings, jobs, watch)) as fresh:
            for path in files:
                yield recalled.pop(path) if path in recalled else next(fresh)


@dataclass(frozen=True, slots=True)
class Watch:
    """Tells how far the build is, and keeps the ledger, where there is one."""

    progress: Progress | None
    known: ledger.Ledger | None = None

    def found(self, path: Path, documents: int) -> None:
        if self.progress:
            self.progress(path, documents, False)

    def done(self, read: FileRead) -> None:
        if self.known:
            self.known.note(read)
        self.told(read)

    def told(self, read: FileRead) -> None:
        if self.progress:
            self.progress(read.path, read.documents, True)


def read_files(files: Sequence[Path], settings: Settings, jobs: int, watch: Watch) -> FilesRead:
    """What came of each file, in the order of the files; their shards then lie in the folder of the settings."""
    workers = sensible(files, jobs)
    if workers:
        with Readers(files, settings, workers) as readers:
            yield from readers.read(watch)
        return
    for path in files:
        read = keep(path, settings, partial(watch.found, path))
        watch.done(read)
        yield read
