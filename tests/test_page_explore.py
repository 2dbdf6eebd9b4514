"""The explorer in a real browser, its interactions by looking at the state of its graph."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browsing import Visit

from zhengpu import ids

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

BUREAU = ids.institution("上海市徐汇区知识产权局")
SHOWN = "window.zhengpuExplorer?.explored.shown.size ?? 0"
LINES = "window.zhengpuExplorer.canvas.graph.size"


STILL = "document.querySelector('.explorer').dataset.ready === 'true' && !window.zhengpuExplorer.canvas.sigma.getCamera().isAnimated()"


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
    visit.until(STILL)
    page.mouse.dblclick(*place(page, measure))
    expanded = visit.until(SHOWN, lambda n: n > begun)
    visit.until("new URLSearchParams(location.search).getAll('show')", lambda shown: shown == [measure])
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
    page.get_by_role("button", name="重做").click()
    page.get_by_role("button", name="重做").click()
    visit.until("new URLSearchParams(location.search).getAll('without').length", lambda n: n == expanded - collapsed + 1)
    page.reload()
    assert visit.until(SHOWN, lambda n: n == collapsed - 1)  # what was done stands in the address
    assert page.evaluate("[...window.zhengpuExplorer.explored.pinned]") == [measure]
    assert not page.get_by_role("button", name="重做").is_enabled()


def test_neighbours_of_one_type_are_expanded_and_what_is_chosen_is_sent_on(visit: Visit) -> None:
    page = visit.go(f"/explore?around={quote(BUREAU)}&at={quote(BUREAU)}")
    begun = visit.until(SHOWN)
    page.locator(".panel h2").filter(has_text="上海市徐汇区知识产权局").wait_for()
    measure = page.locator(".panel h3 + ul button.plain").filter(has_text="健全完善统筹协调机制")
    measure.first.click()
    page.locator(".panel .ends button").last.click()
    page.get_by_role("button", name="只展开相邻的机构").first.click()
    more = visit.until(SHOWN, lambda n: n > begun)
    types = "[...new Set([...window.zhengpuExplorer.explored.shown].map((iri) => window.zhengpuExplorer.explored.nodes.get(iri).type))].sort()"
    assert page.evaluate(types) == ["institution", "measure"]
    page.reload()
    assert visit.until(SHOWN, lambda n: n == more)
    assert page.locator(".panel h2").inner_text() == "健全完善统筹协调机制"
    page.keyboard.press("Escape")
    visit.until("new URLSearchParams(location.search).has('at')", lambda has: not has)
    page.get_by_role("button", name="健全完善统筹协调机制").click()
    page.get_by_role("button", name="只看相邻").click()
    few = visit.until(SHOWN, lambda n: n < more)
    visit.until("new URLSearchParams(location.search).getAll('without').length", lambda n: n == more - few)
    page.reload()
    assert visit.until(SHOWN, lambda n: n == few)


def test_a_line_shows_the_words_that_prove_it_in_their_sentence(visit: Visit) -> None:
    page = visit.go(f"/explore?around={quote(BUREAU)}")
    visit.until(SHOWN)
    visit.until(STILL)
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
    sizes = page.locator(".groups .soft").all_inner_texts()
    assert sizes == sorted(sizes, key=int, reverse=True)
    assert len(sizes) > 2
    wanted = {"hide=indicator", "hiderole=mention", "colour=community", "size=centrality"}
    visit.until("location.search.slice(1).split('&')", wanted.issubset)
    page.reload()
    assert visit.until(SHOWN) == everything
    assert visit.until("window.zhengpuExplorer.canvas.graph.order") == fewer
    assert page.evaluate("window.zhengpuExplorer.canvas.by") == {"colour": "community", "size": "centrality"}


@pytest.mark.parametrize("preset", ["计划全貌", "机构与措施", "共同负责的机构", "计划与依据", "计划与指标", "主题与机构"])
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
    visit.until(STILL)
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
    visit.until(STILL)
    iri = page.evaluate("[...window.zhengpuExplorer.explored.nodes.values()].sort((a, b) => b.degree - a.degree)[0].id")
    x, y = place(page, iri)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    moved = place(page, iri)
    assert abs(moved[0] - x - 60) < 5
    assert abs(moved[1] - y - 40) < 5
