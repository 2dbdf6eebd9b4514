"""What the programs of tests/benchmarks find: figures beside their bounds, and how costs grow with the number of documents.

Each is printed; `scripts/bench.py` gathers them by the file that the environment names, for the tables at the head of docs/performance.md."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

_NAMED = {"": (100, 1000, 10_000), "small": (100, 300)}
_ASKED = os.environ.get("ZHENGPU_BENCH", "")
SIZES = _NAMED[_ASKED] if _ASKED in _NAMED else tuple(map(int, _ASKED.split(",")))  # numbers of documents
_FILE = os.environ.get("ZHENGPU_BENCH_FIGURES")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure; `bound` as it is read ("≤ 1.2"), empty where there is none, and `is_met` None then."""

    name: str
    measured: str
    bound: str = ""
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """Costs by the number of documents, and the slope between the ends in log-log paper; `bound` is that of n·log n between them."""

    name: str
    unit: str
    costs: Mapping[int, float]
    slope: float
    bound: float
    is_met: bool


class Figures:
    """What one program has found."""

    def __init__(self) -> None:
        self.has_missed = False

    def most(self, name: str, value: float, bound: float, unit: str = "") -> None:
        """A figure that may not be above its bound."""
        self._figure(name, value, f"≤ {_short(bound)}{unit}", value <= bound, unit)

    def least(self, name: str, value: float, bound: float, unit: str = "") -> None:
        """A figure that may not be below its bound."""
        self._figure(name, value, f"≥ {_short(bound)}{unit}", value >= bound, unit)

    def told(self, name: str, value: float, unit: str = "") -> None:
        """A figure without a bound."""
        self._tell(Figure(name, f"{_short(value)}{unit}"))
        print(f"{name}: {_short(value)}{unit}", flush=True)

    def growth(self, name: str, costs: Mapping[int, float], unit: str) -> None:
        """What so many documents cost in all; nothing is said of fewer than two numbers."""
        found = growth(name, costs, unit)
        if found is None:
            return
        self.has_missed |= not found.is_met
        self._tell(found)
        row = ", ".join(f"{documents:,} documents {_short(cost)}{unit}" for documents, cost in found.costs.items())
        print(f"{name}: {row}; log-log slope {found.slope:.2f} (n·log n: {found.bound:.2f})", flush=True)

    def _figure(self, name: str, value: float, bound: str, is_met: bool, unit: str) -> None:
        self.has_missed |= not is_met
        self._tell(Figure(name, f"{_short(value)}{unit}", bound, is_met))
        print(f"{name}: {_short(value)}{unit} (bound {bound}){'' if is_met else ', MISSED'}", flush=True)

    def _tell(self, found: Figure | Growth) -> None:
        if _FILE:
            with Path(_FILE).open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(found), ensure_ascii=False) + "\n")


def growth(name: str, costs: Mapping[int, float], unit: str = "") -> Growth | None:
    """The slope between the smallest and the largest number of documents, None where there is one number only."""
    ordered = dict(sorted(costs.items()))
    if len(ordered) < 2:
        return None
    (few, low), *_, (many, high) = ordered.items()
    steps = math.log(many / few)
    slope = math.log(max(high, 1e-9) / max(low, 1e-9)) / steps
    bound = math.log(many * math.log(many) / (few * math.log(few))) / steps
    return Growth(name, unit, ordered, slope, bound, slope <= bound)


def _short(value: float) -> str:
    """Three digits that count: 0.912, 12.3, 1,234."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}".rstrip("0").rstrip(".") if value != int(value) else f"{value:.0f}"
