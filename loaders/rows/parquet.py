"""The rows of a Parquet file (pyarrow, an extra), a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zhengpu.errors import UnreadableDocument
from zhengpu.loaders.columns import Columns
from zhengpu.loaders.limits import limits, setting
from zhengpu.loaders.rows.dumps import Row

_BATCH = 16  # rows that are held at once
_BUFFER = 1 << 20  # bytes of a column that are read at once; without a buffer it is all of them
_GROUPS = 100_000  # groups of rows; writers put thousands of rows into each


def parquet_rows(source: Path | bytes, columns: Columns) -> Iterator[Row]:
    """The rows; of the columns only those that are known are read. A damaged group of rows is one row in trouble, and the next group is read.

    Raises UnreadableDocument where pyarrow is missing, for a file that is no Parquet, and where no column is known to hold the text."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        advice = "pip install 'zhengpu[parquet]', or write the dump as JSON lines."
        raise UnreadableDocument(f"Parquet is read by pyarrow, which is not installed: {advice}") from None
    damage = (arrow.ArrowException, OSError, ValueError, NotImplementedError)
    try:
        # the limit on containers holds for every list in the file's footer: that of columns, that of groups of rows …
        file = parquet.ParquetFile(
            arrow.BufferReader(source) if isinstance(source, bytes) else source,
            buffer_size=_BUFFER,
            thrift_container_size_limit=max(_GROUPS, limits().columns),
        )
        names = file.schema_arrow.names
    except damage as error:
        raise UnreadableDocument(f"is no Parquet file, or a damaged one ({_first_line(error)}). Fetch it again.") from None
    with file:
        if len(names) > limits().columns:
            raise UnreadableDocument(f"{len(names):,} columns are more than the {limits().columns:,} that are read. {setting('columns')}")
        found = columns.found(names)
        before = 0  # rows in the groups above
        for group in range(file.num_row_groups):
            number = before
            try:
                for batch in file.iter_batches(_BATCH, row_groups=[group], columns=list(found.values()), use_threads=False):
                    for values in batch.to_pylist():
                        number += 1
                        yield Row.of(number, {name: values[column] for name, column in found.items()})
            except damage as error:
                yield Row(number + 1, trouble=f"is damaged, as are those of its group behind it ({_first_line(error)}).")
            before += file.metadata.row_group(group).num_rows


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
