"""The official Python client: the advanced query, which the client takes as a dictionary."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.ids import (
    ANN,
    BEN,
    CLEO,
    COMPANY,
    DORA,
    ENDPOINT,
    GUESTS,
    LAB,
    NORTH,
    SALES,
)
from tests.clients.listing import GROUPS, USERS, Listing

JANUARY_10 = 1704844800000
"""2024-01-10T00:00:00Z in milliseconds."""

Query = dict[str, Any]
OF_USERS: list[tuple[Query, str]] = [
    ({}, "Bacdef"),
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
    ({"firstName": {}}, "Bacdef"),
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
    ({"$and": []}, "Bacdef"),
    ({"$or": []}, "Bacdef"),
    ({"$nor": []}, ""),
]
OF_GROUPS: list[tuple[Query, str]] = [
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
]


@pytest.mark.parametrize(
    ("listing", "query", "found"),
    [
        *((USERS, *case) for case in OF_USERS),
        *((GROUPS, *case) for case in OF_GROUPS),
    ],
    ids=str,
    indirect=["listing"],
)
def test_query(listing: Listing, query: Query, found: str) -> None:
    """A query leaves the records of which it is true, whatever the filter."""
    page = listing(query=query)
    assert listing.initials_of(page) == found
    assert page["totalCount"] == len(found)
    name_field = listing.resource.name_field
    assert listing.initials(query=query, filterField=name_field, filter="guests") == found


@pytest.mark.parametrize(
    "overridden",
    [
        {"filterField": "firstName", "filter": "Ann"},
        {"experienceGroupId": LAB, "includeAncestorGroups": "true"},
        {"experienceGroupId": "none"},
    ],
    ids=str,
)
@pytest.mark.parametrize("listing", [USERS], ids=str, indirect=True)
def test_query_overrides_filters(listing: Listing, overridden: dict[str, str]) -> None:
    """Beside a query, the other filters do not count."""
    assert listing.initials(query={"userTags": {"role": "agent"}}, **overridden) == "Bc"


@pytest.mark.parametrize(
    ("listing", "query", "sort_field", "shown"),
    [
        (USERS, {"email": {"$endsWith": "@example.com"}}, "creationDate", "d"),
        (GROUPS, {"ancestorId": COMPANY}, "id", "S"),
    ],
    ids=str,
    indirect=["listing"],
)
def test_query_with_sorting_and_paging(
    listing: Listing, query: Query, sort_field: str, shown: str
) -> None:
    """What is sorted, counted and cut is what the query leaves."""
    page = listing(query=query, sortField=sort_field, sortDirection="desc", page=1, perPage=3)
    assert listing.initials_of(page) == shown
    assert page["totalCount"] == 4
