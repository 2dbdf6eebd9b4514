"""Automatic numbering -> the label that Word prints before a paragraph: 一、 （二） 3. 1.2.1 ● (ECMA-376 part 1, §17.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lxml import etree

from zhengpu.loaders.word import names as w
from zhengpu.loaders.word.numerals import numeral
from zhengpu.loaders.word.styles import Style, Styles
from zhengpu.loaders.word.symbols import bullet

LEVELS = 9
LONGEST = 40  # characters of a level's text; %1.%2.%3.%4.%5.%6.%7.%8.%9 has 26
_PLACE_RE = re.compile(r"%([1-9])")
# 一、 （一） 1) and 1． need no space behind them; 1. does (1.2024年), as do 第一条 and ●
_WIDE = "、．：。）】〕》)]"


@dataclass(frozen=True, slots=True)
class Level:
    """How one level is numbered. `text` has %1 … %9 where the counts of levels stand; `restart` is None for "after any higher level", else
    the number of the level (from 1) after which, or after any higher, it starts anew, 0 for never."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    is_legal: bool = False
    style: str | None = None
    font: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    """An instance of a definition (w:num): the definition that it counts in, its levels, and the numbers that it starts anew with."""

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted. Lists of the same definition go on counting where another of them stopped."""

    lists: dict[str, _List] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, number_id: str, level: int) -> str:
        """Counts one paragraph of that list and level and gives what is printed before it, with the space that follows; "" for nothing."""
        numbered = self.lists.get(number_id)
        if numbered is None or level not in numbered.levels:
            return ""
        counts = self._counts.setdefault(numbered.definition, [None] * LEVELS)
        here = numbered.levels[level]
        before = counts[level]
        if level in numbered.starts and (number_id, level) not in self._begun:
            counts[level] = numbered.starts[level]
        else:
            counts[level] = here.start if before is None else before + 1
        self._begun.add((number_id, level))
        for deeper in range(level + 1, LEVELS):
            restart = numbered.levels[deeper].restart if deeper in numbered.levels else None
            if restart is None or level < restart:
                counts[deeper] = None
        return _printed(here, numbered.levels, counts)

    def place(self, own: etree._Element | None, style: Style) -> tuple[str, int] | None:
        """The list and level that a paragraph's own properties (w:numPr) name, else its style; None for one that is not numbered."""
        if own is None and style.number_id is None:
            return None
        names = w.children(own)
        own_id, level = w.said(names.get(w.NUMBER_ID)), w.number(w.said(names.get(w.NUMBER_LEVEL)))
        number_id = own_id if own_id is not None else style.number_id
        numbered = self.lists.get(number_id or "")
        if number_id is None or numbered is None:  # list 0 is never there: it takes the style's numbers away
            return None
        if level is None:
            # a level names the style that it numbers; that counts more than what the style says
            linked = {known.style: index for index, known in numbered.levels.items() if known.style}
            level = next((linked[name] for name in style.chain if name in linked), style.number_level or 0)
        return (number_id, level) if 0 <= level < LEVELS else None


def _printed(here: Level, levels: dict[int, Level], counts: list[int | None]) -> str:
    def count(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        known = levels.get(at)
        if known is None or known.form == "bullet":
            return ""
        number = counts[at]
        form = "decimal" if here.is_legal and known.form != "none" and not known.form.startswith("decimal") else known.form
        return numeral(known.start if number is None else number, form)  # a level that was left out shows where it would start

    shown = bullet(here.text, here.font) if here.form == "bullet" else _PLACE_RE.sub(count, here.text)
    shown = shown.strip()
    return shown if not shown or here.suffix == "nothing" or shown[-1] in _WIDE else f"{shown} "


def numbering(root: etree._Element | None, styles: Styles) -> Numbering:
    """The lists in numbering.xml; none where a document has no such part."""
    elements = list(root) if root is not None else []
    definitions: dict[str, dict[int, Level]] = {}
    links: dict[str, str] = {}
    for element in elements:
        if element.tag == w.ABSTRACT:
            name = element.get(w.ABSTRACT_ID) or ""
            definitions[name] = _levels(element)
            if link := w.value(element, w.STYLE_LINK):
                links[name] = link
    named = {element.get(w.NUMBER_ID) or "": w.value(element, w.ABSTRACT_ID) or "" for element in elements if element.tag == w.INSTANCE}
    lists: dict[str, _List] = {}
    for element in elements:
        if element.tag != w.INSTANCE:
            continue
        definition = w.value(element, w.ABSTRACT_ID) or ""
        for _ in range(LEVELS):  # a definition may lend that of a style of lists; no chain is longer than two
            style = styles.by_id.get(links.get(definition, ""))
            if style is None or style.number_id not in named:
                break
            definition = named[style.number_id]
        levels, starts = dict(definitions.get(definition, {})), {}
        for change in element.iterchildren(w.OVERRIDE):
            at, start = w.number(change.get(w.NUMBER_LEVEL)), w.number(w.value(change, w.START_OVERRIDE))
            levels |= _levels(change)
            if at is not None and start is not None:
                starts[at] = start
        lists[element.get(w.NUMBER_ID) or ""] = _List(definition, levels, starts)
    lists.pop("0", None)
    return Numbering(lists)


def _levels(element: etree._Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for level in element.iterchildren(w.LEVEL):
        at = w.number(level.get(w.NUMBER_LEVEL))
        if at is not None and 0 <= at < LEVELS:
            found[at] = _level(level)
    return found


def _level(element: etree._Element) -> Level:
    # a format that only later versions know stands in an alternative, with one for all others behind it
    forms: Iterable[etree._Element] = element.iter(w.FORM)
    form = [found.get(w.VALUE) or "decimal" for found in forms]
    fonts = w.child(w.child(element, w.RUN_PROPERTIES), w.FONTS)
    start, restart = w.number(w.value(element, w.START)), w.number(w.value(element, w.RESTART))
    level = Level(
        form=form[-1] if form else "decimal",
        text=(w.value(element, w.LEVEL_TEXT) or "")[:LONGEST],
        suffix=w.value(element, w.SUFFIX) or "tab",
        restart=restart,
        is_legal=bool(w.is_on(element, w.LEGAL)),
        style=w.value(element, w.STYLE_OF_PARAGRAPH),
        font="" if fonts is None else fonts.get(w.LATIN) or fonts.get(w.HIGH_ANSI) or "",
    )
    return level if start is None else replace(level, start=start)
