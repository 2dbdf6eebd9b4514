"""Which measures of its plan a task of the annex spells out: those that have most of its words, counting rare ones more."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhengpu.graph.links.link_letters import Letters

_RUN = 2  # letters: 三审合一 and “三审合一”审判模式 meet in every pair
_ENOUGH = 0.4  # share of a task's words; on the tasks of the samples, measures with less were right by chance
_CLEAR = 0.24, 0.65  # the same where no other measure has more than this part of it
_BESIDE = 0.97  # a second measure counts where it has nearly as much as the first
_CLAUSE_RE = re.compile(r"[^，,。；;、！!？?\n]+")
_SHORTEST_CLAUSE = 8  # letters
_WHOLE = 0.72  # share of the words of one clause of several, from which its measure counts: 实施高校“沉睡专利”唤醒计划
_OF_CLAUSE = 0.9  # the score of a clause beside that of a whole task


@dataclass(frozen=True, slots=True)
class Elaboration:
    """A task, a measure that it spells out, how much of its words the measure has (0 to 1), and the place in the text that shows it."""

    task: str
    measure: str
    score: float


def elaborations(tasks: Sequence[tuple[str, str]], measures: Sequence[tuple[str, str]]) -> list[Elaboration]:
    """For (IRI, text) of the tasks and the measures of one plan: the measures of each task, none where none fits."""
    if not measures:
        return []
    held = _Held.of(measures)
    found: list[Elaboration] = []
    for task, text in tasks:
        clauses = [clause for clause in _CLAUSE_RE.findall(text) if len(Letters.of(clause).form) >= _SHORTEST_CLAUSE]
        of_clauses = [held.shares(clause) for clause in clauses] if len(clauses) > 1 else []
        shares = held.shares(text)
        for of_clause in of_clauses:
            shares = {iri: max(share, _OF_CLAUSE * of_clause[iri]) for iri, share in shares.items()}
        chosen = {*_fitting(shares), *(best for best in map(_best, of_clauses) if shares[best] >= _OF_CLAUSE * _WHOLE)}
        found += (Elaboration(task, measure, round(shares[measure], 3)) for measure in sorted(chosen))
    return found


@dataclass(frozen=True, slots=True)
class _Held:
    """The pairs of letters of each measure, and what a pair weighs: more, the fewer measures have it; `unknown` for one that none has."""

    runs: Mapping[str, frozenset[str]]
    weights: Mapping[str, float]
    unknown: float

    @classmethod
    def of(cls, measures: Sequence[tuple[str, str]]) -> _Held:
        runs = {iri: _runs(text) for iri, text in measures}
        often = Counter(run for held in runs.values() for run in held)
        return cls(runs, {run: math.log(1 + len(runs) / times) for run, times in often.items()}, math.log(1 + 2 * len(runs)))

    def shares(self, text: str) -> dict[str, float]:
        """Measure -> the share of the words of the text that it has."""
        own = {run: self.weights.get(run, self.unknown) for run in sorted(_runs(text))}  # sorted: sums of floats depend on the order
        all_of_it = sum(own.values()) or 1.0
        return {iri: sum(weight for run, weight in own.items() if run in held) / all_of_it for iri, held in self.runs.items()}


def _best(shares: Mapping[str, float]) -> str:
    return min(shares, key=lambda iri: (-shares[iri], iri))


def _fitting(shares: Mapping[str, float]) -> list[str]:
    """The measures with most, where that is much or much more than the others have."""
    best, second = [*sorted(shares.values(), reverse=True), 0.0, 0.0][:2]
    if best < _ENOUGH and (best < _CLEAR[0] or second > best * _CLEAR[1]):
        return []
    return [iri for iri, share in shares.items() if share >= best * _BESIDE and (share == best or share >= _ENOUGH)]


def _runs(text: str) -> frozenset[str]:
    form = Letters.of(text).form
    return frozenset(form[at : at + _RUN] for at in range(len(form) - _RUN + 1))
