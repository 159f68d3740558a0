"""The official Python client: logging in, and with what token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from losant_rest import Client

from tests.clients.ids import ROBIN

Refusal = Callable[..., tuple[int, Any]]

CREDENTIALS = {"email": "robin@example.com", "password": "password1234"}


@pytest.fixture
def stranger(connect: Callable[[str | None], Client]) -> Client:
    """A client without a token."""
    return connect(None)


def test_login_tells_who_logged_in(stranger: Client) -> None:
    """A login answers the account's id and a token of the scope all.User, and nothing else."""
    login = stranger.auth.authenticate_user(credentials=CREDENTIALS)
    claims = jwt.decode(login["token"], options={"verify_signature": False})
    assert login.keys() == {"userId", "token", "needsToVerifyEmail"}
    assert (login["userId"], login["needsToVerifyEmail"]) == (ROBIN, False)
    assert claims["scope"] == ["all.User"]


def test_token_of_a_login_works(
    stranger: Client, connect: Callable[[str], Client], app_id: str
) -> None:
    """The token of a login reads and writes in an application, and lists applications."""
    client = connect(stranger.auth.authenticate_user(credentials=CREDENTIALS)["token"])
    assert client.applications.get()["totalCount"] == 3
    new = {"email": "gil@example.com", "password": "password1234"}
    created = client.experience_users.post(applicationId=app_id, experienceUser=new)
    found = client.experience_user.get(applicationId=app_id, experienceUserId=created["id"])
    assert found["email"] == "gil@example.com"


def test_what_a_login_creates_is_the_accounts(
    stranger: Client, connect: Callable[[str], Client]
) -> None:
    """An application that is created after a login belongs to the account."""
    client = connect(stranger.auth.authenticate_user(credentials=CREDENTIALS)["token"])
    created = client.applications.post(application={"name": "Shed"})
    assert (created["ownerId"], created["ownerType"]) == (ROBIN, "user")


@pytest.mark.parametrize(
    "wrong", [{"password": "password12345"}, {"email": "nobody@example.com"}], ids=str
)
def test_wrong_credentials(stranger: Client, refusal: Refusal, wrong: dict[str, str]) -> None:
    """A wrong password and an unknown email get the same answer."""
    answer = refusal(stranger.auth.authenticate_user, credentials={**CREDENTIALS, **wrong})
    assert answer == (401, {"type": "Unauthorized", "message": "Invalid email or password"})


@pytest.mark.parametrize(
    ("credentials", "problem"),
    [
        ({"password": "password1234"}, "credentials.email is required"),
        ({"email": "robin@example.com"}, "credentials.password is required"),
        ({**CREDENTIALS, "email": "robin"}, "credentials.email must be email format"),
        ({**CREDENTIALS, "password": "short"}, "credentials.password has less length than allowed"),
        ({**CREDENTIALS, "name": "Robin"}, "credentials has additional properties"),
        ({**CREDENTIALS, "twoFactorCode": 1}, "credentials.twoFactorCode is the wrong type"),
    ],
)
def test_malformed_credentials(
    stranger: Client, refusal: Refusal, credentials: dict[str, object], problem: str
) -> None:
    """Credentials that do not fit their schema are told apart from wrong ones."""
    answer = refusal(stranger.auth.authenticate_user, credentials=credentials)
    assert answer == (400, {"type": "Validation", "message": problem})


def test_login_with_optional_credentials(stranger: Client) -> None:
    """A two-factor code and requested scopes are accepted."""
    more = {"twoFactorCode": "123456", "requestedScopes": ["all.User"]}
    login = stranger.auth.authenticate_user(credentials={**CREDENTIALS, **more})
    assert login["userId"] == ROBIN
