"""The manifest: which documents a store holds, where each came from, and the shard that holds what it says. One JSON file, sorted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import pyoxigraph as ox

from zhengpu.errors import StoreError
from zhengpu.graph.exports.writing import whole
from zhengpu.graph.storage import remarks
from zhengpu.graph.storage.search_numbers import FORMAT as SEARCH_FORMAT
from zhengpu.graph.storage.shards import Kind, Shard, digest, file_name

NAME = "manifest.json"
FORMAT = "zhengpu-store/1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One shard of the store: its document's IRI and title, the file that was read, and the shard's file, digest and number of triples.

    `remarks` is the file with what the reading left beside the facts ("" for nothing), `problems` how many problems are in it."""

    iri: str
    title: str
    source: str
    sha256: str
    kind: Kind
    outcome: str
    options: Mapping[str, str]
    versions: Mapping[str, str]
    counts: Mapping[str, int]
    shard: str
    shard_sha256: str
    triples: int
    corrections: Mapping[str, int] = field(default_factory=dict)
    remarks: str = ""
    problems: int = 0

    @classmethod
    def of(cls, shard: Shard, triples: bytes) -> Entry:
        """The entry for a shard whose canonical triples are `triples`."""
        told = {name.name: getattr(shard, name.name) for name in fields(shard) if name.name not in ("triples", "remarks")}
        checksum, kept = digest(triples), shard.remarks.packed()
        return cls(
            **told,
            shard=file_name(shard.iri, shard.kind, checksum),
            shard_sha256=checksum,
            triples=triples.count(b"\n"),
            remarks=file_name(shard.iri, shard.kind, digest(kept), remarks.SUFFIX) if kept else "",
            problems=len(shard.remarks.problems),
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """The entries by IRI, in the order of IRIs."""

    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Manifest:
        return cls({entry.iri: entry for entry in sorted(entries, key=lambda entry: entry.iri)})

    def state(self) -> str:
        """A name for exactly these shards and remarks read by this engine and searched in this way; the index over them is called so.

        Metadata do not count."""
        version = ".".join(ox.__version__.split(".")[:2])  # the files of the engine may change with its minor version
        lines = [f"oxigraph {version}, search {SEARCH_FORMAT}", *(f"{entry.iri} {entry.shard_sha256}{entry.remarks}" for entry in self.entries.values())]
        return digest("\n".join(lines).encode())[:16]

    def write(self, folder: Path) -> None:
        told = ({name: getattr(entry, name) for name in _FIELDS} for entry in self.entries.values())
        shards = ",\n".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in told)
        with whole(folder / NAME) as file:  # an entry a line: people can read that too, and it is written four times as fast as with indents
            file.write(f'{{"format": "{FORMAT}", "shards": [\n{shards}\n]}}\n'.encode())


_FIELDS = tuple(field.name for field in fields(Entry))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the store at `folder`. Raises StoreError where it is missing, damaged, or of a later format."""
    path = folder / NAME
    try:
        read = json.loads(path.read_bytes())
        told = read["format"]
        if told != FORMAT:
            raise StoreError(f"{path} has the format {told!r}; this program reads {FORMAT!r}. Use the program that wrote it, or build the store anew.")
        return Manifest.of(Entry(**{**entry, "kind": Kind(entry["kind"])}) for entry in read["shards"])
    except FileNotFoundError as error:
        raise StoreError(f"There is no store at {folder}. Build one: zhengpu build PATH --store {folder}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is damaged ({error}). Put a copy back, or build the store anew in another folder.") from error
