"""What a sum or rate of support is given for, in measures of support: 首版次软件单个企业年度奖励, 展位费补贴比例.

The clause with the sum says little (给予最高50万元); whom it is for stands at the head of the sentence (对参加境外展会的企业), of the paragraph
(（一）支持首版次软件。) or in the title of the measure."""

from __future__ import annotations

import re

from zhengpu.extract.clauses import Promise
from zhengpu.extract.masking import BLANK

_KIND = "配套资助|配套奖励|贴息|奖励|资助|补助|补贴|奖补|奖金|扶持|支持|配套|减免"
_BEHIND_RE = re.compile(rf"(?:的|标准|给予|予以|进行|,|的?(?P<once>一次性)|(?P<year>年度)|资金|最高)*?(?P<kind>{_KIND})")
_ANY_KIND_RE = re.compile(_KIND)
_GIVES_RE = re.compile(rf"给予|予以|{_KIND}|最高|每[家个项户条次]|单[个家项户条]|按")
_WHOM_RE = re.compile(r"(?:单[个家项户条次]|每[个家项户条次])(?:[^\d,、;。:给予最高年度累不超按分再奖补资]{0,8})")
_STOP_RE = re.compile(r"[,;。:\n]")
_SENTENCE = 300  # code points back to the head of a sentence
_FOR_RE = re.compile(rf"(?<![^,;:。\n{BLANK})])[ *]*(?:其中|凡是?|[一二三四五六七八九十\d]+[是.、])*对(?P<who>[^,;。\n]{{2,80}})")
_WON_RE = re.compile(r"(?<![^;:。\n])(?P<what>(?:新|首次)?(?:获得?|评为|认定为?|获评|获批|入选|通过)[^,;。\n]{2,30})的,")
_WHO_ENDS_RE = re.compile(r"(?:分别|再|一次性|每年)*(?:给予|予以|按照?|参照|每[家个项]|单[个家项]|最高).*")
_GENERIC_RE = re.compile(r"(?:工业|服务业|规上|规模以上|相关|有关|符合条件)?(?:企业|单位|机构|个人|项目|团队|主体|组织|法人|申报主体|投资者|部分)")
_QUALIFIED_RE = re.compile(
    r"(?:当年|首次|新|经[^,的]{1,12}?|按规定|年度内|成功|被|参加|获得?|通过|认定为?"
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
_GENERAL_SUM_RE = re.compile(r"按照?(?:其|照)?(?:上年度|当年|年度)?(?:实际发生的?|实际)?")
_NAMELESS_RE = re.compile(r"(?:实际|项目|投入|投资|费用|金额|总额|支出|建设|设备|购买|采购|服务费).*")
_LONGEST = 16  # code points of a qualification that still makes a name


def granted_name(masked: str, promise: Promise, title: str, name: str) -> str | None:
    """The name of a sum or rate that is granted; None for any other quantity. `title` is that of the measure, `name` what the clause alone says."""
    quantity = promise.quantity
    unit = quantity.unit or ""
    if not (unit == "%" or unit.endswith("元") or "元/" in unit):
        return None
    begin = max(promise.sentence, quantity.start - _SENTENCE)
    head = masked[begin : quantity.start]
    clause = head[max(head.rfind(mark) for mark in ",;:。\n") + 1 :]
    stop = _STOP_RE.search(masked, quantity.end)
    behind = masked[quantity.end : stop.start() if stop else len(masked)][:60]
    kind = _BEHIND_RE.match(re.sub(r"^[、和\d.万亿元以上下]+(?=[^、和\d])", "", behind))
    if not kind and not _GIVES_RE.search(clause):
        return None
    following = re.search(rf"[^;。\n]{{0,60}}?({_KIND})", masked[quantity.end : quantity.end + 80])
    kinds = _ANY_KIND_RE.findall(head)
    noun = kind["kind"] if kind else following[1] if unit == "%" and following else kinds[-1] if kinds else following[1] if following else ""
    if not noun:
        return None
    subject = _subject(masked, begin, quantity.start, title, promise)
    if unit == "%":
        base = _GENERAL_SUM_RE.sub("", name, count=1)
        base = re.sub(r"^.*[,、]|的$", "", base)
        if not base or re.search(r"率|比例|比重|占比$", base):
            return None
        whole = base if not _NAMELESS_RE.match(base) or base.startswith(subject) else subject + base
        return f"{whole}{noun.replace('配套资助', '配套')}比例"
    whom = _WHOM_RE.search(clause)
    year = "年度" if "年度" in clause or (kind and kind["year"]) else ""
    once = "一次性" if (kind and kind["once"]) or "一次性" in clause else ""
    who = whom[0] if whom else ""
    if who and subject.endswith(who[2:]) and len(who) > 2:  # 示范园区 + 单个园区
        who = who[:2]
    return f"{subject}{who}{year}{once}{noun}" if subject else None


def _subject(masked: str, begin: int, end: int, title: str, promise: Promise) -> str:
    """Whom or what a sum is for, from the head of the sentence or from titles; "" where nothing says so."""
    found = list(_FOR_RE.finditer(masked, begin, end))
    heading = _topic(title)
    # the paragraph's own first sentence is nearer than the title of the measure
    line = masked.rfind("\n", max(0, begin - 2000), begin + 1)
    if line >= 0 and (lead := _LEAD_RE.match(masked, line)) and lead.end() <= end:
        heading = _topic(lead["lead"])
    if not found:
        won = _WON_RE.search(masked, begin, end)  # 获得省长质量奖的,给予100万元奖励
        plain = _QUALIFIED_RE.sub("", won["what"], count=1) if won else ""
        return plain if plain and len(plain) <= _LONGEST and BLANK not in plain else heading
    who = _WHO_ENDS_RE.sub("", found[-1]["who"]).strip(" *")
    who = _distributed(masked, who, promise) or who
    cut = who.rfind("的")
    attribute, noun = (who[:cut], who[cut + 1 :]) if cut > 0 else ("", who)
    if not noun:
        return heading
    if not _GENERIC_RE.fullmatch(noun):
        return noun if attribute or len(noun) <= _LONGEST else heading or noun[-_LONGEST:]
    plain = _QUALIFIED_RE.sub("", attribute, count=1) if _QUALIFIED_RE.match(attribute) else attribute
    if plain and len(plain) <= _LONGEST and BLANK not in plain:
        return plain + noun
    return heading or (plain[-_LONGEST:] + noun)


def _topic(title: str) -> str:
    """支持建设工业互联网公共服务平台 -> 工业互联网公共服务平台; "" for a title that is a sentence."""
    plain = re.sub(r"\s", "", title)
    if plain.startswith("对") or len(plain) > 30:
        return ""
    start = _TITLE_VERB_RE.match(plain)
    plain = plain[start.end() :] if start else plain
    return _TITLE_END_RE.sub("", plain)


def _distributed(masked: str, who: str, promise: Promise) -> str | None:
    """达到五级、四级、三级的企业 for the second of three sums that 分别 shares out: 达到四级的企业. None where nothing is shared out."""
    quantity = promise.quantity
    clause = max(masked.rfind(mark, max(0, quantity.start - 120), quantity.start) for mark in ",;。:\n")
    apart = masked.find("分别", clause + 1, quantity.start)
    if apart < 0:
        return None
    stop = _STOP_RE.search(masked, quantity.end)
    sums = [match.start() for match in re.finditer(r"\d+(?:\.\d+)?[百千万亿]*元", masked[apart : stop.start() if stop else quantity.end + 120])]
    if quantity.number_start - apart not in sums:
        return None
    cut = who.rfind("的") if _GENERIC_RE.fullmatch(who[who.rfind("的") + 1 :]) else -1
    listed, noun = (who[:cut], who[cut:]) if cut > 0 else (who[who.rfind("的") + 1 :], "")
    members = [member for member in re.split(r"、|和|及|以及", listed) if member]
    if len(members) != len(sums):
        return None
    index = sums.index(quantity.number_start - apart)
    if not noun:
        return members[index]
    last = re.escape(members[-1]).replace(BLANK, "")
    shape = re.sub(r"[一二三四五六七八九十]", "[一二三四五六七八九十]", re.sub(r"\d+(?:\\\.\d+)?", r"\\d+(?:\\.\\d+)?", last)) + f"{BLANK}*$"
    front = members[0][: match.start()] if (match := re.search(shape, members[0])) else ""
    own = members[index] if index == 0 else front + members[index]
    own = own.replace(BLANK, "")
    if len(own) > _LONGEST:
        own = own[len(front) :] if index == 0 and front else members[index].replace(BLANK, "")
    return own + noun
