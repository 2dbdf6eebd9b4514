"""Markdown -> Document: headings, lists and tables as the marks say, everything else line by line as in a plain text.

markdown-it-py tells blocks and links apart. Its emphasis is not used: by CommonMark's rule **总体要求。**坚持 is none, for no space follows,
and 7*24小时、5*8小时 is some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.assembly import assembled
from zhengpu.loaders.cleaning import lines_of
from zhengpu.loaders.flat_tables import flat_tables
from zhengpu.loaders.page_fields import labels
from zhengpu.loaders.pieces import Piece, plain_table
from zhengpu.loaders.web_page.lines import TooDeep, page_of
from zhengpu.loaders.web_page.page import fragment
from zhengpu.model import BlockKind, Document, PageField

# the names that front matter gives to what a page would label
FRONT_NAMES = {"title": "title", "date": "published", "published": "published", "url": "url", "link": "url", "source": "source"}
_FRONT_RE = re.compile(r"---[ \t]*\r?\n(?P<lines>(?:[^\n]{0,2000}\n){0,100}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_FRONT_LINE_RE = re.compile(r"(?P<name>[^\s:：]{1,20})\s*[:：]\s*(?P<value>\S.*?)\s*\Z")
_TABLE_RE = re.compile(r"<table\b(?:(?!<table\b).)*?</table\s*>", re.I | re.S)
_BLANK_LINES_RE = re.compile(r"\n\s*\n")
_BOLD_RE = re.compile(r"\*\*|__")
_ALL_BOLD_RE = re.compile(r"(?:\*\*|__)(?P<text>[^*_\n]{2,60}?)(?:\*\*|__)\Z")


def document(text: str, *, source: str, digest: str) -> Document:
    """The Document of a Markdown text. `digest` is the sha256 of the bytes that it was read from. Raises UnreadableDocument for absurd markup in it."""
    text = text.lstrip("\ufeff")
    front = _FRONT_RE.match(text)
    page = list(_front_fields(front["lines"])) if front else []
    body = text[front.end() :] if front else text
    body = _TABLE_RE.sub(lambda match: _BLANK_LINES_RE.sub("\n", match[0]), body)  # a blank line would end the piece of HTML in mid-table
    # four spaces before a paragraph are its indentation, --- below one is a rule: no code, no heading
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table").disable(["code", "lheading", "emphasis", "reference"])
    try:
        cleaned = lines_of(_pieces(parser.parse(body)))
    except TooDeep as error:
        raise UnreadableDocument(f"{source}: {error}") from None
    return assembled(cleaned, source=source, form="markdown", digest=digest, flat=flat_tables(cleaned), page=page)


def _front_fields(lines: str) -> Iterator[PageField]:
    """What the YAML before the text says, as far as a page would say it."""
    for line in lines.splitlines():
        match = _FRONT_LINE_RE.match(line)
        if match and (label := FRONT_NAMES.get(match["name"].lower()) or labels().get(match["name"])):
            yield PageField(label, match["value"].strip("\"'"))


def _pieces(tokens: list[Token]) -> Iterator[Piece]:
    kind, label = BlockKind.PARAGRAPH, ""
    rows: list[list[str]] | None = None
    for token in tokens:
        if token.type == "heading_open":
            kind = BlockKind.HEADING
        elif token.type == "list_item_open":
            kind, label = BlockKind.LIST_ITEM, f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "table_open":
            rows = []
        elif token.type == "tr_open" and rows is not None:
            rows.append([])
        elif token.type == "table_close" and rows is not None:
            yield plain_table(rows)
            rows = None
        elif token.type == "inline":
            text = _plain(token)
            if rows is not None:
                rows[-1].append(_BOLD_RE.sub("", text))
                continue
            for line in text.split("\n"):
                bold = _ALL_BOLD_RE.match(line) if kind is BlockKind.PARAGRAPH else None
                if line.strip():
                    yield Piece(label + (bold["text"] if bold else line), BlockKind.HEADING if bold else kind)
                kind, label = BlockKind.PARAGRAPH if kind is BlockKind.LIST_ITEM else kind, ""
            kind = BlockKind.PARAGRAPH
        elif token.type == "fence":
            yield Piece(token.content)
        elif token.type == "html_block":
            yield from fragment(page_of(token.content))


def _plain(token: Token) -> str:
    """The words of a line without its marks; line breaks stay, for Chinese authors end their paragraphs with one."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or (child.type == "html_inline" and child.content.lower().startswith("<br")):
            parts.append("\n")
    return "".join(parts)
