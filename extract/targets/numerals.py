"""Numerals of Chinese prose -> Decimal: 1,000 and 15.93, 百 and 二十五, 两百."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,5}(?!\d)|\d{1,15})(?:\.\d{1,9})?"
CHINESE = r"[零一二两三四五六七八九十百千万亿]{1,12}"

_DIGITS = "零一二三四五六七八九"
_KNOWN = {"两": 2, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_KNOWN |= {(_DIGITS[n // 10] if n > 19 else "") + ("十" if n > 9 else "") + (_DIGITS[n % 10] if n % 10 or not n else ""): n for n in range(100)}


def number(numeral: str) -> Decimal | None:
    """The value of a numeral matched by ARABIC or CHINESE; None for a row of characters that is no number (千百).

    cn2an, which costs 0.1 s to load and 12 µs a numeral, is left to what digits and the table of small numbers do not cover (一千二百)."""
    if numeral[:1].isdecimal():
        try:
            return Decimal(numeral.replace(",", ""))
        except InvalidOperation:
            return None
    if numeral in _KNOWN:
        return Decimal(_KNOWN[numeral])
    from cn2an import cn2an

    # 百万人次: the unwritten 一 is the reader's to add
    written = "一" + numeral if numeral[0] in "百千万亿" else numeral
    try:
        return Decimal(str(cn2an(written, "smart")))
    except (ValueError, InvalidOperation):
        return None
