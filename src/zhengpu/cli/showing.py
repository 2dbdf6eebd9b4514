"""`zhengpu show`: one thing, with the facts about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, JsonOption, Language, LanguageOption, StoreOption, source

if TYPE_CHECKING:
    from zhengpu.queries.views.show import Shown, Statement


VALUES = 6  # of one property that `show` prints
LONGEST = 200  # characters of a value


def show(
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="A body, plan, measure, indicator …: its name, number or IRI.")],
    facts: Annotated[int, typer.Option("--facts", min=0, help="At most this many facts.")] = 30,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Show one thing: what is said of it, and the facts about it with the words that prove them.

    \b
    Examples:
      zhengpu show 上海市徐汇区人民法院
      zhengpu show 徐府发〔2024〕9号 --facts 10
    """
    from zhengpu.graph import entities
    from zhengpu.queries.views.show import show as shown

    asked = source(store, endpoint)
    found = shown(asked, entities.entity(asked, entity).iri, facts, language)
    if as_json:
        console.print_json(asdict(found))
    else:
        _print(found, language)


def _print(found: Shown, language: str) -> None:
    console.say(f"{found.name} ({', '.join(found.kinds)})", "bold")
    console.say(found.iri, "dim")
    rows = [row for property, values in groupby(found.statements, key=lambda s: s.property.text) for row in _rows(property, list(values))]
    if rows:
        console.out().print(console.table(("", ""), rows))
    for fact in found.facts:
        said = "; ".join(f"{s.property.text} {s.value.text}" for s in fact.statements if s.value.iri != found.iri)
        console.say(f"{', '.join(fact.kinds)}: {said}")
        console.say(f"  “{fact.quote}”", "cyan")
        console.say(f"  {fact.document.text} [{fact.start}, {fact.end})", "dim")
    shown = len(found.facts)
    console.say(f"{shown} of {found.facts_in_all} facts" if language == "en" else f"事实 {found.facts_in_all} 条，列出 {shown} 条", "dim")


def _rows(property: str, statements: list[Statement]) -> Iterator[tuple[str, str]]:
    """The values of one property, the first ones only, and long ones cut: a plan has a hundred parts, a document its whole text."""
    for statement in statements[:VALUES]:
        value = statement.value.text
        yield property, value if len(value) <= LONGEST else value[:LONGEST] + "…"
    if len(statements) > VALUES:
        yield property, f"… {len(statements)}"
