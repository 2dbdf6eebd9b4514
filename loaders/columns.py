"""Which column of a dump states what: 正文 is the text, 发布日期 when it was published. The names are those that were chosen, else usual ones."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from zhengpu.errors import BadParameter, UnknownName, UnreadableDocument
from zhengpu.loaders.page_fields import labels

TEXT = "text"
_ALIASES = {"date": "published", "number": "document_number"}  # what one types: --column date=发布日期
_SHOWN = 12  # names of columns in a message
_LONGEST_SHOWN = 40  # characters of each


@cache
def _usual() -> dict[str, tuple[str, ...]]:
    """Field -> the names that its column usually has, the likelier first."""
    data = tomllib.loads(files("zhengpu.loaders").joinpath("columns.toml").read_text("utf-8"))["columns"]
    printed = {name: tuple(label for label, of in labels().items() if of == name) for name in data}
    return {name: tuple(_plain(column) for column in (*columns, *printed[name])) for name, columns in data.items()}


def _shown(column: str) -> str:
    """The name in a message; of a file that is no table at all it may be anything."""
    name = column if column.isprintable() else repr(column)
    return name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"


def _plain(column: str) -> str:
    return column.strip(" \t\u3000_\ufeff").lower()


@dataclass(frozen=True, slots=True)
class Columns:
    """Field -> the name of its column, where the usual names are not meant. See columns.toml for the fields."""

    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Iterable[str]) -> Columns:
        """Of options such as text=正文. Raises BadParameter for one of another form, UnknownName for a field that there is not."""
        chosen = {}
        for option in options:
            name, sign, column = option.partition("=")
            if not (name.strip() and sign and column.strip()):
                raise BadParameter(f"--column {option}: write FIELD=NAME, for example --column text=正文.")
            name = _ALIASES.get(name.strip(), name.strip())
            if name not in _usual():
                raise UnknownName("field", name, _usual(), f"Fields are {', '.join(_usual())}; date and number are short for published and document_number.")
            chosen[name] = column.strip()
        return cls(chosen)

    def found(self, names: Iterable[str]) -> dict[str, str]:
        """Field -> its column among `names`. Raises UnreadableDocument, saying what columns there are, where none holds the text or a chosen one is missing."""
        there: dict[str, str] = {}
        for name in names:
            there.setdefault(_plain(name), name)
        shown = ", ".join(map(_shown, list(there.values())[:_SHOWN])) + (" …" if len(there) > _SHOWN else "") if there else "none"
        found = {}
        for name, usual in _usual().items():
            if name in self.chosen:
                if _plain(self.chosen[name]) not in there:
                    raise UnreadableDocument(f"there is no column {self.chosen[name]!r} for the {name}. The columns are: {shown}.")
                found[name] = there[_plain(self.chosen[name])]
            elif column := next((there[column] for column in usual if column in there), None):
                found[name] = column
        if TEXT not in found:
            raise UnreadableDocument(f"no column is known to hold the documents' text. The columns are: {shown}. Say which one does: --column text=NAME.")
        return found
