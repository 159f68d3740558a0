"""The official Python client: the advanced query, which the client takes as a dictionary.

A page is written as the initials of its users' addresses, in order of the addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from losant_rest import Client

List = Callable[..., Any]

BEN = "c00000000000000000000002"
DORA = "c00000000000000000000004"
NORTH = "b00000000000000000000003"
LAB = "b00000000000000000000005"
GUESTS = "b00000000000000000000006"
EVERYBODY = "Bacdef"
JANUARY_10 = 1704844800000
"""2024-01-10T00:00:00Z in milliseconds."""


@pytest.fixture
def list_users(client: Client, app_id: str) -> List:
    """List the application's users."""
    return partial(client.experience_users.get, applicationId=app_id)


def initials(page: Any) -> str:
    """Return the first letters of the addresses on a page."""
    assert page["count"] == len(page["items"])
    return "".join(item["email"][0] for item in page["items"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, EVERYBODY),
        # Text
        ({"firstName": "Ann"}, "a"),
        ({"firstName": "ann"}, ""),
        ({"firstName": None}, "e"),
        ({"firstName": {"$eq": "Ann"}}, "a"),
        ({"firstName": {"$ne": "Ann"}}, "Bcdef"),
        ({"firstName": {"$gt": "Cleo"}}, "df"),
        ({"firstName": {"$gte": "Cleo"}}, "cdf"),
        ({"firstName": {"$lt": "Cleo"}}, "Ba"),
        ({"firstName": {"$lte": "Cleo"}}, "Bac"),
        ({"lastName": {"$in": ["Abel", "lund", "nobody"]}}, "Bd"),
        ({"lastName": {"$nin": ["Abel", "lund"]}}, "acef"),
        ({"email": {"$startsWith": "c"}}, "c"),
        ({"email": {"$startsWith": "b"}}, ""),
        ({"email": {"$startsWith": "b", "$ci": True}}, "B"),
        ({"email": {"$endsWith": "@guest.example.org"}}, "ef"),
        ({"email": {"$contains": "+"}}, "e"),
        ({"email": {"$eq": "ben@EXAMPLE.com", "$ci": True}}, "B"),
        ({"firstName": {"$gt": "A", "$lt": "C"}}, "Ba"),
        ({"firstName": {}}, EVERYBODY),
        # Ids
        ({"id": DORA}, "d"),
        ({"id": DORA.upper()}, "d"),
        ({"id": {"$ne": DORA}}, "Bacef"),
        ({"id": {"$in": [BEN, DORA]}}, "Bd"),
        ({"id": {"$gt": BEN}}, "cdef"),
        # Dates
        ({"creationDate": {"$lt": "2023-03-01"}}, "df"),
        ({"creationDate": "2023-03-01T00:00:00Z"}, "B"),
        ({"creationDate": {"$gte": "2023-04-01T02:00:00+02:00"}}, "ace"),
        ({"lastUpdated": {"$gt": "2024-06-01", "$lte": "2024-08-01"}}, "de"),
        ({"lastLogin": None}, "aef"),
        ({"lastLogin": {"$gt": JANUARY_10}}, "Bd"),
        ({"lastLogin": JANUARY_10}, "c"),
        ({"passwordLastUpdated": {"$gt": "2024-01-01"}}, "d"),
        # Tags
        ({"userTags": {"role": "agent"}}, "Bc"),
        ({"userTags": {"role": "agent", "site": "Porto"}}, "B"),
        ({"userTags": {"role": None}}, "ef"),
        ({"userTags": {"site": {"$in": ["Porto", "Leeds"]}}}, "Bc"),
        ({"userTags": {"site": {"$nin": ["Porto", "Leeds"]}}}, "adef"),
        ({"userTags": {"$tagKey": "shift"}}, "d"),
        ({"userTags": {"$tagValue": "Utrecht"}}, "ad"),
        ({"userTags": {"$tagKey": "role", "$tagValue": {"$in": ["head", "left"]}}}, "a"),
        ({"userTags": {"$eq": {"role": "head"}}}, "a"),
        ({"userTags": {"$ne": {"role": "agent"}}}, "adef"),
        # Groups
        ({"experienceGroupId": LAB}, "cd"),
        ({"experienceGroupId": None}, "f"),
        ({"experienceGroupId": {"$eq": None}}, "f"),
        ({"experienceGroupId": {"$ne": LAB}}, "Baef"),
        ({"experienceGroupId": {"$in": [NORTH, GUESTS]}}, "Be"),
        ({"experienceGroupId": {"$nin": [NORTH, GUESTS]}}, "acdf"),
        # Several at once
        ({"userTags": {"role": "agent"}, "experienceGroupId": LAB}, "c"),
        ({"$and": [{"experienceGroupId": LAB}, {"lastName": "lund"}]}, "d"),
        ({"$or": [{"firstName": "Ann"}, {"firstName": "finn"}]}, "af"),
        ({"$nor": [{"firstName": "Ann"}, {"firstName": "finn"}]}, "Bcde"),
        ({"$or": [{"$and": [{"firstName": "Ann"}, {"lastName": "Moss"}]}, {"id": BEN}]}, "Ba"),
        ({"$or": [{"firstName": "Ann"}, {"firstName": "Ben"}], "lastName": "Moss"}, "a"),
        ({"$and": []}, EVERYBODY),
        ({"$or": []}, EVERYBODY),
        ({"$nor": []}, ""),
    ],
    ids=str,
)
def test_query(list_users: List, query: dict[str, Any], found: str) -> None:
    """A query leaves the users of which it is true."""
    page = list_users(query=query)
    assert initials(page) == found
    assert page["totalCount"] == len(found)


@pytest.mark.parametrize(
    "overridden",
    [
        {"filterField": "firstName", "filter": "Ann"},
        {"experienceGroupId": LAB, "includeAncestorGroups": "true"},
        {"experienceGroupId": "none"},
    ],
    ids=str,
)
def test_query_overrides_filters(list_users: List, overridden: dict[str, str]) -> None:
    """Beside a query, the other filters do not count."""
    assert initials(list_users(query={"userTags": {"role": "agent"}}, **overridden)) == "Bc"


def test_query_with_sorting_and_paging(list_users: List) -> None:
    """What is sorted, counted and cut is what the query leaves."""
    query = {"email": {"$endsWith": "@example.com"}}
    page = list_users(
        query=query, sortField="creationDate", sortDirection="desc", page=1, perPage=3
    )
    assert initials(page) == "d"
    assert page["totalCount"] == 4
