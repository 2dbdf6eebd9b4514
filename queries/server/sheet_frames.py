"""A sheet as JSON between a worker and the server: the writing of a workbook opens files, which a worker cannot."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from zhengpu.queries.tables.spreadsheet import Sheet
from zhengpu.queries.tables.values import Thing

Content: TypeAlias = Thing | str | int | Decimal | date


def packed(sheet: Sheet, language: str) -> bytes:
    return json.dumps([language, sheet.heads, [[_told(one) for one in row] for row in sheet.rows], sheet.about], ensure_ascii=False).encode("utf-8", "replace")


def unpacked(data: bytes) -> tuple[Sheet, str]:
    """The sheet, and the language of its words."""
    language, heads, rows, about = json.loads(data)
    return Sheet(tuple(heads), tuple(tuple(_read(one) for one in row) for row in rows), tuple((what, value) for what, value in about)), language


def _told(content: Content) -> str | int | list[str]:
    """Texts and whole numbers as they are, the others with what they are."""
    match content:
        case Thing():
            return ["thing", content.iri, content.label]
        case Decimal():
            return ["number", str(content)]
        case date():
            return ["day", content.isoformat()]
        case _:
            return content


def _read(told: str | int | list[str]) -> Content:
    if not isinstance(told, list):
        return told
    kind, *parts = told
    if kind == "thing":
        return Thing(*parts)
    return Decimal(parts[0]) if kind == "number" else date.fromisoformat(parts[0])
