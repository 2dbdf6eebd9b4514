"""The libraries of the web pages: what is committed is what viz/frontend/build.mjs makes of the pinned packages."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "viz" / "static" / "vendor"
FRONTEND = ROOT / "viz" / "frontend"
LISTED = json.loads((VENDOR / "vendor.json").read_text("utf-8"))


def test_every_file_is_the_one_that_was_built() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir() if path.name != "vendor.json"}
    assert found == LISTED["files"]


def test_licences_are_permissive_and_their_texts_are_there() -> None:
    notices = (VENDOR / "NOTICES.txt").read_text("utf-8")
    for name, package in LISTED["packages"].items():
        assert package["license"] in {"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"}
        assert f"{name} {package['version']} ({package['license']})" in notices


def test_versions_are_those_that_are_pinned() -> None:
    pinned = json.loads((FRONTEND / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))["packages"]
    assert all(version[0].isdigit() for version in pinned.values())
    assert {name: LISTED["packages"][name]["version"] for name in pinned} == pinned
    assert all(locked[f"node_modules/{name}"]["version"] == package["version"] for name, package in LISTED["packages"].items())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed: the libraries cannot be built anew")
def test_building_anew_gives_the_same_bytes(tmp_path: Path) -> None:
    frontend = tmp_path / "viz" / "frontend"
    shutil.copytree(FRONTEND, frontend, ignore=shutil.ignore_patterns("node_modules"))
    fetched = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=frontend, capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.skip(f"the packages could not be fetched: {fetched.stderr.strip()[-200:]}")
    subprocess.run(["node", "build.mjs"], cwd=frontend, check=True)
    made = {path.name: path.read_bytes() for path in (tmp_path / "viz" / "static" / "vendor").iterdir()}
    assert made == {path.name: path.read_bytes() for path in VENDOR.iterdir()}
