"""Whether the words of a bracket allot work: by a verb (市教育局负责), or as nothing but a list of bodies (市教育局、各县(市、区)政府).

Works on the folded text (see `zhengpu.extract.fold`).
"""

from __future__ import annotations

import re

from zhengpu.extract.bodies.words import bodies, group_re

# What the words before 负责, 牵头 end in when they name a body: 局 委 院 政府 各地 …, or in a mark of sharing out: 按职责分工
_BODY_END = (
    r"(?:[部委局厅办院会室署处队心司社团校所行区县市镇乡府门位组盟科馆站地省州旗关场道厂总台矿股联协)]|公司"
    r"|按(?:照|各自)?职[责能]?(?:分工)?|分工|(?:结合(?:各自|本地|工作)?实际)?(?:认真|切实)?抓好|结合(?:各自|本地|工作)?实际|各自|分别|共同|联合|具体|等|牵头|配合)"
)
_BODY_END_RE = re.compile(_BODY_END + "$")
_VERB = (
    r"(?:牵头|主办|主责|(?:分工)?负责(?:落实|推进|组织|实施|指导)*|落实|组织实施|实施|承办|承担|推进|(?:督促|监督)(?:指导|落实|检查)?|督导|指导"
    r"|配合|协助|参与|参加|协办|协同|支持)"
)
_VERB_RE = re.compile(_VERB)
# …负责。以下均需试点县政府落实,不再列出; …。列首位的为牵头单位,下同: said of all that follows
_NOTE = r"(?:以下|下同|排(?=[在名位列第首])|列(?=[首第在于])|位列|首位|第一(?=[^:()]{0,10}为)|不分先后)"
_ASIDE_RE = re.compile(rf"[。;,]\s?{_NOTE}(?:[^()]|\([^()]*\))*$")
# 市发改委、市财政局(第一责任单位为牵头单位,下同), 各区政府(含高新区管委会,下同): the same inside a list
_NOTE_RE = re.compile(rf"\((?:{_NOTE}|(?:不?含|包括)(?=[一-鿿]))(?>(?:[^()\n]|\([^()\n]{{0,40}}\)){{0,120}})\)")
_LEAD_FIRST_RE = re.compile(rf"[ *_由]*[^,;。]{{0,200}}?{_BODY_END}(?:牵头|主办|总牵头)(?:负责|落实|实施)?[,;]")  # 市数据局牵头,市财政局等
# A bracket with nothing but names, at the end of a line or of a sentence: (市发展改革委、市财政局,各县(市、区)政府; 长期坚持)
_ITEM_RE = re.compile(r"(?:[^、,;/\s()]|\([^()]*\))+")
_NAME_RE = re.compile(
    r"[一-鿿·A-Z0-9]{1,24}?(?:[部委局厅办署社司]|政府|办公室|中心|公司|集团|法院|检察院|工会|联合会|贸促会|工商联|[妇残侨科文]联|科协|海关|[总分支]行|银行|[总分]站|[总支大]队|街道|[区县市镇乡]|单位|部门"
    r"|管委会|管理委员会|总局|供电局|学院|大学|研究院|[一-鿿][处室院所场]|党委|领导小组|指挥部)(?:\([^()\n]{1,15}\))?"
)
# One of them governs: a list of hospitals or companies says where, not who must do it
_GOVERNS_RE = re.compile(r"(?:[部委局厅办署司处联协会队关]|政府|办公室|法院|检察院|街道|[区县市镇乡州旗盟]|单位|部门|供电公司|中心)(?:\([^()]*\))?$")
_WORD_RE = re.compile(r"[一-鿿·A-Z0-9]{2,30}(?:\([^()\n]{1,15}\)[一-鿿]{0,6})*|[一-鿿]{1,6}(?:\([^()\n]{1,15}\)[一-鿿]{0,10})+")
# 省林业基金站, 市植物园: a level in front makes bodies of what are mere places elsewhere
_LOCAL_RE = re.compile(r"[省市区县州][一-鿿]{2,14}[站馆园所台院场室]")
_OWN_RE = re.compile(r"(?:[市区县省州盟旗]|自治区|各|国家|中央|有关|相关)(?!政设施|级以上)")
_OFFICE_RE = re.compile(r"[一-鿿]{2,8}(?:(?<!公)司|(?<!办事)处)")
_COUNT_RE = re.compile(r"[一二两三四五六七八九十几多数每各此何等用害好]处$")  # (共两处)
_GROUP_RE = re.compile(r"(?:各|有关|相关)[一-鿿]{2,10}")
_LIST_TAIL_RE = re.compile(r"等?(?:其他|各|有关|相关|[省市区县州](?=有|相|直|级)|直属?|级)*(?:部门|单位)?(?:按照?(?:各自)?职[责能](?:分工)?)?$")
# (…负责,2024年底前完成), (2024年6月底前,市教育局负责), (…;长期坚持)
_TIME = r"(?:\d{4} ?年|\d{4}\.\d{1,2}|\d{1,2} ?月|年[底末内]|季度|持续|长期|常态|全年|每年|适时)"
_TIMES_RE = re.compile(rf"[,;。]\s?[^,;、。()]{{0,8}}{_TIME}[^;。()]{{0,24}}$|^[^,;、。()]{{0,8}}{_TIME}[^,;、。()]{{0,16}}[,;]")


def without_notes(folded: str) -> str:
    """The text with the notes inside lists blanked, character for character: (第一责任单位为牵头单位,下同)."""
    return _NOTE_RE.sub(lambda note: " " * len(note[0]), folded)


def without_aside(words: str) -> str:
    """The words of a bracket without what they say of all brackets at their end."""
    return _ASIDE_RE.sub("", words)


def is_list(words: str) -> bool:
    """Whether a bracket holds nothing but bodies, one of them at least by a word of this country's or the plan's own: 市, 各, 国家, 财政部."""
    words = words.strip(" *_。")
    if "。" in words or "《" in words or ":" in words:
        return False
    words = _TIMES_RE.sub("", words)
    return _are_names(words) or _are_names(_LIST_TAIL_RE.sub("", words))


def _are_names(words: str) -> bool:
    items = [part.strip(" *_") for raw in _ITEM_RE.findall(words) for part in re.split(r"[和及](?=各|有关|相关)", raw) if part.strip(" *_")]
    named = [item for item in items if _is_name(item)]
    # 台州市生态环境局、县林业局、某某国有林场: one of four may have an end that no list holds
    if not named or 4 * len(named) < 3 * len(items) or items[0] != named[0] or not all(_WORD_RE.fullmatch(item) for item in items):
        return False
    if not any(_GOVERNS_RE.search(item) or _is_national(item) for item in named):
        return False
    if any(_OWN_RE.match(item) or _is_national(item) for item in items):
        return True
    return any(_OFFICE_RE.fullmatch(item) and (len(items) > 1 or not _COUNT_RE.search(item)) for item in items)


def _is_name(item: str) -> bool:
    return any(pattern.fullmatch(item) for pattern in (_NAME_RE, _GROUP_RE, _LOCAL_RE, group_re())) or _is_national(item)


def _is_national(item: str) -> bool:
    return item in bodies().national or item in bodies().national_alone


def is_allocating(words: str) -> bool:
    """Whether the words of a bracket allot work by a verb: (市教育局负责), (市数据局牵头,市财政局等), not (由企业自行组织实施)."""
    words = _TIMES_RE.sub("", words.rstrip("。;, *_")).rstrip("。;, *_")
    if "。" in words or "《" in words:
        return False
    if _LEAD_FIRST_RE.match(words):
        return True
    verbs = list(_VERB_RE.finditer(words))
    return bool(verbs) and verbs[-1].end() == len(words) and _BODY_END_RE.search(words[: verbs[-1].start()]) is not None
