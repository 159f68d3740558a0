"""Tokens: where they are read from, what they grant, how they end (contract, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest

if TYPE_CHECKING:
    from tests.losant.conftest import Api

SECRET = "losant-mock-server-secret-nobody-should-rely-on"


def signed(**claims: Any) -> str:
    """Return a token with these claims, made as anybody could."""
    return jwt.encode({"scope": ["all.Application"], **claims}, SECRET, "HS256")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "JWT", "jwt"])
def test_schemes(api: Api, scheme: str) -> None:
    """Bearer and JWT are accepted, in any case."""
    headers = {"Authorization": f"{scheme} {signed()}"}
    assert api.client.get("experience/users", headers=headers).status_code == 200


@pytest.mark.parametrize("name", ["access_token", "jwt"])
def test_the_query_string_wins(api: Api, name: str) -> None:
    """A token in the query string is used, whatever the header says."""
    good, bad = signed(), "x"
    assert api("GET", "experience/users", token=bad, **{name: good}).status_code == 200
    assert api("GET", "experience/users", token=good, **{name: bad}).status_code == 401


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"exp": 4_000_000_000}, 200),
        ({"exp": 4_000_000_000.5, "nbf": 0}, 200),
        ({"exp": "4000000000"}, 401),
        ({"nbf": 4_000_000_000}, 401),
        ({"exp": True}, 401),
        ({"scope": "all.Application"}, 403),
        ({"scope": {"all.Application": 1}}, 403),
        ({"scope": [["all.Application"], 5, None]}, 403),
        ({"aud": "x", "sub": 5, "iat": "x", "jti": 5}, 200),
        ({"applicationId": "0" * 24}, 404),
    ],
)
def test_claims(api: Api, claims: dict[str, Any], status: int) -> None:
    """What the claims say decides, and those that mean nothing here are ignored."""
    assert api("GET", "experience/users", token=signed(**claims)).status_code == status


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
@pytest.mark.filterwarnings("ignore:.*HMAC key")
def test_other_algorithms(api: Api, algorithm: str) -> None:
    """Only HS256 is accepted."""
    token = jwt.encode(
        {"scope": ["all.Application"]}, SECRET if algorithm != "none" else "", algorithm
    )
    response = api("GET", "experience/users", token=token)
    assert response.json() == {"type": "Unauthorized", "message": "Invalid access token"}


def test_api_token_document(api: Api) -> None:
    """A new token says what it grants; the JWT is shown once."""
    token = api.api_token(description="d", expirationDate="2999-01-01T00:00:00Z")
    assert token["scope"] == ["all.Application"]
    assert token["status"] == "active"
    assert token["expirationDate"] == "2999-01-01T00:00:00.000Z"
    assert (token["ownerId"], token["ownerType"]) == (api.server.application_id, "application")
    assert token["apiTokenId"] == token["id"]
    assert token["_type"] == "apiToken"
    secret = token.pop("token")
    assert api("GET", f"tokens/{token['id']}").json() == token
    assert api("GET", "tokens").json()["items"] == [token]
    assert api("GET", "experience/users", token=secret).status_code == 200


def test_a_token_ends_at_once(api: Api) -> None:
    """An inactive or deleted token is refused from then on, an active one accepted again."""
    token = api.api_token()
    path = f"tokens/{token['id']}"

    def status() -> int:
        return api("GET", "experience/users", token=token["token"]).status_code

    assert status() == 200
    api("PATCH", path, {"status": "inactive"})
    assert status() == 401
    api("PATCH", path, {"status": "active"})
    assert status() == 200
    assert api("DELETE", path).json() == {"success": True}
    assert status() == 401
    assert api("GET", path).json() == {"type": "NotFound", "message": "API Token was not found"}


def test_an_expired_api_token(api: Api) -> None:
    """A token whose expiration date is past has expired."""
    token = api.api_token(expirationDate="2020-01-01T00:00:00Z")["token"]
    assert api("GET", "experience/users", token=token).json() == {
        "type": "Unauthorized",
        "message": "Access token has expired",
    }


def test_an_api_token_knows_one_application(api: Api) -> None:
    """Elsewhere its application is not found, and it may not list or create applications."""
    token = api.api_token(scope=["all.Application", "experienceUsers.*"])["token"]
    url = api.server.url
    every = api.server.token("all.User")
    other = api("POST", f"{url}/applications", {"name": "Other"}, token=every).json()
    response = api("GET", f"{url}/applications/{other['id']}/experience/users", token=token)
    assert response.status_code == 404
    assert response.json() == {"type": "NotFound", "message": "Application was not found"}
    bound = api.server.token("all.User", application_id=api.server.application_id)
    assert api("GET", f"{url}/applications", token=bound).status_code == 403


def test_login(api: Api) -> None:
    """Logging in gives a token for everything the account may do."""
    url = f"{api.server.url}/auth/user"
    login = api("POST", url, {"email": "Admin@example.com", "password": "password1234"}).json()
    assert login.keys() == {"userId", "token", "needsToVerifyEmail"}
    assert jwt.decode(login["token"], SECRET, ["HS256"])["scope"] == ["all.User"]
    assert api("GET", f"{api.server.url}/applications", token=login["token"]).status_code == 200
    for email, password in (("admin@example.com", "password4321"), ("x@y.z", "password1234")):
        refused = api("POST", url, {"email": email, "password": password})
        assert (refused.status_code, refused.json()) == (
            401,
            {"type": "Unauthorized", "message": "Invalid email or password"},
        )


def test_login_with_a_token(api: Api) -> None:
    """Logging in needs no token, but a token that is sent must be valid."""
    url = f"{api.server.url}/auth/user"
    body = {"email": "admin@example.com", "password": "password1234"}
    assert api("POST", url, body, token=api.server.token("nothing")).status_code == 200
    refused = api("POST", url, body, token="no.real.token")
    assert (refused.status_code, refused.json()["message"]) == (401, "Invalid access token")
    # What is wrong with the body is found first.
    wrong = api("POST", url, {**body, "email": 1}, token="no.real.token")
    assert wrong.json()["message"] == "credentials.email is the wrong type"


def test_login_for_a_while(api: Api) -> None:
    """A login can ask for how many seconds its token is to be valid."""
    url = f"{api.server.url}/auth/user"
    body = {"email": "admin@example.com", "password": "password1234"}
    claims = jwt.decode(
        api("POST", url, {**body, "tokenTTL": 60}).json()["token"], SECRET, ["HS256"]
    )
    assert claims["exp"] - claims["iat"] == 60
    for wrong, problem in ((-1, "is less than minimum"), (1.5, "is the wrong type")):
        refused = api("POST", url, {**body, "tokenTTL": wrong})
        assert refused.json()["message"] == f"credentials.tokenTTL {problem}"


def test_repeated_scopes(api: Api) -> None:
    """Scopes must differ, and that is looked at before what they are."""
    response = api("POST", "tokens", {"name": "t", "scope": ["nope", "nope"]})
    assert response.json()["message"] == "apiToken.scope must be unique"


ROLES = [
    {
        "orgId": "575ec8687ae143cd83dc4a97",
        "role": "view",
        "applicationRoles": [{"resourceId": "575ec8687ae143cd83dc4a97", "role": "none"}],
    },
    {"orgId": "sandbox", "role": "admin"},
]


def test_roles_are_kept(api: Api) -> None:
    """Roles are answered as they were sent, and are part of the state."""
    made = api.api_token(defaultRole="edit", orgRoles=ROLES)
    assert (made["defaultRole"], made["orgRoles"]) == ("edit", ROLES)
    plain = api.api_token()
    assert plain.keys() & {"defaultRole", "orgRoles"} == set()
    state = api.server.state()
    api("PATCH", f"tokens/{made['id']}", {"defaultRole": "none", "orgRoles": []})
    changed = api("GET", f"tokens/{made['id']}").json()
    assert (changed["defaultRole"], changed["orgRoles"]) == ("none", [])
    api.server.load(state)
    assert api("GET", f"tokens/{made['id']}").json()["orgRoles"] == ROLES
    assert api.server.state() == state


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ([{"role": "view"}], ".0.orgId is required"),
        ([{"orgId": "x", "role": "view"}], ".0.orgId no (or more than one) schemas match"),
        ([{"orgId": "sandbox", "role": "all"}], ".0.role must be an enum value"),
        ([{"orgId": "sandbox", "role": "view", "x": 1}], ".0 has additional properties"),
        (ROLES * 13, " has more items than allowed"),
    ],
)
def test_roles_that_are_refused(api: Api, roles: object, message: str) -> None:
    """Roles are checked in full."""
    for method, path in (("POST", "tokens"), ("PATCH", f"tokens/{api.api_token()['id']}")):
        answer = api(method, path, {"name": "t", "orgRoles": roles})
        assert answer.json()["message"] == f"apiToken.orgRoles{message}"
