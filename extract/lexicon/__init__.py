"""The words that a linguist or official would edit: the .toml files beside this one, and the patterns that are made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

_FEW = 4  # with fewer words a look ahead costs more than it saves


@cache
def lexicon(name: str) -> dict[str, Any]:
    """The words of lexicon/<name>.toml, read once."""
    return tomllib.loads(files("zhengpu.extract.lexicon").joinpath(f"{name}.toml").read_text("utf-8"))


def beginning(words: Iterable[str]) -> str:
    """A look ahead that sees whether one of the words may begin here, by its first two characters (one, where a word is no longer).

    In front of many alternatives it saves the engine trying each of them at every place of the text."""
    words = list(words)
    width = min(2, *map(len, words)) if words else 0
    return f"(?={''.join('[' + ''.join(re.escape(char) for char in sorted({word[at] for word in words})) + ']' for at in range(width))})"


def alternatives(words: Iterable[str]) -> str:
    """A group that matches any of the words (none of them empty), longest first."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    group = "|".join(map(re.escape, ordered))
    return f"(?:{beginning(ordered)}(?:{group}))" if len(ordered) > _FEW else f"(?:{group})"
