"""Pages of government sites: what is the document, what is only around it, and what hostile markup may not do."""

from __future__ import annotations

import os
import re
import time
from html import escape
from importlib.resources import files
from pathlib import Path

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhengpu.errors import UnreadableDocument
from zhengpu.extract import facts
from zhengpu.loaders import document_of_text, load
from zhengpu.loaders.encoding import decoded
from zhengpu.loaders.html import document
from zhengpu.loaders.web_page.lines import DEEPEST
from zhengpu.model import Block, BlockKind, Document, Facts

SAMPLES = sorted(path.name for path in files("zhengpu.samples").iterdir() if path.name.endswith(".txt"))

# A page as government sites have it; nothing in it but the body is the document.
SITE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}_政府信息公开_某市人民政府门户网站</title>
<meta name="SiteName" content="某市人民政府门户网站"><meta name="ColumnName" content="部门文件">
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2024-05-06 10:00"><meta name="ContentSource" content="市政府办公室">
<script>var words = "脚本里的文字，不是正文。不是正文。";</script><style>.a {{ color: red }}</style></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul>
<form><input type="text" value="请输入关键字"><select><option>全文检索</option></select><button>搜索</button></form></div>
<div class="position">您现在的位置：<a href="/">首页</a> &gt; <a href="/zw">政务公开</a> &gt; 正文</div>
<div class="main"><h1>{title}</h1>
<div class="info">发布日期：2024-05-06 10:00&nbsp;&nbsp;&nbsp;来源：市政府办公室&nbsp;&nbsp;字体：[<a>大</a> <a>中</a> <a>小</a>]</div>
{metadata}
<div class="{content}" id="zoom">{body}</div>
<div class="share">分享到：<a>微信</a><a>微博</a></div><div class="related"><h3>相关解读</h3><ul><li><a>一图读懂</a></li></ul></div></div>
<div class="footer"><p>主办：某市人民政府办公室 承办：某市大数据中心 网站标识码：3200000001</p><p>苏ICP备05000000号</p></div></body></html>"""
METADATA = """<table class="xxgk"><tr><td>索 引 号：</td><td>014000000/2024-00012</td><td>主题分类：</td><td>卫生、体育\\卫生</td></tr>
<tr><td><b>发文机关：</b></td><td>某市人民政府</td><td><b>成文日期：</b></td><td>2024年4月30日</td></tr>
<tr><td>标　　题：</td><td colspan="3">某市卫生健康工作方案</td></tr><tr><td>发文字号：</td><td>某政发〔2024〕12号</td><td>有 效 性：</td><td>有效</td></tr>
<tr><td>主 题 词：</td><td></td><td></td><td></td></tr></table>"""
LONG = "坚持以人民健康为中心，深化医疗、医保、医药联动改革，推动优质医疗资源扩容下沉和区域均衡布局，到2026年新增床位500张。"


def page(body: str, *, title: str = "某市卫生健康工作方案", metadata: str = "", content: str = "article-content", charset: str = "utf-8") -> str:
    return SITE.format(title=title, body=body, metadata=metadata, content=content, charset=charset)


def read(markup: str) -> Document:
    return document(markup, source="page.html", digest="0" * 64)


def shown(found: Document, *kinds: BlockKind) -> list[str]:
    return [found.slice(block) for block in found.blocks if not kinds or block.kind in kinds]


def grid(found: Document) -> list[list[str]]:
    """The texts of the first table's grid, "" for a hole."""
    table = next(block.table for block in found.blocks if block.table is not None)
    return [[found.text[cell.start : cell.end] if cell else "" for cell in row] for row in table.grid()]


def test_only_the_document_is_left_of_a_page() -> None:
    found = read(page(f"<p>一、总体要求</p><p>{LONG}</p><p>二、主要任务</p><p>{LONG}</p>"))
    assert shown(found) == ["某市卫生健康工作方案", shown(found)[1], "一、总体要求", LONG, "二、主要任务", LONG]
    assert found.blocks[0].kind is BlockKind.HEADING
    assert found.blocks[1].kind is BlockKind.METADATA
    left_out = {removal.text for removal in found.removed if removal.why == "navigation"}
    assert {"首页", "政务公开", "相关解读", "苏ICP备05000000号"} <= left_out
    assert "脚本" not in found.text + "".join(left_out)


@pytest.mark.parametrize("content", ["article-content", "TRS_Editor", "pages_content", "view TRS_UEDITOR trs_paper_default", "kx-9", ""])
def test_the_document_is_found_with_and_without_the_names_of_content_systems(content: str) -> None:
    found = read(page(f"<p>一、总体要求</p><p>{LONG}</p>" * 2, content=content).replace('id="zoom"', ""))
    assert "一、总体要求" in shown(found)
    assert not any(word in found.text for word in ("首页", "微博", "一图读懂", "ICP备"))


def test_a_title_that_the_document_prints_itself_is_not_taken_twice() -> None:
    found = read(page(f"<p style='text-align:center'>某市卫生健康<br>工作方案</p><p>{LONG}</p>"))
    assert shown(found, BlockKind.HEADING, BlockKind.PARAGRAPH) == ["某市卫生健康", "工作方案", LONG]


def test_a_title_above_the_text_is_found_where_the_page_is_called_by_more_than_it() -> None:
    title = "某市商务局 某某海关关于印发《某市外贸若干措施》的通知"
    body = f"<h1>{title}</h1><div class='TRS_Editor'><p>{LONG}</p><p>{LONG}</p></div>"
    found = read(f"<html><head><title>某市商务局 通知公告 {title}</title></head><body>{body}</body></html>")
    assert shown(found, BlockKind.HEADING) == [title]


def test_the_day_of_publication_is_read_behind_the_source() -> None:
    source = "来源：市商务局　发布时间：2024-02-05 09:12　阅读次数：88次"
    body = f"<div>某市商务局工作要点</div><div>{source}</div><div class='content'><p>一、促消费</p><p>{LONG}</p></div>"
    found = facts(read(f"<html><head><title>某市商务局工作要点</title></head><body>{body}</body></html>"))
    assert (found.document.title, found.document.published) == ("某市商务局工作要点", "2024-02-05")


def test_labelled_values_become_page_fields() -> None:
    found = read(page(f"<p>一、总体要求</p><p>{LONG}</p>", metadata=METADATA))
    record = facts(found).document
    assert (record.index_number, record.document_number, record.theme) == ("014000000/2024-00012", "某政发〔2024〕12号", "卫生、体育\\卫生")
    assert (record.validity, record.issued, record.published) == ("有效", "2024-04-30", "2024-05-06")
    for field in found.page:
        if field.start is not None:
            assert found.text[field.start : field.end] == field.value
    assert {(field.label, field.start) for field in found.page} >= {("title", None), ("published", None), ("column", None)}
    assert "主 题 词" not in found.text


@pytest.mark.parametrize(
    "metadata",
    [
        "<ul><li><b>索 引 号：</b><span>A-1</span></li><li><b>发文字号：</b><span>某发〔2024〕3号</span></li></ul>",
        "<div><span>索引号</span></div><div>A-1</div><div><span>发文字号</span></div><div>某发〔2024〕3号</div>",
        "<dl><dt>索引号：</dt><dd>A-1</dd><dt>发文字号：</dt><dd>某发〔2024〕3号</dd></dl>",
        "<p>【索引号】 A-1</p><p>【发文字号】 某发〔2024〕3号</p>",
        "<ol><li>[索引号] <span>A-1</span></li><li>[发文字号] <span>某发〔2024〕3号</span></li></ol>",
        "<table><tr><th>索引号</th><td>A-1</td></tr><tr><th>发文字号</th><td>某发〔2024〕3号</td></tr></table>",
        "<table><tr><td><b>索&emsp;引&emsp;号：</b>A-1</td><td><b>发文字号：</b>某发〔2024〕3号</td></tr></table>",
        "<table><tr><td>索引号</td><td>&nbsp;A-1&nbsp;</td><td>发文字号</td><td>某发〔2024〕3号</td></tr></table>",
        "<table><tr><td><table><tr><td>索引号：</td><td>A-1</td></tr><tr><td>发文字号：</td><td>某发〔2024〕3号</td></tr></table></td></tr></table>",
        "<ul><li><strong>索引号</strong><span>A-1</span></li><li><strong>发文字号</strong><span>某发〔2024〕3号</span></li></ul>",
        "<ul><li><em>索引号</em>：<i>A-1</i></li><li><em>发文字号</em>：<i>某发〔2024〕3号</i></li></ul>",
        "<dl><dt>索引号</dt><dd>A-1</dd></dl><dl><dt>发文字号</dt><dd>某发〔2024〕3号</dd></dl>",
        "<div><label>索引号：</label><div>A-1</div></div><div><label>发文字号：</label><div>某发〔2024〕3号</div></div>",
        "<div>[ 索引号 ]　A-1</div><div>[ 发文字号 ]　某发〔2024〕3号</div>",
        "<p>索引号：A-1&nbsp;&nbsp;&nbsp;发文字号：某发〔2024〕3号</p>",
        "<div>索引号：A-1<br>发文字号：某发〔2024〕3号</div>",
    ],
)
def test_labelled_values_in_every_layout(metadata: str) -> None:
    record = facts(read(page(f"<p>一、总体要求</p><p>{LONG}</p>", metadata=metadata))).document
    assert (record.index_number, record.document_number) == ("A-1", "某发〔2024〕3号")


def test_labels_above_their_values() -> None:
    above = "".join(f"<th>{label}</th>" for label in ("索引号", "主题分类", "发文机关", "成文日期", "发文字号", "有效性"))
    below = "".join(f"<td>{value}</td>" for value in ("A-1", "卫生", "某市人民政府", "2024年4月30日", "某发〔2024〕3号", "有效"))
    body = f"<p>一、总体要求</p><p>{LONG}</p>"
    record = facts(read(page(body, metadata=f"<table><tr>{above}</tr><tr>{below}</tr></table>"))).document
    assert (record.index_number, record.theme, record.issuers) == ("A-1", "卫生", ("某市人民政府",))
    assert (record.issued, record.document_number, record.validity) == ("2024-04-30", "某发〔2024〕3号", "有效")
    other = f"<table><tr>{above}</tr>{f'<tr>{below}</tr>' * 2}</table>"  # of several documents: whose values they are is not told
    assert facts(read(page(body, metadata=other))).document.validity is None


def test_a_search_form_and_a_list_of_documents_state_nothing() -> None:
    form = '<form>标题：<input name="t"> 发文字号：<input name="n"> 发布日期：<input> 至 <input></form>'
    head = "<tr><td>标题</td><td>文号</td><td>成文日期</td></tr>"
    others = f"<table>{head}<tr><td>某市公共机构节能办法</td><td>某发〔2001〕1号</td><td>2001-01-01</td></tr></table>"
    record = facts(read(page(f"<p>一、总体要求</p><p>{LONG}</p>", metadata=form + others))).document
    assert record.document_number is None
    assert record.issued is None


def test_a_page_laid_out_with_tables_keeps_its_paragraphs() -> None:
    body = f"<p>一、总体要求</p><p>{LONG}</p><p>二、主要任务</p><p>{LONG}</p>"
    markup = (
        f"<html><body><table><tr><td><a>首页</a></td><td><a>公开</a></td></tr></table><table><tr><td width=200><a>文件</a><br><a>解读</a></td><td><table>"
        f"<tr><td id='UCAP-CONTENT'>{body}</td></tr></table></td></tr></table></body></html>"
    )
    found = read(markup)
    assert [block.kind for block in found.blocks] == [BlockKind.PARAGRAPH] * 4
    assert shown(found)[0] == "一、总体要求"


TASKS = """<table border="1"><tr><td colspan="4">重点任务分工表</td></tr><tr><td>序号</td><td>工作任务</td><td>责任单位</td><td>完成时限</td></tr>
<tr><td colspan="4">一、医疗服务</td></tr>
<tr><td>1</td><td>建设紧密型县域医共体</td><td rowspan="2"><p>市卫生健康委</p><p>市医保局</p></td><td>2024年12月</td></tr>
<tr><td>2</td><td>推进检查检验结果互认</td><td>持续推进</td></tr>
<tr><td colspan="4">注：排在第一位的为牵头单位。</td></tr></table>"""


def test_a_table_of_data_keeps_its_cells_and_spans() -> None:
    found = read(page(f"<p>{LONG}</p>{TASKS}<p>{LONG}</p>"))
    assert grid(found) == [
        ["序号", "工作任务", "责任单位", "完成时限"],
        ["一、医疗服务"] * 4,
        ["1", "建设紧密型县域医共体", "市卫生健康委\n市医保局", "2024年12月"],
        ["2", "推进检查检验结果互认", "市卫生健康委\n市医保局", "持续推进"],
    ]
    table = next(block.table for block in found.blocks if block.table)
    assert table.has_header
    assert shown(found, BlockKind.PARAGRAPH)[1:3] == ["重点任务分工表", "注：排在第一位的为牵头单位。"]


@pytest.mark.parametrize(("rows", "columns"), [("1000000000", "1"), ("0", "1"), ("1", "1000000000"), ("-3", "x"), ("99999999999999999999", "65535")])
def test_absurd_spans_end_where_the_table_ends(rows: str, columns: str) -> None:
    cells = f'<td rowspan="{rows}" colspan="{columns}">床位数</td><td>500张</td>'
    found = read(page(f"<p>{LONG}</p><table><tr><td>指标</td><td>2026年</td></tr><tr>{cells}</tr><tr><td>医师数</td><td>300名</td></tr></table>"))
    table_found = next((block.table for block in found.blocks if block.table), None)
    if table_found is not None:
        assert table_found.n_columns <= 200
        assert all(cell.row + cell.row_span <= table_found.n_rows for cell in table_found.cells)
        assert all(cell.column + cell.column_span <= table_found.n_columns for cell in table_found.cells)
    assert "500张" in found.text


def test_a_box_of_one_cell_is_no_table() -> None:
    found = read(page(f'<p>{LONG}</p><table border="1"><tr><td><p>专栏1 健康工程</p><p>1.实施基层能力提升工程。{LONG}</p></td></tr></table>'))
    assert "专栏1 健康工程" in shown(found, BlockKind.PARAGRAPH)


def test_lines_of_a_page() -> None:
    found = read(
        page(
            f"<p>{LONG}</p><p>（一）</p><p>加强组织<span>领</span><b>导</b></p><p><strong>（二）优化服务流程</strong>　推进检查检验结果互认共享。</p>"
            "<p><strong>责任单位：</strong>市卫生健康委</p><p>第一行<br/>第二行</p><p>国务院\n      办公厅印发&nbsp;&nbsp;文件</p>"
            "<p>面积10km<sup>2</sup>\u200b&ldquo;健康&rdquo;&#12289;&amp;</p><ol><li>制定清单</li><li>2.公开结果</li></ol><ul><li>其他</li></ul>"
            "<p>2026年 4月&nbsp;20 日</p><p hidden>看不见</p><p style='display: none'>也看不见</p><pre>甲\n乙</pre>"
        )
    )
    assert shown(found)[3:] == [
        "（一）加强组织领导", "（二）优化服务流程", "推进检查检验结果互认共享。", "责任单位：市卫生健康委", "第一行", "第二行", "国务院办公厅印发 文件",
        "面积10km2“健康”、&", "1. 制定清单", "2.公开结果", "其他", "2026年4月20日", "甲", "乙",
    ]  # fmt: skip
    kinds = {found.slice(block): block.kind for block in found.blocks}
    assert kinds["（二）优化服务流程"] is BlockKind.HEADING
    assert kinds["1. 制定清单"] is BlockKind.LIST_ITEM


def test_a_text_printed_twice_is_read_once() -> None:
    body = f"<p>一、总体要求</p><p>{LONG}</p><p>二、主要任务</p><p>{LONG.replace('医疗', '医药')}</p><p>三、保障措施</p><p>{LONG * 2}</p>"
    found = read(page(f'<div class="pc">{body}</div><div class="wap">{body}</div>'))
    assert shown(found).count("三、保障措施") == 1
    assert any(removal.text == "三、保障措施" for removal in found.removed)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("<div><a href='javascript:window.print()'>【打印】</a><a>【关闭】</a></div>", "<p><a>打印本页</a>　<a>关闭窗口</a></p>"),
        ("", "<p>扫一扫在手机打开当前页</p>"),
        ("", "<p>（责任编辑：某人）</p><p>上一篇：<a>某市养老工作方案</a></p><p>下一篇：<a>没有了</a></p>"),
        ("", "<p>相关链接：<a href='1'>某市卫生健康工作方案解读</a></p><ul><li><a href='a.pdf'>附件：分工表.pdf</a></li><li><a>图解：工作方案</a></li></ul>"),
        ("", f"<div style='display:none'><p>一、总体要求</p><p>{LONG}</p></div>"),
        ("", f"<textarea>{LONG}</textarea><input type='hidden' value='{LONG}'>"),
    ],
)
def test_what_content_systems_put_inside_the_document(above: str, below: str) -> None:
    found = read(page(f"{above}<p>&emsp;&emsp;一、总体要求</p><p>{LONG}</p><p>附件：1.<a>重点任务分工表</a></p>{below}"))
    assert shown(found)[2:] == ["一、总体要求", LONG, "附件：1.重点任务分工表"]


def test_a_text_in_one_paragraph() -> None:
    body = f"一、总体要求<br>&nbsp;&nbsp;&nbsp;&nbsp;{LONG}<br/><br>&#8195;&#8195;二、主要任务<br>&emsp;&emsp;（一）<b>优化养老服务。</b>{LONG}"
    found = facts(read(page(f"<p>{body}</p>")))
    assert [(unit.label, unit.title) for unit in found.outline] == [("一、", "总体要求"), ("二、", "主要任务"), ("（一）", "优化养老服务")]


SHARED = Path(os.environ.get("ZHENGPU_SHARED", Path(__file__).parents[2] / "shared")) / "samples"


def words_of(text: str) -> str:
    return re.sub(r"[\s\u3000\xa0\u200b]", "", text)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real pages are not on this machine")
def test_no_sentence_of_a_real_page_is_lost() -> None:
    """Every Chinese sentence that a plain dump of the page has is in the text, or among what was left out of it with a reason; headings may stand in both."""
    pages = sorted(SHARED.glob("*.html"))
    assert pages
    for path in pages:
        found = load(path)
        text, left_out = words_of(found.text), words_of("".join(removal.text for removal in found.removed))
        tree = lxml.html.document_fromstring(decoded(path.read_bytes(), path.name).encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
        holders = "self::p or self::td or self::div or self::li or self::h1 or self::h2 or self::h3"
        leaves = tree.xpath(f"//body//*[({holders}) and not(.//p or .//td or .//div or .//li or .//br or .//script or .//style)]")
        sentences = {part for leaf in leaves for part in re.split("(?<=[。；！？])", words_of(leaf.text_content())) if len(re.findall("[一-鿿]", part)) >= 20}
        kept = {sentence for sentence in sentences if sentence in text}
        assert len(kept) >= 40, path.name
        assert [sentence for sentence in sentences - kept if sentence not in left_out and "。" in sentence] == [], path.name
        assert [sentence for sentence in sentences - kept if sentence.count("，") + sentence.count("。") >= 2] == [], path.name


def test_links_to_files_are_not_text() -> None:
    found = read(page(f"<p>{LONG}</p><p>附件：1.任务分工表</p><p><a href='1.docx'>附件1.docx</a></p>"))
    assert shown(found)[-1] == "附件：1.任务分工表"


@pytest.mark.parametrize(
    ("declared", "written"),
    [("gb2312", "utf-8"), ("utf-8", "gb18030"), ("gbk", "gb18030"), ("iso-8859-1", "utf-8"), ("big5", "utf-16"), ("utf-8", "utf-8-sig")],
)
def test_what_a_page_declares_of_its_encoding_does_not_matter(tmp_path: Path, declared: str, written: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(page(f"<p>{LONG}</p><p>{LONG[:30]}</p>", charset=declared).encode(written))
    assert LONG in load(path).text


def test_a_page_in_big5(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    text = "為貫徹落實國家發展戰略，推動經濟社會發展，提升公共服務水平，特制定本實施方案。各有關單位應當按照職責分工，加強組織領導，確保各項任務落實到位。"
    path.write_bytes(page(f"<p>{text}</p>" * 2, title="某市實施方案").replace("您现在的位置", "").encode("big5", "ignore"))
    assert text in load(path).text


def test_a_few_damaged_bytes_do_not_make_a_page_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    data = page(f"<p>{LONG}</p><p>二、主要任务</p>" * 3).encode()
    path.write_bytes(data[:900] + b"\xe5\xff" + data[900:-2])
    assert "二、主要任务" in load(path).text


@pytest.mark.parametrize("name", ["plan.txt", "plan.html", "plan.shtml", "plan.md", "plan.dat"])
def test_a_page_is_told_by_its_words_not_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(page(f"<p>一、总体要求</p><p>{LONG}</p>"), "utf-8")
    assert load(path).format == "html"


def test_a_text_in_a_file_named_html_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    path.write_text("某市工作方案\n一、主要任务\n增速<6%、占比>30%。\n", "utf-8")
    found = load(path)
    assert found.format == "text"
    assert shown(found)[1] == "一、主要任务"


def wrapped(name: str) -> str:
    """A sample as a government site would publish it: a paragraph an element, its tables as tables, its labelled values in the page's table."""
    plain = document_of_text(files("zhengpu.samples").joinpath(name).read_text("utf-8"), name)

    def markup(block: Block) -> str:
        if block.table is None:
            return f'<p style="text-indent: 2em"><span style="font-size: 16pt">{escape(plain.slice(block))}</span></p>\n'
        rows = ("".join(f"<td><p>{escape(plain.text[cell.start : cell.end])}</p></td>" if cell else "<td></td>" for cell in row) for row in block.table.grid())
        return f'<div align="center"><table border="1"><tbody>{"".join(f"<tr>{row}</tr>" for row in rows)}</tbody></table></div>\n'

    fields = "".join(f"<tr><td><b>{escape(plain.slice(block))}</b></td></tr>" for block in plain.blocks if block.kind is BlockKind.METADATA)
    body = "".join(markup(block) for block in plain.blocks if block.kind is not BlockKind.METADATA)
    said = facts(plain)
    return page(body, title=said.document.title or "", metadata=f"<table>{fields}</table>", content="pages_content")


def told(found: Facts) -> dict[str, list[object]]:
    """The facts as they may be compared between formats: by words, without offsets."""
    names = {unit.id: unit.title for unit in (*found.outline, *found.goals, *found.measures)}
    return {
        "titles": [found.document.title, found.plan.title, found.plan.regions, found.document.issuers],
        "outline": [(section.label, section.title, section.level, section.kind) for section in found.outline],
        "measures": [(measure.label, measure.title, measure.kind, measure.body.quote) for measure in found.measures],
        "responsibilities": [(names[duty.measure], duty.surface, duty.canonical, duty.role) for duty in found.responsibilities],
        "targets": [(names.get(target.unit, target.unit), target.indicator, target.comparator, target.value, target.due) for target in found.targets],
        "schedule": [(names.get(entry.unit, entry.unit), entry.text, entry.end) for entry in found.schedule],
        "references": [(names.get(entry.unit, entry.unit), entry.title) for entry in found.references],
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_a_plan_says_the_same_as_a_page(name: str) -> None:
    plain = facts(document_of_text(files("zhengpu.samples").joinpath(name).read_text("utf-8"), name))
    as_page = facts(read(wrapped(name)))
    assert told(as_page) == told(plain)


HOSTILE = {
    "deep div": "<div>" * 100_000 + "正文" + "</div>" * 100_000,
    "deep b": "<b>" * 100_000 + "正文",
    "deep tables": "<table><tr><td>" * 20_000 + "正文",
    "stray ends": "<p>正文" + "<b>" * 2_900 + "</i>" * 300_000,
    "huge attribute": f'<p class="{"x " * 3_000_000}">正文</p>',
    "many attributes": "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">正文</p>",
    "many paragraphs": "<p>正文" * 200_000,
    "many cells": "<table>" + "<tr>" + "<td colspan=1000 rowspan=65534>正文</td>" * 100_000 + "</table>",
    "many rows": "<table>" + "<tr><td>甲<td>乙<td colspan=1000000000 rowspan=1000000000>正文" * 50_000 + "</table>",
    "entities": '<!DOCTYPE html [<!ENTITY a "正文"><!ENTITY b "&a;&a;">]><p>&b;正文</p>',
    "outside": '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/hostname">]><p>&a;正文</p><link href="http://localhost:9/x.css"><img src="http://localhost:9/x">',
    "comments": "<!--" * 100_000 + "--><p>正文</p>",
    "unclosed comment": "<p>正文</p><!-- " + "x" * 1_000_000,
    "spaces": "<p>正文" + " \n" * 1_000_000 + "</p>",
    "styles": '<p style="' + "font:" * 400_000 + '">正文</p>',
    "names": f'<div id="{"content" * 200_000}">正文</div>',
    "repetitions": "<p>推进公共服务工作，完善公共服务体系。正文</p>" * 50_000,
    "nul": "<p>正\x00文正文\ud800</p>",
}


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_markup_is_read_or_refused_in_time(markup: str) -> None:
    started = time.process_time()
    try:
        words = read(f"<html><body>{markup}").text
    except UnreadableDocument as error:
        words = f"正文 {error}" if f"{DEEPEST:,}" in str(error) else ""
    assert "正文" in words
    assert time.process_time() - started < 10


@pytest.mark.parametrize("markup", ["<html></html>", "<!-- x -->", "<p> </p>", "<script>x</script>", "<frameset><frame src='a.html'></frameset>"])
def test_a_page_without_text_is_named(markup: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"page\.html"):
        read(markup)


TAGS = "p div span b table tr td th ul ol li br h1 h2 a pre script form font title meta caption dl dt dd !--".split()
MARKS = ["<td rowspan=3 colspan=2>", '<td rowspan="0">', "<div id=zoom>", '<div class="nav share">', "<p hidden>", "<!--enpcontent-->", "<!--/enpcontent-->"]
WORDS = [LONG, *"索引号： 发文字号：某发〔2024〕3号 一、 （一）推进 &nbsp; &lt; < > 责任单位 市教育局 2026年 附件1.docx".split(), "\n"]
bits = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(MARKS),
    st.sampled_from(WORDS),
    st.text(max_size=4),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(bits, max_size=40).map("".join))
def test_no_markup_raises_and_spans_hold(markup: str) -> None:
    try:
        found = read(markup)
    except UnreadableDocument:
        return
    position = 0
    for block in found.blocks:
        assert position <= block.start < block.end <= len(found.text)
        assert not found.text[position : block.start].strip("\n")
        position = block.end
        for cell in block.table.cells if block.table else ():
            assert block.start <= cell.start <= cell.end <= block.end
    for evidence in facts(found).evidence():
        assert found.text[evidence.start : evidence.end] == evidence.quote


HEADS = """<table><tr><td rowspan="2">序号</td><td rowspan="2">指标</td><td rowspan="2">2023年</td><td colspan="2">目标值</td></tr>
<tr><td>2025年</td><td>2030年</td></tr><tr><td colspan="5">一、资源配置</td></tr>
<tr><td>1</td><td>床位数（张）</td><td>400</td><td>500</td><td>≥600</td></tr>
<tr><td>2</td><td>医师数（名）</td><td>100</td><td>120</td><td>150</td></tr></table>"""


def test_a_head_of_two_rows_dates_the_values_below_it() -> None:
    found = facts(read(page(f"<p>一、主要目标</p><p>{LONG}</p><p>主要指标</p>{HEADS}")))
    told = [(target.indicator, target.value, target.due, target.baseline) for target in found.targets if target.unit == "table"]
    assert told == [("床位数", 500, "2025", 400), ("床位数", 600, "2030", 400), ("医师数", 120, "2025", 100), ("医师数", 150, "2030", 100)]


def test_rows_of_a_task_list_however_they_span() -> None:
    rows = """<tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>完成时限</th></tr><tr><td colspan="4">一、医疗服务</td></tr>
    <tr><td>（一）</td><td colspan="3">完善医疗体系</td></tr>
    <tr><td rowspan="2">1</td><td rowspan="2">建设紧密型县域医共体</td><td>市卫生健康委</td><td>2024年12月</td></tr>
    <tr><td>市医保局</td><td>2025年6月</td></tr>
    <tr><td>2</td><td>推进检查检验结果互认</td><td rowspan="2">市卫生健康委</td><td>持续推进</td></tr>
    <tr><td>3</td><td>发展互联网诊疗</td><td>2025年12月</td></tr>"""
    more = """<tr><td>4</td><td>完善急救体系，缩短急救反应时间</td><td>市应急局</td><td>2025年12月</td></tr>
    <tr><td>5</td><td>加强采供血能力</td><td>市卫生健康委</td><td>长期</td></tr>"""
    found = facts(read(page(f"<p>一、主要任务</p><p>{LONG}</p><p>附件</p><p>重点任务分工表</p><table>{rows}</table><table>{more}</table>")))
    tasks = {measure.id: measure.label for measure in found.measures if measure.kind == "task"}
    assert list(tasks.values()) == ["1", "2", "3", "4", "5"]
    assert [(tasks[duty.measure], duty.surface) for duty in found.responsibilities if duty.measure in tasks] == [
        ("1", "市卫生健康委"), ("1", "市医保局"), ("2", "市卫生健康委"), ("3", "市卫生健康委"), ("4", "市应急局"), ("5", "市卫生健康委"),
    ]  # fmt: skip
    assert [(tasks[entry.unit], entry.end) for entry in found.schedule if entry.unit in tasks] == [
        ("1", "2024-12"), ("1", "2025-06"), ("2", None), ("3", "2025-12"), ("4", "2025-12"), ("5", None),
    ]  # fmt: skip


def test_headings_that_only_their_type_marks() -> None:
    body = (
        f"<p>一、主要任务</p><p><b>（一）统筹城乡资源，打造一体化服务。</b></p><p>1.建设医联体。{LONG}</p><p>2.完善急救体系。{LONG}</p>"
        f"<p>（二）完善监督机制</p><h3>优化资源布局</h3><p>{LONG}</p><p style='font-family: 黑体'>提升基层能力</p><p>{LONG}</p>"
        f"<p>二、保障措施</p><p>{LONG}</p><p><b>（联系电话）</b></p>"
    )
    found = facts(read(page(body)))
    assert [(unit.level, unit.label, unit.title) for unit in found.outline] == [
        (1, "一、", "主要任务"),
        (2, "（一）", "统筹城乡资源，打造一体化服务"),
        (3, "1.", "建设医联体"),
        (3, "2.", "完善急救体系"),
        (2, "（二）", "完善监督机制"),
        (3, "", "优化资源布局"),
        (3, "", "提升基层能力"),
        (1, "二、", "保障措施"),
    ]
    assert [measure.title for measure in found.measures] == ["建设医联体", "完善急救体系", "优化资源布局", "提升基层能力", "保障措施"]


def test_label_and_value_in_sibling_elements_of_one_paragraph() -> None:
    stated = "<p><span>索 引 号</span><span>014567890/2023-00123</span><span>发文字号</span><span>通政发〔2023〕18号</span></p>"
    stated += "<p><em>有效性</em><i>有效</i></p>"
    found = facts(read(page(f"{stated}<p>{LONG}</p>"))).document
    assert (found.index_number, found.document_number, found.validity) == ("014567890/2023-00123", "通政发〔2023〕18号", "有效")
    assert "本段标题：" not in read(page(f"<p><b>本段标题</b><span>{LONG}</span></p>")).text
