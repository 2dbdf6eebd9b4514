"""A process that reads files for tests, one after the other, and tells what became of each: it may be killed where it does not come back.

Paths come line by line on standard input, a line of JSON goes out for each."""

from __future__ import annotations

import faulthandler
import json
import resource
import sys
import time
import traceback
from pathlib import Path

from zhengpu.errors import ZhengpuError
from zhengpu.extract import facts
from zhengpu.loaders.containers import documents

BRAKE = 4 << 30  # bytes of address space, most of which libraries only reserve: what asks for more is stopped before the machine is in need


def outcome(path: Path) -> dict[str, object]:
    """How many documents a file gave, the reasons of what it did not give, and the trace of any error that has no name."""
    read, reasons, trace = 0, [], ""
    try:
        for found in documents(path):
            if isinstance(found, ZhengpuError):
                reasons.append(str(found))
                continue
            said = facts(found)
            read += 1
            assert all(said.text[evidence.start : evidence.end] == evidence.quote for evidence in said.evidence())
    except BaseException:  # whatever it is, the parent has to know of which file
        trace = traceback.format_exc()
    return {"read": read, "reasons": reasons[:3], "refused": len(reasons), "trace": trace}


def own_peak() -> int:
    """KiB of memory that this program has had. Linux counts what the process was before it became this program among its maxrss: the tests' gigabyte."""
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) for line in status.read_text("ascii", "replace").splitlines() if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (BRAKE, resource.RLIM_INFINITY))
    for line in sys.stdin:
        limit, _, path = line.rstrip("\n").partition(" ")
        faulthandler.dump_traceback_later(float(limit), exit=True)  # says where it hangs
        began = time.process_time()
        told = outcome(Path(path))
        faulthandler.cancel_dump_traceback_later()
        most = max(own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        print(json.dumps(told | {"seconds": time.process_time() - began, "megabytes": most // 1024}), flush=True)


if __name__ == "__main__":
    main()
