"""HTML -> Document: a government site's page, or any other."""

from __future__ import annotations

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.assembly import document_of
from zhengpu.loaders.limits import limits, setting
from zhengpu.loaders.web_page.lines import TooDeep, page_of
from zhengpu.loaders.web_page.page import meta_fields, pieces
from zhengpu.model import Document


def document(text: str, *, source: str, digest: str) -> Document:
    """The Document of a page. Raises UnreadableDocument for one beyond the limits or without text."""
    if len(text) > limits().markup:
        advice = f"Take the pictures out of the markup. {setting('markup')}"
        raise UnreadableDocument(f"{source}: {len(text):,} characters are more than the {limits().markup:,} of a page that are read. {advice}")
    if text.count("<") > limits().tags:
        raise UnreadableDocument(f"{source}: more than {limits().tags:,} tags. Split the page. {setting('tags')}")
    try:
        page = page_of(text)
    except TooDeep as error:
        raise UnreadableDocument(f"{source}: {error}") from None
    found = document_of(pieces(page), source=source, form="html", digest=digest, page=meta_fields(page))
    if not found.text:
        raise UnreadableDocument(
            f"{source}: this page holds no text (a script fetches it, or it is a frame). Save it from the browser when it is shown, or copy its text."
        )
    return found
