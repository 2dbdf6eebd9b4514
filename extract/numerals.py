"""Numerals of Chinese prose -> Decimal: 1,000 and 15.93, 百 and 二十五, 两百."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?:\.\d{1,9})?"
CHINESE = r"[零一二两三四五六七八九十百千万亿]{1,12}"

_ONES = {"零": 0, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


def number(numeral: str) -> Decimal | None:
    """The value of a numeral matched by ARABIC or CHINESE; None for a row of characters that is no number (千百).

    cn2an is loaded only when a compound Chinese numeral turns up: it costs 0.1 s, and plans write nearly all quantities in digits."""
    if numeral[:1].isdecimal():
        try:
            return Decimal(numeral.replace(",", ""))
        except InvalidOperation:  # digits of other scripts that Decimal does not read
            return None
    if numeral in _ONES:
        return Decimal(_ONES[numeral])
    from cn2an import cn2an

    # 百项, 千家: the unwritten 一 is the reader's to add
    written = "一" + numeral if numeral[0] in "百千万亿" else numeral
    try:
        return Decimal(str(cn2an(written, "smart")))
    except (ValueError, InvalidOperation):
        return None
