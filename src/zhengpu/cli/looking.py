"""`zhengpu show`, `stats` and `check`: one thing with its facts, how much there is, and whether it keeps the rules."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, JsonOption, Language, LanguageOption, StoreOption, source


def stats(
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Count what the store holds: documents, plans, and things of each class.

    \b
    Examples:
      zhengpu stats
      zhengpu stats --json --store ./my-store
    """
    from zhengpu.queries import stats as counting

    found = counting.stats(source(store, endpoint), language)
    if as_json:
        console.print_json(asdict(found))
        return
    heads = (("document", "date", "plans"), ("class", "number")) if language == "en" else (("文件", "日期", "计划"), ("类别", "数量"))
    console.out().print(console.table(heads[0], [(d.document.text, d.issued, d.plans) for d in found.documents], numeric=(False, False, True)))
    console.out().print(console.table(heads[1], [(c.kind.text, c.things) for c in found.classes], numeric=(False, True)))
