"""The official Python client: API tokens of an application, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from losant_rest import Client

from mock_server import MockServer
from tests.clients.ids import ANN, ROBIN, SYNC, WAREHOUSE

Refusal = Callable[..., tuple[int, Any]]

FORBIDDEN = (403, {"type": "Forbidden", "message": "Access is forbidden"})
INVALID = (401, {"type": "Unauthorized", "message": "Invalid access token"})
EXPIRED = (401, {"type": "Unauthorized", "message": "Access token has expired"})
MISSING = (404, {"type": "NotFound", "message": "API Token was not found"})


def names(page: Any) -> list[str]:
    """Return the names of the tokens on a page, in order."""
    return [item["name"] for item in page["items"]]


def test_secrets_are_not_listed(client: Client, app_id: str) -> None:
    """A list does not contain the tokens themselves."""
    items = client.application_api_tokens.get(applicationId=app_id)["items"]
    assert len(items) == 3
    assert not any("token" in item for item in items)


def test_creating(connect: Callable[[str | None], Client], app_id: str) -> None:
    """A new token answers what it was given, who made it, and this once its secret."""
    credentials = {"email": "robin@example.com", "password": "password1234"}
    login = connect(None).auth.authenticate_user(credentials=credentials)
    client = connect(login["token"])
    given = {
        "name": "Import",
        "description": "Every night",
        "expirationDate": "2130-01-01T00:00:00.000Z",
        "scope": ["experienceUsers.post", "experienceUsers.get"],
        "status": "active",
    }
    created = client.application_api_tokens.post(applicationId=app_id, apiToken=given)
    assert created.pop("token").count(".") == 2
    token_id, date = created["id"], created["creationDate"]
    assert created == {
        **given,
        "id": token_id,
        "apiTokenId": token_id,
        "ownerId": app_id,
        "ownerType": "application",
        "creatorId": ROBIN,
        "creatorType": "user",
        "creatorName": "Robin Admin",
        "creationDate": date,
        "lastUpdated": date,
        "_type": "apiToken",
        "_links": {"self": {"href": f"/applications/{app_id}/tokens/{token_id}"}},
    }
    found = client.application_api_token.get(applicationId=app_id, apiTokenId=token_id)
    assert found == created


def test_defaults(client: Client, app_id: str) -> None:
    """A token with nothing but a name is active and may do everything in its application."""
    created = client.application_api_tokens.post(applicationId=app_id, apiToken={"name": "All"})
    assert (created["scope"], created["status"]) == (["all.Application"], "active")
    assert created.keys().isdisjoint({"description", "expirationDate"})


def test_getting_and_patching(client: Client, app_id: str) -> None:
    """A patch changes what it names and the date, and nothing else."""
    place = {"applicationId": app_id, "apiTokenId": SYNC}
    before = client.application_api_token.get(**place)
    assert (before["name"], before["scope"]) == ("Sync", ["experienceUsers.*", "experienceUser.*"])
    change = {"name": "Mirror", "description": "Hourly", "status": "inactive"}
    after = client.application_api_token.patch(**place, apiToken=change)
    assert after["lastUpdated"] > before["lastUpdated"]
    assert after == {**before, **change, "lastUpdated": after["lastUpdated"]}
    assert client.application_api_token.get(**place) == after


def test_deleting(client: Client, app_id: str, refusal: Refusal) -> None:
    """A deleted token is found no more."""
    place = {"applicationId": app_id, "apiTokenId": SYNC}
    assert client.application_api_token.delete(**place) == {"success": True}
    assert refusal(client.application_api_token.get, **place) == MISSING
    assert refusal(client.application_api_token.patch, **place, apiToken={}) == MISSING
    assert refusal(client.application_api_token.delete, **place) == MISSING
    assert names(client.application_api_tokens.get(applicationId=app_id)) == ["Audit", "Kiosk"]


@pytest.mark.parametrize(
    ("token", "problem"),
    [
        ({}, "apiToken.name is required"),
        ({"name": "T", "status": "off"}, "apiToken.status must be an enum value"),
        (
            {"name": "T", "expirationDate": "soon"},
            "apiToken.expirationDate must be date-time format",
        ),
        (
            {"name": "T", "scope": ["experienceUsers.get", "everything"]},
            "apiToken.scope.1 no (or more than one) schemas match",
        ),
        (
            {"name": "T", "scope": ["experienceUsers.get", "experienceUsers.get"]},
            "apiToken.scope must be unique",
        ),
    ],
)
def test_malformed_token(
    client: Client, app_id: str, refusal: Refusal, token: dict[str, object], problem: str
) -> None:
    """A token that does not fit the schema is not created."""
    answer = refusal(client.application_api_tokens.post, applicationId=app_id, apiToken=token)
    assert answer == (400, {"type": "Validation", "message": problem})
    assert client.application_api_tokens.get(applicationId=app_id)["totalCount"] == 3


def test_scope_and_expiry_stay(client: Client, app_id: str, refusal: Refusal) -> None:
    """What a token may do, and until when, cannot be patched."""
    for change in ({"scope": ["all.Application"]}, {"expirationDate": "2140-01-01T00:00:00.000Z"}):
        answer = refusal(
            client.application_api_token.patch,
            applicationId=app_id,
            apiTokenId=SYNC,
            apiToken=change,
        )
        problem = "apiToken has additional properties"
        assert answer == (400, {"type": "Validation", "message": problem})


@pytest.fixture
def narrow(client: Client, app_id: str) -> Any:
    """A token that may do nothing but list users, with its secret."""
    token = {"name": "Narrow", "scope": ["experienceUsers.get"]}
    return client.application_api_tokens.post(applicationId=app_id, apiToken=token)


@pytest.fixture
def bearer(connect: Callable[[str], Client], narrow: Any) -> Client:
    """A client with the narrow token."""
    return connect(narrow["token"])


def test_narrow_scope_works(bearer: Client, app_id: str) -> None:
    """A token does what its scope grants."""
    page = bearer.experience_users.get(applicationId=app_id, _actions="true")
    assert page["totalCount"] == 6
    assert page["_actions"].keys() == {"get"}


def test_narrow_scope_is_refused_elsewhere(bearer: Client, app_id: str, refusal: Refusal) -> None:
    """A token does nothing that its scope does not grant."""
    new = {"email": "gil@example.com", "password": "password1234"}
    app = {"applicationId": app_id}
    assert refusal(bearer.experience_users.post, **app, experienceUser=new) == FORBIDDEN
    assert refusal(bearer.experience_user.get, **app, experienceUserId=ANN) == FORBIDDEN
    assert refusal(bearer.experience_groups.get, **app) == FORBIDDEN
    assert refusal(bearer.application.get, **app) == FORBIDDEN
    assert refusal(bearer.application_api_tokens.get, **app) == FORBIDDEN
    assert refusal(bearer.applications.get) == FORBIDDEN


def test_token_works_in_its_application_only(
    client: Client,
    connect: Callable[[str], Client],
    app_id: str,
    refusal: Refusal,
) -> None:
    """Elsewhere the application is not found, and all applications together are forbidden."""
    created = client.application_api_tokens.post(applicationId=app_id, apiToken={"name": "All"})
    bearer = connect(created["token"])
    assert bearer.application.get(applicationId=app_id)["name"] == "Greenhouse"
    foreign = (404, {"type": "NotFound", "message": "Application was not found"})
    assert refusal(bearer.application.get, applicationId=WAREHOUSE) == foreign
    assert refusal(bearer.experience_users.get, applicationId=WAREHOUSE) == foreign
    assert refusal(bearer.applications.get) == FORBIDDEN
    assert refusal(bearer.applications.post, application={"name": "Shed"}) == FORBIDDEN


def test_bound_token_has_no_part_in_all_applications(
    server: MockServer, connect: Callable[[str], Client], app_id: str, refusal: Refusal
) -> None:
    """A token of one application may not act on all of them, whatever its scope."""
    bearer = connect(server.token("all.User", application_id=app_id))
    assert bearer.application.get(applicationId=app_id)["name"] == "Greenhouse"
    assert refusal(bearer.applications.get) == FORBIDDEN
    assert refusal(bearer.applications.post, application={"name": "Shed"}) == FORBIDDEN


def test_inactive_token_stops(
    client: Client, bearer: Client, narrow: Any, app_id: str, refusal: Refusal
) -> None:
    """A token stops when it is made inactive, and works again when it is made active."""
    place = {"applicationId": app_id, "apiTokenId": narrow["id"]}
    assert bearer.experience_users.get(applicationId=app_id)["count"] == 6
    client.application_api_token.patch(**place, apiToken={"status": "inactive"})
    assert refusal(bearer.experience_users.get, applicationId=app_id) == INVALID
    client.application_api_token.patch(**place, apiToken={"status": "active"})
    assert bearer.experience_users.get(applicationId=app_id)["count"] == 6


def test_token_that_was_never_active(
    client: Client, connect: Callable[[str], Client], app_id: str, refusal: Refusal
) -> None:
    """A token that is created inactive does not work."""
    token = {"name": "Later", "status": "inactive"}
    created = client.application_api_tokens.post(applicationId=app_id, apiToken=token)
    bearer = connect(created["token"])
    assert refusal(bearer.experience_users.get, applicationId=app_id) == INVALID


def test_deleted_token_stops(
    client: Client, bearer: Client, narrow: Any, app_id: str, refusal: Refusal
) -> None:
    """A token stops when it is deleted."""
    assert bearer.experience_users.get(applicationId=app_id)["count"] == 6
    client.application_api_token.delete(applicationId=app_id, apiTokenId=narrow["id"])
    assert refusal(bearer.experience_users.get, applicationId=app_id) == INVALID


def test_expired_token(
    client: Client, connect: Callable[[str], Client], app_id: str, refusal: Refusal
) -> None:
    """A token does not work after its date."""
    token = {"name": "Old", "expirationDate": "2020-01-01T00:00:00.000Z"}
    created = client.application_api_tokens.post(applicationId=app_id, apiToken=token)
    bearer = connect(created["token"])
    assert refusal(bearer.experience_users.get, applicationId=app_id) == EXPIRED


def test_token_of_a_token(client: Client, connect: Callable[[str], Client], app_id: str) -> None:
    """A token that a token makes says which one made it."""
    app = {"applicationId": app_id}
    first = client.application_api_tokens.post(**app, apiToken={"name": "First"})
    second = connect(first["token"]).application_api_tokens.post(**app, apiToken={"name": "Second"})
    creator = (second["creatorId"], second["creatorType"], second["creatorName"])
    assert creator == (first["id"], "apiToken", "First")
