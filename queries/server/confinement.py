"""What takes a process the means to reach anything but its one socket: the network, files, further memory, a life after its parent's.

Each means is used where the system has it. The query guard comes first; this is for what a guard may have missed.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h


def leave_the_network() -> bool:
    """Puts the process, and those that it will fork, into an empty network of its own (Linux): not even loopback is up there. Whether that worked.

    The process may have one thread only. An ordinary user needs a user namespace for it, which some systems forbid."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def die_with_parent(parent: int) -> None:
    """Ends this process when its parent `parent` ends (Linux; elsewhere it ends when its socket does)."""
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != parent:  # it ended before it could be watched
            os._exit(0)


def take_no_more_than(memory: int) -> None:
    """Limits the address space to what is taken now and `memory` bytes, so that a cross join breaks off and does not eat the machine; no core files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm", "rb") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # no Linux: address space cannot be told there, nor limited in a way that holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))


def open_nothing_more(connection: int) -> int:
    """Closes every descriptor but `connection`, which becomes the one that is given back, and lets no file or socket be opened or written from now on."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    if connection != 3:
        os.dup2(connection, 3)
    os.closerange(4, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if sys.platform == "darwin" else _highest_descriptor() + 1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
    return 3


def most_taken() -> int:
    """The most memory that this process had so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _highest_descriptor() -> int:
    try:
        return max(map(int, os.listdir("/proc/self/fd")))
    except OSError:
        return 1023
