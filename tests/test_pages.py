"""Every page of `zhengpu serve` in a real browser, and the journeys of a reader over those that have no test module of their own."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browsing import Visit, visiting
from serving import Served

from zhengpu import ids

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

BUREAU = ids.institution("上海市徐汇区知识产权局")
DOCUMENT = f"{ids.base()}document/徐府发〔2024〕9号"
PLAN = ids.within(DOCUMENT, "plan", "1")
QUERY = "SELECT ?title ?body { ?measure dcterms:title ?title ; zp:responsibleBody/skos:prefLabel ?body } ORDER BY ?title ?body LIMIT 10"
PAGES = {
    "overview": "/",
    "found": f"/?q={quote('知识产权')}",
    "list": "/?q=*&type=measure",
    "explore": "/explore?name=plan",
    "around": f"/explore?around={quote(BUREAU)}",
    "start": "/explore",
    "ask": "/ask",
    "question": "/ask?question=measures-led-by",
    "own": f"/ask?query={quote(QUERY)}",
    "shelf": "/read",
    "read": f"/read?iri={quote(DOCUMENT)}#char=1499,1503",
    "compare": "/compare?region=" + quote(ids.region("310104")),
    "duties": "/compare?tab=responsibilities&region=" + quote(ids.region("310104")),
    "schedule": "/schedule?as_of=2024-06-01",
    "entity": f"/entity?iri={quote(BUREAU)}",
    "quality": "/quality",
    "missing": "/no-such-page",
}


@pytest.mark.parametrize(("scheme", "language"), [("light", "zh"), ("dark", "en")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_without_complaint_and_can_be_used_by_everyone(browser: Browser, pages: Served, name: str, scheme: str, language: str) -> None:
    axe = files(pytest.importorskip("axe_playwright_python", reason="axe-core is not installed: pip install axe-playwright-python")).joinpath("axe.min.js")
    with visiting(browser, pages.url, color_scheme=scheme) as visit:
        if name == "missing":
            visit.expected = {404}
        path, _, fragment = PAGES[name].partition("#")
        page = visit.go(f"{path}{'&' if '?' in path else '?'}lang={language}#{fragment}")
        visit.settled()
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
        assert page.title().strip(" ·")
        raw = page.evaluate("document.body.innerText.match(/\\b(page|type|role|view|field|state|relation|preset|explore|ask|read|compare)\\.[a-z-]+\\b/g)")
        assert raw is None  # a key without a word
        page.evaluate(axe.read_text("utf-8"))
        told = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)")
        serious = {one["id"]: [node["html"][:200] for node in one["nodes"][:3]] for one in told if one["impact"] in ("serious", "critical")}
        assert serious == {}
        for width in (1300, 420):
            page.set_viewport_size({"width": width, "height": 850})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_reader_finds_a_body_from_the_first_page(visit: Visit) -> None:
    page = visit.go("/")
    page.locator(".counts a").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("徐汇区知识产权局")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entity?iri=*")
    assert page.locator("h1").inner_text() == "上海市徐汇区知识产权局"
    page.locator("article.card .source").first.click()
    page.wait_for_url("**/read?iri=*")
    page.locator(".text .here").first.wait_for()


def test_counts_years_and_questions_of_the_first_page_lead_on(visit: Visit) -> None:
    page = visit.go("/")
    page.locator(".counts a").filter(has_text="措施").click()
    page.locator("ol.lines li").nth(19).wait_for()
    assert "129" in page.locator("[role=status]").first.inner_text()
    page.get_by_role("button", name="下一页").click()
    visit.until("document.querySelector('.pages span')?.textContent", lambda text: text is not None and "21" in text)
    page = visit.go("/")
    page.get_by_role("link", name="2024", exact=True).click()
    page.locator("tbody tr").first.wait_for()
    assert page.locator("tbody tr").count() == 3
    page.get_by_role("combobox", name="行政区划").fill("徐汇区")
    page.locator("main [role=option]").filter(has_text="徐汇区").first.click()
    visit.until("document.querySelectorAll('tbody tr').length", lambda n: n == 1)
    assert "region=" in page.url
    page.get_by_role("button", name="取消限定").click()
    visit.until("document.querySelectorAll('tbody tr').length", lambda n: n == 5)
    page = visit.go("/")
    sentence = page.locator("#questions + ul a").first.inner_text()
    page.locator("#questions + ul a").first.click()
    page.locator("table").wait_for()
    assert page.locator("h1").inner_text() == sentence
    page = visit.go(f"/?q={quote('没有这样的话')}")
    visit.until("document.querySelector('[role=status]').textContent", lambda text: "没有找到" in text)


def test_language_and_look_are_kept(visit: Visit) -> None:
    page = visit.go("/quality")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Quality of the data").wait_for()
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Appearance").click()
    page.get_by_role("button", name="Appearance").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page = visit.go("/compare")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_plans_are_compared(visit: Visit) -> None:
    page = visit.go("/compare")
    page.get_by_role("combobox", name="加一个地区的计划").fill("徐汇区")
    page.locator("main [role=option]").filter(has_text="徐汇区").first.click()
    page.locator(".promise").first.wait_for()
    assert page.locator(".chosen li").count() == 3  # two plans and the region
    few = page.locator("tbody tr").count()
    page.get_by_role("checkbox").check()
    assert page.locator("tbody tr").count() > few
    page.get_by_role("tab", name="责任矩阵").click()
    assert page.locator(".duty[data-duty=R]").count() > 10
    page.keyboard.press("ArrowRight")
    page.locator(".heat[data-heat='5']").first.wait_for()
    page.get_by_role("tab", name="相近的措施").click()
    assert page.locator(".pair mark").count() > 3
    page.get_by_role("tab", name="共同的依据").click()
    assert "tab=references" in page.url
    page.reload()
    page.locator("#panel table").wait_for()
    assert page.get_by_role("tab", name="共同的依据").get_attribute("aria-selected") == "true"


def test_tasks_are_seen_as_of_a_day_and_taken_as_a_calendar(visit: Visit) -> None:
    page = visit.go("/schedule")
    page.locator(".gantt svg path").first.wait_for(state="attached")
    overdue = page.locator("button[data-state=overdue]")
    late = overdue.inner_text()
    page.locator("input[type=date]").fill("2024-06-01")
    visit.until("document.querySelector('button[data-state=overdue]').textContent", lambda text: text != late)
    assert "as_of=2024-06-01" in page.url
    overdue.click()
    visit.until("[...document.querySelectorAll('.item .dot')].every((dot) => dot.dataset.state === 'overdue')")
    overdue.click()
    page.get_by_role("combobox", name="机构").fill("绍兴市知识产权局")
    page.locator("main [role=option]").first.click()
    page.locator("select").select_option("body")
    page.locator("main h2").filter(has_text="绍兴市知识产权局").first.wait_for()
    page.locator("select").select_option("section")
    page.locator("main h2").filter(has_text="绍兴市国家知识产权保护示范区建设方案 · ").first.wait_for()
    page.locator("select").select_option("body")
    with page.expect_download() as taken:
        page.get_by_role("link", name="日历文件").click()
    calendar = taken.value.path().read_text("utf-8")
    assert calendar.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY" in calendar
    page.reload()
    visit.until("document.querySelectorAll('main input')[1].value", lambda text: text == "绍兴市知识产权局")


def test_an_entity_shows_its_facts_and_opens_its_relations(visit: Visit) -> None:
    page = visit.go(f"/entity?iri={quote(BUREAU)}")
    relation = page.locator("details").filter(has_text="责任单位")
    relation.locator("summary").click()
    relation.locator("li a.thing").first.wait_for()
    assert relation.locator("li").count() == 11
    for label in ("Turtle", "JSON-LD"):
        with page.expect_download() as taken:
            page.get_by_role("link", name=label).click()
        assert "知识产权局" in taken.value.path().read_text("utf-8")
    page.get_by_role("link", name="看它的网络").click()
    visit.until("window.zhengpuExplorer?.explored.shown.size ?? 0", lambda n: n > 10)


def test_the_address_of_a_thing_leads_a_browser_to_its_page(visit: Visit) -> None:
    page = visit.go(f"/id/institution/{quote('上海市徐汇区知识产权局')}")
    page.locator("article.card").first.wait_for()
    assert page.locator("h1").inner_text() == "上海市徐汇区知识产权局"


def test_the_state_of_the_data_is_told(visit: Visit) -> None:
    page = visit.go("/quality")
    page.locator("#shapes").wait_for()
    assert page.locator("[aria-labelledby=gaps] li").count() > 5
    page.locator("[aria-labelledby=gaps] a").first.click()
    page.locator("tbody tr").first.wait_for()
