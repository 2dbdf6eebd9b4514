#!/usr/bin/env python3
"""How good extraction is on documents that were not in sight while the rules were first written: tests/references against the originals.

    scripts/unseen.py           the table; needs the originals in ../shared/samples (they are not part of the project)
    scripts/unseen.py --write   puts it into both READMEs, between their `unseen` markers

The cold figures are those of the commit named in tests/unseen_cold.json, before anybody had read these documents; they were measured once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ORIGINALS = ROOT.parent / "shared" / "samples"
REFERENCES = ROOT / "tests" / "references"
COLD = ROOT / "tests" / "unseen_cold.json"
READMES = {ROOT / "README.md": "en", ROOT / "README.zh-CN.md": "zh"}
BEGIN, END = "<!-- unseen:begin -->", "<!-- unseen:end -->"
SHOWN = {
    "metadata": "文件与计划元数据",
    "outline": "章节",
    "kinds": "章节类别",
    "goals": "目标",
    "measures": "措施",
    "responsibilities": "责任分工",
    "responsibilities_surface": "责任分工（原文称谓）",
    "mentions": "机构提及",
    "targets": "目标值",
    "references": "引用",
    "schedule": "进度",
    "campaigns": "专项行动",
}


def scores(gold: Path) -> dict[str, Any]:
    """The scorer's figures for every reference in a folder. Raises SystemExit with what it said if it fails."""
    command = [sys.executable, str(ROOT / "scripts" / "score.py"), "--gold", str(gold), "--texts", str(ORIGINALS), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if run.returncode:
        raise SystemExit(run.stderr)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def table(language: str, cold: dict[str, Any], now: dict[str, Any]) -> str:
    heads = {
        "en": ("kind of fact", "F1 cold", "precision now", "recall now", "F1 now", "reference facts"),
        "zh": ("事实种类", "F1（初测）", "现在的精确率", "现在的召回率", "现在的 F1", "参考事实数"),
    }[language]
    lines = ["| " + " | ".join(heads) + " |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, chinese in SHOWN.items():
        row = now[name]
        label = chinese if language == "zh" else name.replace("_", ", by ")
        first = f"{cold['f1'][name]:.3f}"
        lines.append(f"| {label} | {first} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | {row['reference']} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if not ORIGINALS.is_dir():
        raise SystemExit(f"{ORIGINALS} is not there: the originals of tests/references are needed to score them.")
    cold, now = json.loads(COLD.read_text("utf-8")), scores(REFERENCES)
    for path, language in READMES.items():
        made = table(language, cold, now)
        if not options.write:
            print(made + "\n")
            continue
        text = path.read_text("utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        path.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}", "utf-8")
        print(f"{path.name}: written")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
