"""The options and arguments that several commands share."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhengpu.graph.sources.source import TripleSource

DEFAULT_STORE = Path("zhengpu-store")


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


StoreOption = Annotated[Path, typer.Option("--store", envvar="ZHENGPU_STORE", help="The folder of the store.")]
EndpointOption = Annotated[
    str | None,
    typer.Option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the store; as ZHENGPU_ENDPOINT_USER and _PASSWORD, or with _TOKEN."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
CorrectionsOption = Annotated[Path | None, typer.Option("--corrections", metavar="FILE", help="Names, bodies and themes as you know them (zhengpu.toml).")]
LanguageOption = Annotated[Language, typer.Option("--lang", help="The language of heads and questions.")]


def source(store: Path, endpoint: str | None = None) -> TripleSource:
    """What answers queries: the endpoint if one is given, else the store. Raises StoreError if there is no store at that folder."""
    if endpoint:
        from zhengpu.graph.sources.remote import RemoteSource

        return RemoteSource(endpoint)
    from zhengpu.graph.storage.store import open_store

    return open_store(store)


def cores() -> int:
    """Those that this process may use: fewer than the machine has, where it was given fewer."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
