"""Tables of a page: which hold data, which hold labelled values, and which only lay the page out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhengpu.loaders.cleaning import visible
from zhengpu.loaders.page_fields import LineField, fields_of, labels
from zhengpu.loaders.pieces import Piece, PlainCell, table_of
from zhengpu.loaders.web_page.parts import Grid, GridCell, PageLine
from zhengpu.model import BlockKind

MOST_COLUMNS = 200  # a browser stops at 1,000; the widest met has 24
MOST_CELLS = 200_000  # places of the grid; the longest met (a list of administrative items) has 30,000
MOST_HEADS = 3  # rows
MOST_LISTED = 4  # columns with the names of labelled values that a list of documents has
LONGEST_HEAD = 30  # characters of a column's name
MOST_IN_ONE = 0.8  # a cell that holds more of a table's characters than this holds the page, not a datum
_NOTE_RE = re.compile(r"(?:备\s*)?注\s*\d*\s*[:：.]|说\s*明\s*[:：]|\*")
_NUMERIC_RE = re.compile(r"[\d.,%％+\-—–/\s()（）]+\Z")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell where the rows and columns before it leave room for it."""

    cell: GridCell
    text: str
    row: int
    column: int
    rows: int
    columns: int


def pairs(grid: Grid, lines: list[PageLine]) -> list[Piece]:
    """The labelled values of a table that holds such (索引号： | 000014349/2019-00003 | 主题分类： | …), a block each; none for any other table."""
    if grid.has_inner:
        return []
    if headed := _headed(grid, lines):
        return headed
    found: list[Piece] = []
    others = 0
    for row in grid.rows:
        texts = [_text(cell, lines) for cell in row]
        position = 0
        while position < len(texts):
            name = labels().get(_label(texts[position]))
            stated = fields_of(texts[position]) if name is None else []
            if len(stated) == 1 and stated[0].end > stated[0].start:  # 索引号：014000000/2024-00012 in one cell
                label, value = texts[position][: stated[0].start], texts[position][stated[0].start :]
                found.append(field_piece(stated[0].name, label.strip(), value.replace("\n", " ")))
                position += 1
                continue
            if name is None:
                others += bool(texts[position])
                position += 1
                continue
            value = texts[position + 1] if position + 1 < len(texts) else ""
            if _label(value) in labels():
                position += 1  # 标题 | 文号 | 日期: the head of a list
                others += 1
                continue
            if value:
                found.append(field_piece(name, texts[position], value.replace("\n", " ")))
            position += 2
    return found if len(found) >= 2 and len(found) >= others else []


def _headed(grid: Grid, lines: list[PageLine]) -> list[Piece]:
    """The labelled values of a table of two rows, the labels above; a list of documents has 标题, 文号 and a date there, but not so many."""
    if len(grid.rows) != 2 or not MOST_LISTED < len(grid.rows[0]) == len(grid.rows[1]):
        return []
    above, below = ([_text(cell, lines) for cell in row] for row in grid.rows)
    if not all(_label(text) in labels() for text in above):
        return []
    return [field_piece(labels()[_label(label)], label, value.replace("\n", " ")) for label, value in zip(above, below, strict=True) if value]


def field_piece(name: str, label: str, value: str) -> Piece:
    """A labelled value as a block: 索 引 号：000014349/2019-00003."""
    label = label.replace("\n", "")
    text = f"{label}{value}" if label[-1] in ":：】" else f"{label}：{value}"
    return Piece(text, BlockKind.METADATA, fields=(LineField(name, _label(label), len(text) - len(value), len(text)),))


def _label(text: str) -> str:
    return re.sub(r"[\s\u3000:：【】\[\]]", "", text) if len(text) <= 24 else text


def data_table(grid: Grid, lines: list[PageLine]) -> list[Piece]:
    """A table of data as blocks: the lines above it that name it, the table, the notes below; none for a table that lays a page out."""
    if grid.has_inner or (placed := _placed(grid, lines)) is None:
        return []
    rows = [row for row in placed if any(cell.text for cell in row)]
    above: list[str] = []
    below: list[str] = []
    while len(rows) > 2 and (text := _only(rows[0])):
        above.append(text)
        rows = rows[1:]
    while len(rows) > 2 and (text := _only(rows[-1])) and _NOTE_RE.match(text):
        below.insert(0, text)
        rows = rows[:-1]
    lengths = sorted(len(cell.text) for row in rows for cell in row)
    if sum(sum(bool(cell.text) for cell in row) >= 2 for row in rows) < 2 or (len(lengths) < 12 and lengths[-1] > MOST_IN_ONE * sum(lengths)):
        return []
    table = _piece(rows)
    return [*(Piece(text, BlockKind.PARAGRAPH) for text in above), table, *(Piece(text) for text in below)]


def _only(row: list[_Placed]) -> str:
    """The text of a row that is one cell, whatever it spans; "" for a row of several."""
    filled = [cell for cell in row if cell.text]
    return filled[0].text if len(filled) == 1 and len(row) == 1 else ""


def _text(cell: GridCell, lines: list[PageLine]) -> str:
    return visible("\n".join(line.text for line in lines[cell.first : cell.last] if not line.is_hidden)).strip()


def _placed(grid: Grid, lines: list[PageLine]) -> list[list[_Placed]] | None:
    """The cells of each row with their places; None for a grid beyond the limits. Spans are cut off where the table ends."""
    taken: list[int] = []  # column -> the first row that no cell from above covers
    out: list[list[_Placed]] = []
    area = 0
    for number, row in enumerate(grid.rows):
        column = 0
        out.append([])
        for cell in row:
            while column < len(taken) and taken[column] > number:
                column += 1
            columns = min(cell.column_span, MOST_COLUMNS - column)
            rows = min(cell.row_span, len(grid.rows) - number)
            if columns < 1:
                return None
            area += columns
            if area > MOST_CELLS:
                return None
            taken += [0] * (column + columns - len(taken))
            taken[column : column + columns] = [number + rows] * columns
            out[-1].append(_Placed(cell, _text(cell, lines), number, column, rows, columns))
            column += columns
    # 一、科技金融 with colspan="1000" does not make the table 1,000 columns wide: rows of several cells say how wide it is
    width = max((cell.column + cell.columns for row in out if len(row) > 1 for cell in row), default=1)
    return out if width * len(out) <= MOST_CELLS else None


def _piece(rows: list[list[_Placed]]) -> Piece:
    """The table as a block; empty rows are gone from its numbering."""
    number = {cells[0].row: index for index, cells in enumerate(rows)}
    last = max(number)
    width = max(cell.column + (cell.columns if len(row) > 1 else 1) for row in rows for cell in row)
    cells = []
    for row in rows:
        for cell in row:
            spanned = sum(1 for index in range(cell.row, min(cell.row + cell.rows, last + 1)) if index in number)
            cells.append(PlainCell(cell.text, number[cell.row], cell.column, spanned, max(1, min(cell.columns, width - cell.column))))
    return table_of(cells, len(rows), width, _header_rows(rows))


def _header_rows(rows: list[list[_Placed]]) -> int:
    """How many rows name the columns: those marked so, else the first if all its cells are short names, with those below it that divide its columns."""
    marked = 0
    while marked < len(rows) - 1 and all(cell.cell.is_head for cell in rows[marked]):
        marked += 1
    head = [cell for cell in rows[0] if cell.text]
    named = len(head) >= 2 and all(len(cell.text) <= LONGEST_HEAD and cell.text[-1] not in "。；;" and not _NUMERIC_RE.match(cell.text) for cell in head)
    if not named:
        return marked
    # 指标 beside 目标值, which has 2025年 and 2030年 below it
    depth = max(cell.rows for cell in rows[0]) if any(cell.columns > 1 and cell.rows == 1 for cell in rows[0]) else 1
    return max(marked, min(depth, MOST_HEADS, len(rows) - 1))
