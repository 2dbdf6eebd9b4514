"""Text in lines of one width, as copies of printed pages are."""

from __future__ import annotations

import textwrap

from zhengpu.extract import facts
from zhengpu.loaders import document_of_text
from zhengpu.loaders.hard_wraps import is_full, width, wrap_width

PARAGRAPHS = [
    "　　根据《青川市人民政府办公室关于进一步加强老年健康服务体系建设的实施意见》《青川市养老服务规划》，结合实际，制定本方案。",
    "　　一、工作目标",
    "　　到2024年，全市老年健康服务体系基本健全，二级以上综合医院和中医医院设立老年医学科的比例达到50%，老年友善医疗机构占比超过85%。",
    "　　二、工作任务",
    "　　（一）加强服务网络建设。依托现有医疗机构建设老年医学中心，鼓励一级医院转型为康复医院和护理院，健全覆盖城乡的老年健康服务网络。",
    "　　（二）开展健康促进行动。面向老年人及其照护者广泛宣传健康知识，建立家庭医生签约服务制度，每年为老年人提供免费健康体检和指导服务。",
    "　　（三）提升医养结合质量。推动医疗卫生机构与养老机构签约合作，完善预约就诊、双向转诊等服务流程，提升居家社区医养结合服务能力水平。",
]
LINES = [line for paragraph in PARAGRAPHS for line in textwrap.wrap(paragraph, 28, break_on_hyphens=False)]


def test_the_width_of_lines_is_found_and_sentences_are_made_whole() -> None:
    assert wrap_width([line.strip() for line in LINES]) in range(48, 58)
    found = facts(document_of_text("青川市老年健康服务行动方案（2022—2024年）\n" + "\n".join(LINES)))
    assert [reference.title for reference in found.references if reference.relation == "basis"] == [
        "青川市人民政府办公室关于进一步加强老年健康服务体系建设的实施意见",
        "青川市养老服务规划",
    ]
    assert [target.indicator for target in found.targets][:2] == ["二级以上综合医院和中医医院设立老年医学科的比例", "老年友善医疗机构占比"]
    assert [measure.title for measure in found.measures] == ["加强服务网络建设", "开展健康促进行动", "提升医养结合质量"]


def test_paragraphs_in_lines_of_their_own_have_no_width() -> None:
    assert wrap_width([paragraph.strip() for paragraph in PARAGRAPHS] * 4) is None
    assert wrap_width(["市教育局负责落实。"] * 40) is None


def test_a_long_heading_is_not_taken_for_a_broken_line() -> None:
    heading = "一、全面推进区域性老年健康服务中心和医养结合示范机构建设"
    assert not is_full(heading, width(heading), is_item=True)
    assert is_full(heading, width(heading), is_item=False)
