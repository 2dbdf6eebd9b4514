"""A file -> Document. One door for every format: `load`."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.encoding import decoded
from zhengpu.loaders.text import document
from zhengpu.model import Document

SUFFIXES = frozenset({".txt", ".text"})
LARGEST = 64 * 1024 * 1024  # bytes; the longest plan seen is 1 MB of text


def load(path: str | Path) -> Document:
    """The document in a file. Raises UnreadableDocument with the path and what to do."""
    path = Path(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UnreadableDocument(f"{path}: is a folder, not a file. `zhengpu build {path}` reads the documents in it.")
        if size > LARGEST:
            raise UnreadableDocument(f"{path}: {size:,} bytes are more than the {LARGEST:,} that are read. Split the file.")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"{path}: cannot be read ({error.strerror or error}). Check the name and the rights.") from None
    return document(decoded(data, str(path)), source=path.name, digest=sha256(data).hexdigest())


def document_of_text(text: str, source: str = "text.txt") -> Document:
    """The document in a string, as if it had been read from a UTF-8 file of that name."""
    return document(text, source=source, digest=sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


__all__ = ["SUFFIXES", "document_of_text", "load"]
