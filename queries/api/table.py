"""The endpoints of the JSON API: where each is, what it takes, what it answers, and the function that answers. Routes and description are made from this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhengpu.queries.api import calls as calls
from zhengpu.queries.api.parameters import IRI, LANG, LIMIT, OFFSET, TODAY, Parameter
from zhengpu.queries.views.agenda import STATES, Agenda
from zhengpu.queries.views.cards import Card
from zhengpu.queries.views.comparison import Comparison, compare
from zhengpu.queries.views.documents import DocumentCard, Reading, document, documents
from zhengpu.queries.views.entity import Entity, entity
from zhengpu.queries.views.library import Answered, Asked
from zhengpu.queries.views.links import IN, OUT, Neighbour, neighbours
from zhengpu.queries.views.listed import Listed
from zhengpu.queries.views.networks import MOST_NODES, NODES, PRESETS, Picture
from zhengpu.queries.views.overview import Overview, overview
from zhengpu.queries.views.quality import Quality, quality
from zhengpu.queries.views.things import Passage, passage, things
from zhengpu.queries.views.vocabulary import Vocabulary, vocabulary

WORKER, SERVER = "worker", "server"  # where the function runs: over the snapshot in a worker, or over the search index in the server
Answers = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` is below /api/ and may have {id}. `call` is given the parameters by name, and of `context` what the server knows (version, triples …).

    `answer` is the type of its JSON answer; `files` are media types of other answers; `others` lets parameters pass that a question declares;
    `gaps` is the member of the answer that lists the gaps, whose counts the server puts in; `body` is the JSON Schema of what a POST sends, whose
    members are given beside the parameters."""

    path: str
    summary: str
    answer: Any
    call: Answers
    parameters: tuple[Parameter, ...] = (LANG,)
    runs: str = WORKER
    context: tuple[str, ...] = ()
    others: bool = False
    files: tuple[str, ...] = ()
    gaps: str = ""
    body: Mapping[str, Any] | None = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def _iri(name: str, about: str, **settings: Any) -> Parameter:
    return Parameter(name, "iri", about, **settings)


_Q = Parameter("q", "text", "Words to search for.")
_YEAR = Parameter("year", "integer", "The year in which the document was issued.", least=1000, most=9999)
_REGION = _iri("region", "A region; the places within it count too.")
_PLANS, _REGIONS = _iri("plan", "A plan; may be repeated.", repeated=True), _iri("region", "A region and the places within it; may be repeated.", repeated=True)
_NETWORK = (
    _iri("around", "The thing in the middle."),
    Parameter("hops", "integer", "With around: how far.", default=1, least=0, most=4),
    Parameter("question", "text", "A question of the library: the things that its answer names. Its own parameters go beside."),
    Parameter("name", "text", f"One of {', '.join(PRESETS)}."),
    _PLANS,
    _REGION,
    _iri("theme", "Measures and indicators on this theme only."),
    _YEAR,
    Parameter("type", "text", "Things of this type only; may be repeated.", repeated=True),
    Parameter("role", "text", "Edges of this role only; may be repeated.", repeated=True),
    Parameter("limit", "integer", "At most this many nodes.", default=NODES, least=1, most=MOST_NODES),
    LANG,
)
_SCHEDULE = (
    _PLANS,
    _iri("institution", "What this body is in charge of; may be repeated.", repeated=True),
    _REGIONS,
    Parameter("as_of", "date", "The day as of which tasks are overdue, due soon, going on.", default=TODAY),
    Parameter("state", "choice", "Tasks in this state only; may be repeated.", choices=STATES, repeated=True),
)
_FORMAT = Parameter("format", "text", "ttl, nt, jsonld, xml, graphml, gexf or csv.", default="ttl")
_STRINGS = {"type": "array", "items": {"type": "string"}}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("overview", "The graph at a glance.", Overview, overview, context=("version", "triples"), gaps="quality"),
    Endpoint(
        "search",
        "Names and texts that have the words exactly; names first.",
        Listed[calls.Found],
        calls.search,
        (
            Parameter("q", "text", "Words to search for.", required=True),
            Parameter("type", "text", "Things of this type only; may be repeated.", repeated=True),
            LIMIT,
            OFFSET,
            LANG,
        ),
        SERVER,
        ("index",),
    ),
    Endpoint(
        "complete",
        "At most twelve things whose names have the words: for a field that is typed into.",
        tuple[Card, ...],
        calls.complete,
        (_Q, Parameter("for", "text", "The type of thing that is wanted (institution, plan …, concept:theme), or any.", default="any"), LANG),
        SERVER,
        ("index",),
    ),
    Endpoint(
        "things",
        "The things of a type, in the order of their IRIs; documents the latest first.",
        Listed[Card],
        things,
        (Parameter("type", "text", "The type.", required=True), _YEAR, _REGION, LIMIT, OFFSET, LANG),
    ),
    Endpoint("entity", "One thing: what is said of it, facts about it, what it is linked with.", Entity, entity, (IRI, LIMIT, OFFSET, LANG)),
    Endpoint(
        "neighbours",
        "The things in one relation to a thing, with what proves it.",
        Listed[Neighbour],
        neighbours,
        (
            IRI,
            _iri("relation", "The property.", required=True),
            Parameter("direction", "choice", "out: the thing is the subject.", default=OUT, choices=(OUT, IN)),
            Parameter("type", "text", "Neighbours of this type only."),
            LIMIT,
            OFFSET,
            LANG,
        ),
    ),
    Endpoint(
        "documents",
        "Documents, the latest first.",
        Listed[DocumentCard],
        documents,
        (_REGION, _YEAR, _iri("type", "The type of a plan of it, a concept."), Parameter("q", "text", "Words of its title or number."), LIMIT, OFFSET, LANG),
    ),
    Endpoint("document", "A document, or that of a plan, with its text, outline and facts.", Reading, document, (IRI, LANG), context=("remarks",)),
    Endpoint(
        "passage",
        "The sentences around a place in the text of a document.",
        Passage,
        passage,
        (
            _iri("document", "The document.", required=True),
            Parameter("start", "integer", "The first character, by code points.", required=True, most=100_000_000),
            Parameter("end", "integer", "The place after the last character.", required=True, most=100_000_000),
        ),
    ),
    Endpoint("questions", "The library of questions.", tuple[Asked, ...], calls.library),
    Endpoint(
        "questions/{id}",
        "The answer to a question; its parameters go beside these.",
        Answered,
        calls.question,
        (
            Parameter("limit", "integer", "At most this many rows.", default=500, most=10_000),
            OFFSET,
            Parameter("format", "choice", "json, or a file with every row.", default="json", choices=("json", "csv", "xlsx")),
            LANG,
        ),
        others=True,
        files=("text/csv", calls.XLSX),
    ),
    Endpoint(
        "check",
        "Whether a query is well formed and allowed, and where it is not.",
        calls.Checked,
        calls.check,
        (),
        body={"type": "object", "properties": {"sparql": {"type": "string"}}, "required": ["sparql"], "additionalProperties": False},
    ),
    Endpoint("vocabulary", "Classes and properties with labels, comments and counts, and the prefixes.", Vocabulary, vocabulary),
    Endpoint("network", "A part of the graph as a network, laid out.", Picture, calls.network, _NETWORK, others=True),
    Endpoint(
        "path",
        "All shortest paths between two things, at most twenty.",
        Picture,
        calls.path,
        (
            _iri("from", "One end.", required=True),
            _iri("to", "The other end.", required=True),
            Parameter("longest", "integer", "At most this many edges.", default=6, least=1, most=12),
            LANG,
        ),
    ),
    Endpoint(
        "export",
        "A part of the graph as a file; iri takes one thing with the facts about it, else as for network.",
        None,
        calls.export,
        (_iri("iri", "One thing."), _FORMAT, *_NETWORK),
        others=True,
        files=calls.EXPORTS,
    ),
    Endpoint(
        "export",
        "These things and the edges among them as a file.",
        None,
        calls.export_nodes,
        (),
        files=calls.EXPORTS,
        body={
            "type": "object",
            "properties": {"nodes": {**_STRINGS, "maxItems": MOST_NODES}, "format": {"type": "string"}},
            "required": ["nodes", "format"],
            "additionalProperties": False,
        },
    ),
    Endpoint("compare", "Plans side by side.", Comparison, compare, (_PLANS, _REGIONS, LANG)),
    Endpoint("schedule", "What is due by when, and how it stands.", Agenda, calls.schedule, (*_SCHEDULE, LIMIT, OFFSET, LANG)),
    Endpoint("schedule.ics", "The same for calendars.", None, calls.calendar_file, (*_SCHEDULE, LANG), files=(calls.ICALENDAR,)),
    Endpoint(
        "quality",
        "Gaps of the plans, objections of the shapes, names that no rule knew, what reading stumbled over.",
        Quality,
        quality,
        (_iri("document", "The shapes and problems of this document; else the shapes of a few, the problems of all."), LANG),
        context=("shards", "documents"),
        gaps="gaps",
    ),
)
BY_NAME: Mapping[str, Endpoint] = {endpoint.name: endpoint for endpoint in ENDPOINTS}
