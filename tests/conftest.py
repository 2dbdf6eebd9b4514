"""What several test modules are given."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import Visit, chromium, visiting
from gold_facts import all_gold_facts
from running import Done, Run
from serving import Served, served

from zhengpu import build, cli
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.graph.triples.mapping import document_iri, shard

if TYPE_CHECKING:
    from playwright.sync_api import Browser


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


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store of the sample documents, read as a user's are."""
    folder = tmp_path_factory.mktemp("samples") / "store"
    with as_file(files("zhengpu.samples")) as samples:
        build(sorted(samples.glob("*.txt")), folder)
    return folder


@pytest.fixture(scope="module")  # no longer: Playwright's event loop stands in the way of other tests
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def pages(sample_store: Path) -> Iterator[Served]:
    """A server that shows the pages of the sample documents."""
    with served(sample_store) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, pages: Served) -> Iterator[Visit]:
    """A window at that server; what it complains of fails the test."""
    with visiting(browser, pages.url) as found:
        yield found
