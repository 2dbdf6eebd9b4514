"""Markdown: what its marks say, what Chinese authors write against its rules, and that no text raises."""

from __future__ import annotations

import time
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhengpu.errors import UnreadableDocument
from zhengpu.extract import facts
from zhengpu.loaders import document_of_text, load
from zhengpu.loaders.markdown import document
from zhengpu.model import BlockKind, Document

SAMPLES = sorted(path.name for path in files("zhengpu.samples").iterdir() if path.name.endswith(".txt"))


def read(text: str) -> Document:
    return document(text, source="plan.md", digest="0" * 64)


def blocks(text: str) -> list[tuple[str, str]]:
    found = read(text)
    return [(block.kind.value, found.slice(block)) for block in found.blocks]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# 某市工作方案\n\n## 一、总体要求\n\n坚持统筹推进。", [("heading", "某市工作方案"), ("heading", "一、总体要求"), ("paragraph", "坚持统筹推进。")]),
        ("一、总体要求\n（一）工作目标\n到2026年建成。", [("paragraph", "一、总体要求"), ("paragraph", "（一）工作目标"), ("paragraph", "到2026年建成。")]),
        ("1. 制定清单\n2. 公开结果\n\n5) 评估", [("list_item", "1. 制定清单"), ("list_item", "2. 公开结果"), ("list_item", "5) 评估")]),
        ("- 市教育局\n  - 县教育局\n* 市财政局", [("list_item", "市教育局"), ("list_item", "县教育局"), ("list_item", "市财政局")]),
        ("    四格缩进的段落", [("paragraph", "四格缩进的段落")]),
        ("正文一段\n---\n正文又一段", [("paragraph", "正文一段"), ("paragraph", "正文又一段")]),
        ("**总体要求。**坚持统筹，**“放管服”**改革", [("paragraph", "总体要求。坚持统筹，“放管服”改革")]),
        ("**（一）优化服务流程**\n推进互认。", [("heading", "（一）优化服务流程"), ("paragraph", "推进互认。")]),
        ("推行7*24小时和5*8小时服务，面积5*3平方米", [("paragraph", "推行7*24小时和5*8小时服务，面积5*3平方米")]),
        ("> 根据国家部署\n> 制定本方案", [("paragraph", "根据国家部署"), ("paragraph", "制定本方案")]),
        ("[实施意见](http://localhost/a.html)和![图](b.png)由[市局][1]负责", [("paragraph", "实施意见和由[市局][1]负责")]),
        ("某政发〔2024〕12号，[2024]3号，2024\\.5，A&amp;B，&nbsp;缩进", [("paragraph", "某政发〔2024〕12号，[2024]3号，2024.5，A&B，\xa0缩进")]),
        ("<!-- INFO END -->\n\n第一条 为了发展，制定本规定。", [("paragraph", "第一条 为了发展，制定本规定。")]),
        ("第一行<br>第二行<u>下划线</u>", [("paragraph", "第一行"), ("paragraph", "第二行下划线")]),
        ("```\n一、代码框里的文字\n```", [("paragraph", "一、代码框里的文字")]),
    ],
)
def test_marks(text: str, wanted: list[tuple[str, str]]) -> None:
    assert blocks(text) == wanted


TABLES = {
    "pipes": "| 序号 | 工作任务 | 责任单位 |\n| :-: | --- | --- |\n| 1 | **制定**清单 | 市教育局<br>市财政局 |\n| 2 | 公开结果 | |",
    "markup": """<table>
<tr><td>序号</td><td>工作任务</td><td>责任单位</td></tr>

<tr><td>1</td><td>制定清单</td><td>市教育局<br>市财政局</td></tr>
<tr><td>2</td><td>公开结果</td><td></td></tr>
</table>""",
    "without a rule": "| 序号 | 工作任务 | 责任单位 |\n| 1 | 制定清单 | 市教育局\u3000市财政局 |\n| 2 | 公开结果 | / |",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES.keys())
def test_tables(text: str) -> None:
    found = read(f"前文\n\n{text}\n\n后文")
    assert [block.kind for block in found.blocks] == [BlockKind.PARAGRAPH, BlockKind.TABLE, BlockKind.PARAGRAPH]
    table = found.blocks[1].table
    assert table is not None
    grid = [[found.text[cell.start : cell.end].split() if cell else [] for cell in row] for row in table.grid()]
    assert grid[:2] == [[["序号"], ["工作任务"], ["责任单位"]], [["1"], ["制定清单"], ["市教育局", "市财政局"]]]
    assert len(grid) == 3


def test_front_matter_states_what_a_page_would() -> None:
    found = read('---\ntitle: "某市工作方案"\n发文字号: 某政发〔2024〕12号\nlayout: post\n---\n一、主要任务\n')
    assert [(field.label, field.value) for field in found.page] == [("title", "某市工作方案"), ("document_number", "某政发〔2024〕12号")]
    assert found.text == "一、主要任务"
    assert facts(found).document.title == "某市工作方案"


def test_a_markdown_file_is_read_by_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("\ufeff# 某市工作方案\n\n一、主要任务\n", "utf-8")
    found = load(path)
    assert found.format == "markdown"
    assert found.blocks[0].kind is BlockKind.HEADING


@pytest.mark.parametrize("name", SAMPLES)
def test_a_plan_says_the_same_as_markdown(name: str) -> None:
    plain = document_of_text(files("zhengpu.samples").joinpath(name).read_text("utf-8"), name)

    def marked(table_start: int) -> str:
        table = next(block.table for block in plain.blocks if block.start == table_start and block.table)
        rows = [[plain.text[cell.start : cell.end].replace("\n", "<br>") if cell else "" for cell in row] for row in table.grid()]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + "---|" * table.n_columns, *lines[1:]])

    text = "\n\n".join(marked(block.start) if block.table else plain.slice(block) for block in plain.blocks)
    said, again = facts(plain), facts(read(text))
    assert [(unit.label, unit.title) for unit in again.outline] == [(unit.label, unit.title) for unit in said.outline]
    assert [measure.body.quote for measure in again.measures] == [measure.body.quote for measure in said.measures]
    assert said.measures
    assert [(duty.surface, duty.canonical, duty.role) for duty in again.responsibilities] == [
        (duty.surface, duty.canonical, duty.role) for duty in said.responsibilities
    ]
    assert [(one.indicator, one.value, one.due) for one in again.targets] == [(one.indicator, one.value, one.due) for one in said.targets]
    assert [(entry.text, entry.end) for entry in again.schedule] == [(entry.text, entry.end) for entry in said.schedule]


HOSTILE = [
    "[" * 100_000,
    "![[" * 30_000,
    "> " * 30_000 + "正文",
    "- " * 30_000 + "正文",
    "`a``b" * 30_000,
    "<a " * 60_000,
    "*_" * 60_000,
    "[a](" * 30_000,
    "|a" * 5_000 + "\n" + "|-" * 5_000,
    "|a|b|\n|-|-|\n" + "|x\n" * 30_000,
    "<table>" * 30_000,
    "\\" * 100_000,
    "&" * 100_000,
    "# " * 50_000,
    "".join(" " * n + "- 甲\n" for n in range(1000)),
    "---\n" + "a: b\n" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:8].encode("unicode_escape").decode() for text in HOSTILE])
def test_hostile_text_is_read_in_time(text: str) -> None:
    started = time.process_time()
    with suppress(UnreadableDocument):
        assert read(text).source
    assert time.process_time() - started < 10


bits = st.one_of(
    st.sampled_from("# ## - * + > 1. 1) | |-|-| ``` ~~~ ** __ * _ [ ]( ) ![ <table> <tr><td> </td> </table> <!-- --> --- \\ &nbsp; <br>".split(" ")),
    st.sampled_from(["\n", "\n\n", "    ", "\t", "一、总体要求", "推进公共服务，", "2026年", "市教育局", "|序号|任务|\n|-|-|\n|1|建设|\n"]),
    st.text(max_size=4),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(bits, max_size=40).map("".join))
def test_no_text_raises_and_spans_hold(text: str) -> None:
    try:
        found = read(text)
    except UnreadableDocument:
        return
    position = 0
    for block in found.blocks:
        assert position <= block.start < block.end <= len(found.text)
        assert not found.text[position : block.start].strip("\n")
        position = block.end
