"""What one file may cost to read. Each limit is a setting: ZHENGPU_LIMIT_ROWS=20000000 in the environment raises that on rows."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import lru_cache

from zhengpu.errors import BadParameter

_PREFIX = "ZHENGPU_LIMIT_"


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes and lengths characters where the name says nothing else. What the longest real file met needs stands beside each."""

    # Files that are one document
    file: int = 64 << 20  # also in an archive, and each part of DOCX and OFD; the longest plan seen is 1 MB of text, with pictures 40 MB
    markup: int = 32 << 20  # characters of a web page; the longest met has 6 million, most of them pictures within it
    tags: int = 1_000_000  # of a web page, which take 0.7 GB at most; the longest met has 40,000
    marks: int = 3_500_000  # tags and attributes of a part of DOCX or OFD, of 240 bytes at most; 100,000 paragraphs have 1.5 million
    conversion: int = 120  # seconds that LibreOffice may take; 300 pages with tables take it 10

    # Any document
    reading: int = 3_600  # seconds in which something comes of it, where another process waits; a plan takes a tenth of one, 500 scanned pages half an hour

    # Archives: what they say of themselves is not believed, what comes out is counted
    unpacked: int = 8 << 30  # of everything in one archive and the archives in it
    ratio: int = 200  # unpacked for each byte packed, beyond the first MB; text reaches 30, XML of tables 60, a bomb 1,000
    members: int = 100_000  # files in one archive
    nesting: int = 3  # archives in archives

    # Dumps: rows of one file, and what one row may hold
    rows: int = 10_000_000
    bad_rows: int = 1_000  # named one by one; a file with more is not what it seems to be
    columns: int = 1_000
    row: int = 16 << 20  # characters of one row; a page with its markup has 200,000, with pictures in it 6 million

    # Pages of a fixed layout (OFD, PDF)
    pages: int = 5_000
    objects: int = 2_000_000  # of an OFD: pieces of text and strokes; a page of text has up to 1,500
    characters: int = 10_000_000  # of a PDF; 5,000 full pages have 5 million
    seconds: int = 600  # in which a PDF is taken apart; 5,000 full pages need 20, or 90 where fonts are not in the file
    memory: int = 1 << 30  # that taking them apart may use (not on Windows)
    scans: int = 500  # pages of a PDF that are pictures and go through OCR; each takes some seconds

    # Parts that another machine built, and are loaded
    shard: int = 512 << 20  # unpacked triples of one document; a plan of 40 pages has 1 MB
    manifest: int = 1 << 30  # unpacked rows of one manifest; a document has 1 kB


def limits() -> Limits:
    """The limits in force. Raises BadParameter for a setting that is no whole number above zero."""
    names = [field.name for field in fields(Limits)]
    return _limits(tuple((name, said) for name in names if (said := os.environ.get(_PREFIX + name.upper())) is not None))


@lru_cache(maxsize=8)
def _limits(settings: tuple[tuple[str, str], ...]) -> Limits:
    for name, said in settings:
        if not (said.isascii() and said.isdecimal() and len(said) <= 18 and int(said)):
            raise BadParameter(f"{_PREFIX}{name.upper()} is {said!r}, which is no whole number above zero. Write digits, or take the setting away.")
    return Limits(**{name: int(said) for name, said in settings})


def setting(name: str) -> str:
    """What a message says of a limit that was reached: how to raise it."""
    return f"Raise the limit with {_PREFIX}{name.upper()} if you trust the file."
