"""The set of roles: one API token for each kind of right."""

from __future__ import annotations

import json

import pytest

from mock_server import LosantMock
from mock_server.seeds.files import read_content
from mock_server.seeds.formats import shipped_sets
from tests.docs.documents import ROOT
from tests.losant.test_routes import ACTIONS
from tests.sets.conftest import Ask

SET = "roles"
ANN = "66000000000000000000b001"
GROUP = "66000000000000000000a002"
SCOPES = {
    action: scopes
    for action, scopes in json.loads(
        (ROOT / "mock_server" / "data" / "scopes.json").read_text()
    ).items()
    if action in ACTIONS
}
CALLS = {
    "experienceUsers.get": ("GET", "/experience/users"),
    "experienceUsers.post": ("POST", "/experience/users"),
    "experienceUser.get": ("GET", f"/experience/users/{ANN}"),
    "experienceUser.patch": ("PATCH", f"/experience/users/{ANN}"),
    "experienceUser.delete": ("DELETE", f"/experience/users/{ANN}"),
    "experienceGroups.get": ("GET", "/experience/groups"),
    "experienceGroups.post": ("POST", "/experience/groups"),
    "experienceGroup.get": ("GET", f"/experience/groups/{GROUP}"),
    "experienceGroup.patch": ("PATCH", f"/experience/groups/{GROUP}"),
    "experienceGroup.delete": ("DELETE", f"/experience/groups/{GROUP}"),
    "application.get": ("GET", ""),
    "applicationApiTokens.get": ("GET", "/tokens"),
}
BODIES = {
    "experienceUsers.post": {"email": "new@example.com", "password": "password1234"},
    "experienceUser.patch": {"firstName": "Anna"},
    "experienceGroups.post": {"name": "New"},
    "experienceGroup.patch": {"name": "Renamed"},
}
TOKENS = {one["name"]: one for one in read_content(shipped_sets()[SET]).value["tokens"]}
WORKING = [name for name in TOKENS if name not in ("Expired", "Inactive")]


@pytest.mark.parametrize("name", WORKING)
def test_each_token_may_do_what_it_says(ask: Ask, losant: LosantMock, name: str) -> None:
    """A token is let through where one of its scopes grants the action, and nowhere else."""
    token, scope = losant.api_token(name), set(TOKENS[name]["scope"])
    for action, (method, path) in CALLS.items():
        losant.reset()
        status = ask(path, method, token=token, json=BODIES.get(action)).status_code
        assert (status < 300) is bool(scope & set(SCOPES[action])), action
        assert status < 300 or status == 403


def test_every_family_has_a_token() -> None:
    """There is a token for each family of scopes, each resource and each action of users."""
    names = set(json.loads((ROOT / "mock_server" / "data" / "token_scopes.json").read_text()))
    families = {name for name in names if name.startswith("all.")}
    resources = {f"{action.partition('.')[0]}.*" for action in SCOPES} & names
    actions = {action for action in SCOPES if action.startswith("experience")} & names
    assert families | resources | actions <= TOKENS.keys()


def test_narrow_tokens_do_one_thing(ask: Ask, losant: LosantMock) -> None:
    """A token for reading a list may not read one of what is in it."""
    token = losant.api_token("experienceUsers.get")
    assert ask("/experience/users", token=token).status_code == 200
    assert ask(f"/experience/users/{ANN}", token=token).status_code == 403


@pytest.mark.parametrize("name", ["Expired", "Inactive"])
def test_tokens_that_do_not_work(ask: Ask, losant: LosantMock, name: str) -> None:
    """A token that has expired, or was switched off, is none."""
    answer = ask("/experience/users", token=losant.api_token(name))
    assert answer.status_code == 401


def test_a_token_that_expires(ask: Ask, losant: LosantMock) -> None:
    """A token that is good for an hour is not good after it."""
    token = losant.api_token("Expires in an hour")
    assert ask("/experience/users", token=token).status_code == 200
    losant.clock.advance(3601)
    assert ask("/experience/users", token=token).status_code == 401
