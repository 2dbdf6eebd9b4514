"""The words that a linguist or official would edit: the .toml files beside this one, and the patterns that are made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

_FEW = 4  # with fewer words it costs more than it saves


@cache
def lexicon(name: str) -> dict[str, Any]:
    """The words of lexicon/<name>.toml, read once."""
    return tomllib.loads(files("zhengpu.extract.lexicon").joinpath(f"{name}.toml").read_text("utf-8"))


def alternatives(words: Iterable[str], patterns: Iterable[str] = ()) -> str:
    """A group that matches any of the words (none of them empty), the longest that fits, else any of the patterns, each of which begins with a plain character.

    The engine looks for a set of characters in a loop of its own, but tries several hundred alternatives one after the other. So the first character is
    taken from a set, the second is looked at, and what may follow the first is found by halving. It helps where the group opens its pattern."""
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    for pattern in patterns:
        rests.setdefault(pattern[0], []).append(pattern[1:])
    if sum(map(len, rests.values())) <= _FEW:
        return f"(?:{'|'.join(re.escape(first) + rest for first, own in rests.items() for rest in own)})"
    second = {rest.removeprefix("\\")[:1] for own in rests.values() for rest in own} - {"", "(", "["}
    alone = [first for first, own in rests.items() if any(rest[:1] in ("", "(", "[") for rest in own)]
    ahead = f"(?=[{_characters(second)}])"
    ahead = f"(?:{ahead}|(?<=[{_characters(alone)}]))" if alone else ahead
    return f"(?:[{_characters(rests)}]{ahead if second else ''}{_halved(sorted(rests.items()))})"


def _halved(rests: list[tuple[str, list[str]]]) -> str:
    """What follows each first character, told by looking back at it: by halves, quarters … of the characters."""
    if len(rests) == 1:
        return f"(?:{'|'.join(rests[0][1])})"
    halves = rests[: len(rests) // 2], rests[len(rests) // 2 :]
    return f"(?:{'|'.join(f'(?<=[{_characters(dict(half))}]){_halved(half)}' for half in halves)})"


def _characters(found: Iterable[str]) -> str:
    return "".join(map(re.escape, sorted(found)))
