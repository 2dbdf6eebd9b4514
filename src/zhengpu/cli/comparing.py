"""`zhengpu diff`: what one extraction, or one version of a plan, says otherwise than another."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.options import JsonOption, Language, LanguageOption
from zhengpu.errors import BadFacts

if TYPE_CHECKING:
    from zhengpu.extract.review.differences import Comparison, Difference, FieldChange
    from zhengpu.extract.review.statements import Said

CATEGORIES = {
    "metadata": ("文件和计划", "document and plan"),
    "outline": ("提纲", "outline"),
    "goals": ("目标", "goals"),
    "measures": ("措施", "measures"),
    "responsibilities": ("责任分工", "responsibilities"),
    "mentions": ("提及机构", "mentions"),
    "targets": ("目标值", "targets"),
    "references": ("引用", "references"),
    "schedule": ("进度", "schedule"),
    "campaigns": ("专项行动", "campaigns"),
}
FIELDS = {
    "title": "标题", "body": "正文", "starts": "开头", "ends": "结尾", "kind": "类别", "in": "所在", "role": "角色", "value": "数值", "comparator": "比较",
    "unit": "单位", "per": "每", "due": "期限", "baseline": "基期值", "baseline_date": "基期", "relation": "关系", "document_number": "文号", "text": "时间",
    "start": "起", "end": "止", "ongoing": "持续", "name": "名称", "canonical": "机构", "canonical_indicator": "指标", "issued": "成文日期",
    "published": "发布日期", "index_number": "索引号", "theme": "主题分类", "validity": "有效性", "disclosure": "公开方式", "issuers": "发文机关",
    "addressees": "主送机关", "type": "类型", "regions": "地区", "region_codes": "区划代码", "period": "实施期",
}  # fmt: skip
SIGNS = {"added": "+", "removed": "−", "changed": "~"}
LARGEST = 256 << 20  # bytes of a JSON file; the facts of the longest plan seen are 2 MB
AROUND = 8  # characters before and after what changed in a text
WIDEST = 160  # characters of a value in the table
SHORT = 40  # characters up to which a value is shown whole beside another


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", exists=True, dir_okay=False, help="A document, or the JSON that `zhengpu facts` printed of one.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", exists=True, dir_okay=False, help="The other document or JSON.")],
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Compare what two documents say, or two extractions of one: facts added (+), removed (−), and changed (~), old and new value side by side.

    A renamed measure is known again by its text, and its facts with it; numbering, width of characters and spaces do not count.
    The exit code is 0 whether or not anything differs.

    \b
    Examples:
      zhengpu diff draft.docx final.pdf
      zhengpu facts plan.txt > before.json; zhengpu diff before.json plan.txt --json
    """
    from zhengpu.extract.review.differences import comparison

    found = comparison(_said(old), _said(new))
    if as_json:
        console.print_json(_as_json(found))
    else:
        _print(found, language)


def _said(path: Path) -> Said:
    """What the document or the JSON in a file says. Raises UnreadableDocument, BadFacts."""
    from zhengpu.extract.review.statements import said, said_by

    if path.suffix.lower() != ".json":
        from zhengpu.pipeline import facts_of

        return said_by(facts_of(path))
    try:
        if path.stat().st_size > LARGEST:
            raise BadFacts(f"{path}: more than the {LARGEST:,} bytes that the facts of a document may have.")
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise BadFacts(f"{path}: cannot be read ({error.strerror or error}). Check the name and the rights.") from None
    except (ValueError, RecursionError) as error:
        raise BadFacts(f"{path}: is no JSON ({type(error).__name__}: {error}). Give a document, or what `zhengpu facts` printed.") from None
    return said(value, os.fspath(path))


def _as_json(found: Comparison) -> dict[str, object]:
    """The comparison as the JSON of `zhengpu diff --json`."""
    return {
        "old": found.old,
        "new": found.new,
        "counts": {category: _counts(found, category) for category in CATEGORIES},
        "differences": [
            {
                "category": one.category,
                "change": one.change.value,
                "in": one.unit,
                "name": one.name,
                "fields": {field.field: {"old": field.old, "new": field.new} for field in one.fields},
            }
            for one in found.differences
        ],
    }


def _counts(found: Comparison, category: str) -> dict[str, int]:
    counted = Counter(one.change.value for one in found.differences if one.category == category)
    return {**{change: counted[change] for change in SIGNS}, "same": found.same.get(category, 0)}


def _print(found: Comparison, language: Language) -> None:
    english = language is Language.EN
    heads = ("", "in", "what", "field", "old", "new") if english else ("", "所在", "内容", "项", "旧", "新")
    for category, group in groupby(found.differences, key=lambda one: one.category):
        counts = _counts(found, category)
        told = " ".join(f"{sign}{counts[change]}" for change, sign in SIGNS.items() if counts[change])
        rows = [row for one in group for row in _rows(one, english)]
        console.out().print(console.table(heads, rows, title=f"{CATEGORIES[category][english]} {told}"))
    total = Counter(one.change.value for one in found.differences)
    same = sum(found.same.values())
    words = ("added", "removed", "changed", "the same") if english else ("项增加", "项删除", "项改变", "项相同")
    console.say(", ".join(f"{number} {word}" for number, word in zip((*(total[change] for change in SIGNS), same), words, strict=True)), "bold")


def _rows(one: Difference, english: bool) -> Iterator[tuple[str, ...]]:
    """A line for each field of a difference; its sign, unit and name in the first only."""
    sign = SIGNS[one.change.value]
    lines = [(_field(field.field, english), *_passages(field)) for field in one.fields] or [("", "", "")]
    for number, line in enumerate(lines):
        first = ("", "", "") if number else (sign, one.unit, "" if one.category == "metadata" else one.name)
        yield (*first, *line)


def _field(name: str, english: bool) -> str:
    return name if english else FIELDS.get(name, name)


def _passages(field: FieldChange) -> tuple[str, str]:
    """The values; of two long texts what is between their common beginning and end."""
    old, new = field.old or "", field.new or ""
    if not (old and new and max(len(old), len(new)) > SHORT):
        return _cut(old), _cut(new)
    first = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    left = min(len(old), len(new)) - first
    last = next((at for at in range(left) if old[-1 - at] != new[-1 - at]), left)
    begin, end = max(0, first - AROUND), max(0, last - AROUND)

    def passage(text: str) -> str:
        return _cut(f"{'…' if begin else ''}{text[begin : len(text) - end]}{'…' if end else ''}")

    return passage(old), passage(new)


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
