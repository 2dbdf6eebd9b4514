"""Names that the document itself explains: joint bodies under several surfaces (联席会议, 专班), defined short names, tails of longer names."""

from __future__ import annotations

import re
from functools import cache

from zhengpu.extract.bodies.departments import department
from zhengpu.extract.bodies.region_prefixes import How, region_prefix
from zhengpu.extract.bodies.words import bodies, kind_of
from zhengpu.extract.lexicon import alternatives
from zhengpu.regions import Region

_LOOK_BACK = 45  # code points; the longest name of a joint body met has 40
_MOST = 400  # occurrences looked at; a plan has a dozen
_RUN_RE = re.compile(r"[一-鿿A-Za-z0-9·\"]*\Z")
# What ends before a name begins: 通过区知识产权联席会议, 建立健全徐汇区…机制, 由市教育局牵头的联席会议
_BEFORE_RE = re.compile(
    r".*(?:现有|对接|争取|邀请|联合(?!会)|成立|建立健全|建立|健全|设立|组建|依托|负责|承担|牵头|发挥|完善|加强|通过|纳入|召开|提请|会同|推动|强化|作为|按照|根据|参考|对照|定期|履行|以及|及其|调整|落实|推进(?!机制|小组|组|办|委员会|(?<![快续筹力序实极同]推进)工作(?:专班|领导小组|小组|\Z))|实行|[由在把将报的了向])"
)


class JointBodies:
    """The joint bodies that a text names, found when first asked for."""

    def __init__(self, text: str, region: Region | None) -> None:
        self._text = text
        self._region = region
        self._stems: dict[str, Region | None] | None = None

    def named(self, stem: str, region: Region | None) -> str | None:
        """The canonical name of the joint body that `stem`, a name without its region's words, means; None if it is no joint body.

        All surfaces of one body share the longest name in the text: 联席会议 is 上海市松江区知识产权联席会议 where that stands."""
        if (match := _joint_re().fullmatch(stem)) is None:
            return None
        base, tail = match["base"], match["tail"] or ""
        if match["members"]:  # 核心成员单位: members of the only joint body that the text names
            found = {other for other in self._found() if not other.endswith("机制") and not any(o != other and o.endswith(other) for o in self._found())}
            if len(found) != 1:
                return None
            base, tail = found.pop(), match["members"]
        candidates = [other for other, where in self._found().items() if other.endswith(base) and (where is None or region is None or where == region)]
        longest = max((base, *candidates), key=len)
        where = self._found().get(longest) or region
        if where is None:
            return longest + tail
        if longest.startswith(("委", "党委")):  # 市委农村工作领导小组
            return f"中共{where.full}{longest}{tail}"
        # 市政府办公室数字政府专班: the office's own name is spelled out
        return ((department(where, longest) if longest.startswith("政府") else None) or where.full + longest) + tail

    def _found(self) -> dict[str, Region | None]:
        if self._stems is None:
            self._stems = {}
            for count, match in enumerate(_word_re().finditer(self._text)):
                if count >= _MOST:
                    break
                name = _after_joint_re().sub("", name_before(self._text, match.end()))
                name = name.rpartition('"')[2] if name.count('"') == 1 else name  # 设立"人才发展咨询委员会"
                prefixed = region_prefix(name, self._region)
                if prefixed.how in (How.SHORT, How.NONE):
                    region, stem = None, name
                else:
                    region, stem = prefixed.region, prefixed.rest
                if stem not in self._stems or region is not None:
                    self._stems[stem] = region
        return self._stems


def name_before(text: str, end: int) -> str:
    """The name that ends at `end`, as far as its beginning can be told: from a mark, a verb before it, or the region it starts with."""
    run = _RUN_RE.search(text, max(0, end - _LOOK_BACK), end)
    name = "" if run is None else run[0]
    if cut := _BEFORE_RE.match(name, 0, max(0, len(name) - 2)):
        name = name[cut.end() :].removeprefix("好")  # 发挥好联席会议作用
    return name


@cache
def _joint_re() -> re.Pattern[str]:
    tails = alternatives(bodies().coordination_tails)
    return re.compile(rf"(?P<members>核心成员单位)|(?P<base>.*?{_word_re().pattern})(?P<tail>{tails})?")


@cache
def _word_re() -> re.Pattern[str]:
    return re.compile(alternatives(word for word in bodies().coordination if not word.endswith("办公室")))


@cache
def _after_joint_re() -> re.Pattern[str]:
    return re.compile(rf".*{_word_re().pattern}[和与及]")  # 协调小组和|专家委员会


_SHORT_RE = re.compile(r"\((?:以下)?(?:统|均|并|合)?(?:简)?称(?:为|作|:)?\"?(?P<short>[一-鿿A-Za-z0-9]{2,20})\"?\)")


def defined_short_names(text: str) -> dict[str, str]:
    """Short name -> the name that a text defines it for: 市推进优化营商环境工作领导小组(以下简称"领导小组")."""
    found: dict[str, str] = {}
    for match in _SHORT_RE.finditer(text):
        name = name_before(text, match.start())
        if kind_of(match["short"]) is not None and kind_of(name) is not None and len(name) > len(match["short"]):
            found.setdefault(match["short"], name)
    return found


def longer_names(text: str, name: str, own: Region) -> str | None:
    """The one longer name in a text ending in `name` and beginning with a region or 国家, 中国: 保护中心 -> 绍兴市知识产权保护中心; else None."""
    found: set[str] = set()
    position = -1
    for _ in range(_MOST // 8):
        position = text.find(name, position + 1)
        if position < 0:
            break
        before = text[max(0, position - 24) : position]
        if match := re.search(r"(?:中国|国家)\([^()]{2,8}\)[一-鿿]{0,8}\Z", before):
            found.add(match[0] + name)
            continue
        run = _BEFORE_RE.sub("", name_before(text, position))
        for start in range(len(run)):
            if run[start:].startswith(("国家", "中国")) or region_prefix(run[start:], own).how is How.NAME:
                if not re.search(r"[和与及等]", run[start:]):
                    found.add(run[start:] + name)
                break
    return found.pop() if len(found) == 1 else None
