#!/usr/bin/env python3
"""How good extraction is: the facts of the sample corpus against the golden references.

    scripts/score.py                         the score table
    scripts/score.py --errors targets        what is missing and what is extra, of one category or (without a name) of all
    scripts/score.py --markdown [zh]         the table as Markdown; --write puts it into both READMEs, between their score markers
    scripts/score.py --floors                raises the floors of tests/quality_floors.toml to what is reached; never lowers one
    scripts/score.py --gold DIR --texts DIR  other documents: every DIR/<slug>.json against the file <slug>.* among the texts

The scorer itself is tests/golden/score.py, which says how facts are compared. Needs the package to be installed.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from zhengpu.extract import facts, guide_json
from zhengpu.loaders import load

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "golden"
SCORER = GOLD / "score.py"
FLOORS = ROOT / "tests" / "quality_floors.toml"
READMES = {ROOT / "README.md": "en", ROOT / "README.zh-CN.md": "zh"}
BEGIN, END = "<!-- score:begin -->", "<!-- score:end -->"

# The scorer's categories as the READMEs show them, in order.
SHOWN = {
    "metadata": ("document and plan metadata", "文件与计划元数据"),
    "outline": ("outline", "章节"),
    "hierarchy": ("outline: hierarchy", "章节层级"),
    "kinds": ("outline: kinds", "章节类型"),
    "goals": ("goals", "目标"),
    "measures": ("measures", "措施"),
    "measure_bodies": ("measures: extent of the text", "措施正文范围"),
    "responsibilities": ("responsibilities", "责任分工"),
    "mentions": ("mentions", "机构提及"),
    "targets": ("targets", "指标目标值"),
    "references": ("references", "引用的法规文件"),
    "schedule": ("schedule", "进度时限"),
    "campaigns": ("campaigns", "专项行动"),
}
HEADS = {
    "en": ("facts", "precision", "recall", "F1", "in the reference"),
    "zh": ("事实类别", "精确率", "召回率", "F1", "参考事实数"),
}


def extracted(gold: Path, texts: Path, into: Path) -> None:
    """Writes the facts of every document that `gold` has a reference for to `into`/<slug>.json, in the guide's layout."""
    for reference in sorted(gold.glob("*.json")):
        source = next(iter(sorted(texts.glob(f"{reference.stem}.*"))), None)
        if source is None:
            raise SystemExit(f"{texts} holds no file {reference.stem}.*, which {reference} is the reference of.")
        (into / reference.name).write_text(json.dumps(guide_json(facts(load(source))), ensure_ascii=False), "utf-8")


def scorer(gold: Path, mine: Path, texts: Path, *options: str) -> str:
    """What tests/golden/score.py prints."""
    command = [sys.executable, str(SCORER), str(gold), str(mine), "--texts", str(texts), *options]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def markdown(scores: dict[str, Any], language: str) -> str:
    column = list(HEADS).index(language)
    lines = [f"| {' | '.join(HEADS[language])} |", "| --- | ---: | ---: | ---: | ---: |"]
    for category, names in SHOWN.items():
        row = scores[category]
        lines.append(f"| {names[column]} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | {row['reference']} |")
    share = {"en": "Responsibilities, targets and references whose quotation stands verbatim", "zh": "责任分工、指标与引用中引文逐字见于原文的比例"}[language]
    return "\n".join([*lines, "", f"{share}: {scores['evidence_verbatim']:.0%}"])


def write_readmes(scores: dict[str, Any]) -> None:
    """Puts the table between the markers of both READMEs. Exits with a message where one has no markers."""
    for path, language in READMES.items():
        text = path.read_text("utf-8")
        before, begin, rest = text.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise SystemExit(f"{path} has no {BEGIN} … {END} to put the table between.")
        path.write_text(f"{before}{BEGIN}\n{markdown(scores, language)}\n{END}{after}", "utf-8")


def raised_floors(scores: dict[str, Any], known: dict[str, dict[str, float]]) -> str:
    """The TOML of the floors: for each figure the higher of the known floor and what is reached, cut to three decimals."""
    figures = {category: {name: row[name] for name in ("precision", "recall")} for category, row in scores.items() if isinstance(row, dict)}
    figures["documents"] = {name: value for name, value in scores.items() if isinstance(value, float)}
    lines = ["# What extraction has reached on the sample corpus and must keep. Written by `scripts/score.py --floors`, upwards only."]
    for category, reached in figures.items():
        lines += ["", f"[{category}]"]
        for name, value in reached.items():
            lines.append(f"{name} = {max(math.floor(value * 1000) / 1000, known.get(category, {}).get(name, 0.0)):.3f}")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--texts", type=Path, default=Path(str(files("zhengpu.samples"))))
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--errors", nargs="?", const="", metavar="CATEGORY")
    output.add_argument("--json", action="store_true", help="the figures, machine-readable")
    output.add_argument("--markdown", nargs="?", const="en", choices=HEADS, metavar="LANGUAGE")
    output.add_argument("--write", action="store_true", help="the Markdown table into README.md and README.zh-CN.md")
    output.add_argument("--floors", action="store_true", help="raise tests/quality_floors.toml to what is reached")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        mine = Path(folder)
        extracted(args.gold, args.texts, mine)
        if args.errors is not None:
            lines = scorer(args.gold, mine, args.texts, "--errors").splitlines()
            print("\n".join(line for line in lines if "\t" in line and args.errors in ("", line.split("\t")[1])))
            return
        if not (args.markdown or args.write or args.floors or args.json):
            print(scorer(args.gold, mine, args.texts), end="")
            return
        scores = json.loads(scorer(args.gold, mine, args.texts, "--json"))
    if args.json:
        print(json.dumps(scores, ensure_ascii=False, indent=1))
    elif args.markdown:
        print(markdown(scores, args.markdown))
    elif args.write:
        write_readmes(scores)
    else:
        FLOORS.write_text(raised_floors(scores, tomllib.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}), "utf-8")


if __name__ == "__main__":
    main()
