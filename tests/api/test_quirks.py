"""Quirks: each setting changes what it says (contract, section 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.api.conftest import MakeApi


def test_filter_case(make_api: MakeApi) -> None:
    """Filters mind case when they are told to."""
    for case, expected in (("insensitive", 1), ("sensitive", 0)):
        api = make_api(filter_case=case)
        api.user("ann@example.com")
        page = api("GET", "experience/users", filterField="email", filter="ANN*").json()
        assert page["totalCount"] == expected


def test_duplicate_email_status(make_api: MakeApi) -> None:
    """A taken address is a conflict when it is told to be, in the same words."""
    api = make_api(duplicate_email_status=409)
    api.user()
    response = api(
        "POST", "experience/users", {"email": "Ann@example.com", "password": "password1"}
    )
    assert response.status_code == 409
    assert response.json()["type"] == "AlreadyExists"


def test_missing_token_status(make_api: MakeApi) -> None:
    """No token is 401 when it is told to be; one that grants nothing stays 403."""
    api = make_api(missing_token_status=401)
    del api.client.headers["Authorization"]
    response = api("GET", "experience/users")
    assert (response.status_code, response.json()["type"]) == (401, "Unauthorized")
    token = api.server.token("devices.get")
    assert api("GET", "experience/users", token=token).status_code == 403


def test_foreign_application_status(make_api: MakeApi) -> None:
    """A token outside its application is forbidden when it is told to be."""
    api = make_api(foreign_application_status=403)
    token = api.server.token(application_id="0" * 24)
    response = api("GET", "experience/users", token=token)
    assert response.status_code == 403
    assert response.json() == {"type": "Forbidden", "message": "Access is forbidden"}


def test_unknown_group_ids(make_api: MakeApi) -> None:
    """Memberships in what does not exist are left out when they are told to be."""
    api = make_api(unknown_group_ids="ignore")
    group = api.group()
    user = api.user(experienceGroupIds=["0" * 24, group["id"], group["id"]])
    assert [one["id"] for one in user["experienceGroups"]] == [group["id"]]
    members = api.group("Support", experienceUserIds=["0" * 24, user["id"]])
    assert members["experienceUserIds"] == [user["id"]]


def test_max_per_page(make_api: MakeApi) -> None:
    """A page is no longer than the setting."""
    api = make_api(max_per_page=2)
    for number in range(3):
        api.user(f"{number}@example.com")
    page = api("GET", "experience/users", perPage="3").json()
    assert (page["count"], page["perPage"], page["totalCount"]) == (2, 2, 3)
