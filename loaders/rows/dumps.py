"""The rows of a dump in CSV or JSON lines, one after another: however large the file, one row is held.

A row that cannot be read is handed over as what is wrong with it, and the next one is read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.columns import TEXT, Columns
from zhengpu.loaders.limits import limits, setting
from zhengpu.loaders.rows.lines import BadLine, Lines

_DELIMITERS = ",\t;|"
_LONGEST_FIELD = 2**31 - 1  # of the csv module; rows are measured before it sees them
_NO_CHARACTERS = "holds bytes that are no characters in UTF-8 or GB18030. Write it anew."
_DATES = ("published", "issued")
_EPOCH_RE = re.compile(r"[12]\d{9}(?:\d{3})?(?:\.\d+)?")  # 1721664000 or 1721664000000: seconds or milliseconds since 1970
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number; the first is 1, a head does not count. `values` has the fields that the row states, or `trouble` says why none."""

    number: int
    values: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    @classmethod
    def of(cls, number: int, values: Mapping[str, object]) -> Row:
        """The row with each value as text: 2024-07-23 for a date, whatever kind of value says it."""
        said = {name: text for name, value in values.items() if (text := _said(name, value))}
        if sum(map(len, said.values())) > limits().row:
            return cls(number, trouble=str(BadLine()))
        return cls(number, said) if TEXT in said else cls(number, trouble="holds no text.")


def csv_rows(stream: io.BufferedReader, columns: Columns) -> Iterator[Row]:
    """The rows of a CSV or TSV file with a head. Raises UnreadableDocument where that names no column for the text."""
    records = _records(Lines(stream))
    head, trouble = next(records, ([], "is missing: the file is empty. Nothing was read; check the export that wrote it."))
    if trouble:
        raise UnreadableDocument(f"its head {trouble}")
    places = {name: head.index(column) for name, column in columns.found(head).items()}
    for number, (record, trouble) in enumerate(records, 1):
        if not trouble and len(record) != len(head):
            trouble = f"has {len(record):,} fields where the head has {len(head):,}: a separator or quotation mark is amiss."
        yield Row(number, trouble=trouble) if trouble else Row.of(number, {name: record[place] for name, place in places.items()})


def _records(lines: Lines) -> Iterator[tuple[list[str], str]]:
    """The fields of each record, and what is wrong with it. Behind a broken record, reading goes on in the line below its first."""
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        delimiter = max(_DELIMITERS, key=next(lines, "").count)
    except BadLine as error:
        yield [], str(error)
        return
    lines.put_back()
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.mark()
        try:
            record = next(reader)
        except StopIteration:
            return
        except (csv.Error, BadLine) as error:
            lines.pass_first()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield [], str(error) if isinstance(error, BadLine) else f"is no well-formed CSV ({error})."
        else:
            if len(record) > limits().columns:
                yield [], f"has {len(record):,} columns, more than the {limits().columns:,} that are read. {setting('columns')}"
            elif record:
                yield record, _NO_CHARACTERS if lines.is_damaged else ""


def json_rows(stream: io.BufferedReader, columns: Columns) -> Iterator[Row]:
    """The objects of a file that has one in each line. Blank lines count, so that an editor finds the row by its number."""
    lines, number = Lines(stream), 0
    while True:
        lines.mark()
        number += 1
        try:
            line = next(lines)
        except StopIteration:
            return
        except BadLine as error:
            yield Row(number, trouble=str(error))
        else:
            if line.strip():
                yield Row(number, trouble=_NO_CHARACTERS) if lines.is_damaged else _json_row(number, line, columns)


def _json_row(number: int, line: str, columns: Columns) -> Row:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, trouble=f"is no JSON ({error}).")
    if not isinstance(read, dict):
        return Row(number, trouble='is no JSON object: {"title": …, "text": …}.')
    try:
        return Row.of(number, {name: read[column] for name, column in columns.found(read).items()})
    except UnreadableDocument as error:
        return Row(number, trouble=f"{error}")


def _said(name: str, value: object) -> str:
    """A value as text; "" for what says nothing (null, an object, NaN)."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, list | tuple):
        return ("\n" if name == TEXT else "、").join(text for one in value if (text := _said(name, one)))
    if value is None or isinstance(value, bool | dict) or value != value:
        return ""
    text = str(value).strip()
    if name in _DATES and _EPOCH_RE.fullmatch(text):
        digits = text.partition(".")[0]
        return datetime.fromtimestamp(int(digits[:10]), _CHINA).date().isoformat()
    return text
