"""The options that say which part of the graph is wanted, as a user writes them, turned into a `Selection` and into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from zhengpu.errors import BadParameter, UnknownName

if TYPE_CHECKING:
    from zhengpu.graph.exports.selection import Selection
    from zhengpu.graph.sources.source import TripleSource


@dataclass(frozen=True, slots=True)
class Selectors:
    """The values of the options, as written; names are those that `zhengpu show` finds. An option that was not given is None or empty."""

    around: str | None = None
    hops: int = 1
    per_hop: str | None = None
    follow: Sequence[str] = ()
    plans: Sequence[str] = ()
    regions: Sequence[str] = ()
    types: Sequence[str] = ()
    themes: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    question: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None

    def given(self) -> bool:
        """Whether any condition was given."""
        conditions = (self.around, self.plans, self.regions, self.types, self.themes, self.since, self.until, self.question, self.follow)
        return any(value not in (None, (), []) for value in conditions)


def selection(source: TripleSource, options: Selectors) -> tuple[Selection, str]:
    """What the options select, and that in words, with the names of the things that are meant.

    Raises UnknownName with near names, AmbiguousName, and BadParameter for a value that is not as it should be."""
    from zhengpu.graph.entities import entity
    from zhengpu.graph.exports.selection import EDGE_KINDS, MOST, Selection
    from zhengpu.graph.networks.network import NODE_KINDS
    from zhengpu.queries.binding import concept

    if options.around is None and options.per_hop is not None:
        raise BadParameter("--per-hop is for --around ENTITY.")
    if options.around is not None and options.question is not None:
        raise BadParameter("--around and --question both say where to begin: give one of them.")
    if options.parameters and options.question is None:
        raise BadParameter("--param fills the blanks of a --question.")
    roles = ("lead", "responsible", "support", "basis", "implement", "formulate", "revise", "publish")
    types = {**{kind: kind for kind in NODE_KINDS.values()}, "legal-reference": "work"}
    focus = entity(source, options.around) if options.around is not None else None
    plans = [entity(source, name, ("plan",)) for name in options.plans]
    regions = [entity(source, name, ("region",)) for name in options.regions]
    themes = [concept(source, "theme", name, "theme") for name in options.themes]
    things, asked = _answer(source, options.question, options.parameters) if options.question is not None else (None, "")
    first, last = _day(options.since, "--since"), _day(options.until, "--until")
    if first and last and first > last:
        raise BadParameter(f"--since {options.since} is later than --until {options.until}.")
    wanted = Selection(
        around=focus.iri if focus else None,
        hops=options.hops,
        per_hop=_numbers(options.per_hop),
        follow=tuple(_known("kind of edge to follow", name, (*EDGE_KINDS, *roles)) for name in _parts(options.follow)),
        things=things,
        plans=tuple(plan.iri for plan in plans),
        regions=tuple(region.iri for region in regions),
        since=first,
        until=last,
        themes=tuple(theme.iri for theme in themes),
        types=tuple(dict.fromkeys(types[_known("type of thing", name, types)] for name in _parts(options.types))),
        most=options.limit or MOST,
    )
    words = [
        f"within {options.hops} edges of {focus.label}" if focus else asked,
        f"at most {options.per_hop} more things per hop" if options.per_hop else "",
        _told("over edges of", wanted.follow),
        _told("plans", [plan.label for plan in plans]),
        _told("regions, with what lies in them,", [region.label for region in regions]),
        _told("types", wanted.types),
        _told("themes", [theme.label for theme in themes]),
        f"issued since {first}" if first else "",
        f"issued until {last}" if last else "",
    ]
    return wanted, "; ".join(filter(None, words)) or "the whole graph"


def _answer(source: TripleSource, name: str, parameters: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """The IRIs that a question and its answer name, and the question as asked."""
    from zhengpu.queries.runner import ask
    from zhengpu.queries.views.networks import named

    reply = ask(source, name, parameters)
    return named(reply, blanks=True), f"{reply.sentence('zh')} ({name})"


def _day(text: str | None, option: str) -> date | None:
    """The first day of --since 2023, the last of --until 2023-06. Raises BadParameter."""
    from zhengpu.graph.triples.periods import parsed

    if text is None:
        return None
    period = parsed(text.strip())
    if period is None:
        raise BadParameter(f"{option} {text!r} is no date that exists: write 2023, 2023-06 or 2023-06-30.")
    return period.first if option == "--since" else period.last


def _numbers(text: str | None) -> tuple[int, ...]:
    parts = text.split(",") if text is not None else []
    if any(not part.strip().isdecimal() or int(part) < 1 for part in parts):
        raise BadParameter(f"--per-hop {text!r}: write a number, or one for each hop: 50,200.")
    return tuple(map(int, parts))


def _parts(values: Iterable[str]) -> list[str]:
    """--type measure,plan --type work is three."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _known(kind: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    if name not in names:
        raise UnknownName(kind, name, names, f"There are: {', '.join(names)}.")
    return name


def _told(what: str, names: Sequence[str]) -> str:
    return f"{what} {', '.join(names)}" if names else ""
