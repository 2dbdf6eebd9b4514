"""What every visitor asks for is made once for each state of the store, and before anybody asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from serving import served
from test_store import document

from zhengpu.graph.storage.store import create_store
from zhengpu.queries.api.table import BY_NAME, Endpoint
from zhengpu.queries.api.task import Outcome
from zhengpu.queries.caches.ready_answers import ReadyAnswers
from zhengpu.queries.server.frames import Job
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.replies import JobFailed
from zhengpu.queries.views.gaps import countable

OVERVIEW = BY_NAME["GET overview"]
ASKED = {"lang": "zh", "counts": {"measures-without-body": 7}}


@dataclass
class Contents:
    state: str
    in_memory: bool = True


@dataclass
class Pool:
    """Counts every gap as three rows; from disk none is counted in time."""

    contents: Contents
    jobs: list[str] = field(default_factory=list)

    async def answer(self, job: Job) -> bytes:
        assert job.arguments is not None
        self.jobs.append(job.arguments["id"])
        if not self.contents.in_memory:
            raise JobFailed("out-of-time", "The query was ended.")
        return b"3"


class Service:
    def __init__(self, **contents: Any) -> None:
        self.pool = Pool(Contents("one", **contents))

    @property
    def state(self) -> str:
        return self.pool.contents.state


class Maker:
    def __init__(self) -> None:
        self.made: list[tuple[str, Any]] = []
        self.fails = False

    async def __call__(self, endpoint: Endpoint, values: dict[str, Any]) -> Outcome:
        self.made.append((endpoint.name, values["lang"]))
        await asyncio.sleep(0.01)
        if self.fails:
            raise Problem(503, "too-busy", "Come again.")
        return Outcome(200, "application/json", "", json.dumps({"quality": [], "state": len(self.made)}).encode())


def tried(scenario: Callable[[ReadyAnswers, Service, Maker], Any], **contents: Any) -> None:
    async def run() -> None:
        service, make = Service(**contents), Maker()
        await scenario(ReadyAnswers(service, make), service, make)  # type: ignore[arg-type]

    asyncio.run(run())


def test_many_who_ask_at_once_and_later_wait_for_one_making() -> None:
    async def scenario(ready: ReadyAnswers, service: Service, make: Maker) -> None:
        first = await asyncio.gather(*(ready.answer(OVERVIEW, ASKED) for _ in range(5)))
        later = await ready.answer(OVERVIEW, {**ASKED, "counts": {"measures-without-body": 8}})
        assert make.made == [("GET overview", "zh")]
        told = [{gap["question"]: gap["count"] for gap in json.loads(found.content)["quality"]} for found in (first[0], later)]
        assert [one["measures-without-body"] for one in told] == [7, 8]
        assert told[0]["measures-without-date"] is None
        service.pool.contents = Contents("two")
        assert json.loads((await ready.answer(OVERVIEW, ASKED)).content)["state"] == 2

    tried(scenario)


def test_a_visitor_who_leaves_does_not_end_the_making_for_others() -> None:
    async def scenario(ready: ReadyAnswers, service: Service, make: Maker) -> None:
        leaving = asyncio.create_task(ready.answer(OVERVIEW, ASKED))
        await asyncio.sleep(0)
        staying = asyncio.create_task(ready.answer(OVERVIEW, ASKED))
        await asyncio.sleep(0)
        leaving.cancel()
        assert (await staying).status == 200
        assert len(make.made) == 1

    tried(scenario)


def test_what_could_not_be_made_is_made_when_it_is_asked_for_again() -> None:
    async def scenario(ready: ReadyAnswers, service: Service, make: Maker) -> None:
        make.fails = True
        with pytest.raises(Problem):
            await ready.answer(OVERVIEW, ASKED)
        make.fails = False
        assert (await ready.answer(OVERVIEW, ASKED)).status == 200

    tried(scenario)


def test_everything_is_ready_before_anybody_asks_and_again_in_memory_and_after_a_change() -> None:
    async def until(wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not wanted():
                await asyncio.sleep(0.02)

    async def scenario(ready: ReadyAnswers, service: Service, make: Maker) -> None:
        running = asyncio.create_task(ready.run())
        first = [("GET overview", language) for language in ("zh", "en")]
        await until(lambda: len(service.pool.jobs) == len(countable()))
        assert make.made == first
        assert await ready.counts() == {}
        service.pool.contents = Contents("one", in_memory=True)
        await until(lambda: len(service.pool.jobs) == 2 * len(countable()))
        assert await ready.counts() == dict.fromkeys(countable(), 3)
        assert make.made == first  # what could be made is not made again
        service.pool.contents = Contents("two")
        await until(lambda: len(make.made) == 2 * len(first))
        running.cancel()

    tried(scenario, in_memory=False)


def test_a_server_has_the_counts_before_the_first_visit(tmp_path: Path) -> None:
    with create_store(tmp_path / "store") as store:
        store.add([document("甲发〔2024〕1号")])
    with served(tmp_path / "store") as server:
        for _ in range(100):  # of a small store they are there in a moment, however busy the machine
            told = json.loads(server.ask("GET", "/api/overview").body)
            if all(gap["count"] is not None for gap in told["quality"]):
                break
        assert {gap["question"]: gap["count"] for gap in told["quality"]}.keys() == set(countable())
        assert {gap["count"] for gap in told["quality"]} == {0}
        assert json.loads(server.ask("GET", "/api/quality").body)["gaps"] == told["quality"]
