"""The OpenAPI document of the mocked API, and whether answers are as it says."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from mock_server import MockServer, Settings, create_app
from mock_server.auth.scopes import grants
from mock_server.losant.openapi import describe
from tests.docs.documents import OPENAPI
from tests.losant.test_routes import ACTIONS

MISSING = "f" * 24


def _published() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(OPENAPI.read_text())
    return document


def _operations() -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for methods in _published()["paths"].values()
        for operation in methods.values()
    }


def test_the_published_copy_is_in_step() -> None:
    """``make documents`` writes the file anew; no warning is given on the way."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = describe(create_app(Settings()).routes)
    assert document == _published(), "run make documents"


def test_it_is_valid_openapi_3_1() -> None:
    """The document is what it says that it is."""
    document = _published()
    assert document["openapi"].startswith("3.1.")
    validate(document, cls=OpenAPIV31SpecValidator)


def test_every_action_has_an_operation() -> None:
    """Operations are called as actions are, and stand at their paths."""
    document = _published()
    found = {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert found == ACTIONS


def test_scopes() -> None:
    """An operation needs a token with any one of the scopes that grant its action."""
    for action, operation in _operations().items():
        needed = [next(iter(one.values())) for one in operation["security"]]
        assert {scope for [scope] in needed} == set(grants().get(action, ())), action


def test_bodies_and_errors() -> None:
    """What changes something takes a body, and every operation says how it fails."""
    for action, operation in _operations().items():
        has_body = action.endswith((".post", ".patch", ".authenticateUser"))
        assert ("requestBody" in operation) is has_body, action
        assert {"400", "401", "403", "404", "default"} <= set(operation["responses"]), action
        assert "422" not in operation["responses"], action


class Checked:
    """A client that holds every exchange against the document."""

    def __init__(self, server: MockServer) -> None:
        self.server = server
        self.client = httpx.Client(base_url=server.url)
        self.openapi = OpenAPI.from_dict(_published())
        self.seen: set[tuple[str, int]] = set()

    def __call__(
        self,
        method: str,
        path: str,
        status: int,
        *,
        token: str | None = "",
        **options: Any,
    ) -> dict[str, Any]:
        """Send a request and check its answer, and the request too if it is one that works."""
        token = self.server.token("all.User") if token == "" else token
        if token is not None:
            bearer = {"Authorization": f"Bearer {token}"}
            options["headers"] = {**bearer, **options.get("headers", {})}
        response = self.client.request(method, path, **options)
        assert response.status_code == status, response.text
        sent, answered = self._as_openapi(response)
        self.openapi.validate_response(sent, answered)
        if status < 300:
            self.openapi.validate_request(sent)
        action = self.server.requests.last().action
        self.seen.add((str(action), status))
        document: dict[str, Any] = response.json()
        return document

    @staticmethod
    def _as_openapi(response: httpx.Response) -> tuple[MockRequest, MockResponse]:
        request = response.request
        sent = MockRequest(
            str(request.url.copy_with(path="/", query=None)).rstrip("/"),
            request.method.lower(),
            request.url.path,
            args=dict(request.url.params),
            headers=dict(request.headers),
            data=request.content or None,
        )
        answered = MockResponse(
            response.content,
            response.status_code,
            headers=dict(response.headers),
            content_type=response.headers["content-type"],
        )
        return sent, answered


@pytest.fixture(scope="module")
def checked() -> Iterator[Checked]:
    """A client of a server that holds a few records."""
    with MockServer(fixtures=["demo"], duplicate_email_status=409) as server:
        checked = Checked(server)
        yield checked
        checked.client.close()


def _login(checked: Checked) -> None:
    credentials: dict[str, Any] = {"email": "admin@example.com", "password": "wrong password"}
    checked("POST", "/auth/user", 401, token=None, json=credentials)
    credentials |= {"password": "password1234", "tokenTTL": 60}
    checked("POST", "/auth/user", 200, token=None, json=credentials)


def _applications(checked: Checked) -> None:
    checked("GET", "/applications", 200, params={"perPage": 2, "filterField": "name"})
    body = {"name": "Fleet", "description": "d", "endpointSlug": "fleet-1", "blobUrlTTL": 3}
    made = checked("POST", "/applications", 201, json=body)
    path = f"/applications/{made['id']}"
    checked("GET", path, 200, params={"summaryInclude": "experienceUserCount"})
    checked("PATCH", path, 200, json={"name": "Ships"})
    checked("DELETE", path, 200)


def _users(checked: Checked, base: str, group: str) -> None:
    users = f"{base}/experience/users"
    body = {
        "email": "ann@example.org",
        "password": "password1",
        "firstName": "Ann",
        "tokenCutoff": "2024-01-01T00:00:00Z",
        "userTags": {"role": "agent"},
        "experienceGroupIds": [group],
    }
    made = checked("POST", users, 201, json=body)
    checked("POST", users, 409, json=body)
    checked("GET", users, 200)
    query = json.dumps({"email": {"$ci": True, "$contains": "ANN"}})
    checked("GET", users, 200, params={"query": query, "sortDirection": "DESC"})
    checked("GET", users, 200, params={"filterField": "email", "filter": "a*", "_links": "false"})
    checked("GET", users, 200, params={"experienceGroupId": group, "_actions": "false"})
    one = f"{users}/{made['id']}"
    checked("GET", one, 200)
    checked("PATCH", one, 200, json={"lastName": "Lee", "experienceGroupIds": []})
    checked("DELETE", one, 200)


def _groups(checked: Checked, base: str) -> None:
    groups = f"{base}/experience/groups"
    tags = [{"key": "floor", "value": "3"}, {"key": "site"}]
    body = {"name": "Crew", "description": "d", "groupTags": {"a": "b"}, "deviceTags": tags}
    parent = checked("POST", groups, 201, json=body)
    child = checked("POST", groups, 201, json={"name": "Cooks", "parentId": parent["id"]})
    checked("GET", groups, 200, params={"sortField": "name"})
    one = f"{groups}/{child['id']}"
    checked("GET", one, 200, params={"includeDirectDeviceCount": "true"})
    checked("PATCH", one, 200, json={"parentId": None, "deviceQueryJson": None})
    checked("DELETE", one, 200)


def _tokens(checked: Checked, base: str) -> None:
    tokens = f"{base}/tokens"
    body = {
        "name": "t",
        "scope": ["all.Application.read"],
        "expirationDate": "2099-01-01T00:00:00Z",
    }
    made = checked("POST", tokens, 201, json=body)
    checked("GET", tokens, 200)
    one = f"{tokens}/{made['id']}"
    checked("GET", one, 200)
    checked("PATCH", one, 200, json={"status": "inactive"})
    checked("GET", f"{base}/experience/users", 401, token=made["token"])
    checked("DELETE", one, 200)


def test_answers_of_every_action(checked: Checked) -> None:
    """Every action is asked, and answers what the document says."""
    base = f"/applications/{checked.server.application_id}"
    checked.seen.clear()
    _login(checked)
    _applications(checked)
    group = checked("POST", f"{base}/experience/groups", 201, json={"name": "Pilots"})
    _users(checked, base, group["id"])
    _groups(checked, base)
    _tokens(checked, base)
    assert {action for action, status in checked.seen if status < 300} == set(ACTIONS)


ERRORS: dict[str, tuple[int, dict[str, Any]]] = {
    "a parameter": (400, {"params": {"sortField": "password"}}),
    "no token": (403, {"token": None}),
    "an invalid token": (401, {"token": "no.real.token"}),
    "a long target": (414, {"params": {"filter": "a" * 40_000}}),
}


@pytest.mark.parametrize(("status", "options"), ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("resource", ["experience/users", "experience/groups", "tokens"])
def test_errors_of_listings(
    checked: Checked, resource: str, status: int, options: dict[str, Any]
) -> None:
    """Whatever is wrong with a request, the answer is as the document says."""
    path = f"/applications/{checked.server.application_id}/{resource}"
    checked("GET", path, status, **options)


BODIES: dict[str, tuple[int, bytes]] = {
    "a wrong type": (400, b'{"email": 1}'),
    "no JSON": (400, b"{"),
    "a large body": (413, b"x" * 5_000_000),
}


@pytest.mark.parametrize(("status", "body"), BODIES.values(), ids=BODIES)
def test_errors_of_bodies(checked: Checked, status: int, body: bytes) -> None:
    """A body that cannot be taken is refused as the document says."""
    path = f"/applications/{checked.server.application_id}/experience/users"
    checked("POST", path, status, content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("resource", ["experience/users", "experience/groups", "tokens"])
def test_errors_of_the_framework(checked: Checked, resource: str) -> None:
    """Errors that say ``code`` are as the document says, too."""
    path = f"/applications/{checked.server.application_id}/{resource}"
    kind = {"Content-Type": "application/json"}
    for status, header in ((415, {"Content-Encoding": "br"}), (400, {"Content-MD5": "x"})):
        checked("POST", path, status, content=b"{}", headers={**kind, **header})


@pytest.mark.parametrize("resource", ["experience/users", "experience/groups", "tokens"])
def test_what_does_not_exist(checked: Checked, resource: str) -> None:
    """A 404 is as the document says."""
    checked("GET", f"/applications/{MISSING}/{resource}", 404)
    path = f"/applications/{checked.server.application_id}/{resource}/{MISSING}"
    for method in ("GET", "DELETE"):
        checked(method, path, 404)


def test_expired_tokens_and_injected_errors(checked: Checked) -> None:
    """What a fault answers is as the document says, too."""
    server = checked.server
    path = f"/applications/{server.application_id}/experience/users"
    faults: list[tuple[int, Callable[[], Any]]] = [
        (429, server.faults.too_many_requests),
        (401, server.faults.expired_token),
        (503, lambda: server.faults.status(503)),
    ]
    for status, inject in faults:
        with inject():
            checked("GET", path, status)


def test_other_answers_would_be_noticed(checked: Checked) -> None:
    """The document is strict: an unknown property, a missing one or a wrong type does not pass."""
    path = f"/applications/{checked.server.application_id}/experience/users"
    token = checked.server.token("all.User")
    response = checked.client.get(path, headers={"Authorization": f"Bearer {token}"})
    sent, answered = checked._as_openapi(response)
    document = response.json()
    for wrong in (
        {**document, "unknown": 1},
        {name: value for name, value in document.items() if name != "totalCount"},
        {**document, "items": [{**document["items"][0], "userTags": None}]},
    ):
        answered.data = json.dumps(wrong).encode()
        with pytest.raises(OpenAPIError):
            checked.openapi.validate_response(sent, answered)
