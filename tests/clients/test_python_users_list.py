"""The official Python client: the parameters that only the list of users has."""

from __future__ import annotations

import pytest
from losant_rest import Client

from tests.clients.ids import CLEO, COMPANY, EXPORT, GUESTS, LAB, MISSING, NORTH, SALES
from tests.clients.listing import USERS, Listing


@pytest.fixture
def list_users(client: Client) -> Listing:
    """The list of the application's users."""
    return Listing(USERS, client)


def test_sorting_after_a_change(list_users: Listing, client: Client, app_id: str) -> None:
    """The order follows what changes."""
    assert list_users.initials(sortField="lastUpdated") == "cfaedB"
    place = {"applicationId": app_id, "experienceUserId": CLEO}
    client.experience_user.patch(**place, experienceUser={"lastName": "zoe"})
    assert list_users.initials(sortField="lastUpdated") == "faedBc"
    assert list_users.initials(sortField="lastName") == "efBadc"


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
def test_users_of_a_group(list_users: Listing, group: str, found: str) -> None:
    """A group leaves its direct members, ``any`` those with a group, ``none`` those without."""
    page = list_users(experienceGroupId=group)
    assert list_users.initials_of(page) == found
    assert page["totalCount"] == len(found)
    assert page["experienceGroupId"] == group


def test_group_with_filter(list_users: Listing) -> None:
    """A group and a filter must both hold."""
    found = list_users.initials(experienceGroupId=LAB, filterField="firstName", filter="d*")
    assert found == "d"


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
def test_users_of_ancestors(list_users: Listing, group: str, switch: str, found: str) -> None:
    """Members of the groups above belong to a group if that is asked for, those below never."""
    assert list_users.initials(experienceGroupId=group, includeAncestorGroups=switch) == found


def test_member_of_a_group_and_its_ancestor(
    list_users: Listing, client: Client, app_id: str
) -> None:
    """Somebody who is in a group and in one above it is listed once."""
    place = {"applicationId": app_id, "experienceUserId": CLEO}
    client.experience_user.patch(**place, experienceUser={"experienceGroupIds": [EXPORT, SALES]})
    page = list_users(experienceGroupId=EXPORT, includeAncestorGroups="true")
    assert list_users.initials_of(page) == "ac"
    assert page["totalCount"] == 2
