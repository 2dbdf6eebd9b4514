"""The pages of `zhengpu serve` in a real browser: the journeys of a reader, and what no page may ever do (see browsing.Visit)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from browsing import Visit, chromium, visiting
from serving import Served, served

import zhengpu
from zhengpu import ids
from zhengpu.graph.storage.store import create_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("pages") / "store"
    with as_file(files("zhengpu.samples")) as samples:
        zhengpu.build(sorted(samples.glob("*.txt")), folder)
    with served(folder) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, server: Served) -> Iterator[Visit]:
    with visiting(browser, server.url) as found:
        yield found


# Every page --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "language"), [("light", "zh"), ("dark", "en")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_without_complaint_and_can_be_used_by_everyone(browser: Browser, server: Served, name: str, scheme: str, language: str) -> None:
    axe = files(pytest.importorskip("axe_playwright_python", reason="axe-core is not installed: pip install axe-playwright-python")).joinpath("axe.min.js")
    with visiting(browser, server.url, color_scheme=scheme) as visit:
        if name == "missing":
            visit.expected = {404}
        path, _, fragment = PAGES[name].partition("#")
        page = visit.go(f"{path}{'&' if '?' in path else '?'}lang={language}#{fragment}")
        settled(visit)
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


def settled(visit: Visit) -> None:
    """Returns when what the page asked for is there and drawn."""
    visit.page.wait_for_load_state("networkidle")
    visit.until("document.querySelectorAll('.waiting').length", lambda n: n == 0)
    visit.page.locator("main h1, main h2").first.wait_for(state="attached")


# Journeys ----------------------------------------------------------------------------------------------------------------


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
    page.locator("ol.lines li").first.wait_for()
    assert page.locator("ol.lines li").count() == 3
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
    page.wait_for_timeout(150)  # the editor takes a completion that has been there for a moment
    page.keyboard.press("Enter")
    visit.until("document.querySelector('.cm-content').textContent", lambda text: "/id/" in text)
    page.keyboard.type(" }")
    page.keyboard.press("Control+Enter")
    page.locator("tbody tr").first.wait_for()
    assert "query=SELECT" in page.url
    page.get_by_role("button", name="保存查询").click()
    assert page.locator("select[aria-label='保存的查询'] option").count() == 2
    assert page.locator("select[aria-label='最近的查询'] option").count() == 2
    page.locator("tbody a").first.wait_for()

    def slowly(route: Route) -> None:
        page.wait_for_timeout(0)  # never answered: the reader stops it

    page.route("**/sparql", slowly)
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


# The explorer ------------------------------------------------------------------------------------------------------------

SHOWN = "window.zhengpuExplorer?.explored.shown.size ?? 0"
LINES = "window.zhengpuExplorer.canvas.graph.size"


def place(page: Page, iri: str) -> tuple[float, float]:
    """Where a node stands in the window."""
    x, y = page.evaluate(
        """(iri) => {
            const { sigma } = window.zhengpuExplorer.canvas;
            const { x, y } = sigma.framedGraphToViewport(sigma.getNodeDisplayData(iri));
            const { left, top } = sigma.getContainer().getBoundingClientRect();
            return [x + left, y + top];
        }""",
        iri,
    )
    return x, y


def test_the_network_is_expanded_collapsed_hidden_pinned_undone_and_redone(visit: Visit) -> None:
    page = visit.go(f"/explore?around={quote(BUREAU)}")
    begun = visit.until(SHOWN)
    page.get_by_role("button", name="上海市徐汇区知识产权局").first.click()
    panel = page.locator(".panel")
    panel.locator("h2").filter(has_text="上海市徐汇区知识产权局").wait_for()
    panel.get_by_text("责任单位").first.wait_for()
    measure = page.evaluate("[...window.zhengpuExplorer.explored.nodes.values()].find((node) => node.type === 'measure').id")
    page.get_by_role("button", name="看全图").click()
    page.wait_for_timeout(500)  # the camera moves
    page.mouse.dblclick(*place(page, measure))
    expanded = visit.until(SHOWN, lambda n: n > begun)
    assert f"show={quote(measure, safe='')}" in page.url
    page.mouse.click(*place(page, measure))
    visit.until("document.querySelector('.panel h2')?.textContent ?? ''", lambda text: text != "上海市徐汇区知识产权局")
    panel.get_by_role("button", name="固定").click()
    assert page.evaluate("[...window.zhengpuExplorer.explored.pinned]") == [measure]
    panel.get_by_role("button", name="收起").click()
    collapsed = visit.until(SHOWN, lambda n: n < expanded)
    panel.get_by_role("button", name="隐去").click()
    assert visit.until(SHOWN, lambda n: n == collapsed - 1)
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="撤销").click()
    assert visit.until(SHOWN, lambda n: n == expanded)
    page.get_by_role("button", name="重做").click()
    assert visit.until(SHOWN, lambda n: n == collapsed)
    page.keyboard.press("Control+z")
    assert visit.until(SHOWN, lambda n: n == expanded)
    page.reload()
    assert visit.until(SHOWN, lambda n: n == expanded)  # what was expanded stands in the address


def test_a_line_shows_the_words_that_prove_it_in_their_sentence(visit: Visit) -> None:
    page = visit.go(f"/explore?around={quote(BUREAU)}")
    visit.until(SHOWN)
    page.wait_for_timeout(600)
    source, target = page.evaluate(
        "[...window.zhengpuExplorer.explored.edges.values()].filter((one) => one.quote.includes('落实单位')).map((one) => [one.source, one.target])[0]"
    )
    (x1, y1), (x2, y2) = place(page, source), place(page, target)
    page.mouse.click(x1 + 0.4 * (x2 - x1), y1 + 0.4 * (y2 - y1))
    proof = page.locator(".proof blockquote").first
    proof.locator("mark").wait_for()
    assert proof.locator("mark").inner_text().startswith("落实单位")
    visit.until("document.querySelector('.proof mark').textContent !== document.querySelector('.proof bdi').textContent")  # the sentence around it
    assert page.locator(".proof h3").first.inner_text() == "负责"
    proof.locator("a.source").click()
    page.locator(".text .here").first.wait_for()
    assert "落实单位" in page.evaluate("[...document.querySelectorAll('.text .here')].map((part) => part.textContent).join('')")


def test_types_roles_and_looks_are_filtered_and_kept_in_the_address(visit: Visit) -> None:
    page = visit.go("/explore?name=plan")
    visit.until(SHOWN)
    everything, lines = visit.until("window.zhengpuExplorer.canvas.graph.order"), page.evaluate(LINES)
    page.locator("[data-legend=types] label").filter(has_text="指标").locator("input").uncheck()
    fewer = visit.until("window.zhengpuExplorer.canvas.graph.order", lambda n: n < everything)
    page.locator("[data-legend=roles] label").filter(has_text="提及").locator("input").uncheck()
    visit.until(LINES, lambda n: n < lines)
    before = page.evaluate("window.zhengpuExplorer.canvas.graph.mapNodes((_, data) => data.color)")
    page.locator(".looks select").first.select_option("community")
    page.locator(".looks select").last.select_option("centrality")
    visit.until("window.zhengpuExplorer.canvas.graph.mapNodes((_, data) => data.color)", lambda colours: len(set(colours)) > 3 and colours != before)
    wanted = {"hide=indicator", "hiderole=mention", "colour=community", "size=centrality"}
    visit.until("location.search.slice(1).split('&')", wanted.issubset)
    page.reload()
    assert visit.until(SHOWN) == everything
    assert visit.until("window.zhengpuExplorer.canvas.graph.order") == fewer
    assert page.evaluate("window.zhengpuExplorer.canvas.by") == {"colour": "community", "size": "centrality"}


@pytest.mark.parametrize("preset", ["机构与措施", "共同负责的机构", "计划与依据", "计划与指标"])
def test_a_preset_is_drawn_and_narrowed_to_a_place(visit: Visit, preset: str) -> None:
    page = visit.go("/explore")
    page.get_by_role("button", name=preset).click()
    everything = visit.until(SHOWN)
    page.locator("summary").filter(has_text="限定范围").click()
    page.get_by_role("combobox", name="行政区划").fill("徐汇区")
    page.locator(".tools [role=option]").filter(has_text="徐汇区").first.click()
    visit.until(SHOWN, lambda n: 0 < n < everything)
    assert "region=" in page.url


def test_the_way_between_two_things_is_found_and_shown_alone(visit: Visit) -> None:
    page = visit.go("/explore?name=plan")
    visit.until(SHOWN)
    page.locator("summary").filter(has_text="两者之间的路径").click()
    for label, name in (("从", "上海市徐汇区人民法院"), ("到", "上海市徐汇区司法局")):
        page.get_by_role("combobox", name=label, exact=True).fill(name)
        page.locator(".tools [role=option]").filter(has_text=name).first.click()
    page.get_by_role("button", name="找最短路径").click()
    shown = visit.until(SHOWN, lambda n: 0 < n < 25)
    assert "from=" in page.url
    assert "to=" in page.url
    page.reload()
    assert visit.until(SHOWN) == shown


def test_what_is_seen_is_taken_away(visit: Visit) -> None:
    page = visit.go(f"/explore?around={quote(BUREAU)}")
    visit.until(SHOWN)
    page.wait_for_timeout(300)
    page.locator("summary").filter(has_text="带走").click()
    begins = {"PNG": b"\x89PNG", "SVG": b"<svg", "Turtle": b"", "GraphML": b"<?xml", "GEXF": b"<?xml", "CSV": b""}
    for name, begin in begins.items():
        with page.expect_download() as taken:
            page.get_by_role("button", name=name, exact=True).click()
        content = taken.value.path().read_bytes()
        assert content.startswith(begin)
        if name != "PNG":
            assert "徐汇区知识产权局" in content.decode("utf-8")


def test_a_node_is_dragged_and_a_question_becomes_a_network(visit: Visit) -> None:
    page = visit.go("/ask?question=co-responsible-bodies")
    page.get_by_role("link", name="看成网络").click()
    visit.until(SHOWN)
    page.wait_for_timeout(600)
    iri = page.evaluate("[...window.zhengpuExplorer.explored.nodes.values()].sort((a, b) => b.degree - a.degree)[0].id")
    x, y = place(page, iri)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    moved = place(page, iri)
    assert abs(moved[0] - x - 60) < 5
    assert abs(moved[1] - y - 40) < 5


# What is hostile, empty, slow or gone ------------------------------------------------------------------------------------

HOSTILE = f"""关于印发《<img src=x onerror="window.pwned=1">市</script><script>window.pwned=1</script>保护方案》的通知

各有关单位：

现将《保护方案》印发给你们，请认真贯彻执行。

\u202e<b>某某</b>市人民政府
2024年3月1日

一、主要目标

（一）<svg onload=window.pwned=1>专利量不断提高。到2025年，"><img src=x onerror=alert(1)>发明专利拥有量达到100件，\U00020bb7\U0001f600商标注册量达到200件。

二、主要任务

（一）</script><script>window.pwned=1</script>建立{{{{ 7*7 }}}}机制。加强<a href="javascript:alert(1)">监管</a>。（责任单位：某某市<i>公安</i>局、某某市教育局）

（二）{'长' * 5000}。\u2066完善制度。（牵头单位：某某市教育局）
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "<img src=x onerror=alert(1)>.txt").write_text(HOSTILE, "utf-8")
    zhengpu.build(folder, folder / "store")
    with served(folder / "store") as running:
        yield running


def test_hostile_names_are_shown_as_they_are_and_do_nothing(browser: Browser, hostile: Served) -> None:
    document = json.loads(hostile.ask("GET", "/api/documents").body)["items"][0]
    measures = json.loads(hostile.ask("GET", "/api/things?type=measure").body)["items"]
    assert any("<script>" in card["label"] for card in measures)
    assert any(len(card["label"]) >= 5000 for card in measures)
    paths = [
        "/",
        f"/?q={quote('<script>')}",
        "/?q=*&type=measure",
        "/?q=*&type=indicator",
        "/explore?name=plan",
        "/explore?name=indicators",
        "/ask?question=measures-without-date",
        f"/ask?query={quote('SELECT ?a ?b { ?a dcterms:title ?b }')}",
        f"/read?iri={quote(document['iri'], safe='')}#char=10,20",
        f"/compare?plan={quote(document['plans'][0]['iri'], safe='')}",
        f"/schedule?plan={quote(document['plans'][0]['iri'], safe='')}",
        "/quality",
        *(f"/entity?iri={quote(card['iri'], safe='')}" for card in measures),
    ]
    with visiting(browser, hostile.url, color_scheme="dark") as visit:
        for path in paths:
            page = visit.go(path)
            settled(visit)
            assert page.evaluate("window.pwned") is None, path
            assert page.locator("main img, main svg[onload], main script, main iframe, main a[href^=javascript]").count() == 0, path
            assert page.evaluate("document.documentElement.scrollWidth") <= 1300, path
        text = visit.go(paths[8]).locator(".text")
        text.wait_for()
        assert '<img src=x onerror="window.pwned=1">' in text.inner_text()


def test_offsets_after_rare_characters_mark_the_right_words(browser: Browser, hostile: Served) -> None:
    document = json.loads(hostile.ask("GET", "/api/documents").body)["items"][0]
    reading = json.loads(hostile.ask("GET", f"/api/document?iri={quote(document['iri'], safe='')}").body)
    fact = next(fact for fact in reading["facts"] if fact["start"] > reading["text"].index("商标注册量"))
    with visiting(browser, hostile.url) as visit:
        visit.go(f"/read?iri={quote(reading['iri'], safe='')}#char={fact['start']},{fact['end']}")
        marked = visit.until("[...document.querySelectorAll('.text .here')].map((part) => part.textContent).join('')")
        assert marked == fact["quote"]


def test_an_empty_store_has_pages_that_say_so(browser: Browser, tmp_path: Path) -> None:
    create_store(tmp_path / "store").close()
    with served(tmp_path / "store") as running, visiting(browser, running.url) as visit:
        assert "zhengpu build" in visit.go("/").locator("pre").inner_text()
        for path in ("/explore?name=plan", "/read", "/compare", "/schedule", "/quality", "/ask?question=regions-and-plans"):
            page = visit.go(path)
            settled(visit)
            assert page.get_by_role("alert").count() == 0, path
            assert page.locator("main").inner_text().strip()


def test_a_slow_answer_is_waited_for_and_a_failing_one_can_be_asked_again(visit: Visit) -> None:
    page = visit.page
    held: list[Route] = []
    page.route("**/api/quality*", lambda route: held.append(route))
    visit.go("/quality")
    visit.until("document.querySelector('.waiting')?.textContent", lambda text: text == "正在检查…")
    held[0].fulfill(status=503, content_type="application/problem+json", body=json.dumps({"title": "busy", "detail": "too busy now"}))
    visit.expected = {503}
    page.get_by_role("alert").wait_for()
    assert "too busy now" in page.get_by_role("alert").inner_text()
    page.unroute("**/api/quality*")
    page.get_by_role("button", name="再试一次").click()
    page.locator("#shapes").wait_for()


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(visit: Visit) -> None:
    page = visit.page
    held: list[Route] = []

    def later(route: Route) -> None:
        if quote("徐汇") in route.request.url and quote("徐汇区") not in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/documents*", later)
    visit.go("/read")
    page.locator("tbody tr").nth(4).wait_for()
    box = page.get_by_role("searchbox", name="按题名筛选")
    box.fill("徐汇")
    visit.until("document.querySelectorAll('.waiting').length", lambda n: n == 1)
    box.fill("绍兴")
    visit.until("document.querySelectorAll('tbody tr').length", lambda n: n == 1)
    for route in held:
        route.abort()
    page.wait_for_timeout(200)
    assert "绍兴" in page.locator("tbody").inner_text()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/entity?iri=https%3A%2F%2Fexample.org%2Fnothing", "example.org/nothing"),
        ("/read?iri=https%3A%2F%2Fexample.org%2Fnothing", "example.org/nothing"),
        ("/explore?around=https%3A%2F%2Fexample.org%2Fnothing", "example.org/nothing"),
        ("/explore?name=nonsense", "nonsense"),
        ("/compare?plan=https%3A%2F%2Fexample.org%2Fnothing", "example.org/nothing"),
        ("/ask?question=duties-of-body&institution=" + quote("没有这样的机构"), "没有这样的机构"),
    ],
)
def test_what_is_not_there_is_said(browser: Browser, server: Served, path: str, said: str) -> None:
    with visiting(browser, server.url) as visit:
        visit.expected = {400, 404, 409}
        page = visit.go(path)
        alert = page.get_by_role("alert").first
        alert.wait_for()
        assert said in alert.inner_text()


def test_a_page_that_is_not_there_and_a_server_that_has_gone(browser: Browser, server: Served, tmp_path: Path) -> None:
    with visiting(browser, server.url) as visit:
        visit.expected = {404}
        assert "没有这个页面" in visit.go("/nothing/here").locator("h1").inner_text()
    answered: dict[str, Any] = json.loads(server.ask("GET", "/nothing/here", headers={"Accept": "application/json"}).body)
    assert answered["status"] == 404
    create_store(tmp_path / "store").close()
    with served(tmp_path / "store") as running:
        visit = Visit(browser, running.url)
        page = visit.go("/")
        page.locator("pre").wait_for()
    page.get_by_role("combobox").first.fill("x")
    page.evaluate("history.replaceState(null, '', '/quality')")
    assert page.locator("h1").inner_text()
    visit.close()
