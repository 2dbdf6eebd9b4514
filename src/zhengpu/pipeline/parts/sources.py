"""The files that a build into parts reads: local ones, and those of any place that fsspec reaches; where a format is read from a file, a copy is fetched."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from zhengpu.errors import UnreadableDocument, ZhengpuError
from zhengpu.loaders import CONTAINERS
from zhengpu.loaders.containers import READABLE, is_hidden
from zhengpu.loaders.limits import limits, setting
from zhengpu.pipeline.listing import documents_in
from zhengpu.pipeline.parts.location import is_url, opened, stamp
from zhengpu.pipeline.parts.manifest import plain
from zhengpu.pipeline.reading import Failed


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its absolute path or URL, and what differs when the file does (size and time, or what the place tells of its version)."""

    place: str
    stamp: str

    @property
    def path(self) -> str:
        """The place as any file can tell it."""
        return plain(self.place)

    @property
    def is_shared(self) -> bool:
        """Whether other processes see it, as they do not see memory://."""
        return not self.place.startswith("memory:")

    @property
    def is_container(self) -> bool:
        """Whether it holds many documents, by its name."""
        return PurePosixPath(self.place).suffix.lower() in CONTAINERS


def sources_in(paths: Iterable[str]) -> tuple[list[Source], list[Failed]]:
    """The files that the paths and URLs stand for, each once, those of a folder or pattern sorted; and the paths that stand for none."""
    found: dict[str, Source] = {}
    failed: list[Failed] = []
    for path in paths:
        try:
            sources, missing = (_at_url(path), []) if is_url(path) else _local(path)
        except (ZhengpuError, OSError) as error:
            sources, missing = [], [Failed(Path(path), str(error) if path in str(error) else f"{path}: {error}")]
        failed += missing
        for source in sources:
            found.setdefault(source.place, source)
    return list(found.values()), failed


def _local(path: str) -> tuple[list[Source], list[Failed]]:
    files, missing = documents_in([path])
    sources = []
    for file in files:
        try:
            sources.append(Source(os.path.abspath(file), _stamp(file)))
        except OSError as error:
            missing.append(Failed(file, f"{file}: cannot be read ({error.strerror or error}). Check the name and the rights."))
    return sources, missing


def _stamp(file: Path) -> str:
    known = file.stat()
    return f"{known.st_size} {known.st_mtime_ns}"


def _at_url(url: str) -> list[Source]:
    """Raises ZhengpuError where there is no document."""
    system, path = opened(url)
    try:
        if any(sign in path for sign in "*?["):
            found, advice = system.glob(path, detail=True), "the pattern fits no file."
        elif system.isdir(path):
            found = _documents_below(system, path)
            advice = f"no document in this folder or below. Documents are files that end in {', '.join(sorted(READABLE))}."
        else:
            found, advice = {path: system.info(path)}, ""
    except FileNotFoundError:
        found, advice = {}, "no such file or folder. Check the name."
    files = sorted((name, info) for name, info in found.items() if info["type"] == "file")
    if not files:
        raise ZhengpuError(f"{url}: {advice}")
    return [Source(system.unstrip_protocol(name), stamp(info)) for name, info in files]


def _documents_below(system: Any, folder: str) -> dict[str, Any]:
    found = system.find(folder, detail=True)
    return {name: info for name, info in found.items() if _is_document(PurePosixPath(name.removeprefix(folder)))}


def _is_document(below: PurePosixPath) -> bool:
    return below.suffix.lower() in READABLE and not is_hidden(step for step in below.parts if step != "/")


@contextmanager
def fetched(source: Source) -> Iterator[Path]:
    """The file itself, or a copy of it under its own name that goes away afterwards.

    Raises UnreadableDocument where it is too large, OSError or ZhengpuError where it cannot be reached, or is another one than was listed."""
    if not is_url(source.place):
        if _stamp(Path(source.place)) != source.stamp:
            raise OSError("it is another file there than when the build began")
        yield Path(source.place)
        return
    system, path = opened(source.place)
    size = system.size(path)
    if size is not None and size > limits().file and not source.is_container:
        raise UnreadableDocument(f"{source.place}: {size:,} bytes are more than the {limits().file:,} that are read. Split the file. {setting('file')}")
    with TemporaryDirectory(prefix="zhengpu-") as folder:
        copy = Path(folder, PurePosixPath(path).name)
        system.get_file(path, str(copy))
        yield copy
