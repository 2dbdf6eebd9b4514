"""What the bodies of a list share: 越城区、诸暨市政府 are two governments, 市教育、财政、民政局 three bureaus, 福州、厦门市政府 two cities' governments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from zhengpu.extract.bodies.listed import Listed
from zhengpu.extract.bodies.words import bodies
from zhengpu.extract.lexicon import alternatives
from zhengpu.regions import names

_PLACE_HEAD_RE = re.compile(
    r"(?P<place>[一-鿿]{1,14}(?:[区县市镇乡旗州盟省园]|街道))(?P<head>(?:人民)?政府|党委政府|管委会|管理委员会|办事处|党工委|公安(?:分)?局|(?:人民)?法院|(?:人民)?检察院|分局|综合行政执法局|农业农村局)$"
)
_PLACE_RE = re.compile(r"[一-鿿]{1,14}(?:[区县市镇乡旗州盟省园]|街道)")


def shared_heads(pieces: list[Listed]) -> list[Listed]:
    """The bodies of a list with what they share written out in each: the level and the head of the last, the level of the first."""
    out = list(_boards_too(pieces))
    last = len(out) - 1
    for index in range(last, 0, -1):
        if match := _PLACE_HEAD_RE.fullmatch(out[index].surface):
            # 越城区、柯桥区、诸暨市政府: the head 政府 is shared
            first = index
            while first > 0 and _shares_place(out[first - 1].surface, match["head"]):
                first -= 1
            for other in range(first, index):
                out[other] = replace(out[other], surface=out[other].surface + match["head"], end=out[index].end)
            level, other = match["place"][-1], first
            while other > 0 and f"{out[other - 1].surface}{level}" in names():
                other -= 1  # 福州、厦门、漳州市政府: the level is shared as well
                out[other] = replace(out[other], surface=f"{out[other].surface}{level}{match['head']}", end=out[index].end)
        elif match := _stem_re().fullmatch(out[index].surface):
            if index and (whole := _joined_stems(out[index - 1], match)) is not None:
                out[index - 1 : index + 1] = [replace(out[index], surface=whole, start=out[index - 1].start)]
                continue
            # 市教育、财政、民政局: 市 and 局 are shared
            first = index
            while first > 0 and not match["before"]:
                match_before = _bare_stem_re().fullmatch(out[first - 1].surface)
                if match_before is None:
                    break
                first -= 1
                if match_before["before"]:
                    break
            if first == index:
                continue
            head = _bare_stem_re().fullmatch(out[first].surface)
            before = head["before"] if head else ""
            stems = [(m["before"] or before or "") + m["stem"] for p in out[first:index] if (m := _bare_stem_re().fullmatch(p.surface))]
            run = (out[first].start, out[index].end)
            out[first : index + 1] = [Listed(stem + match["suffix"], *run) for stem in [*stems, (before or "") + match["stem"]]]
    return out


def _boards_too(pieces: list[Listed]) -> Iterator[Listed]:
    """The zones of 示范区、高新区党工委和管委会, each with its committee and its board."""
    zones: list[Listed] = []
    for index, piece in enumerate(pieces):
        board = piece.surface if piece.surface in ("管委会", "管理委员会") else ""
        if board and index and (committee := _COMMITTEE_RE.fullmatch(pieces[index - 1].surface)):
            for zone in (*zones, replace(pieces[index - 1], surface=committee["zone"])):
                yield replace(zone, surface=zone.surface + "党工委", end=piece.end)
                yield replace(zone, surface=zone.surface + board, end=piece.end)
            zones = []
        elif _ZONE_RE.fullmatch(piece.surface) and piece.surface not in names():
            zones.append(piece)
        elif not (_COMMITTEE_RE.fullmatch(piece.surface) and index + 1 < len(pieces) and pieces[index + 1].surface in ("管委会", "管理委员会")):
            yield from (*zones, piece)
            zones = []
    yield from zones


_COMMITTEE_RE = re.compile(r"(?P<zone>[一-鿿]{2,14}[区园])党工委")
_ZONE_RE = re.compile(r"[一-鿿]{2,14}(?:示范|开发|高新|经开|度假|合作|保税|试验|产业|工业|新)(?:园区|区)|(?:高新|经开|保税)区")


def _joined_stems(before: Listed, last: re.Match[str]) -> str | None:
    """市民族、宗教事务委员会 is one department with a mark inside its name: both stems together are the stem of a department that is known."""
    first = None if last["before"] else _BARE_WORD_RE.fullmatch(before.surface)
    if first is None or first["stem"] + last["stem"] not in bodies().stems:
        return None
    return f"{first['before']}{first['stem']}{last['stem']}{last['suffix']}"


_BARE_WORD_RE = re.compile(r"(?P<before>[市区县省州旗盟]|自治区)(?P<stem>[一-鿿]{2,6})")


def _shares_place(surface: str, head: str) -> bool:
    if not _PLACE_RE.fullmatch(surface) or surface.startswith(bodies().group_starts):
        return False
    if surface in names() or surface.endswith(("镇", "乡", "街道")):
        return True
    return head in ("管委会", "管理委员会") and surface.endswith(("区", "园"))  # 杨凌示范区、西咸新区管委会


_BEFORE = r"(?P<before>[市区县省州旗盟]|自治区|[一-鿿]{2,6}[省市区县州]|国家)?"


@cache
def _stem_re() -> re.Pattern[str]:
    words = bodies()
    return re.compile(rf"{_BEFORE}(?P<stem>{alternatives(words.stems)})(?P<suffix>局|厅|委|委员会|部门|主管部门|行政主管部门|分局)")


@cache
def _bare_stem_re() -> re.Pattern[str]:
    return re.compile(rf"{_BEFORE}(?P<stem>{alternatives(bodies().stems)}|公安|税务|金融|农业|卫生|海关)")


@cache
def _two_stems_re() -> re.Pattern[str]:
    stems = alternatives(bodies().stems)
    return re.compile(rf"{_BEFORE}(?P<one>{stems})[和与及](?P<two>{stems})(?P<suffix>(?:主管)?部门)")


def two_stems(piece: Listed) -> tuple[Listed, ...]:
    """市财政和民政部门 is two; 市教育和体育局, 市规划和自然资源部门 are one."""
    match = _two_stems_re().fullmatch(piece.surface)
    joined = "" if match is None else piece.surface[len(match["before"] or "") :].removesuffix(match["suffix"])
    if match is None or joined in bodies().stems or joined in bodies().stems.values():
        return (piece,)
    before = match["before"] or ""
    return tuple(replace(piece, surface=before + stem + match["suffix"]) for stem in (match["one"], match["two"]))
