"""Experience groups: what the contract says in prose (section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.losant.conftest import Api


def test_a_new_group(api: Api) -> None:
    """A group has these keys; a description only when it was given one."""
    group = api.group(deviceTags=[{"key": "k"}, {}], groupTags={"a": "b"})
    for key in ("id", "creationDate", "lastUpdated", "_links", "_actions"):
        del group[key]
    assert group == {
        "experienceGroupId": group["experienceGroupId"],
        "applicationId": api.server.application_id,
        "name": "Sales",
        "experienceUserIds": [],
        "experienceEndpointIds": [],
        "groupTags": {"a": "b"},
        "deviceIds": [],
        "deviceTags": [{"key": "k"}, {}],
        "deviceQueryJson": None,
        "parentId": None,
        "ancestorIds": [],
        "_type": "experienceGroup",
    }
    assert api.group(description="")["description"] == ""


def test_membership_from_both_sides(api: Api) -> None:
    """One relation, written and seen from either side, moving the dates of neither."""
    ann, bob = api.user("ann@example.com"), api.user("bob@example.com")
    group = api.group(experienceUserIds=[bob["id"], ann["id"], bob["id"]])
    assert group["experienceUserIds"] == [bob["id"], ann["id"]]
    seen = api("GET", f"experience/users/{ann['id']}").json()
    assert seen["experienceGroups"] == [{"id": group["id"], "name": "Sales", "parentId": None}]
    assert seen["lastUpdated"] == ann["lastUpdated"]
    api("PATCH", f"experience/users/{ann['id']}", {"experienceGroupIds": []})
    after = api("GET", f"experience/groups/{group['id']}").json()
    assert after["experienceUserIds"] == [bob["id"]]
    assert after["lastUpdated"] == group["lastUpdated"]
    api("DELETE", f"experience/users/{bob['id']}")
    assert api("GET", f"experience/groups/{group['id']}").json()["experienceUserIds"] == []


def test_users_see_what_a_group_is_called_now(api: Api) -> None:
    """Renaming or moving a group shows in its members at once."""
    top, group = api.group("Top"), api.group("Old")
    user = api.user(experienceGroupIds=[group["id"]])
    api("PATCH", f"experience/groups/{group['id']}", {"name": "New", "parentId": top["id"]})
    for seen in (
        api("GET", f"experience/users/{user['id']}").json(),
        api("GET", "experience/users").json()["items"][0],
    ):
        assert seen["experienceGroups"] == [
            {"id": group["id"], "name": "New", "parentId": top["id"]}
        ]


def test_deleting_a_group(api: Api) -> None:
    """Its users stay, and its children move up to its parent."""
    top = api.group("Top")
    middle = api.group("Middle", parentId=top["id"])
    low = api.group("Low", parentId=middle["id"])
    user = api.user(experienceGroupIds=[middle["id"], low["id"]])
    assert low["ancestorIds"] == [middle["id"], top["id"]]
    assert api("DELETE", f"experience/groups/{middle['id']}").json() == {"success": True}
    moved = api("GET", f"experience/groups/{low['id']}").json()
    assert (moved["parentId"], moved["ancestorIds"]) == (top["id"], [top["id"]])
    seen = api("GET", f"experience/users/{user['id']}").json()
    assert seen["experienceGroups"] == [{"id": low["id"], "name": "Low", "parentId": top["id"]}]


def test_parents_that_can_not_be(api: Api) -> None:
    """A parent must exist, and must not be the group itself or stand below it."""
    top = api.group("Top")
    low = api.group("Low", parentId=api.group("Middle", parentId=top["id"])["id"])
    path = f"experience/groups/{top['id']}"
    for parent, reason in (
        ("0" * 24, "was not found"),
        (top["id"], "must not be the group itself or one of its descendants"),
        (low["id"], "must not be the group itself or one of its descendants"),
    ):
        refused = api("PATCH", path, {"parentId": parent, "name": "Other"})
        assert refused.status_code == 400
        assert refused.json()["message"] == f"experienceGroup.parentId {reason}"
    assert api("GET", path).json() == top
    refused = api("POST", "experience/groups", {"name": "x", "experienceUserIds": ["0" * 24]})
    assert refused.json()["message"] == "experienceGroup.experienceUserIds.0 was not found"
    assert api("GET", "experience/groups").json()["totalCount"] == 3


def test_device_counts_when_asked_for(api: Api) -> None:
    """Device counts are 0, and only there when they are asked for."""
    path = f"experience/groups/{api.group()['id']}"
    asked = {"includeDirectDeviceCount": "1", "includeTotalDeviceCount": "no"}
    group = api("GET", path, **asked).json()
    assert group["directDeviceCount"] == 0
    assert "totalDeviceCount" not in group


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('{"parentId": null}', ["Top"]),
        ('{"parentId": {"$ne": null}}', ["Low", "Middle"]),
        ('{"ancestorId": "TOP"}', ["Low", "Middle"]),
        ('{"ancestorId": {"$nin": ["TOP"]}}', ["Top"]),
        ('{"experienceUserId": "USER"}', ["Middle"]),
        ('{"experienceUserId": null}', ["Low", "Top"]),
        ('{"experienceEndpointId": {"$in": ["aaaaaaaaaaaaaaaaaaaaaaaa"]}}', ["Top"]),
        ('{"groupTags": {"k": "v"}}', ["Low"]),
        ('{"name": {"$contains": "O", "$ci": true}}', ["Low", "Top"]),
    ],
)
def test_advanced_query(api: Api, query: str, names: list[str]) -> None:
    """Groups are found by their place, members, endpoints, tags and names."""
    user = api.user()
    top = api.group("Top", experienceEndpointIds=["A" * 24])
    middle = api.group("Middle", parentId=top["id"], experienceUserIds=[user["id"]])
    api.group("Low", parentId=middle["id"], groupTags={"k": "v"})
    query = query.replace("TOP", top["id"]).replace("USER", user["id"])
    page = api("GET", "experience/groups", query=query).json()
    assert [group["name"] for group in page["items"]] == names


def test_members_of_ancestors(api: Api) -> None:
    """A group's listing can include the members of its ancestors."""
    top = api.group("Top", experienceUserIds=[api.user("a@example.com")["id"]])
    low = api.group("Low", parentId=top["id"], experienceUserIds=[api.user("b@example.com")["id"]])
    api.user("c@example.com")
    for include, emails in (
        ("true", ["a@example.com", "b@example.com"]),
        ("0", ["b@example.com"]),
    ):
        query = {"experienceGroupId": low["id"], "includeAncestorGroups": include}
        page = api("GET", "experience/users", **query).json()
        assert [user["email"] for user in page["items"]] == emails
