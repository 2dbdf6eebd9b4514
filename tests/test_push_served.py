"""A store pushed to another `zhengpu serve --writable`, on a real server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gold_facts import all_gold_facts
from running import Run
from serving import served

from zhengpu.graph.storage.manifest import read_manifest
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.graph.triples.mapping import document_iri, shard

TOKEN = "a-token-for-writing"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = create_store(tmp_path / "store")
    opened.add(Shard(document_iri(facts), shard(facts), title=facts.document.title or "", source=facts.source) for facts in list(all_gold_facts())[:3])
    return opened


def _shards(folder: Path) -> dict[str, str]:
    return {iri: entry.shard_sha256 for iri, entry in read_manifest(folder).entries.items()}


def test_its_shards_become_ours(zhengpu: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(TOKEN)
    there = tmp_path / "there"
    create_store(there).add([Shard("http://example.org/old", b'<http://example.org/old> <http://example.org/p> "x" .\n')])
    with served(there, "--writable", "--token-file", tmp_path / "token") as server:
        push = ("push", server.sparql, "--store", store.folder)
        refused = zhengpu(*push)
        assert refused.code == 2
        assert "ZHENGPU_ENDPOINT_TOKEN" in refused.err
        monkeypatch.setenv("ZHENGPU_ENDPOINT_TOKEN", TOKEN)
        done = json.loads(zhengpu(*push, "--json").out)
        assert (len(done["sent"]), done["unchanged"], done["checked"]["wrong"]) == (3, 0, [])
        ours = _shards(store.folder)
        assert _shards(there) == {**ours, "http://example.org/old": _shards(there)["http://example.org/old"]}
        again = json.loads(zhengpu(*push, "--json", "--check-all").out)
        assert (again["sent"], again["unchanged"], again["checked"]["graphs"]) == ([], 3, 3)
        gone = store.remove(store.documents[0].iri)
        taken = json.loads(zhengpu(*push, "--json").out)
        assert taken["gone"] == [gone.iri]
        assert gone.iri not in _shards(there)
        assert "Leave --graph out" in zhengpu(*push, "--graph", "http://example.org/g").err
        assert "zhengpu push" in zhengpu("remove", store.documents[0].iri, "--endpoint", server.sparql).err


def test_a_server_that_only_reads_says_so(zhengpu: Run, store: Store, tmp_path: Path) -> None:
    create_store(tmp_path / "there")
    with served(tmp_path / "there") as server:
        refused = zhengpu("push", server.sparql, "--store", store.folder)
    assert refused.code == 2
    assert "--writable" in refused.err
