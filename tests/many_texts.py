"""Many plans as texts: the packaged samples recombined, so that a build of any size can be tried.

The text of a number is always the same. It keeps the form of one of the samples, and is of another region; a part of its sentences come from other samples,
its numbers are others, of other units, and its bodies change their places. Nothing in it means anything."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

from zhengpu import regions

# The sample, the names of its region (the longer ones first) and of what lies around it, and the signs of its own document number.
_HOMES = {
    "pudong-2023-priorities": (("上海市浦东新区", "浦东新区", "浦东"), "沪浦知局〔2023〕18号"),
    "shaoxing-2024-protection-zone": (("绍兴市", "绍兴"), "绍政办发〔2024〕18号"),
    "songjiang-2024-ip-city": (("上海市松江区", "松江区", "松江"), ""),
    "xuhui-2022-ip-city-pilot": (("上海市徐汇区", "徐汇区", "徐汇"), ""),
    "xuhui-2024-protection-zone": (("上海市徐汇区", "徐汇区", "徐汇"), "徐府发〔2024〕9号"),
}
_BODIES = (
    "知识产权局 市场监管局 科委 科技局 商务委 商务局 文化旅游局 文旅局 经信局 "
    "发展改革委 财政局 司法局 教育局 人力资源社会保障局 农业农村局 公安局 国资委 金融办"
).split()
_UNITS = ("件 项".split(), "家 个".split(), "亿元 万元".split(), "人 名".split())
_SENTENCE_RE = re.compile(r"(?<=[。;；])[^。;；\n〔《(（:：]{24,160}(?=[。;；])")  # such a one says nothing of the document that it stands in
_NUMBER_RE = re.compile(rf"(?<![\d.])(\d+(?:\.\d+)?)(\s*)(%|{'|'.join(unit for group in _UNITS for unit in group)})")
_BODY_RE = re.compile(rf"(?<=[市区县])(?:{'|'.join(_BODIES)})")
_PLACES = sorted(division.code for division in regions.table().values() if division.level == "county" and division.name.endswith(("区", "县", "市")))


@cache
def _samples() -> tuple[tuple[str, str], ...]:
    """Name and text."""
    found = sorted((file.name.removesuffix(".txt"), file.read_text("utf-8")) for file in files("zhengpu.samples").iterdir() if file.name.endswith(".txt"))
    return tuple((name, text) for name, text in found if name in _HOMES)


@cache
def _sentences() -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence for _, text in _samples() for sentence in _SENTENCE_RE.findall(text)))


def text(number: int) -> str:
    """The plan of that number."""
    random = Random(number)
    name, plan = _samples()[number % len(_samples())]
    home, own_number = _HOMES[name]
    region = regions.table()[_PLACES[number * 7 % len(_PLACES)]]  # 7: so that a thousand are spread over the provinces
    plan = _SENTENCE_RE.sub(lambda match: random.choice(_sentences()) if random.random() < 0.5 else match[0], plan)
    plan = _NUMBER_RE.sub(lambda match: _counted(random, *match.groups()), plan)
    places = dict(zip(_BODIES, random.sample(_BODIES, len(_BODIES)), strict=True))
    plan = _BODY_RE.sub(lambda match: places[match[0]], plan)
    sign = f"{region.short[0]}府发〔2024〕{number + 1}号"
    plan = plan.replace(own_number, sign) if own_number else f"{sign}\n{plan}"
    names = (region.full, region.name, region.short)[-len(home) :]
    return re.sub("|".join(home), lambda match: names[home.index(match[0])], plan)


def _counted(random: Random, value: str, space: str, unit: str) -> str:
    """Another number of as many places, of another unit of its kind."""
    places = len(value.partition(".")[2])
    other = max(float(value) * random.uniform(0.5, 1.5), 10.0**-places)
    group = next((group for group in _UNITS if unit in group), [unit])
    return f"{min(other, 100.0) if unit == '%' else other:.{places}f}{space}{random.choice(group)}"


def write(folder: Path, count: int) -> list[Path]:
    """The first `count` plans as files, hundred to a folder, in the order of their numbers."""
    paths = [folder / f"{number // 100:04}" / f"plan-{number:06}.txt" for number in range(count)]
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(number), "utf-8")
    return paths
