"""The JSON API as routes: parameters read with care, answers from workers over the snapshot, kept until the store changes, with an ETag."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from zhengpu.errors import ZhengpuError
from zhengpu.graph.storage.index import open_search
from zhengpu.graph.storage.manifest import Entry
from zhengpu.graph.storage.remarks import Remarks
from zhengpu.graph.storage.search_reader import SearchIndex
from zhengpu.graph.storage.shards import Kind
from zhengpu.queries.api.calls import SHEET, XLSX
from zhengpu.queries.api.openapi import description
from zhengpu.queries.api.parameters import read
from zhengpu.queries.api.table import ENDPOINTS, SERVER, Endpoint
from zhengpu.queries.api.task import JSON, Outcome, outcome
from zhengpu.queries.caches.answer_cache import Kept, Key
from zhengpu.queries.caches.ready_answers import ReadyAnswers
from zhengpu.queries.server import sheet_frames
from zhengpu.queries.server.delivery import begun
from zhengpu.queries.server.frames import Job
from zhengpu.queries.server.negotiation import takes_gzip
from zhengpu.queries.server.problems import Problem
from zhengpu.queries.server.replies import JobFailed
from zhengpu.queries.server.requests import body, headers, parameters
from zhengpu.queries.server.service import Service
from zhengpu.queries.tables.spreadsheet import workbook
from zhengpu.queries.views.quality import STUMBLES

_CALL = "zhengpu.queries.api.worker:answer"  # of the workers, whose process has imported it (`Service.modules`)
_WORTH_COMPRESSING = 1024  # bytes
_LEVEL = 5  # of gzip, as the workers compress
_CHECKED = 5  # documents whose shapes are checked at once: a third of a second each


class Api:
    """The endpoints over one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._index: tuple[str, SearchIndex] | None = None
        self.ready = ReadyAnswers(service, self._worked)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/openapi.json", self._description, methods=["GET"], name="api openapi"),
            *(Route(f"/api/{endpoint.path}", self._answering(endpoint), methods=[endpoint.method], name=f"api {endpoint.name}") for endpoint in ENDPOINTS),
        ]

    async def _description(self, request: Request) -> Response:
        content = json.dumps(description(), ensure_ascii=False).encode()
        return Response(content, headers={"Cache-Control": "no-cache", "ETag": _tag(content)}, media_type=JSON)

    def _answering(self, endpoint: Endpoint) -> Any:
        async def answer(request: Request) -> Response:
            try:
                return await self._response(endpoint, request)
            except Problem as problem:  # of a call of the API always as JSON, whatever the client accepts
                return problem.response()

        return answer

    async def _response(self, endpoint: Endpoint, request: Request) -> Response:
        values = read(endpoint.parameters, parameters(request.scope["query_string"]), others=endpoint.others)
        values |= request.path_params
        if endpoint.body is not None:
            found = await self._outcome(endpoint, values | await self._sent(endpoint, request), request)
            return _response(found, {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}, takes_gzip(headers(request.scope).encoding))
        return await self.response(endpoint, request, values)

    async def response(self, endpoint: Endpoint, request: Request, values: dict[str, Any]) -> Response:
        """The answer to a GET, from the cache where it is there; 304 for a client that has it. Raises Problem where no worker answers."""
        sent = headers(request.scope)
        compress = takes_gzip(sent.encoding)
        if endpoint.gaps:
            values = {**values, "counts": await self.ready.counts()}
        told = json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)
        key: Key = (self._service.state, "api", endpoint.name, told, compress)
        fields = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "ETag": _tag(json.dumps(key).encode())}
        if fields["ETag"] in (tag.strip() for tag in sent.known.split(",")):
            return Response(None, 304, fields)
        if kept := self._service.cache.find(key):
            return Response(kept.content, 200, kept.headers)
        found = await self._outcome(endpoint, values, request)
        response = _response(found, fields, compress)
        if found.status == 200:
            self._service.cache.keep(key, Kept(bytes(response.body), dict(response.headers)))
        return response

    async def _sent(self, endpoint: Endpoint, request: Request) -> dict[str, Any]:
        """The members of the JSON object that was sent. Raises Problem for anything else."""
        content = await body(request.scope, request.receive, self._service.limits)
        wanted: Mapping[str, Any] = (endpoint.body or {})["properties"]
        try:
            told = json.loads(content)
        except (ValueError, RecursionError):
            raise Problem(400, "bad-request", "The body of the request is no JSON.") from None
        if not isinstance(told, dict) or set(told) != set(wanted):
            raise Problem(400, "bad-request", f"The body of the request is a JSON object with {', '.join(wanted)}.")
        for name, schema in wanted.items():
            value = told[name]
            fits = isinstance(value, str) if schema["type"] == "string" else isinstance(value, list) and all(isinstance(one, str) for one in value)
            if not fits or len(value) > schema.get("maxItems", len(value)):
                raise Problem(400, "bad-request", f"The member {name} of the request is not as the description of the API says.")
        return told

    async def _outcome(self, endpoint: Endpoint, values: dict[str, Any], request: Request) -> Outcome:
        if endpoint.runs == SERVER:
            return await asyncio.to_thread(outcome, self._words(), endpoint.name, values)
        if endpoint.gaps:
            return await self.ready.answer(endpoint, values)
        reply = await begun(self._service.pool, await self._job(endpoint, values), request.receive)
        try:
            found = Outcome.unpacked(b"".join([chunk async for chunk in reply.chunks()]))
        except JobFailed as failure:
            raise Problem.of(failure) from failure
        if found.media_type == SHEET:
            return Outcome(found.status, XLSX, found.name, await asyncio.to_thread(_workbook, found.content))
        return found

    async def _worked(self, endpoint: Endpoint, values: dict[str, Any]) -> Outcome:
        """The answer of a worker for which no single client waits. Raises Problem."""
        try:
            return Outcome.unpacked(await self._service.pool.answer(await self._job(endpoint, values)))
        except JobFailed as failure:
            raise Problem.of(failure) from failure

    async def _job(self, endpoint: Endpoint, values: dict[str, Any]) -> Job:
        values = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        values |= await self._context(endpoint, values)
        return Job(call=_CALL, arguments={"endpoint": endpoint.name, "values": values}, size=self._service.limits.bytes)

    async def _context(self, endpoint: Endpoint, values: dict[str, Any]) -> dict[str, Any]:
        """What an endpoint wants to know that the snapshot does not say."""
        held = self._service.pool.contents
        told: dict[str, Any] = {}
        if "version" in endpoint.context:
            told |= {"version": held.state, "triples": held.triples}
        if "shards" in endpoint.context:
            entries = [entry for entry in (await self._service.entries()).values() if entry.kind is Kind.DOCUMENT]
            wanted: str | None = values.pop("document", None)
            chosen = [entry for entry in entries if wanted in (None, entry.iri)][:_CHECKED]
            told |= {"shards": [await self._shard(entry) for entry in chosen], "documents": len(entries)}
            told["problems"] = await self._problems(entry for entry in entries if wanted in (None, entry.iri))
        if "remarks" in endpoint.context:
            held_in = await self._service.entries()
            entry = held_in.get(values["iri"]) or held_in.get(values["iri"].rpartition("/plan/")[0])  # a document, or one of its plans
            remarks = await self._service.remarks(entry) if entry else Remarks()
            told |= {"removed": [astuple(one) for one in remarks.removed], "tables": [astuple(one) for one in remarks.tables]}
        return told

    async def _problems(self, entries: Iterable[Entry]) -> list[Sequence[str | int]]:
        """Document, kind, message, start and end of the first problems that the reading of these documents met."""
        found: list[Sequence[str | int]] = []
        for entry in entries:
            if entry.problems and len(found) < STUMBLES:
                found += [(entry.iri, *astuple(problem)) for problem in (await self._service.remarks(entry)).problems]
        return found[:STUMBLES]

    async def _shard(self, entry: Entry) -> str:
        return (await self._service.graph(entry))[1].decode("utf-8")

    def _words(self) -> SearchIndex:
        """The search index of the state that is answered from. Raises Problem where it cannot be read now."""
        state = self._service.state
        if self._index is None or self._index[0] != state:
            try:
                self._index = state, open_search(self._service.folder / "index" / state)
            except (OSError, ZhengpuError) as error:
                raise Problem(503, "store-unreadable", f"The search index cannot be read: {error}", headers={"Retry-After": "1"}) from error
        return self._index[1]


def _workbook(data: bytes) -> bytes:
    return workbook(*sheet_frames.unpacked(data))


def _response(found: Outcome, fields: Mapping[str, str], compress: bool) -> Response:
    told = dict(fields)
    content = found.content
    if found.status != 200:
        told = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    if found.name:
        told["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}; filename=\"{found.name.encode('ascii', 'replace').decode()}\""
    if compress and len(content) > _WORTH_COMPRESSING:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
        content = packer.compress(content) + packer.flush()
        told["Content-Encoding"] = "gzip"
    return Response(content, found.status, told, found.media_type)


def _tag(content: bytes) -> str:
    return f'"{blake2b(content, digest_size=12).hexdigest()}"'
