"""The titles of works and plans as they are compared: without the shell of a notice, the issuer, marks and brackets; place and years apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from zhengpu import ids, regions

# 国务院办公厅关于印发“无废城市”建设试点工作方案的通知: the plan is what stands between
_SHELL_RE = re.compile(r"^.{0,80}?(?:印发|转发|批转|发布|公布|下发)(?P<inner>.{4,}?)的?(?:通知|公告|函|批复|决定)$")
_INNER_RE = re.compile(r"^.{0,80}?(?:印发|转发|批转|发布|公布|下发)[《〈](?P<inner>.{4,})[》〉](?:的)?(?:通知|公告|函|批复|决定)$")
# 上海市人民政府关于加强…的意见: a body stands before 关于
_ISSUER_RE = re.compile(r"^(?P<issuer>[^《》〈〉]{2,80}?(?:中央|国务院|院|府|部|厅|局|委|办|会|署|行|室|组|部门|机关|公司|中心|大学))(?=关于|印发|转发)")
_YEARS_RE = re.compile(r"\((?P<years>(?:19|20)\d\d(?:-(?:19|20)?\d\d)?)年?\)")
# 《…管理办法》 and 《…管理办法(试行)》 are one work
_STATE_RE = re.compile(r"\((?:试行|暂行|修订|修正|修订版|修正版|修订稿|(?:19|20)\d\d年(?:修订|修正|版))\)")
_MARKS_RE = re.compile(r"[\s《》〈〉“”‘’\"'「」『』\-,.、,。·:;!?()\[\]【】]+")
_LONGEST_REGION = 20
_SHORTEST_REST = 6  # characters that are left of a title without its place


@dataclass(frozen=True, slots=True)
class Title:
    """`core` is compared by equality; `regions` are the codes that the place in front may mean, none where there is none."""

    core: str
    issuer: str
    years: str
    regions: frozenset[str]


@lru_cache(maxsize=65536)
def parsed(title: str) -> Title:
    """The parts of a title."""
    rest, issuer = ids.work_title(title), ""
    for _ in range(3):  # a notice may pass on another
        found = _INNER_RE.match(rest) or _SHELL_RE.match(rest)
        if not found or (rest.startswith("关于") and "关于" in found["inner"] and len(found["inner"]) < _SHORTEST_REST):
            break
        rest = found["inner"].strip("《》〈〉")
    by = _ISSUER_RE.match(rest)
    if by:
        issuer, rest = marked_off(by["issuer"]), rest[by.end() :]
    years = _YEARS_RE.search(rest)
    rest = _STATE_RE.sub("", _YEARS_RE.sub("", rest))
    place, rest = _place(rest)
    return Title(marked_off(rest.removeprefix("关于")).lower(), issuer, years["years"] if years else "", place)


def number(text: str) -> str:
    """A document number as it is compared: 国知发保字[2022] 27 号 is 国知发保字〔2022〕27号."""
    return re.sub(r"[\[【(〔]", "〔", re.sub(r"[\]】)〕]", "〕", ids.normal(text))).replace("第", "").removesuffix("号")


def marked_off(text: str) -> str:
    """The text without marks and white space."""
    return _MARKS_RE.sub("", text)


def _place(title: str) -> tuple[frozenset[str], str]:
    """The divisions that the title begins with (上海市徐汇区 before 上海市), and the rest; nothing where too little would be left."""
    for length in range(min(_LONGEST_REGION, len(title) - _SHORTEST_REST), 1, -1):
        found = regions.names().get(title[:length])
        if found and found[0].level != "country":
            return frozenset(region.code for region in found), title[length:]
    return frozenset(), title
