"""Files -> documents at somebody's server, one after the other: each goes in, or in the place of the one that is there, as soon as it is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhengpu.corrections import Corrections
from zhengpu.errors import StoreError
from zhengpu.graph.remote.documents import Documents
from zhengpu.graph.remote.ledger import Held
from zhengpu.graph.storage import shards
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Changes
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline.building import Progress, Report
from zhengpu.pipeline.listing import documents_in
from zhengpu.pipeline.reading import NONE, Failed, Read, read_file


def build_there(
    paths: Sequence[str | Path], documents: Documents, progress: Progress | None = None, columns: Columns | None = None, corrections: Corrections = NONE
) -> Report:
    """Reads documents and puts them into the store at a server, with the ontology; what is there already and says the same stays as it is.

    Each document is there as a whole or not at all, where the server runs an update as one; what a crash left out the next build puts in.
    See `zhengpu.pipeline.build` for the paths and the report. Raises QueryError, StoreError."""
    held = documents.held()
    if documents.merged and (apart := sum(not one.merged for one in held.values())):
        raise StoreError(f"{apart} documents at {documents.name} are merged in no graph. Push them again with --graph-per-document and --graph IRI first.")
    outcomes: dict[str, str] = {}

    def put(shard: Shard) -> None:
        lines = shards.canonical(shard.triples, shard.source or shard.iri)
        one = Held.of(Entry.of(shard, lines), documents.merged)
        there = held.get(one.iri)
        outcomes[one.iri] = "unchanged" if there == one else "replaced" if there else "added"
        if there != one:
            documents.put(one, lines, is_new=there is None)
            held[one.iri] = one

    put(schema_shard())
    outcomes.clear()
    found, failed = documents_in(paths)
    read: list[Read] = []
    for path in found:
        count = 0
        for outcome in read_file(path, columns, corrections):
            if isinstance(outcome, Failed):
                failed.append(outcome)
                continue
            count += 1
            read.append(outcome.read)
            put(outcome.shard)
            if progress:
                progress(path, count, False)
        if progress:
            progress(path, count, True)
    _supersede(documents, held, outcomes)
    changes = Changes(*(tuple(sorted(iri for iri, outcome in outcomes.items() if outcome == name)) for name in ("added", "replaced", "unchanged")))
    return Report(tuple(read), tuple(failed), changes)


def _supersede(documents: Documents, held: dict[str, Held], outcomes: dict[str, str]) -> None:
    """Takes out what came from the same bytes under the same name as a document that was put now: its title is read better, or was corrected."""
    files = {(held[iri].source, held[iri].sha256): iri for iri in outcomes}
    for iri, one in list(held.items()):
        new = files.get((one.source, one.sha256))
        if new and iri not in outcomes and one.sha256:
            documents.remove([iri])
            outcomes[new] = "replaced"
