"""What a format hands over: the blocks of its own structure, before cleaning and before they have a place in the document's text."""

from __future__ import annotations

from dataclasses import dataclass

from zhengpu.loaders.page_fields import LineField
from zhengpu.model import BlockKind, Table


@dataclass(frozen=True, slots=True)
class Piece:
    """One block. Cells of `table` and spans of `fields` count from the beginning of `text`; neither text nor spans of such a piece change any more.

    A piece with `removed` set (navigation, advert …) is not part of the document: its text is only written down as left out, and why."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    table: Table | None = None
    fields: tuple[LineField, ...] = ()
    removed: str | None = None
