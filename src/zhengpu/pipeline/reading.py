"""One file -> its documents -> what they say -> shards: pure functions of the file and the settings, on any machine. No store is known here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import TypeAlias

from zhengpu import __version__
from zhengpu.corrections import Corrections, NoiseString
from zhengpu.errors import UnreadableDocument, ZhengpuError
from zhengpu.extract import facts
from zhengpu.extract.review.correcting import corrected
from zhengpu.graph.storage.remarks import Remarks, tables
from zhengpu.graph.storage.rules import OPTION
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.triples import mapping
from zhengpu.loaders import load
from zhengpu.loaders.columns import Columns
from zhengpu.loaders.containers import documents
from zhengpu.loaders.noise_strings import without
from zhengpu.model import Document, Facts
from zhengpu.ontology.schemes import own_themes

NONE = Corrections()


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says, corrected: the text as it was read, the facts in it, the document's IRI by the facts before they were corrected
    (what an analyst knows of its issuer does not make it another document), and how often each rule applied."""

    document: Document
    facts: Facts
    iri: str
    applied: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Read:
    """A document that was read: its file, its name (the file's, or dump.csv#17 beside it), how many facts of each category, and what is odd in it.

    `remembered`: the file had not changed since an earlier build, and was not read again."""

    path: Path
    name: str
    iri: str
    title: str
    counts: dict[str, int]
    remarks: tuple[str, ...]
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A document's shard, and what to tell of its reading."""

    shard: Shard
    read: Read


@dataclass(frozen=True, slots=True)
class Failed:
    """A path that gave no document, and why; the others went on."""

    path: Path
    reason: str


Outcome: TypeAlias = Made | Failed


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
        remarks=Remarks.of(said.document.removed, found.problems, tables(said.document.blocks)),
    )


def read_file(path: Path, columns: Columns | None = None, corrections: Corrections = NONE) -> Iterator[Outcome]:
    """What came of each document of a file, in its order, each when it is asked for.

    Raises ZhengpuError for settings that no file can be read by, never for what is in the file."""
    try:
        for document in documents(path, columns):
            if isinstance(document, UnreadableDocument):
                yield Failed(path, str(document))
            else:
                yield _made(path, said_by(document, corrections), corrections)
    except ZhengpuError:
        raise
    except MemoryError:
        yield Failed(path, f"{path}: there is not enough memory to read it. Split it, or build it with fewer --jobs.")
    except Exception as error:  # what no one has foreseen in one file of ten thousand ends that file, not the build
        at = extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        yield Failed(path, f"{path}: a fault of this program ended its reading ({type(error).__name__} in {where}: {error}). Please report it.")


def _made(path: Path, said: Said, corrections: Corrections) -> Made:
    shard = shard_of(said, corrections)
    return Made(shard, Read(path, str(path.parent / said.facts.source), shard.iri, shard.title, said.facts.counts(), tuple(_remarks(said.facts))))


def _remarks(said: Facts) -> Iterator[str]:
    """What extraction found odd, with the words in question."""
    for problem in said.problems:
        words = said.text[problem.start : problem.end].replace("\n", " ")
        yield f"{problem.message} “{words[:30]}{'…' if len(words) > 30 else ''}” [{problem.code}]"
