"""`zhengpu query` and `zhengpu questions`: asking the store, or an endpoint, in SPARQL or by a question of the library."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.answers import Answered, AnswerFormat, deliver, format_for
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, JsonOption, Language, LanguageOption, StoreOption, source
from zhengpu.errors import AmbiguousName, BadParameter, QueryError

if TYPE_CHECKING:
    from zhengpu.queries.question import Question


def query(
    what: Annotated[str, typer.Argument(metavar="NAME|FILE|-", help="A question of the library, a file with SPARQL, or - for standard input.")],
    parameters: Annotated[list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A blank of the question and what goes into it.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the SPARQL with the parameters in place, and do not ask it.")] = False,
    format: Annotated[AnswerFormat | None, typer.Option("--format", help="table for tables and ttl for graphs, unless another is wanted.")] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write to this file; its ending says the format. .xlsx and .csv are for Excel.")
    ] = None,
    rows: Annotated[int | None, typer.Option("--rows", min=1, help="Rows on a page of a table.")] = None,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page of a table.")] = 1,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Answer a question of the library, or a SPARQL query, from the store. Queries can read and nothing else.

    \b
    Examples:
      zhengpu query measures-led-by --param institution=绍兴市知识产权局
      zhengpu query targets-of-plan --param plan=PLAN --to targets.xlsx
      zhengpu query plans-by-year --show
      zhengpu query my-own.rq --rows 20 --page 2
      echo 'SELECT * { ?plan a zp:Plan ; dcterms:title ?title }' | zhengpu query -
      zhengpu query my-own.rq --endpoint http://localhost:7878/query
    """
    given = pairs(parameters or ())
    sparql = _sparql(what)
    if given and sparql is not None:
        raise BadParameter("--param fills the blanks of a library question; write the values of your own query into it.")
    format = format_for(to, format)
    asked = source(store, endpoint)
    if sparql is not None:
        if show:
            from zhengpu.graph.sources.guard import prepared

            console.write(prepared(sparql).encode())
            return
        answered = Answered(asked, asked.query(sparql), sparql)
    else:
        from zhengpu.queries.runner import fill

        try:
            filled = fill(asked, what, given)
        except AmbiguousName as error:
            _say_which(error, given)
            raise
        if show:
            from zhengpu.graph.sources.sparql import completed

            console.write(completed(filled.sparql).encode())
            return
        answer = asked.query(filled.question.sparql, filled.bindings, trusted=True)
        answered = Answered(asked, answer, filled.sparql, filled.question, filled.values)
    deliver(answered, format, to, language, rows, page)


def _say_which(error: AmbiguousName, given: Mapping[str, str]) -> None:
    """What to write instead of a name that several things have: their own names, or the IRIs of those that have one name."""
    blank = next((name for name, value in given.items() if value.strip() == error.name), "NAME")
    meant = [thing.rpartition(" <") for thing in error.meant]
    names = [label for label, *_ in meant]
    for label, _, iri in meant:
        plain = label and names.count(label) == 1 and label != error.name
        console.warn(f"  --param {blank}={shlex.quote(label if plain else iri.removesuffix('>'))}", "")


def pairs(parameters: Sequence[str]) -> dict[str, str]:
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


def questions(
    what: Annotated[
        str | None, typer.Argument(metavar="[NAME|GROUP|WORD]", help="One question in full, those of a group, or those that speak of a word.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """List the library of questions: all, those of a group, those with a word in them; or show one of them.

    \b
    Examples:
      zhengpu questions
      zhengpu questions gaps
      zhengpu questions 牵头
      zhengpu questions measures-led-by
    """
    from zhengpu.queries.catalogue import GROUPS, catalogue, matching

    chosen = matching(what) if what else tuple(catalogue().values())
    if as_json:
        console.print_json([_as_json(asked) for asked in chosen])
        return
    if what == chosen[0].id:
        _print_question(chosen[0], language)
        return
    for group, label in GROUPS.items():
        rows = [(q.id, q.question.of(language)) for q in chosen if q.group == group]
        if rows:
            console.out().print(console.table(("NAME", "问题" if language == "zh" else "question"), rows, title=f"{label.of(language)} ({group})"))
    console.say("zhengpu questions NAME shows the blanks of one; zhengpu query NAME --param BLANK=VALUE asks it.", "dim")


def _as_json(asked: Question) -> Mapping[str, object]:
    """A question as the JSON of `zhengpu questions --json`."""
    return {
        "id": asked.id,
        "group": asked.group,
        "view": asked.view,
        "axes": dict(asked.axes),
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
