"""Dumps: documents by rows; what is broken in them is named, and the rest is read."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import pytest
from container_files import BODY, MARKUP, ROW, TITLE, page, read, row, write_csv, write_lines, zipped
from fuzz_child import own_peak
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengpu.errors import BadParameter, UnknownName, UnreadableDocument
from zhengpu.extract import facts
from zhengpu.loaders import load
from zhengpu.loaders.columns import Columns
from zhengpu.loaders.limits import Limits


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
    with multiprocessing.get_context("spawn").Pool(1) as apart:  # a process that has read nothing else
        told, most = apart.apply(said_and_taken, ([wide, less, lines],))
    assert "ZHENGPU_LIMIT_ROW" in told[0]
    assert "100,001 columns" in told[1]
    assert most < 600_000


def said_and_taken(paths: Sequence[Path]) -> tuple[list[str], int]:
    """What reading these files complains of first, each, and the KiB of memory that it has taken at most."""
    return [next(iter(read(path)[1]), "") for path in paths], own_peak()


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
