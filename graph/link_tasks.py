"""Which measures of its plan a task of the annex spells out: those that have most of its words, counting rare ones more."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhengpu.graph.link_letters import Letters

_RUN = 2  # letters: 三审合一 and “三审合一”审判模式 meet in every pair
_ENOUGH = 0.4  # share of a task's words; on the tasks of the samples, measures with less were right by chance
_CLEAR = 0.24, 0.65  # the same where no other measure has more than this part of it
_BESIDE = 0.97  # a second measure counts where it has nearly as much as the first
_CLAUSE_RE = re.compile(r"[^，,。；;、！!？?\n]+")
_SHORTEST_CLAUSE = 8  # letters
_OF_CLAUSE = 0.9  # what a clause weighs that stands alone in a measure: 实施高校“沉睡专利”唤醒计划


@dataclass(frozen=True, slots=True)
class Elaboration:
    """A task, a measure that it spells out, how much of its words the measure has (0 to 1), and the place in the text that shows it."""

    task: str
    measure: str
    score: float


def elaborations(tasks: Sequence[tuple[str, str]], measures: Sequence[tuple[str, str]]) -> list[Elaboration]:
    """For (IRI, text) of the tasks and the measures of one plan: the measures of each task, none where none fits."""
    held = {iri: _runs(text) for iri, text in measures}
    often = Counter(run for runs in held.values() for run in runs)
    weights = {run: math.log(1 + len(held) / times) for run, times in often.items()}
    unknown = math.log(1 + 2 * len(held))
    found: list[Elaboration] = []
    for task, text in tasks:
        scored = sorted(((_share(text, runs, weights, unknown), iri) for iri, runs in held.items()), key=lambda pair: (-pair[0], pair[1]))
        best = scored[0][0] if scored else 0.0
        second = scored[1][0] if len(scored) > 1 else 0.0
        if best >= _ENOUGH or (best >= _CLEAR[0] and second <= best * _CLEAR[1]):
            found += (Elaboration(task, iri, round(score, 3)) for score, iri in scored if score == best or score >= max(_ENOUGH, best * _BESIDE))
    return found


def _share(text: str, runs: frozenset[str], weights: Mapping[str, float], unknown: float) -> float:
    """The share of the words of the text, or of its best clause, that are among the runs."""
    clauses = [clause[0] for clause in _CLAUSE_RE.finditer(text)]
    long = [clause for clause in clauses if len(Letters.of(clause).form) >= _SHORTEST_CLAUSE]
    of_clauses = (_weighed(clause, runs, weights, unknown) * _OF_CLAUSE for clause in long)
    return max(_weighed(text, runs, weights, unknown), *of_clauses) if len(long) > 1 else _weighed(text, runs, weights, unknown)


def _weighed(text: str, runs: frozenset[str], weights: Mapping[str, float], unknown: float) -> float:
    own = _runs(text)
    all_of_it = sum(weights.get(run, unknown) for run in own)
    return sum(weights.get(run, unknown) for run in own & runs) / all_of_it if all_of_it else 0.0


def _runs(text: str) -> frozenset[str]:
    form = Letters.of(text).form
    return frozenset(form[at : at + _RUN] for at in range(len(form) - _RUN + 1))
