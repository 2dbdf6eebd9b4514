#!/usr/bin/env python3
"""Reading PDF and DOCX against the library alone: the sample documents printed and written, each file by both, in turns in one run.

    python tests/benchmarks/reading.py [--rounds N] [FILE …]

PDF: PDFium's text of every page, without order or places. DOCX: python-docx's text of every paragraph and cell (lxml beneath it).
Wall time, for PDFs are read in a process of their own; the least of the rounds, for a busy machine disturbs in one direction only.
Fails (exit code 1) where the median of a format's ratios is above 2.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import docx
import pypdfium2

from zhengpu.loaders import load

sys.path.insert(0, str(Path(__file__).parents[1]))
import docx_parts
import print_pdf
from measuring import Figures

BOUND = 2.0


def pdfium_alone(data: bytes) -> int:
    document, letters = pypdfium2.PdfDocument(data), 0
    for page in document:
        text = page.get_textpage()
        letters += len(text.get_text_bounded())
        text.close()
        page.close()
    document.close()
    return letters


def python_docx_alone(data: bytes) -> int:
    document = docx.Document(BytesIO(data))
    letters = sum(len(paragraph.text) for paragraph in document.paragraphs)
    return letters + sum(len(cell.text) for table in document.tables for row in table.rows for cell in row.cells)


ALONE: dict[str, Callable[[bytes], int]] = {".pdf": pdfium_alone, ".docx": python_docx_alone}


def made(folder: Path) -> list[Path]:
    """The samples as PDF and DOCX files."""
    written = []
    for path in sorted(Path(str(files("zhengpu.samples"))).glob("*.txt")):
        document = load(path)
        for ending, data in ((".pdf", print_pdf.pdf_of(document)), (".docx", docx_parts.written(document))):
            target = folder / f"{path.stem}{ending}"
            target.write_bytes(data)
            written.append(target)
    return written


def ratio(path: Path, rounds: int) -> tuple[float, float]:
    """Seconds of ours and of the library alone."""
    alone, data = ALONE[path.suffix], path.read_bytes()
    load(path)
    alone(data)
    ours, theirs = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        alone(data)
        between = time.perf_counter()
        load(path)
        ours.append(time.perf_counter() - between)
        theirs.append(between - began)
    return min(ours), min(theirs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("files", nargs="*", type=Path, help="PDF and DOCX files of your own")
    args = parser.parse_args()
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        paths = args.files or made(Path(folder))
        for ending in ALONE:
            found = [(path, *ratio(path, args.rounds)) for path in paths if path.suffix == ending]
            for path, ours, theirs in found:
                print(f"{path.name:48} {1000 * ours:7.1f} ms against {1000 * theirs:7.1f} ms: {ours / theirs:.2f}")
            if found:
                median = statistics.median(ours / theirs for _, ours, theirs in found)
                figures.most(f"reading {ending[1:].upper()} against the library alone", median, BOUND, "×")
    return int(figures.has_missed)


if __name__ == "__main__":
    raise SystemExit(main())
