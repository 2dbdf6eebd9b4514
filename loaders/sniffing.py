"""What a text is, whatever its file is called: markup or words."""

from __future__ import annotations

import re

_OPENING_RE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*){0,20}<(?:!doctype\s+html|html|head|body|meta|title|div|table|center|font|article|h[1-6]|p|span)\b[^<]*>",
    re.I | re.S,
)
_TAG_RE = re.compile(r"</(?:html|body|div|table|tr|td|p|span|h[1-6]|center|font|article|a)\s*>|<(?:p|br|div|td)\b[^<>]{0,2000}>", re.I)


def is_page(text: str) -> bool:
    """Whether a text begins as a page or a piece of one."""
    return _OPENING_RE.match(text) is not None and has_markup(text)


def has_markup(text: str) -> bool:
    """Whether a text holds any tag that a page has; 增速<6%、占比>30% is none."""
    return _TAG_RE.search(text) is not None
