"""The official Python client: every parameter that lists experience users.

A page is written as the initials of its users' addresses, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from losant_rest import Client

List = Callable[..., Any]
Refusal = Callable[..., tuple[int, Any]]

CLEO = "c00000000000000000000003"
COMPANY = "b00000000000000000000001"
SALES = "b00000000000000000000002"
NORTH = "b00000000000000000000003"
EXPORT = "b00000000000000000000004"
LAB = "b00000000000000000000005"
GUESTS = "b00000000000000000000006"
MISSING = "ffffffffffffffffffffffff"


@pytest.fixture
def list_users(client: Client, app_id: str) -> List:
    """List the application's users."""
    return partial(client.experience_users.get, applicationId=app_id)


def initials(page: Any) -> str:
    """Return the first letters of the addresses on a page."""
    assert page["count"] == len(page["items"])
    return "".join(item["email"][0] for item in page["items"])


def test_first_page(list_users: List, client: Client, app_id: str) -> None:
    """Without parameters, the users come by address, as they are one by one."""
    page = list_users()
    items = page.pop("items")
    assert [item["email"][0] for item in items] == ["B", "a", "c", "d", "e", "f"]
    assert page == {
        "count": 6,
        "totalCount": 6,
        "page": 0,
        "perPage": 100,
        "sortField": "email",
        "sortDirection": "asc",
        "applicationId": app_id,
        "_type": "experienceUsers",
        "_links": {"self": {"href": f"/applications/{app_id}/experience/users"}},
    }
    for item in items:
        user_id = item["experienceUserId"]
        alone = client.experience_user.get(applicationId=app_id, experienceUserId=user_id)
        assert item == alone


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize(
    ("field", "order"),
    [
        ("firstName", "eaBcdf"),
        ("lastName", "efBcad"),
        ("email", "Bacdef"),
        ("id", "aBcdef"),
        ("creationDate", "fdBaec"),
        ("lastLogin", "aefcBd"),
        ("lastUpdated", "cfaedB"),
    ],
)
def test_sorting(list_users: List, field: str, order: str, direction: str) -> None:
    """Users are sorted by each field, in both directions; missing values are the lowest."""
    page = list_users(sortField=field, sortDirection=direction)
    assert initials(page) == (order if direction == "asc" else order[::-1])
    assert (page["sortField"], page["sortDirection"]) == (field, direction)


def test_sorting_after_a_change(list_users: List, client: Client, app_id: str) -> None:
    """The order follows what changes."""
    assert initials(list_users(sortField="lastUpdated")) == "cfaedB"
    place = {"applicationId": app_id, "experienceUserId": CLEO}
    client.experience_user.patch(**place, experienceUser={"lastName": "zoe"})
    assert initials(list_users(sortField="lastUpdated")) == "faedBc"
    assert initials(list_users(sortField="lastName")) == "efBadc"


def test_direction_in_capitals(list_users: List) -> None:
    """A direction may be written in capitals."""
    assert initials(list_users(sortDirection="DESC")) == "fedcaB"
    assert initials(list_users(sortDirection="ASC")) == "Bacdef"


@pytest.mark.parametrize(
    ("number", "size", "shown"),
    [(0, 4, "Bacd"), (1, 4, "ef"), (2, 4, ""), ("2", "2", "ef"), (0, 1000, "Bacdef")],
)
def test_paging(list_users: List, number: int | str, size: int | str, shown: str) -> None:
    """A page has its share of the users, and always the count of all."""
    page = list_users(page=number, perPage=size)
    assert initials(page) == shown
    assert (page["page"], page["perPage"]) == (int(number), int(size))
    assert page["totalCount"] == 6


def test_paging_backwards(list_users: List) -> None:
    """Pages of a descending list do not overlap either."""
    pages = [list_users(page=n, perPage=4, sortDirection="desc") for n in range(2)]
    assert [initials(page) for page in pages] == ["fedc", "aB"]


def test_largest_page(list_users: List) -> None:
    """A page is never larger than a thousand."""
    assert list_users(perPage=5000)["perPage"] == 1000


@pytest.mark.parametrize(
    ("field", "pattern", "found"),
    [
        ("email", "ann@example.com", "a"),
        ("email", "ANN@*", "a"),
        ("email", "*guest*", "ef"),
        ("email", "eve+news@*", "e"),
        ("email", "example", ""),
        ("firstName", "Cleo", "c"),
        ("firstName", "?nn", "a"),
        ("firstName", "*", "Bacdf"),
        ("lastName", "*D*", "cd"),
        ("lastName", "Mo\\ss", "a"),
        ("lastName", "Mo\\*", ""),
    ],
)
def test_filtering(list_users: List, field: str, pattern: str, found: str) -> None:
    """A filter leaves the users whose field matches as a whole, whatever the case."""
    page = list_users(filterField=field, filter=pattern)
    assert initials(page) == found
    assert page["totalCount"] == len(found)
    assert (page["filterField"], page["filter"]) == (field, pattern)


@pytest.mark.parametrize(
    "incomplete", [{"filter": "ann*"}, {"filterField": "email"}, {"filterField": "", "filter": "a"}]
)
def test_incomplete_filter(list_users: List, incomplete: dict[str, str]) -> None:
    """A filter without a field, or a field without a filter, leaves all."""
    assert initials(list_users(**incomplete)) == "Bacdef"


def test_filter_with_sorting_and_paging(list_users: List) -> None:
    """What is counted and cut is what the filter leaves."""
    page = list_users(
        filterField="email", filter="*@example.com", sortField="creationDate", page=1, perPage=2
    )
    assert initials(page) == "ac"
    assert page["totalCount"] == 4


@pytest.mark.parametrize(
    ("group", "found"),
    [
        (COMPANY, ""),
        (SALES, "a"),
        (NORTH, "B"),
        (LAB, "cd"),
        (GUESTS, "e"),
        (MISSING, ""),
        ("any", "Bacde"),
        ("none", "f"),
    ],
)
def test_users_of_a_group(list_users: List, group: str, found: str) -> None:
    """A group leaves its direct members, ``any`` those with a group, ``none`` those without."""
    page = list_users(experienceGroupId=group)
    assert initials(page) == found
    assert page["totalCount"] == len(found)
    assert page["experienceGroupId"] == group


def test_group_with_filter(list_users: List) -> None:
    """A group and a filter must both hold."""
    found = list_users(experienceGroupId=LAB, filterField="firstName", filter="d*")
    assert initials(found) == "d"


@pytest.mark.parametrize(
    ("group", "switch", "found"),
    [
        (NORTH, "true", "Ba"),
        (EXPORT, "1", "ac"),
        (NORTH, "yes", "Ba"),
        (NORTH, "false", "B"),
        (NORTH, "", "B"),
        (SALES, "true", "a"),
        ("any", "true", "Bacde"),
        ("none", "true", "f"),
    ],
)
def test_users_of_ancestors(list_users: List, group: str, switch: str, found: str) -> None:
    """Members of the groups above belong to a group if that is asked for, those below never."""
    assert initials(list_users(experienceGroupId=group, includeAncestorGroups=switch)) == found


def test_member_of_a_group_and_its_ancestor(list_users: List, client: Client, app_id: str) -> None:
    """Somebody who is in a group and in one above it is listed once."""
    place = {"applicationId": app_id, "experienceUserId": CLEO}
    client.experience_user.patch(**place, experienceUser={"experienceGroupIds": [EXPORT, SALES]})
    page = list_users(experienceGroupId=EXPORT, includeAncestorGroups="true")
    assert initials(page) == "ac"
    assert page["totalCount"] == 2


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"sortField": "shoeSize"}, "sortField must be an enum value"),
        ({"sortDirection": "up"}, "sortDirection must be an enum value"),
        ({"page": -1}, "page is the wrong type"),
        ({"page": "first"}, "page is the wrong type"),
        ({"perPage": 0}, "perPage is the wrong type"),
        ({"filterField": "id", "filter": "a"}, "filterField must be an enum value"),
        ({"filterField": "email", "filter": ["a", "b"]}, "filter is the wrong type"),
        ({"experienceGroupId": "Lab"}, "experienceGroupId pattern mismatch"),
        ({"query": [1]}, "query is the wrong type"),
        ({"query": {"shoeSize": 9}}, "query has additional properties"),
        (
            {"query": {"email": {"$like": "a"}}},
            "query.email no (or more than one) schemas match",
        ),
        (
            {"query": {"$and": [{}, {"email": {"$like": "a"}}]}},
            "query.$and.1.email no (or more than one) schemas match",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_parameters(
    list_users: List, refusal: Refusal, wrong: dict[str, object], problem: str
) -> None:
    """A parameter that does not fit is named."""
    assert refusal(list_users, **wrong) == (400, {"type": "Validation", "message": problem})


def test_blank_parameters(list_users: List) -> None:
    """A blank parameter is the same as none."""
    blank = ("sortField", "sortDirection", "page", "perPage", "filterField", "filter")
    page = list_users(**dict.fromkeys((*blank, "experienceGroupId", "includeAncestorGroups"), ""))
    assert page == list_users()


def test_hypermedia_switches(list_users: List) -> None:
    """Links and actions of the page and its items are answered as they are asked for."""
    page = list_users(_actions="true", _links="false", _embedded="false", losantdomain="x.example")
    assert page["_actions"].keys() == {"get", "post"}
    assert all(item["_actions"].keys() == {"get", "patch", "delete"} for item in page["items"])
    assert not any("_links" in document for document in (page, *page["items"]))
