"""The official Python client: the parameters that all lists have, for each list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.listing import (
    API_TOKENS,
    APPLICATIONS,
    GROUPS,
    RESOURCES,
    USERS,
    Listing,
    Resource,
)

Refusal = Callable[..., tuple[int, Any]]
Cases = dict[Resource, list[tuple[Any, ...]]]


def each(cases: Cases) -> list[tuple[Any, ...]]:
    """Return the cases of all lists, the resource first."""
    return [(resource, *case) for resource, own in cases.items() for case in own]


@pytest.mark.parametrize("listing", RESOURCES, ids=str, indirect=True)
def test_first_page(listing: Listing) -> None:
    """Without parameters, all records are listed by name or address, as each is by itself."""
    page = listing()
    resource, size = listing.resource, len(listing.resource.order)
    assert listing.initials_of(page) == resource.order
    items = page.pop("items")
    assert page == {
        "count": size,
        "totalCount": size,
        "page": 0,
        "perPage": 100,
        "sortField": resource.name_field,
        "sortDirection": "asc",
        **resource.owner,
        "_type": resource.type,
        "_links": {"self": {"href": resource.path}},
    }
    assert items == [listing.one(item["id"]) for item in items]


ORDERS: Cases = {
    USERS: [
        ("firstName", "eaBcdf"),
        ("lastName", "efBcad"),
        ("email", "Bacdef"),
        ("id", "aBcdef"),
        ("creationDate", "fdBaec"),
        ("lastLogin", "aefcBd"),
        ("lastUpdated", "cfaedB"),
    ],
    GROUPS: [
        ("name", "CEGLNS"),
        ("id", "CSNELG"),
        ("creationDate", "GLENSC"),
        ("lastUpdated", "NSGCEL"),
    ],
    API_TOKENS: [
        ("name", "AKS"),
        ("status", "SKA"),
        ("id", "SAK"),
        ("creationDate", "KAS"),
        ("lastUpdated", "ASK"),
        ("expirationDate", "KSA"),
    ],
    APPLICATIONS: [
        ("name", "AGW"),
        ("id", "GWA"),
        ("creationDate", "WAG"),
        ("ownerId", "WGA"),
        ("lastUpdated", "GAW"),
    ],
}


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize(("listing", "field", "order"), each(ORDERS), ids=str, indirect=["listing"])
def test_sorting(listing: Listing, field: str, order: str, direction: str) -> None:
    """Records are sorted by each field, in both directions; missing values are the lowest."""
    page = listing(sortField=field, sortDirection=direction)
    assert listing.initials_of(page) == (order if direction == "asc" else order[::-1])
    assert (page["sortField"], page["sortDirection"]) == (field, direction)


@pytest.mark.parametrize("listing", RESOURCES, ids=str, indirect=True)
def test_direction_in_capitals(listing: Listing) -> None:
    """A direction may be written in capitals."""
    order = listing.resource.order
    assert listing.initials(sortDirection="DESC") == order[::-1]
    assert listing.initials(sortDirection="ASC") == order


PAGES: Cases = {
    USERS: [(0, 4, "Bacd"), (1, 4, "ef"), (2, 4, ""), ("2", "2", "ef"), (0, 1000, "Bacdef")],
    GROUPS: [(0, 4, "CEGL"), (1, 4, "NS"), (2, 4, ""), ("2", "2", "NS"), (0, 1000, "CEGLNS")],
    API_TOKENS: [(0, 2, "AK"), (1, 2, "S"), (2, 2, ""), ("1", "1", "K"), (0, 1000, "AKS")],
    APPLICATIONS: [(0, 2, "AG"), (1, 2, "W"), (2, 2, ""), ("1", "1", "G"), (0, 1000, "AGW")],
}


@pytest.mark.parametrize(
    ("listing", "number", "size", "shown"), each(PAGES), ids=str, indirect=["listing"]
)
def test_paging(listing: Listing, number: int | str, size: int | str, shown: str) -> None:
    """A page has its share of the records, and always the count of all."""
    page = listing(page=number, perPage=size)
    assert listing.initials_of(page) == shown
    assert (page["page"], page["perPage"]) == (int(number), int(size))
    assert page["totalCount"] == len(listing.resource.order)


@pytest.mark.parametrize(
    ("listing", "size", "shown"),
    [
        (USERS, 4, ["fedc", "aB"]),
        (GROUPS, 4, ["SNLG", "EC"]),
        (API_TOKENS, 2, ["SK", "A"]),
        (APPLICATIONS, 2, ["WG", "A"]),
    ],
    ids=str,
    indirect=["listing"],
)
def test_paging_backwards(listing: Listing, size: int, shown: list[str]) -> None:
    """Pages of a descending list do not overlap either."""
    pages = [listing.initials(page=n, perPage=size, sortDirection="desc") for n in range(2)]
    assert pages == shown


@pytest.mark.parametrize("listing", RESOURCES, ids=str, indirect=True)
def test_largest_page(listing: Listing) -> None:
    """A page is never larger than a thousand."""
    assert listing(perPage=5000)["perPage"] == 1000


FILTERS: Cases = {
    USERS: [
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
    GROUPS: [
        ("name", "Lab", "L"),
        ("name", "*S", "GS"),
        ("name", "?a*", "LS"),
        ("name", "a", ""),
        ("name", "*", "CEGLNS"),
    ],
    API_TOKENS: [
        ("name", "*Y*", "S"),
        ("name", "?????", "AK"),
        ("status", "active", "KS"),
    ],
    APPLICATIONS: [("name", "*HOUSE", "GW")],
}


@pytest.mark.parametrize(
    ("listing", "field", "pattern", "found"), each(FILTERS), ids=str, indirect=["listing"]
)
def test_filtering(listing: Listing, field: str, pattern: str, found: str) -> None:
    """A filter leaves the records whose field matches as a whole, whatever the case."""
    page = listing(filterField=field, filter=pattern)
    assert listing.initials_of(page) == found
    assert page["totalCount"] == len(found)
    assert (page["filterField"], page["filter"]) == (field, pattern)


@pytest.mark.parametrize("listing", RESOURCES, ids=str, indirect=True)
def test_incomplete_filter(listing: Listing) -> None:
    """A filter without a field, or a field without a filter, leaves all."""
    everything = listing.resource.order
    assert listing.initials(filter="ann*") == everything
    assert listing.initials(filterField=listing.resource.name_field) == everything
    assert listing.initials(filterField="", filter="a") == everything


@pytest.mark.parametrize(
    ("listing", "pattern", "size", "shown", "total"),
    [
        (USERS, "*@example.com", 2, "ac", 4),
        (GROUPS, "*a*", 2, "C", 3),
        (API_TOKENS, "*i*", 1, "A", 2),
        (APPLICATIONS, "*house", 1, "G", 2),
    ],
    ids=str,
    indirect=["listing"],
)
def test_filter_with_sorting_and_paging(
    listing: Listing, pattern: str, size: int, shown: str, total: int
) -> None:
    """What is counted and cut is what the filter leaves."""
    page = listing(
        filterField=listing.resource.name_field,
        filter=pattern,
        sortField="creationDate",
        page=1,
        perPage=size,
    )
    assert listing.initials_of(page) == shown
    assert page["totalCount"] == total


@pytest.mark.parametrize("listing", RESOURCES, ids=str, indirect=True)
def test_blank_parameters(listing: Listing) -> None:
    """A blank parameter is the same as none."""
    blank = ["sortField", "sortDirection", "page", "perPage", "filterField", "filter"]
    if listing.resource is USERS:
        blank += ["experienceGroupId", "includeAncestorGroups"]
    assert listing(**dict.fromkeys(blank, "")) == listing()


@pytest.mark.parametrize("listing", RESOURCES, ids=str, indirect=True)
def test_hypermedia_switches(listing: Listing) -> None:
    """Links and actions of the page and its items are answered as they are asked for."""
    page = listing(_actions="true", _links="false", _embedded="false", losantdomain="x.example")
    assert page["_actions"].keys() == {"get", "post"}
    assert all(item["_actions"].keys() == {"get", "patch", "delete"} for item in page["items"])
    assert not any("_links" in document for document in (page, *page["items"]))


MALFORMED_IN_ALL: list[tuple[dict[str, object], str]] = [
    ({"sortField": "shoeSize"}, "sortField must be an enum value"),
    ({"sortDirection": "up"}, "sortDirection must be an enum value"),
    ({"page": -1}, "page is the wrong type"),
    ({"page": "first"}, "page is the wrong type"),
    ({"perPage": 0}, "perPage is the wrong type"),
    ({"filterField": "id", "filter": "a"}, "filterField must be an enum value"),
]
MALFORMED: Cases = {
    USERS: [
        *MALFORMED_IN_ALL,
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
    GROUPS: [
        *MALFORMED_IN_ALL,
        ({"sortField": "email"}, "sortField must be an enum value"),
        ({"filterField": "email", "filter": "a"}, "filterField must be an enum value"),
        ({"filterField": "name", "filter": ["a", "b"]}, "filter is the wrong type"),
        ({"query": {"email": "a"}}, "query has additional properties"),
        ({"query": {"parentId": "Lab"}}, "query.parentId no (or more than one) schemas match"),
    ],
    API_TOKENS: [
        *MALFORMED_IN_ALL,
        ({"filterField": "name", "filter": ["a", "b"]}, "filter is the wrong type"),
    ],
    APPLICATIONS: [
        *MALFORMED_IN_ALL,
        ({"filterField": "name", "filter": ["a", "b"]}, "filter is the wrong type"),
    ],
}


@pytest.mark.parametrize(
    ("listing", "wrong", "problem"), each(MALFORMED), ids=str, indirect=["listing"]
)
def test_malformed_parameters(
    listing: Listing, refusal: Refusal, wrong: dict[str, object], problem: str
) -> None:
    """A parameter that does not fit is named."""
    assert refusal(listing, **wrong) == (400, {"type": "Validation", "message": problem})
