"""The rows of a file of observed values: CSV in any encoding that documents have, or an Excel workbook; each cell as the text that its author sees."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import BadZipFile

from zhengpu.errors import BadObservations, UnreadableDocument
from zhengpu.loaders.archive import Archive
from zhengpu.loaders.encoding import decoded
from zhengpu.loaders.limits import limits, setting

FIELDS = ("indicator", "region", "date", "value", "unit", "source")
NEEDED = ("indicator", "region", "date", "value")
_DELIMITERS = ",\t;|"
_MOST_ROWS = 200_000  # of one file; 300 divisions with 50 indicators in 12 months are 180,000
_SHOWN = 12  # heads in a message
_BRACKET_RE = re.compile(r"[(（\[【].*?[)）\]】]")
_DAMAGE = (KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError, OSError, BadZipFile)  # of openpyxl; XML errors are SyntaxErrors
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """A row as it was filled in. `number` is that of spreadsheet programs: the head is row 1. `cells` has the fields that are not empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ObservationTable:
    """`name` is the file's; `unread` are heads that mean nothing to this program."""

    name: str
    rows: tuple[ObservationRow, ...]
    unread: tuple[str, ...]


def observation_table(path: Path) -> ObservationTable:
    """The rows of the file, blank ones left out. Raises UnreadableDocument for a file that is no table, BadObservations for heads that do not fit."""
    try:
        size = path.stat().st_size
        if size > limits().file:
            raise UnreadableDocument(f"{path}: {size:,} bytes are more than the {limits().file:,} that are read. {setting('file')}")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"{path}: cannot be read ({error.strerror or error}). Check the name and the rights.") from None
    if data.startswith(_OLD_OFFICE):
        raise UnreadableDocument(f"{path}: this is a workbook of the old format (.xls). Save it as .xlsx or CSV.")
    records = _workbook(data, str(path)) if data.startswith(_ZIP) else _csv(decoded(data, str(path)), str(path))
    return _table(path, records)


def heads(language: str) -> tuple[str, ...]:
    """The heads of the fields, as a template has them."""
    return tuple(next(head for head in known if head.isascii() == (language == "en")) for known in _heads()[0].values())


def _table(path: Path, records: Iterable[tuple[int, Sequence[str]]]) -> ObservationTable:
    rows = (record for record in records if any(record[1]))
    _, head = next(rows, (0, ()))
    places, unread = _places(path, head)
    found: list[ObservationRow] = []
    for number, cells in rows:
        if len(found) == _MOST_ROWS:
            raise BadObservations(f"{path}: more than the {_MOST_ROWS:,} rows that one file may have. Split it.")
        said = {name: cells[place] for name, place in places.items() if place < len(cells) and cells[place]}
        if said:
            found.append(ObservationRow(number, said))
    return ObservationTable(path.name, tuple(found), unread)


def _places(path: Path, head: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Field -> the place of its column, and the heads that are of no field. Raises BadObservations where a needed one is missing or one is there twice."""
    known, beside = _heads()
    places: dict[str, int] = {}
    unread = []
    for place, name in enumerate(head):
        plain = _plain(name)
        field = next((field for field, names in known.items() if plain in names), None)
        if field is None:
            unread += [name] if plain and plain not in beside else []
        elif field in places:
            raise BadObservations(f"{path}: the columns {head[places[field]]!r} and {name!r} both state the {field}. Keep one of them.")
        else:
            places[field] = place
    if missing := [field for field in NEEDED if field not in places]:
        there = ", ".join(name[:40] for name in head[:_SHOWN] if name) or "none"
        raise BadObservations(
            f"{path}: there is no column for the {', '.join(missing)}. The first row must have the heads {', '.join(heads('en'))} "
            f"({'、'.join(heads('zh'))}); it has: {there}. `zhengpu observe --template FILE.csv --plan PLAN` writes a file to fill in."
        )
    return places, tuple(unread)


@cache
def _heads() -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    data = tomllib.loads(files("zhengpu.loaders").joinpath("observation_heads.toml").read_text("utf-8"))
    return {field: tuple(data["heads"][field]) for field in FIELDS}, frozenset(data["beside"]["heads"])


def _plain(head: str) -> str:
    return " ".join(_BRACKET_RE.sub("", head).split()).lower()


def _text(cell: str) -> str:
    """What a cell says: half-width, without the apostrophe that keeps spreadsheet programs from reading a formula."""
    return unicodedata.normalize("NFKC", cell).strip().removeprefix("'").strip()


def _csv(text: str, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    if "\x00" in text:
        raise UnreadableDocument(f"{name}: holds characters that no table has (NUL). Save it as CSV in UTF-8 and try again.")
    text = text.removeprefix("\ufeff")
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, 1):
            if len(record) > limits().columns:
                raise UnreadableDocument(f"{name}: row {number} has {len(record):,} columns, more than the {limits().columns:,} that are read.")
            yield number, [_text(cell) for cell in record]
    except csv.Error as error:
        raise UnreadableDocument(f"{name}: line {reader.line_num} is no well-formed CSV ({error}). Save it anew from the program that made it.") from None


def _workbook(data: bytes, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The first sheet of an .xlsx file. What it unpacks to is counted before openpyxl, which has no limits, sees it."""
    with Archive(data, name) as archive:
        parts = list(archive.names)
        if "xl/workbook.xml" not in parts:
            raise UnreadableDocument(f"{name}: this is no workbook of Excel and no CSV. Save the table as .xlsx or CSV.")
        for part in parts:
            archive.read(part)
    from openpyxl import load_workbook

    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_col=limits().columns)
        for number, row in enumerate(rows, 1):
            yield number, [_text(_shown(cell.value, str(cell.number_format or ""))) for cell in row]
    except _DAMAGE as error:
        raise UnreadableDocument(f"{name}: the workbook is damaged ({type(error).__name__}: {error}). Save it anew in Excel.") from error


def _shown(value: object, format: str) -> str:
    """A cell as its author sees it: 12.3% for 0.123 formatted so, 2024-06 for a day that is shown as a month."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if isinstance(value, datetime | date):
        day = value.isoformat()[:10]
        plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", format).lower()
        return day if "d" in plain or "m" not in plain else day[:7]
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return f"{(number * 100).normalize():f}%" if "%" in format else f"{number.normalize():f}"
    return str(value)
