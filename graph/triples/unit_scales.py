"""A value in another unit that measures the same: 20000 万元 is 2 亿元, 12 ‰ is 1.2 %."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal, localcontext
from functools import cache
from importlib.resources import files
from unicodedata import normalize

_PLACES = Decimal("1e-10")  # of a value that does not come out even: 100亩 are 6.6666666667公顷
_DIGITS = 40


def converted(value: Decimal, unit: str, to: str) -> Decimal | None:
    """The value, counted in `unit`, as it is counted in `to`; None where the two do not measure the same.

    "" is the unit of a bare number; 万 alone means 10,000 of whatever `to` counts."""
    if unit == to:
        return value
    multipliers, _ = _table()
    if unit in multipliers:
        factor, divisor = multipliers[unit], next((multipliers[head] for head in multipliers if to.startswith(head)), Decimal(1))
    else:
        (family, factor), (other, divisor) = _scale(unit), _scale(to)
        if family != other:
            return None
    with localcontext() as context:
        context.prec = _DIGITS
        exact = value * factor / divisor
        rounded = exact.quantize(_PLACES) if abs(exact) < Decimal("1e18") else exact
    return rounded.normalize()


def _scale(unit: str) -> tuple[str, Decimal]:
    """The first unit of the family that a unit is of, or the unit itself, and how many of it one is."""
    multipliers, families = _table()
    plain = normalize("NFKC", unit) if unit not in families else unit  # ㎡ is m2
    for head in ("", *multipliers):
        if plain.startswith(head) and plain[len(head) :] in families:
            first, factor = families[plain[len(head) :]]
            return first, factor * multipliers.get(head, Decimal(1))
    head = next((head for head in multipliers if plain.startswith(head)), "")
    return plain[len(head) :], multipliers.get(head, Decimal(1))


@cache
def _table() -> tuple[Mapping[str, Decimal], Mapping[str, tuple[str, Decimal]]]:
    """Multiplier -> factor, the longest first; unit -> (first of its family, factor)."""
    data = tomllib.loads(files("zhengpu.graph").joinpath("unit_scales.toml").read_text("utf-8"))
    multipliers = {head: Decimal(data["multipliers"][head]) for head in sorted(data["multipliers"], key=len, reverse=True)}
    return multipliers, {unit: (next(iter(family)), Decimal(factor)) for family in data["family"] for unit, factor in family.items()}
