"""An equal-length copy of a text to match patterns on, so that offsets into it are offsets into the text."""

from __future__ import annotations

import re

# Full-width ASCII to ASCII, and the variants of Chinese typesetting to one form each. One character for one character, always.
_FOLDED = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDED |= {
    variant: plain
    for plain, variants in {
        " ": "\u3000\xa0\u2002\u2003\u2009\t",
        ":": "∶﹕︰",
        "(": "〔﹝【［〖",
        ")": "〕﹞】］〗",
        ".": "﹒",
        "-": "–‐‑‒−－",
        "—": "―─━",
        "~": "～〜",
        '"': "“”„‟＂〝〞",
        "'": "‘’",
        "·": "・•‧",
        "○": "〇◯",
    }.items()
    for variant in variants
}
# 〔2024〕 and （2024） both become (2024); 《》 、 。 stay, for they mean something.
_VARIANT_RE = re.compile(f"[{re.escape(''.join(_FOLDED))}]")


def folded(text: str) -> str:
    """The text with full-width forms, brackets, dashes, quotation marks and spaces unified; `len(folded(text)) == len(text)`."""
    return _VARIANT_RE.sub(lambda match: _FOLDED[match[0]], text)  # a tenth of the time that str.translate takes
