"""A name for everything besides a file and the settings of a build that decides what is read in the file: this program and what it reads with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import astuple
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from zhengpu import __version__
from zhengpu.loaders.limits import limits

# Folders of the package whose code or data take part in reading, extracting and mapping; "" is the frame.
_PARTS = ("", "loaders", "extract", "ontology", "graph", "pipeline")
# Libraries that read files; without one that comes with an extra, or in another version, the same file may give something else.
_LIBRARIES = ("charset-normalizer", "cn2an", "lxml", "markdown-it-py", "pypdfium2", "pyoxigraph", "pyarrow", "rapidocr", "onnxruntime")
_PROGRAMS = ("soffice", "libreoffice")


def fingerprint() -> str:
    """Equal where the same file is read in the same way. The limits of reading are part of it, and change with the environment."""
    return sha256(json.dumps([_program(), astuple(limits())]).encode()).hexdigest()


@cache
def _program() -> str:
    told = sha256()
    for part in _PARTS:
        for name, content in _contents(files(f"zhengpu.{part}" if part else "zhengpu"), part, deep=bool(part)):
            told.update(f"{name} {len(content)}\n".encode() + content)
    libraries = [f"{name} {_version(name)}" for name in _LIBRARIES]
    programs = [name for name in _PROGRAMS if shutil.which(name)]
    return "\n".join([__version__, told.hexdigest(), *libraries, *programs])


def _contents(folder: Traversable, name: str, *, deep: bool) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the files of a folder, and with `deep` of those in it, in the order of names."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        path = f"{name}/{item.name}"
        if item.is_file() and not item.name.endswith(".pyc"):
            yield path, item.read_bytes()
        elif deep and item.is_dir() and item.name != "__pycache__":
            yield from _contents(item, path, deep=True)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "missing"
