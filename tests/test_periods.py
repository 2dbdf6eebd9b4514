"""Dates, periods and numerals of Chinese prose."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengpu.extract.dates.periods import period
from zhengpu.extract.fold import folded
from zhengpu.extract.targets.numerals import number

PERIODS = [
    # words, start, end; the year left out is 2024
    ("2024年3—7月", "2024-03", "2024-07"),
    ("2024年7月—2026年1月", "2024-07", "2026-01"),
    ("2024年3月至2026年2月", "2024-03", "2026-02"),
    ("2024-2026年", "2024", "2026"),
    ("（2022年—2025年）", "2022", "2025"),
    ("2026年2月", "2026-02", "2026-02"),
    ("2025年12月前", None, "2025-12"),
    ("2025年6月底前完成", None, "2025-06"),
    ("2025年12月31日前", None, "2025-12-31"),
    ("自2024年3月起", "2024-03", None),
    ("2023年底", "2023-12", "2023-12"),
    ("到2026年末", "2026-12", "2026-12"),
    ("2024年年底前", None, "2024-12"),
    ("2024年上半年", "2024-01", "2024-06"),
    ("2024年下半年", "2024-07", "2024-12"),
    ("2025年第三季度", "2025-07", "2025-09"),
    ("2024年二季度至四季度", "2024-04", "2024-12"),
    ("一季度", "2024-01", "2024-03"),
    ("6月底前", None, "2024-06"),
    ("今年10月", "2024-10", "2024-10"),
    ("明年3月", "2025-03", "2025-03"),
    ("5月19日至5月22日", "2024-05-19", "2024-05-22"),
    ("3月1—15日", "2024-03-01", "2024-03-15"),
    ("2026年5月 24日至5月26日", "2026-05-24", "2026-05-26"),
    ("“十四五”期间", "2021", "2025"),
    ("“十五五”末", "2030-12", "2030-12"),
    ("2024.3-2024.12", "2024-03", "2024-12"),
    ("2024-05-01", "2024-05-01", "2024-05-01"),
    ("1.2024年3月", "2024-03", "2024-03"),
]


@pytest.mark.parametrize(("words", "start", "end"), PERIODS)
def test_period(words: str, start: str | None, end: str | None) -> None:
    found = period(folded(words), year=2024)
    assert found is not None
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize("words", ["", "全年", "13月", "2000家", "15.93", "第36次", "四个季度", "漕宝路650号"])
def test_no_period(words: str) -> None:
    assert period(folded(words), year=2024) is None


def test_a_date_without_a_year_needs_one() -> None:
    assert period("6月底前") is None


NUMERALS = [
    ("1,000", "1000"),
    ("15.93", "15.93"),
    ("一", "1"),
    ("两", "2"),
    ("十", "10"),
    ("二十五", "25"),
    ("百", "100"),
    ("两百", "200"),
    ("百万", "1000000"),
    ("一千二百", "1200"),
]


@pytest.mark.parametrize(("words", "value"), NUMERALS)
def test_number(words: str, value: str) -> None:
    assert number(words) == Decimal(value)


def test_a_row_of_numerals_is_no_number() -> None:
    assert number("千百") is None


@given(st.text(alphabet="0123456789年月日底末前至到—-~.十四五\"季度上下半一二三四今明 ()起", max_size=40))
def test_no_text_makes_it_raise(words: str) -> None:
    found = period(words, year=2024)
    assert found is None or 0 <= found.text_start < found.text_end <= len(words)


@given(st.integers(min_value=0, max_value=99_999_999))
def test_numbers_in_digits_are_themselves(value: int) -> None:
    assert number(f"{value:,}") == value
