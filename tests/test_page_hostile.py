"""Pages over what is hostile, empty, slow or gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from browsing import Visit, visiting
from serving import Served, served

import zhengpu
from zhengpu.graph.storage.store import create_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.slow

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
            visit.settled()
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
            visit.settled()
            assert page.get_by_role("alert").count() == 0, path
            assert page.locator("main").inner_text().strip()


def test_a_slow_answer_is_waited_for_and_a_failing_one_can_be_asked_again(visit: Visit) -> None:
    page = visit.page
    held: list[Route] = []
    page.route("**/api/quality*", lambda route: held.append(route))
    visit.go("/quality")
    visit.until("document.querySelector('.waiting')?.textContent", lambda text: text == "正在检查…")
    page.locator("[aria-labelledby=gaps] li").nth(5).wait_for()  # what is known is shown
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
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
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
def test_what_is_not_there_is_said(browser: Browser, pages: Served, path: str, said: str) -> None:
    with visiting(browser, pages.url) as visit:
        visit.expected = {400, 404, 409}
        page = visit.go(path)
        alert = page.get_by_role("alert").first
        alert.wait_for()
        assert said in alert.inner_text()


def test_a_page_that_is_not_there_and_a_server_that_has_gone(browser: Browser, pages: Served, tmp_path: Path) -> None:
    with visiting(browser, pages.url) as visit:
        visit.expected = {404}
        assert "没有这个页面" in visit.go("/nothing/here").locator("h1").inner_text()
    answered: dict[str, Any] = json.loads(pages.ask("GET", "/nothing/here", headers={"Accept": "application/json"}).body)
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
