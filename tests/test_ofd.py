"""OFD files as several programs write them, printed by the test itself: the words come back as paragraphs and tables, or the file is named."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ofd_printer import Printer, Style, ofd, page_xml, parts, xml, zipped

from zhengpu.errors import UnreadableDocument
from zhengpu.extract import facts, guide_json
from zhengpu.loaders import document_of_text, load
from zhengpu.loaders.containers import documents
from zhengpu.loaders.ofd import document
from zhengpu.model import BlockKind, Document

TITLE = "义乌市人民政府关于印发健康义乌行动方案（2023—2025年）的通知"
BODY = [
    "各县（市、区）人民政府，市政府各部门：",
    "为贯彻落实《健康中国行动（2019—2030年）》（国发〔2019〕13号），加快推进健康义乌建设，结合我市实际，制定本方案，请各单位结合职责认真抓好落实，确保各项工作落到实处。",
    "一、主要目标",
    "到2025年，人均预期寿命达到79岁，居民健康素养水平达到30%以上，重大慢性病过早死亡率降至15%以下，个人卫生支出占卫生总费用的比重低于27%。",
    "二、重点任务",
    "（一）加强健康教育。各学校开设健康课程，把健康教育纳入国民教育体系，中小学健康教育开课率达到100%。（责任单位：市教育局、市卫生健康委）",
    "（二）推进控烟行动。公共场所全面禁烟，15岁以上人群吸烟率低于20%。（牵头单位：市卫生健康委；配合单位：市市场监管局、市综合执法局）",
    "（三）完善服务体系。新增床位300张，每千人口执业（助理）医师数达到3.5人，建成“15分钟健康服务圈”。（责任单位：市卫生健康委，各镇街）",
    "三、保障措施",
    "加强组织领导，市政府每季度召开一次推进会议，2024年12月底前完成中期评估。",
]
LONG = [*BODY[:4], *[f"（{number}）{text.partition('）')[2]}" for number in "一二三四五六七八九" for text in BODY[5:8]], *BODY[8:]]
HEAD = '<ofd:TextObject Boundary="20 10 100 8" Size="5"><ofd:TextCode X="0" Y="5">{}</ofd:TextCode></ofd:TextObject>'


def read(data: bytes, name: str = "plan.ofd") -> Document:
    return document(data, source=name, digest="0" * 64)


def said(found: Document) -> dict[str, object]:
    """The facts, without what tells of the file."""
    told = dict(guide_json(facts(found)))
    return {name: value for name, value in told.items() if name not in ("source", "sha256", "noise")}


@pytest.mark.parametrize("style", Style)
def test_a_plan_printed_over_pages_says_what_its_text_says(style: Style) -> None:
    printer = Printer(style).paragraphs(LONG, title=TITLE).page_numbers()
    assert len(printer.pages) > 3
    found = read(ofd(printer))
    want = document_of_text("\n".join([TITLE, *LONG]))
    assert found.text.rstrip() == want.text
    assert [removal.text.replace(" ", "") for removal in found.removed] == [f"—{number}—" for number in range(1, len(printer.pages) + 1)]
    assert said(found) == said(want)
    assert found.blocks[0].kind is BlockKind.HEADING


@pytest.mark.parametrize("style", Style)
def test_ruled_tables_are_cells(style: Style) -> None:
    rows = [
        ["序号", "重点任务", "责任单位", "完成时限"],
        ["1", "开展健康知识普及行动，建立健全健康科普专家库和资源库", "市卫生健康委", "2023年12月"],
        ["2", "推进控烟", "市教育局、市卫生健康委", ""],
    ]
    found = read(ofd(Printer(style).paragraphs(BODY[:3]).table(rows, [15, 70, 40, 30])))
    table = found.blocks[-1].table
    assert table is not None
    assert [[found.text[cell.start : cell.end] if cell else "" for cell in row] for row in table.grid()] == rows


def test_text_of_templates_that_pages_share_is_furniture() -> None:
    template = '<ofd:TemplatePage ID="50" BaseLoc="Tpls/Tpl_0/Content.xml"/><ofd:TemplatePage ID="51" BaseLoc="Tpls/Tpl_1/Content.xml"/>'
    uses = ['<ofd:Template TemplateID="50" ZOrder="Background"/>', '<ofd:Template TemplateID="50"/><ofd:Template TemplateID="51"/>']
    pages = [page_xml("".join(page), use) for page, use in zip(Printer().paragraphs(LONG).pages, [*uses, uses[0], uses[0]], strict=False)]
    files = parts(pages, template)
    files["Doc_0/Tpls/Tpl_0/Content.xml"] = page_xml(HEAD.format("义乌市人民政府文件样式"))
    files["Doc_0/Tpls/Tpl_1/Content.xml"] = page_xml(HEAD.format("只在第二页的附注内容"))
    found = read(zipped(files))
    assert "文件样式" not in found.text
    assert "只在第二页的附注内容" in found.text
    assert ("义乌市人民政府文件样式", "page-break") in {(removal.text, removal.why) for removal in found.removed}


def test_drawings_of_the_resources_and_blocks_in_blocks_are_printed() -> None:
    unit = '<ofd:TextObject Boundary="0 0 300 20" Size="10"><ofd:TextCode X="0" Y="10">关于印发健康方案的通知</ofd:TextCode></ofd:TextObject>'
    composite = f'<ofd:CompositeGraphicUnit ID="7"><ofd:Content>{unit}</ofd:Content></ofd:CompositeGraphicUnit>'
    used = '<ofd:PageBlock><ofd:PageBlock><ofd:CompositeObject ResourceID="7" CTM="0.5 0 0 0.5 0 0" Boundary="30 60 100 10"/></ofd:PageBlock></ofd:PageBlock>'
    files = parts([page_xml("".join(Printer().paragraphs(BODY).pages[0]) + used)], "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>")
    files["Doc_0/DocumentRes.xml"] = xml("Res", f"<ofd:CompositeGraphicUnits>{composite}</ofd:CompositeGraphicUnits>")
    assert "关于印发健康方案的通知" in read(zipped(files)).text


# The attributes of a TextObject and of its TextCode, its characters, and what a reader sees
PLACES = [
    ("", 'X="0" Y="5" DeltaX="g 3 5 10 5"', "健康义乌行动", "健康义乌 行动"),
    ("", 'X="0" Y="5" DeltaX="g 3 12"', "健康义乌", "健康义乌"),
    ("", 'X="0" Y="5"', "健康义乌", "健康义乌"),
    ("", 'X="0" Y="5" DeltaX="5,5,5"', "健康义乌", "健康义乌"),
    ("", 'X="0" Y="5">健康</ofd:TextCode><ofd:TextCode X="10"', "义乌", "健康义乌"),
    ("", 'X="0" Y="5" DeltaY="9 9 9"', "健康义乌", "健康义乌"),
    ('Visible="false"', 'X="0" Y="5"', "看不见", ""),
    ('CTM="0 1 -1 0 0 0"', 'X="0" Y="5"', "竖排", ""),
    ("", 'X="0" Y="5"', "⼈⺠政府", "人民政府"),
    ('HScale="0.5"', 'X="0" Y="5"', "健康义乌", "健康义乌"),
    ("", 'X="-500" Y="5"', "页面之外", ""),
]


@pytest.mark.parametrize(("item", "code", "characters", "text"), PLACES)
def test_places_of_characters(item: str, code: str, characters: str, text: str) -> None:
    anchor = HEAD.format("这一行总是印在页面的上方。")
    tried = f'<ofd:TextObject Boundary="30 50 9 99" Size="5" {item}><ofd:TextCode {code}>{characters}</ofd:TextCode></ofd:TextObject>'
    found = read(zipped(parts([page_xml(anchor + tried)])))
    assert found.text.rstrip() == f"这一行总是印在页面的上方。\n{text}".rstrip()


@pytest.mark.parametrize("how", ["absolute", "from the package", "upper case", "no namespace", "another namespace", "backslashes"])
def test_parts_are_found_as_programs_name_them(how: str) -> None:
    files = parts([page_xml("".join(page)) for page in Printer().paragraphs(BODY).pages])
    root, whole = str(files["OFD.xml"]), str(files["Doc_0/Document.xml"])
    if how == "absolute":
        files["OFD.xml"], files["Doc_0/Document.xml"] = root.replace("Doc_0/", "/Doc_0/"), whole.replace("Pages/", "/Doc_0/Pages/")
    elif how == "from the package":
        files["Doc_0/Document.xml"] = whole.replace("Pages/", "Doc_0/Pages/")
    elif how == "upper case":
        files = {name.upper(): content for name, content in files.items()}
    elif how == "backslashes":
        files["Doc_0/Document.xml"] = whole.replace("Pages/", "Pages\\")
    else:
        new = "" if how == "no namespace" else ' xmlns:ofd="http://www.ofdspec.org"'
        files = {name: str(content).replace(' xmlns:ofd="http://www.ofdspec.org/2016"', new) for name, content in files.items()}
        if how == "no namespace":
            files = {name: str(content).replace("ofd:", "") for name, content in files.items()}
    assert read(zipped(files)).text.rstrip() == "\n".join(BODY)


def test_two_documents_in_a_file_are_read_one_after_the_other() -> None:
    files = parts([page_xml("".join(Printer().paragraphs(BODY[:2]).pages[0]))])
    other = parts([page_xml("".join(Printer().paragraphs(BODY[2:4]).pages[0]))])
    files |= {name.replace("Doc_0", "Doc_1"): content for name, content in other.items() if name != "OFD.xml"}
    body = "<ofd:DocBody><ofd:DocRoot>Doc_{}/Document.xml</ofd:DocRoot></ofd:DocBody>"
    files["OFD.xml"] = xml("OFD", body.format(0) + body.format(1))
    assert read(zipped(files)).text.rstrip() == "\n".join(BODY[:4])


def test_the_door_knows_it_by_name_and_by_bytes(tmp_path: Path) -> None:
    data = ofd(Printer().paragraphs(BODY))
    for name in ("plan.ofd", "PLAN.OFD", "plan.txt"):
        (tmp_path / name).write_bytes(data)
        assert load(tmp_path / name).format == "ofd"
    (tmp_path / "all.zip").write_bytes(zipped({"方案.ofd": data}))
    (found,) = documents(tmp_path / "all.zip")
    assert isinstance(found, Document)
    assert (found.source, found.format) == ("all.zip/方案.ofd", "ofd")


# What is broken or hostile -----------------------------------------------------------------------------------------------


def test_a_scan_is_named_as_one() -> None:
    picture = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="3"/>'
    stamp = '<ofd:TextObject Boundary="30 50 9 9" Size="5"><ofd:TextCode X="0" Y="5">第1页</ofd:TextCode></ofd:TextObject>'
    with pytest.raises(UnreadableDocument, match="scan"):
        read(zipped(parts([page_xml(picture + stamp)] * 3)))


def whole() -> dict[str, str | bytes]:
    return parts([page_xml("".join(page)) for page in Printer().paragraphs(BODY).pages])


BROKEN = {
    "nothing in it": {},
    "no documents": {**whole(), "OFD.xml": xml("OFD", "")},
    "a root that is not there": {**whole(), "OFD.xml": str(whole()["OFD.xml"]).replace("Document.xml", "Other.xml")},
    "a root outside": {**whole(), "OFD.xml": str(whole()["OFD.xml"]).replace("Doc_0/Document.xml", "../../etc/passwd")},
    "no pages": {**whole(), "Doc_0/Document.xml": xml("Document", "<ofd:Pages/>")},
    "pages without text": parts([page_xml("")]),
    "pages that are not there": parts([]) | {"Doc_0/Document.xml": whole()["Doc_0/Document.xml"]},
    "XML cut off": {**whole(), "Doc_0/Pages/Page_0/Content.xml": str(whole()["Doc_0/Pages/Page_0/Content.xml"])[:900]},
    "an entity": {**whole(), "OFD.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + str(whole()["OFD.xml"])},
    "laughs": {**whole(), "Doc_0/Document.xml": '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Document>&b;</Document>'},
    "a bomb": {**whole(), "Doc_0/Pages/Page_0/Content.xml": page_xml(" " * (200 << 20))},
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_one_message(tmp_path: Path, how: str) -> None:
    path = tmp_path / "plan.ofd"
    path.write_bytes(zipped(BROKEN[how]))
    with pytest.raises(UnreadableDocument, match=r"plan\.ofd"):
        load(path)


def test_a_missing_page_costs_that_page() -> None:
    files = parts([page_xml("".join(page)) for page in Printer().paragraphs(LONG).pages])
    del files["Doc_0/Pages/Page_1/Content.xml"]
    text = read(zipped(files)).text
    assert LONG[0] in text
    assert LONG[-1] in text


def test_drawings_that_draw_each_other_end(monkeypatch: pytest.MonkeyPatch) -> None:
    uses = "".join(f'<ofd:CompositeObject ResourceID="{{0}}" Boundary="{number} 0 1 1"/>' for number in range(30))
    units = "".join(f'<ofd:CompositeGraphicUnit ID="{n}"><ofd:Content>{uses.format(n + 1)}</ofd:Content></ofd:CompositeGraphicUnit>' for n in range(9))
    loop = '<ofd:CompositeGraphicUnit ID="99"><ofd:Content><ofd:CompositeObject ResourceID="99"/></ofd:Content></ofd:CompositeGraphicUnit>'
    files = parts([page_xml("".join(Printer().paragraphs(BODY).pages[0]) + '<ofd:CompositeObject ResourceID="{}"/>')], "<ofd:PublicRes>Res.xml</ofd:PublicRes>")
    files["Doc_0/Res.xml"] = xml("Res", f"<ofd:CompositeGraphicUnits>{units}{loop}</ofd:CompositeGraphicUnits>")
    page = str(files["Doc_0/Pages/Page_0/Content.xml"])
    assert read(zipped(files | {"Doc_0/Pages/Page_0/Content.xml": page.replace("{}", "99")})).text.rstrip() == "\n".join(BODY)
    begun = process_time()
    with pytest.raises(UnreadableDocument, match="ZHENGPU_LIMIT_OBJECTS"):
        read(zipped(files | {"Doc_0/Pages/Page_0/Content.xml": page.replace("{}", "0")}))
    assert process_time() - begun < 20


def test_pages_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_PAGES", "2")
    with pytest.raises(UnreadableDocument, match="ZHENGPU_LIMIT_PAGES"):
        read(ofd(Printer().paragraphs(LONG)))


@pytest.mark.slow
def test_five_thousand_pages_are_read_in_time() -> None:
    pages = [page_xml("".join(page)) for page in Printer().paragraphs(LONG).pages]
    data = zipped(parts([pages[number % len(pages)] for number in range(5000)]))
    begun = process_time()
    assert len(read(data).text) > 1_000_000
    assert process_time() - begun < 120


@settings(deadline=None, max_examples=80)
@given(
    values=st.lists(st.one_of(st.text("0123456789 .-+eEgGnaif,", max_size=20), st.text(max_size=5)), min_size=8, max_size=8),
    text=st.text(max_size=30),
)
def test_no_attributes_make_it_raise(values: list[str], text: str) -> None:
    from lxml.builder import ElementMaker
    from lxml.etree import tostring

    make = ElementMaker()
    try:
        names = dict(zip(("Boundary", "CTM", "Size", "HScale"), values[:4], strict=True))
        code = make.TextCode(text, **dict(zip(("X", "Y", "DeltaX", "DeltaY"), values[4:], strict=True)))
        layer = make.Layer(make.TextObject(code, **names), make.PathObject(make.AbbreviatedData(text), **names))
        page = tostring(make.Page(make.Content(layer)), encoding="unicode")
    except ValueError:
        return  # characters that no XML may hold
    files = parts([page_xml("".join(Printer().paragraphs(BODY[:2]).pages[0])), page])
    assert BODY[0] in read(zipped(files)).text


def test_no_flipped_byte_makes_it_raise() -> None:
    files = {name: str(content).encode() for name, content in whole().items()}
    data, chance = zipped(files), random.Random(33190)

    def damaged(given: bytes) -> bytes:
        changed = bytearray(given[: chance.choice([len(given), len(given), chance.randrange(len(given))])])
        for _ in range(chance.randrange(1, 6)):
            if changed:
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)

    for _ in range(150):
        part = chance.choice(sorted(files))
        for tried in (damaged(data), zipped({**files, part: damaged(files[part])})):
            with suppress(UnreadableDocument):
                assert read(tried).text
