"""A row of a dump -> Document: its text column as plain text or HTML, its other columns as labelled values of the page."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from html import escape

from zhengpu.loaders import text as plain_text
from zhengpu.loaders.columns import TEXT
from zhengpu.loaders.rows.dumps import Row
from zhengpu.loaders.sniffing import has_markup
from zhengpu.model import Document, PageField

_HEAD = 8_000  # characters of a text, with its markup, in which its title is looked for
_LONGEST_TITLE = 60  # characters of one line
_TITLE_RE = re.compile(r"[^\n]{0,100}[\u4e00-\u9fff]{2}[^\n]{0,100}(?<!…)(?<!\.\.)")  # not 关于印发健康杭州三年…, cut off by a list of links
# 各区人民政府： 为贯彻落实…，制定本方案。 一、总体要求 杭政〔2023〕5号
_NO_TITLE_RE = re.compile(
    r".*[：:。；;，,！!]\Z|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十\d]+[章条]|.{1,14}[〔\[（(【]\d{4}[〕\]）)】].{0,3}\d+号?\Z"
)
_TAG_RE, _SPACE_RE = re.compile(r"<[^<>]*>"), re.compile(r"\s|&nbsp;")
_BREAK_TAG_RE = re.compile(r"</?(?:p|div|br|tr|li|h\d)\b[^<>]*>", re.I)
# 一、加强保障。　　二、… : a crawler has put the paragraphs of a page into one line, their indents are left
_INDENT_RE = re.compile("(?<=[。；;：:！？!?”）)])[ \u3000\xa0]{2,}|\u3000\u3000+")


def document_of_row(row: Row, source: str) -> Document:
    """The Document of a row without trouble. Raises UnreadableDocument for markup beyond the limits.

    The digest is of all values and not of the row's place: the same row is the same document wherever it stands."""
    digest = sha256("\0".join(f"{name}\0{value}" for name, value in sorted(row.values.items())).encode("utf-8", "surrogatepass")).hexdigest()
    text, title = row.values[TEXT], row.values.get("title", "")
    if has_markup(text):
        from zhengpu.loaders import html  # lxml costs dumps of plain text nothing

        found = html.document(_titled(text, title, f"<h1>{escape(title)}</h1>"), source=source, digest=digest)
    else:
        lines = text if "\n" in text else _INDENT_RE.sub("\n", text)
        found = plain_text.document(_titled(lines, title, f"{title}\n\n"), source=source, digest=digest)
    return replace(found, page=(*found.page, *(PageField(name, value) for name, value in row.values.items() if name != TEXT)))


def _titled(text: str, title: str, line: str) -> str:
    """The text below the line of its title, where that is not in it and no other title either: a crawler has set apart what stood above the text.

    A text that begins with an address, a sentence or 一、 has no title of its own."""
    head = _TAG_RE.sub("", _BREAK_TAG_RE.sub("\n", text[:_HEAD]))
    opening = next((line.strip() for line in head.split("\n") if line.strip()), "")
    is_apart = _TITLE_RE.fullmatch(title) and _SPACE_RE.sub("", title) not in _SPACE_RE.sub("", head) and "<body" not in text[:_HEAD].lower()
    return line + text if is_apart and (len(opening) > _LONGEST_TITLE or _NO_TITLE_RE.match(opening)) else text
