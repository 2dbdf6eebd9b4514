"""A file -> Document. One door for every format: `load`."""

from __future__ import annotations

from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Protocol

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders import text as plain_text
from zhengpu.loaders.encoding import decoded
from zhengpu.loaders.limits import limits, setting
from zhengpu.loaders.signatures import format_of
from zhengpu.loaders.sniffing import has_markup, is_page
from zhengpu.model import Document

PLAIN, MARKDOWN, HTML = frozenset({".txt", ".text"}), frozenset({".md", ".markdown"}), frozenset({".html", ".htm", ".shtml", ".shtm", ".xhtml"})
WORD, OFFICE = frozenset({".docx", ".docm"}), frozenset({".doc", ".wps", ".odt", ".rtf"})
PAGES = frozenset({".ofd", ".pdf"})
SUFFIXES = PLAIN | MARKDOWN | HTML | WORD | OFFICE | PAGES
TABLES, LINES, PARQUET, ZIP = frozenset({".csv", ".tsv"}), frozenset({".jsonl", ".ndjson"}), frozenset({".parquet"}), frozenset({".zip"})
CONTAINERS = TABLES | LINES | PARQUET | ZIP  # many documents each: see `containers`


class Reader(Protocol):
    """What the module of a format that is no text has under the name `document`. `source` is the file's name, `digest` the sha256 of `data`."""

    def __call__(self, data: bytes, *, source: str, digest: str) -> Document: ...


def load(path: str | Path) -> Document:
    """The document in a file. Raises UnreadableDocument with the path and what to do."""
    path = Path(path)
    if path.suffix.lower() in CONTAINERS:
        raise UnreadableDocument(f"{path}: holds many documents, one in each row or file. Build it: zhengpu build {path}")
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UnreadableDocument(f"{path}: is a folder, not a file. `zhengpu build {path}` reads the documents in it.")
        if size > limits().file:
            raise UnreadableDocument(f"{path}: {size:,} bytes are more than the {limits().file:,} that are read. Split the file. {setting('file')}")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"{path}: cannot be read ({error.strerror or error}). Check the name and the rights.") from None
    return document_of_bytes(data, path)


def document_of_bytes(data: bytes, path: Path) -> Document:
    """The document in the bytes of a file, or of a member of an archive; `path` is its name in messages. Raises UnreadableDocument."""
    digest = sha256(data).hexdigest()
    if form := format_of(data, path.suffix.lower()):
        reader: Reader = import_module(f"zhengpu.loaders.{form}").document  # their libraries cost a plain text nothing
        return reader(data, source=path.name, digest=digest)
    return _of_text(decoded(data, str(path)), path, digest)


def _of_text(text: str, path: Path, digest: str) -> Document:
    """By what the text is, then by what its file is called: pages are saved as .txt, and notes as .html."""
    ending = path.suffix.lower()
    if is_page(text) or (ending in HTML and has_markup(text)):
        from zhengpu.loaders import html  # lxml costs a plain text nothing

        return html.document(text, source=path.name, digest=digest)
    if ending in MARKDOWN:
        from zhengpu.loaders import markdown

        return markdown.document(text, source=path.name, digest=digest)
    return plain_text.document(text, source=path.name, digest=digest)


def document_of_text(text: str, source: str = "text.txt") -> Document:
    """The document in a string, as if it had been read from a UTF-8 file of that name."""
    return plain_text.document(text, source=source, digest=sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


__all__ = ["CONTAINERS", "SUFFIXES", "document_of_bytes", "document_of_text", "load"]
