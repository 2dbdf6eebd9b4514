"""Properties that hold for every text: nothing raises, every quotation is its slice, the same text gives the same facts."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from zhengpu.errors import UnreadableDocument
from zhengpu.extract import facts, guide_json
from zhengpu.extract.fold import folded
from zhengpu.loaders import document_of_text
from zhengpu.model import Facts

# What plans are made of, whole and in pieces, so that random joints make broken brackets, headings without text and tables without rows.
LABELS = "一、 二、 (一) （二） 1. 2、 １． ① 一是 二是 —— 第一条 第三章 专栏1 附件1 **(三)** #".split()
HEADINGS = """
总体要求 指导思想 基本原则 主要目标 发展目标 重点任务 主要任务 保障措施 组织保障 进度安排 重点工程 附件 任务清单 指标名称 目标值 责任单位 完成时限 序号
""".split()
WORDS = """
南通市 上海市徐汇区 各区、县(市)政府 市教育局 市委组织部(人才办) 省发展改革委 区法院 工业和信息化部 世界知识产权组织(WIPO) 越城区、柯桥区、诸暨市政府
工作方案 行动计划(2024—2026年) 关于印发 的通知 现印发给你们 通政办发〔2024〕12号 2024年3月5日 二〇二四年三月五日 索引号: 发文日期： 主题分类
制定 修订完善 贯彻落实 推进 实施 发布 编制 牵头 配合 负责 按职责分工负责 (责任单位: （牵头单位： 完成时限: 2025年6月底前 持续推进 每年 到2026年,
每万人口 拥有量达 增长 不少于 以上 左右 超过 全省前三 分别达到 100亿元 98% 1～3个百分点 十五项 两千 百分之五 1,000万元 2000件/年 3.5万亿
《安全生产法》 《 》 〈 〉 (国发〔2022〕14号,以下简称《意见》) GB/T PCT 马德里体系 “铁拳” “ ” 专项行动 光启人才 ‘
( ) （ ） 〔 〕 [ ] 【 】 、 ， 。 ； ： ！ ! , . ; : … — —— ～ · % ％ ‰ | |---|
""".split()
SPACES = ["\n", "\n\n", "\r\n", " ", "\u3000", "\t", " | ", "\n- "]
ODD = """\ufeff \u200b \ue000 \U0001f600 e\u0301 ² ٣ ৪ Ⅳ ㈠ 〇 ○ ﷺ <b> &nbsp; \U00020000 \u202e \ud800 \x00 \u2028 \x85 \x0b""".split(" ")

sampled = [st.sampled_from(kind) for kind in (LABELS, HEADINGS, WORDS, WORDS, SPACES, ODD)]
pieces = st.one_of(*sampled, st.text(max_size=4), st.integers(0, 10**20).map(str))
lines = st.lists(pieces, max_size=14).map("".join)
texts = st.lists(lines, max_size=25).map("\n".join)
any_text = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Facts | None:
    """The facts of a text, or None where it is refused as unreadable."""
    try:
        return facts(document_of_text(text))
    except UnreadableDocument:
        return None


@any_text
@given(texts)
@example("")
@example("\n")
@example("一、")
@example("《" * 50 + "》" * 50)
@example("(" * 200)
@example("。总体要求")
@example("责任单位:(" * 40)
def test_no_text_raises_and_every_quotation_is_its_slice(text: str) -> None:
    found = read(text)
    if found is not None:
        for evidence in found.evidence():
            assert evidence.quote
            assert found.text[evidence.start : evidence.end] == evidence.quote


@any_text
@given(texts)
def test_the_same_text_gives_the_same_facts(text: str) -> None:
    first, second = read(text), read(text)
    assert first == second
    if first is not None and second is not None:
        assert json.dumps(guide_json(first), ensure_ascii=False) == json.dumps(guide_json(second), ensure_ascii=False)


@any_text
@given(texts)
def test_facts_hang_on_units_that_exist(text: str) -> None:
    found = read(text)
    if found is None:
        return
    sections = {section.id for section in found.outline}
    measures = {measure.id for measure in found.measures}
    units = {"notice", "preamble", "table"} | sections | measures | {goal.id for goal in found.goals}
    assert len(sections) == len(found.outline)
    assert len(measures) == len(found.measures)
    assert {section.parent for section in found.outline if section.parent} <= sections
    assert {measure.section for measure in found.measures} <= sections
    assert {duty.measure for duty in found.responsibilities} <= measures
    for category in (found.mentions, found.targets, found.references, found.schedule, found.campaigns):
        assert {fact.unit for fact in category} <= units


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(folded(text)) == len(text)


# One line without end of each, and many lines where the piece ends in a line break.
PIECES = [
    *"推进公共服务工作 ( 《 《甲 1 一、 (责任单位: 、 “ 2025年6月底前 达到100 制定修订 市教育局、 a| —— (责任单位:市民政局、市财政局) 《甲法》、".split(),
    "\u3000",
    "一、完善体系\n",
    "1.推进建设。到2026年新增床位100张。\n",
    "完善基本养老服务体系,推进医疗卫生机构能力建设,\n",
    "市教育局\n",
    "责任单位:市民政局\n",
    "指标|2026年\n",
]


@pytest.mark.slow
@pytest.mark.parametrize("piece", PIECES)
def test_ten_megabytes_finish(piece: str) -> None:
    """No pattern may go back over the text again and again: time grows with the length, not with its square."""
    long = piece * (10_000_000 // len(piece.encode()))
    short = long[: len(long) // 10]
    spent = []
    for text in (short, long):
        began = time.process_time()
        read(text)
        spent.append(time.process_time() - began)
    assert spent[1] < max(30 * spent[0], 20)  # ten times the text; three times that for caches and the garbage collector
