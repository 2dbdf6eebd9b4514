"""The styles of a DOCX: what each says of its paragraphs, its own words and those of the styles that it is based on together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from zhengpu.loaders.word import names as w

_HEADING_NAME_RE = re.compile(r"(?:heading|标题)\s*([1-9])\Z", re.I)
_CONTENTS_NAME_RE = re.compile(r"(?:toc|(?:WPSOffice手动)?目录|table of figures|图表目录)(?:\s*[1-9]|\s+heading|标题)?\Z", re.I)
LONGEST_CHAIN = 12  # styles based on each other that count; Word stops at 11
_DISPLAY_FONTS = ("黑体", "小标宋", "SimHei")  # fonts of titles and headings only (GB/T 9704-2012)


@dataclass(frozen=True, slots=True)
class Style:
    """`level` is the outline level (0 for 标题 1), `number_id`/`number_level` the numbering, `chain` the ids of the style and its bases, nearest first."""

    chain: tuple[str, ...] = ()
    level: int | None = None
    number_id: str | None = None
    number_level: int | None = None
    is_hidden: bool = False
    is_bold: bool = False
    is_contents: bool = False  # 目录


@dataclass(frozen=True, slots=True)
class Styles:
    by_id: dict[str, Style]
    default: Style  # of paragraphs that name none

    def of(self, style_id: str | None) -> Style:
        return self.default if style_id is None else self.by_id.get(style_id, self.default)


def styles(root: etree._Element | None) -> Styles:
    """The styles in styles.xml; none where a document has no such part."""
    elements = {element.get(w.STYLE_ID) or "": element for element in (root if root is not None else ()) if element.tag == w.STYLE}
    found: dict[str, Style] = {}
    for name in elements:
        _resolve(name, elements, found)
    defaults = [name for name, element in elements.items() if element.get(w.STYLE_KIND) == "paragraph" and element.get(w.DEFAULT) in ("1", "true", "on")]
    return Styles(found, found[defaults[0]] if defaults else Style())


def _resolve(name: str, elements: dict[str, etree._Element], found: dict[str, Style]) -> None:
    """Puts the style and those below it into `found`, the lowest first; a circle is cut where it closes."""
    line: dict[str, None] = {name: None}
    last = name
    while last not in found and (base := w.value(elements[last], w.BASED_ON)) is not None and base in elements and base not in line:
        line[base], last = None, base
    style = found.get(last, Style())
    for step in reversed(line):
        if step not in found:
            found[step] = _changed(style, step, elements[step])
        style = found[step]


def _changed(base: Style, name: str, element: etree._Element) -> Style:
    paragraph, run = w.child(element, w.PARAGRAPH_PROPERTIES), w.child(element, w.RUN_PROPERTIES)
    label = w.value(element, w.NAME) or ""
    numbering = w.child(paragraph, w.NUMBERING)
    number_id, number_level = w.value(numbering, w.NUMBER_ID), w.number(w.value(numbering, w.NUMBER_LEVEL))
    named = _HEADING_NAME_RE.match(label)
    level = w.number(w.value(paragraph, w.OUTLINE_LEVEL))
    return replace(
        base,
        chain=(name, *base.chain)[:LONGEST_CHAIN],
        level=level if level is not None else int(named[1]) - 1 if named else 0 if label.lower() == "title" else base.level,
        number_id=number_id if number_id is not None else base.number_id,
        number_level=number_level if number_level is not None else base.number_level,
        is_hidden=_own(w.is_on(run, w.HIDDEN), base.is_hidden),
        is_bold=_own(bold(run), base.is_bold),
        is_contents=base.is_contents or bool(_CONTENTS_NAME_RE.match(label)),
    )


def _own(said: bool | None, inherited: bool) -> bool:
    return inherited if said is None else said


def bold(run: etree._Element | None) -> bool | None:
    """Whether properties set text off as headings are: bold, or in a font of headings; None where they do not say."""
    if run is None:
        return None
    fonts = w.child(run, w.FONTS)
    if fonts is not None and any(font in (fonts.get(w.EAST_ASIAN) or "") for font in _DISPLAY_FONTS):
        return True
    return w.is_on(run, w.BOLD)
