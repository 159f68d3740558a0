"""Every request goes to the server and to the model, and their answers must be the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2 as httpx

from mock_server import MockServer
from tests.model.naive import Answer, NaiveApplication
from tests.model.naive_query import Json


class Mirror:
    """An application and the model of what is in it; the client's URLs begin at it."""

    def __init__(self, client: httpx.Client, model: NaiveApplication) -> None:
        self._client = client
        self.model = model

    def create_user(self, body: Json) -> Json:
        """POST …/users, and return the answer."""
        response = self._client.post("/users", json=body)
        return _assert_same(response, self.model.create_user(body, response.json()))

    def get_user(self, user_id: str) -> None:
        """GET …/users/{id}."""
        _assert_same(self._client.get(f"/users/{user_id}"), self.model.get_user(user_id))

    def patch_user(self, user_id: str, body: Json) -> None:
        """PATCH …/users/{id}."""
        response = self._client.patch(f"/users/{user_id}", json=body)
        _assert_same(response, self.model.patch_user(user_id, body, response.json()))

    def delete_user(self, user_id: str) -> None:
        """DELETE …/users/{id}."""
        _assert_same(self._client.delete(f"/users/{user_id}"), self.model.delete_user(user_id))

    def list_users(self, params: Mapping[str, str]) -> Json:
        """GET …/users, and return the answer."""
        response = self._client.get("/users", params=params)
        return _assert_same(response, self.model.list_users(params))

    def create_group(self, body: Json) -> Json:
        """POST …/groups, and return the answer."""
        response = self._client.post("/groups", json=body)
        return _assert_same(response, self.model.create_group(body, response.json()))

    def get_group(self, group_id: str, params: Mapping[str, str]) -> None:
        """GET …/groups/{id}."""
        response = self._client.get(f"/groups/{group_id}", params=params)
        _assert_same(response, self.model.get_group(group_id, params))

    def patch_group(self, group_id: str, body: Json) -> None:
        """PATCH …/groups/{id}."""
        response = self._client.patch(f"/groups/{group_id}", json=body)
        _assert_same(response, self.model.patch_group(group_id, body, response.json()))

    def delete_group(self, group_id: str) -> None:
        """DELETE …/groups/{id}."""
        _assert_same(self._client.delete(f"/groups/{group_id}"), self.model.delete_group(group_id))

    def list_groups(self, params: Mapping[str, str]) -> Json:
        """GET …/groups, and return the answer."""
        response = self._client.get("/groups", params=params)
        return _assert_same(response, self.model.list_groups(params))


class ServerMirror(Mirror):
    """The only application of a whole server."""

    def __init__(self, server: MockServer, client: httpx.Client) -> None:
        super().__init__(client, NaiveApplication(server.application_id))
        self._server = server
        self.reset()

    def reset(self) -> None:
        """Start again, with nothing in either."""
        self._server.reset()
        self.model = NaiveApplication(self._server.application_id)


def _assert_same(response: httpx.Response, expected: Answer) -> Json:
    body: Json = response.json()
    got = (response.status_code, _comparable(body))
    if expected.or_else is not None and got == _as_far_as_it_goes(expected.or_else, body):
        return body
    assert got == _as_far_as_it_goes(expected, body), _told(response.request)
    return body


def _as_far_as_it_goes(expected: Answer, body: Json) -> tuple[int, Json]:
    """Return what is expected, with the rest of an open message as it is in the body."""
    start, is_open, _ = expected.body.get("message", "").partition("…")
    told = body.get("message", "")
    if is_open and told.startswith(start):
        return expected.status, {**expected.body, "message": told}
    return expected.status, _comparable(expected.body)


def _told(request: httpx.Request) -> str:
    return f"{request.method} {request.url} {request.content.decode()}"


def _comparable(value: Any) -> Any:
    """Leave open what the contract does: the order of memberships, the case of an id sent."""
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _comparable(one) for key, one in value.items()}
    if "experienceGroups" in plain:
        plain["experienceGroups"] = sorted(plain["experienceGroups"], key=lambda one: one["id"])
    if "experienceUserIds" in plain:
        plain["experienceUserIds"] = sorted(plain["experienceUserIds"])
    if "items" in plain and "experienceGroupId" in plain:
        plain["experienceGroupId"] = plain["experienceGroupId"].lower()
    return plain
