"""The parameters of an endpoint of the API: what each may be, and reading them from a request. Whatever else comes is refused with words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhengpu.queries.server.problems import Problem
from zhengpu.queries.views.listed import MOST, USUAL
from zhengpu.queries.views.said import is_iri

_LONGEST = 2000  # characters of an IRI or a text; the longest IRI of ours has 400
TODAY = "today"


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind` is text, iri, integer, date or choice (of `choices`). `least` and `most` bound an integer, and `most` the number of a repeated one."""

    name: str
    kind: str
    about: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 1_000_000
    repeated: bool = False

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        one: dict[str, Any] = {"type": "string"}
        if self.kind == "integer":
            one = {"type": "integer", "minimum": self.least, "maximum": self.most}
        elif self.kind == "date":
            one["format"] = "date"
        elif self.kind == "choice":
            one["enum"] = list(self.choices)
        else:
            one["maxLength"] = _LONGEST
            if self.kind == "iri":
                one["format"] = "iri"
        if self.repeated:
            return {"type": "array", "items": one}
        return {**one, "default": self.default} if self.default not in (None, TODAY) else one


LANG = Parameter("lang", "choice", "The language of labels.", default="zh", choices=("zh", "en"))
LIMIT = Parameter("limit", "integer", "At most this many.", default=USUAL, least=0, most=MOST)
OFFSET = Parameter("offset", "integer", "Begin after this many.", default=0)
IRI = Parameter("iri", "iri", "The thing.", required=True)


def read(declared: Sequence[Parameter], given: Mapping[str, Sequence[str]], *, others: bool = False) -> dict[str, Any]:
    """Name -> value, defaults filled in; dates as date, what was not given and has no default is left out.

    `others` lets parameters pass that are not declared, as texts under "parameters". Raises Problem for what is missing, unknown or not as declared."""
    known = {parameter.name: parameter for parameter in declared}
    values: dict[str, Any] = {}
    rest: dict[str, str] = {}
    for name, texts in given.items():
        parameter = known.get(name)
        if parameter is None:
            if not others:
                takes = ", ".join(known) or "none"
                raise _bad(f"There is no parameter {name[:60]!r} here. It takes: {takes}.")
            if len(texts) > 1:
                raise _bad(f"The parameter {name[:60]} is given more than once.")
            rest[name] = texts[0]
        elif parameter.repeated:
            values[name] = [_value(parameter, text) for text in texts if text]
        elif len(texts) > 1:
            raise _bad(f"The parameter {name} is given more than once.")
        elif texts[0] != "" or parameter.required:
            values[name] = _value(parameter, texts[0])
    for parameter in declared:
        if parameter.name not in values:
            if parameter.required:
                raise _bad(f"The parameter {parameter.name} is missing. {parameter.about}")
            if parameter.default is not None:
                values[parameter.name] = date.today() if parameter.default == TODAY else parameter.default
    return {**values, "parameters": rest} if others else values


def _value(parameter: Parameter, text: str) -> Any:
    name = parameter.name
    if len(text) > _LONGEST:
        raise _bad(f"The parameter {name} is longer than {_LONGEST} characters.")
    match parameter.kind:
        case "integer":
            if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10 and parameter.least <= int(text) <= parameter.most):
                raise _bad(f"The parameter {name} is a whole number from {parameter.least} to {parameter.most}; {text[:40]!r} is not.")
            return int(text)
        case "date":
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise _bad(f"The parameter {name} is a day, such as 2026-01-31; {text[:40]!r} is not.") from None
        case "choice":
            if text not in parameter.choices:
                raise _bad(f"The parameter {name} is one of {', '.join(parameter.choices)}; {text[:40]!r} is not.")
        case "iri":
            if not is_iri(text):
                raise _bad(f"The parameter {name} is an IRI, such as https://w3id.org/zhengpu/id/region/310000; {text[:80]!r} is not.")
    return text


def _bad(detail: str) -> Problem:
    return Problem(400, "bad-parameter", detail)
