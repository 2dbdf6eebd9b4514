"""A build into parts: what is left of the files is read by workers, of documents that are one the last stays, and then a list names it all."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from zhengpu.errors import StoreError
from zhengpu.graph.storage.shards import digest
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.pipeline.parts import contents, manifest
from zhengpu.pipeline.parts.catalogue import Catalogue, Counts
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.manifest import Outcome, Row
from zhengpu.pipeline.parts.sources import Source
from zhengpu.pipeline.parts.tasks import Killed, Order, Runner, Task, give_up, tasks_of

SCHEMA = "parts/schema.nt.gz"  # the ontology and its labels, for engines that are given parts/*.nt.gz; a store has its own
_AT_A_TIME = 64  # manifests that are fetched together: places far away take 50 ms for each
_THREADS = 16

Progress = Callable[[int, int], None]  # files done, of how many


@dataclass(frozen=True, slots=True)
class Written:
    """What a build into parts did: how many files were read now, how many had been before, what lies at the location, and which files failed and why.

    `damaged` are manifests of earlier builds that were missing, or damaged, or whose parts are; such files were read again if this build has them."""

    read: int
    known: int
    counts: Counts
    failed: tuple[tuple[str, str], ...]
    damaged: tuple[str, ...]


def write_parts(location: Location, files: Sequence[Source], order: Order, run: Runner, *, again: bool = False, progress: Progress | None = None) -> Written:
    """Brings the files to a location: those that lie there as they are now are read with `again` only. Others that lie there stay.

    Nothing that was valid before is touched until the new list is written, which is one file. Raises ZhengpuError where that cannot be done;
    what was done is there for the next try. One build at a time may write to a location."""
    catalogue = Catalogue(files, order.key())
    lying, damaged = _note_all(location, catalogue)
    catalogue.drop_outdated(again=again)
    left = catalogue.left()
    known = len(files) - len(left)
    done = known
    read = len(left)
    while True:
        for name, count in _made(order, left, run):
            data = location.read(name)
            catalogue.note(name, manifest.read(data, location.shown(name)))
            lying[name] = digest(data)
            done = min(done + count, len(files))
            if progress:
                progress(done, len(files))
        if catalogue.settle():
            break
        left = catalogue.left()
        known, read = known - len(left), read + len(left)
    names, parts = dict[str, str](), {SCHEMA}
    for name, outcomes in catalogue.settled():
        if outcomes is None:
            names[name] = lying[name]
            parts |= catalogue.parts(name)
        elif outcomes:
            renewed, sha256, its_parts = _rewritten(location, name, outcomes)
            names[renewed] = sha256
            parts |= its_parts
    location.write(SCHEMA, gzip.compress(schema_shard().triples, mtime=0))
    contents.write(location, contents.Contents(names, catalogue.counts()))
    for name in {**location.sizes("manifest"), **location.sizes("parts")}.keys() - parts - names.keys():
        location.delete(name)
    return Written(read, known, catalogue.counts(), tuple(catalogue.failures()), damaged)


def _made(order: Order, files: Sequence[Source], run: Runner) -> Iterator[tuple[str, int]]:
    """The manifests of the files, as they are written, and of how many files each tells.

    A batch over which workers died is tried file by file, then each of its files that they die over alone; the next tasks go on meanwhile."""
    tasks, is_alone = tasks_of(files, order.batch), False
    while files:
        again: list[Task] = []
        for one in run(order, tasks, is_alone):
            if not isinstance(one, Killed):
                yield one.manifest, len(one.task.files)
            elif is_alone:
                yield give_up(order, one.task, one.reason), 1
            else:
                again.append(one.task)
        if not again:
            return
        is_alone = all(len(task.files) == 1 for task in again)
        tasks = (Task((file,)) for task in again for file in task.files)


def _note_all(location: Location, catalogue: Catalogue) -> tuple[dict[str, str], tuple[str, ...]]:
    """Notes every manifest that lies there and is whole, with its parts; gives their sha256, and the names of listed ones that are not."""
    found = contents.read(location)
    listed = found.manifests if found else {}
    sizes = location.sizes("parts")
    there = sorted(name for name in location.sizes("manifest") if manifest.is_name(name))
    whole: dict[str, str] = {}
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(there), _AT_A_TIME):
            chunk = there[start : start + _AT_A_TIME]
            for name, data in zip(chunk, pool.map(location.read, chunk), strict=True):
                sha256 = digest(data)
                with suppress(StoreError):
                    if listed.get(name, sha256) == sha256:
                        catalogue.note(name, _whole(manifest.read(data, name), sizes), is_listed=name in listed)
                        whole[name] = sha256
    return whole, tuple(sorted(listed.keys() - whole.keys()))


def _whole(rows: Iterable[Row], sizes: Mapping[str, int]) -> Iterator[Row]:
    """The rows of a manifest. Raises StoreError at the end where a part that they name is not there in its length."""
    ends: dict[str, int] = {}
    for row in rows:
        if row.part:
            ends[row.part] = max(ends.get(row.part, 0), row.offset + row.length)
        yield row
    if any(sizes.get(part) != end for part, end in ends.items()):
        raise StoreError("a part is missing or cut off")


def _rewritten(location: Location, name: str, outcomes: Mapping[int, Outcome]) -> tuple[str, str, set[str]]:
    """A manifest and its parts again, with those rows only, under a new name; that, its sha256, and the names of the parts."""
    task = digest("\n".join([name, *(f"{number} {outcome}" for number, outcome in sorted(outcomes.items()))]).encode())[:32]
    rows = {number: row for number, row in enumerate(manifest.read(location.read(name), location.shown(name))) if number in outcomes}
    made = [number for number in rows if outcomes[number] is Outcome.MADE]
    names = {part: manifest.part_name(task, number) for number, part in enumerate(sorted({rows[number].part for number in made}))}
    for part, new in names.items():
        kept = bytearray()
        for number in sorted((number for number in made if rows[number].part == part), key=lambda number: rows[number].offset):
            row = rows[number]
            rows[number] = replace(row, part=new, offset=len(kept))
            kept += location.read(part, row.offset, row.offset + row.length)
        location.write(new, bytes(kept))
    writing = manifest.Writing()
    writing.add(row if outcomes[number] is row.outcome else row.superseded() for number, row in sorted(rows.items()))
    is_lost = any(row.outcome is Outcome.LOST for row in rows.values())
    renewed = manifest.manifest_name(task, is_lost=is_lost)
    data = writing.finished()
    location.write(renewed, data)
    return renewed, digest(data), set(names.values())
