"""The table of divisions: what it says of itself, look-up in the context of a document, and that the script still makes it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from zhengpu.extract.own_region import own_region
from zhengpu.regions import COUNTRY, chain, find, lies_within, names, table

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "ontology" / "regions.csv"


def test_the_file_names_its_source_and_date() -> None:
    head = TABLE.read_text("utf-8").splitlines()[0]
    assert head.startswith("#")
    assert "GB/T 2260" in head
    assert "released 20" in head


def test_every_division_hangs_below_a_known_one() -> None:
    divisions = table()
    assert len([d for d in divisions.values() if d.level == "province"]) == 34
    for division in divisions.values():
        assert division.parent is None or division.parent in divisions
        assert division == COUNTRY or lies_within(division, COUNTRY)


@pytest.mark.parametrize(
    ("name", "code", "full"),
    [
        ("上海市", "310000", "上海市"),
        ("浦东新区", "310115", "上海市浦东新区"),
        ("越城区", "330602", "绍兴市越城区"),
        ("诸暨市", "330681", "诸暨市"),
        ("新昌县", "330624", "新昌县"),
        ("恩施土家族苗族自治州", "422800", "恩施土家族苗族自治州"),
        ("济源市", "419001", "济源市"),
        ("黔江区", "500114", "重庆市黔江区"),
        ("广西", "450000", "广西壮族自治区"),
        ("凤翔区", "610305", "宝鸡市凤翔区"),  # 凤翔县 until 2021
        ("凤翔县", "610322", "凤翔县"),
        ("凤翔", "610305", "宝鸡市凤翔区"),
        ("沙县", "350427", "沙县"),  # short for 沙县区 too
    ],
)
def test_full_name_is_what_bodies_put_before_theirs(name: str, code: str, full: str) -> None:
    division = find(name)
    assert division is not None
    assert (division.code, division.full) == (code, full)


def test_a_name_in_two_places_is_that_of_the_context() -> None:
    assert len(names()["朝阳区"]) == 2
    changchun = find("长春市")
    assert changchun is not None
    found = find("朝阳区", within=changchun)
    assert found is not None
    assert found.code == "220104"
    assert [d.name for d in chain(found)] == ["朝阳区", "长春市", "吉林省"]


def test_an_unknown_name_is_none() -> None:
    assert find("桃花源县") is None


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not there: it fetches the packages that the table is made from")
def test_the_script_makes_the_same_file(tmp_path: Path) -> None:
    script = (ROOT / "scripts" / "make_regions.py").read_text("utf-8").replace("Path(__file__).resolve().parent.parent", f"Path({str(tmp_path)!r})")
    (tmp_path / "ontology").mkdir()
    (tmp_path / "make.py").write_text(script, "utf-8")
    run = subprocess.run([sys.executable, str(tmp_path / "make.py")], capture_output=True, text=True, check=False)
    if run.returncode != 0 and "npm" in run.stderr:
        pytest.skip("the npm packages could not be fetched")
    assert (tmp_path / "ontology" / "regions.csv").read_bytes() == TABLE.read_bytes()


@pytest.mark.parametrize(
    ("text", "title", "region"),
    [
        ("结合我市实际,制定本方案。由市教育局、市财政局负责,学习苏州市经验,在京口区、丹徒区和镇江港试点。", "", "镇江市"),
        ("(省科技厅、财政厅负责)(省教育厅负责)支持广州、深圳先行,落实《广东省条例》", "数字广东工作要点", "广东省"),
        ("结合我区实际,由区财政局负责,落实内蒙古自治区部署,我区各盟市要", "", "内蒙古自治区"),
        ("州教育局、州财政局负责,推进健康黔南建设,黔南州各县", "", "黔南布依族苗族自治州"),
        ("完善行业标准,借鉴镇江市、南通市的经验", "", None),
        ("结合我市实际,借鉴镇江市、南通市的经验,市教育局、市财政局负责", "", None),
        ("各省、自治区、直辖市人民政府要加强领导,由财政部负责", "", None),
    ],
)
def test_own_region_of_a_text_without_a_name_in_front(text: str, title: str, region: str | None) -> None:
    found = own_region(text, title)
    assert (found.full if found else None) == region
