"""The official name of a body of one region: 绍兴市 and 发改委 make 绍兴市发展和改革委员会."""

from __future__ import annotations

import re
from functools import cache

from zhengpu.extract.bodies.words import bodies
from zhengpu.extract.lexicon import alternatives
from zhengpu.regions import Region, table


def is_district(region: Region) -> bool:
    """Whether the division is a district of a city, whose police is a branch of the city's: 徐汇区, 越城区; not 诸暨市, 新昌县."""
    return region.level == "county" and region.name.endswith("区") and parent(region) is not None


def parent(region: Region) -> Region | None:
    """The division right above, without the country."""
    found = table().get(region.parent or "")
    return found if found is not None and found.level != "country" else None


def department(region: Region, name: str) -> str | None:
    """The official name of the body that `name`, the division's words taken off, means in the region; None where it is not certain."""
    name = _TRAFFIC_RE.sub("交通警察", name)
    rest = re.sub(r"纪委(?:机关)?[省市区县州]?(?:监委|监察委)(?:机关)?$", "纪委监委", name) if "纪委" in name else name
    known = _special(region, rest) or _party(region, rest) or _whole(region, rest) or _of_an_assembly(region, rest)
    return known or _branch(region, rest) or _part(region, rest)


_TRAFFIC_RE = re.compile(r"(?<=公安[局厅])交警(?=局|[总支大]队)")  # 市公安局交警支队


@cache
def expanded(name: str) -> str | None:
    """A department's name without its region, spelled out: 发改委 -> 发展和改革委员会, 教育局 -> 教育局; None if it is no department that we know."""
    words = bodies()
    if name in words.departments:
        return words.departments[name]
    match = _department_re().fullmatch(name)
    if match is None:
        return None
    stem = match["stem"]
    suffix = {"委": "委员会", "办": "办公室"}.get(match["suffix"], match["suffix"])
    if suffix in ("部门", "主管部门"):
        return None
    full = words.stems[stem]
    if suffix.startswith("管理") and full.endswith("管理"):
        full = full.removesuffix("管理")
    return full + suffix


@cache
def _department_re() -> re.Pattern[str]:
    words = bodies()
    return re.compile(rf"(?P<stem>{alternatives(words.stems)})(?P<suffix>{alternatives(words.suffixes)})")


def _special(region: Region, name: str) -> str | None:
    full, above = region.full, parent(region)
    if name in ("法院", "人民法院"):
        return full + {"province": "高级人民法院", "city": "中级人民法院"}.get(region.level, "人民法院")
    if name in ("公安局", "公安分局", "公安机关", "公安部门", "公安"):
        if above is not None and (is_district(region) or (name == "公安分局" and region.level == "county")):
            return f"{above.full}公安局{region.short}分局"  # 公安分局 in 徐汇区 -> 上海市公安局徐汇分局
        if name in ("公安局", "公安分局"):
            return f"{full}公安局"
        return f"{full}公安{'厅' if region.level == 'province' and not region.is_municipality else '局'}"
    if name in ("交警总队", "公安交警总队", "交通警察总队"):
        return f"{full}公安{'厅' if region.level == 'province' and not region.is_municipality else '局'}交通警察总队"
    if name in ("人行", "人民银行"):
        return f"中国人民银行{full}{'支行' if region.level == 'county' else '分行'}"
    if name in ("金融监管分局", "金融监管支局"):
        return f"国家金融监督管理总局{region.short}监管{name[4:]}"
    if name in ("银保监分局", "银保监局"):
        return f"中国银行保险监督管理委员会{region.short}监管{name[3:]}"
    if name in ("银监分局", "银监局", "保监分局", "保监局"):
        return f"中国{'银行业' if name[0] == '银' else '保险'}监督管理委员会{region.short}监管{name[2:]}"
    if name == "证监局":
        return f"中国证券监督管理委员会{region.short}监管局"
    if name == "海关":
        return f"{region.short}海关"
    if name == "贸促会" and region.level == "county":
        return f"中国国际贸易促进委员会{full}支会"
    return None


def _committee(region: Region) -> str:
    """What its party committee is called before the name of an organ: 中共绍兴市委组织部, 中共内蒙古自治区委员会组织部."""
    return "委员会" if region.name.endswith("自治区") else "委"


def _party(region: Region, name: str) -> str | None:
    words = bodies()
    committee = _committee(region)
    name = name[1:] if name.startswith("党委") and not name.startswith("党委员") else name
    if name in ("委", "委员会"):
        return f"中共{region.full}委员会"
    if name.startswith("委") and not name.startswith("委员会") and (organ := name[1:]) in words.party:
        return f"中共{region.full}{committee}{words.party[organ]}"
    if name in words.party_alone:
        return f"中共{region.full}{committee}{words.party[name]}"
    return None


def _whole(region: Region, name: str) -> str | None:
    if (template := bodies().local.get(name)) is not None:
        return template.replace("{R}", region.full).replace("{S}", region.short)
    if name.startswith("政府") and (own := _whole(region, name[2:])) is not None:  # 市政府金融办, 市政府国资委
        return f"{region.full}人民政府{own.removeprefix(region.full).removeprefix('人民政府')}" if own.startswith(region.full) else None
    if match := _GOVERNMENT_OFFICE_RE.fullmatch(name):
        return f"{region.full}人民政府{match[1]}办公室"
    full = expanded(name)
    return None if full is None else region.full + full


_GOVERNMENT_OFFICE_RE = re.compile(r"政府([一-鿿]{2,4})办(?:公室)?")  # 区政府新闻办


_ASSEMBLY_RE = re.compile(
    r"(?P<assembly>(?:人大|人民代表大会)(?P<standing>常务委员会|常委会)?|政协)(?P<name>[一-鿿]{1,12}?)(?P<end>工作委员会|工委|委员会|委)(?P<office>办(?:公室)?)?"
)


def _of_an_assembly(region: Region, name: str) -> str | None:
    """A committee of the people's congress or of the consultative conference: 人大常委会法工委, 人大社会建设委, 政协提案委."""
    if (match := _ASSEMBLY_RE.fullmatch(name)) is None:
        return None
    working = match["end"] in ("工作委员会", "工委")
    if match["assembly"] == "政协":
        body = f"中国人民政治协商会议{region.full}委员会"
    else:  # 法工委 works for the standing committee, 财经委 is the congress's own
        body = f"{region.full}人民代表大会{'常务委员会' if working or match['standing'] else ''}"
    field = bodies().committees.get(match["name"], match["name"])
    return f"{body}{field}{'工作' if working else ''}委员会{'办公室' if match['office'] else ''}"


def _branch(region: Region, name: str) -> str | None:
    # 生态环境分局 in 徐汇区 -> 上海市生态环境局徐汇分局
    above = parent(region)
    if above is None or region.level != "county" or not name.endswith("分局") or (full := expanded(name[:-2] + "局")) is None:
        return None
    return f"{above.full}{full}{region.short}分局"


_HEAD_RE = re.compile(r"局|委(?!员)|委员会|人民法院|法院|检察院|厅|院|办公室|政府")


def _part(region: Region, name: str) -> str | None:
    """An office of a body: 检察院知识产权办公室 -> 上海市徐汇区人民检察院知识产权办公室."""
    for match in reversed(list(_HEAD_RE.finditer(name))):
        head, tail = name[: match.end()], name[match.end() :]
        if not tail or not re.fullmatch(r"[一-鿿·()\"]{1,20}", tail):
            continue
        if head in ("委", "党委") and not tail.startswith("员会"):  # 市委老干部活动中心
            return f"中共{region.full}{_committee(region)}{tail}"
        whole = _special(region, head) or _party(region, head) or _whole(region, head)
        if whole is not None:
            return whole + tail
    return None
