"""The official Python client: refusals arrive as its own error, with status and type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from losant_rest import Client

from mock_server import MockServer
from tests.clients.ids import ANN, MISSING

Refusal = Callable[..., tuple[int, Any]]

FORBIDDEN = (403, {"type": "Forbidden", "message": "Access is forbidden"})


def test_malformed_id(client: Client, app_id: str, refusal: Refusal) -> None:
    """An id that is none is a mistake of the request, and named."""
    answer = refusal(client.experience_users.get, applicationId="my app")
    assert answer == (400, {"type": "Validation", "message": "applicationId pattern mismatch"})
    answer = refusal(client.experience_user.get, applicationId=app_id, experienceUserId="ann")
    assert answer == (400, {"type": "Validation", "message": "experienceUserId pattern mismatch"})


def test_missing_body(client: Client, app_id: str, refusal: Refusal) -> None:
    """A write without a body is a mistake of the request."""
    answer = refusal(client.experience_users.post, applicationId=app_id)
    assert answer == (400, {"type": "Validation", "message": "experienceUser is required"})


def test_validation_comes_before_authentication(
    connect: Callable[[str], Client], refusal: Refusal
) -> None:
    """A malformed request with a bad token is told that it is malformed."""
    answer = refusal(connect("nonsense").experience_users.get, applicationId="my app")
    assert answer[0] == 400


def test_expired_token(
    server: MockServer, connect: Callable[[str], Client], app_id: str, refusal: Refusal
) -> None:
    """A token that has expired is told so."""
    client = connect(server.token("all.Application", expires_in=-60))
    answer = refusal(client.experience_users.get, applicationId=app_id)
    assert answer == (401, {"type": "Unauthorized", "message": "Access token has expired"})


def test_nonsense_token(connect: Callable[[str], Client], app_id: str, refusal: Refusal) -> None:
    """A token that nobody signed is invalid."""
    answer = refusal(connect("nonsense").experience_users.get, applicationId=app_id)
    assert answer == (401, {"type": "Unauthorized", "message": "Invalid access token"})


def test_missing_token(
    connect: Callable[[str | None], Client], app_id: str, refusal: Refusal
) -> None:
    """Without a token, nothing is allowed."""
    assert refusal(connect(None).experience_users.get, applicationId=app_id) == FORBIDDEN


def test_narrow_scope(
    server: MockServer, connect: Callable[[str], Client], app_id: str, refusal: Refusal
) -> None:
    """A token that may only read may not write."""
    client = connect(server.token("all.Application.read"))
    place = {"applicationId": app_id, "experienceUserId": ANN}
    assert client.experience_user.get(**place)["firstName"] == "Ann"
    assert refusal(client.experience_user.patch, **place, experienceUser={}) == FORBIDDEN
    assert refusal(client.experience_user.delete, **place) == FORBIDDEN


def test_missing_things(client: Client, app_id: str, refusal: Refusal) -> None:
    """What does not exist is named by its kind."""
    for action, what, ids in [
        (client.application.get, "Application", {"applicationId": MISSING}),
        (client.experience_users.get, "Application", {"applicationId": MISSING}),
        (client.experience_user.get, "Experience User", {"experienceUserId": MISSING}),
        (client.experience_user.delete, "Experience User", {"experienceUserId": MISSING}),
        (client.experience_group.get, "Experience Group", {"experienceGroupId": MISSING}),
        (client.experience_group.delete, "Experience Group", {"experienceGroupId": MISSING}),
        (client.application_api_token.get, "API Token", {"apiTokenId": MISSING}),
    ]:
        answer = refusal(action, **{"applicationId": app_id, **ids})
        assert answer == (404, {"type": "NotFound", "message": f"{what} was not found"})


@pytest.mark.parametrize(
    ("resource", "method", "action"),
    [
        ("devices", "get", "devices.get"),
        ("device", "get", "device.get"),
        ("experience_endpoints", "post", "experienceEndpoints.post"),
        ("application", "clone", "application.clone"),
        ("flows", "get", "flows.get"),
        ("orgs", "get", "orgs.get"),
        ("auth", "authenticate_device", "auth.authenticateDevice"),
    ],
)
def test_action_that_is_not_mocked(
    client: Client, app_id: str, refusal: Refusal, resource: str, method: str, action: str
) -> None:
    """An action that only the real API has is answered by its name."""
    perform = getattr(getattr(client, resource), method)
    status, data = refusal(perform, applicationId=app_id, deviceId=MISSING)
    assert (status, data["type"]) == (501, "NotImplemented")
    assert action in data["message"]


def test_path_that_does_not_exist(client: Client, refusal: Refusal) -> None:
    """A path that the API does not have is not allowed."""
    answer = refusal(client.request, method="GET", path="/nowhere")
    assert answer == (405, {"type": "MethodNotAllowed", "message": "GET is not allowed"})


def test_server_goes_on_after_refusals(client: Client, app_id: str, refusal: Refusal) -> None:
    """After a refusal everything is as before."""
    before = client.experience_users.get(applicationId=app_id)
    twin = {"email": "new@example.com", "password": "password1234", "experienceGroupIds": [MISSING]}
    assert (
        refusal(client.experience_users.post, applicationId=app_id, experienceUser=twin)[0] == 400
    )
    assert client.experience_users.get(applicationId=app_id) == before
