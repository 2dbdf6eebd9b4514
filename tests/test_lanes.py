"""Work beside the giving, in a thread and in a process of its own: all of it is done, in order, and what goes wrong is told to who gives."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import many_texts
import pytest

from zhengpu.errors import StoreError
from zhengpu.graph.storage import index, shards
from zhengpu.graph.storage.lanes import Abandoned, Work, elsewhere, lane
from zhengpu.graph.storage.manifest import read_manifest
from zhengpu.graph.storage.store import create_store
from zhengpu.pipeline import build


def write_down(path: Path, given: Iterator[object]) -> None:
    """Work that can be pickled, so that a process of its own can do it."""
    with path.open("w", encoding="utf-8") as file:
        for one in given:
            file.write(f"{one}\n")
        file.write(f"end, {os.getpid()}\n")


def refuse(given: Iterator[int]) -> None:
    for one in given:
        if one == 3:
            raise StoreError("three is too many")


def die(given: Iterator[int]) -> None:
    next(given)
    os.kill(os.getpid(), signal.SIGTERM)


def give(work: Work[int], numbers: int = 1000, *, fails: bool = False) -> None:
    """Numbers to a lane, and then perhaps a failure of who gives them."""
    with lane(work) as take:
        for number in range(numbers):
            take(number)
        if fails:
            raise KeyError("gone")


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_work_takes_all_in_order(tmp_path: Path, is_elsewhere: bool) -> None:
    work = partial(write_down, tmp_path / "told")
    give(elsewhere(work) if is_elsewhere else work, 100)
    *told, end = (tmp_path / "told").read_text("utf-8").splitlines()
    assert told == [str(number) for number in range(100)]
    assert (end == f"end, {os.getpid()}") is not is_elsewhere


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_what_the_work_raises_is_raised_where_it_is_given(is_elsewhere: bool) -> None:
    with pytest.raises(StoreError, match="three is too many"):
        give(elsewhere(refuse) if is_elsewhere else refuse)


def test_a_process_that_ends_is_told() -> None:
    with pytest.raises(StoreError, match=r"ended \(exit code -15\)"):
        give(elsewhere(die))


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_work_is_abandoned_where_the_giving_fails(tmp_path: Path, is_elsewhere: bool) -> None:
    work = partial(write_down, tmp_path / "told")
    with pytest.raises(KeyError, match="gone"):
        give(elsewhere(work) if is_elsewhere else work, fails=True)
    assert "end" not in (tmp_path / "told").read_text("utf-8")


def test_abandoned_work_hears_of_it() -> None:
    heard: list[str] = []

    def work(given: Iterator[int]) -> None:
        try:
            list(given)
        except Abandoned:
            heard.append("abandoned")
            raise

    with pytest.raises(KeyError):
        give(work, fails=True)
    assert heard == ["abandoned"]


def test_an_index_made_by_two_processes_is_that_made_by_one(tmp_path: Path) -> None:
    many_texts.write(tmp_path / "plans", 12)
    with create_store(tmp_path / "store") as store:
        build([tmp_path / "plans"], store)
    entries = read_manifest(tmp_path / "store").entries.values()
    for jobs in (1, 2):
        index.build(tmp_path / str(jobs), ((entry.iri, shards.read(tmp_path / "store" / entry.shard, entry.shard_sha256)) for entry in entries), jobs=jobs)
    one, two = (tmp_path / str(jobs) for jobs in (1, 2))
    assert sorted(map(str, index.open_index(one))) == sorted(map(str, index.open_index(two)))
    assert index.open_search(one).contents() == index.open_search(two).contents() != []
    assert sorted(path.name for path in one.iterdir()) == sorted(path.name for path in two.iterdir())


def test_a_damaged_shard_stops_both_processes(tmp_path: Path) -> None:
    def damaged() -> Iterator[tuple[str, bytes]]:
        yield "https://example.org/a", b'<https://example.org/a> <https://example.org/p> "1" .\n'
        raise StoreError("the next shard is damaged")

    with pytest.raises(StoreError, match="is damaged"):
        index.build(tmp_path / "index", damaged(), jobs=2)
    assert not index.stands(tmp_path / "index")
