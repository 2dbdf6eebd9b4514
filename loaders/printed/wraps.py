"""Whether a printed line goes on in the next one, by its words: what both paragraphs and cells need to know."""

from __future__ import annotations

import re

_WORD_RE = re.compile(r"[A-Za-z0-9.,%/:_@&+#)~-]*")
_OPENERS = "“‘《〈（(〔【「『["  # do not end a line
_BOUND = "，。、；：？！）》」』】〕”’…—"  # do not begin a line: with them goes the character before
_ENDS = "。！？!?；;：:…"
_CLOSERS = "”’\"'）)】]》」』"
MARK_RE = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零〇\d]{1,4}[章节条篇编部]|[一二三四五六七八九十]{1,3}[、.．是要]|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,3}(?:[.．﹒]\d{1,3}){0,3}[.、．﹒)）\s](?!\d)|[①-⑳]|[—–-]{2}|[●•■◆★▲○□◇]|专栏\s*\d|附件|附录|附表|注\s*[:：\d]|备注|[图表]\s*\d)"
)


def room(text: str) -> float:
    """The em that a line must have free at its end for this next line to have begun there, beyond one character: 98.5%以上 does not break inside,
    nor behind “, nor before 。"""
    opened = 0
    while opened < len(text) - 1 and opened < 2 and text[opened] in _OPENERS:
        opened += 1
    end = _WORD_RE.match(text, opened).end()  # type: ignore[union-attr]
    word = end - opened
    end = end if word else opened + 1
    bound = 0
    while end + bound < len(text) and bound < 2 and text[end + bound] in _BOUND:
        bound += 1
    return opened + 0.55 * word + bound


def between(before: str, after: str) -> str:
    """What stands where two lines are joined: a space between Latin words, nothing between Chinese ones."""
    return " " if before[-1:].isascii() and after[:1].isascii() and before[-1:].isalnum() and after[:1].isalpha() else ""


def may_hang(text: str) -> bool:
    """Whether a line ends with a stop that may stand beyond the margin."""
    return text[-1:] in _BOUND or text[-1:] in ",.;:!?)"


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does: with its stop, or with the bracket behind it."""
    return text.rstrip(_CLOSERS)[-1:] in _ENDS or text[-1:] in _ENDS


def is_new_item(before: str, after: str) -> bool:
    """Whether the second line begins with a mark where the first could have ended."""
    return MARK_RE.match(after) is not None and (ends_sentence(before) or before[-1:] not in "，、,")
