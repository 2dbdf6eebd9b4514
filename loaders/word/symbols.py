"""Characters of symbol fonts -> what they show: ≥ and ☑ stand in plans as F0B3 of Symbol and 52 of Wingdings 2."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_PRIVATE_RE = re.compile("[\uf020-\uf0ff]")


@cache
def _shown() -> dict[str, dict[int, str]]:
    """Font in small letters -> code below 256 -> what it shows."""
    data = tomllib.loads(files("zhengpu.loaders").joinpath("docx_symbols.toml").read_text("utf-8"))
    return {font.lower(): {part["from"] + at: char for part in table["ranges"] for at, char in enumerate(part["shows"])} for font, table in data.items()}


def is_symbol_font(font: str) -> bool:
    return font.lower() in _shown()


def has_private(text: str) -> bool:
    """Whether a text has characters of the private area that symbol fonts use."""
    return not text.isascii() and _PRIVATE_RE.search(text) is not None


def symbol(font: str, code: int) -> str:
    """What a character of a symbol font shows, "" where that is not known; of another font, the character itself."""
    table = _shown().get(font.lower())
    if table is None and not 0xF000 <= code <= 0xF0FF:
        return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""
    return (table or {}).get(code - 0xF000 if code >= 0xF000 else code, "")


def with_symbols(text: str, font: str) -> str:
    """A text with its characters of the private area as what they show in that font; without those that are not known."""
    return _PRIVATE_RE.sub(lambda match: symbol(font, ord(match.group())), text)


def bullet(text: str, font: str) -> str:
    """The mark of an item as shown: l in Wingdings is ●."""
    if is_symbol_font(font) or _PRIVATE_RE.search(text):
        return "".join(symbol(font, ord(char)) for char in text) or "•"
    return "○" if text == "o" and font.lower().startswith("courier") else text
