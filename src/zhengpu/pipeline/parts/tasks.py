"""One task of a build into parts: a batch of files is read, and its part and manifest are written. Any process on any machine does it alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from socket import gethostname

from zhengpu import ids
from zhengpu.corrections import Corrections
from zhengpu.errors import UnreadableDocument, ZhengpuError
from zhengpu.graph.storage import shards
from zhengpu.graph.storage.shards import Shard, digest
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline.deadline import watched
from zhengpu.pipeline.fingerprint import fingerprint
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.manifest import Outcome, Row, Writing, manifest_name, part_name, plain
from zhengpu.pipeline.parts.sources import Source, fetched
from zhengpu.pipeline.reading import Failed, read_file


@dataclass(frozen=True, slots=True)
class Order:
    """What all tasks of a build share: where the parts go, how files are read, and by which program (a worker with another one refuses)."""

    location: str
    columns: Columns
    corrections: Corrections
    batch: int  # documents in a part, at most
    program: str  # `fingerprint`
    base: str

    def key(self) -> str:
        """A name for how files are read: a file read with another key is read anew."""
        told = [self.program, self.base, self.corrections.digest(), *(f"{name}={column}" for name, column in sorted(self.columns.chosen.items()))]
        return digest("\n".join(told).encode("utf-8", "surrogatepass"))[:32]


@dataclass(frozen=True, slots=True)
class Task:
    """The files of one batch, in the order of the build."""

    files: tuple[Source, ...]

    def name(self, key: str) -> str:
        """By the files, their versions and how they are read: the same batch has the same name on every machine and in every run."""
        return digest("\n".join([key, *(f"{file.place} {file.stamp}" for file in self.files)]).encode("utf-8", "surrogatepass"))[:32]


@dataclass(frozen=True, slots=True)
class Done:
    """A task that was done, and the name of its manifest."""

    task: Task
    manifest: str


@dataclass(frozen=True, slots=True)
class Killed:
    """A task over which one worker after another died."""

    task: Task
    reason: str


# Runs tasks in any order, as many at a time as it has workers for, or one alone at a time.
Runner = Callable[[Order, Iterable[Task], bool], Iterator[Done | Killed]]


def tasks_of(files: Iterable[Source], batch: int) -> Iterator[Task]:
    """The files in batches of `batch`; a dump or an archive is a batch of its own."""
    kept: list[Source] = []
    for file in files:
        if file.is_container:
            yield Task((file,))
            continue
        kept.append(file)
        if len(kept) == batch:
            yield Task(tuple(kept))
            kept = []
    if kept:
        yield Task(tuple(kept))


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of some files: rows in their order, and the part in which their documents lie, sorted by IRI (b"" where there are none)."""

    rows: tuple[Row, ...]
    part: bytes


def read_batch(files: Iterable[Source], order: Order) -> Iterator[Batch]:
    """Reads files, a pure function of what is in them: one batch, or more where a dump has more documents than go into one."""
    kept: list[tuple[Row, bytes]] = []
    documents = 0
    for row, packed in _read(files, order):
        kept.append((row, packed))
        documents += row.outcome is Outcome.MADE
        if documents == order.batch:
            yield _batch(kept)
            kept, documents = [], 0
    if kept:
        yield _batch(kept)


def _read(files: Iterable[Source], order: Order) -> Iterator[tuple[Row, bytes]]:
    """Each document as a row that does not know its place yet and the compressed shard; each file without one as a row."""
    key = order.key()
    for source in files:
        row = Row(plain(source.place), source.stamp, key, Outcome.LOST)
        try:
            with fetched(source) as path, watched() as begin:
                for found in read_file(path, order.columns, order.corrections):
                    begin()
                    if isinstance(found, Failed):
                        yield replace(row, outcome=Outcome.FAILED, reason=plain(found.reason.replace(str(path), source.place))), b""
                    else:
                        yield _row_of(row, found.shard)
        except UnreadableDocument as error:
            yield replace(row, outcome=Outcome.FAILED, reason=plain(str(error))), b""
        except (ZhengpuError, OSError) as error:
            yield replace(row, reason=plain(f"{source.place}: cannot be read on {gethostname()} ({error}). Run the build again.")), b""


def _row_of(row: Row, shard: Shard) -> tuple[Row, bytes]:
    triples = shards.canonical(shard.triples, shard.source or shard.iri)
    made = replace(
        row,
        outcome=Outcome.MADE,
        source=plain(shard.source),
        sha256=shard.sha256,
        iri=shard.iri,
        title=plain(shard.title),
        options=shard.options,
        versions=shard.versions,
        counts=shard.counts,
        corrections=shard.corrections,
        triples=triples.count(b"\n"),
        shard_sha256=digest(triples),
        remarks=shard.remarks.packed(),
        problems=len(shard.remarks.problems),
    )
    return made, shards.packed(triples)


def _batch(kept: Sequence[tuple[Row, bytes]]) -> Batch:
    """The shards one after the other by IRI; of two of one document the last counts."""
    last = {row.iri: number for number, (row, packed) in enumerate(kept) if packed}
    placed: dict[int, Row] = {}
    part = bytearray()
    for number in (last[iri] for iri in sorted(last)):
        row, packed = kept[number]
        placed[number] = replace(row, offset=len(part), length=len(packed))
        part += packed
    rows = (placed.get(number, row.superseded() if packed else row) for number, (row, packed) in enumerate(kept))
    return Batch(tuple(rows), bytes(part))


def work(order: Order, task: Task) -> str:
    """Reads the files of a task, writes its part (of a large dump more than one) and then its manifest, and gives the manifest's name.

    Without the manifest the parts are nothing; done again, it writes the same. Raises ZhengpuError where this machine has another program
    or another base of IRIs than the one that ordered it, and where nothing can be written."""
    if (order.program, order.base) != (fingerprint(), ids.base()):
        why = "another version of zhengpu or of the libraries that it reads files with, or other settings (ZHENGPU_BASE, ZHENGPU_LIMIT_…)"
        raise ZhengpuError(f"{gethostname()} has {why}, than the machine that orders the build. Make them the same: documents would be read in two ways.")
    location, name = Location(order.location), task.name(order.key())
    writing, is_lost, number = Writing(), False, 0
    for batch in read_batch(task.files, order):
        rows = batch.rows
        if batch.part:
            part = part_name(name, number)
            number += 1
            location.write(part, batch.part)
            rows = tuple(replace(row, part=part) if row.length else row for row in rows)
        writing.add(rows)
        is_lost = is_lost or any(row.outcome is Outcome.LOST for row in rows)
    manifest = manifest_name(name, is_lost=is_lost)
    location.write(manifest, writing.finished())
    return manifest


def give_up(order: Order, task: Task, reason: str) -> str:
    """Writes the manifest of a task that could not be done, and gives its name; the next build tries its files again."""
    writing, key = Writing(), order.key()
    writing.add(Row(plain(file.place), file.stamp, key, Outcome.LOST, f"{file.place}: {reason}") for file in task.files)
    manifest = manifest_name(task.name(key), is_lost=True)
    Location(order.location).write(manifest, writing.finished())
    return manifest


def defect(task: Task, error: BaseException) -> Killed:
    """What came of a task that an error ended which nobody foresaw."""
    return Killed(task, f"reading it failed ({type(error).__name__}: {error}); that is a defect of this program. Please report it with the file.")
