"""Asking a question of the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhengpu.graph.sources.source import Answer, Term, TripleSource
from zhengpu.graph.sources.sparql import bound
from zhengpu.queries.binding import blank, given
from zhengpu.queries.catalogue import question
from zhengpu.queries.question import Question
from zhengpu.queries.tables.tables import Table, table


@dataclass(frozen=True, slots=True)
class Filled:
    """A question with its blanks filled, not yet asked. `values` and `bindings` as in Reply."""

    question: Question
    values: Mapping[str, str]
    bindings: Mapping[str, Term]

    def sentence(self, language: str = "zh") -> str:
        return self.question.sentence(self.values, language)

    @property
    def sparql(self) -> str:
        """The query with its parameters in place: it gives the same answer in any SPARQL client."""
        return bound(self.question.sparql, self.bindings)


@dataclass(frozen=True, slots=True)
class Reply:
    """A question with its blanks filled, and the answer. `values` are the blanks as they read (things by their own names), `bindings` the
    terms that stand for them in the query."""

    question: Question
    values: Mapping[str, str]
    bindings: Mapping[str, Term]
    answer: Answer

    def sentence(self, language: str = "zh") -> str:
        """The question as asked."""
        return self.question.sentence(self.values, language)

    def table(self, language: str = "zh") -> Table:
        """The answer under the column labels of the question."""
        return table(self.answer, self.question.columns, language)

    @property
    def sparql(self) -> str:
        """The query that ran, its parameters in place: it gives the same answer in any SPARQL client."""
        return bound(self.question.sparql, self.bindings)


def ask(source: TripleSource, name: str, parameters: Mapping[str, str] | None = None) -> Reply:
    """The answer of `source` to the question `name` of the library.

    Parameters are what a user writes: the name or IRI of a thing, a date (2024, 2024-08, 2024-08-31), a number, a text.
    Raises UnknownName for a question or thing that does not exist, AmbiguousName for a name that several things have, BadParameter for
    parameters that are missing, superfluous or of another type, and what the source raises."""
    filled = fill(source, name, parameters)
    answer = source.query(filled.question.sparql, filled.bindings, trusted=True)
    return Reply(filled.question, filled.values, filled.bindings, answer)


def fill(source: TripleSource, name: str, parameters: Mapping[str, str] | None = None) -> Filled:
    """The question `name` with its blanks filled by what the source has under these names. Parameters and errors are those of `ask`."""
    asked = question(name)
    wanted = given(asked, parameters or {})
    blanks = {parameter.name: blank(source, parameter, wanted[parameter.name]) for parameter in asked.parameters if parameter.name in wanted}
    bindings = {name: found.term for name, found in blanks.items()}
    return Filled(asked, {name: found.text for name, found in blanks.items()}, bindings)
