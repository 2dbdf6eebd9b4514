"""Stores of many documents for the benchmarks, each built once by `zhengpu build` and kept in build/bench: the packaged samples and texts recombined from them.

    python tests/many_stores.py FOLDER STORE JOBS [CORES]     builds one, on so many cores, and prints what that took

`scripts/bench.py` clears them away before it runs, so that what they took to build is of the run in which it is told."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

import many_texts

FOLDER = Path(os.environ.get("ZHENGPU_BENCH_STORES") or Path(__file__).parents[1] / "build" / "bench")
_REPORT = "build.json"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took: seconds in all and until the last document was read, processor seconds, the most memory that its process held in MB when the
    documents were read and at all, and the most of one of its workers."""

    documents: int
    jobs: int
    seconds: float
    reading: float
    processor: float
    reading_mb: float
    process_mb: float
    worker_mb: float


def store(documents: int) -> Path:
    """A store of so many documents, the packaged samples first."""
    folder = FOLDER / str(documents)
    if not (folder / _REPORT).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        report = built(documents, folder / "store", os.cpu_count() or 1)
        (folder / _REPORT).write_text(json.dumps(asdict(report)), "utf-8")
    return folder / "store"


def report(documents: int) -> Built:
    """What the building of that store took."""
    return Built(**json.loads((store(documents).parent / _REPORT).read_text("utf-8")))


def built(documents: int, target: Path, jobs: int, cores: int = 0) -> Built:
    """Builds so many documents into a new store at `target`, in a process of its own; on so many cores, where the system can say that, 0 for all."""
    with tempfile.TemporaryDirectory() as name:
        samples = sorted(Path(str(files("zhengpu.samples"))).glob("*.txt"))[:documents]
        for path in samples:
            shutil.copyfile(path, Path(name, path.name))
        many_texts.write(Path(name), documents - len(samples))
        run = subprocess.run([sys.executable, __file__, name, str(target), str(jobs), str(cores)], check=True, stdout=subprocess.PIPE, text=True)
    return Built(**json.loads(run.stdout))


def _most(who: int) -> float:
    """MB; Linux tells kB, macOS bytes."""
    return resource.getrusage(who).ru_maxrss / (1e3 if sys.platform == "linux" else 1e6)


def main(source: Path, target: Path, jobs: int, cores: int = 0) -> None:
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    from zhengpu.graph.storage.store import create_store
    from zhengpu.pipeline import build

    began, read = time.perf_counter(), [0.0, 0.0]

    def progress(path: Path, count: int, whole: bool) -> None:
        read[:] = time.perf_counter() - began, _most(resource.RUSAGE_SELF)

    with create_store(target) as made:
        report = build([source], made, progress, jobs=jobs)
        if report.failed:
            raise SystemExit(report.failed[0].reason)
        documents = len(made.documents)
    seconds = time.perf_counter() - began
    processor = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    memory = read[1], _most(resource.RUSAGE_SELF), _most(resource.RUSAGE_CHILDREN)
    print(json.dumps(asdict(Built(documents, jobs, seconds, read[0], processor, *memory))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
