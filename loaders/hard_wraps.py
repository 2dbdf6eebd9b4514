"""Text that was broken into lines of one width, as copies of printed pages are: which lines go on in the next."""

from __future__ import annotations

import re
from collections.abc import Sequence

LEAST_LINES, LEAST_SHARE = 8, 0.2  # full lines that make a width, in number and of all lines
LEAST_WIDTH, MOST_WIDTH = 44, 100  # a Chinese character is 2 wide
INDENT = 8  # what a full line may be narrower by: two characters of indent, a word that did not fit, spaces taken out
_WIDER = 3  # 。 may hang over the margin
_SENTENCE_END = "。！？!?；;：:…"
_MARK_RE = re.compile("[，。；、,;]")
_WIDE_RE = re.compile("[\u2e80-\U0010ffff“”‘’—…·]+")


def width(text: str) -> int:
    """How wide a line is printed."""
    return len(text) + sum(map(len, _WIDE_RE.findall(text)))


def wrap_width(texts: Sequence[str]) -> int | None:
    """The width that a text's lines are broken at, or None where each paragraph is a line."""
    lines = [text for text in texts if text]
    widest = max(1, len(lines) - int(len(lines) * 0.97))  # these may stand out beyond the margin, but for the narrowest of them
    if len(lines) < LEAST_LINES or sum(len(line) > MOST_WIDTH for line in lines) >= widest:  # most texts: paragraphs need not be measured
        return None
    widths = [width(line) for line in lines]
    margin = sorted(widths)[-widest]
    full = [line for line, wide in zip(lines, widths, strict=True) if margin - INDENT <= wide <= margin + _WIDER]
    broken = [line for line in full if line[-1] not in _SENTENCE_END]
    enough = len(broken) >= max(LEAST_LINES, LEAST_SHARE * len(lines)) and len(broken) >= 0.6 * len(full)
    return margin if LEAST_WIDTH <= margin <= MOST_WIDTH and enough else None


def is_full(line: str, margin: int | None, *, is_item: bool) -> bool:
    """Whether a line reaches the margin inside a sentence; one with a number in front (`is_item`) may be a heading unless it has a mark in it."""
    if margin is None or line[-1:] in _SENTENCE_END or "|" in line or "\t" in line:
        return False
    return width(line) >= margin - INDENT and (not is_item or _MARK_RE.search(line[4:]) is not None)
