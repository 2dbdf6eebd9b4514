"""The READMEs: every command in them runs, and what stands below it is what it prints; both languages have the same commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def commands(name: str) -> list[str]:
    return re.findall(r"^\$ (.+)$", (ROOT / name).read_text("utf-8"), re.M)


def test_both_languages_show_the_same_commands() -> None:
    assert commands("README.md")
    assert commands("README.md") == commands("README.zh-CN.md")


def test_no_output_is_left_out() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text("utf-8")
        assert not re.search(r"<!-- score:begin -->\s*<!-- score:end -->", text)
        assert not re.search(r"^\$ .+\n```", text, re.M)


@pytest.mark.slow
def test_outputs_are_those_of_the_commands() -> None:
    run = subprocess.run([sys.executable, str(ROOT / "scripts" / "readme.py")], capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, f"run scripts/readme.py --write\n{run.stdout}{run.stderr}"
