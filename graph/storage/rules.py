"""The corrections that a store keeps: its zhengpu.toml, and how often each rule applied to its documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from zhengpu import corrections_file
from zhengpu.corrections import Corrections
from zhengpu.corrections_file import NAME
from zhengpu.errors import StoreError
from zhengpu.graph.exports.writing import whole
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.shards import digest
from zhengpu.ontology.schemes import own_themes

OPTION = "corrections"  # the manifest's option that names the rules a document was built with


def read(path: Path) -> Corrections:
    """The corrections in a file, their themes looked up among those that the program has. Raises BadCorrections, UnknownName."""
    found = corrections_file.read(path)
    if found.themes:
        own_themes(found.themes)
    return found


def kept(folder: Path) -> Corrections:
    """The corrections of the store at `folder`; none where it has no zhengpu.toml. Raises BadCorrections, UnknownName."""
    path = folder / NAME
    return read(path) if path.is_file() else Corrections()


def keep(path: Path, folder: Path) -> Path | None:
    """Makes the file at `path` the corrections of the store; the bytes are copied, so that later builds do without the file.

    Gives the place where the corrections that the store had before now lie, or None where it had none or the same.
    Raises BadCorrections for a file that is not as it should be (the store keeps what it has), StoreError where nothing can be written."""
    read(path)
    place, before = folder / NAME, None
    try:
        data = path.read_bytes()
        old = place.read_bytes() if place.is_file() else data
        if old != data:
            before = place.with_name(f"zhengpu-{digest(old)[:8]}.toml")
            before.write_bytes(old)
        with whole(place) as file:
            file.write(data)
    except OSError as error:
        raise StoreError(f"The corrections cannot be kept in {folder}: {error.strerror or error}.") from error
    return before


@dataclass(frozen=True, slots=True)
class Use:
    """A rule, how many facts it changed, left out or found, in how many documents."""

    rule: str
    applied: int
    documents: int


@dataclass(frozen=True, slots=True)
class Uses:
    """`rules`: those of the store's file in its order; `outdated`: the documents that were built with others, or none."""

    rules: tuple[Use, ...]
    outdated: tuple[str, ...]


def uses(entries: Iterable[Entry], corrections: Corrections) -> Uses:
    """How often each rule applied when the documents were last built."""
    entries = tuple(entries)
    applied, documents = Counter[str](), Counter[str]()
    for entry in entries:
        applied.update(entry.corrections)
        documents.update(entry.corrections.keys())
    wanted = corrections.digest()
    outdated = tuple(entry.iri for entry in entries if entry.options.get(OPTION, "") != wanted)
    return Uses(tuple(Use(rule.key, applied[rule.key], documents[rule.key]) for rule in corrections), outdated)
