"""Files of many documents: dumps by rows, archives by members; what is broken or hostile in them is named, and the rest is read."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import resource
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengpu import cli
from zhengpu.errors import BadParameter, UnknownName, UnreadableDocument
from zhengpu.extract import facts
from zhengpu.graph.storage.store import create_store
from zhengpu.loaders import load
from zhengpu.loaders.columns import Columns
from zhengpu.loaders.containers import documents
from zhengpu.loaders.limits import Limits, limits
from zhengpu.model import Document
from zhengpu.pipeline import build, documents_in

BODY = (
    "各县（市、区）人民政府，市政府各部门：\n为贯彻落实《健康中国行动（2019—2030年）》，制定本方案。\n一、主要目标\n到2025年，人均预期寿命达到79岁。\n"
    "二、重点任务\n（一）加强健康教育。各学校开设健康课程。（责任单位：市教育局、市卫生健康委）\n（二）推进控烟行动。公共场所全面禁烟。（牵头单位：市卫生健康委）"
)
MARKUP = "".join(f"<p>{line}</p>" for line in BODY.split("\n"))
TITLE = "义乌市人民政府关于印发健康义乌行动方案（2023—2025年）的通知"
ROW = {
    "标题": TITLE,
    "正文": BODY,
    "链接": "https://example.cn/1.html",
    "发布日期": "2023-05-06 10:00",
    "发文机关": "义乌市人民政府",
    "文号": "义政发〔2023〕5号",
}


def row(number: int, **changes: str) -> dict[str, str]:
    return {**ROW, "文号": f"义政发〔2023〕{number}号", **changes}


def write_csv(path: Path, rows: Iterable[Mapping[str, object]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    rows = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, rows: Iterable[object]) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in rows), "utf-8")
    return path


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(path: Path, columns: Columns | None = None) -> tuple[list[Document], list[str]]:
    """What documents() hands over, apart: documents, and messages of errors. Each message names the file."""
    good: list[Document] = []
    bad: list[str] = []
    for found in documents(path, columns):
        if isinstance(found, UnreadableDocument):
            assert str(path) in str(found)
            bad.append(str(found))
        else:
            good.append(found)
    return good, bad


def page(document: Document) -> dict[str, str]:
    return {field.label: field.value for field in document.page if field.start is None}


def test_the_facts_of_one_document_are_not_those_of_a_dump(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="zhengpu build"):
        load(write_csv(tmp_path / "dump.csv", [ROW]))


# Columns -----------------------------------------------------------------------------------------------------------------


def test_usual_columns_are_found_in_chinese_and_english() -> None:
    found = Columns().found(["ID", " Title ", "发布时间", "Content", "发文字号", "url"])
    assert found == {"text": "Content", "title": " Title ", "url": "url", "published": "发布时间", "document_number": "发文字号"}


def test_chosen_columns_come_first_and_short_names_are_known() -> None:
    columns = Columns.of(["text=网页", "date=公布", "number=编号"])
    assert columns.found(["正文", "网页", "公布", "编号"]) == {"text": "网页", "published": "公布", "document_number": "编号"}


@pytest.mark.parametrize("option", ["text", "=正文", "text=", ""])
def test_an_option_of_another_form_says_how_to_write_it(option: str) -> None:
    with pytest.raises(BadParameter, match="FIELD=NAME"):
        Columns.of([option])


def test_unknown_fields_and_columns_name_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="title"):
        Columns.of(["titel=标题"])
    path = write_csv(tmp_path / "data.csv", [{"经度": "1", "纬度": "2"}])
    assert "经度, 纬度" in read(path)[1][0]
    assert "没有" in read(path, Columns.of(["text=没有"]))[1][0]


# Dumps -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", ","), ("utf-16", "\t")])
def test_rows_of_a_table_are_documents(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = write_csv(tmp_path / "dump.csv", [row(1), row(2, 正文=MARKUP)], encoding, delimiter)
    good, bad = read(path)
    assert not bad
    assert [document.source for document in good] == ["dump.csv#1", "dump.csv#2"]
    assert [document.format for document in good] == ["text", "html"]
    assert page(good[0]) == {
        "title": TITLE,
        "url": "https://example.cn/1.html",
        "published": "2023-05-06 10:00",
        "issuer": "义乌市人民政府",
        "document_number": "义政发〔2023〕1号",
    }
    for document, number in zip(good, (1, 2), strict=True):
        said = facts(document)
        record = said.document
        assert (record.document_number, record.issuers, record.published) == (f"义政发〔2023〕{number}号", ("义乌市人民政府",), "2023-05-06")
        assert record.url == "https://example.cn/1.html"
        assert (said.plan.title, said.plan.regions) == ("健康义乌行动方案(2023—2025年)", ("义乌市",))
        assert {duty.canonical for duty in said.responsibilities} == {"义乌市教育局", "义乌市卫生健康委员会"}


def test_json_lines_take_lists_numbers_and_moments(tmp_path: Path) -> None:
    line = {"title": TITLE, "content": BODY.split("\n"), "date": 1683338400000, "issuer": ["义乌市教育局", "义乌市卫生健康局"], "number": None, "views": 3}
    ((document,), bad) = read(write_lines(tmp_path / "dump.jsonl", [line]))
    assert not bad
    assert page(document) == {"title": TITLE, "published": "2023-05-06", "issuer": "义乌市教育局、义乌市卫生健康局"}
    assert BODY in document.text


def test_a_title_stands_above_a_text_that_has_none(tmp_path: Path) -> None:
    titled = f"{TITLE}\n{BODY}"
    cases = [(TITLE, BODY), (TITLE, MARKUP), (TITLE, titled), ("关于印发健康…", titled), ("20230506-1", titled), ("义乌市印发健康行动方案", titled)]
    good, _ = read(write_lines(tmp_path / "dump.jsonl", [{"title": title, "text": text} for title, text in cases]))
    assert {document.text for document in good} == {titled}


def test_paragraphs_in_one_line_are_told_by_their_indents(tmp_path: Path) -> None:
    good, _ = read(write_lines(tmp_path / "dump.jsonl", [{"title": TITLE, "text": BODY.replace("\n", "　　")}]))
    assert good[0].text == f"{TITLE}\n{BODY}"


def test_parquet_rows_are_documents(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from datetime import date

    from pyarrow import parquet

    rows = [{"title": TITLE, "content": BODY, "date": date(2023, 5, number % 28 + 1), "vector": [0.5] * 8} for number in range(40)]
    path = tmp_path / "dump.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(rows), path, row_group_size=7)
    good, bad = read(path)
    assert (len(good), bad) == (40, [])
    assert good[39].source == "dump.parquet#40"
    assert page(good[0]) == {"title": TITLE, "published": "2023-05-01"}
    (tmp_path / "dump.zip").write_bytes(zipped({"dump.parquet": path.read_bytes()}))
    assert len(read(tmp_path / "dump.zip")[0]) == 40


def test_a_damaged_group_of_a_parquet_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "dump.parquet"
    parquet.write_table(pyarrow.Table.from_pylist([{"text": f"{BODY}{number}"} for number in range(30)]), path, row_group_size=10, compression="gzip")
    data = bytearray(path.read_bytes())
    data[200:260] = bytes(60)
    path.write_bytes(data)
    good, bad = read(path)
    assert [document.source for document in good] == [f"dump.parquet#{number}" for number in range(11, 31)]
    assert len(bad) == 1
    assert "#1:" in bad[0]
    path.write_bytes(data[:2000])
    assert "no Parquet file" in read(path)[1][0]


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    (tmp_path / "dump.parquet").write_bytes(b"PAR1")
    assert "pip install 'zhengpu[parquet]'" in read(tmp_path / "dump.parquet")[1][0]


# What is broken in dumps ---------------------------------------------------------------------------------------------------


def test_encodings_may_change_from_line_to_line(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "dump.csv", [row(1), row(2), row(3)])
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_bytes(b"".join(line.encode("gb18030" if number % 2 else "utf-8") for number, line in enumerate(lines)))
    good, bad = read(path)
    assert (len(good), bad) == (3, [])
    assert len({document.text for document in good}) == 1


def test_bytes_that_are_no_characters_make_a_bad_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "dump.csv", [row(1), row(2), row(3)])
    path.write_bytes(path.read_bytes().replace("义政发〔2023〕2号".encode(), b"\xff\xfe\x80\xff"))
    good, bad = read(path)
    assert [document.source for document in good] == ["dump.csv#1", "dump.csv#3"]
    assert len(bad) == 1
    assert "dump.csv#2" in bad[0]
    assert "GB18030" in bad[0]


@pytest.mark.parametrize(
    "broken", ['{"text": "方案', "{broken}", "[1, 2]", '"text"', "null", "[" * 100_000, '{"title": "方案"}', '{"text": ""}', '{"text": {}}']
)
def test_a_broken_line_of_json_is_named_and_the_rest_is_read(tmp_path: Path, broken: str) -> None:
    good, bad = read(write_lines(tmp_path / "dump.jsonl", [{"text": BODY}, broken, "", {"text": BODY}]))
    assert [document.source for document in good] == ["dump.jsonl#1", "dump.jsonl#4"]
    assert len(bad) == 1
    assert "dump.jsonl#2: " in bad[0]


@pytest.mark.parametrize("broken", ['"x,"y', '义乌市,"没有结束', "一列", "1,2,3,4,5,6,7", '""" ,,,,,'])
def test_a_broken_row_of_a_table_is_named_and_the_rest_is_read(tmp_path: Path, broken: str) -> None:
    path = write_csv(tmp_path / "dump.csv", [row(1, 正文="正文一。"), row(2, 正文="正文二。"), row(3, 正文="正文三。")])
    first, second, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([first, second, broken, *rest]), "utf-8")
    good, bad = read(path)
    assert [document.text.splitlines()[-1] for document in good] == ["正文一。", "正文二。", "正文三。"]
    assert len(bad) == 1
    assert "dump.csv#2: " in bad[0]


def test_a_row_without_end_costs_that_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_ROW", "5000")
    path = write_csv(tmp_path / "dump.csv", [row(number, 正文=f"正文{number}。") for number in range(1, 100)])
    lines = path.read_text("utf-8").splitlines()
    lines[3] = '"' + lines[3]
    lines[50] = "政" * 6000
    path.write_text("\n".join(lines), "utf-8")
    good, bad = read(path)
    assert len(good) == 97
    assert [message.partition(": ")[0] for message in bad] == [f"{path}#3", f"{path}#50"]


def test_ten_million_columns_are_refused_in_little_room(tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_bytes(b"text" + b",ab" * 10_000_000 + b"\n")
    less = tmp_path / "less.csv"
    less.write_bytes(b"text" + b",ab" * 100_000 + b"\n")
    lines = tmp_path / "wide.jsonl"
    lines.write_bytes(b'{"text": "x"' + b"".join(b',"%d":1' % number for number in range(1_000_000)) + b"}\n")
    assert "ZHENGPU_LIMIT_ROW" in read(wide)[1][0]
    assert "100,001 columns" in read(less)[1][0]
    read(lines)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_500_000  # kB, of the whole test process


def test_a_file_that_is_no_dump_at_all_is_left_after_a_while(tmp_path: Path) -> None:
    good, bad = read(write_lines(tmp_path / "log.jsonl", ["INFO started"] * 5000))
    assert (good, len(bad)) == ([], Limits().bad_rows + 1)
    assert "ZHENGPU_LIMIT_BAD_ROWS" in bad[-1]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.zip"])
@pytest.mark.parametrize("data", [b"", b"\n\n", b"\x00" * 500, bytes(range(256)) * 9, b"PK\x03\x04", "正文\n".encode(), "正文\n方案".encode("utf-16")])
def test_no_bytes_make_a_container_raise(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    good, bad = read(tmp_path / name)
    assert good or bad


@settings(deadline=None, max_examples=60)
@given(text=st.text(alphabet='ab正文",\n\r;\t\x00 {}[]:', max_size=200), is_table=st.booleans())
def test_rows_are_read_or_named_whatever_they_hold(tmp_path_factory: pytest.TempPathFactory, text: str, is_table: bool) -> None:
    path = tmp_path_factory.mktemp("dump") / ("a.csv" if is_table else "a.jsonl")
    path.write_text(("正文,标题\n" if is_table else "") + text + "\n", "utf-8", newline="")
    read(path)


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
