"""Numbers as automatic numbering prints them (ECMA-376 part 1, §17.18.59 ST_NumberFormat): 7 is 七, 柒, ⑦, 庚, vii, 07 …"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

_DIGITS, _STEMS, _BRANCHES = "〇一二三四五六七八九", "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
LARGEST = 32_767  # Word numbers no further; what a file claims beyond is printed in digits


def numeral(count: int, form: str) -> str:
    """A count in the number format of that name; formats that Chinese documents have no use for come out in digits."""
    if form == "none":
        return ""
    written = _FORMS.get(form)
    return (written(count) if written and 0 < count <= LARGEST else "") or str(count)


@cache
def _chinese(count: int) -> str:
    return _cn2an("low", count)


@cache
def _formal(count: int) -> str:
    return _cn2an("up", count)


def _cn2an(mode: str, count: int) -> str:
    from cn2an import an2cn

    return str(an2cn(count, mode))


def _of(characters: str) -> Callable[[int], str]:
    """Characters that stand for 1, 2, 3 …"""
    return lambda count: characters[count - 1] if count <= len(characters) else ""


def _range(first: str, length: int) -> Callable[[int], str]:
    return _of("".join(chr(ord(first) + step) for step in range(length)))


def _digits(count: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(count))


def _letters(count: int) -> str:
    """… Y, Z, AA, BB, CC …"""
    return chr(ord("A") + (count - 1) % 26) * min((count - 1) // 26 + 1, 12)


def _roman(count: int) -> str:
    out = ""
    for worth, letters in _ROMAN:
        out += letters * (count // worth)
        count %= worth
    return out


_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand"), _chinese),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), _formal),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital2"), _digits),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographEnclosedCircle": _range("㊀", 10),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _range("①", 20)),
    "decimalEnclosedParen": _range("⑴", 20),
    "decimalEnclosedFullstop": _range("⒈", 20),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), lambda count: str(count).translate(_FULL_WIDTH)),
    "decimalZero": lambda count: f"{count:02}",
    "numberInDash": lambda count: f"- {count} -",
    "upperLetter": _letters,
    "lowerLetter": lambda count: _letters(count).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
}
