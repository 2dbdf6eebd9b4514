"""Takes SPARQL of strangers, and sees to it that it ends in time: over a store in a process of its own, at an endpoint by waiting no longer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any, cast

import pyoxigraph as ox
from pydantic import Field

from zhengpu.errors import QueryError
from zhengpu.graph.sources.guard import check
from zhengpu.graph.sources.paging import paged
from zhengpu.graph.sources.source import Answer, EngineResult, TripleSource
from zhengpu.graph.sources.sparql import form
from zhengpu.queries.assistant.tools import cut
from zhengpu.queries.server.following import Follower
from zhengpu.queries.server.frames import Job
from zhengpu.queries.server.limits import MIB, Limits
from zhengpu.queries.server.pool import Pool

_LARGEST_IN_MEMORY = 2_000_000  # triples, about a gigabyte; beyond that queries read the index on disk
_LONGEST = 20_000  # characters of a query
_ANSWER = MIB  # bytes of an answer: more is of no use to an assistant


class QueryDesk:
    """Its methods belong to the event loop's thread. The processes start with the first query, and follow the store."""

    def __init__(self, place: Path | TripleSource, seconds: float, rows: int) -> None:
        """`seconds` and `rows` limit one query."""
        self._place, self._seconds, self._rows = place, seconds, rows
        self._follower: Follower | None = None
        self._pool: Pool | None = None
        if isinstance(place, Path):
            limits = Limits(seconds=seconds, rows=rows + 1, bytes=_ANSWER, workers=1, long=2, quick=min(0.5, seconds / 2))
            self._pool = Pool(place, limits, largest=_LARGEST_IN_MEMORY)
            self._follower = Follower(self._pool, lambda told: None)

    async def sparql_query(
        self,
        query: Annotated[str, Field(description="A SELECT, ASK, CONSTRUCT or DESCRIBE query (SPARQL 1.1). The prefixes of schema_card are declared already.")],
        limit: Annotated[int, Field(ge=1, le=1000, description="At most this many rows, or solutions of a CONSTRUCT.")] = 50,
    ) -> dict[str, Any]:
        """Answer a SPARQL query of your own over the graph; read schema_card first. It can read and nothing else, and is ended when it takes too long."""
        if len(query) > _LONGEST:
            raise QueryError(f"The query has {len(query):,} characters; the limit is {_LONGEST:,}.")
        await asyncio.to_thread(check, query)  # before it is changed, so that places in messages are those of the query as it was sent
        most = min(limit, self._rows)
        text = paged(query).page((), 0, most + 1) if form(query) in ("SELECT", "CONSTRUCT") else query
        return await (self._of_the_endpoint(text, most) if self._pool is None else self._in_a_process(text, most, self._pool))

    async def _in_a_process(self, text: str, most: int, pool: Pool) -> dict[str, Any]:
        """The answer of a worker process. Raises JobFailed, StoreError."""
        if self._follower:
            await self._follower.catch_up()
        body = await pool.answer(Job(sparql=text, table="json", graph="nt", size=_ANSWER))
        if form(text) in ("SELECT", "ASK"):
            return _as_json(Answer(lambda: ox.parse_query_results(body, ox.QueryResultsFormat.JSON)), most)
        triples = [quad.triple for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES)]
        return _as_json(Answer(lambda: cast(EngineResult, iter(triples))), most)

    async def _of_the_endpoint(self, text: str, most: int) -> dict[str, Any]:
        source = cast(TripleSource, self._place)

        def asked() -> dict[str, Any]:
            return _as_json(source.query(text), most)  # an answer belongs to the thread that asked

        try:
            return await asyncio.wait_for(asyncio.to_thread(asked), self._seconds)
        except TimeoutError:
            raise QueryError(f"The endpoint did not answer within {self._seconds:g} seconds. Ask for less, or put LIMIT behind a pattern.") from None

    async def close(self) -> None:
        """Ends the processes."""
        if self._pool:
            await self._pool.close()


def _as_json(answer: Answer, most: int) -> dict[str, Any]:
    """`boolean`, `turtle`, or columns and rows, IRIs and values as text; at most so many rows."""
    if answer.kind == "boolean":
        return {"boolean": answer.boolean}
    if answer.kind == "triples":
        return {"turtle": answer.serialize("ttl").decode("utf-8")}
    rows = [[None if term is None else cut(getattr(term, "value", str(term))) for term in row] for row in answer.rows[:most]]
    return {"columns": list(answer.variables), "rows": rows, "truncated": len(answer.rows) > most}
