"""`zhengpu facts`: what one file says, without a store."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import asdict
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import CorrectionsOption
from zhengpu.errors import BadParameter, ZhengpuError

if TYPE_CHECKING:
    from zhengpu.marks import Coverage
    from zhengpu.model import Document, Facts


class FactsFormat(StrEnum):
    JSON = "json"
    TABLE = "table"


def facts(
    file: Annotated[Path, typer.Argument(help="A document.", exists=True, dir_okay=False, metavar="FILE")],
    format: Annotated[FactsFormat | None, typer.Option("--format", help="json: the annotation guide's layout with offsets; table: for reading.")] = None,
    view: Annotated[Path | None, typer.Option("--view", metavar="PAGE.html", help="Write a page that shows the facts in the document's text.")] = None,
    with_coverage: Annotated[bool, typer.Option("--coverage", help="How much of the text facts account for, and what looks like a fact and is none.")] = False,
    corrections: CorrectionsOption = None,
) -> None:
    """Print what a document says, each fact with the words that prove it. Nothing is stored.

    With --view: an HTML page for any browser, offline, that marks every fact in the text and what looks like a fact and is none.
    With --coverage: the share of the text inside measures, goals, headings and quotations, and a list of the numbers, brackets and 《》 that gave no fact.

    \b
    Examples:
      zhengpu facts plan.txt
      zhengpu facts plan.txt --format table
      zhengpu facts plan.txt --view plan.html
      zhengpu facts plan.txt --coverage
    """
    from zhengpu.graph.storage import rules
    from zhengpu.loaders import load
    from zhengpu.pipeline import NONE, said_by

    if view and view.suffix.lower() not in (".html", ".htm"):
        raise BadParameter(f"--view {view}: a page ends in .html.")
    said = said_by(load(file), rules.read(corrections) if corrections else NONE)
    found = said.facts
    if with_coverage or view:
        from zhengpu.extract.review.coverage import coverage

        covered = coverage(found)
        if view:
            _write_page(view, said.document, found, covered)
        if with_coverage:
            _print_coverage(covered, found.text, format)
    elif format is FactsFormat.TABLE:
        _print_tables(found)
    else:
        from zhengpu.extract import guide_json

        console.print_json(guide_json(found))
    for problem in found.problems:
        console.warn(f"{file}: {problem.message} [{problem.code}, {problem.start}-{problem.end}]")


def _write_page(path: Path, document: Document, found: Facts, covered: Coverage) -> None:
    """The page of the facts, whole or not at all, and its address. Raises ZhengpuError where nothing can be written."""
    from zhengpu.graph.exports.writing import whole
    from zhengpu.viz.facts_page import page

    content = page(document, found, covered).encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as file:
            file.write(content)
    except OSError as error:
        raise ZhengpuError(f"{path} cannot be written: {error.strerror or error}. Name another file with --view.") from error
    console.say(path.resolve().as_uri())


UNITS = {"outline": "标题", "goals": "目标", "measures": "措施", "sections": "其他正文", "outside": "标题之前"}
QUOTED = {
    "responsibilities": "责任分工",
    "mentions": "提及机构",
    "targets": "目标值",
    "references": "引用",
    "schedule": "进度",
    "campaigns": "专项行动",
    "metadata": "文件和计划",
}
MARKS = {"number": "数字", "allocation": "责任分工", "title": "书名号"}


def _print_coverage(found: Coverage, text: str, format: FactsFormat | None) -> None:
    """The shares of units and facts, then each mark with its line and unit."""
    if format is FactsFormat.JSON:
        console.print_json(asdict(found))
        return
    for title, names, shares in (("正文 units", UNITS, found.units), ("引文 quotations", QUOTED, found.facts)):
        counted = [(names[s.kind], s.kind, s.number or "", s.characters, f"{found.percent(s.characters):.1f} %") for s in shares]
        console.out().print(console.table((title, "", "数量", "字符", ""), counted, numeric=(False, False, True, True, True)))
    quoted = f"{found.in_facts}/{found.characters} ({found.percent(found.in_facts):.1f} %)"
    console.say(f"引文共 {quoted} 字  characters inside quotations: {quoted}")
    if found.unexplained:
        lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        rows = [(MARKS[m.kind], bisect_right(lines, m.start), m.unit, around(text, m.start, m.end)) for m in found.unexplained]
        heads = ("未解释", "行", "所在", "原文")
        console.out().print(console.table(heads, rows, title=f"未解释 unexplained {len(rows)}", numeric=(False, True, False, False)))


def around(text: str, start: int, end: int, most: int = 12) -> str:
    """Words with the characters beside them in their line, the words themselves in 【】."""
    before = text[max(0, start - most) : start].rpartition("\n")[2]
    after = text[end : end + most].partition("\n")[0]
    return f"{before}【{text[start:end]}】{after}"


def _print_tables(found: Facts) -> None:
    document, plan = found.document, found.plan
    names = {"标题": document.title, "文号": document.document_number, "发文机关": "、".join(document.issuers), "成文日期": document.issued}
    names |= {"计划": plan.title, "类型": plan.type, "地区": "、".join(plan.regions), "实施期": "–".join(filter(None, (plan.period_start, plan.period_end)))}
    console.out().print(console.table(("文件", ""), [(name, value) for name, value in names.items() if value]))
    for title, heads, rows in (
        ("提纲", ("编号", "标题", "类别"), [(f"{'  ' * (s.level - 1)}{s.label}", s.title, s.kind) for s in found.outline]),
        ("目标", ("编号", "标题", "原文"), [(g.id, g.title, g.evidence.quote) for g in found.goals]),
        ("措施", ("编号", "标题", "类别"), [(m.id, f"{m.label}{m.title}", m.kind) for m in found.measures]),
        ("责任分工", ("措施", "机构", "角色", "原文"), [(r.measure, r.canonical, r.role, r.evidence.quote) for r in found.responsibilities]),
        ("提及机构", ("所在", "机构", "原文"), [(m.unit, m.canonical, m.evidence.quote) for m in found.mentions]),
        ("目标值", ("所在", "指标", "目标", "期限", "原文"), [(t.unit, t.indicator, t.value_text, t.due or "", t.evidence.quote) for t in found.targets]),
        ("引用", ("所在", "文件", "关系", "原文"), [(r.unit, r.title, r.relation, r.evidence.quote) for r in found.references]),
        ("进度", ("所在", "时间", "事项", "原文"), [(m.unit, m.text, m.title or "", m.evidence.quote) for m in found.schedule]),
        ("专项行动", ("所在", "名称", "原文"), [(c.unit, c.name, c.evidence.quote) for c in found.campaigns]),
    ):
        if rows:
            console.out().print(console.table(heads, rows, title=f"{title} {len(rows)}"))
