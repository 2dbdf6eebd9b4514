"""Tasks on the workers of a dask cluster (the extra `cluster`): a lost worker costs its task, which another one does again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

from zhengpu.errors import ZhengpuError
from zhengpu.pipeline.parts.tasks import Done, Killed, Order, Runner, Task, defect, work

if TYPE_CHECKING:
    from distributed import Client, Future

_CONNECTING = 20.0  # seconds in which a scheduler answers
_WAITING = 300.0  # seconds without any worker before the build gives up: batch systems start them one by one, and lost ones are started again
_LOOKING = 5.0  # seconds after which the number of workers is looked at again
_AHEAD = 3  # tasks handed over for each thread of the cluster, so that none waits for the next one
_RETRIES = 2  # of a task that raised an error, such as a store far away that did not answer


def on_dask(address: str) -> Runner:
    """Runs tasks on the cluster whose scheduler is at `address` (tcp://host:8786). Workers see the same files and location, and have this zhengpu.

    The runner raises ZhengpuError where there is no scheduler or no worker, and where nothing can be written; the tasks done until then are done."""

    def run(order: Order, tasks: Iterable[Task], is_alone: bool) -> Iterator[Done | Killed]:
        try:
            from distributed import Client
        except ImportError as error:
            raise ZhengpuError('--dask needs dask: pip install "zhengpu[cluster]", here and on every worker.') from error
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # that a scheduler is gone is told by the error, without a traceback of its threads
        try:
            client = Client(address, timeout=_CONNECTING, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ZhengpuError(f"No scheduler of dask answers at {address} ({error}). Start one: dask scheduler; and workers: dask worker {address}") from error
        with client:
            yield from _Running(client, address, order, is_alone).results(tasks)

    return run


class _Running:
    """The tasks that are handed over to a cluster, a few for each of its threads at a time."""

    def __init__(self, client: Client, address: str, order: Order, is_alone: bool) -> None:
        self._client, self._address, self._order, self._is_alone = client, address, order, is_alone
        self._done: SimpleQueue[Future[str]] = SimpleQueue()
        self._given: dict[str, tuple[Task, Future[str]]] = {}  # by the key of the future, which is ours alone: two builds may have a task of one name
        self._run = uuid4().hex
        self._last_worker, self._room = monotonic(), 1
        self._gone = f"The scheduler of dask at {address} is gone. What is done is done: start it and run the build again."

    def results(self, tasks: Iterable[Task]) -> Iterator[Done | Killed]:
        self._look()
        waiting = iter(tasks)
        has_more = True
        looked = monotonic()
        while True:
            while has_more and len(self._given) < self._room:
                task = next(waiting, None)
                has_more = task is not None
                if task is not None:
                    self._give(task)
            if not self._given:
                return
            with suppress(Empty):
                yield self._result(self._done.get(timeout=_LOOKING))
            if monotonic() - looked > _LOOKING:
                self._look()
                looked = monotonic()

    def _give(self, task: Task) -> None:
        key = f"zhengpu-{task.name(self._order.key())}-{self._run}"
        future = self._client.submit(work, self._order, task, key=key, pure=False, retries=_RETRIES)
        self._given[key] = task, future
        future.add_done_callback(self._done.put)

    def _result(self, future: Future[str]) -> Done | Killed:
        from distributed.scheduler import KilledWorker

        task, _ = self._given.pop(str(future.key))
        if future.cancelled():
            raise ZhengpuError(self._gone)
        error = future.exception()
        match error:
            case None:
                return Done(task, future.result())
            case KilledWorker():
                died = f"{error.allowed_failures + 1} workers, one after the other, died over it, perhaps for want of memory"
                return Killed(task, f"{died}. See what it is: zhengpu facts {task.files[0].path}")
            case ZhengpuError() | OSError():
                raise ZhengpuError(f"A worker cannot go on: {error}. What is done is done: mend it and run the build again.") from error
            case ImportError():
                raise ZhengpuError(f"A worker lacks what it needs ({error}). Install zhengpu[cluster] on the scheduler and every worker.") from error
            case _:
                return defect(task, error)

    def _look(self) -> None:
        """Counts the threads of the cluster. Raises ZhengpuError where the scheduler is gone, or no worker has been there for long."""
        try:
            threads = sum(self._client.nthreads().values())
        except (OSError, RuntimeError, ValueError) as error:
            raise ZhengpuError(f"{self._gone} ({error})") from error
        if threads:
            self._last_worker = monotonic()
            self._room = 1 if self._is_alone else _AHEAD * threads
        elif monotonic() - self._last_worker > _WAITING:
            raise ZhengpuError(f"The scheduler of dask at {self._address} has had no worker for {_WAITING:.0f} s. Start some: dask worker {self._address}")
