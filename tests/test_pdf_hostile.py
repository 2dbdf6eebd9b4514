"""PDFs that are broken or mean harm: each is named with its reason, within the limits, and the next file is read."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_pdf import CATALOG, FONT, file_of, line, pages_of, shown, stream

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders import document_of_bytes
from zhengpu.loaders.limits import limits
from zhengpu.loaders.pdf_pages import process

TEXT = "推动数字技术与实体经济深度融合。"
GOOD = pages_of(shown(TEXT, 72, 700) + line(72, y, 500, y) + line(72, 100, 72, y) for y in (690, 680))
LIMITS = {"SECONDS": 5, "MEMORY": 600 << 20}


@pytest.fixture(autouse=True)
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LIMITS.items():
        monkeypatch.setenv(f"ZHENGPU_LIMIT_{name}", str(value))


def text_of(data: bytes) -> str:
    return document_of_bytes(data, Path("文件.pdf")).text


def reason(data: bytes) -> str:
    with pytest.raises(UnreadableDocument, match=r"^文件\.pdf: ") as caught:
        text_of(data)
    # the process of PDFium gave an answer of its own: what is wrong with the file, not with this program
    assert "Error: " not in str(caught.value)
    return str(caught.value)


def forms(depth: int, times: int) -> bytes:
    """Drawings that draw the next one again and again, each so many times: 2 KB that become times ** depth objects."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    objects = [CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(b"/F Do")]
    for number in range(depth):
        content = b"/F Do " * times if number < depth - 1 else line(0, 0, 10, 10)
        objects.append(stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</F %d 0 R>>>>" % (6 + number)))
    return file_of(objects)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(forms(8, 10), "ZHENGPU_LIMIT_MEMORY", id="forms in forms"),
        pytest.param(pages_of([zlib.compress(line(0, 0, 9, 9) * 3_000_000)], packed=False), "no text", id="packed, but not said to be"),
        pytest.param(pages_of([line(0, 0, 9, 9) * 4_000_000]), "ZHENGPU_LIMIT_MEMORY", id="a bomb of lines"),
        pytest.param(file_of([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>", FONT]), "no text", id="2,147,483,647 pages that are not there"),
        pytest.param(file_of([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 9>>", b"<</Type/Pages/Kids[2 0 R]/Count 8>>"]), "no text", id="pages in a circle"),
        pytest.param(file_of([CATALOG, b"<</Type/Pages/Count 1/Kids" + b"[" * 100_000 + b"]" * 100_000 + b">>"]), "no text", id="lists in lists"),
        pytest.param(pages_of([b""], size=(1e9, 1e9)), "no text", id="a page of 350 km"),
        pytest.param(b"%PDF-1.7\n", "damaged", id="nothing but its mark"),
        pytest.param(b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged", id="noise"),
    ],
)
def test_harm_is_named(data: bytes, said: str) -> None:
    assert said in reason(data)
    assert text_of(GOOD).count(TEXT) == 2


def test_time_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_SECONDS", "1")
    content = shown(TEXT * 40, 10, 10, 4) * 500
    with pytest.raises(UnreadableDocument, match=r"more than 1 seconds.*ZHENGPU_LIMIT_SECONDS"):
        text_of(_shared(content, 2_000))
    assert TEXT in text_of(GOOD)


def _shared(content: bytes, count: int) -> bytes:
    """Many pages that show one and the same thing."""
    kids = b"5 0 R " * count
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>"
    return file_of([CATALOG, b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count), FONT, stream(content), page])


def test_characters_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_CHARACTERS", "100")
    assert "ZHENGPU_LIMIT_CHARACTERS" in reason(pages_of([shown(TEXT, 72, 700 - 20 * n) for n in range(20)]))


def test_pages_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_PAGES", "3")
    assert "4 pages are more than the 3 that are read. Raise the limit with ZHENGPU_LIMIT_PAGES" in reason(pages_of([b""] * 4))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(shown(TEXT, 72, 700) * 5_000, id="one line 5,000 times"),
        pytest.param(shown(TEXT * 1_000, 72, 700), id="a line of 15,000 characters"),
        pytest.param(shown(TEXT, 72, 700) + b"".join(line(n / 10, 0, n / 10, 800) + line(0, n / 10, 500, n / 10) for n in range(9_000)), id="lines everywhere"),
        pytest.param(shown(TEXT, 72, 700) + b"".join(line(n * 10, 0, n * 10, 800) + line(0, n * 2, 590, n * 2) for n in range(400)), id="24,000 cells"),
        pytest.param(shown(TEXT, 72, 700) + b"q " * 50_000, id="states kept and not left"),
        pytest.param(shown(TEXT, 72, 700) + b"[" * 50_000, id="lists not closed"),
        pytest.param(shown(TEXT, 72, 700) + b"BT /F 1e30 Tf 1e30 0 0 1e30 1e30 -1e30 Tm <5e8f> Tj ET", id="type of astronomic size"),
    ],
)
def test_odd_pages_keep_their_text(content: bytes) -> None:
    assert TEXT[:10] in text_of(pages_of([content])).replace("\n", "")  # cells narrower than a character part the text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=60), st.integers(0, len(GOOD)))
def test_flipped_and_missing_bytes(flips: list[tuple[int, int]], end: int) -> None:
    data = bytearray(GOOD)
    for place, value in flips:
        data[place] = value
    said = ""
    try:
        text_of(b"%PDF-" + bytes(data[5:end]))
    except UnreadableDocument as error:
        said = str(error)
    assert "Error: " not in said


def test_the_process_ends_with_a_file_and_another_begins() -> None:
    text_of(GOOD)
    first = process._running
    assert first is not None
    text_of(GOOD)
    assert process._running is first  # one process for many files
    reason(b"%PDF-1.7\n")
    assert process._running is first  # also for those that it refuses
    reason(forms(8, 10))
    text_of(GOOD)
    assert process._running is not first


def test_who_wants_no_more_pages_leaves_none_to_the_next() -> None:
    wanted: Iterator[object] = process.pages(pages_of([shown(f"第{n}件", 72, 700) for n in range(50)]), limits())
    next(wanted)
    wanted.close()  # type: ignore[attr-defined]
    assert text_of(GOOD).count(TEXT) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts processes anew")
def test_a_forked_process_starts_its_own() -> None:
    text_of(GOOD)
    child = os.fork()
    if not child:
        os._exit(0 if TEXT in text_of(GOOD) and process._running is not None and process._running.is_ours() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert TEXT in text_of(GOOD)


@pytest.mark.slow
def test_five_thousand_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setenv("ZHENGPU_LIMIT_SECONDS", "600")
    data = pages_of(b"".join(shown(f"{n}.{row}" + TEXT, 72, 770 - 25 * row) for row in range(12)) + shown(f"— {n + 1} —", 280, 40, 10) for n in range(5_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = document_of_bytes(data, Path("汇编.pdf"))
    assert found.text.count(TEXT) == 60_000
    assert len(found.removed) == 5_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 << 10  # KiB
