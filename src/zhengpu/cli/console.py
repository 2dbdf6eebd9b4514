"""What commands print: tables and messages for people on standard output and standard error, JSON and files' bytes for programs.

Text from documents is never markup here: it goes to Rich as `Text`, without the control characters that a terminal would obey.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_CONTROL_RE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WIDTH_OF_A_FILE = 150  # columns where the output is no terminal and COLUMNS is not set: Rich's 80 break Chinese titles into slivers


def out() -> Console:
    """Standard output as it is now (tests and pipes change it)."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH_OF_A_FILE
    return Console(width=width, highlight=False)


def err() -> Console:
    """Standard error: progress, summaries of problems, errors."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def text(content: object, style: str = "") -> Text:
    """Anything as text that no terminal and no Rich markup takes for a command."""
    return Text(_CONTROL_RE.sub("\ufffd", str(content)), style=style)


def say(content: object, style: str = "") -> None:
    """A line on standard output, however long: paths and commands are copied from it."""
    out().print(text(content, style), soft_wrap=True)


def warn(content: object, style: str = "yellow") -> None:
    err().print(text(content, style))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "", numeric: Sequence[bool] = ()) -> Table:
    """A table with one line of heads, or none where all are empty; columns of numbers are set flush right."""
    made = Table(box=box.SIMPLE_HEAD, show_header=any(heads), title=text(title, "bold") if title else None, title_justify="left", pad_edge=False)
    for column, head in enumerate(heads):
        is_number = bool(numeric) and numeric[column]
        made.add_column(text(head), justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    for row in rows:
        made.add_row(*(text(cell) for cell in row))
    return made


def print_json(value: Any) -> None:
    """The value as JSON on standard output, Chinese as it is."""
    write((json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace"))


def write(content: bytes) -> None:
    """Bytes on standard output, as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
