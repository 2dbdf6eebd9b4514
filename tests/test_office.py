"""DOC, WPS, ODT and RTF: what LibreOffice makes of them is read; without it, and when it fails, the message says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from docx_parts import item, level, lists, package, paragraph, row, table

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders import docx, load, office
from zhengpu.loaders.signatures import format_of
from zhengpu.model import Document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RTF = b"{\\rtf1\\ansi Plan.}"
with_soffice = [pytest.mark.slow, pytest.mark.skipif(office.soffice() is None, reason="LibreOffice is not installed (apt install libreoffice-writer-nogui)")]


def stream(name: str) -> bytes:
    return OLE + b"\0" * 500 + name.encode("utf-16-le") + b"\0" * 64


def read(data: bytes, source: str) -> Document:
    return office.document(data, source=source, digest="0")


def test_files_are_known_by_their_bytes() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert [format_of(data, ".txt") for data in (stream("WordDocument"), RTF, out.getvalue())] == ["office"] * 3
    assert format_of(package(""), ".doc") == "docx"
    assert format_of(package("")[:40], ".docx") == "docx"
    assert format_of(b"plain", ".doc") is None


def test_the_door_goes_by_content(tmp_path: Path) -> None:
    for name, data, form in (
        ("a.doc", package(paragraph("一、总体要求")), "docx"),
        ("b.doc", "<html><body><p>一、总体要求</p></body></html>".encode(), "html"),
        ("c.docx", "一、总体要求".encode(), "text"),
        ("d.docx", package(paragraph("一、总体要求")), "docx"),
    ):
        (tmp_path / name).write_bytes(data)
        document = load(tmp_path / name)
        assert (document.text, document.format, document.source) == ("一、总体要求", form, name)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (stream("EncryptedPackage"), "password"),
        (stream("Workbook"), "a spreadsheet"),
        (stream("PowerPoint Document"), "a presentation"),
    ],
)
def test_what_is_no_text_document_is_named(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=rf"plan\.doc: .*{words}"):
        read(data, "plan.doc")


def test_without_libreoffice_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_SOFFICE", "/nowhere/soffice")
    with pytest.raises(UnreadableDocument, match=r"plan\.rtf: .*Install it .*save the file as DOCX"):
        read(RTF, "plan.rtf")


def program(place: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for LibreOffice."""
    file = place / "soffice"
    file.write_text(f"#!{sys.executable}\nimport os, subprocess, sys, time\n{script}\n", "utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("ZHENGPU_SOFFICE", str(file))


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
def test_what_it_makes_is_read_and_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made.docx"
    made.write_bytes(package(paragraph("一、总体要求")))
    seen = tmp_path / "seen"
    copy = "out = sys.argv[sys.argv.index('--outdir') + 1]; os.mkdir(out)\n"
    copy += f"open(out + '/document.docx', 'wb').write(open({str(made)!r}, 'rb').read())\nopen({str(seen)!r}, 'w').write(sys.argv[-1])"
    program(tmp_path, copy, monkeypatch)
    document = read(stream("WordDocument"), "方案 2024.wps")
    assert (document.text, document.format, document.source) == ("一、总体要求", "wps", "方案 2024.wps")
    given = Path(seen.read_text("utf-8"))
    assert given.name == "document.doc"
    assert not given.parent.exists()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pids = tmp_path / "pids"
    start = "child = subprocess.Popen(['sleep', '600'])\n"
    program(tmp_path, start + f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\ntime.sleep(600)", monkeypatch)
    monkeypatch.setenv("ZHENGPU_LIMIT_CONVERSION", "3")
    with pytest.raises(UnreadableDocument, match="more than 3 seconds"):
        read(RTF, "plan.rtf")
    for pid in pids.read_text().split():
        for _ in range(50):
            if not _runs(int(pid)):
                break
            time.sleep(0.1)
        assert not _runs(int(pid))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z" if Path("/proc").exists() else os.kill(pid, 0) is None
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
def test_what_it_cannot_convert_is_named_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "print('Error: source file could not be loaded'); sys.exit(1)", monkeypatch)
    with pytest.raises(UnreadableDocument, match=r"plan\.rtf: .*could not be loaded.*save the file as DOCX"):
        read(RTF, "plan.rtf")


# ---- the real program -----------------------------------------------------------------------------------------------


def converted(place: Path, data: bytes, ending: str, filters: str) -> bytes:
    """A DOCX as LibreOffice saves it in another format."""
    (place / "plan.docx").write_bytes(data)
    program = office.soffice()
    assert program
    command = [program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--convert-to", filters, "--outdir", str(place)]
    subprocess.run([*command, str(place / "plan.docx")], check=True, capture_output=True, timeout=120)
    return (place / f"plan.{ending}").read_bytes()


def linking(address: str) -> bytes:
    """An ODT whose pictures and sections come from elsewhere. Left to its own settings, LibreOffice asks for them three times."""
    names = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "manifest"))
    names += ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    entries = [("/", "application/vnd.oasis.opendocument.text"), ("content.xml", "text/xml")]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", entries[0][1])
        archive.writestr(
            "content.xml",
            f'<office:document-content{names} office:version="1.2"><office:body><office:text>'
            f'<text:section text:name="S"><text:section-source xlink:href="{address}.odt"/><text:p/></text:section>'
            f'<text:p>Plan<draw:frame><draw:image xlink:href="{address}.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
            "</draw:frame></text:p>"
            "</office:text></office:body></office:document-content>",
        )
        listed = "".join(f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>' for path, kind in entries)
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest{names}>{listed}</manifest:manifest>")
    return out.getvalue()


class TestLibreOffice:
    pytestmark = with_soffice

    @pytest.mark.parametrize(("ending", "filters"), [("odt", "odt"), ("doc", "doc:MS Word 97"), ("wps", "doc:MS Word 97"), ("rtf", "rtf")])
    def test_text_numbers_and_tables_come_back(self, ending: str, filters: str, tmp_path: Path) -> None:
        # LibreOffice itself writes no 、 into the numbers of RTF
        forms = ("decimal", "%1.", "(%2)") if ending == "rtf" else ("chineseCounting", "%1、", "（%2）")
        numbering = lists(*(level(at, forms[0], form, suffix="space", fonts="宋体") for at, form in enumerate(forms[1:])))
        body = (
            paragraph("某市数字经济发展行动计划")
            + item("总体要求")
            + item("重点任务")
            + item("夯实设施。建设5G基站1000个。（责任单位：市通信办）", 1)
            + table(row("序号", "指标", "目标"), row("1", "产值", "≥100亿元"), row("2", "企业", "50家"))
            + paragraph("附则")
        )
        original = docx.document(package(body, numbering=numbering), source="plan.docx", digest="0")
        data = converted(tmp_path, package(body, numbering=numbering), filters.partition(":")[0], filters)
        back = read(data, f"plan.{ending}")
        assert back.format == ending
        assert back.text == original.text
        assert [block.kind for block in back.blocks if block.table] == [block.kind for block in original.blocks if block.table]

    def test_a_damaged_file_is_named(self) -> None:
        with pytest.raises(UnreadableDocument, match=r"plan\.odt: LibreOffice could not convert it"):
            read(b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text" + b"\0" * 500, "plan.odt")

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        asked: list[str] = []

        class Listener(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(404)
                self.end_headers()

            do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Listener)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            assert read(linking(f"http://127.0.0.1:{server.server_port}/secret"), "plan.odt").text == "Plan"
        finally:
            server.shutdown()
            server.server_close()
        assert asked == []
