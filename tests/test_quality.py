"""Quality floors: on the sample corpus no kind of fact may fall below the precision and recall once reached (tests/quality_floors.toml)."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "quality_floors.toml").read_text("utf-8"))
FIGURES = [(category, name, floor) for category, floors in FLOORS.items() for name, floor in floors.items()]


@pytest.fixture(scope="module")
def scores() -> dict[str, Any]:
    command = [sys.executable, str(HERE.parent / "scripts" / "score.py"), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(("category", "figure", "floor"), FIGURES, ids=lambda value: str(value))
def test_floor(scores: dict[str, Any], category: str, figure: str, floor: float) -> None:
    reached = scores[figure] if category == "documents" else scores[category][figure]
    assert reached >= floor, f"{category}: {figure} {reached} was {floor}; `scripts/score.py --errors {category}` lists what is missing and extra"


def test_every_quotation_stands_in_its_text(scores: dict[str, Any]) -> None:
    assert scores["evidence_verbatim"] == 1.0
