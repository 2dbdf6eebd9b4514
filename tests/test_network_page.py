"""The network page: what stands in its HTML, and what a real browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import chromium
from lxml import etree

from zhengpu.graph.networks.network import Edge, Network, Node
from zhengpu.viz.network_page import LARGE, page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COURT = Node("https://example.org/institution/法院", "上海市徐汇区人民法院", "institution", (("所在地区", "上海市徐汇区"),))
BUREAU = Node("https://example.org/institution/知产局", "上海市徐汇区知识产权局", "institution")
MEASURE = Node("https://example.org/measure/m1", "健全完善统筹协调机制", "measure")
RATE = Node("https://example.org/indicator/满意度", "知识产权保护社会满意度", "indicator")
TITLE = "上海市徐汇区国家知识产权保护示范区建设方案"


def edge(source: Node, target: Node, role: str, quote: str, kind: str = "responsibility") -> Edge:
    return Edge(source.iri, target.iri, kind, role, quote, "关于印发《方案》的通知", "https://example.org/document/1", f"{source.iri}/{role}")


SMALL = Network(
    (COURT, BUREAU, MEASURE, RATE),
    (
        edge(BUREAU, MEASURE, "support", "由区知识产权局配合"),
        edge(BUREAU, MEASURE, "lead", "由区知识产权局牵头"),
        edge(COURT, MEASURE, "mention", "区法院", "mention"),
        edge(MEASURE, RATE, "85分以上", "满意度达到85分以上", "target"),
    ),
)

HOSTILE = (
    '<img src=x onerror="window.pwned=1">',
    "</script><script>window.pwned=1</script>",
    "<!--<script>",
    "{{ 7*7 }} {% raw %} ${alert(1)}",
    '"><svg onload=window.pwned=1>',
    "\u202eطلب\u202c 倒写\u2066机构",
    "\x1b[31m\x00\ud800控制",
    "长" * 5000,
    "<a href='javascript:window.pwned=1'>href</a>",
)


def hostile_network() -> Network:
    nodes = tuple(Node(f"https://example.org/{number}/{label}", label, label, ((label, label),)) for number, label in enumerate(HOSTILE))
    edges = tuple(Edge(node.iri, nodes[0].iri, "responsibility", label, label, label, label, label) for node, label in zip(nodes[1:], HOSTILE[1:], strict=True))
    return Network(nodes, edges)


class Parsed(HTMLParser):
    """The elements with their attributes, and the contents of scripts and styles, as an HTML parser sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.raw.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            tag, attributes, text = self.raw.pop()
            self.raw.append((tag, attributes, text + data))

    @property
    def data(self) -> dict[str, Any]:
        (text,) = (text for _, attributes, text in self.raw if attributes.get("id") == "data")
        return dict(json.loads(text))

    @property
    def policy(self) -> str:
        return next(str(a["content"]) for tag, a in self.elements if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")


@pytest.mark.parametrize("network", [SMALL, hostile_network(), Network((), ())], ids=["small", "hostile", "empty"])
def test_the_page_stands_alone_and_only_its_own_scripts_may_run(network: Network) -> None:
    html = page(network, TITLE)
    parsed = Parsed(html)
    for tag, attributes in parsed.elements:
        assert not {"src", "href", "style", "srcset", "action"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert tag not in ("iframe", "object", "embed", "base", "link", "form", "img")
    assert [tag for tag, _, _ in parsed.raw] == ["style", "script", "script", "script"]
    allowed = set(re.findall(r"'(sha256-[^']+)'", parsed.policy))
    for _, attributes, text in parsed.raw:
        if attributes.get("type") != "application/json":
            assert "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in allowed
    assert len(allowed) == 3
    assert parsed.policy.startswith("default-src 'none';")
    assert "unsafe" not in parsed.policy
    assert ('meta', {"charset": "utf-8"}) in parsed.elements
    html.encode("utf-8")


def test_text_from_documents_is_data_and_shown_as_it_is() -> None:
    data = Parsed(page(hostile_network(), "</title><script>window.pwned=1</script>")).data
    names = [node["name"] for node in data["nodes"]]
    assert names[:5] == list(HOSTILE[:5])
    assert "\u202e" not in json.dumps(names, ensure_ascii=False)
    assert {node["kind"] for node in data["nodes"]} == {"other"}
    assert {line["role"] for line in data["edges"]} == {"other"}
    assert all(len(node["label"]) <= 25 and len(node["title"]) <= 200 for node in data["nodes"])
    assert len(names[7]) == 5000


def test_links_between_two_nodes_are_one_line_with_all_quotations() -> None:
    data = Parsed(page(SMALL, TITLE)).data
    line = next(line for line in data["edges"] if line["from"] == 1)
    assert line["role"] == "lead"
    assert sorted(fact["quote"] for fact in line["facts"]) == ["由区知识产权局牵头", "由区知识产权局配合"]
    target = next(line for line in data["edges"] if line["from"] == 2)
    assert (target["role"], target["facts"][0]["detail"]) == ("target", "85分以上")


def test_the_legend_tells_kinds_by_shape_and_colour_and_roles_by_line() -> None:
    data = Parsed(page(SMALL, TITLE)).data
    for section, signs in (("node", ("shape", "colour")), ("edge", ("width", "dashes"))):
        entries = [entry for name, entry in data["legend"][section].items() if name != "other"]
        assert len({tuple(map(str, (entry[sign] for sign in signs))) for entry in entries}) == len(entries)
        assert all(entry["zh"] and entry["en"] for entry in entries)
    shapes = [entry["shape"] for name, entry in data["legend"]["node"].items() if name != "other"]
    assert len(set(shapes)) == len(shapes)


def test_large_networks_come_with_positions_and_without_physics() -> None:
    nodes = tuple(Node(f"https://example.org/{number}", f"机构{number}", "institution") for number in range(LARGE + 1))
    edges = tuple(edge(nodes[0], node, "lead", "牵头") for node in nodes[1:])
    large = Parsed(page(Network(nodes, edges), TITLE)).data
    assert large["options"]["physics"]["enabled"] is False
    assert len({(node["x"], node["y"]) for node in large["nodes"]}) == len(nodes)
    small = Parsed(page(Network(nodes[:LARGE], edges[: LARGE - 1]), TITLE)).data
    assert small["options"]["physics"]["enabled"] is True
    assert "x" not in small["nodes"][0]


def test_the_same_network_gives_the_same_bytes_and_says_if_it_is_cut() -> None:
    assert page(SMALL, TITLE) == page(SMALL, TITLE)
    assert "未全部显示" not in page(SMALL, TITLE)
    assert "未全部显示" in page(Network(SMALL.nodes, SMALL.edges, truncated=True), TITLE)


def test_the_page_says_what_it_is() -> None:
    html = page(SMALL, TITLE, ["question: <b>which</b>", "data until: 2024-07-26"])
    assert "question: &lt;b&gt;which&lt;/b&gt;" in html
    assert "data until: 2024-07-26" in html


# In a browser ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(browser: Browser, path: Path, html: str, **context: Any) -> tuple[Page, list[str]]:
    """The page in a browser, and a list that collects errors, refused loads and requests for anything but the file."""
    path.write_bytes(html.encode("utf-8"))
    view = browser.new_context(viewport={"width": 1200, "height": 800}, **context).new_page()
    complaints: list[str] = []
    view.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    view.on("pageerror", lambda error: complaints.append(str(error)))
    view.on("dialog", lambda dialog: complaints.append(dialog.message))
    view.on("request", lambda request: complaints.append(request.url) if request.url != path.as_uri() else None)
    view.goto(path.as_uri())
    view.locator("#network canvas").wait_for()
    return view, complaints


@pytest.mark.slow
def test_a_reader_searches_reads_the_proof_and_resets(browser: Browser, tmp_path: Path) -> None:
    view, complaints = opened(browser, tmp_path / "net.html", page(SMALL, TITLE), color_scheme="light")
    view.keyboard.press("/")
    view.keyboard.type("知识产权局")
    view.keyboard.press("Enter")
    detail = view.locator("#detail")
    assert detail.locator("h2").inner_text() == BUREAU.label
    detail.locator("button.choice").first.click()
    assert sorted(detail.locator("blockquote").all_inner_texts()) == ["由区知识产权局牵头", "由区知识产权局配合"]
    assert "牵头 leads" in detail.inner_text()
    assert "关于印发《方案》的通知" in detail.inner_text()
    view.keyboard.press("Escape")
    assert view.locator("#search").input_value() == ""
    assert detail.locator("blockquote").count() == 0
    light = view.evaluate("getComputedStyle(document.body).backgroundColor")
    view.locator("#theme").click()
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") != light
    view.locator("[data-kind=institution]").uncheck()
    assert complaints == []


@pytest.mark.slow
def test_a_click_on_the_canvas_opens_what_is_there(browser: Browser, tmp_path: Path) -> None:
    nodes = tuple(Node(f"https://example.org/{number}", f"机构{number}", "institution") for number in range(2))
    view, complaints = opened(browser, tmp_path / "net.html", page(Network(nodes, (edge(nodes[0], nodes[1], "lead", "由机构零牵头"),)), TITLE))
    stage = view.locator("#network canvas")
    box = stage.bounding_box()
    assert box
    view.wait_for_timeout(800)  # the two nodes come to rest around the middle of the canvas
    stage.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    view.wait_for_timeout(400)
    assert view.locator("blockquote").inner_text() == "由机构零牵头"
    assert complaints == []


@pytest.mark.slow
def test_pictures_are_saved_and_hold_text_as_text(browser: Browser, tmp_path: Path) -> None:
    view, complaints = opened(browser, tmp_path / "net.html", page(hostile_network(), HOSTILE[1]), accept_downloads=True)
    with view.expect_download() as png:
        view.locator("#png").click()
    assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")
    view.locator("[data-role]").first.uncheck()
    with view.expect_download() as svg:
        view.locator("#svg").click()
    read = etree.parse(svg.value.path())
    names = Counter(etree.QName(element).localname for element in read.iter())
    assert set(names) == {"svg", "title", "rect", "path", "text"}, "nothing else comes out of a label, and the hidden lines are left out"
    assert names["path"] == len(HOSTILE)
    assert svg.value.suggested_filename.endswith(".svg")
    assert complaints == []


@pytest.mark.slow
def test_hostile_text_is_shown_and_does_nothing(browser: Browser, tmp_path: Path) -> None:
    view, complaints = opened(browser, tmp_path / "net.html", page(hostile_network(), HOSTILE[1]), color_scheme="dark")
    assert view.locator("h1").inner_text() == HOSTILE[1]
    for words in ("img", "script", "svg", "长长", "href"):
        view.locator("#search").fill(words)
        view.keyboard.press("Enter")
        view.locator("#detail button.choice").first.click()
    assert view.evaluate("window.pwned") is None
    assert view.locator("main img, main a, main svg[onload], main script").count() == 0
    assert view.evaluate("document.documentElement.scrollWidth") <= 1200
    assert complaints == []
