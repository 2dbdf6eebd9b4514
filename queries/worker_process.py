"""The process behind the workers: it reads a snapshot of the store once and then forks a worker whenever the server asks for one.

Workers share the snapshot's memory, so that a new one costs milliseconds whatever the size of the store; the server ends a worker
whose query runs too long and takes another. The messages of the server are nine bytes: F (fork; a socket comes along) or K (kill) and a process id.
Started by `zhengpu.queries.workers` as `python -m zhengpu.queries.worker_process CONTROL JSON`.
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
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from zhengpu.errors import ZhengpuError
from zhengpu.graph.guard import check
from zhengpu.graph.snapshot import Snapshot, snapshot
from zhengpu.queries.answering import work
from zhengpu.queries.confinement import die_with_parent, leave_the_network, most_taken, open_nothing_more, take_no_more_than
from zhengpu.queries.frames import HELLO, frame, received

MESSAGE = struct.Struct(">cq")
FORK, KILL = b"F", b"K"


def main(control: socket.socket, folder: Path, memory: int, largest: int | None, modules: list[str]) -> None:
    """Tells the server what was read, then serves it until it hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    die_with_parent(os.getppid())
    for module in modules:  # a worker cannot read files any more
        import_module(module)
    try:
        held = snapshot(folder, largest)
    except (ZhengpuError, OSError, MemoryError) as error:
        control.sendall(json.dumps({"error": str(error) or "There is not enough memory for the store."}).encode() + b"\n")
        return
    check("ASK {}")  # rdflib's parser builds itself when it is first used
    alone = leave_the_network()
    gc.collect()
    gc.freeze()  # so that the collector of a worker leaves the shared pages alone
    told = {"state": held.state, "triples": held.triples, "documents": held.documents, "in_memory": held.in_memory, "no_network": alone}
    control.sendall(json.dumps(told).encode() + b"\n")
    children: set[int] = set()
    try:
        while _served(control, held, memory, children):
            pass
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)


def _served(control: socket.socket, held: Snapshot, memory: int, children: set[int]) -> bool:
    """Answers one message, or reaps children if none comes for a second. False where the server has hung up."""
    while children:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if not pid:
            break
        children.discard(pid)
    if not select.select([control], [], [], 1.0)[0]:
        return True
    try:
        message, passed, _, _ = socket.recv_fds(control, MESSAGE.size, 1)
    except ConnectionError:
        return False
    while 0 < len(message) < MESSAGE.size:
        message += control.recv(MESSAGE.size - len(message)) or b"\0" * MESSAGE.size
    if not message:
        return False
    what, pid = MESSAGE.unpack(message[: MESSAGE.size])
    if what == KILL and pid in children:  # only a child that is not reaped yet: its number cannot be another's
        os.kill(pid, signal.SIGKILL)
    elif what == FORK:
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            control.close()
            _work_on(passed[0], parent, held, memory)
        os.close(passed[0])
        children.add(child)
    return True


def _work_on(descriptor: int, parent: int, held: Snapshot, memory: int) -> NoReturn:
    """The life of a worker: one job after the other until the server hangs up."""
    try:
        die_with_parent(parent)
        take_no_more_than(memory)
        if held.in_memory:  # an index on disk is read on, and the engine opens its files as it goes
            descriptor = open_nothing_more(descriptor)
        source = held.open()
        connection = socket.socket(fileno=descriptor)
        connection.sendall(frame(HELLO, {"pid": os.getpid(), "height": most_taken()}))
        while (job := received(connection)) is not None:
            work(source, job, connection.sendall)
    except ConnectionError:
        pass
    finally:
        os._exit(0)  # the engine's memory goes back at once; nothing of the parent's is to be cleaned up here


if __name__ == "__main__":
    given = json.loads(sys.argv[2])
    main(socket.socket(fileno=int(sys.argv[1])), Path(given["folder"]), given["memory"], given["largest"], given["modules"])
