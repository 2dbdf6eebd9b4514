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
A view other than table says which columns are its axes: `view: bar` with `axes: {category: institution, value: measures}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Any

from zhengpu.errors import UnknownName, ZhengpuError
from zhengpu.queries.question import Column, Parameter, ParameterType, Question, Text


class BadQuestion(ZhengpuError):
    """A .rq file whose header does not say what it must."""


# The groups in the order in which they are listed.
GROUPS: Mapping[str, Text] = {
    "contents": Text("计划内容", "What the plans contain"),
    "duties": Text("责任分工", "Who does what"),
    "targets": Text("目标指标", "Targets and indicators"),
    "time": Text("进度时限", "Time"),
    "progress": Text("目标进展", "Progress against targets"),
    "references": Text("法规依据", "Legal basis and citations"),
    "institutions": Text("机构关系", "Institutions and their ties"),
    "themes": Text("主题地区", "Themes and regions"),
    "gaps": Text("缺项与质量", "Gaps and quality of the plans"),
    "comparison": Text("逐年逐地比较", "Comparison over years and places"),
}

# View -> the axes without which it cannot be drawn, and those that it may have besides.
VIEWS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "table": ((), ()),
    "bar": (("category", "value"), ()),
    "line": (("x", "value"), ("series",)),
    "matrix": (("row", "column", "cell"), ()),
    "network": (("source", "target"), ("label",)),  # a link from each source to its target
    "timeline": (("end", "what"), ("start",)),
    "tree": (("level", "what"), ()),  # lines in order, indented by their level
    "tiles": (("region", "value"), ()),
}

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
            {axis: str(column) for axis, column in (source.get("axes") or {}).items()},
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
    needed, other = VIEWS[question.view]
    if not set(needed) <= set(question.axes) <= {*needed, *other}:
        raise ValueError(f"a {question.view} has the axes {', '.join(needed) or 'none'}, not {', '.join(question.axes) or 'none'}")
    if strange := set(question.axes.values()) - columns:
        raise ValueError(f"the axes name {', '.join(sorted(strange))}, which are not columns")
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


def matching(what: str) -> tuple[Question, ...]:
    """The question of that id; else those of the group with that key or label; else those with the words in their id, sentences or labels.

    Raises UnknownName where there are none."""
    every = catalogue()
    if what in every:
        return (every[what],)
    word = what.strip().casefold()
    of_group = tuple(q for q in every.values() if word in (q.group, *(GROUPS[q.group].of(language).casefold() for language in ("zh", "en"))))
    found = of_group or tuple(q for q in every.values() if word in _words(q))
    if not found:
        raise UnknownName("question", what, every, f"`zhengpu questions` lists the library; its groups are {', '.join(GROUPS)}.")
    return found


def _words(asked: Question) -> str:
    """Everything in which a word of a reader's may stand."""
    texts = (asked.question, GROUPS[asked.group], *(p.label for p in asked.parameters), *(c.label for c in asked.columns))
    return "\n".join((asked.id, *(text.of(language) for text in texts for language in ("zh", "en")))).casefold()


@cache
def catalogue() -> Mapping[str, Question]:
    """Id -> question: the whole library, by group (in the order of GROUPS) and id."""
    order = list(GROUPS)
    return {found.id: found for found in sorted(map(question, _names()), key=lambda q: (order.index(q.group), q.id))}
