"""Answers as JSON, and the JSON Schema (2020-12) of their types: one rule each way, so that the description of the API cannot say otherwise than it answers.

A dataclass is an object of its fields; a field whose default is None is left out where it is None. A tuple is a list, an exact number a number."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Json = dict[str, Any]


def encoded(value: object) -> bytes:
    """The answer as UTF-8. Half a surrogate pair, which no JSON text may hold, becomes a question mark."""
    return json.dumps(as_json(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def as_json(value: object) -> Any:
    match value:
        case Enum():
            return value.value
        case None | str() | bool() | int() | float():
            return value
        case bytes() | bytearray():
            pass  # a sequence, but no list of numbers is meant
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {str(name): as_json(one) for name, one in value.items()}
        case Sequence() | frozenset():
            return [as_json(one) for one in value]
        case _ if dataclasses.is_dataclass(value):
            told = ((name, is_optional, getattr(value, name)) for name, is_optional in _fields(value.__class__))
            return {name: as_json(one) for name, is_optional, one in told if not (is_optional and one is None)}
    raise TypeError(f"{type(value).__name__} has no form in JSON")


@cache
def _fields(cls: type) -> tuple[tuple[str, bool], ...]:
    """(name, whether it is left out where it is None)."""
    return tuple((field.name, field.default is None) for field in dataclasses.fields(cls))


class Schemas:
    """JSON Schemas of types. Dataclasses become named components, which `components` collects."""

    def __init__(self) -> None:
        self.components: Json = {}

    def of(self, hint: Any) -> Json:
        """The schema of a type as an annotation names it. Raises TypeError for one that has no form in JSON."""
        origin, arguments = get_origin(hint), get_args(hint)
        if hint in _PLAIN:
            return dict(_PLAIN[hint])
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(one) for one in arguments]}
        if origin is tuple and (len(arguments) != 2 or arguments[1] is not Ellipsis):
            return {"type": "array", "prefixItems": [self.of(one) for one in arguments], "items": False, "minItems": len(arguments)}
        if origin in (tuple, list) or origin is Sequence:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if dataclasses.is_dataclass(origin or hint):
            return self._component(origin or hint, arguments)
        raise TypeError(f"{hint} has no form in JSON")

    def _component(self, cls: Any, arguments: tuple[Any, ...]) -> Json:
        name = "".join([cls.__name__, *(getattr(one, "__name__", "Any") for one in arguments)]) if arguments else cls.__name__
        if arguments and get_origin(arguments[0]) in (Union, types.UnionType):
            name = f"{cls.__name__}{get_args(arguments[0])[0].__mro__[1].__name__}"  # Fact, which is any of several: what they have in common
        if name not in self.components:
            self.components[name] = {}  # it may hold itself
            bound = dict(zip(getattr(cls, "__parameters__", ()), arguments, strict=True))
            hints = get_type_hints(cls)
            fields = dataclasses.fields(cls)
            self.components[name] = {
                "type": "object",
                "properties": {field.name: self.of(_filled(hints[field.name], bound)) for field in fields},
                "required": [field.name for field in fields if field.default is not None],
                "additionalProperties": False,
            }
            words = " ".join((cls.__doc__ or "").split())
            if words and not words.startswith(f"{cls.__name__}("):  # what dataclass writes where there is none
                self.components[name]["description"] = words
        return {"$ref": f"#/components/schemas/{name}"}


_PLAIN: Mapping[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}


def _filled(hint: Any, bound: Mapping[Any, Any]) -> Any:
    """The annotation with its type variables replaced: tuple[T, ...] of Listed[Card]."""
    if isinstance(hint, TypeVar):
        return bound[hint]
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(bound[one] for one in parameters)] if parameters else hint
