"""Dumps and archives for tests: documents as rows and members, and what reading them hands over."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.columns import Columns
from zhengpu.loaders.containers import documents
from zhengpu.model import Document

BODY = (
    "各县（市、区）人民政府，市政府各部门：\n为贯彻落实《健康中国行动（2019—2030年）》，制定本方案。\n一、主要目标\n到2025年，人均预期寿命达到79岁。\n"
    "二、重点任务\n（一）加强健康教育。各学校开设健康课程。（责任单位：市教育局、市卫生健康委）\n（二）推进控烟行动。公共场所全面禁烟。（牵头单位：市卫生健康委）"
)
MARKUP = "".join(f"<p>{line}</p>" for line in BODY.split("\n"))
TITLE = "义乌市人民政府关于印发健康义乌行动方案（2023—2025年）的通知"
ROW = {
    "标题": TITLE,
    "正文": BODY,
    "链接": "https://example.cn/1.html",
    "发布日期": "2023-05-06 10:00",
    "发文机关": "义乌市人民政府",
    "文号": "义政发〔2023〕5号",
}


def row(number: int, **changes: str) -> dict[str, str]:
    return {**ROW, "文号": f"义政发〔2023〕{number}号", **changes}


def write_csv(path: Path, rows: Iterable[Mapping[str, object]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    rows = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, rows: Iterable[object]) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in rows), "utf-8")
    return path


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(path: Path, columns: Columns | None = None) -> tuple[list[Document], list[str]]:
    """What documents() hands over, apart: documents, and messages of errors. Each message names the file."""
    good: list[Document] = []
    bad: list[str] = []
    for found in documents(path, columns):
        if isinstance(found, UnreadableDocument):
            assert str(path) in str(found)
            bad.append(str(found))
        else:
            good.append(found)
    return good, bad


def page(document: Document) -> dict[str, str]:
    return {field.label: field.value for field in document.page if field.start is None}
