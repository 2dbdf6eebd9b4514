"""One file -> the entries of its documents, whose shards then lie in a store's folder. They are nothing there until the store's manifest names them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TypeAlias

from zhengpu.corrections import Corrections
from zhengpu.errors import StoreError
from zhengpu.graph.storage.filing import filed
from zhengpu.graph.storage.manifest import Entry
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline.reading import Failed, Read, read_file


@dataclass(frozen=True, slots=True)
class Settings:
    """What the reading of every file of a build needs to know; `folder` is the store's."""

    folder: Path
    columns: Columns
    corrections: Corrections


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that was read, and its entry; `checksum` is that of the files which the entry names."""

    entry: Entry
    read: Read
    checksum: int

    @property
    def files(self) -> tuple[str, str, int]:
        """The shard, the remarks ("" for none), and what their checksum was when they were written."""
        return self.entry.shard, self.entry.remarks, self.checksum


Outcome: TypeAlias = Kept | Read | Failed  # Read: a document whose shard is not kept, because that of a later file has its place


@dataclass(frozen=True, slots=True)
class FileRead:
    """What came of the documents of a file; `sha256` is that of the file's bytes, "" where they cannot be read."""

    path: Path
    sha256: str
    outcomes: tuple[Outcome, ...]

    @property
    def kept(self) -> Iterator[Kept]:
        return (outcome for outcome in self.outcomes if isinstance(outcome, Kept))

    @property
    def documents(self) -> int:
        """How many were found in the file."""
        return sum(not isinstance(outcome, Failed) for outcome in self.outcomes)


def keep(path: Path, settings: Settings, tell: Callable[[int], None] = lambda documents: None) -> FileRead:
    """Reads a file. `tell` is told at each document how many were found in it. Raises StoreError where the store's folder takes nothing more."""
    sha256 = digest_of(path)  # before the file is read: if it changes meanwhile, it will not pass for one that was read
    outcomes: list[Outcome] = []
    found = 0
    for outcome in read_file(path, settings.columns, settings.corrections):
        if isinstance(outcome, Failed):
            outcomes.append(outcome)
            continue
        try:
            entry = filed(settings.folder, outcome.shard)
            outcomes.append(Kept(entry, outcome.read, checksum(settings.folder, entry.shard, entry.remarks)))
        except OSError as error:
            raise StoreError(f"{settings.folder} takes nothing more ({error.strerror or error}). Make room or see to the rights; then build again.") from error
        found += 1
        tell(found)
    return FileRead(path, sha256, tuple(outcomes))


def digest_of(path: Path) -> str:
    """The sha256 of a file's bytes, "" where they cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def checksum(folder: Path, shard: str, remarks: str) -> int:
    """CRC-32 of the files of an entry in the store's folder, as they are on the disk. Raises OSError where one is missing."""
    found = zlib.crc32((folder / shard).read_bytes())
    return zlib.crc32((folder / remarks).read_bytes(), found) if remarks else found
