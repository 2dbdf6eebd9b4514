"""An answer as records for Python: rows whose values are named by column, for loops, notebooks and pandas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, overload

import pyoxigraph as ox

from zhengpu.errors import QueryError, UnknownName, ZhengpuError
from zhengpu.graph.sources.source import Answer, TripleSource
from zhengpu.queries.question import Column
from zhengpu.queries.tables.values import Thing, Value, labels, value

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = 20  # rows that a notebook shows


class Row:
    """One row: `row.institution`, `row["from"]` or `row[0]` is a value; a row is equal to the tuple of its values."""

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: tuple[str, ...], values: tuple[Value, ...]) -> None:
        self._columns = columns
        self._values = values

    def __getattr__(self, name: str) -> Value:
        if name in Row.__slots__:  # a copy that is being made has none yet
            raise AttributeError(name)
        try:
            return self._values[self._columns.index(name)]
        except ValueError:
            raise AttributeError(f"The row has no column {name!r}; it has {', '.join(self._columns)}.") from None

    def __getitem__(self, key: str | int) -> Value:
        if isinstance(key, int):
            return self._values[key]
        if key not in self._columns:
            raise KeyError(f"The row has no column {key!r}; it has {', '.join(self._columns)}.")
        return self._values[self._columns.index(key)]

    def __iter__(self) -> Iterator[Value]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._values == (other._values if isinstance(other, Row) else other)

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={here!r}' for name, here in zip(self._columns, self._values, strict=True))})"

    def asdict(self) -> dict[str, Value]:
        """Column -> value."""
        return dict(zip(self._columns, self._values, strict=True))


class Rows(Sequence[Row]):
    """The rows of an answer, in its order. `columns` name the values, `heads` say what they are; `title` is the question as asked, `sparql` the query."""

    __slots__ = ("_rows", "columns", "heads", "sparql", "title")

    def __init__(self, columns: Sequence[str], rows: Sequence[tuple[Value, ...]], heads: Sequence[str] = (), title: str = "", sparql: str = "") -> None:
        self.columns = tuple(columns)
        self.heads = tuple(heads or columns)
        self.title = title
        self.sparql = sparql
        self._rows = tuple(rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Row | Rows:
        if isinstance(index, slice):
            return Rows(self.columns, self._rows[index], self.heads, self.title, self.sparql)
        return Row(self.columns, self._rows[index])

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and (self.columns, self._rows) == (other.columns, other._rows)

    def __hash__(self) -> int:
        return hash((self.columns, self._rows))

    def column(self, name: str) -> list[Value]:
        """The values of one column. Raises UnknownName."""
        if name not in self.columns:
            raise UnknownName("column", name, self.columns, f"Columns: {', '.join(self.columns)}.")
        place = self.columns.index(name)
        return [row[place] for row in self._rows]

    def to_pandas(self) -> DataFrame:
        """A data frame of the same columns: things as their IRIs, with their labels in a column NAME_label where no column of the answer has them;
        whole numbers as Int64, other numbers as float64, days as datetime64, yes and no as boolean, missing values as missing.

        Raises ZhengpuError where pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise ZhengpuError("Data frames need pandas, which is not installed: pip install 'zhengpu[pandas]'.") from error
        frame: dict[str, object] = {}
        for name in self.columns:
            here = self.column(name)
            frame[name] = pandas.array([v.iri if isinstance(v, Thing) else v for v in here], dtype=_dtype(here))  # type: ignore[call-overload]
            if any(isinstance(v, Thing) for v in here) and not self._is_labelled(name, here):
                frame[f"{name}_label"] = pandas.array([str(v) if v is not None else None for v in here], dtype="object")
        return pandas.DataFrame(frame, columns=list(frame))

    def _is_labelled(self, name: str, things: list[Value]) -> bool:
        """Whether another column says how the things are called (planTitle beside plan)."""
        named = [None if thing is None else str(thing) for thing in things]
        return any(self.column(other) == named for other in self.columns if other != name)

    def __repr__(self) -> str:
        title = f"{self.title!r}, " if self.title else ""
        return f"<Rows: {title}{len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        """For notebooks. What stands in documents and names is text in it, never markup."""
        heads = "".join(f"<th>{escape(head)}</th>" for head in self.heads)
        rows = "".join(f"<tr>{''.join(f'<td>{html(v)}</td>' for v in row)}</tr>" for row in self._rows[:SHOWN])
        more = f"<p>{min(len(self), SHOWN)} / {len(self)}</p>"
        title = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        return f"<table>{title}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _dtype(here: Sequence[Value]) -> str:
    """The type of pandas that holds these values."""
    kinds = {type(v).__name__ for v in here if v is not None}
    if kinds <= {"int", "Decimal", "float"} and kinds:
        whole = kinds == {"int"} and all(abs(v) < 2**63 for v in here if isinstance(v, int))
        return "Int64" if whole else "Float64" if kinds == {"int"} else "float64"
    return {frozenset({"bool"}): "boolean", frozenset({"date"}): "datetime64[s]"}.get(frozenset(kinds), "object")


def html(here: Value) -> str:
    """A value as HTML; only addresses of the web become links."""
    text = escape("" if here is None else str(here))
    if isinstance(here, Thing) and here.iri.startswith(("http://", "https://")):
        return f'<a href="{escape(here.iri)}" rel="noreferrer noopener">{text}</a>'
    return text


def rows(answer: Answer, source: TripleSource, columns: Sequence[Column] = (), language: str = "zh", title: str = "", sparql: str = "") -> Rows:
    """The rows of a SELECT. Things are called by the column that shows them, or by their names in the source. Raises QueryError for other answers."""
    if answer.kind != "rows":
        raise QueryError("The answer has no rows.")
    described = {column.name: column for column in columns}
    place = {name: at for at, name in enumerate(answer.variables)}
    shown = {at: place[column.shown] for name, at in place.items() if (column := described.get(name)) and column.shown}
    bare = {term.value for row in answer.rows for at, term in enumerate(row) if at not in shown and isinstance(term, ox.NamedNode)}
    names = labels(source, bare, language) if bare else {}
    found = tuple(tuple(value(term, _label(row, at, shown, names)) for at, term in enumerate(row)) for row in answer.rows)
    heads = [described[name].label.of(language) if name in described else name for name in answer.variables]
    return Rows(answer.variables, found, heads, title, sparql)


def _label(row: tuple[object, ...], at: int, shown: Mapping[int, int], names: Mapping[str, str]) -> str | None:
    term = row[at]
    if at in shown:
        label = row[shown[at]]
        return label.value if isinstance(label, ox.Literal) else None
    return names.get(term.value) if isinstance(term, ox.NamedNode) else None
