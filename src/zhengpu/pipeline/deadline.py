"""How long one document may keep a process that reads for another one: where nothing comes of it for so long, the system ends the process.

The system, because a library that turns in a circle lets no Python run beside it. The process that reads for itself has somebody who waits for it and may
press Ctrl-C; Windows has no such clock."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import parent_process

from zhengpu.loaders.limits import limits


@contextmanager
def watched() -> Iterator[Callable[[], None]]:
    """Ends this process by SIGALRM, if it is a worker, where the block runs longer than the limit; what is given back is called to begin to count anew."""
    if sys.platform == "win32" or parent_process() is None:
        yield lambda: None
        return

    def begin() -> None:
        signal.alarm(limits().reading)

    begin()
    try:
        yield begin
    finally:
        signal.alarm(0)
