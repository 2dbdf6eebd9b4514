"""The whole way of the data in one place: file → Document → Facts → triples → shard → store."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from glob import glob, has_magic
from pathlib import Path

from zhengpu import __version__
from zhengpu.corrections import Corrections, NoiseString
from zhengpu.errors import UnreadableDocument
from zhengpu.extract import facts
from zhengpu.extract.review.correcting import corrected
from zhengpu.graph.storage.remarks import Remarks
from zhengpu.graph.storage.rules import OPTION
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Changes, Store
from zhengpu.graph.triples import mapping
from zhengpu.loaders import load
from zhengpu.loaders.columns import Columns
from zhengpu.loaders.containers import READABLE, documents, is_hidden
from zhengpu.loaders.noise_strings import without
from zhengpu.model import Document, Facts
from zhengpu.ontology.schemes import own_themes

NONE = Corrections()
Progress = Callable[[Path, int, bool], None]  # a file, how many documents were found in it so far, and whether those are all


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says, corrected: the text as it was read, the facts in it, the document's IRI by the facts before they were corrected
    (what an analyst knows of its issuer does not make it another document), and how often each rule applied."""

    document: Document
    facts: Facts
    iri: str
    applied: Mapping[str, int]


def facts_of(path: Path, corrections: Corrections = NONE) -> Facts:
    """What the document in a file says. Raises UnreadableDocument."""
    return said_by(load(path), corrections).facts


def said_by(document: Document, corrections: Corrections = NONE) -> Said:
    """The facts of a document: noise strings are taken out before it is read, names and facts corrected after."""
    document, removed = without(document, [noise.text for noise in corrections.noise])
    found = facts(document)
    done = corrected(found, corrections)
    return Said(document, done.facts, mapping.document_iri(found), done.applied + Counter({NoiseString(text).key: times for text, times in removed.items()}))


def shard_of(said: Said, corrections: Corrections = NONE) -> Shard:
    """What a document says as the store keeps it; a change of the corrections makes it another entry of the manifest."""
    found = said.facts
    return Shard(
        iri=said.iri,
        triples=mapping.shard(found, own_themes(corrections.themes), said.iri),
        title=found.document.title or found.plan.title or "",
        source=found.source,
        sha256=found.sha256,
        options={OPTION: corrections.digest()} if corrections else {},
        versions={"zhengpu": __version__},
        counts=found.counts(),
        corrections=dict(said.applied),
        remarks=Remarks.of(said.document.removed, found.problems),
    )


@dataclass(frozen=True, slots=True)
class Read:
    """A document that was read: its file, its name (the file's, or dump.csv#17 beside it), how many facts of each category, and what is odd in it."""

    path: Path
    name: str
    iri: str
    title: str
    counts: dict[str, int]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A path that gave no document, and why; the others went on."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did, document by document in the order of reading, and what it changed in the store."""

    read: tuple[Read, ...] = ()
    failed: tuple[Failed, ...] = ()
    changes: Changes = field(default_factory=Changes)

    def counts(self) -> dict[str, int]:
        """Category -> number of facts in all documents read."""
        total: dict[str, int] = {}
        for one in self.read:
            for category, number in one.counts.items():
                total[category] = total.get(category, 0) + number
        return total


def build(
    paths: Sequence[str | Path], store: Store, progress: Progress | None = None, columns: Columns | None = None, corrections: Corrections = NONE
) -> Report:
    """Reads documents and puts them into the store in one commit: after a crash the store is as it was before.

    `paths` are files, folders (their documents at any depth) and patterns such as plans/*.txt; a dump or an archive holds many documents, in
    columns that `columns` tells. `progress` is told each document. What gives none is in the report and stops nothing. Raises StoreError."""
    found, failed = documents_in(paths)
    read: list[Read] = []
    first: dict[str, str] = {}  # document -> the name under which it was first read

    def shards() -> Iterator[Shard]:
        for path in found:
            count = 0
            for document in documents(path, columns):
                if isinstance(document, UnreadableDocument):
                    failed.append(Failed(path, str(document)))
                    continue
                said = said_by(document, corrections)
                shard = shard_of(said, corrections)
                name = str(path.parent / said.facts.source)
                earlier = first.setdefault(shard.iri, name)
                same = () if earlier == name else (f"it is the same document as {earlier} ({shard.iri}); the one read last counts.",)
                read.append(Read(path, name, shard.iri, shard.title, said.facts.counts(), (*same, *_remarks(said.facts))))
                count += 1
                if progress:
                    progress(path, count, False)
                yield shard
            if progress:
                progress(path, count, True)

    changes = store.add(shards())
    return Report(tuple(read), tuple(failed), changes)


def _remarks(said: Facts) -> Iterator[str]:
    """What extraction found odd, with the words in question."""
    for problem in said.problems:
        words = said.text[problem.start : problem.end].replace("\n", " ")
        yield f"{problem.message} “{words[:30]}{'…' if len(words) > 30 else ''}” [{problem.code}]"


def documents_in(paths: Iterable[str | Path]) -> tuple[list[Path], list[Failed]]:
    """The files that the paths stand for, each once, those of a folder or pattern sorted; and the paths that stand for none."""
    found: dict[Path, Path] = {}
    failed: list[Failed] = []
    for path in map(Path, paths):
        files, advice = _expanded(path)
        if not files:
            failed.append(Failed(path, f"{path}: {advice}"))
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values()), failed


def _expanded(path: Path) -> tuple[list[Path], str]:
    """The files of one path, and what to say if there are none."""
    kinds = ", ".join(sorted(READABLE))
    if path.is_dir():
        files = sorted(file for file in _files_below(path) if file.suffix.lower() in READABLE)
        return files, f"no document in this folder or below. Documents are files that end in {kinds}."
    if path.exists():
        return [path], ""
    if has_magic(str(path)):
        return [Path(name) for name in sorted(glob(str(path), recursive=True)) if Path(name).is_file()], "the pattern fits no file."
    return [], "no such file or folder. Check the name."


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file at any depth, but none that is hidden or in a hidden folder (.git, __MACOSX)."""
    for place, folders, names in os.walk(folder):
        folders[:] = (name for name in folders if not is_hidden((name,)))
        yield from (Path(place, name) for name in names if not is_hidden((name,)))
