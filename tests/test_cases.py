"""The case tables: tests/cases/<category>.md, a title, an input and the facts expected of it, so that a case needs no Python.

    ## a title that names the pattern
    ```text
    a passage; it becomes the body of a measure in a small plan of 南通市
    ```
    ```facts
    one fact a line, fields separated by " | " as FIELDS below lists them; trailing fields may be left out
    ```

An input fenced as ```document is a whole document instead. Facts are compared in text order; all of the category must be named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zhengpu.extract import facts
from zhengpu.loaders import document_of_text
from zhengpu.model import Facts

CASES = Path(__file__).parent / "cases"
PLAN = "南通市优化服务工作方案(2024—2026年)\n一、主要任务\n(一)完善工作机制\n{}\n"

FIELDS = {
    "outline": ("label", "title", "level", "kind"),
    "goals": ("title",),
    "measures": ("label", "title", "kind", "starts", "ends"),
    "responsibilities": ("surface", "canonical", "role"),
    "mentions": ("surface", "canonical"),
    "targets": ("value", "comparator", "unit_of_measure", "indicator", "per", "due", "baseline", "baseline_date"),
    "references": ("title", "relation", "kind", "document_number"),
    "schedule": ("text", "start", "end", "ongoing"),
    "campaigns": ("name",),
    "noise": ("text", "why"),
}

_CASE_RE = re.compile(r"^## (?P<title>.+?)\n+```(?P<form>text|document)\n(?P<input>.*?)\n?```\n+```facts\n(?P<facts>.*?)```", re.M | re.S)


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.md")):
        category = path.stem.split("-")[0]
        found = list(_CASE_RE.finditer(path.read_text("utf-8")))
        assert len(found) == len(re.findall(r"^## ", path.read_text("utf-8"), re.M)), f"{path.name}: a case that does not parse"
        for match in found:
            yield pytest.param(category, match["form"], match["input"], match["facts"], id=f"{path.stem}: {match['title']}")


def rows(found: Facts, category: str) -> list[list[str]]:
    if category in ("metadata", "plan"):
        records = (found.document, found.plan, *found.more_plans) if category == "metadata" else (found.plan, *found.more_plans)
        return [
            [name, "、".join(value) if isinstance(value, tuple) else str(value)]
            for record in records
            for name in record.__slots__
            if name != "proofs" and (value := getattr(record, name))
        ]
    out = []
    for fact in getattr(found, category):
        row = []
        for name in FIELDS[category]:
            if name in ("starts", "ends"):
                value: object = fact.body.quote[:15] if name == "starts" else fact.body.quote[-15:]
            else:
                value = getattr(fact, name)
            row.append("" if value is None else str(value).replace("\n", "\\n").strip())
        out.append(row)
    return out


@pytest.mark.parametrize(("category", "form", "text", "wanted"), list(cases()))
def test_case(category: str, form: str, text: str, wanted: str) -> None:
    found = facts(document_of_text(text if form == "document" else PLAN.format(text)))
    expected = [[part.strip() for part in line.split(" | ")] for line in wanted.splitlines() if line.strip()]
    got = rows(found, category)
    if category == "metadata":  # a case names the fields that it is about
        names = {line[0] for line in expected}
        got, expected = sorted(line for line in got if line[0] in names), sorted(expected)
    assert [line[: len(want)] for line, want in zip(got, expected, strict=False)] + got[len(expected) :] == expected
