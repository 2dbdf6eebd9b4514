"""A question of the library as a value: its words, its blanks, the columns of its answer and its query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    """`axes` says which column is which axis of the view (catalogue.VIEWS): {"category": "institution", "value": "measures"} for a bar."""

    id: str
    group: str
    view: str
    question: Text
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    axes: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, values: Mapping[str, str], language: str = "zh") -> str:
        """The question with its blanks filled: by the value, else the default, else the words for "any" of the parameter's type."""
        filled = {p.name: values.get(p.name) or p.default or ANY[p.type].of(language) for p in self.parameters}
        return self.question.of(language).format_map(filled)
