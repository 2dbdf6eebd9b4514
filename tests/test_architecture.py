"""The house rules that a reader relies on: which folder may import which, one door for each library, modules of a size one can read."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FRAME = "src/zhengpu"
FOLDERS = ("loaders", "extract", "ontology", "graph", "queries", "viz")

# Folder -> the folders that it may import; what the frame is to everyone stands under "frame".
MAY_IMPORT = {
    "frame": {"frame"},
    "loaders": {"frame", "loaders"},
    "extract": {"frame", "extract"},
    "ontology": {"frame", "ontology"},
    "graph": {"frame", "ontology", "graph"},
    "queries": {"frame", "ontology", "graph", "queries"},
    "viz": {"frame", "ontology", "graph", "queries", "viz"},
    "pipeline": {"frame", *FOLDERS, "pipeline", "samples"},
    "opened": {"frame", *FOLDERS, "pipeline", "samples", "opened"},  # the Python interface
    "cli": {"frame", *FOLDERS, "pipeline", "samples", "opened", "cli"},
    "samples": {"frame", "samples"},
}

# Library -> where it may be imported: a folder, or one file.
DOORS = {
    "SPARQLWrapper": ("graph/sources/remote.py",),
    "charset_normalizer": ("loaders",),
    "cn2an": ("extract", "loaders/word/numerals.py"),
    "docx": ("viz/report_docx.py",),
    "httptools": ("queries/server/patient_http.py",),  # through uvicorn
    "jinja2": ("viz",),
    "lxml": ("loaders",),
    "markdown_it": ("loaders/markdown.py",),
    "networkx": ("graph", "src/zhengpu/opened.py"),  # opened: the type of what it gives
    "openpyxl": ("queries/tables/spreadsheet.py", "loaders/observation_rows.py", "queries/tables/network_workbook.py"),
    "oxrdflib": ("graph",),
    "pyoxigraph": ("graph", "queries"),  # queries: its terms, not its store (see the test below)
    "pypdfium2": ("loaders",),  # pdfium.py, and what it asks of a page: pdf_text.py, pdf_drawing.py
    "pyshacl": ("graph/validation.py",),
    "pyvis": ("viz/network_page.py",),
    "rdflib": ("graph", "ontology", "src/zhengpu/opened.py"),
    "rich": ("src/zhengpu/cli",),
    "starlette": ("queries", "viz"),
    "typer": ("src/zhengpu/cli",),
    "uvicorn": ("queries/server/server.py", "queries/server/patient_http.py"),
    "uvloop": ("queries/server/server.py",),
    "yaml": ("queries/catalogue.py",),
}
# The same for libraries that come with an extra.
EXTRA_DOORS = {
    "distributed": ("src/zhengpu/pipeline/parts/cluster.py",),
    "fsspec": ("src/zhengpu/pipeline/parts/location.py",),
    "mcp": ("queries/assistant/protocol.py",),
    "pandas": ("queries/tables/records.py",),
    "pyarrow": ("graph/exports/network_parquet.py", "loaders/rows/parquet.py", "src/zhengpu/pipeline/parts/manifest.py"),
    "rustworkx": ("graph/networks/standing.py",),
    "pydantic": ("queries/assistant/protocol.py", "queries/assistant/tools.py", "queries/assistant/query_desk.py"),
}
LONGEST = 400  # lines


def modules() -> list[Path]:
    return sorted(path for folder in (FRAME, *FOLDERS) for path in (ROOT / folder).rglob("*.py"))


def here(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer(path: Path) -> str:
    """The folder that a module belongs to: extract/lexicon is extract, src/zhengpu/ids.py the frame."""
    first, *rest = path.relative_to(ROOT).parts
    if first != "src":
        return first
    name = rest[1].removesuffix(".py").replace("__main__", "cli").replace("__init__", "opened")
    return name if name in MAY_IMPORT else "frame"


def layer_of_name(name: str) -> str:
    """The folder that an imported name such as zhengpu.graph.storage.store belongs to."""
    part = [*name.split("."), ""][1]
    return part if part in MAY_IMPORT else "frame"


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute name of every import, those inside functions too; `from zhengpu import ids` is zhengpu.ids."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{here(path)}:{node.lineno}: relative import"
            module = node.module or ""
            yield from ((node.lineno, f"{module}.{alias.name}" if module == "zhengpu" else module) for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=here)
def test_imports_follow_the_arrows(path: Path) -> None:
    allowed = MAY_IMPORT[layer(path)]
    wrong = [f"{here(path)}:{line}: {name}" for line, name in imports(path) if name.split(".")[0] == "zhengpu" and layer_of_name(name) not in allowed]
    assert not wrong


@pytest.mark.parametrize("path", modules(), ids=here)
def test_libraries_are_used_through_their_door(path: Path) -> None:
    wrong = [
        f"{here(path)}:{line}: {name}"
        for line, name in imports(path)
        if (doors := {**DOORS, **EXTRA_DOORS}.get(name.split(".")[0])) and not any(here(path) == door or here(path).startswith(f"{door}/") for door in doors)
    ]
    assert not wrong


def test_every_library_declared_has_a_door_and_every_door_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.split(r"[<>=!~\[ ]", line)[0].lower().replace("-", "_") for line in declared}
    assert names == {{"yaml": "pyyaml", "markdown_it": "markdown_it_py", "docx": "python_docx"}.get(name, name.lower()) for name in DOORS}


def test_every_library_of_an_extra_is_declared() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(EXTRA_DOORS) <= {re.split(r"[<>=!~\[ ]", line)[0] for lines in extras.values() for line in lines}


def test_the_engine_opens_stores_in_graph_only() -> None:
    wrong = [
        f"{here(path)}:{node.lineno}"
        for path in modules()
        if layer(path) != "graph"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "Store" and isinstance(node.value, ast.Name) and node.value.id in ("ox", "pyoxigraph")
    ]
    assert not wrong


@pytest.mark.parametrize("path", modules(), ids=here)
def test_modules_can_be_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST
    assert not {"utils", "util", "helpers", "common", "misc"} & set(path.with_suffix("").parts)


def test_every_module_says_what_it_is() -> None:
    silent = [here(path) for path in modules() if path.read_text("utf-8").strip() and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None]
    assert not silent
