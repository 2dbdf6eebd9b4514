"""`zhengpu network`: the network of a plan, around a thing, or of one kind of link across plans, as a page, a file, or a table of who stands where."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.network_files import DRAWN, PAGE, deliver, told
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, JsonOption, Language, LanguageOption, StoreOption, source
from zhengpu.cli.selectors import Selectors, selection
from zhengpu.errors import BadParameter, UnknownName, ZhengpuError

if TYPE_CHECKING:
    from zhengpu.graph.networks.network import Network
    from zhengpu.graph.networks.standing import Standing
    from zhengpu.graph.sources.source import TripleSource


class By(StrEnum):
    STRENGTH = "strength"
    DEGREE = "degree"
    BETWEENNESS = "betweenness"
    PAGERANK = "pagerank"
    CORE = "core"


_HEADS = {
    Language.ZH: ("名称", "类型", "联系", "次数", "中介度", "PageRank", "k 核", "社群"),
    Language.EN: ("name", "type", "degree", "strength", "betweenness", "pagerank", "core", "community"),
}


def network(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|PLAN|ENTITY",
            help="institution-measure, co-responsibility, lead-support, plan-reference, plan-indicator, plan-plan, theme-institution, or any plan or thing.",
        ),
    ],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="The file: .html, .graphml, .gexf, .cyjs, .dot, .csv, .parquet, .xlsx.")] = None,
    table: Annotated[bool, typer.Option("--table", help="Print who stands where: degree, betweenness, PageRank, core, community.")] = False,
    by: Annotated[By, typer.Option("--by", help="With --table: the measure that orders it.")] = By.STRENGTH,
    rows: Annotated[int, typer.Option("--rows", min=1, help="With --table: at most so many.")] = 30,
    plan: Annotated[list[str] | None, typer.Option("--plan", metavar="PLAN", help="Of this plan only.")] = None,
    region: Annotated[list[str] | None, typer.Option("--region", metavar="REGION", help="Of plans for this region and what lies in it.")] = None,
    theme: Annotated[list[str] | None, typer.Option("--theme", metavar="THEME", help="Of measures and indicators of this theme.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Of documents issued on this day, month or year, or later.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Of documents issued on this day, month or year, or earlier.")] = None,
    hops: Annotated[int, typer.Option("--hops", min=1, max=6, help="How far around a thing that is not a plan.")] = 2,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many things around one that is not a plan.")] = 500,
    format: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="The format, whatever the ending.")] = None,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Draw a network as one HTML page, which opens in any browser without internet; or write it for Gephi, Cytoscape and others; or measure it.

    \b
    Examples:
      zhengpu network 上海市徐汇区国家知识产权保护示范区建设方案 --to plan.html
      zhengpu network 上海市徐汇区人民法院 --hops 2 --to court.html
      zhengpu network co-responsibility --table
      zhengpu network lead-support --region 上海市 --to lead.gexf
    """
    from zhengpu.graph.exports.export import FORMATS, TABULAR, cover_of, format_of, writing
    from zhengpu.graph.exports.network_text import LAYOUTS
    from zhengpu.graph.networks.projections import PROJECTIONS

    wants_table = table or as_json
    if to is None and not wants_table:
        to = Path("network.html")
    formats = {**{known: FORMATS[known] for known in (*LAYOUTS, *TABULAR)}, **DRAWN}
    written = format_of(to, format, formats) if to is not None else ""
    asked = source(store, endpoint)
    options = Selectors(plans=plan or (), regions=region or (), themes=theme or (), since=since, until=until)
    if name in PROJECTIONS:
        found, title, words = _projected(asked, name, options)
    elif options.given():
        raise BadParameter(f"--plan, --region, --theme, --since and --until go with one of {', '.join(PROJECTIONS)}; `zhengpu export --around` combines them.")
    else:
        found, title, words = _around(asked, name, hops, limit)
    if written == "html" and len(found.nodes) > PAGE:
        advice = "Narrow it down (--plan, --region, --theme, --since), or write it for another program: --to FILE.gexf."
        raise ZhengpuError(f"The network has {len(found.nodes):,} things, and a page shows {PAGE:,} at most; nothing was written. {advice}")
    if wants_table:
        _print(found, by, rows, language, as_json=as_json, directed=name in PROJECTIONS and PROJECTIONS[name].directed)
    if to is not None:
        with writing(to):
            to.parent.mkdir(parents=True, exist_ok=True)
        done = deliver([found], to, written, cover_of(asked, words), title)
        cut = " (--limit left things out)" if done.truncated else ""
        say = console.warn if as_json else console.say
        say(f"{', '.join(map(str, done.files))}: {told(done)}{cut}")
        if written == "html":
            say(to.resolve().as_uri())


def _projected(asked: TripleSource, name: str, options: Selectors) -> tuple[Network, str, str]:
    """The network, what a page of it is headed, and what it is in words."""
    from zhengpu.graph.networks.projections import PROJECTIONS, projection

    wanted, words = selection(asked, options)
    return projection(asked, name, wanted), PROJECTIONS[name].what, f"{PROJECTIONS[name].what}; {words}"


def _around(asked: TripleSource, name: str, hops: int, limit: int) -> tuple[Network, str, str]:
    """The same for a plan, or for what lies around another thing."""
    from zhengpu.graph import entities
    from zhengpu.graph.networks.network import NODE_KINDS, network_of_plan
    from zhengpu.graph.networks.network import network as network_around
    from zhengpu.graph.networks.projections import PROJECTIONS

    try:
        thing = entities.entity(asked, name, {*NODE_KINDS.values(), "document"})
    except UnknownName as error:
        meant = UnknownName("network", name, PROJECTIONS, "Or name a plan or another thing.")
        raise (meant if meant.near else error) from None
    if thing.kind == "plan":
        return network_of_plan(asked, thing.iri), thing.label, f"plan {thing.label}"
    return network_around(asked, thing.iri, hops, limit), thing.label, f"within {hops} edges of {thing.label}"


def write_page(asked: TripleSource, entity: str, path: Path, hops: int = 2, limit: int = 500) -> None:
    """The network page of what `entity` names, written to `path`. Raises UnknownName, AmbiguousName, ZhengpuError."""
    from zhengpu.graph.exports.export import cover_of

    found, title, words = _around(asked, entity, hops, limit)
    path.parent.mkdir(parents=True, exist_ok=True)
    deliver([found], path, "html", cover_of(asked, words), title)


def _print(found: Network, by: By, rows: int, language: Language, *, as_json: bool, directed: bool) -> None:
    from zhengpu.graph.networks.standing import standings

    listed = standings(found, directed=directed)
    if by is not By.STRENGTH:
        listed.sort(key=lambda one: (-getattr(one, by.value), one.node.iri))
    if as_json:
        console.print_json([dict(zip(("iri", *_HEADS[Language.EN]), (one.node.iri, *_cells(one)), strict=True)) for one in listed[:rows]])
        return
    console.out().print(console.table(_HEADS[language], map(_cells, listed[:rows]), numeric=(False, False, *[True] * 6)))
    left = len(listed) - rows
    if left > 0:
        console.say(f"… and {left} more: --rows" if language is Language.EN else f"… 还有 {left} 个：--rows", "dim")


def _cells(one: Standing) -> Sequence[object]:
    return one.node.label, one.node.kind, one.degree, one.strength, one.betweenness, one.pagerank, one.core, one.community
