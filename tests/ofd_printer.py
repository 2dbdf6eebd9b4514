"""Prints OFD files (GB/T 33190) for tests: lays lines out on A4 as a word processor does, and writes the XML as one of several programs would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from xml.sax.saxutils import escape

NAMESPACE = "http://www.ofdspec.org/2016"
LEFT, RIGHT, TOP, BOTTOM, WIDTH, HEIGHT = 28.0, 184.0, 40.0, 265.0, 210.0, 297.0  # millimetres
SIZE, TITLE_SIZE, PITCH = 5.64, 7.76, 10.2  # 三号, 二号, 28.9 points


class Style(Enum):
    """How a program writes a line of text."""

    LINES = "a TextObject for each line, distances in short"
    CHARACTERS = "a TextObject for each character, in points turned to millimetres by its CTM"
    RUNS = "runs of Latin and Chinese type, several TextCodes in an object, bold printed twice"


@dataclass
class Printer:
    """Pages of XML. `text` may be called with any line; `paragraphs` breaks lines and pages itself."""

    style: Style = Style.LINES
    pages: list[list[str]] = field(default_factory=lambda: [[]])
    base: float = TOP

    def paragraphs(self, texts: Iterable[str], *, title: str = "") -> Printer:
        """A title in the middle, then paragraphs whose first lines are moved in by two characters."""
        for line in _broken(title, (RIGHT - LEFT) / TITLE_SIZE, 0) if title else ():
            self._advance(PITCH * 1.3)
            self.text(line, (LEFT + RIGHT - TITLE_SIZE * _em(line)) / 2, self.base, TITLE_SIZE)
        for text in texts:
            for number, line in enumerate(_broken(text, (RIGHT - LEFT) / SIZE, 2)):
                self._advance(PITCH)
                self.text(line, LEFT + (0 if number else 2 * SIZE), self.base)
        return self

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Printer:
        """A ruled table; a cell may have several lines."""
        self._advance(PITCH)
        top = self.base
        edges = [LEFT + sum(widths[:number]) for number in range(len(widths) + 1)]
        self.rule(edges[0], top, edges[-1], top)
        for row in rows:
            cells = [_broken(text, (width - 4) / 4.2, 0) or [""] for text, width in zip(row, widths, strict=True)]
            height = 6.5 * max(map(len, cells)) + 2
            for x, lines in zip(edges, cells, strict=False):
                for number, line in enumerate(lines):
                    if line:
                        self.text(line, x + 2, top + 6.0 + 6.5 * number, 4.2)
            for x in edges:
                self.rule(x, top, x, top + height)
            top += height
            self.rule(edges[0], top, edges[-1], top)
        self.base = top
        return self

    def text(self, text: str, x: float, base: float, size: float = SIZE) -> Printer:
        steps = [size * (0.5 if character.isascii() else 1.0) for character in text]
        if self.style is Style.CHARACTERS:
            for character, step in zip(text, steps, strict=True):
                if character != " ":
                    # 0.3528 mm are a point: the coordinates inside count points from the page's corner
                    ctm = f"0.3528 0 0 0.3528 {-x + 0.5:.4f} {-base + size:.4f}"
                    self._write(character, x - 0.5, base - size, size / 0.3528, x / 0.3528, base / 0.3528, "", ctm)
                x += step
        elif self.style is Style.RUNS:
            codes, start = [], 0
            for number in range(1, len(text) + 1):
                if number == len(text) or text[number].isascii() != text[start].isascii():
                    deltas = " ".join(f"{step:.3f}" for step in steps[start : number - 1])
                    codes.append(f'<ofd:TextCode X="{sum(steps[:start]):.3f}" Y="{size}" DeltaX="{deltas}">{escape(text[start:number])}</ofd:TextCode>')
                    start = number
            for shift in (0.0, 0.12):
                self._add(f'<ofd:TextObject Boundary="{x + shift} {base - size} 160 {size * 1.3}" Font="1" Size="{size}">{"".join(codes)}</ofd:TextObject>')
        else:
            between = [f"{step:.3f}" for step in steps[:-1]]
            deltas = f"g {len(between)} {between[0]}" if len(set(between)) == 1 and len(between) > 1 else " ".join(between)
            self._write(text, x, base - size, size, 0, size, deltas)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        box, path = f"{x0} {y0} {x1 - x0 + 0.2:.3f} {y1 - y0 + 0.2:.3f}", f"M 0 0 L {x1 - x0:.3f} {y1 - y0:.3f}"
        self._add(f'<ofd:PathObject Boundary="{box}" LineWidth="0.2"><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>')

    def page_numbers(self) -> Printer:
        for number, page in enumerate(self.pages, 1):
            at = Printer(self.style, [page])
            at.text(f"— {number} —", 98, 280, 4.9)
        return self

    def _write(self, text: str, left: float, top: float, size: float, x: float, y: float, deltas: str, ctm: str = "") -> None:
        given = (f' DeltaX="{deltas}"' if deltas else "", f' CTM="{ctm}"' if ctm else "")
        self._add(
            f'<ofd:TextObject{given[1]} Boundary="{left} {top} 160 8" Font="1" Size="{size:.4f}">'
            f'<ofd:TextCode X="{x:.4f}" Y="{y:.4f}"{given[0]}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
        )

    def _add(self, xml: str) -> None:
        self.pages[-1].append(xml)

    def _advance(self, by: float) -> None:
        self.base += by
        if self.base > BOTTOM:
            self.pages.append([])
            self.base = TOP + by


def _em(text: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _broken(text: str, width: float, indent: int) -> list[str]:
    """The lines of a paragraph `width` em wide; no line begins with a stop."""
    lines, line = [], ""
    for character in text:
        if _em(line + character) > width - (indent if not lines else 0) and character not in "，。；：、）》”？！":
            lines.append(line)
            line = ""
        line += character
    return [*lines, line] if line else lines


def xml(name: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><ofd:{name} xmlns:ofd="{NAMESPACE}">{content}</ofd:{name}>'


def page_xml(content: str, head: str = "") -> str:
    return xml("Page", f'{head}<ofd:Content><ofd:Layer ID="1">{content}</ofd:Layer></ofd:Content>')


def parts(pages: Sequence[str], common: str = "") -> dict[str, str | bytes]:
    """The parts of a file whose pages are these XML texts. `common` goes into CommonData."""
    listed = "".join(f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{number}/Content.xml"/>' for number in range(len(pages)))
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    return {
        "OFD.xml": xml("OFD", "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"),
        "Doc_0/Document.xml": xml("Document", f"<ofd:CommonData>{area}{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>"),
        **{f"Doc_0/Pages/Page_{number}/Content.xml": page for number, page in enumerate(pages)},
    }


def zipped(content: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def ofd(printer: Printer) -> bytes:
    """The file of what was printed."""
    return zipped(parts([page_xml("".join(page)) for page in printer.pages]))
