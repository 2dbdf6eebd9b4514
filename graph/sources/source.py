"""What answers SPARQL: one interface for the embedded store and for a remote endpoint.

Questions, networks and exports are written against `TripleSource` alone, so each of them works on a store directory, on a
snapshot in memory and on any SPARQL 1.1 endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import IO, Protocol, TypeAlias

import pyoxigraph as ox

from zhengpu.errors import AnswerTooLarge, QueryError, UnknownName
from zhengpu.ontology.terms import PREFIXES

__all__ = ["GRAPH_FORMATS", "PREFIXES", "TABLE_FORMATS", "Answer", "EngineResult", "Row", "Term", "TripleSource"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row: TypeAlias = tuple[Term | None, ...]
EngineResult: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]  # solutions, yes or no, a graph

TABLE_FORMATS: Mapping[str, ox.QueryResultsFormat] = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
GRAPH_FORMATS: Mapping[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "xml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}


class Answer:
    """The answer to one query: `kind` says whether `rows`, `boolean` or `triples` holds it.

    Solutions are read from the engine when they are first wanted, and kept; `serialize` lets the engine write them and, where
    they were read already, asks again. An answer belongs to the thread that asked: the engine aborts the process otherwise.
    """

    __slots__ = ("_ask", "_pending", "_rows", "_triples", "boolean", "kind", "variables")

    def __init__(self, ask: Callable[[], EngineResult]) -> None:
        """`ask` evaluates the query afresh on each call; it raises QueryError."""
        self._ask = ask
        self._rows: tuple[Row, ...] | None = None
        self._triples: tuple[ox.Triple, ...] | None = None
        result = ask()
        self._pending: EngineResult | None = result
        self.variables: tuple[str, ...] = ()
        self.boolean: bool | None = None
        self.kind = "triples"
        if isinstance(result, ox.QuerySolutions):
            self.kind = "rows"
            self.variables = tuple(variable.value for variable in result.variables)
        elif isinstance(result, ox.QueryBoolean):
            self.kind = "boolean"
            self.boolean = bool(result)

    def _fresh(self) -> EngineResult:
        pending, self._pending = self._pending, None
        return self._ask() if pending is None else pending

    @property
    def rows(self) -> tuple[Row, ...]:
        """SELECT: one tuple a solution, in the order of `variables`, None where a variable is unbound. Raises QueryError for other kinds."""
        if self._rows is None:
            result = self._fresh()
            if not isinstance(result, ox.QuerySolutions):
                raise QueryError("This query answers with a graph or with yes or no; only SELECT has rows.")
            try:
                self._rows = tuple(tuple(solution) for solution in result)
            except (OSError, RuntimeError, ValueError) as error:
                raise QueryError(f"The engine stopped while answering: {error}") from error
        return self._rows

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """CONSTRUCT, DESCRIBE: the triples, in the order of the engine. Raises QueryError for other kinds."""
        if self._triples is None:
            result = self._fresh()
            if isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
                raise QueryError("This query answers with a table or with yes or no; only CONSTRUCT and DESCRIBE have triples.")
            try:
                self._triples = tuple(result)
            except (OSError, RuntimeError, ValueError) as error:
                raise QueryError(f"The engine stopped while answering: {error}") from error
        return self._triples

    def __iter__(self) -> Iterator[dict[str, Term]]:
        """SELECT: each solution as {variable: term}, without the unbound ones."""
        for row in self.rows:
            yield {name: term for name, term in zip(self.variables, row, strict=True) if term is not None}

    def serialize(self, format: str) -> bytes:
        """The answer as the engine writes it: csv tsv json xml for SELECT and ASK; ttl nt nq jsonld xml for graphs.

        Raises UnknownName for a format that this kind of answer does not have."""
        output = BytesIO()
        self.write(output, format)
        return output.getvalue()

    def write(self, output: IO[bytes], format: str, most: int | None = None) -> None:
        """The same into a file as the engine goes, so that answers need not fit in memory.

        Raises AnswerTooLarge behind the first `most` triples of a graph; rows are the output's to count. What the output raises passes through."""
        formats = GRAPH_FORMATS if self.kind == "triples" else TABLE_FORMATS
        if format not in formats:
            kind = "a graph" if self.kind == "triples" else "a table"
            raise UnknownName("format", format, formats, f"The answer is {kind}: {', '.join(formats)}.")
        result = self._fresh()
        try:
            if isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
                result.serialize(output, format=TABLE_FORMATS[format])
            else:
                triples = result if most is None else _at_most(most, result)
                ox.serialize(triples, output, format=GRAPH_FORMATS[format], prefixes=dict(PREFIXES))
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"The engine stopped while writing the answer: {error}") from error


def _at_most(most: int, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    for count, triple in enumerate(triples):
        if count == most:
            raise AnswerTooLarge(f"The answer has more than {most:,} triples. Ask for less, or put LIMIT behind the query.")
        yield triple


class TripleSource(Protocol):
    """A place that answers SPARQL 1.1 queries over one default graph."""

    @property
    def name(self) -> str:
        """What a message calls it: the folder of the store or the address of the endpoint."""

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None, *, trusted: bool = False) -> Answer:
        """The answer. Prefixes of `PREFIXES` need no declaration; a declaration in the query wins.

        `bindings` gives variables (without ?) their terms: each occurrence of the variable becomes the term, in subqueries too;
        where the grammar wants a variable (SELECT, GROUP BY, ORDER BY, BOUND) it stays and has the term as its value.
        `trusted` is for queries that are part of this program: the guard, which parses the query, is left out.
        Raises QueryRefused for a query that does more than read the default graph, QueryError for one that is not well formed
        or was not answered, BadParameter for a binding whose variable the query does not have."""
