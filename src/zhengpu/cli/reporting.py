"""`zhengpu report`: the yearly report on a plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, Language, LanguageOption, StoreOption, source
from zhengpu.errors import BadParameter, ZhengpuError

if TYPE_CHECKING:
    from zhengpu.viz.report import Report

_ENDINGS = (".html", ".htm", ".docx", ".md")


def report(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan: its title, document number or IRI.")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file to write; its ending says the format: .html, .docx, .md.")],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The day to report on (2025, 2025-06, 2025-06-30); today by default.")] = None,
    previous: Annotated[str | None, typer.Option("--previous", metavar="PLAN", help="The plan to compare with; by default the last before it there.")] = None,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Write the yearly report on a plan: targets against observed values, tasks by body and date, gaps, and what changed since the plan before it.

    Every line has the words of the document that prove it and their place. Observed values come from `zhengpu observe`.

    \b
    Examples:
      zhengpu report 绍兴市国家知识产权保护示范区建设方案 --to report.html
      zhengpu report 徐府发〔2024〕9号 --to report.docx --as-of 2025-12-31
    """
    if to.suffix.lower() not in _ENDINGS:
        raise BadParameter(f"--to {to}: write a name that ends in .html, .docx or .md.")
    day = _day(as_of)
    asked = source(store, endpoint)
    from zhengpu.graph import entities
    from zhengpu.graph.exports.writing import whole
    from zhengpu.queries.views.yearly import yearly
    from zhengpu.viz.report import report as written

    meant = entities.entity(asked, plan, ("plan",))
    earlier = entities.entity(asked, previous, ("plan",)).iri if previous else None
    if earlier == meant.iri:
        raise BadParameter(f"--previous {previous}: that is the plan itself. Name an earlier one.")
    found = yearly(asked, meant.iri, day, language, earlier)
    content = _content(written(found, language), to.suffix.lower())
    try:
        with whole(to) as file:
            file.write(content)
    except OSError as error:
        raise ZhengpuError(f"{to} cannot be written: {error.strerror or error}. Name another file with --to.") from error
    console.say(f"{to}: {len(found.targets)} targets, {found.agenda.items.total} tasks, as of {found.as_of}")


def _day(text: str | None) -> date:
    """The last day of the year, month or day; today for none. Raises BadParameter."""
    from zhengpu.graph.triples.periods import parsed

    if text is None:
        return date.today()
    period = parsed(text)
    if period is None:
        raise BadParameter(f"--as-of {text!r} is not a date, such as 2025, 2025-06 or 2025-06-30.")
    return period.last


def _content(found: Report, ending: str) -> bytes:
    if ending == ".docx":
        from zhengpu.viz.report_docx import docx

        return docx(found)
    if ending == ".md":
        from zhengpu.viz.report_markdown import markdown

        return markdown(found).encode("utf-8", "replace")
    from zhengpu.viz.report_html import page

    return page(found).encode("utf-8", "replace")
