"""Printed lines -> paragraphs: whether a line goes on in the next one, told by where it ends, where the next begins, and how large both are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from zhengpu.loaders.printed.marks import PrintedLine
from zhengpu.loaders.printed.reading_order import USUAL_EM
from zhengpu.loaders.printed.wraps import MARK_RE, ends_sentence, room

FULL = 1.4  # em that a full line may end before the margin, beyond what the next word needs
INDENT = (1.3, 3.2)  # em by which first lines are moved in: two characters, a little more where type is stretched
LEAST_INDENTED = 0.06  # of the lines, for a document whose paragraphs are indented; one in fifteen begins a paragraph where they are long
LEAST_FULL = 0.2  # of the lines end together, where a narrow column is wrapped
FREQUENT = 0.04  # of the lines, for a left margin; what stands further left is rarer
SAME_SIZE = 1.12  # the larger type over the smaller one, at most
APART = 1.3  # times the usual distance of lines; more parts paragraphs. A raised note or a larger letter in a line adds a tenth
LEAST_LINES = 10  # to tell margins from; fewer are taken together with other pages
# 关于印发《…方案》的通知 is a whole title: what follows is another line, but 的通知 or （试行）
_TITLE_END_RE = re.compile(r"(?:通知|意见|决定|公告|通告|报告|批复|函|令|文件|规划|方案|计划|纲要|办法|细则|要点|措施|清单|条例|规定|政策)\Z")
_TITLE_MORE_RE = re.compile(r"[（(〔]|的|和|及|暨|》|(?:征求意见稿|试行|草案)")
_DATE_RE = re.compile(r"[（(]?[\d〇一二三四五六七八九十]{2,4}\s*年")


@dataclass(frozen=True, slots=True)
class Margins:
    """Where the lines of a column begin and end, in points, how far apart they are, the em of most, and whether first lines are moved in."""

    left: float
    right: float
    pitch: float
    em: float
    is_indented: bool


def margins(lines: Sequence[PrintedLine], width: float | None) -> Margins:
    """The margins of lines that share them (at least one line); `width` is the page's where they have all of it."""
    em = usual_em(lines)
    lefts = Counter(round(line.left / 2) for line in lines)
    least = max(2, FREQUENT * len(lines))
    left = 2.0 * min((place for place in lefts if lefts[place] + lefts[place + 1] >= least), default=min(lefts))
    left = min(line.left for line in lines if line.left >= left - 1)
    ends = sorted(line.right for line in lines)
    common, count = Counter(round(end) for end in ends).most_common(1)[0]
    right = max(ends[int(0.85 * (len(ends) - 1))], float(common) if count >= least else 0.0)
    if width is not None and width - right > 1.8 * max(left, 3 * em) and sum(abs(end - right) < 0.3 * em for end in ends) < LEAST_FULL * len(lines):
        right = width - left  # lines that all end early, each elsewhere, are no full ones: a list of names
    steps = [step for line, following in pairwise(lines) if 0.8 * em < (step := following.base - line.base) < 4 * em]
    inner = sum(INDENT[0] <= (line.left - left) / em <= INDENT[1] for line in lines)
    outer = sum(line.left - left < 0.5 * em for line in lines)
    return Margins(left, right, median(steps) if steps else 1.6 * em, em, inner >= LEAST_INDENTED * len(lines) and outer >= inner * 0.2)


def usual_em(lines: Iterable[PrintedLine]) -> float:
    """The em of most of the text: each line counts by its length."""
    return median([em for line in lines if line.em for em in [line.em] * (len(line.text) // 10 + 1)] or [USUAL_EM])


def continues(line: PrintedLine, following: PrintedLine, own: Margins, next_own: Margins, *, is_same_page: bool) -> bool:
    """Whether a paragraph that the first line belongs to goes on in the second."""
    if line.column != following.column and not {line.column, following.column} <= {1, 2}:
        return False
    if line.em and following.em and max(line.em, following.em) > SAME_SIZE * min(line.em, following.em):
        return False
    em = line.em or following.em or own.em
    distance = following.base - line.base if is_same_page and line.column == following.column else 0.0
    if distance > APART * own.pitch * max(1.0, em / own.em):
        return False
    if em > SAME_SIZE * own.em and is_same_page and _is_centred(line, own, em) and _is_centred(following, next_own, em):
        return _is_rest_of_title(line.text, following.text)
    if own.right - line.right >= em * (FULL + room(following.text)):
        return False
    if MARK_RE.match(following.text) and ends_sentence(line.text):
        return False
    indent = (following.left - next_own.left) / em
    if indent < 0.8:
        return True
    if abs(indent - (line.left - own.left) / em) < 0.4:  # a block that is moved in as a whole, or two paragraphs of one line each
        return not (own.is_indented and indent <= INDENT[1]) and not ends_sentence(line.text) and not MARK_RE.match(following.text)
    # the text of an item that hangs behind its number
    return not own.is_indented and bool(MARK_RE.match(line.text)) and line.left < following.left and indent <= 4


def _is_centred(line: PrintedLine, own: Margins, em: float) -> bool:
    return abs((line.left + line.right) - (own.left + own.right)) < 2.4 * em


def _is_rest_of_title(before: str, after: str) -> bool:
    if _TITLE_MORE_RE.match(after):
        return True
    return not (_TITLE_END_RE.search(before) or _DATE_RE.match(after) or MARK_RE.match(after) or ends_sentence(before))
