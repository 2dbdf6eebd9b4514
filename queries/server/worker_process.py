"""The processes behind the workers. The first imports the program once; for each state of the store it forks a template, which reads a snapshot of it and
forks a worker whenever the server asks for one.

Workers share the snapshot's memory, so that a new one costs milliseconds whatever the size of the store; the server ends a worker whose query runs too long
and takes another. The messages of the server are nine bytes: F (fork; a socket comes along) and a number for the child (a template: how many triples it may
read into memory, -1 for what the machine allows), or K (kill) and a process id. Whoever loses its socket ends.
Started by `zhengpu.queries.server.workers` as `python -m zhengpu.queries.server.worker_process CONTROL JSON`.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from zhengpu.errors import ZhengpuError
from zhengpu.graph.sources.guard import check
from zhengpu.graph.storage.snapshot import Snapshot, snapshot
from zhengpu.queries.server.answering import work
from zhengpu.queries.server.confinement import die_with_parent, leave_the_network, most_taken, open_nothing_more, take_no_more_than
from zhengpu.queries.server.frames import HELLO, Contents, frame, received

MESSAGE = struct.Struct(">cq")
FORK, KILL = b"F", b"K"
_GRACE = 2.0  # seconds that children have to end by themselves when their parent does


def main(control: socket.socket, folder: Path, memory: int, modules: list[str]) -> None:
    """The first process: forks templates until the server hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    die_with_parent(os.getppid())
    for module in modules:  # a worker cannot read files any more
        import_module(module)
    check("ASK {}")  # rdflib's parser builds itself when it is first used
    alone = leave_the_network()
    _share()
    _fork_for(control, lambda descriptor, largest: _template(descriptor, folder, memory, largest, alone))


def _template(descriptor: int, folder: Path, memory: int, largest: int, alone: bool) -> None:
    """Reads the store and tells the server what was in it, then forks workers until the server hangs up."""
    control = socket.socket(fileno=descriptor)
    try:
        held = snapshot(folder, None if largest < 0 else largest)
    except (ZhengpuError, OSError, MemoryError) as error:
        control.sendall(json.dumps({"error": str(error) or "There is not enough memory for the store."}).encode() + b"\n")
        return
    _share()
    told = Contents(held.state, held.triples, held.documents, held.in_memory, alone)
    control.sendall(json.dumps(asdict(told)).encode() + b"\n")
    _fork_for(control, lambda connection, _: _worker(connection, held, memory))


def _worker(descriptor: int, held: Snapshot, memory: int) -> None:
    """One job after the other until the server hangs up."""
    take_no_more_than(memory)
    if held.in_memory:  # an index on disk is read on, and the engine opens its files as it goes
        descriptor = open_nothing_more(descriptor)
    source = held.open()
    connection = socket.socket(fileno=descriptor)
    connection.sendall(frame(HELLO, {"pid": os.getpid(), "height": most_taken()}))
    while (job := received(connection)) is not None:
        work(source, job, connection.sendall)


def _share() -> None:
    """Before forking: lets the collector of a child leave the pages alone that it shares with this process."""
    gc.collect()
    gc.freeze()


def _fork_for(control: socket.socket, life: Callable[[int, int], None]) -> None:
    """Forks a child for each socket that the server sends, to lead that life with it, until the server hangs up."""
    children: set[int] = set()
    try:
        while _served(control, children, life):
            pass
    finally:
        end = time.monotonic() + _GRACE
        while _alive(children) and time.monotonic() < end:
            time.sleep(0.01)
        for child in children:
            os.kill(child, signal.SIGKILL)


def _served(control: socket.socket, children: set[int], life: Callable[[int, int], None]) -> bool:
    """Answers one message, or reaps children if none comes for a second. False where the server has hung up."""
    _alive(children)
    if not select.select([control], [], [], 1.0)[0]:
        return True
    try:
        message, passed, _, _ = socket.recv_fds(control, MESSAGE.size, 1)
    except ConnectionError:
        return False
    while 0 < len(message) < MESSAGE.size:
        more = control.recv(MESSAGE.size - len(message))
        message = message + more if more else b""
    if not message:
        return False
    what, number = MESSAGE.unpack(message)
    if what == KILL and number in children:  # only a child that is not reaped yet: its number cannot be another's
        os.kill(number, signal.SIGKILL)
    elif what == FORK:
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            control.close()
            _live(passed[0], number, parent, life)
        os.close(passed[0])
        children.add(child)
    return True


def _live(descriptor: int, number: int, parent: int, life: Callable[[int, int], None]) -> None:
    """A child's life, and its end: at once, for the engine's memory goes back so, and nothing of the parent's is to be cleaned up here."""
    try:
        die_with_parent(parent)
        life(descriptor, number)
    except ConnectionError:
        pass
    finally:
        os._exit(0)


def _alive(children: set[int]) -> bool:
    """Takes the children that have ended out of the set; whether any is left."""
    while children:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if not pid:
            break
        children.discard(pid)
    return bool(children)


if __name__ == "__main__":
    given = json.loads(sys.argv[2])
    main(socket.socket(fileno=int(sys.argv[1])), Path(given["folder"]), given["memory"], given["modules"])
