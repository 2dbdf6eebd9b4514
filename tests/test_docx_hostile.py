"""DOCX files that are damaged or made to do harm: each is read, or refused with a message that names it."""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO

import pytest
from docx_parts import cell, item, level, lines, lists, package, paragraph, read, row, run, table, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders import docx

HEADING_1 = '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
MANY = 100_000


def refused(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words):
        docx.document(data, source="plan.docx", digest="0")


def test_truncated_files_are_named() -> None:
    whole = package(paragraph("正文"))
    for cut in (4, 100, len(whole) // 2, len(whole) - 5):
        refused(whole[:cut], "plan.docx")


def test_packages_of_something_else() -> None:
    refused(zipped({"a.txt": "甲"}), "not a text document")
    refused(zipped({"word/document.xml": "<w:document"}), "not well-formed")
    refused(package(""), "holds no text")
    refused(package('<w:altChunk xmlns:r="r" r:id="1"/>'), "another file within it")


def test_bombs_of_zip() -> None:
    padding = b"<w:document " + b" " * 70_000_000 + b"/>"
    refused(zipped({"word/document.xml": padding}), "plan.docx")
    whole = zipped({"word/document.xml": b" " * 3_000_000})
    lying = bytearray(whole)
    at = lying.index(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", 10)  # it says that it unpacks to ten bytes
    refused(bytes(lying), "plan.docx")


def test_entities_are_refused() -> None:
    laughs = '<!DOCTYPE d [<!ENTITY a "哈哈">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"
    refused(package(paragraph("&i;"), prolog=laughs), "declares entities")
    refused(package(paragraph("&x;"), prolog='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "declares entities")
    utf16 = ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY x "1">]><d>&x;</d>').encode("utf-16")
    refused(zipped({"word/document.xml": utf16}), "declares entities")
    hidden = '<?xml version="1.0" encoding="IBM037"?><!DOCTYPE d [<!ENTITY x "1">]><d>&x;</d>'.encode("cp037")
    refused(zipped({"word/document.xml": hidden}), "not well-formed")


def test_too_many_tags_are_refused() -> None:
    refused(zipped({"word/document.xml": random.Random(1).randbytes(6_000_000).hex("<")}), "tags and attributes")


def test_nesting_without_end_is_refused() -> None:
    refused(package("<w:tbl><w:tr><w:tc>" * 60 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 60), "nested")
    refused(package("<w:p>" + "<w:ins>" * 100 + run("x") + "</w:ins>" * 100 + "</w:p>"), "nested")
    refused(package("<a>" * 5000 + "</a>" * 5000), "not well-formed")


@pytest.mark.parametrize("claim", ["999999999999", "-5", "0", "x", ""])
def test_absurd_claims_of_tables_and_lists(claim: str) -> None:
    wide = cell("甲", f'<w:gridSpan w:val="{claim}"/>')
    body = table(row(wide, "乙", properties=f'<w:gridBefore w:val="{claim}"/>'), row("丙", "丁"), row(cell("", "<w:vMerge/>"), "戊"))
    styled = paragraph("己", properties=f'<w:outlineLvl w:val="{claim}"/><w:numPr><w:ilvl w:val="{claim}"/><w:numId w:val="1"/></w:numPr>')
    numbering = lists(level(0, "chineseCounting", "%1" * 1000), instances=f'<w:num w:numId="{claim}"><w:abstractNumId w:val="{claim}"/></w:num>')
    document = read(body + styled, numbering=numbering.replace('<w:start w:val="1"/>', f'<w:start w:val="{claim}"/>'))
    assert all(word in document.text for word in "甲乙丙丁戊己")
    assert len(document.text) < 1000


def test_circles_of_styles_and_lists() -> None:
    styles = (
        '<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:styleId="B"><w:basedOn w:val="A"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    numbering = '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="B"/></w:abstractNum><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
    assert lines(paragraph("甲", properties='<w:pStyle w:val="A"/>'), styles=styles, numbering=numbering) == ["甲"]
    chain = "".join(f'<w:style w:styleId="{at}"><w:basedOn w:val="{at + 1}"/></w:style>' for at in range(20_000))
    assert lines(paragraph("甲", properties='<w:pStyle w:val="0"/>'), styles=chain) == ["甲"]


def test_notes_that_note_themselves() -> None:
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    assert lines(paragraph("甲", mark * 1000), footnotes=f'<w:footnote w:id="1">{paragraph("乙", mark)}</w:footnote>') == ["甲", "[1] 乙"]


def test_a_hundred_thousand_paragraphs() -> None:
    shuffled = random.Random(2)
    body = "".join(item("".join(shuffled.choices("推进数字政府建设全面提升服务能力水平", k=20)) + "。") for _ in range(MANY))
    document = read(body, numbering=lists(level(0, "chineseCounting", "%1、")))
    assert len(document.blocks) == MANY
    assert document.slice(document.blocks[-1]).startswith("100000、")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 10_000), st.booleans())
def test_damage_never_raises_anything_else(noise: bytes, at: int, inside: bool) -> None:
    """Bytes changed in the ZIP, or in the XML that it holds."""
    whole = package(
        paragraph(run("一、加强", "<w:b/>"), "建设") + table(row("甲", "乙"), row("1", "2")), styles=HEADING_1, numbering=lists(level(0, "decimal", "%1."))
    )
    if inside:
        with zipfile.ZipFile(BytesIO(whole)) as archive:
            parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
        name = sorted(parts)[at % len(parts)]
        part = bytes(parts[name])
        parts[name] = part[: at % len(part)] + noise + part[at % len(part) + len(noise) // 2 :]
        whole = zipped(parts)
    else:
        at %= len(whole)
        whole = whole[:at] + noise + whole[at + len(noise) :]
    try:
        document = docx.document(whole, source="plan.docx", digest="0")
    except UnreadableDocument:
        return
    assert all(document.slice(block) for block in document.blocks)
