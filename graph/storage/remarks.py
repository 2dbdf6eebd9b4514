"""What the reading of a document left beside its facts: what cleaning took out of its text, its tables, and what extraction stumbled over.

One compressed JSON file a document, beside its shard; its name has the digest of its contents, so that a new one never overwrites an old one."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from pathlib import Path

from zhengpu.errors import StoreError
from zhengpu.graph.exports.writing import whole
from zhengpu.model import Block, Cell, Problem, Removal

SUFFIX = ".json.gz"
LONGEST = 300  # characters kept of one removal: enough to know a banner or a menu again
MOST_CELLS = 20_000  # of all tables of one document; those after them are shown as the lines that they are in the text
_REMOVAL, _PROBLEM, _CELL = (attrgetter(*(field.name for field in fields(kind))) for kind in (Removal, Problem, Cell))  # a tenth of the time of `astuple`
MOST = 2000  # removals, and problems, kept of one document: the running heads of a book of a thousand pages


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A table of the text: its cells in reading order, of which those in the first `header_rows` rows are its head."""

    header_rows: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Remarks:
    """Removals by their places in the cleaned text, tables in its order, problems in the order in which they were found."""

    removed: tuple[Removal, ...] = ()
    problems: tuple[Problem, ...] = ()
    tables: tuple[KeptTable, ...] = ()

    @classmethod
    def of(cls, removed: Iterable[Removal], problems: Iterable[Problem], tables: Iterable[KeptTable] = ()) -> Remarks:
        """As much of them as a store keeps."""
        short = (replace(one, text=_cut(one.text)) for one in removed if one.text.strip())
        return cls(tuple(sorted(short, key=lambda one: one.position))[:MOST], tuple(problems)[:MOST], tuple(_fitting(tables)))

    def packed(self) -> bytes:
        """The contents of the file, equal for equal remarks; b"" where there are none."""
        if not (self.removed or self.problems or self.tables):
            return b""
        told: dict[str, object] = {"removed": list(map(_REMOVAL, self.removed)), "problems": list(map(_PROBLEM, self.problems))}
        if self.tables:
            told["tables"] = [(table.header_rows, list(map(_CELL, table.cells))) for table in self.tables]
        return gzip.compress(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"), mtime=0)


NONE = Remarks()


def tables(blocks: Iterable[Block]) -> Iterator[KeptTable]:
    """The tables among the blocks of a document."""
    for block in blocks:
        if block.table:
            yield KeptTable(block.table.header_rows if block.table.has_header else 0, block.table.cells)


def _fitting(found: Iterable[KeptTable]) -> Iterator[KeptTable]:
    room = MOST_CELLS
    for table in found:
        room -= len(table.cells)
        if room < 0:
            return
        yield table


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def write(path: Path, content: bytes) -> None:
    """Whole or not at all; nothing where it is there already."""
    try:
        if path.read_bytes() == content:
            return
    except OSError:
        pass
    with whole(path) as file:
        file.write(content)


def parsed(told: bytes) -> Remarks:
    """Those of the unpacked contents of a file. Raises ValueError, KeyError, TypeError for others."""
    found = json.loads(told.decode("utf-8", "surrogatepass"))
    kept = tuple(KeptTable(rows, tuple(Cell(*cell) for cell in cells)) for rows, cells in found.get("tables", ()))  # stores of old have none
    return Remarks(tuple(Removal(*one) for one in found["removed"]), tuple(Problem(*one) for one in found["problems"]), kept)


def read(path: Path) -> Remarks:
    """Raises StoreError where the file is missing or damaged."""
    try:
        return parsed(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"The remarks on a document, {path}, cannot be read ({error}). Build the document again.") from error
