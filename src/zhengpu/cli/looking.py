"""`zhengpu stats` and `check`: how much a store holds, and whether it keeps the rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import DEFAULT_STORE, EndpointOption, JsonOption, Language, LanguageOption, StoreOption, source
from zhengpu.errors import ZhengpuError

if TYPE_CHECKING:
    from zhengpu.graph.storage.rules import Uses


def stats(
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Count what the store holds: documents, plans, things of each class, and how often each of your corrections applied.

    \b
    Examples:
      zhengpu stats
      zhengpu stats --json --store ./my-store
    """
    from zhengpu.queries.views import stats as counting

    found = counting.stats(source(store, endpoint), language)
    uses = None if endpoint else _uses(store)
    if as_json:
        console.print_json(asdict(found) | ({"corrections": asdict(uses)} if uses else {}))
        return
    heads = (("document", "date", "plans"), ("class", "number")) if language == "en" else (("文件", "日期", "计划"), ("类别", "数量"))
    console.out().print(console.table(heads[0], [(d.document.text, d.issued, d.plans) for d in found.documents], numeric=(False, False, True)))
    console.out().print(console.table(heads[1], [(c.kind.text, c.things) for c in found.classes], numeric=(False, True)))
    if uses is not None:
        _print_uses(uses, store, language)


def _uses(folder: Path) -> Uses | None:
    """How often the corrections of the store applied; None where its file cannot be read, which is told."""
    from zhengpu.graph.storage import rules
    from zhengpu.graph.storage.manifest import read_manifest
    from zhengpu.graph.storage.shards import Kind

    try:
        corrections = rules.kept(folder)
    except ZhengpuError as error:
        console.warn(error)
        return None
    return rules.uses((entry for entry in read_manifest(folder).entries.values() if entry.kind is Kind.DOCUMENT), corrections)


def _print_uses(uses: Uses, folder: Path, language: Language) -> None:
    """The rules, the ones that never applied last; and whether documents were built with others."""
    english = language is Language.EN
    if uses.rules:
        heads = ("correction", "facts", "documents") if english else ("更正", "事实", "文件")
        never = "never applied" if english else "从未适用"
        rows = [(use.rule, use.applied or never, use.documents) for use in sorted(uses.rules, key=lambda use: not use.applied)]
        console.out().print(console.table(heads, rows, numeric=(False, True, True)))
    if uses.outdated:
        console.warn(f"{folder}: {len(uses.outdated)} documents were built with other corrections than those of now. Build them again.")


def check(
    document: Annotated[str | None, typer.Argument(metavar="[DOCUMENT]", help="One document, by number, title, file name or IRI; else all.")] = None,
    every: Annotated[bool, typer.Option("--all", help="List every warning, not only how many there are of each kind.")] = False,
    store: StoreOption = DEFAULT_STORE,
    endpoint: EndpointOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Check documents against the shapes of the ontology (SHACL), and each quotation against its text.

    Violations are errors and make the exit code 1; warnings tell what documents usually say and these do not.

    \b
    Examples:
      zhengpu check
      zhengpu check 徐府发〔2024〕9号 --all
    """
    from zhengpu.graph import validation

    documents = validation.checked(source(store, endpoint), document)
    found = [(iri, finding) for iri, findings in documents for finding in findings]
    violations = [finding for _, finding in found if finding.severity is validation.Severity.VIOLATION]
    warnings = [finding for _, finding in found if finding.severity is validation.Severity.WARNING]
    if as_json:
        console.print_json([{"document": iri, **asdict(finding)} for iri, finding in found])
    else:
        listed = [*violations, *(warnings if every else ())]
        if listed:
            console.out().print(console.table(("", "shape", "thing", "message"), [(f.severity, f.shape, f.entity, f.message(language)) for f in listed]))
        if warnings and not every:
            kinds = Counter((f.shape, f.message(language)) for f in warnings).most_common()
            console.out().print(console.table(("shape", "warning", "number"), [(*kind, number) for kind, number in kinds], numeric=(False, False, True)))
        console.say(f"{len(documents)} documents: {len(violations)} violations, {len(warnings)} warnings", "bold")
    if violations:
        raise typer.Exit(1)
