"""The same as reckoning.py for what was observed, from the golden facts and tests/observations.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from reckoning import Row, bodies, last_day, number, of, title

from zhengpu import ids, regions
from zhengpu.model import Facts, Target

COLUMNS = {
    "target_progress": ("planTitle", "indicatorName", "baseline", "observed", "observedOn", "comparator", "value", "unit", "percent", "reached", "quote"),
    "targets_on_track": ("standing", "planTitle", "indicatorName", "base", "baseOn", "observed", "expected", "value", "percent", "due", "quote"),
    "targets_without_observation": ("planTitle", "indicatorName", "valueText", "due", "quote"),
    "tasks_overdue": ("due", "planTitle", "taskTitle", "institutionName", "quote"),
}
SAMPLE = Path(__file__).parent / "observations.csv"
IN_THE_UNIT_OF_THE_TARGETS = {"万元": (Decimal("0.0001"), "亿元"), "人": (Decimal("0.0001"), "万人")}
LESS_IS_BETTER = "周期 审限 时限 时长 时间 上诉率 投诉率 失业率 死亡率 发病率 发案率 能耗 煤耗 排放量 排放强度 浓度 负债率 漏损率".split()
MORE_IS_BETTER = ("压减", "压缩", "降低", "减少", "下降", "缩短", "削减")


@dataclass(frozen=True)
class Seen:
    indicator: str
    code: str
    on: str
    value: Decimal
    unit: str

    @property
    def day(self) -> str:
        return last_day(self.on)


def seen() -> Iterator[Seen]:
    with SAMPLE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            factor, unit = IN_THE_UNIT_OF_THE_TARGETS.get(row["单位"], (Decimal(1), row["单位"]))
            code = next(region.code for region in regions.names()[row["地区"]] if region.full == row["地区"])
            yield Seen(row["指标"], code, row["日期"], Decimal(row["数值"]) * factor, unit)


def indicator(target: Target) -> str:
    return ids.normal(target.canonical_indicator)


def latest(facts: Facts, target: Target, until: str | None) -> Seen | None:
    fitting = [s for s in seen() if s.indicator == indicator(target) and s.code in facts.plan.region_codes and (until is None or s.day <= until)]
    last = max(fitting, key=lambda s: s.day, default=None)
    return last if last and last.unit == (target.unit_of_measure or "") else None


def stated(facts: Facts, target: Target) -> tuple[Decimal | None, str | None]:
    """The baseline of the target, else of another for the same indicator and unit, with its date."""
    if target.baseline is not None:
        return target.baseline, target.baseline_date
    others = [
        t for t in facts.targets if indicator(t) == indicator(target) and (t.unit_of_measure or "") == (target.unit_of_measure or "") and t.baseline is not None
    ]
    dates = [t.baseline_date for t in others if t.baseline_date]
    return (min(t.baseline for t in others if t.baseline is not None), min(dates, default=None)) if others else (None, None)


def is_falling(target: Target, base: Decimal | None) -> bool:
    if target.comparator in ("<", "<=", "rank"):
        return True
    if target.comparator not in ("=", "~"):
        return False
    assert target.value is not None
    name = indicator(target)
    return base > target.value if base is not None else name.endswith(tuple(LESS_IS_BETTER)) and not name.startswith(MORE_IS_BETTER)


def is_reached(target: Target, value: Decimal, falling: bool) -> bool:
    assert target.value is not None
    if target.comparator in ("<", ">"):
        return value < target.value if target.comparator == "<" else value > target.value
    return value <= target.value if falling else value >= target.value


def rounded(value: Decimal, places: str) -> str:
    return number(value.quantize(Decimal(places), ROUND_HALF_UP))


def percent(target: Target, base: Decimal | None, value: Decimal, falling: bool) -> str:
    assert target.value is not None
    if base is not None and base != target.value:
        return rounded(100 * (value - base) / (target.value - base), "0.1")
    return rounded(100 * value / target.value, "0.1") if not falling and target.value > 0 else ""


def target_progress(plan: str | None = None, date: str | None = None) -> Iterable[Row]:
    for f in of(plan):
        for t in f.targets:
            found = latest(f, t, date and last_day(date))
            if found:
                base = stated(f, t)[0]
                falling = is_falling(t, base)
                told = ("是" if is_reached(t, found.value, falling) else "否", t.evidence.quote)
                shown = (number(base), number(found.value), found.on, t.comparator, number(t.value), found.unit, percent(t, base, found.value, falling))
                yield title(f), indicator(t), *shown, *told


def months(day: str) -> int:
    return 372 * int(day[:4]) + 31 * int(day[5:7]) + int(day[8:])


def targets_on_track(date: str, plan: str | None = None) -> Iterable[Row]:
    until = last_day(date)
    for f in of(plan):
        for t in f.targets:
            found = latest(f, t, until)
            if found is None or t.value is None:
                continue
            base, start = stated(f, t)
            begun = f.plan.period_start or ""
            if base is None:
                before = [s for s in seen() if s.indicator == indicator(t) and s.code in f.plan.region_codes and s.day < begun]
                first = max(before, key=lambda s: s.day, default=None)
                base, start = (first.value, first.day) if first else (None, None)
                day = start
            else:
                day = f"{start}{'-12-31'[len(start) - 10 :] if len(start) < 10 else ''}" if start else f"{begun}{'-01-01'[len(begun) - 10 :]}"
            falling = is_falling(t, base)
            due = last_day(t.due)
            line = None
            if base is not None and day and due:
                way = Decimal(months(found.day) - months(day)) / (months(due) - months(day))
                line = base + (t.value - base) * min(max(way, Decimal(0)), Decimal(1))
            if is_reached(t, found.value, falling):
                standing = "已达到"
            elif due and due < until:
                standing = "到期未达到"
            elif line is None:
                standing = "缺起点值"
            else:
                standing = "符合进度" if (found.value <= line if falling else found.value >= line) else "滞后"
            expected = "" if line is None else rounded(line, "0.01")
            share = percent(t, base, found.value, falling)
            yield standing, title(f), indicator(t), number(base), day or "", number(found.value), expected, number(t.value), share, due, t.evidence.quote


def targets_without_observation(plan: str | None = None) -> Iterable[Row]:
    for f in of(plan):
        for t in f.targets:
            if not any(s.indicator == indicator(t) and s.code in f.plan.region_codes for s in seen()):
                yield title(f), indicator(t), t.value_text, last_day(t.due), t.evidence.quote


def tasks_overdue(date: str, plan: str | None = None) -> Iterable[Row]:
    for f in of(plan):
        measures = {m.id: m for m in f.measures}
        for s in f.schedule:
            if s.end and not s.ongoing and last_day(s.end) < last_day(date):
                name = measures[s.unit].title if s.unit in measures else s.title or s.text
                for body in bodies(f, s.unit) or {""}:
                    yield last_day(s.end), title(f), name, body, s.evidence.quote
