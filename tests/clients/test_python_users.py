"""The official Python client: creating, reading, changing and deleting experience users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from losant_rest import Client

from tests.clients.ids import ANN, CLEO, GUESTS, LAB, MISSING, NORTH, SALES

Refusal = Callable[..., tuple[int, Any]]


NEW = {"email": "gil@example.com", "password": "password1234"}


@pytest.fixture
def ann(app_id: str) -> dict[str, str]:
    """The parameters that name a user."""
    return {"applicationId": app_id, "experienceUserId": ANN}


def test_creating(client: Client, app_id: str) -> None:
    """A new user answers what it was given, without the password, and is found by its id."""
    given = {
        "email": "Gil@example.com",
        "firstName": "Gül 😀",
        "lastName": "",
        "tokenCutoff": "2024-01-01T00:00:00.000Z",
        "userTags": {"role": "guest", "Desk_no-1": "7"},
    }
    created = client.experience_users.post(
        applicationId=app_id,
        experienceUser={
            **given,
            "password": "password1234",
            "experienceGroupIds": [LAB, GUESTS, LAB],
        },
    )
    user_id, date = created["id"], created["creationDate"]
    groups = created.pop("experienceGroups")
    assert sorted(groups, key=lambda group: str(group["name"])) == [
        {"id": GUESTS, "name": "Guests", "parentId": None},
        {"id": LAB, "name": "Lab", "parentId": "b00000000000000000000001"},
    ]
    assert created == {
        **given,
        "id": user_id,
        "experienceUserId": user_id,
        "applicationId": app_id,
        # The MD5 of the address in lower case.
        "avatarUrl": "https://secure.gravatar.com/avatar/01942581eff7f8c3db8141ccddf3a430?d=retro&s=240",
        "creationDate": date,
        "lastUpdated": date,
        "passwordLastUpdated": date,
        "_type": "experienceUser",
        "_links": {"self": {"href": f"/applications/{app_id}/experience/users/{user_id}"}},
    }
    found = client.experience_user.get(applicationId=app_id, experienceUserId=user_id)
    assert found == {**created, "experienceGroups": groups}


def test_creating_with_the_least(client: Client, app_id: str) -> None:
    """What was never given is not in the answer at all, except for tags and groups."""
    created = client.experience_users.post(applicationId=app_id, experienceUser=NEW)
    assert (created["userTags"], created["experienceGroups"]) == ({}, [])
    assert created.keys().isdisjoint(
        {"firstName", "lastName", "lastLogin", "tokenCutoff", "password", "experienceGroupIds"}
    )
    assert client.experience_users.get(applicationId=app_id)["totalCount"] == 7


def test_getting(client: Client, app_id: str) -> None:
    """A user answers everything that is known of it."""
    place = {"applicationId": app_id, "experienceUserId": CLEO}
    user = client.experience_user.get(**place, losantdomain="example.com")
    assert user == client.experience_user.get(**place)
    assert (user["firstName"], user["lastName"]) == ("Cleo", "Diaz")
    assert user["creationDate"] == "2023-06-01T00:00:00.000Z"
    assert user["lastUpdated"] == "2024-04-01T00:00:00.000Z"
    assert user["lastLogin"] == "2024-01-10T00:00:00.000Z"
    assert user["tokenCutoff"] == "2024-01-01T00:00:00.000Z"
    assert user["userTags"] == {"role": "agent", "site": "Leeds"}
    assert {group["name"] for group in user["experienceGroups"]} == {"Lab", "Export"}


def test_patching(client: Client, ann: dict[str, str]) -> None:
    """A patch changes what it names and the date, and nothing else."""
    before = client.experience_user.get(**ann)
    change = {"firstName": "Anna", "tokenCutoff": "2025-01-01T00:00:00.000Z"}
    after = client.experience_user.patch(**ann, experienceUser=change)
    assert after["lastUpdated"] > before["lastUpdated"]
    assert after == {**before, **change, "lastUpdated": after["lastUpdated"]}
    assert client.experience_user.get(**ann) == after


def test_patching_nothing(client: Client, ann: dict[str, str]) -> None:
    """An empty patch moves the date and nothing else."""
    before = client.experience_user.get(**ann)
    after = client.experience_user.patch(**ann, experienceUser={})
    assert after["lastUpdated"] > before["lastUpdated"]
    assert after == {**before, "lastUpdated": after["lastUpdated"]}


def test_patching_tags_replaces_them(client: Client, ann: dict[str, str]) -> None:
    """New tags take the place of all the old ones."""
    patched = client.experience_user.patch(**ann, experienceUser={"userTags": {"site": "Porto"}})
    assert patched["userTags"] == {"site": "Porto"}
    assert client.experience_user.get(**ann)["userTags"] == {"site": "Porto"}


def test_patching_groups_replaces_them(client: Client, ann: dict[str, str]) -> None:
    """New groups take the place of all the old ones; an empty list leaves all."""
    change = {"experienceGroupIds": [NORTH, GUESTS]}
    patched = client.experience_user.patch(**ann, experienceUser=change)
    assert {group["id"] for group in patched["experienceGroups"]} == {NORTH, GUESTS}
    patched = client.experience_user.patch(**ann, experienceUser={"experienceGroupIds": []})
    assert patched["experienceGroups"] == []


def test_patching_the_password(client: Client, ann: dict[str, str]) -> None:
    """A new password moves its own date, and leaves the token cutoff."""
    before = client.experience_user.get(**ann)
    change = {"password": "another password"}
    after = client.experience_user.patch(**ann, experienceUser=change)
    assert after["passwordLastUpdated"] == after["lastUpdated"] > before["passwordLastUpdated"]
    assert after.keys() == before.keys()


def test_patching_the_email(client: Client, app_id: str, ann: dict[str, str]) -> None:
    """A user is found under its new address, and the old one is free again."""
    change = {"email": "Anna@example.com"}
    patched = client.experience_user.patch(**ann, experienceUser=change)
    assert patched["email"] == "Anna@example.com"
    page = client.experience_users.get(applicationId=app_id, filterField="email", filter="ann*")
    assert [item["email"] for item in page["items"]] == ["Anna@example.com"]
    heir = {"email": "ann@example.com", "password": "password1234"}
    assert client.experience_users.post(applicationId=app_id, experienceUser=heir)["id"] != ANN


def test_deleting(client: Client, app_id: str, ann: dict[str, str], refusal: Refusal) -> None:
    """A deleted user is found no more, neither by its id nor in its groups."""
    assert client.experience_user.delete(**ann) == {"success": True}
    gone = (404, {"type": "NotFound", "message": "Experience User was not found"})
    assert refusal(client.experience_user.get, **ann) == gone
    assert refusal(client.experience_user.patch, **ann, experienceUser={}) == gone
    assert refusal(client.experience_user.delete, **ann) == gone
    page = client.experience_users.get(applicationId=app_id)
    assert page["totalCount"] == 5
    assert ANN not in {item["id"] for item in page["items"]}
    sales = client.experience_group.get(applicationId=app_id, experienceGroupId=SALES)
    assert sales["experienceUserIds"] == []


@pytest.mark.parametrize("email", ["ann@example.com", "ANN@Example.com"])
def test_email_that_is_taken(client: Client, app_id: str, refusal: Refusal, email: str) -> None:
    """Two users of an application cannot have one address, whatever the case."""
    twin = {"email": email, "password": "password1234"}
    answer = refusal(client.experience_users.post, applicationId=app_id, experienceUser=twin)
    message = f'Email address "{email}" already exists'
    assert answer == (400, {"type": "AlreadyExists", "message": message})
    other = {"applicationId": app_id, "experienceUserId": CLEO}
    answer = refusal(client.experience_user.patch, **other, experienceUser={"email": email})
    assert answer == (400, {"type": "AlreadyExists", "message": message})


def test_own_email_in_another_case(client: Client, ann: dict[str, str]) -> None:
    """A user can spell its own address anew."""
    patched = client.experience_user.patch(**ann, experienceUser={"email": "Ann@example.com"})
    assert patched["email"] == "Ann@example.com"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"email": None}, ".email is the wrong type"),
        ({"email": "gil"}, ".email must be email format"),
        ({"email": "@" * 1025}, ".email has longer length than allowed"),
        ({"firstName": 7}, ".firstName is the wrong type"),
        ({"lastName": "x" * 1025}, ".lastName has longer length than allowed"),
        ({"password": "short"}, ".password has less length than allowed"),
        ({"tokenCutoff": "yesterday"}, ".tokenCutoff must be date-time format"),
        ({"userTags": {"site": ""}}, ".userTags.site has less length than allowed"),
        ({"userTags": []}, ".userTags is the wrong type"),
        ({"experienceGroupIds": ["lab"]}, ".experienceGroupIds.0 pattern mismatch"),
        ({"experienceGroupIds": [LAB, MISSING]}, ".experienceGroupIds.1 was not found"),
        ({"experienceGroupIds": [LAB] * 1001}, ".experienceGroupIds has more items than allowed"),
        ({"colour": "red"}, " has additional properties"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_user(
    client: Client,
    app_id: str,
    ann: dict[str, str],
    refusal: Refusal,
    change: dict[str, object],
    problem: str,
) -> None:
    """What does not fit the schema is neither created nor changed."""
    expected = (400, {"type": "Validation", "message": f"experienceUser{problem}"})
    before = client.experience_user.get(**ann)
    new = {**NEW, **change}
    answer = refusal(client.experience_users.post, applicationId=app_id, experienceUser=new)
    assert answer == expected
    assert refusal(client.experience_user.patch, **ann, experienceUser=change) == expected
    assert client.experience_user.get(**ann) == before
    assert client.experience_users.get(applicationId=app_id)["totalCount"] == 6


def test_actions_and_links(client: Client, ann: dict[str, str]) -> None:
    """Links and actions are answered as they are asked for."""
    href = f"/applications/{ann['applicationId']}/experience/users/{ANN}"
    user = client.experience_user.get(**ann, _actions="true", _links="false", _embedded="false")
    assert user["_actions"] == {
        "get": {"href": href, "method": "GET"},
        "patch": {"href": href, "method": "PATCH"},
        "delete": {"href": href, "method": "DELETE"},
    }
    assert "_links" not in user
    user = client.experience_user.patch(**ann, experienceUser={})
    assert user["_links"] == {"self": {"href": href}}
    assert "_actions" not in user
