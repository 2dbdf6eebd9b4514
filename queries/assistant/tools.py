"""What an assistant may do with a graph, as plain functions: look at the schema, search, ask, look at a thing, check a claim. All read, and answer in words
of the documents with their places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Annotated

from pydantic import Field

from zhengpu.graph import entities
from zhengpu.graph.sources.source import TripleSource
from zhengpu.graph.storage.manifest import NAME
from zhengpu.graph.storage.store import open_store
from zhengpu.queries.assistant.claims import Checked, checked
from zhengpu.queries.assistant.schema_card import SchemaCard, schema_card
from zhengpu.queries.catalogue import GROUPS, catalogue
from zhengpu.queries.question import Question
from zhengpu.queries.runner import ask
from zhengpu.queries.search import TYPES, Hit, search
from zhengpu.queries.views.show import Shown, show

LONGEST = 1500  # characters of a value; a document's text is told by search and by quotations
_STATEMENTS = 200  # of one thing
_PARAMETERS = 'Its parameters, e.g. {"institution": "绍兴市知识产权局"}. A thing is given by name, 文号 or IRI; a date as 2024, 2024-08 or 2024-08-31.'
_CLAIM = "A claim or question about a target, or a cited work: 徐汇区2024年方案要求上诉率低于多少？ 到2025年绍兴市上诉率不超过5%。 《…纲要》是哪些方案的依据？"


class Following:
    """The store in a folder as it is now, or one source for good. Any thread may ask."""

    def __init__(self, place: Path | TripleSource) -> None:
        """Raises StoreError where there is no store."""
        self._folder = place if isinstance(place, Path) else None
        self._source: TripleSource = open_store(place) if isinstance(place, Path) else place
        self._seen = self._stamp()
        self._lock = Lock()

    def source(self) -> TripleSource:
        """The source; of a store that was built since, the new state. Raises StoreError."""
        with self._lock:
            stamp = self._stamp()
            if self._folder is not None and stamp != self._seen:
                self._source, self._seen = open_store(self._folder), stamp
            return self._source

    def _stamp(self) -> tuple[int, int, int] | None:
        if self._folder is None:
            return None
        try:
            found = (self._folder / NAME).stat()
        except OSError:  # it is being replaced, or gone: opening it tells
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits; `total` counts all, at least that many where `exact` is false."""

    hits: list[Hit]
    total: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """A parameter of a question: what kind of value it takes, an example, whether it may be left out."""

    name: str
    type: str
    meaning: str
    example: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A question of the library."""

    name: str
    group: str
    question: str
    parameters: list[Blank]


@dataclass(frozen=True, slots=True)
class Library:
    questions: list[Listed]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as a table: `rows` hold the readable values in the order of `columns`; `things` are the IRIs of those of them that are things, by name.

    `truncated` says that there are more rows, `total` how many there are in all where that is known."""

    question: str
    columns: list[str]
    rows: list[list[str]]
    things: dict[str, str]
    truncated: bool
    total: int | None
    sparql: str


class Tools:
    """The tools over one store or endpoint; each docstring is what an assistant reads. They raise ZhengpuError with a message that says what to do."""

    def __init__(self, following: Following, language: str = "zh", most_rows: int = 200) -> None:
        self._following, self._language, self._most = following, language, most_rows

    def schema_card(self) -> SchemaCard:
        """Describe the graph: how many documents, which classes and properties with their counts, the prefixes, pitfalls, and example queries. Read this
        before you write SPARQL."""
        return schema_card(self._following.source(), self._language)

    def search(
        self,
        text: Annotated[str, Field(description="Words that must all stand there exactly, e.g. 上诉率 or, with a blank between words, 海外 纠纷.")],
        types: Annotated[list[str], Field(description=f"Only things of these types: {', '.join(TYPES)}. Empty: any.")] = [],  # noqa: B006 (pydantic copies it)
        limit: Annotated[int, Field(ge=1, le=100)] = 10,
        offset: Annotated[int, Field(ge=0)] = 0,
    ) -> Found:
        """Search the names and the full texts of everything: bodies, plans, measures, indicators, cited works, documents. Each hit has its IRI, a snippet,
        and the document with the place [start, end) in its text (code points)."""
        found = search(self._following.source(), text, types, limit, offset, self._language)
        return Found(list(found.hits), found.total, found.exact)

    def list_questions(self, group: Annotated[str, Field(description=f"One of: {', '.join(GROUPS)}. Empty: all.")] = "") -> Library:
        """List the library of questions with their parameters. A question of the library is tested: prefer it to SPARQL of your own where one fits."""
        chosen = [found for found in catalogue().values() if not group or found.group == group]
        return Library([_listed(found, self._language) for found in chosen])

    def ask_question(
        self,
        name: Annotated[str, Field(description="The name of a question, from list_questions, e.g. measures-led-by.")],
        parameters: Annotated[dict[str, str | int | float], Field(description=_PARAMETERS)] = {},  # noqa: B006
        limit: Annotated[int, Field(ge=1, le=1000)] = 50,
    ) -> Answered:
        """Ask a question of the library. Where a name is unknown or several things have it, the message lists what was perhaps meant."""
        reply = ask(self._following.source(), name, {blank: str(value) for blank, value in parameters.items()})
        table = reply.table(self._language)
        rows = table.rows[: min(limit, self._most)]
        things = {cell.text: cell.iri for row in rows for cell in row if cell.iri and cell.text}
        return Answered(
            reply.sentence(self._language),
            list(table.heads),
            [[cut(cell.text) for cell in row] for row in rows],
            things,
            len(rows) < len(table.rows),
            len(table.rows),
            reply.sparql,
        )

    def show_entity(
        self,
        name: Annotated[str, Field(description="A name, 文号 or IRI: 上海市徐汇区知识产权局, 徐府发〔2024〕9号.")],
        facts: Annotated[int, Field(ge=0, le=200, description="At most this many facts.")] = 30,
    ) -> Shown:
        """Show one thing: what is said of it, and the facts about it, each with the quotation that proves it, its document and its place there. Several
        things of one name are listed in the message: give the IRI of the one that is meant."""
        source = self._following.source()
        return _shortened(show(source, entities.entity(source, name).iri, facts, self._language))

    def check_claim(self, claim: Annotated[str, Field(description=_CLAIM)]) -> Checked:
        """Check a claim, a figure or a citation against the documents, by rules. verdict: agrees (a quotation says it), differs (the quotations about just
        this say something else), found (the claim asks, the quotations tell), unknown (no document says anything about just this). Only `findings` prove
        something; `candidates` come near and prove nothing. `understood` shows how the claim was read: compare it with what you meant."""
        return checked(self._following.source(), claim, self._language)


def _listed(question: Question, language: str) -> Listed:
    blanks = [
        Blank(one.name, one.type.value, one.label.of(language), one.example, one.optional or one.default is not None) for one in question.parameters
    ]
    return Listed(question.id, GROUPS[question.group].of(language), question.question.of(language), blanks)


def cut(text: str) -> str:
    """The text, or the beginning of a very long one."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def _shortened(shown: Shown) -> Shown:
    """The thing without the rest of very long values (the text of a document)."""
    statements = tuple(replace(one, value=replace(one.value, text=cut(one.value.text))) for one in shown.statements[:_STATEMENTS])
    return replace(shown, statements=statements)
