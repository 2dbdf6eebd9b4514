"""`zhengpu search`: names and texts that have given words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, JsonOption, Language, LanguageOption, StoreOption, source

if TYPE_CHECKING:
    from zhengpu.queries.search import Hit, SearchResults


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words, found exactly as they stand; words with blanks between them must all be there.")],
    types: Annotated[list[str] | None, typer.Option("--type", metavar="TYPE", help="Only these: institution, plan, measure, … May be given again.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many hits.")] = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Leave out the first ones.")] = 0,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Search the names and texts of everything: bodies, plans, measures, indicators, cited works, whole documents.

    Full- and half-width, upper and lower case, traditional and simplified characters are alike. Nothing found is an answer (exit code 0).

    \b
    Examples:
      zhengpu search 知识产权局
      zhengpu search 上诉率 --type measure --type goal
      zhengpu search '海外 纠纷' --limit 50 --json
    """
    from zhengpu.queries.search import search as found

    asked = source(store, endpoint)
    if endpoint:
        console.warn("An endpoint has no search index: it reads every name and text, which takes longer, and finds words in the form they are given.", "dim")
    results = found(asked, text, types or (), limit, offset, language)
    if as_json:
        console.print_json(asdict(results))
        return
    _print(results, language)


def _print(results: SearchResults, language: str) -> None:
    english = language == "en"
    heads = ("type", "name", "found", "where") if english else ("类别", "名称", "原文", "所在文件")
    if results.hits:
        table = console.table(heads, ())
        for hit in results.hits:
            snippet = console.text(hit.snippet)
            for start, end in hit.spans:
                snippet.stylize("bold reverse", start, end)
            table.add_row(console.text(hit.type), console.text(hit.label), snippet, console.text(_where(hit)))
        console.out().print(table)
    total = f"{results.total}{'' if results.exact else '+'}"
    if results.hits:
        first, last = results.offset + 1, results.offset + len(results.hits)
        console.say(f"{first}-{last} of {total} hits" if english else f"共 {total} 条，列出第 {first}-{last} 条", "dim")
    else:
        console.say(f"{total} hits" if english else f"共 {total} 条", "dim")


def _where(hit: Hit) -> str:
    """The document and the place in it, in characters."""
    if hit.document is None or hit.document == hit.iri:
        return ""
    place = "" if hit.start is None else f" [{hit.start}, {hit.end})"
    return f"{hit.document_title}{place}"
