"""The official Python client: experience groups, and every parameter that lists them.

A page is written as the initials of its groups' names, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from losant_rest import Client

List = Callable[..., Any]
Refusal = Callable[..., tuple[int, Any]]

ANN = "c00000000000000000000001"
BEN = "c00000000000000000000002"
CLEO = "c00000000000000000000003"
COMPANY = "b00000000000000000000001"
SALES = "b00000000000000000000002"
NORTH = "b00000000000000000000003"
LAB = "b00000000000000000000005"
ENDPOINT = "f00000000000000000000001"
DEVICE = "f00000000000000000000002"
MISSING = "ffffffffffffffffffffffff"


@pytest.fixture
def list_groups(client: Client, app_id: str) -> List:
    """List the application's groups."""
    return partial(client.experience_groups.get, applicationId=app_id)


@pytest.fixture
def lab(app_id: str) -> dict[str, str]:
    """The parameters that name a group."""
    return {"applicationId": app_id, "experienceGroupId": LAB}


def initials(page: Any) -> str:
    """Return the first letters of the names on a page."""
    assert page["count"] == len(page["items"])
    return "".join(item["name"][0] for item in page["items"])


def test_first_page(list_groups: List, client: Client, app_id: str) -> None:
    """Without parameters, the groups come by name, as they are one by one."""
    page = list_groups()
    items = page.pop("items")
    assert [item["name"][0] for item in items] == ["C", "E", "G", "L", "N", "S"]
    assert page == {
        "count": 6,
        "totalCount": 6,
        "page": 0,
        "perPage": 100,
        "sortField": "name",
        "sortDirection": "asc",
        "applicationId": app_id,
        "_type": "experienceGroups",
        "_links": {"self": {"href": f"/applications/{app_id}/experience/groups"}},
    }
    for item in items:
        group_id = item["experienceGroupId"]
        alone = client.experience_group.get(applicationId=app_id, experienceGroupId=group_id)
        assert item == alone


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize(
    ("field", "order"),
    [("name", "CEGLNS"), ("id", "CSNELG"), ("creationDate", "GLENSC"), ("lastUpdated", "NSGCEL")],
)
def test_sorting(list_groups: List, field: str, order: str, direction: str) -> None:
    """Groups are sorted by each field, in both directions."""
    page = list_groups(sortField=field, sortDirection=direction)
    assert initials(page) == (order if direction == "asc" else order[::-1])
    assert (page["sortField"], page["sortDirection"]) == (field, direction)


@pytest.mark.parametrize(("number", "shown"), [(0, "CEGL"), (1, "NS"), (2, "")])
def test_paging(list_groups: List, number: int, shown: str) -> None:
    """A page has its share of the groups, and always the count of all."""
    page = list_groups(page=number, perPage=4)
    assert initials(page) == shown
    assert (page["page"], page["perPage"], page["totalCount"]) == (number, 4, 6)


@pytest.mark.parametrize(
    ("pattern", "found"), [("Lab", "L"), ("*S", "GS"), ("?a*", "LS"), ("a", ""), ("*", "CEGLNS")]
)
def test_filtering(list_groups: List, pattern: str, found: str) -> None:
    """A filter leaves the groups whose name matches as a whole, whatever the case."""
    page = list_groups(filterField="name", filter=pattern)
    assert initials(page) == found
    assert page["totalCount"] == len(found)
    assert (page["filterField"], page["filter"]) == ("name", pattern)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "CEGLNS"),
        ({"name": "Lab"}, "L"),
        ({"name": {"$startsWith": "s", "$ci": True}}, "S"),
        ({"name": {"$in": ["Lab", "North"]}}, "LN"),
        ({"id": LAB}, "L"),
        ({"id": {"$nin": [LAB, NORTH]}}, "CEGS"),
        ({"creationDate": {"$lt": "2023-03-01"}}, "GL"),
        ({"lastUpdated": {"$gte": "2024-05-01T00:00:00Z"}}, "EL"),
        ({"parentId": SALES}, "EN"),
        ({"parentId": None}, "CG"),
        ({"parentId": {"$ne": None}}, "ELNS"),
        ({"ancestorId": COMPANY}, "ELNS"),
        ({"ancestorId": {"$in": [SALES, LAB]}}, "EN"),
        ({"groupTags": {"costs": "200"}}, "S"),
        ({"groupTags": {"costs": None}}, "CG"),
        ({"groupTags": {"$tagKey": "shop"}}, "S"),
        ({"groupTags": {"$tagValue": {"$in": ["210", "220"]}}}, "EN"),
        ({"groupTags": {"$ne": {"shop": "yes"}}}, "CEGLN"),
        ({"experienceUserId": CLEO}, "EL"),
        ({"experienceUserId": {"$in": [ANN, BEN]}}, "NS"),
        ({"experienceUserId": {"$nin": [CLEO]}}, "CGNS"),
        ({"experienceEndpointId": ENDPOINT}, "L"),
        ({"experienceEndpointId": {"$ne": ENDPOINT}}, "CEGNS"),
        ({"$or": [{"name": "Lab"}, {"parentId": SALES}]}, "ELN"),
        ({"$nor": [{"name": "Lab"}, {"parentId": SALES}]}, "CGS"),
        ({"$and": [{"ancestorId": COMPANY}, {"experienceUserId": ANN}]}, "S"),
    ],
    ids=str,
)
def test_query(list_groups: List, query: dict[str, Any], found: str) -> None:
    """A query leaves the groups of which it is true, whatever the filter."""
    page = list_groups(query=query)
    assert initials(page) == found
    assert page["totalCount"] == len(found)
    assert initials(list_groups(query=query, filterField="name", filter="Guests")) == found


def test_query_with_sorting_and_paging(list_groups: List) -> None:
    """What is sorted, counted and cut is what the query leaves."""
    page = list_groups(
        query={"ancestorId": COMPANY}, sortField="id", sortDirection="desc", page=1, perPage=3
    )
    assert initials(page) == "S"
    assert page["totalCount"] == 4


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"sortField": "email"}, "sortField must be an enum value"),
        ({"filterField": "email", "filter": "a"}, "filterField must be an enum value"),
        ({"perPage": 0}, "perPage is the wrong type"),
        ({"query": {"email": "a"}}, "query has additional properties"),
        ({"query": {"parentId": "Lab"}}, "query.parentId no (or more than one) schemas match"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_parameters(
    list_groups: List, refusal: Refusal, wrong: dict[str, object], problem: str
) -> None:
    """A parameter that does not fit is named."""
    assert refusal(list_groups, **wrong) == (400, {"type": "Validation", "message": problem})


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


def test_deleting(client: Client, app_id: str, lab: dict[str, str], refusal: Refusal) -> None:
    """A deleted group is found no more."""
    assert client.experience_group.delete(**lab) == {"success": True}
    gone = (404, {"type": "NotFound", "message": "Experience Group was not found"})
    assert refusal(client.experience_group.get, **lab) == gone
    assert refusal(client.experience_group.patch, **lab, experienceGroup={}) == gone
    assert refusal(client.experience_group.delete, **lab) == gone
    assert initials(client.experience_groups.get(applicationId=app_id)) == "CEGNS"


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
