"""The manifest of a part: one row for each document and each file that gave none, as Parquet. It is believed only as far as it can be checked."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from zhengpu.errors import StoreError, ZhengpuError
from zhengpu.graph.storage import remarks
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import Kind, digest, file_name
from zhengpu.loaders.limits import limits, setting

SUFFIX = ".parquet"
_BATCH = 256  # rows that are held at once when a manifest is read
_GROUPS = 100_000  # groups of rows, and other lists in the footer
_SHA256_RE = re.compile(r"[0-9a-f]{64}")
_PART_RE = re.compile(r"parts/[0-9a-f]{32}(-[0-9]{1,6})?\.nt\.gz")
_NAME_RE = re.compile(r"manifest/[0-9a-f]{32}(-lost)?\.parquet")
_IRI_RE = re.compile(r'[a-z][a-z0-9+.-]*:[^<>"{}|^`\\\x00-\x20]+', re.IGNORECASE)


class Outcome(StrEnum):
    """What came of a file, or of a document in it."""

    MADE = "made"  # the document lies in a part
    SUPERSEDED = "superseded"  # another file, which comes later, has the same document, and that one counts
    FAILED = "failed"  # it cannot be read, for the reason given, until it is changed
    LOST = "lost"  # it could not be tried to the end (workers died over it, it could not be fetched); the next build tries again


@dataclass(frozen=True, slots=True)
class Row:
    """A document, or a path without one. `path` and `stamp` are the file and its version, `key` the options and versions that it was read with.

    A document that was made lies at [offset, offset + length) of its part, as gzip of `triples` N-Triples whose sha256 is `shard_sha256`.
    `remarks` are as the store keeps them, compressed."""

    path: str
    stamp: str
    key: str
    outcome: Outcome
    reason: str = ""
    source: str = ""
    sha256: str = ""
    iri: str = ""
    title: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    corrections: Mapping[str, int] = field(default_factory=dict)
    part: str = ""
    offset: int = 0
    length: int = 0
    triples: int = 0
    shard_sha256: str = ""
    remarks: bytes = b""
    problems: int = 0

    def superseded(self) -> Row:
        """The row of the same document where another one counts for it, and it lies in no part."""
        return replace(self, outcome=Outcome.SUPERSEDED, part="", offset=0, length=0, triples=0, shard_sha256="", remarks=b"", problems=0)

    def entry(self) -> Entry:
        """What the store's manifest says of the document; its files are named by what is in them, whatever the row says."""
        return Entry(
            iri=self.iri,
            title=self.title,
            source=self.source,
            sha256=self.sha256,
            kind=Kind.DOCUMENT,
            outcome="complete",
            options=dict(self.options),
            versions=dict(self.versions),
            counts=dict(self.counts),
            shard=file_name(self.iri, Kind.DOCUMENT, self.shard_sha256),
            shard_sha256=self.shard_sha256,
            triples=self.triples,
            corrections=dict(self.corrections),
            remarks=file_name(self.iri, Kind.DOCUMENT, digest(self.remarks), remarks.SUFFIX) if self.remarks else "",
            problems=self.problems,
        )


def plain(text: str) -> str:
    """The text as UTF-8 can write it: a file's name may hold bytes that are no character."""
    return text.encode("utf-8", "backslashreplace").decode()


def _schema() -> Any:
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    types = {
        "Mapping[str, str]": pa.map_(text, text),
        "Mapping[str, int]": pa.map_(text, number),
        "int": number,
        "bytes": pa.binary(),
    }
    return pa.schema([(one.name, types.get(str(one.type), text)) for one in fields(Row)])


def arrow() -> Any:
    """pyarrow, with its Parquet. Raises ZhengpuError where it is not installed."""
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ZhengpuError('The manifests of parts are Parquet, which needs pyarrow: pip install "zhengpu[cluster]".') from error
    return pyarrow


class Writing:
    """A manifest as it is written, compressed, into memory. The same rows give the same bytes."""

    def __init__(self) -> None:
        pa = arrow()
        self._table, self._schema, self._into = pa.Table, _schema(), io.BytesIO()
        self._writer = pa.parquet.ParquetWriter(self._into, self._schema, compression="zstd")

    def add(self, rows: Iterable[Row]) -> None:
        told = [{one.name: _told(getattr(row, one.name)) for one in fields(Row)} for row in rows]
        if told:
            self._writer.write_table(self._table.from_pylist(told, self._schema))

    def finished(self) -> bytes:
        self._writer.close()
        return self._into.getvalue()


def _told(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return [(plain(key), _told(of)) for key, of in value.items()]
    return value


def read(data: bytes, shown: str) -> Iterator[Row]:
    """The rows of a manifest, each checked. `shown` is what messages call it.

    Raises StoreError for what is no manifest, one that is damaged or that asks for more than the limits allow, and at a row that cannot be."""
    pa = arrow()
    damage = (pa.ArrowException, OSError, ValueError, NotImplementedError, TypeError)
    again = "Delete it and run the build of the parts again."
    try:
        with pa.parquet.ParquetFile(pa.BufferReader(data), thrift_container_size_limit=_GROUPS) as file:
            if file.schema_arrow.remove_metadata() != _schema():
                raise StoreError(f"{shown}: is not a manifest of parts as this program writes them. {again}")
            groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
            if sum(group.total_byte_size for group in groups) > limits().manifest or sum(group.num_rows for group in groups) > limits().rows:
                raise StoreError(f"{shown}: unpacks to more than is read of one manifest. {setting('manifest')}")
            size = 0
            for batch in file.iter_batches(_BATCH, use_threads=False):
                size += batch.nbytes
                if size > limits().manifest:
                    raise StoreError(f"{shown}: unpacks to more than the {limits().manifest:,} bytes that are read of one manifest. {setting('manifest')}")
                for values in batch.to_pylist():
                    yield _row(values, shown)
    except damage as error:
        raise StoreError(f"{shown}: is damaged ({(str(error).splitlines() or [''])[0][:200]}). {again}") from error


def _row(values: dict[str, Any], shown: str) -> Row:
    told: dict[str, Any] = {one.name: dict(values[one.name]) if str(one.type).startswith("Mapping") else values[one.name] for one in fields(Row)}
    row = Row(**{**told, "outcome": Outcome(values["outcome"])})
    if wrong := _wrong(row):
        raise StoreError(f"{shown}: the row of {row.path!r:.200} has {wrong}. It was not written by this program, or it was changed; nothing was loaded.")
    return row


def _wrong(row: Row) -> str:
    """What cannot be in a row, if anything: it may come from anywhere."""
    if any(value is None for value in (getattr(row, one.name) for one in fields(Row))):
        return "an empty cell"
    if row.outcome is not Outcome.MADE:
        return "" if not row.part or row.outcome is Outcome.SUPERSEDED else "a part, but no document"
    checks = {
        f"the part {row.part!r:.100}, which is no name of a part": _PART_RE.fullmatch(row.part),
        f"the IRI {row.iri!r:.100}, which is none": _IRI_RE.fullmatch(row.iri),
        "no sha256 of its shard": _SHA256_RE.fullmatch(row.shard_sha256),
        f"a shard of {row.length:,} bytes at {row.offset:,}; none may lie there": 0 <= row.offset < 1 << 40 and 0 < row.length <= limits().shard,
        f"{row.triples:,} triples": 0 <= row.triples <= limits().shard,
    }
    return next((why for why, holds in checks.items() if not holds), "")


def is_name(name: str) -> bool:
    """Whether it can be the name of a manifest in a location."""
    return bool(_NAME_RE.fullmatch(name))


def manifest_name(task: str, *, is_lost: bool) -> str:
    """Of a task; those that did not come to an end with every file have another name, so that it is seen without opening them."""
    return f"manifest/{task}{'-lost' if is_lost else ''}{SUFFIX}"


def part_name(task: str, number: int = 0) -> str:
    """Of the first, second … part of a task."""
    return f"parts/{task}{f'-{number}' if number else ''}.nt.gz"
