"""Work beside the giving: all of it is done, in order, and what goes wrong is told to who gives."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Barrier

import pyoxigraph as ox
import pytest

from zhengpu.errors import StoreError
from zhengpu.graph.storage import index
from zhengpu.graph.storage import loading as module
from zhengpu.graph.storage.lanes import Abandoned, Work, lane
from zhengpu.graph.storage.loading import loading


def write_down(path: Path, given: Iterator[object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for one in given:
            file.write(f"{one}\n")
        file.write("end\n")


def refuse(given: Iterator[int]) -> None:
    for one in given:
        if one == 3:
            raise StoreError("three is too many")


def give(work: Work[int], numbers: int = 1000, *, fails: bool = False, threads: int = 1) -> None:
    """Numbers to a lane, and then perhaps a failure of who gives them."""
    with lane(work, threads, ahead=8 // threads) as take:
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


def test_several_threads_share_what_is_given() -> None:
    taken: list[list[int]] = []
    both = Barrier(2, timeout=30)

    def work(given: Iterator[int]) -> None:
        mine = [next(given)]
        both.wait()  # so that neither takes all
        taken.append([*mine, *given])

    with lane(work, threads=2, ahead=1) as take:
        for number in range(100):
            take(number)
    assert len(taken) == 2
    assert sorted(number for mine in taken for number in mine) == list(range(100))
    assert all(mine == sorted(mine) for mine in taken)


def test_one_of_several_threads_that_fails_fails_the_giving() -> None:
    with pytest.raises(StoreError, match="three is too many"):
        give(refuse, threads=3)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BULK", 20)
    monkeypatch.setattr(module, "_PART", 50)


def numbered(first: int, last: int) -> bytes:
    return "".join(f'<https://example.org/{number % 70}> <https://example.org/p> "{number}" .\n' for number in range(first, last)).encode()


@pytest.mark.parametrize("beside", [1, 2, 3])
@pytest.mark.parametrize("triples", [0, 1, 19, 50, 51, 500, 1013])
def test_parts_that_are_loaded_beside_each_other_are_all_there(tmp_path: Path, small_parts: None, beside: int, triples: int) -> None:
    whole, store = ox.Store(), ox.Store(str(tmp_path / "graph"))
    whole.load(numbered(0, triples), ox.RdfFormat.N_TRIPLES)
    with loading(store, beside=beside) as load:
        for first in range(0, triples, 7):
            load(numbered(first, min(first + 9, triples)))  # two of each piece are in the next one too
    assert set(store) == set(whole)
    assert len(store) == triples


@pytest.mark.parametrize("pieces", [0, 1, 9, 300])
def test_a_graph_in_memory_is_read_as_one_file(pieces: int) -> None:
    whole = ox.Store()
    whole.load(numbered(0, 7 * pieces), ox.RdfFormat.N_TRIPLES)
    held = index.in_memory((f"https://example.org/{number}", numbered(7 * number, 7 * number + 7)) for number in range(pieces))
    assert set(held) == set(whole)
    with pytest.raises(StoreError, match="could not be read by the engine"):
        index.in_memory((f"https://example.org/{number}", b"nonsense" if number == pieces else numbered(0, 7)) for number in range(pieces + 1))


@pytest.mark.parametrize("place", [0, 30, 142])
def test_what_the_engine_cannot_read_ends_the_loading(tmp_path: Path, small_parts: None, place: int) -> None:
    def shards() -> Iterator[tuple[str, bytes]]:
        for number in range(143):
            yield f"https://example.org/{number}", b"<https://example.org/a> nonsense .\n" if number == place else numbered(7 * number, 7 * number + 7)

    with pytest.raises(StoreError, match="could not be read by the engine"):
        index.build(tmp_path / "index", shards())


def test_a_damaged_shard_leaves_no_index(tmp_path: Path) -> None:
    def damaged() -> Iterator[tuple[str, bytes]]:
        yield "https://example.org/a", b'<https://example.org/a> <https://example.org/p> "1" .\n'
        raise StoreError("the next shard is damaged")

    with pytest.raises(StoreError, match="is damaged"):
        index.build(tmp_path / "index", damaged())
    assert not index.stands(tmp_path / "index")
