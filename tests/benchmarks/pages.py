#!/usr/bin/env python3
"""What the pages cost in a real Chromium.

    python tests/benchmarks/pages.py [--documents N] [--patience S] [--json]

1. each page over N documents (default 1,000) in memory, a fresh window each: milliseconds until it is useful (its answer is drawn, not only its frame),
   median of three and the first of them, for which the server had no answer kept; and the bytes that came over the wire. Fails above a second, and above
   600 kB for the explorer.
2. the explorer with 1,000 and 10,000 nodes, which the server has laid out before, against the page that pyvis makes of the same graph by its defaults:
   milliseconds until the network is drawn and at rest, and those that twenty steps of dragging the view take. pyvis is given up after S seconds
   (default 40), and the ratio is then at least what is told. Fails where pyvis is quicker.

WebGL is done in software where there is no GPU. Takes some four minutes; needs the test extra and Chromium.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

from browsing import chromium
from many_documents import shards
from measuring import Figures
from serving import Served, served

from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import create_store
from zhengpu.graph.triples.schema import schema_shard

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RUNS = 3
START = 180.0  # seconds in which the server reads its store
MOST_MILLISECONDS, MOST_BYTES = 1000, 600_000
STEPS = 20
WINDOW = {"width": 1300, "height": 850}
_USEFUL = "document.querySelector('main h1, main h2') && document.querySelector('{}')"
_DRAWN = "!document.querySelector('.waiting') && " + _USEFUL
_WATCH = "const look = () => {{ if ({}) window.useful = performance.now(); else setTimeout(look, 5); }}; look();"
_NETWORK = "window.zhengpuExplorer?.canvas.graph.order >= {}"


def store_of(folder: Path, documents: int) -> None:
    with create_store(folder) as store:
        store.add(chain([schema_shard()], (Shard(f"urn:x-document:{number}", triples, str(number)) for number, triples in enumerate(shards(documents)))))


def pages(server: Served) -> dict[str, tuple[str, str]]:
    """Name -> path, and what says that the page is useful."""

    def first(path: str) -> Any:
        return json.loads(server.ask("GET", f"/api/{path}", timeout=START).body)["items"]

    plans, document, body = first("things?type=plan&limit=3"), first("documents?limit=1")[0], first("things?type=institution&limit=1")[0]
    both = "&".join(f"plan={quote(card['iri'], safe='')}" for card in plans[:2])
    return {
        "overview": ("/", _DRAWN.format(".counts a")),
        "search": (f"/?q={quote('知识产权')}", _DRAWN.format("ol.lines li")),
        "explore": ("/explore?name=plan", _NETWORK.format(100)),
        "ask": ("/ask?question=bodies-by-measures", _DRAWN.format("tbody tr")),
        "editor": ("/ask?query=", _DRAWN.format(".cm-content")),
        "shelf": ("/read", _DRAWN.format("tbody tr")),
        "read": (f"/read?iri={quote(document['iri'], safe='')}", _DRAWN.format(".text .fact")),
        "compare": (f"/compare?{both}", _DRAWN.format("[role=tabpanel]")),
        "agenda": ("/schedule", _DRAWN.format("main section")),
        "schedule": (f"/schedule?plan={quote(plans[0]['iri'], safe='')}", _DRAWN.format("main section, main p.soft")),
        "entity": (f"/entity?iri={quote(body['iri'], safe='')}", _DRAWN.format("#facts")),
        "quality": ("/quality", _USEFUL.format("[aria-labelledby=gaps] li")),
        "shapes": ("/quality", _DRAWN.format("#shapes")),
        "tiles": ("/ask?question=regions-and-plans&view=tiles", _DRAWN.format(".china a")),
    }


def wait_for_memory(server: Served) -> None:
    """Returns when the store is in memory and the gaps of its plans are counted; a server answers from disk before. Raises TimeoutError."""
    end = time.monotonic() + START
    while True:
        held = json.loads(server.ask("GET", "/healthz").body)
        counted = json.loads(server.ask("GET", "/api/overview", timeout=START).body)["quality"]
        if held["in_memory"] and all(gap["count"] is not None for gap in counted):
            return
        if time.monotonic() > end:
            raise TimeoutError(f"the store was not in memory after {START:g} seconds")
        time.sleep(0.5)


@contextmanager
def window(browser: Browser, useful: str) -> Iterator[tuple[Page, list[int]]]:
    """A fresh window that notes when it is useful, and the sizes of what it loaded."""
    context = browser.new_context(viewport=WINDOW)
    page = context.new_page()
    page.route(lambda url: not url.startswith(("http://127.0.0.1", "file:", "data:", "blob:")), lambda route: route.abort())
    page.add_init_script(_WATCH.format(useful))
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    yield page, sizes
    context.close()


def useful_after(page: Page, patience: float) -> float | None:
    """Milliseconds since the page was asked for, None where it was not useful in time."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if (milliseconds := page.evaluate("window.useful ?? null")) is not None:
            return float(milliseconds)
        time.sleep(0.02)
    return None


def dragged(page: Page) -> float:
    """Milliseconds until the view has followed the mouse."""
    begun = time.perf_counter()
    page.mouse.move(650, 120)
    page.mouse.down()
    for step in range(STEPS):
        page.mouse.move(650 + 8 * step, 120 + 6 * step)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.mouse.up()
    return (time.perf_counter() - begun) * 1000


def plain(network: dict[str, Any], path: Path) -> None:
    """The page that pyvis makes of the network, with its defaults and its library inside."""
    from pyvis.network import Network

    view = Network(directed=True, cdn_resources="in_line")
    places = {node["id"]: place for place, node in enumerate(network["nodes"])}
    view.add_nodes(list(places.values()), label=[node["label"][:20] for node in network["nodes"]])
    view.edges = [{"from": places[edge["source"]], "to": places[edge["target"]], "title": edge["label"]} for edge in network["edges"]]
    rest = "drawGraph();\nnetwork.once('stabilizationIterationsDone', () => { window.rested = true; });"
    path.write_text(view.generate_html().replace("drawGraph();", rest), "utf-8")


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--documents", type=int, default=1000)
    told.add_argument("--patience", type=float, default=40.0)
    told.add_argument("--json", action="store_true")
    asked = told.parse_args()
    found: dict[str, Any] = {"documents": asked.documents, "pages": {}, "networks": {}}
    with tempfile.TemporaryDirectory() as folder:
        store_of(Path(folder) / "store", asked.documents)
        with served(Path(folder) / "store", "--timeout", "60") as server, chromium() as browser:
            wait_for_memory(server)
            for name, (path, useful) in pages(server).items():
                times, size = [], 0
                for _ in range(RUNS):
                    with window(browser, useful) as (page, sizes):
                        page.goto(server.url + path)
                        times.append(useful_after(page, asked.patience) or asked.patience * 1000)
                        page.wait_for_load_state("networkidle")
                        size = sum(sizes)
                found["pages"][name] = {"first": round(times[0]), "milliseconds": round(statistics.median(times)), "bytes": size}
            for nodes in (1000, 10_000):
                found["networks"][nodes] = compared(server, browser, nodes, Path(folder) / "plain.html", asked.patience)
    print(json.dumps(found, indent=1) if asked.json else table(found))
    figures = Figures()
    slowest = max(found["pages"], key=lambda name: float(found["pages"][name]["milliseconds"]))
    name = f"pages over {asked.documents:,} documents until they are useful, the slowest ({slowest})"
    figures.most(name, found["pages"][slowest]["milliseconds"], MOST_MILLISECONDS, " ms")
    late = [name for name, one in found["pages"].items() if one["milliseconds"] > MOST_MILLISECONDS and name != "shapes"]  # it comes behind what is useful
    if found["pages"]["explore"]["bytes"] > MOST_BYTES:
        late.append("the bytes of the explorer")
    late += [f"the explorer with {nodes} nodes" for nodes, one in found["networks"].items() if one["ratio"] is None or one["ratio"] < 1]
    if late:
        sys.exit(f"above the limits: {', '.join(late)}")


def compared(server: Served, browser: Browser, nodes: int, file: Path, patience: float) -> dict[str, Any]:
    path = f"name=plan&limit={nodes}"
    begun = time.perf_counter()
    answer = server.ask("GET", f"/api/network?{path}&lang=zh", headers={"Accept-Encoding": "gzip"}, timeout=300).body
    seconds = time.perf_counter() - begun
    network = json.loads(gzip.decompress(answer))
    plain(network, file)
    measured: dict[str, Any] = {"nodes": len(network["nodes"]), "edges": len(network["edges"]), "server": round(seconds * 1000)}
    for name, address, useful in (
        ("explorer", f"{server.url}/explore?{path}", _NETWORK.format(len(network["nodes"]))),
        ("pyvis", file.as_uri(), "window.rested"),
    ):
        with window(browser, useful) as (page, _):
            page.set_default_timeout(patience * 1000)
            try:
                page.goto(address, wait_until="commit")
                drawn = useful_after(page, patience)
                measured[name] = {"drawn": None if drawn is None else round(drawn), "drag": None if drawn is None else round(dragged(page))}
            except Exception as error:  # a page that hangs answers nothing at all
                if type(error).__name__ != "TimeoutError":
                    raise
                measured[name] = {"drawn": None, "drag": None}
    ours, theirs = (measured[name]["drawn"] for name in ("explorer", "pyvis"))
    measured["ratio"] = None if ours is None else round((theirs or patience * 1000) / ours, 1)
    return measured


def table(found: dict[str, Any]) -> str:
    lines = [f"{found['documents']:,} documents", f"{'page':10} {'useful ms':>10} {'first ms':>10} {'bytes':>10}"]
    lines += [f"{name:10} {one['milliseconds']:>10,} {one['first']:>10,} {one['bytes']:>10,}" for name, one in found["pages"].items()]
    for one in found["networks"].values():
        lines.append(f"{one['nodes']:,} nodes, {one['edges']:,} edges; found and laid out by the server in {one['server']:,} ms, once")
        lines += [f"  {name:9} drawn {told(one[name]['drawn']):>11}   drag of {STEPS} steps {told(one[name]['drag']):>11}" for name in ("explorer", "pyvis")]
        least = "" if one["pyvis"]["drawn"] else "at least "
        lines.append(f"  pyvis takes {least}{one['ratio']} times as long")
    return "\n".join(lines)


def told(milliseconds: int | None) -> str:
    return "not in time" if milliseconds is None else f"{milliseconds:,} ms"


if __name__ == "__main__":
    main()
