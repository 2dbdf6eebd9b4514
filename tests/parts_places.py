"""Parts as the tests make them, load them and look at them."""

from __future__ import annotations

from pathlib import Path

from zhengpu.graph.storage.store import create_store
from zhengpu.pipeline.parts import contents, manifest
from zhengpu.pipeline.parts.building import build_parts
from zhengpu.pipeline.parts.loading import Loaded, load
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.manifest import Row
from zhengpu.pipeline.parts.sources import sources_in
from zhengpu.pipeline.parts.writing import Written


def into(to: Path | str, *paths: Path | str, batch: int = 3, **options: object) -> Written:
    files, missing = sources_in(map(str, paths))
    assert not missing
    return build_parts(files, str(to), batch=batch, **options)  # type: ignore[arg-type]


def loaded(place: Path | str, folder: Path) -> Loaded:
    with create_store(folder) as store:
        return load(Location(str(place)), store)


def rows(place: Path | str) -> list[Row]:
    location = Location(str(place))
    found = contents.read(location)
    assert found
    return [row for name in found.manifests for row in manifest.read(location.read(name), name)]
