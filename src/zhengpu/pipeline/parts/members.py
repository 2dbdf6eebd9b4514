"""The shards in a part, each checked before it is believed: a part may have been cut off, changed, or made to do harm."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

from zhengpu.errors import StoreError
from zhengpu.graph.storage import remarks, shards
from zhengpu.graph.storage.remarks import Remarks
from zhengpu.loaders.limits import limits, setting
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.manifest import Row

_WINDOW = 32 << 20  # bytes of a part that are read at once; one shard may be longer
_REMARKS = 32 << 20  # bytes of the remarks on a document, unpacked; as many as a store keeps have 5 MB
_FREE = 1 << 20  # bytes that may come out before the ratio counts
_GZIP = 31  # what zlib calls a member of gzip


def members(location: Location, part: str, rows: Iterable[Row]) -> Iterator[tuple[Row, bytes] | StoreError]:
    """The compressed shard of each row of a part, or what is wrong with it, in the order in which they lie there."""
    for window in _windows(sorted(rows, key=lambda row: (row.offset, row.iri))):
        start = window[0].offset
        try:
            data = location.read(part, start, window[-1].offset + window[-1].length)
        except (StoreError, FileNotFoundError) as error:
            yield error if isinstance(error, StoreError) else StoreError(f"{location.shown(part)}: is missing.")
            return
        for row in window:
            member = data[row.offset - start : row.offset - start + row.length]
            try:
                _check(member, row)
                _check_remarks(row.remarks)
            except StoreError as error:
                yield StoreError(f"{location.shown(part)}: the document {row.iri} (bytes {row.offset:,} to {row.offset + row.length:,}) {error}.")
            else:
                yield row, member


def _windows(rows: Sequence[Row]) -> Iterator[list[Row]]:
    window: list[Row] = []
    for row in rows:
        if window and row.offset + row.length - window[0].offset > _WINDOW:
            yield window
            window = []
        window.append(row)
    if window:
        yield window


def _check(member: bytes, row: Row) -> None:
    """Raises StoreError, which says what is wrong, where the bytes are not exactly the shard that the row describes, in the store's spelling."""
    if len(member) != row.length:
        raise StoreError("is cut off")
    triples = _unpacked(member, max(_FREE, min(limits().shard, limits().ratio * len(member))))
    if shards.digest(triples) != row.shard_sha256 or triples.count(b"\n") != row.triples:
        raise StoreError("is not the one that the manifest describes (its sha256 is another)")
    if shards.canonical(triples, row.iri) != triples:
        raise StoreError("is not spelled as a store keeps it")


def _check_remarks(packed: bytes) -> None:
    """Raises StoreError where they are not as the store keeps them."""
    if packed:
        try:
            found = remarks.parsed(_unpacked(packed, _REMARKS))
            is_kept = Remarks.of(found.removed, found.problems, found.tables) == found
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"has remarks that are damaged ({error})") from error
        if not is_kept:
            raise StoreError("has more or longer remarks than a store keeps")


def _unpacked(packed: bytes, most: int) -> bytes:
    """What one whole gzip member holds. Raises StoreError for more than `most` bytes, and for anything but one member."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        data = unpacking.decompress(packed, most + 1)
    except zlib.error as error:
        raise StoreError(f"is damaged ({error})") from error
    if len(data) > most:
        raise StoreError(f"unpacks to more than {most:,} bytes, as a bomb does ({setting('shard')} {setting('ratio')})")
    if not unpacking.eof or unpacking.unused_data:
        raise StoreError("is damaged, or is not where the manifest says")
    return data
