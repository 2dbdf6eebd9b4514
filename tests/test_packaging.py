"""The wheel, built from a copy of the tree and installed elsewhere: one package, with all its data, that works by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "loaders", "extract", "ontology", "graph", "queries", "viz")

pytestmark = pytest.mark.slow


def run(*command: str | Path, **environment: str) -> str:
    """The output of a Python command; fails with all that it said."""
    settings = {**os.environ, **environment}
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, encoding="utf-8", env=settings, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def source_files() -> set[str]:
    """Every file of the package as the wheel must name it: zhengpu/graph/store.py for graph/storage/store.py."""
    found = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not {"__pycache__", "frontend"}.intersection(path.parts) and ".egg-info" not in str(path):
                inside = path.relative_to(ROOT / "src" if folder == "src" else ROOT).as_posix()
                found.add(inside if folder == "src" else f"zhengpu/{inside}")
    return found


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made without isolation, so that nothing is fetched."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "node_modules"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    run("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", copy / "dist", copy)
    (built,) = (copy / "dist").glob("zhengpu-*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("elsewhere")
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, wheel)
    return target


def test_wheel_holds_every_file_and_no_other(wheel: Path) -> None:
    names = {name for name in ZipFile(wheel).namelist() if not name.endswith("/")}
    package = {name for name in names if ".dist-info/" not in name}
    assert package == source_files()
    for ending in (".ttl", ".rq", ".toml", ".csv", ".html", ".css", ".js", ".txt", "py.typed"):
        assert any(name.endswith(ending) for name in package), ending


def test_nothing_but_zhengpu_at_top_level(installed: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {path.name for path in installed.iterdir()} - {"bin"} == {"zhengpu", f"zhengpu-{version}.dist-info"}


def test_version_is_the_packages(installed: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert run("-m", "zhengpu", "--version", PYTHONPATH=str(installed)).split() == ["zhengpu", version]


def test_installed_package_reads_and_builds_by_itself(installed: Path, tmp_path: Path) -> None:
    place = run("-c", "import zhengpu; print(zhengpu.__file__)", PYTHONPATH=str(installed)).strip()
    assert Path(place).is_relative_to(installed)
    sample = installed / "zhengpu" / "samples" / "xuhui-2024-protection-zone.txt"
    store = tmp_path / "store"
    run("-m", "zhengpu", "build", sample, "--store", store, PYTHONPATH=str(installed))
    assert "徐汇区" in run("-m", "zhengpu", "query", "documents", "--format", "csv", "--store", store, PYTHONPATH=str(installed))
