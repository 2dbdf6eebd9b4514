"""The document's and the plan's own data: titles, number, issuers, dates, addressees, region, type and period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from zhengpu.extract.outline.front_matter import FrontMatter, Span
from zhengpu.extract.outline.titles import normal, unbracketed
from zhengpu.extract.own_region import own_region
from zhengpu.model import Document, DocumentRecord, Evidence, FieldEvidence, PageField, Plan
from zhengpu.regions import COUNTRY, Region, chain, lies_within, names

# The guide's plan types, the more particular ones first: 建设方案 is not any 方案
_TYPES = ("建设方案", "工作方案", "实施方案", "行动计划", "工作要点", "推进计划", "任务分工", "规划", "纲要", "意见", "措施")
_ENDINGS = (
    *((name, "任务分工") for name in ("分工方案", "任务分解", "责任分解", "责任分工", "分解方案", "分解表", "分工表")),
    *((name, name) for name in _TYPES),
    ("若干政策", "措施"),
    ("举措", "措施"),
    ("行动", "行动计划"),  # 三年行动
)
_BRACKETS_RE = re.compile(r"\([^()]*\)\Z")
_NUMBER_RE = re.compile(r"[^\s,。:;《》()]{1,14}\([12]\d{3}\)\s*第?\s*\d{1,5}\s*号")
_NUMBER_BEHIND_RE = re.compile(r"(?<=[知函告报复定])[(（][^()（）\s]{1,14}[〔\[(（【][12]\d{3}[〕\])）】]\d{1,5}号[)）]\Z")
_FIELD_NUMBER_RE = re.compile(r"[^\s,。:;《》()]{0,14}\([12]\d{3}\)\s*第?\s*\d{1,5}")  # databases leave out 号
_DIGITS = str.maketrans("○零一二三四五六七八九", "00123456789")
# What the bodies of the whole country begin with; a plan that one of them issues governs the country
_NATIONAL_RE = re.compile(
    r"(?:国务院|中共中央|中华人民共和国|国家|全国|中央|最高人民|工业和信息化部|教育部|科技部|科学技术部|公安部|民政部|司法部|财政部|人力资源|自然资源部|生态环境部|住房|交通运输部|水利部|农业农村部|商务部|文化和旅游部|应急管理部|中国|海关总署|市场监管总局|外交部|国防部|审计署)"
)
# 教育部2024年工作要点: the title of a plan for one's own work begins with whose it is
_NAMED_FIRST_RE = re.compile(r"[^\s,。《》\d]{1,24}?(?:政府|委员会|委|局|部|厅|办公室|办|院|中心|署|总局)(?=[12]\d{3}年|工作要点|重点工作)")
# 中共赣州市委 赣州市人民政府关于…, 2021年宜春市…方案: what stands before the place that a title begins with
_BEFORE_REGION_RE = re.compile(r"中共(?!中央)|(?:关于)?(?:印发)?[《]?[12]\d{3}(?:[-—~至]+[12]\d{3})?年度?")
_PUBLIC_RE = re.compile(r"^\(?(?:(?:信息)?公开(?:形式|方式|属性|类别) ?: ?)?(?P<how>此件[^()\n]{2,12}|(?<=:)(?:主动公开|依申请公开|不予公开))\)?$", re.M)
_URL_RE = re.compile(r"https?://[!-~\u00a0-\ud7ff\uf900-\uffef]{1,2000}")
_JOINT_RE = re.compile(r"(?:等\d{0,2}[一二三四五六七八九十]{0,3}(?:个)?(?:部门|单位|部委|委办局))")


@dataclass(frozen=True, slots=True)
class Metadata:
    record: DocumentRecord
    plans: tuple[Plan, ...]  # at least one, the first is the one that the document is about
    region: Region | None


def metadata(document: Document, folded: str, front: FrontMatter, canonical: Callable[[str, Region | None], str]) -> Metadata:
    """The records, with the words that prove each field. `canonical` names a body given as the text has it, in a region."""
    text = document.text
    proofs: list[FieldEvidence] = []

    def proved(field: str, value: str | None, span: Span | None) -> str | None:
        if value and span and span[1] > span[0]:
            proofs.append(FieldEvidence(field, Evidence.of(text, *span)))
        return value

    page = _first_fields(document.page)
    title = _NUMBER_BEHIND_RE.sub("", unbracketed(_flat(text[front.title[0] : front.title[1]]))) if front.title else None
    if title is None and "title" in page:
        title = page["title"].value
        proved("title", title, _span(page["title"]))
    elif (printed := _notice_of(title or "", page)) is not None:
        title = proved("title", printed.value, _span(printed))
    else:
        proved("title", title, front.title)
    region, region_span = _region(folded, front, title or "", text)

    number_field, number_match = page.get("document_number"), None
    if front.number:
        number = proved("document_number", re.sub(r"\s", "", text[slice(*front.number)]), front.number)
    elif number_field and _FIELD_NUMBER_RE.search(_fold_brackets(number_field.value)):
        number = proved("document_number", number_field.value, _span(number_field))
    else:
        number_match = _NUMBER_RE.search(folded, front.title[1] if front.title else 0, min(front.body_start + 1, (front.title[1] if front.title else 0) + 60))
        number = proved("document_number", text[number_match.start() : number_match.end()], number_match.span()) if number_match else None

    issued_field = page.get("issued")
    issued = iso_date(folded[slice(*front.date)]) if front.date else None
    if issued:
        proved("issued", issued, front.date)
    elif issued_field:
        issued = proved("issued", iso_date(issued_field.value), _span(issued_field))
    published = iso_date(page["published"].value) if "published" in page else None
    if published:
        proved("published", published, _span(page["published"]))

    signed = [(re.sub(r"\s", "", name), span) for name, span in _issuers(text, folded, front, page)]
    named = [canonical(name, region) for name, _ in signed]
    if region is None and (any(_NATIONAL_RE.match(name) for name in [*named, title or ""]) or any("中国" in name for name in named)):
        region = COUNTRY
    elif region is None:
        placed = region_at(named[0], 0, len(named[0])) if named else None
        # 发布机构：杭州市人民政府, where neither title nor signature names the city
        region = placed[0] if placed else own_region(folded, title or "")
        named = [canonical(name, region) for name, _ in signed]
    issuers: list[str] = []
    for full, (_, span) in zip(named, signed, strict=True):
        if full not in issuers:
            issuers.append(full)
            proved("issuers", full, span)

    addressees = tuple(_addressees(text, folded, front.addressees)) if front.addressees else ()
    if addressees:
        proved("addressees", addressees[0], (front.addressees or (0, 0))[:2])
    public = _PUBLIC_RE.search(folded) if "disclosure" not in page else None  # （此件公开发布） below the signature
    simple = {name: proved(name, page[name].value, _span(page[name])) if name in page else None for name in ("index_number", "theme", "validity", "disclosure")}
    if public:
        simple["disclosure"] = proved("disclosure", text[public.start("how") : public.end("how")], public.span("how"))
    record = DocumentRecord(
        title,
        number,
        tuple(issuers),
        issued,
        published,
        simple["index_number"],
        simple["theme"],
        simple["validity"],
        simple["disclosure"],
        addressees,
        tuple(proofs),
        url=page["url"].value if "url" in page and _URL_RE.fullmatch(page["url"].value) else None,
    )
    plans = tuple(_plan(text, folded, _flat(name) or title, span, region, region_span) for name, span in front.plans) or (
        _plan(text, folded, title, front.title, region, region_span),
    )
    return Metadata(record, plans, region)


def _flat(text: str) -> str:
    # 关于…的 / 通    知: what is set out over the line is one word
    return re.sub(r"(?<=[通公批决])[ \u3000]+(?=[知告报复定]\Z)", "", re.sub(r"\s*\n\s*", "", text).strip())


def _fold_brackets(text: str) -> str:
    return text.translate(str.maketrans("〔﹝［【（〕﹞］】）", "((((()))))"))


def _first_fields(page: Iterable[PageField]) -> dict[str, PageField]:
    """The first value of each field that is not a mere dash."""
    found: dict[str, PageField] = {}
    for field in page:
        if field.value.strip("-—/无 ") and field.label not in found:
            found[field.label] = field
    return found


def _notice_of(title: str, page: dict[str, PageField]) -> PageField | None:
    """The page's own title where it is that of the notice, and the text prints only the plan's: 县政府关于印发县…方案的通知."""
    field = page.get("title")
    is_notice = field is not None and _NOTICE_RE.search(field.value) is not None and _NOTICE_RE.search(title) is None
    return field if is_notice and field is not None and normal(title) in normal(field.value) else None


_NOTICE_RE = re.compile(r"(?:印发|发布|公布|转发).*的?(?:通知|公告)$")


def _span(field: PageField) -> Span | None:
    return (field.start, field.end) if field.start is not None and field.end is not None else None


def iso_date(words: str) -> str | None:
    """2024年7月23日, 二〇二四年七月二十三日, 2024-07-23 16:58 or 2024/7/23 as an ISO date; None for anything else or an impossible day."""
    numeric = re.search(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|^\s*([12]\d{3})([01]\d)([0-3]\d)\s*$", words)
    if numeric:
        year, month, day = (int(part) for part in numeric.groups() if part)
    else:
        match = re.search(r"([○〇零0一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日", words)
        if not match:
            return None
        year = int(match.group(1).replace("〇", "○").translate(_DIGITS))
        month, day = _small(match.group(2)), _small(match.group(3))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _small(words: str) -> int:
    """二十三 -> 23"""
    tens, ten, ones = words.rpartition("十")
    digit = int(ones.translate(_DIGITS)) if ones else 0
    return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + digit if ten else digit


def _issuers(text: str, folded: str, front: FrontMatter, page: dict[str, PageField]) -> list[tuple[str, Span | None]]:
    """The signing bodies, else those before 关于 in the title, else the page's, which may stand outside the text."""
    found: list[tuple[str, Span | None]] = []
    for start, end in front.signatures:
        found += [(text[a:b], (a, b)) for a, b in _words(folded, start, end)]
    if not found and front.title:
        about = folded.find("关于", *front.title)
        first = front.title[0] + folded.startswith("《", front.title[0])
        head = folded[first:about] if about > 0 else ""
        joint = _JOINT_RE.search(head)
        end = first + (joint.start() if joint else len(head))
        if about > first and end - first >= 3 and not names().get(head.strip()):
            found = [(text[a:b], (a, b)) for a, b in _words(folded, first, end)]
    if not found and front.title and (named := _NAMED_FIRST_RE.match(folded, *front.title)):
        found = [(text[named.start() : named.end()], named.span())]
    if not found and "issuer" in page:
        field = page["issuer"]
        span = _span(field)
        value = re.sub(r"\(.*?\)\Z", "", _fold_brackets(field.value)).strip()
        if value:
            found = [(value, (span[0], span[0] + len(value)) if span else None)]
    return found


def _words(folded: str, start: int, end: int) -> list[Span]:
    """The names in a line, separated by spaces or 、: 国家发展改革委 国家数据局 财    政    部."""
    return [(start + m.start(), start + m.end()) for m in _WORD_RE.finditer(folded[start:end]) if len(m.group()) >= 3]


# a name set out over the line (财 政 部), or what stands between two spaces
_WORD_RE = re.compile(r"[一-鿿](?:\s+[一-鿿](?=[\s、,]|\Z)){2,}|[^\s、,]+")
# What a whole addressee ends with. A piece that ends otherwise shares the end of the next: 各省、自治区、直辖市林业和草原主管部门 is one
_WHOLE_RE = re.compile(
    r"(?:政府|部门|单位|办事处|机构|街道|公司|集团|企业|中心|委员会|委|管委会|院|校|大学|学院|局|厅|处室|处|科室|[^各]部|署|会|银行|法院|检察院|镇|乡|兵团|基地|所|站|办公室|[^各]办|指挥部|协会|商会|园区|开发区|新区|港区|管理区|度假区|示范区|保税区|试验区|学校|医院|幼儿园|[^各]社区|同志)\Z"
)
_GROUP_PIECE_RE = re.compile(r"(?:.*(?:各|有关))?(?:委|办|局|部|处|厅)\Z")  # 区政府各委、办、局: single words behind 各 make one list
_BARE_HEAD_RE = re.compile(r"(?:党委|党工委|工委|人民政府|政府|管委会|管理委员会|办事处)(?=[,;、:(]|\Z)")
_ZONE_PIECE_RE = re.compile(r"[一-鿿]{2,12}[区园城]\Z")  # 临江开发区、滨海新区管委会 is one
_BOARD_PIECE_RE = re.compile(r"[一-鿿]{1,12}[区园城](?:管委会|管理委员会)(?=[,;、:(]|\Z)")
_KIND_PIECE_RE = re.compile(r"各(?:直属)?[乡镇县区市旗州盟]\Z")  # 各乡、镇人民政府


def _addressees(text: str, folded: str, span: Span) -> list[str]:
    """主送机关 in order: 区政府各委、办、局 is one, 各镇人民政府、街道办事处 are two."""
    out: list[str] = []
    end = span[1]
    while end > span[0] and folded[end - 1] in ": ":
        end -= 1
    start = span[0]
    pending: int | None = None
    for match in re.finditer(r"(?:\([^()]*\)|[^,;、()])+[,;、]?", folded[start:end]):
        first, last = start + match.start(), start + match.end()
        mark = folded[last - 1] if folded[last - 1] in ",;、" else ""
        piece = re.sub(r"\(.*?\)", "", folded[first : last - len(mark)])
        begin = pending if pending is not None else first
        in_group = (re.search("各|有关", folded[begin:last]) and _GROUP_PIECE_RE.match(piece)) or _KIND_PIECE_RE.match(piece)
        # 市直有关部门、单位; 各乡镇党委、人民政府
        bare_follows = folded[last:end].startswith(("单位", "机构", "企业")) or _BARE_HEAD_RE.match(folded, last, end) is not None
        zones = _ZONE_PIECE_RE.match(piece) is not None and _BOARD_PIECE_RE.match(folded, last, end) is not None
        if mark == "、" and last < end and (in_group or bare_follows or zones or not _WHOLE_RE.search(piece)):
            pending = begin
            continue
        out.append(text[begin : last - len(mark)].strip())
        pending = None
    if pending is not None:
        out.append(text[pending:end].strip("、 "))
    return [name for name in out if name]


def _region(folded: str, front: FrontMatter, title: str, text: str) -> tuple[Region | None, Span | None]:
    """The division that the plan's title, its notice's title or its signature begins with; None where none does.

    The short name of a county may be a plain word (安居工程, 港口岸电, 城中村): it counts unless a ministry or a division that it does not lie in signs."""
    places = [*(span for _, span in front.plans[:1]), *([front.title] if front.title else []), *front.signatures]
    word: tuple[Region, Span] | None = None
    for start, end in places:
        first = before.end() if (before := _BEFORE_REGION_RE.match(folded, start, end)) else start
        if not (found := region_at(folded, first, end)):
            continue
        here, span = found[0], (first, found[1])
        if here.level == "county" and folded[slice(*span)] == here.short != here.name:
            word = word or (here, span)
            continue
        return word if word and lies_within(word[0], here) else (here, span)
    for start, end in places[:2]:
        about = folded.find("关于", start, end)
        for begin in (
            match.end() for match in re.finditer("关于|印发|加快|推进|推动|支持|促进|深化|建设|进一步|《", folded[about if about > 0 else start : end])
        ):
            found = region_at(folded, (about if about > 0 else start) + begin, end)
            if found and found[0].name == folded[(about if about > 0 else start) + begin : found[1]][-len(found[0].name) :]:
                return found[0], ((about if about > 0 else start) + begin, found[1])
    return word if word and not any(_NATIONAL_RE.match(folded, *place) for place in places) else (None, None)


def region_at(folded: str, start: int, end: int, region: Region | None = None) -> tuple[Region, int] | None:
    """The division that the text names from `start` on (上海市徐汇区…, 绍兴市…, 浦东新区…), innermost, and where its name ends."""
    table = names()
    best: tuple[Region, int] | None = None
    position = start
    while True:
        step: tuple[Region, int] | None = None
        for length in range(min(12, end - position), 1, -1):
            candidates = table.get(folded[position : position + length])
            if not candidates:
                continue
            inside = [r for r in candidates if best is None or (best[0] in chain(r) and r != best[0])]
            if not inside:
                continue
            word = folded[position + length : position + length + 1]
            if word in ("州", "盟") and (autonomous := [r for r in inside if r.name.endswith(word)]):
                step = (autonomous[0], position + length + 1)  # 海南州 is 海南藏族自治州, not 海南省
                break
            if best is None and len(inside) > 1 and len({r.level for r in inside}) == 1:
                inside = _most_named(inside, folded)
            step = (inside[0], position + length)
            break
        if step is None:
            return best
        best, position = step, step[1]


def _most_named(candidates: list[Region], folded: str) -> list[Region]:
    """朝阳区 stands in two cities: the one whose city or province the document names more often comes first."""

    def count(region: Region) -> int:
        return sum(folded.count(above.short) for above in chain(region)[1:])

    return sorted(candidates, key=lambda region: (-count(region), region.code))


def _plan(text: str, folded: str, title: str | None, span: Span | None, region: Region | None, region_span: Span | None) -> Plan:
    proofs = []
    if title and span and span[1] > span[0]:
        proofs.append(FieldEvidence("title", Evidence.of(text, *span)))
    if region_span:
        proofs.append(FieldEvidence("regions", Evidence.of(text, *region_span)))
    bare = _BRACKETS_RE.sub("", _fold_brackets(title or "")).strip()
    kind = next((name for ending, name in _ENDINGS if bare.endswith(ending)), "其他" if title else None)
    start = end = None
    if span:
        stretch = _title_period(folded, span)
        if stretch:
            start, end = stretch[0], stretch[1]
            proofs.append(FieldEvidence("period", Evidence.of(text, *stretch[2])))
    regions = () if region is None else (region.full,)
    codes = () if region is None or region == COUNTRY else (region.code,)
    return Plan(title, kind, regions, codes, start, end, tuple(proofs))


def _title_period(folded: str, span: Span) -> tuple[str, str, Span] | None:
    """The years that a title names, in its own lines or in a bracket on the line below: (2024-2026年), 2023年工作要点, “十四五”."""
    limit = span[1]
    below = re.compile(r"\n\((?![^()\n]*\d日)[^()\n]{4,24}\)").match(folded, limit)  # (2022年3月18日) is when it was issued
    if below:
        limit = below.end()
    years = re.compile(r"([12]\d{3})年?\s*[-—~至到]+\s*([12]\d{3})年?").search(folded, span[0], limit)
    if years:
        return years.group(1), years.group(2), years.span()
    five = re.compile(r"\"?十([一二三四五六七])五\"?(?:期间|时期)?").search(folded, span[0], limit)
    if five:
        first = 2001 + ("一二三四五六七".index(five.group(1)) + 1) * 5
        return str(first), str(first + 4), five.span()
    year = re.compile(r"([12]\d{3})年(?!远景|愿景|修订|版|本)").search(folded, span[0], limit)
    if year and not re.search(r"到$", folded[span[0] : year.start()]):
        return year.group(1), year.group(1), year.span()
    return None
