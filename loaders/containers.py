"""A file -> the documents in it: one for most, many for a dump (CSV, JSON lines, Parquet: one a row) or an archive (ZIP: one a member)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders import CONTAINERS, LINES, PARQUET, SUFFIXES, TABLES, ZIP, document_of_bytes, load
from zhengpu.loaders.archive import Archive
from zhengpu.loaders.columns import Columns
from zhengpu.loaders.limits import limits, setting
from zhengpu.loaders.rows.document import document_of_row
from zhengpu.loaders.rows.dumps import Row, csv_rows, json_rows
from zhengpu.model import Document

READABLE = SUFFIXES | CONTAINERS

Found = Document | UnreadableDocument  # an error is a document that cannot be read; the next one may be


def documents(path: Path, columns: Columns | None = None) -> Iterator[Found]:
    """The documents of a file in its order, each when it is asked for. What cannot be read is handed over as the error that names it.

    A row's document has the source dump.csv#17 (the seventeenth row below the head), a member's dump.zip/folder/plan.txt."""
    columns = columns or Columns()
    ending = path.suffix.lower()
    try:
        if ending in ZIP:
            with Archive(path, str(path)) as archive:
                yield from _members(archive, path.name, columns)
        elif ending in PARQUET:
            from zhengpu.loaders.rows.parquet import parquet_rows

            yield from _of_rows(parquet_rows(path, columns), path.name, str(path))
        elif ending in CONTAINERS:
            with path.open("rb") as stream:
                yield from _of_rows(_rows(ending, stream, columns), path.name, str(path))
        else:
            yield load(path)
    except UnreadableDocument as error:
        yield _named(error, str(path))
    except OSError as error:
        yield UnreadableDocument(f"{path}: cannot be read ({error.strerror or error}). Check the name and the rights.")


def is_hidden(steps: Iterable[str]) -> bool:
    """Whether a path leads through what people do not see: .git, the __MACOSX of an archive, ~$plan.docx that Word keeps while it is open."""
    return any(step.startswith((".", "~$")) or step == "__MACOSX" for step in steps)


def _rows(ending: str, stream: io.BufferedReader, columns: Columns) -> Iterator[Row]:
    return csv_rows(stream, columns) if ending in TABLES else json_rows(stream, columns)


def _of_rows(rows: Iterable[Row], source: str, shown: str) -> Iterator[Found]:
    """The documents of rows; `shown` is the file in messages."""
    count = bad = 0
    for count, row in enumerate(rows, 1):
        if count > limits().rows:
            raise UnreadableDocument(f"{shown}: only the first {limits().rows:,} rows were read. {setting('rows')}")
        found = _of_row(row, source, shown)
        yield found
        bad += isinstance(found, UnreadableDocument)
        if bad >= limits().bad_rows:
            raise UnreadableDocument(f"{shown}: {bad:,} rows cannot be read; those below {row.number:,} were not tried. Mend the export. {setting('bad_rows')}")
    if not count:
        raise UnreadableDocument(f"{shown}: has no rows. Nothing was read; check the export that wrote it.")


def _of_row(row: Row, source: str, shown: str) -> Found:
    if row.trouble:
        return UnreadableDocument(f"{shown}#{row.number}: the row {row.trouble}")
    try:
        return document_of_row(row, f"{source}#{row.number}")
    except UnreadableDocument as error:
        return _named(error, f"{shown}#{row.number}")


def _members(archive: Archive, source: str, columns: Columns) -> Iterator[Found]:
    """The documents of an archive's members, those in archives and dumps among them; of a kind that is not read, nothing."""
    names = [name for name in archive.names if not is_hidden(name.split("/")) and PurePosixPath(name).suffix.lower() in READABLE]
    if not names:
        raise UnreadableDocument(f"{archive.name}: no document in this archive. Documents are files that end in {', '.join(sorted(READABLE))}.")
    for name in names:
        shown, inner = f"{archive.name}/{name}", f"{source}/{name}"
        try:
            yield from _of_member(archive, name, shown, inner, columns)
        except UnreadableDocument as error:
            if archive.is_exhausted:
                raise  # whatever follows would only say so again
            yield _named(error, shown)


def _of_member(archive: Archive, name: str, shown: str, source: str, columns: Columns) -> Iterator[Found]:
    ending = PurePosixPath(name).suffix.lower()
    if ending in TABLES | LINES:
        with archive.open(name) as stream:
            yield from _of_rows(_rows(ending, stream, columns), source, shown)
        return
    data = archive.read(name)
    if ending in ZIP:
        with Archive(data, shown, archive) as inner:
            yield from _members(inner, source, columns)
    elif ending in PARQUET:
        from zhengpu.loaders.rows.parquet import parquet_rows

        yield from _of_rows(parquet_rows(data, columns), source, shown)
    else:
        yield replace(document_of_bytes(data, Path(shown)), source=source)


def _named(error: UnreadableDocument, shown: str) -> UnreadableDocument:
    """The error with the file's whole name before it, where it has none or only the last step: plan.docx: is damaged."""
    said, last = str(error), PurePosixPath(shown).name
    if shown in said:
        return error
    return UnreadableDocument(f"{shown}{said.removeprefix(last)}" if said.startswith((f"{last}: ", f"{last}/")) else f"{shown}: {said}")
