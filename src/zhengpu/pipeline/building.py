"""Files -> documents in a store, in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from zhengpu.corrections import Corrections
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Changes, Store
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline.listing import documents_in
from zhengpu.pipeline.reading import NONE, Failed, Read, read_file

Progress = Callable[[Path, int, bool], None]  # a file, how many documents were found in it so far, and whether those are all


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
    paths: Sequence[str | Path], store: Store, progress: Progress | None = None, columns: Columns | None = None, corrections: Corrections = NONE
) -> Report:
    """Reads documents and puts them into the store in one commit: after a crash the store is as it was before.

    `paths` are files, folders (their documents at any depth) and patterns such as plans/*.txt; a dump or an archive holds many documents, in
    columns that `columns` tells. `progress` is told each document. What gives none is in the report and stops nothing. Raises StoreError."""
    found, failed = documents_in(paths)
    read: list[Read] = []
    first: dict[str, str] = {}  # document -> the name under which it was first read

    def shards() -> Iterator[Shard]:
        for path in found:
            count = 0
            for outcome in read_file(path, columns, corrections):
                if isinstance(outcome, Failed):
                    failed.append(outcome)
                    continue
                one = outcome.read
                earlier = first.setdefault(one.iri, one.name)
                if earlier != one.name:
                    one = replace(one, remarks=(f"it is the same document as {earlier} ({one.iri}); the one read last counts.", *one.remarks))
                read.append(one)
                count += 1
                if progress:
                    progress(path, count, False)
                yield outcome.shard
            if progress:
                progress(path, count, True)

    changes = store.add(shards())
    return Report(tuple(read), tuple(failed), changes)
