"""`zhengpu.open`: a store or an endpoint for Python programs and notebooks.

import zhengpu

with zhengpu.open("zhengpu-store") as g:
    for row in g.ask("measures-led-by", institution="绍兴市知识产权局"):
        print(row.measure, row.quote)
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from html import escape
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

from zhengpu.errors import StoreError
from zhengpu.graph import entities
from zhengpu.graph.sources.rdflib_view import parsed, rdflib_graph
from zhengpu.graph.sources.remote import RemoteSource
from zhengpu.graph.sources.source import TripleSource
from zhengpu.graph.storage.store import Store, open_store
from zhengpu.queries import search
from zhengpu.queries.caches.kept import KeptAnswers
from zhengpu.queries.catalogue import GROUPS, catalogue
from zhengpu.queries.runner import ask as asked
from zhengpu.queries.tables.records import Rows, html, rows
from zhengpu.queries.tables.values import Thing
from zhengpu.queries.views import show

if TYPE_CHECKING:
    from networkx import MultiDiGraph
    from rdflib import Graph as RdflibGraph

    from zhengpu.corrections import Corrections
    from zhengpu.model import Facts
    from zhengpu.pipeline import Report

Blank: TypeAlias = str | int | float | Decimal | date | Thing


def open(place: str | os.PathLike[str] = "zhengpu-store", *, language: str = "zh", timeout: float | None = None) -> Graph:
    """The store in a folder, or the SPARQL endpoint at an http or https address, for reading.

    `language` (zh or en) is that of heads, questions and labels; `timeout` counts the seconds that an endpoint may be silent (60, or
    ZHENGPU_ENDPOINT_TIMEOUT). What name or token an endpoint wants is told in ZHENGPU_ENDPOINT_USER and _PASSWORD or _TOKEN.
    Raises StoreError where there is no store, QueryError for a bad address."""
    text = os.fspath(place)
    return Graph(RemoteSource(text, timeout) if "://" in text else open_store(text), language)


class Graph:
    """A graph of plans that answers questions. Errors are ZhengpuError; their messages say what to do."""

    def __init__(self, source: TripleSource, language: str = "zh") -> None:
        """Use `zhengpu.open`."""
        self._source: TripleSource | None = source
        self.language = language
        self._kept = KeptAnswers()

    @property
    def source(self) -> TripleSource:
        """What answers: for the functions of the package that take one. Raises StoreError once it is closed."""
        if self._source is None:
            raise StoreError("This graph is closed. Open it again with zhengpu.open.")
        return self._source

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the store; what was answered stays."""
        if isinstance(self._source, Store):
            self._source.close()
        self._source = None

    def ask(self, name: str, parameters: Mapping[str, Blank] | None = None, /, **blanks: Blank) -> Rows:
        """The answer to a question of the library, e.g. g.ask("measures-due-between", {"from": 2024}, until=date(2024, 12, 31)).

        Raises UnknownName (a question, or a thing in a blank), AmbiguousName, BadParameter, and QueryError from an endpoint."""
        given = {blank: _written(value) for blank, value in {**(parameters or {}), **blanks}.items()}
        source = self.source
        reply = self._kept.ask(source, source.state, name, given) if isinstance(source, Store) else asked(source, name, given)
        return rows(reply.answer, self.source, reply.question.columns, self.language, reply.sentence(self.language), reply.sparql)

    def questions(self) -> Rows:
        """The library: name, group, the question with its blanks, and the blanks (a ? behind those that may stay empty)."""
        listed = [
            (
                found.id,
                GROUPS[found.group].of(self.language),
                found.question.of(self.language),
                ", ".join(f"{parameter.name}{'?' if parameter.optional or parameter.default else ''}" for parameter in found.parameters),
            )
            for found in catalogue().values()
        ]
        return Rows(("name", "group", "question", "blanks"), listed)

    def query(self, sparql: str) -> Any:
        """The answer to a SPARQL query that reads: Rows of a SELECT, True or False of an ASK, an rdflib graph of a CONSTRUCT or DESCRIBE.

        The prefixes of the vocabulary need no declaration. Raises QueryError, QueryRefused."""
        answer = self.source.query(sparql)
        if answer.kind == "boolean":
            return answer.boolean
        return rows(answer, self.source, language=self.language, sparql=sparql) if answer.kind == "rows" else parsed(answer.serialize("nt"))

    def search(self, text: str, types: Collection[str] = (), limit: int = 20, offset: int = 0) -> Rows:
        """What has these words in its name or text, best first: type, thing, snippet, document, and the place [start, end) in the document's text.

        `types` are institution, plan, measure, … (none: any). Raises BadParameter, UnknownName for a type that is none."""
        found = search.search(self.source, text, types, limit, offset, self.language)
        listed = [
            (hit.type, Thing(hit.iri, hit.label), hit.snippet, Thing(hit.document, hit.document_title or "") if hit.document else None, hit.start, hit.end)
            for hit in found.hits
        ]
        return Rows(("type", "thing", "snippet", "document", "start", "end"), listed, title=f"{text}: {found.total}{'' if found.exact else '+'}")

    def entity(self, name: str | Thing, facts: int = 200) -> Entity:
        """What is said of a thing by its name, number or IRI, with at most so many of the facts about it. Raises UnknownName, AmbiguousName."""
        iri = entities.entity(self.source, _written(name)).iri
        return Entity(show.show(self.source, iri, facts, self.language))

    def network(self, name: str | Thing, hops: int = 2, limit: int = 500) -> MultiDiGraph[str]:
        """The network of a plan, or around another thing, for networkx: IRIs as nodes with label and kind, facts as edges with role and quote."""
        from zhengpu.graph.networks.network import NODE_KINDS, network, network_of_plan, to_networkx

        thing = entities.entity(self.source, _written(name), {*NODE_KINDS.values(), "document"})
        return to_networkx(network_of_plan(self.source, thing.iri) if thing.kind == "plan" else network(self.source, thing.iri, hops, limit))

    def rdflib(self) -> RdflibGraph:
        """The graph for rdflib: a view of a store, which cannot be written to; of an endpoint a copy."""
        return rdflib_graph(self.source)

    def __repr__(self) -> str:
        return f"<zhengpu.Graph {f'of {self._source.name}' if self._source else '(closed)'}>"

    def _repr_html_(self) -> str:
        return f"<p><b>政谱 zhengpu</b> {escape(repr(self))}</p>"


class Entity:
    """A thing with what is said of it: `iri`, `name`, `kinds`, `statements`, and `facts`, each with its quotation, document and offsets."""

    __slots__ = ("shown",)

    def __init__(self, shown: show.Shown) -> None:
        self.shown = shown

    @property
    def iri(self) -> str:
        return self.shown.iri

    @property
    def name(self) -> str:
        return self.shown.name

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.shown.kinds

    @property
    def statements(self) -> Rows:
        """What is said: property and value, a thing with its IRI."""
        found = [(s.property.text, Thing(s.value.iri, s.value.text) if s.value.iri else s.value.text) for s in self.shown.statements]
        return Rows(("property", "value"), found, title=self.name)

    @property
    def facts(self) -> Rows:
        """The facts about it: kind, what each says, quote, document, start and end (code points of the document's text)."""
        found = [
            (
                ", ".join(fact.kinds),
                "; ".join(f"{s.property.text} {s.value.text}" for s in fact.statements if s.value.iri != self.iri),
                fact.quote,
                Thing(fact.document.iri or "", fact.document.text),
                fact.start,
                fact.end,
            )
            for fact in self.shown.facts
        ]
        return Rows(("kind", "says", "quote", "document", "start", "end"), found, title=self.name)

    def __repr__(self) -> str:
        return f"<zhengpu.Entity {self.name!r} ({', '.join(self.kinds)}), {self.shown.facts_in_all} facts>"

    def _repr_html_(self) -> str:
        head = f"<h4>{html(Thing(self.iri, self.name))} ({escape(', '.join(self.kinds))})</h4>"
        return f"{head}{self.statements._repr_html_()}{self.facts._repr_html_()}"


def facts(path: str | os.PathLike[str], corrections: Corrections | None = None) -> Facts:
    """What the document in a file says, every fact with its words and their place in `text`. Raises UnreadableDocument."""
    from zhengpu import pipeline

    return pipeline.facts_of(Path(path), corrections or pipeline.NONE)


def build(paths: str | os.PathLike[str] | Collection[str | os.PathLike[str]], store: str | os.PathLike[str] = "zhengpu-store", *, jobs: int = 0) -> Report:
    """Reads documents, folders and patterns into the store in a folder, made if there is none. What cannot be read is in the report under `failed`.

    Corrections that the store keeps count; files that have not changed since they were read are not read again. `jobs` processes read at the same time,
    0 for none but this one: a program that asks for some keeps its own work under `if __name__ == "__main__":`, for they import it. Raises StoreError."""
    from zhengpu import pipeline
    from zhengpu.graph.storage import rules
    from zhengpu.graph.storage.store import create_store

    several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    with create_store(Path(store)) as opened:
        return pipeline.build([os.fspath(path) for path in several], opened, corrections=rules.kept(Path(store)), jobs=jobs)


def _written(value: Blank) -> str:
    """A value as a user would write it into a blank."""
    if isinstance(value, Thing):
        return value.iri
    return value.isoformat()[:10] if isinstance(value, date) else str(value)
