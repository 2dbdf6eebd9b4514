"""How much of a store may lie in memory."""

from pathlib import Path

import pytest
from many_documents import shards

from zhengpu.graph.storage import snapshot as snapshots
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.snapshot import most_in_memory, snapshot
from zhengpu.graph.storage.store import create_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("snapshots") / "store"
    with create_store(made) as store:
        store.add([Shard("https://example.org/one", next(shards(1)))])
    return made


def test_a_store_within_the_limit_is_in_memory_and_one_beyond_it_on_disk_with_the_same_answers(folder: Path) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
    inside = snapshot(folder)
    outside = snapshot(folder, inside.triples - 1)
    assert (inside.in_memory, outside.in_memory) == (True, False)
    assert (inside.state, inside.triples) == (outside.state, outside.triples)
    assert inside.open().query(query).rows == outside.open().query(query).rows


@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_a_container_may_allow_less_than_the_machine_has(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    monkeypatch.setattr(snapshots, "_GROUPS", tmp_path)
    machine = most_in_memory()
    (tmp_path / name).write_text("max\n")
    assert most_in_memory() == machine
    (tmp_path / name).write_text("4000000\n")
    assert most_in_memory() == 5000
