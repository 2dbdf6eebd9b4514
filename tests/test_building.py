"""Building on one machine: the same store whoever reads the files, one file's crash is that file's, and nothing is read twice without need."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import many_texts
import pytest
from rich.console import Console
from running import Run

from zhengpu import cli
from zhengpu.cli import console
from zhengpu.corrections import Alias, Corrections, Named
from zhengpu.errors import StoreError
from zhengpu.graph.storage.store import create_store, open_store
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline import Report, build, building, fingerprint, ledger
from zhengpu.pipeline.jobs import sensible

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and process groups are those of POSIX systems")


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder with plans as text, in a dump and in an archive, one plan twice, and what cannot be read."""
    folder = tmp_path / "plans"
    many_texts.write(folder, 5)
    (folder / "twice.txt").write_text(many_texts.text(1), "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    rows = [{"text": many_texts.text(number), "url": f"https://example.cn/{number}"} for number in (10, 11)]
    (folder / "dump.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [*rows, {"text": ""}]), "utf-8")
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        for number in (12, 13):
            archive.writestr(f"{number}.txt", many_texts.text(number))
    return folder


@pytest.fixture
def always_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes for the fewest files too."""
    monkeypatch.setattr(building, "sensible", lambda files, jobs: min(jobs, len(files)))


def truth(folder: Path) -> dict[str, bytes]:
    """Path -> bytes of the manifest and of the files that it can name."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.relative_to(folder).parts[0] in ("manifest.json", "documents", "schema"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def built(store: Path, *paths: Path, jobs: int = 0, again: bool = False, corrections: Corrections | None = None, columns: Columns | None = None) -> Report:
    with create_store(store) as opened:
        return build(paths, opened, None, columns, corrections or Corrections(), jobs=jobs, again=again)


def remembered(report: Report) -> list[str]:
    return [Path(one.name).name for one in report.read if one.remembered]


# Worker processes ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("always_workers")
def test_workers_give_the_store_and_the_report_that_one_process_gives(plans: Path, tmp_path: Path) -> None:
    alone = built(tmp_path / "alone", plans, tmp_path / "nowhere")
    many = built(tmp_path / "many", plans, tmp_path / "nowhere", jobs=2)
    assert many == alone
    assert (len(many.read), len(many.changes.added), len(many.failed)) == (10, 9, 4)
    assert [remark for one in many.read for remark in one.remarks if "same document as" in remark]
    assert truth(tmp_path / "many") == truth(tmp_path / "alone")


def test_the_last_of_two_files_with_one_document_counts_whoever_is_done_first(tmp_path: Path, always_workers: None) -> None:
    number, rest = "徐府发〔2024〕99号\n", "\n为做好有关工作,制定本方案。\n一、主要任务\n(一)加强培训。由区教育局负责。\n"
    slow, quick = tmp_path / "a.txt", tmp_path / "b.txt"
    slow.write_text(f"{number}徐汇区工作方案{rest}{many_texts.text(3) * 8}", "utf-8")
    quick.write_text(f"{number}徐汇区工作方案{rest}", "utf-8")
    built(tmp_path / "store", slow, quick, jobs=2)
    with open_store(tmp_path / "store") as store:
        assert store.document("徐府发〔2024〕99号").source == "b.txt"


def test_processes_are_started_where_they_are_worth_it(tmp_path: Path) -> None:
    small = many_texts.write(tmp_path / "plans", 3)
    big = tmp_path / "big.csv"
    big.write_bytes(bytes(4 << 20))
    assert sensible(small, 8) == 0
    assert sensible([*small, big], 8) == 4
    assert sensible([*small, big], 2) == 2
    assert sensible([big], 8) == 1
    assert sensible([*small, big], 0) == 0
    assert sensible([tmp_path / "gone"], 8) == 0


def site(folder: Path, code: str) -> str:
    """A PYTHONPATH by which every Python process runs the code when it starts."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code, "utf-8")
    return os.pathsep.join([str(folder), *filter(None, sys.path)])


DEADLY = """
import os, pathlib, signal
real = pathlib.Path.read_bytes
def read_bytes(self):
    if self.name.startswith("deadly") and not (self.parent / "spared").exists():
        if self.name == "deadly-once.txt":
            (self.parent / "spared").touch()
        os.kill(os.getpid(), signal.SIGSEGV)
    return real(self)
pathlib.Path.read_bytes = read_bytes
"""


@POSIX
@pytest.mark.usefixtures("always_workers")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_ends_its_process_is_named_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    files = many_texts.write(tmp_path / "plans", 4)
    deadly = files[1].with_name("deadly.txt")
    deadly.write_text(many_texts.text(8), "utf-8")
    monkeypatch.setenv("PYTHONPATH", site(tmp_path / "site", DEADLY))
    report = built(tmp_path / "store", *files[:2], deadly, *files[2:], jobs=jobs)
    assert [one.path for one in report.read] == files
    assert [failure.path for failure in report.failed] == [deadly]
    assert "SIGSEGV" in report.failed[0].reason
    # It is tried again when all is built again, and the others are not.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    again = built(tmp_path / "store", tmp_path / "plans", jobs=jobs)
    assert len(again.changes.added) == 1
    assert len(remembered(again)) == 4
    assert not again.failed


@POSIX
@pytest.mark.usefixtures("always_workers")
def test_a_file_whose_process_ended_once_is_read_after_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = many_texts.write(tmp_path / "plans", 3)
    once = files[1].rename(files[1].with_name("deadly-once.txt"))
    monkeypatch.setenv("PYTHONPATH", site(tmp_path / "site", DEADLY))
    report = built(tmp_path / "store", files[0], once, files[2], jobs=1)
    assert [one.path for one in report.read] == [files[0], once, files[2]]
    assert not report.failed


@pytest.mark.usefixtures("always_workers")
def test_processes_that_cannot_start_are_told_and_the_store_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = many_texts.write(tmp_path / "plans", 3)
    built(tmp_path / "store", files[0])
    before = truth(tmp_path / "store")
    monkeypatch.setenv("PYTHONPATH", site(tmp_path / "site", "import os, sys\nif '--multiprocessing-fork' in sys.orig_argv: os._exit(3)"))
    with pytest.raises(StoreError, match=r"exit code 3.*--jobs 0"):
        built(tmp_path / "store", *files, jobs=2)
    assert truth(tmp_path / "store") == before


@pytest.mark.usefixtures("always_workers")
def test_a_folder_that_takes_nothing_more_is_told(tmp_path: Path) -> None:
    files = many_texts.write(tmp_path / "plans", 2)
    create_store(tmp_path / "store").close()
    (tmp_path / "store" / "documents").write_text("a file where a folder should be")
    for jobs in (0, 2):
        with pytest.raises(StoreError, match="takes nothing more"):
            built(tmp_path / "store", *files, jobs=jobs)


def test_a_fault_of_the_program_ends_one_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = many_texts.write(tmp_path / "plans", 2)
    real = building.keep.__globals__["read_file"].__globals__["facts"]

    def facts(document: object) -> object:
        if getattr(document, "source", "") == files[0].name:
            raise ZeroDivisionError("a case that nobody thought of")
        return real(document)

    monkeypatch.setitem(building.keep.__globals__["read_file"].__globals__, "facts", facts)
    report = built(tmp_path / "store", *files)
    assert [one.path for one in report.read] == files[1:]
    assert "ZeroDivisionError in test_building.py" in report.failed[0].reason


# What was read before ------------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_read_again(plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    first, before = built(store, plans), truth(store)
    monkeypatch.chdir(tmp_path)
    second = built(store, Path("plans"))  # by another path, as messages tell it
    assert truth(store) == before
    assert len(remembered(second)) == len(second.read) == len(first.read)
    assert [(one.iri, one.title, one.counts) for one in second.read] == [(one.iri, one.title, one.counts) for one in first.read]
    assert second.changes.unchanged == first.changes.added
    assert [failure.reason for failure in second.failed] == [failure.reason.replace(f"{tmp_path}/", "") for failure in first.failed]
    assert any("dump.jsonl#3" in failure.reason for failure in second.failed)
    assert not remembered(built(store, plans, again=True))


def test_what_has_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    one, two = many_texts.write(tmp_path / "plans", 2)
    built(store, one, two)
    one.write_text(many_texts.text(0) + "\n(八)加强培训。由区教育局负责。\n", "utf-8")
    report = built(store, one, two)
    assert (remembered(report), len(report.changes.replaced)) == ([two.name], 1)
    ignoring = Corrections(aliases=(Alias(Named.INSTITUTION, "区教育局", "甲区教育局"),))
    assert not remembered(built(store, one, two, corrections=ignoring))
    assert len(remembered(built(store, one, two, corrections=ignoring))) == 2
    assert not remembered(built(store, one, two))
    assert not remembered(built(store, one, two, columns=Columns.of(["text=正文"])))
    for setting, value in (("ZHENGPU_BASE", "http://example.org/"), ("ZHENGPU_LIMIT_ROWS", "7")):
        monkeypatch.setenv(setting, value)
        assert not remembered(built(store, one, two, columns=Columns.of(["text=正文"])))
    monkeypatch.setattr(fingerprint, "_program", lambda: "another program")
    assert not remembered(built(store, one, two, columns=Columns.of(["text=正文"])))


def test_a_file_that_is_gone_stays_in_the_store_and_one_taken_out_comes_back(tmp_path: Path) -> None:
    store = tmp_path / "store"
    one, two = many_texts.write(tmp_path / "plans", 2)
    built(store, tmp_path / "plans")
    one.unlink()
    assert [len(part) for part in (built(store, tmp_path / "plans").read, open_store(store).documents)] == [1, 2]
    with open_store(store) as opened:
        opened.remove(two.name)
    assert len(built(store, tmp_path / "plans").changes.added) == 1


@pytest.mark.parametrize("kind", ["*.nt.gz", "*.json.gz"])
def test_a_damaged_or_missing_file_of_the_store_is_written_again(tmp_path: Path, kind: str) -> None:
    store = tmp_path / "store"
    (path,) = many_texts.write(tmp_path / "plans", 3)[2:]  # of the form that leaves remarks
    built(store, path)
    before = truth(store)
    (shard,) = (store / "documents").glob(kind)
    for damage in (lambda: shard.write_bytes(b"\x1f\x8b damaged"), shard.unlink):
        damage()
        assert not remembered(built(store, path))
        assert truth(store) == before


@pytest.mark.parametrize("damage", [b"", b"no database" * 100, None])
def test_the_ledger_can_be_thrown_away(tmp_path: Path, damage: bytes | None) -> None:
    store = tmp_path / "store"
    files = many_texts.write(tmp_path / "plans", 2)
    built(store, *files)
    before = truth(store)
    place = store / ledger.NAME
    place.unlink() if damage is None else place.write_bytes(damage)
    assert not remembered(built(store, *files))
    assert len(remembered(built(store, *files))) == 2
    assert truth(store) == before


def test_a_row_of_the_ledger_that_is_damaged_is_not_believed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    files = many_texts.write(tmp_path / "plans", 2)
    built(store, *files)
    for outcomes in ("{", "[{}]", '[{"entry": {}}]', "[1]"):
        with sqlite3.connect(store / ledger.NAME) as connection:
            connection.execute("UPDATE file SET outcomes = ? WHERE path LIKE '%plan-000001.txt'", (outcomes,))
        connection.close()
        assert remembered(built(store, *files)) == [files[0].name]


# On the command line -------------------------------------------------------------------------------------------------


def test_build_says_what_it_has_not_read_again(zhengpu: Run, tmp_path: Path) -> None:
    many_texts.write(tmp_path / "plans", 2)
    assert "2 added, 0 replaced, 0 unchanged\n" in zhengpu("build", "plans", "--jobs", 2).out
    done = zhengpu("build", "plans")
    assert "0 added, 0 replaced, 2 unchanged (2 not read again)" in done.out
    assert "2 unchanged\n" in zhengpu("build", "plans", "--again").out
    assert zhengpu("build", "plans", "--jobs", -1).code == 2


def test_progress_tells_rate_and_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many_texts.write(tmp_path / "plans", 3)
    shown = io.StringIO()
    screen = Console(file=shown, force_terminal=True, width=200)
    monkeypatch.setattr(console, "err", lambda: screen)
    with pytest.raises(SystemExit) as left:
        cli.main(["build", str(tmp_path / "plans"), "--store", str(tmp_path / "store")])
    assert not left.value.code
    plain = re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", shown.getvalue())
    assert re.search(r"Indexing ━+ 3/3 [\d,]+\.\d documents/s +\d:\d\d:\d\d", plain)


def started(folder: Path, plans: Path, *options: str) -> subprocess.Popen[bytes]:
    """A build in a process group of its own, which Ctrl-C stops: a shell has what it puts into the background ignore that."""
    command = [sys.executable, "-m", "zhengpu", "build", str(plans), "--store", str(folder), *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a program that starts with it ignored goes on ignoring it
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def shards(folder: Path) -> int:
    return len(list((folder / "documents").glob("[!.]*.nt.gz")))


def is_over(group: int) -> bool:
    """Whether nothing of a process group runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("wanted", [signal.SIGINT, signal.SIGKILL])
def test_stopped_it_leaves_no_process_and_the_store_as_it_was(tmp_path: Path, wanted: signal.Signals) -> None:
    many_texts.write(tmp_path / "plans", 60)
    store = tmp_path / "store"
    built(store, *many_texts.write(tmp_path / "first", 1))
    before = (store / "manifest.json").read_bytes()
    process = started(store, tmp_path / "plans", "--jobs", "2")
    until(lambda: shards(store) > 5)
    if wanted == signal.SIGINT:
        os.killpg(process.pid, wanted)  # as a terminal does
    else:
        process.send_signal(wanted)  # its workers find out by themselves
    _, errors = process.communicate(timeout=60)
    assert process.returncode == (130 if wanted == signal.SIGINT else -signal.SIGKILL)
    assert b"Traceback" not in errors, errors.decode()
    assert (b"as it was before" in errors) == (wanted == signal.SIGINT)
    until(lambda: is_over(process.pid), 30)
    assert (store / "manifest.json").read_bytes() == before
    with open_store(store) as opened:
        assert len(opened.documents) == 1
    report = built(store, tmp_path / "plans", jobs=2)
    assert len(remembered(report)) >= 4
    assert len(report.changes.added) + len(report.changes.unchanged) == 60
