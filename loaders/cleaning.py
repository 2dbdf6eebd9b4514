"""Raw lines -> lines of the document: what a page, a converter or a page break put in is taken out, and written down.

Nothing that may belong to the document is dropped: a rule fires on whole lines of known furniture, on fragments in the page's head and foot, or
on marks of conversion inside a sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from importlib.resources import files

from zhengpu.loaders.hard_wraps import is_full, wrap_width
from zhengpu.loaders.page_fields import LineField, fields_of
from zhengpu.loaders.pieces import Piece
from zhengpu.model import BlockKind, Table

HEAD_LINES, LONGEST_HEAD = 12, 60  # furniture that is a word by itself (首页, 分享) counts only this near to an end of the page
PARAGRAPH = 60  # characters of a line that is certainly text
LONGEST_PARAGRAPH = 20_000  # characters; the longest met has 3,000. What is longer is not joined further, or time would grow with its square
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_INVISIBLE_RE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f\ufffc]+")
_ENTITY_RE = re.compile(
    r"&(?:nbsp|ensp|emsp|amp|lt|gt|quot|middot|mdash|hellip|ldquo|rdquo|lsquo|rsquo|#\d{1,6}|#x[0-9a-fA-F]{1,5});"
)  # &nbsp; that a converter left
_BREAKS_RE = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_BOLD_RE = re.compile(r"\*\*|__")
_HASHES_RE = re.compile(r"#{1,6}\s+")
# 思想 and 党的二十大: a converter's translation of 和 left in a Chinese sentence
_STRAY_WORD_RE = re.compile(rf"(?<=[{_HAN}”》）]) (?:and|or|of|the|to|in|for|with) (?=[{_HAN}“《（])")
# 保护 工作, 互联网+ 纠纷化解: a space inside a Chinese sentence. 财政部 教育部 keeps its own: there the space separates two bodies.
# The space behind 第一条 or 附件1 stays too, as does any near the beginning of a line.
_STRAY_SPACE_RE = re.compile(
    rf"(?<!^.)(?<!^..)(?<!^...)(?<!^....)(?<!^.....)(?<!^......)(?<=[{_HAN}，。；：、”》）+])(?<![委局部厅院会办府署行社室院]) (?=[{_HAN}“《（，。；：、])"
)
# 2026年 4月 20 日, 2024 年 5 月
_DATE_SPACE_RE = re.compile("(?<=\\d)[ \xa0\u3000]{1,3}(?=[年月日])|(?<=[年月])[ \xa0\u3000]{1,3}(?=\\d)")
_SENTENCE_END = "。！？!?；;：:…"
_CLOSERS = "”’\"'）)】]》"
_MARKER_RE = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零\d]+[章节条篇编部]|[一二三四五六七八九十]{1,3}[、.．是]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[.、．﹒)）](?!\d)|[①-⑳]|[—–-]{1,3}|[●•■◆★▲○]|专栏|附件|附录|附表|表\s*\d|序号)"
)
_FIELD_LINE_RE = re.compile(r"[^，。；]{1,12}[:：]")


@dataclass(slots=True)
class Line:
    """A line on its way through cleaning: its text, and what was taken out of it or before it, with the reason and the offset in the line.

    A line with a table or fields is one as its format had it: its text (a table's holds line breaks) stays as it is."""

    text: str
    gap_before: bool = False
    removed: list[tuple[int, str, str]] = field(default_factory=list)
    kind: BlockKind = BlockKind.PARAGRAPH
    table: Table | None = None
    fields: tuple[LineField, ...] = ()

    @property
    def is_fixed(self) -> bool:
        return self.table is not None or bool(self.fields)


@cache
def _patterns() -> tuple[list[tuple[str, re.Pattern[str]]], list[tuple[str, re.Pattern[str]]]]:
    data = tomllib.loads(files("zhengpu.loaders").joinpath("noise.toml").read_text("utf-8"))

    def compiled(part: str, template: str) -> list[tuple[str, re.Pattern[str]]]:
        return [(why, re.compile(template.format("|".join(f"(?:{p})" for p in patterns)))) for why, patterns in data[part].items()]

    return compiled("lines", r"(?:{})\Z"), compiled("fragments", r"(?:{})")


def lines(text: str) -> list[Line]:
    """The lines of a plain text that belong to the document, cleaned inside, sentences joined over page breaks."""
    return list(_joined(_inside(_kept(_raw(text)))))


def lines_of(pieces: Iterable[Piece]) -> list[Line]:
    """The same of blocks that a format tells apart: each stays a line of its own kind, tables and labelled values stay as they are."""
    return list(_joined(_inside(_kept(_lines(pieces)))))


def visible(text: str) -> str:
    """A text without characters that no reader sees (zero-width, direction marks, controls), for what is not cleaned as lines are."""
    return _INVISIBLE_RE.sub("", text)


def _lines(pieces: Iterable[Piece]) -> Iterator[Line]:
    pending: list[tuple[int, str, str]] = []
    for piece in pieces:
        if piece.removed:
            pending.append((0, piece.text, piece.removed))
            continue
        fixed = piece.table is not None or bool(piece.fields)
        for line in [Line(piece.text, table=piece.table, fields=piece.fields)] if fixed else _raw(piece.text):
            line.kind = piece.kind
            line.removed[:0], pending = pending, []
            yield line
    if pending:
        yield Line("", removed=pending)


def _raw(text: str) -> Iterator[Line]:
    gap, invisible = False, ""
    for raw in _BREAKS_RE.split(text):
        if hidden := _INVISIBLE_RE.findall(raw):
            invisible += "".join(hidden)
            raw = _INVISIBLE_RE.sub("", raw)
        if "&" in raw and (entities := _ENTITY_RE.findall(raw)):
            invisible += "".join(entities)
            raw = _ENTITY_RE.sub(lambda match: unescape(match.group()), raw)
        plain = raw.strip(" \t\u3000\xa0\u2002\u2003\u2009")
        if not plain:
            gap = True
            continue
        line = Line(plain, gap)
        if invisible:
            line.removed.append((0, invisible, "conversion"))
        yield line
        gap, invisible = False, ""


def _kept(source: Iterator[Line]) -> Iterator[Line]:
    """Without the lines that are a page's furniture; each is written down at the line that follows it."""
    whole, fragments = _patterns()
    everything = list(source)
    first, last = _extent(everything)
    pending: list[tuple[int, str, str]] = []
    for number, line in enumerate(everything):
        outer = number < first or number > last
        if len(line.text) <= 200 and not line.is_fixed:
            why = next(
                (why for why, pattern in whole if (outer or why == "navigation") and pattern.match(line.text) and (outer or _is_certain(line.text))), None
            )
            if why:
                pending += [*((0, text, reason) for _, text, reason in line.removed), (0, line.text, why)]
                continue
            if outer:
                for reason, pattern in fragments:
                    line.text = _cut(line, pattern, reason)
                line.text = line.text.strip()
        if pending and line.text:
            line.removed[:0], pending = pending, []
        if line.text:
            yield line
        else:
            pending += line.removed
    if pending:
        end = Line("")
        end.removed = pending
        yield end


def _extent(lines: list[Line]) -> tuple[int, int]:
    """The lines between a page's head and its foot: from the first paragraph of text to the last, but at least all but HEAD_LINES at either end."""
    paragraphs = [number for number, line in enumerate(lines) if len(line.text) >= PARAGRAPH and "。" in line.text]
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else (0, len(lines) - 1)
    return max(HEAD_LINES, min(first, LONGEST_HEAD)), min(len(lines) - 1 - HEAD_LINES, max(last, len(lines) - 1 - LONGEST_HEAD))


def _is_certain(text: str) -> bool:
    """Whether a line is furniture wherever it stands, not only at the ends of a page: page numbers do, a lone 下载 in a list does not."""
    return bool(re.match(r"第\s*\d+\s*页|[-—–－]\s*\d|.{0,60}(?:ICP备|公网安备)|[^。]{0,12}位置\s*[:：]", text))


def _cut(line: Line, pattern: re.Pattern[str], why: str) -> str:
    out, position, length = [], 0, 0
    for match in pattern.finditer(line.text):
        if match.end() == match.start():
            continue
        out.append(line.text[position : match.start()])
        length += match.start() - position
        line.removed.append((length, match.group(), why))
        position = match.end()
    return "".join(out) + line.text[position:] if out else line.text


def _inside(source: Iterator[Line]) -> Iterator[Line]:
    for line in source:
        if line.is_fixed:
            yield line
            continue
        hashes = _HASHES_RE.match(line.text)
        if hashes:
            line.removed.append((0, hashes.group(), "conversion"))
            line.text = line.text[hashes.end() :]
        if "**" in line.text or "__" in line.text:
            line.text = _cut(line, _BOLD_RE, "conversion").strip()
        if "年" in line.text or "月" in line.text:
            line.text = _cut(line, _DATE_SPACE_RE, "conversion")
        if " " in line.text and len(line.text) >= 12 and "  " not in line.text and "|" not in line.text and not fields_of(line.text):
            line.text = _cut(line, _STRAY_WORD_RE, "conversion")
            line.text = _cut(line, _STRAY_SPACE_RE, "conversion")
        if line.text or line.removed:
            yield line


def _joined(source: Iterator[Line]) -> Iterator[Line]:
    """Lines with sentences made whole where a page ended inside them."""
    everything = list(source)
    seen = "\n".join(line.text for line in everything)
    margin = wrap_width([line.text for line in everything if line.kind is BlockKind.PARAGRAPH and not line.is_fixed])
    current: Line | None = None
    last = ""  # the printed line that `current` ends with
    for line in everything:
        before, last = last, line.text
        if (
            current is not None
            and current.kind is line.kind is BlockKind.PARAGRAPH
            and line.text
            and (
                (breaks_off(current.text) and continues(line.text))
                or (len(current.text) <= LONGEST_PARAGRAPH and is_full(before, margin, is_item=_MARKER_RE.match(before) is not None) and _may_follow(line.text))
            )
        ):
            overlap = 0 if margin else _repeated(current.text, line.text, seen)
            if overlap:
                current.text = current.text[:-overlap]
                current.removed.append((len(current.text), line.text[:overlap], "page-break"))
            shift = len(current.text)
            if line.gap_before:
                current.removed.append((shift, "\n", "page-break"))
            current.removed += [(shift + at, text, why) for at, text, why in line.removed]
            current.text += line.text
            continue
        if current is not None:
            yield current
        current = line
    if current is not None:
        yield current


def breaks_off(text: str) -> bool:
    """Whether a line stops inside a sentence: long, with a sentence under way, and nothing that ends one."""
    if not 24 <= len(text) <= LONGEST_PARAGRAPH or text[-1] in _SENTENCE_END or "|" in text or "\t" in text:
        return False
    if text[-1] in _CLOSERS:
        # （落实单位：区法院） ends a paragraph, as does 。”; “两个中心” may stand in mid-sentence, but then it is not told apart
        return False
    if _MARKER_RE.match(text) and "。" not in text:
        return False  # 二、全面推进…体系 is a heading, however long
    return any(mark in text for mark in "，。；,;") and not _FIELD_LINE_RE.match(text)


def continues(text: str) -> bool:
    """Whether a line may be the rest of a sentence: no number, no label, and it does end or go on like one."""
    return (
        not _MARKER_RE.match(text)
        and not _FIELD_LINE_RE.match(text)
        and text[0] not in "（(“《【["
        and "|" not in text
        and (text[-1] in _SENTENCE_END + _CLOSERS or len(text) > 24)
    )


def _may_follow(text: str) -> bool:
    """Whether a line may follow a full one within its paragraph."""
    return not _MARKER_RE.match(text) and not _FIELD_LINE_RE.match(text) and "|" not in text


def _repeated(before: str, after: str, seen: str) -> int:
    """How many characters at the break stand twice: …重大涉外知 | 知识产权纠纷… repeats one.

    Only where the sentence without the repetition uses words that the document has elsewhere: 中国 | 国家 repeats nothing."""
    for length in range(6, 0, -1):
        if before.endswith(after[:length]) and len(after) > length:
            joint = before[-2 - length :] + after[length : length + 2]
            if joint in seen and before[-2:] + after[:2] not in seen:
                return length
    return 0
