"""Answers to questions of the library, kept until they are old: by the state of the store, the question and what was put into its blanks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from zhengpu.graph.sources.source import Answer, EngineResult, Term, TripleSource
from zhengpu.queries.caches.recent import Recent
from zhengpu.queries.question import Question
from zhengpu.queries.runner import Reply, ask

_SIZE = 64 * 1024 * 1024  # bytes; the whole library with its examples takes a few MB on a thousand documents
_PART = 4  # no answer may take more than one part in so many
_OVERHEAD = 1024  # bytes of an entry beside its answer


@dataclass(frozen=True, slots=True)
class _Kept:
    """A reply with its answer as JSON bytes: they are of a known size and, unlike results of the engine, belong to no thread."""

    question: Question
    values: Mapping[str, str]
    bindings: Mapping[str, Term]
    content: bytes

    def reply(self) -> Reply:
        return Reply(self.question, self.values, self.bindings, Answer(self._read))

    def _read(self) -> EngineResult:
        return ox.parse_query_results(self.content, ox.QueryResultsFormat.JSON)


class KeptAnswers:
    """The answers asked for last, up to `size` bytes of them. May be used from several threads."""

    def __init__(self, size: int = _SIZE) -> None:
        self._recent: Recent[_Kept] = Recent(size)

    def ask(self, source: TripleSource, state: str, name: str, parameters: Mapping[str, str] | None = None) -> Reply:
        """As `runner.ask`, for a source in this state (`Store.state`): equal states, equal answers. Raises what `runner.ask` raises, and keeps nothing then."""
        key = (state, name, tuple(sorted((parameters or {}).items())))
        kept = self._recent.find(key)
        if kept is None:
            reply = ask(source, name, parameters)
            kept = _Kept(reply.question, reply.values, reply.bindings, reply.answer.serialize("json"))
            if len(kept.content) <= self._recent.size // _PART:
                self._recent.keep(key, kept, len(kept.content) + _OVERHEAD)
        return kept.reply()

    def __len__(self) -> int:
        return len(self._recent)
