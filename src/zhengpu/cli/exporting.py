"""`zhengpu export`: any part of the graph as a file for another program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.asking import pairs
from zhengpu.cli.network_files import DRAWN, PAGE, deliver, told
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, StoreOption, source
from zhengpu.cli.selectors import Selectors, selection
from zhengpu.errors import BadParameter, NothingSelected, QueryError

if TYPE_CHECKING:
    from zhengpu.graph.exports.export import Exported
    from zhengpu.graph.sources.source import TripleSource

FORMATS_TOLD = "ttl trig nq nt jsonld xml (RDF/XML); graphml gexf cytoscape dot csv neo4j parquet xlsx html (networks)"
RDF_FORMATS = ("ttl", "trig", "nt", "nq", "jsonld", "xml")
_CUT = " (--per-hop left things out)"


def export(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file to write; its ending says the format.")],
    around: Annotated[str | None, typer.Option("--around", metavar="ENTITY", help="What lies around this thing.")] = None,
    hops: Annotated[int, typer.Option("--hops", min=0, max=6, help="With --around: how far.")] = 1,
    per_hop: Annotated[str | None, typer.Option("--per-hop", metavar="N,N…", help="With --around: at most so many more things at each hop.")] = None,
    follow: Annotated[
        list[str] | None, typer.Option("--follow", metavar="KIND", help="Edges that count: responsibility, lead, mention, target, citation, campaign, part.")
    ] = None,
    plan: Annotated[list[str] | None, typer.Option("--plan", metavar="PLAN", help="What this plan's document says.")] = None,
    region: Annotated[list[str] | None, typer.Option("--region", metavar="REGION", help="Plans for this region and what lies in it.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", metavar="TYPE", help="Things of this type: measure, institution, plan, work …")] = None,
    theme: Annotated[list[str] | None, typer.Option("--theme", metavar="THEME", help="Measures and indicators of this theme, and what they link.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Documents issued on this day, month or year, or later.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Documents issued on this day, month or year, or earlier.")] = None,
    question: Annotated[str | None, typer.Option("--question", metavar="NAME", help="The things that the answer of this question names.")] = None,
    parameters: Annotated[list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A blank of the question.")] = None,
    construct: Annotated[Path | None, typer.Option("--construct", metavar="FILE", help="The answer of this CONSTRUCT query.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole graph.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Give up where there are more things than this (100,000; a page 5,000).")] = None,
    format: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help=f"The format, whatever the ending: {FORMATS_TOLD}.")] = None,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
) -> None:
    """Write a part of the graph to a file. Conditions combine: what meets all of them is written, with the words that prove it.

    Tables (csv, neo4j, parquet) are two files: FILE has the edges, FILE's name with .nodes before its ending the nodes. What has no room for a head
    (csv, neo4j, nt, nq) states its question, its counts and the day of its data in FILE.about.json; that of neo4j has the command that imports it.

    \b
    Examples:
      zhengpu export --around 上海市徐汇区人民法院 --hops 2 --to court.ttl
      zhengpu export --around 上海市徐汇区知识产权局 --hops 2 --follow responsible,part --per-hop 50,200 --to duties.gexf
      zhengpu export --plan 徐府发〔2024〕9号 --to plan.xlsx
      zhengpu export --region 上海市 --theme 商标 --since 2022 --to trademarks.graphml
      zhengpu export --question measures-led-by --param institution=绍兴市知识产权局 --to led.cyjs
      zhengpu export --construct my-own.rq --to part.jsonld
      zhengpu export --all --to everything.nq
    """
    options = Selectors(
        around, hops, per_hop, follow or (), plan or (), region or (), kind or (), theme or (), since, until, question, pairs(parameters or ()), limit
    )
    if everything + options.given() + (construct is not None) != 1:
        raise BadParameter(
            "Say what to export: --all, --construct FILE, or conditions (--around, --plan, --region, --type, --theme, --since, --until, --question, --follow), "
            "which combine with each other but not with these two."
        )
    asked = source(store, endpoint)
    done = _constructed(asked, construct, to, format, limit) if construct is not None else _selected(asked, options, to, format)
    console.say(f"{', '.join(map(str, done.files))}: {_size(done)}")


def _selected(asked: TripleSource, options: Selectors, to: Path, format: str | None) -> Exported:
    from zhengpu.graph.exports.export import FORMATS, cover_of, format_of
    from zhengpu.graph.exports.export import export as exported
    from zhengpu.graph.exports.selection import pieces

    name = format_of(to, format, {**FORMATS, **DRAWN})
    wanted, words = selection(asked, options)
    if name not in DRAWN:
        return exported(asked, wanted, to, name, words)
    if name == "html" and options.limit is None:
        wanted = replace(wanted, most=PAGE)
    return deliver(pieces(asked, wanted), to, name, cover_of(asked, words))


def _constructed(asked: TripleSource, query: Path, to: Path, format: str | None, limit: int | None) -> Exported:
    """The triples that a CONSTRUCT query answers, or the network that they are. Raises QueryError for a query that answers otherwise."""
    from zhengpu.graph.exports.export import FORMATS, cover_of, export_statements, format_of, writing
    from zhengpu.graph.exports.rdf_part import Statements
    from zhengpu.graph.exports.selection import MOST, at_most
    from zhengpu.graph.networks.constructed import network_of_triples

    name = format_of(to, format, {**FORMATS, **DRAWN})
    try:
        sparql = query.read_text("utf-8-sig")
    except OSError as error:
        raise QueryError(f"The query in {query} cannot be read: {error.strerror or error}. Check the name of the file.") from None
    except UnicodeDecodeError:
        raise QueryError(f"The query in {query} cannot be read: it is not UTF-8. Save it as that.") from None
    answer = asked.query(sparql)
    if answer.kind != "triples":
        raise QueryError(f"The query in {query} answers with a table or yes or no; --construct takes a CONSTRUCT or DESCRIBE. For others: zhengpu query")
    triples = sorted(set(answer.triples), key=str)
    if not triples:
        raise NothingSelected(asked.name)
    cover = cover_of(asked, sparql)
    if name in RDF_FORMATS:
        with writing(to):
            return export_statements(Statements(triples, len(triples)), to, name, cover)
    most = limit or (PAGE if name == "html" else MOST)
    return deliver(at_most(most, [network_of_triples(asked, triples)], asked), to, name, cover, query.stem)


def _size(done: Exported) -> str:
    counted = f"{done.size:,} triples" if done.format in RDF_FORMATS else told(done)
    return f"{counted}{_CUT if done.truncated else ''}"
