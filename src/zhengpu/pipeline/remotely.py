"""Files -> documents at somebody's server, one after the other: each goes in, or in the place of the one that is there, as soon as its file is read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from zhengpu.corrections import Corrections
from zhengpu.errors import StoreError
from zhengpu.graph.remote.documents import Documents
from zhengpu.graph.remote.ledger import Held
from zhengpu.graph.storage import shards
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.store import Changes
from zhengpu.graph.triples.schema import schema_shard
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline.building import Progress, Report, Watch, read_files
from zhengpu.pipeline.keeping import Kept, Settings
from zhengpu.pipeline.listing import documents_in
from zhengpu.pipeline.reading import NONE, Failed, Read


def build_there(
    paths: Sequence[str | Path],
    documents: Documents,
    progress: Progress | None = None,
    columns: Columns | None = None,
    corrections: Corrections = NONE,
    *,
    jobs: int = 0,
) -> Report:
    """Reads documents and puts them into the store at a server, with the ontology; what is there already and says the same stays as it is.

    Each document is there as a whole or not at all, where the server runs an update as one; what a crash left out the next build puts in.
    See `zhengpu.pipeline.build` for the paths, the processes and the report. Raises QueryError, StoreError."""
    held = documents.held()
    if documents.merged and (apart := sum(not one.merged for one in held.values())):
        raise StoreError(f"{apart} documents at {documents.name} are merged in no graph. Push them again with --graph-per-document and --graph IRI first.")
    outcomes: dict[str, str] = {}

    def put(entry: Entry, lines: bytes) -> None:
        one = Held.of(entry, documents.merged)
        there = held.get(one.iri)
        outcomes[one.iri] = "unchanged" if there == one else "replaced" if there else "added"
        if there != one:
            documents.put(one, lines, is_new=there is None)
            held[one.iri] = one

    schema = schema_shard()
    lines = shards.canonical(schema.triples, schema.iri)
    put(Entry.of(schema, lines), lines)
    outcomes.clear()
    files, failed = documents_in(paths)
    read: list[Read] = []
    with TemporaryDirectory(prefix="zhengpu-") as name:  # where shards lie until they are put
        settings = Settings(Path(name), columns or Columns(), corrections)
        with closing(read_files(files, settings, jobs, Watch(progress))) as results:
            for outcome in (outcome for result in results for outcome in result.outcomes):
                if isinstance(outcome, Failed):
                    failed.append(outcome)
                elif isinstance(outcome, Kept):
                    read.append(outcome.read)
                    put(outcome.entry, shards.read(Path(name, outcome.entry.shard), outcome.entry.shard_sha256))
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
