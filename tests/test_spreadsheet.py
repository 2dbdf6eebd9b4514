"""Answers for Excel: what a person sees there, and that nothing written in a document is a formula there."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pyoxigraph as ox
from openpyxl import load_workbook

from zhengpu.graph.sources.embedded import memory_source
from zhengpu.queries.question import Column, Text
from zhengpu.queries.tables.spreadsheet import Sheet, csv_for_excel, sheet, workbook
from zhengpu.queries.tables.values import labels

HOSTILE = ('=HYPERLINK("http://127.0.0.1/","x")', "+1+1", "-2", "@SUM(A1)", "\t=1", '"], ["', "a\x00b\x1fc", "字" * 40_000)


def triples(*texts: str) -> bytes:
    lines = []
    for number, text in enumerate(texts):
        thing = f"<http://example.org/measure/{number}>"
        literal = ox.Literal(text, language="zh")
        lines.append(f"{thing} <http://purl.org/dc/terms/title> {literal} .\n")
        lines.append(f'{thing} <http://example.org/value> "{number}.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n')
        lines.append(f'{thing} <http://example.org/due> "2026-0{number % 9 + 1}-28"^^<http://www.w3.org/2001/XMLSchema#date> .\n')
    return "".join(lines).encode()


ASKED = """SELECT ?measure ?title ?value ?due
WHERE { ?measure dcterms:title ?title ; <http://example.org/value> ?value ; <http://example.org/due> ?due }
ORDER BY ?value"""
COLUMNS = (
    Column("measure", Text("措施", "Measure"), "title"),
    Column("title", Text("标题", "Title")),
    Column("value", Text("值", "Value")),
    Column("due", Text("期限", "Due")),
)


def made(*texts: str) -> Sheet:
    return sheet(memory_source(triples(*texts)).query(ASKED), COLUMNS, about=(("问题", "=1+1"),))


def test_a_thing_is_a_link_under_its_name_a_number_a_number_and_a_day_a_day() -> None:
    read = load_workbook(BytesIO(workbook(made("甲措施", "乙措施"))))
    rows = list(read["答案"].iter_rows())
    assert [cell.value for cell in rows[0]] == ["措施", "值", "期限"]
    assert rows[1][0].value == "甲措施"
    assert rows[1][0].hyperlink.target == "http://example.org/measure/0"
    assert (rows[2][1].value, rows[2][1].data_type) == (1.5, "n")
    assert rows[2][2].value.date().isoformat() == "2026-02-28"
    assert [cell.value for cell in read["问题"][1]] == ["问题", "=1+1"]
    assert read["问题"]["B1"].data_type == "s"


def test_no_text_of_a_document_is_a_formula_or_breaks_the_file() -> None:
    read = load_workbook(BytesIO(workbook(made(*HOSTILE))))
    found = [row[0] for row in read["答案"].iter_rows(min_row=2)]
    assert len(found) == len(HOSTILE)
    assert {cell.data_type for cell in found} == {"s"}
    assert [cell.value for cell in found[:4]] == list(HOSTILE[:4])
    assert found[6].value == "a\ufffdb\ufffdc"
    assert len(found[7].value) == 32_767
    content = csv_for_excel(made(*HOSTILE))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["措施", "措施 IRI", "值", "期限"]
    assert [row[0] for row in rows[1:6]] == [f"'{text}" for text in HOSTILE[:5]]
    assert rows[6][0] == HOSTILE[5]
    assert {row[1] for row in rows[1:]} == {f"http://example.org/measure/{number}" for number in range(len(HOSTILE))}


def test_negative_numbers_stay_numbers() -> None:
    minus = Sheet(("n",), ((-3,),))
    assert csv_for_excel(minus).decode("utf-8-sig").split() == ["n", "-3"]
    assert load_workbook(BytesIO(workbook(minus)))["答案"]["A2"].value == -3


def test_the_same_answer_has_the_same_bytes() -> None:
    assert workbook(made("甲")) == workbook(made("甲"))


def test_things_of_ones_own_query_go_by_their_labels() -> None:
    source = memory_source(triples("甲措施"))
    answer = source.query("SELECT ?m { ?m dcterms:title ?t }")
    named = labels(source, {"http://example.org/measure/0"})
    assert str(sheet(answer, (), named).rows[0][0]) == "甲措施"
