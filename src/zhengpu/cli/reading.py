"""`zhengpu facts`: what one file says, without a store."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import CorrectionsOption

if TYPE_CHECKING:
    from zhengpu.model import Facts


class FactsFormat(StrEnum):
    JSON = "json"
    TABLE = "table"


def facts(
    file: Annotated[Path, typer.Argument(help="A document.", exists=True, dir_okay=False, metavar="FILE")],
    format: Annotated[FactsFormat, typer.Option("--format", help="json: the annotation guide's layout with offsets; table: for reading.")] = FactsFormat.JSON,
    corrections: CorrectionsOption = None,
) -> None:
    """Print what a document says, each fact with the words that prove it. Nothing is stored.

    \b
    Examples:
      zhengpu facts plan.txt
      zhengpu facts plan.txt --format table
    """
    from zhengpu.graph import rules
    from zhengpu.pipeline import NONE, facts_of

    found = facts_of(file, rules.read(corrections) if corrections else NONE)
    if format is FactsFormat.TABLE:
        _print_tables(found)
    else:
        from zhengpu.extract import guide_json

        console.print_json(guide_json(found))
    for problem in found.problems:
        console.warn(f"{file}: {problem.message} [{problem.code}, {problem.start}-{problem.end}]")


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
