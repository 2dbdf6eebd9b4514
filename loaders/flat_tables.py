"""Tables that a web-to-text tool has flattened, found again: one cell a line, a bar behind each cell, or bars or tabs within a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhengpu.loaders.cleaning import Line

MOST_COLUMNS = 12
MOST_BARRED = 100  # cells of a row whose cells end in bars; what goes on longer has lost the ends of its rows
MOST_RULES = 2  # |---|---| above the first row
LONGEST_HEAD = 30  # characters of a column's name
_SERIAL_HEAD_RE = re.compile(r"(?:序\s*号|编\s*号|序列|No\.?|NO\.?)\Z")
_RULE_RE = re.compile(r"[|\s:+-]+\Z")
_HEADING_RE = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|附件)")
# a body on a line of its own: cells hold several of them one below the other; and what closes a row whose last column is a time
_BODY_RE = re.compile(r"[^\d\s，。；、,;：:]{2,16}(?:局|委|办|厅|部|院|会|政府|中心|公司|集团|街道|[镇乡区县市]|队|联|社|处|站|单位|部门)\Z")
_TIME_HEAD_RE = re.compile(r"时限|时间|期限|进度")
_TIME_RE = re.compile(r"(?=.{1,16}\Z)(?:20\d\d年|\d{1,2}月|年[底末]|全年|持续|长期)")
_OPEN_CELL = "、，,/"  # 市知识产权局、 | 市委组织部: the cell goes on in the next line


@dataclass(frozen=True, slots=True)
class FlatTable:
    """Lines [first, last) form a table; `rows` hold, for each cell, (first line, offset in it, last line, end offset in it)."""

    first: int
    last: int
    rows: tuple[tuple[tuple[int, int, int, int], ...], ...]


def flat_tables(lines: list[Line]) -> list[FlatTable]:
    """The tables of a flattened document, in order, none overlapping."""
    found: list[FlatTable] = []
    position = 0
    while position < len(lines):
        text = lines[position].text
        table = None
        if "|" in text:
            table = _barred(lines, position) if text.endswith("|") and text.count("|") == 1 else _in_line(lines, position, "|")
            if table is None and _SERIAL_HEAD_RE.match(_plain(lines[position])):
                table = _cell_a_line(lines, position)
        elif "\t" in text:
            table = _in_line(lines, position, "\t")
        elif _SERIAL_HEAD_RE.match(text):
            table = _cell_a_line(lines, position)
        if table is None:
            position += 1
        else:
            found.append(table)
            position = table.last
    return found


def _plain(line: Line) -> str:
    """The cell that a line holds: without the bar that a converter put behind it."""
    return line.text.rstrip("| \t")


def _whole(lines: list[Line], number: int) -> tuple[int, int, int, int]:
    return number, 0, number, len(_plain(lines[number]))


def _barred(lines: list[Line], first: int) -> FlatTable | None:
    """`序号 |` `指标 |` `单位` : a cell a line, and each but the last of a row ends in a bar. None where the last does too: then only numbers tell the rows."""
    rows: list[tuple[tuple[int, int, int, int], ...]] = []
    row: list[tuple[int, int, int, int]] = []
    number = first
    while number < len(lines) and len(row) <= MOST_BARRED:
        text = lines[number].text
        if text.endswith("|"):
            row.append(_whole(lines, number))
        elif row:
            row.append(_whole(lines, number))
            rows.append(tuple(row))
            row = []
        else:
            break
        number += 1
    return FlatTable(first, number - len(row), tuple(rows)) if len(rows) >= 2 and len(rows[0]) >= 2 else None


def _in_line(lines: list[Line], first: int, bar: str) -> FlatTable | None:
    """`| 1 | 指标 | 20 |` or tabs: a row a line, at least two of them with as many cells."""
    rows: list[tuple[tuple[int, int, int, int], ...]] = []
    number = first
    while number < len(lines) and bar in lines[number].text:
        text = lines[number].text
        if _RULE_RE.match(text):
            if number - first >= MOST_RULES and not rows:
                return None
        else:
            cells, start = [], 0
            for part in text.split(bar):
                left = len(part) - len(part.lstrip())
                cells.append((number, start + left, number, start + max(left, len(part.rstrip()))))
                start += len(part) + 1
            if bar == "|" and text.startswith("|"):
                cells = cells[1:]
            if bar == "|" and text.endswith("|"):
                cells = cells[:-1]
            if len(cells) < 2 and len(rows) < 2:
                return None
            rows.append(tuple(cells))
        number += 1
    return FlatTable(first, number, tuple(rows)) if len(rows) >= 2 else None


def _cell_a_line(lines: list[Line], first: int) -> FlatTable | None:
    """序号 / 指标名称 / 目标值 / 1 / … : rows begin with the next serial number, and the head says how many cells a row has."""
    head = first
    while head < len(lines) and head - first <= MOST_COLUMNS and not re.fullmatch(r"0?1[.、]?", _plain(lines[head])):
        if len(lines[head].text) > LONGEST_HEAD or lines[head].text[-1:] in ("", "。", "；", ";"):
            return None
        head += 1
    columns = head - first
    if head >= len(lines) or not 2 <= columns <= MOST_COLUMNS:
        return None
    rows = [tuple(_whole(lines, number) for number in range(first, head))]
    serial, start = 1, head
    while True:
        following = _next_serial(lines, start, serial + 1, columns)
        if following is None:
            cells, last = _last_row(lines, start, columns, timed=_TIME_HEAD_RE.search(lines[head - 1].text) is not None)
            rows.append(cells)
            return FlatTable(first, last, tuple(rows))
        rows.append(_row(lines, start, following, columns))
        serial, start = serial + 1, following


def _next_serial(lines: list[Line], start: int, serial: int, columns: int) -> int | None:
    """The line of the next row's number. A cell may hold the same number: a row is not over before it has its cells."""
    wanted = re.compile(rf"0?{serial}[.、]?\Z")
    early = None
    for number in range(start + 1, min(start + 1 + 6 * columns, len(lines))):
        if wanted.match(_plain(lines[number])):
            if number - start >= columns:
                return number
            early = early or number
        elif _HEADING_RE.match(lines[number].text) and number - start >= columns:
            break
    return early


def _is_open(line: Line) -> bool:
    """Whether a cell goes on in the next line: 市知识产权局、 does; a lone / is a whole cell."""
    return len(line.text) > 1 and line.text[-1] in _OPEN_CELL


def _row(lines: list[Line], start: int, end: int, columns: int) -> tuple[tuple[int, int, int, int], ...]:
    """The cells of lines [start, end): as many as the head has, lines of one cell put together."""
    cells = [(number, number) for number in range(start, end)]
    index = 1
    while len(cells) > columns and index < len(cells) - 1:
        if _is_open(lines[cells[index][1]]):
            cells[index : index + 2] = [(cells[index][0], cells[index + 1][1])]
        else:
            index += 1
    while len(cells) > columns:
        # 县水利局⏎县财政局: of several bodies the first leads, those behind it help
        bodies = (i for i in range(len(cells) - 2, 1, -1) if all(_BODY_RE.match(lines[n].text) for n in (cells[i][0], cells[i][1], cells[i + 1][0])))
        if (index := next(bodies, 0)) > 0:
            cells[index : index + 2] = [(cells[index][0], cells[index + 1][1])]
            continue
        # no mark tells which lines belong together: the longest text is the one that was broken
        longest = max(range(1, len(cells) - 1), key=lambda i: len(lines[cells[i][1]].text), default=1)
        cells[longest : longest + 2] = [(cells[longest][0], cells[min(longest + 1, len(cells) - 1)][1])]
    return tuple((a, 0, b, len(_plain(lines[b]))) for a, b in cells)


def _last_row(lines: list[Line], start: int, columns: int, *, timed: bool) -> tuple[tuple[tuple[int, int, int, int], ...], int]:
    """The last row's cells, and the line after it: no number follows, so it ends when it has its cells, or with a time if the last column holds times."""
    ahead = start + columns - 1
    while timed and ahead < min(len(lines), start + 3 * columns) and _BODY_RE.match(lines[ahead].text):
        ahead += 1
    if timed and start + columns <= ahead < len(lines) and _TIME_RE.match(lines[ahead].text):
        return _row(lines, start, ahead + 1, columns), ahead + 1
    cells: list[tuple[int, int]] = []
    number = start
    while number < len(lines):
        text = lines[number].text
        if cells and _is_open(lines[cells[-1][1]]):
            cells[-1] = (cells[-1][0], number)
        elif len(cells) == columns or not text or (cells and _HEADING_RE.match(text)):
            break
        else:
            cells.append((number, number))
        number += 1
    return tuple((a, 0, b, len(_plain(lines[b]))) for a, b in cells), number
