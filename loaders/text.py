"""Plain text -> Document: cleaned lines, and the tables and labelled values that stand in them."""

from __future__ import annotations

from zhengpu.loaders.assembly import assembled
from zhengpu.loaders.cleaning import lines
from zhengpu.loaders.flat_tables import flat_tables
from zhengpu.model import Document


def document(text: str, *, source: str, digest: str) -> Document:
    """The Document of a plain text. `digest` is the sha256 of the bytes that it was read from."""
    cleaned = lines(text)
    return assembled(cleaned, source=source, form="text", digest=digest, flat=flat_tables(cleaned))
