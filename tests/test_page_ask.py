"""Asking in a real browser: questions with blanks, answers as tables and pictures, one's own SPARQL."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from browsing import Visit

from zhengpu import ids

pytestmark = pytest.mark.slow

def test_a_question_is_asked_with_other_blanks_sorted_drawn_and_taken_away(visit: Visit) -> None:
    page = visit.go("/ask")
    page.get_by_role("searchbox", name="筛选问题").fill("哪些措施由")
    page.get_by_role("link", name="哪些措施由〔机构〕牵头").click()
    page.locator("tbody tr").first.wait_for()
    page.locator(".blank input").fill("绍兴市知识产权局")  # it leads more than one measure
    page.locator(".blank [role=option]").first.click()
    visit.until("document.querySelector('h1').textContent", lambda text: "绍兴市知识产权局" in text)
    assert quote(ids.institution("绍兴市知识产权局"), safe="") in page.url
    page.locator("tbody tr").first.wait_for()
    head = page.locator("thead th").nth(2)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    names = page.locator("tbody tr td:nth-child(3)").all_inner_texts()
    head.get_by_role("button").click()
    visit.until("document.querySelector('th[aria-sort=descending]') !== null")
    assert page.locator("tbody tr td:nth-child(3)").all_inner_texts() == names[::-1]
    for name in ("CSV", "XLSX"):
        with page.expect_download() as taken:
            page.get_by_role("link", name=name).click()
        assert taken.value.path().stat().st_size > 100
    page.locator(".sparql summary").click()
    assert "SELECT" in page.locator(".sparql pre").inner_text()
    page.get_by_role("link", name="在编辑器里修改").click()
    page.locator(".cm-content").wait_for()
    page.locator("tbody tr").first.wait_for()


@pytest.mark.parametrize(
    ("question", "view"),
    [
        ("bodies-by-measures", "条形图"),
        ("co-responsible-bodies", "矩阵"),
        ("schedule-of-plan", "时间线"),
        ("plans-by-year", "折线图"),
        ("themes-across-plans", "矩阵"),
    ],
)
def test_an_answer_is_drawn(visit: Visit, question: str, view: str) -> None:
    page = visit.go(f"/ask?question={question}")
    page.locator("table, main p.soft").first.wait_for()
    page.get_by_role("button", name=view).click()
    page.locator(".chart svg path").first.wait_for(state="attached")
    page.evaluate("document.dispatchEvent(new CustomEvent('themechange'))")
    page.locator(".chart svg path").first.wait_for(state="attached")


def test_ones_own_query_is_marked_completed_run_stopped_and_kept(visit: Visit) -> None:
    page = visit.go("/ask")
    page.get_by_role("button", name="自己写 SPARQL").click()
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?s\nWHERE { ?s ?p }")
    page.locator(".cm-lint-marker-error").wait_for()
    assert visit.until("document.querySelector('.cm-lintRange')?.closest('.cm-line')?.textContent ?? ''") == "WHERE { ?s ?p }"
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?s { ?s a zp:Institu")
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    assert "zp:Institution" in page.locator(".cm-tooltip-autocomplete").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?m { ?m zp:responsibleBody 上海市徐汇区知识产权局")
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    page.locator(".cm-tooltip-autocomplete li").first.click()
    visit.until("document.querySelector('.cm-content').textContent", lambda text: "/id/" in text)
    page.keyboard.type(" }")
    page.keyboard.press("Control+Enter")
    page.locator("tbody tr").first.wait_for()
    assert "query=SELECT" in page.url
    page.get_by_role("button", name="保存查询").click()
    assert page.locator("select[aria-label='保存的查询'] option").count() == 2
    assert page.locator("select[aria-label='最近的查询'] option").count() == 2
    page.locator("tbody a").first.wait_for()

    page.route("**/sparql", lambda route: None)  # never answered: the reader stops it
    page.get_by_role("button", name="执行").click()
    page.get_by_role("button", name="停止").click()
    assert "已停止" in page.get_by_role("alert").inner_text()
    page.unroute("**/sparql")
    visit.expected = {400}
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT nonsense")
    page.keyboard.press("Control+Enter")
    visit.until("document.querySelector('[role=alert]')?.textContent ?? ''", lambda text: "line" in text)
    page = visit.go(f"/ask?query={quote('ASK { ?s ?p ?o }')}")
    visit.until("document.querySelector('main pre')?.textContent ?? ''", lambda text: text == "是")


def test_regions_are_drawn_as_tiles_where_they_lie(visit: Visit) -> None:
    page = visit.go("/ask?question=regions-and-plans")
    page.locator("tbody tr").first.wait_for()
    page.get_by_role("button", name="地图").click()
    page.locator(".china rect").nth(33).wait_for()
    assert page.locator(".china a").evaluate_all("(tiles) => tiles.map((tile) => tile.getAttribute('aria-label'))") == ["上海 76", "浙江 53"]
    shanghai = page.locator("#tiles-31")
    assert shanghai.locator("h2").inner_text() == "上海 措施数 76"
    assert {tile.split()[0] for tile in shanghai.locator("li").all_inner_texts()} == {"徐汇区", "浦东新区", "松江区"}
    page.reload()
    page.locator(".china a").first.wait_for()  # the view stands in the address
    page.locator(".blank input").fill("上海市")
    page.locator(".blank [role=option]").first.click()
    visit.until("document.querySelectorAll('.china').length + document.querySelectorAll('.waiting').length", lambda n: n == 0)
    assert page.locator(".tiles li").count() == 3  # one province: its places alone
    shanghai.get_by_role("link", name="松江区").click()
    page.wait_for_url("**/entity?iri=*310117")
