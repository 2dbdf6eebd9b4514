"""What the reading of a document left beside its facts: what cleaning took out of its text, and what extraction stumbled over.

One compressed JSON file a document, beside its shard; its name has the digest of its contents, so that a new one never overwrites an old one."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from zhengpu.errors import StoreError
from zhengpu.graph.exports.writing import whole
from zhengpu.model import Problem, Removal

SUFFIX = ".json.gz"
LONGEST = 300  # characters kept of one removal: enough to know a banner or a menu again
MOST = 2000  # removals, and problems, kept of one document: the running heads of a book of a thousand pages


@dataclass(frozen=True, slots=True)
class Remarks:
    """Removals by their places in the cleaned text, problems in the order in which they were found."""

    removed: tuple[Removal, ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, removed: Iterable[Removal], problems: Iterable[Problem]) -> Remarks:
        """As much of them as a store keeps."""
        short = (replace(one, text=_cut(one.text)) for one in removed if one.text.strip())
        return cls(tuple(sorted(short, key=lambda one: one.position))[:MOST], tuple(problems)[:MOST])

    def packed(self) -> bytes:
        """The contents of the file, equal for equal remarks; b"" where there are none."""
        if not self.removed and not self.problems:
            return b""
        told = {"removed": [astuple(one) for one in self.removed], "problems": [astuple(one) for one in self.problems]}
        return gzip.compress(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"), mtime=0)


NONE = Remarks()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def write(path: Path, content: bytes) -> None:
    """Whole or not at all; nothing where it is there already."""
    try:
        if path.read_bytes() == content:
            return
    except OSError:
        pass
    with whole(path) as file:
        file.write(content)


def read(path: Path) -> Remarks:
    """Raises StoreError where the file is missing or damaged."""
    try:
        told = json.loads(gzip.decompress(path.read_bytes()).decode("utf-8", "surrogatepass"))
        return Remarks(tuple(Removal(*one) for one in told["removed"]), tuple(Problem(*one) for one in told["problems"]))
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"The remarks on a document, {path}, cannot be read ({error}). Build the document again.") from error
