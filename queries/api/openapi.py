"""The description of the API (OpenAPI 3.1), made from the table of endpoints and the types of their answers."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version

from zhengpu.queries.api.parameters import Parameter
from zhengpu.queries.api.shape import Json, Schemas
from zhengpu.queries.api.table import ENDPOINTS, Endpoint

_PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457). `near` lists names that come near an unknown one, `candidates` the things that an ambiguous name may mean.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "near": {"type": "array", "items": {"type": "string"}},
        "parameter": {"type": ["string", "null"]},
        "candidates": {"type": "array", "items": {"$ref": "#/components/schemas/Card"}},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
    },
    "required": ["type", "title", "status", "detail", "code"],
}
_STATUSES = {"400": "A parameter is missing, unknown or not as declared.", "404": "There is no such thing.", "503": "There was no time or room for it."}


@cache
def description() -> Json:
    """The document that /api/openapi.json serves."""
    schemas = Schemas()
    paths: dict[str, Json] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(f"/api/{endpoint.path}", {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    paths["/api/openapi.json"] = {
        "get": {
            "operationId": "openapi",
            "summary": "This description.",
            "responses": {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}},
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "政谱 zhengpu",
            "summary": "What Chinese government plans say, with the words that prove it.",
            "description": "Things are named by IRIs in query parameters. Places in texts are code points, from 0, half-open. Every GET has an ETag that "
            "changes with the store.",
            "version": version("zhengpu"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": {**dict(sorted(schemas.components.items())), "Problem": _PROBLEM}},
    }


def _operation(endpoint: Endpoint, schemas: Schemas) -> Json:
    content: Json = {media: {"schema": {}} for media in endpoint.files}
    if endpoint.answer is not None:
        content = {"application/json": {"schema": schemas.of(endpoint.answer)}, **content}
    statuses = dict(_STATUSES)
    if endpoint.others:
        statuses["409"] = "Several things have the name; `candidates` lists them."
    told: Json = {
        "operationId": re.sub(r"\W+", "_", endpoint.name).strip("_").lower(),
        "summary": endpoint.summary,
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in re.findall(r"{(\w+)}", endpoint.path)),
            *map(_parameter, endpoint.parameters),
            *([_OTHERS] if endpoint.others else []),
        ],
        "responses": {
            "200": {"description": "The answer.", "content": content},
            **{
                status: {"description": words, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
                for status, words in sorted(statuses.items())
            },
        },
    }
    if endpoint.body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": dict(endpoint.body)}}}
    else:
        told["responses"]["304"] = {"description": "The client has the answer of now (If-None-Match)."}
    return told


_OTHERS: Json = {
    "name": "parameters",
    "in": "query",
    "style": "form",
    "explode": True,
    "description": "The parameters that the question declares, each under its own name.",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}


def _parameter(parameter: Parameter) -> Json:
    told = {"name": parameter.name, "in": "query", "description": parameter.about, "required": parameter.required, "schema": parameter.schema()}
    return {**told, "style": "form", "explode": True} if parameter.repeated else told
