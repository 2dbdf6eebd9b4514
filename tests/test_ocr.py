"""Scans: pages that are pictures, read by the extra `ocr`. Made here from printed pages, so that the words are known."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

import print_pdf
import pypdfium2
import pytest
from raw_pdf import CATALOG, file_of, stream

from zhengpu.extract import facts
from zhengpu.loaders import document_of_bytes, document_of_text
from zhengpu.loaders.pdf_pages import ocr

PLAN = """深圳市示范区支持实体经济发展工作方案
一、总体目标
到2025年，规模以上工业企业达到300家，研发投入强度达到5%。
二、重点任务
（一）加快产业载体建设。推动建设产业园区10个，新增产业用地200亩。
责任单位：区发展改革局、区科技创新局
（二）培育骨干企业。落实《中小企业促进法》，培育上市企业20家。
责任单位：区工业和信息化局
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ocr.is_installed(), reason="the extra `ocr` is not installed: pip install 'zhengpu[ocr]'"),
]


def scanned(pdf: bytes) -> bytes:
    """Its pages as pictures of 150 dots per inch, a PDF without text. Skips where no font of this machine has Chinese characters."""
    objects = []
    opened = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(opened):
        picture = page.render(scale=150 / 72, grayscale=True)
        rows = bytes(picture.buffer)
        pixels = b"".join(rows[y * picture.stride : y * picture.stride + picture.width] for y in range(picture.height))
        if pixels.count(0) < 1_000:
            pytest.skip("no font here has Chinese characters (Debian: fonts-noto-cjk)")
        width, height = page.get_size()
        first = 3 + 3 * number
        image = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8" % (picture.width, picture.height)
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>" % (width, height, first + 1, first + 2),
            stream(b"q %d 0 0 %d 0 0 cm /I Do Q" % (width, height)),
            stream(pixels, image),
        ]
    kids = b" ".join(b"%d 0 R" % (3 + 3 * number) for number in range(len(objects) // 3))
    return file_of([CATALOG, b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(objects) // 3), *objects])


def test_a_scan_says_what_its_paper_said() -> None:
    plan = document_of_text(PLAN)
    read = document_of_bytes(scanned(print_pdf.pdf_of(plan)), Path("扫描件.pdf"))
    assert SequenceMatcher(None, read.text, plan.text, autojunk=False).ratio() > 0.97
    found, wanted = facts(read), facts(plan)
    assert [section.title for section in found.outline] == [section.title for section in wanted.outline]
    assert [(one.surface, one.role) for one in found.responsibilities] == [(one.surface, one.role) for one in wanted.responsibilities]
    assert {(target.value, target.unit) for target in found.targets} == {(target.value, target.unit) for target in wanted.targets}
