"""Files of small invented plans, each with a number of its own, for builds of many documents."""

from __future__ import annotations

from pathlib import Path

TEXT = (
    "{place}人民政府关于印发{place}健康行动方案的通知\n{place}政发〔2024〕{number}号\n各乡镇人民政府，县政府各部门：\n现将《{place}健康行动方案》印发给你们。\n"
    "一、主要目标\n到2026年，人均预期寿命达到{years}岁。\n"
    "二、重点任务\n（一）加强健康教育。各学校开设健康课程。（责任单位：县教育局、县卫生健康局）\n"
    "（二）推进控烟行动。公共场所全面禁烟。（牵头单位：县卫生健康局）\n{place}人民政府\n2024年3月1日\n"
)


def text(number: int, years: int = 79) -> str:
    """The plan of this number; other `years`, another version of it."""
    return TEXT.format(place="甲乙丙丁戊己庚辛壬癸"[number % 10] + "山县", number=number, years=years)


def write(folder: Path, count: int) -> Path:
    """The plans 1 … count, each in a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        (folder / f"plan-{number:04}.txt").write_text(text(number), "utf-8")
    return folder
