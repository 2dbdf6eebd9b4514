"""Automatic numbering of DOCX: what Word prints before a paragraph stands in the text."""

from __future__ import annotations

import pytest
from docx_parts import item, level, lines, lists, paragraph, read

from zhengpu.loaders.word.numerals import numeral
from zhengpu.model import BlockKind


def test_numbers_stand_as_printed() -> None:
    numbering = lists(level(0, "chineseCountingThousand", "%1、"), level(1, "chineseCounting", "（%2）"), level(2, "decimal", "%3."))
    body = (
        item("总体要求")
        + item("指导思想", 1)
        + item("基本原则", 1)
        + item("重点任务")
        + item("提升服务", 1)
        + item("优化流程。", 2)
        + item("2025年前建成平台。", 2)
    )
    assert lines(body, numbering=numbering) == [
        "一、总体要求", "（一）指导思想", "（二）基本原则", "二、重点任务", "（一）提升服务", "1. 优化流程。", "2. 2025年前建成平台。",
    ]  # fmt: skip


def test_a_level_may_name_those_above_it() -> None:
    numbering = lists(level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3", more="<w:isLgl/>"))
    assert lines(item("总则") + item("目的", 1) + item("总则") + item("范围", 1) + item("对象", 2), numbering=numbering) == [
        "第一章 总则", "一.1 目的", "第二章 总则", "二.1 范围", "2.1.1 对象",
    ]  # fmt: skip


def test_a_level_starts_anew_after_higher_ones_unless_it_says_otherwise() -> None:
    numbering = lists(
        level(0, "decimal", "%1."),
        level(1, "decimal", "（%2）", more='<w:lvlRestart w:val="0"/>'),
        level(2, "decimal", "%3)", more='<w:lvlRestart w:val="1"/>'),
    )
    body = item("甲") + item("a", 1) + item("x", 2) + item("b", 1) + item("y", 2) + item("乙") + item("c", 1) + item("z", 2)
    assert lines(body, numbering=numbering) == ["1. 甲", "（1）a", "1)x", "（2）b", "2)y", "2. 乙", "（3）c", "1)z"]


def test_lists_of_one_definition_count_on_and_may_start_anew() -> None:
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        f'<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1.")}</w:lvlOverride></w:num>'
    )
    body = item("甲") + item("乙", number=2) + item("丙", number=3) + item("丁", number=3) + item("戊") + item("己", number=4)
    assert lines(body, numbering=lists(level(0, "decimal", "%1."), instances=more)) == ["1. 甲", "2. 乙", "5. 丙", "6. 丁", "7. 戊", "VIII. 己"]


def test_styles_number_their_paragraphs() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="3"><w:name w:val="heading 2"/><w:basedOn w:val="2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="9"><w:name w:val="无编号"/><w:basedOn w:val="2"/>'
        '<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
    )
    numbering = lists(level(0, "chineseCounting", "%1、", more='<w:pStyle w:val="2"/>'), level(1, "chineseCounting", "（%2）", more='<w:pStyle w:val="3"/>'))
    styled = [paragraph(text, properties=f'<w:pStyle w:val="{style}"/>') for text, style in (("总体要求", 2), ("指导思想", 3), ("附则", 9), ("保障", 2))]
    own = paragraph("说明", properties='<w:pStyle w:val="2"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    document = read("".join(styled) + own, styles=styles, numbering=numbering)
    assert document.text.split("\n") == ["一、总体要求", "（一）指导思想", "附则", "二、保障", "说明"]
    assert {block.kind for block in document.blocks} == {BlockKind.HEADING}


def test_a_style_of_lists_lends_its_levels() -> None:
    styles = '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    more = '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="L"/></w:abstractNum><w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
    assert lines(item("甲") + item("乙", number=2), styles=styles, numbering=lists(level(0, "decimal", "%1、"), instances=more)) == ["1、甲", "2、乙"]


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("chineseCountingThousand", "一 十 十一 二十 一百一十"),
        ("chineseLegalSimplified", "壹 壹拾 壹拾壹 贰拾 壹佰壹拾"),
        ("ideographDigital", "一 一〇 一一 二〇 一一〇"),
        ("ideographTraditional", "甲 癸 11 20 110"),
        ("ideographZodiac", "子 酉 戌 20 110"),
        ("decimalEnclosedCircleChinese", "① ⑩ ⑪ ⑳ 110"),
        ("decimalEnclosedParen", "⑴ ⑽ ⑾ ⒇ 110"),
        ("decimalFullWidth", "１ １０ １１ ２０ １１０"),
        ("decimalZero", "01 10 11 20 110"),
        ("upperLetter", "A J K T FFFFF"),
        ("lowerRoman", "i x xi xx cx"),
        ("none", "    "),
        ("unheardOf", "1 10 11 20 110"),
    ],
)
def test_number_formats(form: str, printed: str) -> None:
    assert " ".join(numeral(count, form) for count in (1, 10, 11, 20, 110)) == printed


def test_bullets_are_the_characters_that_their_font_shows() -> None:
    numbering = lists(
        level(0, "bullet", "l", fonts="Wingdings"),
        level(1, "bullet", "\uf0b7", fonts="Symbol"),
        level(2, "bullet", "\uf0ee", fonts="Webdings"),
        level(3, "bullet", "—", suffix="nothing"),
    )
    assert lines(item("甲") + item("乙", 1) + item("丙", 2) + item("丁", 3), numbering=numbering) == ["● 甲", "• 乙", "• 丙", "—丁"]


def test_empty_items_count_and_deleted_ones_do_not() -> None:
    numbering = lists(level(0, "decimal", "%1."))
    gone = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>'
    assert lines(item("甲") + item("") + gone + item("乙"), numbering=numbering) == ["1. 甲", "3. 乙"]


def test_lists_that_are_not_there_number_nothing() -> None:
    assert lines(item("甲", number=9) + item("乙", level=8), numbering=lists(level(0, "decimal", "%1."))) == ["甲", "乙"]
