"""The server's side of the worker processes (`zhengpu.queries.server.worker_process`): their ancestor, the templates, the workers."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from zhengpu.errors import StoreError
from zhengpu.queries.server.frames import DATA, END, FAILURE, HEAD, HELLO, Contents, Frames, Job, packed
from zhengpu.queries.server.limits import Limits
from zhengpu.queries.server.replies import Buffered, JobFailed, Reply
from zhengpu.queries.server.worker_process import FORK, KILL, MESSAGE

_TIRED = 256 << 20  # bytes that a worker may have taken at its height; then a fresh one takes its place, and all of them go back


class Worker(asyncio.Protocol):
    """One worker process; it does one job at a time."""

    def __init__(self, template: Template, room: Buffered, limits: Limits, gone: Callable[[Worker], None]) -> None:
        self.template = template
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.pid = 0
        self.is_tired = False
        self.is_gone = False
        self.reply: Reply | None = None
        self.done: Callable[[Worker], None] = lambda worker: None
        self._room, self._limits, self._gone = room, limits, gone
        self._transport: asyncio.Transport
        self._frames = Frames()
        self._begun_at = 0
        self._is_paused = False

    def start(self, job: Job, reply: Reply) -> None:
        self.reply = reply
        reply.drained = self._resume
        self._transport.write(packed(job))

    def kill(self, code: str, detail: str) -> None:
        """Ends the process in the midst of its work."""
        if self.reply:
            self.reply.failed(JobFailed(code, detail))
        self.is_tired = True
        if self.pid:
            self.template.kill(self.pid)
        self._transport.abort()

    def retire(self) -> None:
        """Lets the process end, which it does when its socket closes."""
        self._transport.close()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for kind, content in self._frames.fed(data):
            if kind == HELLO:
                told = json.loads(content)
                self.pid, self._begun_at = told["pid"], told["height"]
                if not self.ready.done():
                    self.ready.set_result(None)
            elif reply := self.reply:
                self._take(reply, kind, content)
        if self.reply and self._room.size > self._limits.buffered and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    def _take(self, reply: Reply, kind: bytes, content: bytes) -> None:
        if kind == HEAD:
            reply.started(content)
        elif kind == DATA:
            reply.more(content)
        elif kind == END:
            reply.finished(content)
            assert reply.end is not None
            self.is_tired = reply.end["height"] - self._begun_at > _TIRED
            self._finish()
        elif kind == FAILURE:
            told = json.loads(content)
            place = (told["line"], told["column"]) if "line" in told else None
            self.is_tired = told["code"] == "too-much-memory"
            reply.failed(JobFailed(told["code"], told["detail"], place))
            self._finish()

    def _finish(self) -> None:
        if self.reply and not self.reply.begun.done():
            self.reply.begun.set_result(None)
        self.reply = None
        self.done(self)

    def _resume(self) -> None:
        if self._is_paused and self._room.size <= self._limits.buffered // 2 and not self.is_gone:
            self._is_paused = False
            self._transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        self.is_gone = True
        if not self.ready.done():
            self.ready.set_exception(StoreError("A worker process ended before it began."))
        if self.reply:
            memory = self._limits.memory >> 20
            self.reply.failed(JobFailed("crashed", f"The engine broke down on this query, or it needs more memory than {memory} MiB. Ask for less at once."))
            self._finish()
        self._gone(self)


class Ancestor:
    """The process that has imported the program and forks templates. It ends with the server, or when it is closed."""

    def __init__(self, folder: Path, limits: Limits, modules: Sequence[str] = ()) -> None:
        """Starts it. `modules` are those that jobs call functions of. Raises OSError."""
        ours, theirs = socket.socketpair()
        given = {"folder": str(folder), "memory": limits.memory, "modules": list(modules)}
        with theirs:
            # Started in the main thread: a process that watches its parent (PR_SET_PDEATHSIG) watches the thread that started it.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "zhengpu.queries.server.worker_process", str(theirs.fileno()), json.dumps(given)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        ours.setblocking(False)
        self._control = ours

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def template(self, largest: int | None) -> Template:
        """A new template; it begins to read the store, into memory where it has at most `largest` triples (None: what the machine allows).

        Raises StoreError."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            _fork(self._control, theirs, -1 if largest is None else largest)
        return Template(ours)

    async def close(self) -> None:
        """Ends it with all that were forked from it; by force if that takes four seconds."""
        self._control.close()
        for _ in range(400):
            if self._process.poll() is not None:
                return
            await asyncio.sleep(0.01)
        self._process.kill()
        self._process.wait()


class Template:
    """The process that has read one state of the store and forks workers."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self.is_alive = True
        self.workers = 0
        self.held: Contents | None = None

    async def contents(self) -> Contents:
        """What it has read, as soon as it has. Raises StoreError."""
        loop = asyncio.get_running_loop()
        told = b""
        while not told.endswith(b"\n"):
            more = await loop.sock_recv(self._control, 65536)
            if not more:
                self.is_alive = False
                raise StoreError("The process that reads the store ended before it had read it: perhaps the memory does not suffice.")
            told += more
        read = json.loads(told)
        if "error" in read:
            raise StoreError(read["error"])
        self.held = Contents(**read)
        loop.add_reader(self._control, self._has_ended)  # it says nothing further
        return self.held

    def _has_ended(self) -> None:
        self.is_alive = False
        asyncio.get_running_loop().remove_reader(self._control)

    def kill(self, pid: int) -> None:
        """Ends a worker."""
        with suppress(OSError):  # the template is gone, and with it its workers
            self._control.send(MESSAGE.pack(KILL, pid))

    async def fork(self, room: Buffered, limits: Limits, gone: Callable[[Worker], None]) -> Worker:
        """A new worker, ready for a job. Raises StoreError where none comes."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                _fork(self._control, theirs)
            _, worker = await asyncio.get_running_loop().create_connection(lambda: Worker(self, room, limits, gone), sock=ours)
        except (OSError, StoreError) as error:
            ours.close()
            raise StoreError(f"No worker process could be started: {error}") from error
        self.workers += 1
        await worker.ready
        return worker

    def close(self) -> None:
        """Ends it and its workers."""
        if self.held and self.is_alive:
            asyncio.get_running_loop().remove_reader(self._control)
        self.is_alive = False
        self._control.close()


def _fork(control: socket.socket, theirs: socket.socket, number: int = 0) -> None:
    try:
        socket.send_fds(control, [MESSAGE.pack(FORK, number)], [theirs.fileno()])
    except OSError as error:
        raise StoreError(f"A process of the server's has ended: {error}") from error
