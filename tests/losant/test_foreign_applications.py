"""Every action, called for what the caller or the server does not have (contract, section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx
import pytest

from mock_server import MockServer

HOME, OTHER, UNKNOWN = "1" * 24, "2" * 24, "f" * 24
EVERYTHING = ("all.Application", "all.User")
KINDS = {"users": "a", "groups": "b", "tokens": "c"}


def _application(application_id: str) -> dict[str, Any]:
    """Return an application with one user, group and API token, whose ids end in its own digit."""
    ids = {kind: letter * 23 + application_id[0] for kind, letter in KINDS.items()}
    return {
        "id": application_id,
        "name": f"Application {application_id[0]}",
        "users": [{"id": ids["users"], "email": "ann@example.com", "password": "password1"}],
        "groups": [{"id": ids["groups"], "name": "Sales", "members": ["ann@example.com"]}],
        "tokens": [{"id": ids["tokens"], "name": f"Token {application_id[0]}"}],
    }


ACCOUNT = {"email": "robin@example.com", "password": "password1"}
SEED = {"accounts": [ACCOUNT], "applications": [_application(HOME), _application(OTHER)]}
USER, GROUP, TOKEN = "Experience User", "Experience Group", "API Token"


@dataclass(frozen=True)
class Action:
    """An action inside an application. The resource in ``path`` belongs to HOME."""

    name: str
    method: str
    path: str = ""
    body: dict[str, Any] | None = None
    noun: str = ""


_NEW_USER = {"email": "new@example.com", "password": "password1"}
_USER, _GROUP, _TOKEN = (
    f"/experience/users/{'a' * 23}1",
    f"/experience/groups/{'b' * 23}1",
    f"/tokens/{'c' * 23}1",
)
ACTIONS = [
    Action("application.get", "GET"),
    Action("application.patch", "PATCH", "", {"name": "Changed"}),
    Action("application.delete", "DELETE"),
    Action("applicationApiTokens.get", "GET", "/tokens"),
    Action("applicationApiTokens.post", "POST", "/tokens", {"name": "New"}),
    Action("applicationApiToken.get", "GET", _TOKEN, None, TOKEN),
    Action("applicationApiToken.patch", "PATCH", _TOKEN, {"name": "Changed"}, TOKEN),
    Action("applicationApiToken.delete", "DELETE", _TOKEN, None, TOKEN),
    Action("experienceUsers.get", "GET", "/experience/users"),
    Action("experienceUsers.post", "POST", "/experience/users", _NEW_USER),
    Action("experienceUser.get", "GET", _USER, None, USER),
    Action("experienceUser.patch", "PATCH", _USER, {"firstName": "Changed"}, USER),
    Action("experienceUser.delete", "DELETE", _USER, None, USER),
    Action("experienceGroups.get", "GET", "/experience/groups"),
    Action("experienceGroups.post", "POST", "/experience/groups", {"name": "New"}),
    Action("experienceGroup.get", "GET", _GROUP, None, GROUP),
    Action("experienceGroup.patch", "PATCH", _GROUP, {"experienceUserIds": []}, GROUP),
    Action("experienceGroup.delete", "DELETE", _GROUP, None, GROUP),
]
every_action = pytest.mark.parametrize("action", ACTIONS, ids=[one.name for one in ACTIONS])
every_action_on_one = pytest.mark.parametrize(
    "action", [one for one in ACTIONS if one.noun], ids=[one.name for one in ACTIONS if one.noun]
)
every_bound_token = pytest.mark.parametrize("bound", ["signed", "API token"])

NOT_FOUND = (404, {"type": "NotFound", "message": "Application was not found"})
FORBIDDEN = (403, {"type": "Forbidden", "message": "Access is forbidden"})


class World:
    """A server with two applications, and how it answers tokens outside their application."""

    def __init__(
        self, server: MockServer, client: httpx.Client, foreign: tuple[int, dict[str, str]]
    ) -> None:
        self.server = server
        self.foreign = foreign
        self._client = client

    def token(self, bound: str, application_id: str) -> str:
        """Return a token of one application that may do everything in it."""
        if bound == "signed":
            return self.server.token(*EVERYTHING, application_id=application_id)
        return self.server.api_token(f"Token {application_id[0]}")

    def answer(
        self, action: Action, token: str, application_id: str = HOME, resource: str = ""
    ) -> tuple[int, Any]:
        """Call an action, with the id of another resource if one is given."""
        path = action.path[:-24] + resource if resource else action.path
        return self.send(action.method, f"/applications/{application_id}{path}", action.body, token)

    def send(
        self, method: str, path: str, body: dict[str, Any] | None, token: str
    ) -> tuple[int, Any]:
        """Send a request and return status and body of the answer."""
        headers = {"Authorization": f"Bearer {token}"}
        response = self._client.request(method, path, json=body, headers=headers)
        return response.status_code, response.json()


@pytest.fixture(scope="module", params=[404, 403])
def running(request: pytest.FixtureRequest) -> Iterator[World]:
    """A server for each value of the setting for foreign applications."""
    foreign = NOT_FOUND if request.param == 404 else FORBIDDEN
    with (
        MockServer(foreign_application_status=request.param) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        yield World(server, client, foreign)


@pytest.fixture
def world(running: World) -> Iterator[World]:
    """The server in its first state, in which it must also be left."""
    running.server.load(SEED)
    before = running.server.state()
    yield running
    assert running.server.state() == before


@every_bound_token
@every_action
def test_a_token_of_another_application(world: World, action: Action, bound: str) -> None:
    """Outside its application a token sees and changes nothing, as the setting says."""
    assert world.answer(action, world.token(bound, OTHER)) == world.foreign


@every_action
def test_a_foreign_application_that_does_not_exist(world: World, action: Action) -> None:
    """A token of an application learns nothing about which other applications exist."""
    assert world.answer(action, world.token("signed", OTHER), UNKNOWN) == world.foreign


@every_action
def test_an_unknown_application(world: World, action: Action) -> None:
    """An application that does not exist is not found, even with the id of a known resource."""
    assert world.answer(action, world.server.token(*EVERYTHING), UNKNOWN) == NOT_FOUND


@every_action
def test_the_own_application_does_not_exist(world: World, action: Action) -> None:
    """That it is the token's own makes a missing application neither foreign nor found."""
    assert world.answer(action, world.token("signed", UNKNOWN), UNKNOWN) == NOT_FOUND


@pytest.mark.parametrize("resource", [UNKNOWN, "of OTHER", "of another kind"])
@every_action_on_one
def test_an_unknown_resource(world: World, action: Action, resource: str) -> None:
    """A resource must exist, in this application, and be of the action's kind."""
    if resource == "of OTHER":
        resource = action.path[-24:-1] + "2"
    elif resource == "of another kind":
        resource = (_GROUP if action.noun == USER else _USER)[-24:]
    expected = (404, {"type": "NotFound", "message": f"{action.noun} was not found"})
    for token in (world.server.token(*EVERYTHING), world.token("signed", HOME)):
        assert world.answer(action, token, HOME, resource) == expected


@every_action_on_one
def test_the_application_comes_before_the_resource(world: World, action: Action) -> None:
    """With both unknown it is the application that is not found."""
    every, other = world.server.token(*EVERYTHING), world.token("signed", OTHER)
    assert world.answer(action, every, UNKNOWN, UNKNOWN) == NOT_FOUND
    assert world.answer(action, other, HOME, UNKNOWN) == world.foreign


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (_USER, {"email": "ann@example.com", "experienceGroupIds": [UNKNOWN]}),
        (_GROUP, {"parentId": UNKNOWN}),
        ("/experience/users", {"email": "ann@example.com", "password": "password1"}),
        ("/experience/groups", {"name": "New", "experienceUserIds": [UNKNOWN]}),
    ],
)
def test_the_application_comes_before_what_the_body_names(
    world: World, path: str, body: dict[str, Any]
) -> None:
    """A body that the application would refuse is not looked at in a foreign one."""
    action = Action("", "PATCH" if path in (_USER, _GROUP) else "POST", path, body)
    assert world.answer(action, world.token("signed", OTHER)) == world.foreign
    assert world.answer(action, world.server.token(*EVERYTHING), UNKNOWN) == NOT_FOUND
    assert world.answer(action, world.server.token(*EVERYTHING))[0] == 400


@every_bound_token
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_actions_on_all_applications(world: World, method: str, bound: str) -> None:
    """A token of one application neither lists nor creates any, whatever the setting says."""
    body = {"name": "New"} if method == "POST" else None
    assert world.send(method, "/applications", body, world.token(bound, HOME)) == FORBIDDEN


@every_bound_token
@every_action
def test_a_token_in_its_own_application(running: World, action: Action, bound: str) -> None:
    """In its own application the same token may do all of it."""
    running.server.load(SEED)
    token = running.token(bound, HOME)
    status, document = running.answer(action, token)
    assert status == (201 if action.method == "POST" else 200), document


def test_ids_of_applications_in_upper_case(running: World) -> None:
    """A token of one application works there, in whichever case the path has the id."""
    application = "ABCDEFABCDEFABCDEFABCDEF"
    running.server.load({"applications": [{"id": application.lower(), "name": "Hexadecimal"}]})
    token = running.token("signed", application.lower())
    for spelling in (application, application.lower()):
        assert running.answer(ACTIONS[0], token, spelling)[0] == 200


@every_bound_token
def test_logging_in(world: World, bound: str) -> None:
    """Logging in needs no scope and concerns no application: any valid token may come along."""
    status, login = world.send("POST", "/auth/user", ACCOUNT, world.token(bound, OTHER))
    assert (status, login["needsToVerifyEmail"]) == (200, False)
