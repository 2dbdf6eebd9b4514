"""Kept answers: the same as fresh ones, in any thread, of one state of the store, within their size."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from test_questions import QUESTIONS, corpus, examples

from zhengpu.errors import UnknownName
from zhengpu.graph.sources.embedded import memory_source
from zhengpu.queries.caches.kept import KeptAnswers
from zhengpu.queries.question import Question
from zhengpu.queries.runner import ask


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.id)
def test_a_kept_answer_is_the_fresh_one(asked: Question) -> None:
    answers = KeptAnswers()
    fresh = ask(corpus(), asked.id, examples(asked))
    for _ in range(2):
        kept = answers.ask(corpus(), "1", asked.id, examples(asked))
        assert kept.answer.rows == fresh.answer.rows
        assert (kept.sentence(), kept.sparql, kept.table()) == (fresh.sentence(), fresh.sparql, fresh.table())
        assert kept.answer.serialize("csv") == fresh.answer.serialize("csv")
    assert len(answers) == 1


def test_another_state_is_asked_anew() -> None:
    answers = KeptAnswers()
    empty = memory_source(b"")
    assert len(answers.ask(corpus(), "1", "plans-by-year").answer.rows) == 3
    assert len(answers.ask(empty, "1", "plans-by-year").answer.rows) == 3  # of the state before, whatever the source
    assert answers.ask(empty, "2", "plans-by-year").answer.rows == ()


def test_the_oldest_go_first_and_what_is_too_large_is_not_kept() -> None:
    answers = KeptAnswers(8_000)
    for state in "abcdefghij":
        answers.ask(corpus(), state, "plans-by-year")
    assert 0 < len(answers) < 8
    count = len(answers)
    assert answers.ask(corpus(), "a", "duties-of-plan", {"plan": "徐汇区关于创建国家知识产权强市建设试点城区的工作方案"}).answer.rows
    assert len(answers) == count


def test_errors_are_not_kept() -> None:
    answers = KeptAnswers()
    with pytest.raises(UnknownName):
        answers.ask(corpus(), "1", "duties-of-body", {"institution": "没有这个机构的名字"})
    assert len(answers) == 0


def test_threads_share_answers() -> None:
    answers = KeptAnswers()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: len(answers.ask(corpus(), "1", "plans-by-year").answer.rows), range(40)))
    assert found == [3] * 40
    assert len(answers) == 1
