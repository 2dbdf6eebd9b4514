"""`zhengpu observe`: what was reached, from an analyst's file, beside what the plans promise."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, JsonOption, Language, LanguageOption, StoreOption
from zhengpu.errors import BadParameter, ZhengpuError

if TYPE_CHECKING:
    from zhengpu.graph.observed.observations import Difference, Observed
    from zhengpu.graph.storage.store import Store
    from zhengpu.loaders.observation_rows import ObservationTable

_MOST_MISFITS = 200  # that are printed


def observe(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Observed values: CSV (UTF-8, GB18030) or .xlsx.")] = None,
    template: Annotated[Path | None, typer.Option("--template", metavar="FILE", help="Write a file to fill in, .csv or .xlsx, for --plan.")] = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="With --template: whose indicators.")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Keep the rows that fit, even if others do not.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Drop what a file of this name said earlier and does not say any more.")] = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Put observed values of indicators beside the targets of the plans.

    The columns are indicator, region, date, value, unit and source (指标, 地区, 日期, 数值, 单位, 来源). Dates are as precise as they are written:
    2024, 2024-06, 2024-06-30. Values are kept in the unit of the plans' targets: 12000 万元 for an indicator in 亿元 become 1.2. Rows without a value
    are left out.

    Where a row does not fit, each such row is named, nothing is stored and the exit code is 1; --partial stores the others.
    A file of the same name later adds to what it said before; `zhengpu remove FILE` takes all of it out.

    \b
    Examples:
      zhengpu observe --template targets.csv --plan 绍兴市国家知识产权保护示范区建设方案
      zhengpu observe targets.csv
      zhengpu query target-progress
    """
    from zhengpu.graph.storage.store import open_store

    if (file is None) == (template is None):
        raise BadParameter("Name a file of observed values, or with --template one to write and with --plan the plan that it is for.")
    if (template is None) != (plan is None):
        raise BadParameter("--template FILE and --plan PLAN go together.")
    with open_store(store) as opened:
        if template is not None and plan is not None:
            _write_template(opened, template, plan, language)
        elif file is not None:
            _observe(opened, file, partial, replace, as_json)


def _write_template(opened: Store, path: Path, plan: str, language: str) -> None:
    from zhengpu.graph import entities
    from zhengpu.graph.exports.writing import whole
    from zhengpu.loaders.observation_rows import heads
    from zhengpu.queries.tables.observation_template import template
    from zhengpu.queries.tables.spreadsheet import csv_for_excel, workbook

    writers = {".csv": csv_for_excel, ".xlsx": workbook}
    if path.suffix.lower() not in writers:
        raise BadParameter(f"--template {path}: write a name that ends in .csv or .xlsx.")
    if path.exists():
        raise BadParameter(f"{path} is there already, and may have been filled in; it is left as it is. Name another file with --template.")
    made = template(opened, entities.entity(opened, plan, ("plan",)).iri, heads(language), language)
    try:
        with whole(path) as out:
            out.write(writers[path.suffix.lower()](made))
    except OSError as error:
        raise ZhengpuError(f"{path} cannot be written: {error.strerror or error}. Name another file with --template.") from error
    console.say(f"{path}: {len(made.rows)} rows to fill in. Then: zhengpu observe {path}")


def _observe(opened: Store, path: Path, partial: bool, replace: bool, as_json: bool) -> None:
    from zhengpu.graph.observed.observations import observations_shard, observed, shard_iri
    from zhengpu.loaders.observation_rows import observation_table

    table = observation_table(path)
    found = observed(opened, [(row.number, row.cells) for row in table.rows], table.name)
    iri = shard_iri(table.name)
    before = next((entry for entry in opened.observations if entry.iri == iri), None)
    earlier = opened.triples(before) if before and not replace else b""
    shard, difference = observations_shard(table.name, sha256(path.read_bytes()).hexdigest(), found.observations, earlier)
    is_stored = bool(found.observations) and (partial or not found.misfits)
    if is_stored:
        opened.add([shard])
    if as_json:
        console.print_json(_as_json(table, found, difference, is_stored))
    else:
        _print(opened.name, table, found, difference, is_stored)
    if found.misfits or not found.observations:
        raise typer.Exit(1)


def _as_json(table: ObservationTable, found: Observed, difference: Difference, is_stored: bool) -> dict[str, object]:
    """The JSON of `zhengpu observe --json`."""
    return {
        "file": table.name,
        "stored": is_stored,
        "added": difference.added if is_stored else 0,
        "changed": difference.changed if is_stored else 0,
        "unchanged": difference.unchanged,
        "kept": difference.kept,
        "without_value": found.without_value,
        "unread_columns": list(table.unread),
        "misfits": [{"row": misfit.row, "why": misfit.why} for misfit in found.misfits],
    }


def _print(store: str, table: ObservationTable, found: Observed, difference: Difference, is_stored: bool) -> None:
    if table.unread:
        console.warn(f"{table.name}: columns that are not read: {', '.join(table.unread)}")
    for misfit in found.misfits[:_MOST_MISFITS]:
        console.warn(f"{table.name}, row {misfit.row}: {misfit.why}", "red")
    if len(found.misfits) > _MOST_MISFITS:
        console.warn(f"… and {len(found.misfits) - _MOST_MISFITS:,} more rows that do not fit; --json lists all.")
    if is_stored:
        counts = f"{difference.added} added, {difference.changed} changed, {difference.unchanged} unchanged"
        kept = f", {difference.kept} kept that the file does not state any more (--replace drops them)" if difference.kept else ""
        console.say(f"{store}: {counts}{kept}", "bold")
    elif found.misfits:
        fitting = f"; {len(found.observations)} rows fit, --partial stores those" if found.observations else ""
        console.warn(f"{table.name}: nothing is stored, for {len(found.misfits)} rows do not fit{fitting}.", "red")
    else:
        console.warn(f"{table.name}: no row has a value, so nothing is stored.", "red")
    if found.without_value:
        console.warn(f"{table.name}: {found.without_value} rows without a value were left out.", "dim")
