"""The form of a text that is searched: full- and half-width, upper and lower case, traditional and simplified characters meet in it.

Folding keeps the length: character i of the folded text is character i of the text, so that places found in one hold in the other.
"""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from importlib.resources import files

SPACE = "␠"  # what white space and control characters become, NUL among them; no word that is searched for has it
_SAME = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "―": "-", "‐": "-", "−": "-", "•": "·", "・": "·"}
_WIDEN = 0xFEE0  # from ! to ！: punctuation becomes full-width, so that nothing in folded text is syntax of FTS5 or ends a token


def folded(text: str) -> str:
    """The text as it is searched, of the same length: letters lower-case, digits half-width, punctuation full-width, characters simplified."""
    return text.translate(_table())


class _Table(dict[int, str]):
    """Code point -> folded character, worked out when a text has it."""

    def __init__(self, simplified: dict[str, str]) -> None:
        super().__init__()
        self._simplified = simplified

    def __missing__(self, code: int) -> str:
        found = self[code] = self._fold(chr(code))
        return found

    def _fold(self, char: str) -> str:
        for change in (lambda one: unicodedata.normalize("NFKC", one), str.lower):
            form = change(char)
            char = form if len(form) == 1 else char  # ㎡ would become m2
        char = self._simplified.get(_SAME.get(char, char), _SAME.get(char, char))
        if char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Cs"):
            return SPACE
        return chr(ord(char) + _WIDEN) if "!" <= char <= "~" and not char.isalnum() else char


@cache
def _table() -> _Table:
    lines = files("zhengpu.graph").joinpath("variants.csv").read_text("utf-8").splitlines()
    return _Table({row["traditional"]: row["simplified"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))})
