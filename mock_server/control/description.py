"""The description of the control plane for programs (OpenAPI), made from its operations."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from mock_server.asgi.body import MAX_BODY
from mock_server.control.errors import Refusal
from mock_server.control.guard import OPEN

_TAGS = {
    "server": "What is running, and tokens for it.",
    "sandboxes": "Worlds of their own, below /_sandbox/{name}.",
    "state": "What the world holds: all of it as a seed document, users and groups one by one.",
    "snapshots": "Back to the beginning, or to a state that was saved.",
    "requests": "The requests that came, and assertions about them.",
    "faults": "Trouble for requests.",
    "clock": "The time that dates, ids, tokens and rate limits go by.",
}
_DONE = {200: "What was asked for.", 201: "What was made.", 204: "It is done."}
_REFUSALS = {
    400: "Something is wrong with the request; nothing has changed.",
    401: "The admin token, which this server wants, is missing or wrong.",
    403: "The request is from a page of another origin, or for a host that this is not.",
    404: "There is no such thing, or the control plane is switched off.",
    410: "The sandbox was deleted.",
    413: "The body is too large.",
    415: "The body was not sent as JSON.",
}
_WITH_BODY = (413, 415)
_SECURITY = "adminToken"
_UNUSED = ("HTTPValidationError", "ValidationError")
_REFUSAL = {"$ref": f"#/components/schemas/{Refusal.__name__}"}


def description_of(app: FastAPI, *, wants_token: bool) -> dict[str, Any]:
    """Return the OpenAPI document of the control plane, but for where it is.

    :param wants_token: whether requests need the admin token
    """
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    schemas = document["components"]["schemas"]
    for name in _UNUSED:  # this server answers mistakes in its own way
        schemas.pop(name, None)
    schemas[Refusal.__name__] = Refusal.model_json_schema()
    document["components"]["responses"] = {
        str(status): _response(text) for status, text in _REFUSALS.items()
    }
    document = {**_without_titles(document), "info": document["info"]}
    for schema in document["components"]["schemas"].values():
        _put_in_order(schema)
    for path, operation in _operations(document):
        _complete(path, operation)
    if wants_token:
        scheme = {"type": "http", "scheme": "bearer", "description": "--admin-token"}
        document["components"]["securitySchemes"] = {_SECURITY: scheme}
        for path, operation in _operations(document):
            operation["security"] = [] if path in OPEN else [{_SECURITY: []}]
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def _complete(path: str, operation: dict[str, Any]) -> None:
    """Say what FastAPI does not know about an operation."""
    summary, _, more = operation.pop("description").partition("\n\n")
    operation["summary"] = summary
    if more:
        operation["description"] = more
    responses = operation["responses"]
    responses.pop("422", None)
    for status, text in _DONE.items():
        if str(status) in responses:
            responses[str(status)]["description"] = text
    has_body = "requestBody" in operation
    if has_body:
        operation.setdefault("x-max-body-bytes", MAX_BODY)
    for status in _REFUSALS:
        is_possible = has_body if status in _WITH_BODY else path not in OPEN or status in (400, 403)
        if is_possible:
            responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = dict(sorted(responses.items()))


def _put_in_order(schema: dict[str, Any]) -> None:
    """Put properties in examples in the order of the schema, from which pydantic takes them."""
    required, properties = schema.get("required", []), schema.get("properties", {})
    order = [*required, *properties]
    for example in schema.get("examples", ()):
        properties_given = sorted(example.items(), key=lambda one: order.index(one[0]))
        example.clear()
        example.update(properties_given)


def _without_titles(value: Any) -> Any:
    """Return a value without the titles that pydantic makes up from names."""
    if isinstance(value, dict):
        return {
            name: _without_titles(part)
            for name, part in value.items()
            if name != "title" or not isinstance(part, str)
        }
    return [_without_titles(part) for part in value] if isinstance(value, list) else value


def _response(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": _REFUSAL}}}
