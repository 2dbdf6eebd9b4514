"""Plain text -> Document: cleaned lines, flattened tables, and the page's labelled values, put together into one text with spans."""

from __future__ import annotations

from zhengpu.loaders.cleaning import Line, lines
from zhengpu.loaders.flat_tables import FlatTable, flat_tables
from zhengpu.loaders.page_fields import LineField, fields_of
from zhengpu.model import Block, BlockKind, Cell, Document, PageField, Removal, Table

FIELD_LINES = 80  # labelled values are looked for in the first lines of a page and in the last (database exports trail them)


def document(text: str, *, source: str, digest: str) -> Document:
    """The Document of a plain text. `digest` is the sha256 of the bytes that it was read from."""
    cleaned = lines(text)
    starts, offset = [], 0
    for line in cleaned:
        starts.append(offset)
        offset += len(line.text) + 1
    whole = "\n".join(line.text for line in cleaned)

    labelled = _labelled(cleaned)
    blocks: list[Block] = []
    page: list[PageField] = []
    tables = {table.first: table for table in flat_tables(cleaned) if not any(number in labelled for number in range(table.first, table.last))}
    number = 0
    while number < len(cleaned):
        line, start = cleaned[number], starts[number]
        end = start + len(line.text)
        if number in tables:
            table = tables[number]
            end = starts[table.last - 1] + len(cleaned[table.last - 1].text)
            blocks.append(Block(BlockKind.TABLE, start, end, _table(table, starts)))
            number = table.last
            continue
        if number in labelled:
            page += [
                PageField(field.name, whole[start + field.start : start + field.end], start + field.start, start + field.end)
                for field in labelled[number]
                if field.end > field.start
            ]
            blocks.append(Block(BlockKind.METADATA, start, end))
        elif line.text:
            blocks.append(Block(BlockKind.PARAGRAPH, start, end))
        number += 1
    removed = sorted(
        (Removal(text, why, min(start + at, len(whole))) for line, start in zip(cleaned, starts, strict=True) for at, text, why in line.removed),
        key=lambda removal: removal.position,
    )
    return Document(source, "text", digest, whole, tuple(blocks), tuple(page), tuple(removed))


def _labelled(cleaned: list[Line]) -> dict[int, list[LineField]]:
    """Line number -> its labelled values. A label alone in its line takes the next line as its value."""
    found: dict[int, list[LineField]] = {}
    candidates = [*range(min(FIELD_LINES, len(cleaned))), *range(max(FIELD_LINES, len(cleaned) - FIELD_LINES // 4), len(cleaned))]
    waiting: LineField | None = None
    for number in candidates:
        text = cleaned[number].text
        fields = fields_of(text) if len(text) <= 400 else []
        if waiting is not None and not fields and len(text) <= 120:
            found[number] = [LineField(waiting.name, waiting.label, 0, len(text))]
        if fields:
            found[number] = fields
        waiting = fields[-1] if fields and fields[-1].start >= fields[-1].end and fields[-1].name != "other" else None  # an empty 主题词 is empty
    return found


def _table(table: FlatTable, starts: list[int]) -> Table:
    columns = max(len(row) for row in table.rows)
    cells = tuple(
        Cell(row, column, starts[first] + start, starts[last] + end)
        for row, line in enumerate(table.rows)
        for column, (first, start, last, end) in enumerate(line)
    )
    return Table(cells, len(table.rows), columns)
