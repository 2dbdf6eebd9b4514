"""The page of a document's facts: what stands in its HTML, and what a real browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest
from browsing import chromium
from hypothesis import given, settings
from hypothesis import strategies as st
from running import Run

from zhengpu.extract import facts
from zhengpu.extract.review.coverage import coverage
from zhengpu.loaders import document_of_text, load
from zhengpu.model import Document, Facts
from zhengpu.viz.fact_cards import cards
from zhengpu.viz.facts_page import page
from zhengpu.viz.segments import Span, lines

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SAMPLES = Path(str(files("zhengpu.samples")))
SAMPLE = SAMPLES / "shaoxing-2024-protection-zone.txt"
KINDS = tomllib.loads(Path(str(files("zhengpu.viz"))).joinpath("fact_kinds.toml").read_text("utf-8"))

HOSTILE = """关于印发《<img src=x onerror="window.pwned=1">方案》的通知
一、</script><script>window.pwned=1</script>任务
(一)<b onmouseover=window.pwned=1>完善</b>机制。由"><svg onload=window.pwned=1>市教育局牵头，修订《{{ 7*7 }}{% raw %}条例》，
到2026年新增学位5000个。(责任单位：市\u202e教育\u202c局、<a href='javascript:window.pwned=1'>市财政局)
<!--<script>window.pwned=1</script> \x1b[31m控制\x00 ]]> &lt;i&gt; ${alert(1)} 《' onfocus='window.pwned=1》 120个
"""


def made(text: str) -> tuple[Document, Facts]:
    document = document_of_text(text, "plan.txt")
    return document, facts(document)


def html_of(text: str) -> str:
    document, found = made(text)
    return page(document, found, coverage(found))


@cache
def sample() -> tuple[Document, Facts, str]:
    document = load(SAMPLE)
    found = facts(document)
    return document, found, page(document, found, coverage(found))


class Parsed(HTMLParser):
    """The elements with their attributes, scripts and styles, and the text of the article without what cleaning removed, by paragraph."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.paragraphs: list[str] = []
        self.removed: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.raw.append((tag, dict(attrs), ""))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)
        if "article" in self.open and tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            tag, attributes, text = self.raw.pop()
            self.raw.append((tag, attributes, text + data))
        elif "article" in self.open and "p" in self.open:
            if "del" in self.open:
                self.removed.append(data)
            else:
                self.paragraphs[-1] += data

    @property
    def data(self) -> dict[str, Any]:
        (text,) = (text for _, attributes, text in self.raw if attributes.get("id") == "data")
        return dict(json.loads(text))

    @property
    def policy(self) -> str:
        return next(str(a["content"]) for tag, a in self.elements if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")


# The HTML --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [SAMPLE.read_text("utf-8"), HOSTILE, "通知", "一、\n"], ids=["sample", "hostile", "short", "label"])
def test_the_page_stands_alone_and_only_its_own_script_may_run(text: str) -> None:
    html = html_of(text)
    parsed = Parsed(html)
    assert parsed.open == []
    for tag, attributes in parsed.elements:
        assert not {"src", "style", "srcset", "action"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert str(attributes.get("href", "#")).startswith("#")
        assert tag not in ("iframe", "object", "embed", "base", "link", "form", "img", "svg", "b", "i")
    assert [tag for tag, _, _ in parsed.raw] == ["style", "script", "script"]
    allowed = set(re.findall(r"'(sha256-[^']+)'", parsed.policy))
    for _, attributes, content in parsed.raw:
        if attributes.get("type") != "application/json":
            assert "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() in allowed
    assert len(allowed) == 2
    assert parsed.policy.startswith("default-src 'none';")
    assert "unsafe" not in parsed.policy
    html.encode("utf-8")


def test_the_text_is_shown_whole_line_by_line() -> None:
    document, _, html = sample()
    parsed = Parsed(html)
    assert [words for words in parsed.paragraphs if words] == [line for line in document.text.split("\n") if line]
    assert len(parsed.removed) == len(document.removed)


def test_hostile_text_is_text() -> None:
    parsed = Parsed(html_of(HOSTILE))
    shown = "\n".join([*parsed.paragraphs, *parsed.removed])
    for words in ('<img src=x onerror="window.pwned=1">', "</script><script>", "<b onmouseover=", "{{ 7*7 }}{% raw %}", "<!--<script>", "' onfocus='"):
        assert words in shown
    assert "\u202e" not in shown + json.dumps(parsed.data, ensure_ascii=False)


def test_every_fact_is_marked_where_its_quotation_stands() -> None:
    _, found, html = sample()
    every = cards(found, coverage(found).unexplained)
    data = Parsed(html).data["facts"]
    assert [fact["kind"] for fact in data] == [card.kind for card in every]
    marked = {number for tag, attributes in Parsed(html).elements for number in str(attributes.get("data-facts", "")).split() if tag == "span"}
    assert marked == {str(number) for number in range(len(every))}
    evidence = [(one.start, one.end) for one in found.evidence()]
    assert {(card.start, card.end) for card in every if card.kind != "unexplained"} <= set(evidence)
    assert sum(card.kind == "target" for card in every) == len(found.targets)


def test_legend_counts_and_outline_links_lead_to_headings() -> None:
    _, found, html = sample()
    parsed = Parsed(html)
    ids = {attributes["id"] for _, attributes in parsed.elements if "id" in attributes}
    links = [str(attributes["href"])[1:] for tag, attributes in parsed.elements if tag == "a" and "href" in attributes]
    assert len(links) == len(found.outline) + len(coverage(found).unexplained)
    assert set(links) <= ids
    assert re.search(rf"提及机构</span></span> {len(found.mentions)} <span", html)


def test_marks_are_listed_with_their_reason() -> None:
    html = html_of("南通市服务工作方案(2024—2026年)\n一、主要任务\n(一)完善机制。截至2023年底，建成窗口120个。(牵头负责，抓紧办理)\n")
    assert "未解释 2" in html
    assert KINDS["why"]["number"]["zh"] in html


def test_kinds_are_told_by_colour_and_by_another_sign() -> None:
    lined = [entry for entry in KINDS["kind"].values() if "line" in entry]
    assert len({entry["colour"] for entry in lined}) == len({entry["line"] for entry in lined}) == len(lined)
    assert all(entry["zh"] and entry["en"] for entry in KINDS["kind"].values())
    kinds = {card.kind for path in SAMPLES.glob("*.txt") for card in cards(facts(load(path)))}
    assert kinds | {"unexplained"} == set(KINDS["kind"])


def test_every_field_has_a_name_in_both_languages() -> None:
    names = {name for path in SAMPLES.glob("*.txt") for card in cards(facts(load(path))) for name, _ in card.fields}
    assert names <= set(KINDS["field"])


def test_the_same_document_gives_the_same_bytes() -> None:
    assert html_of(HOSTILE) == html_of(HOSTILE)


# Segments --------------------------------------------------------------------------------------------------------------

spans = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans()), max_size=6)


@settings(deadline=None)
@given(st.text("甲乙\n", max_size=12), spans)
def test_segments_are_the_text_and_carry_the_facts_around_them(text: str, places: list[tuple[int, int, bool]]) -> None:
    given_spans = [Span(min(a, b, len(text)), min(max(a, b), len(text)), number, is_unit) for number, (a, b, is_unit) in enumerate(places)]
    found = lines(text, given_spans)
    assert [text[line.start : line.end] for line in found] == text.split("\n")
    begun: list[int] = []
    for line in found:
        segments = [(run, segment) for run in line.runs for segment in run.segments]
        bounds = [line.start, *(segment.end for _, segment in segments)]
        assert [(segment.start, segment.end) for _, segment in segments] == list(pairwise(bounds))
        assert bounds[-1] == line.end
        for run, segment in segments:
            for place in range(segment.start, segment.end):
                around = {span.number for span in given_spans if span.start <= place < span.end}
                assert set(run.units) | set(segment.facts) == around
            begun += segment.beginning
    assert len(begun) == len(set(begun))
    visible = {span.number for span in given_spans if not span.is_unit and text[span.start : span.end].strip("\n")}
    assert visible == set(begun)


def test_a_long_line_is_cut_in_time_of_its_length() -> None:
    spent = []
    for count in (2_000, 40_000):
        began = process_time()
        lines("新增5个。" * count, [Span(5 * number, 5 * number + 4, number) for number in range(count)])
        spent.append(process_time() - began)
    assert spent[1] < max(60 * spent[0], 1)


# The command -----------------------------------------------------------------------------------------------------------


def test_facts_view_writes_the_page_and_says_where(zhengpu: Run, tmp_path: Path) -> None:
    done = zhengpu("facts", SAMPLE, "--view", "pages/方案.html")
    assert (done.code, done.out) == (0, (tmp_path / "pages" / "方案.html").as_uri() + "\n")
    assert (tmp_path / "pages" / "方案.html").read_text("utf-8") == sample()[2]
    assert "正文" in zhengpu("facts", SAMPLE, "--view", "again.html", "--coverage").out


def test_a_page_that_cannot_be_written_is_one_message(zhengpu: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for target in ("page.txt", "file/page.html"):
        done = zhengpu("facts", SAMPLE, "--view", target)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("zhengpu: ")


# In a browser ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(browser: Browser, path: Path, html: str, **context: Any) -> tuple[Page, list[str]]:
    """The page in a browser, and a list that collects errors, refused loads and requests for anything but the file."""
    path.write_bytes(html.encode("utf-8"))
    view = browser.new_context(viewport={"width": 1300, "height": 900}, **context).new_page()
    complaints: list[str] = []
    view.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    view.on("pageerror", lambda error: complaints.append(str(error)))
    view.on("dialog", lambda dialog: complaints.append(dialog.message))
    view.on("request", lambda request: complaints.append(request.url) if request.url.partition("#")[0] != path.as_uri() else None)
    view.goto(path.as_uri())
    return view, complaints


@pytest.mark.slow
def test_a_reader_points_holds_hides_and_follows_the_outline(browser: Browser, tmp_path: Path) -> None:
    document, found, html = sample()
    view, complaints = opened(browser, tmp_path / "facts.html", html)
    target = found.targets[-1]
    mark = view.locator("article .f:has(> .k-target)").last  # its lines are those of one target
    mark.hover()
    detail = view.locator("#detail")
    assert target.indicator in detail.inner_text()
    assert f"[{target.evidence.start}, {target.evidence.end})" in detail.inner_text()
    mark.click()
    view.locator("article .f:has(> .k-outline)").first.hover()
    assert target.indicator in detail.inner_text()
    view.keyboard.press("Escape")
    assert "Esc" in detail.inner_text()
    line = mark.locator(".k-target").first
    assert line.evaluate("e => getComputedStyle(e).textDecorationStyle") == "double"
    view.locator("[data-kind=target]").uncheck()
    assert line.evaluate("e => getComputedStyle(e).textDecorationLine") == "none"
    assert view.locator("article del").first.is_hidden()
    view.locator("#removed").check()
    assert view.locator("article del").first.is_visible()
    view.locator("nav a").last.click()
    assert view.locator("article").evaluate("e => e.scrollTop") > 500
    view.locator("article .f[tabindex]").nth(3).focus()
    assert view.locator("#detail h2").count() >= 1
    before = view.evaluate("getComputedStyle(document.body).backgroundColor")
    view.locator("#theme").click()
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert complaints == []
    assert view.locator("article").inner_text().count(document.text.split("\n")[0]) == 1


@pytest.mark.slow
def test_hostile_text_does_nothing_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    view, complaints = opened(browser, tmp_path / "facts.html", html_of(HOSTILE), color_scheme="dark")
    for mark in view.locator("article .f[tabindex]").all():
        mark.hover()
        mark.focus()
    assert view.evaluate("window.pwned") is None
    assert view.locator("main img, main svg, main script, main b").count() == 0
    assert view.evaluate("document.documentElement.scrollWidth") <= 1300
    assert complaints == []
