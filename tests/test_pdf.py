"""PDF: what stands on pages becomes paragraphs, headings and tables again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import print_pdf
import pytest
import raw_pdf
from raw_pdf import line, pages_of, shown

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders import document_of_bytes, pdf
from zhengpu.model import BlockKind, Document

LEFT, RIGHT, EM, PITCH = 72, 522, 15, 26  # of the pages made here: lines of 30 characters
BODY = "深入实施制造业数字化转型行动，支持龙头企业建设工业互联网平台，带动中小企业上云用数，培育新业态新模式。"


def read(data: bytes, name: str = "计划.pdf") -> Document:
    return document_of_bytes(data, Path(name))


def texts(document: Document) -> list[str]:
    return [document.slice(block) for block in document.blocks]


def removed(document: Document) -> list[tuple[str, str]]:
    return [(one.text, one.why) for one in document.removed if one.why != "conversion"]


def wrapped(paragraphs: Iterable[str], *, indent: int = 2, gap: float = 0) -> Iterator[tuple[str, float, float]]:
    """Lines of 30 characters with their x and y: first lines moved in, `gap` points more between paragraphs."""
    y = 770.0
    for paragraph in paragraphs:
        rest, room = paragraph, 30 - indent
        x = LEFT + indent * EM
        while rest:
            yield rest[:room], x, y
            rest, room, x, y = rest[room:], 30, LEFT, y - PITCH
        y -= gap


def page(paragraphs: Iterable[str], foot: str = "", **layout: float) -> bytes:
    lines = [shown(text, x, y, EM) for text, x, y in wrapped(paragraphs, **layout)]  # type: ignore[arg-type]
    return b"".join(lines) + (shown(foot, 280, 40, 10) if foot else b"")


def boxes(rows: list[list[str]], edges: list[float], top: float, height: float = 30, *, size: float = 10) -> bytes:
    """A ruled table: every cell with its lines, its text in one line."""
    bottom = top - height * len(rows)
    out = [line(x, top, x, bottom) for x in edges] + [line(edges[0], top - height * n, edges[-1], top - height * n) for n in range(len(rows) + 1)]
    out += [shown(text, edges[c] + 4, top - height * r - 18, size) for r, row in enumerate(rows) for c, text in enumerate(row) if text]
    return b"".join(out)


def cells(document: Document) -> list[list[list[str]]]:
    """Of each table: its rows of texts."""
    grids = [block.table.grid() for block in document.blocks if block.table is not None]
    return [[[document.text[cell.start : cell.end] if cell else "" for cell in row] for row in grid] for grid in grids]


# -- paragraphs


def test_a_sentence_goes_on_on_the_next_page() -> None:
    whole = BODY * 3
    lines = list(wrapped([whole]))
    one = b"".join(shown(text, x, y, EM) for text, x, y in lines[:3]) + shown("— 1 —", 430, 40, 14)
    two = b"".join(shown(text, x, 770 - PITCH * n, EM) for n, (text, x, _) in enumerate(lines[3:])) + shown("— 2 —", 80, 40, 14)
    document = read(pages_of([one, two]))
    assert texts(document) == [whole]
    assert removed(document) == [("— 1 —", "page-break"), ("— 2 —", "page-break")]


def test_first_lines_that_are_moved_in_begin_paragraphs() -> None:
    # both end exactly at the margin: nothing but the indent of the next line tells
    full = "一" * 28 + "二" * 29 + "。"
    assert texts(read(pages_of([page([full, BODY, full, BODY])]))) == [full, BODY, full, BODY]


def test_space_between_paragraphs_parts_those_that_are_not_moved_in() -> None:
    full = "推动" * 29 + "发展"
    assert texts(read(pages_of([page([full, BODY, full, BODY], indent=0, gap=12)]))) == [full, BODY, full, BODY]


def test_numbered_lines_begin_paragraphs_at_the_margin() -> None:
    paragraphs = ["1.加快建设" + "数据" * 11 + "库。", "2.加快建设" + "网络" * 11 + "点。", "3.加快建设算力中心。"]
    assert texts(read(pages_of([page(paragraphs, indent=0)]))) == paragraphs


def test_a_title_on_two_lines_is_one_heading() -> None:
    title = shown("某市人民政府办公室关于印发", 141, 770, 24) + shown("数字经济发展三年行动计划的通知", 117, 736, 24)
    body = b"".join(shown(text, x, y - 100, EM) for text, x, y in wrapped([BODY, BODY]))
    document = read(pages_of([title + body]))
    assert texts(document) == ["某市人民政府办公室关于印发数字经济发展三年行动计划的通知", BODY, BODY]
    assert document.blocks[0].kind is BlockKind.HEADING


def test_two_titles_stay_two() -> None:
    titles = shown("关于印发实施方案的通知", 165, 770, 24) + shown("绿色建筑发展实施方案", 177, 736, 24)
    body = b"".join(shown(text, x, y - 100, EM) for text, x, y in wrapped([BODY, BODY]))
    assert texts(read(pages_of([titles + body])))[:2] == ["关于印发实施方案的通知", "绿色建筑发展实施方案"]


def test_a_note_at_the_foot_of_a_page_stands_behind_the_paragraph() -> None:
    whole = BODY * 2
    lines = list(wrapped([whole]))
    one = b"".join(shown(text, x, 200 - PITCH * n, EM) for n, (text, x, _) in enumerate(lines[:2])) + shown("① 数据来源：市统计局。", LEFT, 90, 9)
    two = b"".join(shown(text, x, 770 - PITCH * n, EM) for n, (text, x, _) in enumerate(lines[2:]))
    assert texts(read(pages_of([one, two]))) == [whole, "① 数据来源：市统计局。"]


def test_spaces_that_only_setting_makes_are_none() -> None:
    # 2024 and 年 stand a quarter of an em apart, 财政部 and 教育部 a whole one; one space is in the file
    words = (("到", 72), ("2025", 92), ("年，财政部", 128), ("教育部", 224))
    text = b"".join(shown(word, x, 700, 16) for word, x in words) + shown("单位 万元", 72, 600, 16)
    assert texts(read(pages_of([text]))) == ["到2025年，财政部 教育部", "单位 万元"]


def test_characters_are_those_that_are_typed() -> None:
    assert texts(read(pages_of([shown("⼈⼝⽼龄化⻓期规划，𠮷林省豈", 72, 700)]))) == ["人口老龄化长期规划，𠮷林省豈"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = "左栏" * 100 + "。", "右栏" * 100 + "。"
    out = shown("政府公报　2024年第3期", 240, 800, 10)
    for x, text in ((60, left), (310, right)):
        for n in range(0, len(text), 20):
            out += shown(text[n : n + 20], x, 750 - n, 11)
    assert texts(read(pages_of([out])))[1:] == [left, right]


# -- what is no text


@pytest.mark.parametrize("number", ["— {n} —", "- {n} -", "第 {n} 页 共 3 页", "第{n}页/共3页", "{n}/3", "{n}", "Page {n} of 3", "·{n}·"])
def test_numbers_of_pages_are_left_out(number: str) -> None:
    feet = [number.format(n=n) for n in (1, 2, 3)]
    bodies = [[f"第{place}条　" + BODY, BODY] for place in "一二三"]
    document = read(pages_of(page(body, foot) for body, foot in zip(bodies, feet, strict=True)))
    assert texts(document) == [text for body in bodies for text in body]
    assert removed(document) == [(foot, "page-break") for foot in feet]


def test_running_heads_are_left_out_and_titles_stay() -> None:
    head = shown("某市“十四五”卫生健康发展规划", 200, 810, 9)
    title = shown("某市“十四五”卫生健康发展规划", 190, 740, 15)
    contents = [head + (title if n == 0 else b"") + b"".join(shown(text, x, y - 60, EM) for text, x, y in wrapped([BODY])) for n in range(4)]
    document = read(pages_of(contents))
    assert texts(document) == ["某市“十四五”卫生健康发展规划", *[BODY] * 4]
    assert removed(document) == [("某市“十四五”卫生健康发展规划", "page-break")] * 4


def test_the_last_line_of_a_page_is_text_unless_it_comes_again() -> None:
    lasts = ["一、总体要求", "二、主要任务", "2025"]
    contents = [page([f"{last}方面：" + BODY]) + shown(last, 102, 60, EM) for last in lasts]
    assert [text for text in texts(read(pages_of(contents))) if len(text) < 10] == lasts


def test_a_list_of_contents_is_left_out() -> None:
    lines = ["目　录", "一、总体要求…………………………1", "（一）指导思想 ........................ 2", "二、主要任务……………………………12"]
    document = read(pages_of([b"".join(shown(text, 90, 700 - 30 * n, 14) for n, text in enumerate(lines)), page(["一、总体要求", BODY])]))
    assert texts(document) == ["一、总体要求", BODY]
    assert [why for _, why in removed(document)] == ["navigation"] * 4


def test_watermarks_and_text_in_margins_are_left_out() -> None:
    around = shown("内部资料严禁外传", 200, 300, 40, turned=45) + shown("档案馆扫描专用章", 30, 300, 9, turned=90)
    assert texts(read(pages_of([page([BODY]) + around]))) == [BODY]


def test_text_that_is_not_shown_is_left_out() -> None:
    hidden = shown("这一行在页面上看不见，也不应当读出来", 102, 300, EM, mode=3)
    assert texts(read(pages_of([page([BODY]) + hidden]))) == [BODY]
    assert texts(read(pages_of([hidden]))) == ["这一行在页面上看不见，也不应当读出来"]  # the text behind a scan


@pytest.mark.parametrize("entries", [b"", b"/Rotate 90"])
def test_a_page_that_is_printed_turned_is_read_upright(entries: bytes) -> None:
    lines = list(wrapped([BODY, "二、重点任务", BODY]))
    content = b"".join(shown(text, 842 - y, x, EM, turned=90) for text, x, y in lines)
    assert texts(read(pages_of([content], entries=entries))) == [BODY, "二、重点任务", BODY]


# -- tables

HEAD = ["序号", "指标名称", "目标值"]
EDGES = [72.0, 120.0, 400.0, 522.0]


def test_ruled_lines_make_cells() -> None:
    rows = [HEAD, ["1", "规模以上工业增加值增速（%）", "7"], ["2", "高新技术企业数量（家）", "≥500"]]
    document = read(pages_of([page(["一、主要指标"]) + boxes(rows, EDGES, 700)]))
    assert texts(document)[0] == "一、主要指标"
    assert cells(document) == [rows]


def test_thin_rectangles_are_lines_too() -> None:
    rows = [HEAD, ["1", "森林覆盖率（%）", "45"], ["2", "造林面积（万亩）", "30"]]
    parts = [line(x, 700, x, 610) for x in EDGES] + [line(72, 700 - 30 * n, 522, 700 - 30 * n) for n in range(4)]
    drawn = boxes(rows, EDGES, 700)
    for part in parts:
        x, y, _, u, v, *_ = part.split()
        drawn = drawn.replace(part, b"%b %b %g %g re f\n" % (x, y, max(float(u) - float(x), 0.5), (float(v) - float(y)) or 0.5))
    assert cells(read(pages_of([drawn]))) == [rows]


def test_a_table_goes_on_without_its_head() -> None:
    one = boxes([HEAD, ["1", "森林覆盖率（%）", "45"], ["2", "造林面积（万亩）", "30"]], EDGES, 160)
    two = boxes([HEAD, ["3", "湿地保护率（%）", "60"], ["4", "林业产值（亿元）", "900"]], [edge - 12 for edge in EDGES], 780)
    document = read(pages_of([page([BODY], "1") + one, two + shown("2", 280, 40, 10)]))
    rows = [["1", "森林覆盖率（%）", "45"], ["2", "造林面积（万亩）", "30"], ["3", "湿地保护率（%）", "60"], ["4", "林业产值（亿元）", "900"]]
    assert cells(document) == [[HEAD, *rows]]


def test_a_row_that_a_page_parts_is_one_row() -> None:
    one = boxes([HEAD, ["1", "建立健全覆盖城乡的", "30"]], EDGES, 130)
    two = boxes([HEAD, ["", "公共卫生应急体系。", ""], ["2", "床位（张）", "900"]], EDGES, 780)
    assert cells(read(pages_of([one, two]))) == [[HEAD, ["1", "建立健全覆盖城乡的公共卫生应急体系。", "30"], ["2", "床位（张）", "900"]]]


def test_a_cell_that_spans_rows_of_both_pages_is_one_cell() -> None:
    one = boxes([["类别", "指标名称", "目标值"], ["生态", "森林覆盖率（%）", "45"], ["林业产业", "产值（亿元）", "900"]], EDGES, 160)
    two = boxes([["类别", "指标名称", "目标值"], ["", "从业人数（万人）。", "30"], ["民生", "护林员（人）", "80"]], EDGES, 780)
    document = read(pages_of([one, two]))
    assert [row[0] for row in cells(document)[0]] == ["类别", "生态", "林业产业", "林业产业", "民生"]


def test_cells_that_span_rows_and_columns() -> None:
    # 目标值 over 2025年 and 2027年; 约束性 beside two rows
    drawn = b""
    drawn += b"".join(line(x, 700, x, 580) for x in (72, 140, 300, 500)) + line(400, 670, 400, 580)
    drawn += b"".join(line(a, y, 500, y) for a, y in ((72, 700), (300, 670), (72, 640), (140, 610), (72, 580)))
    head = [("属性", 76, 665), ("指标名称", 144, 665), ("目标值", 380, 680), ("2025年", 304, 650), ("2027年", 404, 650), ("约束性", 76, 605)]
    first = [("空气优良天数比例（%）", 144, 620), ("85", 304, 620), ("88", 404, 620)]
    second = [("水质达标率（%）", 144, 590), ("90", 304, 590), ("95", 404, 590)]
    drawn += b"".join(shown(text, x, y, 10) for text, x, y in head + first + second)
    assert cells(read(pages_of([drawn]))) == [
        [
            ["属性", "指标名称", "目标值", "目标值"],
            ["属性", "指标名称", "2025年", "2027年"],
            ["约束性", "空气优良天数比例（%）", "85", "88"],
            ["约束性", "水质达标率（%）", "90", "95"],
        ]
    ]


def test_lines_of_a_cell_are_joined_where_they_are_full() -> None:
    drawn = b"".join(line(x, 700, x, 560) for x in (72, 160, 300)) + b"".join(line(72, y, 300, y) for y in (700, 660, 560))
    task = [("任务", 76, 680), ("建设市级政务", 76, 640), ("数据平台，归", 76, 625), ("集共享数据", 76, 610)]
    bodies = [("单位", 164, 680), ("市数据局", 164, 640), ("市财政局", 164, 625)]
    drawn += b"".join(shown(text, x, y, 13) for text, x, y in task + bodies)
    drawn += boxes([["任务", "单位"]], [72, 160, 300], 500)
    assert cells(read(pages_of([drawn])))[0][1] == ["建设市级政务数据平台，归集共享数据", "市数据局\n市财政局"]


def test_open_sides_are_closed() -> None:
    rows = [HEAD, ["1", "增速（%）", "7"], ["2", "企业数量（家）", "500"]]
    drawn = boxes(rows, EDGES, 700)
    for x in (72, 522):
        drawn = drawn.replace(line(x, 700, x, 610), b"")
    assert cells(read(pages_of([drawn]))) == [rows]


def test_a_frame_is_no_table() -> None:
    frame = line(72, 700, 522, 700) + line(72, 500, 522, 500) + line(72, 700, 72, 500) + line(522, 700, 522, 500) + line(72, 660, 522, 660)
    inside = shown("专栏1 重大工程", 240, 674, 14)
    text = "推进数字基础设施建设工程，新建一批千兆城市示范区，建设城市大脑，完善政务云，推广电子证照。"
    for n in range(0, len(text), 28):
        inside += shown(text[n : n + 28], 84, 630 - n, 15)
    document = read(pages_of([page([BODY]) + frame + inside]))
    assert cells(document) == []
    assert texts(document) == [BODY, "专栏1 重大工程", text]


# -- what cannot be read


def picture_page(width: int = 20, height: int = 30) -> bytes:
    """A file of one page that an image covers."""
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB" % (width, height)
    image = raw_pdf.stream(b"\xc0" * (3 * width * height), entries)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    kids = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return raw_pdf.file_of([raw_pdf.CATALOG, kids, page, raw_pdf.stream(b"595 0 0 842 0 0 cm /I Do"), image])


def test_a_scan_is_named_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf.ocr, "is_installed", lambda: False)
    with pytest.raises(UnreadableDocument, match=r"扫描件\.pdf: is a scan: .*pip install 'zhengpu\[ocr\]'"):
        read(picture_page(), "扫描件.pdf")


def test_pages_without_text_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableDocument, match=r"空白\.pdf: the PDF holds no text \(2 empty pages\)"):
        read(pages_of([b"", b""]), "空白.pdf")


def test_text_without_meaning_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf.ocr, "is_installed", lambda: False)
    with pytest.raises(UnreadableDocument, match="do not say which characters"):
        read(pages_of([shown("\ue123\ue124\ue125" * 20, 72, 700)]))


def test_a_locked_file_asks_for_one_without_password() -> None:
    from reportlab.lib import pdfencrypt
    from reportlab.pdfgen.canvas import Canvas

    def made(user: str) -> bytes:
        canvas = Canvas("locked.pdf", encrypt=pdfencrypt.StandardEncryption(user, ownerPassword="owner", canPrint=0))
        canvas.setFont(print_pdf.FONT, 15)
        canvas.drawString(72, 700, BODY[:28])
        data = canvas.getpdfdata()
        assert isinstance(data, bytes)
        return data

    with pytest.raises(UnreadableDocument, match=r"锁\.pdf: the PDF asks for a password"):
        read(made("secret"), "锁.pdf")
    assert texts(read(made(""))) == [BODY[:28]]  # protected against changes only: anyone may read it


def test_a_page_that_is_a_picture_among_others_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf.ocr, "is_installed", lambda: False)
    image = b"q 595 0 0 842 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\xff\x00\xff EI Q\n"
    document = read(pages_of([page([BODY]), image, page([BODY])], packed=False))
    assert texts(document) == [BODY, BODY]
    assert removed(document) == [("第2页", "scan")]


def test_a_pdf_is_one_by_its_bytes() -> None:
    assert texts(read(pages_of([page([BODY])]), "计划.txt")) == [BODY]
    assert texts(read(b"\r\nFrom a gateway\r\n" + pages_of([page([BODY])]))) == [BODY]
    assert read("文件以 %PDF-1.7 开头的是 PDF。".encode(), "说明.txt").format == "text"
