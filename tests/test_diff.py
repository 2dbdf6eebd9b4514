"""What `zhengpu diff` finds between two versions of a plan, and between the JSON of two extractions."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import Run

from zhengpu.errors import BadFacts
from zhengpu.extract import facts, guide_json
from zhengpu.extract.review.differences import Change, Comparison, FieldChange, comparison
from zhengpu.extract.review.similar import pairs
from zhengpu.extract.review.statements import Said, said, said_by
from zhengpu.loaders import document_of_text
from zhengpu.model import Facts

OLD = """南通市公共服务工作方案(2023—2025年)
为落实《江苏省公共服务条例》，制定本方案。
一、主要任务
(一)完善共享机制。建立共享目录，每年更新一次目录清单，到2025年新增床位5000张，推广“数字先锋”行动。(责任单位：市数据局、市教育局)
(二)推进平台建设。建成共享平台5个，按照国家标准接入全部区县，2024年6月底前完成验收。(责任单位：市财政局)
(三)加强宣传引导。广泛宣传公共服务政策，营造良好氛围。(责任单位：市委宣传部)
"""

NEW = """南通市公共服务工作方案(2023—2026年)
为落实《江苏省公共服务条例》《数据安全法》，制定本方案。
一、主要任务
(一)健全共享工作机制。建立共享目录，每年更新一次目录清单，到2025年新增床位6000张，推广“数字先锋”行动。(责任单位：市数据局、市民政局)
(二)推进平台建设。建成共享平台5个，按照国家标准接入全部区县，2024年12月底前完成验收。(牵头单位：市财政局)
(三)开展监督检查。组织监督检查，通报结果。(责任单位：市审计局)
"""


def said_in(text: str, source: str = "plan.txt") -> Said:
    return said_by(facts(document_of_text(text, source)))


def of(found: Comparison, category: str, change: Change) -> list[str]:
    return [difference.name for difference in found.differences if difference.category == category and difference.change is change]


@pytest.fixture(scope="module")
def found() -> Comparison:
    return comparison(said_in(OLD), said_in(NEW))


def test_the_same_extraction_differs_in_nothing() -> None:
    same = comparison(said_in(OLD), said_in(OLD))
    assert same.differences == ()
    assert same.same["measures"] == 3


def test_a_renamed_measure_is_known_by_its_body_and_keeps_its_facts(found: Comparison) -> None:
    (renamed,) = [one for one in found.differences if one.category == "measures" and any(field.field == "title" for field in one.fields)]
    assert renamed.change is Change.CHANGED
    assert FieldChange("title", "完善共享机制", "健全共享工作机制") in renamed.fields
    assert renamed.unit == "一、主要任务"
    assert {field.field for field in renamed.fields} == {"title", "body"}
    assert of(found, "measures", Change.ADDED) == ["(三)开展监督检查"]
    assert of(found, "measures", Change.REMOVED) == ["(三)加强宣传引导"]
    assert of(found, "outline", Change.ADDED) == of(found, "outline", Change.REMOVED) == of(found, "outline", Change.CHANGED) == []


def test_values_roles_and_dates_are_shown_old_and_new(found: Comparison) -> None:
    changes = {(one.category, one.name): one.fields for one in found.differences if one.change is Change.CHANGED}
    assert changes["targets", "新增床位"] == (FieldChange("value", "5000", "6000"),)
    assert changes["targets", "共享平台"] == (FieldChange("due", "2025", "2026"),)  # the plan's own end
    assert changes["responsibilities", "南通市财政局"] == (FieldChange("role", "responsible", "lead"),)
    (milestone,) = [fields for (category, _), fields in changes.items() if category == "schedule"]
    assert FieldChange("end", "2024-06", "2024-12") in milestone
    assert changes["metadata", "title"]
    assert {field.field for field in changes["metadata", "period"]} == {"period"}


def test_bodies_and_works_that_came_and_went(found: Comparison) -> None:
    assert of(found, "responsibilities", Change.ADDED) == ["南通市民政局", "南通市审计局"]
    assert of(found, "responsibilities", Change.REMOVED) == ["南通市教育局", "中共南通市委宣传部"]
    assert of(found, "references", Change.ADDED) == ["数据安全法"]
    assert found.same["references"] == 1
    assert found.same["campaigns"] == 1
    added = next(one for one in found.differences if one.name == "南通市民政局")
    assert added.unit == "(一)健全共享工作机制"
    assert FieldChange("role", None, "responsible") in added.fields


def test_backwards_is_the_mirror_image(found: Comparison) -> None:
    back = comparison(said_in(NEW), said_in(OLD))
    for category in {one.category for one in found.differences}:
        assert sorted(of(back, category, Change.ADDED)) == sorted(of(found, category, Change.REMOVED))
        assert len(of(back, category, Change.CHANGED)) == len(of(found, category, Change.CHANGED))


def test_json_of_facts_compares_like_the_documents() -> None:
    old, new = (guide_json(facts(document_of_text(text))) for text in (OLD, NEW))
    by_json = comparison(said(json.loads(json.dumps(old)), "old.json"), said(json.loads(json.dumps(new)), "new.json"))
    assert of(by_json, "responsibilities", Change.ADDED) == ["南通市民政局", "南通市审计局"]
    assert of(by_json, "measures", Change.ADDED) == ["(三)开展监督检查"]
    mixed = comparison(said(old, "old.json"), said_in(OLD))
    assert mixed.differences == ()


def test_spelling_is_no_difference() -> None:
    wide = OLD.replace("(", "（").replace(")", "）").replace("“", '"').replace("”", '"').replace("5000", "５０００")
    assert comparison(said_in(OLD), said_in(wide)).differences == ()


def test_renumbering_is_no_difference() -> None:
    inserted = OLD.replace("(二)", "(三)").replace("(三)加强", "(四)加强").replace("(三)推进", "(二)健全制度。制定管理制度。\n(三)推进")
    found = comparison(said_in(OLD), said_in(inserted))
    assert {(one.category, one.change, one.name) for one in found.differences} == {("measures", Change.ADDED, "(二)健全制度")}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "no JSON object"),
        ({}, "no document and measures"),
        ({"document": {}, "measures": 3}, "measures is no list"),
        ({"document": {}, "measures": ["m1"]}, "measures no. 1 is no JSON object"),
        ({"document": [1], "measures": []}, "document of the file"),
        ({"document": {"title": {}}, "measures": []}, "title of document of the file is neither"),
        ({"document": {"issuers": [["x"]]}, "measures": []}, "issuers"),
    ],
)
def test_json_of_another_layout_is_named(value: object, message: str) -> None:
    with pytest.raises(BadFacts, match=message) as caught:
        said(value, "some.json")
    assert "some.json" in str(caught.value)


def test_missing_categories_count_as_empty() -> None:
    bare = said({"document": {}, "measures": []}, "bare.json")
    assert comparison(bare, bare).differences == ()
    assert {one.change for one in comparison(bare, said_in(OLD)).differences} == {Change.ADDED}


KEYS = st.sampled_from("id title in section parent value canonical start".split())
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["document", "plan", "outline", "measures", "goals", "targets", "mentions", "schedule"]), JUNK))
def test_no_json_does_worse_than_being_refused(value: object) -> None:
    try:
        one = said(value, "x.json")
    except BadFacts:
        return
    assert comparison(one, one).differences == ()


# Similarity ------------------------------------------------------------------------------------------------------------


def test_similar_texts_are_paired_one_to_one_the_closest_first() -> None:
    old = ["建立健全公共数据共享协调机制", "开展监督检查", "建立公共数据共享机制"]
    new = ["建立健全公共数据共享机制", "完全不同的文字内容", "建立公共数据共享机制啊"]
    assert pairs(old, new) == [(0, 0), (2, 2)]
    assert pairs(old, []) == pairs([], new) == pairs(["", "一"], ["", "一"]) == []


def test_two_plans_with_nothing_in_common_are_compared_quickly() -> None:
    words = "推进 完善 机制 建设 平台 服务 数据 共享 标准 市场 监管 教育 医疗 养老 企业 创新 人才 资金 项目 工程".split()
    chance = random.Random(7)
    old, new = ([" ".join(chance.choices(words, k=80)).replace(" ", "") for _ in range(1000)] for _ in range(2))
    began = process_time()
    pairs(old, new)
    assert process_time() - began < 20  # 1,000 by 1,000 ratios would take an hour


def test_facts_have_bodies_and_their_json_has_not() -> None:
    read: Facts = facts(document_of_text(OLD))
    assert all(part.body for part in said_by(read).parts["measures"])
    assert all(part.body is None for part in said(guide_json(read), "x").parts["measures"])


# The command -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "old.txt").write_text(OLD, "utf-8")
    (tmp_path / "new.txt").write_text(NEW, "utf-8")
    return tmp_path / "old.txt", tmp_path / "new.txt"


def test_diff_prints_tables_by_category(zhengpu: Run, versions: tuple[Path, Path]) -> None:
    done = zhengpu("diff", *versions)
    assert done.code == 0
    assert re.search(r"~ .*\(一\)健全共享工作机制 .*新增床位 .*5000 +6000", done.out)
    assert "措施 +1 −1 ~2" in done.out
    assert zhengpu("diff", versions[0], versions[0]).out.startswith("0 项增加, 0 项删除, 0 项改变")
    assert "responsibilities +2" in zhengpu("diff", *versions, "--lang", "en").out


def test_diff_json_of_saved_facts_and_documents(zhengpu: Run, versions: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text(zhengpu("facts", versions[0]).out, "utf-8")
    for old in ("old.json", "old.txt"):
        told = json.loads(zhengpu("diff", old, versions[1], "--json").out)
        assert told["counts"]["responsibilities"] == {"added": 2, "removed": 2, "changed": 1, "same": 1}
        changed = next(one for one in told["differences"] if one["category"] == "targets" and "value" in one["fields"])
        assert (changed["in"], changed["fields"]["value"]) == ("(一)健全共享工作机制", {"old": "5000", "new": "6000"})


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"{}", b'{"document": {"title": [[]]}, "measures": []}', b'"\\ud800"'])
def test_diff_of_other_json_is_one_message(zhengpu: Run, versions: tuple[Path, Path], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.json").write_bytes(content)
    done = zhengpu("diff", "odd.json", versions[0])
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("zhengpu: odd.json")


def test_diff_of_hostile_names_and_unreadable_files(zhengpu: Run, versions: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "hostile.txt").write_text(NEW.replace("监督检查", "[red]监督\x1b[2J\u202e检查"), "utf-8")
    done = zhengpu("diff", versions[0], "hostile.txt")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    (tmp_path / "empty.txt").touch()
    assert zhengpu("diff", versions[0], "empty.txt").code == 1
    assert zhengpu("diff", versions[0], "missing.txt").code == 2
