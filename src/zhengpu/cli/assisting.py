"""`zhengpu mcp`: the store as tools for assistants (Model Context Protocol)."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, Language, LanguageOption, StoreOption
from zhengpu.errors import ZhengpuError


def mcp(
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    seconds: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds for one query; then it is ended.")] = 10.0,
    rows: Annotated[int, typer.Option("--max-rows", min=1, max=1000, help="Rows of one answer.")] = 200,
    language: LanguageOption = Language.ZH,
) -> None:
    """Let an assistant ask the store: a Model Context Protocol server over standard input and output, which the assistant's program starts itself.

    Its tools read the schema, search, ask the library, run read-only SPARQL, show a thing, and check a claim; each answer has quotations and their places.
    docs/assistants.md tells how to add it to usual programs. It needs `pip install 'zhengpu[mcp]'`.

    \b
    Examples:
      zhengpu mcp --store /home/you/zhengpu-store
      zhengpu mcp --endpoint http://localhost:7878/query
    """
    if find_spec("mcp") is None:
        raise ZhengpuError("`zhengpu mcp` needs the Model Context Protocol SDK, which is not installed: pip install 'zhengpu[mcp]'.")
    from zhengpu.queries.assistant.protocol import serve

    if endpoint:
        from zhengpu.graph.sources.remote import RemoteSource

        serve(RemoteSource(endpoint, timeout=seconds), language, seconds, rows)
    else:
        serve(store, language, seconds, rows)
