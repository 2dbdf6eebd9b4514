"""`zhengpu query` and `zhengpu questions`: asking the store, or an endpoint, in SPARQL or by a question of the library."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, JsonOption, Language, LanguageOption, StoreOption, source
from zhengpu.errors import BadParameter, QueryError

if TYPE_CHECKING:
    from zhengpu.graph.source import Answer
    from zhengpu.queries.question import Question
    from zhengpu.queries.tables import Table


class AnswerFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    TTL = "ttl"


def query(
    what: Annotated[str, typer.Argument(metavar="NAME|FILE|-", help="A question of the library, a file with SPARQL, or - for standard input.")],
    parameters: Annotated[list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A blank of the question and what goes into it.")] = None,
    format: Annotated[AnswerFormat | None, typer.Option("--format", help="table for tables and ttl for graphs, unless another is wanted.")] = None,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Answer a question of the library, or a SPARQL query, from the store. Queries can read and nothing else.

    \b
    Examples:
      zhengpu query measures-led-by --param institution=绍兴市知识产权局
      zhengpu query targets-of-plan --param plan=PLAN --format csv
      zhengpu query my-own.rq --format json
      echo 'SELECT * { ?plan a zp:Plan ; dcterms:title ?title }' | zhengpu query -
      zhengpu query my-own.rq --endpoint http://localhost:7878/query
    """
    given = _pairs(parameters or ())
    sparql = _sparql(what)
    if sparql is None:
        from zhengpu.queries.runner import ask

        reply = ask(source(store, endpoint), what, given)
        if format in (None, AnswerFormat.TABLE):
            print_table(reply.table(language), reply.sentence(language), language)
        else:
            _write(reply.answer, format)
        return
    if given:
        raise BadParameter("--param fills the blanks of a library question; write the values of your own query into it.")
    answer = source(store, endpoint).query(sparql)
    if format is AnswerFormat.TABLE or (format is None and answer.kind != "triples"):
        from zhengpu.queries.tables import table

        print_table(table(answer, language=language), "", language)
    else:
        _write(answer, format or AnswerFormat.TTL)


def _pairs(parameters: Sequence[str]) -> dict[str, str]:
    """["institution=绍兴市知识产权局"] as a dictionary. Raises BadParameter for what is no pair, or a name given twice."""
    pairs: dict[str, str] = {}
    for parameter in parameters:
        name, sign, value = parameter.partition("=")
        if not sign or not name:
            raise BadParameter(f"--param {parameter!r} is not of the form NAME=VALUE.")
        if name in pairs:
            raise BadParameter(f"--param {name} is given twice.")
        pairs[name] = value
    return pairs


def _sparql(what: str) -> str | None:
    """The text of a query from standard input or a file; None for the name of a question. Raises QueryError for a file that cannot be read."""
    if what == "-":
        return sys.stdin.read()
    path = Path(what)
    if not path.suffix and path.name == what:  # names of questions have neither a suffix nor a folder
        return None
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"The query in {what} cannot be read: {error}") from None


def _write(answer: Answer, format: AnswerFormat) -> None:
    from zhengpu.queries.tables import written

    console.write(written(answer, format.value))


def print_table(answer: Table, title: str, language: str = "zh", *, most: int | None = None, widest: int | None = None) -> None:
    """An answer with its question above and the number of its rows below; at most `most` rows, each cell cut to `widest` characters."""
    rows = [[_cut(cell.text, widest) for cell in row] for row in answer.rows[:most]]
    if rows:
        console.out().print(console.table(answer.heads, rows, title=title, numeric=answer.numeric))
    elif title:
        console.say(title, "bold")
    total = len(answer.rows)
    if len(rows) < total:
        console.say(f"{len(rows)} of {total} rows" if language == "en" else f"共 {total} 行，列出前 {len(rows)} 行", "dim")
    else:
        console.say(f"{total} rows" if language == "en" else f"{total} 行", "dim")


def _cut(content: str, widest: int | None) -> str:
    return content if widest is None or len(content) <= widest else content[: widest - 1] + "…"


def questions(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One question, with its blanks, columns and SPARQL.")] = None,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """List the library of questions, or show one of them.

    \b
    Examples:
      zhengpu questions
      zhengpu questions measures-led-by
    """
    from zhengpu.queries.catalogue import GROUPS, catalogue, question

    chosen = [question(name)] if name else list(catalogue().values())
    if as_json:
        console.print_json([_as_json(asked) for asked in chosen])
    elif name:
        _print_question(chosen[0], language)
    else:
        for group, label in GROUPS.items():
            rows = [(q.id, q.question.of(language)) for q in chosen if q.group == group]
            if rows:
                console.out().print(console.table(("NAME", "问题" if language == "zh" else "question"), rows, title=label.of(language)))
        console.say("zhengpu questions NAME shows the blanks of one; zhengpu query NAME --param BLANK=VALUE asks it.", "dim")


def _as_json(asked: Question) -> Mapping[str, object]:
    """A question as the JSON of `zhengpu questions --json`."""
    return {
        "id": asked.id,
        "group": asked.group,
        "question": {"zh": asked.question.zh, "en": asked.question.en},
        "parameters": [{"name": p.name, "type": p.type.value, "example": p.example, "default": p.default, "optional": p.optional} for p in asked.parameters],
        "columns": [{"name": c.name, "zh": c.label.zh, "en": c.label.en} for c in asked.columns],
        "sparql": asked.sparql,
    }


def _print_question(asked: Question, language: str) -> None:
    console.say(asked.question.of(language), "bold")
    if asked.parameters:
        rows = [(p.name, p.label.of(language), p.type.value, p.default or ("" if p.optional else "!"), p.example) for p in asked.parameters]
        console.out().print(console.table(("--param", "", "type", "default", "example"), rows))
    blanks = "".join(f' --param {p.name}="{p.example}"' for p in asked.parameters if not p.optional)
    console.say(f"zhengpu query {asked.id}{blanks}\n")
    console.say(asked.sparql, "dim")
