"""A ZIP archive read in memory. Nothing is unpacked to disk, so that the name of a member is only a name, whatever path it spells.

What a ZIP says of its sizes may be a lie: bytes are counted as they come out, over the archives within archives too.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.limits import limits, setting

_FREE = 1 << 20  # bytes that may come out before the ratio counts: a page of blanks packs well
_ENTRY = 200  # bytes of a member in the directory of an archive: 46 and the name
_CHUNK = 1 << 16  # bytes that come out at once
_UTF8, _ENCRYPTED = 0x800, 0x1
# bzip2 and LZMA hand out without measure what a few bytes unpack to; no office program writes them
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, NotImplementedError, EOFError, ValueError, OverflowError, OSError)


class Archive:
    """The members of a ZIP by their names, in the order of the archive. `name` is what messages call it. Use it in a with statement."""

    def __init__(self, source: Path | bytes, name: str, outer: Archive | None = None) -> None:
        """`outer` is the archive in which it was found. Raises UnreadableDocument for what is no ZIP, or one beyond the limits."""
        self.name = name
        self._outer = outer
        self._unpacked = 0
        if self.depth > limits().nesting:
            raise UnreadableDocument(f"{name}: an archive within more than {limits().nesting} archives. {setting('nesting')}")
        with _damage_named(name):
            self._size = len(source) if isinstance(source, bytes) else source.stat().st_size
            self._zip = zipfile.ZipFile(_Measured(io.BytesIO(source) if isinstance(source, bytes) else source.open("rb", buffering=0), name))
            self._members = self._named()
        if len(self._zip.infolist()) > limits().members:
            raise UnreadableDocument(f"{name}: {len(self._zip.infolist()):,} files are more than are read from one archive. {setting('members')}")
        if sum(info.compress_size for info in self._zip.infolist()) > self._size:
            raise UnreadableDocument(f"{name}: its members overlap, as those of a zip bomb do. It is not read.")

    def _named(self) -> dict[str, zipfile.ZipInfo]:
        """Every member under a name of its own: an archive may hold two of one name."""
        members: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if not info.is_dir():
                name = _name(info)
                members[name if name not in members else f"{len(members)}/{name}"] = info
        return members

    @property
    def depth(self) -> int:
        """How many archives this one is in."""
        return self._outer.depth + 1 if self._outer else 0

    @property
    def is_exhausted(self) -> bool:
        """Whether all that may come out of the outermost archive has."""
        return self._outer.is_exhausted if self._outer else self._unpacked > limits().unpacked

    def count(self, size: int) -> None:
        """Notes bytes that came out, here and in the archives around."""
        self._unpacked += size
        if self._outer:
            self._outer.count(size)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str, most: int | None = None) -> bytes:
        """The bytes of a member. Raises UnreadableDocument where they are damaged, locked, or more than `most` (the limit on files)."""
        most = limits().file if most is None else most
        with self.open(name) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise UnreadableDocument(f"{self.name}/{name}: more than the {most:,} bytes that are read of one document. {setting('file')}")
        return data

    def open(self, name: str) -> io.BufferedReader:
        """The bytes of a member as they come out, counted. Raises UnreadableDocument, now or while it is read."""
        info, shown = self._members[name], f"{self.name}/{name}"
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableDocument(f"{shown}: is locked with a password. Unpack the archive and build the folder.")
        if info.compress_type not in _METHODS:
            raise UnreadableDocument(f"{shown}: is packed by a method this program does not read. Unpack the archive and build the folder.")
        with _damage_named(shown):
            most = max(_FREE, limits().ratio * min(info.compress_size, self._size))
            return io.BufferedReader(_Counted(self._zip.open(info), shown, self, most), _CHUNK)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()


class _Measured(io.BufferedReader):
    """The bytes of an archive, which hand out a directory of members only up to a size: it would be held as objects of ten times that."""

    def __init__(self, raw: io.RawIOBase | io.BytesIO, name: str) -> None:
        super().__init__(raw)
        self._most = max(1 << 20, _ENTRY * limits().members)
        self._shown = name

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._most:
            raise UnreadableDocument(f"{self._shown}: holds more files than are read from one archive. {setting('members')}")
        return super().read(size)


class _Counted(io.RawIOBase):
    """The bytes of a member, until its ratio or the limit of its archive is reached."""

    def __init__(self, stream: IO[bytes], shown: str, archive: Archive, most: int) -> None:
        super().__init__()
        self._stream, self._shown, self._archive, self._left = stream, shown, archive, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with _damage_named(self._shown):
            data = self._stream.read(len(buffer))
        self._archive.count(len(data))
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableDocument(f"{self._shown}: unpacks to more than {limits().ratio} times its size, as a zip bomb does. {setting('ratio')}")
        if self._archive.is_exhausted:
            raise UnreadableDocument(f"{self._shown}: the archive unpacks to more than {limits().unpacked:,} bytes. {setting('unpacked')}")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    """Whatever the library says of a damaged archive becomes one error that names it."""
    try:
        yield
    except _DAMAGE as error:
        raise UnreadableDocument(f"{name}: is no ZIP archive, or a damaged one ({error}). Fetch it again.") from None


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member as its author wrote it, in / and without the steps (.., C:) that would lead out of a folder.

    Windows packs 方案.txt in GBK and macOS in UTF-8, both without saying so; the library reads either as code page 437."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("gb18030", "replace")
        except UnicodeEncodeError:
            pass
    steps = name.replace("\\", "/").split("/")
    return "/".join(step for step in steps if step.strip(" .") and not step.endswith(":")) or "unnamed"
