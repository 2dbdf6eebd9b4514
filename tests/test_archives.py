"""Archives: documents by members; what is broken or hostile in them is named, and the rest is read. Limits, and the way into the store."""

from __future__ import annotations

import os
import random
import struct
import zipfile
from pathlib import Path
from time import process_time

import pytest
from container_files import BODY, MARKUP, TITLE, read, row, write_csv, write_lines, zipped

from zhengpu import cli
from zhengpu.errors import BadParameter
from zhengpu.graph.storage.store import create_store
from zhengpu.loaders import load
from zhengpu.loaders.containers import documents
from zhengpu.loaders.limits import Limits, limits
from zhengpu.model import Document
from zhengpu.pipeline import build, documents_in

# Archives ------------------------------------------------------------------------------------------------------------------


def test_members_of_an_archive_are_documents(tmp_path: Path) -> None:
    dump = write_csv(tmp_path / "dump.csv", [row(1), row(2)]).read_bytes()
    path = tmp_path / "all.zip"
    members = {"方案/一.txt": BODY, "二.html": f"<html><body><h1>{TITLE}</h1>{MARKUP}</body></html>", "内/dump.csv": dump, "再.zip": zipped({"三.txt": BODY})}
    path.write_bytes(zipped({**members, "图.png": b"\x89PNG", "__MACOSX/._一.txt": b"\x00", ".git/x.txt": "x", "~$一.txt": b"\x00"}))
    good, bad = read(path)
    assert not bad
    names = ["方案/一.txt", "二.html", "内/dump.csv#1", "内/dump.csv#2", "再.zip/三.txt"]
    assert [document.source for document in good] == [f"all.zip/{name}" for name in names]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_are_read_as_windows_and_macos_write_them(tmp_path: Path, encoding: str) -> None:
    name = "健康义乌.txt"
    bare = name.encode(encoding)
    data = zipped({"x" * len(bare): BODY}).replace(b"x" * len(bare), bare)
    (tmp_path / "a.zip").write_bytes(data)
    assert read(tmp_path / "a.zip")[0][0].source == f"a.zip/{name}"


def test_paths_that_lead_out_are_names_only(tmp_path: Path) -> None:
    names = ["../../etc/passwd.txt", "/root/a.txt", "C:\\Windows\\b.txt", "..\\..\\c.txt", "a/../../d.txt", "./e.txt", "e.txt"]
    (tmp_path / "a.zip").write_bytes(zipped(dict.fromkeys(names, BODY)))
    before = set(tmp_path.rglob("*"))
    good, bad = read(tmp_path / "a.zip")
    assert not bad
    inside = ["etc/passwd.txt", "root/a.txt", "Windows/b.txt", "c.txt", "a/d.txt", "e.txt"]
    assert [document.source for document in good[:6]] == [f"a.zip/{name}" for name in inside]
    assert len({document.source for document in good}) == len(names)
    assert set(tmp_path.rglob("*")) == before


def test_a_damaged_or_locked_member_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"一.txt": BODY, "二.txt": BODY, "三.txt": b"\x00\x01\x02" * 99, "四.txt": BODY}))
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, entry + 8, struct.unpack_from("<H", data, entry + 8)[0] | 1)  # the bit that says encrypted
    start = data.index("二.txt".encode()) + len("二.txt".encode())
    data[start + 20 : start + 40] = bytes(20)
    (tmp_path / "a.zip").write_bytes(data)
    good, bad = read(tmp_path / "a.zip")
    assert [document.source for document in good] == ["a.zip/四.txt"]
    assert [any(word in message for word in words) for message, words in zip(bad, [("password",), ("damaged",), ("三.txt",)], strict=True)] == [True] * 3


def test_an_archive_without_documents_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"图.png": b"\x89PNG"}))
    assert "no document in this archive" in read(tmp_path / "a.zip")[1][0]


# Bombs ---------------------------------------------------------------------------------------------------------------------


def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"零.txt": b"0" * (300 << 20), "一.txt": BODY}))
    begun = process_time()
    good, bad = read(tmp_path / "a.zip")
    assert [document.source for document in good] == ["a.zip/一.txt"]
    assert "ZHENGPU_LIMIT_RATIO" in bad[0]
    assert process_time() - begun < 10


def test_what_an_archive_says_of_its_sizes_is_not_believed(tmp_path: Path) -> None:
    data = bytearray(zipped({"零.txt": b"0" * (50 << 20)}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 1000)  # the unpacked size in the directory
    (tmp_path / "a.zip").write_bytes(data)
    good, bad = read(tmp_path / "a.zip")
    assert not good
    assert len(bad) == 1


def test_members_that_overlap_are_a_bomb(tmp_path: Path) -> None:
    data = bytearray(zipped({f"{number:03}.txt": b"0" * 100_000 for number in range(50)}))
    offset = first = data.index(b"PK\x01\x02")
    for _ in range(50):  # all entries of the directory point at the first member, and say that they are larger
        struct.pack_into("<I", data, offset + 42, 0)
        struct.pack_into("<I", data, offset + 20, first)
        offset = data.find(b"PK\x01\x02", offset + 4)
    (tmp_path / "a.zip").write_bytes(data)
    assert "overlap" in read(tmp_path / "a.zip")[1][0]


def test_archives_in_archives_are_read_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"一.txt": BODY})
    for _ in range(Limits().nesting):
        data = zipped({"内.zip": data})
    (tmp_path / "deep.zip").write_bytes(data)
    (tmp_path / "deeper.zip").write_bytes(zipped({"内.zip": data, "二.txt": BODY}))
    assert len(read(tmp_path / "deep.zip")[0]) == 1
    good, bad = read(tmp_path / "deeper.zip")
    assert [document.source for document in good] == ["deeper.zip/二.txt"]
    assert "ZHENGPU_LIMIT_NESTING" in bad[0]


def test_nested_archives_share_one_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_UNPACKED", str(10 << 20))
    inner = zipped({f"{number}.txt": random.Random(number).randbytes(1 << 20) for number in range(3)}, zipfile.ZIP_STORED)
    (tmp_path / "a.zip").write_bytes(zipped({f"{number}.zip": inner for number in range(9)}, zipfile.ZIP_STORED))
    good, bad = read(tmp_path / "a.zip")
    assert not good
    assert len(bad) == 4  # the three files of the first archive, which count again as they come out of it, and the end within the second
    assert "ZHENGPU_LIMIT_UNPACKED" in bad[-1]


def test_more_members_than_the_limit_are_refused_before_they_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({f"{number}.txt": "" for number in range(30_000)}))
    monkeypatch.setenv("ZHENGPU_LIMIT_MEMBERS", "1000")
    assert "ZHENGPU_LIMIT_MEMBERS" in read(tmp_path / "a.zip")[1][0]


# Limits and the way into the store -----------------------------------------------------------------------------------------


def test_limits_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits() == Limits()
    monkeypatch.setenv("ZHENGPU_LIMIT_ROWS", "7")
    assert limits().rows == 7
    for wrong in ("", "0", "-1", "many", "1e9", "9" * 30):
        monkeypatch.setenv("ZHENGPU_LIMIT_ROWS", wrong)
        with pytest.raises(BadParameter, match="ZHENGPU_LIMIT_ROWS"):
            limits()


def test_rows_beyond_the_limit_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_ROWS", "2")
    good, bad = read(write_csv(tmp_path / "dump.csv", [row(number) for number in range(5)]))
    assert (len(good), len(bad)) == (2, 1)


def test_a_dump_is_handed_over_row_by_row(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "dump.jsonl", ({"text": BODY} for _ in range(50_000)))
    rows = documents(path)
    assert isinstance(next(rows), Document)
    os.truncate(path, path.stat().st_size // 2)  # what is not read yet is gone
    assert 20_000 < sum(isinstance(row, Document) for row in rows) < 30_000


def test_folders_give_every_kind_and_nothing_hidden(tmp_path: Path) -> None:
    for name in ("a.txt", "b.csv", "c/d.jsonl", "c/e.zip", "f.parquet", "g.html", ".h.txt", "__MACOSX/i.txt", ".git/j.csv", "~$k.txt", "l.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found, failed = documents_in([tmp_path])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.txt", "b.csv", "c/d.jsonl", "c/e.zip", "f.parquet", "g.html"]
    assert not failed


def test_a_dump_built_again_replaces_what_changed_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    told: list[tuple[str, int, bool]] = []
    with create_store(tmp_path / "store") as store:
        write_csv(path, [row(number) for number in range(1, 5)])
        report = build([path], store, lambda file, count, is_done: told.append((file.name, count, is_done)))
        assert [one.name for one in report.read] == [f"{path}#{number}" for number in range(1, 5)]
        assert (len(report.changes.added), len({one.iri for one in report.read})) == (4, 4)
        assert told == [*(("dump.csv", count, False) for count in range(1, 5)), ("dump.csv", 4, True)]
        write_csv(path, [row(1), row(2, 正文=BODY.replace("79岁", "80岁")), row(3), row(4), row(5)])
        changes = build([path], store).changes
        assert [len(part) for part in (changes.added, changes.replaced, changes.unchanged)] == [1, 1, 3]
        assert store.document("dump.csv#2").source == "dump.csv#2"
        assert store.triples(store.document("dump.csv#2")).count(b'#url> "https://example.cn/1.html" .') == 1
        assert [len(part) for part in (build([path], store).changes.added, build([path], store).changes.unchanged)] == [0, 5]


def test_a_document_twice_in_a_dump_is_told(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "dump.csv", [row(1), row(1, 正文=MARKUP)])
    with create_store(tmp_path / "store") as store:
        report = build([path], store)
    assert len(report.changes.added) == 1
    assert f"same document as {path}#1" in report.read[1].remarks[0]


def test_the_command_takes_columns_and_tells_of_many_documents_in_one_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")  # a narrow terminal cuts long names
    path = write_csv(tmp_path / "dump.csv", [{"网页": f"{TITLE}\n{BODY}", "编号": f"义政发〔2023〕{number}号"} for number in range(30)])
    command = ["build", str(path), "--store", str(tmp_path / "store")]
    for options, code, told in (
        ([], 1, "Say which one does: --column text=NAME"),
        (["--column", "text=网页", "--column", "number=编号"], 0, "dump.csv: 30 documents"),
        (["--column", "text=网页", "--column", "number=编号"], 0, "0 added, 0 replaced, 30 unchanged"),
        (["--column", "words=网页"], 2, "title"),
    ):
        with pytest.raises(SystemExit) as left:
            cli.main([*command, *options])
        said = capsys.readouterr()
        assert (left.value.code or 0) == code
        assert told in " ".join((said.out + said.err).split())


def test_a_build_keeps_what_cleaning_removed_and_what_was_odd(tmp_path: Path) -> None:
    page = (
        "<html><body><nav><a href='/'>首页</a> &gt; <a href='/zw'>政务公开</a></nav><article><h1>某市数据产业促进工作方案</h1>"
        "<p>一、总体要求</p><p>坚持需求导向，统筹发展和安全，推动数据产业健康发展。</p><p>二、重点任务</p><p>建设市级公共数据平台，由市数据局负责推进落实。</p>"
        "<p>二、保障措施</p><p>各有关部门要加强协同配合，确保各项任务落实到位。</p></article></body></html>"
    )
    file = tmp_path / "plan.html"
    file.write_text(page, "utf-8")
    with create_store(tmp_path / "store") as store:
        report = build([file], store)
        kept = store.remarks(store.documents[0])
        assert [removal.text for removal in kept.removed] == [removal.text for removal in load(file).removed]
        assert kept.removed
        assert [problem.message for problem in kept.problems] == [remark.partition(" “")[0] for remark in report.read[0].remarks]
        assert kept.problems
