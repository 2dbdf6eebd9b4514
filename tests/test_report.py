"""`zhengpu report`: what it tells of a plan, that every line is proved, and that each file is read by the programs that it is for."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from browsing import chromium
from docx import Document
from gold_facts import SLUGS, all_gold_facts, gold_facts, observations
from markdown_it import MarkdownIt
from running import Run

from zhengpu import ids
from zhengpu.errors import UnknownName
from zhengpu.graph.sources.embedded import EmbeddedSource, memory_source
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.ontology import terms as zp
from zhengpu.queries.views.yearly import Yearly, yearly
from zhengpu.viz.report import Bar, Cell, Part, Report, Table, report
from zhengpu.viz.report_docx import docx
from zhengpu.viz.report_html import page
from zhengpu.viz.report_markdown import markdown, text_bar

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DAY = date(2025, 6, 30)
SHAOXING, XUHUI, XUHUI_BEFORE = (next(slug for slug in SLUGS if slug.startswith(start)) for start in ("shaoxing", "xuhui-2024", "xuhui-2022"))
HOSTILE = """</td><script>window.pwned=1</script><img src=x onerror="window.pwned=1"> | `a` **b** [c](javascript:window.pwned=1) <!-- http://x.example
www.x.example ]]> &lt; \\ {{ 7*7 }} \x1b[31m \x00 \u202e \ufffe \ud800 ' " # - + 1. ~~x~~ $y$ ^z @me"""


@cache
def corpus() -> EmbeddedSource:
    plans = b"".join(map(shard, all_gold_facts()))
    return memory_source(schema_shard().triples + plans + observations(plans))


@cache
def found(slug: str, language: str = "zh") -> Yearly:
    return yearly(corpus(), f"{document_iri(gold_facts(slug))}/plan/1", DAY, language)


@cache
def hostile() -> Report:
    """A report in which every text is hostile."""
    cell = Cell((HOSTILE, HOSTILE), HOSTILE, HOSTILE, Bar(40), "behind")
    table = Table(HOSTILE, (HOSTILE, HOSTILE), ((cell, cell), (Cell(), cell)))
    return Report(HOSTILE, "zh", ((HOSTILE, HOSTILE),), (Part(HOSTILE, (HOSTILE,), (table,)),))


# What it tells --------------------------------------------------------------------------------------------------------


def test_targets_stand_beside_what_was_observed() -> None:
    told = {(one.target.indicator.label, one.target.in_table or one.target.baseline is not None): one for one in found(SHAOXING).targets}
    cases = told["行政裁决案件受理量", True]
    assert (cases.standing, cases.base, cases.observed, cases.observed_on, cases.expected, cases.percent, cases.data_source) == (
        "on-track", 46, 48, "2024-12", 48, 50, "绍兴市年报",
    )  # fmt: skip
    assert told["知识产权民事案件上诉率", True].standing == "behind"
    assert told["知识产权民事案件上诉率", True].percent == Decimal("41.2")
    assert told["知识产权保护社会满意度", True].standing == "unobserved"
    assert len(found(SHAOXING).targets) == len(gold_facts(SHAOXING).targets)
    assert sum(found(SHAOXING).standings.values()) == len(found(SHAOXING).targets)


def test_tasks_are_counted_for_each_body() -> None:
    facts = gold_facts(SHAOXING)
    assert found(SHAOXING).agenda.counts["overdue"] == 3
    loads = {one.body.label: one.counts for one in found(SHAOXING).workloads}
    timed = {m.unit for m in facts.schedule}
    for body in ("绍兴市知识产权局", "绍兴市人民政府办公室", "绍兴市司法局"):
        assigned = {duty.measure for duty in facts.responsibilities if duty.canonical == body}
        dated = [m for m in facts.schedule if m.unit in assigned]
        assert sum(loads[body].values()) == len(dated) + len(assigned - timed), body
    assert loads["绍兴市知识产权局"]["overdue"] == 2


def test_gaps_are_those_of_the_questions() -> None:
    facts = gold_facts(XUHUI)
    counted = {gap.question: len(gap.items) for gap in found(XUHUI).gaps}
    assert counted["measures-without-body"] == len(facts.measures)  # this plan allots nothing
    assert counted["targets-without-observation"] == len(facts.targets) - 1
    assert counted["targets-without-owner"] == len(facts.targets)
    for gap in found(XUHUI).gaps:
        assert all(facts.text[item.start : item.end] == item.quote for item in gap.items), gap.question


def test_changes_are_against_the_plan_before_it() -> None:
    told = found(XUHUI)
    assert told.previous is not None
    assert told.previous.label == gold_facts(XUHUI_BEFORE).plan.title
    kinds = {change.indicator.label: change.kind for change in told.changes}
    assert kinds["每万人高价值发明专利拥有量"] == "raised"  # from 60 to 86
    assert kinds["在境外设立有分支机构的知识产权服务机构"] == "same"
    assert kinds["专利密集型产业占GDP比重"] == "new"
    assert kinds["知识产权交易总额"] == "dropped"
    assert found(XUHUI_BEFORE).previous is None
    assert found(XUHUI_BEFORE).changes == ()


def test_indicators_that_mean_the_same_are_one_in_the_changes() -> None:
    names = ("专利代理师总人数", "取得专利代理师资格人数")
    group = "".join(f"<{ids.indicator(name)}> <{zp.inIndicatorGroup}> <{ids.base()}group> .\n" for name in names)
    source = memory_source(b"".join([schema_shard().triples, *map(shard, all_gold_facts()), group.encode()]))
    told = yearly(source, found(XUHUI).plan.iri, DAY)
    (change,) = (one for one in told.changes if one.indicator.label in names)
    assert change.old is not None
    assert change.new is not None
    assert (change.kind, change.indicator.label, change.old.value, change.new.value) == ("raised", names[1], 520, 580)


def test_another_plan_can_be_compared_with() -> None:
    told = yearly(corpus(), found(XUHUI).plan.iri, DAY, "zh", found(SHAOXING).plan.iri)
    kinds = {change.indicator.label: change.kind for change in told.changes}
    assert (kinds["知识产权保护社会满意度"], kinds["知识产权民事案件上诉率"]) == ("same", "raised")  # 85 and 85, 5 % and 12 %


def test_every_line_is_proved_by_words_at_their_place() -> None:
    for slug in (SHAOXING, XUHUI):
        text = gold_facts(slug).text
        told = found(slug)
        assert all(text[one.target.start : one.target.end] == one.target.quote for one in told.targets)
        assert all(text[item.start : item.end] == item.quote for item in told.agenda.items.items if item.quote)
        made = report(told)
        for part in made.parts:
            for table in part.tables:
                if part.title != "各机构任务":
                    assert all(any(cell.place for cell in row) for row in table.rows), part.title


def test_what_is_no_plan_is_unknown() -> None:
    with pytest.raises(UnknownName):
        yearly(corpus(), document_iri(gold_facts(XUHUI)), DAY)


def test_both_languages_have_the_same_report() -> None:
    shapes = [
        [(len(part.sentences), [len(table.rows) for table in part.tables]) for part in report(found(SHAOXING, language), language).parts]
        for language in ("zh", "en")
    ]
    assert shapes[0] == shapes[1]
    assert report(found(SHAOXING, "en"), "en").parts[0].sentences[0].startswith(f"{len(found(SHAOXING).targets)} targets: ")


@pytest.mark.parametrize(("percent", "bar"), [(0, "░" * 10), (47, "█" * 5 + "░" * 5), (100, "█" * 10)])
def test_a_bar_of_text(percent: int, bar: str) -> None:
    assert text_bar(Bar(percent)) == bar


# Markdown -------------------------------------------------------------------------------------------------------------


def test_markdown_is_tables_with_the_texts_as_they_are() -> None:
    text = markdown(report(found(SHAOXING)))
    html = MarkdownIt("commonmark").enable("table").render(text)
    wanted = [table for part in report(found(SHAOXING)).parts for table in part.tables]
    assert html.count("<table>") == len(wanted)
    assert html.count("<tr>") == sum(len(table.rows) + 1 for table in wanted)
    assert "行政裁决案件受理量50件/年以上" in html
    assert "█████░░░░░" in text


def test_no_text_is_markup_in_markdown() -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    allowed = {"heading_open", "heading_close", "inline", "text", "text_special", "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close"}
    allowed |= {"list_item_open", "list_item_close", "html_inline", "softbreak"}
    allowed |= {f"{name}_{end}" for name in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")}
    met = [(child.type, child.content) for token in parser.parse(markdown(hostile())) for child in (token, *(token.children or ()))]
    assert {kind for kind, _ in met} <= allowed
    assert {content for kind, content in met if kind == "html_inline"} == {"<br>"}
    assert "<script" not in parser.render(markdown(hostile()))


# HTML -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def test_the_policy_names_the_style_and_allows_nothing_else() -> None:
    html = page(report(found(SHAOXING)))
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    digest = b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in html
    assert "<script" not in html
    assert not re.search(r"\b(?:src|href)=", html)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_draws_the_report_without_complaint(browser: Browser, tmp_path: Path, scheme: str) -> None:
    path = tmp_path / "r.html"
    path.write_text(page(report(found(SHAOXING))), "utf-8")
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light", offline=True)
    window, heard = context.new_page(), list[str]()
    window.on("console", lambda message: heard.append(message.text))
    window.on("pageerror", lambda error: heard.append(str(error)))
    window.goto(path.as_uri())
    assert window.locator("progress").count() == sum(one.percent is not None for one in found(SHAOXING).targets)
    assert window.locator("tbody tr").first.bounding_box()
    assert window.evaluate("document.querySelector('progress').getBoundingClientRect().width") > 50  # the style sheet counts
    axe = files(pytest.importorskip("axe_playwright_python", reason="axe-core is not installed: pip install axe-playwright-python")).joinpath("axe.min.js")
    with as_file(axe) as script:
        context2 = browser.new_context(color_scheme="dark" if scheme == "dark" else "light", offline=True, bypass_csp=True)
        checked = context2.new_page()
        checked.goto(path.as_uri())
        checked.add_script_tag(path=script)
        violations = checked.evaluate("axe.run().then((found) => found.violations.map((one) => one.id))")
    assert violations == []
    assert heard == []
    context.close()
    context2.close()


@pytest.mark.slow
def test_hostile_labels_are_inert_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_bytes(page(hostile()).encode("utf-8", "replace"))
    context = browser.new_context(offline=True)
    window, heard = context.new_page(), list[str]()
    window.on("dialog", lambda dialog: heard.append(dialog.message))
    window.on("request", lambda request: None if request.url == path.as_uri() else heard.append(request.url))
    window.goto(path.as_uri())
    assert window.evaluate("window.pwned") is None
    assert window.locator("script, img, a, svg, iframe").count() == 0
    assert window.locator("tbody tr").count() == 2
    assert "<script>window.pwned=1</script>" in window.inner_text("h1")
    assert heard == []
    context.close()


# DOCX -----------------------------------------------------------------------------------------------------------------


def test_word_documents_have_the_same_tables_and_the_same_bytes() -> None:
    made = docx(report(found(SHAOXING)))
    assert docx(report(found(SHAOXING))) == made
    read = Document(io.BytesIO(made))
    wanted = [table for part in report(found(SHAOXING)).parts for table in part.tables]
    assert [(len(table.rows) - 1, len(table.columns)) for table in read.tables] == [(len(table.rows), len(table.heads)) for table in wanted]
    assert [cell.text for cell in read.tables[0].rows[0].cells] == list(wanted[0].heads)
    cells = [[cell.text for cell in row.cells] for row in read.tables[0].rows]
    assert any("█████░░░░░\n符合进度 50 %" in row[5] and "行政裁决案件受理量50件/年以上" in row[6] for row in cells)
    assert read.core_properties.title == report(found(SHAOXING)).title


def test_no_text_is_markup_in_word_documents() -> None:
    made = docx(hostile())
    read = Document(io.BytesIO(made))
    assert "<script>window.pwned=1</script>" in read.tables[0].rows[1].cells[0].text
    with ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert b"<script" not in archive.read("word/document.xml")
        assert b"javascript" not in archive.read("word/_rels/document.xml.rels")


@pytest.mark.slow
def test_libreoffice_opens_the_word_document(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-writer")
    (tmp_path / "r.docx").write_bytes(docx(report(found(SHAOXING))))
    profile = (tmp_path / "profile").as_uri()
    convert = ("--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", tmp_path, tmp_path / "r.docx")
    subprocess.run([office, f"-env:UserInstallation={profile}", *convert], check=True, capture_output=True, timeout=180)
    text = (tmp_path / "r.txt").read_text("utf-8-sig")
    assert "绍兴市国家知识产权保护示范区建设方案执行情况报告" in text
    assert "“行政裁决案件受理量50件/年以上”" in text


# The command ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(zhengpu: Run, tmp_path: Path) -> Path:
    with as_file(files("zhengpu.samples")) as samples:
        assert zhengpu("build", samples / f"{SHAOXING}.txt", "--store", "s").code == 0
    return tmp_path / "s"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_writes_each_format(zhengpu: Run, store: Path, language: str) -> None:
    for ending, beginning in (("html", b"<!DOCTYPE html>"), ("docx", b"PK\x03\x04"), ("md", b"# ")):
        path = Path(f"r.{ending}")
        done = zhengpu("report", "绍政办发〔2024〕18号", "--to", path, "--as-of", "2025-06", "--lang", language, "--store", store)
        assert (done.code, done.err) == (0, "")
        assert "as of 2025-06-30" in done.out
        assert path.read_bytes().startswith(beginning)
    assert ("没有实际值" if language == "zh" else "nothing observed") in Path("r.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("绍政办发〔2024〕18号", "--to", "r.pdf"), "ends in .html, .docx or .md"),
        (("绍政办发〔2024〕18号", "--to", "no/such/r.md"), "cannot be written"),
        (("绍政办发〔2024〕18号", "--to", "r.md", "--as-of", "明年"), "--as-of '明年' is not a date"),
        (("绍政办发〔2024〕19号", "--to", "r.md"), "There is no plan named"),
        (("绍政办发〔2024〕18号", "--to", "r.md", "--previous", "绍政办发〔2024〕18号"), "the plan itself"),
        (("绍政办发〔2024〕18号", "--to", "r.md", "--previous", "无此计划"), "There is no plan named"),
    ],
)
def test_what_cannot_be_reported_is_refused_and_nothing_is_written(zhengpu: Run, store: Path, arguments: tuple[str, ...], words: str) -> None:
    Path("r.md").write_text("before", "utf-8")
    done = zhengpu("report", *arguments, "--store", store)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert Path("r.md").read_text("utf-8") == "before"
    assert [path.name for path in Path.cwd().iterdir() if path.name not in ("s", "r.md")] == []
