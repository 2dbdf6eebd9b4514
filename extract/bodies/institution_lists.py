"""The bodies that a list names, as it stands in a bracket, a cell or a sentence: 市教育局、市委组织部(人才办)和各区、县(市)政府等部门."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from zhengpu.extract.bodies.departments import expanded
from zhengpu.extract.bodies.listed import Listed
from zhengpu.extract.bodies.shared_heads import shared_heads, two_stems
from zhengpu.extract.bodies.words import bodies, group_re
from zhengpu.extract.lexicon import alternatives

_LONGEST = 200  # code points between two separators; longer is no list of names
_SKIP_RE = re.compile(
    r"(?:[、,;:/|*_\s。.·>★☆△▲#\\]|\d{1,2}[.、)](?!\d)|[①-⑳]|\(\d{1,2}\)|—+|-+"  # 1.市教育局 ②市财政局
    r"|(?:以及|及其?他?|和|与|会同|并|或)(?=各|有关|相关|[市区县省州])|由)+"
)
_LATER_GROUP_RE = re.compile(r"(?:以及|[和及与])(?=各|有关|相关)")
_STOP_RE = re.compile(r"[()、,;/|。:①-⑳]")
# 宣传处会办公室: one office consults another
_JOIN_RE = re.compile(r"\s+|以及|会同|商请|[和及与]|(?<=[处科室司局厅])会(?=[一-鿿]{2,8}(?:[处科室司局厅办]|中心)$)")
# The end of a name that can stand alone; 文化|和旅游局 is not split, for 文化 is no body
_WHOLE_RE = re.compile(
    r"(?:[残妇侨文]联|社科联|工商联|科协|[部委局厅办院会室署处队司社团校行府馆站所组科关台园盟旗区县市镇乡村]|中心|公司|集团|协会|机构|单位|部门|街道|基地|联合体|大学|电视台|平台|企业|研究院|检察院|法院|工会|兵团|各地)(?:\([^()]*(?:\([^()]*\))?[^()]*\))?$"
)
# 等部门, 等有关单位按职责分工: the tail of a list
_TAIL_RE = re.compile(
    r"(?:等(?:\d+个)?(?:其他|各|有关|相关|国务院|中央|[市区县省](?:级|直(?:属)?|(?=有关|相关|各|部门))|责任|成员|职能|主管|行业|牵头|配合|单位|部门|机构|地区|地方|方面|企业|和|及|、)*)?"
    r"(?:(?:按|根据|依据?)照?[^、,;]*(?:职责|分工).*)?$"
)
_MARK_RE = re.compile(r"\((?P<mark>牵头|责任|主办|主责|总牵头|配合|协办|协助|参与|参加|支持|承办|负责)(?:单位|部门|处室|为主)?\)$")
_NOT_A_NAME_RE = re.compile(
    r"^按|\d+[年月]|下同|不分先后|排名|职责|分工|(?:牵头|配合|负责)(?!单位|部门)|持续|长期|完成|推进(?!办|委|中心|组|小组|局|处)|落实(?!办)|^(?:有关|相关)$|第一位"
)


def institutions_in(folded: str, start: int, end: int) -> tuple[Listed, ...]:
    """The bodies of the list [start, end) of a folded text, in text order. Cells that name nobody (/, 无), persons and bare tails (等部门) yield none."""
    pieces = [part for raw in _pieces(folded, start, end) for piece in _named(folded, *raw) for part in two_stems(piece)]
    return tuple(piece for piece in shared_heads(pieces) if _plausible(piece.surface))


def is_group(surface: str) -> bool:
    """Whether a surface names a group of units: 各区、县(市)政府, 有关部门."""
    return surface.startswith(bodies().group_starts)


def _plausible(surface: str) -> bool:
    words = bodies()
    if (
        not 2 <= len(surface) <= 40
        or surface in words.nobody
        or _person_re().search(surface)
        or not re.search(r"[一-鿿A-Z]{2}", surface)
        or _NOT_A_NAME_RE.search(surface)
    ):
        return False
    return not surface.endswith(words.titles) or surface.endswith("领导小组组长单位")


@cache
def _person_re() -> re.Pattern[str]:
    # 县农业农村局局长张三
    return re.compile(rf"{alternatives(bodies().titles)}(?!会议|单位|部门|办公)[一-鿿]{{2,3}}$")


def _pieces(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans between separators outside brackets; groups (各区、县(市)政府) whole."""
    position = start
    while position < end:
        if skip := _SKIP_RE.match(folded, position, end):
            position = skip.end()
            continue
        first = position
        if group := group_re().match(folded, position, end):
            position = group.end()
        depth = 0
        while position < end:
            stop = _STOP_RE.search(folded, position, end)
            if stop is None:
                position = end
                break
            if stop[0] == "(":
                depth += 1
            elif stop[0] == ")":
                depth = max(0, depth - 1)
            elif depth == 0:
                later = _LATER_GROUP_RE.search(folded, max(first, position), stop.start())
                group = group_re().match(folded, later.end(), end) if later else None
                if group is None or group.end() <= stop.start():
                    position = stop.start()
                    break
                position = group.end()  # …等部门及各州、市人民政府
                continue
            position = stop.end()
        if position > first:
            yield first, position
        else:
            position += 1


def _named(folded: str, start: int, end: int) -> Iterator[Listed]:
    """The names in one piece: split at white space and 和, 及, 会同 where whole names stand on both sides; tails and marks taken off."""
    if end - start > _LONGEST:
        return
    group = group_re().match(folded, start, end)
    cuts = [start]
    for match in _JOIN_RE.finditer(folded[start:end]):
        left, right = start + match.start(), start + match.end()
        if (group is not None and left < group.end()) or right >= end or _inside_brackets(folded, cuts[-1], left):
            continue
        before, after = _plain(folded[cuts[-1] : left]), _plain(folded[right:end])
        if not _WHOLE_RE.search(before) or len(before) < 2 or after.startswith("("):
            continue
        if match[0].isspace() and len(after) < 3:  # 市政府办 公室: a name broken by a line
            continue
        cuts.append(right)
        if not match[0].isspace() and match[0] in ("会同", "商请") and re.match(r"(?:各|有关|相关|其他)+(?:部门|单位|地方)", after):
            cuts[-1] = end  # 国家发展改革委会同有关部门
            yield from _item(folded, cuts[-2], left)
            return
        yield from _item(folded, cuts[-2], left)
    yield from _item(folded, cuts[-1], end)


def _inside_brackets(folded: str, start: int, position: int) -> bool:
    return folded.count("(", start, position) > folded.count(")", start, position)


def _plain(words: str) -> str:
    return re.sub(r"[\s*_]+", "", words)


# 市纪委监委 is two bodies, and so is 市委市政府
SUPERVISORS_RE = re.compile(r"(?P<place>.{1,8}?)纪委(?:机关)?[、和]?[省市区县州盟旗]?(?:监委|监察委)(?:机关)?")
_PAIR_RE = re.compile(r"((?:中共)?(?:[市区县省州旗盟]|自治区|[一-鿿]{2,8}[市区县省州旗盟]))(委|党委)[、和]?((?:[市区县省州旗盟]|自治区)(?:人民)?政府)")


# 市经信局市新经济委 is two departments that share their staff, written without a mark between them
_JOINED_RE = re.compile(r"(?P<one>(?P<level>[市省区县州]).{2,10}?[局委办厅])(?P<two>(?P=level)(?![场区级直域容内外民政]).{2,10}[局委办厅])")


def _item(folded: str, start: int, end: int) -> Iterator[Listed]:
    if skip := _SKIP_RE.match(folded, start, end):
        start = skip.end()
    end = start + len(folded[start:end].rstrip(" \n*_。,;:、"))
    surface = _plain(folded[start:end])
    mark = ""
    if match := _MARK_RE.search(surface):
        surface, mark = surface[: match.start()], match["mark"]
        end = folded.rindex("(", start, end)
    if surface.count(")") > surface.count("("):
        surface = surface.rstrip(")")
    if (tail := _TAIL_RE.search(surface)) and tail[0]:
        kept = surface[: tail.start()]
        if not _WHOLE_RE.search(kept) and "部门" in tail[0]:  # 市教育、财政等部门
            surface = kept + "部门" if kept else ""
        else:
            surface = kept
            cut = folded.rfind("等", start, end)
            end = cut if cut > start else end
    if pair := _PAIR_RE.fullmatch(surface):
        yield Listed(pair[1] + pair[2], start, end)
        yield Listed(pair[3], start, end)
    elif (joined := _JOINED_RE.fullmatch(surface)) and expanded(joined["one"][1:]) is not None:
        yield Listed(joined["one"], start, end, mark)
        yield Listed(joined["two"], start, end, mark)
    elif "纪委" in surface and (pair := SUPERVISORS_RE.fullmatch(surface)):
        yield Listed(f"{pair['place']}纪委", start, end, mark)
        yield Listed(f"{pair['place']}监委", start, end, mark)
    elif surface:
        yield Listed(surface, start, end, mark)
