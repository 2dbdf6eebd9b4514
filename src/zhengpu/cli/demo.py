"""`zhengpu demo`: five real plans become a graph, are linked with each other, and the graph answers questions."""

from __future__ import annotations

import shlex
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.answers import print_table
from zhengpu.cli.building import built, print_summary
from zhengpu.cli.drawing import write_page
from zhengpu.cli.linking import counts
from zhengpu.cli.options import Language

if TYPE_CHECKING:
    from zhengpu.graph.storage.store import Store

# The questions of the tour: what a desk officer asks first. Names as they stand in the sample corpus.
TOUR: tuple[tuple[str, dict[str, str]], ...] = (
    ("measures-led-by", {"institution": "上海市浦东新区知识产权局保护处"}),
    ("indicators-side-by-side", {"plans": "2"}),
    ("measures-due-between", {"from": "2024-01", "until": "2024-12"}),
    ("co-responsible-bodies", {"measures": "3"}),
    ("works-to-be-drawn-up", {"plan": "绍兴市国家知识产权保护示范区建设方案"}),
)
NETWORK_OF = "徐汇区关于创建国家知识产权强市建设试点城区的工作方案"
LINKED = "上海市徐汇区国家知识产权保护示范区建设方案"  # takes over text of NETWORK_OF
ROWS = 6  # of each answer
CELL = 34  # characters of each cell at most; fewer where the terminal is narrow


def demo(
    folder: Annotated[Path, typer.Option("--to", help="The folder for the store and the page.")] = Path("zhengpu-demo"),
    language: Annotated[Language, typer.Option("--lang", help="The language of the questions.")] = Language.ZH,
) -> None:
    """Build and link the packaged sample corpus and take a tour: what was built, five questions with their answers, one network page.

    \b
    Examples:
      zhengpu demo
      zhengpu demo --to /tmp/zhengpu-demo --lang en
    """
    from zhengpu.graph.storage.store import open_store

    store, page = folder / "store", folder / "network.html"
    console.say("政谱 zhengpu: five Chinese government plans become a graph that answers questions\n", "bold")
    begun = perf_counter()
    with as_file(files("zhengpu.samples")) as samples:
        report = built(sorted(samples.glob("*.txt")), store)
    with open_store(store) as opened:
        links = sum(counts(opened.link()).values())
        seconds = perf_counter() - begun
        print_summary(report)
        size = f"{len(report.read)} documents, {sum(report.counts().values())} facts, {links} links between them, {len(opened)} triples"
        console.say(f"{size} in {seconds:.1f} s: {store}\n", "bold")
        for name, parameters in TOUR:
            _answer(opened, name, parameters, language)
        write_page(opened, NETWORK_OF, page)
    _next(store, page)


def _answer(store: Store, name: str, parameters: dict[str, str], language: str) -> None:
    """One question of the library, how it is typed, and the first rows of its answer."""
    from zhengpu.queries.runner import ask

    reply = ask(store, name, parameters)
    blanks = "".join(f" --param {name}={shlex.quote(value)}" for name, value in parameters.items())
    console.say(f"$ zhengpu query {name}{blanks}", "cyan")
    answer = reply.table(language)
    fitting = console.out().width // len(answer.heads) // 2  # a Chinese character is two columns wide
    print_table(answer, reply.sentence(language), language, most=ROWS, widest=max(10, min(CELL, 2 * fitting)))
    console.say("")


def _next(store: Path, page: Path) -> None:
    """What to type now, with the program under the name by which it can be run."""
    started = sys.argv[0]  # .venv/bin/zhengpu, where `make demo` made the environment
    program = "zhengpu" if shutil.which("zhengpu") else started if Path(started).stem == "zhengpu" else f"{sys.executable} -m zhengpu"
    console.say("Open the network in a browser 用浏览器打开:", "bold")
    console.say(f"  {page.resolve().as_uri()}\n")
    console.say("Now you 接下来可以:", "bold")
    console.say(f"  export ZHENGPU_STORE={shlex.quote(str(store))}", "cyan")
    asked = ("questions", "query targets-without-owner", "show 上海市徐汇区人民法院", f"link --why {LINKED}")
    for line in ("serve --open", *asked, "build YOUR-PLANS/ --store ./zhengpu-store"):
        console.say(f"  {program} {line}", "cyan")
