"""The same plan as web page, Word file, PDF, OFD and text says the same: written here, and by LibreOffice and Chromium where they are installed."""

from __future__ import annotations

import html
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import docx_parts
import print_pdf
import pytest

from zhengpu.extract import facts
from zhengpu.loaders import document_of_bytes, load, office
from zhengpu.model import BlockKind, Document, Facts, Table

SAMPLES = sorted((Path(__file__).parents[1] / "src" / "zhengpu" / "samples").glob("*.txt"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def said(found: Facts) -> dict[str, object]:
    """What must not depend on the format."""

    def plain(text: str | None) -> str:
        return "".join((text or "").split())

    return {
        "title": [plain(found.document.title), plain(found.plan.title), found.document.document_number, found.document.issued, found.document.issuers],
        "outline": [(section.label, plain(section.title), section.level, section.kind) for section in found.outline],
        "goals": [plain(goal.title) for goal in found.goals],
        "measures": [(plain(measure.title), plain(measure.body.quote)) for measure in found.measures],
        "responsibilities": [(one.surface, one.canonical, one.role) for one in found.responsibilities],
        "targets": [(plain(one.indicator), one.value, one.comparator, one.due, one.baseline) for one in found.targets],
        "schedule": [(plain(one.text), one.start, one.end) for one in found.schedule],
        "references": [(plain(one.title), one.relation) for one in found.references],
        "mentions": [one.canonical for one in found.mentions],
    }


def page(document: Document, head: str = "", foot: str = "") -> str:
    """The document as a web page: paragraphs, and tables with their spanning cells."""

    def table_of(table: Table) -> str:
        rows: list[list[str]] = [[] for _ in range(table.n_rows)]
        for cell in table.cells:
            text = html.escape(document.text[cell.start : cell.end]).replace("\n", "<br>")
            rows[cell.row].append(f'<td rowspan="{cell.row_span}" colspan="{cell.column_span}">{text}</td>')
        return "<table border=1>" + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>"

    parts = [
        table_of(block.table) if block.kind is BlockKind.TABLE and block.table else f"<p>{html.escape(document.slice(block))}</p>" for block in document.blocks
    ]
    body = f'{head}<div class="article">{"".join(parts)}</div>{foot}'
    return f'<!doctype html><html><head><meta charset="utf-8"><title>计划</title></head><body>{body}</body></html>'


def site(document: Document) -> str:
    """The page between the furniture of a government site."""
    head = '<div class="nav"><a href="/">首页</a> <a href="/zwgk">政务公开</a> <a href="/hd">互动交流</a></div>'
    return page(document, head, '<div class="footer"><p>主办：某市人民政府办公室　网站标识码：3300000001</p></div>')


@cache
def written_by(program: str, path: Path, ending: str) -> bytes:
    """The plan's web page as another format, as LibreOffice or Chromium writes it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "plan.html", Path(folder) / f"plan.{ending}"
        source.write_text(page(load(path)), "utf-8")
        if program == "chromium":
            flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--user-data-dir={folder}/profile"]
            command = [str(CHROMIUM), *flags, f"--print-to-pdf={target}", source.as_uri()]
        else:
            command = [str(office.soffice()), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--infilter=HTML (StarWriter)"]
            command += ["--convert-to", ending, "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return target.read_bytes()


def by_office(ending: str) -> Callable[[Path], bytes]:
    return lambda path: written_by("office", path, ending)


def printed(layout: str) -> Callable[[Path], bytes]:
    return lambda path: print_pdf.pdf_of(load(path), print_pdf.LAYOUTS[layout])


WRITERS: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "html": (".html", lambda path: site(load(path)).encode()),
    "docx": (".docx", lambda path: docx_parts.written(load(path))),
    **{f"pdf, {layout}": (".pdf", printed(layout)) for layout in print_pdf.LAYOUTS},
    "docx of LibreOffice": (".docx", by_office("docx")),
    "odt of LibreOffice": (".odt", by_office("odt")),
    "doc of LibreOffice": (".doc", by_office("doc")),
    "rtf of LibreOffice": (".rtf", by_office("rtf")),
    "pdf of LibreOffice": (".pdf", by_office("pdf")),
    "pdf of Chromium": (".pdf", lambda path: written_by("chromium", path, "pdf")),
}


def marks(name: str) -> list[pytest.MarkDecorator]:
    if name.endswith("LibreOffice"):
        return [pytest.mark.slow, pytest.mark.skipif(office.soffice() is None, reason="LibreOffice is not installed (apt install libreoffice-writer-nogui)")]
    if name.endswith("Chromium"):
        return [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt install chromium fonts-noto-cjk)")]
    return [pytest.mark.slow] if name.startswith("pdf, ") and name != "pdf, official" else []


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks(name)) for name in WRITERS])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_plan_says_the_same_in_every_format(path: Path, name: str) -> None:
    ending, write = WRITERS[name]
    found = document_of_bytes(write(path), Path(f"plan{ending}"))
    assert said(facts(found)) == said(facts(load(path)))
