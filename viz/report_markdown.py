"""A plan's yearly report as Markdown (GitHub's tables). No character of a document is markup in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from zhengpu.viz.report import Bar, Cell, Report, Table

# What CommonMark and GitHub take for markup or a link anywhere in a line; every escape is of ASCII punctuation, as the specification allows (2.4).
_MARKUP_RE = re.compile(r"[\\`*_{}\[\]<>()#!|~&@$^=]|(?<=\w):(?=/)|(?<=www)\.|^[-+](?=\s)|(?<=^\d)\.(?=\s)", re.IGNORECASE)
_BAR = 10  # blocks


def markdown(report: Report) -> str:
    """The report as one text with a line end behind its last line."""
    return "\n".join(_lines(report)) + "\n"


def text_bar(bar: Bar) -> str:
    """███████░░░ for 70 per cent."""
    full = round(bar.percent * _BAR / 100)
    return "█" * full + "░" * (_BAR - full)


def _lines(report: Report) -> Iterator[str]:
    yield f"# {_plain(report.title)}"
    yield ""
    for name, value in report.facts:
        yield f"- {_plain(name)}: {_plain(value)}"
    for part in report.parts:
        yield from ("", f"## {_plain(part.title)}", "")
        for sentence in part.sentences:
            yield from (_plain(sentence), "")
        for table in part.tables:
            yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield from (f"### {_plain(table.caption)}", "")
    yield _row(map(_plain, table.heads))
    yield _row("---" for _ in table.heads)
    for row in table.rows:
        yield _row(map(_cell, row))
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    bar = (text_bar(cell.bar),) if cell.bar else ()
    quote = (f"“{_plain(cell.quote)}”",) if cell.quote else ()
    place = (_plain(cell.place),) if cell.place else ()
    return "<br>".join((*bar, *map(_plain, cell.lines), *quote, *place))


def _plain(text: str) -> str:
    return _MARKUP_RE.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))
