"""Files into a location, as the command line and Python ask for it: who reads them, by which corrections."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhengpu import ids
from zhengpu.corrections import Corrections
from zhengpu.corrections_file import NAME as CORRECTIONS
from zhengpu.errors import ZhengpuError
from zhengpu.graph.storage import rules
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline.fingerprint import fingerprint
from zhengpu.pipeline.parts import contents
from zhengpu.pipeline.parts.cluster import on_dask
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.processes import here, on_cores
from zhengpu.pipeline.parts.sources import Source
from zhengpu.pipeline.parts.tasks import Order, Runner, tasks_of
from zhengpu.pipeline.parts.writing import Progress, Written, write_parts

BATCH = 100  # documents of a task: two seconds of work, a part of 3 MB


def build_parts(
    files: Sequence[Source],
    to: str,
    columns: Columns | None = None,
    corrections: Path | None = None,
    *,
    batch: int = BATCH,
    jobs: int = 1,
    dask: str | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Reads the files that `sources_in` finds, in `jobs` processes or on the cluster whose scheduler is at `dask`, and writes parts to the location `to`.

    `jobs` of 0 or 1 is this process; with `again` files are read too that have not changed. Corrections given are kept at the location, and count
    in later builds too. Raises ZhengpuError, BadCorrections."""
    location = Location(to)
    files = [file for file in files if not location.has_written(file.place)]
    if corrections:
        rules.read(corrections)
        location.write(CORRECTIONS, corrections.read_bytes())
    with contents.corrections(location) as path:
        known = rules.read(path) if path else Corrections()
    order = Order(location.url, columns or Columns(), known, batch, fingerprint(), ids.base())
    return write_parts(location, files, order, _runner(location, files, batch, jobs, dask), again=again, progress=progress)


def _runner(location: Location, files: Sequence[Source], batch: int, jobs: int, dask: str | None) -> Runner:
    is_shared = location.is_shared and all(file.is_shared for file in files)
    if dask:
        if not is_shared and not dask.startswith("inproc"):
            raise ZhengpuError(f"{location.url}: memory:// is of one process, and no worker sees it. Name a place that all of them reach.")
        return on_dask(dask)
    jobs = min(jobs, sum(1 for _ in tasks_of(files, batch)))
    return on_cores(jobs) if jobs > 1 and is_shared else here
