"""Experience users: what the contract says in prose (section 6)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.losant.conftest import Api


def test_a_new_user(api: Api) -> None:
    """A user has these keys and no others, and its three dates are the same instant."""
    user = api.user(userTags={"k": "v"})
    digest = hashlib.md5(b"ann@example.com", usedforsecurity=False).hexdigest()
    dates = {user.pop(key) for key in ("creationDate", "lastUpdated", "passwordLastUpdated")}
    assert len(dates) == 1
    user_id = user.pop("id")
    path = f"/applications/{api.server.application_id}/experience/users/{user_id}"
    assert user == {
        "experienceUserId": user_id,
        "applicationId": api.server.application_id,
        "email": "ann@example.com",
        "avatarUrl": f"https://secure.gravatar.com/avatar/{digest}?d=retro&s=240",
        "userTags": {"k": "v"},
        "experienceGroups": [],
        "_type": "experienceUser",
        "_links": {"self": {"href": path}},
        "_actions": {
            "delete": {"href": path, "method": "DELETE"},
            "get": {"href": path, "method": "GET"},
            "patch": {"href": path, "method": "PATCH"},
        },
    }


def test_empty_names_are_values(api: Api) -> None:
    """A name that was given as empty is there, unlike one that was not given."""
    user = api.user(firstName="")
    assert user["firstName"] == ""
    assert "lastName" not in user


def test_patch_moves_only_its_own_dates(api: Api) -> None:
    """lastUpdated moves with every patch, passwordLastUpdated only with a password."""
    user = api.user(tokenCutoff="2020-01-01T00:00:00.000Z")
    path = f"experience/users/{user['id']}"
    named = api("PATCH", path, {"firstName": "Ann"}).json()
    assert named["firstName"] == "Ann"
    assert named["passwordLastUpdated"] == user["passwordLastUpdated"]
    secured = api("PATCH", path, {"password": "password2"}).json()
    assert secured["passwordLastUpdated"] == secured["lastUpdated"]
    assert secured["lastUpdated"] >= named["lastUpdated"] >= user["lastUpdated"]
    assert secured["tokenCutoff"] == user["tokenCutoff"]
    assert secured["creationDate"] == user["creationDate"]


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("2016-06-13T04:00:00+02:00", "2016-06-13T02:00:00.000Z"),
        ("2016-06-13 04:00:00.1239z", "2016-06-13T04:00:00.123Z"),
        ("2016-02-30T25:00:00Z", "2016-02-30T25:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_dates_are_answered_in_one_form(api: Api, sent: str, answered: str) -> None:
    """An instant is answered in UTC with milliseconds; what is none, as it was sent."""
    assert api.user(tokenCutoff=sent)["tokenCutoff"] == answered


def test_ids_in_upper_case(api: Api) -> None:
    """Ids are found in either case, and answered in lower case."""
    group = api.group()
    user = api.user(experienceGroupIds=[group["id"].upper()])
    found = api("GET", f"experience/users/{user['id'].upper()}").json()
    assert found["id"] == user["id"]
    assert [one["id"] for one in found["experienceGroups"]] == [group["id"]]


def test_a_freed_email_can_be_used_again(api: Api) -> None:
    """An address is free again when its user is deleted or gets another one."""
    first = api.user("a@example.com")
    api("PATCH", f"experience/users/{first['id']}", {"email": "A@example.com"})
    api("PATCH", f"experience/users/{first['id']}", {"email": "b@example.com"})
    second = api.user("a@example.com")
    api("DELETE", f"experience/users/{second['id']}")
    assert api.user("a@example.com")["id"] != second["id"]


def test_a_refused_change_changes_nothing(api: Api) -> None:
    """When one part of a change is refused, no other part of it happens."""
    api.user("taken@example.com")
    group = api.group()
    user = api.user("ann@example.com")
    body = {"firstName": "Ann", "email": "Taken@example.com", "experienceGroupIds": [group["id"]]}
    refused = api("PATCH", f"experience/users/{user['id']}", body)
    assert refused.status_code == 400
    assert refused.json() == {
        "type": "AlreadyExists",
        "message": 'Email address "Taken@example.com" already exists',
    }
    body = {"firstName": "Ann", "experienceGroupIds": [group["id"], "0" * 24]}
    refused = api("PATCH", f"experience/users/{user['id']}", body)
    assert refused.json()["message"] == "experienceUser.experienceGroupIds.1 was not found"
    assert api("GET", f"experience/users/{user['id']}").json() == user
    assert api("GET", f"experience/groups/{group['id']}").json()["experienceUserIds"] == []


def test_the_first_of_two_reasons_is_told(api: Api) -> None:
    """What comes first in the body is told first, on creation as on change."""
    api.user("taken@example.com")
    path = f"experience/users/{api.user('ann@example.com')['id']}"
    body = {"email": "taken@example.com", "experienceGroupIds": ["0" * 24]}
    for method, where, extra in (
        ("POST", "experience/users", {"password": "password1"}),
        ("PATCH", path, {}),
    ):
        assert api(method, where, {**body, **extra}).json()["type"] == "AlreadyExists"


def test_a_page_past_the_end(api: Api) -> None:
    """A page past the end is empty, and knows how many there are."""
    api.user()
    far = 10**40
    page = api("GET", "experience/users", page=str(far), perPage="00005000").json()
    assert (page["items"], page["count"], page["totalCount"]) == ([], 0, 1)
    assert (page["page"], page["perPage"]) == (far, 1000)
    assert not {"filterField", "filter", "experienceGroupId"} & page.keys()


def test_the_frame_repeats_what_was_asked(api: Api) -> None:
    """Filters are repeated when they were sent and not blank."""
    query = {"filterField": "email", "filter": "a*", "experienceGroupId": "any", "page": ""}
    page = api("GET", "experience/users", sortDirection="DESC", **query).json()
    assert (page["filterField"], page["filter"], page["experienceGroupId"]) == (
        "email",
        "a*",
        "any",
    )
    assert (page["page"], page["sortField"], page["sortDirection"]) == (0, "email", "DESC")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"page": "-1"}, "page is the wrong type"),
        ({"page": "1.0"}, "page is the wrong type"),
        ({"perPage": "0"}, "perPage is the wrong type"),
        ({"perPage": "٣"}, "perPage is the wrong type"),
        ({"filter[a]": "b"}, "filter is the wrong type"),
        ({"experienceGroupId": "some"}, "experienceGroupId pattern mismatch"),
        ({"experienceGroupId": "a" * 24 + "\n"}, "experienceGroupId pattern mismatch"),
        ({"query": '{"$and": {}}'}, "query.$and is the wrong type"),
        ({"query": '{"$or": [{}, 5]}'}, "query.$or.1 is the wrong type"),
        ({"query": '{"$nor": [{"x": 1}]}'}, "query.$nor.0 has additional properties"),
        ({"query": '{"email": 1e999}'}, "query.email no (or more than one) schemas match"),
        ({"query": '{"email": NaN}'}, "query is the wrong type"),
    ],
)
def test_wrong_parameters(api: Api, query: dict[str, str], message: str) -> None:
    """A parameter that is wrong is named with what is wrong about it."""
    response = api("GET", "experience/users", **query)
    assert (response.status_code, response.json()) == (
        400,
        {"type": "Validation", "message": message},
    )


@pytest.mark.parametrize(
    ("tags", "emails"),
    [
        (None, ["none@example.com"]),
        ({"$eq": None}, ["none@example.com"]),
        ({"$ne": None}, ["some@example.com"]),
        ({}, ["none@example.com", "some@example.com"]),
    ],
)
def test_users_without_tags(api: Api, tags: Any, emails: list[str]) -> None:
    """null matches those who have no tags at all."""
    api.user("none@example.com")
    api.user("some@example.com", userTags={"floor": "3"})
    page = api("GET", "experience/users", query=json.dumps({"userTags": tags})).json()
    assert [one["email"] for one in page["items"]] == emails
