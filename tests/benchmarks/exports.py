#!/usr/bin/env python3
"""Exports and network pages, as ratios that hold on any machine; fails (exit code 1) where a ratio is above its bound.

    python tests/benchmarks/exports.py [--rounds N] [--documents N] [--no-pages] [--patience SECONDS] [--json]

1. files: a store of golden documents under other names (45: about 120,000 triples), written whole in each network format, against the same as
   N-Quads, in turns in one process. Process time; the median of the rounds' ratios; bound 3. Beside it the most memory that Python held, in
   MB, and the same for a third of the documents.
2. pages (with chromium; --no-pages leaves them out): our page of 1,000 nodes until its first picture, against plain pyvis with its defaults until it
   has settled or patience is out (then the ratio is at least what is told); bound 1/20. Our page of 5,000 nodes against plain pyvis with positions
   given; bound 1.
3. measures of a network of 5,000 nodes: betweenness by rustworkx and, of 1,000 nodes, by networkx; seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from many_documents import shards
from measuring import Figures

from zhengpu.graph.exports.cover import Cover
from zhengpu.graph.exports.export import export
from zhengpu.graph.exports.network_text import LAYOUTS
from zhengpu.graph.exports.selection import Selection, pieces
from zhengpu.graph.networks.layout import positions
from zhengpu.graph.networks.network import Edge, Network, Node
from zhengpu.graph.networks.standing import standings
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.queries.tables.network_workbook import export_workbook
from zhengpu.viz.network_page import page

FILES_BOUND, FIRST_BOUND, FIXED_BOUND = 3.0, 1 / 20, 1.0


def seconds(work: Callable[[], Any]) -> float:
    """Process time that the call takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def peak(work: Callable[[], Any]) -> float:
    """The most that Python held during the call, in MB."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round(most / 1e6, 1)


def store_of(folder: Path, documents: int) -> Store:
    made = create_store(folder)
    made.add(Shard(re.findall(rb"<([^>]+)> <[^>]+promulgates>", triples)[0].decode(), triples) for triples in shards(documents))
    return made


def files(folder: Path, documents: int, rounds: int) -> dict[str, Any]:
    store, small = store_of(folder / "large", documents), store_of(folder / "small", documents // 3)

    def work(of: Store, format: str) -> Callable[[], Any]:
        if format == "xlsx":
            return lambda: export_workbook(pieces(of, Selection()), folder / "out.xlsx", Cover(""))
        return lambda: export(of, Selection(), folder / f"out.{format}", format)

    formats = (*LAYOUTS, "parquet", "xlsx")
    for format in ("nq", *formats):
        work(small, format)()
    taken: dict[str, list[float]] = {format: [] for format in ("nq", *formats)}
    for _ in range(rounds):
        for format, times in taken.items():
            times.append(seconds(work(store, format)))
    told = {"triples": len(store), "nq_seconds": round(statistics.median(taken["nq"]), 2), "formats": {}}
    for format in formats:
        ratio = statistics.median(ours / theirs for ours, theirs in zip(taken[format], taken["nq"], strict=True))
        told["formats"][format] = {"ratio": round(ratio, 2), "mb": peak(work(store, format)), "mb_of_a_third": peak(work(small, format))}
    return told


def network(count: int) -> Network:
    """Bodies and measures, twice as many duties as things: some bodies have many."""
    chance = random.Random(1)
    bodies = count // 4
    nodes = tuple(
        Node(f"https://example.org/{number:05}", f"第{number}号{'局' if number < bodies else '措施'}", "institution" if number < bodies else "measure")
        for number in range(count)
    )
    pairs = sorted({(int(bodies * chance.random() ** 2), chance.randrange(bodies, count)) for _ in range(2 * count)})
    said = ("responsibility", "lead", "由该局牵头", "方案", "https://example.org/d")
    return Network(nodes, tuple(Edge(nodes[one].iri, nodes[other].iri, *said, f"{one} {other}") for one, other in pairs))


def plain(found: Network, *, fixed: bool) -> str:
    """The same by pyvis as it comes: its own template, its defaults; or with positions and without physics."""
    from pyvis.network import Network as Plain

    number = {node.iri: place for place, node in enumerate(found.nodes)}
    pairs = [(number[edge.source], number[edge.target]) for edge in found.edges]
    points = positions(len(number), pairs)
    view = Plain(cdn_resources="in_line")
    for place, node in enumerate(found.nodes):
        where = {"x": points[place][0], "y": points[place][1], "physics": False} if fixed else {}
        view.add_node(place, label=node.label, **where)
    view.add_edges(pairs)
    if fixed:
        view.toggle_physics(False)
    return str(view.generate_html())


_DRAWN = """() => new Promise((done) => { const look = () => document.querySelector("canvas") ?
  requestAnimationFrame(() => requestAnimationFrame(() => done(true))) : setTimeout(look, 5); look(); })"""
_SETTLED = "() => typeof network !== 'undefined' && network && network.physics && network.physics.stabilized === true"


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def opened(folder: Path, html: str, *, settles: float = 0) -> float:
    """Seconds until a new browser shows the picture; with `settles` until it has come to rest, at most so many seconds."""
    from playwright.sync_api import Error, sync_playwright

    path = folder / "page.html"
    path.write_text(html, "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        view = browser.new_page(viewport={"width": 1200, "height": 800})
        began = time.perf_counter()
        view.goto(path.as_uri(), wait_until="commit", timeout=600_000)
        try:
            if settles:
                view.wait_for_function(_SETTLED, timeout=settles * 1000, polling=200)
            else:
                view.evaluate(_DRAWN)
        except Error as error:
            if "Timeout" not in str(error):
                raise
        took = time.perf_counter() - began
        browser.close()
    return took


def pages(folder: Path, rounds: int, patience: float) -> dict[str, Any]:
    small, large = network(1000), network(5000)
    ours = min(opened(folder, page(small, "1000")) for _ in range(rounds))
    theirs = opened(folder, plain(small, fixed=False), settles=patience)
    ours_large = min(opened(folder, page(large, "5000")) for _ in range(rounds))
    theirs_large = min(opened(folder, plain(large, fixed=True)) for _ in range(rounds))
    return {
        "first_picture_1000": round(ours, 2),
        "pyvis_settles_1000": round(theirs, 1),
        "pyvis_settled": theirs < patience,
        "first_ratio": round(ours / theirs, 4),
        "first_picture_5000": round(ours_large, 2),
        "pyvis_fixed_5000": round(theirs_large, 2),
        "fixed_ratio": round(ours_large / theirs_large, 2),
    }


def measures() -> dict[str, float]:
    import networkx

    small, large = network(1000), network(5000)
    graph = networkx.Graph((edge.source, edge.target) for edge in small.edges)
    told = {"networkx_betweenness_1000": seconds(lambda: networkx.betweenness_centrality(graph)), "standings_5000": seconds(lambda: standings(large))}
    return {name: round(value, 2) for name, value in told.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=45)
    parser.add_argument("--no-pages", dest="pages", action="store_false")
    parser.add_argument("--patience", type=float, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told: dict[str, Any] = {"files": files(folder, options.documents, options.rounds), "measures": measures()}
        if options.pages and chromium():
            told["pages"] = pages(folder, options.rounds, options.patience)
    wrong = [format for format, entry in told["files"]["formats"].items() if entry["ratio"] > FILES_BOUND]
    found = told.get("pages")
    if found:
        wrong += [name for name, bound in (("first_ratio", FIRST_BOUND), ("fixed_ratio", FIXED_BOUND)) if found[name] > bound]
    if options.json:
        print(json.dumps(told, indent=1))
        return bool(wrong)
    print(f"{told['files']['triples']:,} triples, N-Quads {told['files']['nq_seconds']} s")
    for format, entry in told["files"]["formats"].items():
        memory = f"at most {entry['mb']} MB, of a third of it {entry['mb_of_a_third']} MB"
        print(f"{format:10} {entry['ratio']:5.2f} × N-Quads (bound {FILES_BOUND:.0f}), {memory}")
    for name, value in told["measures"].items():
        print(f"{name}: {value} s")
    if found:
        settled = "settled after" if found["pyvis_settled"] else "had not settled after"
        print(f"1,000 nodes: first picture {found['first_picture_1000']} s, plain pyvis {settled} {found['pyvis_settles_1000']} s:", end=" ")
        print(f"{1 / found['first_ratio']:.0f} times sooner (bound {1 / FIRST_BOUND:.0f})")
        print(f"5,000 nodes: first picture {found['first_picture_5000']} s, plain pyvis with fixed positions {found['pyvis_fixed_5000']} s:", end=" ")
        print(f"{1 / found['fixed_ratio']:.1f} times sooner (bound {1 / FIXED_BOUND:.0f})")
    else:
        print("pages were not measured: no chromium, or --no-pages")
    figures = Figures()
    worst = max(told["files"]["formats"].items(), key=lambda item: float(item[1]["ratio"]))
    figures.most(f"network formats against N-Quads, the slowest ({worst[0]})", worst[1]["ratio"], FILES_BOUND, "×")
    if found:
        figures.most("first picture of 1,000 nodes against plain pyvis", found["first_ratio"], FIRST_BOUND, "×")
        figures.most("first picture of 5,000 nodes against plain pyvis with fixed positions", found["fixed_ratio"], FIXED_BOUND, "×")
    return int(figures.has_missed)


if __name__ == "__main__":
    sys.exit(main())
