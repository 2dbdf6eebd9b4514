"""Reading in a real browser: outline, facts, tables, what cleaning removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browsing import Visit, visiting
from serving import Served, served

from zhengpu import build, ids

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

DOCUMENT = f"{ids.base()}document/徐府发〔2024〕9号"


def test_a_document_is_read_from_its_outline_to_the_facts_and_back(visit: Visit) -> None:
    page = visit.go("/read")
    page.get_by_role("searchbox", name="按题名筛选").fill("徐汇区国家知识产权保护示范区")
    visit.until("document.querySelectorAll('tbody tr').length", lambda n: n == 1)
    page.locator("tbody a").first.click()
    page.locator(".outline a").filter(has_text="健全完善统筹协调机制").click()
    page.locator(".text .here").first.wait_for()
    assert "#char=" in page.url
    visit.until("document.querySelector('.text .here').getBoundingClientRect().top", lambda top: 0 <= top <= 850)
    page.locator(".text .fact[data-kinds~=mention]").filter(has_text="区司法局").first.click()
    aside = page.locator(".reading aside")
    aside.get_by_role("link", name="上海市徐汇区司法局").wait_for()
    pressed = page.locator("button[data-kind=mention]")
    pressed.click()
    assert page.locator(".text .fact[data-kinds~=mention]").count() == 0
    pressed.click()
    quoted = aside.locator("blockquote bdi").first.inner_text()
    aside.locator("a.source").first.click()
    here = "[...document.querySelectorAll('.text .here')].map((part) => part.textContent).join('')"
    visit.until(here, lambda text: text == quoted)
    page.reload()
    visit.until(here, lambda text: text == quoted)


def test_a_table_of_the_text_is_a_table_with_its_facts(visit: Visit) -> None:
    page = visit.go(f"/read?iri={quote(DOCUMENT)}")
    table = page.locator(".text table")
    table.wait_for()
    assert table.locator("tr").nth(0).inner_text().split() == ["序号", "指标项", "单位", "预期值"]
    assert table.locator("tr").nth(1).inner_text().split() == ["1", "知识产权保护社会满意度", "分", "≥85"]
    table.locator("tr").nth(1).locator(".fact").last.click()
    visit.until("document.querySelector('.reading aside .card blockquote bdi')?.textContent ?? ''", lambda text: "知识产权保护社会满意度" in text)


# Tables without serial numbers, cells that span others, and what is no part of the text: a menu.
FORESTS = """<html><body><nav><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li><li><a href="/b">办事服务</a></li></ul></nav>
<h1>某某市林业发展行动方案</h1><p>一、主要目标</p><p>到2026年，森林覆盖率达到38%。</p>
<table><tr><th rowspan="2">指标</th><th rowspan="2">单位</th><th colspan="2">目标</th></tr><tr><th>2025年</th><th>2026年</th></tr>
<tr><td>森林覆盖率</td><td>%</td><td>37</td><td>38</td></tr><tr><td>森林蓄积量</td><td>万立方米</td><td>900<br>以上</td><td>1000</td></tr></table>
<p>二、主要任务</p><p>（一）加强国土绿化。开展造林绿化行动。（责任单位：市林业局、市财政局）</p></body></html>"""


@pytest.fixture(scope="module")
def forests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("forests")
    (folder / "forests.html").write_text(FORESTS, "utf-8")
    build(folder / "forests.html", folder / "store")
    with served(folder / "store") as running:
        yield running


def test_tables_are_those_of_the_file_and_what_cleaning_removed_is_shown_where_it_stood(browser: Browser, forests: Served) -> None:
    with visiting(browser, forests.url) as visit:
        page = visit.go("/read")
        page.locator("tbody a").first.click()
        table = page.locator(".text table")
        table.wait_for()
        assert [row.split() for row in table.locator("thead tr").all_inner_texts()] == [["指标", "单位", "目标"], ["2025年", "2026年"]]
        assert table.locator("th[rowspan='2']").count() == 2
        assert table.locator("th[colspan='2']").inner_text() == "目标"
        assert table.locator("tbody tr").nth(1).locator("td").nth(2).inner_text().split() == ["900", "以上"]
        table.locator("tbody tr").first.locator(".fact[data-kinds~=target]").first.click()
        page.locator(".reading aside .card").filter(has_text="森林覆盖率").first.wait_for()
        assert page.locator(".text del").count() == 0
        removed = page.get_by_role("button", name="清理时去掉的")
        removed.click()
        assert removed.get_attribute("aria-pressed") == "true"
        assert "办事服务" in "".join(page.locator(".text del").all_inner_texts())
        removed.click()
        assert page.locator(".text del").count() == 0
