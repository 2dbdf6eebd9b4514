"""The pool of workers: who does which job, for how long, over which state of the store.

A few workers take the jobs as they come. One that has been at a query for half a second becomes a slow one and goes on beside them, and a fresh worker
takes its place, so that quick queries pass the slow ones. There is a limit to the slow ones: further ones are ended where others wait for their worker.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path

from zhengpu.errors import StoreError
from zhengpu.queries.server.frames import Contents, Job
from zhengpu.queries.server.limits import Limits
from zhengpu.queries.server.replies import Buffered, JobFailed, Reply
from zhengpu.queries.server.workers import Ancestor, Template, Worker

GONE = "client-gone"  # the code of a job whose client has left
_STOPPED = "The server is being stopped."
_KIND = 10  # what a slow worker adds to its niceness
Ended = Callable[[str], None]


class Pool:
    """Workers over the newest snapshot of one store. Everything happens in the event loop's thread."""

    def __init__(self, folder: Path, limits: Limits, *, modules: Sequence[str] = (), largest: int | None = None, ended: Ended = lambda code: None) -> None:
        """`modules` hold functions that jobs call, `largest` is as in `snapshot`, `ended` is told the code of each job that is ended by force."""
        self.folder, self.limits = folder, limits
        self.room = Buffered()
        self._modules, self._largest, self._ended = modules, largest, ended
        self._ancestor: Ancestor | None = None
        self._template: Template | None = None
        self._old: set[Template] = set()
        self._idle: list[Worker] = []
        self._quick: set[Worker] = set()
        self._slow: set[Worker] = set()
        self._coming = 0  # workers that are being forked
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._improving: asyncio.Task[None] | None = None
        self._closed = False

    # The state of the store ------------------------------------------------------------------------------------------

    @property
    def contents(self) -> Contents:
        """What the answers are about. Raises StoreError before the pool is open."""
        if self._template is None or self._template.held is None:
            raise StoreError(f"The store {self.folder} is not open.")
        return self._template.held

    @property
    def is_healthy(self) -> bool:
        return self._template is not None and self._template.is_alive

    def gauges(self) -> dict[str, int]:
        """How many workers are at what, and how many requests wait."""
        return {"idle": len(self._idle), "quick": len(self._quick), "slow": len(self._slow), "waiting": len(self._waiting)}

    async def renew(self) -> None:
        """Reads the store anew and answers from that; jobs that have begun end over the old state. Raises StoreError, and the old state stays.

        A store that takes long to read is answered from its index on disk until it is in memory."""
        if self._improving:
            self._improving.cancel()
        if self._ancestor is None or not self._ancestor.is_alive:
            try:
                self._ancestor = Ancestor(self.folder, self.limits, self._modules)
            except OSError as error:
                raise StoreError(f"The process that reads the store could not be started: {error}") from error
        largest = self._largest
        try:
            template = await self._read(self.limits.at_once if largest is None else min(largest, self.limits.at_once))
        except StoreError:  # there is no index on disk
            template = await self._read(largest)
        self._swap(template)
        if not self.contents.in_memory:
            self._improving = self._background(self._improve())

    async def _read(self, largest: int | None) -> Template:
        """A template that has read the store."""
        assert self._ancestor is not None
        template = self._ancestor.template(largest)
        try:
            await template.contents()
        except BaseException:
            template.close()
            raise
        return template

    async def _improve(self) -> None:
        """Takes the store into memory, if it fits."""
        try:
            template = await self._read(self._largest)
        except StoreError:  # it goes on from disk
            return
        if template.held and template.held.in_memory:
            self._swap(template)
        else:
            template.close()

    def _swap(self, template: Template) -> None:
        """Answers from this template from now on."""
        old, self._template = self._template, template
        if old:
            self._old.add(old)
            for worker in self._idle:
                worker.retire()
            self._idle.clear()
        self._fill()
        self._let_go()

    def _background(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def stop(self) -> None:
        """Ends every job, those that wait for a worker too, and takes no more: their clients are told that the server is being stopped."""
        self._closed = True
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(JobFailed("cancelled", _STOPPED))
        for worker in [*self._quick, *self._slow]:
            worker.kill("cancelled", _STOPPED)

    async def close(self) -> None:
        """Ends every process."""
        self.stop()
        for task in self._tasks:
            task.cancel()
        for template in [*self._old, *([self._template] if self._template else [])]:
            template.close()
        if self._ancestor:
            await self._ancestor.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # Jobs ------------------------------------------------------------------------------------------------------------

    async def start(self, job: Job) -> Reply:
        """Gives the job to a worker; the reply may have begun when it comes. Raises JobFailed where there are too many before it, and after `stop`."""
        if self._closed:
            raise JobFailed("cancelled", _STOPPED)
        worker = self._idle.pop() if self._idle else await self._next()
        reply = Reply(asyncio.get_running_loop(), self.room)
        self._quick.add(worker)
        loop = asyncio.get_running_loop()
        slow = loop.call_later(self.limits.quick, self._grow_slow, worker, reply)
        end = loop.call_later(self.limits.seconds, self._end, reply, worker)

        def done(worker: Worker) -> None:
            slow.cancel()
            end.cancel()
            self._finished(worker)

        worker.done = done
        worker.start(job, reply)
        return reply

    def cancel(self, reply: Reply) -> None:
        """Ends a job whose client has gone."""
        reply.failed(JobFailed(GONE, "The client has gone."))
        reply.let_go()
        for worker in (*self._quick, *self._slow):
            if worker.reply is reply:
                self._kill(worker, GONE, "The client has gone.")

    async def answer(self, job: Job) -> bytes:
        """The whole answer of a job, for pages and programs of this server. Raises JobFailed."""
        reply = await self.start(job)
        await reply.begun
        try:
            return b"".join([chunk async for chunk in reply.chunks()])
        except asyncio.CancelledError:
            self.cancel(reply)
            raise

    async def _next(self) -> Worker:
        """The next worker that is free."""
        limits = self.limits
        if len(self._waiting) >= limits.waiting:
            raise JobFailed("too-busy", f"{len(self._waiting)} requests wait already. Come again in a moment.")
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._fill()
        try:
            return await asyncio.wait_for(waiter, limits.seconds)
        except TimeoutError:
            raise JobFailed("too-busy", f"No worker was free for {limits.seconds:g} seconds. Come again in a moment.") from None
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():  # it came in the moment in which the client left
                self._finished(waiter.result())
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _grow_slow(self, worker: Worker, reply: Reply) -> None:
        if worker.reply is not reply or worker not in self._quick:
            return
        if len(self._slow) < self.limits.long:
            self._quick.discard(worker)
            self._slow.add(worker)
            with suppress(OSError):  # it has just ended
                os.setpriority(os.PRIO_PROCESS, worker.pid, _KIND)
            self._fill()
        elif self._waiting:
            detail = f"{len(self._slow)} slow queries run already. Come again later, or ask for less."
            self._kill(worker, "too-busy", detail)
        else:
            asyncio.get_running_loop().call_later(self.limits.quick, self._grow_slow, worker, reply)

    def _end(self, reply: Reply, worker: Worker) -> None:
        if worker.reply is reply:
            self._kill(worker, "out-of-time", f"The query was ended after {self.limits.seconds:g} seconds. Ask for less, or put LIMIT behind a pattern.")

    def _kill(self, worker: Worker, code: str, detail: str) -> None:
        self._ended(code)
        worker.kill(code, detail)

    # Workers ---------------------------------------------------------------------------------------------------------

    def _finished(self, worker: Worker) -> None:
        """The worker has done its job, well or not."""
        was_quick = worker in self._quick
        self._quick.discard(worker)
        self._slow.discard(worker)
        if worker.is_gone:
            return
        if was_quick and not worker.is_tired and worker.template is self._template:
            self._offer(worker)
        else:
            worker.retire()

    def _offer(self, worker: Worker) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                self._quick.add(worker)
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    def _gone(self, worker: Worker) -> None:
        worker.template.workers -= 1
        for place in (self._quick, self._slow):
            place.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        self._fill()
        self._let_go()

    def tend(self) -> None:
        """Sees to it that there are as many workers as there should be, after a time in which none could be forked."""
        self._fill()

    def _fill(self) -> None:
        """Has workers forked until there are as many as there should be."""
        template = self._template
        if self._closed or template is None or not template.is_alive:
            return
        have = len(self._idle) + self._coming + sum(worker.template is template for worker in self._quick)
        for _ in range(self.limits.workers - have):
            self._coming += 1
            self._background(self._hire(template))

    async def _hire(self, template: Template) -> None:
        try:
            worker = await template.fork(self.room, self.limits, self._gone)
        except StoreError:  # whoever follows the store finds that the pool is not healthy, and renews it
            return
        finally:
            self._coming -= 1
        if template is self._template and not self._closed:
            self._offer(worker)
        else:
            worker.retire()

    def _let_go(self) -> None:
        """Ends the templates of earlier states whose last worker has ended."""
        for template in [old for old in self._old if not old.workers]:
            self._old.discard(template)
            template.close()
