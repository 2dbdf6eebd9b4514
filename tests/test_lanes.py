"""Work beside the giving: all of it is done, in order, and what goes wrong is told to who gives."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from zhengpu.errors import StoreError
from zhengpu.graph.storage import index
from zhengpu.graph.storage.lanes import Abandoned, Work, lane


def write_down(path: Path, given: Iterator[object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for one in given:
            file.write(f"{one}\n")
        file.write("end\n")


def refuse(given: Iterator[int]) -> None:
    for one in given:
        if one == 3:
            raise StoreError("three is too many")


def give(work: Work[int], numbers: int = 1000, *, fails: bool = False) -> None:
    """Numbers to a lane, and then perhaps a failure of who gives them."""
    with lane(work) as take:
        for number in range(numbers):
            take(number)
        if fails:
            raise KeyError("gone")


def test_work_takes_all_in_order(tmp_path: Path) -> None:
    work = partial(write_down, tmp_path / "told")
    give(work, 100)
    *told, end = (tmp_path / "told").read_text("utf-8").splitlines()
    assert told == [str(number) for number in range(100)]
    assert end == "end"


def test_what_the_work_raises_is_raised_where_it_is_given() -> None:
    with pytest.raises(StoreError, match="three is too many"):
        give(refuse)


def test_work_is_abandoned_where_the_giving_fails(tmp_path: Path) -> None:
    work = partial(write_down, tmp_path / "told")
    with pytest.raises(KeyError, match="gone"):
        give(work, fails=True)
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


def test_a_damaged_shard_leaves_no_index(tmp_path: Path) -> None:
    def damaged() -> Iterator[tuple[str, bytes]]:
        yield "https://example.org/a", b'<https://example.org/a> <https://example.org/p> "1" .\n'
        raise StoreError("the next shard is damaged")

    with pytest.raises(StoreError, match="is damaged"):
        index.build(tmp_path / "index", damaged())
    assert not index.stands(tmp_path / "index")
