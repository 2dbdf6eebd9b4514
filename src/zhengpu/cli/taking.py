"""`zhengpu show`, `network` and `export`: one thing, the network around it, and any part of the graph as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, JsonOption, Language, LanguageOption, StoreOption, source
from zhengpu.errors import BadParameter, ZhengpuError

if TYPE_CHECKING:
    from zhengpu.graph.export import Selection
    from zhengpu.graph.source import TripleSource
    from zhengpu.queries.show import Shown, Statement


VALUES = 6  # of one property that `show` prints
LONGEST = 200  # characters of a value


class ExportFormat(StrEnum):
    TTL = "ttl"
    NT = "nt"
    NQ = "nq"
    JSONLD = "jsonld"
    XML = "xml"
    GRAPHML = "graphml"
    GEXF = "gexf"
    CSV = "csv"


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
    from zhengpu.queries.show import show as shown

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


def network(
    entity: Annotated[str, typer.Argument(metavar="PLAN|ENTITY", help="A plan, or a body, measure, indicator …: its name, number or IRI.")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The page to write.")] = Path("network.html"),
    hops: Annotated[int, typer.Option("--hops", min=1, max=6, help="How far around a thing that is not a plan.")] = 2,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many things around one that is not a plan.")] = 500,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
) -> None:
    """Draw the network of a plan or around a thing as one HTML page, which opens in any browser without internet.

    \b
    Examples:
      zhengpu network 上海市徐汇区国家知识产权保护示范区建设方案 --to plan.html
      zhengpu network 上海市徐汇区人民法院 --hops 2 --to court.html
    """
    if to.suffix.lower() not in (".html", ".htm"):
        raise BadParameter(f"--to {to}: a network page ends in .html. `zhengpu export` writes .graphml and .csv for other programs.")
    write_page(source(store, endpoint), entity, to, hops, limit)
    console.say(f"{to.resolve().as_uri()}")


def write_page(asked: TripleSource, entity: str, path: Path, hops: int = 2, limit: int = 500) -> None:
    """The network page of what `entity` names, written to `path`. Raises UnknownName, AmbiguousName, ZhengpuError."""
    from zhengpu.graph import entities
    from zhengpu.graph.network import NODE_KINDS, network_of_plan
    from zhengpu.graph.network import network as network_around
    from zhengpu.graph.writing import whole
    from zhengpu.viz.network_page import page

    thing = entities.entity(asked, entity, {*NODE_KINDS.values(), "document"})
    found = network_of_plan(asked, thing.iri) if thing.kind == "plan" else network_around(asked, thing.iri, hops, limit)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as file:
            file.write(page(found, thing.label).encode("utf-8"))
    except OSError as error:
        raise ZhengpuError(f"{path} cannot be written: {error.strerror or error}. Name another file with --to.") from error


def export(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file to write; its ending says the format.")],
    around: Annotated[str | None, typer.Option("--around", metavar="ENTITY", help="What lies around this thing.")] = None,
    hops: Annotated[int, typer.Option("--hops", min=0, max=6, help="With --around: how far.")] = 1,
    plan: Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="What this plan's document says.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole graph.")] = False,
    format: Annotated[ExportFormat | None, typer.Option("--format", help="The format, whatever the ending.")] = None,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
) -> None:
    """Write a part of the graph to a file: Turtle, N-Triples, N-Quads, JSON-LD or RDF/XML; GraphML or GEXF for Gephi; a CSV table of links.

    \b
    Examples:
      zhengpu export --around 上海市徐汇区人民法院 --hops 2 --to court.ttl
      zhengpu export --plan 徐府发〔2024〕9号 --to plan.graphml
      zhengpu export --all --to everything.nq
    """
    from zhengpu.graph.export import export as exported

    if sum((around is not None, plan is not None, everything)) != 1:
        raise BadParameter("Say what to export with one of --around ENTITY, --plan PLAN, --all.")
    asked = source(store, endpoint)
    done = exported(asked, _selection(asked, around, hops, plan), to, format)
    unit = "links" if done.format in ("graphml", "csv") else "triples"
    console.say(f"{done.path}: {done.size} {unit}{' (the limit left things out)' if done.truncated else ''}")


def _selection(asked: TripleSource, around: str | None, hops: int, plan: str | None) -> Selection:
    from zhengpu.graph import entities
    from zhengpu.graph.export import Around, Everything, OfPlan

    if around is not None:
        return Around(entities.entity(asked, around).iri, hops)
    return OfPlan(entities.entity(asked, plan, {"plan"}).iri) if plan is not None else Everything()
