"""DOCX: what a reader of the printed page sees is what the document's text says."""

from __future__ import annotations

from importlib.resources import files

import pytest
from docx_parts import cell, item, level, lines, lists, package, paragraph, read, row, run, table, written

from zhengpu.extract import facts
from zhengpu.extract.review.guide_json import guide_json
from zhengpu.loaders import document_of_text, docx
from zhengpu.model import BlockKind, Document

HEADING_1 = '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'


def removed(document: Document) -> list[tuple[str, str]]:
    return [(removal.why, removal.text) for removal in document.removed]


# ---- words ----------------------------------------------------------------------------------------------------------


def test_changes_count_as_accepted() -> None:
    changed = paragraph(
        run("到2025年，建成"), "<w:del><w:r><w:delText>三</w:delText></w:r></w:del>", f"<w:ins>{run('五')}</w:ins>", run("个中心。"),
        f"<w:moveFrom>{run('旧处')}</w:moveFrom>", f"<w:moveTo>{run('新处。')}</w:moveTo>",
    )  # fmt: skip
    split = paragraph("各部门要", properties="<w:rPr><w:del/></w:rPr>") + paragraph("抓好落实。")
    document = read(changed + split)
    assert document.text.split("\n") == ["到2025年，建成五个中心。新处。", "各部门要抓好落实。"]
    assert removed(document) == [("deleted", "三旧处")]


def test_fields_are_their_results() -> None:
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = "<w:r><w:instrText> {} </w:instrText></w:r>"
    link = field.format("begin") + code.format('HYPERLINK "https://example.org/"') + field.format("separate") + run("《条例》") + field.format("end")
    nested = (
        field.format("begin")
        + code.format("IF")
        + field.format("begin")
        + run("内")
        + field.format("end")
        + field.format("separate")
        + run("外")
        + field.format("end")
    )
    circled = field.format("begin") + code.format("eq \\o\\ac(○,3)") + field.format("end")
    body = paragraph(run("见"), link, f"<w:hyperlink>{run('附件')}</w:hyperlink>", f'<w:fldSimple w:instr="DATE">{run("今")}</w:fldSimple>', nested, circled)
    assert lines(body + paragraph(field.format("end"), "照常。")) == ["见《条例》附件今外③", "照常。"]


def test_a_field_that_is_never_closed_hides_its_paragraph_only() -> None:
    assert lines(paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "丢") + paragraph("在")) == ["在"]


def test_tabs_breaks_hyphens_and_symbols() -> None:
    sign = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'
    body = paragraph(
        run("覆盖率"),
        sign.format("Symbol", "F0B3"),
        run("95%"),
        sign.format("Wingdings 2", "F052"),
        "<w:r><w:noBreakHyphen/></w:r>",
        run("x\uf0a3", '<w:rFonts w:ascii="Symbol"/>'),
    )
    assert lines(body + paragraph(run("市教育局"), "<w:r><w:br/></w:r>", run("市财政局"), "<w:r><w:tab/></w:r>", run("2024年"))) == [
        "覆盖率≥95%☑-x≤",
        "市教育局",
        "市财政局\t2024年",
    ]


def test_hidden_text_is_left_out_and_written_down() -> None:
    styles = '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    body = paragraph(run("公开"), run("秘密", "<w:vanish/>"), run("备注", '<w:rStyle w:val="h"/>'), run("内容", '<w:rStyle w:val="h"/><w:vanish w:val="0"/>'))
    document = read(body, styles=styles)
    assert document.text == "公开内容"
    assert removed(document) == [("hidden", "秘密备注")]


def test_pinyin_placeholders_and_formulas() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{run('yin')}</w:rt><w:rubyBase>{run('鄞')}</w:rubyBase></w:ruby></w:r>"
    control = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处输入文字')}</w:sdtContent></w:sdt>"
    filled = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('州区')}</w:sdtContent></w:sdt>"
    assert lines(paragraph(ruby, filled, control, "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>")) == ["鄞州区a+b"]


def test_text_boxes_follow_their_paragraph_once() -> None:
    content = f"<w:txbxContent>{paragraph('专栏1 重点工程')}{paragraph('建设数据中心。')}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:textbox><w:txbxContent>{paragraph('旧框')}</w:txbxContent></v:textbox></w:pict></w:r>"
    assert lines(paragraph("甲", both, "乙") + paragraph(old) + paragraph("丙")) == ["甲乙", "专栏1 重点工程", "建设数据中心。", "旧框", "丙"]


def test_whole_runs_may_stand_in_an_alternative() -> None:
    assert lines(f"<w:p><mc:AlternateContent><mc:Choice>{run('新')}</mc:Choice><mc:Fallback>{run('旧')}</mc:Fallback></mc:AlternateContent></w:p>") == ["新"]


# ---- blocks ---------------------------------------------------------------------------------------------------------


def test_headings_are_told_by_style_outline_level_and_bold() -> None:
    body = (
        paragraph("总体要求", properties='<w:pStyle w:val="2"/>')
        + paragraph("重点任务", properties='<w:outlineLvl w:val="0"/>')
        + paragraph("正文级别", properties='<w:outlineLvl w:val="9"/>')
        + paragraph(run("保障措施", "<w:b/>"))
        + paragraph(run("黑体一行", '<w:rFonts w:eastAsia="方正黑体_GBK"/>'))
        + paragraph(run("全句加粗。", "<w:b/>"))
        + paragraph(run("（二）优化流程", "<w:b/>"), run("各部门要精简材料。"))
        + paragraph(run("（三）强化监管。", "<w:b/>"), run("加强抽查。"))
    )
    document = read(body, styles=HEADING_1)
    H, P = BlockKind.HEADING, BlockKind.PARAGRAPH
    assert [(document.slice(block), block.kind) for block in document.blocks] == [
        ("总体要求", H), ("重点任务", H), ("正文级别", P), ("保障措施", H), ("黑体一行", H), ("全句加粗。", P),
        ("（二）优化流程", H), ("各部门要精简材料。", P), ("（三）强化监管。加强抽查。", P),
    ]  # fmt: skip


def test_the_table_of_contents_is_left_out() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = paragraph("目　录") + paragraph("一、总体要求", "<w:r><w:tab/></w:r>", "1", properties='<w:pStyle w:val="T"/>')
    boxed = f"<w:sdt>{gallery}<w:sdtContent>{paragraph('二、重点任务 3')}</w:sdtContent></w:sdt>"
    document = read(body + boxed + paragraph("一、总体要求") + paragraph("目录") + paragraph("是清单的目录。"), styles=styles)
    assert document.text.split("\n") == ["一、总体要求", "目录", "是清单的目录。"]
    assert removed(document) == [("contents", "目　录"), ("contents", "一、总体要求\t1"), ("contents", "二、重点任务 3")]


def test_notes_stand_at_the_end_in_the_order_of_their_marks() -> None:
    note = '<w:footnote w:id="{}">{}</w:footnote>'
    mark = '<w:r><w:{}Reference w:id="{}"/></w:r>'
    document = read(
        paragraph("瞪羚企业", mark.format("footnote", 2), "达到100家", mark.format("endnote", 1), "。")
        + paragraph("再提", mark.format("footnote", 2), mark.format("footnote", 77)),
        footnotes=note.format(0, paragraph("分隔线")) + note.format(2, paragraph("指成长性好的企业。")),
        endnotes=f'<w:endnote w:id="1">{paragraph("含培育库。")}</w:endnote>',
    )
    assert document.text.split("\n") == ["瞪羚企业达到100家。", "再提", "[1] 指成长性好的企业。", "[2] 含培育库。"]
    assert [block.kind for block in document.blocks][2:] == [BlockKind.METADATA] * 2


def test_margins_and_remarks_are_no_part_of_the_text() -> None:
    document = read(
        paragraph("正文"), header=paragraph("某市人民政府公报"), footer=paragraph("- 1 -"), comments=f'<w:comment w:id="0">{paragraph("此处再议")}</w:comment>'
    )
    assert document.text == "正文"
    assert removed(document) == [("page-header", "某市人民政府公报"), ("page-footer", "- 1 -"), ("comment", "此处再议")]


def test_properties_of_the_file() -> None:
    core = "<dc:title>{}</dc:title><dc:creator>秘书科</dc:creator><dcterms:created>2024-05-06T00:00:00Z</dcterms:created>"
    assert [(field.label, field.value) for field in read(paragraph("正文"), core=core.format("某市行动计划")).page] == [
        ("title", "某市行动计划"), ("creator", "秘书科"), ("created", "2024-05-06T00:00:00Z"),
    ]  # fmt: skip
    for name in ("文档1", "Microsoft Word - 新方案.doc", "新建 DOCX 文档"):
        assert [field.label for field in read(paragraph("正文"), core=core.format(name)).page] == ["creator", "created"]


def test_the_strict_form_of_the_standard_reads_alike() -> None:
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    assert docx.document(package(paragraph("正文"), names=strict), source="a.docx", digest="0").text == "正文"


def test_blocks_in_controls_insertions_and_alternatives() -> None:
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('甲')}</w:sdtContent></w:sdt><w:customXml>{paragraph('乙')}</w:customXml>"
    choice = f"<mc:AlternateContent><mc:Choice>{paragraph('丙')}</mc:Choice><mc:Fallback>{paragraph('丁')}</mc:Fallback></mc:AlternateContent>"
    assert lines(control + choice) == ["甲", "乙", "丙"]


# ---- tables ---------------------------------------------------------------------------------------------------------


def grid(document: Document) -> list[list[str]]:
    block = next(block for block in document.blocks if block.table is not None)
    assert block.table is not None
    return [[document.text[one.start : one.end] if one else "" for one in line] for line in block.table.grid()]


DOWN, BEGIN = "<w:vMerge/>", '<w:vMerge w:val="restart"/>'


def test_merged_cells_cover_their_places() -> None:
    document = read(
        paragraph("附件")
        + table(
            row("序号", "任务", cell("责任", '<w:gridSpan w:val="2"/>'), properties="<w:tblHeader/>"),
            row("1", cell("建设平台", BEGIN), "市教育局", "市财政局"),
            row("2", cell("", DOWN), cell("市民政局", '<w:gridSpan w:val="2"/>')),
            row("3", cell("开展培训", BEGIN), "市人社局", "市总工会"),
            row("4", cell("", DOWN), "市卫生健康委", ""),
        )
    )
    assert grid(document) == [
        ["序号", "任务", "责任", "责任"],
        ["1", "建设平台", "市教育局", "市财政局"],
        ["2", "建设平台", "市民政局", "市民政局"],
        ["3", "开展培训", "市人社局", "市总工会"],
        ["4", "开展培训", "市卫生健康委", ""],
    ]
    assert document.blocks[-1].table is not None
    assert document.blocks[-1].table.has_header


def test_rows_may_begin_late_come_wrapped_or_be_deleted() -> None:
    wrapped = f"<w:sdt><w:sdtContent>{row('乙', '2', '3')}</w:sdtContent></w:sdt>"
    document = read(
        table(
            row("名称", "基数", "目标"),
            row("1", "2", properties='<w:gridBefore w:val="1"/>'),
            wrapped,
            row("丙", "3", "4", properties="<w:del/>"),
            row("丁", "4", "5"),
        )
    )
    assert grid(document) == [["名称", "基数", "目标"], ["", "1", "2"], ["乙", "2", "3"], ["丁", "4", "5"]]


def test_old_merging_to_the_side() -> None:
    document = read(table(row("指标", cell("目标", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>")), row("产值", "1", "2")))
    assert grid(document) == [["指标", "目标", "目标"], ["产值", "1", "2"]]


def test_a_table_within_a_table_of_data_is_lines_of_its_cell() -> None:
    inner = table(row("子项", "值"), row("甲", "1"))
    document = read(
        table(
            row("任务", "内容", "单位"),
            row("建设", cell(paragraph("含：") + inner + paragraph("")), "市科技局"),
            row("培训", "开展十期培训班和轮训", "市人社局"),
        )
    )
    assert grid(document)[1] == ["建设", "含：\n子项\n值\n甲\n1", "市科技局"]


def test_a_table_that_lays_a_page_out_is_what_stands_in_it() -> None:
    inner = table(row("任务", "单位"), row("建设", "市科技局"), row("培训", "市人社局"))
    document = read(table(row(cell(paragraph("一、总体要求") + paragraph("全面推进。") + inner + paragraph("二、保障")))))
    assert [document.slice(block) for block in document.blocks if block.table is None] == ["一、总体要求", "全面推进。", "二、保障"]
    assert grid(document) == [["任务", "单位"], ["建设", "市科技局"], ["培训", "市人社局"]]


def test_labelled_values_in_a_table_are_the_page_s() -> None:
    document = read(
        table(row("索引号", "000014349/2024-1", "主题分类", "科技"), row("发文机关", "某市政府", "成文日期", "2024年1月2日")) + paragraph("关于加强工作的通知")
    )
    assert {field.label: field.value for field in document.page}["index_number"] == "000014349/2024-1"


def test_numbers_go_on_in_tables() -> None:
    numbering = lists(level(0, "decimal", "%1", suffix="nothing"))
    document = read(table(row("序号", "任务"), row(cell(item("")), "甲"), row(cell(item("A")), "乙"), row(cell(item("B")), "丙")), numbering=numbering)
    assert [line[0] for line in grid(document)] == ["序号", "", "2A", "3B"]


# ---- round trip -----------------------------------------------------------------------------------------------------


SAMPLES = {file.name: file.read_text("utf-8") for file in files("zhengpu.samples").iterdir() if file.name.endswith(".txt")}


def said(document: Document) -> dict[str, object]:
    """The facts of a document without their places, and without the bars that a flattened table has between its cells."""

    def placeless(value: object) -> object:
        if isinstance(value, dict):
            return {key: placeless(one) for key, one in value.items() if key not in ("source", "noise") and not key.endswith(("start", "end"))}
        if isinstance(value, str):
            return value.replace(" |\n", "\n")
        return [placeless(one) for one in value] if isinstance(value, list) else value

    found = placeless(guide_json(facts(document)))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_plan_written_as_docx_says_the_same(name: str) -> None:
    as_text = document_of_text(SAMPLES[name], name)
    as_docx = docx.document(written(as_text), source="plan.docx", digest="0")
    assert said(as_docx) == said(as_text)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_plan_numbered_by_the_word_processor_says_the_same(name: str) -> None:
    as_text = document_of_text(SAMPLES[name], name)
    marks = [mark + "、" for mark in "一二三四五六七八九十"]
    body, at = "", 0
    for block in as_text.blocks:
        if block.table is not None:
            break
        text = as_text.slice(block).replace("&", "&amp;").replace("<", "&lt;")
        if at < len(marks) and text.startswith(marks[at]):
            body, at = body + item(text[2:]), at + 1
        else:
            body += paragraph(text) if text else ""
    assert at >= 2
    end = next((block.start for block in as_text.blocks if block.table is not None), len(as_text.text))
    plain = document_of_text(as_text.text[:end], name)
    assert said(read(body, numbering=lists(level(0, "chineseCounting", "%1、")))) == said(plain)
