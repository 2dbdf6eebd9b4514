"""`zhengpu observe`: which rows of a file of observed values fit, what the graph keeps of them, and what happens to those that do not."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from zipfile import ZipFile

import pytest
from gold_facts import all_gold_facts
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from running import Run

from zhengpu.errors import BadObservations, UnreadableDocument
from zhengpu.graph.observed.observations import Observation, observations_shard, observed
from zhengpu.graph.observed.observed_cells import BadCell, period_of, region_of, value_of
from zhengpu.graph.sources.embedded import EmbeddedSource, memory_source
from zhengpu.graph.storage.store import open_store
from zhengpu.graph.triples.mapping import shard
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.graph.triples.unit_scales import converted
from zhengpu.graph.validation import Severity, check
from zhengpu.loaders.observation_rows import observation_table

SAMPLE = Path(__file__).parent / "observations.csv"
HEAD = "指标,地区,日期,数值,单位,来源\n"
GOOD = "行政裁决案件受理量,绍兴市,2024-12,48,件,绍兴市年报\n"
PLAN = "绍兴市国家知识产权保护示范区建设方案"
OBSERVED = """SELECT ?name ?place ?on ?asOf ?value ?unit ?stated ?source ?file WHERE {
  ?one a zp:Observation ; zp:indicator/skos:prefLabel ?name ; zp:region/skos:prefLabel ?place ; zp:observedOn ?on ; zp:asOf ?asOf ; zp:value ?value ;
    zp:valueText ?stated ; dcterms:source ?source ; zp:sourceFile ?file OPTIONAL { ?one zp:unit ?unit } } ORDER BY ?name ?place ?on ?source"""


@cache
def plans() -> EmbeddedSource:
    return memory_source(b"".join([schema_shard().triples, *map(shard, all_gold_facts())]))


def kept(folder: Path) -> list[tuple[str, ...]]:
    with open_store(folder) as store:
        return [tuple(getattr(term, "value", "") for term in row) for row in store.query(OBSERVED).rows]


@pytest.fixture
def store(zhengpu: Run, tmp_path: Path) -> Path:
    with as_file(files("zhengpu.samples")) as samples:
        assert zhengpu("build", samples / "shaoxing-2024-protection-zone.txt", "--store", "s").code == 0
    return tmp_path / "s"


# Cells -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024", "2024"),
        ("2024年", "2024"),
        ("2024年底", "2024-12"),
        ("2024末", "2024-12"),
        ("2024年6月", "2024-06"),
        ("2024-6", "2024-06"),
        ("2024/06", "2024-06"),
        ("2024.06", "2024-06"),
        ("2024年6月30日", "2024-06-30"),
        ("2024-06-30 00:00:00", "2024-06-30"),
        ("2024-06-30T00:00:00", "2024-06-30"),
        ("2024.6.3", "2024-06-03"),
        ("20240630", "2024-06-30"),
        ("2024年上半年", "2024-06"),
        ("2024年第三季度", "2024-09"),
        ("2024Q1", "2024-03"),
        ("Jun-24", "2024-06"),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(text: str, wanted: str) -> None:
    assert period_of(text) == wanted


@pytest.mark.parametrize("text", ["2024.1", "2024-13", "2023-02-29", "24-06", "June", "明年", "202406301", "-", "1899", "2024-06/30"])
def test_a_date_that_is_none_or_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="date"):
        period_of(text)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("86.50", "86.50", ""), ("1,234,567.8", "1234567.8", ""), ("12.3%", "12.3", "%"), ("1.2 万件", "1.2", "万件"), ("-3", "-3", ""), ("1E+05", "1E+5", "")],
)
def test_a_value_is_a_number_and_its_unit(text: str, number: str, unit: str) -> None:
    assert value_of(text) == (Decimal(number), unit)


@pytest.mark.parametrize("text", ["x", "约20", "1,23", "12,34,567", "-", "—", "1.2.3", "NaN", "inf", "1e400", "9" * 20, "3～5", "=1+1"])
def test_a_value_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="value"):
        value_of(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("绍兴市", "330600"), ("绍兴", "330600"), ("浙江省绍兴市", None), ("徐汇区", "310104"), ("310104", "310104"), ("鼓楼区", None), ("绍行", None)],
)
def test_a_region_is_known_by_name_or_code(text: str, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(BadCell, match="region"):
            region_of(text, set())
    else:
        assert region_of(text, set()) == wanted


def test_of_several_regions_of_a_name_the_one_with_plans_is_meant() -> None:
    with pytest.raises(BadCell, match=r"南京市鼓楼区 \(320106\)"):
        region_of("鼓楼区", {"330600"})
    assert region_of("鼓楼区", {"320106"}) == "320106"


@pytest.mark.parametrize(
    ("value", "unit", "to", "wanted"),
    [
        ("12000", "万元", "亿元", "1.2"),
        ("1.2", "亿元", "元", "120000000"),
        ("12", "‰", "%", "1.2"),
        ("1.2", "%", "‰", "12"),
        ("8000", "人", "万人", "0.8"),
        ("3", "个", "家", "3"),
        ("100", "亩", "公顷", "6.6666666667"),
        ("5", "㎡", "平方米", "5"),
        ("3", "千米", "公里", "3"),
        ("2", "百公里", "公里", None),
        ("5", "天", "件", None),
        ("5", "个百分点", "%", None),
        ("5", "", "件", None),
        ("0.8", "万", "万人", "0.8"),
        ("1.2", "万", "件", "12000"),
        ("5", "元", "美元", None),
    ],
)
def test_units_are_converted_where_they_measure_the_same(value: str, unit: str, to: str, wanted: str | None) -> None:
    assert converted(Decimal(value), unit, to) == (None if wanted is None else Decimal(wanted))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.sampled_from(["元", "万元", "亿元", "千万元"]), st.sampled_from(["元", "万元", "亿元"]))
def test_conversion_goes_back(value: Decimal, unit: str, to: str) -> None:
    there = converted(value, unit, to)
    assert there is not None
    back = converted(there, to, unit)
    assert back is not None
    assert abs(back - value) <= Decimal("0.01")


# Rows ------------------------------------------------------------------------------------------------------------------


def misfit(line: str) -> str:
    cells = dict(zip(("indicator", "region", "date", "value", "unit", "source"), line.split(","), strict=True))
    found = observed(plans(), [(2, {name: text for name, text in cells.items() if text})], "f.csv")
    assert not found.observations
    (one,) = found.misfits
    assert one.row == 2
    return one.why


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("行政裁决案件受里量,绍兴市,2024,5,件,x", "Did you mean 行政裁决案件受理量"),
        ("行政裁决案件,绍兴市,2024,5,件,x", "Did you mean 行政裁决案件受理量"),  # a part of a name is not enough
        (",绍兴市,2024,5,件,x", "the indicator is missing"),
        ("行政裁决案件受理量,,,5,件,x", "the region and the date are missing"),
        ("行政裁决案件受理量,绍行市,2024,5,件,x", "no region named '绍行市'"),
        ("行政裁决案件受理量,绍兴市,2024-02-30,5,件,x", "the date '2024-02-30'"),
        ("行政裁决案件受理量,绍兴市,2024,五,件,x", "the value '五' is not a number"),
        ("行政裁决案件受理量,绍兴市,2024,5,天,x", "counted in 件"),
        ("行政裁决案件受理量,绍兴市,2024,5件,家,x", "another unit than the column"),
        ("知识产权民事案件上诉率,绍兴市,2024,5,个百分点,x", "counted in %"),
    ],
)
def test_a_row_that_does_not_fit_says_why(line: str, words: str) -> None:
    assert words in misfit(line)


def one(**cells: str) -> Observation:
    usual = {"indicator": "行政裁决案件受理量", "region": "绍兴市", "date": "2024", "value": "48"}
    found = observed(plans(), [(2, {**usual, **cells})], "f.csv")
    assert not found.misfits, found.misfits
    return found.observations[0]


def test_the_unit_is_that_of_the_targets() -> None:
    assert (one().value, one().unit, one().stated, one().source) == (48, "件", "48", "f.csv")
    assert (one(unit="件/年").value, one(unit="件/年").unit) == (48, "件")
    money = one(indicator="地理标志专用标志使用企业年产值", value="550,000", unit="万元")
    assert (money.value, money.unit, money.stated) == (55, "亿元", "550,000 万元")
    assert one(indicator="知识产权人才", value="0.8万").value == Decimal("0.8")
    assert (one(indicator="知识产权民事案件上诉率", value="51‰").value, one(indicator="知识产权民事案件上诉率", value="51‰").unit) == (Decimal("5.1"), "%")


def test_an_indicator_is_known_by_its_other_names_and_its_iri() -> None:
    assert one(indicator="https://w3id.org/zhengpu/id/indicator/行政裁决案件受理量").name == "行政裁决案件受理量"
    assert one(indicator="每万人口高价值发明专利拥有量").name == "每万人高价值发明专利拥有量"


def test_two_values_of_one_thing_are_refused_and_the_same_one_counts_once() -> None:
    cells = {"indicator": "行政裁决案件受理量", "region": "绍兴市", "date": "2024", "value": "48"}
    other = {**cells, "value": "49"}
    found = observed(plans(), [(2, cells), (3, {**cells, "value": "48.0"}), (4, other), (5, {**other, "source": "其他"})], "f.csv")
    assert [o.value for o in found.observations] == [48, 49]
    assert [(m.row, "in row 2" in m.why) for m in found.misfits] == [(4, True)]


def test_the_shard_keeps_the_rules_of_the_shapes() -> None:
    table = observation_table(SAMPLE)
    found = observed(plans(), [(row.number, row.cells) for row in table.rows], table.name)
    assert (len(found.observations), found.misfits) == (10, ())
    made, _ = observations_shard(table.name, "0" * 64, found.observations)
    assert [finding for finding in check([made.triples]) if finding.severity is Severity.VIOLATION] == []
    again, difference = observations_shard(table.name, "0" * 64, found.observations, made.triples)
    assert again.triples == made.triples
    assert (difference.added, difference.changed, difference.unchanged, difference.kept) == (0, 0, 10, 0)


@given(st.dictionaries(st.sampled_from(["indicator", "region", "date", "value", "unit", "source"]), st.text(max_size=30), max_size=6))
def test_no_row_crashes(cells: dict[str, str]) -> None:
    found = observed(plans(), [(2, {"value": "1", **cells})], "f.csv")
    assert len(found.observations) + len(found.misfits) + found.without_value == 1


# Files -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_files_of_every_encoding_are_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes((HEAD + GOOD).replace(",", delimiter).replace("\n", "\r\n").encode(encoding))
    (row,) = observation_table(path).rows
    assert (row.number, row.cells["indicator"], row.cells["value"]) == (2, "行政裁决案件受理量", "48")


def test_heads_may_be_english_in_any_order_and_rows_are_numbered_as_in_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("remark,Value,Observed On,REGION,Indicator\n,,,,\nx,１２,2024,绍兴市,\"行政裁决\n案件受理量\"\n\n,3,2024,绍兴市,'=甲\n", "utf-8")
    table = observation_table(path)
    assert [(row.number, row.cells["value"]) for row in table.rows] == [(3, "12"), (5, "3")]
    assert table.rows[1].cells["indicator"] == "=甲"
    assert table.unread == ("remark",)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", UnreadableDocument, "empty"),
        ("甲,乙\n1,2\n".encode(), BadObservations, "no column for the indicator, region, date, value.*甲, 乙"),
        ("指标,地区,日期\n".encode(), BadObservations, "no column for the value"),
        ((HEAD.strip() + ",值\n").encode(), BadObservations, "both state the value"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, UnreadableDocument, "PNG"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 50, UnreadableDocument, "xlsx"),
        (b"PK\x03\x04" + b"\x00" * 50, UnreadableDocument, "archive|ZIP|damaged"),
        ((HEAD + '"甲,乙\n').encode(), UnreadableDocument, "well-formed"),
    ],
)
def test_a_file_that_is_no_table_of_values_is_named(tmp_path: Path, content: bytes, error: type[Exception], words: str) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes(content)
    with pytest.raises(error, match=words) as told:
        observation_table(path)
    assert str(path) in str(told.value)


def test_a_workbook_is_read_as_its_author_sees_it(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["指标", "地区", "日期", "数值（万元）", "单位"])
    sheet.append(["甲", "绍兴市", datetime(2024, 6, 30), 0.0512, ""])
    sheet.append(["乙", 330600, date(2024, 6, 1), 1234.5, "万元"])
    sheet.append(["丙", "绍兴市", 2024, 0.1, ""])
    sheet["D2"].number_format = "0.00%"
    sheet["C2"].number_format = "yyyy/m/d"
    sheet["C3"].number_format = "mmm-yy"
    path = tmp_path / "o.xlsx"
    book.save(path)
    assert [tuple(row.cells.get(name) for name in ("region", "date", "value")) for row in observation_table(path).rows] == [
        ("绍兴市", "2024-06-30", "5.12%"),
        ("330600", "2024-06", "1234.5"),
        ("绍兴市", "2024", "0.1"),
    ]


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("content", [b"", b"<a", b"<a/>", b"\xff\xfe<"])
def test_a_damaged_workbook_is_named(tmp_path: Path, part: str, content: bytes) -> None:
    book, path = Workbook(), tmp_path / "o.xlsx"
    book.worksheets[0].append(["甲"])
    book.save(path)
    with ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with ZipFile(path, "w") as new:
        for name, data in {**parts, part: content}.items():
            new.writestr(name, data)
    with pytest.raises((UnreadableDocument, BadObservations), match=r"o\.xlsx"):
        observation_table(path)


# The command -----------------------------------------------------------------------------------------------------------


def test_values_are_kept_with_their_date_unit_and_source(zhengpu: Run, store: Path) -> None:
    Path("o.csv").write_text(HEAD + GOOD + "地理标志专用标志使用企业年产值,绍兴市,2024,550000,万元,\n", "utf-8")
    done = zhengpu("observe", "o.csv", "--store", store)
    assert (done.code, done.err) == (0, "")
    assert "2 added, 0 changed, 0 unchanged" in done.out
    assert kept(store) == [
        ("地理标志专用标志使用企业年产值", "绍兴市", "2024", "2024-12-31", "55", "亿元", "550000 万元", "o.csv", "o.csv"),
        ("行政裁决案件受理量", "绍兴市", "2024-12", "2024-12-31", "48", "件", "48 件", "绍兴市年报", "o.csv"),
    ]
    assert zhengpu("check", "--store", store).code == 0


def test_the_same_file_changes_nothing_and_newer_values_stand_beside_older_ones(zhengpu: Run, store: Path) -> None:
    Path("o.csv").write_text(HEAD + GOOD, "utf-8")
    zhengpu("observe", "o.csv", "--store", store)
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    assert "0 added, 0 changed, 1 unchanged" in zhengpu("observe", "o.csv", "--store", store).out
    assert {path: path.read_bytes() for path in store.rglob("*") if path.is_file()} == before
    Path("o.csv").write_text(HEAD + GOOD.replace("2024-12,48", "2025-06,51"), "utf-8")
    assert "1 added, 0 changed, 0 unchanged, 1 kept" in zhengpu("observe", "o.csv", "--store", store).out
    assert [(row[2], row[4]) for row in kept(store)] == [("2024-12", "48"), ("2025-06", "51")]
    Path("o.csv").write_text(HEAD + GOOD.replace("2024-12,48", "2025-06,52"), "utf-8")
    assert "0 added, 1 changed" in zhengpu("observe", "o.csv", "--store", store).out
    zhengpu("observe", "o.csv", "--replace", "--store", store)
    assert [(row[2], row[4]) for row in kept(store)] == [("2025-06", "52")]


def test_observations_survive_a_rebuild_and_a_new_build_and_go_with_remove(zhengpu: Run, store: Path) -> None:
    Path("o.csv").write_text(HEAD + GOOD, "utf-8")
    zhengpu("observe", "o.csv", "--store", store)
    wanted = kept(store)
    assert zhengpu("rebuild", "--store", store).code == 0
    assert kept(store) == wanted
    with as_file(files("zhengpu.samples")) as samples:
        zhengpu("build", samples / "songjiang-2024-ip-city.txt", "--store", store)
    assert kept(store) == wanted
    assert "removed o.csv" in zhengpu("remove", "o.csv", "--store", store).out
    assert kept(store) == []
    assert list((store / "observations").glob("*")) == []


def test_one_wrong_row_keeps_the_whole_file_out(zhengpu: Run, store: Path) -> None:
    Path("o.csv").write_text(HEAD + GOOD, "utf-8")
    zhengpu("observe", "o.csv", "--store", store)
    wanted = kept(store)
    Path("o.csv").write_text(HEAD + GOOD.replace("48", "99") + "甲,绍兴市,2024,1,件,x\n", "utf-8")
    done = zhengpu("observe", "o.csv", "--store", store)
    assert (done.code, done.out) == (1, "")
    assert "o.csv, row 3: there is no indicator named '甲'" in done.err
    assert "nothing is stored" in done.err
    assert kept(store) == wanted
    done = zhengpu("observe", "o.csv", "--partial", "--json", "--store", store)
    told = json.loads(done.out)
    assert (done.code, told["stored"], told["changed"], [found["row"] for found in told["misfits"]]) == (1, True, 1, [3])
    assert [row[4] for row in kept(store)] == ["99"]


def test_no_value_at_all_is_told(zhengpu: Run, store: Path) -> None:
    Path("o.csv").write_text(HEAD + "行政裁决案件受理量,绍兴市,,,件,\n", "utf-8")
    done = zhengpu("observe", "o.csv", "--store", store)
    assert (done.code, done.out) == (1, "")
    assert "no row has a value" in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Name a file"),
        (("o.csv", "--template", "t.csv"), "Name a file"),
        (("--template", "t.csv"), "go together"),
        (("o.csv", "--plan", PLAN), "go together"),
        (("--template", "t.docx", "--plan", PLAN), "ends in .csv or .xlsx"),
        (("--template", "there.csv", "--plan", PLAN), "is there already"),
        (("--template", "no/such/folder/t.csv", "--plan", PLAN), "cannot be written"),
        (("--template", "t.csv", "--plan", "绍兴市国家知识产权保护示范方案"), "Did you mean"),
    ],
)
def test_what_cannot_be_done_is_refused(zhengpu: Run, store: Path, arguments: tuple[str, ...], words: str) -> None:
    Path("there.csv").write_text("filled in", "utf-8")
    done = zhengpu("observe", *arguments, "--store", store)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert Path("there.csv").read_text("utf-8") == "filled in"
    assert not Path("t.csv").exists()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_can_be_filled_in_and_observed(zhengpu: Run, store: Path, ending: str, language: str) -> None:
    path = Path(f"t.{ending}")
    assert zhengpu("observe", "--template", path, "--plan", PLAN, "--lang", language, "--store", store).code == 0
    if ending == "csv":
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
        for row in rows[1:]:
            row[2:4] = ["2024-12", "1"]
        path.write_text("\n".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows), "utf-8")
    else:
        book = load_workbook(path)
        for row in book.worksheets[0].iter_rows(min_row=2):
            row[2].value, row[3].value = "2024-12", 1
        book.save(path)
    done = zhengpu("observe", path, "--store", store)
    assert (done.code, done.err) == (0, "")
    with open_store(store) as opened:
        (count,) = opened.query("SELECT (COUNT(DISTINCT ?i) AS ?n) WHERE { ?t a zp:Target ; zp:indicator ?i }").rows[0]
    assert len({row[0] for row in kept(store)}) == int(getattr(count, "value", "0")) > 20
