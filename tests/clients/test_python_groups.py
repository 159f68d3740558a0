"""The official Python client: creating, reading, changing and deleting experience groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from losant_rest import Client

from tests.clients.ids import ANN, CLEO, COMPANY, DEVICE, ENDPOINT, LAB
from tests.clients.listing import GROUPS, Listing

Refusal = Callable[..., tuple[int, Any]]


@pytest.fixture
def lab(app_id: str) -> dict[str, str]:
    """The parameters that name a group."""
    return {"applicationId": app_id, "experienceGroupId": LAB}


def test_creating(client: Client, app_id: str) -> None:
    """A new group answers what it was given, and is found by its id."""
    given = {
        "name": "Soil",
        "description": "",
        "experienceUserIds": [ANN, CLEO],
        "experienceEndpointIds": [ENDPOINT],
        "groupTags": {"costs": "310"},
        "deviceIds": [DEVICE],
        "deviceTags": [{"key": "floor", "value": "1"}, {"key": "floor"}, {"value": "2"}],
        "deviceQueryJson": '{"name": "x"}',
        "parentId": LAB,
    }
    created = client.experience_groups.post(applicationId=app_id, experienceGroup=given)
    group_id, date = created["id"], created["creationDate"]
    assert {**created, "experienceUserIds": sorted(created["experienceUserIds"])} == {
        **given,
        "id": group_id,
        "experienceGroupId": group_id,
        "applicationId": app_id,
        "creationDate": date,
        "lastUpdated": date,
        "ancestorIds": [LAB, COMPANY],
        "_type": "experienceGroup",
        "_links": {"self": {"href": f"/applications/{app_id}/experience/groups/{group_id}"}},
    }
    found = client.experience_group.get(applicationId=app_id, experienceGroupId=group_id)
    assert found == created


def test_creating_with_the_least(client: Client, app_id: str) -> None:
    """A group with nothing but a name is an empty one at the root."""
    created = client.experience_groups.post(applicationId=app_id, experienceGroup={"name": "Shed"})
    for members in ("experienceUserIds", "experienceEndpointIds", "deviceIds", "ancestorIds"):
        assert created[members] == []
    assert (created["groupTags"], created["deviceTags"]) == ({}, [])
    assert (created["parentId"], created["deviceQueryJson"]) == (None, None)


def test_getting(client: Client, lab: dict[str, str]) -> None:
    """A group answers everything that is known of it."""
    group = client.experience_group.get(**lab, losantdomain="example.com")
    assert group["name"] == "Lab"
    assert group["creationDate"] == "2023-02-01T00:00:00.000Z"
    assert group["lastUpdated"] == "2024-06-01T00:00:00.000Z"
    assert group["groupTags"] == {"costs": "300"}
    assert group["experienceEndpointIds"] == [ENDPOINT]
    assert sorted(group["experienceUserIds"]) == [CLEO, "c00000000000000000000004"]
    assert (group["parentId"], group["ancestorIds"]) == (COMPANY, [COMPANY])


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ({}, {}),
        ({"includeDirectDeviceCount": "true"}, {"directDeviceCount": 0}),
        ({"includeTotalDeviceCount": "true"}, {"totalDeviceCount": 0}),
        ({"includeDirectDeviceCount": "false", "includeTotalDeviceCount": "false"}, {}),
        (
            {"includeDirectDeviceCount": "1", "includeTotalDeviceCount": "1"},
            {"directDeviceCount": 0, "totalDeviceCount": 0},
        ),
    ],
    ids=str,
)
def test_device_counts(
    client: Client, lab: dict[str, str], asked: dict[str, str], counts: dict[str, int]
) -> None:
    """Devices are counted when that is asked for; there are none."""
    group = client.experience_group.get(**lab, **asked)
    assert {key: group[key] for key in group if key.endswith("DeviceCount")} == counts


def test_patching(client: Client, lab: dict[str, str]) -> None:
    """A patch changes what it names and the date, and nothing else."""
    before = client.experience_group.get(**lab)
    change = {"name": "Laboratory", "description": "Quiet", "groupTags": {"floor": "2"}}
    after = client.experience_group.patch(**lab, experienceGroup=change)
    assert after["lastUpdated"] > before["lastUpdated"]
    assert after == {**before, **change, "lastUpdated": after["lastUpdated"]}
    assert client.experience_group.get(**lab) == after


def test_patching_lists_and_nulls(client: Client, lab: dict[str, str]) -> None:
    """Lists replace what was there, and null takes a device query away."""
    change = {
        "experienceEndpointIds": [],
        "deviceIds": [DEVICE],
        "deviceTags": [{"key": "floor"}],
        "deviceQueryJson": "{}",
    }
    after = client.experience_group.patch(**lab, experienceGroup=change)
    assert {key: after[key] for key in change} == change
    after = client.experience_group.patch(**lab, experienceGroup={"deviceQueryJson": None})
    assert after["deviceQueryJson"] is None
    assert after["deviceIds"] == [DEVICE]


def test_deleting(client: Client, lab: dict[str, str], refusal: Refusal) -> None:
    """A deleted group is found no more."""
    assert client.experience_group.delete(**lab) == {"success": True}
    gone = (404, {"type": "NotFound", "message": "Experience Group was not found"})
    assert refusal(client.experience_group.get, **lab) == gone
    assert refusal(client.experience_group.patch, **lab, experienceGroup={}) == gone
    assert refusal(client.experience_group.delete, **lab) == gone
    assert Listing(GROUPS, client).initials() == "CEGNS"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": ""}, ".name has less length than allowed"),
        ({"name": "x" * 256}, ".name has longer length than allowed"),
        ({"description": None}, ".description is the wrong type"),
        ({"experienceUserIds": ["ann"]}, ".experienceUserIds.0 pattern mismatch"),
        ({"groupTags": {"a b": "c"}}, ".groupTags has additional properties"),
        ({"deviceTags": [{"size": "9"}]}, ".deviceTags.0 has additional properties"),
        ({"parentId": "Lab"}, ".parentId no (or more than one) schemas match"),
        ({"colour": "red"}, " has additional properties"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_group(
    client: Client,
    app_id: str,
    lab: dict[str, str],
    refusal: Refusal,
    change: dict[str, object],
    problem: str,
) -> None:
    """What does not fit the schema is neither created nor changed."""
    expected = (400, {"type": "Validation", "message": f"experienceGroup{problem}"})
    before = client.experience_groups.get(applicationId=app_id)
    new = {"name": "Shed", **change}
    answer = refusal(client.experience_groups.post, applicationId=app_id, experienceGroup=new)
    assert answer == expected
    assert refusal(client.experience_group.patch, **lab, experienceGroup=change) == expected
    assert client.experience_groups.get(applicationId=app_id) == before


def test_actions_and_links(client: Client, lab: dict[str, str]) -> None:
    """Links and actions are answered as they are asked for."""
    href = f"/applications/{lab['applicationId']}/experience/groups/{LAB}"
    group = client.experience_group.get(**lab, _actions="true", _links="false", _embedded="false")
    assert group["_actions"] == {
        "get": {"href": href, "method": "GET"},
        "patch": {"href": href, "method": "PATCH"},
        "delete": {"href": href, "method": "DELETE"},
    }
    assert "_links" not in group
