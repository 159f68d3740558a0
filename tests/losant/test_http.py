"""Paths, methods, headers and hypermedia (contract, sections 1, 2, 11 and 12)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from starlette.types import Message, Scope

from mock_server import Settings, create_app

if TYPE_CHECKING:
    from tests.losant.conftest import Api


@pytest.mark.parametrize(
    ("method", "path", "status", "answer"),
    [
        ("GET", "/nowhere", 405, "GET is not allowed"),
        ("GET", "/", 405, "GET is not allowed"),
        ("PUT", "/applications", 405, "PUT is not allowed"),
        ("GET", "/Applications", 405, "GET is not allowed"),
        ("GET", "/applications//tokens", 400, "applicationId pattern mismatch"),
        ("GET", "/applications/a%2Fb", 400, "applicationId pattern mismatch"),
        ("DELETE", "/applications/periodSummaries", 400, "applicationId pattern mismatch"),
        ("GET", "/applications/periodSummaries", 501, "applications.periodSummaries"),
        ("GET", "/applications/x/devices", 501, "devices.get"),
        ("POST", "/auth/device", 501, "auth.authenticateDevice"),
    ],
)
def test_what_is_not_there(api: Api, method: str, path: str, status: int, answer: str) -> None:
    """Unknown paths and methods are not allowed; real actions that are not mocked are named."""
    response = api(method, f"{api.server.url}{path}")
    assert response.status_code == status
    assert answer in response.json()["message"]


def test_head_has_no_body(api: Api) -> None:
    """HEAD is not allowed, and says so without a body."""
    response = api("HEAD", "experience/users")
    assert (response.status_code, response.content) == (405, b"")
    assert response.headers["content-length"] == "0"
    assert "content-type" not in response.headers


def test_headers_of_every_answer(api: Api) -> None:
    """The same headers come with success and error, and the origin is echoed."""
    for path in ("experience/users", "experience/users/zz"):
        response = api.client.get(path, headers={"Origin": "http://localhost:3000"})
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "no-cache, no-store, must-revalidate"
        assert response.headers["pragma"] == "no-cache"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert response.headers["vary"] == "origin"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "experience/users"), ("GET", "nowhere"), ("HEAD", "x"), ("OPTIONS", "x")],
)
def test_names_of_headers_are_in_lower_case(method: str, path: str) -> None:
    """Servers other than ours rely on it, because ASGI demands it."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: Scope = {
        "type": "http",
        "method": method,
        "path": f"/applications/{'a' * 24}/{path}",
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
    }
    asyncio.run(create_app(Settings())(scope, receive, send))
    names = [name for name, _ in sent[0]["headers"]]
    assert len(names) > 4
    assert names == [name.lower() for name in names]


def test_preflight_of_any_path(api: Api) -> None:
    """OPTIONS is answered everywhere, without a body or a content type."""
    response = api("OPTIONS", f"{api.server.url}/nowhere")
    assert (response.status_code, response.content) == (204, b"")
    assert "content-type" not in response.headers
    assert "PATCH" in response.headers["access-control-allow-methods"]


def test_the_control_plane_has_no_cors(api: Api) -> None:
    """A page from another origin cannot read what the mock says of itself."""
    response = api("GET", f"{api.server.url}/_mock/info")
    assert response.json()["applicationId"] == api.server.application_id
    assert "access-control-allow-origin" not in response.headers


def test_a_token_over_http(api: Api) -> None:
    """The control plane makes tokens that work."""
    wanted = {"scope": ["experienceUsers.get"], "applicationId": api.server.application_id}
    token = api("POST", f"{api.server.url}/_mock/tokens", wanted).json()["token"]
    assert api("GET", "experience/users", token=token).status_code == 200
    assert api("GET", "experience/groups", token=token).status_code == 403


def test_actions_are_those_that_are_granted(api: Api) -> None:
    """What the token may not do is not offered."""
    api.user()
    token = api.server.token("experienceUsers.get", "experienceUser.patch")
    page = api("GET", "experience/users", token=token).json()
    assert page["_actions"].keys() == {"get"}
    (user,) = page["items"]
    assert user["_actions"] == {
        "patch": {"href": user["_links"]["self"]["href"], "method": "PATCH"}
    }


@pytest.mark.parametrize(("value", "shown"), [("yes", True), ("TRUE", False), ("", True)])
def test_switches(api: Api, value: str, shown: bool) -> None:
    """true, 1, yes and nothing switch links on, anything else off."""
    page = api("GET", "experience/users", _links=value).json()
    assert ("_links" in page) is shown


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        ("APPLICATION/JSON; charset=utf-8", None),
        ("application/vnd.losant+json", None),
        ("text/plain", "experienceGroup is the wrong type"),
        ("application/x-www-form-urlencoded", "experienceGroup.name is required"),
    ],
)
def test_content_types(api: Api, content_type: str, message: str | None) -> None:
    """JSON is read under any of its names, and nothing else is."""
    headers = {"Content-Type": content_type}
    response = api.client.post("experience/groups", content='{"name": "a"}', headers=headers)
    assert response.json().get("message") == message


@pytest.mark.parametrize(
    ("boundary", "form", "message"),
    [
        ("xx", "--xx\r\n{name}--xx--\r\n", None),
        ("xx", "--xx\r\n{name}--xx--\r\nwhat follows", None),
        ("xx", "--xx\r\n{name}--xx", "MultipartParser.end(): stream ended unexpectedly"),
        ("xx", "--xx\r\n{name}", "MultipartParser.end(): stream ended unexpectedly"),
        ("x" * 300, "--xx--\r\n", "MultipartParser.end(): stream ended unexpectedly"),
    ],
)
def test_forms(api: Api, boundary: str, form: str, message: str | None) -> None:
    """A form ends with its boundary; one whose boundary nobody can read has no end."""
    name = 'Content-Disposition: form-data; name="name"\r\n\r\na\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    content = form.format(name=name)
    response = api.client.post("experience/groups", content=content, headers=headers)
    assert response.json().get("message") == message


def test_an_empty_body_is_absent(api: Api) -> None:
    """No content is no body, whatever its type."""
    headers = {"Content-Type": "application/json"}
    response = api.client.post("experience/groups", content="", headers=headers)
    assert response.json()["message"] == "experienceGroup is required"


def test_validation_comes_before_everything(api: Api) -> None:
    """An id, then a parameter, then the body; the token after them, the application last."""
    del api.client.headers["Authorization"]
    missing = f"{api.server.url}/applications/{'0' * 24}/experience/users"
    steps = [
        (api("PATCH", "experience/users/x", {"x": 1}), "experienceUserId pattern mismatch"),
        (api("GET", missing, sortField="x"), "sortField must be an enum value"),
        (api("POST", missing, {"email": "x"}), "experienceUser.password is required"),
        (api("GET", missing), "Access is forbidden"),
        (api("GET", missing, token="x"), "Invalid access token"),
        (api("GET", missing, token=api.server.token()), "Application was not found"),
    ]
    for response, message in steps:
        assert response.json()["message"] == message
