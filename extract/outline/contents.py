"""A table of contents: the headings of a plan printed once before the plan, with or without the numbers of their pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_CONTENTS = 400  # lines; the longest met (a plan of a province) has about 150
LONGEST_ENTRY = 80  # characters of a line
_HEAD_RE = re.compile(r"目\s*[录次]\Z")
# 第一章 发展背景........1, 第一章 发展背景……(1), 第一章 发展背景 1
_PAGE_RE = re.compile(r"(?:\s*[.…·・_\-—]{2,}|\s+)\s*[(\-—]?\s*\d{1,3}\s*[)\-—]?\s*\Z|[.…·]{3,}\s*\Z")


def contents(texts: Sequence[str]) -> range:
    """The indices of the lines (folded) that are the table of contents, its heading among them; empty where there is none.

    It ends before the line that its first entry announces: the text begins there."""
    head = next((index for index, text in enumerate(texts) if _HEAD_RE.match(text)), None)
    if head is None:
        return range(0)
    first = next((index for index in range(head + 1, min(head + 3, len(texts))) if texts[index]), None)
    if first is None:
        return range(0)
    wanted = _entry(texts[first])
    for index in range(first + 1, min(first + LONGEST_CONTENTS, len(texts))):
        if len(texts[index]) > LONGEST_ENTRY:
            return range(0)
        if _entry(texts[index]) == wanted:
            return range(head, index)
    return range(0)


def _entry(line: str) -> str:
    """A line as it is compared: without its page and white space."""
    return re.sub(r"\s", "", _PAGE_RE.sub("", line))
