"""Paths as a user types them -> the files that they stand for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path

from zhengpu.loaders.containers import READABLE, is_hidden
from zhengpu.pipeline.reading import Failed


def documents_in(paths: Iterable[str | Path]) -> tuple[list[Path], list[Failed]]:
    """The files that the paths stand for, each once, those of a folder or pattern sorted; and the paths that stand for none."""
    found: dict[str, Path] = {}
    failed: list[Failed] = []
    for path in map(Path, paths):
        files, advice = _expanded(path)
        if not files:
            failed.append(Failed(path, f"{path}: {advice}"))
        for file in files:
            if _is_endless(file):
                failed.append(Failed(file, f"{file}: is no file but a pipe or a device, which cannot be read twice. Save what it gives as a file."))
            else:
                found.setdefault(os.path.realpath(file), file)  # of a link that leads back to itself Path.resolve would know none
    return list(found.values()), failed


def _is_endless(file: Path) -> bool:
    """Whether it is there and is no file: to open a pipe waits for whoever writes into it, and a device may never end."""
    return os.path.exists(file) and not os.path.isfile(file)


def _expanded(path: Path) -> tuple[list[Path], str]:
    """The files of one path, and what to say if there are none."""
    kinds = ", ".join(sorted(READABLE))
    if os.path.isdir(path):
        files = sorted(file for file in _files_below(path) if file.suffix.lower() in READABLE)
        return files, f"no document in this folder or below. Documents are files that end in {kinds}."
    if os.path.lexists(path):
        return [path], ""
    if has_magic(str(path)):
        return [Path(name) for name in sorted(glob(str(path), recursive=True)) if not os.path.isdir(name)], "the pattern fits no file."
    return [], "no such file or folder. Check the name."


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file at any depth, but none that is hidden or in a hidden folder (.git, __MACOSX)."""
    for place, folders, names in os.walk(folder):
        folders[:] = (name for name in folders if not is_hidden((name,)))
        yield from (Path(place, name) for name in names if not is_hidden((name,)))
