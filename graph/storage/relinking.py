"""Keeping the derived shards of links between documents in step with the documents, within a change of the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from zhengpu.graph.links import linking
from zhengpu.graph.storage import shards
from zhengpu.graph.storage.filing import filed
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import Kind, Shard

Progress = Callable[[int], None]


def is_links(entry: Entry) -> bool:
    """Whether the shard is one of links between documents."""
    return entry.kind is Kind.DERIVED and linking.OPTION in entry.options


def relink(folder: Path, before: Mapping[str, Entry], after: dict[str, Entry], *, anew: bool = False, progress: Progress | None = None) -> None:
    """Brings the shards of links in `after` up to date with the documents there, if the store has links (`before`) or is to have them (`anew`)."""
    standing = frozenset(entry.iri for entry in before.values() if is_links(entry))
    if not standing and not anew:
        return

    def read(iri: str) -> bytes:
        return shards.read(folder / after[iri].shard, after[iri].shard_sha256)

    made: dict[str, Entry] = {}

    def keep(shard: Shard) -> None:
        made[shard.iri] = filed(folder, shard, before.get(shard.iri))

    change = linking.Change(_documents(before), _documents(after), standing)
    relinked = linking.relinked(folder, change, read, keep, anew=anew, progress=progress)
    for iri in relinked.gone:
        del after[iri]
    after.update(made)


def _documents(entries: Mapping[str, Entry]) -> dict[str, str]:
    """IRI -> digest of the shard, of the documents among the entries."""
    return {iri: entry.shard_sha256 for iri, entry in entries.items() if entry.kind is Kind.DOCUMENT}
