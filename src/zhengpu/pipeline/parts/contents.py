"""The list of what a location holds: the manifests that a finished build names. Without it there are only files that a build left on its way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from zhengpu.corrections_file import NAME as CORRECTIONS
from zhengpu.errors import StoreError
from zhengpu.loaders.limits import limits, setting
from zhengpu.pipeline.parts.catalogue import Counts
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.manifest import is_name

NAME = "zhengpu-parts.json"
FORMAT = "zhengpu-parts/1"


@dataclass(frozen=True, slots=True)
class Contents:
    """The manifests, each with the sha256 of its bytes, and what they hold together."""

    manifests: Mapping[str, str]
    counts: Counts


def read(location: Location) -> Contents | None:
    """The list at a location, or None where there is none. Raises StoreError where it is damaged or was written by another program."""
    shown = location.shown(NAME)
    try:
        data = location.read(NAME, 0, limits().manifest + 1)
        if len(data) > limits().manifest:
            raise StoreError(f"{shown} has more than the {limits().manifest:,} bytes that are read of it. {setting('manifest')}")
        told = json.loads(data)
        if told["format"] != FORMAT:
            raise StoreError(f"{shown} has the format {told['format']!r:.100}; this program reads {FORMAT!r}. Use the program that wrote it, or build anew.")
        names = dict(told["manifests"])
        if wrong := [name for name in names if not is_name(name)]:
            raise StoreError(f"{shown} names the manifest {wrong[0]!r:.100}, which this program never writes. Run the build of the parts again.")
        return Contents(names, Counts(**{name: int(told[name]) for name in Counts.__slots__}))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(f"{shown} is damaged ({error}). Delete it and run the build of the parts again.") from error


def write(location: Location, contents: Contents) -> None:
    told = {"format": FORMAT, **{name: getattr(contents.counts, name) for name in Counts.__slots__}, "manifests": dict(sorted(contents.manifests.items()))}
    location.write(NAME, f"{json.dumps(told, indent=1)}\n".encode())


@contextmanager
def corrections(location: Location) -> Iterator[Path | None]:
    """A copy of the corrections that lie at the location, for as long as the block runs; None where there are none."""
    try:
        data = location.read(CORRECTIONS)
    except FileNotFoundError:
        yield None
        return
    with TemporaryDirectory(prefix="zhengpu-") as folder:
        copy = Path(folder, CORRECTIONS)
        copy.write_bytes(data)
        yield copy
