"""DOCX files put together from XML, for what python-docx cannot write, and texts written as DOCX with it."""

from __future__ import annotations

import zipfile
from io import BytesIO

from docx import Document as new_document

from zhengpu.loaders import docx
from zhengpu.model import BlockKind, Document

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOTS = {
    "styles": "styles",
    "numbering": "numbering",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
    "header": "hdr",
    "footer": "ftr",
}


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP of parts by their paths."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, part in parts.items():
            archive.writestr(path, part)
    return out.getvalue()


def package(body: str, *, prolog: str = "", names: str = _NAMES, **parts: str) -> bytes:
    """A DOCX of the XML within <w:body>; `parts` is the XML within the roots of other parts (styles, numbering, footnotes …), core that of the properties."""
    core = parts.pop("core", "")
    related = "".join(f'<Relationship Id="r{kind}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>' for kind in parts)
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{content}+xml"/>'
        for kind, content in (("document", "document.main"), *((kind, kind) for kind in parts))
    )
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="r2" Type="{relations}/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
            "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{core}</cp:coreProperties>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{relations}">{related}</Relationships>',
            "word/document.xml": f"{prolog}<w:document {names}><w:body>{body}</w:body></w:document>",
            **{f"word/{kind}.xml": f"<w:{_ROOTS[kind]} {names}>{part}</w:{_ROOTS[kind]}>" for kind, part in parts.items()},
        }
    )


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph of runs, or of plain texts."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(one if one.startswith('<') else run(one) for one in runs)}</w:p>"


def item(text: str, level: int = 0, number: int = 1) -> str:
    """A paragraph of a numbered list."""
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(at: int, form: str, text: str, *, start: int = 1, suffix: str = "tab", more: str = "", fonts: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/>'
        f"{f'<w:rPr><w:rFonts w:ascii={fonts!r}/></w:rPr>' if fonts else ''}</w:lvl>"
    )


def lists(*levels: str, instances: str = "") -> str:
    """numbering.xml of one definition with list 1 in it, and `instances` of it."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{instances}'


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<w:') else paragraph(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(one if one.startswith('<') else cell(one) for one in cells)}</w:tr>"


def table(*rows: str) -> str:
    columns = '<w:gridCol w:w="2000"/>' * max(one.count("<w:tc>") for one in rows)
    return f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(rows)}</w:tbl>'


def read(body: str, **parts: str) -> Document:
    """The document of a package of that XML."""
    return docx.document(package(body, **parts), source="plan.docx", digest="0")


def lines(body: str, **parts: str) -> list[str]:
    """The lines of its text."""
    return read(body, **parts).text.split("\n")


def written(document: Document) -> bytes:
    """A document as DOCX: a paragraph for each block, and its tables as tables with merged cells."""
    made = new_document()
    for block in document.blocks:
        if block.kind is not BlockKind.TABLE or block.table is None:
            made.add_paragraph(document.slice(block))
            continue
        grid = made.add_table(rows=block.table.n_rows, cols=block.table.n_columns)
        places = [list(line.cells) for line in grid.rows]
        for one in block.table.cells:
            place = places[one.row][one.column]
            if one.row_span > 1 or one.column_span > 1:
                place = place.merge(places[one.row + one.row_span - 1][one.column + one.column_span - 1])
            place.text = document.text[one.start : one.end]
    out = BytesIO()
    made.save(out)
    return out.getvalue()
