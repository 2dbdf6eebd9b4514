"""Quantities and targets: what the case tables cannot say."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengpu.extract import facts
from zhengpu.extract.fold import folded
from zhengpu.extract.targets.masking import masked
from zhengpu.extract.targets.promises import promises
from zhengpu.extract.targets.quantities import quantities
from zhengpu.loaders import document_of_text

PLAN = "南通市优化服务工作方案(2024—2026年)\n一、主要任务\n(一)完善工作机制\n{}\n"
PIECES = """
培育 建设 达到 超过 不少于 由 从 至 增长 分别 各 均 等 的 且 每年 每万人 占比 企业 机构 其中 突破 完成 责任单位 长期 第一阶段
一 三 百 万 5 12.5 1,000 20 2025年 月 零 家 个 % 亿元 个百分点 次 以上 以内 左右 /年 、 和 ， 。 ； （ ） “ ” 《 》 全省前 第 位 ： 底前完成 |
"""
WORDS = [*PIECES.split(), "\n", " "]


def test_masking_keeps_every_place() -> None:
    text = folded("落实《优化营商环境7.0版方案》，推进“1+N+X”体系，建成示范站（点）30个，筹建住房3万套（间）。")
    hidden = masked(text)
    assert len(hidden) == len(text)
    assert [str(quantity.value) for quantity in quantities(hidden)] == ["30", "3"]


@settings(deadline=None)  # the first clause compiles the patterns
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
def test_no_clause_makes_it_raise(words: str) -> None:
    text = folded(words)
    for promise in promises(masked(text), 2024):
        assert 0 <= promise.start < promise.end <= len(text)
        assert all(0 <= start <= end <= len(text) for start, end in promise.name)


@settings(deadline=None)  # the first document loads lexicons and regions
@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_no_document_makes_it_raise(words: str) -> None:
    found = facts(document_of_text(PLAN.format(words)))
    assert [target.id for target in found.targets] == [f"t{n}" for n in range(1, len(found.targets) + 1)]


@pytest.mark.parametrize("piece", ["1", "5家、", "1,111,", "新增5家", "(1年", "百", "由5家", "3—", "“", "不少于"])
def test_long_lines_take_time_in_proportion(piece: str) -> None:
    def seconds(size: int) -> float:
        text = folded((piece * (size // len(piece) + 1))[:size])
        begun = process_time()
        for _ in promises(masked(text), 2024):
            pass
        return process_time() - begun

    seconds(1000)  # patterns are compiled once
    assert seconds(400_000) < 4  # measured: 0.1 to 0.9 s on two noisy cores; anything quadratic would take minutes
