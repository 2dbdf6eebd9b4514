"""What several test modules are given."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from gold_facts import all_gold_facts
from running import Done, Run

from zhengpu import cli
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.graph.triples.mapping import document_iri, shard


@pytest.fixture
def zhengpu(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command in an empty folder: its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ZHENGPU_STORE", raising=False)
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: object, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err
        return Done(int(left.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of the golden documents, to be read."""
    opened = create_store(tmp_path_factory.mktemp("gold") / "store")
    opened.add(Shard(document_iri(facts), shard(facts), title=facts.document.title or "", source=facts.source) for facts in all_gold_facts())
    return opened
