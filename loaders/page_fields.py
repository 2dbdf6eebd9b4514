"""The labelled values that a government page prints around its document: 索引号, 发文字号, 成文日期 …"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

BLANK = " \t\u3000\xa0\u2002\u2003\u2009"
SPACE = f"[{BLANK}]*"


_BULLET_RE = re.compile(rf"[•·●○▪■◆*-]?{SPACE}")
# what a value must hold to be one of its field, where blank lines part it from its label
_SURE_RE = {
    "index_number": re.compile(r"\d{4}"),
    "document_number": re.compile(r"\d{4}.*号|[〔\[（(]\d{4}"),
    "issued": re.compile(r"\d{4}\s*[年./-]"),
    "published": re.compile(r"\d{4}\s*[年./-]"),
    "theme": re.compile(r"\A(?!.*(?:关于|通知|[:：。]))[^\d]{2,30}\Z"),
    "validity": re.compile(r"\A[^\d:：]{0,6}(?:有效|失效|废止|修订)[^\d:：]{0,4}\Z"),
    "disclosure": re.compile(r"\A.{0,6}公开\Z"),
    "issuer": re.compile(r"\A(?!.*(?:关于|通知))[^\d:：。]{2,40}\Z"),
}


def is_surely(name: str, value: str) -> bool:
    """Whether words are a value of the field, by their look alone."""
    wanted = _SURE_RE.get(name)
    return wanted is not None and wanted.search(value) is not None


@dataclass(frozen=True, slots=True)
class LineField:
    """A labelled value within one line: the field's name, the label as printed, and the value's span in the line."""

    name: str
    label: str
    start: int
    end: int


@cache
def labels() -> dict[str, str]:
    """Label without spaces -> field of `document`, e.g. 发文字号 -> document_number."""
    data = tomllib.loads(files("zhengpu.loaders").joinpath("page_fields.toml").read_text("utf-8"))["labels"]
    return {label: name for name, group in data.items() for label in group}


@cache
def _label_re() -> re.Pattern[str]:
    spaced = [SPACE.join(label) for label in sorted(labels(), key=len, reverse=True)]
    # a label is followed by a colon or a bar, is alone in its line, or stands in brackets: 【文号】 林办发〔2019〕1, [主题分类] 卫生
    names = "|".join(spaced)
    boxed = rf"[【\[]{SPACE}(?P<boxed>{names}){SPACE}(?P<box>[】\]])(?!{SPACE}[:：])"
    marked = rf"[【\[]?(?P<label>{names})[】\]]?{SPACE}(?P<mark>[:：|](?!//)|$)"
    return re.compile(rf"(?:(?<=[\s|])|(?<![^\s|【\[]))(?:{boxed}|{marked})")


def fields_of(line: str) -> list[LineField]:
    """The labelled values of a line that begins with a label; none for any other line. A value may be empty: then it stands in the next line."""
    first = _BULLET_RE.match(line)
    plain = _label_re().match(line, first.end() if first else 0) or _label_re().match(line, 1)
    if plain is None and not (line.startswith("|") and _label_re().match(line, len(line) - len(line.lstrip("|" + BLANK)))):
        return []
    found = list(_label_re().finditer(line))
    out = []
    for match, following in zip(found, [*found, None][1:], strict=True):
        start, end = match.end(), following.start() if following else len(line)
        while start < end and line[start] in BLANK + "|":
            start += 1
        while end > start and line[end - 1] in BLANK + "|":
            end -= 1
        label = re.sub(r"\s", "", match["label"] or match["boxed"])
        out.append(LineField(labels()[label], label, start, end))
    # | 索引号 | 0142/2026-31 | 分类 | 综合政务 | as pages leave it; | 名称 | 数量 | heads a table of the plan
    return out if plain or any(is_surely(field.name, line[field.start : field.end]) for field in out) else []
