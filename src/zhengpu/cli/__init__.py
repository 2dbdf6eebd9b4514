"""The command line: `zhengpu COMMAND`. One module for each group of commands; each imports what it needs when it runs.

Exit codes: 0 all is well; 1 the command ran and found problems (it names them); 2 it could not run as given.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from zhengpu import __version__
from zhengpu.cli import (
    asking,
    assisting,
    building,
    comparing,
    demo,
    drawing,
    exporting,
    linking,
    looking,
    observing,
    portable,
    pushing,
    reading,
    reporting,
    searching,
    serving,
    showing,
)
from zhengpu.errors import NothingSelected, UnreadableDocument, ZhengpuError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich", context_settings={"help_option_names": ["-h", "--help"]})

for panel, commands in (
    ("Build", (demo.demo, building.build, portable.load, observing.observe, linking.link, building.remove, building.rebuild)),
    ("Read", (reading.facts, comparing.diff)),
    ("Ask", (asking.query, asking.questions, searching.search, showing.show, looking.stats, looking.check)),
    ("Serve", (serving.serve, assisting.mcp)),
    ("Take away", (drawing.network, exporting.export, reporting.report, pushing.push)),
):
    for command in commands:
        app.command(rich_help_panel=panel)(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"zhengpu {__version__}")
        raise typer.Exit


@app.callback()
def zhengpu(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """政谱: Chinese government plans become a knowledge graph in which every statement points at the words that prove it.

    \b
    Examples:
      zhengpu demo
      zhengpu build plans/
      zhengpu questions
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and leaves with its exit code (SystemExit)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may hold bytes that are no character
    try:
        app(args=None if arguments is None else list(arguments), prog_name="zhengpu")
    except ZhengpuError as error:
        from zhengpu.cli import console

        console.err().print(console.text(f"zhengpu: {error}"))
        sys.exit(1 if isinstance(error, UnreadableDocument | NothingSelected) else 2)
