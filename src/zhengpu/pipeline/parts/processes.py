"""Tasks on the cores of this machine; the same tasks as on a cluster."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context

from zhengpu.errors import ZhengpuError
from zhengpu.pipeline.interrupts import uninterrupted
from zhengpu.pipeline.parts.tasks import Done, Killed, Order, Runner, Task, defect, work

_AHEAD = 2  # tasks handed over for each process, so that none waits for the next one


def here(order: Order, tasks: Iterable[Task], is_alone: bool) -> Iterator[Done | Killed]:
    """Runs tasks in this process, one after the other."""
    for task in tasks:
        try:
            yield Done(task, work(order, task))
        except (ZhengpuError, OSError):
            raise
        except Exception as error:  # whatever it is, it costs this task only
            yield defect(task, error)


def on_cores(jobs: int) -> Runner:
    """Runs tasks in `jobs` processes. One that dies costs the tasks that are under way: they are tried again, file by file."""

    def run(order: Order, tasks: Iterable[Task], is_alone: bool) -> Iterator[Done | Killed]:
        waiting = iter(tasks)
        has_more = True
        while has_more:
            with _pool(1 if is_alone else jobs) as pool:
                given: dict[Future[str], Task] = {}
                is_broken = False
                while not is_broken:
                    while has_more and len(given) < (1 if is_alone else _AHEAD * jobs):
                        task = next(waiting, None)
                        has_more = task is not None
                        if task is not None:
                            with uninterrupted():  # the first one starts the processes, and Ctrl-C would reach these among their imports
                                given[pool.submit(work, order, task)] = task
                    if not given:
                        break
                    for future in wait(given, return_when=FIRST_COMPLETED).done:
                        result = _result(given.pop(future), future)
                        is_broken = is_broken or isinstance(future.exception(), BrokenProcessPool)
                        yield result
                yield from (_result(task, future) for future, task in given.items())

    return run


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that Ctrl-C does not reach: this one ends them, and what they are at is left to the next build."""
    others = set(active_children())
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield pool
    except BaseException:  # a batch of slow files may take them minutes yet
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _result(task: Task, future: Future[str]) -> Done | Killed:
    error = future.exception()
    match error:
        case None:
            return Done(task, future.result())
        case BrokenProcessPool():
            died = "the process that read it died, perhaps for want of memory, or of time (ZHENGPU_LIMIT_READING)"
            return Killed(task, f"{died}. See what it is: zhengpu facts {task.files[0].path}")
        case ZhengpuError() | OSError():
            raise error
        case _:
            return defect(task, error)
