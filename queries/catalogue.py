"""The library of questions: one .rq file each, SPARQL under a header of comments in YAML.

    # id: measures-led-by
    # group: duties
    # view: table
    # question: {zh: "哪些措施由 {institution} 牵头？", en: "Which measures does {institution} lead?"}
    # parameters:
    #   institution: {type: institution, zh: 机构, en: Body, example: 绍兴市知识产权局}
    # columns:
    #   measure: {zh: 措施, en: Measure, shown: measureTitle}
    #   measureTitle: {zh: 措施标题, en: Measure title}

Each parameter stands in the sentence as a blank and in the query as a variable, so that the file is SPARQL as it stands: in any editor it
answers for every institution. `shown` names the column with the readable form of an IRI; a table shows the two as one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Any

from zhengpu.errors import UnknownName, ZhengpuError


class BadQuestion(ZhengpuError):
    """A .rq file whose header does not say what it must."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and English."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class ParameterType(StrEnum):
    INSTITUTION = "institution"
    PLAN = "plan"
    DOCUMENT = "document"
    REGION = "region"
    INDICATOR = "indicator"
    MEASURE = "measure"
    WORK = "work"
    CONCEPT = "concept"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


# How an optional blank reads while it is empty.
ANY: Mapping[ParameterType, Text] = {
    ParameterType.INSTITUTION: Text("任何机构", "any body"),
    ParameterType.PLAN: Text("所有计划", "any plan"),
    ParameterType.DOCUMENT: Text("所有文件", "any document"),
    ParameterType.REGION: Text("各地", "any region"),
    ParameterType.INDICATOR: Text("各项指标", "any indicator"),
    ParameterType.MEASURE: Text("各项措施", "any measure"),
    ParameterType.WORK: Text("各项依据", "any work"),
    ParameterType.CONCEPT: Text("所有类别", "any kind"),
    ParameterType.NUMBER: Text("任意数", "any number"),
    ParameterType.DATE: Text("任何时候", "any date"),
    ParameterType.TEXT: Text("任何内容", "any text"),
}

# The groups in the order in which they are listed.
GROUPS: Mapping[str, Text] = {
    "contents": Text("计划内容", "What the plans contain"),
    "duties": Text("责任分工", "Who does what"),
    "targets": Text("目标指标", "Targets and indicators"),
    "time": Text("进度时限", "Time"),
    "references": Text("法规依据", "Legal basis and citations"),
    "institutions": Text("机构关系", "Institutions and their ties"),
    "themes": Text("主题地区", "Themes and regions"),
    "gaps": Text("缺项核查", "Gaps of the plans"),
}

VIEWS = frozenset({"table", "bar", "line", "matrix", "network", "timeline", "tree", "tiles"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A blank. `optional`: may stay empty and then restricts nothing. `scheme`: which scheme a concept is of (theme, institution-kind …).
    `edge`: whether a date given as a year or month means its first or its last day."""

    name: str
    type: ParameterType
    label: Text
    example: str
    default: str | None = None
    optional: bool = False
    scheme: str | None = None
    edge: str = "first"


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of the answer. `shown` is the column that holds the readable form of this column's IRIs."""

    name: str
    label: Text
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    group: str
    view: str
    question: Text
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str

    def sentence(self, values: Mapping[str, str], language: str = "zh") -> str:
        """The question with its blanks filled: by the value, else the default, else the words for "any" of the parameter's type."""
        filled = {p.name: values.get(p.name) or p.default or ANY[p.type].of(language) for p in self.parameters}
        return self.question.of(language).format_map(filled)


_BLANK_RE = re.compile(r"\{(\w+)\}")


def _split(text: str) -> tuple[str, str]:
    """The YAML of the leading comment lines, and the SPARQL below them."""
    lines = text.splitlines(keepends=True)
    above = list(takewhile(lambda line: line.startswith("#"), lines))
    return "".join(line[1:].removeprefix(" ") for line in above), "".join(lines[len(above) :])


def _text(source: Any) -> Text:
    return Text(str(source["zh"]), str(source["en"]))


def _parameter(name: str, source: dict[str, Any]) -> Parameter:
    known = {"type", "zh", "en", "example", "default", "optional", "scheme", "edge"}
    if unknown := set(source) - known:
        raise ValueError(f"parameter {name} has unknown settings {sorted(unknown)}")
    default = source.get("default")
    return Parameter(
        name,
        ParameterType(source["type"]),
        _text(source),
        str(source["example"]),
        None if default is None else str(default),
        bool(source.get("optional", False)),
        source.get("scheme"),
        source.get("edge", "first"),
    )


def parse(stem: str, text: str) -> Question:
    """The question that a .rq file holds. Raises BadQuestion if header and query do not agree."""
    import yaml

    try:
        header, sparql = _split(text)
        source = yaml.load(header, yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
        question = Question(
            source["id"],
            source["group"],
            source["view"],
            _text(source["question"]),
            tuple(_parameter(name, settings) for name, settings in (source.get("parameters") or {}).items()),
            tuple(Column(name, _text(settings), settings.get("shown")) for name, settings in source["columns"].items()),
            sparql,
        )
        _check(stem, question)
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadQuestion(f"{stem}.rq: its header is not as queries/catalogue.py describes: {error}") from error
    return question


def _check(stem: str, question: Question) -> None:
    names = {p.name for p in question.parameters}
    columns = {c.name for c in question.columns}
    if question.id != stem:
        raise ValueError(f"id {question.id!r} is not the name of the file")
    if question.group not in GROUPS or question.view not in VIEWS:
        raise ValueError(f"group {question.group!r} or view {question.view!r} is unknown")
    for language in ("zh", "en"):
        if set(_BLANK_RE.findall(question.question.of(language))) != names:
            raise ValueError(f"the blanks of the {language} question are not the parameters {sorted(names)}")
    for name in names:
        if not re.search(rf"\?{name}\b", question.sparql):
            raise ValueError(f"the query has no variable ?{name}")
    for column in question.columns:
        if column.shown is not None and column.shown not in columns:
            raise ValueError(f"column {column.name} is shown by {column.shown}, which is not a column")
    for parameter in question.parameters:
        if parameter.edge not in ("first", "last"):
            raise ValueError(f"parameter {parameter.name} has edge {parameter.edge!r}: first or last")


@cache
def _names() -> frozenset[str]:
    return frozenset(entry.name[:-3] for entry in files("zhengpu").joinpath("queries").iterdir() if entry.name.endswith(".rq"))


@cache
def question(name: str) -> Question:
    """The question of that id; reads its file alone. Raises UnknownName with the ids that come near."""
    if name not in _names():
        raise UnknownName("question", name, _names(), "`zhengpu questions` lists the library.")
    return parse(name, files("zhengpu").joinpath("queries", f"{name}.rq").read_text("utf-8"))


@cache
def catalogue() -> Mapping[str, Question]:
    """Id -> question: the whole library, by group (in the order of GROUPS) and id."""
    order = list(GROUPS)
    return {found.id: found for found in sorted(map(question, _names()), key=lambda q: (order.index(q.group), q.id))}
