"""The description of the control plane for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from mock_server import MockServer
from mock_server.asgi.body import MAX_BODY
from mock_server.control.bodies import MAX_DOCUMENT
from tests.control.conftest import Control, MakeControl

METHODS = {"get", "put", "post", "patch", "delete"}
TAGS = ["server", "sandboxes", "state", "snapshots", "requests", "faults", "clock"]


@pytest.fixture(scope="module")
def document(module_control: Control) -> Any:
    """The description."""
    answer = module_control.get("openapi.json")
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield path, method and description of each operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def parts(value: Any) -> Iterator[Any]:
    """Yield all objects inside a value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from parts(part)


def looked_up(document: Any, reference: str) -> Any:
    """Return what a reference names."""
    found = document
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def test_form(document: Any) -> None:
    """It is a valid OpenAPI 3.1 document."""
    OpenAPIV31SpecValidator(document).validate()
    assert re.fullmatch(r"3\.1\.\d", document["openapi"])
    assert set(document) == {"openapi", "info", "servers", "paths", "components", "tags"}
    assert {"title", "version"} <= set(document["info"])
    assert [tag["name"] for tag in document["tags"]] == TAGS


def test_bodies_have_no_other_properties(document: Any) -> None:
    """What is sent has the properties that are described, and no others."""
    bodies = [one["requestBody"] for _, _, one in operations(document) if "requestBody" in one]
    named = {part["$ref"] for part in parts(bodies) if "$ref" in part}
    models = [looked_up(document, reference) for reference in named]
    objects = [one for one in models if one.get("type") == "object"]
    assert objects
    assert [one["title"] for one in objects if one.get("additionalProperties") is not False] == []


def test_operations(document: Any) -> None:
    """Every operation has an id of its own, one tag that is described, a summary and answers."""
    ids = []
    for path, method, operation in operations(document):
        assert path.startswith("/")
        assert method in METHODS
        ids.append(operation["operationId"])
        assert len(operation["tags"]) == 1
        assert operation["tags"][0] in TAGS
        assert operation["summary"]
        assert operation["responses"]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", one) for one in ids)


def test_parameters(document: Any) -> None:
    """Every parameter is described, and those in a path are all there, with an example."""
    for path, _, operation in operations(document):
        parameters = operation.get("parameters", [])
        in_path = {one["name"] for one in parameters if one["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        for one in parameters:
            assert one["description"]
            assert one["required"] is (one["in"] == "path")
            assert one["in"] == "query" or one["schema"]["examples"]


def test_references(document: Any) -> None:
    """Every reference names something, and everything that can be named is."""
    references = {one["$ref"] for one in parts(document) if isinstance(one.get("$ref"), str)}
    for reference in references:
        assert looked_up(document, reference)
    assert set(document["components"]) == {"schemas"}
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references == schemas


def test_answers(document: Any) -> None:
    """Every answer has a description; those that refuse have the form of all refusals."""
    for path, _, operation in operations(document):
        for status, response in operation["responses"].items():
            assert response["description"]
            is_verdict = path.endswith("/verify") and status == "409"
            if not status.startswith("2") and not is_verdict:
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Refusal"}


def test_refusals(document: Any) -> None:
    """What can be refused says so, in statuses that the server answers; 422 is none."""
    for path, _, operation in operations(document):
        statuses = set(operation["responses"])
        assert "422" not in statuses
        assert {"400", "403", "default"} <= statuses
        assert ({"401", "404", "410"} <= statuses) is (path not in ("/health", "/ready"))
        assert ({"413", "415"} <= statuses) is ("requestBody" in operation)
    assert "409" in document["paths"]["/sandboxes"]["post"]["responses"]
    assert "409" in document["paths"]["/requests/verify"]["post"]["responses"]
    assert "ValidationError" not in json.dumps(document)


def test_success(document: Any) -> None:
    """Every operation succeeds in one way; with 204 there is no body, else its form is told."""
    for _, _, operation in operations(document):
        (status,) = [one for one in operation["responses"] if one.startswith("2")]
        content = operation["responses"][status].get("content")
        assert (content is None) is (status == "204")
        assert status == "204" or content["application/json"]["schema"]


def test_limits(document: Any) -> None:
    """How large a body may be is told."""
    limits = {
        f"{method} {path}": operation["x-max-body-bytes"]
        for path, method, operation in operations(document)
        if "requestBody" in operation
    }
    large = {name for name, limit in limits.items() if limit == MAX_DOCUMENT}
    assert large == {"put /state", "patch /state", "post /sandboxes"}
    assert set(limits.values()) == {MAX_BODY, MAX_DOCUMENT}


def bodies(document: Any, schema: Any) -> Iterator[Any]:
    """Yield the schemas of objects that a body may be."""
    if "$ref" in schema:
        yield from bodies(document, looked_up(document, schema["$ref"]))
    elif "oneOf" in schema or "anyOf" in schema:
        for one in schema.get("oneOf") or schema["anyOf"]:
            yield from bodies(document, one)
    elif schema["type"] == "object":
        yield schema


def test_every_operation_exists(control: Control, document: Any) -> None:
    """The server knows every path with every method."""
    for path, method, _ in operations(document):
        target = re.sub(r"{\w+}", "x", path)
        allowed = control.options(target.lstrip("/")).headers["allow"]
        assert method.upper() in allowed.split(", ")


def test_nothing_else_exists(control: Control, document: Any) -> None:
    """A path takes no method that is not described."""
    for path, methods in document["paths"].items():
        target = re.sub(r"{\w+}", "x", path).lstrip("/")
        allowed = set(control.options(target).headers["allow"].lower().split(", "))
        assert allowed - {"head", "options"} == set(methods)


def test_examples(control: Control, server: MockServer, document: Any) -> None:
    """Every body has an example, and every example is accepted."""
    for path, method, operation in operations(document):
        if "requestBody" not in operation:
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        for body in bodies(document, schema):
            assert body["examples"], path
            for example in body["examples"]:
                server.reset()
                server.groups.add("Pilots")  # what an example adds to
                answer = control.request(method.upper(), path.lstrip("/"), json=example)
                assert answer.status_code in (200, 201, 204, 409), (example, answer.text)
                assert answer.status_code != 409 or "passed" in answer.json()


def test_properties(document: Any) -> None:
    """Every property that can be given is described, but for the one that says its own kind."""
    for _, _, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        for body in bodies(
            document, content.get("application/json", {}).get("schema", {}) or {"type": ""}
        ):
            for name, one in body.get("properties", {}).items():
                texts = [one, *one.get("anyOf", ())]
                assert name == "kind" or any("description" in text for text in texts), name


def test_no_unknown_words(document: Any) -> None:
    """Limits are told in words that JSON Schema has."""
    assert not any({"ge", "le", "gt", "lt"} & set(one) for one in parts(document))


@pytest.mark.parametrize("prefix", ["", "/_sandbox/mine"])
def test_servers(control: Control, server: MockServer, prefix: str) -> None:
    """It says where it was found, and nothing of where it was found before."""
    control.get(f"{server.url}/_sandbox/other/_mock/openapi.json")
    document = control.get(f"{server.url}{prefix}/_mock/openapi.json").json()
    assert document["servers"] == [{"url": f"{prefix}/_mock"}]


def test_security(make_control: MakeControl, document: Any) -> None:
    """It says whether a token is wanted, and for what."""
    assert "security" not in json.dumps(document)
    control = make_control(admin_token="x")
    guarded = control.get("openapi.json", headers={"Authorization": "Bearer x"}).json()
    assert guarded["components"]["securitySchemes"]["adminToken"]["scheme"] == "bearer"
    for path, _, operation in operations(guarded):
        assert bool(operation["security"]) is (path not in ("/health", "/ready"))


def test_answers_are_as_described(
    control: Control, server: MockServer, document: Any, fits: Callable[[Any, Any], bool]
) -> None:
    """What is answered has the properties that are described, and no others."""
    control.get(f"{server.url}/applications")
    control.post("faults", json={"kind": "status", "status": 503})
    control.post("snapshots/before")
    for path, method, operation in operations(document):
        if method == "get" and "{" not in path:
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert fits(control.get(path.lstrip("/")).json(), schema), path


@pytest.fixture
def fits(document: Any) -> Callable[[Any, Any], bool]:
    """Return whether a value has the properties that its schema has."""

    def check(value: Any, schema: Any) -> bool:
        if "$ref" in schema:
            schema = looked_up(document, schema["$ref"])
        if "properties" in schema:
            known = schema["properties"]
            return set(value) == set(known) and all(
                check(value[name], one) for name, one in known.items()
            )
        if schema.get("type") == "array":
            return all(check(one, schema["items"]) for one in value)
        return True

    return check
