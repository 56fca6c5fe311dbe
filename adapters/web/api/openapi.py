"""The document that describes the API: https://spec.openapis.org/oas/v3.1.0. Made of what serves it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot import __version__

from .operations import Operation
from .shapes import Problem

Json: TypeAlias = dict[str, Any]
SCHEMAS = "#/components/schemas/{model}"
PROBLEM = "application/problem+json"
REFUSALS = {
    400: "A value cannot be used.",
    404: "There is no such thing.",
    422: "The query or a topic in it cannot be read; where, and what to try.",
    429: "Too many requests; Retry-After says when to come again.",
    503: "The archive cannot be read right now.",
}


def document(operations: Iterable[Operation], root: str) -> Json:
    """The whole document; `root` is where the host is: "" or "/papers"."""
    known = tuple(operations)
    models: list[type[BaseModel]] = [*(operation.gives for operation in known), Problem]
    _, schemas = models_json_schema([(model, "serialization") for model in models], ref_template=SCHEMAS)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Paper Round",
            "version": __version__,
            "summary": "The day's research papers, read-only.",
            "description": "Papers, searches, days and topics of this installation. Nothing here needs a key, and nothing changes anything.",
        },
        "servers": [{"url": root or "/"}],
        "paths": {f"/api{operation.path}": {"get": _described(operation)} for operation in known},
        "components": {"schemas": schemas["$defs"], "responses": dict(map(_refusal, REFUSALS))},
    }


def _described(operation: Operation) -> Json:
    refused = [status for status in REFUSALS if status != 404 or operation.missing]
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": _shape(operation.gives.__name__)}},
            },
            "304": {"description": "Nothing has changed since."},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in refused},
        },
    }


def _parameters(operation: Operation) -> list[Json]:
    schema = operation.given.model_json_schema()
    named, needed = schema.get("$defs", {}), schema.get("required", ())
    return [
        {
            "name": name,
            "in": "path" if name in operation.paths else "query",
            "required": name in needed,
            "description": one.pop("description", ""),
            "schema": _plain(one, named),
        }
        for name, one in schema["properties"].items()
    ]


def _plain(schema: Json, named: Json) -> Json:
    """What a value in an address may be: no reference, no null, no title made of its name."""
    chosen: Json = next((one for one in schema.pop("anyOf", ()) if one.get("type") != "null"), {})
    reference = schema.pop("$ref", "").rpartition("/")[2]
    whole = {**named.get(reference, {}), **chosen, **schema}
    dull = {"title", "description"} | ({"default"} if whole.get("default", "") is None else set())
    return {name: value for name, value in whole.items() if name not in dull}


def _refusal(status: int) -> tuple[str, Json]:
    content = {PROBLEM: {"schema": _shape(Problem.__name__)}}
    return str(status), {"description": REFUSALS[status], "content": content}


def _shape(name: str) -> Json:
    return {"$ref": SCHEMAS.format(model=name)}
