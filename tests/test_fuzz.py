"""Damaged files and files that mean harm, of every format: each is read or refused by name, in time and within a gigabyte, and a build goes on."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import fuzz_files
import pytest
from running import Run

from zhengpu.errors import UnreadableDocument
from zhengpu.extract import facts
from zhengpu.loaders import document_of_text

pytest.importorskip("resource", reason="this system measures no memory of processes")

SECONDS = 300  # of waiting for one file before its process is killed: the slowest takes 20 by itself, and others may use the machine too
MEGABYTES = 1024
GOOD = fuzz_files.good()
HARM = fuzz_files.harm()
HEAVY = frozenset(
    """
many.zip nested.zip tall.html wide.html line.html lists.md links.md wide.md line.md wide.txt line.txt digits.txt marks.txt blank.docx line.docx wide.docx
line.jsonl line.csv pages.pdf ratio.pdf
""".split()
)
REAL = Path(os.environ.get("ZHENGPU_SHARED", Path(__file__).parents[2] / "shared")) / "samples"


class Reader:
    """A process that reads files one by one, and is begun anew when it was killed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def read(self, path: Path) -> dict[str, object]:
        """What became of a file; its trace says so where the process did not come back."""
        if self._process is None:
            command = [sys.executable, str(Path(__file__).with_name("fuzz_child.py"))]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{SECONDS} {path}\n")
        self._process.stdin.flush()
        if line := self._process.stdout.readline():
            told: dict[str, object] = json.loads(line)
            if int(str(told["megabytes"])) > MEGABYTES // 3:
                self.close()  # the most that a process has used is told: the next file's must not be mistaken for this one's
            return told
        said = self._process.communicate()[1]
        code, self._process = self._process.returncode, None
        return {"read": 0, "refused": 0, "reasons": [], "seconds": SECONDS, "megabytes": 0, "trace": f"ended with {code}\n{said[-3000:]}"}

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reading = Reader()
    yield reading
    reading.close()


def troubles(reader: Reader, folder: Path, named: Iterator[tuple[str, bytes]]) -> list[str]:
    """What is wrong with how each file is read: an error without a name, a hang, too much memory, or nothing said of a file that gave nothing."""
    out = []
    for name, data in named:
        path = folder / name
        path.write_bytes(data)
        told = reader.read(path)
        if told["trace"]:
            out.append(f"{name}: {told['trace']}")
        elif not told["read"] and not told["refused"]:
            out.append(f"{name}: neither read nor refused")
        elif int(str(told["megabytes"])) > MEGABYTES:
            out.append(f"{name}: {told['megabytes']} MB")
        out += [f"{name}: is not named in {reason!r}" for reason in told["reasons"] if name not in reason]  # type: ignore[attr-defined]
        path.unlink()
    return out


def parquet() -> dict[str, bytes]:
    """A plan as a row of Parquet, where that is read at all."""
    if find_spec("pyarrow") is None:
        return {}
    import io

    import pyarrow
    from pyarrow.parquet import write_table

    out = io.BytesIO()
    write_table(pyarrow.table({"标题": ["方案"] * 3, "正文": ["\n".join(fuzz_files.LINES)] * 3}), out)
    return {"plans.parquet": out.getvalue()}


def test_good_files_are_read(reader: Reader, tmp_path: Path) -> None:
    for name, data in (GOOD | parquet()).items():
        (tmp_path / name).write_bytes(data)
        told = reader.read(tmp_path / name)
        assert (told["read"], told["refused"], told["trace"]) == ({"plans.zip": 7}.get(name, 3 if name.startswith("plans") else 1), 0, ""), name


@pytest.mark.parametrize("name", sorted(GOOD | parquet()))
def test_damaged_files(reader: Reader, tmp_path: Path, name: str) -> None:
    assert troubles(reader, tmp_path, fuzz_files.damaged({name: (GOOD | parquet())[name]}, 2)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(GOOD | parquet()))
def test_many_damaged_files(reader: Reader, tmp_path: Path, name: str) -> None:
    assert troubles(reader, tmp_path, fuzz_files.damaged({name: (GOOD | parquet())[name]}, 4, seed=2)) == []


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] if name in HEAVY else []) for name in sorted(HARM)])
def test_harm(reader: Reader, tmp_path: Path, name: str) -> None:
    assert troubles(reader, tmp_path, iter([(name, HARM[name]())])) == []


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents are not on this machine")
def test_real_files_damaged(reader: Reader, tmp_path: Path) -> None:
    originals: Mapping[str, bytes] = {path.name: path.read_bytes() for path in sorted(REAL.iterdir()) if path.stat().st_size < 500_000}
    assert originals
    assert troubles(reader, tmp_path, islice(fuzz_files.damaged(originals, 1, seed=3), 0, None, 3)) == []


def test_a_build_names_what_it_cannot_read_and_goes_on(zhengpu: Run, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    bad = {name: HARM[made]() for name, made in {"bomb.zip": "ratio.zip", "laughs.docx": "laughs.docx", "laughs.ofd": "laughs.ofd"}.items()}
    bad |= {"empty.html": b"", "noise.pdf": b"%PDF-1.7\n", "noise.txt": random.Random(4).randbytes(5_000), "noise.csv": b"\x00" * 500}
    bad["cut.docx"] = GOOD["plan.docx"][: len(GOOD["plan.docx"]) // 2]
    fine = {f"{name}.txt": f"某市{name}工作方案\n一、主要任务\n推进{name}建设。（责任单位：市教育局）\n" for name in ("养老", "绿化")}
    for name, data in (bad | {name: text.encode() for name, text in fine.items()}).items():
        (folder / name).write_bytes(data)
    done = zhengpu("build", folder, "--json")
    assert done.code == 1
    told = json.loads(done.out)
    assert {Path(one["path"]).name for one in told["documents"]} == set(fine)
    said = [line.split(": ")[0] for line in done.err.splitlines()]
    assert said == [str(folder / ("bomb.zip/plan.txt" if name == "bomb.zip" else name)) for name in sorted(bad)]
    stored = zhengpu("stats", "--json")
    assert stored.code == 0
    assert len(json.loads(stored.out)["documents"]) == len(fine)


# Time that grows with the length of a text, not with its square --------------------------------------------------------------

INLINE = """
（ ） ( ) 《 》 《〈 “ ” 、 ， 。 ； ： | — ～ 9 1, 0. % * # 甲 A 〔2024〕 区、 市教育局、 县(市、区) 等部门 及 分别 每年 累计 到2025年 2025年
底前 达到100 100亿元
责任单位： （责任单位： 牵头单位： 完成时限： 负责 牵头 修订 以下简称《 关于印发 〔2024〕1号 同时废止
一、 （一） 第一条 一是 1. ① 附件1 领导小组 专项行动 人民政府 国家税务总局
""".split()
LINES = """
一、完善体系 （一）推进建设 1.推进建设。 第一章 主要目标 主要目标 指导思想 保障措施 进度安排 任务清单 附件1
附件： 附件：1.甲 专栏1 序号 序号| 甲| 甲|乙| |甲|乙| |---|---| 1 —— （
抄送： 各区人民政府： 市教育局 责任单位： 责任单位：市民政局 某市人民政府 2024年3月5日 索引号：1 关于印发方案的通知
某市某某工作方案 到2026年，床位达到100张。 一是甲；二是乙 根据《甲法》（国发〔2022〕14号）
""".split()
FRAMES = ("{}", "某市工作方案\n一、主要任务\n推进工作。（责任单位：市教育局{}）\n二、保障措施\n到2025年达到100个{}\n")


@pytest.mark.slow
@pytest.mark.parametrize("frame", FRAMES, ids=["alone", "in a plan"])
@pytest.mark.parametrize("piece", [*INLINE, *(f"{line}\n" for line in LINES)])
def test_time_grows_with_the_length(piece: str, frame: str) -> None:
    def spent(length: int) -> float:
        text = frame.replace("{}", piece * (length // len(piece)))
        began = time.process_time()
        with suppress(UnreadableDocument):
            facts(document_of_text(text))
        return time.process_time() - began

    short = min(spent(5_000) for _ in range(3))
    bound = max(8 * short, 0.4)  # four times the text; its square would be sixteen
    assert any(spent(20_000) < bound for _ in range(5))  # a busy machine disturbs in one direction: what is square misses every time
