"""How much of a text facts account for, and the marks for what looks like a fact and is none."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import Run

from zhengpu.extract import facts
from zhengpu.extract.review.coverage import coverage
from zhengpu.extract.review.unexplained import Spans
from zhengpu.loaders import document_of_text
from zhengpu.marks import Coverage

SAMPLES = Path(str(files("zhengpu.samples")))
TEXT = """南通市公共服务工作方案(2024—2026年)
为落实《江苏省公共服务条例》，制定本方案。
一、主要目标
到2026年，新增床位5000张。
二、主要任务
(一)完善共享机制。落实《江苏省公共服务条例》要求，再次落实《江苏省公共服务条例》。截至2023年底，全市已建成窗口120个。(牵头负责，抓紧办理)
(二)推进平台建设。建成共享平台5个，2024年6月底前完成。(责任单位：市财政局)
"""


def of(text: str) -> Coverage:
    return coverage(facts(document_of_text(text)))


def marks(text: str) -> list[tuple[str, str, str]]:
    return [(mark.kind.value, mark.quote, mark.unit) for mark in of(text).unexplained]


def test_what_no_fact_accounts_for_is_marked_with_its_unit() -> None:
    found = marks(TEXT)
    assert ("number", "120个", "(一)完善共享机制") in found
    assert ("allocation", "(牵头负责，抓紧办理)", "(一)完善共享机制") in found
    assert not [quote for _, quote, _ in found if quote in ("5000张", "5个", "(责任单位：市财政局)", "2024年6月底前")]


def test_a_work_is_explained_once_in_a_unit() -> None:
    assert not [quote for kind, quote, _ in marks(TEXT) if kind == "title"]


@pytest.mark.parametrize("words", ["2024年", "第3条", "“1+N+X”", "《“十四五”数字政府建设规划》", "通政发〔2024〕12号", "三、", "12345热线"])
def test_dates_numbers_of_documents_and_names_are_no_quantities(words: str) -> None:
    assert not [quote for kind, quote, _ in marks(f"{TEXT}(三)加强宣传。{words}") if kind == "number" and quote in words]


def test_shares_add_up_and_categories_are_those_of_the_facts() -> None:
    for path in sorted(SAMPLES.glob("*.txt")):
        read = facts(document_of_text(path.read_text("utf-8")))
        found = coverage(read)
        assert sum(share.characters for share in found.units) == found.characters == len("".join(read.text.split()))
        counts = read.counts()
        assert all(share.number == counts[share.kind] for share in found.facts if share.kind in counts)
        assert max(share.characters for share in found.facts) <= found.in_facts <= sum(share.characters for share in found.facts)
        assert all(read.text[mark.start : mark.end] == mark.quote for mark in found.unexplained)


def test_the_samples_leave_little_unexplained() -> None:
    """A floor: extraction of the samples may get better, not worse."""
    assert sum(len(of(path.read_text("utf-8")).unexplained) for path in SAMPLES.glob("*.txt")) <= 5


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([*"一、 (一) 《 》 《甲法》 ( ) （责任单位： 牵头 5个 第3位 全省 。 市教育局 到2026年 达到".split(), "\n"])).map("".join))
def test_any_text_has_marks_that_are_its_slices(text: str) -> None:
    read = facts(document_of_text(text + "。"))
    found = coverage(read)
    assert sum(share.characters for share in found.units) == found.characters
    for mark in found.unexplained:
        assert mark.quote
        assert read.text[mark.start : mark.end] == mark.quote
    assert list(found.unexplained) == sorted(found.unexplained, key=lambda mark: (mark.start, mark.end))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)), st.integers(0, 30), st.integers(1, 5))
def test_spans_meet_as_their_characters_do(spans: list[list[int]], start: int, length: int) -> None:
    found = Spans((first, last) for first, last in spans if last > first)
    characters = {place for first, last in spans for place in range(first, last)}
    assert found.meet(start, start + length) == bool(characters & set(range(start, start + length)))
    assert sum(last - first for first, last in found.spans) == len(characters)


def test_long_texts_are_measured_in_time_of_their_length() -> None:
    spent = []
    for times in (200, 2000):
        read = facts(document_of_text(TEXT * times))
        began = process_time()
        coverage(read)
        spent.append(process_time() - began)
    assert spent[1] < max(30 * spent[0], 1)


# The command -----------------------------------------------------------------------------------------------------------


def test_facts_coverage_prints_shares_and_marks(zhengpu: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(TEXT, "utf-8")
    done = zhengpu("facts", "plan.txt", "--coverage")
    assert done.code == 0
    assert "120个" in done.out
    assert "%" in done.out
    told = json.loads(zhengpu("facts", "plan.txt", "--coverage", "--format", "json").out)
    assert told["characters"] == of(TEXT).characters
    assert {"kind": "number", "start": TEXT.index("120个"), "end": TEXT.index("120个") + 4, "quote": "120个", "unit": "(一)完善共享机制"} in told["unexplained"]


def test_coverage_of_a_bad_file_is_one_message(zhengpu: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    done = zhengpu("facts", "empty.txt", "--coverage")
    assert (done.code, done.out) == (1, "")
