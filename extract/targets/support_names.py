"""What a sum or rate of support is given for, in measures of support: 首版次软件单个企业年度奖励, 展位费补贴比例.

The clause with the sum says little (给予最高50万元); whom it is for stands at the head of the sentence (对参加境外展会的企业), of the paragraph
(（一）支持首版次软件。) or in the title of the measure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from zhengpu.extract.targets.clauses import Promise
from zhengpu.extract.targets.masking import BLANK

_KIND = "配套资助|配套奖励|贴息|奖励|资助|补助|补贴|奖补|奖金|扶持|支持|配套|减免"
_BEHIND_RE = re.compile(rf"(?:的|标准|给予|予以|进行|,|的?(?P<once>一次性)|(?P<year>年度)|资金|最高)*?(?P<kind>{_KIND})")
_ANY_KIND_RE = re.compile(_KIND)
_GIVES_RE = re.compile(rf"给予|予以|{_KIND}|最高|每[家个项户条次]|单[个家项户条]|按")
_WHOM_RE = re.compile(r"(?P<whom>(?:单[个家项户条次]|每[个家项户条次])[^\d,、;。:给予最高年度累不超按分再奖补资]{0,8})")
_TO_WHOM_RE = re.compile(r"给予(?P<whom>[一-鿿]{2,6}(?:机构|单位|平台))(?=年度|最高|一次性| ?\d)")
_MORE_SUMS_RE = re.compile(r"^[、和\d.万亿元以上下 ]+(?=[^、和\d])")  # 50万元[、30万元]奖励
_LONG_BLANK_RE = re.compile(f"{BLANK}{{4,}}")  # a bracket with a definition, but not (一)
_BEHIND = 80  # code points behind a sum in which its clause ends
_LONG_SUM, _SHORT_SUM = 12, 5  # code points of what a rate is of: longer ones are cut to the noun, shorter ones say too little
_SENTENCE = 300  # code points back to the head of a sentence
_FOR_RE = re.compile(rf"(?<![^,;:。\n{BLANK})])[ *]*(?:其中|凡是?|[一二三四五六七八九十\d]+[是.、])*对(?P<who>[^,;。\n]{{2,160}})")
_WON_RE = re.compile(r"(?<![^;:。\n])(?P<what>(?:新|首次)?(?:获得?|评为|认定为?|获评|获批|入选|通过)[^,;。\n]{2,30})的,")
_WHO_ENDS_RE = re.compile(r"(?:分别|再|一次性|每年)*(?:给予|予以|按照?|参照|每[家个项]|单[个家项]|最高).*")
_GENERIC_RE = re.compile(r"(?:工业|服务业|规上|规模以上|相关|有关|符合条件)?(?:企业|单位|机构|个人|项目|团队|主体|组织|法人|申报主体|投资者|部分)")
_EITHER_RE = re.compile(r"(?:企业|机构|单位)[或和、及](?:相关|有关)?(?:企业|机构|单位|个人)\Z")
_QUALIFIED_RE = re.compile(
    r"^(?:当年|首次|新|经[^,的]{1,12}?|按规定|年度内|成功|被|参加|获得?|通过|认定为?"
    r"|评为|获评|获批|入选|达到|开展|建设|实施|从事|符合条件的?|列入)+"
)
_TITLE_VERB_RE = re.compile(
    rf"(?:[{BLANK}【〔\[(]|支持|鼓励|推动|促进|加强|加快|引导|加大|强化|实施|完善|开展|建设|打造|提升|提高|深化|优化|落实|给予|企业(?=[上开建做承参实])|使用|开发|承担)*"
)
_TITLE_END_RE = re.compile(r"(?:发展|力度|工作|水平|建设|支持|【|】|[)\]。:])*\Z")
_LEAD_RE = re.compile(
    rf"\n[ *]*(?:\(?[一二三四五六七八九十\d{BLANK}]{{1,3}}[)、.]?)?[ *]*"
    r"(?P<lead>(?:支持|鼓励|加强|推动|促进|加大|引导|实施|培育|提升)[^,;。:\n\d]{2,28})[。:]"
)
_GENERAL_SUM_RE = re.compile(r"(?:按照?)?其?(?:上年度|当年|年度)?(?:实际(?:发生|购买|支付)的?)?")
_NAMELESS_RE = re.compile(r"(?:实际(?!到账)|[市省区]级|项目|投入|投资|费用|金额|总额|支出|建设|设备|购买|采购|服务费).*")
_NO_TOPIC_RE = re.compile(r"^[按每]|\d|附则|其[他它]|事项|说明|总则|保障")
_LONGEST = 16  # code points of a qualification that still makes a name


def granted_name(masked: str, promise: Promise, titles: Iterable[str], name: str) -> str | None:
    """The name of a sum or rate that is granted; None for any other quantity.

    `titles` are that of the measure and those above it, the nearest first; `name` is what the clause alone says."""
    quantity = promise.quantity
    unit = quantity.unit or ""
    if not (unit == "%" or unit.endswith("元") or "元/" in unit):
        return None
    begin = max(promise.sentence, quantity.start - _SENTENCE)
    head = masked[begin : quantity.start]
    clause = head[max(head.rfind(mark) for mark in ",;:。\n") + 1 :]
    kind = _BEHIND_RE.match(_MORE_SUMS_RE.sub("", _rest(masked, quantity.end)))
    if not kind and not _GIVES_RE.search(clause):
        return None
    kinds = _ANY_KIND_RE.findall(head)
    following = _ANY_KIND_RE.search(_rest(masked, quantity.end, ";。\n"))
    noun = kind["kind"] if kind else following[0] if unit == "%" and following else kinds[-1] if kinds else following[0] if following else ""
    subject = _subject(masked, begin, quantity.start, titles, promise)
    if not noun:
        return None
    if unit == "%":
        base = re.sub(r"的$", "", re.sub(r"^.*[,、]", "", _GENERAL_SUM_RE.sub("", name, count=1)))
        if not base or re.search(r"(?:率|比例|比重|占比)$", base):
            return None
        base = re.sub(r"^.*(?:[内后的])(?=[^内后的]{2,}$)", "", base) if len(base) > _LONG_SUM else base
        whole = base if base.startswith(subject) or not (_NAMELESS_RE.match(base) or len(base) < _SHORT_SUM) else _joined(subject, base)
        return f"{whole}{noun.replace('配套资助', '配套')}比例"
    found = _WHOM_RE.search(clause) or _TO_WHOM_RE.search(clause)
    whom = found["whom"] if found else ""
    core = whom[2:]
    if core and (counted := re.search(rf"\d(?:以上)?[个家条项名](?P<noun>[^,;。\d]{{1,12}}{re.escape(core)})(?=,|;|\Z)", head)):
        subject, whom = counted["noun"], whom[:2]  # 遴选6条示范产线,单条产线奖励80万元
    elif core in ("企业", "单位", "机构", "个人") and subject.endswith(core):
        subject = subject[: -len(core)]
    year = "年度" if "年度" in clause or (kind and kind["year"]) else ""
    once = "一次性" if "一次性" in clause or (kind and kind["once"]) else ""
    return f"{subject}{whom}{year}{once}{noun}" if subject else None


def says_what_is_granted(name: str) -> bool:
    """Whether the words of a clause name a grant by themselves: 单条产线奖励, but not 分别给予, 单个企业 or 一次性奖励."""
    return len(name) > _SHORT_SUM and name.endswith(tuple(_KIND.split("|"))) and not name.startswith(("分别", "最高", "给予", "一次性"))


def _joined(subject: str, base: str) -> str:
    """诊断服务 + 服务费用 -> 诊断服务费用."""
    overlap = next((size for size in range(min(len(base), 6), 1, -1) if subject.endswith(base[:size])), 0)
    return subject + base[overlap:]


def _rest(masked: str, start: int, marks: str = ",;。:\n") -> str:
    """The words behind a sum up to one of the marks."""
    stop = re.compile(f"[{marks}]").search(masked, start, start + _BEHIND)
    return masked[start : stop.start() if stop else start + _BEHIND]


def _subject(masked: str, begin: int, end: int, titles: Iterable[str], promise: Promise) -> str:
    """Whom or what a sum is for, from the head of the paragraph or sentence or from titles; "" where nothing says so."""
    heading = next(filter(None, map(_topic, titles)), "")
    # the paragraph's own first sentence is nearer than the title of the measure
    line = masked.rfind("\n", max(0, begin - 2000), begin + 1)
    lead = _LEAD_RE.match(masked, line) if line >= 0 else None
    found = list(_FOR_RE.finditer(_LONG_BLANK_RE.sub("", masked[begin:end])))
    who = _WHO_ENDS_RE.sub("", found[-1]["who"]).strip(" *") if found else ""
    if shared := _distributed(masked, who, promise, heading):
        return shared
    if lead and lead.end() <= end and (topic := _topic(lead["lead"])):
        return topic
    if not found:
        won = _WON_RE.search(masked, begin, end)  # 获得省长质量奖的,给予100万元奖励
        plain = _QUALIFIED_RE.sub("", won["what"], count=1) if won else ""
        return plain if plain and len(plain) <= _LONGEST and BLANK not in plain else heading
    who = who.replace(BLANK, "")
    cut = who.rfind("的")
    attribute, noun = (who[:cut], who[cut + 1 :]) if cut > 0 else ("", who)
    noun = re.sub(r"^.*等(?=..)", "", noun)
    if not noun:
        return heading
    if not _GENERIC_RE.fullmatch(noun) and not _EITHER_RE.search(noun):
        return noun if len(noun) <= _LONGEST else heading or noun[-_LONGEST:]
    plain = re.sub(r"^.*等(?=..)", "", _QUALIFIED_RE.sub("", attribute, count=1))
    noun = "" if _EITHER_RE.search(noun) else noun
    return plain + noun if plain and len(plain) <= _LONGEST else heading


def _topic(title: str) -> str:
    """支持建设工业互联网公共服务平台 -> 工业互联网公共服务平台; "" for a title that is a sentence."""
    plain = re.sub(r"\s", "", title)
    if plain.startswith("对") or len(plain) > 30 or _NO_TOPIC_RE.search(plain):
        return ""
    start = _TITLE_VERB_RE.match(plain)
    if (start is None or not start[0]) and len(plain) > _LONGEST:
        return ""
    plain = plain[start.end() :] if start else plain
    return _TITLE_END_RE.sub("", plain)


def _shape(member: str) -> str:
    """A pattern for what is alike but for its numbers: 50亿元, 四级."""
    return re.sub(r"[一二三四五六七八九十]", "[一二三四五六七八九十]", re.sub(r"\d+", r"\\d+", re.escape(member)))


def _distributed(masked: str, who: str, promise: Promise, heading: str) -> str | None:
    """达到五级、四级、三级的企业 for the second of three sums that 分别 shares out: 四级企业. None where nothing is shared out."""
    quantity = promise.quantity
    clause = max(masked.rfind(mark, max(0, quantity.start - 120), quantity.start) for mark in ",;。:\n")
    apart = masked.find("分别", clause + 1, quantity.start)
    if apart < 0:
        return None
    sums = [apart + match.start() for match in re.finditer(r"\d+(?:\.\d+)? ?[百千万亿]*元", masked[apart : quantity.start] + _rest(masked, quantity.start))]
    who = who.replace(BLANK, "")
    cut = who.rfind("的")
    noun = who[cut + 1 :] if cut > 0 and _GENERIC_RE.fullmatch(who[cut + 1 :]) else ""
    members = [member for member in re.split(r"、|和|及", who[:cut] if noun else who[cut + 1 :]) if member]
    if len(members) != len(sums) or quantity.number_start not in sums:
        return None
    index = sums.index(quantity.number_start)
    alike = next(filter(None, (re.search(f"{_shape(member)}$", members[0]) for member in members[:0:-1])), None)
    start = alike.start() if alike else max(0, members[0].rfind(members[-1][:2]))  # 5G全连接[示范产线], 示范车间
    own = members[index][start:] if index == 0 else members[index]
    front = _QUALIFIED_RE.sub("", members[0][:start], count=1)
    if len(front) + len(own) > _LONGEST:
        front = heading
    return f"{front}{own}{noun}"
