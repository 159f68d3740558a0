"""The routes of the mocked API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

import mock_server
from mock_server import MockServer, Settings, create_app
from mock_server.domain.catalog import catalog

ACTIONS = {
    "auth.authenticateUser": "POST /auth/user",
    "applications.get": "GET /applications",
    "applications.post": "POST /applications",
    "application.get": "GET /applications/{applicationId}",
    "application.patch": "PATCH /applications/{applicationId}",
    "application.delete": "DELETE /applications/{applicationId}",
    "applicationApiTokens.get": "GET /applications/{applicationId}/tokens",
    "applicationApiTokens.post": "POST /applications/{applicationId}/tokens",
    "applicationApiToken.get": "GET /applications/{applicationId}/tokens/{apiTokenId}",
    "applicationApiToken.patch": "PATCH /applications/{applicationId}/tokens/{apiTokenId}",
    "applicationApiToken.delete": "DELETE /applications/{applicationId}/tokens/{apiTokenId}",
    "experienceUsers.get": "GET /applications/{applicationId}/experience/users",
    "experienceUsers.post": "POST /applications/{applicationId}/experience/users",
    "experienceUser.get": "GET /applications/{applicationId}/experience/users/{experienceUserId}",
    "experienceUser.patch": (
        "PATCH /applications/{applicationId}/experience/users/{experienceUserId}"
    ),
    "experienceUser.delete": (
        "DELETE /applications/{applicationId}/experience/users/{experienceUserId}"
    ),
    "experienceGroups.get": "GET /applications/{applicationId}/experience/groups",
    "experienceGroups.post": "POST /applications/{applicationId}/experience/groups",
    "experienceGroup.get": (
        "GET /applications/{applicationId}/experience/groups/{experienceGroupId}"
    ),
    "experienceGroup.patch": (
        "PATCH /applications/{applicationId}/experience/groups/{experienceGroupId}"
    ),
    "experienceGroup.delete": (
        "DELETE /applications/{applicationId}/experience/groups/{experienceGroupId}"
    ),
}
"""The actions that are mocked, each with its method and path (contract, section 1)."""


@pytest.fixture(scope="module")
def routes() -> list[BaseRoute]:
    """All routes of the application."""
    return create_app(Settings()).routes


def test_every_mocked_action_is_a_path_operation(routes: list[BaseRoute]) -> None:
    """The routes are the mocked actions, and nothing else."""
    found = {}
    for route in routes:
        assert isinstance(route, APIRoute)
        (method,) = route.methods or ("",)
        found[route.name] = f"{method} {route.path}"
    assert found == ACTIONS
    assert len(routes) == len(ACTIONS)


def test_routes_agree_with_the_catalogue(routes: list[BaseRoute]) -> None:
    """The catalogue, which matches the paths, has each action at the path of its route."""
    for route in routes:
        assert isinstance(route, APIRoute)
        action = catalog().actions[route.name]
        assert (action.method, action.path) == (*(route.methods or ()), route.path)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A client of a server, with a token that may do everything."""
    with MockServer() as server:
        headers = {"Authorization": f"Bearer {server.token('all.User')}"}
        with httpx.Client(base_url=server.url, headers=headers) as client:
            yield client


def _rows() -> list[dict[str, str]]:
    path = Path(mock_server.__file__).parent / "data" / "routes.json"
    rows: list[dict[str, str]] = json.loads(path.read_text())
    return rows


def test_nothing_else_answers(client: httpx.Client) -> None:
    """Every other action of the real API is a 501 that names it, and no mocked one is."""
    for row in _rows():
        # Ids that nothing has, so that nothing is deleted on the way.
        path = "/".join(
            "f" * 24 if part.startswith("{") else part for part in row["path"].split("/")
        )
        answer = client.request(row["method"], path)
        if row["action"] in ACTIONS:
            assert answer.status_code in (200, 400, 404), row
        else:
            assert answer.status_code == 501, row
            assert row["action"] in answer.json()["message"]


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
def test_other_methods_and_paths_are_not_allowed(client: httpx.Client, method: str) -> None:
    """A method that no action has at a path, and a path that no action has, are a 405."""
    known = {(row["method"], row["path"]) for row in _rows()}
    mocked = {line.partition(" ")[2] for line in ACTIONS.values()}
    paths = {path for path in mocked if (method, path) not in known}
    for path in [*paths, "/applications/x/y", "/auth", "/auth/user/x", "/", "/Applications"]:
        answer = client.request(method, path.replace("{", "").replace("}", ""))
        assert answer.status_code == 405, path
        assert answer.json() == {
            "type": "MethodNotAllowed",
            "message": f"{method} is not allowed",
        }


def test_an_encoded_slash_stays_in_its_segment(client: httpx.Client) -> None:
    """``%2F`` does not divide segments, wherever it stands."""
    users = f"/applications/{'f' * 24}/experience%2Fusers"
    assert client.get(users).status_code == 405
    malformed = client.get(f"/applications/{'f' * 24}/experience/users/a%2Fb")
    assert malformed.json()["message"] == "experienceUserId pattern mismatch"
    assert client.get("/%61pplications").status_code == 200
