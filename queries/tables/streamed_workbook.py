"""A workbook for Excel (Office Open XML, ISO/IEC 29500) whose rows go to the disk as they come: texts and whole numbers on sheets with a head.

For the 9,500 rows of a network of 45 documents openpyxl, which writes the small workbooks of answers, needs five times as long, and XlsxWriter two
and a half times."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from zhengpu.errors import ZhengpuError
from zhengpu.graph.exports.cover import NOT_XML_RE

MOST_ROWS = 1_048_576  # of a sheet of Excel
_LONGEST = 32_767  # characters of a cell
_LONGEST_NAME = 31  # characters of the name of a sheet
_FORMULA_RE = re.compile(r"[=+\-@\t\r]")  # what Excel takes for the beginning of a formula once somebody edits the cell
_SPECIAL_RE = re.compile(rf"[&<>\r]|_x[0-9A-Fa-f]{{4}}_|{NOT_XML_RE.pattern}")  # what is to be written otherwise; _x0041_ would be read as A
_ESCAPE_RE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_MADE = (2000, 1, 1, 0, 0, 0)  # the same contents give the same bytes
_PLAIN, _HEAD, _QUOTED = 0, 1, 2  # places in the list of styles below

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = "application/vnd.openxmlformats-package"
_QUOTE = {'"': "&quot;"}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
)
_CORE = (
    f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>zhengpu</dc:creator>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created></cp:coreProperties>'
)


class StreamedSheet:
    """One sheet; where it has heads, they are bold, stay in sight and can be filtered by. `rows` counts them too."""

    __slots__ = ("_is_headed", "_letters", "file", "name", "rows")

    def __init__(self, name: str, file: IO[bytes], heads: Sequence[str], widths: Sequence[int]) -> None:
        """`file` holds the sheet until the workbook is put together; `widths` are those of the columns, 26 at most, in letters."""
        self.name = name
        self.file = file
        self.rows = 0
        self._is_headed = bool(heads)
        self._letters = [chr(ord("A") + at) for at in range(len(widths))]
        columns = "".join(f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1))
        self._write(f'{_XML}<worksheet xmlns="{_MAIN}">{_FROZEN if heads else ""}<cols>{columns}</cols><sheetData>\n')
        if heads:
            self._append(heads, _HEAD)

    def append(self, cells: Sequence[str | int]) -> None:
        """Adds a row of texts, which are never formulas, and whole numbers. Raises ZhengpuError for one more than Excel shows."""
        if self.rows == MOST_ROWS:
            raise ZhengpuError(f"A sheet of Excel has {MOST_ROWS:,} rows, and “{self.name}” needs more; nothing was written. Take --format csv.")
        self._append(cells, _PLAIN)

    def end(self) -> None:
        """Writes what stands behind the rows, and goes back to the beginning of the file."""
        filtered = f'<autoFilter ref="A1:{self._letters[-1]}{self.rows}"/>' if self._is_headed else ""
        self._write(f"</sheetData>{filtered}</worksheet>")
        self.file.seek(0)

    def _append(self, cells: Sequence[str | int], style: int) -> None:
        self.rows += 1
        written = "".join(_cell(f"{letter}{self.rows}", content, style) for letter, content in zip(self._letters, cells, strict=True) if content != "")
        self._write(f'<row r="{self.rows}">{written}</row>\n')

    def _write(self, text: str) -> None:
        self.file.write(text.encode("utf-8"))


def _cell(place: str, content: str | int, style: int) -> str:
    if isinstance(content, int):
        return f'<c r="{place}"><v>{content}</v></c>'
    text = content[:_LONGEST]
    if _SPECIAL_RE.search(text):  # few texts
        text = escape(_ESCAPE_RE.sub("_x005F_", NOT_XML_RE.sub("\ufffd", text)), {"\r": "&#13;"})
    styled = _QUOTED if _FORMULA_RE.match(content) else style
    return f'<c r="{place}" s="{styled}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


class StreamedWorkbook:
    """A workbook in the making, for a `with` block: it is written into `file` when the block ends well."""

    __slots__ = ("_file", "_open", "_sheets")

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sheets: list[StreamedSheet] = []
        self._open = ExitStack()  # the files of the sheets

    def sheet(self, name: str, heads: Sequence[str], widths: Sequence[int]) -> StreamedSheet:
        """A new sheet, behind those that are there, under the name as far as Excel takes it: no two are called alike."""
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f']", " ", name).strip()[:_LONGEST_NAME] or "?"
        taken = {sheet.name.lower() for sheet in self._sheets}
        names = (plain, *(f"{plain[: _LONGEST_NAME - 4]} {number}" for number in range(2, len(taken) + 3)))
        file = self._open.enter_context(TemporaryFile())  # noqa: SIM115 - the stack is the context
        made = StreamedSheet(next(name for name in names if name.lower() not in taken), file, heads, widths)
        self._sheets.append(made)
        return made

    def __enter__(self) -> StreamedWorkbook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._open:
            if kind is None:
                self._save()

    def _save(self) -> None:
        with ZipFile(self._file, "w", ZIP_DEFLATED) as archive:
            for name, content in _parts([sheet.name for sheet in self._sheets]).items():
                archive.writestr(_part(name), content)
            for number, sheet in enumerate(self._sheets, 1):
                sheet.end()
                with archive.open(_part(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as part:
                    shutil.copyfileobj(sheet.file, part)


def _part(name: str) -> ZipInfo:
    part = ZipInfo(name, _MADE)
    part.compress_type = ZIP_DEFLATED
    return part


def _parts(names: Sequence[str]) -> Mapping[str, str]:
    """The parts around the sheets with these names: what there is, how it hangs together, and how it looks."""
    sheets = range(1, len(names) + 1)
    files = [f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/>' for number in sheets]
    listed = [f'<sheet name="{escape(name, _QUOTE)}" sheetId="{number}" r:id="r{number}"/>' for number, name in zip(sheets, names, strict=True)]
    to_sheets = [f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>' for number in sheets]
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{_PARTS}.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/><Override PartName="/docProps/core.xml" '
        f'ContentType="{_PARTS}.core-properties+xml"/>{"".join(files)}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        f'Target="xl/workbook.xml"/><Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "docProps/core.xml": _CORE,
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(listed)}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(to_sheets)}'
        f'<Relationship Id="r0" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }
