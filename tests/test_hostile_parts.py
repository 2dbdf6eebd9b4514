"""Parts that mean harm, or whose manifests do, are refused by name, and nothing is touched."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import plan_files
import pytest
from parts_places import into, loaded, rows

from zhengpu.errors import StoreError
from zhengpu.graph.storage.shards import digest
from zhengpu.graph.storage.store import create_store, open_store
from zhengpu.pipeline.parts import contents, manifest
from zhengpu.pipeline.parts.loading import load
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.manifest import Row

pytestmark = pytest.mark.skipif(not (find_spec("fsspec") and find_spec("pyarrow")), reason="the extra `cluster` is not installed")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Parts of seven plans, three in each."""
    into(tmp_path / "place", plan_files.write(tmp_path / "plans", 7))
    return tmp_path / "place"


def forged(place: Path, change: Callable[[Row], Row]) -> None:
    """The manifests again, each row changed."""
    for path in (place / "manifest").iterdir():
        told = [change(row) for row in manifest.read(path.read_bytes(), path.name)]
        made = manifest.Writing()
        made.add(told)
        path.write_bytes(made.finished())
    relisted(place)


def relisted(place: Path) -> None:
    """The list again, with the digests of the manifests as they are now."""
    told = json.loads((place / contents.NAME).read_bytes())
    told["manifests"] = {name: digest((place / name).read_bytes()) for name in told["manifests"]}
    (place / contents.NAME).write_text(json.dumps(told))


def bomb(place: Path, row: Row) -> Row:
    """A part of a few kB that unpacks to 50 MB."""
    line = b'<https://example.org/s> <https://example.org/p> "' + b"0" * 50_000_000 + b'" .\n'
    packed = gzip.compress(line)
    (place / row.part).write_bytes(packed)
    return replace(row, offset=0, length=len(packed), triples=1, shard_sha256=digest(line))


def respelled(place: Path, row: Row) -> Row:
    """A shard whose digest is right, with a blank node."""
    line = b"_:a <https://example.org/p> <https://example.org/o> .\n"
    packed = gzip.compress(line)
    (place / row.part).write_bytes(packed)
    return replace(row, offset=0, length=len(packed), triples=1, shard_sha256=digest(line))


HARM: dict[str, tuple[Callable[[Path, Row], Row], str]] = {
    "a part elsewhere": (lambda place, row: replace(row, part="parts/../../secret.nt.gz"), "no name of a part"),
    "an absolute part": (lambda place, row: replace(row, part="/etc/passwd"), "no name of a part"),
    "behind the end": (lambda place, row: replace(row, offset=1 << 39), "is cut off"),
    "far behind the end": (lambda place, row: replace(row, offset=1 << 62), "none may lie there"),
    "before the beginning": (lambda place, row: replace(row, offset=-5), "none may lie there"),
    "without end": (lambda place, row: replace(row, length=1 << 62), "none may lie there"),
    "another digest": (lambda place, row: replace(row, shard_sha256="0" * 64), "its sha256 is another"),
    "no digest": (lambda place, row: replace(row, shard_sha256="../../../x"), "no sha256"),
    "no IRI": (lambda place, row: replace(row, iri="x> <y> <z> .\n<x"), "the IRI"),
    "two of one IRI": (lambda place, row: replace(row, iri="https://example.org/same"), "is in the parts twice"),
    "more triples": (lambda place, row: replace(row, triples=row.triples + 1), "not the one that the manifest describes"),
    "a bomb": (bomb, "unpacks to more than .* as a bomb does.*ZHENGPU_LIMIT_RATIO"),
    "blank nodes": (respelled, "have blank nodes"),
    "remarks that are a bomb": (lambda place, row: replace(row, remarks=gzip.compress(b" " * 50_000_000)), "unpacks to more than"),
    "remarks that are none": (lambda place, row: replace(row, remarks=gzip.compress(b'{"removed": [[5, 6, 7]], "problems": []}')), "remarks that are damaged"),
}


@pytest.mark.parametrize("name", HARM)
def test_a_manifest_that_means_harm_is_refused_by_name(name: str, place: Path, tmp_path: Path) -> None:
    change, why = HARM[name]
    forged(place, lambda row: change(place, row))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with create_store(tmp_path / "store") as store, pytest.raises(StoreError, match=why):
        load(Location(str(place)), store)
    assert not list((tmp_path / "store").glob("documents/*.nt.gz")) or name == "two of one IRI"
    assert {path: path.read_bytes() for path in before} == before, "nothing outside the store was touched"
    assert len(open_store(tmp_path / "store").documents) == 0


def test_documents_that_lie_over_each_other_are_a_bomb(place: Path, tmp_path: Path) -> None:
    path = sorted((place / "manifest").iterdir())[0]
    row = next(iter(manifest.read(path.read_bytes(), path.name)))
    made = manifest.Writing()
    made.add(replace(row, iri=f"https://example.org/{number}") for number in range(500))
    path.write_bytes(made.finished())
    relisted(place)
    with pytest.raises(StoreError, match="lie over each other"):
        loaded(place, tmp_path / "store")


@pytest.mark.parametrize("name", ["../../etc/passwd", "manifest/../../x.parquet", "manifest/" + "a" * 32 + ".nt.gz", "manifest/x.parquet", ""])
def test_a_list_that_names_other_files_is_refused(name: str, place: Path, tmp_path: Path) -> None:
    told = json.loads((place / contents.NAME).read_bytes())
    told["manifests"][name] = "0" * 64
    (place / contents.NAME).write_text(json.dumps(told))
    with pytest.raises(StoreError, match=r"names the manifest .*never writes"):
        loaded(place, tmp_path / "store")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[" * 100_000, b'{"format": "zhengpu-parts/2"}', b'{"format": "zhengpu-parts/1", "manifests": [5]}'])
def test_a_list_that_is_none_is_refused(data: bytes, place: Path, tmp_path: Path) -> None:
    (place / contents.NAME).write_bytes(data)
    with pytest.raises(StoreError, match=rf"{contents.NAME} (is damaged|has the format)") as told:
        loaded(place, tmp_path / "store")
    assert "ZHENGPU_LIMIT" not in str(told.value)


def test_a_list_that_is_very_long_is_not_read(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGPU_LIMIT_MANIFEST", "100")
    with pytest.raises(StoreError, match=rf"{contents.NAME} has more than the 100 bytes.*ZHENGPU_LIMIT_MANIFEST"):
        loaded(place, tmp_path / "store")


def test_a_manifest_of_other_columns_is_refused(place: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = next((place / "manifest").iterdir())
    parquet.write_table(pa.table({"part": ["x"], "code": ["import os"]}), path)
    relisted(place)
    with pytest.raises(StoreError, match="is not a manifest of parts"):
        loaded(place, tmp_path / "store")


def test_a_manifest_that_unpacks_to_very_much_is_refused(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forged(place, lambda row: replace(row, title="政" * 3_000_000))  # packs to a few kB
    monkeypatch.setenv("ZHENGPU_LIMIT_MANIFEST", "1000000")
    with pytest.raises(StoreError, match=r"unpacks to more than .*ZHENGPU_LIMIT_MANIFEST"):
        loaded(place, tmp_path / "store")


def test_names_that_are_no_text_can_be_told(tmp_path: Path) -> None:
    folder = plan_files.write(tmp_path / "plans", 1)
    strange = Path(str(folder / "plan-0001.txt").replace("0001", "\udcff"))
    (folder / "plan-0001.txt").rename(strange)
    written = into(tmp_path / "place", folder)
    assert (written.counts.documents, written.failed) == (1, ())
    assert into(tmp_path / "place", folder).read == 0
    assert "plan-\\udcff.txt" in rows(tmp_path / "place")[0].path
