"""The names of WordprocessingML's elements and attributes (ECMA-376 part 1, §17), in the form that lxml gives them, and how their values read."""

from __future__ import annotations

import re

from lxml import etree

_NUMBER_RE = re.compile(r"-?[0-9]+\Z")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

# the document's blocks
BODY, PARAGRAPH, TABLE, ROW, CELL = _W + "body", _W + "p", _W + "tbl", _W + "tr", _W + "tc"
CONTROL, CONTROL_PROPERTIES, CONTROL_CONTENT, PLACEHOLDER = _W + "sdt", _W + "sdtPr", _W + "sdtContent", _W + "showingPlcHdr"
EMBEDDED = _W + "altChunk"
BOX_CONTENT, GALLERY = _W + "txbxContent", _W + "docPartGallery"
# within a paragraph
RUN, TEXT, TAB, POSITION_TAB, BREAK, RETURN = _W + "r", _W + "t", _W + "tab", _W + "ptab", _W + "br", _W + "cr"
HARD_HYPHEN, SYMBOL, PINYIN = _W + "noBreakHyphen", _W + "sym", _W + "rt"
FIELD_MARK, FIELD_CODE, FIELD_KIND = _W + "fldChar", _W + "instrText", _W + "fldCharType"
DELETED, MOVED_AWAY, DELETED_TEXT, INSERTED, CUSTOM = _W + "del", _W + "moveFrom", _W + "delText", _W + "ins", _W + "customXml"
FOOTNOTE_MARK, ENDNOTE_MARK = _W + "footnoteReference", _W + "endnoteReference"
DRAWING, PICTURE, OBJECT = _W + "drawing", _W + "pict", _W + "object"
ALTERNATIVES, CHOICE, FALLBACK = _MC + "AlternateContent", _MC + "Choice", _MC + "Fallback"
# properties
PARAGRAPH_PROPERTIES, RUN_PROPERTIES, STYLE_OF_PARAGRAPH, STYLE_OF_RUN = _W + "pPr", _W + "rPr", _W + "pStyle", _W + "rStyle"
NUMBERING, NUMBER_ID, NUMBER_LEVEL, OUTLINE_LEVEL = _W + "numPr", _W + "numId", _W + "ilvl", _W + "outlineLvl"
HIDDEN, HIDDEN_MARK, BOLD, FONTS = _W + "vanish", _W + "specVanish", _W + "b", _W + "rFonts"
EAST_ASIAN, LATIN, HIGH_ANSI = _W + "eastAsia", _W + "ascii", _W + "hAnsi"
ROW_PROPERTIES, CELL_PROPERTIES, BEFORE, REPEATED_HEAD = _W + "trPr", _W + "tcPr", _W + "gridBefore", _W + "tblHeader"
COLUMN_SPAN, DOWN_MERGE, SIDE_MERGE = _W + "gridSpan", _W + "vMerge", _W + "hMerge"
PROPERTIES = frozenset({PARAGRAPH_PROPERTIES, RUN_PROPERTIES, ROW_PROPERTIES, CELL_PROPERTIES, CONTROL_PROPERTIES, _W + "sectPr", _W + "tblPr", _W + "tblGrid"})
# styles and numbering
STYLE, STYLE_ID, STYLE_KIND, NAME, BASED_ON, DEFAULT = _W + "style", _W + "styleId", _W + "type", _W + "name", _W + "basedOn", _W + "default"
ABSTRACT, ABSTRACT_ID, INSTANCE, STYLE_LINK = _W + "abstractNum", _W + "abstractNumId", _W + "num", _W + "numStyleLink"
LEVEL, OVERRIDE, START_OVERRIDE = _W + "lvl", _W + "lvlOverride", _W + "startOverride"
START, FORM, LEVEL_TEXT, SUFFIX, RESTART, LEGAL = _W + "start", _W + "numFmt", _W + "lvlText", _W + "suff", _W + "lvlRestart", _W + "isLgl"
FOOTNOTE, ENDNOTE, COMMENT = _W + "footnote", _W + "endnote", _W + "comment"
VALUE, ID, TYPE, FONT, CHARACTER = _W + "val", _W + "id", _W + "type", _W + "font", _W + "char"


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that name."""
    if element is not None:
        for found in element.iterchildren(name):
            return found
    return None


def children(element: etree._Element | None) -> dict[str, etree._Element]:
    """All children by name, for what is asked many times. Properties have no two of a name."""
    return {} if element is None else {found.tag: found for found in element}


def value(element: etree._Element | None, name: str) -> str | None:
    """What a child of that name says in its val."""
    found = child(element, name)
    return None if found is None else found.get(VALUE)


def said(element: etree._Element | None) -> str | None:
    """What an element says in its val."""
    return None if element is None else element.get(VALUE)


def number(text: str | None) -> int | None:
    """A whole number as an attribute has it; None for anything else, and for what is too large to be meant."""
    return int(text) if text and len(text) <= 10 and _NUMBER_RE.match(text) else None


def is_on(element: etree._Element | None, name: str) -> bool | None:
    """Whether a property that is on or off is on; None where it is not mentioned."""
    found = child(element, name)
    return None if found is None else found.get(VALUE, "1") not in ("0", "false", "off")
